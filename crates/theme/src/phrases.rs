//! Where a Chinese headline had best break: between its phrases. Browsers break Chinese anywhere, even within a word.

use tera::{Error, TeraResult, Value};

use crate::escape::escape_html;

/// A phrase of more characters than this is left to the browser: it would leave a line too short.
const LONGEST: usize = 14;

/// The filter `phrases`: the text as HTML in which every short phrase that ends in Chinese punctuation, and the rest
/// after the last one, stands in a `<span>`. A theme makes these inline blocks. A text without such punctuation is only escaped.
pub(crate) fn mark_phrases(text: &str) -> TeraResult<Value> {
    let phrases = split(text);
    let mut html = Vec::with_capacity(text.len() + phrases.len() * 13);
    let is_short = |phrase: &str| phrases.len() > 1 && phrase.chars().count() <= LONGEST;
    for phrase in &phrases {
        let mark = is_short(phrase);
        if mark {
            html.extend_from_slice(b"<span>");
        }
        escape_html(phrase, &mut html)?;
        if mark {
            html.extend_from_slice(b"</span>");
        }
    }
    let html = String::from_utf8(html).map_err(Error::from)?;
    Ok(Value::safe_string(&html))
}

/// Cuts after every run of closing punctuation.
fn split(text: &str) -> Vec<&str> {
    let mut phrases = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if ends_phrase(c) {
            ended = true;
        } else if ended {
            phrases.push(&text[start..at]);
            start = at;
            ended = false;
        }
    }
    phrases.push(&text[start..]);
    phrases
}

/// Marks that end a phrase (W3C clreq, "pause or stop punctuation marks"), and closing brackets that may follow them.
fn ends_phrase(c: char) -> bool {
    // Comma, colon, semicolon, stop, exclamation and question mark, enumeration comma; closing quotes and brackets.
    matches!(
        c,
        '\u{ff0c}'
            | '\u{ff1a}'
            | '\u{ff1b}'
            | '\u{3002}'
            | '\u{ff01}'
            | '\u{ff1f}'
            | '\u{3001}'
            | '\u{300d}'
            | '\u{300f}'
            | '\u{300b}'
            | '\u{3011}'
            | '\u{ff09}'
            | '\u{201d}'
    )
}

#[cfg(test)]
mod tests {
    use super::mark_phrases;
    use proptest::prelude::*;

    fn html(text: &str) -> String {
        mark_phrases(text).expect("it is text").to_string()
    }

    #[test]
    fn phrases_end_after_punctuation() {
        let cases = [
            ("", ""),
            ("开源浏览器引擎发布", "开源浏览器引擎发布"),
            (
                "A plain, English title: no marks",
                "A plain, English title: no marks",
            ),
            ("甲\u{ff0c}乙", "<span>甲\u{ff0c}</span><span>乙</span>"),
            (
                "\u{201c}甲\u{3002}\u{201d}乙",
                "<span>\u{201c}甲\u{3002}\u{201d}</span><span>乙</span>",
            ),
            (
                "<b>\u{ff1a}&",
                "<span>&lt;b&gt;\u{ff1a}</span><span>&amp;</span>",
            ),
            (
                "甲\u{ff0c}一二三四五六七八九十一二三四五",
                "<span>甲\u{ff0c}</span>一二三四五六七八九十一二三四五",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_character_is_lost_or_moved(text in "[甲乙a \u{ff0c}\u{3002}\u{201c}\u{201d}]{0,40}") {
            prop_assert_eq!(html(&text).replace("<span>", "").replace("</span>", ""), text);
        }
    }
}
