//! Writing text, so that no stretch of it costs the sanitiser more than its length.

use super::Reader;
use crate::escape::encode_text_into;

/// The longest stretch of text without a tag or a `>`, in bytes.
const MAX_TEXT: usize = 4 * 1024;

/// The longest named character reference has 33 bytes.
const MAX_REFERENCE: usize = 40;

impl Reader<'_> {
    /// Text: with character references, or raw.
    pub(super) fn text(&mut self, text: &str, raw: bool) {
        if self.open.is_unshown() {
            return;
        }
        if self.open.in_table_structure() && !text.trim_ascii().is_empty() {
            self.spend_on_moving();
        }
        if raw {
            let mut escaped = String::with_capacity(text.len() + 16);
            encode_text_into(&mut escaped, text);
            self.pieces(&escaped);
        } else {
            self.pieces(text);
        }
    }

    /// Writes text so that no stretch without a tag or a `>` is longer than [`MAX_TEXT`] bytes: the sanitiser's serialiser
    /// searches a text from each reference to the next such sign.
    fn pieces(&mut self, text: &str) {
        let mut rest = text;
        loop {
            let html = self.out.html.as_bytes();
            let used = match html.last() {
                Some(b'>') => 0,
                _ => html.len() - memchr::memrchr(b'>', html).map_or(0, |at| at + 1),
            };
            let room = MAX_TEXT.saturating_sub(used);
            if rest.len() <= room {
                return self.out.html.push_str(rest);
            }
            // Not in the middle of a reference.
            let end = rest.floor_char_boundary(room);
            let near = rest.floor_char_boundary(end.saturating_sub(MAX_REFERENCE));
            let cut = rest[near..end].rfind('&').map_or(end, |at| near + at);
            self.out.html.push_str(&rest[..cut]);
            self.out.html.push_str("<span></span>");
            rest = &rest[cut..];
            if self.open.in_table_structure() {
                self.spend_on_moving();
            }
        }
    }
}
