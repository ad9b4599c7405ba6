//! The URL ledger: which URL each post, category and tag was given, build after build.
//!
//! It is what makes three promises hold: the first to have had a URL keeps it, a file that moves keeps
//! its id, and a URL that was once published either stays or leads on. It lies in `.newsprint/ledger.tsv`,
//! one line an entry, sorted, so that it can be kept under version control and merged.
//!
//! Nearly every line of it is the same after a build as before. It is therefore kept as the text that was read, with the
//! few entries that changed beside it; an entry is taken apart only when somebody asks for it.

mod line;

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use newsprint_model::Diagnostic;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

pub use self::line::Entry;
use self::line::{has_former, parse_line, unescape, write_line};
use crate::names;

/// The first line of the file, which names its form.
const HEADER: &str = "newsprint ledger 1";

/// How the keys of posts begin.
const POST: &str = "post:";

/// The key of a post, by its path below `content/`.
pub fn post_key(path: &str) -> String {
    [POST, path].concat()
}

/// XXH3 of a post's key.
pub fn hash_of_post(path: &str) -> u64 {
    xxh3_64(post_key(path).as_bytes())
}

/// All entries by key: `post:<path>`, `category:<a/b/c>`, `tag:<name>`, `author:<name>`.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The text that was read.
    text: String,
    /// Its entries, in the order of their keys.
    lines: Vec<Line>,
    /// The place of an entry in `lines` by XXH3 of its key.
    places: FxHashMap<u64, u32>,
    /// What differs from the text, by XXH3 of the key: an entry's new line, or that it is gone.
    changes: FxHashMap<u64, Option<Box<str>>>,
    /// Whether its file is not what these entries would be written as.
    pub is_untidy: bool,
    /// Whether it takes the place of a file that could not be understood at all.
    pub is_foreign: bool,
}

/// What a ledger is to be told: an entry as it will stand in the text.
#[derive(Debug)]
pub struct News {
    /// XXH3 of the key.
    key: u64,
    line: Box<str>,
    /// The key of the entry that it takes the place of.
    instead_of: Option<String>,
}

impl News {
    /// That this is known under a key from now on, and no longer under another.
    pub fn of(key: &str, entry: &Entry<'_>, instead_of: Option<String>) -> Self {
        Self {
            key: xxh3_64(key.as_bytes()),
            line: write_line(key, entry).into(),
            instead_of,
        }
    }
}

/// Where an entry stands in the text.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    /// XXH3 of the key.
    key: u64,
    has_former: bool,
}

impl Ledger {
    /// Reads the text of a ledger. Lines that make no sense are left out, each with a warning:
    /// the URLs they held are decided anew.
    pub fn parse(text: String, file_name: &str) -> (Self, Vec<Diagnostic>) {
        if text.lines().next() != Some(HEADER) {
            let warning = Diagnostic::warning("this is no URL ledger that this version can read")
                .at(file_name)
                .on_line(1)
                .hint("it is put aside as `ledger.tsv.old` and made anew; URLs that were decided by who came first may change");
            let foreign = Self {
                is_foreign: true,
                ..Self::default()
            };
            return (foreign, vec![warning]);
        }
        let written: Vec<&str> = text.lines().collect();
        let read: Vec<Option<Line>> = written
            .par_iter()
            .skip(1)
            .with_min_len(4096)
            .map(|line| read_line(&text, line))
            .collect();
        let mut warnings = Vec::new();
        let mut lines = Vec::with_capacity(read.len());
        for ((line, number), written) in read.into_iter().zip(2..).zip(&written[1..]) {
            match line {
                Some(line) => lines.push(line),
                None if written.trim().is_empty() => {}
                None => warnings.push(
                    Diagnostic::warning("this line of the URL ledger is damaged")
                        .at(file_name)
                        .on_line(number)
                        .hint("it is left out; the URL it held is decided anew"),
                ),
            }
        }
        let mut ledger = Self {
            is_untidy: lines.len() + 1 != written.len()
                || !text.ends_with('\n')
                || text.contains('\r'),
            text,
            lines,
            ..Self::default()
        };
        ledger.sort();
        ledger.places = ledger.lines.iter().map(|line| line.key).zip(0..).collect();
        (ledger, warnings)
    }

    /// Puts the lines in order, as a merge may not have left them; of two for one key the later counts.
    fn sort(&mut self) {
        let text = &self.text;
        let key = |line: &Line| key_of(line_of(text, line));
        let is_sorted = |pair: &[Line]| key(&pair[0]) < key(&pair[1]);
        if self.lines.par_windows(2).all(is_sorted) {
            return;
        }
        self.is_untidy = true;
        let mut lines = std::mem::take(&mut self.lines);
        lines.reverse();
        lines.sort_by(|a, b| key(a).cmp(&key(b)));
        lines.dedup_by(|later, first| key(later) == key(first));
        self.lines = lines;
    }

    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<Entry<'_>> {
        self.of_hash(xxh3_64(key.as_bytes()))
    }

    /// The entry of a post, by its path below `content/`.
    pub fn of_post(&self, path: &str) -> Option<Entry<'_>> {
        self.of_hash(hash_of_post(path))
    }

    fn of_hash(&self, key: u64) -> Option<Entry<'_>> {
        match self.changes.get(&key) {
            Some(change) => parse_line(change.as_deref()?).map(|(_, entry)| entry),
            None => {
                let place = self.places.get(&key)?;
                let line = self.lines.get(*place as usize)?;
                parse_line(line_of(&self.text, line)).map(|(_, entry)| entry)
            }
        }
    }

    /// What it is to be told where this is known under a key; nothing if it was before.
    pub fn news(&self, key: &str, entry: &Entry<'_>) -> Option<News> {
        (self.get(key).as_ref() != Some(entry)).then(|| News::of(key, entry, None))
    }

    /// Takes in what differs from what is known.
    pub fn take(&mut self, news: impl IntoIterator<Item = News>) {
        for one in news {
            if let Some(old) = one.instead_of {
                self.remove(&old);
            }
            self.changes.insert(one.key, Some(one.line));
        }
    }

    fn remove(&mut self, key: &str) {
        if self.get(key).is_some() {
            self.changes.insert(xxh3_64(key.as_bytes()), None);
        }
    }

    /// All entries with their keys, as they were read; in order of their keys.
    pub fn entries(&self) -> impl Iterator<Item = (Cow<'_, str>, Entry<'_>)> {
        let lines = self.lines.iter();
        lines.filter_map(|line| parse_line(line_of(&self.text, line)))
    }

    /// The entries, as they were read, of posts that are not among those given by [`hash_of_post`]; in order of their keys.
    pub fn of_absent_posts(
        &self,
        present: &FxHashSet<u64>,
    ) -> impl DoubleEndedIterator<Item = (Cow<'_, str>, Entry<'_>)> {
        self.lines
            .iter()
            .filter(|line| !present.contains(&line.key))
            .filter_map(|line| parse_line(line_of(&self.text, line)))
            .filter(|(key, _)| key.starts_with(POST))
    }

    /// The entries that have URLs of earlier times, in order of their keys.
    pub fn with_former(&self) -> Vec<Entry<'_>> {
        let is_as_read = |line: &&Line| line.has_former && !self.changes.contains_key(&line.key);
        let read = self.lines.iter().filter(is_as_read);
        let read = read.filter_map(|line| parse_line(line_of(&self.text, line)));
        let changed = self.changes.values().flatten();
        let changed = changed.filter(|line| has_former(line));
        let mut all: Vec<_> = read
            .chain(changed.filter_map(|line| parse_line(line)))
            .collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        all.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Whether its file says all this already, in this form.
    pub fn is_as_read(&self) -> bool {
        self.changes.is_empty() && !self.is_untidy && !self.text.is_empty()
    }

    /// Writes the ledger; equal ledgers give equal bytes. It is taken apart meanwhile: that of a first build is all news, and
    /// twice as much memory as its text would be needed to have that as a whole.
    ///
    /// # Errors
    /// Whatever `out` says.
    pub fn write(mut self, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let mut put = |line: &str| {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")
        };
        put(HEADER)?;
        let is_new = |key: &u64, _: &mut Option<Box<str>>| !self.places.contains_key(key);
        let new = self.changes.extract_if(is_new);
        let mut new = new.filter_map(|(_, line)| line).collect();
        sort_lines(&mut new);
        let mut new = new.into_iter().peekable();
        for line in &self.lines {
            let written = line_of(&self.text, line);
            while let Some(before) = new.next_if(|new| key_of(new) < key_of(written)) {
                put(&before)?;
            }
            match self.changes.get(&line.key) {
                Some(Some(changed)) => put(changed)?,
                Some(None) => {}
                None => put(written)?,
            }
        }
        new.try_for_each(|line| put(&line))?;
        out.flush()
    }
}

/// Puts lines in the order of their keys, of which no two are the same.
fn sort_lines(lines: &mut Vec<Box<str>>) {
    // Where a key is written as it is, what follows it comes before all that a longer key may go on with.
    let is_plain = |line: &str| !line.bytes().any(|byte| byte < b'\t' || byte == b'\\');
    if lines.par_iter().all(|line| is_plain(line)) {
        lines.par_sort_unstable();
    } else {
        lines.par_sort_unstable_by(|a, b| key_of(a).cmp(&key_of(b)));
    }
}

fn line_of<'t>(text: &'t str, line: &Line) -> &'t str {
    &text[line.start..line.end]
}

fn key_of(line: &str) -> Cow<'_, str> {
    unescape(line.split('\t').next().unwrap_or_default())
}

/// Where a line of `text` stands, if it is sound.
fn read_line(text: &str, line: &str) -> Option<Line> {
    let (key, entry) = parse_line(line)?;
    // The file is meant to be merged and may have been edited: no line of it may lead out of the output.
    let is_inside = |url: &str| {
        let path = url.trim_start_matches('/');
        let path = path.strip_suffix('/').unwrap_or(path);
        path.is_empty() || names::is_inside(path)
    };
    let is_sound = entry.id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && is_inside(&entry.url)
        && entry.former.iter().all(|url| is_inside(url));
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    is_sound.then(|| Line {
        start,
        end: start + line.len(),
        key: xxh3_64(key.as_bytes()),
        has_former: !entry.former.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ledger: &mut Ledger, key: &str, entry: &Entry<'_>) {
        let news = ledger.news(key, entry);
        ledger.take(news);
    }

    fn text_of(ledger: &Ledger) -> String {
        let mut bytes = Vec::new();
        ledger.clone().write(&mut bytes).expect("there is room");
        String::from_utf8(bytes).expect("text")
    }

    fn read(text: &str) -> (Ledger, Vec<Diagnostic>) {
        Ledger::parse(text.to_owned(), "ledger.tsv")
    }

    #[test]
    fn a_ledger_comes_back_as_it_was_written() {
        let mut ledger = Ledger::default();
        let odd = Entry {
            id: "0123bcdf".into(),
            identity: 7,
            wanted: "p/1.html".into(),
            url: "p/1-0123bcdf.html".into(),
            former: vec!["old\t.html".into(), "older n.html".into()],
        };
        set(&mut ledger, "post:a\tb\nc\\d.md", &odd);
        let list = Entry {
            url: "categories/新/媒体/".into(),
            ..Entry::default()
        };
        set(&mut ledger, "category:新/媒体", &list);
        let text = text_of(&ledger);
        let (again, warnings) = read(&text);
        assert_eq!(again.get("post:a\tb\nc\\d.md"), Some(odd.clone()));
        assert_eq!(again.get("category:新/媒体"), Some(list));
        assert_eq!(again.with_former(), [odd]);
        assert_eq!(text_of(&again), text);
        assert!(warnings.is_empty());
    }

    #[test]
    fn damage_costs_only_the_damaged_lines() {
        let text = format!(
            "{HEADER}\npost:a.md\tid\t1\tw\tu\ngarbage\npost:b.md\tid\tzz\tw\tu\npost:c.md\tid\t1\tw\t../../x.html\npost:d.md\ti/d\t1\tw\tu\npost:e.md\tid\t1\tw\tu\t../x.html\n"
        );
        let (ledger, warnings) = read(&text);
        assert!(ledger.get("post:a.md").is_some());
        let lines: Vec<_> = warnings.iter().map(|warning| warning.line).collect();
        assert_eq!(lines, [Some(3), Some(4), Some(5), Some(6), Some(7)]);
        assert_eq!(text_of(&ledger).lines().count(), 2);
        assert_eq!(read("PNG\0\n").1.len(), 1);
        assert_eq!(read("").1.len(), 1);
    }

    #[test]
    fn changes_go_to_their_places() {
        let line = |key: &str, url: &str| format!("{key}\tid\t0000000000000001\tw\t{url}\n");
        let (a, c, e) = (
            line("post:a", "1"),
            line("post:c", "3"),
            line("post:e", "5"),
        );
        let (mut ledger, _) = read(&format!("{HEADER}\n{a}{c}{e}"));
        let entry = |url: &str| Entry {
            id: "id".into(),
            identity: 1,
            wanted: "w".into(),
            url: url.to_owned().into(),
            former: Vec::new(),
        };
        set(&mut ledger, "post:c", &entry("3"));
        assert!(ledger.is_as_read(), "nothing has changed");
        set(&mut ledger, "post:d", &entry("4"));
        set(&mut ledger, "post:c", &entry("33"));
        set(&mut ledger, "post:f", &entry("6"));
        ledger.remove("post:a");
        assert!(!ledger.is_as_read());
        let d = line("post:d", "4");
        let (c, f) = (line("post:c", "33"), line("post:f", "6"));
        assert_eq!(text_of(&ledger), format!("{HEADER}\n{c}{d}{e}{f}"));
        let present = FxHashSet::from_iter([hash_of_post("a"), hash_of_post("c")]);
        let absent: Vec<_> = ledger
            .of_absent_posts(&present)
            .map(|(key, _)| key)
            .collect();
        assert_eq!(absent, ["post:e"]);
    }

    #[test]
    fn lines_stand_in_the_order_of_their_keys() {
        // As they are sorted where all are plain, and where one of them is not.
        for odd in ["", "post:b\\.md", "post:b\u{1}.md", "post:b\t.md"] {
            let mut keys = vec![
                "post:b",
                "post:b ",
                "post:b.md",
                "post:b文.md",
                "post:a/b",
                "post:a",
                "category:文",
                odd,
            ];
            keys.retain(|key| !key.is_empty());
            let mut ledger = Ledger::default();
            for key in &keys {
                set(&mut ledger, key, &Entry::default());
            }
            keys.sort_unstable();
            let (again, _) = read(&text_of(&ledger));
            let written: Vec<_> = again.entries().map(|(key, _)| key.into_owned()).collect();
            assert_eq!(written, keys);
            assert!(again.is_as_read());
        }
    }

    #[test]
    fn a_merged_ledger_is_put_in_order() {
        let (a, b) = (
            "post:a\tid\t0000000000000001\tw\tu",
            "post:b\tid\t0000000000000001\tw\tu",
        );
        let text = format!("{HEADER}\r\n{b}\r\n{a}-old\r\n{a}\r\n");
        let (ledger, warnings) = read(&text);
        assert!(warnings.is_empty());
        assert_eq!(text_of(&ledger), format!("{HEADER}\n{a}\n{b}\n"));
    }
}
