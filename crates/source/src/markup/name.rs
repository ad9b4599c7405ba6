//! Names of elements, and what is known of those that HTML has.

/// An element's name in lower case; one that is longer than any HTML element's is cut off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    bytes: [u8; 12],
    length: u8,
}

impl Name {
    /// The name at the start of `text`, and how many bytes of it are a name.
    pub(super) fn read(text: &[u8]) -> (Self, usize) {
        let mut name = Self {
            bytes: [0; 12],
            length: 0,
        };
        let is_part = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-';
        let mut read = 0;
        for byte in text.iter().take_while(is_part) {
            if let Some(to) = name.bytes.get_mut(read) {
                *to = byte.to_ascii_lowercase();
                name.length += 1;
            }
            read += 1;
        }
        (name, read)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Whether the element begins a paragraph of its own.
    pub(crate) fn is_block(&self) -> bool {
        matches!(
            self.as_bytes(),
            b"div"
                | b"p"
                | b"br"
                | b"hr"
                | b"h1"
                | b"h2"
                | b"h3"
                | b"h4"
                | b"h5"
                | b"h6"
                | b"ul"
                | b"ol"
                | b"li"
                | b"dl"
                | b"dt"
                | b"dd"
                | b"table"
                | b"thead"
                | b"tbody"
                | b"tfoot"
                | b"tr"
                | b"td"
                | b"th"
                | b"caption"
                | b"section"
                | b"article"
                | b"header"
                | b"footer"
                | b"main"
                | b"nav"
                | b"aside"
                | b"figure"
                | b"figcaption"
                | b"blockquote"
                | b"pre"
                | b"form"
                | b"fieldset"
                | b"address"
                | b"details"
                | b"summary"
                | b"center"
                | b"video"
                | b"audio"
                | b"iframe"
                | b"hgroup"
                | b"body"
                | b"html"
        )
    }

    /// Whether it is one of `<h1>` to `<h6>`.
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.as_bytes(), [b'h', b'1'..=b'6'])
    }

    /// Whether the element has no content and no closing tag.
    pub(crate) fn is_void(&self) -> bool {
        matches!(
            self.as_bytes(),
            b"br"
                | b"hr"
                | b"img"
                | b"input"
                | b"meta"
                | b"link"
                | b"source"
                | b"track"
                | b"wbr"
                | b"area"
                | b"base"
                | b"col"
                | b"embed"
                | b"param"
        )
    }

    /// Whether its content is not markup, up to its closing tag.
    pub(super) fn is_raw(&self) -> bool {
        matches!(
            self.as_bytes(),
            b"script"
                | b"style"
                | b"noscript"
                | b"textarea"
                | b"title"
                | b"iframe"
                | b"xmp"
                | b"noembed"
                | b"noframes"
                | b"template"
        )
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", String::from_utf8_lossy(self.as_bytes()))
    }
}
