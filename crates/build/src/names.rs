//! Names that every file system and every web server takes.
//!
//! Titles, categories and tags become parts of URLs, and so names of files. What Windows, macOS or
//! a static host would refuse or change is replaced here, once, on every system alike: the same
//! posts must give the same output everywhere.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

/// The longest name, in bytes. File systems take 255; the rest is room for an extension and
/// a suffix that keeps two posts apart.
const MAX_BYTES: usize = 200;

/// Digits and consonants: eight of them are 40 bits, and no word comes about by accident.
const ID_ALPHABET: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyzae";

/// One part of a path: NFC, blanks as `-`, and nothing that Windows or a URL would stumble over.
/// Never empty, never `.` or `..`, at most 200 bytes.
pub fn component(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfc() {
        match c {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '%' | '#' => out.push('_'),
            c if c.is_whitespace() => {
                if !out.ends_with('-') {
                    out.push('-');
                }
            }
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
    let trimmed = out
        .trim_matches(['-', ' '])
        .trim_end_matches(['.', ' ', '-']);
    let mut safe = if trimmed.starts_with('.') {
        format!("_{}", trimmed.trim_start_matches('.'))
    } else {
        trimmed.to_owned()
    };
    if safe.is_empty() {
        safe.push('_');
    }
    if is_device(&safe) {
        safe.push('_');
    }
    shorten(safe, name)
}

/// The longest path, in bytes: well below what Windows and macOS take from the root of a disk on.
const MAX_PATH_BYTES: usize = 800;

/// A finished path whose parts may have been put together of several: those that are too long are cut,
/// and of a path that is too long the beginning is kept.
pub fn limit(path: &str) -> String {
    if path.len() <= MAX_BYTES {
        return path.to_owned();
    }
    let parts: Vec<String> = path
        .split('/')
        .map(|part| shorten(part.to_owned(), part))
        .collect();
    let whole = parts.join("/");
    if whole.len() <= MAX_PATH_BYTES {
        return whole;
    }
    let last = parts.last().cloned().unwrap_or_default();
    let kept: Vec<String> = parts
        .into_iter()
        .scan(0, |length, part| {
            *length += part.len() + 1;
            (*length < MAX_PATH_BYTES / 2).then_some(part)
        })
        .collect();
    format!("{}/{}/{last}", kept.join("/"), short_id(path))
}

/// A path of several parts, each made safe; empty parts are dropped.
pub fn path(parts: &str) -> String {
    let mut out = String::with_capacity(parts.len());
    for part in parts.split('/').filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(&component(part));
    }
    out
}

/// Whether a path stays below the folder it is relative to, on every system.
pub fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..");
    !path.contains(['\\', '\0']) && path.split('/').all(is_name)
}

/// Resolves a relative path against a folder, by name alone. None where it climbs out of the top.
pub fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What two paths have in common when a file system that ignores case or Unicode form takes them for one.
pub fn fold(path: &str) -> Cow<'_, str> {
    if !path.is_ascii() {
        Cow::Owned(path.nfc().flat_map(char::to_lowercase).collect())
    } else if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(path.to_ascii_lowercase())
    } else {
        Cow::Borrowed(path)
    }
}

/// Eight characters made of a text: 40 bits of its XXH3, in an alphabet of 32.
pub fn short_id(text: &str) -> String {
    let hash = xxh3_64(text.as_bytes());
    (0..8)
        .map(|place| char::from(ID_ALPHABET[(hash >> (place * 5) & 31) as usize]))
        .collect()
}

/// Characters that show nothing but would make two names differ.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Names that Windows keeps for devices, with any extension.
fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    match stem.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        _ => {
            stem.len() == 4
                && (stem.starts_with("com") || stem.starts_with("lpt"))
                && stem.as_bytes()[3].is_ascii_digit()
        }
    }
}

/// Cuts a name that is too long and adds a hash of the whole, so that two long names stay two.
fn shorten(safe: String, whole: &str) -> String {
    if safe.len() <= MAX_BYTES {
        return safe;
    }
    let room = MAX_BYTES - 9;
    let end = (0..=room)
        .rev()
        .find(|i| safe.is_char_boundary(*i))
        .unwrap_or(0);
    format!("{}-{}", &safe[..end], short_id(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_taken_by_every_file_system() {
        let cases = [
            ("新媒体", "新媒体"),
            ("IT 之家", "IT-之家"),
            ("a/b\\c:d", "a_b_c_d"),
            ("  spaced\tout  ", "spaced-out"),
            ("..", "_"),
            (".", "_"),
            ("", "_"),
            (".htaccess", "_htaccess"),
            ("ends with dots...", "ends-with-dots"),
            ("CON", "CON_"),
            ("nul.txt", "nul.txt_"),
            ("COM7", "COM7_"),
            ("com10", "com10"),
            ("100% #1?", "100_-_1_"),
            ("e\u{301}te\u{301}", "été"),
            ("zero\u{200b}width\u{202e}", "zerowidth"),
            ("nul\0byte", "nulbyte"),
        ];
        for (name, expected) in cases {
            assert_eq!(component(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_at_a_character_and_stay_apart() {
        let long = "长".repeat(100);
        let (one, two) = (
            component(&format!("{long}甲")),
            component(&format!("{long}乙")),
        );
        assert!(one.len() <= MAX_BYTES && two.len() <= MAX_BYTES);
        assert_ne!(one, two);
        assert!(one.starts_with("长长"));
    }

    #[test]
    fn only_paths_below_a_folder_are_believed() {
        let cases = [
            ("a/b.html", true),
            ("../x", false),
            ("/etc/passwd", false),
            ("a/../../x", false),
            ("a\\..\\x", false),
            ("", false),
            (".", false),
        ];
        for (path, expected) in cases {
            assert_eq!(is_inside(path), expected, "{path}");
        }
    }

    #[test]
    fn references_resolve_by_name_and_stay_inside() {
        let cases = [
            ("a/b", "c.png", Some("a/b/c.png")),
            ("a/b", "./img/../c.png", Some("a/b/c.png")),
            ("a/b", "../../c.png", Some("c.png")),
            ("a/b", "../../../c.png", None),
            ("", "x//y", Some("x/y")),
        ];
        for (folder, path, expected) in cases {
            assert_eq!(
                resolve(folder, path).as_deref(),
                expected,
                "{folder} + {path}"
            );
        }
    }

    #[test]
    fn folding_finds_twins() {
        assert_eq!(fold("News/IT.html"), fold("news/it.HTML"));
        assert_eq!(fold("e\u{301}"), fold("É"));
        assert_ne!(fold("新"), fold("旧"));
    }

    #[test]
    fn ids_are_eight_characters_of_the_alphabet() {
        assert_eq!(short_id("a/b/c.md"), short_id("a/b/c.md"));
        assert_ne!(short_id("a/b/c.md"), short_id("a/b/d.md"));
        assert!(short_id("").bytes().all(|byte| ID_ALPHABET.contains(&byte)));
        assert_eq!(short_id("").len(), 8);
    }
}
