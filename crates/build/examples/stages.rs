//! Does one stage of the work on a post over and over, for whoever counts what it costs:
//! `stages read|rewrite|render SITE TIMES`, where SITE is a folder with a single post.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::path::Path;

use newsprint_build::render::{BodySpans, Renderer, Worker};
use newsprint_build::sink::NothingKept;
use newsprint_build::{Options, Progress, prepare};
use newsprint_model::{Counts, RouteKind};
use newsprint_rewrite::{Context, Rewriter};
use newsprint_source::{FileBuffer, Reader, load_body};

/// Nobody listens.
struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: &'static str, _: usize) {}
    fn advance(&self, _: usize) {}
    fn note(&self, _: &str) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [stage, root, times] = arguments.as_slice() else {
        return Err("usage: stages read|rewrite|render SITE TIMES".into());
    };
    let options = Options {
        future: true,
        ..Options::default()
    };
    let (folder, config) = prepare::open(Path::new(root), &options)?;
    let prepared = prepare::prepare(folder, config, &options, false, &Quiet)
        .map_err(|errors| format!("{errors:?}"))?;
    let site = &prepared.site;
    let post = site.archive.posts().first().ok_or("there is no post")?;
    let bytes = std::fs::read(site.folder.content.join(&post.file.path))?;
    let times: usize = times.parse()?;
    match stage.as_str() {
        "read" => {
            let reader = Reader::new(site.config.timezone, site.config.excerpt_width, 0);
            for _ in 0..times {
                black_box(reader.parse(post.file.clone(), &bytes));
            }
        }
        "rewrite" => {
            let mut buffer = FileBuffer::of_thread();
            let body = load_body(&mut buffer, &site.folder.content, &post.file, &post.body)?;
            let mut rewriter = Rewriter::new(site.rules.clone(), Default::default());
            for _ in 0..times {
                black_box(rewriter.rewrite(&body, &Context::default()));
            }
        }
        "render" => {
            let routes = &site.plan.routes;
            let is_post = |kind: &RouteKind| matches!(kind, RouteKind::Post(_));
            let route = routes.iter().find(|route| is_post(&route.kind));
            let route = route.ok_or("there is no page of a post")?;
            let spans = BodySpans::new(1);
            let renderer = Renderer {
                site,
                sink: &NothingKept,
                spans: &spans,
                cleaning: Counts::default(),
            };
            let mut worker = Worker::new(site);
            for _ in 0..times {
                renderer.render(route, &mut worker)?;
            }
            println!("{} bytes", worker.page.len());
        }
        other => return Err(format!("no stage is called {other}").into()),
    }
    Ok(())
}
