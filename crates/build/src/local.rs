//! Finds what a relative reference in a body means: a file beside the post, a static file, or another post.

use std::collections::HashSet;

use newsprint_model::{Archive, PostId, SourceFile, UrlPath};
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::names::resolve;
use crate::urls::Urls;

/// Every file that a post may refer to.
#[derive(Debug, Default)]
pub struct LocalFiles {
    /// Output paths of assets and static files.
    files: HashSet<String>,
    /// Posts by a hash of their path.
    posts: FxHashMap<u64, PostId>,
}

impl LocalFiles {
    /// Takes note of the files and posts of a site.
    pub fn new(
        archive: &Archive,
        assets: &[SourceFile],
        statics: impl Iterator<Item = String>,
    ) -> Self {
        let posts = archive
            .posts()
            .iter()
            .zip(0..)
            .map(|(post, id)| (xxh3_64(post.file.key().as_bytes()), PostId(id)))
            .collect();
        let assets = assets.iter().map(|file| file.key().into_owned());
        let files = assets.chain(statics).collect();
        Self { files, posts }
    }

    /// The address of what `reference` means to the file `from` (its path below `content/`), relative to the
    /// site's root, with query and fragment. None where nothing of that name is there.
    pub fn find(&self, urls: &Urls, from: &str, reference: &str) -> Option<String> {
        let end = reference.find(['?', '#']).unwrap_or(reference.len());
        let (path, rest) = reference.split_at(end);
        if path.is_empty() || path.starts_with("//") || path.contains(':') {
            return None;
        }
        let path = percent_decode_str(path).decode_utf8().ok()?;
        let folder = from.rfind('/').map_or("", |slash| &from[..slash]);
        let target = match path.strip_prefix('/') {
            Some(absolute) => resolve("", absolute)?,
            None => resolve(folder, &path)?,
        };
        if let Some(id) = self.posts.get(&xxh3_64(target.as_bytes())) {
            return Some(format!(
                "{}{}",
                urls.post(*id).encoded(),
                encoded_tail(rest)
            ));
        }
        self.files
            .contains(&target)
            .then(|| format!("{}{}", UrlPath::new(&target).encoded(), encoded_tail(rest)))
    }
}

/// A query or fragment as given, but for what may not stand in a URL at all.
fn encoded_tail(tail: &str) -> String {
    tail.chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '\\' | ' '))
        .collect()
}
