//! A made-up archive to render: used by the tests, the gallery and the benchmark.

#![allow(
    dead_code,
    reason = "each of the programs that include this file uses a part of it"
)]

pub(crate) mod bodies;

use newsprint_model::Counts;
use newsprint_theme::views::*;
use newsprint_theme::{Body, Ready};

/// Headlines of different lengths, in different languages.
pub(crate) const TITLES: [(&str, &str); 14] = [
    ("zh-Hans", "射电望远镜阵列完成首轮巡天，公开全部原始数据"),
    ("zh-Hans", "开源浏览器引擎发布新版本"),
    (
        "zh-Hans",
        "新标准让网页排版更接近纸质书：中文标点挤压、行首行尾禁则与中西文间距将由浏览器自动处理，开发者不再需要手动插入空格或借助脚本",
    ),
    (
        "en",
        "A small language learns to format its own documentation",
    ),
    ("zh-Hans", "城市公交数据开放三年：谁在用，用来做什么"),
    ("zh-Hant", "社群維護的字型專案新增四千個罕用漢字"),
    ("zh-Hans", "RISC-V 开发板跑通完整桌面系统"),
    ("zh-Hans", "一座图书馆如何把百年报纸放上网"),
    (
        "en",
        "Why the archive still prints: notes from a newspaper's basement, where forty years of microfilm wait for someone to read them again",
    ),
    ("zh-Hans", "低轨卫星互联网的延迟究竟有多低？实测十二个城市"),
    ("ja", "日本語組版の要件、第三版へ"),
    ("zh-Hans", "数据库五十年"),
    ("zh-Hans", "手机电池容量五年翻倍，续航为什么没有"),
    (
        "zh-Hans",
        "从零开始写一个 HTTP 服务器：第七部分，连接复用与背压",
    ),
];

const EXCERPT: &str = "项目组在周一的公告里说，这一轮巡天历时十一个月，覆盖北天约三分之二的天区，原始数据、校准脚本和处理流程一并放出，任何人都可以重新计算论文中的每一张图。首批目录包含四百二十万个射电源，其中约一成此前没有记录。";

/// Everything of a made-up archive. `spice` is added to every text that an author or a scraper could have written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Samples {
    pub(crate) spice: &'static str,
}

/// Test data lives as long as the test.
fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Samples {
    pub(crate) fn text(&self, text: &str) -> String {
        format!("{text}{}", self.spice)
    }

    fn link(&self, title: &str, url: &str) -> Link {
        Link {
            title: self.text(title),
            url: url.into(),
        }
    }

    fn ready_link(&self, title: &str, url: &str) -> Ready<Link> {
        Ready::from(&self.link(title, url))
    }

    fn counted(&self, title: &str, url: &str, count: usize) -> CountedLink {
        CountedLink {
            title: self.text(title),
            url: url.into(),
            count,
        }
    }

    pub(crate) fn site(&self) -> SiteView {
        let feed = |title: &str, url: &str, media_type| FeedLink {
            title: self.text(title),
            url: url.into(),
            media_type,
        };
        SiteView {
            title: self.text("格物日报"),
            description: self.text("技术新闻的存档，每天更新"),
            author: self.text("格物社"),
            language: "zh-Hans".into(),
            base_url: "https://news.example/archive/".into(),
            base_path: "/archive/".into(),
            generator: "Newsprint 0.1.0".into(),
            sections: ["新媒体", "博客", "官方", "Research"]
                .iter()
                .map(|name| self.link(name, &format!("categories/{}/", name.len())))
                .collect(),
            feeds: vec![
                feed("Atom", "atom.xml", "application/atom+xml"),
                feed("RSS", "rss.xml", "application/rss+xml"),
                feed("JSON Feed", "feed.json", "application/feed+json"),
            ],
            search: "search/".into(),
            directories: [
                "categories",
                "sources",
                "calendar",
                "tags",
                "authors",
                "statistics",
                "about",
            ]
            .iter()
            .map(|name| Directory {
                name,
                url: format!("{name}/"),
            })
            .collect(),
        }
    }

    pub(crate) fn page(
        &self,
        kind: &'static str,
        title: &str,
        url: &'static str,
    ) -> PageView<'static> {
        PageView {
            kind,
            title: keep(if title.is_empty() {
                String::new()
            } else {
                self.text(title)
            }),
            description: keep(self.text("一句话的简介")),
            language: "zh-Hans",
            root: keep(match url.matches('/').count() {
                0 => "./".into(),
                depth => "../".repeat(depth),
            }),
            url,
            permalink: keep(format!("https://news.example/archive/{url}")),
            ..PageView::default()
        }
    }

    pub(crate) fn crumbs(&self) -> Vec<Ready<Link>> {
        vec![
            self.ready_link("新媒体", "categories/9/"),
            self.ready_link("星河观察", "categories/9/a/"),
            self.ready_link("最新", "categories/9/a/b/"),
        ]
    }

    pub(crate) fn date(&self, at: usize) -> DateView {
        let (month, day) = (9 - at / 28 % 9, 28 - at % 28);
        DateView {
            iso: format!("2022-{month:02}-{day:02}T19:51:54+08:00"),
            date: format!("2022-{month:02}-{day:02}"),
            time: "19:51".into(),
            year: 2022,
            month: u32::try_from(month).unwrap_or(1),
            day: u32::try_from(day).unwrap_or(1),
            weekday: 1 + u32::try_from(at % 7).unwrap_or(0),
            url: format!("2022/{month:02}/{day:02}/"),
        }
    }

    pub(crate) fn image(&self, at: usize) -> ImageView {
        ImageView {
            src: format!("sample-{}.svg", at % 4),
            permalink: format!("https://news.example/archive/sample-{}.svg", at % 4),
        }
    }

    pub(crate) fn entry(&self, at: usize) -> Entry<'static> {
        let (language, title) = TITLES[at % TITLES.len()];
        Entry {
            title: keep(self.text(title)),
            url: format!("2022/09/{:02}/{at:08x}.html", 1 + at % 28),
            date: self.date(at / 4),
            excerpt: if at % 5 == 4 {
                ""
            } else {
                keep(self.text(EXCERPT))
            },
            image: (at % 3 != 1).then(|| self.image(at)),
            category: Some(self.ready_link("最新", "categories/9/a/b/")),
            source: Some(self.ready_link(
                ["星河观察", "开源日记", "Field Notes"][at % 3],
                "categories/9/a/",
            )),
            language,
            reading_minutes: 1 + u32::try_from(at % 9).unwrap_or(0),
        }
    }

    pub(crate) fn entries(&self, range: std::ops::Range<usize>) -> Vec<Ready<Entry<'static>>> {
        range.map(|at| Ready::from(&self.entry(at))).collect()
    }

    pub(crate) fn post(&self, title: &str) -> PostView<'static> {
        PostView {
            title: keep(self.text(title)),
            body: Body::default(),
            date: Ready::from(&self.date(2)),
            updated: Some(self.date(1)),
            date_guessed: true,
            categories: vec![self.crumbs()],
            tags: vec![
                self.ready_link("天文", "tags/1/"),
                self.ready_link("开放数据", "tags/2/"),
                self.ready_link("Rust", "tags/3/"),
            ],
            sources: vec![self.ready_link("星河观察", "categories/9/a/")],
            authors: vec![self.ready_link("林知远", "authors/1/")],
            writers: vec![self.ready_link("林知远", "authors/1/")],
            image: Some(self.image(0)),
            image_in_body: false,
            link: Some("https://original.example/2022/survey?id=7&lang=zh".into()),
            excerpt: keep(self.text(EXCERPT)),
            words: 2314,
            reading_minutes: 6,
            headings: [(2, "数据规模"), (3, "目录"), (2, "怎样取得"), (2, "下一轮")]
                .iter()
                .map(|(level, text)| HeadingView {
                    level: *level,
                    id: format!("h-{}", text.len() + usize::from(*level)),
                    text: self.text(text),
                })
                .collect(),
            newer: Some(self.link(TITLES[2].1, "2022/09/27/newer.html")),
            older: Some(self.link(TITLES[3].1, "2022/09/25/older.html")),
            related: self.entries(4..9),
            extra: None,
        }
    }

    /// A post with nothing but what every post has.
    pub(crate) fn bare_post(&self, title: &str) -> PostView<'static> {
        PostView {
            title: keep(self.text(title)),
            body: Body::default(),
            date: Ready::from(&self.date(5)),
            words: 12,
            reading_minutes: 1,
            ..PostView::default()
        }
    }

    pub(crate) fn home(&self) -> ListView<'static> {
        ListView {
            kind: "home",
            entries: self.entries(0..50),
            count: Some(12_345),
            older: Some("page/247/".into()),
            oldest: Some("page/1/".into()),
            columns: ["新媒体", "博客", "官方", "Research"]
                .iter()
                .enumerate()
                .map(|(at, name)| Column {
                    section: self.counted(
                        name,
                        &format!("categories/{}/", name.len()),
                        1200 - at * 300,
                    ),
                    entries: self.entries(at * 7 + 3..at * 7 + 15),
                })
                .collect(),
            ..ListView::default()
        }
    }

    pub(crate) fn list(&self, kind: &'static str, name: &str) -> ListView<'static> {
        ListView {
            kind,
            name: keep(if matches!(kind, "year" | "month" | "day") {
                name.into()
            } else {
                self.text(name)
            }),
            entries: self.entries(0..50),
            count: Some(734),
            older: Some("categories/9/a/page/14/".into()),
            oldest: Some("categories/9/a/page/1/".into()),
            front: "categories/9/a/".into(),
            children: match kind {
                "year" => (1..=9)
                    .map(|month| CountedLink {
                        title: format!("2022-{month:02}"),
                        url: format!("2022/{month:02}/"),
                        count: month * 31,
                    })
                    .collect(),
                "month" => (1..=28)
                    .map(|day| CountedLink {
                        title: format!("2022-09-{day:02}"),
                        url: format!("2022/09/{day:02}/"),
                        count: day,
                    })
                    .collect(),
                "day" => Vec::new(),
                _ => (0..7)
                    .map(|at| {
                        self.counted(
                            ["最新", "热榜", "专题", "深度"][at % 4],
                            "categories/9/a/b/",
                            at * 97 + 3,
                        )
                    })
                    .collect(),
            },
            ..ListView::default()
        }
    }

    pub(crate) fn numbered(&self) -> ListView<'static> {
        ListView {
            number: Some(13),
            newer: Some("categories/9/a/page/14/".into()),
            count: None,
            oldest: None,
            children: Vec::new(),
            ..self.list("category", "星河观察")
        }
    }

    pub(crate) fn tree(&self) -> Vec<TreeNode> {
        fn nodes(samples: &Samples, names: &[&str], depth: usize) -> Vec<TreeNode> {
            names
                .iter()
                .enumerate()
                .map(|(at, name)| TreeNode {
                    title: samples.text(name),
                    url: format!("categories/{depth}-{at}/"),
                    count: 3000 / (depth + 1) / (at + 1),
                    children: match depth {
                        0 => nodes(
                            samples,
                            &[
                                "星河观察",
                                "开源日记",
                                "Field Notes",
                                "一份名字特别长的行业周刊电子版",
                            ],
                            1,
                        ),
                        1 => nodes(samples, &["最新", "热榜", "专题"][..1 + at % 3], 2),
                        _ => Vec::new(),
                    },
                })
                .collect()
        }
        nodes(self, &["新媒体", "博客", "官方", "Research"], 0)
    }

    pub(crate) fn terms(&self) -> Vec<CountedLink> {
        (0..120)
            .map(|at| {
                self.counted(
                    [
                        "天文",
                        "开放数据",
                        "Rust",
                        "编译器",
                        "排版",
                        "操作系统",
                        "Open hardware",
                        "数据库",
                    ][at % 8],
                    &format!("tags/{at}/"),
                    500 / (at + 1),
                )
            })
            .collect()
    }

    pub(crate) fn sources(&self) -> Vec<SourceGroup> {
        ["新媒体", "Research"]
            .iter()
            .map(|section| SourceGroup {
                section: self.link(section, "categories/1/"),
                sources: (0..25)
                    .map(|at| SourceView {
                        title: self.text(
                            [
                                "星河观察",
                                "开源日记",
                                "Field Notes",
                                "一份名字特别长的行业周刊电子版",
                            ][at % 4],
                        ),
                        url: "categories/1/2/".into(),
                        count: 3000 / (at + 1),
                        first: self.date(90 + at),
                        last: self.date(at),
                        newest: self.link(TITLES[at % TITLES.len()].1, "2022/a.html"),
                    })
                    .collect(),
            })
            .collect()
    }

    pub(crate) fn about(&self) -> AboutView<'static> {
        AboutView {
            body: Body::default(),
            posts: 12_000,
            sources: 57,
            first: Some(self.date(200)),
            updated: Some(self.date(1)),
        }
    }

    pub(crate) fn calendar(&self) -> Vec<CalendarYear> {
        const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        (2019..=2022)
            .rev()
            .map(|year| {
                let months: Vec<CalendarMonth> = (1..=if year == 2022 { 9 } else { 12 })
                    .map(|month| {
                        let days: Vec<CalendarDay> = (1..=DAYS[month as usize - 1])
                            .map(|day| {
                                let level = (day * 7 + month * 3 + day * day / 3) % 6;
                                let level = if level == 5 { 0 } else { level };
                                CalendarDay {
                                    day,
                                    url: if level == 0 {
                                        String::new()
                                    } else {
                                        format!("{year}/{month:02}/{day:02}/")
                                    },
                                    count: level as usize * 6,
                                    level: u8::try_from(level).unwrap_or(0),
                                }
                            })
                            .collect();
                        CalendarMonth {
                            month,
                            url: format!("{year}/{month:02}/"),
                            count: days.iter().map(|day| day.count).sum(),
                            first_weekday: 1 + (month * 3 + year as u32) % 7,
                            days,
                        }
                    })
                    .collect();
                CalendarYear {
                    year,
                    url: format!("{year}/"),
                    count: months.iter().map(|month| month.count).sum(),
                    months,
                }
            })
            .collect()
    }

    pub(crate) fn statistics(&self) -> StatisticsView {
        StatisticsView {
            posts: 12_345,
            words: 23_456_789,
            first: Some(self.date(200)),
            last: Some(self.date(0)),
            months: (0..66)
                .map(|at| CountedLink {
                    title: format!("{}-{:02}", 2017 + at / 12, 1 + at % 12),
                    url: format!("{}/{:02}/", 2017 + at / 12, 1 + at % 12),
                    count: if at % 17 == 9 {
                        0
                    } else {
                        (at * at * 7 + at * 131) % 400 + at * 3
                    },
                })
                .collect(),
            outside_months: 3,
            sections: (0..4)
                .map(|at| {
                    self.counted(
                        ["新媒体", "博客", "官方", "Research"][at],
                        "categories/1/",
                        6000 / (at + 1),
                    )
                })
                .collect(),
            sources: (0..25)
                .map(|at| {
                    self.counted(
                        [
                            "星河观察",
                            "开源日记",
                            "Field Notes",
                            "一份名字特别长的行业周刊电子版",
                        ][at % 4],
                        "categories/2/",
                        3000 / (at + 1),
                    )
                })
                .collect(),
            gaps: (0..5)
                .map(|at| Gap {
                    from: self.date(at * 9 + 9),
                    to: self.date(at * 9),
                    days: 40 - at as i64,
                })
                .collect(),
            cleaning: Counts {
                links_cleaned: 51_234,
                links_unwrapped: 4_210,
                pixels_removed: 932,
                elements_removed: 18_020,
                ..Counts::default()
            },
        }
    }
}

/// Shows a view with this body in it.
pub(crate) fn with_body<R>(view: &View<'_>, html: &str, show: impl FnOnce(&View<'_>) -> R) -> R {
    let body = Body::of(html);
    match view {
        View::Post(post) => show(&View::Post(&PostView {
            body,
            ..(*post).clone()
        })),
        View::About(about) => show(&View::About(&AboutView {
            body,
            ..(*about).clone()
        })),
        _ => show(view),
    }
}
