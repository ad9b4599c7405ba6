//! What the setting knows about characters: blanks, Chinese text, lengths of lines.
//!
//! Texts are escaped as in markup, where a no-break space is `&nbsp;`.

/// Removes the blanks at the beginning with which pages indent: ideographic, no-break, em and zero-width spaces too.
pub(super) fn trim_start(mut text: &str) -> &str {
    // Nearly all texts begin with a Han character or a letter.
    if let Some(0x30..=0x7a | 0xe4..=0xe9) = text.as_bytes().first() {
        return text;
    }
    loop {
        let trimmed = text.trim_start_matches(is_blank);
        text = trimmed.strip_prefix("&nbsp;").unwrap_or(trimmed);
        if text.len() == trimmed.len() {
            return text;
        }
    }
}

/// The same at the end.
pub(super) fn trim_end(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_end_matches(is_blank);
        text = trimmed.strip_suffix("&nbsp;").unwrap_or(trimmed);
        if text.len() == trimmed.len() {
            return text;
        }
    }
}

/// Whether there is nothing to be read.
pub(super) fn is_empty(text: &str) -> bool {
    trim_start(text).is_empty()
}

/// Whether a character is a blank, of any width.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200b}'
                ..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{3164}' | '\u{115f}' | '\u{2800}'
        )
}

/// Whether a text begins with the blanks that indent a paragraph by two characters.
pub(super) fn begins_indented(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '\n', '\t', '\r']);
    text.starts_with("\u{3000}\u{3000}")
        || text.starts_with("&nbsp;&nbsp;&nbsp;&nbsp;")
        || text.starts_with("\u{2003}\u{2003}")
        || text.starts_with("\u{3000}&nbsp;")
}

/// Whether a character belongs to running text that is set without spaces between words: Han,
/// kana, and the full-width punctuation that goes with them.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3001}'..='\u{30ff}' | '\u{31f0}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// What a text is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Script {
    pub(super) han: usize,
    pub(super) kana: usize,
    pub(super) latin: usize,
    /// Everything that is no blank.
    pub(super) characters: usize,
}

/// Of every ASCII character, whether it is a letter or a digit, and whether it is no blank.
static ASCII: [(bool, bool); 128] = {
    let mut table = [(false, false); 128];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = (byte.is_ascii_alphanumeric(), !byte.is_ascii_whitespace());
        byte += 1;
    }
    table
};

/// Whether a text begins with one of the marks between Chinese characters, all of three bytes: U+3001 to U+303F, U+FF01 to U+FF0F and
/// U+FF1A to U+FF20, U+2010 to U+2027.
fn is_common_mark(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xe3, 0x80, 0x81..=0xbf, ..]
            | [0xef, 0xbc, 0x81..=0x8f | 0x9a..=0xa0, ..]
            | [0xe2, 0x80, 0x90..=0xa7, ..]
    )
}

impl Script {
    pub(super) fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                ..0x80 => {
                    let (latin, characters) = ASCII[usize::from(*byte)];
                    self.latin += usize::from(latin);
                    self.characters += usize::from(characters);
                    at += 1;
                }
                // Three bytes each, from U+4000 to U+9FFF: nearly all Han that is written.
                0xe4..=0xe9 => {
                    let from = at;
                    while let Some(0xe4..=0xe9) = bytes.get(at) {
                        at += 3;
                    }
                    self.han += (at - from) / 3;
                    self.characters += (at - from) / 3;
                }
                _ if is_common_mark(&bytes[at..]) => {
                    self.characters += 1;
                    at += 3;
                }
                _ => {
                    let Some(c) = text[at..].chars().next() else {
                        return;
                    };
                    self.add_other(c);
                    at += c.len_utf8();
                }
            }
        }
    }

    fn add_other(&mut self, c: char) {
        match c {
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                self.han += 1;
            }
            '\u{3041}'..='\u{30ff}' => self.kana += 1,
            // Punctuation.
            '\u{3001}'..='\u{33ff}'
            | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
            | '\u{2010}'..='\u{2027}' => {}
            c if is_blank(c) => return,
            c => self.latin += usize::from(c.is_alphanumeric()),
        }
        self.characters += 1;
    }

    /// Whether this is Chinese: a third of the letters are Han (a letter of a Latin word weighs a quarter), hardly any kana.
    pub(super) fn is_chinese(&self) -> bool {
        self.han > 0 && self.han * 8 >= self.latin && self.kana * 10 <= self.han
    }
}
