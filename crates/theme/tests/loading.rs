//! Which files a theme is made of: overrides, parents, static files, settings.

mod samples;
mod support;

use newsprint_theme::Theme;
use newsprint_theme::views::{ListView, SiteView, View};
use samples::Samples;
use support::{TINY, load, page_of, post_page, render, site, tiny_site, tiny_theme};

#[test]
fn the_site_s_templates_come_before_the_theme_s() {
    let folder = tiny_site(
        "",
        &[(
            "templates/post.html",
            "own {{ post.title }} {{ post.body }}",
        )],
    );
    assert_eq!(page_of(&folder, TINY), "own 标题 正文");
}

#[test]
fn an_override_can_extend_what_it_overrides() {
    let folder = tiny_site(
        "",
        &[
            (
                "themes/tiny/templates/post.html",
                "{% extends \"base.html\" %}{% block content %}theme{% endblock %}",
            ),
            (
                "themes/tiny/templates/base.html",
                "<{% block content %}{% endblock %}{% block end %}{% endblock %}>",
            ),
            (
                "templates/post.html",
                "{% extends \"tiny/post.html\" %}{% block end %} and own{% endblock %}",
            ),
        ],
    );
    assert_eq!(page_of(&folder, TINY), "<theme and own>");
}

#[test]
fn a_partial_or_a_component_alone_can_be_overridden() {
    let folder = tiny_site(
        "",
        &[
            (
                "themes/tiny/templates/post.html",
                "{% include \"part.html\" %} {{ <piece/> }}",
            ),
            ("themes/tiny/templates/part.html", "theme's part"),
            (
                "themes/tiny/templates/pieces.html",
                "{% component piece() %}theme's piece{% endcomponent piece %}",
            ),
            ("templates/part.html", "own part"),
            (
                "templates/pieces.html",
                "{% component piece() %}own piece{% endcomponent piece %}",
            ),
        ],
    );
    assert_eq!(page_of(&folder, TINY), "own part own piece");
}

#[test]
fn a_theme_takes_from_its_parents_what_it_lacks() {
    let mut files = tiny_theme("grandparent", "");
    files.push((
        "themes/parent/theme.toml".into(),
        "name = \"p\"\nparent = \"grandparent\"".into(),
    ));
    files.push((
        "themes/parent/templates/list.html".into(),
        "list of parent".into(),
    ));
    files.push((
        "themes/child/theme.toml".into(),
        "name = \"c\"\nparent = \"parent\"".into(),
    ));
    files.push((
        "themes/child/templates/post.html".into(),
        "post of child".into(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let folder = site(&files);
    let theme = load(folder.path(), "theme = \"child\"").expect("it loads");
    let samples = Samples::default();
    assert_eq!(post_page(&theme), "post of child");
    let page = samples.page("list", "x", "x/");
    assert_eq!(
        render(&theme, &page, &View::List(&ListView::default()), "").0,
        "list of parent"
    );
    assert_eq!(
        render(&theme, &page, &View::NotFound, "").0,
        "404.html of grandparent"
    );
}

#[test]
fn an_embedded_theme_can_be_a_parent() {
    let folder = site(&[
        (
            "themes/mine/theme.toml",
            "name = \"Mine\"\nparent = \"wire\"",
        ),
        ("themes/mine/templates/404.html", "mine"),
    ]);
    let theme = load(folder.path(), "theme = \"mine\"").expect("it loads");
    assert!(post_page(&theme).contains("<h1>标题</h1>"));
}

#[test]
fn a_theme_of_the_site_comes_before_an_embedded_one_of_that_name() {
    let mut files = tiny_theme("wire", "");
    files.push((
        "themes/wire/templates/post.html".into(),
        "not the embedded one".into(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        page_of(&site(&files), "theme = \"wire\""),
        "not the embedded one"
    );
}

#[test]
fn home_is_optional() {
    let samples = Samples::default();
    let home = samples.home();
    let page = samples.page("list", "", "");
    let without = load(tiny_site("", &[]).path(), TINY).expect("it loads");
    assert_eq!(
        render(&without, &page, &View::List(&home), "").0,
        "list.html of tiny"
    );
    let with = load(
        tiny_site("", &[("templates/home.html", "home")]).path(),
        TINY,
    )
    .expect("it loads");
    assert_eq!(render(&with, &page, &View::List(&home), "").0, "home");
    let numbered = ListView {
        kind: "home",
        number: Some(3),
        ..ListView::default()
    };
    assert_eq!(
        render(&with, &page, &View::List(&numbered), "").0,
        "list.html of tiny"
    );
}

#[test]
fn the_body_can_be_asked_for_and_printed_more_than_once() {
    let cases = [
        (
            "{% if post.body %}yes{% else %}no{% endif %}",
            "正文",
            "yes",
        ),
        ("{% if post.body %}yes{% else %}no{% endif %}", "", "no"),
        ("[{{ post.body }}|{{ post.body }}]", "正文", "[正文|正文]"),
        ("{% set copy = post.body %}{{ copy }}", "正文", "正文"),
        (
            "{% filter trim %} {{ post.body }} {% endfilter %}",
            "正文",
            "正文",
        ),
    ];
    for (template, body, expected) in cases {
        let theme = load(
            tiny_site("", &[("templates/post.html", template)]).path(),
            TINY,
        )
        .expect("it loads");
        let samples = Samples::default();
        let html = render(
            &theme,
            &samples.page("post", "t", "a.html"),
            &View::Post(&samples.post("t")),
            body,
        )
        .0;
        assert_eq!(html, expected, "{template}");
    }
}

#[test]
fn static_files_are_named_after_their_content() {
    let theme_files = [
        ("themes/tiny/static/a.css", "a{}"),
        ("themes/tiny/static/deep/b.min.js", "b"),
        ("themes/tiny/static/noextension", "c"),
        ("themes/tiny/static/.hidden", "d"),
        (
            "themes/tiny/static/d.css.tera",
            "{{ settings.hue }} {{ \"a.css\" | asset }}",
        ),
        (
            "templates/post.html",
            "{{ \"a.css\" | asset }} {{ \"deep/b.min.js\" | asset }}",
        ),
    ];
    let schema = "settings.hue = { type = \"color\", default = \"teal\", description = \"x\" }";
    let folder = tiny_site(schema, &theme_files);
    let theme = load(folder.path(), TINY).expect("it loads");
    let urls: Vec<&str> = theme
        .static_files()
        .iter()
        .map(|file| file.url.as_str())
        .collect();
    let names: Vec<String> = urls.iter().map(|url| without_digest(url)).collect();
    assert_eq!(
        names,
        [
            "static/a.css",
            "static/d.css",
            "static/deep/b.min.js",
            "static/noextension"
        ]
    );
    assert_eq!(post_page(&theme), format!("{} {}", urls[0], urls[2]));
    let rendered = String::from_utf8_lossy(&theme.static_files()[1].bytes).into_owned();
    assert_eq!(rendered, format!("teal {}", urls[0]));

    let changed = load(
        folder.path(),
        "[theme]\nname = \"tiny\"\nsettings = { hue = \"red\" }",
    )
    .expect("it loads");
    assert_eq!(
        changed.static_files()[0].url,
        urls[0],
        "what did not change keeps its name"
    );
    assert_ne!(
        changed.static_files()[1].url,
        urls[1],
        "what changed has another"
    );

    std::fs::create_dir_all(folder.path().join("static")).expect("made");
    std::fs::write(folder.path().join("static/a.css"), "own").expect("written");
    std::fs::write(folder.path().join("static/unrelated.css"), "x").expect("written");
    let overridden = load(folder.path(), TINY).expect("it loads");
    assert_eq!(
        overridden.static_files().len(),
        4,
        "the site's other files are not the theme's"
    );
    assert_eq!(overridden.static_files()[0].bytes.as_ref(), b"own");
}

/// `static/a.3f2a91c4.css` as `static/a.css`.
fn without_digest(url: &str) -> String {
    let parts: Vec<&str> = url.split('.').collect();
    let is_digest =
        |part: &&&str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert_eq!(parts.iter().filter(is_digest).count(), 1, "{url}");
    parts
        .iter()
        .filter(|part| !is_digest(part))
        .copied()
        .collect::<Vec<_>>()
        .join(".")
}

#[test]
fn the_fingerprint_follows_everything_that_pages_depend_on() {
    let schema = "settings.hue = { type = \"color\", default = \"teal\", description = \"x\" }";
    let print = |files: &[(&str, &str)], config: &str| {
        load(tiny_site(schema, files).path(), config)
            .expect("it loads")
            .fingerprint_of("post.html")
    };
    let base = print(&[], TINY);
    assert_eq!(base, print(&[], TINY), "the same from one run to the next");
    let others = [
        print(&[("templates/post.html", "x")], TINY),
        print(
            &[
                (
                    "themes/tiny/templates/post.html",
                    "{% include 'part.html' %}",
                ),
                ("templates/part.html", "x"),
            ],
            TINY,
        ),
        print(
            &[
                (
                    "themes/tiny/templates/post.html",
                    "{% include 'part.html' %}",
                ),
                ("templates/part.html", "y"),
            ],
            TINY,
        ),
        print(
            &[
                ("themes/tiny/templates/post.html", "{{ <a /> }}"),
                ("templates/c.html", "{% component a() %}x{% endcomponent %}"),
            ],
            TINY,
        ),
        print(
            &[
                ("themes/tiny/templates/post.html", "{{ <a /> }}"),
                ("templates/c.html", "{% component a() %}y{% endcomponent %}"),
            ],
            TINY,
        ),
        print(
            &[("themes/tiny/i18n/en.toml", "[messages]\na = \"b\"")],
            TINY,
        ),
        print(&[("themes/tiny/static/a.css", "x")], TINY),
        print(&[("themes/tiny/static/a.css", "y")], TINY),
        print(
            &[],
            "[theme]\nname = \"tiny\"\nsettings = { hue = \"red\" }",
        ),
    ];
    assert_eq!(
        base,
        print(&[("templates/list.html", "x")], TINY),
        "what a template does not call does not matter to it"
    );
    for (at, other) in others.iter().enumerate() {
        assert_ne!(*other, base, "case {at}");
        assert!(!others[..at].contains(other), "case {at}");
    }
}

#[test]
fn a_child_theme_can_change_its_parent_s_defaults() {
    let folder = site(&[
        (
            "themes/child/theme.toml",
            "name = \"c\"\nparent = \"broadsheet\"\nsettings.accent.default = \"teal\"\nsettings.mood = { type = \"string\", default = \"calm\", description = \"x\" }",
        ),
        (
            "themes/child/templates/post.html",
            "{{ settings.accent }} {{ settings.mood }} {{ settings.canonical }}",
        ),
    ]);
    assert_eq!(page_of(&folder, "theme = \"child\""), "teal calm own");
}

#[test]
fn a_site_s_settings_open_the_policy_only_where_the_schema_says() {
    let plain = load(tiny_site("", &[]).path(), "theme = \"broadsheet\"").expect("it loads");
    let config = "[theme]\nname = \"broadsheet\"\nsettings = { search_url = \"https://find.example/s?x=1\" }";
    let wider = load(tiny_site("", &[]).path(), config).expect("it loads");
    assert_eq!(
        wider.content_security_policy(),
        plain.content_security_policy().replace(
            "form-action 'self'",
            "form-action 'self' https://find.example"
        )
    );
    let there = "action=\"https://find.example/s?x=1\"";
    let samples = Samples::default();
    let search = |theme: &Theme| {
        let page = samples.page("search", "", "search/");
        render(theme, &page, &View::Search, "").0
    };
    assert!(search(&wider).contains(there) && !search(&plain).contains("find.example"));
    // The field on every page leads there only where the archive has no search of its own.
    assert!(!post_page(&wider).contains(there));
    let alone = |theme: Theme| {
        theme.with_site(SiteView {
            search: String::new(),
            ..samples.site()
        })
    };
    assert!(post_page(&alone(wider)).contains(there));
    assert!(!post_page(&alone(plain)).contains("<form"));
}
