//! The first heading of a body, for posts without a title.

use newsprint_model::BodyKind;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::{emphasis, markdown};
use crate::markup::{Token, Tokens};

/// A heading longer than this, in bytes, is not one.
const LIMIT: usize = 1024;

/// The text of the first heading (`<h1>` to `<h6>`, `#` to `######`, underlined) that holds
/// any. Plain text has none.
pub(crate) fn first(kind: BodyKind, body: &str) -> Option<String> {
    let text = match kind {
        BodyKind::Html => html(body)?,
        BodyKind::Markdown => in_markdown(body).or_else(|| html(body))?,
        BodyKind::Text => return None,
    };
    let line = crate::text::clean_line(&text).0;
    (!line.is_empty()).then(|| line.into_owned())
}

fn html(body: &str) -> Option<String> {
    let mut heading: Option<String> = None;
    for token in Tokens::new(body) {
        match token {
            Token::Open(name) if name.is_heading() => heading = Some(String::new()),
            Token::Close(name) if name.is_heading() => {
                if let Some(text) = heading
                    .take()
                    .filter(|text| !crate::text::clean_line(text).0.is_empty())
                {
                    return Some(text);
                }
            }
            Token::Text(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(text);
                    if heading.len() > LIMIT {
                        return None;
                    }
                }
            }
            _ => {}
        }
    }
    None
}

fn in_markdown(body: &str) -> Option<String> {
    let mut heading: Option<String> = None;
    for event in markdown::parse(&emphasis::mend(body)) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::End(TagEnd::Heading(_)), Some(text)) => {
                if !text.trim().is_empty() {
                    return heading;
                }
                heading = None;
            }
            // The text was decoded by the Markdown parser; what looks like an entity now is text.
            (Event::Text(text) | Event::Code(text), Some(heading)) => {
                heading.push_str(&text.replace('&', "&amp;"));
            }
            (Event::SoftBreak | Event::HardBreak, Some(heading)) => heading.push(' '),
            _ => {}
        }
    }
    None
}
