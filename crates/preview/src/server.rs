//! Takes connections until the process is told to end.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use newsprint_model::Diagnostic;
use tokio::net::TcpListener;

use crate::answer::Desk;
use crate::guard::Guard;
use crate::keeper::Keeper;
use crate::listen;
use crate::stall::Stalling;
use crate::state::Board;
use crate::{Listener, Settings};

/// A client that has not finished its question by then gets no answer.
const TO_ASK: Duration = Duration::from_secs(10);

/// A client that has taken nothing of its answer for so long gets no more of it.
const TO_TAKE: Duration = Duration::from_secs(30);

/// The most bytes of a question.
const QUESTION: usize = 32 * 1024;

/// Serves until a signal ends it.
pub(crate) async fn run(settings: Settings, listener: Arc<dyn Listener>) -> Result<(), Diagnostic> {
    let failed = |error: &dyn std::fmt::Display| {
        Diagnostic::error(format!("the server could not be started: {error}"))
    };
    // Before anything else, so that it counts from the first moment.
    let told_to_end = end().map_err(|error| failed(&error))?;
    let socket = listen::listen(settings.bind, settings.port)?;
    let address = socket.local_addr().map_err(|error| failed(&error))?;
    let socket = TcpListener::from_std(socket).map_err(|error| failed(&error))?;
    let instance = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let board = Arc::new(Board::new(format!("{instance:x}")));
    let pool = rayon::ThreadPoolBuilder::new()
        .thread_name(|number| format!("newsprint-page-{number}"))
        .build()
        .map_err(|error| failed(&error))?;
    let desk = Arc::new(Desk {
        board: board.clone(),
        guard: Guard::new(settings.bind, &settings.hosts),
        listener: listener.clone(),
        pool,
    });
    Keeper::start(settings, address, board, listener)?;
    tokio::select! {
        () = accept(&socket, &desk) => Ok(()),
        () = told_to_end => Ok(()),
    }
}

async fn accept(socket: &TcpListener, desk: &Arc<Desk>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(TO_ASK)
        .max_buf_size(QUESTION)
        .pipeline_flush(true);
    loop {
        let connection = match socket.accept().await {
            Ok((connection, _)) => connection,
            Err(_) => {
                // Too many open files, most likely: some will be closed soon.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are whole when they are sent; nothing is gained by waiting for more of them.
        let _ = connection.set_nodelay(true);
        let connection = TokioIo::new(Box::pin(Stalling::new(connection, TO_TAKE)));
        let desk = desk.clone();
        let service = service_fn(move |request| desk.clone().answer(request));
        let serving = http.serve_connection(connection, service);
        tokio::spawn(async move {
            // How a connection ends is the other side's business.
            let _ = serving.await;
        });
    }
}

/// Resolves when the process is to end.
#[cfg(unix)]
fn end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Resolves when the process is to end.
#[cfg(not(unix))]
fn end() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a way to hear of it, the system ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
