//! A page costs the same in an archive of 1,000 posts and of 100,000: counted in bytes of the page, in allocations and in
//! bytes allocated while it is made, never in time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use allocation_counter::measure;
use newsprint_build::folder::SiteFolder;
use newsprint_build::ledger::Ledger;
use newsprint_build::local::LocalFiles;
use newsprint_build::permalink::Pattern;
use newsprint_build::plan::{self, Sources};
use newsprint_build::render::{BodySpans, Renderer, Worker};
use newsprint_build::sink::NothingKept;
use newsprint_build::site::{Shared, Site, site_view};
use newsprint_model::post::{PostDate, Visibility};
use newsprint_model::{
    Archive, BodyKind, Config, Counts, DateOrigin, Names, PostMeta, RouteKind, SourceFile,
    TitleOrigin,
};
use newsprint_rewrite::links::LinkRules;
use newsprint_theme::Theme;
use rustc_hash::FxHashSet;

const BODY: &str = "<p>正文的第一段。</p>\n<h2>小标题</h2>\n<p>第二段，带一个<a href=\"https://a.example/\">链接</a>。</p>\n";
const HOUR: i64 = 3600;
/// 2001-01-01T00:00:00Z.
const START: i64 = 978_307_200;
/// A post every nine hours: a thousand of them fill a year, and every day has two or three.
const INTERVAL: i64 = 9 * HOUR;
const SMALL: usize = 1_000;
const LARGE: usize = 100_000;

/// What making a page costs.
#[derive(Debug, Clone, Copy)]
struct Cost {
    page: usize,
    allocations: u64,
    allocated: u64,
}

/// An archive without files: only bodies that are read stand on the disk.
fn site(folder: &Path, posts: usize) -> Site {
    let config =
        Config::parse("base_url = \"https://news.example/\"\ntimezone = \"UTC\"\npage_size = 10")
            .expect("it is fine");
    let folder = SiteFolder::at(folder, None);
    let archive = Archive::freeze((0..posts).map(meta), config.timezone);
    let theme = Theme::load(&folder.root, &config).expect("it loads");
    let theme_files: Vec<String> = theme.static_files().iter().map(|f| f.url.clone()).collect();
    let sources = Sources {
        config: &config,
        archive: &archive,
        content: &folder.content,
        post_files: &FxHashSet::default(),
        assets: &[],
        statics: &[],
        theme_files: &theme_files,
        is_searched: false,
    };
    let pattern = Pattern::parse(&config.permalink, config.abbrlink).expect("it is fine");
    let plan = plan::plan(&sources, &pattern, &mut Ledger::default());
    let view = site_view(&config, &archive, &plan);
    Site {
        theme: theme.with_site(view.clone()),
        view,
        rules_fingerprint: 0,
        rules: Arc::new(LinkRules::built_in(config.links.affiliate)),
        local: LocalFiles::new(&archive, &[], std::iter::empty()),
        shared: Shared::new(&archive, &plan.urls),
        about: None,
        config,
        folder,
        archive,
        plan,
        search: None,
    }
}

fn path(number: usize) -> PathBuf {
    PathBuf::from(format!("{number:08}.md"))
}

/// Post after post alike: four sections of five sources, tags and authors by turns.
fn meta(number: usize) -> PostMeta {
    let category = [
        format!("section {}", number % 4),
        format!("source {:02}", number % 20),
        "channel".to_owned(),
    ];
    PostMeta {
        file: SourceFile {
            path: path(number),
            size: BODY.len() as u64,
            mtime: 0,
        },
        title: format!("标题 {number:08}").into(),
        title_origin: TitleOrigin::FrontMatter,
        date: Some(PostDate {
            seconds: START + INTERVAL * i64::try_from(number).expect("it fits"),
            origin: DateOrigin::FrontMatter,
        }),
        names: Arc::new(Names {
            categories: vec![category.map(Into::into).to_vec()],
            tags: vec![format!("tag {:02}", number % 25).into()],
            authors: vec![format!("author {:02}", number % 20).into()],
        }),
        image: Some("https://img.example/a.jpg".into()),
        link: Some("https://original.example/a.html".into()),
        excerpt: "正文的第一段。小标题 第二段，带一个链接。".into(),
        words: 20,
        visibility: Visibility::Published,
        body_kind: BodyKind::Html,
        digest: number as u64,
        body: 0..BODY.len(),
        uncommon: None,
    }
}

/// The cost of every route that `wanted` names. What is made once and kept is made beforehand.
fn costs(
    posts: usize,
    wanted: impl Fn(&str, &RouteKind) -> Option<String>,
) -> BTreeMap<String, Cost> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = site(folder.path(), posts);
    std::fs::create_dir_all(&site.folder.content).expect("made");
    // Those that feeds and the pages below show.
    for number in (0..3)
        .chain(posts / 2..posts / 2 + 3)
        .chain(posts - 700..posts)
    {
        std::fs::write(site.folder.content.join(path(number)), BODY).expect("written");
    }
    let renderer = Renderer {
        site: &site,
        sink: &NothingKept,
        spans: &BodySpans::new(posts),
        cleaning: Counts::default(),
    };
    let mut worker = Worker::new(&site);
    let mut costs = BTreeMap::new();
    for route in &site.plan.routes {
        let Some(name) = wanted(route.url.as_str(), &route.kind) else {
            continue;
        };
        renderer.render(route, &mut worker).expect("it renders");
        let info = measure(|| {
            renderer.render(route, &mut worker).expect("it renders");
        });
        let cost = Cost {
            page: worker.page.len(),
            allocations: info.count_total,
            allocated: info.bytes_total,
        };
        assert!(costs.insert(name.clone(), cost).is_none(), "{name} twice");
    }
    costs
}

/// Pages whose cost must not depend on the archive: posts at the ends and in the middle, lists of every kind, feeds.
fn constant(posts: usize) -> impl Fn(&str, &RouteKind) -> Option<String> {
    move |url, kind| match kind {
        RouteKind::Post(id) => [
            ("oldest", 1),
            ("middle", posts / 2 + 1),
            ("newest", posts - 1),
        ]
        .into_iter()
        .find(|(_, at)| *at == id.0 as usize)
        .map(|(name, _)| format!("post, {name}")),
        RouteKind::List(..) | RouteKind::Feed(..) => [
            "",
            "page/1.html",
            "page/3.html",
            "categories/section-0/",
            "categories/section-0/page/2.html",
            "categories/section-0/source-04/",
            "categories/section-0/source-04/channel/",
            "tags/tag-07/",
            "authors/author-03/",
            "2001/",
            "2001/page/9.html",
            "2001/03/",
            "2001/03/05/",
            "atom.xml",
            "feed.json",
            "categories/section-0/rss.xml",
        ]
        .contains(&url)
        .then(|| url.to_owned()),
        RouteKind::NotFound | RouteKind::Robots => Some(url.to_owned()),
        _ => None,
    }
}

/// Within two per cent: a number has more digits in the larger archive.
fn alike(small: u64, large: u64) -> bool {
    small.abs_diff(large) * 50 <= small
}

#[test]
fn a_page_costs_the_same_in_a_hundred_times_the_archive() {
    let small = costs(SMALL, constant(SMALL));
    let large = costs(LARGE, constant(LARGE));
    assert!(small.keys().eq(large.keys()), "{:?}", small.keys());
    assert_eq!(small.len(), 3 + 16 + 2, "{:?}", small.keys());
    for (name, small) in &small {
        let large = large[name];
        let is_alike = alike(small.page as u64, large.page as u64)
            && alike(small.allocations, large.allocations)
            && alike(small.allocated, large.allocated);
        assert!(is_alike, "{name}: {small:?} and {large:?}");
    }
}

/// The same ruler sees what does grow: the few pages that are about the whole archive.
#[test]
fn pages_about_the_whole_archive_grow_and_the_count_shows_it() {
    let whole = |_: &str, kind: &RouteKind| match kind {
        RouteKind::Calendar => Some("calendar".to_owned()),
        RouteKind::SitemapIndex => Some("sitemaps".to_owned()),
        _ => None,
    };
    let small = costs(SMALL, whole);
    let large = costs(10 * SMALL, whole);
    assert_eq!(small.len(), 2);
    for (name, small) in &small {
        let large = large[name];
        assert!(
            large.page > 4 * small.page,
            "{name}: {small:?} and {large:?}"
        );
        assert!(
            large.allocations > 4 * small.allocations,
            "{name}: {small:?} and {large:?}"
        );
        assert!(!alike(small.allocated, large.allocated), "{name}");
    }
}
