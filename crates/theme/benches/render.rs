//! What rendering costs: `cargo bench -p newsprint-theme`.
//!
//! A page's cost must not depend on how many posts the archive holds. It cannot: a view is bounded by the page
//! (a list page's size, five related posts), and the site's own values are shared, not copied.

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::path::Path;

use divan::{Bencher, black_box};
use newsprint_model::Config;
use newsprint_theme::Theme;
use newsprint_theme::views::View;
use samples::{Samples, bodies, with_body};

fn main() {
    divan::main();
}

fn load(name: &str) -> Theme {
    let config = Config::parse(&format!("theme = \"{name}\"")).expect("parses");
    Theme::load(Path::new("no such folder"), &config)
        .expect("the embedded themes load")
        .with_site(Samples::default().site())
}

fn render(
    bencher: Bencher<'_, '_>,
    theme: &Theme,
    kind: &'static str,
    view: &View<'_>,
    body: &str,
) {
    let mut page = Samples::default().page(kind, "标题", "2022/09/26/3f2a91c4.html");
    page.breadcrumbs = Samples::default().crumbs();
    let mut out = Vec::new();
    with_body(view, body, |view| {
        bencher.bench_local(move || {
            theme
                .render(&page, black_box(view), &mut out)
                .expect("renders");
            black_box(out.len())
        });
    });
}

#[divan::bench(args = ["broadsheet", "wire"])]
fn post(bencher: Bencher<'_, '_>, theme: &str) {
    let post = Samples::default().post(samples::TITLES[0].1);
    render(
        bencher,
        &load(theme),
        "post",
        &View::Post(&post),
        bodies::ARTICLE,
    );
}

#[divan::bench(args = ["broadsheet", "wire"])]
fn list_of_50(bencher: Bencher<'_, '_>, theme: &str) {
    let list = Samples::default().list("category", "星河观察");
    render(bencher, &load(theme), "list", &View::List(&list), "");
}

#[divan::bench(args = ["broadsheet", "wire"])]
fn home(bencher: Bencher<'_, '_>, theme: &str) {
    let list = Samples::default().home();
    render(bencher, &load(theme), "list", &View::List(&list), "");
}

#[divan::bench]
fn calendar_of_4_years(bencher: Bencher<'_, '_>) {
    let years = Samples::default().calendar();
    render(
        bencher,
        &load("broadsheet"),
        "calendar",
        &View::Calendar(&years),
        "",
    );
}

#[divan::bench]
fn loading() -> Theme {
    load("broadsheet")
}
