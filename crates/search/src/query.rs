//! What a query means, said by a plain scan over the text of every post.
//!
//! - Words and quoted phrases are separated by blanks; every one must occur. A term that begins with `-` must not.
//! - A run of letters of a script without spaces must occur as it stands: `低代码` finds `低代码平台`. What is put together of
//!   such runs and words is looked for in its parts: `5G手机` finds posts that have both `5g` and `手机`.
//! - A word must occur as a whole. Where no post has the last word of a query, posts with words that begin so are found, from two
//!   characters on: a reader may not have finished typing.
//! - `"..."`, `“...”` and `「...」` are phrases: their units must follow one another in a line, with nothing between them where there is nothing in the phrase.
//! - `source:` `in:` `year:` `author:` (and `来源:` `分类:` `年份:` `作者:`) narrow: to a source, to any category node, to a year or years
//!   (`2020-2022`), to an author. Names are compared folded and as a whole; where no source or category has that name, those whose names contain it count,
//!   and where no author has it, those whose names begin so.

use crate::fold::fold;
use crate::terms::field_term;
use crate::units::{Placed, Unit, units};

/// The longest query that is looked at, in characters.
pub const LONGEST_QUERY: usize = 200;

/// A unit of a term, on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The letter or the word.
    pub text: String,
    /// Whether it is a word.
    pub is_word: bool,
    /// Whether it follows the part before without anything between them.
    pub joined: bool,
}

/// Something that must or must not occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What must follow one another.
    pub parts: Vec<Part>,
    /// Whether it must not occur.
    pub excluded: bool,
    /// Whether it may be the beginning of a word.
    pub may_begin: bool,
}

/// What a query can be narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The second node of a post's first category path, or the first.
    Source,
    /// Any node of its category paths.
    In,
    /// The year on the archive's clocks.
    Year,
    /// An author.
    Author,
}

impl Field {
    /// The field that a folded name means.
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "source" | "来源" => Self::Source,
            "in" | "分类" => Self::In,
            "year" | "年份" => Self::Year,
            "author" | "作者" => Self::Author,
            _ => return None,
        })
    }

    /// Its English name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::In => "in",
            Self::Year => "year",
            Self::Author => "author",
        }
    }
}

/// What a query is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// By what.
    pub field: Field,
    /// The folded value.
    pub value: String,
    /// Whether it must not be so.
    pub excluded: bool,
}

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What must or must not occur.
    pub terms: Vec<Term>,
    /// What it is narrowed to.
    pub filters: Vec<Filter>,
}

impl Query {
    /// Takes a query apart. Every text is a query.
    pub fn parse(text: &str) -> Self {
        let short: String = text.chars().take(LONGEST_QUERY).collect();
        let folded = fold(&short);
        let mut query = Self::default();
        let mut rest = folded.trim_start();
        while !rest.is_empty() {
            let (piece, after) = Piece::take(rest);
            rest = after;
            query.add(&piece, rest.is_empty());
            rest = rest.trim_start();
        }
        query
    }

    fn add(&mut self, piece: &Piece<'_>, is_last: bool) {
        if let Some(field) = piece.field {
            if !piece.value.trim().is_empty() {
                self.filters.push(Filter {
                    field,
                    value: piece.value.trim().to_owned(),
                    excluded: piece.excluded,
                });
            }
            return;
        }
        let mut terms: Vec<Vec<Part>> = Vec::new();
        let mut last_is_word = false;
        for placed in units(piece.value) {
            let part = part(&placed);
            let goes_on = piece.quoted || (placed.joined && !last_is_word && !part.is_word);
            last_is_word = part.is_word;
            match terms.last_mut() {
                Some(term) if goes_on => term.push(part),
                _ => terms.push(vec![part]),
            }
        }
        let count = terms.len();
        for (number, parts) in (1..).zip(terms) {
            let word = parts.last().filter(|part| part.is_word);
            let may_begin = is_last
                && number == count
                && !piece.quoted
                && !piece.excluded
                && word.is_some_and(|part| part.text.chars().count() > 1)
                && piece
                    .value
                    .ends_with(|letter: char| letter.is_alphanumeric());
            self.terms.push(Term {
                parts,
                excluded: piece.excluded,
                may_begin,
            });
        }
    }
}

fn part(placed: &Placed<'_>) -> Part {
    let (text, is_word) = match placed.unit {
        Unit::Letter(letter) => (letter.to_string(), false),
        Unit::Word(word) => (word.to_owned(), true),
    };
    Part {
        text,
        is_word,
        joined: placed.joined,
    }
}

/// What stands between blanks.
struct Piece<'a> {
    excluded: bool,
    field: Option<Field>,
    quoted: bool,
    value: &'a str,
}

impl<'a> Piece<'a> {
    /// The first piece of a query that does not begin with a blank, and what follows.
    fn take(text: &'a str) -> (Self, &'a str) {
        let (excluded, text) = match text.strip_prefix('-') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => {
                (true, rest)
            }
            _ => (false, text),
        };
        let (field, text) = match text.split_once(':') {
            Some((name, rest)) => match Field::of(name) {
                Some(field) => (Some(field), rest),
                None => (None, text),
            },
            None => (None, text),
        };
        let piece = |quoted, value| Self {
            excluded,
            field,
            quoted,
            value,
        };
        let close = text.chars().next().and_then(closing_quote);
        if let Some(close) = close {
            let inside = &text[text.chars().next().map_or(0, char::len_utf8)..];
            // A quote that is not closed goes on to the end.
            let (value, rest) = inside.split_once(close).unwrap_or((inside, ""));
            return (piece(true, value), rest);
        }
        // A quote within a piece begins the next one, as in `a"b c"`; that after a field's name was seen above.
        let end = text
            .find(|letter: char| letter.is_whitespace() || closing_quote(letter).is_some())
            .unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        (piece(false, value), rest)
    }
}

/// The sign that ends what this one begins. Folding has made `＂` into `"`.
fn closing_quote(open: char) -> Option<char> {
    Some(match open {
        '"' => '"',
        '“' => '”',
        '「' => '」',
        _ => return None,
    })
}

/// A post as a scan sees it.
#[derive(Debug, Clone, Default)]
pub struct ScannedPost {
    /// Its text, folded, a line a block; the title is the first.
    pub lines: Vec<String>,
    /// Its source.
    pub source: String,
    /// All nodes of its category paths.
    pub categories: Vec<String>,
    /// Its authors.
    pub authors: Vec<String>,
    /// The year.
    pub year: i32,
}

impl ScannedPost {
    /// Folds a post's title and [visible text](crate::visible_text).
    pub fn of(title: &str, text: &str) -> Self {
        let lines = std::iter::once(title).chain(text.split('\n'));
        Self {
            lines: lines.map(fold).collect(),
            ..Self::default()
        }
    }

    fn has(&self, term: &Term, as_beginning: bool) -> bool {
        let fits = |placed: &Placed<'_>, part: &Part, is_first: bool, is_last: bool| {
            let same = match placed.unit {
                Unit::Letter(letter) => !part.is_word && part.text.chars().eq([letter]),
                Unit::Word(word) if as_beginning && is_last => {
                    part.is_word && word.starts_with(&part.text)
                }
                Unit::Word(word) => part.is_word && word == part.text,
            };
            same && (is_first || placed.joined == part.joined)
        };
        self.lines.iter().any(|line| {
            let all: Vec<Placed<'_>> = units(line).collect();
            all.windows(term.parts.len()).any(|window| {
                window
                    .iter()
                    .zip(&term.parts)
                    .enumerate()
                    .all(|(at, (placed, part))| {
                        fits(placed, part, at == 0, at + 1 == term.parts.len())
                    })
            })
        })
    }
}

/// The posts that a query finds, by their places in `posts`.
pub fn scan(posts: &[ScannedPost], query: &Query) -> Vec<usize> {
    let mut found: Vec<usize> = (0..posts.len()).collect();
    if query.terms.is_empty() && query.filters.is_empty() {
        return Vec::new();
    }
    for term in &query.terms {
        let begins = term.may_begin && !posts.iter().any(|post| post.has(term, false));
        found.retain(|id| posts[*id].has(term, begins) != term.excluded);
    }
    for filter in &query.filters {
        let known = |exactly: bool| posts.iter().any(|post| passes(post, filter, exactly));
        let exactly = known(true);
        found.retain(|id| passes(&posts[*id], filter, exactly) != filter.excluded);
    }
    found
}

fn passes(post: &ScannedPost, filter: &Filter, exactly: bool) -> bool {
    let value = &filter.value;
    let is = |name: &String| {
        let name = fold(name.trim());
        name == *value || (!exactly && name.contains(value))
    };
    match filter.field {
        Field::Source => is(&post.source),
        Field::In => post.categories.iter().any(is),
        Field::Year => years(value).is_some_and(|(from, to)| (from..=to).contains(&post.year)),
        Field::Author => post.authors.iter().any(|name| {
            let (name, value) = (field_term('@', name), field_term('@', value));
            name == value || (!exactly && value.chars().count() > 2 && name.starts_with(&value))
        }),
    }
}

/// `2022`, or `2020-2022`.
fn years(value: &str) -> Option<(i32, i32)> {
    match value.split_once('-') {
        Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
        None => value.parse().ok().map(|year| (year, year)),
    }
}
