//! A preview makes the files of the search index when they are asked for: they are the bytes that a build writes.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use newsprint_build::prepare::{open, prepare};
use newsprint_build::render::{BodySpans, Renderer, Worker};
use newsprint_build::search::IndexFiles;
use newsprint_build::sink::NothingKept;
use newsprint_build::site::Site;
use newsprint_build::{Options, Progress, build};
use newsprint_model::{Counts, PostId, RouteKind};
use tempfile::TempDir;

struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &'static str, _: usize) {}

    fn advance(&self, _: usize) {}

    fn note(&self, _: &str) {}
}

fn post(folder: &Path, number: usize) {
    let (year, month, day) = (2019 + number / 40, 1 + number % 40 / 4, 1 + number % 4);
    let text = format!(
        "---\ntitle: 第{number}篇 Post\ncategories: [甲, 源{}]\nauthor: 某{}\ndate: {year}-{month:02}-{day:02} 08:00:00\n---\n\n\
         <p>正文{number}：钉钉低代码。</p><p>Word{number} and <a href=\"https://a.example/?utm_source=x\">more</a></p>\n",
        number % 3,
        number % 5
    );
    fs::write(folder.join(format!("content/{number}.md")), text).expect("written");
}

/// Every file of the index, and how many bodies that took.
fn compare(site: &Site, files: &IndexFiles, output: &Path) -> usize {
    let spans = BodySpans::default();
    let renderer = Renderer {
        site,
        sink: &NothingKept,
        spans: &spans,
        cleaning: Counts::default(),
    };
    let bodies = AtomicUsize::new(0);
    let body = |id: PostId| {
        bodies.fetch_add(1, Ordering::Relaxed);
        renderer.body_html(id, &mut Worker::new(site)).ok()
    };
    let mut compared = 0;
    for route in &site.plan.routes {
        let RouteKind::Search(file) = route.kind else {
            continue;
        };
        let made = files.file(site, file, body).expect("it is made");
        let written = fs::read(output.join(route.url.file())).expect("it was written");
        assert!(made == Some(written), "{}", route.url.file());
        compared += 1;
    }
    assert!(compared > 6, "{compared}");
    bodies.into_inner()
}

#[test]
fn what_is_made_on_demand_is_what_a_build_writes() {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("content")).expect("content/");
    for number in 0..100 {
        post(folder.path(), number);
    }
    let options = Options {
        now: 1_717_200_000,
        ..Options::default()
    };
    let files = IndexFiles::default();
    let output = folder.path().join("public");
    // Four posts stand apart from the years, then five, then six; nothing else is looked at again.
    for (added, bodies) in [(None, 100), (Some(100), 5), (Some(101), 6), (None, 0)] {
        if let Some(number) = added {
            post(folder.path(), number);
        }
        build(folder.path(), &options, &Silent).expect("it is built");
        let (site, config) = open(folder.path(), &options).expect("a site");
        let prepared = prepare(site, config, &options, false, &Silent).expect("it is prepared");
        assert_eq!(
            compare(&prepared.site, &files, &output),
            bodies,
            "{added:?}"
        );
    }
}
