//! How text becomes HTML: the function behind autoescaping.

use std::io::{Result, Write};

/// Writes text so that it is safe in element content and in quoted attribute values.
///
/// `& < > " '` become character references. Control characters other than tab and line ends have
/// no place in HTML (HTML, "control characters"); they are left out, which also keeps text from
/// ever holding the mark that stands for a body ([`crate::splice::MARK`]).
pub(crate) fn escape_html(text: &str, out: &mut dyn Write) -> Result<()> {
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        // A look in a table is what the many bytes that stand as they are cost.
        if SPECIAL[usize::from(*byte)] {
            out.write_all(&bytes[written..at])?;
            out.write_all(replacement(*byte).unwrap_or_default())?;
            written = at + 1;
        }
    }
    out.write_all(&bytes[written..])
}

/// What a byte becomes that cannot stand as it is; `None` for those that can.
const fn replacement(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'"' => Some(b"&quot;"),
        b'\'' => Some(b"&#39;"),
        b'\t' | b'\n' | b'\r' => None,
        0..0x20 | 0x7f => Some(b""),
        _ => None,
    }
}

/// The bytes that cannot stand as they are.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < special.len() {
        special[byte] = replacement(byte as u8).is_some();
        byte += 1;
    }
    special
};

#[cfg(test)]
mod tests {
    use super::{escape_html, replacement};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_looking_at_every_byte(text in "[\\x00-\\x20&<>\"'a-f一\\x7f]{0,80}") {
            let mut out = Vec::new();
            escape_html(&text, &mut out).expect("a Vec takes everything");
            let simple: Vec<u8> = text
                .bytes()
                .flat_map(|byte| replacement(byte).map_or_else(|| vec![byte], <[u8]>::to_vec))
                .collect();
            prop_assert_eq!(out, simple);
        }
    }

    #[test]
    fn text_cannot_leave_its_place() {
        let cases = [
            ("", ""),
            ("纯文本 plain", "纯文本 plain"),
            ("a & b", "a &amp; b"),
            ("</title><script>", "&lt;/title&gt;&lt;script&gt;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("\u{0}\u{1}a\u{7f}\u{1b}b", "ab"),
            ("tab\tand\r\nline", "tab\tand\r\nline"),
            ("&amp;", "&amp;amp;"),
            (
                "一段没有特殊字符的中文<在第二个十六字节之后",
                "一段没有特殊字符的中文&lt;在第二个十六字节之后",
            ),
            (
                "0123456789\n0123456789\n<0123456789\u{7f}",
                "0123456789\n0123456789\n&lt;0123456789",
            ),
        ];
        for (text, expected) in cases {
            let mut out = Vec::new();
            escape_html(text, &mut out).expect("a Vec takes everything");
            assert_eq!(String::from_utf8_lossy(&out), expected, "{text:?}");
        }
    }
}
