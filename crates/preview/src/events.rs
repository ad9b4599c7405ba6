//! Tells browsers of changes, by server-sent events (HTML Living Standard, section 9.2).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::Response;
use hyper::body::Bytes;
use hyper::header;
use percent_encoding::percent_decode_str;
use tokio::sync::mpsc;

use crate::body::Content;
use crate::problems;
use crate::reply::set;
use crate::state::{Board, State};

/// After so long without news something is sent all the same, so that a browser that has gone away is noticed.
const SILENCE: Duration = Duration::from_secs(15);

/// The answer to a browser that wants to hear. Its query says which page it shows, and of which version.
pub(crate) fn answer(board: &Arc<Board>, query: &str, is_get: bool) -> Response<Content> {
    let content = if is_get {
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(tell(board.clone(), Asked::of(query), sender));
        Content::Coming(receiver, None)
    } else {
        Content::empty()
    };
    let mut answer = Response::new(content);
    set(
        &mut answer,
        header::CONTENT_TYPE,
        "text/event-stream; charset=utf-8",
    );
    set(&mut answer, header::CACHE_CONTROL, "no-store");
    answer
}

/// What a browser says of itself.
#[derive(Debug, PartialEq, Eq, Default)]
struct Asked {
    instance: String,
    version: u64,
    page: String,
}

impl Asked {
    fn of(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent_decode_str(value).decode_utf8_lossy();
            match name {
                "since" => {
                    let (instance, version) = value.split_once('.').unwrap_or_default();
                    asked.instance = instance.to_owned();
                    asked.version = version.parse().unwrap_or_default();
                }
                "page" => asked.page = value.into_owned(),
                _ => {}
            }
        }
        asked
    }
}

/// Sends what a page must hear until nobody listens any more.
async fn tell(board: Arc<Board>, asked: Asked, sender: mpsc::Sender<io::Result<Bytes>>) {
    let _viewing = board.view(asked.page);
    let mut states = board.subscribe();
    let mut known = asked.version;
    let mut known_problems = 0;
    // Browsers come back by themselves when the server was away; they need not wait long.
    let mut text = "retry: 500\n\n".to_owned();
    if asked.instance != board.instance {
        text.push_str(&event("reload", "{}"));
    }
    loop {
        let state = states.borrow_and_update().clone();
        text.push_str(&news(&state, known, known_problems));
        known = known.max(state.version);
        known_problems = state.problems_version.max(known_problems);
        if !text.is_empty()
            && sender
                .send(Ok(Bytes::from(std::mem::take(&mut text))))
                .await
                .is_err()
        {
            return;
        }
        tokio::select! {
            changed = states.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = tokio::time::sleep(SILENCE) => text.push_str(": still here\n\n"),
            () = sender.closed() => return,
        }
    }
}

/// What a page of version `known` must hear, whose problems are those of another version.
fn news(state: &State, known: u64, known_problems: u64) -> String {
    let mut text = String::new();
    // A page that is loaded again gets everything else then.
    if state.reload > known {
        return event("reload", "{}");
    }
    let swaps: Vec<_> = state
        .styles
        .iter()
        .filter(|(version, _)| *version > known)
        .map(|(_, swap)| swap)
        .collect();
    if !swaps.is_empty() {
        text.push_str(&event(
            "styles",
            &serde_json::to_string(&swaps).unwrap_or_else(|_| "[]".to_owned()),
        ));
    }
    if state.problems_version > known_problems {
        text.push_str(&event("problems", &problems::json(&state.problems)));
    }
    text
}

fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use newsprint_model::Diagnostic;

    use super::*;
    use crate::state::Swap;

    #[test]
    fn a_page_hears_only_what_it_does_not_know() {
        let swap = |from: &str, to: &str| Swap {
            from: from.into(),
            to: to.into(),
        };
        let state = State {
            version: 9,
            reload: 4,
            styles: Arc::new(vec![
                (6, swap("/a.css", "/b.css")),
                (8, swap("/b.css", "/c.css")),
            ]),
            problems: Arc::new(vec![Diagnostic::error("broken").at("a.md")]),
            problems_version: 9,
            ..State::default()
        };
        assert_eq!(news(&state, 3, 0), "event: reload\ndata: {}\n\n");
        let swaps = "event: styles\ndata: [{\"from\":\"/b.css\",\"to\":\"/c.css\"}]\n\n";
        let problems = "event: problems\ndata: [{\"severity\":\"error\",\"place\":\"a.md\",\"reason\":\"broken\",\"hint\":null}]\n\n";
        assert_eq!(news(&state, 7, 9), swaps);
        assert_eq!(news(&state, 7, 8), format!("{swaps}{problems}"));
        assert_eq!(news(&state, 9, 9), "");
    }

    #[test]
    fn a_browser_says_what_it_shows() {
        let asked = Asked::of("since=1f.7&page=%2F%E5%88%86%2F&x&y=1");
        assert_eq!(
            asked,
            Asked {
                instance: "1f".into(),
                version: 7,
                page: "/分/".into()
            }
        );
        assert_eq!(Asked::of("since=x"), Asked::default());
    }
}
