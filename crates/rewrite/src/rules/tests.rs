//! The rules run over markup in pieces of any size.

use std::sync::Arc;

use super::ElementRules;
use crate::Context;
use crate::links::LinkRules;

#[test]
fn every_selector_parses() {
    let rules = ElementRules::new(Arc::new(LinkRules::built_in(Default::default())));
    assert_eq!(rules.selectors.len(), 7);
}

#[test]
fn the_size_of_the_pieces_does_not_matter() {
    let rules = ElementRules::new(Arc::new(LinkRules::built_in(Default::default())));
    let html = "<p class=\"x\" style=\"text-align:center\">字<a href=\"https://a.test/?utm_source=b&amp;c=d\">链接</a></p>\
                <picture><source srcset=\"https://a.test/b.jpg 1x\"><img alt=\"图\"></picture>\
                <iframe src=\"https://www.youtube.com/embed/abc\"></iframe>";
    let whole = rules.apply(html.as_bytes(), &Context::default(), usize::MAX);
    assert!(!whole.failed);
    for size in 1..html.len() {
        let pieces = rules.apply(html.as_bytes(), &Context::default(), size);
        assert_eq!(pieces.html, whole.html, "pieces of {size} bytes");
        assert_eq!(pieces.counts, whole.counts);
    }
}
