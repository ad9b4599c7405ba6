//! What a site consists of: every path with the hash of its content. One text form, on disk and at the target.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use sha1::{Digest, Sha1};

/// The name that a target keeps its manifest under, at the site's root.
pub const FILE_NAME: &str = ".newsprint-manifest";

/// The first line of the text, which names its form.
const HEADER: &str = "newsprint deployed 1";

/// The hash of a file's content: the name that git gives to a blob (SHA-1 of its length and its bytes), so that the
/// tree of a branch is a manifest already.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Hash([u8; 20]);

impl Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(bytes.len() as u64);
        hasher.update(bytes);
        hasher.finish()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Hash {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.as_bytes();
        if digits.len() != 40 {
            return Err(());
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(());
        let mut hash = [0; 20];
        for (place, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *place = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).map_err(|_| ())?;
        }
        Ok(Self(hash))
    }
}

/// Takes a file piece by piece; its length must be known before.
pub struct Hasher(Sha1);

impl Hasher {
    /// For a file of this many bytes.
    pub fn new(length: u64) -> Self {
        let mut inner = Sha1::new();
        inner.update(format!("blob {length}\0"));
        Self(inner)
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of everything added.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// What is known of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Is(Hash),
    /// A deploy ended while the file was to be replaced: it is the old one or the new one.
    Changing,
    /// A deploy ended while the file was to appear: it may not be there.
    Appearing,
}

/// A file of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its content.
    pub content: Content,
    /// Its length in bytes.
    pub size: u64,
    /// Stands for the headers that it was stored with; 0 where a target keeps none.
    pub headers: u32,
}

/// Every file of a site by its path, with `/` between the parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// The files.
    pub files: BTreeMap<String, Entry>,
}

impl Manifest {
    /// Reads the text of a manifest. None where it is no manifest that this version understands.
    ///
    /// A target may be shared with others: lines that would lead out of it make the whole unbelievable.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return None;
        }
        let files = lines.map(parse_line).collect::<Option<_>>()?;
        Some(Self { files })
    }

    /// The text; equal manifests give equal bytes.
    pub fn to_text(&self) -> String {
        let mut out = String::with_capacity(HEADER.len() + self.files.len() * 96);
        out.push_str(HEADER);
        out.push('\n');
        for (path, entry) in &self.files {
            match entry.content {
                Content::Is(hash) => {
                    let _ = write!(out, "{hash}");
                }
                Content::Changing => out.push('*'),
                Content::Appearing => out.push('+'),
            }
            let _ = writeln!(out, "\t{}\t{:x}\t{path}", entry.size, entry.headers);
        }
        out
    }

    /// The length of all files in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|entry| entry.size).sum()
    }
}

fn parse_line(line: &str) -> Option<(String, Entry)> {
    let mut fields = line.splitn(4, '\t');
    let content = match fields.next()? {
        "*" => Content::Changing,
        "+" => Content::Appearing,
        hash => Content::Is(hash.parse().ok()?),
    };
    let size = fields.next()?.parse().ok()?;
    let headers = u32::from_str_radix(fields.next()?, 16).ok()?;
    let path = fields.next()?;
    let entry = Entry {
        content,
        size,
        headers,
    };
    is_inside(path).then(|| (path.to_owned(), entry))
}

/// Whether a path stays below the folder it is relative to, on every system, and fits on a line.
pub fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..");
    !path.contains(['\\', '\0', '\n', '\r']) && path.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_one_that_git_gives() {
        let cases: [(&[u8], &str); 2] = [
            (b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            (
                b"what is up, doc?",
                "bd9dbf5aae1a3862dd1526723246b20206e5fc37",
            ),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Hash::of(bytes).to_string(), expected);
            assert_eq!(expected.parse(), Ok(Hash::of(bytes)));
        }
        for wrong in ["", "e69d", "g69de29bb2d1d6434b8b29ae775ad8c2e48c5391"] {
            assert!(wrong.parse::<Hash>().is_err());
        }
    }

    #[test]
    fn a_manifest_comes_back_as_it_was_written() {
        let mut manifest = Manifest::default();
        for (path, content, headers) in [
            ("index.html", Content::Is(Hash::of(b"a")), 0),
            ("分类/a\tb c.html", Content::Appearing, 0xffff_ffff),
            ("a", Content::Changing, 1),
        ] {
            let entry = Entry {
                content,
                size: 7,
                headers,
            };
            manifest.files.insert(path.into(), entry);
        }
        assert_eq!(Manifest::parse(&manifest.to_text()), Some(manifest));
    }

    #[test]
    fn what_leads_out_or_makes_no_sense_is_no_manifest() {
        let hash = Hash::of(b"");
        for line in [
            format!("{hash}\t1\t0\t../x"),
            format!("{hash}\t1\t0\t/etc/passwd"),
            format!("{hash}\t1\t0\ta//b"),
            format!("{hash}\t1\t0\ta\\..\\b"),
            format!("{hash}\t1\t0\t"),
            format!("{hash}\t-1\t0\ta"),
            format!("{hash}\t1\ta"),
            "zz\t1\t0\ta".into(),
            String::new(),
        ] {
            assert_eq!(
                Manifest::parse(&format!("{HEADER}\n{line}\n")),
                None,
                "{line}"
            );
        }
        assert_eq!(Manifest::parse("newsprint deployed 2\n"), None);
        assert_eq!(Manifest::parse(""), None);
    }
}
