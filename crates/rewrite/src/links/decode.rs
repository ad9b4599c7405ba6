//! Reads the encodings that redirects and proxies wrap their targets in.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// The longest encoded text that is looked at; real targets are far shorter.
const MAX_ENCODED: usize = 64 * 1024;

/// How often a target may be percent-encoded. Three layers occur in the wild.
const MAX_PERCENT_LAYERS: usize = 5;

const FORGIVING_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether the text begins as a web address does.
pub(super) fn is_web(text: &str) -> bool {
    let starts_with = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    starts_with("http://") || starts_with("https://")
}

/// The value of a query parameter, percent-decoded once as a server would, and then until it
/// begins like a web address.
pub(super) fn percent_layers(value: &str) -> String {
    let mut text = percent_once(value);
    for _ in 1..MAX_PERCENT_LAYERS {
        if is_web(&text) || !text.contains('%') {
            break;
        }
        text = percent_once(&text);
    }
    text
}

/// Percent-decodes one layer. Bytes that cannot stand in an address stay (or become) encoded.
fn percent_once(text: &str) -> String {
    if text.contains('%') {
        address_text(&percent_decode_str(text).collect::<Vec<u8>>())
    } else {
        address_text(text.as_bytes())
    }
}

/// Makes bytes into text that can stand in an address: what cannot is percent-encoded.
fn address_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let stray_percent = byte == b'%'
            && !bytes
                .get(at + 1..at + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if byte <= b' ' || byte >= 0x7f || b"\"<>\\^`{|}".contains(&byte) || stray_percent {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        } else {
            text.push(char::from(byte));
        }
    }
    text
}

/// Base64 in either alphabet, with or without padding, up to the first byte that is not of it.
pub(super) fn base64(value: &str) -> Option<Vec<u8>> {
    let decoded = percent_decode_str(value.get(..value.len().min(MAX_ENCODED))?);
    let mut text: Vec<u8> = decoded
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            b' ' => b'+',
            other => other,
        })
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        .collect();
    if text.len() % 4 == 1 {
        text.pop();
    }
    FORGIVING_BASE64.decode(text).ok()
}

/// An address in base64.
pub(super) fn base64_address(value: &str) -> Option<String> {
    let text = address_text(&base64(value)?);
    Some(percent_layers_unless_web(text))
}

fn percent_layers_unless_web(text: String) -> String {
    if is_web(&text) {
        text
    } else {
        percent_layers(&text)
    }
}

/// The member `field` of a JSON object in base64.
pub(super) fn base64_json(value: &str, field: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(&base64(value)?).ok()?;
    Some(address_text(json.get(field)?.as_str()?.as_bytes()))
}

/// The first address among the bytes of a binary message in base64.
pub(super) fn base64_search(value: &str) -> Option<String> {
    let bytes = base64(value)?;
    let start = memchr::memmem::find(&bytes, b"http")?;
    let end = bytes[start..]
        .iter()
        .position(|&byte| byte <= b' ' || byte >= 0x7f)
        .map_or(bytes.len(), |len| start + len);
    Some(address_text(&bytes[start..end]))
}

/// An address in hexadecimal digits.
pub(super) fn hex(value: &str) -> Option<String> {
    let digits = value.as_bytes();
    if !digits.len().is_multiple_of(2) || digits.len() > MAX_ENCODED {
        return None;
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks_exact(2)
        .map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?))
        .collect();
    Some(address_text(&bytes?))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

/// Proofpoint's second URL encoding: `-` stands for `%` and `_` for `/`.
pub(super) fn proofpoint_v2(value: &str) -> String {
    percent_layers(&value.replace('-', "%").replace('_', "/"))
}

/// Proofpoint's third URL encoding, `__address__;bytes!!…`: each `*` in the address stands for
/// the next of the base64url-encoded bytes, and `**` with a letter for a run of them.
pub(super) fn proofpoint_v3(value: &str) -> Option<String> {
    let (encoded, rest) = value.strip_prefix("__")?.rsplit_once("__;")?;
    let replaced = base64(rest.split('!').next()?)?;
    let mut replaced = replaced.into_iter();
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut encoded = encoded.bytes().peekable();
    while let Some(byte) = encoded.next() {
        if byte != b'*' {
            bytes.push(byte);
            continue;
        }
        if encoded.next_if_eq(&b'*').is_some() {
            let run = proofpoint_run(encoded.next()?)?;
            bytes.extend(replaced.by_ref().take(run));
        } else {
            bytes.push(replaced.next()?);
        }
    }
    Some(address_text(&bytes))
}

/// The length of a run: `A` is 2, `B` is 3, and so on through `A-Z a-z 0-9 - _`.
fn proofpoint_run(letter: u8) -> Option<usize> {
    let index = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(usize::from(index) + 2)
}
