//! What becomes of the addresses in an article: cases as data in `cases/links/*.toml`, and
//! properties that hold for every address.
//!
//! A case file is a list of `[[case]]` tables: `in` is the address, `out` what is left of it (the
//! same text if it stays, nothing if it is removed). `base` is the article's address, `image`
//! says that the address is an image's, `keep_affiliates` that paid links stay.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use newsprint_model::config::Affiliate;
use newsprint_rewrite::links::{LinkRules, RemovedReason, Verdict};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    r#in: String,
    out: String,
    base: Option<String>,
    #[serde(default)]
    image: bool,
    #[serde(default)]
    keep_affiliates: bool,
    /// What the case is about; for the reader.
    #[serde(default)]
    _why: String,
}

/// Addresses of which a question is answered with yes, and with no.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    yes: Vec<String>,
    no: Vec<String>,
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/links")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn question(name: &str) -> Question {
    toml::from_str(&read(&cases().join(name))).expect("the file asks a question")
}

/// The rules of a site that takes paid links apart.
fn strip() -> &'static LinkRules {
    static RULES: LazyLock<LinkRules> = LazyLock::new(|| LinkRules::built_in(Affiliate::Strip));
    &RULES
}

/// What stands in the page afterwards.
fn outcome(rules: &LinkRules, url: &str, base: Option<&str>, image: bool) -> String {
    let verdict = if image {
        rules.image(url, base)
    } else {
        rules.link(url, base)
    };
    match verdict {
        Verdict::Keep => url.to_owned(),
        Verdict::Cleaned(text) | Verdict::Unwrapped(text) => text,
        Verdict::Removed(_) => String::new(),
    }
}

fn check_files(in_folder: &str) {
    let strip = strip();
    let keep = LinkRules::built_in(Affiliate::Keep);
    let mut failures = Vec::new();
    let mut count = 0;
    let folder = cases().join(in_folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.display();
        let file: CaseFile =
            toml::from_str(&read(&path)).unwrap_or_else(|error| panic!("{name}: {error}"));
        for case in file.case {
            let rules = if case.keep_affiliates { &keep } else { strip };
            let out = outcome(rules, &case.r#in, case.base.as_deref(), case.image);
            count += 1;
            if out != case.out {
                let url = case.r#in;
                failures.push(format!(
                    "{name}\n  in   {url}\n  want {}\n  got  {out}",
                    case.out
                ));
            }
            // What is left is clean: nothing more comes off.
            if !out.is_empty() {
                let again = outcome(rules, &out, None, case.image);
                let is_local_reference = out.starts_with('#');
                if again != out && !is_local_reference {
                    failures.push(format!("{name}\n  {out}\n  becomes {again} the next time"));
                }
            }
        }
    }
    assert!(count > 0, "no cases in {}", folder.display());
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn cases_come_out_as_written() {
    check_files("addresses");
}

#[test]
fn pixels_are_known() {
    let rules = strip();
    let question = question("pixels.toml");
    for url in &question.yes {
        assert!(rules.is_tracking_pixel_host(url), "{url} counts readers");
    }
    for url in &question.no {
        assert!(!rules.is_tracking_pixel_host(url), "{url} shows something");
    }
}

#[test]
fn share_dialogs_are_known() {
    let rules = strip();
    let question = question("shares.toml");
    for url in &question.yes {
        assert!(rules.is_share_dialog(url), "{url} is a dialog");
        let reason = RemovedReason::ShareDialog;
        assert_eq!(rules.link(url, None), Verdict::Removed(reason), "{url}");
    }
    for url in &question.no {
        assert!(!rules.is_share_dialog(url), "{url} is a page");
    }
}

#[test]
fn removals_have_a_reason() {
    let rules = strip();
    for (url, reason) in [
        ("", RemovedReason::Empty),
        (" \u{feff}\n", RemovedReason::Empty),
        ("java\tscript:alert(1)", RemovedReason::Script),
        ("DATA:text/html,x", RemovedReason::Script),
        ("file:///etc/passwd", RemovedReason::Local),
        ("C:\\Users\\me\\a.doc", RemovedReason::Local),
        ("http://192.168.1.10/a", RemovedReason::Local),
        ("weixin://dl/chat", RemovedReason::AppScheme),
        (
            "https://service.weibo.com/share/share.php?url=x",
            RemovedReason::ShareDialog,
        ),
        ("../other.html", RemovedReason::Relative),
        ("http://", RemovedReason::Unparsable),
        ("http://host:99999/", RemovedReason::Unparsable),
        ("http://a.example/\u{0}a", RemovedReason::Unparsable),
    ] {
        assert_eq!(rules.link(url, None), Verdict::Removed(reason), "{url:?}");
    }
}

#[test]
fn verdicts_say_what_happened() {
    let rules = strip();
    let clean = "https://news.example/a?id=1";
    assert_eq!(rules.link(clean, None), Verdict::Keep);
    assert_eq!(
        rules.link("https://news.example/a?id=1&utm_source=x", None),
        Verdict::Cleaned(clean.to_owned())
    );
    assert_eq!(
        rules.link(
            "https://link.zhihu.com/?target=https%3A//news.example/a%3Fid%3D1",
            None
        ),
        Verdict::Unwrapped(clean.to_owned())
    );
}

/// A redirect to a redirect to … to a page, each written into the next.
fn nested(layers: usize) -> String {
    let mut url = String::from("https://news.example/a");
    for _ in 0..layers {
        url = format!("https://cors.example.workers.dev/?{url}");
    }
    url
}

#[test]
fn chains_of_redirects_are_followed_to_a_bound() {
    let rules = strip();
    for layers in [1, 2, 10] {
        let out = outcome(rules, &nested(layers), None, false);
        assert_eq!(out, "https://news.example/a", "{layers} layers");
    }
    for layers in [40, 2000] {
        assert_eq!(
            rules.link(&nested(layers), None),
            Verdict::Removed(RemovedReason::Unparsable),
            "{layers} layers"
        );
    }
}

#[test]
fn huge_addresses_take_no_time() {
    let rules = strip();
    let parameters = "&utm_source=a&b=c".repeat(100_000);
    let url = format!("https://news.example/a?id=1{parameters}");
    let out = outcome(rules, &url, None, false);
    assert_eq!(out.len(), "https://news.example/a?id=1".len() + 4 * 100_000);

    for unit in ["%25", "/", ";", "?", "&amp;", "a=", "http://", "aHR0"] {
        for start in [
            "https://news.example/a?u=",
            "https://link.zhihu.com/?target=",
            "//",
        ] {
            let url = format!("{start}{}", unit.repeat(50_000));
            outcome(rules, &url, None, false);
            outcome(rules, &url, None, true);
        }
    }
}

const CLEARURLS: &str = r##"{"providers": {
    "shop": {
        "urlPattern": "^https?:\\/\\/(?:[a-z0-9-]+\\.)*?shop\\.example",
        "rules": ["clk", "src[0-9]+", "(?:%3F)?mark_[a-z]*"],
        "referralMarketing": ["partner"],
        "rawRules": ["\\/via=[^/?]*"],
        "exceptions": ["^https?:\\/\\/api\\.shop\\.example"],
        "redirections": ["^https?:\\/\\/(?:[a-z0-9-]+\\.)*?shop\\.example\\/out\\?.*?to=([^&]*)"],
        "forceRedirection": true
    },
    "anywhere": {"urlPattern": ".*", "rules": ["everywhere"]},
    "bazaar": {
        "urlPattern": "^https?:\\/\\/(?:[a-z0-9-]+\\.)*?bazaar(?:\\.[a-z]{2,}){1,}",
        "rules": ["b"]
    },
    "spy": {"urlPattern": "^https?:\\/\\/spy\\.example", "completeProvider": true}
}}"##;

fn with_clearurls(affiliate: Affiliate) -> LinkRules {
    let mut rules = LinkRules::built_in(affiliate);
    rules
        .add_clearurls(CLEARURLS)
        .expect("every pattern is understood");
    rules
}

#[test]
fn clearurls_rules_of_every_kind_apply() {
    let rules = &with_clearurls(Affiliate::Strip);
    for (url, out) in [
        (
            "https://shop.example/a?id=1&clk=2",
            "https://shop.example/a?id=1",
        ),
        (
            "https://www.shop.example/a?SRC12=2&id=1",
            "https://www.shop.example/a?id=1",
        ),
        ("https://shop.example/a?mark_=1", "https://shop.example/a"),
        (
            "https://shop.example/a#clk=2&x=1",
            "https://shop.example/a#x=1",
        ),
        (
            "https://shop.example/a?src=2&xclk=1",
            "https://shop.example/a?src=2&xclk=1",
        ),
        ("https://shop.example/a?partner=9", "https://shop.example/a"),
        (
            "https://shop.example/a/via=front?id=1",
            "https://shop.example/a?id=1",
        ),
        (
            "https://api.shop.example/a?clk=2",
            "https://api.shop.example/a?clk=2",
        ),
        (
            "https://shop.example/out?n=1&to=https%3A%2F%2Fb.example%2F%3Fx%3D1",
            "https://b.example/?x=1",
        ),
        (
            "https://shop.example/out?n=1&to=javascript%3Aalert(1)",
            "https://shop.example/out?n=1&to=javascript%3Aalert(1)",
        ),
        (
            "https://b.example/?everywhere=1&utm_source=2&c=3",
            "https://b.example/?c=3",
        ),
        ("https://bazaar.co.uk/?b=1&c=2", "https://bazaar.co.uk/?c=2"),
        ("https://nobazaar.com/?b=1", "https://nobazaar.com/?b=1"),
        ("https://spy.example/x.js", ""),
    ] {
        assert_eq!(outcome(rules, url, None, false), out, "{url}");
    }
    assert!(rules.is_tracking_pixel_host("https://spy.example/1.png"));
}

#[test]
fn clearurls_referral_rules_are_the_owners_choice() {
    let rules = &with_clearurls(Affiliate::Keep);
    let url = "https://shop.example/a?partner=9&clk=1";
    assert_eq!(
        outcome(rules, url, None, false),
        "https://shop.example/a?partner=9"
    );
}

#[test]
fn broken_clearurls_files_are_reported() {
    let mut rules = LinkRules::built_in(Affiliate::Strip);
    for text in [
        "",
        "[]",
        "{\"providers\": 1}",
        "{\"providers\": {\"a\": {}}}",
        "\u{0}",
    ] {
        let diagnostic = rules.add_clearurls(text).expect_err("no rule file");
        assert!(
            diagnostic.reason.contains("ClearURLs"),
            "{}",
            diagnostic.reason
        );
    }
    let odd = r#"{"providers": {"odd": {
        "urlPattern": "^https?://odd\\.example", "rules": ["(?=a)b", "c"]
    }}}"#;
    let diagnostic = rules.add_clearurls(odd).expect_err("look-ahead");
    assert!(diagnostic.reason.contains("odd"), "{}", diagnostic.reason);
    assert_eq!(
        outcome(&rules, "https://odd.example/?c=1", None, false),
        "https://odd.example/"
    );
}

/// The values of the parameters that no rule knows, as they are written.
fn unknown_parameter() -> impl Strategy<Value = String> {
    "zz[a-z]{1,6}=[a-zA-Z0-9%+.,:_~-]{0,12}"
}

fn tracker() -> impl Strategy<Value = String> {
    prop_oneof![
        "utm_[a-z]{1,8}=[a-zA-Z0-9._-]{0,8}",
        Just("fbclid=IwAR0".to_owned()),
        Just("spm=a.b.c".to_owned()),
        Just("share_token=1-2-3".to_owned()),
    ]
}

/// An address, or something that nearly is one.
fn address() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just("news.example"),
        Just("www.zhihu.com"),
        Just("link.zhihu.com"),
        Just("mp.weixin.qq.com"),
        Just("www.google.com"),
        Just("i0.wp.com"),
        Just("cors.a.workers.dev"),
        Just("images.weserv.nl"),
        Just("www.amazon.co.uk"),
        Just("localhost"),
    ];
    let scheme = prop_oneof![
        Just("http://"),
        Just("https://"),
        Just("//"),
        Just("HTTP:\\\\")
    ];
    let tail = "[/?#&=;%@:.a-zA-Z0-9 ]{0,40}";
    let inner = prop_oneof![
        Just(String::new()),
        Just("url=https%3A%2F%2Fb.example%2F%3Futm_id%3D1".to_owned()),
        Just("?target=javascript%3Aalert(1)".to_owned()),
        Just("?https://b.example/?gclid=1&a=2".to_owned()),
        Just("?utm_source=x&a=%zz".to_owned()),
    ];
    (scheme, host, tail, inner)
        .prop_map(|(scheme, host, tail, inner)| format!("{scheme}{host}/{inner}{tail}"))
}

/// A browser ignores tabs and line ends, and reads schemes in any case.
fn begins_dangerously(url: &str) -> bool {
    let text: String = url
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    ["javascript:", "vbscript:", "data:text", "file:", "blob:"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

fn is_sound(rules: &LinkRules, url: &str, base: Option<&str>) -> Result<(), TestCaseError> {
    for image in [false, true] {
        let out = outcome(rules, url, base, image);
        prop_assert!(!begins_dangerously(&out), "{url:?} became {out:?}");
        let is_web = out.starts_with("http://") || out.starts_with("https://");
        if is_web {
            prop_assert!(url::Url::parse(&out).is_ok(), "{url:?} became {out:?}");
        }
        if !out.is_empty() {
            prop_assert_eq!(&outcome(rules, &out, base, image), &out, "twice: {:?}", url);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn addresses_come_out_sound(url in address()) {
        is_sound(strip(), &url, None)?;
    }

    #[test]
    fn any_text_comes_out_sound(text in any::<String>()) {
        is_sound(strip(), &text, Some("https://news.example/2022/a.html"))?;
        is_sound(strip(), &text, None)?;
    }

    #[test]
    fn hidden_scripts_never_come_out(
        before in "[ \t\n\u{1}\u{feff}]{0,3}",
        scheme in prop_oneof![
            Just("javascript"), Just("JavaScript"), Just("java\tscript"), Just("java\nscript"),
            Just("vbscript"), Just("data"), Just("java%73cript"), Just("java\u{0}script"),
        ],
        colon in prop_oneof![Just(":"), Just("%3A"), Just(":\t"), Just("&colon;")],
        rest in "[a-z(),/<>]{0,12}",
    ) {
        let url = format!("{before}{scheme}{colon}{rest}");
        let out = outcome(strip(), &url, None, false);
        prop_assert_eq!(out, "", "{:?}", url);
    }

    #[test]
    fn what_stays_keeps_order_and_bytes(
        kept in prop::collection::vec(unknown_parameter(), 0..6),
        trackers in prop::collection::vec((tracker(), 0_usize..7), 0..6),
        fragment in "(#[a-z%0-9]{0,8})?",
    ) {
        let mut all = kept.clone();
        for (tracker, at) in trackers {
            all.insert(at.min(all.len()), tracker);
        }
        let write = |parameters: &[String]| {
            let mark = if parameters.is_empty() { "" } else { "?" };
            format!("https://news.example/a{mark}{}{fragment}", parameters.join("&"))
        };
        prop_assert_eq!(outcome(strip(), &write(&all), None, false), write(&kept));
    }
}

/// The rule files that belong to links.
const RULE_FILES: &[&str] = &[
    "global",
    "china-networks",
    "china-shops",
    "china-press",
    "china-redirects",
    "world-networks",
    "world-media",
    "world-press",
    "articles",
    "shops",
    "redirects",
    "link-services",
    "affiliates",
    "proxies",
    "pixels",
    "shares",
];

#[test]
fn rule_files_are_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for name in RULE_FILES {
        let file: toml::Table =
            toml::from_str(&read(&folder.join(name).with_extension("toml"))).expect(name);
        for (kind, entries) in &file {
            let Some(entries) = entries.as_array() else {
                continue;
            };
            for table in entries.iter().filter_map(toml::Value::as_table) {
                check_table(&format!("{name}.toml, [[{kind}]]"), table);
            }
        }
    }
}

/// Hosts and the names of a site's parameters are in lower case, no list is empty, nothing stands
/// twice in one.
fn check_table(place: &str, table: &toml::Table) {
    assert!(table.contains_key("hosts"), "{place}: a rule without hosts");
    for (key, value) in table {
        let Some(list) = value.as_array() else {
            continue;
        };
        let texts: Vec<&str> = list.iter().filter_map(toml::Value::as_str).collect();
        assert!(!texts.is_empty(), "{place}: {key} is empty");
        let unique: BTreeSet<&str> = texts.iter().copied().collect();
        assert_eq!(
            unique.len(),
            texts.len(),
            "{place}: {key} repeats itself: {texts:?}"
        );
        let in_lower_case =
            ["hosts", "remove", "affiliate", "keep", "only"].contains(&key.as_str());
        for text in texts.iter().filter(|_| in_lower_case) {
            assert_eq!(**text, text.to_ascii_lowercase(), "{place}: {key}");
            assert!(
                text.len() < 64,
                "{place}: {text} is longer than any name that is read"
            );
        }
    }
}
