//! Colours code at build time: words, strings, comments and numbers, as classes that themes colour.
//!
//! One small scanner serves all languages; `rules/code.toml` says for each what its keywords are and
//! how its comments and strings begin and end. It never fails, takes linear time and changes no character.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::escape::encode_text_into;

/// Longer code is left as it is, in bytes: nobody reads it for its colours.
const MAX_LENGTH: usize = 100_000;

/// What the scanner knows of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grammar {
    /// Its names in `language-...` classes.
    names: Vec<String>,
    /// Reserved words, separated by blanks.
    #[serde(default)]
    keywords: String,
    /// Built-in types, values and functions, separated by blanks.
    #[serde(default)]
    builtins: String,
    /// What begins a comment to the end of the line.
    #[serde(default)]
    line_comments: Vec<String>,
    /// What begins and ends a comment.
    #[serde(default)]
    block_comments: Vec<[String; 2]>,
    /// What begins and ends a string, longest first; a backslash takes the next character.
    #[serde(default)]
    strings: Vec<[String; 2]>,
    /// Whether keywords are recognised in any case.
    #[serde(default)]
    ignore_case: bool,
    /// Whether tags are names in angle brackets.
    #[serde(default)]
    markup: bool,
    #[serde(skip)]
    words: HashMap<String, &'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Vec<Grammar>,
}

struct Table {
    grammars: Vec<Grammar>,
    names: HashMap<String, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut file: File = toml::from_str(include_str!("../../rules/code.toml"))
        .unwrap_or_else(|error| unreachable!("rules/code.toml: {error}"));
    let mut names = HashMap::new();
    for (i, grammar) in file.language.iter_mut().enumerate() {
        names.extend(grammar.names.iter().map(|name| (name.clone(), i)));
        for (words, class) in [(&grammar.builtins, "b"), (&grammar.keywords, "k")] {
            grammar.words.extend(
                words
                    .split_ascii_whitespace()
                    .map(|word| (word.to_owned(), class)),
            );
        }
    }
    Table {
        grammars: file.language,
        names,
    }
});

/// The grammar of a language, if there is one.
pub(super) fn grammar(language: &str) -> Option<&'static Grammar> {
    let table = &*TABLE;
    table
        .names
        .get(&language.to_ascii_lowercase())
        .map(|i| &table.grammars[*i])
}

/// Writes code with its words, strings, comments and numbers in spans.
pub(super) fn write(out: &mut String, grammar: &Grammar, code: &str) {
    if code.len() > MAX_LENGTH {
        return encode_text_into(out, code);
    }
    let mut scanner = Scanner {
        grammar,
        rest: code,
        in_tag: false,
        unclosed: HashSet::new(),
    };
    while let Some((class, piece)) = scanner.next() {
        match class {
            Some(class) => {
                out.push_str("<span class=\"np-hl-");
                out.push_str(class);
                out.push_str("\">");
                encode_text_into(out, piece);
                out.push_str("</span>");
            }
            None => encode_text_into(out, piece),
        }
    }
}

struct Scanner<'c> {
    grammar: &'c Grammar,
    rest: &'c str,
    in_tag: bool,
    /// Closing signs that do not occur in the rest: not looked for again.
    unclosed: HashSet<&'c str>,
}

impl<'c> Scanner<'c> {
    fn next(&mut self) -> Option<(Option<&'static str>, &'c str)> {
        let first = self.rest.chars().next()?;
        let rest = self.rest;
        if let Some(length) = self.comment() {
            return Some((Some("c"), self.take(length)));
        }
        if let Some(length) = self.string() {
            return Some((Some("s"), self.take(length)));
        }
        if self.grammar.markup && matches!(first, '<' | '>') {
            self.in_tag = first == '<';
            let sign = if rest.starts_with("</") { 2 } else { 1 };
            let name = rest[sign..]
                .find(|c: char| !is_word(c) && c != '-' && c != ':')
                .unwrap_or(rest.len() - sign);
            if first == '<' && name > 0 {
                return Some((Some("k"), self.take(sign + name)));
            }
            return Some((None, self.take(1)));
        }
        if first.is_ascii_digit() && !self.grammar.markup {
            let length = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
                .unwrap_or(rest.len());
            return Some((Some("n"), self.take(length)));
        }
        if is_word(first) {
            let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let class = self.word(&rest[..length], rest[length..].starts_with('('));
            return Some((class, self.take(length)));
        }
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(at, c)| self.may_begin(*c, &rest[*at..]))
            .map_or(rest.len(), |(at, _)| at);
        Some((None, self.take(length)))
    }

    fn take(&mut self, length: usize) -> &'c str {
        let (piece, rest) = self.rest.split_at(length);
        self.rest = rest;
        piece
    }

    /// Whether something other than plain signs may begin here.
    fn may_begin(&self, c: char, rest: &str) -> bool {
        let grammar = self.grammar;
        is_word(c)
            || grammar.markup && matches!(c, '<' | '>')
            || grammar
                .line_comments
                .iter()
                .any(|sign| rest.starts_with(sign.as_str()))
            || grammar
                .block_comments
                .iter()
                .chain(&grammar.strings)
                .any(|[sign, _]| rest.starts_with(sign.as_str()))
    }

    fn word(&self, word: &str, called: bool) -> Option<&'static str> {
        if self.grammar.markup {
            return self.in_tag.then_some("b");
        }
        let known = if self.grammar.ignore_case {
            self.grammar.words.get(&word.to_ascii_lowercase())
        } else {
            self.grammar.words.get(word)
        };
        known.copied().or(called.then_some("f"))
    }

    fn comment(&mut self) -> Option<usize> {
        let rest = self.rest;
        if self
            .grammar
            .line_comments
            .iter()
            .any(|sign| rest.starts_with(sign.as_str()))
        {
            return Some(rest.find('\n').unwrap_or(rest.len()));
        }
        let [open, close] = self
            .grammar
            .block_comments
            .iter()
            .find(|[open, _]| rest.starts_with(open.as_str()))?;
        Some(
            rest[open.len()..]
                .find(close.as_str())
                .map_or(rest.len(), |at| open.len() + at + close.len()),
        )
    }

    /// A string up to its end; one that does not end on its line is no string, unless the language says so by a sign of three.
    fn string(&mut self) -> Option<usize> {
        if self.grammar.markup && !self.in_tag {
            return None;
        }
        let rest = self.rest;
        let [open, close] = self
            .grammar
            .strings
            .iter()
            .find(|[open, _]| rest.starts_with(open.as_str()))?;
        if self.unclosed.contains(close.as_str()) {
            return None;
        }
        let lines = open.len() > 1 || open == "`";
        let mut at = open.len();
        while at < rest.len() {
            let tail = &rest[at..];
            if tail.starts_with(close.as_str()) {
                return Some(at + close.len());
            }
            let c = tail.chars().next()?;
            at += c.len_utf8();
            if c == '\\' {
                at += rest[at..].chars().next().map_or(0, char::len_utf8);
            } else if c == '\n' && !lines {
                return None;
            }
        }
        self.unclosed.insert(close);
        None
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn coloured(language: &str, code: &str) -> String {
        let mut out = String::new();
        write(&mut out, grammar(language).expect("a known language"), code);
        out
    }

    #[test]
    fn words_strings_comments_and_numbers_have_their_class() {
        let cases = [
            (
                "rust",
                "fn f() {} // x",
                "<span class=\"np-hl-k\">fn</span> <span class=\"np-hl-f\">f</span>() {} <span class=\"np-hl-c\">// x</span>",
            ),
            (
                "python",
                "'''a\nb''' + 0x1F",
                "<span class=\"np-hl-s\">'''a\nb'''</span> + <span class=\"np-hl-n\">0x1F</span>",
            ),
            (
                "SQL",
                "Select 'it'",
                "<span class=\"np-hl-k\">Select</span> <span class=\"np-hl-s\">'it'</span>",
            ),
            (
                "html",
                "<a b=\"c\">d</a>",
                "<span class=\"np-hl-k\">&lt;a</span> <span class=\"np-hl-b\">b</span>=<span class=\"np-hl-s\">\"c\"</span>&gt;d<span class=\"np-hl-k\">&lt;/a</span>&gt;",
            ),
            ("c", "\"open\n", "\"open\n"),
        ];
        for (language, code, expected) in cases {
            assert_eq!(coloured(language, code), expected);
        }
    }

    proptest! {
        #[test]
        fn no_character_changes(code in "[a-z\"'`/*<>&#\\\\ \n字(){}-]{0,80}") {
            for grammar in &TABLE.grammars {
                let out = coloured(&grammar.names[0], &code);
                let mut text = String::new();
                for piece in out.split('<') {
                    text.push_str(piece.split_once('>').filter(|(tag, _)| *tag == "/span" || tag.starts_with("span class=")).map_or(piece, |(_, rest)| rest));
                }
                prop_assert_eq!(crate::escape::decode(&text), code.as_str());
            }
        }
    }
}
