//! What a corpus promises: the same bytes for the same seed, the mix of a real archive, posts that can be read.

use std::path::Path;

use chrono_tz::Asia::Shanghai;
use newsprint_model::SourceFile;
use newsprint_source::{Outcome, Reader};
use walkdir::WalkDir;

use super::{Corpus, MEASURED_MEAN, When};

fn corpus(seed: u64) -> Corpus {
    Corpus::new(seed, MEASURED_MEAN).expect("the measured mean can be had")
}

fn texts(seed: u64, posts: u64) -> Vec<String> {
    let corpus = corpus(seed);
    (0..posts).map(|number| corpus.post(number).text).collect()
}

/// Every file below a folder with its bytes, in order.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("a folder that was just written"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("it lies below");
            let bytes = std::fs::read(entry.path()).expect("a file that was just written");
            (path.display().to_string(), bytes)
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let written = ["one", "two", "other"].map(|name| {
        let out = folder.path().join(name);
        let seed = if name == "other" { 2 } else { 1 };
        corpus(seed).write(300, &out).expect("it is written");
        files(&out)
    });
    assert_eq!(written[0].len(), 300);
    assert_eq!(written[0], written[1]);
    let shared = written[2]
        .iter()
        .filter(|file| written[0].contains(file))
        .count();
    assert_eq!(shared, 0);
}

#[test]
fn a_larger_corpus_begins_like_a_smaller_one() {
    let few = texts(9, 50);
    assert_eq!(few, texts(9, 200)[..50]);
}

#[test]
fn as_many_files_are_written_as_asked_for_even_where_titles_come_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("content");
    let corpus = corpus(1);
    let written = corpus.write(20, &out).expect("it is written");
    for number in 0..20 {
        let path = corpus
            .add(number, When::AnyTime, &out)
            .expect("the same post again");
        assert!(path.display().to_string().ends_with("(2).md"), "{path:?}");
    }
    let files = files(&out);
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!((files.len(), bytes as u64), (40, 2 * written.bytes));
    assert!(files.iter().all(|(path, _)| path.split('/').count() == 4));
}

#[test]
fn a_folder_that_holds_something_is_not_written_into() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("mine.txt"), "mine").expect("it can be written");
    assert!(corpus(1).write(3, folder.path()).is_err());
    assert_eq!(files(folder.path()).len(), 1);
}

/// How often an element begins.
fn count(text: &str, tag: &str) -> usize {
    text.match_indices(&format!("<{tag}"))
        .filter(|(start, found)| text[start + found.len()..].starts_with([' ', '>']))
        .count()
}

/// Each element with the least and the most that a post has of it on average; real archives lie between.
const ELEMENTS: [(&str, f64, f64); 24] = [
    ("p", 12.0, 20.0),
    ("span", 3.9, 7.3),
    ("br", 3.2, 6.0),
    ("div", 2.5, 4.7),
    ("strong", 2.1, 3.9),
    ("img", 2.2, 3.6),
    ("a", 2.0, 3.4),
    ("li", 1.3, 2.5),
    ("section", 0.5, 1.5),
    ("h3", 0.4, 1.0),
    ("h2", 0.3, 0.7),
    ("h4", 0.3, 0.8),
    ("font", 0.3, 0.9),
    ("ul", 0.2, 0.6),
    ("code", 0.05, 0.4),
    ("pre", 0.05, 0.4),
    ("figure", 0.05, 0.4),
    ("table", 0.01, 0.1),
    ("iframe", 0.02, 0.2),
    ("video", 0.01, 0.2),
    ("blockquote", 0.05, 0.4),
    ("script", 0.002, 0.1),
    ("em", 0.02, 0.3),
    ("hr", 0.01, 0.3),
];

#[test]
fn elements_come_as_often_as_in_real_posts() {
    let texts = texts(3, 4_000);
    let wrong: Vec<String> = ELEMENTS
        .iter()
        .filter_map(|(tag, least, most)| {
            let found: usize = texts.iter().map(|text| count(text, tag)).sum();
            let mean = found as f64 / texts.len() as f64;
            (mean < *least || mean > *most).then(|| format!("{tag}: {mean:.2}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A position among the posts in per cent, with the bytes and the Han characters that a real post has there.
const SIZES: [(usize, usize, usize); 6] = [
    (10, 380, 6),
    (50, 920, 100),
    (75, 7_000, 960),
    (90, 18_600, 2_800),
    (95, 28_700, 4_100),
    (99, 62_000, 7_800),
];

#[test]
fn sizes_and_the_share_of_han_characters_are_those_of_real_posts() {
    let texts = texts(4, 4_000);
    let mut bytes: Vec<usize> = texts.iter().map(String::len).collect();
    let mut han: Vec<usize> = texts
        .iter()
        .map(|text| {
            let is_han = |letter: &char| ('\u{4e00}'..='\u{9fff}').contains(letter);
            text.chars().filter(is_han).count()
        })
        .collect();
    bytes.sort_unstable();
    han.sort_unstable();
    for (position, real_bytes, real_han) in SIZES {
        let at = texts.len() * position / 100;
        let ratio = bytes[at] as f64 / real_bytes as f64;
        assert!((0.8..1.25).contains(&ratio), "p{position}: {}", bytes[at]);
        let distance = han[at].abs_diff(real_han);
        assert!(
            distance <= 60 + real_han * 6 / 10,
            "p{position}: {} Han",
            han[at]
        );
    }
    let mean = bytes.iter().sum::<usize>() as f64 / bytes.len() as f64;
    assert!((5_600.0..7_000.0).contains(&mean), "{mean}");
}

#[test]
fn what_trackers_and_lazy_loaders_leave_behind_is_there() {
    let all = texts(5, 3_000).concat();
    for wanted in [
        "utm_source=",
        "spm=",
        "fbclid=",
        "link.zhihu.com/?target=",
        "data-src=",
        "data-original=",
        "data:image/gif;base64,",
        "width=\"1\" height=\"1\"",
        "share-buttons",
        "javascript:void(0)",
        "href=https://",
        "href=\"https://",
        "&nbsp;",
        "　　",
        "style=\"",
        "date: 20",
        "日 ",
        " GMT\n",
    ] {
        assert!(all.contains(wanted), "{wanted}");
    }
}

#[test]
fn every_post_can_be_read_and_about_one_in_a_hundred_has_a_mistake() {
    const POSTS: u64 = 3_000;
    // 2030-01-01: no post lies in the future then.
    let reader = Reader::new(Shanghai, 200, 1_893_456_000);
    let corpus = corpus(6);
    let mut mended = 0;
    for number in 0..POSTS {
        let post = corpus.post(number);
        let [section, source, channel] = post.folder;
        let file = SourceFile {
            path: format!("{section}/{source}/{channel}/{}.md", post.name).into(),
            size: post.text.len() as u64,
            mtime: 0,
        };
        match reader.parse(file, post.text.as_bytes()) {
            Outcome::Post { meta, warnings } => {
                assert!(!meta.title.is_empty());
                mended += usize::from(!warnings.is_empty());
            }
            Outcome::SetAside(reason) => panic!("{}: {reason:?}", post.name),
        }
    }
    assert!((10..120).contains(&mended), "{mended} of {POSTS}");
}
