//! Words counted: characters of Han, kana and hangul, runs of letters and digits of other scripts.

/// Counts the words of a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Words {
    count: u32,
    /// Whether the last character belongs to a word that more letters would only prolong.
    in_word: bool,
}

impl Words {
    /// How many there were.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Ends a word: what follows stands apart.
    pub(super) fn end(&mut self) {
        self.in_word = false;
    }

    /// Takes more text. Most of a body goes this way, so the commonest characters are told by their bytes.
    pub(super) fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            match rest {
                [] => return,
                [0..0x80, ..] => at += self.ascii(rest),
                [0xe4, 0xb7, ..] => at += self.other(&text[at..]),
                [0xe4..=0xe9, ..] => at += self.han(rest),
                // U+3000 to U+303F without 々〆〇, U+FF00 to U+FF20 without digits: punctuation.
                [0xe3, 0x80, 0x80..=0x84 | 0x88.., ..]
                | [0xef, 0xbc, 0x80..=0x8f | 0x9a..=0xa0, ..] => {
                    self.in_word = false;
                    at += 3;
                }
                _ => at += self.other(&text[at..]),
            }
        }
    }

    /// Takes the ASCII characters that `bytes` begins with, and says how many there are.
    fn ascii(&mut self, bytes: &[u8]) -> usize {
        let mut read = 0;
        let (mut starts, mut in_word) = (0_u32, u32::from(self.in_word));
        for class in bytes.iter().map_while(|b| ASCII.get(usize::from(*b))) {
            let class = u32::from(*class);
            let letter = class & u32::from(LETTER);
            starts += letter & !in_word;
            in_word = letter | (class >> 1 & in_word);
            read += 1;
        }
        self.count = self.count.saturating_add(starts);
        self.in_word = in_word != 0;
        read
    }

    /// Takes the Han characters that `bytes` begins with, and says how many bytes they are.
    fn han(&mut self, bytes: &[u8]) -> usize {
        let characters = bytes.chunks_exact(3);
        let read = characters.take_while(|c| begins_with_han(c)).count();
        self.count = self
            .count
            .saturating_add(u32::try_from(read).unwrap_or(u32::MAX));
        self.in_word = false;
        3 * read
    }

    /// Takes the first character of a text, and says how many bytes it is.
    fn other(&mut self, text: &str) -> usize {
        let c = text.chars().next().unwrap_or_default();
        self.character(c);
        c.len_utf8()
    }

    /// Takes one more character.
    pub(super) fn character(&mut self, c: char) {
        let (starts, continues) = if let Some(class) = ASCII.get(c as usize) {
            let letter = *class == LETTER;
            (
                letter && !self.in_word,
                letter || (self.in_word && *class == JOINER),
            )
        } else if is_ideographic(c) {
            (true, false)
        } else if is_punctuation(c) {
            (false, false)
        } else {
            let letter = c.is_alphanumeric()
                || (self.in_word && matches!(c, '’' | '\u{300}'..='\u{36f}' | '\u{200d}'));
            (letter && !self.in_word, letter)
        };
        self.count = self.count.saturating_add(u32::from(starts));
        self.in_word = continues;
    }
}

/// A letter or digit.
const LETTER: u8 = 1;

/// A character that ends no word, but begins none: `'` and `_`.
const JOINER: u8 = 2;

/// What each character of ASCII is to words.
const ASCII: [u8; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'\'' | b'_' => JOINER,
            _ if byte.is_ascii_alphanumeric() => LETTER,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Whether UTF-8 begins with a Han character of U+4000 to U+9FFF, which has three bytes and is two columns wide. (Between
/// the two blocks of Han stand the hexagrams, U+4DC0 to U+4DFF.)
pub(super) fn begins_with_han(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe4..=0xe9, ..]) && !matches!(bytes, [0xe4, 0xb7, ..])
}

/// Han, kana and hangul: scripts in which a character counts as a word.
fn is_ideographic(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}' | '\u{31f0}'..='\u{31ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Blanks and punctuation that need no look into the tables.
fn is_punctuation(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{a9}' | '\u{2000}'..='\u{200c}' | '\u{2010}'..='\u{2018}' | '\u{201a}'..='\u{206f}' | '\u{3000}'..='\u{303f}'
        | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    use super::*;

    fn by_characters(text: &str) -> (u32, bool) {
        let mut words = Words::default();
        text.chars().for_each(|c| words.character(c));
        (words.count, words.in_word)
    }

    fn by_bytes(text: &str) -> (u32, bool) {
        let mut words = Words::default();
        words.text(text);
        (words.count, words.in_word)
    }

    #[test]
    fn words_are_counted() {
        let cases = [
            ("", 0),
            ("one two", 2),
            ("don't don’t a_b 'x' ''", 4),
            ("中文", 2),
            ("中a文b1，c", 5),
            ("iPhone 15发布", 4),
            ("ＡＢ１２", 1),
            ("日々のカー", 5),
            ("한국", 2),
            ("﹏—…“”、。！", 0),
            ("䷀䶿㐀𠀀", 3),
            ("cafe\u{301} é", 2),
            ("a\u{a0}b", 2),
        ];
        for (text, expected) in cases {
            assert_eq!(by_bytes(text).0, expected, "{text}");
        }
    }

    #[test]
    fn bytes_tell_every_character_for_what_it_is() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            for text in [format!("a{c}b"), format!(" {c}'{c}{c}中")] {
                assert_eq!(by_bytes(&text), by_characters(&text), "{c:?}");
            }
        }
    }

    #[test]
    fn what_needs_no_look_into_the_tables_is_in_them() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            // Old numerals and marks of repetition stand among the punctuation of Han, and are as rare.
            let is_odd = matches!(c, '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3035}' | '\u{3038}'..='\u{303c}');
            if is_punctuation(c) && !is_odd {
                assert!(!c.is_alphanumeric(), "{c:?}");
            }
            if begins_with_han(c.to_string().as_bytes()) {
                assert!(is_ideographic(c) && c.len_utf8() == 3, "{c:?}");
                assert_eq!(c.width(), Some(2), "{c:?}");
            }
        }
    }
}
