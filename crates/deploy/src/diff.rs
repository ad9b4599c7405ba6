//! The heart: from what is live and what shall be, what to do and in which order. Pure.
//!
//! The order is such that a reader who comes at any moment, and a deploy that ends at any moment, finds a site
//! that holds together: what is new appears before anything that leads to it changes, what pages need appears before them,
//! and nothing goes before all that led to it has changed.

use std::collections::BTreeSet;
use std::fmt;

use crate::manifest::{Content, Entry, Manifest};
use crate::role::Role;

/// Why a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is not live.
    New,
    /// Its content is another.
    Changed,
    /// Its content is the same, but it shall be stored with other headers.
    Headers,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Headers => "headers changed",
        })
    }
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Send a file.
    Upload(Reason),
    /// Take a file away.
    Delete,
}

/// Steps that may be taken in any order among themselves, after all steps of the groups before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The files, in order, all to be sent or all to be deleted.
    pub steps: Vec<(String, Change)>,
}

impl Group {
    /// Whether its files are taken away.
    pub fn deletes(&self) -> bool {
        matches!(self.steps.first(), Some((_, Change::Delete)))
    }
}

/// Everything that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What to do, group after group; no group is empty.
    pub groups: Vec<Group>,
    /// How many files are live and known to be ours.
    pub live: usize,
    /// How many of them stay as they are.
    pub unchanged: usize,
}

impl Plan {
    /// What leads from the one to the other. `role` says what a file is to a reader.
    pub fn between(live: &Manifest, wanted: &Manifest, role: impl Fn(&str) -> Role) -> Self {
        let mut steps: Vec<(Stage, &String, Change)> = Vec::new();
        let mut unchanged = 0;
        for (path, entry) in &wanted.files {
            match reason(live.files.get(path), entry) {
                None => unchanged += 1,
                Some(reason) => steps.push((
                    Stage::of_upload(role(path), reason),
                    path,
                    Change::Upload(reason),
                )),
            }
        }
        let gone = live
            .files
            .keys()
            .filter(|path| !wanted.files.contains_key(*path));
        steps.extend(gone.map(|path| (Stage::of_delete(role(path)), path, Change::Delete)));
        steps.sort();
        let groups = steps
            .chunk_by(|one, next| one.0 == next.0)
            .map(|chunk| Group {
                steps: chunk
                    .iter()
                    .map(|(_, path, change)| ((*path).clone(), *change))
                    .collect(),
            })
            .collect();
        Self {
            groups,
            live: live.files.len(),
            unchanged,
        }
    }

    /// All steps in order.
    pub fn steps(&self) -> impl Iterator<Item = (&str, Change)> {
        let steps = self.groups.iter().flat_map(|group| &group.steps);
        steps.map(|(path, change)| (path.as_str(), *change))
    }

    /// The files to send, in order.
    pub fn uploads(&self) -> impl Iterator<Item = (&str, Reason)> {
        self.steps().filter_map(|(path, change)| match change {
            Change::Upload(reason) => Some((path, reason)),
            Change::Delete => None,
        })
    }

    /// The files to take away, in order.
    pub fn deletes(&self) -> impl Iterator<Item = &str> {
        self.steps()
            .filter_map(|(path, change)| (change == Change::Delete).then_some(path))
    }

    /// Whether everything is as it shall be.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether it deletes so much that somebody should say yes to it first: more than a share of what is live, and more
    /// than a handful.
    pub fn deletes_much(&self, share: u8) -> bool {
        let deletes = self.deletes().count();
        deletes > FEW_DELETES && deletes * 100 > self.live * usize::from(share)
    }

    /// What a target says of itself before the first step: all that is live or may come to be, and of what will be
    /// touched, that its content is not known. Whenever the deploy ends, the next one knows what is its own and what to look at.
    pub fn announced(&self, live: &Manifest, wanted: &Manifest) -> Manifest {
        let mut announced = live.clone();
        for (path, reason) in self.uploads() {
            if let Some(entry) = wanted.files.get(path) {
                let content = match reason {
                    Reason::New => Content::Appearing,
                    Reason::Changed | Reason::Headers => Content::Changing,
                };
                let unknown = Entry { content, ..*entry };
                announced.files.insert(path.to_owned(), unknown);
            }
        }
        announced
    }

    /// Folders where files shall be and files where folders shall be: what must go before its place is taken.
    pub fn in_the_way<'a>(&'a self, wanted: &Manifest) -> BTreeSet<&'a str> {
        self.deletes()
            .filter(|gone| {
                let below = format!("{gone}/");
                let next = wanted.files.range(below.clone()..).next();
                let is_folder_now = next.is_some_and(|(path, _)| path.starts_with(&below));
                let mut folders = gone.match_indices('/').map(|(slash, _)| &gone[..slash]);
                is_folder_now || folders.any(|folder| wanted.files.contains_key(folder))
            })
            .collect()
    }
}

/// Deleting so few files is never much: a post that goes takes a few pages of lists with it.
const FEW_DELETES: usize = 20;

fn reason(live: Option<&Entry>, wanted: &Entry) -> Option<Reason> {
    let Some(live) = live else {
        return Some(Reason::New);
    };
    match live.content {
        Content::Appearing => Some(Reason::New),
        content if content != wanted.content => Some(Reason::Changed),
        _ if live.headers != wanted.headers => Some(Reason::Headers),
        _ => None,
    }
}

/// When a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Nothing needs anything that is not an asset.
    Assets,
    /// Nobody can reach these yet.
    NewPosts,
    /// Breadcrumbs of posts lead to these; nobody reaches them yet either.
    NewLists,
    /// From here on readers see the new.
    Posts,
    Lists,
    Home,
    SearchData,
    Feeds,
    DeleteFeeds,
    DeleteSearchData,
    DeleteLists,
    DeletePosts,
    DeleteAssets,
}

impl Stage {
    fn of_upload(role: Role, reason: Reason) -> Self {
        match (role, reason) {
            (Role::Asset, _) => Self::Assets,
            (Role::Post, Reason::New) => Self::NewPosts,
            (Role::List, Reason::New) => Self::NewLists,
            (Role::Post, _) => Self::Posts,
            (Role::List, _) => Self::Lists,
            (Role::Home, _) => Self::Home,
            (Role::SearchData, _) => Self::SearchData,
            (Role::Feed, _) => Self::Feeds,
        }
    }

    fn of_delete(role: Role) -> Self {
        match role {
            Role::Feed => Self::DeleteFeeds,
            Role::SearchData => Self::DeleteSearchData,
            Role::Home | Role::List => Self::DeleteLists,
            Role::Post => Self::DeletePosts,
            Role::Asset => Self::DeleteAssets,
        }
    }
}
