//! The files that hosting platforms read: `_headers`, `_redirects`, `vercel.json`, `netlify.toml`. One source, the site's own
//! facts; one form a platform.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use newsprint_model::config::Host;
use serde_json::{Value, json};

use crate::facts::Facts;
use crate::headers::is_immutable;
use crate::local::Local;
use crate::manifest::Manifest;
use crate::preflight;

/// Headers for a set of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The path, with `*` for anything.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
}

const FOREVER: &str = "public, max-age=31536000, immutable";

/// Folders and files that never change get rules of their own up to so many: the strictest platform takes a hundred rules.
const MOST_RULES: usize = 90;

/// What is served with which headers: the page's own policy, which a header can make stricter than the page itself may, and
/// that what has a digest in its name never has to be asked for again.
pub(crate) fn rules(facts: &Facts, manifest: &Manifest) -> Vec<Rule> {
    let mut rules = vec![Rule {
        path: "/*".into(),
        headers: vec![
            (
                "Content-Security-Policy",
                format!("{}; frame-ancestors 'none'", facts.policy),
            ),
            ("X-Content-Type-Options", "nosniff".into()),
            ("Referrer-Policy", "strict-origin-when-cross-origin".into()),
        ],
    }];
    rules.extend(
        immutable_paths(manifest)
            .into_iter()
            .take(MOST_RULES)
            .map(|path| Rule {
                path,
                headers: vec![("Cache-Control", FOREVER.into())],
            }),
    );
    rules
}

/// Whole folders where all files are such, the files themselves elsewhere.
fn immutable_paths(manifest: &Manifest) -> Vec<String> {
    let mut folders: BTreeMap<&str, (Vec<&str>, bool)> = BTreeMap::new();
    for path in manifest.files.keys() {
        // A pattern of a folder takes in what lies deeper, so every folder above has a say.
        for (slash, _) in path.match_indices('/') {
            let (files, is_pure) = folders.entry(&path[..slash]).or_insert((Vec::new(), true));
            let stands_here = !path[slash + 1..].contains('/');
            match is_immutable(path) {
                true if stands_here => files.push(path),
                true => {}
                false => *is_pure = false,
            }
        }
    }
    let mut paths = Vec::new();
    let mut last_folder: Option<String> = None;
    for (folder, (files, is_pure)) in &folders {
        let is_covered = last_folder
            .as_deref()
            .is_some_and(|last| folder.starts_with(last));
        if is_covered {
            continue;
        }
        if *is_pure {
            paths.push(format!("/{}/*", encoded(folder)));
            last_folder = Some(format!("{folder}/"));
        } else {
            paths.extend(files.iter().map(|file| format!("/{}", encoded(file))));
        }
    }
    paths
}

/// `_headers`, as Cloudflare Pages and Netlify read it.
pub(crate) fn headers_file(rules: &[Rule]) -> String {
    let mut out = String::new();
    for rule in rules {
        let _ = writeln!(out, "{}", rule.path);
        for (name, value) in &rule.headers {
            let _ = writeln!(out, "  {name}: {value}");
        }
    }
    out
}

/// `_redirects`, as Cloudflare Pages, Netlify and GitLab Pages read it. `code` is `301`, or `301!` where a file in the
/// way would win otherwise.
pub(crate) fn redirects_file(facts: &Facts, most: usize, code: &str) -> String {
    let mut out = String::new();
    for (from, to) in facts.redirects.iter().take(most) {
        let _ = writeln!(out, "/{} /{} {code}", encoded(from), encoded(to));
    }
    out
}

/// The two files that say headers and redirects to `host`, but those that the archive brings along. `code` as for
/// [`redirects_file`].
pub(crate) fn headers_and_redirects(
    facts: &Facts,
    local: &Local,
    host: Host,
    code: &str,
) -> Vec<(String, Vec<u8>)> {
    let mut extras = Vec::new();
    let headers = headers_file(&rules(facts, &local.manifest));
    add_missing(&mut extras, local, "_headers", headers);
    let redirects = redirects_file(facts, preflight::most_redirects(host), code);
    add_missing(&mut extras, local, "_redirects", redirects);
    extras
}

/// `vercel.json`.
pub(crate) fn vercel_json(facts: &Facts, rules: &[Rule], most_redirects: usize) -> String {
    let headers: Vec<Value> = rules
        .iter()
        .map(|rule| {
            let pairs: Vec<Value> = rule
                .headers
                .iter()
                .map(|(key, value)| json!({"key": key, "value": value}))
                .collect();
            json!({"source": pattern(&rule.path), "headers": pairs})
        })
        .collect();
    let redirects: Vec<Value> = facts
        .redirects
        .iter()
        .take(most_redirects)
        .map(|(from, to)| {
            json!({
                "source": format!("/{}", encoded(from)),
                "destination": format!("/{}", encoded(to)),
                "statusCode": 301,
            })
        })
        .collect();
    let whole = json!({
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "framework": null,
        "buildCommand": null,
        "installCommand": null,
        "outputDirectory": ".",
        "cleanUrls": false,
        "headers": headers,
        "redirects": redirects,
    });
    // Plain values always have a text.
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

/// `netlify.toml`: nothing is built there, and nothing is done to the files.
pub(crate) fn netlify_toml(folder: &str) -> String {
    format!(
        "[build]\n  publish = \"{folder}\"\n  command = \"\"\n\n[build.processing]\n  skip_processing = true\n"
    )
}

/// Vercel's patterns are those of path-to-regexp: dots and parentheses of a path must not mean anything.
fn pattern(path: &str) -> String {
    path.replace('*', "(.*)")
}

/// Percent-encoded (RFC 3986) in everything but unreserved characters and slashes, so that no character of a path means
/// anything in a rule.
fn encoded(path: &str) -> String {
    newsprint_model::UrlPath::new(path).encoded()
}

/// Adds the files that a platform reads, unless the site has its own.
pub(crate) fn add_missing(
    extras: &mut Vec<(String, Vec<u8>)>,
    local: &Local,
    name: &str,
    text: String,
) {
    if !local.has(name) && !text.is_empty() {
        extras.push((name.to_owned(), text.into_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Content, Entry, Hash};

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = Entry {
            content: Content::Is(Hash::of(b"")),
            size: 0,
            headers: 0,
        };
        Manifest {
            files: paths
                .iter()
                .map(|path| ((*path).to_owned(), entry))
                .collect(),
        }
    }

    fn facts() -> Facts {
        Facts {
            base_url: "https://news.example/".into(),
            redirects: vec![
                ("old/旧 文.html".into(), "2024/a:b*.html".into()),
                ("b/".into(), "c/".into()),
            ],
            policy: "default-src 'none'".into(),
        }
    }

    #[test]
    fn all_forms_say_the_same() {
        let site = manifest(&["index.html", "static/a.0123abcd.css"]);
        let rules = rules(&facts(), &site);
        assert_eq!(
            headers_file(&rules),
            "/*\n  Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\n  \
             X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n\
             /static/*\n  Cache-Control: public, max-age=31536000, immutable\n"
        );
        assert_eq!(
            redirects_file(&facts(), 2000, "301"),
            "/old/%E6%97%A7%20%E6%96%87.html /2024/a%3Ab%2A.html 301\n/b/ /c/ 301\n"
        );
        assert_eq!(redirects_file(&facts(), 1, "301!").lines().count(), 1);
        let vercel: Value = serde_json::from_str(&vercel_json(&facts(), &rules, 9)).expect("JSON");
        assert_eq!(vercel["headers"][1]["source"], "/static/(.*)");
        assert_eq!(vercel["redirects"][0]["destination"], "/2024/a%3Ab%2A.html");
    }

    #[test]
    fn only_what_has_a_digest_is_kept_for_ever() {
        for (files, expected) in [
            (
                vec!["static/a.0123abcd.css", "static/b.css"],
                vec!["/static/a.0123abcd.css"],
            ),
            (
                vec!["static/a.0123abcd.css", "static/f/b.0123abcd.woff2"],
                vec!["/static/*"],
            ),
            (
                vec![
                    "static/a.0123abcd.css",
                    "static/f/b.0123abcd.woff2",
                    "static/g/c.css",
                ],
                vec!["/static/a.0123abcd.css", "/static/f/*"],
            ),
            (vec!["2024/a.html", "index.html"], vec![]),
        ] {
            assert_eq!(immutable_paths(&manifest(&files)), expected, "{files:?}");
        }
        let many: Vec<String> = (0..200)
            .map(|n| format!("static/{n}.0123abcd.css"))
            .collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.push("static/own.css");
        assert_eq!(rules(&facts(), &manifest(&many)).len(), 1 + MOST_RULES);
    }
}
