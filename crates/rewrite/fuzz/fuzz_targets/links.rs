//! Any address, as a link and as an image: no panic, nothing that runs, a text that browsers read as we do, and judging
//! what was judged changes nothing. A cleaned address is the original with bytes left out.
//! Run it with `cargo +nightly fuzz run links` in this crate's folder.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use newsprint_rewrite::links::{LinkRules, Verdict};

static RULES: LazyLock<LinkRules> = LazyLock::new(|| LinkRules::built_in(Default::default()));

/// What stands in the page afterwards, if anything does.
fn outcome(url: &str, base: Option<&str>, image: bool) -> Option<(String, bool)> {
    let verdict = if image { RULES.image(url, base) } else { RULES.link(url, base) };
    match verdict {
        Verdict::Keep => Some((url.to_owned(), false)),
        Verdict::Cleaned(text) => Some((text, true)),
        Verdict::Unwrapped(text) => Some((text, false)),
        Verdict::Removed(_) => None,
    }
}

fn is_left_of(part: &str, whole: &str) -> bool {
    let mut bytes = whole.bytes();
    part.bytes().all(|wanted| bytes.any(|byte| byte == wanted))
}

fuzz_target!(|bytes: &[u8]| {
    let url = String::from_utf8_lossy(bytes);
    for (base, image) in [(None, false), (None, true), (Some("https://base.example/2022/post.html"), false)] {
        let Some((text, cleaned)) = outcome(&url, base, image) else { continue };
        let is_web = text.starts_with("http://") || text.starts_with("https://");
        let compact: String = text.chars().filter(|c| *c > ' ').take(16).collect::<String>().to_ascii_lowercase();
        assert!(
            !["javascript:", "vbscript:", "data:text", "file:", "blob:"].iter().any(|bad| compact.starts_with(bad)),
            "{text}"
        );
        assert!(!text.bytes().any(|byte| byte < b' '), "{text}");
        if is_web {
            assert!(url::Url::parse(&text).is_ok_and(|parsed| parsed.has_host()), "{text}");
        }
        let is_plain = url::Url::parse(&url).is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https"));
        if cleaned && is_plain && (url.starts_with("https://") || url.starts_with("http://")) {
            assert!(is_left_of(&text, &url) || !url.is_ascii() || url.contains(['\\', '%', '@', '^', '`']) || url[5..].contains("http"), "{text}");
        }
        assert_eq!(outcome(&text, base, image).map(|(again, _)| again).as_deref(), Some(text.as_str()));
    }
});
