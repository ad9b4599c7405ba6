//! What a file is to a reader, which decides when it may appear and when it may go.

use std::collections::HashSet;

/// What a file is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Style sheets, scripts, pictures: what pages need.
    Asset,
    /// A post's page.
    Post,
    /// A page that leads to posts, or from an old address to one.
    List,
    /// The home page.
    Home,
    /// The data that the search page looks terms up in.
    SearchData,
    /// What machines read first: feeds, sitemaps, `robots.txt`, the search index's own table of contents.
    Feed,
}

/// Tells what files are.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    posts: HashSet<String>,
}

impl Roles {
    /// Knows these files as posts' pages.
    pub fn new(posts: HashSet<String>) -> Self {
        Self { posts }
    }

    /// What a file of the output is.
    pub fn of(&self, path: &str) -> Role {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if self.posts.contains(path) {
            return Role::Post;
        }
        if path.starts_with("search/") && extension == "bin" {
            return if name == "manifest.bin" {
                Role::Feed
            } else {
                Role::SearchData
            };
        }
        match (extension, name) {
            ("html" | "htm", _) if path == "index.html" => Role::Home,
            ("html" | "htm", _) => Role::List,
            ("xml", _) | (_, "feed.json" | "robots.txt") => Role::Feed,
            _ => Role::Asset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_roles() {
        let roles = Roles::new(HashSet::from([
            "2024/a.html".to_owned(),
            "x/index.html".into(),
        ]));
        for (path, expected) in [
            ("static/a.1234abcd.css", Role::Asset),
            ("CNAME", Role::Asset),
            ("2024/a.html", Role::Post),
            ("x/index.html", Role::Post),
            ("2024/index.html", Role::List),
            ("404.html", Role::List),
            ("index.html", Role::Home),
            ("categories/a/atom.xml", Role::Feed),
            ("feed.json", Role::Feed),
            ("sitemap.xml", Role::Feed),
            ("robots.txt", Role::Feed),
            ("search/2024/s12.bin", Role::SearchData),
            ("search/manifest.bin", Role::Feed),
        ] {
            assert_eq!(roles.of(path), expected, "{path}");
        }
    }
}
