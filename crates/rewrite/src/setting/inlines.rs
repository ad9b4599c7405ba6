//! Sets running text: white space, formatting, line breaks, and where one paragraph ends.
//!
//! The source's formatting may reach across blocks, be empty or repeat itself. Here it is opened when the first
//! character needs it and closed where its block ends, so that the result is nested as it must be and holds nothing empty.

use super::blocks::{Format, Inline, Line};
use super::text;

/// Inline tokens of the whole body, and the line being set.
#[derive(Default)]
pub(super) struct Inlines<'a> {
    pub(super) tokens: Vec<Inline<'a>>,
    /// Formatting around the current place, outermost first, and how much of it is open in the line.
    formats: Vec<Format<'a>>,
    opened: usize,
    start: usize,
    /// White space that is due before the next character.
    space: Space,
    breaks: u32,
    /// Whether the line so far shows anything.
    has_content: bool,
    /// Whether what stands after the last break shows anything.
    line_has_content: bool,
    /// In `pre`, white space stands as it is.
    pub(super) verbatim: bool,
    last_char: Option<char>,
    /// Targets of links in lines that showed nothing: they stand at the beginning of the next that does.
    carried: Vec<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Space {
    #[default]
    None,
    /// A line end of the source, which is no space between Chinese characters.
    Newline,
    Blank,
}

impl<'a> Inlines<'a> {
    /// None yet, with room for so many.
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Self {
            tokens: Vec::with_capacity(tokens),
            ..Self::default()
        }
    }

    /// Whether the line shows anything yet.
    pub(super) fn has_content(&self) -> bool {
        self.has_content
    }

    /// Whether anything stands after the last line break.
    pub(super) fn line_has_content(&self) -> bool {
        self.line_has_content && self.breaks == 0
    }

    /// Line breaks that are due before the next character.
    pub(super) fn pending_breaks(&self) -> u32 {
        self.breaks
    }

    pub(super) fn formats(&self) -> &[Format<'a>] {
        &self.formats
    }

    /// The link around the current place.
    pub(super) fn link(&self) -> Option<(&'a str, Option<&'a str>)> {
        self.formats.iter().find_map(|format| match format {
            Format::Link { href, title } => Some((*href, *title)),
            _ => None,
        })
    }

    /// Begins formatting; says whether it does anything here.
    pub(super) fn enter(&mut self, format: Format<'a>) -> bool {
        if self.formats.iter().any(|outer| format.repeats(outer)) {
            return false;
        }
        self.formats.push(format);
        true
    }

    /// Ends the innermost formatting.
    pub(super) fn leave(&mut self) {
        if let Some(format) = self.formats.pop()
            && self.opened > self.formats.len()
        {
            self.tokens.push(Inline::Close(format));
            self.opened = self.formats.len();
        }
    }

    /// Takes all formatting off, for a place where the source's own does not reach.
    pub(super) fn suspend(&mut self) -> Vec<Format<'a>> {
        debug_assert_eq!(self.opened, 0, "suspended between lines");
        std::mem::take(&mut self.formats)
    }

    pub(super) fn resume(&mut self, formats: Vec<Format<'a>>) {
        self.formats = formats;
    }

    /// A line break of the source. Those at the beginning of a block mean nothing.
    pub(super) fn line_break(&mut self) {
        if self.verbatim {
            self.open_formats();
            self.tokens.push(Inline::Text("\n"));
        } else if self.has_content {
            self.breaks += 1;
            self.space = Space::None;
        }
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, source: &'a str) {
        if self.verbatim {
            if !source.is_empty() {
                if !self.has_content && !text::is_empty(source) {
                    self.place_carried();
                }
                self.open_formats();
                self.tokens.push(Inline::Text(source));
                self.has_content |= !text::is_empty(source);
            }
            return;
        }
        let mut rest = source;
        loop {
            rest = self.blanks(rest);
            if rest.is_empty() {
                return;
            }
            let end = run_end(rest);
            let (run, tail) = rest.split_at(end);
            self.run(run);
            rest = tail;
        }
    }

    /// Takes white space off the front: at the beginning of a line every kind, elsewhere the collapsible kind.
    fn blanks(&mut self, source: &'a str) -> &'a str {
        let rest = if self.at_line_start() {
            text::trim_start(source)
        } else {
            source.trim_start_matches(is_collapsible)
        };
        let blank = &source[..source.len() - rest.len()];
        if !blank.is_empty() && !self.at_line_start() {
            let newline = self.space != Space::Blank && blank.contains('\n');
            self.space = if newline {
                Space::Newline
            } else {
                Space::Blank
            };
        }
        rest
    }

    fn at_line_start(&self) -> bool {
        !self.has_content || self.breaks > 0
    }

    /// Text that begins with no white space and holds none but single spaces.
    fn run(&mut self, run: &'a str) {
        self.due(run.chars().next());
        self.open_formats();
        self.tokens.push(Inline::Text(run));
        self.last_char = run.chars().next_back();
        self.has_content = true;
        self.line_has_content = true;
    }

    /// Something in the line that is no text.
    pub(super) fn object(&mut self, token: Inline<'a>) {
        self.due(None);
        self.open_formats();
        self.tokens.push(token);
        self.last_char = None;
        self.has_content = true;
        self.line_has_content = true;
    }

    /// Where the next token will stand.
    pub(super) fn position(&self) -> usize {
        self.tokens.len()
    }

    /// Takes a token out of the line again, and one of the spaces that then follow on one another.
    pub(super) fn remove(&mut self, position: usize) {
        let shows = |token: &Inline<'a>| {
            !matches!(
                token,
                Inline::Text("") | Inline::Open(_) | Inline::Close(_) | Inline::Anchor(_)
            )
        };
        let Some(token) = self.tokens.get_mut(position) else {
            return;
        };
        *token = Inline::Text("");
        let line = &self.tokens[self.start..position];
        let before = line.iter().rposition(shows).map(|at| self.start + at);
        let after = self.tokens[position..].iter().position(shows);
        if let (Some(before), Some(after)) = (before, after)
            && matches!(self.tokens[before], Inline::Text(" ") | Inline::Break)
            && matches!(self.tokens[position + after], Inline::Text(" "))
        {
            self.tokens[position + after] = Inline::Text("");
        }
    }

    /// A mark that shows nothing.
    pub(super) fn mark(&mut self, token: Inline<'a>) {
        self.tokens.push(token);
    }

    /// Writes the space or the line break that is due.
    fn due(&mut self, next: Option<char>) {
        if self.breaks > 0 {
            // One at most: more would have ended the paragraph where paragraphs can end.
            self.tokens.push(Inline::Break);
            self.breaks = 0;
        } else if !self.has_content {
            self.place_carried();
        } else {
            let joins = self.space == Space::Newline
                && self.last_char.is_some_and(text::is_cjk)
                && next.is_some_and(text::is_cjk);
            if self.space != Space::None && !joins {
                self.tokens.push(Inline::Text(" "));
            }
        }
        self.space = Space::None;
    }

    fn place_carried(&mut self) {
        self.tokens
            .extend(self.carried.drain(..).map(Inline::Anchor));
    }

    /// Targets of links for which no line was left.
    pub(super) fn unplaced(&self) -> &[&'a str] {
        &self.carried
    }

    fn open_formats(&mut self) {
        while self.opened < self.formats.len() {
            self.tokens.push(Inline::Open(self.formats[self.opened]));
            self.opened += 1;
        }
    }

    /// Ends the line and says what is in it. Formatting goes on in the next.
    pub(super) fn finish(&mut self) -> Line {
        while self.opened > 0 {
            self.opened -= 1;
            self.tokens.push(Inline::Close(self.formats[self.opened]));
        }
        let line = Line {
            from: index(self.start),
            to: index(self.tokens.len()),
        };
        if !self.verbatim {
            self.trim_tail();
        }
        let line = if self.has_content {
            line
        } else {
            self.carried.extend(
                self.tokens[line.range()]
                    .iter()
                    .filter_map(|token| match token {
                        Inline::Anchor(id) => Some(*id),
                        _ => None,
                    }),
            );
            Line::default()
        };
        self.start = self.tokens.len();
        self.space = Space::None;
        self.breaks = 0;
        self.has_content = false;
        self.line_has_content = false;
        self.last_char = None;
        line
    }

    /// Takes wide blanks off the last text of the line.
    fn trim_tail(&mut self) {
        for token in self.tokens[self.start..].iter_mut().rev() {
            match token {
                Inline::Text(text) => {
                    *text = text::trim_end(text);
                    if !text.is_empty() {
                        return;
                    }
                }
                Inline::Open(_) | Inline::Close(_) | Inline::Anchor(_) => {}
                _ => return,
            }
        }
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// White space that browsers show as one space.
fn is_collapsible(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r' | '\x0C')
}

/// Where a run of text ends: before white space that is not one single space between two characters.
fn run_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = memchr::memchr3(b' ', b'\n', b'\t', &bytes[at..]) {
        at += step;
        let single = bytes[at] == b' '
            && bytes
                .get(at + 1)
                .is_some_and(|next| !matches!(next, b' ' | b'\n' | b'\t' | b'\r' | b'\x0C'));
        if !single {
            return at;
        }
        at += 1;
    }
    bytes.len()
}
