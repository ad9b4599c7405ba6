//! The search of an archive of ten thousand made-up posts, judged in a real browser and against a plain scan.

use std::fs;
use std::path::{Path, PathBuf};

use crate::corpus::{self, Corpus};
use crate::judge::build;
use crate::judge_tools::{Tools, judges};
use crate::shell;

const POSTS: u64 = 10_000;
const SEED: u64 = 6;
/// Queries that are compared with a scan.
const QUERIES: &str = "500";
/// A post in which everything is hostile that a list of results shows.
const HOSTILE: &str = "---\ntitle: '<img src=x onerror=alert(1)> \"><script>alert(1)</script> onerror alert'\n\
                       author: '<b onclick=alert(1)>某</b>'\ncategories: ['<i>甲</i>', '\"><script>alert(1)</script>']\n\
                       date: 2020-02-02 08:00:00\n---\n\n<p>onerror &lt;script&gt;alert(1)&lt;/script&gt; alert</p>\n";

pub(crate) fn run(tools: &Tools) -> Result<(), String> {
    shell::say(&format!("── search, over {POSTS} made-up posts"));
    let output = build(&site()?, "search")?;
    let root = shell::root();
    let node = |name: &str, script: &str, arguments: &[&Path]| {
        let mut node = shell::command("node", &[]);
        node.arg(judges().join(script)).args(arguments);
        shell::run(name, &mut node)
    };
    let script = root.join("themes/broadsheet/static/search.js");
    let cases = root.join("crates/search/tests/cases");
    let variants = output.join("search/variants.bin");
    node(
        "cases that the index and its reader share",
        "search-cases.mjs",
        &[&script, &cases, &variants],
    )?;
    node(
        "the index and a plain scan",
        "search-scan.mjs",
        &[&output, Path::new(QUERIES)],
    )?;
    node(
        "search in a browser",
        "search.mjs",
        &[&output, &tools.node_modules],
    )
}

/// A site folder with the posts; those of an earlier run are used again.
fn site() -> Result<PathBuf, String> {
    let site = shell::root().join("target/judge/search-site");
    let content = site.join("content");
    let failed = |error: std::io::Error| format!("{}: {error}", site.display());
    let whole = site.join(format!("posts-{POSTS}-{SEED}"));
    if !whole.exists() {
        if site.exists() {
            fs::remove_dir_all(&site).map_err(failed)?;
        }
        fs::create_dir_all(&site).map_err(failed)?;
        Corpus::new(SEED, corpus::MEASURED_MEAN)?.write(POSTS - 1, &content)?;
        fs::write(content.join("hostile.md"), HOSTILE).map_err(failed)?;
        fs::write(&whole, "").map_err(failed)?;
    }
    let config = "title = \"查\"\nbase_url = \"https://news.example/archive/\"\n";
    fs::write(site.join("newsprint.toml"), config).map_err(failed)?;
    Ok(site)
}
