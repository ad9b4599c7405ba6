//! What becomes of each source element: which element of the working vocabulary it is, or what is skipped.

use crate::escape::find_ignoring_case;
use crate::tag::Tag;

/// What becomes of a source element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is one of ours, perhaps by another name.
    Is(Tag),
    /// A box without meaning of its own.
    Block,
    /// A box that is centred.
    Centre,
    /// A stretch of text without meaning of its own.
    Inline,
    /// Its tags go, its content stays in place.
    Transparent,
    /// A void element that shows nothing.
    Nothing,
    /// Raw text that nobody is to read or run: `script`, `style`.
    Raw,
    /// Raw text that a reader sees: `textarea`, `xmp`.
    Shown { preformatted: bool },
    /// Everything up to the end of the input is text.
    Plaintext,
    /// Content that is parsed but not shown: `template`, the fallback of players.
    Unshown,
    /// Shown by readers that run no scripts.
    Noscript,
    /// `svg` or `math`.
    Foreign,
    /// An embedded page or player; its address is in one of these attributes.
    Frame(&'static [&'static str]),
    /// `param`: may hold the address of an embedded player.
    Param,
    /// `video` and `audio`: sources count, other content is a fallback.
    Player(Tag),
}

/// The attributes that may hold the address of a frame.
const FRAME_ADDRESSES: &[&str] = &[
    "src",
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-url",
];

/// The role of the element of that lower-case name.
pub(super) fn role(name: &str) -> Role {
    use Role::{
        Block, Foreign, Frame, Inline, Is, Noscript, Nothing, Param, Plaintext, Player, Raw,
        Transparent, Unshown,
    };
    if let Some(tag) = Tag::from_name(name) {
        return match tag {
            Tag::Audio | Tag::Video => Player(tag),
            Tag::Iframe => Frame(FRAME_ADDRESSES),
            _ => Is(tag),
        };
    }
    match name {
        "frame" => Frame(FRAME_ADDRESSES),
        "font" | "button" | "label" | "nobr" | "big" | "output" | "data" | "slot" => Inline,
        "center" => Role::Centre,
        "strike" => Is(Tag::S),
        "tt" => Is(Tag::Code),
        "acronym" => Is(Tag::Abbr),
        "dir" | "menu" => Is(Tag::Ul),
        "image" => Is(Tag::Img),
        "address" | "article" | "aside" | "dialog" | "fieldset" | "footer" | "form" | "header"
        | "hgroup" | "legend" | "main" | "marquee" | "nav" | "optgroup" | "option" | "search"
        | "select" | "datalist" => Block,
        "script" | "style" | "title" | "noembed" | "noframes" => Raw,
        "textarea" => Role::Shown {
            preformatted: false,
        },
        "xmp" | "listing" => Role::Shown { preformatted: true },
        "plaintext" => Plaintext,
        "template" => Unshown,
        "noscript" => Noscript,
        "svg" | "math" => Foreign,
        "embed" => Frame(&["src", "data-src"]),
        "object" => Frame(&["data"]),
        "mpvideosnap" | "mpvideo" | "mp-common-videosnap" => Frame(&["data-url"]),
        "param" => Param,
        "area" | "base" | "basefont" | "bgsound" | "col" | "input" | "keygen" | "link" | "meta"
        | "track" | "frameset" | "isindex" => Nothing,
        "html" | "head" | "body" | "colgroup" => Transparent,
        _ => Inline,
    }
}

/// Whether a start tag ends foreign content (HTML, "the rules for parsing tokens in foreign content").
pub(super) fn breaks_out(name: &str) -> bool {
    matches!(
        name,
        "b" | "big"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "code"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "em"
            | "embed"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "hr"
            | "i"
            | "img"
            | "li"
            | "listing"
            | "menu"
            | "meta"
            | "nobr"
            | "ol"
            | "p"
            | "pre"
            | "ruby"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "strike"
            | "sub"
            | "sup"
            | "table"
            | "tt"
            | "u"
            | "ul"
            | "var"
    )
}

/// Parts of a drawing or formula that are not drawn.
pub(super) fn is_undrawn(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "desc"
            | "metadata"
            | "style"
            | "script"
            | "defs"
            | "symbol"
            | "annotation"
            | "annotation-xml"
    )
}

/// Parts of a drawing or formula that hold HTML.
pub(super) fn is_integration_point(name: &str) -> bool {
    matches!(name, "foreignobject" | "mi" | "mo" | "mn" | "ms" | "mtext")
}

/// Whether an attribute goes on to the rules. Everything else ends here.
pub(super) fn keeps_attribute(tag: Tag, name: &str, value: &str) -> bool {
    if tag.is_formatting() && tag != Tag::A {
        // Formatting must be alike to be bounded, see `limits`; only code says what it is.
        return tag == Tag::Code && name == "class";
    }
    match name {
        "class" | "id" => {
            return !value.is_empty() && (!tag.is_void() || tag == Tag::Img && name == "class");
        }
        "dir" | "lang" | "hidden" => return true,
        "align" => return tag.is_block(),
        "style" => return is_telling_style(tag, value),
        "title" => {
            return matches!(
                tag,
                Tag::A | Tag::Abbr | Tag::Dfn | Tag::Img | Tag::Iframe | Tag::Video | Tag::Audio
            );
        }
        _ => {}
    }
    match tag {
        Tag::A => matches!(name, "href" | "name" | "hreflang"),
        Tag::Img => is_image_attribute(name, value),
        Tag::Source => matches!(name, "src" | "srcset" | "type" | "data-src" | "data-srcset"),
        Tag::Iframe => matches!(name, "src" | "width" | "height"),
        Tag::Video | Tag::Audio => {
            matches!(
                name,
                "src"
                    | "poster"
                    | "width"
                    | "height"
                    | "data-src"
                    | "data-poster"
                    | "data-url"
                    | "data-video-url"
                    | "data-mp4"
                    | "data-original"
            )
        }
        Tag::Td | Tag::Th => matches!(name, "colspan" | "rowspan" | "scope"),
        Tag::Ol => matches!(name, "start" | "type" | "reversed"),
        Tag::Li => name == "value",
        Tag::Time | Tag::Del | Tag::Ins => name == "datetime",
        Tag::Details => name == "open",
        Tag::Pre | Tag::Code | Tag::Figure | Tag::Div => {
            matches!(name, "data-lang" | "data-language")
        }
        _ => false,
    }
}

/// Addresses, sizes and words about an image. Scripts that load images late have their own
/// names for the address; what is no address is sorted out by the image rule.
fn is_image_attribute(name: &str, value: &str) -> bool {
    match name {
        "src" | "srcset" | "alt" | "width" | "height" => true,
        "_src" | "file" | "zoomfile" | "original" | "lazy-src" | "lazysrc" | "lazyload"
        | "real_src" | "realsrc" | "real-src" | "load-src" | "loadsrc" | "src2" | "osrc"
        | "orig_src" | "original-src" | "ess-data" | "lowsrc" | "dynsrc" => true,
        _ if name.starts_with("data-np-") => false,
        _ => {
            name.starts_with("data-")
                && (value.contains(['/', '.']) || value.bytes().any(|b| b.is_ascii_digit()))
        }
    }
}

/// Whether a style says anything that outlives it: alignment, direction, weight of a span, size of an image, not being shown.
fn is_telling_style(tag: Tag, value: &str) -> bool {
    const WORDS: &[&str] = &["text-align", "display", "direction", "font-weight"];
    let has = |word: &str| find_ignoring_case(value.as_bytes(), word.as_bytes()).is_some();
    match tag {
        Tag::Img | Tag::Iframe => has("width") || has("height") || has("display"),
        Tag::Span => WORDS[1..].iter().any(|word| has(word)),
        _ => WORDS[..3].iter().any(|word| has(word)),
    }
}

/// Whether the start tag of `tag` ends an open paragraph.
pub(super) fn closes_paragraph(tag: Tag) -> bool {
    tag.is_block() && (!tag.is_table_part() || tag == Tag::Table)
}
