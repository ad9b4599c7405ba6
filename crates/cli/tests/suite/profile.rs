//! `build --profile`: where the time went.

use crate::support::{Site, repository};

#[test]
fn every_template_and_every_phase_is_in_the_table() {
    let site = Site::new();
    site.post("a.md", "一", "2022-09-24")
        .post("b.md", "二", "2022-09-26");
    site.file(
        "content/long.md",
        format!(
            "---\ntitle: 长\ndate: 2022-09-25\n---\n{}",
            "<p>正文</p>".repeat(20_000)
        ),
    );
    let report = site.path().join("report.json");
    let run = site
        .run(&[
            "build",
            "--profile",
            "--report",
            report.to_str().expect("UTF-8"),
        ])
        .expect_code(0);
    let row = |name: &str| -> Vec<String> {
        let line = run
            .stderr
            .lines()
            .find(|line| line.split(' ').next() == Some(name));
        let line = line.unwrap_or_else(|| panic!("no {name} in {}", run.stderr));
        line.split_whitespace().map(str::to_owned).collect()
    };
    for phase in ["scan", "read", "freeze", "plan", "posts", "pages", "prune"] {
        assert!(
            row(phase)[1].parse::<f64>().expect("seconds") >= 0.0,
            "{phase}"
        );
    }
    assert_eq!(row("post.html")[1], "3");
    assert_eq!(row("(bodies)")[1], "3");
    assert_eq!(row("(bodies)")[5], "content/long.md", "it takes longest");
    for template in [
        "home.html",
        "list.html",
        "categories.html",
        "sources.html",
        "terms.html",
        "calendar.html",
        "statistics.html",
        "about.html",
        "404.html",
    ] {
        let row = row(template);
        let [count, total, mean, max] =
            [1, 2, 3, 4].map(|at| row[at].parse::<f64>().expect("a number"));
        assert!(count >= 1.0 && mean <= max + 0.001, "{row:?}");
        assert!(total * 1000.0 + 1.0 >= max, "{row:?}");
    }
    let text = std::fs::read_to_string(report).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let posts = report["profile"].as_array().expect("a list").iter();
    let posts = posts.filter(|timing| timing["name"] == "post.html");
    assert_eq!(
        posts
            .map(|timing| timing["count"].clone())
            .collect::<Vec<_>>(),
        [3]
    );
}

#[test]
fn nothing_is_measured_unless_asked_for() {
    let site = Site::new();
    site.post("a.md", "一", "2022-09-24");
    assert!(site.report().get("profile").is_none());
    assert!(!site.build().stderr.contains("post.html"));
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("it is there");
    assert!(readme.contains("--profile"));
}
