//! What every character is to search, worked out once: asking for it again for each of an archive's characters would be what most
//! of the time goes into.

use std::sync::LazyLock;

use crate::fold::plain;
use crate::terms::{neighbour_class, unit16};
use crate::units::{is_letter, is_word};

/// Three full stops to NFKC, and between words to us; too frequent for the slow way.
const ELLIPSIS: char = '…';

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Character {
    /// A letter of a script without spaces: its number when it is folded, and its class as the neighbour of what it follows
    /// without anything between them.
    Letter { number: u16, class: u8 },
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
            let number = unit16(folded);
            Self::Letter {
                // Numbers of letters have 16 bits.
                number: number as u16,
                class: neighbour_class(number, true),
            }
        } else if is_word(folded) {
            Self::Word
        } else {
            Self::Gap
        }
    }
}

/// All characters of the Basic Multilingual Plane.
static PLANE: LazyLock<Vec<Character>> = LazyLock::new(|| {
    // Surrogates are no characters, and no text has any.
    let character = |code| char::from_u32(code).map_or(Character::Slow, Character::of);
    (0..0x1_0000).map(character).collect()
});

/// Knows every character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Characters(&'static [Character]);

impl Default for Characters {
    fn default() -> Self {
        Self(&PLANE)
    }
}

impl Characters {
    /// The character with this number.
    pub(crate) fn in_plane(self, code: u16) -> Character {
        self.0[usize::from(code)]
    }

    pub(crate) fn get(self, letter: char) -> Character {
        match self.0.get(letter as usize) {
            Some(known) => *known,
            None => Character::of(letter),
        }
    }
}
