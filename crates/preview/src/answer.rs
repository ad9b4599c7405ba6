//! From a request to an answer.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use newsprint_build::preview::{File, Pages};
use newsprint_model::{Diagnostic, Route};
use rayon::ThreadPool;
use tokio::sync::oneshot;

use crate::Listener;
use crate::address::{self, LONGEST, RESERVED, Target};
use crate::body::Content;
use crate::events;
use crate::files::{self, AT_ONCE, TEXT_AT_ONCE, Unavailable};
use crate::guard::{Guard, Refusal};
use crate::live;
use crate::media;
use crate::problems;
use crate::reply::{Answer, Form, finish, redirect, streamed, text};
use crate::state::{Board, State};

/// Answers requests; shared by all connections.
pub(crate) struct Desk {
    pub(crate) board: Arc<Board>,
    pub(crate) guard: Guard,
    pub(crate) listener: Arc<dyn Listener>,
    /// Makes pages.
    pub(crate) pool: ThreadPool,
}

impl Desk {
    /// Answers a request; never fails.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Answer, Infallible> {
        let is_head = request.method() == Method::HEAD;
        let mut answer = self.respond(request).await;
        let headers = answer.headers_mut();
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        );
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-cache"));
        if is_head {
            *answer.body_mut() = Content::empty();
        }
        Ok(answer)
    }

    async fn respond(self: &Arc<Self>, request: Request<Incoming>) -> Answer {
        match self.guard.check(&request) {
            Ok(()) => {}
            Err(Refusal::Malformed) => {
                return text(
                    StatusCode::BAD_REQUEST,
                    "The request does not name exactly one host.",
                );
            }
            Err(Refusal::Stranger(host)) => {
                return text(
                    StatusCode::FORBIDDEN,
                    &format!(
                        "This preview is not called `{host}`. `--allow-host NAME` lets it answer to another name."
                    ),
                );
            }
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut answer = text(
                StatusCode::METHOD_NOT_ALLOWED,
                "Only GET and HEAD are answered.",
            );
            answer
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return answer;
        }
        let uri = request.uri();
        if uri.path().len() + uri.query().map_or(0, str::len) > LONGEST {
            return text(StatusCode::URI_TOO_LONG, "The address is too long.");
        }
        let form = Form::of(request.method(), request.headers());
        if let Some(name) = uri.path().strip_prefix(RESERVED) {
            return self.own(name, uri.query().unwrap_or_default(), form);
        }
        let Some(path) = address::decode(uri.path()) else {
            return text(StatusCode::BAD_REQUEST, "This is no address of a page.");
        };
        let query = uri
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        let state = self.board.ready().await;
        let Some(pages) = state.pages.clone() else {
            return self.stand_in(
                &state,
                StatusCode::SERVICE_UNAVAILABLE,
                "The site cannot be made",
                &state.problems,
                &form,
            );
        };
        match address::find(&pages, &path) {
            Target::File(route) => {
                let route = route.clone();
                self.file(state, pages, route, StatusCode::OK, form).await
            }
            // Other sites that are previewed at this address later have folders elsewhere: nobody is to remember this.
            Target::Folder(to) => redirect(StatusCode::MOVED_PERMANENTLY, &format!("{to}{query}")),
            Target::Elsewhere(to) => redirect(StatusCode::FOUND, &format!("{to}{query}")),
            Target::Nothing => match pages.find("404.html").cloned() {
                Some(route) => {
                    self.file(state, pages, route, StatusCode::NOT_FOUND, form)
                        .await
                }
                None => text(StatusCode::NOT_FOUND, "Nothing is there."),
            },
        }
    }

    /// A file of the preview's own.
    fn own(self: &Arc<Self>, name: &str, query: &str, form: Form) -> Answer {
        if name == live::EVENTS {
            return events::answer(&self.board, query, form.is_get);
        }
        match live::own_file(name) {
            Some(content) => finish(
                content.as_bytes().to_vec(),
                media::type_of(name),
                StatusCode::OK,
                &form,
            ),
            None => text(StatusCode::NOT_FOUND, "The preview has no such file."),
        }
    }

    /// A file of the site, made by the threads that make pages.
    async fn file(
        self: &Arc<Self>,
        state: Arc<State>,
        pages: Arc<Pages>,
        route: Route,
        status: StatusCode,
        form: Form,
    ) -> Answer {
        let (sender, receiver) = oneshot::channel();
        let desk = self.clone();
        let runtime = tokio::runtime::Handle::current();
        // It may need every post, and then shares out its work over threads of its own: nobody else waits for it.
        let is_long = Pages::takes_long(&route);
        let work = move || {
            let _guard = runtime.enter();
            let answer = desk.made(&state, &pages, &route, status, &form);
            // A browser that has gone away needs no answer.
            let _ = sender.send(answer);
        };
        if is_long {
            tokio::task::spawn_blocking(work);
        } else {
            self.pool.spawn(work);
        }
        match receiver.await {
            Ok(answer) => answer,
            Err(_) => text(
                StatusCode::INTERNAL_SERVER_ERROR,
                "This page could not be made because of a mistake in Newsprint.",
            ),
        }
    }

    fn made(
        &self,
        state: &State,
        pages: &Pages,
        route: &Route,
        status: StatusCode,
        form: &Form,
    ) -> Answer {
        let media_type = media::type_of(&route.url.file());
        let bytes = match pages.render(route) {
            Ok(File::Bytes(bytes)) => bytes,
            Ok(File::Copy(path)) => match files::open(&pages.site().folder, &path) {
                Ok(opened) if opened.length > most_at_once(media_type) => {
                    return streamed(opened, media_type, status, form);
                }
                Ok(opened) => match files::read(opened) {
                    Ok(bytes) => bytes,
                    Err(error) => return self.unavailable(route, &Unavailable::Unreadable(error)),
                },
                Err(reason) => return self.unavailable(route, &reason),
            },
            Err(problem) => {
                let problems = [problem];
                self.listener.problems(&problems);
                return self.stand_in(
                    state,
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "This page cannot be made",
                    &problems,
                    form,
                );
            }
        };
        self.finished(bytes, media_type, state, status, form)
    }

    /// A page in the place of one that could not be made.
    fn stand_in(
        &self,
        state: &State,
        status: StatusCode,
        title: &str,
        problems: &[Diagnostic],
        form: &Form,
    ) -> Answer {
        let page = problems::page(title, problems);
        self.finished(page, media::type_of("index.html"), state, status, form)
    }

    /// Pages get the script on their way out.
    fn finished(
        &self,
        mut bytes: Vec<u8>,
        media_type: &'static str,
        state: &State,
        status: StatusCode,
        form: &Form,
    ) -> Answer {
        if media::is_page(media_type) {
            live::insert(&mut bytes, &live::snippet(&self.board, state.version));
        }
        finish(bytes, media_type, status, form)
    }

    fn unavailable(&self, route: &Route, reason: &Unavailable) -> Answer {
        match reason {
            Unavailable::Outside(real) => {
                self.listener.note(&format!(
                    "{} was asked for, but is a link to {}, outside of the site: `build` copies it, the preview does not give it out",
                    route.url.file(),
                    real.display()
                ));
                text(
                    StatusCode::FORBIDDEN,
                    "This file is a link to something outside of the site.",
                )
            }
            Unavailable::Unreadable(error) => {
                self.listener
                    .note(&format!("{} could not be read: {error}", route.url.file()));
                text(StatusCode::NOT_FOUND, "This file cannot be read any more.")
            }
        }
    }
}

fn most_at_once(media_type: &str) -> u64 {
    if media::is_text(media_type) {
        TEXT_AT_ONCE
    } else {
        AT_ONCE
    }
}
