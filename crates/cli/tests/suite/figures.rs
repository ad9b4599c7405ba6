//! The statistics and the calendar, on archives with odd dates.

use crate::support::Site;

/// A crawler that writes the year 1985, or 9999, must not make the page endless or its chart empty.
#[test]
fn odd_years_do_not_stretch_the_chart() {
    let site = Site::new();
    for (name, date) in [
        ("a.md", "1985-05-06"),
        ("b.md", "2021-03-01"),
        ("c.md", "2022-09-26"),
        ("d.md", "9999-12-31"),
    ] {
        site.post(name, name, date);
    }
    site.run(&["build", "--future"]).expect_code(0);
    let page = site.output("statistics/index.html");
    assert!(page.len() < 60_000, "{} bytes", page.len());
    for month in ["2021年3月", "2022年9月"] {
        assert!(
            page.contains(&format!("aria-label=\"{month} 1 篇\"")),
            "{month}"
        );
    }
    let calendar = site.output("archive/index.html");
    assert!(calendar.len() < 60_000, "{} bytes", calendar.len());
}

/// A section whose posts are all at the top does not stand there empty.
#[test]
fn a_section_of_the_front_page_is_never_empty() {
    let site = Site::new();
    site.post("a.md", "唯一一篇", "2022-09-26").build();
    let home = site.output("index.html");
    let (_, columns) = home
        .split_once("class=\"columns")
        .expect("there are columns");
    assert!(columns.contains("唯一一篇"));
}

#[test]
fn a_front_page_tells_nothing_twice() {
    let site = Site::new();
    for day in 1..=20 {
        site.post(
            &format!("{day}.md"),
            &format!("第{day:02}篇"),
            &format!("2022-09-{day:02}"),
        );
    }
    site.build();
    let home = site.output("index.html");
    let (top, rest) = home
        .split_once("class=\"columns")
        .expect("there are columns");
    let columns = rest.split("class=\"latest\"").next().expect("a part");
    for day in 1..=20 {
        let title = format!("第{day:02}篇");
        assert_eq!(
            top.contains(&format!(">{title}")),
            day > 14,
            "{title} at the top"
        );
        assert_eq!(
            columns.contains(&title),
            (9..=14).contains(&day),
            "{title} in the columns"
        );
    }
}
