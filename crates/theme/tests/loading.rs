//! Loading: layers, overrides, parents, settings, translations, static files, and what is said when something is wrong.

mod samples;
mod support;

use newsprint_theme::views::{ListView, View};
use newsprint_theme::{REQUIRED_TEMPLATES, Theme};
use samples::Samples;
use support::{load, render, site};

/// The files of the smallest theme there can be.
fn tiny_theme(name: &str, more: &str) -> Vec<(String, String)> {
    let mut files = vec![(
        format!("themes/{name}/theme.toml"),
        format!("name = \"{name}\"\n{more}"),
    )];
    files.extend(REQUIRED_TEMPLATES.iter().map(|template| {
        (
            format!("themes/{name}/templates/{template}"),
            format!("{template} of {name}"),
        )
    }));
    files
}

/// A site with the tiny theme `tiny` and some files on top.
fn tiny_site(more: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let mut all = tiny_theme("tiny", more);
    all.extend(
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned())),
    );
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    site(&all)
}

/// The page of a post, rendered by a theme.
fn post_page(theme: &Theme) -> String {
    let samples = Samples::default();
    let post = samples.post("标题");
    render(
        theme,
        &samples.page("post", "标题", "2022/a.html"),
        &View::Post(&post),
        "正文",
    )
    .0
}

fn page_of(folder: &tempfile::TempDir, config: &str) -> String {
    post_page(&load(folder.path(), config).expect("it loads"))
}

const TINY: &str = "theme = \"tiny\"";

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
            .fingerprint()
    };
    let base = print(&[], TINY);
    assert_eq!(base, print(&[], TINY), "the same from one run to the next");
    let others = [
        print(&[("templates/post.html", "x")], TINY),
        print(&[("themes/tiny/templates/unused.html", "x")], TINY),
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
    for (at, other) in others.iter().enumerate() {
        assert_ne!(*other, base, "case {at}");
        assert!(!others[..at].contains(other), "case {at}");
    }
}

/// Files on top of the tiny theme, the configuration, and what is said.
#[test]
fn mistakes_are_explained() {
    let setting = |text: &str| format!("[theme]\nname = \"broadsheet\"\n[theme.settings]\n{text}");
    let cases: [(&[(&str, &str)], String, &str); 24] = [
        (
            &[],
            "theme = \"broadshet\"".into(),
            "newsprint.toml: error: there is no theme `broadshet` (did you mean `broadsheet`?)",
        ),
        (
            &[],
            "theme = \"../x\"".into(),
            "newsprint.toml: error: `../x` is not a theme's name (a theme's name is that of its folder below `themes/`: letters, digits, `-`, `_` and `.`)",
        ),
        (
            &[("themes/bare/templates/x.html", "")],
            "theme = \"bare\"".into(),
            "themes/bare/theme.toml: error: theme `bare` has no theme.toml",
        ),
        (
            &[("themes/bad/theme.toml", "name = \"b\"\nparents = \"x\"")],
            "theme = \"bad\"".into(),
            "themes/bad/theme.toml:2: error: unknown field `parents`, expected one of `name`, `version`, `description`, `parent`, `settings`",
        ),
        (
            &[(
                "themes/orphan/theme.toml",
                "name = \"o\"\nparent = \"nobody\"",
            )],
            "theme = \"orphan\"".into(),
            "themes/orphan/theme.toml: error: there is no theme `nobody` (there are: broadsheet, orphan, tiny, wire)",
        ),
        (
            &[
                ("themes/a/theme.toml", "name = \"a\"\nparent = \"b\""),
                ("themes/b/theme.toml", "name = \"b\"\nparent = \"a\""),
            ],
            "theme = \"a\"".into(),
            "themes/b/theme.toml: error: theme `a` is its own ancestor: the parents of themes go in a circle",
        ),
        (
            &[
                ("themes/few/theme.toml", "name = \"f\""),
                ("themes/few/templates/post.html", "x"),
            ],
            "theme = \"few\"".into(),
            "themes/few/templates/list.html: error: the template is missing (a theme must have it, or name a parent that has it)",
        ),
        (
            &[("templates/post.html", "a\nb {{ post.title ")],
            TINY.into(),
            "templates/post.html:2: error: ",
        ),
        (
            &[("themes/tiny/templates/post.html", "{% if %}")],
            TINY.into(),
            "themes/tiny/templates/post.html:1: error: ",
        ),
        (
            &[("templates/post.html", "\n\n{{ post.title | shout }}")],
            TINY.into(),
            "templates/post.html:3: error: Unknown filter `shout`",
        ),
        (
            &[("templates/post.html", "{% include \"nowhere.html\" %}")],
            TINY.into(),
            "templates/post.html:1: error: Unknown template `nowhere.html`",
        ),
        (
            &[("templates/post.html", "{% extends \"nowhere.html\" %}")],
            TINY.into(),
            "templates/post.html: error: extends `nowhere.html`, which is not there",
        ),
        (
            &[("templates/post.html", "{% extends \"post.html\" %}")],
            TINY.into(),
            "templates/post.html: error: the template extends itself, perhaps by way of others",
        ),
        (
            &[("themes/tiny/static/a.css.tera", "\n{{ settings.nothing }}")],
            TINY.into(),
            "themes/tiny/static/a.css.tera:2: error: Field `nothing` is not defined (while rendering the static file a.css)",
        ),
        (
            &[("i18n/en.toml", "[messages]\n\nx = 3")],
            TINY.into(),
            "i18n/en.toml:3: error: ",
        ),
        (
            &[],
            setting("acent = \"red\""),
            "newsprint.toml: error: the theme has no setting `acent` (did you mean `accent`?)",
        ),
        (
            &[],
            setting("accent = 3"),
            "newsprint.toml: error: theme setting `accent` must be a CSS colour such as `#8a1c1c`, `teal` or `oklch(45% 0.1 25)`, not `3`",
        ),
        (
            &[],
            setting("accent = \"red;} body{display:none\""),
            "newsprint.toml: error: theme setting `accent` must be a CSS colour",
        ),
        (
            &[],
            setting("show_images = \"yes\""),
            "newsprint.toml: error: theme setting `show_images` must be true or false, not `\"yes\"`",
        ),
        (
            &[],
            setting("canonical = \"orginal\""),
            "newsprint.toml: error: theme setting `canonical` must be one of own, original, not `orginal`; did you mean `original`?",
        ),
        (
            &[],
            setting("menu = [{ title = \"a\", url = \"b\" }, { title = \"a\" }]"),
            "newsprint.toml: error: theme setting `menu` has an element, number 2, that lacks the key `url`",
        ),
        (
            &[],
            setting("menu = [{ title = \"a\", url = \"javascript:x\" }]"),
            "newsprint.toml: error: theme setting `menu` has an element, number 1, that has a key `url` that must be an address",
        ),
        (
            &[],
            setting("search_fields = { a = 1 }"),
            "newsprint.toml: error: theme setting `search_fields` has a key `a` that must be a string, not `1`",
        ),
        (
            &[],
            "[theme]\nname = \"wire\"\nsettings = { accent = \"red\" }".into(),
            "newsprint.toml: error: the theme has no setting `accent` (it takes no settings)",
        ),
    ];
    for (files, config, expected) in cases {
        let message = match load(tiny_site("", files).path(), &config) {
            Ok(_) => panic!("{config} with {files:?} loads"),
            Err(message) => message,
        };
        assert!(
            message.starts_with(expected),
            "{config} with {files:?}\nsays      {message}\nshould be {expected}"
        );
    }
}

#[test]
fn schemas_are_checked_too() {
    let cases = [
        ("settings.x = 3", "setting `x` must be a table"),
        (
            "settings.x = { type = \"color\", default = \"red\" }",
            "setting `x`: missing field `description`",
        ),
        (
            "settings.x = { type = \"colour\", default = \"red\", description = \"x\" }",
            "setting `x`: unknown variant `colour`",
        ),
        (
            "settings.x = { type = \"int\", default = \"red\", description = \"x\" }",
            "the default of setting `x` must be a whole number",
        ),
        (
            "settings.x = { type = \"choice\", choices = [\"a\"], default = \"b\", description = \"x\" }",
            "the default of setting `x` must be one of a, not `b`",
        ),
        (
            "settings.x = { type = \"url\", csp = \"frm-action\", default = \"\", description = \"x\" }",
            "setting `x`: the policy has no directive `frm-action`",
        ),
    ];
    for (schema, expected) in cases {
        let message = load(tiny_site(schema, &[]).path(), TINY).expect_err("it does not load");
        assert!(
            message.starts_with(&format!("themes/tiny/theme.toml: error: {expected}")),
            "{schema}: {message}"
        );
    }
}

#[test]
fn several_mistakes_are_reported_at_once() {
    let config =
        "[theme]\nname = \"broadsheet\"\n[theme.settings]\nacent = \"red\"\nshow_images = 3";
    let message = load(tiny_site("", &[]).path(), config).expect_err("it does not load");
    assert_eq!(message.lines().count(), 2, "{message}");
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
fn a_rendering_error_names_template_line_reason_and_page() {
    let cases = [
        (
            "a\n{{ post.titel }}",
            "templates/post.html:2: error: Field `titel` is not defined. Available fields: ",
        ),
        ("{{ nothing.x }}", "templates/post.html:1: error: "),
        (
            "{{ \"a.css\" | asset }}",
            "templates/post.html:1: error: the theme has no static file `a.css` (while rendering 2022/a.html, 标题)",
        ),
        (
            "{{ post.date | date(format=\"odd\") }}",
            "templates/post.html:1: error: no catalogue has a date format `odd` (while rendering 2022/a.html, 标题)",
        ),
        (
            "\n\n\n{% include \"part.html\" %}",
            "templates/part.html:2: error: ",
        ),
        (
            "{{ throw(message=\"no\") }}",
            "templates/post.html:1: error: no (while rendering 2022/a.html, 标题)",
        ),
    ];
    for (template, expected) in cases {
        let folder = tiny_site(
            "",
            &[
                ("templates/post.html", template),
                ("templates/part.html", "\n{{ post.titel }}"),
            ],
        );
        let theme = load(folder.path(), TINY).expect("it loads");
        let samples = Samples::default();
        let page = samples.page("post", "标题", "2022/a.html");
        let error = theme
            .render(
                &page,
                &View::Post(&samples.post("标题")),
                "x",
                &mut Vec::new(),
            )
            .expect_err("it does not render")
            .to_string();
        assert!(
            error.starts_with(expected),
            "{template}\nsays      {error}\nshould be {expected}"
        );
        assert!(
            error.ends_with("(while rendering 2022/a.html, 标题)"),
            "{error}"
        );
    }
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
    assert!(post_page(&wider).contains("action=\"https://find.example/s?x=1\""));
    assert!(!post_page(&plain).contains("<form"));
}

#[test]
fn texts_come_in_the_site_s_language() {
    let cases = [
        ("zh-Hans", "目录"),
        ("zh", "目录"),
        ("zh-CN", "目录"),
        ("zh-Hant", "目錄"),
        ("zh-TW", "目錄"),
        ("en", "Contents"),
        ("en-GB", "Contents"),
        ("de", "Contents"),
    ];
    for (language, expected) in cases {
        let theme = load(
            tiny_site("", &[]).path(),
            &format!("theme = \"broadsheet\"\nlanguage = \"{language}\""),
        )
        .expect("it loads");
        assert!(
            post_page(&theme).contains(&format!("<summary>{expected}</summary>")),
            "{language}"
        );
    }
}

#[test]
fn a_site_can_translate_a_theme() {
    let folder = tiny_site("", &[("i18n/de.toml", "[messages]\ncontents = \"Inhalt\"")]);
    let theme = load(folder.path(), "theme = \"broadsheet\"\nlanguage = \"de\"").expect("it loads");
    assert!(post_page(&theme).contains("<summary>Inhalt</summary>"));
    let warnings: Vec<String> = theme.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.len() > 40, "everything else is missing");
    assert!(
        warnings.contains(&"themes/broadsheet/i18n/de.toml: warning: translation `home` is missing (the text of another language is shown instead)".to_owned()),
        "{warnings:?}"
    );
}

#[test]
fn the_embedded_themes_lack_no_translation() {
    for name in Theme::embedded() {
        for language in ["zh-Hans", "zh-Hant", "en"] {
            let config = format!("theme = \"{name}\"\nlanguage = \"{language}\"");
            let theme = load(tiny_site("", &[]).path(), &config).expect("it loads");
            assert_eq!(theme.warnings(), [], "{name} {language}");
        }
    }
}

#[test]
fn messages_take_numbers_plurals_and_arguments() {
    let catalogue = "[messages]\nn = { one = \"{count} post\", other = \"{count} posts\" }\nhello = \"<{name}> {count} {other}\"";
    let cases = [
        ("{{ \"n\" | t(count=1) }}", "1 post"),
        ("{{ \"n\" | t(count=0) }}", "0 posts"),
        ("{{ \"n\" | t(count=12345) }}", "12,345 posts"),
        ("{{ \"n\" | t }}", "{count} posts"),
        (
            "{{ \"hello\" | t(name=\"{count}\", count=2) }}",
            "&lt;{count}&gt; 2 {other}",
        ),
        ("{{ \"unheard\" | t }}", "unheard"),
        (
            "{{ \"2022\" | date }} {{ \"2022-09\" | date }} {{ \"2022-09-26\" | date }}",
            "y2022 m9/2022 d26",
        ),
        ("{{ 1234567 | number }}", "1,234,567"),
        ("{{ \"</script>\" | json }}", "\"\\u003c/script\\u003e\""),
        (
            "{{ \"a/b\" | href(root=\"../\") }} {{ \"https://x\" | href(root=\"../\") }} {{ \"#a\" | href(root=\"../\") }}",
            "../a/b https://x #a",
        ),
        ("{{ 0 | weekdays | join(sep=\"/\") }}", "Mo/Tu"),
        (
            "{% for bar in [{\"count\": 0}, {\"count\": 5}, {\"count\": 10}] | bars(width=30, height=20, gap=1) %}{{ bar.x }},{{ bar.y }},{{ bar.width }},{{ bar.height }} {% endfor %}",
            "0,20,9,0 10,10,9,10 20,0,9,20 ",
        ),
        (
            "{% for row in [{\"count\": 3}, {\"count\": 2}] | shares(of=10) %}{{ row.share }} {% endfor %}",
            "10 6.7 ",
        ),
        ("{{ [] | bars(width=1, height=1) | length }}", "0"),
    ];
    let dates = "\n[date]\nweekdays = [\"Mo\", \"Tu\"]\n[date.formats]\nyear = \"y{year}\"\nmonth = \"m{month}/{year}\"\nday = \"d{day}\"";
    for (template, expected) in cases {
        let folder = tiny_site(
            "",
            &[
                ("templates/post.html", template),
                ("i18n/en.toml", &format!("{catalogue}{dates}")),
            ],
        );
        assert_eq!(
            page_of(&folder, &format!("{TINY}\nlanguage = \"en\"")),
            expected,
            "{template}"
        );
    }
}

#[test]
fn a_message_that_no_catalogue_has_is_a_warning_with_its_line() {
    let folder = tiny_site(
        "",
        &[(
            "templates/post.html",
            "\n{{ \"nonsense\" | t }}{{ \"x\" | trim }}{{ \"y\" | title }}",
        )],
    );
    let theme = load(folder.path(), TINY).expect("it loads");
    let warnings: Vec<String> = theme.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["templates/post.html:2: warning: no catalogue has the message `nonsense`"]
    );
}

#[test]
fn files_with_a_byte_order_mark_are_read_and_others_than_utf_8_are_refused() {
    let folder = tiny_site("", &[("templates/post.html", "\u{feff}x")]);
    assert_eq!(page_of(&folder, TINY), "x");
    std::fs::write(folder.path().join("templates/post.html"), b"a\n\xff").expect("written");
    let message = load(folder.path(), TINY).expect_err("it does not load");
    assert_eq!(message, "templates/post.html:2: error: is not UTF-8");
}

/// A folder where a file should be, or a file where a folder should be, is no file.
#[test]
fn odd_folders_do_no_harm() {
    let folder = tiny_site(
        "",
        &[
            ("i18n", "a file"),
            ("templates/sub/x.html", "y"),
            ("templates/.swp", "{% broken"),
            ("templates/post.html~", "{% broken"),
        ],
    );
    std::fs::create_dir_all(folder.path().join("static/a.css")).expect("made");
    assert_eq!(page_of(&folder, TINY), "post.html of tiny");
}
