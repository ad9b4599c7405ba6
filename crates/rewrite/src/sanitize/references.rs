//! Text and values as the parser reads them and the serialiser writes them: line ends, character references, escapes.
//!
//! Sources: HTML, "preprocessing the input stream", "character reference state" and those after it, "escaping a string".

use memchr::{memchr, memchr2, memchr3};

use super::Uncertain;

/// Writes text from between tags.
pub(super) fn write_text(out: &mut Vec<u8>, raw: &str) -> Result<(), Uncertain> {
    let bytes = raw.as_bytes();
    if memchr3(b'&', b'>', b'\r', bytes).is_none() && memchr(0xc2, bytes).is_none() {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    walk(raw, false, |piece| write_piece(out, piece, false))
}

/// Reads the value of a double-quoted attribute. Says whether it stands as it is to be written; otherwise `buffer` holds it.
pub(super) fn read_value(raw: &str, buffer: &mut String) -> Result<bool, Uncertain> {
    let bytes = raw.as_bytes();
    if memchr3(b'&', b'<', b'>', bytes).is_none() && memchr2(b'\r', 0xc2, bytes).is_none() {
        return Ok(true);
    }
    buffer.clear();
    walk(raw, true, |piece| match piece {
        Piece::Plain(text) => buffer.push_str(text),
        Piece::Sign(sign) => buffer.push(sign),
    })?;
    Ok(false)
}

/// Writes a value with what has to be escaped in it.
pub(super) fn write_value(out: &mut Vec<u8>, value: &str) {
    write_piece(out, Piece::Plain(value), true);
}

/// A part of a text.
enum Piece<'a> {
    /// As it stands.
    Plain(&'a str),
    /// What a character reference or a line end stands for.
    Sign(char),
}

fn write_piece(out: &mut Vec<u8>, piece: Piece<'_>, in_attribute: bool) {
    let mut buffer = [0; 4];
    let text = match piece {
        Piece::Plain(text) => text,
        Piece::Sign(sign) => sign.encode_utf8(&mut buffer),
    };
    let bytes = text.as_bytes();
    if memchr3(b'&', b'"', 0xc2, bytes).is_none() && memchr2(b'<', b'>', bytes).is_none() {
        return out.extend_from_slice(bytes);
    }
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !MAY_BE_ESCAPED[usize::from(*byte)] {
            continue;
        }
        let (escaped, length): (&[u8], usize) = match byte {
            b'&' => (b"&amp;", 1),
            b'<' => (b"&lt;", 1),
            b'>' => (b"&gt;", 1),
            b'"' if in_attribute => (b"&quot;", 1),
            0xc2 if bytes.get(at + 1) == Some(&0xa0) => (b"&nbsp;", 2),
            _ => continue,
        };
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(escaped);
        done = at + length;
    }
    out.extend_from_slice(&bytes[done..]);
}

/// Whether a byte begins anything that is escaped anywhere.
static MAY_BE_ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let (bytes, mut i) = (b"&<>\"\xc2", 0);
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
};

/// Hands on the parts of a raw text.
fn walk(raw: &str, in_attribute: bool, mut each: impl FnMut(Piece<'_>)) -> Result<(), Uncertain> {
    let mut rest = raw;
    while let Some(at) = memchr2(b'&', b'\r', rest.as_bytes()) {
        each(Piece::Plain(&rest[..at]));
        let is_line_end = rest.as_bytes()[at] == b'\r';
        rest = &rest[at + 1..];
        if is_line_end {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
            each(Piece::Sign('\n'));
        } else if let Some((sign, length)) = reference(rest, in_attribute)? {
            rest = &rest[length..];
            each(Piece::Sign(sign));
        } else {
            each(Piece::Sign('&'));
        }
    }
    each(Piece::Plain(rest));
    Ok(())
}

/// What the reference stands for whose `&` was just read, and how long it is without; none if it was just an `&`.
fn reference(rest: &str, in_attribute: bool) -> Result<Option<(char, usize)>, Uncertain> {
    let bytes = rest.as_bytes();
    if let Some(number) = rest.strip_prefix('#') {
        return numeric(number).map(|found| found.map(|(sign, length)| (sign, 1 + length)));
    }
    let end = bytes
        .iter()
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or(bytes.len());
    let (name, next) = (&rest[..end], bytes.get(end));
    if next == Some(&b';') && end > 0 {
        // There are two thousand names; the rare ones are left to the parser that knows them all.
        let sign = lookup(BARE, name).or_else(|| lookup(OTHERS, name));
        return Ok(Some((sign.ok_or(Uncertain)?, end + 1)));
    }
    if in_attribute {
        // In queries, `&copy=` and `&copyright` are parameters.
        let is_parameter = next == Some(&b'=');
        return Ok(lookup(BARE, name)
            .filter(|_| !is_parameter)
            .map(|sign| (sign, end)));
    }
    // No name that goes without a semicolon has more than six letters.
    Ok((2..=end.min(6))
        .rev()
        .find_map(|length| lookup(BARE, &name[..length]).map(|sign| (sign, length))))
}

/// A numeric reference, of which `&#` was read.
fn numeric(rest: &str) -> Result<Option<(char, usize)>, Uncertain> {
    let (radix, start) = match rest.as_bytes().first() {
        Some(b'x' | b'X') => (16, 1),
        _ => (10, 0),
    };
    let digits = rest[start..]
        .bytes()
        .take_while(|b| char::from(*b).is_digit(radix))
        .count();
    if digits == 0 {
        return Ok(None);
    }
    let end = start + digits;
    let length = end + usize::from(rest.as_bytes().get(end) == Some(&b';'));
    // More digits than that, a number from Windows-1252, or none that is a character: the parser knows what it means.
    let number = u32::from_str_radix(&rest[start..end], radix).map_err(|_| Uncertain)?;
    match char::from_u32(number) {
        Some(sign) if number != 0 && !(0x80..=0x9f).contains(&number) => Ok(Some((sign, length))),
        _ => Err(Uncertain),
    }
}

fn lookup(table: &[(&str, char)], name: &str) -> Option<char> {
    // Those that serialisers write are nearly all there are.
    match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "nbsp" => return Some('\u{a0}'),
        _ => {}
    }
    let found = table.binary_search_by_key(&name, |(known, _)| known).ok()?;
    Some(table[found].1)
}

/// All names that need no semicolon (HTML, "named character references"), in order.
#[rustfmt::skip]
pub(super) const BARE: &[(&str, char)] = &[
    ("AElig", 'Æ'), ("AMP", '&'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Agrave", 'À'), ("Aring", 'Å'),
    ("Atilde", 'Ã'), ("Auml", 'Ä'), ("COPY", '©'), ("Ccedil", 'Ç'), ("ETH", 'Ð'), ("Eacute", 'É'), ("Ecirc", 'Ê'),
    ("Egrave", 'È'), ("Euml", 'Ë'), ("GT", '>'), ("Iacute", 'Í'), ("Icirc", 'Î'), ("Igrave", 'Ì'), ("Iuml", 'Ï'),
    ("LT", '<'), ("Ntilde", 'Ñ'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Ograve", 'Ò'), ("Oslash", 'Ø'),
    ("Otilde", 'Õ'), ("Ouml", 'Ö'), ("QUOT", '"'), ("REG", '®'), ("THORN", 'Þ'), ("Uacute", 'Ú'), ("Ucirc", 'Û'),
    ("Ugrave", 'Ù'), ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("aacute", 'á'), ("acirc", 'â'), ("acute", '´'),
    ("aelig", 'æ'), ("agrave", 'à'), ("amp", '&'), ("aring", 'å'), ("atilde", 'ã'), ("auml", 'ä'),
    ("brvbar", '¦'), ("ccedil", 'ç'), ("cedil", '¸'), ("cent", '¢'), ("copy", '©'), ("curren", '¤'), ("deg", '°'),
    ("divide", '÷'), ("eacute", 'é'), ("ecirc", 'ê'), ("egrave", 'è'), ("eth", 'ð'), ("euml", 'ë'),
    ("frac12", '½'), ("frac14", '¼'), ("frac34", '¾'), ("gt", '>'), ("iacute", 'í'), ("icirc", 'î'),
    ("iexcl", '¡'), ("igrave", 'ì'), ("iquest", '¿'), ("iuml", 'ï'), ("laquo", '«'), ("lt", '<'), ("macr", '¯'),
    ("micro", 'µ'), ("middot", '·'), ("nbsp", '\u{a0}'), ("not", '¬'), ("ntilde", 'ñ'), ("oacute", 'ó'),
    ("ocirc", 'ô'), ("ograve", 'ò'), ("ordf", 'ª'), ("ordm", 'º'), ("oslash", 'ø'), ("otilde", 'õ'),
    ("ouml", 'ö'), ("para", '¶'), ("plusmn", '±'), ("pound", '£'), ("quot", '"'), ("raquo", '»'), ("reg", '®'),
    ("sect", '§'), ("shy", '\u{ad}'), ("sup1", '¹'), ("sup2", '²'), ("sup3", '³'), ("szlig", 'ß'), ("thorn", 'þ'),
    ("times", '×'), ("uacute", 'ú'), ("ucirc", 'û'), ("ugrave", 'ù'), ("uml", '¨'), ("uuml", 'ü'),
    ("yacute", 'ý'), ("yen", '¥'), ("yuml", 'ÿ'),
];

/// The others that people write, in order.
#[rustfmt::skip]
pub(super) const OTHERS: &[(&str, char)] = &[
    ("Alpha", 'Α'), ("Beta", 'Β'), ("Delta", 'Δ'), ("Gamma", 'Γ'), ("NewLine", '\u{a}'), ("OElig", 'Œ'),
    ("Omega", 'Ω'), ("Phi", 'Φ'), ("Pi", 'Π'), ("Prime", '″'), ("Scaron", 'Š'), ("Sigma", 'Σ'), ("Tab", '\u{9}'),
    ("Yuml", 'Ÿ'), ("alpha", 'α'), ("and", '∧'), ("ang", '∠'), ("apos", '\''), ("ast", '*'), ("asymp", '≈'),
    ("bdquo", '„'), ("beta", 'β'), ("bsol", '\\'), ("bull", '•'), ("cap", '∩'), ("check", '✓'), ("circ", 'ˆ'),
    ("clubs", '♣'), ("colon", ':'), ("comma", ','), ("commat", '@'), ("cup", '∪'), ("darr", '↓'), ("dash", '‐'),
    ("delta", 'δ'), ("diams", '♦'), ("dollar", '$'), ("emsp", '\u{2003}'), ("ensp", '\u{2002}'), ("epsilon", 'ε'),
    ("equals", '='), ("equiv", '≡'), ("euro", '€'), ("excl", '!'), ("exist", '∃'), ("female", '♀'), ("fnof", 'ƒ'),
    ("forall", '∀'), ("gamma", 'γ'), ("ge", '≥'), ("grave", '`'), ("harr", '↔'), ("hearts", '♥'), ("hellip", '…'),
    ("horbar", '―'), ("hyphen", '‐'), ("infin", '∞'), ("isin", '∈'), ("lambda", 'λ'), ("lang", '⟨'),
    ("larr", '←'), ("lbrace", '{'), ("lbrack", '['), ("lceil", '⌈'), ("lcub", '{'), ("ldquo", '“'), ("le", '≤'),
    ("lfloor", '⌊'), ("lowbar", '_'), ("loz", '◊'), ("lpar", '('), ("lrm", '\u{200e}'), ("lsaquo", '‹'),
    ("lsqb", '['), ("lsquo", '‘'), ("male", '♂'), ("mdash", '—'), ("minus", '−'), ("mu", 'μ'), ("nabla", '∇'),
    ("ndash", '–'), ("ne", '≠'), ("notin", '∉'), ("num", '#'), ("oelig", 'œ'), ("omega", 'ω'), ("or", '∨'),
    ("part", '∂'), ("percnt", '%'), ("period", '.'), ("permil", '‰'), ("perp", '⊥'), ("phi", 'φ'), ("phone", '☎'),
    ("pi", 'π'), ("plus", '+'), ("prime", '′'), ("prod", '∏'), ("quest", '?'), ("radic", '√'), ("rang", '⟩'),
    ("rarr", '→'), ("rbrace", '}'), ("rbrack", ']'), ("rceil", '⌉'), ("rcub", '}'), ("rdquo", '”'),
    ("rfloor", '⌋'), ("rlm", '\u{200f}'), ("rpar", ')'), ("rsaquo", '›'), ("rsqb", ']'), ("rsquo", '’'),
    ("sbquo", '‚'), ("scaron", 'š'), ("sdot", '⋅'), ("semi", ';'), ("sigma", 'σ'), ("sol", '/'), ("spades", '♠'),
    ("star", '☆'), ("starf", '★'), ("sub", '⊂'), ("sube", '⊆'), ("sum", '∑'), ("sup", '⊃'), ("supe", '⊇'),
    ("tau", 'τ'), ("there4", '∴'), ("theta", 'θ'), ("thinsp", '\u{2009}'), ("tilde", '˜'), ("trade", '™'),
    ("uarr", '↑'), ("verbar", '|'), ("vert", '|'), ("zwj", '\u{200d}'), ("zwnj", '\u{200c}'),
];
