//! One form for all the ways to write the same: NFKC (which joins full and half width), lower case, and simplified for
//! traditional characters. Text and queries are folded alike, and `search.js` folds alike too: `tests/cases/units.json`
//! is read by the tests of both.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::bytes::put_varint;

/// Which characters are folded into which: the first of each word is what the others become.
const VARIANTS: &str = include_str!("fold.txt");

/// The table covers the Han characters of the Basic Multilingual Plane, from here on.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    // Both ends lie below U+10000.
    let mut table: Vec<u16> = (FIRST..=LAST).map(|code| code as u16).collect();
    for (variant, simplified) in variants() {
        table[(u32::from(variant) - FIRST) as usize] = u32::from(simplified) as u16;
    }
    table
});

fn variants() -> impl Iterator<Item = (char, char)> {
    let words = VARIANTS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace);
    words.flat_map(|word| {
        let mut letters = word.chars();
        let simplified = letters.next().unwrap_or_default();
        letters.map(move |variant| (variant, simplified))
    })
}

/// Appends `text` to `out` in its folded form.
pub fn fold_into(text: &str, out: &mut String) {
    out.reserve(text.len());
    let start = out.len();
    for letter in text.chars() {
        match plain(letter) {
            Some(folded) => out.push(folded),
            None => {
                // Something that NFKC takes apart, joins or reorders: the whole text goes through it.
                out.truncate(start);
                for letter in text.nfkc().flat_map(char::to_lowercase) {
                    out.push(simplified(if letter == 'ς' { 'σ' } else { letter }));
                }
                return;
            }
        }
    }
}

/// A text in its folded form.
pub fn fold(text: &str) -> String {
    let mut out = String::new();
    fold_into(text, &mut out);
    out
}

/// The folded form of a character that NFKC treats alone, whatever stands beside it; these make up nearly all text.
pub(crate) fn plain(letter: char) -> Option<char> {
    let moved_by = |distance: i32| u32::from(letter).checked_add_signed(distance);
    match letter {
        '\0'..='\u{7f}' => Some(letter.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => Some(simplified(letter)),
        '\u{ff01}'..='\u{ff5e}' => {
            let half = moved_by(-0xfee0).and_then(char::from_u32);
            half.map(|half| half.to_ascii_lowercase())
        }
        '\u{ffe5}' => Some('\u{a5}'),
        '\u{a0}' | '\u{3000}' => Some(' '),
        // Capitals of Latin-1 and of Cyrillic.
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' | '\u{410}'..='\u{42f}' => {
            moved_by(0x20).and_then(char::from_u32)
        }
        // Brackets, quotation marks, dashes, signs.
        '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301b}' => Some(letter),
        '\u{a1}'..='\u{a7}' | '\u{a9}' | '\u{ab}'..='\u{ae}' | '\u{b0}' | '\u{b1}' => Some(letter),
        '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{d7}' | '\u{200b}'..='\u{2010}' => {
            Some(letter)
        }
        '\u{2012}'..='\u{2016}' | '\u{2018}'..='\u{2023}' | '\u{2030}'..='\u{2032}' => Some(letter),
        // Arrows, lines, blocks, stars, and pictures.
        '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{27bf}' => Some(letter),
        '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' | '\u{1f900}'..='\u{1f9ff}' => {
            Some(letter)
        }
        // Kana, Hangul; small letters of Latin-1 and of Cyrillic.
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}' | '\u{ac00}'..='\u{d7a3}' => Some(letter),
        '\u{df}'..='\u{ff}' | '\u{430}'..='\u{45f}' => Some(letter),
        _ => None,
    }
}

fn simplified(letter: char) -> char {
    match u32::from(letter) {
        code @ FIRST..=LAST => {
            let folded = TABLE[(code - FIRST) as usize];
            char::from_u32(u32::from(folded)).unwrap_or(letter)
        }
        _ => letter,
    }
}

/// The table as the client reads it: the variants as distances from one another, counted from U+3400, as varints; then
/// the high bytes of what they become, then the low ones.
pub(crate) fn variants_file() -> Vec<u8> {
    let mut pairs: Vec<(u32, u32)> = variants()
        .map(|(variant, simplified)| (u32::from(variant), u32::from(simplified)))
        .collect();
    pairs.sort_unstable();
    let mut file = Vec::new();
    let mut last = FIRST;
    for (variant, _) in &pairs {
        put_varint(&mut file, variant - last);
        last = *variant;
    }
    file.extend(pairs.iter().map(|(_, simplified)| (simplified >> 8) as u8));
    file.extend(
        pairs
            .iter()
            .map(|(_, simplified)| (simplified & 0xff) as u8),
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_twice_changes_nothing_more() {
        for (variant, folded) in variants() {
            assert_eq!(simplified(variant), folded);
            assert_eq!(simplified(folded), folded, "{folded}");
        }
    }

    #[test]
    fn the_quick_way_gives_what_nfkc_gives() {
        // One that joined another before it would be moved with the marks of that, or stand for it.
        let joins = |letter: &char| {
            let quick = unicode_normalization::is_nfkc_quick(std::iter::once(*letter));
            quick == unicode_normalization::IsNormalized::Maybe
        };
        let letters = ('\0'..=char::MAX).filter(|letter| plain(*letter).is_some());
        assert_eq!(letters.filter(joins).collect::<Vec<_>>(), []);
        for letter in ('\0'..=char::MAX).filter(|letter| plain(*letter).is_some()) {
            let slow: String = letter
                .nfkc()
                .flat_map(char::to_lowercase)
                .map(simplified)
                .collect();
            assert_eq!(
                fold(&letter.to_string()),
                slow,
                "U+{:04X}",
                u32::from(letter)
            );
        }
    }
}
