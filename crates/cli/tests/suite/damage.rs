//! An archive damaged in every way that crawlers know, by a seed: every post is still there.

use crate::support::Site;

/// What can happen to a post on its way to the folder. The body always says `正文N`.
const DAMAGES: [fn(&str, u64) -> Vec<u8>; 18] = [
    |post, _| format!("\u{feff}{post}").into_bytes(),
    |post, _| post.replace('\n', "\r\n").into_bytes(),
    |post, _| format!("\r\n\n \n{post}").into_bytes(),
    |post, _| post.replacen("---\n", "", 1).into_bytes(),
    |post, _| post.replace("\n---\n\n", "\n...\n\n").into_bytes(),
    |post, _| post.replace("title: '", "title: 'It's ").into_bytes(),
    |post, _| post.replace("title: '", "title: \"\"\"'").into_bytes(),
    |post, _| {
        post.replace("author: ", "author: [a: b] # * & % @ `")
            .into_bytes()
    },
    |post, _| post.replace(" - ", "\t- ").into_bytes(),
    |post, _| {
        post.replace("author: ", "title: '再来'\nauthor: x\nauthor: ")
            .into_bytes()
    },
    |post, _| {
        post.replace("title: '", "title: '&#123;&amp;#39;")
            .into_bytes()
    },
    |post, _| post.replace("date: ", "date: 不知道 ").into_bytes(),
    |post, _| post.replace("title: ", "titel: ").into_bytes(),
    |post, _| {
        post.replace("categories:\n - 甲\n - 乙\n", "categories: 甲, 乙\n")
            .into_bytes()
    },
    |post, _| {
        post.replace("author: ", "author: \u{0}\u{7}\u{1b}[31m")
            .into_bytes()
    },
    |post, seed| {
        let mut bytes = post.as_bytes().to_vec();
        let place = bytes.len() / 4 + usize::try_from(seed % 7).expect("small");
        bytes.insert(place, 0xff);
        bytes
    },
    |post, _| encoding_rs::GB18030.encode(post).0.into_owned(),
    |post, _| {
        post.replace("date: ", "date:")
            .replace("title: ", "title：")
            .into_bytes()
    },
];

fn post(number: u64) -> String {
    format!(
        "\n---\ntitle: '标题{number}'\ncategories:\n - 甲\n - 乙\nauthor: 作者\ndate: Mon, 26 Sep 2022 0{}:00:00 GMT\n---\n\n<div>\n<p>正文{number}，这一段文字足够长，好让编码一眼就能认出来。</p>\n</div>\n",
        number % 10
    )
}

/// A small generator (SplitMix64), so that a failure can be repeated.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[test]
fn no_damage_loses_a_post() {
    let site = Site::new();
    let mut seed = 2022;
    let mut count = 0;
    for damage in DAMAGES {
        for _ in 0..6 {
            let random = next(&mut seed);
            site.file(
                &format!("content/某处/{count}.md"),
                damage(&post(count), random),
            );
            count += 1;
        }
    }
    let report = site.report();
    assert_eq!(report["posts"]["found"], count);
    assert_eq!(
        report["posts"]["built"], count,
        "{:#}",
        report["posts"]["skipped"]
    );
    assert!(
        report["posts"]["warnings"]
            .as_array()
            .expect("a list")
            .len() as u64
            >= count / 2
    );
    for number in 0..count {
        let pages = site.posts_with(&format!("正文{number}，"));
        assert_eq!(pages.len(), 1, "post {number}");
        assert!(!pages[0].starts_with("1970"), "{pages:?}");
    }
    site.run(&["check"]).expect_code(0);
}

#[test]
fn whatever_lies_in_the_folder_is_counted() {
    let site = Site::new();
    let mut seed = 7;
    for number in 0..60 {
        let length = usize::try_from(next(&mut seed) % 400).expect("small");
        let bytes: Vec<u8> = (0..length)
            .map(|_| next(&mut seed).to_le_bytes()[0])
            .collect();
        site.file(&format!("content/{number}.md"), bytes);
    }
    let report = site.report();
    let posts = &report["posts"];
    let total = posts["built"].as_u64().expect("a number")
        + posts["withheld"].as_u64().expect("a number")
        + posts["skipped"].as_array().expect("a list").len() as u64;
    assert_eq!(posts["found"], 60);
    assert_eq!(total, 60);
}
