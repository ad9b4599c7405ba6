//! What is served at a moment, and what browsers are to be told: published as a whole, so that no answer mixes two states.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use newsprint_build::preview::Pages;
use newsprint_model::Diagnostic;
use serde::Serialize;
use tokio::sync::watch;

/// One style sheet in place of another; the same address twice where its content changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Swap {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// What is served at a moment.
#[derive(Default, Clone)]
pub(crate) struct State {
    /// Counts what was published.
    pub(crate) version: u64,
    /// The last state of the site that could be made.
    pub(crate) pages: Option<Arc<Pages>>,
    /// Pages that were given out before this version must be loaded again.
    pub(crate) reload: u64,
    /// Style sheets to be swapped on pages that were given out before the version named.
    pub(crate) styles: Arc<Vec<(u64, Swap)>>,
    /// What is wrong.
    pub(crate) problems: Arc<Vec<Diagnostic>>,
    /// The version with which that changed last.
    pub(crate) problems_version: u64,
}

impl State {
    /// Says what is wrong from this version on.
    pub(crate) fn set_problems(&mut self, problems: Vec<Diagnostic>) {
        self.problems = Arc::new(problems);
        self.problems_version = self.version;
    }
}

/// Where states are published, and who looks at which page.
pub(crate) struct Board {
    /// Tells this run of the server from others: a browser that comes back after a restart loads its page again.
    pub(crate) instance: String,
    sender: watch::Sender<Arc<State>>,
    viewers: Mutex<Viewers>,
}

#[derive(Default)]
struct Viewers {
    next: u64,
    pages: HashMap<u64, String>,
}

impl Board {
    pub(crate) fn new(instance: String) -> Self {
        Self {
            instance,
            sender: watch::Sender::new(Arc::default()),
            viewers: Mutex::default(),
        }
    }

    /// What is served now.
    pub(crate) fn now(&self) -> Arc<State> {
        self.sender.borrow().clone()
    }

    /// To hear of every state to come.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<State>> {
        self.sender.subscribe()
    }

    /// Publishes the next state, made of the last one. Only one thread does this.
    pub(crate) fn publish(&self, change: impl FnOnce(&mut State)) {
        let mut state = State::clone(&self.now());
        state.version += 1;
        change(&mut state);
        self.sender.send_replace(Arc::new(state));
    }

    /// Waits until there is something to serve: a site, or the reasons why there is none.
    pub(crate) async fn ready(&self) -> Arc<State> {
        let mut states = self.subscribe();
        match states.wait_for(|state| state.version > 0).await {
            Ok(state) => state.clone(),
            // The sender lives as long as the board.
            Err(_) => self.now(),
        }
    }

    /// Notes that a browser shows the page at this address, for as long as the result is kept.
    pub(crate) fn view(self: &Arc<Self>, address: String) -> Viewing {
        let mut viewers = self.viewers();
        viewers.next += 1;
        let number = viewers.next;
        viewers.pages.insert(number, address);
        Viewing {
            board: self.clone(),
            number,
        }
    }

    /// The addresses that browsers show now.
    pub(crate) fn viewed(&self) -> Vec<String> {
        let viewers = self.viewers();
        let mut addresses: Vec<String> = viewers.pages.values().cloned().collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses
    }

    fn viewers(&self) -> std::sync::MutexGuard<'_, Viewers> {
        self.viewers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A browser that shows a page.
pub(crate) struct Viewing {
    board: Arc<Board>,
    number: u64,
}

impl Drop for Viewing {
    fn drop(&mut self) {
        self.board.viewers().pages.remove(&self.number);
    }
}
