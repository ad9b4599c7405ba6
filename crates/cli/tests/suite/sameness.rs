//! Same input, same bytes: at any number of threads, in any order of writing, wherever the output goes.

use std::fs;

use crate::support::{Site, repository, tree};

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let sample = repository();
    let outputs: Vec<_> = ["1", "2", "7"]
        .into_iter()
        .map(|jobs| {
            let folder = tempfile::TempDir::new().expect("a folder");
            let site = Site::copy_of("examples/minimal");
            fs::remove_dir_all(site.path().join("content")).expect("removed");
            copy(&sample.join("content"), &site.path().join("content"));
            fs::copy(
                sample.join("newsprint.toml"),
                site.path().join("newsprint.toml"),
            )
            .expect("copied");
            let output = folder.path().join("out");
            let run = site.run(&[
                "build",
                "--jobs",
                jobs,
                "--output",
                output.to_str().expect("UTF-8"),
            ]);
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            tree(&output)
        })
        .collect();
    assert!(outputs[0].len() > 300);
    for other in &outputs[1..] {
        assert_eq!(
            outputs[0].keys().collect::<Vec<_>>(),
            other.keys().collect::<Vec<_>>()
        );
        for (path, bytes) in &outputs[0] {
            assert!(other[path] == *bytes, "{path} differs");
        }
    }
}

#[test]
fn posts_of_one_moment_are_in_order_of_their_paths() {
    let build = |order: &[&str]| {
        let site = Site::new();
        for name in order {
            site.post(
                &format!("{name}.md"),
                &format!("题{name}"),
                "2022-09-26 08:00:00",
            );
        }
        site.build();
        tree(&site.public())
    };
    assert_eq!(build(&["a", "b", "c", "d"]), build(&["d", "b", "a", "c"]));
}

#[test]
fn full_pages_of_a_list_never_change_again() {
    let site = Site::new();
    site.file(
        "newsprint.toml",
        "page_size = 5\nbase_url = 'https://news.example/'\n",
    );
    let add = |number: usize| {
        site.post(
            &format!("{number:03}.md"),
            &format!("第{number}篇"),
            &format!("2022-01-{:02} {:02}:00:00", 1 + number / 24, number % 24),
        );
    };
    (0..10).for_each(add);
    site.build();
    let mut closed: Vec<(String, String)> = Vec::new();
    for number in 10..32 {
        add(number);
        site.build();
        for (path, before) in &closed {
            assert_eq!(&site.output(path), before, "{path} after {number} posts");
        }
        let full = (number + 1) / 5;
        closed = (1..=full)
            .map(|page| format!("page/{page}.html"))
            .map(|path| (path.clone(), site.output(&path)))
            .collect();
    }
    assert_eq!(closed.len(), 6);
    // From the front page down, every post is met once.
    let mut titles = Vec::new();
    let mut page = "index.html".to_owned();
    loop {
        let text = without_columns(&site.output(&page));
        titles.extend((0..32).filter(|number| text.contains(&format!("第{number}篇"))));
        let Some(older) = text
            .split("rel=\"next\"")
            .nth(1)
            .or(text.split("rel=next").nth(1))
        else {
            break;
        };
        let Some(number) = older
            .split("page/")
            .nth(1)
            .or(older.split("href=\"").nth(1))
            .and_then(|rest| rest.split(".html").next())
        else {
            break;
        };
        page = format!("page/{}.html", number.rsplit('/').next().unwrap_or(number));
        if titles.len() > 100 {
            break;
        }
    }
    titles.sort_unstable();
    assert_eq!(titles, (0..32).collect::<Vec<_>>());
}

/// The home page also shows the newest posts of each section, beside its list.
fn without_columns(page: &str) -> String {
    match page.split_once("class=\"columns") {
        Some((before, rest)) => {
            let after = rest.find("class=\"latest\"").map_or("", |at| &rest[at..]);
            format!("{before}{after}")
        }
        None => page.to_owned(),
    }
}

#[test]
fn what_is_on_every_page_says_nothing_of_the_number_of_posts() {
    let build = |count: usize| {
        let site = Site::new();
        site.post("甲.md", "甲", "2022-01-01");
        for number in 0..count {
            let (month, day) = (1 + number / 28, 1 + number % 28);
            site.post(
                &format!("z/{number:03}.md"),
                &format!("第{number}篇"),
                &format!("2023-{month:02}-{day:02}"),
            );
        }
        site.build();
        site.output(&site.posts_with("正文：甲。")[0].clone())
    };
    // Its neighbours are the same three in both.
    assert_eq!(build(3), build(200));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for (path, bytes) in tree(from) {
        let target = to.join(path);
        fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
        fs::write(target, bytes).expect("written");
    }
}
