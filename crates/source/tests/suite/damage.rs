//! Good posts, damaged on purpose in every way that crawlers have: each is still a post.

use newsprint_model::{Diagnostic, PostMeta};
use proptest::prelude::*;

use crate::common::post;

const TITLE: &str = "深海电缆修复完成，网络恢复正常";
const DATE: &str = "2022-02-23T07:18:34Z";

const GOOD: &str = "
---
title: '深海电缆修复完成，网络恢复正常'
categories: 
 - 新闻
 - 某站
 - 最新
headimg: 'https://img.example/a.jpg'
author: 某站
comments: false
date: Wed, 23 Feb 2022 07:18:34 GMT
thumbnail: 'https://img.example/a.jpg'
---

<div>   
<p>维修船昨天接好了最后一段电缆。</p><p>“比预计早两天，”船长说。</p>
</div>
";

/// What must be left of a post after some damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Title, date, category, author and body.
    Everything,
    /// Everything but the title as it was.
    ButTitle,
    /// Everything but the date.
    ButDate,
    /// Everything but the categories as they were.
    ButCategories,
    /// The post, with its body.
    Body,
}

/// A kind of damage: what it is called, what it does, what must be left, whether it is told.
type Damage = (&'static str, fn(&str) -> Vec<u8>, Left, bool);

fn replaced(text: &str, from: &str, to: &str) -> Vec<u8> {
    assert!(text.contains(from), "{from} is not there to be damaged");
    text.replace(from, to).into_bytes()
}

const TITLE_LINE: &str = "title: '深海电缆修复完成，网络恢复正常'";
const DATE_LINE: &str = "date: Wed, 23 Feb 2022 07:18:34 GMT";
const LIST: &str = "categories: \n - 新闻\n - 某站\n - 最新";

#[rustfmt::skip]
const DAMAGES: &[Damage] = &[
    ("nothing", |t| t.into(), Left::Everything, false),
    ("CRLF", |t| t.replace('\n', "\r\n").into(), Left::Everything, false),
    ("lone CR", |t| t.replace('\n', "\r").into(), Left::Everything, false),
    ("a byte order mark", |t| format!("\u{feff}{t}").into(), Left::Everything, false),
    ("GB18030", |t| encoding_rs::GB18030.encode(t).0.into_owned(), Left::Everything, true),
    ("UTF-16", |t| { std::iter::once('\u{feff}').chain(t.chars()).flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).flat_map(u16::to_le_bytes).collect() }, Left::Everything, true),
    ("a broken byte", |t| { let mut bytes = t.as_bytes().to_vec(); let at = bytes.len() - 20; bytes.insert(at, 0xff); bytes }, Left::Everything, true),
    ("no opening fence", |t| t.replacen("\n---\n", "\n", 1).into(), Left::Everything, false),
    ("no closing fence", |t| t.replacen("jpg'\n---\n", "jpg'\n", 1).into(), Left::Everything, true),
    ("no fences", |t| t.replace("---\n", "").into(), Left::Everything, true),
    ("points as the closing fence", |t| t.replacen("jpg'\n---\n", "jpg'\n...\n", 1).into(), Left::Everything, false),
    ("the fence on the body's line", |t| t.replacen("---\n\n<div>", "---<div>", 1).into(), Left::Everything, true),
    ("quotes inside of quotes", |t| replaced(t, TITLE_LINE, "title: '深海'电缆'修复完成，网络恢复正常'"), Left::ButTitle, true),
    ("many quotes", |t| { replaced(t, TITLE_LINE, "title: \"\"\"\"\"'深海电缆修复完成，网络恢复正常'\"\"\"\"\"") }, Left::Everything, true),
    ("an open quote", |t| replaced(t, TITLE_LINE, "title: '深海电缆修复完成，网络恢复正常"), Left::Everything, true),
    ("an open double quote", |t| replaced(t, TITLE_LINE, "title: \"深海电缆修复完成，网络恢复正常"), Left::Everything, true),
    ("no quotes", |t| replaced(t, TITLE_LINE, "title: 深海电缆修复完成，网络恢复正常"), Left::Everything, false),
    ("an unquoted colon", |t| replaced(t, TITLE_LINE, "title: 快讯: 深海电缆修复完成"), Left::ButTitle, true),
    ("an unquoted hash", |t| replaced(t, TITLE_LINE, "title: 快讯 #1 深海电缆修复完成"), Left::ButTitle, true),
    ("an unquoted bracket", |t| replaced(t, TITLE_LINE, "title: [快讯] 深海电缆修复完成"), Left::ButTitle, true),
    ("an unquoted at sign", |t| replaced(t, TITLE_LINE, "title: @所有人 深海电缆修复完成"), Left::ButTitle, true),
    ("an unquoted asterisk", |t| replaced(t, TITLE_LINE, "title: *深海*电缆修复完成"), Left::ButTitle, true),
    ("an unquoted ampersand", |t| replaced(t, TITLE_LINE, "title: &深海 电缆修复完成"), Left::ButTitle, true),
    ("an unquoted percent sign", |t| replaced(t, TITLE_LINE, "title: %深海 电缆修复完成"), Left::ButTitle, true),
    ("an unquoted brace", |t| replaced(t, TITLE_LINE, "title: {深海} 电缆修复完成"), Left::ButTitle, true),
    ("tabs as indentation", |t| t.replace("\n - ", "\n\t- ").into(), Left::Everything, true),
    ("tabs after colons", |t| t.replace(": ", ":\t").into(), Left::Everything, false),
    ("a repeated key", |t| { replaced(t, TITLE_LINE, "title: 旧标题\ntitle: 深海电缆修复完成，网络恢复正常") }, Left::Everything, true),
    ("entities", |t| replaced(t, "深海电缆", "&#28145;&#x6d77;电缆"), Left::Everything, true),
    ("entities encoded twice", |t| replaced(t, "深海电缆", "&amp;#28145;&amp;#x6d77;电缆"), Left::Everything, true),
    ("a number as title", |t| replaced(t, TITLE_LINE, "title: 20.10"), Left::ButTitle, true),
    ("a date as title", |t| replaced(t, TITLE_LINE, "title: 2022-02-23"), Left::ButTitle, false),
    ("a list as text", |t| replaced(t, LIST, "categories: 新闻, 某站, 最新"), Left::Everything, true),
    ("a list in brackets", |t| replaced(t, LIST, "categories: [新闻, 某站, 最新]"), Left::Everything, false),
    ("a broken list in brackets", |t| replaced(t, LIST, "categories: [新闻, '某站, 最新]"), Left::ButCategories, true),
    ("lists in a list", |t| replaced(t, LIST, "categories:\n - [新闻, 某站, 最新]\n - [其他]"), Left::ButCategories, false),
    ("a map as list", |t| replaced(t, LIST, "categories: {a: 新闻}"), Left::ButCategories, false),
    ("control characters", |t| replaced(t, "深海电缆", "深\u{8}海\u{0}电\u{1b}缆"), Left::Everything, true),
    ("zero-width characters", |t| replaced(t, "深海电缆", "\u{feff}深\u{200b}海电缆\u{202e}"), Left::Everything, false),
    ("no blanks after colons", |t| { t.replace("title: ", "title:").replace("date: ", "date:").into() }, Left::Everything, true),
    ("full-width colons", |t| { t.replace("title: ", "title：").replace("date: ", "date：").into() }, Left::Everything, true),
    ("stray indentation", |t| { t.replace("\nauthor", "\n   author").replace("\ndate", "\n  date").into() }, Left::Everything, true),
    ("a broken title", |t| replaced(t, "完成，网络", "完成，\n网络"), Left::ButTitle, false),
    ("no title", |t| replaced(t, TITLE_LINE, "subtitle: x"), Left::ButTitle, true),
    ("an empty title", |t| replaced(t, TITLE_LINE, "title: ''"), Left::ButTitle, true),
    ("no date", |t| replaced(t, DATE_LINE, "x: y"), Left::ButDate, false),
    ("an impossible date", |t| replaced(t, DATE_LINE, "date: 2022-02-31"), Left::ButDate, true),
    ("an unreadable date", |t| replaced(t, DATE_LINE, "date: 刚刚"), Left::ButDate, true),
    ("the zero of a clock", |t| replaced(t, DATE_LINE, "date: Thu, 01 Jan 1970 00:00:00 GMT"), Left::ButDate, true),
    ("a date in seconds", |t| replaced(t, DATE_LINE, "date: 1645600714"), Left::Everything, false),
    ("a quoted date", |t| replaced(t, DATE_LINE, "date: \"2022-02-23 15:18:34\""), Left::Everything, false),
    ("no body", |t| t[..t.find("<div>").unwrap_or(0)].into(), Left::Body, true),
    ("no front matter", |t| t[t.find("<div>").unwrap_or(0)..].into(), Left::Body, true),
    ("upper case", |t| { t.replace("title:", "TITLE:").replace("date:", "Date:").into() }, Left::Everything, false),
];

fn check(name: &str, left: Left, told: bool, meta: &PostMeta, warnings: &[Diagnostic], body: bool) {
    let date = meta.date.map(|date| crate::common::rfc3339(date.seconds));
    let whole = |but| left == Left::Everything || (left != but && left != Left::Body);
    if whole(Left::ButTitle) {
        assert_eq!(meta.title.as_ref(), TITLE, "{name}");
    }
    assert!(!meta.title.is_empty(), "{name}");
    if whole(Left::ButDate) {
        assert_eq!(date.as_deref(), Some(DATE), "{name}");
    }
    if whole(Left::ButCategories) {
        assert_eq!(
            meta.names.categories,
            [[Box::from("新闻"), "某站".into(), "最新".into()]],
            "{name}"
        );
    }
    if left != Left::Body {
        assert_eq!(*meta.names.authors, [Box::from("某站")], "{name}");
    }
    if body {
        assert!(meta.words >= 22, "{name}: {}", meta.words);
        assert!(
            meta.excerpt.starts_with("维修船"),
            "{name}: {}",
            meta.excerpt
        );
    }
    assert_eq!(!warnings.is_empty(), told, "{name}: {warnings:#?}");
}

#[test]
fn each_kind_of_damage_leaves_a_post() {
    for (name, damage, left, told) in DAMAGES {
        let (meta, warnings) = post("新闻/某站/最新/文件.md", &damage(GOOD));
        check(name, *left, *told, &meta, &warnings, *name != "no body");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// Damage at any place: bytes changed, lines cut, repeated or swapped.
    #[test]
    fn random_damage_leaves_a_post(damages in prop::collection::vec((0..6_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..5)) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (kind, at, other, byte) in damages {
            let mut lines: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
            let (line, other) = (at.index(lines.len()), other.index(lines.len()));
            match kind {
                0 => { let at = at.index(bytes.len()); bytes[at] = byte; continue; }
                1 => { bytes.insert(at.index(bytes.len()), byte); continue; }
                2 => { bytes.remove(at.index(bytes.len())); continue; }
                3 => { lines.remove(line); }
                4 => { let copy = lines[line].clone(); lines.insert(other, copy); }
                _ => lines.swap(line, other),
            }
            bytes = lines.join(&b'\n');
        }
        let (meta, _) = post("新闻/某站/最新/文件.md", &bytes);
        prop_assert!(!meta.title.is_empty());
    }
}
