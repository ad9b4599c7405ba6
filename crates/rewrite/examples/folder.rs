//! Rewrites the body of every post in a folder and says what was changed in total and how long it took:
//! `folder POSTS [PAGES]`. With PAGES, each body is written there in a minimal page.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use newsprint_model::Counts;
use newsprint_rewrite::{Context, Options, Rewriter, links::LinkRules};
use walkdir::WalkDir;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let posts = arguments.next().ok_or("which folder?")?;
    let pages = arguments.next();
    let mut bodies = Vec::new();
    for entry in WalkDir::new(&posts).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let text = String::from_utf8_lossy(&std::fs::read(entry.path())?).into_owned();
            bodies.push((entry.into_path(), body_of(&text).to_owned()));
        }
    }
    let mut rewriter = Rewriter::new(
        Arc::new(LinkRules::built_in(Default::default())),
        Options::default(),
    );
    let mut counts = Counts::default();
    let bytes: usize = bodies.iter().map(|(_, body)| body.len()).sum();
    let mut time = Duration::ZERO;
    for (number, (path, body)) in bodies.iter().enumerate() {
        let start = Instant::now();
        let rewritten = rewriter.rewrite(body, &Context::default());
        time += start.elapsed();
        counts.add(&rewritten.counts);
        if let Some(pages) = &pages {
            write_page(pages, number, path, &rewritten.html)?;
        }
    }
    let seconds = time.as_secs_f64();
    println!("{counts:#?}");
    let per_body = seconds * 1e6 * 6144.0 / bytes as f64;
    println!(
        "{} bodies, {bytes} bytes, {seconds:.3} s, {per_body:.1} us per 6 KiB",
        bodies.len()
    );
    Ok(())
}

/// What follows the front matter.
fn body_of(text: &str) -> &str {
    let trimmed = text.trim_start();
    let after = trimmed
        .strip_prefix("---")
        .and_then(|rest| rest.split_once("\n---"));
    after.map_or(text, |(_, body)| body)
}

fn write_page(folder: &Path, number: usize, path: &Path, body: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let title = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .replace(['<', '&', '"'], " ");
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-Hans\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><header>head</header><main><h1>{title}</h1>\n{body}\n</main><footer>foot</footer></body></html>\n"
    );
    std::fs::write(folder.join(format!("{number:05}.html")), page)
}
