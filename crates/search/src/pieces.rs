//! Text folded and cut into units at once: what [`units`](crate::units()) finds in what [`fold`](crate::fold()) gives, with what
//! search needs to know of every unit. It is done for all that an archive holds, so it looks at every character once.

use crate::bytes::{Fnv, mix};
use crate::fold::{Han, fold_into, plain};
use crate::terms::{neighbour_class, unit16};
use crate::units::{LONGEST_WORD, is_letter, is_word};

/// Three full stops to NFKC, and between words to us; too frequent for the slow way.
const ELLIPSIS: char = '…';

/// A unit of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) unit: PieceUnit,
    /// Whether it follows the unit before without anything between them.
    pub(crate) joined: bool,
    /// Its class as another's neighbour, as a bit.
    pub(crate) class: u64,
}

/// What a piece is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PieceUnit {
    /// A letter's number in 16 bits.
    Letter(u32),
    /// Where a word stands in [`Pieces::text`], and its hash.
    Word { start: u32, end: u32, hash: u32 },
}

/// The pieces of a line, in memory that serves one line after the other.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// In their order.
    pub(crate) all: Vec<Piece>,
    /// The words, one behind the other.
    pub(crate) text: String,
    folded: String,
}

impl Pieces {
    /// Takes a line that has not been folded yet.
    pub(crate) fn read(&mut self, line: &str) {
        let mut cutter = Cutter::new(&mut self.all, &mut self.text);
        if !cutter.read(line) {
            // The slow way, for this line only.
            self.folded.clear();
            fold_into(line, &mut self.folded);
            cutter = Cutter::new(&mut self.all, &mut self.text);
            self.folded.chars().for_each(|letter| cutter.push(letter));
        }
        cutter.end_word();
    }
}

struct Cutter<'a> {
    all: &'a mut Vec<Piece>,
    text: &'a mut String,
    /// Whether the next unit follows the one before it.
    joined: bool,
    word: Option<Word>,
}

/// A word that has begun.
struct Word {
    start: usize,
    hash: Fnv,
    characters: usize,
}

impl<'a> Cutter<'a> {
    fn new(all: &'a mut Vec<Piece>, text: &'a mut String) -> Self {
        all.clear();
        text.clear();
        Self {
            all,
            text,
            joined: false,
            word: None,
        }
    }

    /// Takes text as it is; false where NFKC has to look at it first.
    fn read(&mut self, text: &str) -> bool {
        let han = Han::new();
        let mut letters = text.chars();
        loop {
            let rest = letters.as_str();
            let Some(letter) = letters.next() else {
                return true;
            };
            if let Some(number) = han.folded(letter) {
                self.letter(number);
            } else if letter.is_ascii_alphanumeric() {
                let is_part = u8::is_ascii_alphanumeric;
                let end = rest.bytes().position(|byte| !is_part(&byte));
                let (word, rest) = rest.split_at(end.unwrap_or(rest.len()));
                self.part_of_word(word.chars().map(|letter| letter.to_ascii_lowercase()));
                letters = rest.chars();
            } else if letter.is_ascii() || letter == ELLIPSIS {
                self.gap();
            } else if let Some(folded) = plain(letter) {
                self.push(folded);
            } else {
                return false;
            }
        }
    }

    /// Takes a character in its folded form.
    fn push(&mut self, letter: char) {
        if is_letter(letter) {
            self.letter(unit16(letter));
        } else if is_word(letter) {
            self.part_of_word(std::iter::once(letter));
        } else {
            self.gap();
        }
    }

    fn gap(&mut self) {
        self.end_word();
        self.joined = false;
    }

    fn letter(&mut self, number: u32) {
        self.end_word();
        self.unit(PieceUnit::Letter(number), number);
    }

    fn part_of_word(&mut self, letters: impl Iterator<Item = char>) {
        let start = self.text.len();
        let word = self.word.get_or_insert_with(|| Word {
            start,
            hash: Fnv::default(),
            characters: 0,
        });
        for letter in letters.take(LONGEST_WORD - word.characters) {
            word.characters += 1;
            self.text.push(letter);
            word.hash.add_char(letter);
        }
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            let hash = word.hash.finish();
            let unit = PieceUnit::Word {
                start: word.start as u32,
                end: self.text.len() as u32,
                hash,
            };
            self.unit(unit, hash);
        }
    }

    fn unit(&mut self, unit: PieceUnit, hash: u32) {
        self.all.push(Piece {
            unit,
            joined: self.joined,
            class: neighbour_class(hash, self.joined),
        });
        self.joined = true;
    }
}

/// The pair of two letters as a number that belongs to it alone, well mixed.
pub(crate) fn pair(first: u32, second: u32) -> u32 {
    mix(first << 16 | second)
}

/// A letter as a number that belongs to it alone, well mixed.
pub(crate) fn single(letter: u32) -> u32 {
    mix(letter)
}

/// Two words that follow one another, by their hashes, as a number that hardly any other two have.
pub(crate) fn word_pair(first: u32, second: u32) -> u32 {
    mix(first.rotate_left(7) ^ second)
}
