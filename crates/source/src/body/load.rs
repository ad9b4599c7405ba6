//! Reading a body again when its page is made.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::path::Path;

use newsprint_model::SourceFile;

use crate::decode::decode;
use crate::file_buffer::FileBuffer;
use crate::front_matter::fence;

/// Reads the body of a post from its file, into `buffer`. `body` is where it stood in the decoded text when
/// the front matter was read.
///
/// If the file changed since its front matter was read, it is divided anew: the result may be
/// another body, but is never a piece of front matter.
///
/// # Errors
/// Whatever keeps the file from being read.
pub fn load_body<'b>(
    buffer: &'b mut FileBuffer,
    content: &Path,
    file: &SourceFile,
    body: &Range<usize>,
) -> io::Result<Cow<'b, str>> {
    let bytes = buffer.read(&content.join(&file.path), file.size)?;
    let unchanged = bytes.len() as u64 == file.size;
    let text = decode(bytes).text;
    let as_read = unchanged && body.end == text.len() && text.is_char_boundary(body.start);
    let start = if as_read {
        body.start
    } else {
        fence::split(&text).body.start
    };
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..]),
        Cow::Owned(text) => Cow::Owned(text[start..].to_owned()),
    })
}
