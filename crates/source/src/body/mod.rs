//! Bodies: what language one is written in, what it says, and how it becomes HTML.

mod autolink;
pub(crate) mod digest;
mod emphasis;
mod excerpt;
pub(crate) mod heading;
pub(crate) mod kind;
pub(crate) mod load;
pub(crate) mod markdown;
pub(crate) mod plain;
mod words;

use std::borrow::Cow;

use newsprint_model::BodyKind;

/// A body with the language that it is written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The body as it stands in the file, decoded.
    pub text: String,
    /// What language it is written in.
    pub kind: BodyKind,
}

/// A body as HTML, not yet sanitised. HTML is given back as it is: it never passes through a
/// Markdown parser.
pub fn body_to_html(kind: BodyKind, text: &str) -> Cow<'_, str> {
    match kind {
        BodyKind::Html => Cow::Borrowed(text),
        BodyKind::Markdown => Cow::Owned(markdown::markdown_to_html(text)),
        BodyKind::Text => Cow::Owned(plain::text_to_html(text)),
    }
}
