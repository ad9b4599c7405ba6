//! Makes tags and authors out of the names that posts give.

use std::collections::{HashMap, HashSet};

use super::{PostId, Term, TermId};

/// Tags or authors, by name.
pub(super) struct Terms {
    /// In order of their names.
    pub(super) terms: Vec<Term>,
    by_name: HashMap<Box<str>, TermId>,
}

impl Terms {
    /// Every name once.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a Box<str>>) -> Self {
        let names: HashSet<&str> = names.map(|name| &**name).collect();
        let mut sorted: Vec<&str> = names.into_iter().collect();
        sorted.sort_unstable();
        let terms: Vec<Term> = sorted
            .into_iter()
            .map(|name| Term {
                name: name.into(),
                posts: Vec::new(),
            })
            .collect();
        let by_name = terms
            .iter()
            .zip(0..)
            .map(|(term, id)| (term.name.clone(), TermId(id)))
            .collect();
        Self { terms, by_name }
    }

    /// The ids of these names, each once.
    pub(super) fn ids(&self, names: &[Box<str>]) -> Box<[TermId]> {
        let mut ids = Vec::with_capacity(names.len());
        for id in names.iter().filter_map(|name| self.by_name.get(name)) {
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
        ids.into_boxed_slice()
    }

    /// Enters a post at each of these.
    pub(super) fn place(&mut self, post: PostId, ids: &[TermId]) {
        for id in ids {
            self.terms[id.0 as usize].posts.push(post);
        }
    }
}
