//! Generators of bodies, and what is looked for in the output.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use newsprint_rewrite::links::LinkRules;
use newsprint_rewrite::{Options, Rewriter};

static RULES: LazyLock<Arc<LinkRules>> =
    LazyLock::new(|| Arc::new(LinkRules::built_in(Default::default())));

/// A rewriter with the built-in rules.
pub(crate) fn rewriter() -> Rewriter {
    Rewriter::new(RULES.clone(), Options::default())
}

/// How many cases to generate: `NEWSPRINT_CASES`, or so many.
pub(crate) fn cases(default: u32) -> u32 {
    std::env::var("NEWSPRINT_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(default)
}

/// What follows the front matter of a post.
pub(crate) fn body_of(text: &str) -> &str {
    let after = text
        .trim_start()
        .strip_prefix("---")
        .and_then(|rest| rest.split_once("\n---"));
    after.map_or(text, |(_, body)| body)
}

/// A small generator of random numbers (xorshift), so that a seed names a body.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a", "abbr", "article", "audio", "b", "blockquote", "body", "br", "button", "caption", "center", "code", "col",
    "dd", "del", "details", "div", "dl", "dt", "em", "embed", "figcaption", "figure", "font", "form", "frameset",
    "h1", "h2", "h5", "hr", "html", "i", "iframe", "image", "img", "input", "li", "link", "marquee", "math", "mi",
    "mtext", "annotation-xml", "meta", "nobr", "noembed", "noscript", "object", "ol", "option", "p", "param",
    "picture", "plaintext", "pre", "rt", "ruby", "s", "script", "section", "select", "source", "span", "strong",
    "style", "sub", "summary", "sup", "svg", "foreignObject", "desc", "title", "path", "use", "table", "tbody", "td",
    "template", "textarea", "th", "thead", "time", "tr", "tt", "u", "ul", "video", "wbr", "xmp", "x-y", "base", "bdo",
    "dialog", "listing", "mglyph",
];

#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "href=\"https://a.test/?utm_source=x&amp;y=1\"", "href=javascript:alert(1)", "href=\"#x\"", "href='b.html'",
    "href=\"&#106;avascript:alert(1)\"", "href=\" java\tscript:alert(1)\"", "src=\"https://a.test/b.jpg\"", "src=x",
    "src=data:image/gif;base64,AA", "data-src=\"//a.test/c.png\"", "data-src=javascript:x",
    "srcset=\"https://a.test/s.jpg 1x, y 2x\"", "style=\"text-align:center\"", "style='display:none'",
    "style=\"background:url(javascript:x);direction:rtl\"", "style=\"font-weight:bold\"", "class=\"np-center x\"",
    "class=np-card", "class=\"np-card np-card-youtube\"", "class=language-rust", "class=share-buttons",
    "class=caption", "class=gutter", "class=np-small", "id=x", "id=\"p-x\"", "id='a b'", "name=x", "onclick=alert(1)",
    "onerror=\"alert(1)\"", "onload", "hidden", "align=right", "align=center", "dir=rtl", "lang=en", "lang=\"x\"",
    "width=1", "height=1", "width=20", "height=\"30px\"", "colspan=3", "rowspan=2", "rowspan=0", "colspan=x",
    "start=5", "type=a", "value=3", "datetime=2022-02-30", "datetime=\"2022-02-03\"", "title=\"a&quot;b\"",
    "alt='<b>'", "poster=x.jpg", "target=_blank", "srcdoc=\"<script>x</script>\"", "xlink:href=javascript:x", "open",
    "reversed", "=", "\"", "'", "/", "data-np-drop=x", "data-np-noscript", "data-lang=js", "formaction=javascript:x",
    "encoding=text/html",
];

#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "文字", "word", " ", "\n", "　　段落", "&nbsp;", "&nbsp;&nbsp;&nbsp;&nbsp;", "a b", "&lt;script&gt;", "&amp;amp;",
    "&#60;", "&", "<", "<3", "</", "<!", "<!-- c -->", "<!-->", "<!--a--!>", "<![CDATA[x]]>", "<?xml?>", "]]>", "-->",
    "\u{feff}", "\u{200b}", "\u{202e}", "▲ 图", "• 项", "x = \"y\"; // z", "{{ x }}", "\r\n", "\t", "、", "&notin",
    "&#0;", "&#x80;", "\u{1}", "😀", "</script>", "</style>", "</title>", "</table>",
];

/// Tags, attributes and texts without sense.
pub(crate) fn soup(seed: u64) -> String {
    let mut dice = Dice(seed | 1);
    let mut body = String::new();
    for _ in 0..dice.roll(40) + 1 {
        match dice.roll(8) {
            0..=3 => {
                body.push('<');
                body.push_str(dice.pick(TAGS));
                for _ in 0..dice.roll(4) {
                    body.push(' ');
                    body.push_str(dice.pick(ATTRIBUTES));
                }
                body.push_str(if dice.roll(12) == 0 { "/>" } else { ">" });
            }
            4 | 5 => {
                body.push_str("</");
                body.push_str(dice.pick(TAGS));
                body.push('>');
            }
            _ => body.push_str(dice.pick(TEXTS)),
        }
    }
    body
}

/// Something like an article: every word in it is there once, tags are nested, some are not closed.
pub(crate) fn article(seed: u64) -> String {
    let mut dice = Dice(seed | 1);
    let mut words = 0;
    let mut body = String::new();
    for _ in 0..dice.roll(4) + 1 {
        block(&mut dice, &mut body, &mut words, 2);
    }
    body
}

fn word(dice: &mut Dice, body: &mut String, words: &mut u32) {
    *words += 1;
    let han: String = words
        .to_string()
        .chars()
        .map(|digit| {
            "零一二三四五六七八九"
                .chars()
                .nth(digit as usize - '0' as usize)
                .unwrap_or('零')
        })
        .collect();
    let word = if dice.roll(2) == 0 {
        format!(" w{words}x ")
    } else {
        format!(" 字{han}完 ")
    };
    body.push_str(&word);
}

fn line(dice: &mut Dice, body: &mut String, words: &mut u32, depth: u32) {
    for _ in 0..dice.roll(4) + 1 {
        if dice.roll(3) == 0 && depth > 0 {
            let tag = dice.pick(&[
                "b",
                "i",
                "a href=https://x.test/",
                "a href=javascript:x",
                "span style=color:red",
                "font color=red",
                "code",
                "sup",
                "span class=caption",
                "u",
                "button",
                "label",
                "nosuch",
                "a",
            ]);
            body.push_str(&format!("<{tag}>"));
            line(dice, body, words, depth - 1);
            body.push_str(&format!("</{}>", tag.split(' ').next().unwrap_or_default()));
        } else {
            word(dice, body, words);
        }
        match dice.roll(9) {
            0 => body.push_str("<br>"),
            1 => body.push_str("<br><br>"),
            2 => body.push_str("<img src=https://x.test/y.jpg>"),
            3 => body.push_str("<script>var nothing = '<p>';</script><!-- nothing -->"),
            _ => {}
        }
    }
}

fn block(dice: &mut Dice, body: &mut String, words: &mut u32, depth: u32) {
    let inner = |dice: &mut Dice, body: &mut String, words: &mut u32| {
        if depth > 0 && dice.roll(2) == 0 {
            for _ in 0..dice.roll(3) + 1 {
                block(dice, body, words, depth - 1);
            }
        } else {
            line(dice, body, words, 2);
        }
    };
    let tag = dice.pick(&[
        "div",
        "section style='text-align:center'",
        "blockquote",
        "ul",
        "ol",
        "table",
        "figure",
        "h2",
        "p",
        "p",
        "p",
        "details",
        "dl",
        "pre",
        "center",
        "article",
        "form",
        "fieldset",
        "noscript",
        "font",
        "a href=https://y.test/",
    ]);
    let name = tag.split(' ').next().unwrap_or_default();
    body.push_str(&format!("<{tag}>"));
    match name {
        "ul" | "ol" => {
            for _ in 0..dice.roll(3) + 1 {
                body.push_str("<li>");
                inner(dice, body, words);
                if dice.roll(2) == 0 {
                    body.push_str("</li>");
                }
            }
        }
        "table" => {
            for _ in 0..dice.roll(3) + 1 {
                body.push_str("<tr>");
                for _ in 0..dice.roll(3) + 1 {
                    body.push_str(dice.pick(&["<td>", "<th>", "<td rowspan=2>", "<td colspan=3>"]));
                    inner(dice, body, words);
                }
            }
        }
        "dl" => {
            for _ in 0..dice.roll(3) + 1 {
                body.push_str("<dt>");
                line(dice, body, words, 1);
                body.push_str("<dd>");
                inner(dice, body, words);
            }
        }
        "figure" => {
            body.push_str("<img src=https://x.test/z.jpg><figcaption>");
            line(dice, body, words, 1);
            body.push_str("</figcaption>");
        }
        "details" => {
            body.push_str("<summary>");
            line(dice, body, words, 1);
            body.push_str("</summary>");
            inner(dice, body, words);
        }
        "h2" | "p" | "pre" | "font" | "a" => line(dice, body, words, 2),
        _ => inner(dice, body, words),
    }
    body.push_str(&format!("</{name}>"));
}

/// The words that a reader sees, sorted: what a browser's parser makes of the markup, scripts and the like left out.
/// Chinese is split into single characters, so that it does not matter where lines end; with `letters`, so is everything,
/// for text whose words may be broken by tags.
pub(crate) fn visible_words(html: &str, letters: bool) -> Vec<String> {
    // Text areas, frames and the like hold text that browsers treat apart; articles in tests have none.
    let mut text = ammonia::Builder::empty();
    text.clean_content_tags(HashSet::from([
        "script", "style", "title", "template", "iframe", "noembed", "noframes", "head", "video",
        "audio", "svg",
    ]));
    let text = text
        .clean(
            &html
                .replace('<', " <")
                .replace("<noscript>", "<div>")
                .replace("</noscript>", "</div>"),
        )
        .to_string();
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let ascii = c.is_ascii_graphic() && !letters;
        if !ascii && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if ascii {
            word.push(c);
        } else if c.is_alphanumeric() {
            words.push(c.to_string());
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words.sort_unstable();
    words
}

#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "audio", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "img", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "u", "ul", "var", "video", "wbr",
];

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "alt", "aria-label", "class", "colspan", "controls", "datetime", "decoding", "dir", "height", "href", "id",
    "lang", "loading", "open", "poster", "preload", "referrerpolicy", "rel", "reversed", "role", "rowspan", "scope",
    "src", "start", "tabindex", "title", "type", "value", "width",
];

/// Looks for anything that must not be in the output: by its own simple reading of the markup, tag by tag.
pub(crate) fn dangers(html: &str) -> Result<(), String> {
    let mut ids = HashSet::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = tag_end(rest).ok_or("a tag without end")?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        let tag = tag.strip_prefix('/').unwrap_or(tag);
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if !ELEMENTS.contains(&name) {
            return Err(format!("an element `{name}`"));
        }
        let mut left = attributes;
        while !left.is_empty() {
            let (name, after) = left.split_at(left.find([' ', '=']).unwrap_or(left.len()));
            if !NAMES.contains(&name) {
                return Err(format!("an attribute `{name}`"));
            }
            let Some(value) = after.strip_prefix("=\"") else {
                left = after.trim_start();
                continue;
            };
            let (value, after) = value.split_once('"').ok_or("a value without end")?;
            left = after.trim_start();
            match name {
                "href" | "src" | "poster" => address(value)?,
                "id" if !value.starts_with("p-") || !ids.insert(value.to_owned()) => {
                    return Err(format!("an id `{value}`"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(at)
    })
}

/// The scheme as the URL standard reads it: blanks at the ends and tabs and line ends anywhere do not count.
fn address(value: &str) -> Result<(), String> {
    let value = value.replace("&amp;", "&");
    let compact: String = value
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    match compact.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            let fits = ["http", "https", "mailto", "tel"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known));
            if fits {
                Ok(())
            } else {
                Err(format!("an address `{value}`"))
            }
        }
        _ => Ok(()),
    }
}
