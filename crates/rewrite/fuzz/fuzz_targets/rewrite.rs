//! Any bytes: no panic, nothing dangerous, and rewriting again changes nothing.
//! Run it with `cargo +nightly fuzz run rewrite` in this crate's folder.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use newsprint_rewrite::links::LinkRules;
use newsprint_rewrite::{Context, Options, Rewriter};

#[path = "../../tests/support/mod.rs"]
#[allow(dead_code)]
mod support;

static RULES: LazyLock<Arc<LinkRules>> = LazyLock::new(|| Arc::new(LinkRules::built_in(Default::default())));

fuzz_target!(|bytes: &[u8]| {
    let body = String::from_utf8_lossy(bytes);
    let context = Context { original_url: Some("https://base.example/2022/post.html"), ..Context::default() };
    let mut rewriter = Rewriter::new(RULES.clone(), Options::default());
    let once = rewriter.rewrite(&body, &context);
    if let Err(danger) = support::dangers(&once.html) {
        panic!("{danger}: {}", once.html);
    }
    assert_eq!(rewriter.rewrite(&once.html, &context).html, once.html);
});
