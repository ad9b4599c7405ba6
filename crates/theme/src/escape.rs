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
        if !SPECIAL[usize::from(*byte)] {
            continue;
        }
        let replacement: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\'' => b"&#39;",
            _ => b"",
        };
        out.write_all(&bytes[written..at])?;
        out.write_all(replacement)?;
        written = at + 1;
    }
    out.write_all(&bytes[written..])
}

const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
        byte += 1;
    }
    special[0x7f] = true;
    special[b'&' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special[b'"' as usize] = true;
    special[b'\'' as usize] = true;
    special
};

#[cfg(test)]
mod tests {
    use super::escape_html;

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
        ];
        for (text, expected) in cases {
            let mut out = Vec::new();
            escape_html(text, &mut out).expect("a Vec takes everything");
            assert_eq!(String::from_utf8_lossy(&out), expected, "{text:?}");
        }
    }
}
