//! What the fast pass knows by heart, against those who know it by the standard.

use proptest::prelude::*;
use url::Url;

use super::references::{BARE, OTHERS};
use super::{Sanitizer, is_allowed_url, is_plain_web_address};

#[test]
fn references_mean_what_the_parser_says() {
    let sanitizer = Sanitizer::new();
    for table in [BARE, OTHERS] {
        assert!(table.is_sorted_by_key(|(name, _)| name));
        for (name, _) in table {
            for after in [";", "", ";x", "x", "=", " ", "é"] {
                let html =
                    format!("a&{name}{after}<a title=\"&{name}{after}\">b</a>&{name}{after}");
                if let Some(direct) = Sanitizer::clean_directly(&html) {
                    let tree = sanitizer.clean_by_tree(&html);
                    assert_eq!(direct, tree, "{}", String::from_utf8_lossy(&tree));
                } else {
                    panic!("uncertain of {html}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn plain_addresses_are_what_the_parser_of_urls_allows(
        address in "(https?://)?([a-z0-9.:@é%_-]|\\.test){0,12}([/?#:].{0,6})?",
    ) {
        if is_plain_web_address(&address) {
            let parsed = Url::parse(&address).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(matches!(parsed.scheme(), "http" | "https"));
        }
    }

    #[test]
    fn addresses_with_other_schemes_are_not_allowed(scheme in "javascript|data|vbscript|file|blob|ftp", rest in ".{0,20}") {
        let address = format!("{scheme}:{rest}");
        prop_assert!(!is_allowed_url(&address));
    }
}
