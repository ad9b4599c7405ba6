//! Text folded and cut into units at once: what [`units`](crate::units()) finds in what [`fold`](crate::fold()) gives, with what
//! search needs to know of every unit. It is done for all that an archive holds, so it looks at every character once.

use crate::bytes::{Fnv, mix};
use crate::characters::{Character, Characters};
use crate::fold::{fold_into, plain};
use crate::terms::{NEIGHBOURS, neighbour_class, unit16};
use crate::units::{LONGEST_WORD, is_letter, is_word};

/// A unit of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// A letter's number, or a word's hash.
    number: u32,
    kind: Kind,
    /// What the unit before has to be, for the two to make a pair.
    pairs_with: Option<Kind>,
    /// Its class as another's neighbour.
    class: u8,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Letter,
    Word,
    /// The end of the line.
    End,
}

impl Piece {
    const END: Self = Self {
        number: 0,
        kind: Kind::End,
        pairs_with: None,
        class: NEIGHBOURS as u8,
    };

    pub(crate) fn kind(self) -> Kind {
        self.kind
    }

    /// A letter's number in 16 bits, or a word's hash.
    pub(crate) fn number(self) -> u32 {
        self.number
    }

    /// Its class as another's neighbour, as a bit; none at the end of the line.
    pub(crate) fn class(self) -> u64 {
        (1 << self.class) & ((1 << NEIGHBOURS) - 1)
    }

    /// The pair that it makes with the next.
    pub(crate) fn pair(self, next: Self) -> Option<u32> {
        if next.pairs_with != Some(self.kind) {
            return None;
        }
        Some(match self.kind {
            Kind::Letter => pair(self.number, next.number),
            _ => word_pair(self.number, next.number),
        })
    }
}

/// The pieces of a line, in memory that serves one line after the other.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// In their order, and the end twice.
    all: Vec<Piece>,
    /// The words, one behind the other, and where each ends.
    text: String,
    ends: Vec<usize>,
    folded: String,
    characters: Characters,
}

impl Pieces {
    /// Takes a line that has not been folded yet.
    pub(crate) fn read(&mut self, line: &str) {
        let characters = self.characters;
        if !self.cutter().read(line, characters) {
            // The slow way, for this line only.
            let mut folded = std::mem::take(&mut self.folded);
            folded.clear();
            fold_into(line, &mut folded);
            let mut cutter = self.cutter();
            folded.chars().for_each(|letter| cutter.push(letter));
            cutter.end_word();
            self.folded = folded;
        }
        self.all.extend([Piece::END; 2]);
    }

    /// Begins a line.
    fn cutter(&mut self) -> Cutter<'_> {
        self.all.clear();
        self.text.clear();
        self.ends.clear();
        Cutter {
            all: &mut self.all,
            text: &mut self.text,
            ends: &mut self.ends,
            joined: false,
            word: None,
        }
    }

    /// Every piece of the line with the two that follow it.
    pub(crate) fn with_next(&self) -> impl Iterator<Item = [Piece; 3]> + '_ {
        self.all
            .windows(3)
            .map(|three| [three[0], three[1], three[2]])
    }

    /// The words of the line, in their order.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> + '_ {
        self.ends.iter().scan(0, |start, end| {
            let word = *start..*end;
            *start = *end;
            Some(&self.text[word])
        })
    }
}

struct Cutter<'a> {
    all: &'a mut Vec<Piece>,
    text: &'a mut String,
    ends: &'a mut Vec<usize>,
    /// Whether the next unit follows the one before it.
    joined: bool,
    word: Option<Word>,
}

/// A word that has begun.
struct Word {
    hash: Fnv,
    characters: usize,
}

impl Cutter<'_> {
    /// Takes a line as it is; false where NFKC has to look at it first.
    fn read(&mut self, line: &str, characters: Characters) -> bool {
        let mut letters = line.chars();
        loop {
            let rest = letters.as_str();
            let Some(letter) = letters.next() else {
                break;
            };
            match characters.get(letter) {
                Character::Letter { number, class } if self.joined && self.word.is_none() => {
                    self.all.push(Piece {
                        number: u32::from(number),
                        kind: Kind::Letter,
                        pairs_with: Some(Kind::Letter),
                        class,
                    });
                }
                Character::Letter { number, .. } => self.letter(u32::from(number)),
                Character::Word if letter.is_ascii() => {
                    let is_part = u8::is_ascii_alphanumeric;
                    let end = rest.bytes().position(|byte| !is_part(&byte));
                    let (word, rest) = rest.split_at(end.unwrap_or(rest.len()));
                    self.part_of_word(word.chars().map(|letter| letter.to_ascii_lowercase()));
                    letters = rest.chars();
                }
                Character::Word => self.part_of_word(plain(letter).into_iter()),
                Character::Gap => self.gap(),
                Character::Slow => return false,
            }
        }
        self.end_word();
        true
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
        let pairs_with = self.joined.then_some(Kind::Letter);
        self.unit(Kind::Letter, number, pairs_with);
    }

    fn part_of_word(&mut self, letters: impl Iterator<Item = char>) {
        let word = self.word.get_or_insert_with(|| Word {
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
            self.ends.push(self.text.len());
            self.unit(Kind::Word, word.hash.finish(), Some(Kind::Word));
        }
    }

    fn unit(&mut self, kind: Kind, number: u32, pairs_with: Option<Kind>) {
        let joined = std::mem::replace(&mut self.joined, true);
        self.all.push(Piece {
            number,
            kind,
            pairs_with,
            class: neighbour_class(number, joined),
        });
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
