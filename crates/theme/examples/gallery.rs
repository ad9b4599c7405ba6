//! Renders every kind of page with made-up posts into a folder, to be looked at in a browser.
//!
//! `cargo run -p newsprint-theme --example gallery -- FOLDER [THEME]`

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use newsprint_model::Config;
use newsprint_theme::Theme;
use newsprint_theme::views::{ListView, PageView, View};
use samples::{Samples, bodies, with_body};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder to write to")?);
    let name = arguments.next().unwrap_or_else(|| "broadsheet".into());
    let config = Config::parse(&format!("[theme]\nname = \"{name}\"\n{}", settings(&name)))?;
    let samples = Samples::default();
    let theme = Theme::load(&folder, &config)
        .map_err(|errors| {
            errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        })?
        .with_site(samples.site());
    let gallery = Gallery {
        folder,
        theme,
        samples,
    };
    for file in gallery.theme.static_files() {
        gallery.write(&file.url, &file.bytes)?;
    }
    for (number, hue) in [210, 25, 140, 280].iter().enumerate() {
        gallery.write(&format!("sample-{number}.svg"), picture(*hue).as_bytes())?;
    }
    gallery.posts()?;
    gallery.lists()?;
    gallery.directories()
}

struct Gallery {
    folder: PathBuf,
    theme: Theme,
    samples: Samples,
}

impl Gallery {
    fn posts(&self) -> Result<(), Box<dyn Error>> {
        let long = samples::TITLES[2].1;
        let mut post = self.samples.post(samples::TITLES[0].1);
        self.post("post.html", &View::Post(&post), bodies::ARTICLE, "zh-Hans")?;
        post.title = long;
        post.image = None;
        self.post(
            "post-table.html",
            &View::Post(&post),
            &bodies::wide_table(),
            "zh-Hans",
        )?;
        post.image_in_body = true;
        post.image = Some(self.samples.image(0));
        self.post(
            "post-images.html",
            &View::Post(&post),
            &bodies::forty_images(),
            "zh-Hans",
        )?;
        let english = self.samples.bare_post(samples::TITLES[8].1);
        self.post(
            "post-english.html",
            &View::Post(&english),
            bodies::ENGLISH,
            "en",
        )?;
        let empty = self.samples.bare_post("空");
        self.post("post-empty.html", &View::Post(&empty), "", "zh-Hans")
    }

    fn post(
        &self,
        url: &'static str,
        view: &View<'_>,
        body: &str,
        language: &'static str,
    ) -> Result<(), Box<dyn Error>> {
        let title = match view {
            View::Post(post) => post.title,
            _ => "",
        };
        let mut page = self.samples.page("post", title, url);
        page.language = language;
        page.breadcrumbs = self.samples.crumbs();
        self.page(&page, view, body)
    }

    fn lists(&self) -> Result<(), Box<dyn Error>> {
        let lists: [(&'static str, &str, ListView<'_>); 6] = [
            ("", "", self.samples.home()),
            (
                "category.html",
                "星河观察",
                self.samples.list("category", "星河观察"),
            ),
            ("numbered.html", "星河观察", self.samples.numbered()),
            ("tag.html", "天文", self.samples.list("tag", "天文")),
            ("year.html", "2022", self.samples.list("year", "2022")),
            (
                "day.html",
                "2022-09-26",
                ListView {
                    children: Vec::new(),
                    ..self.samples.list("day", "2022-09-26")
                },
            ),
        ];
        for (url, title, list) in &lists {
            let mut page = self.samples.page("list", title, url);
            if list.kind == "category" {
                page.breadcrumbs = self.samples.crumbs()[..1].to_vec();
            }
            self.page(&page, &View::List(list), "")?;
        }
        self.page(
            &self.samples.page("list", "", "empty.html"),
            &View::List(&ListView {
                kind: "home",
                ..ListView::default()
            }),
            "",
        )
    }

    fn directories(&self) -> Result<(), Box<dyn Error>> {
        let samples = &self.samples;
        self.page(
            &samples.page("categories", "", "categories/"),
            &View::Categories(&samples.tree()),
            "",
        )?;
        self.page(
            &samples.page("tags", "", "tags/"),
            &View::Terms(&samples.terms()),
            "",
        )?;
        self.page(
            &samples.page("sources", "", "sources/"),
            &View::Sources(&samples.sources()),
            "",
        )?;
        self.page(
            &samples.page("about", "", "about/"),
            &View::About(&samples.about()),
            "",
        )?;
        self.page(
            &samples.page("calendar", "", "calendar/"),
            &View::Calendar(&samples.calendar()),
            "",
        )?;
        self.page(
            &samples.page("statistics", "", "statistics/"),
            &View::Statistics(&samples.statistics()),
            "",
        )?;
        self.page(
            &samples.page("not_found", "", "404.html"),
            &View::NotFound,
            "",
        )?;
        self.page(
            &samples.page("redirect", "", "moved.html"),
            &View::Redirect("post.html"),
            "",
        )
    }

    fn page(&self, page: &PageView<'_>, view: &View<'_>, body: &str) -> Result<(), Box<dyn Error>> {
        let mut out = Vec::new();
        with_body(view, body, |view| self.theme.render(page, view, &mut out))?;
        let file = match page.url {
            "" => "index.html".to_owned(),
            url if url.ends_with('/') => format!("{url}index.html"),
            url => url.to_owned(),
        };
        self.write(&file, &out)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        Ok(fs::write(path, bytes)?)
    }
}

fn settings(theme: &str) -> &'static str {
    if theme != "broadsheet" {
        return "";
    }
    r#"[theme.settings]
about = "这里收存技术新闻,每篇都注明来源与原文地址,版权归原作者所有。"
footer_text = "内容仅供研究"
search_url = "https://search.example/"
"#
}

/// A landscape, so that pages have something to show.
fn picture(hue: u32) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='960' height='600'><rect width='960' height='600' fill='hsl({hue} 45% 82%)'/>\
         <circle cx='720' cy='170' r='70' fill='hsl({} 70% 88%)'/><path d='M0 430 240 250 430 400 610 300 960 470V600H0z' fill='hsl({hue} 30% 45%)'/>\
         <path d='M0 500 320 420 640 520 960 440V600H0z' fill='hsl({hue} 35% 30%)'/></svg>",
        (hue + 180) % 360
    )
}
