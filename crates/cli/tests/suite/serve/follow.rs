//! Browsers follow every save.

use std::fs;
use std::time::{Duration, Instant};

use super::client::{PATIENCE, Server};
use crate::support::Site;

fn site() -> Site {
    let site = Site::new();
    site.post("新媒体/某报/一.md", "第一篇", "2022-09-26 08:00:00");
    site.post("新媒体/某报/二.md", "第二篇", "2022-09-27 08:00:00");
    site
}

/// Makes a change, and waits until pages are told and the page at this path shows what is looked for.
fn follows(server: &Server, path: &str, change: impl FnOnce(), shows: impl Fn(&str) -> bool) {
    let events = server.listen(&server.base);
    change();
    let since = Instant::now();
    loop {
        events.reload();
        let page = server.file(path).text();
        if shows(&page) {
            return;
        }
        // A file may have been read while it was being written; then there is more to come.
        assert!(since.elapsed() < PATIENCE, "{path} shows: {page}");
    }
}

#[test]
fn posts_come_change_move_and_go() {
    let site = site();
    let server = Server::of(&site);
    let content = site.path().join("content");
    follows(
        &server,
        "",
        || {
            site.post("新媒体/某报/三.md", "第三篇", "2022-09-28 08:00:00");
        },
        |home| home.contains("第三篇"),
    );
    follows(
        &server,
        "",
        || {
            site.post("新媒体/某报/三.md", "第三篇，改过", "2022-09-28 08:00:00");
        },
        |home| home.contains("第三篇，改过"),
    );
    follows(
        &server,
        "",
        || {
            fs::rename(
                content.join("新媒体/某报/三.md"),
                content.join("新媒体/某报/四.md"),
            )
            .expect("renamed");
        },
        |home| home.contains("第三篇，改过"),
    );
    follows(
        &server,
        "",
        || {
            fs::create_dir_all(content.join("新的/文件夹")).expect("made");
            fs::rename(
                content.join("新媒体/某报/四.md"),
                content.join("新的/文件夹/四.md"),
            )
            .expect("moved");
        },
        |home| home.contains("第三篇，改过"),
    );
    follows(
        &server,
        "",
        || {
            fs::rename(content.join("新的"), content.join("旧的")).expect("renamed");
        },
        |home| home.contains("第三篇，改过"),
    );
    follows(
        &server,
        "",
        || {
            fs::remove_dir_all(content.join("旧的")).expect("removed");
        },
        |home| !home.contains("第三篇") && home.contains("第二篇"),
    );
    // What editors do: a new file in the place of the old one, which becomes a backup for a while.
    follows(
        &server,
        "",
        || {
            let (post, backup, new) = (
                content.join("新媒体/某报/二.md"),
                content.join("新媒体/某报/二.md~"),
                content.join("新媒体/某报/.二.md.swp"),
            );
            let text = fs::read_to_string(&post)
                .expect("read")
                .replace("第二篇", "第二篇，另存");
            fs::write(&new, text).expect("written");
            fs::rename(&post, &backup).expect("renamed");
            fs::rename(&new, &post).expect("renamed");
            fs::remove_file(&backup).expect("removed");
        },
        |home| home.contains("第二篇，另存"),
    );
    server.says("changed content/新媒体/某报/");
}

#[test]
fn a_body_that_changes_alone_is_followed() {
    let site = site();
    let server = Server::of(&site);
    let page = server.get("/2022/09/26/");
    let text = page.text();
    let (_, rest) = text
        .split_once("href=\"../../../2022/09/26/")
        .expect("a post");
    let url = format!(
        "/2022/09/26/{}",
        rest.split('"').next().expect("its address")
    );
    let events = server.listen(&url);
    let path = site.path().join("content/新媒体/某报/一.md");
    let text = fs::read_to_string(&path)
        .expect("read")
        .replace("正文：", "正文改了：");
    fs::write(path, text).expect("written");
    events.reload();
    assert!(server.get(&url).text().contains("正文改了："));
}

#[test]
fn a_checkout_of_many_files_is_one_change() {
    let site = site();
    let server = Server::of(&site);
    let events = server.listen("/");
    for number in 0..2000 {
        site.post(
            &format!("档案/{}/{number}.md", number % 20),
            &format!("第{number}号"),
            "2021-01-01",
        );
    }
    events.reload();
    let told = 1 + events
        .during(Duration::from_secs(3))
        .iter()
        .filter(|line| line.contains("event: reload"))
        .count();
    assert!(told <= 6, "pages were told {told} times");
    assert!(
        server.file("statistics/").text().contains("2,002"),
        "all of them are there"
    );
}

#[test]
fn everything_that_a_site_is_made_of_is_followed() {
    let site = site();
    let server = Server::of(&site);
    follows(
        &server,
        "",
        || {
            site.file("newsprint.toml", "title = '另一个名字'\n");
        },
        |home| home.contains("另一个名字"),
    );
    // Folders that were not there when the preview began.
    follows(
        &server,
        "",
        || {
            site.file(
                "templates/home.html",
                "<!DOCTYPE html><title>own</title><body>own home</body>",
            );
        },
        |home| home.contains("own home"),
    );
    follows(
        &server,
        "",
        || {
            site.remove("templates/home.html");
        },
        |home| !home.contains("own home"),
    );
    follows(
        &server,
        "",
        || {
            site.file("i18n/zh-Hans.toml", "[messages]\nskip = '跳到正文去'\n");
        },
        |home| home.contains("跳到正文去"),
    );
    follows(
        &server,
        "own.txt",
        || {
            site.file("static/own.txt", "first");
        },
        |text| text == "first",
    );
    follows(
        &server,
        "own.txt",
        || {
            site.file("static/own.txt", "second");
        },
        |text| text == "second",
    );
    follows(
        &server,
        "about/",
        || {
            site.file("about.md", "# 关于\n\n这是关于页。\n");
        },
        |text| text.contains("这是关于页"),
    );
    follows(
        &server,
        "",
        || {
            site.file(
                "newsprint.toml",
                "theme = 'own'\n[links]\nrules = ['rules/more.json']\n",
            );
            site.file("rules/more.json", "{\"providers\": {}}");
            site.file("themes/own/theme.toml", "name = 'own'\nparent = 'wire'\n");
        },
        |home| home.contains("static/wire."),
    );
    follows(
        &server,
        "",
        || {
            site.file(
                "themes/own/templates/list.html",
                "<!DOCTYPE html><title>own</title><body>a theme of my own</body>",
            );
        },
        |home| home.contains("a theme of my own"),
    );
}

#[test]
fn what_no_page_shows_is_not_told() {
    let site = site();
    let server = Server::of(&site);
    let events = server.listen("/");
    site.file("public/index.html", "x")
        .file("notes.txt", "x")
        .file("content/.hidden.md", "x")
        .file("content/一.md~", "x");
    assert_eq!(events.during(Duration::from_millis(800)).concat(), "");
}

#[cfg(unix)]
#[test]
fn content_may_be_a_link() {
    use std::os::unix::fs::symlink;
    let (site, elsewhere, other) = (
        site(),
        tempfile::TempDir::new().expect("a folder"),
        tempfile::TempDir::new().expect("a folder"),
    );
    let (content, real) = (site.path().join("content"), elsewhere.path().join("posts"));
    fs::rename(&content, &real).expect("moved");
    symlink(&real, &content).expect("a link");
    fs::write(real.join("图.png"), "png").expect("written");
    let server = Server::of(&site);
    assert_eq!(server.file("图.png").text(), "png");
    follows(
        &server,
        "",
        || {
            fs::write(
                real.join("三.md"),
                "---\ntitle: 第三篇\ndate: 2023-01-01\n---\n正文",
            )
            .expect("written");
        },
        |home| home.contains("第三篇"),
    );
    // The link leads elsewhere from now on.
    fs::write(
        other.path().join("四.md"),
        "---\ntitle: 第四篇\ndate: 2023-01-01\n---\n正文",
    )
    .expect("written");
    follows(
        &server,
        "",
        || {
            symlink(other.path(), site.path().join("next")).expect("a link");
            fs::rename(site.path().join("next"), &content).expect("renamed");
        },
        |home| home.contains("第四篇") && !home.contains("第三篇"),
    );
    follows(
        &server,
        "",
        || {
            fs::write(
                other.path().join("五.md"),
                "---\ntitle: 第五篇\ndate: 2023-01-02\n---\n正文",
            )
            .expect("written");
        },
        |home| home.contains("第五篇"),
    );
}

#[test]
fn what_is_broken_is_shown_and_heals() {
    let site = site();
    site.file("newsprint.toml", "title = '好'\n");
    let server = Server::of(&site);
    let events = server.listen("/");
    let config = |text: &str| {
        site.file("newsprint.toml", text);
    };
    config("title = '好'\npage_sise = 3\n");
    let problems = events.until("\"severity\"");
    for part in ["\"place\":\"newsprint.toml", "page_sise", "page_size"] {
        assert!(problems.contains(part), "{part}: {problems}");
    }
    assert_eq!(server.get("/").status, 200, "the last good site stays");
    server.says("newsprint.toml");
    config("title = '更好'\n");
    events.reload();
    assert!(server.get("/").text().contains("更好"));
    server.says("all is well");

    let events = server.listen("/");
    site.file("templates/row.html", "{% if %}");
    let problems = events.until("\"severity\":\"error\"");
    assert!(problems.contains("templates/row.html:1"), "{problems}");
    site.file(
        "templates/row.html",
        "<li>{{ entry.no_such_thing.title }}</li>",
    );
    let problems = events.until("no_such_thing");
    assert!(problems.contains("templates/row.html:1"), "{problems}");
    assert_eq!(
        server.get("/").status,
        200,
        "a template that compiles but fails is found before it is shown"
    );
    site.remove("templates/row.html");
    events.reload();

    let events = server.listen("/");
    let path = "content/新媒体/某报/二.md";
    site.file(path, "");
    let problems = events.until("\"severity\":\"error\"");
    assert!(
        problems.contains("二.md:1") && problems.contains("the file is empty"),
        "{problems}"
    );
    let other = server.listen("/");
    site.post("新媒体/某报/三.md", "第三篇", "2022-09-28 08:00:00");
    other.reload();
    assert!(
        server.get("/").text().contains("第三篇"),
        "one broken post keeps nothing else back"
    );
    let events = server.listen("/");
    site.post("新媒体/某报/二.md", "第二篇，好了", "2022-09-27 08:00:00");
    events.reload();
    assert!(server.get("/").text().contains("第二篇，好了"));

    let events = server.listen("/");
    site.file(path, "---\ntitle: 'one\ndate: 2022-09-27\n---\n<p>正文</p>");
    // What was assumed stands on the page when it is loaded again.
    events.reload();
    let problems = server.listen("/").until("\"severity\":\"warning\"");
    assert!(problems.contains("二.md:2"), "{problems}");
}

#[test]
fn a_site_that_is_broken_from_the_start_is_served_once_it_is_mended() {
    let site = site();
    site.file("newsprint.toml", "titel = '<img src=x>'\n");
    let server = Server::of(&site);
    let page = server.get("/some/page");
    assert_eq!(page.status, 503);
    assert!(
        page.text().contains("titel") && page.text().contains("did you mean `title`"),
        "{}",
        page.text()
    );
    let events = server.listen("/");
    site.file("newsprint.toml", "title = '好'\n");
    events.reload();
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn style_sheets_are_swapped_without_a_reload() {
    let site = site();
    let css = fs::read_to_string(crate::support::repository().join("themes/wire/static/wire.css"))
        .expect("the theme's");
    site.file("newsprint.toml", "theme = 'wire'\n")
        .file("static/own.css", "p { color: red }");
    site.file("static/wire.css", &css);
    let server = Server::of(&site);
    let home = server.get("/").text();
    let (_, rest) = home
        .split_once("href=\"./static/wire.")
        .expect("the style sheet");
    let name = format!("/static/wire.{}", rest.split('"').next().expect("its name"));
    let events = server.listen("/");
    site.file("static/own.css", "p { color: blue }");
    let swap = events.until("data: [{\"from\"");
    assert_eq!(swap, "data: [{\"from\":\"/own.css\",\"to\":\"/own.css\"}]");
    site.file("static/wire.css", format!("{css}\np {{ color: green }}\n"));
    let swap = events.until("data: [{\"from\"");
    assert!(swap.contains(&format!("\"from\":\"{name}\"")), "{swap}");
    let to = swap
        .split("\"to\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a name");
    assert_eq!(server.get(to).status, 200);
    let rest = events.during(Duration::from_millis(500));
    assert!(!rest.iter().any(|line| line.contains("reload")), "{rest:?}");
    // With anything else beside it, the page is loaded again.
    site.file("static/own.css", "p { color: black }").post(
        "新媒体/三.md",
        "第三篇",
        "2022-09-28 08:00:00",
    );
    events.reload();
}
