//! Makes tags and authors out of the names that posts give.

use std::collections::{BTreeSet, HashMap};

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
        let sorted: BTreeSet<&str> = names.map(|name| &**name).collect();
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

    /// Enters a post at each of its names, once; returns their ids.
    pub(super) fn place(&mut self, post: PostId, names: &[Box<str>]) -> Box<[TermId]> {
        let mut ids = Vec::with_capacity(names.len());
        for id in names.iter().filter_map(|name| self.by_name.get(name)) {
            let posts = &mut self.terms[id.0 as usize].posts;
            if posts.last() != Some(&post) {
                posts.push(post);
                ids.push(*id);
            }
        }
        ids.into_boxed_slice()
    }
}
