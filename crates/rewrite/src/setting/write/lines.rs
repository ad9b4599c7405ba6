//! Writes lines: text, formatting, links, images.

use super::Writer;
use super::values::{encoded, is_media_address};
use crate::escape::{decode, encode_into};
use crate::rules::has_web_scheme;
use crate::setting::blocks::{Format, Inline, Line};
use crate::setting::values::fragment;

/// What external links are: not ours, not vouched for, told nothing.
pub(super) const EXTERNAL: &str = " rel=\"external nofollow noopener noreferrer\"";

impl<'a> Writer<'_, 'a> {
    pub(super) fn line(&mut self, line: Line) {
        self.line_of(line, false);
    }

    /// Inline content. Formatting is written when something in it is, so that none is empty.
    pub(super) fn line_of(&mut self, line: Line, verbatim: bool) {
        let tokens = self.page.tokens;
        let mut open: Vec<(Format<'a>, bool)> = Vec::new();
        let mut written = 0;
        for token in &tokens[line.range()] {
            match token {
                Inline::Open(format) => {
                    let usable = self.is_usable(format);
                    open.push((*format, usable));
                    continue;
                }
                Inline::Close(_) => {
                    let Some((format, usable)) = open.pop() else {
                        continue;
                    };
                    if written > open.len() {
                        written = open.len();
                        if usable {
                            self.out.push_str("</");
                            self.out.push_str(format.name());
                            self.out.push('>');
                        }
                    }
                    continue;
                }
                Inline::Text("") => continue,
                Inline::WordBreak => {
                    self.out.push_str("<wbr>");
                    continue;
                }
                _ => {}
            }
            if matches!(token, Inline::Anchor(id) if !self.ids.has(&decode(id))) {
                continue;
            }
            for (format, usable) in &open[written..] {
                if *usable {
                    self.open(format);
                }
            }
            written = open.len();
            match token {
                Inline::Text(text) if verbatim && text.contains("&nbsp;") => {
                    self.text(&text.replace("&nbsp;", " "));
                }
                Inline::Text(text) => self.text(text),
                Inline::Break => self.out.push_str("<br>"),
                Inline::Image(image) => self.image(*image, true),
                Inline::Anchor(id) => {
                    self.out.push_str("<span");
                    self.id(Some(id));
                    self.out.push_str("></span>");
                }
                Inline::Open(_) | Inline::Close(_) | Inline::WordBreak => {}
            }
        }
    }

    pub(super) fn is_usable(&self, format: &Format<'a>) -> bool {
        match format {
            Format::Link { href, .. } => self.address(href).is_some(),
            _ => true,
        }
    }

    pub(super) fn open(&mut self, format: &Format<'a>) {
        if let Format::Link { href, title } = format {
            return self.open_link(href, *title);
        }
        self.out.push('<');
        self.out.push_str(format.name());
        match format {
            Format::Titled(_, title) => self.attribute("title", title),
            Format::Dated(_, date) => self.attribute("datetime", date),
            Format::Override(dir) => self.attribute("dir", dir),
            Format::Span { lang, dir } => {
                if let Some(lang) = lang {
                    self.attribute("lang", lang);
                }
                if let Some(dir) = dir {
                    self.attribute("dir", dir);
                }
            }
            Format::Link { .. } | Format::Plain(_) => {}
        }
        self.out.push('>');
    }

    pub(super) fn open_link(&mut self, href: &'a str, title: Option<&'a str>) {
        self.out.push_str("<a");
        if let Some(bare) = fragment(href) {
            self.out.push_str(" href=\"#p-");
            encode_into(&mut self.out, &bare);
            self.out.push('"');
            self.linked.insert(bare);
        } else {
            self.address_attribute("href", href);
        }
        if let Some(title) = title {
            self.attribute("title", title);
        }
        if has_web_scheme(href) {
            self.out.push_str(EXTERNAL);
        }
        self.out.push('>');
    }

    /// An address that may be written: on the web, by mail or telephone, to an id of this body, or relative.
    pub(super) fn address(&self, href: &'a str) -> Option<&'a str> {
        if !self.page.judged {
            return None;
        }
        if href.starts_with('#') {
            return fragment(href)
                .filter(|bare| self.ids.has(bare))
                .map(|_| href);
        }
        let scheme_fits = || {
            let scheme = href.split(':').next().unwrap_or_default();
            ["mailto", "tel"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known))
        };
        (is_media_address(href) || scheme_fits()).then_some(href)
    }

    /// An image that stands alone, with its link.
    pub(super) fn lone_image(&mut self, index: u32) {
        let image = self.page.images[index as usize];
        let link = image.link.filter(|(href, _)| self.address(href).is_some());
        if let Some((href, title)) = link {
            self.open_link(href, title);
        }
        self.image(index, false);
        if link.is_some() {
            self.out.push_str("</a>");
        }
    }

    pub(super) fn image(&mut self, index: u32, in_line: bool) {
        let image = self.page.images[index as usize];
        if !self.page.judged || !is_media_address(image.src) {
            return;
        }
        let address = encoded(image.src);
        let src = decode(&address);
        self.out.push_str("<img");
        self.attribute("src", &address);
        self.attribute("alt", image.alt);
        if let Some((width, height)) = image.size {
            self.out
                .push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        // The first image is likely to be seen at once.
        if self.facts.images > 0 {
            self.out.push_str(" loading=\"lazy\"");
        }
        self.out
            .push_str(" decoding=\"async\" referrerpolicy=\"no-referrer\"");
        let lead = self
            .page
            .context
            .lead_image
            .is_some_and(|lead| is_same_image(lead, &src));
        match (lead, in_line && image.small) {
            (true, _) => self.out.push_str(" class=\"np-lead\""),
            (false, true) => self.out.push_str(" class=\"np-small\""),
            _ => {}
        }
        self.out.push('>');
        self.facts.images += 1;
        if self.facts.first_image.is_none() && !image.small {
            self.facts.first_image = Some(src.into_owned());
        }
    }
}

/// Whether two addresses show the same picture: the same but for scheme and processing query.
fn is_same_image(a: &str, b: &str) -> bool {
    fn core(url: &str) -> &str {
        let mut colons = memchr::memchr_iter(b':', url.as_bytes());
        let scheme_end = colons.find(|at| url[*at..].starts_with("://"));
        let rest = scheme_end.map_or(url, |at| &url[at + "://".len()..]);
        let rest = rest.trim_start_matches("//");
        let end = memchr::memchr2(b'?', b'#', rest.as_bytes());
        &rest[..end.unwrap_or(rest.len())]
    }
    if a == b {
        return true;
    }
    let (core_a, core_b) = (core(a), core(b));
    core_a == core_b
        && !core_a.is_empty()
        && (a.split('?').nth(1) == b.split('?').nth(1) || has_image_name(core_a))
}

/// Whether a path names an image file, so that a query only says how to show it.
fn has_image_name(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"]
        .iter()
        .any(|end| path.ends_with(end))
}
