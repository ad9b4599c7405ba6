//! What is said when a theme, a template or a setting is wrong.

mod samples;
mod support;

use newsprint_theme::views::View;
use samples::Samples;
use support::{TINY, load, page_of, tiny_site};

/// Files on top of the tiny theme, the configuration, and how the message begins.
type Mistake<'a> = (&'a [(&'a str, &'a str)], String, &'a str);

#[test]
fn mistakes_are_explained() {
    let setting = |text: &str| format!("[theme]\nname = \"broadsheet\"\n[theme.settings]\n{text}");
    let cases: [Mistake<'_>; 24] = [
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
            "[theme]\nname = \"tiny\"\nsettings = { accent = \"red\" }".into(),
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
            .render(&page, &View::Post(&samples.post("标题")), &mut Vec::new())
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
