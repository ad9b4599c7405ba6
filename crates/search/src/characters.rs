//! What every character is to search, worked out once: asking for it again for each of an archive's characters would be what most
//! of the time goes into.

use std::sync::LazyLock;

use crate::fold::plain;
use crate::pieces::Piece;
use crate::terms::unit16;
use crate::units::{is_letter, is_word};

/// Three full stops to NFKC, and between words to us; too frequent for the slow way.
const ELLIPSIS: char = '…';

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Character {
    /// A letter of a script without spaces, in its folded form.
    Letter(Piece),
    /// A part of a word.
    Word,
    /// It stands between units.
    Gap,
    /// NFKC has to look at it.
    Slow,
}

impl Character {
    fn of(letter: char) -> Self {
        if letter == ELLIPSIS {
            return Self::Gap;
        }
        let Some(folded) = plain(letter) else {
            return Self::Slow;
        };
        if is_letter(folded) {
            Self::Letter(Piece::letter(unit16(folded)))
        } else if is_word(folded) {
            Self::Word
        } else {
            Self::Gap
        }
    }

    /// In 32 bits; those of a letter's piece are not more, and none of them is as low as the others here.
    fn packed(self) -> u32 {
        match self {
            Self::Letter(piece) => piece.bits() as u32,
            Self::Gap => 0,
            Self::Word => 1,
            Self::Slow => 2,
        }
    }

    fn unpacked(bits: u32) -> Self {
        match bits {
            0 => Self::Gap,
            1 => Self::Word,
            2 => Self::Slow,
            _ => Self::Letter(Piece::of_bits(u64::from(bits))),
        }
    }
}

/// As many characters has the Basic Multilingual Plane.
const COUNT: usize = 1 << 16;

/// All of them, packed.
static PLANE: LazyLock<Box<[u32; COUNT]>> = LazyLock::new(|| {
    let mut plane = Box::new([0; COUNT]);
    for (code, packed) in (0..).zip(plane.iter_mut()) {
        // Surrogates are no characters, and no text has any.
        let character = char::from_u32(code).map_or(Character::Slow, Character::of);
        *packed = character.packed();
    }
    plane
});

/// Knows every character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Characters(&'static [u32; COUNT]);

impl Default for Characters {
    fn default() -> Self {
        Self(&PLANE)
    }
}

impl Characters {
    /// The character with this number.
    pub(crate) fn in_plane(self, code: u16) -> Character {
        Character::unpacked(self.0[usize::from(code)])
    }

    pub(crate) fn get(self, letter: char) -> Character {
        match u16::try_from(letter) {
            Ok(code) => self.in_plane(code),
            Err(_) => Character::of(letter),
        }
    }
}
