//! Markdown into HTML: CommonMark with tables, footnotes, strikethrough, task lists and heading ids.
//!
//! Quotes and dashes are left as they were typed: what is right for English is wrong for
//! Chinese. The HTML is made to survive a sanitiser: task lists are drawn with characters, not
//! with form controls, and footnotes are links within the page.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use pulldown_cmark::{
    CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html,
};

use super::{autolink, emphasis};

/// The parser with the extensions that posts may use.
pub(crate) fn parse(text: &str) -> Parser<'_> {
    Parser::new_ext(
        text,
        Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES,
    )
}

/// Turns Markdown into HTML, which has yet to be sanitised: HTML in it is passed through.
///
/// Headings get an id made of their text, or the one that they name (`## Title {#id}`); ids do
/// not repeat. Footnotes are collected at the end, in the order of their first mention, with
/// links both ways; those that nobody mentions follow. Addresses that stand in the text become links.
pub fn markdown_to_html(markdown: &str) -> String {
    let markdown = emphasis::mend(markdown);
    let mut footnotes = Footnotes::default();
    let parsed = parse(&markdown).filter(|event| !is_mark(event));
    let mut events: Vec<Event<'_>> = linked(TextMergeStream::new(parsed))
        .into_iter()
        .filter_map(|event| footnotes.sort_out(event))
        .collect();
    name_headings(&mut events);
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 2);
    html::push_html(&mut out, events.into_iter());
    footnotes.write(&mut out);
    out
}

/// Whether an event is a mark that only the parser was to see.
fn is_mark(event: &Event<'_>) -> bool {
    matches!(event, Event::InlineHtml(html) if html.as_ref() == emphasis::MARK)
}

/// The events with the addresses in texts as links, but for those in links and code.
fn linked<'a>(parsed: impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut closed = 0_u32;
    for event in parsed {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => closed += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => {
                closed = closed.saturating_sub(1);
            }
            Event::InlineHtml(tag) if tag.starts_with("<a ") => closed += 1,
            Event::InlineHtml(tag) if tag.starts_with("</a>") => closed = closed.saturating_sub(1),
            Event::Text(text) if closed == 0 && autolink::find(text).next().is_some() => {
                link(text, &mut events);
                continue;
            }
            _ => {}
        }
        events.push(event);
    }
    events
}

/// A text with the addresses in it as links.
fn link<'a>(text: &str, events: &mut Vec<Event<'a>>) {
    let plain = |text: &str| Event::Text(CowStr::from(text.to_owned()));
    let mut done = 0;
    for range in autolink::find(text) {
        let found = &text[range.clone()];
        if range.start > done {
            events.push(plain(&text[done..range.start]));
        }
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: autolink::target(found).into(),
            title: "".into(),
            id: "".into(),
        }));
        events.push(plain(found));
        events.push(Event::End(TagEnd::Link));
        done = range.end;
    }
    if done < text.len() {
        events.push(plain(&text[done..]));
    }
}

/// Gives every heading an id.
fn name_headings(events: &mut [Event<'_>]) {
    let mut taken = HashSet::new();
    for event in events.iter() {
        if let Event::Start(Tag::Heading { id: Some(id), .. }) = event {
            taken.insert(id.to_string());
        }
    }
    let mut next = HashMap::new();
    for at in 0..events.len() {
        if !matches!(events[at], Event::Start(Tag::Heading { id: None, .. })) {
            continue;
        }
        let name = slug(&heading_text(&events[at + 1..]));
        let name = unique(name, &mut taken, &mut next);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
            *id = Some(CowStr::from(name));
        }
    }
}

fn heading_text(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            _ => {}
        }
    }
    text
}

/// An id as other generators make it: lower case, letters and digits of all scripts, `-` between words.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            slug.extend(c.to_lowercase());
        } else if (c.is_whitespace() || c == '-') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() {
        "section".into()
    } else {
        slug
    }
}

/// The name itself, or with the first number that makes it a new one.
fn unique(name: String, taken: &mut HashSet<String>, next: &mut HashMap<String, usize>) -> String {
    if taken.insert(name.clone()) {
        return name;
    }
    let count = next.entry(name.clone()).or_insert(1);
    loop {
        let numbered = format!("{name}-{count}");
        *count += 1;
        if taken.insert(numbered.clone()) {
            return numbered;
        }
    }
}

/// Footnotes, taken out of the text to stand at its end.
#[derive(Default)]
struct Footnotes<'a> {
    /// The number of each name, from 1, and how often it is mentioned.
    numbers: HashMap<CowStr<'a>, (usize, usize)>,
    notes: Vec<(CowStr<'a>, Vec<Event<'a>>)>,
    /// The notes that are being read; they may be nested.
    open: Vec<(CowStr<'a>, Vec<Event<'a>>)>,
}

impl<'a> Footnotes<'a> {
    /// Keeps what belongs to a footnote; everything else is given back, with mentions of
    /// footnotes and task markers as HTML.
    fn sort_out(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        let event = match event {
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.open.push((name, Vec::new()));
                return None;
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                self.notes.extend(self.open.pop());
                return None;
            }
            Event::FootnoteReference(name) => Event::InlineHtml(self.mention(name).into()),
            Event::TaskListMarker(done) => {
                Event::Text(if done { "☑ ".into() } else { "☐ ".into() })
            }
            other => other,
        };
        match self.open.last_mut() {
            Some((_, events)) => {
                events.push(event);
                None
            }
            None => Some(event),
        }
    }

    fn mention(&mut self, name: CowStr<'a>) -> String {
        let following = self.numbers.len() + 1;
        let (number, mentions) = self.numbers.entry(name).or_insert((following, 0));
        *mentions += 1;
        let id = back_id(*number, *mentions);
        format!(
            r##"<sup class="footnote-ref"><a id="{id}" href="#fn-{number}">{number}</a></sup>"##
        )
    }

    fn write(mut self, out: &mut String) {
        if self.notes.is_empty() {
            return;
        }
        for (name, _) in &self.notes {
            let following = self.numbers.len() + 1;
            self.numbers.entry(name.clone()).or_insert((following, 0));
        }
        let numbers = self.numbers;
        let number = |name: &CowStr<'_>| numbers.get(name).copied().unwrap_or_default();
        self.notes.sort_by_key(|(name, _)| number(name).0);
        out.push_str("<section class=\"footnotes\">\n<hr>\n<ol>\n");
        for (name, mut events) in self.notes {
            let (number, mentions) = number(&name);
            let mut back = String::new();
            for mention in 1..=mentions {
                // Writing to a string cannot fail.
                let _ = write!(
                    back,
                    r##" <a class="footnote-back" href="#{}">↩</a>"##,
                    back_id(number, mention)
                );
            }
            let at = events.len()
                - usize::from(matches!(events.last(), Some(Event::End(TagEnd::Paragraph))));
            events.insert(at, Event::InlineHtml(back.into()));
            let _ = writeln!(out, r#"<li id="fn-{number}" value="{number}">"#);
            html::push_html(out, events.into_iter());
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n</section>\n");
    }
}

/// The id of a mention, to which its footnote leads back.
fn back_id(number: usize, mention: usize) -> String {
    if mention == 1 {
        format!("fnref-{number}")
    } else {
        format!("fnref-{number}-{mention}")
    }
}
