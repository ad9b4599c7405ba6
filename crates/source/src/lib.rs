//! The only reader of posts: it walks a folder of scraped articles and turns every file into a
//! [`PostMeta`](newsprint_model::PostMeta), repairing on the way what crawlers get wrong.
//!
//! The path of a file through this crate:
//!
//! 1. [`scan`](scan()) finds it and says whether it is a post or an asset.
//! 2. `decode` turns its bytes into text, whatever they were encoded in.
//! 3. `front_matter::fence` splits the text into front matter and body.
//! 4. `front_matter` reads the keys (YAML, TOML or JSON), strictly where that works and line by
//!    line where it does not; `fields` gives them their meaning; `date` reads the dates.
//! 5. `body` decides whether the body is HTML, Markdown or plain text, counts its words and
//!    takes the excerpt.
//! 6. [`date_missing_dates`] gives a date to the posts that had none, once all are known.
//!
//! The body itself is dropped after step 5 and read again by [`load_body`] when its page is
//! made, so that memory does not grow with the archive's text. Only a file that has neither
//! usable front matter nor a usable body is set aside; everything else becomes a post, and
//! each assumption made on the way is a warning with its line.

mod body;
mod date;
mod decode;
mod fields;
mod file_buffer;
mod front_matter;
mod lines;
mod markup;
mod names;
mod reader;
mod scan;
mod text;

pub use body::load::load_body;
pub use body::markdown::markdown_to_html;
pub use body::plain::text_to_html;
pub use body::{Body, body_to_html};
pub use date::neighbours::date_missing_dates;
pub use file_buffer::FileBuffer;
pub use reader::{Outcome, Reader};
pub use scan::{Look, Scan, look, scan};

/// A text in whatever encoding it is, as a filter gets it: by its byte order mark, as UTF-8, as GB18030,
/// last as UTF-8 with the damaged bytes replaced.
pub fn decode_text(bytes: &[u8]) -> String {
    decode::decode(bytes).text.into_owned()
}
