//! Names of elements, and what is known of those that HTML has.

/// An element's name in lower case; one that is longer than any HTML element's is cut off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    bytes: [u8; LONGEST],
    length: u8,
    /// What is known of the element, found once for all who ask.
    traits: u8,
}

const LONGEST: usize = 12;

const BLOCK: u8 = 1;
const VOID: u8 = 2;
const RAW: u8 = 4;
const VERBATIM: u8 = 8;
const LEFT_OPEN: u8 = 16;
const ASIDE: u8 = 32;

impl Name {
    /// The name at the start of `text`, and how many bytes of it are a name.
    pub(super) fn read(text: &[u8]) -> (Self, usize) {
        let mut bytes = [0; LONGEST];
        let mut read = 0;
        while let Some(byte) = text.get(read)
            && let lower @ 1.. = LOWER[usize::from(*byte)]
        {
            if let Some(to) = bytes.get_mut(read) {
                *to = lower;
            }
            read += 1;
        }
        let length = read.min(LONGEST);
        let name = Self {
            bytes,
            length: length as u8,
            traits: traits(&bytes[..length]),
        };
        (name, read)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Whether the element begins a paragraph of its own.
    pub(crate) fn is_block(self) -> bool {
        self.traits & BLOCK != 0
    }

    /// Whether it is one of `<h1>` to `<h6>`.
    pub(crate) fn is_heading(self) -> bool {
        matches!(self.as_bytes(), [b'h', b'1'..=b'6'])
    }

    /// Whether the element has no content and no closing tag.
    pub(crate) fn is_void(self) -> bool {
        self.traits & VOID != 0
    }

    /// Whether the element keeps every character as it is.
    pub(crate) fn is_verbatim(self) -> bool {
        self.traits & VERBATIM != 0
    }

    /// Whether the element needs no closing tag, but always stands in something, as `<li>` and `<td>` do.
    pub(crate) fn is_left_open(self) -> bool {
        self.traits & LEFT_OPEN != 0
    }

    /// Whether its text says nothing about the article: a caption, a drawing, a control.
    pub(crate) fn is_aside(self) -> bool {
        self.traits & ASIDE != 0
    }

    /// Whether its content is not markup, up to its closing tag.
    pub(super) fn is_raw(self) -> bool {
        self.traits & RAW != 0
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", String::from_utf8_lossy(self.as_bytes()))
    }
}

/// The characters of a name in lower case; 0 for those that end it.
const LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            lower[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

fn traits(name: &[u8]) -> u8 {
    match name {
        b"br" | b"hr" => BLOCK | VOID,
        b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"ul" | b"ol" | b"dl"
        | b"table" | b"caption" | b"section" | b"article" | b"header" | b"footer" | b"main"
        | b"nav" | b"aside" | b"figure" | b"blockquote" | b"form" | b"fieldset" | b"address"
        | b"details" | b"summary" | b"center" | b"video" | b"audio" | b"hgroup" | b"body"
        | b"html" => BLOCK,
        b"li" | b"dt" | b"dd" | b"thead" | b"tbody" | b"tfoot" | b"tr" | b"td" | b"th" => {
            BLOCK | LEFT_OPEN
        }
        b"pre" => BLOCK | VERBATIM,
        b"code" => VERBATIM,
        b"textarea" => VERBATIM | RAW,
        b"iframe" => BLOCK | RAW,
        b"script" | b"style" | b"noscript" | b"title" | b"xmp" | b"noembed" | b"noframes"
        | b"template" => RAW,
        b"figcaption" => BLOCK | ASIDE,
        b"svg" | b"select" | b"button" => ASIDE,
        b"img" | b"input" | b"meta" | b"link" | b"source" | b"track" | b"wbr" | b"area"
        | b"base" | b"col" | b"embed" | b"param" => VOID,
        _ => 0,
    }
}
