//! Text folded and cut into units at once: what [`units`](crate::units()) finds in what [`fold`](crate::fold()) gives, with what
//! search needs to know of every unit. It is done for all that an archive holds, so it looks at every character once.

use crate::bytes::{Fnv, mix};
use crate::characters::{Character, Characters};
use crate::fold::{fold_into, plain};
use crate::terms::{NEIGHBOURS, neighbour_class, unit16};
use crate::units::{LONGEST_WORD, is_letter, is_word};

/// A unit of a line, or its end, in a number: a letter's number or a word's hash, and what it is to its neighbours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Piece(u64);

/// The lowest bits: the class as another's neighbour. Above them: the class of a letter that does not follow the unit before
/// without anything between them.
const CLASS: u64 = 0x3f;
const APART_SHIFT: u32 = 6;
/// What it is: a bit each.
const LETTER: u64 = 1 << 12;
const WORD: u64 = 1 << 13;
/// By as many bits above them: what the unit before has to be, for the two to make a pair.
const PAIRS_WITH_SHIFT: u32 = 2;
/// The number, of 16 bits for a letter and of 32 for a word.
const NUMBER_SHIFT: u32 = 16;

impl Piece {
    /// The end of a line is the neighbour of no class.
    const END: Self = Self(NEIGHBOURS as u64);

    /// A letter with this number of 16 bits, which follows the unit before without anything between them.
    pub(crate) fn letter(number: u32) -> Self {
        let class = |joined| u64::from(neighbour_class(number, joined));
        let classes = class(true) | class(false) << APART_SHIFT;
        let kind = LETTER | LETTER << PAIRS_WITH_SHIFT;
        Self(u64::from(number) << NUMBER_SHIFT | kind | classes)
    }

    /// The same letter where something is between it and the unit before.
    fn apart(self) -> Self {
        let kept = self.0 & !(LETTER << PAIRS_WITH_SHIFT | CLASS);
        Self(kept | self.0 >> APART_SHIFT & CLASS)
    }

    fn word(hash: u32, joined: bool) -> Self {
        let class = u64::from(neighbour_class(hash, joined));
        let kind = WORD | WORD << PAIRS_WITH_SHIFT;
        Self(u64::from(hash) << NUMBER_SHIFT | kind | class)
    }

    /// As a number; of a letter, of 32 bits.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// What has these [bits](Self::bits).
    pub(crate) fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) fn is_word(self) -> bool {
        self.0 & WORD != 0
    }

    /// A letter's number in 16 bits, or a word's hash.
    pub(crate) fn number(self) -> u32 {
        (self.0 >> NUMBER_SHIFT) as u32
    }

    /// Its class as another's neighbour, as a bit; none at the end of the line.
    pub(crate) fn class(self) -> u64 {
        (1 << (self.0 & CLASS)) & ((1 << NEIGHBOURS) - 1)
    }

    /// The number of the pair that it makes with the next.
    pub(crate) fn pair(self, next: Self) -> Option<u32> {
        if self.0 & next.0 >> PAIRS_WITH_SHIFT & (LETTER | WORD) == 0 {
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
    /// In their order, and the end twice. What stands behind them is of a line before.
    all: Vec<Piece>,
    count: usize,
    /// The words, one behind the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    folded: String,
    characters: Characters,
}

impl Pieces {
    /// Takes a line that has not been folded yet.
    pub(crate) fn read(&mut self, line: &str) {
        let characters = self.characters;
        let mut cutter = self.cutter(line.len());
        let is_read = cutter.read(line, characters);
        self.count = cutter.count;
        if !is_read {
            // The slow way, for this line only.
            let mut folded = std::mem::take(&mut self.folded);
            folded.clear();
            fold_into(line, &mut folded);
            let mut cutter = self.cutter(folded.len());
            folded.chars().for_each(|letter| cutter.push(letter));
            cutter.end_word();
            self.count = cutter.count;
            self.folded = folded;
        }
        self.all[self.count..self.count + 2].fill(Piece::END);
        self.count += 2;
    }

    /// Begins a line of so many bytes.
    fn cutter(&mut self, length: usize) -> Cutter<'_> {
        // A piece is made of one byte at least.
        if self.all.len() < length + 2 {
            self.all.resize(length + 2, Piece::END);
        }
        self.text.clear();
        self.ends.clear();
        Cutter {
            all: &mut self.all,
            count: 0,
            text: &mut self.text,
            ends: &mut self.ends,
            joined: false,
            word: None,
        }
    }

    /// Every piece of the line with the two that follow it.
    pub(crate) fn with_next(&self) -> impl Iterator<Item = (Piece, Piece, Piece)> + '_ {
        let threes = self.all[..self.count].windows(3);
        threes.map(|three| (three[0], three[1], three[2]))
    }

    /// The words of the line, in their order.
    pub(crate) fn words(&self) -> impl Iterator<Item = &[u8]> + '_ {
        self.ends.iter().scan(0, |start, end| {
            let word = *start..*end;
            *start = *end;
            Some(&self.text[word])
        })
    }
}

struct Cutter<'a> {
    /// There is room for all pieces of the line; so many are there.
    all: &'a mut [Piece],
    count: usize,
    text: &'a mut Vec<u8>,
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
            if self.word.is_none() {
                rest = self.read_letters(rest, characters);
            }
            match rest.bytes().next() {
                Some(byte) if byte.is_ascii_alphanumeric() => rest = self.read_ascii_word(rest),
                Some(byte) if byte.is_ascii() => {
                    self.gap();
                    rest = &rest[1..];
                }
                _ => {
                    let mut letters = rest.chars();
                    let Some(letter) = letters.next() else {
                        break;
                    };
                    match characters.get(letter) {
                        Character::Letter(piece) => self.letter(piece),
                        Character::Word => self.part_of_word(plain(letter).into_iter()),
                        Character::Gap => self.gap(),
                        Character::Slow => return false,
                    }
                    rest = letters.as_str();
                }
            }
        }
        self.end_word();
        true
    }

    /// Takes letters of three bytes, and signs of three bytes between them: most of Chinese. Gives what follows.
    fn read_letters<'t>(&mut self, line: &'t str, characters: Characters) -> &'t str {
        let mut bytes = line.as_bytes();
        let room = &mut self.all[self.count..];
        let (mut count, mut joined) = (0, self.joined);
        while let [first @ 0xe0..=0xef, second, third, after @ ..] = bytes {
            let high = u16::from(first & 0xf) << 12 | u16::from(second & 0x3f) << 6;
            match characters.in_plane(high | u16::from(third & 0x3f)) {
                Character::Letter(piece) => {
                    room[count] = if joined { piece } else { piece.apart() };
                    count += 1;
                    joined = true;
                }
                Character::Gap => joined = false,
                Character::Word | Character::Slow => break,
            }
            bytes = after;
        }
        self.count += count;
        self.joined = joined;
        &line[line.len() - bytes.len()..]
    }

    /// Takes a character in its folded form.
    fn push(&mut self, letter: char) {
        if is_letter(letter) {
            self.letter(Piece::letter(unit16(letter)));
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

    fn letter(&mut self, letter: Piece) {
        self.end_word();
        let joined = std::mem::replace(&mut self.joined, true);
        self.add(if joined { letter } else { letter.apart() });
    }

    fn add(&mut self, piece: Piece) {
        self.all[self.count] = piece;
        self.count += 1;
    }

    fn part_of_word(&mut self, letters: impl Iterator<Item = char>) {
        let word = self.word.get_or_insert_default();
        for letter in letters.take(LONGEST_WORD - word.characters) {
            word.characters += 1;
            self.text
                .extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            word.hash.add_char(letter);
        }
    }

    /// Takes the letters and digits of ASCII that a line begins with, which may be capitals. Gives what follows.
    fn read_ascii_word<'t>(&mut self, line: &'t str) -> &'t str {
        let word = self.word.get_or_insert_default();
        let mut length = 0;
        for byte in line.bytes() {
            if !byte.is_ascii_alphanumeric() {
                break;
            }
            length += 1;
            if word.characters < LONGEST_WORD {
                word.characters += 1;
                let letter = byte.to_ascii_lowercase();
                self.text.push(letter);
                word.hash.add_unit(u16::from(letter));
            }
        }
        &line[length..]
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.ends.push(self.text.len());
            let joined = std::mem::replace(&mut self.joined, true);
            self.add(Piece::word(word.hash.finish(), joined));
        }
    }
}

/// The pair of two letters as a number that belongs to it alone; [`mix`] makes its hash.
pub(crate) fn pair(first: u32, second: u32) -> u32 {
    first << 16 | second
}

/// A letter as a number that belongs to it alone, well mixed.
pub(crate) fn single(letter: u32) -> u32 {
    mix(letter)
}

/// Two words that follow one another, by their hashes, as a number that hardly any other two have; [`mix`] makes its hash.
pub(crate) fn word_pair(first: u32, second: u32) -> u32 {
    first.rotate_left(7) ^ second
}
