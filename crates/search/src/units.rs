//! What text is searched by: single characters of the scripts that do not part words, and words of all others.

/// The longest word that is told apart from longer ones, in characters.
pub const LONGEST_WORD: usize = 32;

/// A piece of text that a query can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit<'a> {
    /// A character of a script that is written without spaces.
    Letter(char),
    /// A word of another script, its first [`LONGEST_WORD`] characters.
    Word(&'a str),
}

/// A unit in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The unit.
    pub unit: Unit<'a>,
    /// Whether it follows the unit before without anything between them.
    pub joined: bool,
}

/// The units of one line of folded text. A line ends where a block of the page does.
pub fn units(line: &str) -> Units<'_> {
    Units {
        rest: line,
        joined: false,
    }
}

/// The units of a line; see [`units`].
#[derive(Debug, Clone)]
pub struct Units<'a> {
    rest: &'a str,
    joined: bool,
}

impl<'a> Iterator for Units<'a> {
    type Item = Placed<'a>;

    fn next(&mut self) -> Option<Placed<'a>> {
        loop {
            let letter = self.rest.chars().next()?;
            if is_letter(letter) {
                self.rest = &self.rest[letter.len_utf8()..];
                let joined = std::mem::replace(&mut self.joined, true);
                return Some(Placed {
                    unit: Unit::Letter(letter),
                    joined,
                });
            }
            if is_word(letter) {
                let end = self
                    .rest
                    .find(|other| !is_word(other) || is_letter(other))
                    .unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                let joined = std::mem::replace(&mut self.joined, true);
                return Some(Placed {
                    unit: Unit::Word(cut(word)),
                    joined,
                });
            }
            self.rest = &self.rest[letter.len_utf8()..];
            self.joined = false;
        }
    }
}

/// The beginning of a word, by which it is known.
pub(crate) fn cut(word: &str) -> &str {
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

/// Han, Kana, Hangul, and the scripts of South-East Asia that put no spaces between words.
pub(crate) fn is_letter(letter: char) -> bool {
    matches!(u32::from(letter),
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x3005..=0x3007 | 0x3041..=0x3096 | 0x309d..=0x309f | 0x30a1..=0x30fa
        | 0x30fc..=0x30ff | 0x31f0..=0x31ff | 0xac00..=0xd7ff | 0x1100..=0x11ff | 0xf900..=0xfaff | 0x20000..=0x3ffff
        | 0x1b000..=0x1b16f | 0x0e01..=0x0e3a | 0x0e40..=0x0e4e | 0x0e81..=0x0eff | 0x1000..=0x103f | 0x1780..=0x17d3)
}

pub(crate) fn is_word(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric();
    }
    letter.is_alphanumeric() || unicode_normalization::char::is_combining_mark(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_known_by_their_beginning() {
        let long = "x".repeat(1000);
        let all: Vec<_> = units(&long).collect();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].unit, Unit::Word(&long[..LONGEST_WORD]));
    }
}
