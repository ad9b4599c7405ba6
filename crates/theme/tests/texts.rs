//! Translations, and the filters that write texts, dates, numbers and charts.

mod samples;
mod support;

use newsprint_theme::Theme;
use support::{TINY, load, page_of, post_page, tiny_site};

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
        (
            "{{ \"甲\u{ff0c}<\" | phrases }}",
            "<span>甲\u{ff0c}</span><span>&lt;</span>",
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
