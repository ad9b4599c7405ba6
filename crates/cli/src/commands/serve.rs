//! `newsprint serve`

use std::sync::Arc;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use newsprint_build::{Options, Progress};
use newsprint_model::Diagnostic;
use newsprint_model::report::PostReport;
use newsprint_preview::{Change, Listener, Place, Settings};

use crate::args::{Global, Serve};
use crate::commands::{now, stopped};
use crate::terminal::{Terminal, counted, grouped, printable, seconds};
use crate::{FAILED, FINE};

const GOOD: Style = AnsiColor::Green.on_default();

pub(crate) fn run(global: &Global, serve: &Serve, terminal: Arc<Terminal>) -> u8 {
    if !serve.bind.is_loopback() {
        terminal.warnings(&[Diagnostic::warning(format!(
            "everybody who can reach {} can read this preview, drafts and all",
            serve.bind
        ))
        .at("--bind")]);
    }
    let settings = Settings {
        site: global.site.clone(),
        options: Options {
            jobs: serve.jobs.map_or(0, std::num::NonZeroUsize::get),
            drafts: serve.drafts,
            future: serve.future,
            base_url: serve.base_url.clone(),
            ..Options::default()
        },
        bind: serve.bind,
        port: serve.port,
        hosts: serve.allow_host.clone(),
        clock: now,
    };
    let screen = Screen {
        terminal: terminal.clone(),
        open: serve.open,
        qr: serve.qr,
    };
    match newsprint_preview::serve(settings, Arc::new(screen)) {
        Ok(()) => {
            terminal.finish();
            FINE
        }
        Err(error) => {
            stopped(&[error], &terminal);
            FAILED
        }
    }
}

/// Shows on the terminal what happens in the preview.
struct Screen {
    terminal: Arc<Terminal>,
    open: bool,
    qr: bool,
}

impl Listener for Screen {
    fn ready(&self, place: &Place, report: Option<&PostReport>, time: Duration) {
        self.terminal.finish();
        if let Some(report) = report {
            self.terminal.warnings(&report.warnings);
            self.terminal.errors(&report.skipped);
            let posts = report.found - report.withheld - report.skipped.len();
            self.terminal.remark(&format!(
                "{} read in {}",
                counted(posts, "post"),
                seconds(time)
            ));
        }
        self.terminal.result(&place.local);
        if let Some(network) = &place.network {
            self.terminal.result(network);
        }
        let shown = place.network.as_ref().unwrap_or(&place.local);
        if self.qr {
            match qr_code(shown) {
                Some(code) => self.terminal.result(&code),
                None => self
                    .terminal
                    .remark("the address is too long for a QR code"),
            }
            if place.network.is_none() {
                self.terminal
                    .remark("a phone cannot reach this address; `--bind 0.0.0.0` lets it");
            }
        }
        if self.open
            && let Err(error) = open::that_detached(&place.local)
        {
            self.terminal
                .remark(&format!("no browser could be opened: {error}"));
        }
    }

    fn changed(&self, change: &Change) {
        let names = match change.files.as_slice() {
            [] => "files".to_owned(),
            files if files.len() == change.count => files.join(", "),
            [first, ..] => format!("{first} and {} more", grouped(change.count - 1)),
        };
        self.terminal.remark(&format!(
            "changed {}: {} ms",
            printable(&names),
            grouped(change.time.as_millis() as usize)
        ));
        if self.terminal.is_verbose() {
            for phase in &change.phases {
                let line = format!("{:>8.3} s  {}", phase.seconds, phase.name);
                self.terminal.remark(&line);
            }
        }
    }

    fn problems(&self, problems: &[Diagnostic]) {
        if problems.is_empty() {
            self.terminal.remark(&format!("{GOOD}all is well{GOOD:#}"));
            return;
        }
        self.terminal.report(problems);
    }

    fn note(&self, text: &str) {
        self.terminal.remark(&printable(text));
    }

    fn progress(&self) -> &dyn Progress {
        &*self.terminal
    }
}

/// An address as two rows of blocks a line; none if it does not fit.
fn qr_code(address: &str) -> Option<String> {
    use qrcode::render::unicode::Dense1x2;
    let code = qrcode::QrCode::new(address).ok()?;
    // Light on dark, as terminals mostly are: readers take both.
    let image = code
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .build();
    Some(image)
}

#[cfg(test)]
mod tests {
    use super::qr_code;

    #[test]
    fn an_address_becomes_a_square() {
        let code = qr_code("http://192.168.1.9:8080/archive/").expect("it fits");
        let lines: Vec<&str> = code.lines().collect();
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(qr_code(&"x".repeat(10_000)).is_none());
    }
}
