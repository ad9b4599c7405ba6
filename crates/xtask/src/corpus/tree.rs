//! Where posts come from: 120 channels of 60 sources in 8 sections, as unevenly filled as those of a real archive.
//!
//! The tree is the same for every seed. A source has one crawler, so its posts share their markup and their form of dates.

use super::random::Random;
use super::text::Language;

/// How a source's articles are marked up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// One `p` a paragraph, and what an editor of the web adds: headings, lists, figures, code.
    Paragraphs,
    /// `section` in `section`, and a `span` with its own style around every run of text.
    Spans,
    /// Text in a `div`, parted by `br`.
    Breaks,
    /// `p` indented by hand, `font`, `align`, upper case.
    Old,
}

/// How a source writes dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DateForm {
    /// `Wed, 23 Feb 2022 07:18:34 GMT`
    Http,
    /// `2022-02-23T07:18:34.000Z`
    Utc,
    /// `2022-02-23T15:18:34+08:00`
    Offset,
    /// `2022-02-23 15:18:34`
    Plain,
    /// `2022/02/23 15:18`
    Slashes,
    /// `2022年2月23日 15:18`
    Chinese,
    /// `2022-02-23`
    Day,
}

/// A folder of posts.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) section: &'static str,
    pub(crate) source: &'static str,
    pub(crate) name: &'static str,
    /// The host that the source's links and images point at.
    pub(crate) host: String,
    pub(crate) style: Style,
    pub(crate) dates: DateForm,
    pub(crate) language: Language,
}

const SOURCES: [(&str, &[&str]); 8] = [
    (
        "新媒体",
        &[
            "晨报网",
            "南岸周刊",
            "灯火日报",
            "拾光社",
            "快讯通",
            "深读 Lab",
            "半岛观察",
            "热榜君",
            "云上书",
            "数读",
            "第二页",
            "人间志",
            "早知道",
            "冷知识局",
            "一点评论",
            "街角",
        ],
    ),
    (
        "科技",
        &[
            "极客湾",
            "芯事",
            "零一财经",
            "硬件坊",
            "量子门",
            "智能派",
            "TechDaily 中文",
            "数码匣",
            "果核",
            "天文台",
            "实验室手记",
            "电动邦",
        ],
    ),
    (
        "编程",
        &[
            "码农周刊",
            "开源集",
            "后端论",
            "前端早茶",
            "Rust 小站",
            "算法角",
            "运维日记",
            "数据湾",
            "编译原",
        ],
    ),
    ("设计", &["纸与墨", "Studio Nine", "字游", "空间志", "色卡"]),
    (
        "财经",
        &["财看板", "基金笔记", "选股台", "宏观眼", "账房", "市井财经"],
    ),
    ("文化", &["书影音", "旧物馆", "方言社", "剧场后台"]),
    ("生活", &["好好吃饭", "慢旅行", "跑者", "养猫指南", "小家"]),
    (
        "海外",
        &["Harbour Review", "The Daily Orchard", "North Signal"],
    ),
];

const CHANNELS: [&str; 14] = [
    "头条",
    "快讯",
    "专栏",
    "作者",
    "标签",
    "深度",
    "最新",
    "主题",
    "热榜",
    "新闻",
    "资讯",
    "Work type",
    "评论",
    "推荐",
];

/// Most sources write dates as HTTP does.
const DATES: [DateForm; 12] = [
    DateForm::Http,
    DateForm::Http,
    DateForm::Plain,
    DateForm::Http,
    DateForm::Http,
    DateForm::Offset,
    DateForm::Http,
    DateForm::Utc,
    DateForm::Http,
    DateForm::Http,
    DateForm::Slashes,
    DateForm::Http,
];

/// All channels, with the weights by which posts are spread over them.
pub(crate) struct Tree {
    channels: Vec<Channel>,
    /// The sums of weights up to and with each channel.
    sums: Vec<u64>,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let mut channels = Vec::new();
        let sources = SOURCES
            .iter()
            .flat_map(|(section, sources)| sources.iter().map(move |source| (*section, *source)));
        for (number, (section, source)) in sources.enumerate() {
            let count = [2, 1, 3, 2, 1, 3][number % 6];
            for place in 0..count {
                channels.push(Channel {
                    section,
                    source,
                    name: CHANNELS[(number * 5 + place * 3) % CHANNELS.len()],
                    host: format!("s{number}.example"),
                    style: style(number),
                    dates: match number {
                        33 => DateForm::Chinese,
                        47 => DateForm::Day,
                        _ => DATES[number % DATES.len()],
                    },
                    language: language(section, number),
                });
            }
        }
        shuffle(&mut channels);
        let sums = (0..channels.len() as u64)
            .scan(0, |sum, rank| {
                *sum += 1_000_000 / (rank + 2);
                Some(*sum)
            })
            .collect();
        Self { channels, sums }
    }

    /// The channel of a post: a few get most posts, as Zipf's law has it.
    pub(crate) fn draw(&self, random: &mut Random) -> &Channel {
        let total = self.sums.last().copied().unwrap_or(1);
        let place = random.between(0, total - 1);
        let number = self.sums.partition_point(|sum| *sum <= place);
        &self.channels[number]
    }
}

fn style(number: usize) -> Style {
    match number % 10 {
        1 | 6 => Style::Spans,
        3 | 8 => Style::Breaks,
        5 => Style::Old,
        _ => Style::Paragraphs,
    }
}

fn language(section: &str, number: usize) -> Language {
    if section == "海外"
        || (section == "设计" && number.is_multiple_of(2))
        || (section == "编程" && number.is_multiple_of(3))
        || (section == "新媒体" && number % 8 == 7)
    {
        Language::English
    } else {
        Language::Chinese
    }
}

/// Spreads sections over the ranks (Fisher, Yates), the same way every time.
fn shuffle(channels: &mut [Channel]) {
    let mut random = Random::new(0, 0);
    for last in (1..channels.len()).rev() {
        channels.swap(last, random.between(0, last as u64) as usize);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Random, Tree};

    #[test]
    fn it_has_120_channels_of_60_sources_in_8_sections() {
        let tree = Tree::new();
        let sections: BTreeSet<_> = tree.channels.iter().map(|one| one.section).collect();
        let sources: BTreeSet<_> = tree.channels.iter().map(|one| one.source).collect();
        let folders: BTreeSet<_> = tree
            .channels
            .iter()
            .map(|one| (one.section, one.source, one.name))
            .collect();
        assert_eq!(
            (sections.len(), sources.len(), folders.len()),
            (8, 60, tree.channels.len())
        );
        assert_eq!(tree.channels.len(), 120);
    }

    #[test]
    fn a_tenth_of_the_channels_holds_about_half_of_the_posts_and_none_is_empty() {
        let tree = Tree::new();
        let mut counts = vec![0_usize; tree.channels.len()];
        let mut random = Random::new(8, 0);
        for _ in 0..50_000 {
            let drawn = tree.draw(&mut random);
            let number = tree
                .channels
                .iter()
                .position(|one| std::ptr::eq(one, drawn))
                .expect("it is one of them");
            counts[number] += 1;
        }
        assert!(counts.iter().all(|count| *count > 0));
        counts.sort_unstable();
        let top: usize = counts.iter().rev().take(12).sum();
        assert!((20_000..30_000).contains(&top), "{top}");
    }
}
