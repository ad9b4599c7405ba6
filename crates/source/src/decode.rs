//! Bytes into text: byte order marks, UTF-8, UTF-16, GB18030, and what is no text at all.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A file's text, and what had to be assumed to get it.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Why it is not simply UTF-8, where it is not.
    pub(crate) assumed: Option<Assumed>,
    /// What it seems to be instead of text, unless a front matter shows that it is a post.
    pub(crate) suspect: Option<&'static str>,
}

/// What had to be assumed about a file's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assumed {
    /// UTF-16, by its byte order mark or the zeros in it.
    Utf16,
    /// UTF-32, by the same.
    Utf32,
    /// The Chinese national encoding, of which GBK and GB2312 are parts.
    Gb18030,
    /// UTF-8 with a few bytes damaged; they became U+FFFD.
    DamagedUtf8,
}

impl Assumed {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Utf16 | Self::Utf32 | Self::Gb18030 => "the file is not UTF-8",
            Self::DamagedUtf8 => "the file holds bytes that are not UTF-8",
        }
    }

    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Utf16 => "it was read as UTF-16",
            Self::Utf32 => "it was read as UTF-32",
            Self::Gb18030 => "it was read as GB18030",
            Self::DamagedUtf8 => "they were replaced by U+FFFD",
        }
    }
}

/// How much of a file is looked at to tell text from other things.
const SAMPLE: usize = 8 * 1024;

/// Decodes a file. This cannot fail, but the result may be `suspect`.
///
/// A byte order mark decides and is taken off. Then UTF-8 is tried, then GB18030, which is
/// accepted if it decodes without an error into text that is Han for the most part; else the
/// file is taken for damaged UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    // Looked for first: the mark of one of its two orders begins with that of UTF-16.
    if let Some(text) = utf32(bytes) {
        return assume(Cow::Owned(text), Assumed::Utf32);
    }
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let rest = &bytes[mark..];
    if encoding == UTF_8 {
        return without_mark(rest);
    }
    assume(encoding.decode_without_bom_handling(rest).0, Assumed::Utf16)
}

fn without_mark(bytes: &[u8]) -> Decoded<'_> {
    let text = simdutf8::basic::from_utf8(bytes);
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = memchr::memchr_iter(0, sample).count();
    // UTF-16 is seldom UTF-8 as well; if it is, every other byte is a zero.
    if zeros > 0
        && (text.is_err() || zeros * 3 > sample.len())
        && let Some(encoding) = utf16_by_zeros(sample)
    {
        return assume(
            encoding.decode_without_bom_handling(bytes).0,
            Assumed::Utf16,
        );
    }
    // A stray zero is damage; a tenth of a file is not.
    let zeros = (zeros * 10 > sample.len()).then_some("binary data");
    let mut decoded = if let Ok(text) = text {
        Decoded {
            text: Cow::Borrowed(text),
            assumed: None,
            suspect: None,
        }
    } else if let Some(text) = gb18030(bytes) {
        assume(text, Assumed::Gb18030)
    } else {
        assume(String::from_utf8_lossy(bytes), Assumed::DamagedUtf8)
    };
    let is_noise = decoded.assumed == Some(Assumed::DamagedUtf8) && is_noise(&decoded.text);
    decoded.suspect = signature(bytes)
        .or(zeros)
        .or(is_noise.then_some("binary data"));
    decoded
}

/// Whether a text that needed mending consists of little else than damage.
fn is_noise(text: &str) -> bool {
    let (mut seen, mut damaged, mut controls) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().take(SAMPLE) {
        seen += 1;
        damaged += usize::from(c == char::REPLACEMENT_CHARACTER);
        controls += usize::from(c.is_ascii_control() && !c.is_ascii_whitespace());
    }
    damaged * 3 > seen || controls * 20 > seen
}

fn assume(text: Cow<'_, str>, assumed: Assumed) -> Decoded<'_> {
    Decoded {
        text,
        assumed: Some(assumed),
        suspect: None,
    }
}

/// The kinds of file that are named `.md` by mistake, by how they begin.
fn signature(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF87a", "a GIF image"),
        (b"GIF89a", "a GIF image"),
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\x7fELF", "a program"),
    ];
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("a WebP image");
    }
    KINDS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|(_, kind)| *kind)
}

/// UTF-32 in either order, with a byte order mark or without.
fn utf32(bytes: &[u8]) -> Option<String> {
    let units = |bytes: &[u8], read: fn([u8; 4]) -> u32| -> String {
        let codes = bytes
            .chunks(4)
            .map(|unit| <[u8; 4]>::try_from(unit).map_or(u32::MAX, read));
        codes
            .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(units(rest, u32::from_le_bytes)),
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(units(rest, u32::from_be_bytes)),
        [first, _, 0, 0, ..] if *first != 0 && is_utf32(bytes, 3, 2) => {
            Some(units(bytes, u32::from_le_bytes))
        }
        [0, 0, _, last, ..] if *last != 0 && is_utf32(bytes, 0, 1) => {
            Some(units(bytes, u32::from_be_bytes))
        }
        _ => None,
    }
}

/// Of every four bytes of UTF-32 the `highest` is zero, and the one beside it says in which plane a character stands: in
/// text mostly in the first, and in none beyond the seventeenth.
fn is_utf32(bytes: &[u8], highest: usize, plane: usize) -> bool {
    let units = || bytes[..bytes.len().min(SAMPLE)].chunks_exact(4);
    let beyond_first = units().filter(|unit| unit[plane] != 0).count();
    units().len() >= 4
        && units().all(|unit| unit[highest] == 0 && unit[plane] <= 16)
        && beyond_first * 4 < units().len()
}

/// UTF-16 without a byte order mark: the ASCII in it shows as zeros at every other byte.
fn utf16_by_zeros(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    let (mut first, mut second) = (0, 0);
    for pair in sample.chunks_exact(2) {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    // Even Chinese text has line ends, blanks and front-matter keys.
    if second * 10 > pairs && first * 20 < second {
        Some(UTF_16LE)
    } else if first * 10 > pairs && second * 20 < first {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn gb18030(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    let (mut common, mut other) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{4e00}'..='\u{9fff}'
            | '\u{3000}'..='\u{303f}'
            | '\u{ff00}'..='\u{ff65}'
            | '\u{2010}'..='\u{2026}'
            | '·' => common += 1,
            _ => other += 1,
        }
    }
    (common > other * 4).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(String, Option<Assumed>), &'static str> {
        let decoded = decode(bytes);
        match decoded.suspect {
            Some(kind) => Err(kind),
            None => Ok((decoded.text.into_owned(), decoded.assumed)),
        }
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn utf8_with_and_without_a_mark() {
        assert_eq!(read("标题 é".as_bytes()), Ok(("标题 é".into(), None)));
        assert_eq!(read(b"\xef\xbb\xbftitle"), Ok(("title".into(), None)));
        assert_eq!(read(b""), Ok((String::new(), None)));
        assert_eq!(read(b"\xef\xbb\xbf"), Ok((String::new(), None)));
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        let text = "---\ntitle: 数据库\n---\nbody\n";
        for big in [false, true] {
            let expected = Ok((text.to_owned(), Some(Assumed::Utf16)));
            assert_eq!(read(&utf16(&format!("\u{feff}{text}"), big)), expected);
            assert_eq!(read(&utf16(text, big)), expected);
        }
    }

    #[test]
    fn utf32_with_and_without_a_mark() {
        let text = "---\ntitle: 数据库 😀\n---\nbody\n";
        for big in [false, true] {
            let utf32 = |text: &str| -> Vec<u8> {
                let bytes = |c: char| match big {
                    true => (c as u32).to_be_bytes(),
                    false => (c as u32).to_le_bytes(),
                };
                text.chars().flat_map(bytes).collect()
            };
            let expected = Ok((text.to_owned(), Some(Assumed::Utf32)));
            assert_eq!(read(&utf32(&format!("\u{feff}{text}"))), expected);
            assert_eq!(read(&utf32(text)), expected);
        }
        let cut = read(b"\xff\xfe\0\0a\0\0\0b\0");
        assert_eq!(cut, Ok(("a\u{fffd}".into(), Some(Assumed::Utf32))));
    }

    #[test]
    fn gb18030_is_known_by_its_han() {
        let text = "---\ntitle: 中文标题，编码不同\n---\n正文也是中文。";
        let (bytes, _, _) = GB18030.encode(text);
        assert_eq!(read(&bytes), Ok((text.into(), Some(Assumed::Gb18030))));
    }

    #[test]
    fn a_few_damaged_bytes_do_not_change_the_encoding() {
        let mut bytes = "title: 正文中文字".repeat(20).into_bytes();
        bytes.insert(7, 0xff);
        let (text, assumed) = read(&bytes).expect("is text");
        assert_eq!(assumed, Some(Assumed::DamagedUtf8));
        assert!(text.starts_with("title: \u{fffd}正文"), "{text}");
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err("a PNG image"));
        assert_eq!(read(b"%PDF-1.7 ..."), Err("a PDF document"));
        assert_eq!(read(&[0; 4096]), Err("binary data"));
        let noise: Vec<u8> = (0..4096_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert_eq!(read(&noise), Err("binary data"));
        assert!(read(b"one stray\0zero in a text").is_ok());
    }
}
