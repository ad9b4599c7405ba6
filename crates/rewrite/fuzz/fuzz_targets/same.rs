//! Any bytes: the sanitiser's fast pass writes what its tree does, or nothing.
//! Run it with `cargo +nightly fuzz run same` in this crate's folder.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use newsprint_rewrite::links::LinkRules;
use newsprint_rewrite::{Options, Rewriter};

static RULES: LazyLock<Arc<LinkRules>> = LazyLock::new(|| Arc::new(LinkRules::built_in(Default::default())));

fuzz_target!(|bytes: &[u8]| {
    let body = String::from_utf8_lossy(bytes);
    let rewriter = Rewriter::new(RULES.clone(), Options::default());
    for raw in [true, false] {
        let (tree, direct) = rewriter.sanitize_both_ways(&body, raw);
        if let Some(direct) = direct {
            assert_eq!(String::from_utf8_lossy(&direct), String::from_utf8_lossy(&tree));
        }
    }
});
