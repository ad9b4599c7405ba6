//! Text folded and cut into units at once: what [`units`](crate::units()) finds in what [`fold`](crate::fold()) gives, with what
//! search needs to know of every unit. It is done for all that an archive holds, so it looks at every character once.

use crate::bytes::{Fnv, mix};
use crate::characters::{Character, Characters};
use crate::fold::{fold_into, plain};
use crate::terms::{NEIGHBOURS, neighbour_class, unit16};
use crate::units::{LONGEST_WORD, is_letter, is_word};

/// A unit of a line, or its end, in a number: a letter's number or a word's hash, and what follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece(u64);

/// Above the number: the class as another's neighbour.
const CLASS_SHIFT: u32 = 32;
/// What it is.
const KIND_SHIFT: u32 = 40;
/// What the unit before has to be, for the two to make a pair.
const PAIRS_WITH_SHIFT: u32 = 48;

/// What a piece is: a bit each.
const LETTER: u64 = 1;
const WORD: u64 = 2;

impl Piece {
    /// The end of a line is the neighbour of no class.
    const END: Self = Self((NEIGHBOURS as u64) << CLASS_SHIFT);

    /// A letter; `joined` says whether it follows the unit before without anything between them.
    fn letter(number: u32, class: u8, joined: bool) -> Self {
        let pairs_with = if joined { LETTER } else { 0 };
        Self::new(number, class, LETTER, pairs_with)
    }

    fn word(hash: u32, class: u8) -> Self {
        Self::new(hash, class, WORD, WORD)
    }

    fn new(number: u32, class: u8, kind: u64, pairs_with: u64) -> Self {
        let number = u64::from(number) | u64::from(class) << CLASS_SHIFT;
        Self(number | kind << KIND_SHIFT | pairs_with << PAIRS_WITH_SHIFT)
    }

    pub(crate) fn is_word(self) -> bool {
        self.0 >> KIND_SHIFT & WORD != 0
    }

    /// A letter's number in 16 bits, or a word's hash.
    pub(crate) fn number(self) -> u32 {
        self.0 as u32
    }

    /// Its class as another's neighbour, as a bit; none at the end of the line.
    pub(crate) fn class(self) -> u64 {
        (1 << (self.0 >> CLASS_SHIFT & 0x3f)) & ((1 << NEIGHBOURS) - 1)
    }

    /// The pair that it makes with the next.
    pub(crate) fn pair(self, next: Self) -> Option<u32> {
        let fits = self.0 >> KIND_SHIFT & next.0 >> PAIRS_WITH_SHIFT;
        if fits & (LETTER | WORD) == 0 {
            return None;
        }
        let (first, second) = (self.number(), next.number());
        Some(if self.is_word() {
            word_pair(first, second)
        } else {
            pair(first, second)
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
    pub(crate) fn with_next(&self) -> impl Iterator<Item = (Piece, Piece, Piece)> + '_ {
        let (mut piece, mut next) = (self.all[0], self.all[1]);
        self.all[2..].iter().map(move |after| {
            let three = (piece, next, *after);
            (piece, next) = (next, *after);
            three
        })
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
#[derive(Default)]
struct Word {
    hash: Fnv,
    characters: usize,
}

impl Cutter<'_> {
    /// Takes a line as it is; false where NFKC has to look at it first.
    fn read(&mut self, line: &str, characters: Characters) -> bool {
        let mut rest = line;
        loop {
            rest = self.read_letters(rest, characters);
            let mut letters = rest.chars();
            let Some(letter) = letters.next() else {
                break;
            };
            match characters.get(letter) {
                Character::Letter { number, .. } => self.letter(u32::from(number)),
                Character::Word if letter.is_ascii() => {
                    let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric());
                    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                    self.ascii_part_of_word(word);
                    rest = after;
                    continue;
                }
                Character::Word => self.part_of_word(plain(letter).into_iter()),
                Character::Gap => self.gap(),
                Character::Slow => return false,
            }
            rest = letters.as_str();
        }
        self.end_word();
        true
    }

    /// Takes letters of three bytes while they follow one another, and signs of three bytes between them: most of Chinese. Gives
    /// what follows.
    fn read_letters<'t>(&mut self, line: &'t str, characters: Characters) -> &'t str {
        if self.word.is_some() {
            return line;
        }
        let mut bytes = line.as_bytes();
        while let [first @ 0xe0..=0xef, second, third, after @ ..] = bytes {
            let high = u16::from(first & 0xf) << 12 | u16::from(second & 0x3f) << 6;
            match characters.in_plane(high | u16::from(third & 0x3f)) {
                Character::Letter { number, class } if self.joined => {
                    self.all.push(Piece::letter(u32::from(number), class, true));
                }
                Character::Letter { number, .. } => self.letter(u32::from(number)),
                Character::Gap => self.joined = false,
                Character::Word | Character::Slow => break,
            }
            bytes = after;
        }
        &line[line.len() - bytes.len()..]
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
        let joined = std::mem::replace(&mut self.joined, true);
        let class = neighbour_class(number, joined);
        self.all.push(Piece::letter(number, class, joined));
    }

    fn part_of_word(&mut self, letters: impl Iterator<Item = char>) {
        let word = self.word.get_or_insert_default();
        for letter in letters.take(LONGEST_WORD - word.characters) {
            word.characters += 1;
            self.text.push(letter);
            word.hash.add_char(letter);
        }
    }

    /// The same for letters and digits of ASCII, which may be capitals.
    fn ascii_part_of_word(&mut self, letters: &str) {
        let word = self.word.get_or_insert_default();
        let letters = &letters[..letters.len().min(LONGEST_WORD - word.characters)];
        word.characters += letters.len();
        let start = self.text.len();
        self.text.push_str(letters);
        self.text[start..].make_ascii_lowercase();
        for letter in self.text[start..].bytes() {
            word.hash.add_unit(u16::from(letter));
        }
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.ends.push(self.text.len());
            let hash = word.hash.finish();
            let joined = std::mem::replace(&mut self.joined, true);
            self.all
                .push(Piece::word(hash, neighbour_class(hash, joined)));
        }
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
