//! Feeds in XML: Atom (RFC 4287) and RSS 2.0.

use std::io;

use newsprint_model::Diagnostic;
use newsprint_model::route::FeedFormat;
use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesText, Event};

use super::{Feed, Item};
use crate::site::GENERATOR;

pub(in crate::render) type Xml<'a> = Writer<&'a mut Vec<u8>>;

/// The XML declaration.
pub(in crate::render) fn start(xml: &mut Xml<'_>) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
}

/// Writing to memory fails only where memory does; the message is for whoever sees it all the same.
pub(in crate::render) fn xml_error(error: io::Error) -> Diagnostic {
    Diagnostic::error(format!("a feed or sitemap could not be written: {error}"))
}

fn text(xml: &mut Xml<'_>, name: &str, content: &str) -> io::Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(&plain(content)))?;
    Ok(())
}

/// A body as a CDATA section: an escaped one is a third longer, and a tenth of a build goes into escaping it. The
/// one thing that such a section cannot hold, its own end, is divided between two (XML 1.0, section 2.7). It is
/// [plain](plain()) already.
fn markup(xml: &mut Xml<'_>, html: &str) -> io::Result<()> {
    // Hardly a body holds it, and to look for it in one go is quicker than to stop at every tag's end.
    if memchr::memmem::find(html.as_bytes(), b"]]>").is_none() {
        return xml.write_event(Event::CData(BytesCData::new(html)));
    }
    BytesCData::escaped(html).try_for_each(|part| xml.write_event(Event::CData(part)))
}

/// XML 1.0 (section 2.2) has no way at all to write most control characters.
pub(super) fn plain(content: &str) -> std::borrow::Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    // Looked for by bytes first, since whole bodies come this way, and without a branch a byte: controls, and the
    // two characters that are none (U+FFFE and U+FFFF in UTF-8).
    let is_control = |byte: u8| (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
    let bytes = content.as_bytes();
    let has_control = bytes
        .iter()
        .fold(false, |found, byte| found | is_control(*byte));
    let [second, third] = [1, 2].map(|at| bytes.get(at..).unwrap_or_default());
    let has_noncharacter =
        bytes
            .iter()
            .zip(second)
            .zip(third)
            .fold(false, |found, ((first, second), third)| {
                found | ((*first == 0xef) & (*second == 0xbf) & (*third >= 0xbe))
            });
    match has_control || has_noncharacter {
        true => content.replace(forbidden, "").into(),
        false => content.into(),
    }
}

pub(super) fn atom(feed: &Feed<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let mut xml = Writer::new(out);
    start(&mut xml)?;
    xml.create_element("feed")
        .with_attributes([
            ("xmlns", "http://www.w3.org/2005/Atom"),
            ("xml:lang", feed.language),
        ])
        .write_inner_content(|xml| {
            text(xml, "id", &feed.home)?;
            text(xml, "title", &feed.title)?;
            if !feed.description.is_empty() {
                text(xml, "subtitle", feed.description)?;
            }
            text(xml, "updated", &feed.updated)?;
            text(xml, "generator", GENERATOR)?;
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", feed.publisher))?;
            link(xml, "alternate", "text/html", &feed.home)?;
            link(xml, "self", FeedFormat::Atom.media_type(), &feed.own)?;
            hubs(xml, "link", feed)?;
            feed.items.iter().try_for_each(|item| atom_entry(xml, item))
        })?;
    Ok(())
}

fn link(xml: &mut Xml<'_>, rel: &str, media_type: &str, href: &str) -> io::Result<()> {
    xml.create_element("link")
        .with_attributes([("rel", rel), ("type", media_type), ("href", href)])
        .write_empty()?;
    Ok(())
}

/// Who tells of news (W3C WebSub, section 4).
fn hubs(xml: &mut Xml<'_>, element: &str, feed: &Feed<'_>) -> io::Result<()> {
    feed.hubs.iter().try_for_each(|hub| {
        let link = xml.create_element(element);
        let link = link.with_attributes([("rel", "hub"), ("href", *hub)]);
        link.write_empty().map(|_| ())
    })
}

fn atom_entry(xml: &mut Xml<'_>, item: &Item<'_>) -> io::Result<()> {
    let entry = xml.create_element("entry");
    let entry = match item.language {
        Some(language) => entry.with_attribute(("xml:lang", language)),
        None => entry,
    };
    entry.write_inner_content(|xml| {
        text(xml, "id", &item.made.id)?;
        text(xml, "title", item.title)?;
        link(xml, "alternate", "text/html", &item.made.url)?;
        text(xml, "published", &item.made.published)?;
        text(xml, "updated", &item.made.updated)?;
        for author in &item.authors {
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", author))?;
        }
        for category in &item.categories {
            xml.create_element("category")
                .with_attribute(("term", &*plain(category)))
                .write_empty()?;
        }
        if !item.summary.is_empty() {
            text(xml, "summary", item.summary)?;
        }
        if let Some(content) = &item.made.content {
            xml.create_element("content")
                .with_attribute(("type", "html"))
                .write_inner_content(|xml| markup(xml, content))?;
        }
        Ok(())
    })?;
    Ok(())
}

pub(super) fn rss(feed: &Feed<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let mut xml = Writer::new(out);
    start(&mut xml)?;
    xml.create_element("rss")
        .with_attributes([
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ])
        .write_inner_content(|xml| {
            xml.create_element("channel").write_inner_content(|xml| {
                text(xml, "title", &feed.title)?;
                text(xml, "link", &feed.home)?;
                // A channel must have a description (RSS 2.0, required channel elements).
                text(
                    xml,
                    "description",
                    if feed.description.is_empty() {
                        &feed.title
                    } else {
                        feed.description
                    },
                )?;
                text(xml, "language", feed.language)?;
                text(xml, "lastBuildDate", &feed.updated_2822)?;
                text(xml, "generator", GENERATOR)?;
                xml.create_element("atom:link")
                    .with_attributes([
                        ("rel", "self"),
                        ("type", FeedFormat::Rss.media_type()),
                        ("href", &feed.own),
                    ])
                    .write_empty()?;
                hubs(xml, "atom:link", feed)?;
                feed.items.iter().try_for_each(|item| rss_item(xml, item))
            })?;
            Ok(())
        })?;
    Ok(())
}

fn rss_item(xml: &mut Xml<'_>, item: &Item<'_>) -> io::Result<()> {
    xml.create_element("item").write_inner_content(|xml| {
        text(xml, "title", item.title)?;
        text(xml, "link", &item.made.url)?;
        xml.create_element("guid")
            .with_attribute(("isPermaLink", "false"))
            .write_text_content(BytesText::new(&item.made.id))?;
        text(xml, "pubDate", &item.made.published_2822)?;
        for author in &item.authors {
            text(xml, "dc:creator", author)?;
        }
        for category in &item.categories {
            text(xml, "category", category)?;
        }
        text(xml, "description", item.summary)?;
        if let Some(content) = &item.made.content {
            xml.create_element("content:encoded")
                .write_inner_content(|xml| markup(xml, content))?;
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Writer, markup, plain};
    use std::borrow::Cow;

    #[test]
    fn a_body_may_hold_the_end_of_its_section() {
        let cases = [
            ("", "<![CDATA[]]>"),
            ("<p>a]] ></p>", "<![CDATA[<p>a]] ></p>]]>"),
            ("]]]>", "<![CDATA[]]]]]><![CDATA[>]]>"),
            (
                "<b>]]></b>]]>",
                "<![CDATA[<b>]]]]><![CDATA[></b>]]]]><![CDATA[>]]>",
            ),
        ];
        for (html, expected) in cases {
            let mut out = Vec::new();
            markup(&mut Writer::new(&mut out), html).expect("a Vec takes everything");
            assert_eq!(String::from_utf8_lossy(&out), expected, "{html}");
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        let cases = [
            ("", ""),
            ("tab\tline\r\n", "tab\tline\r\n"),
            ("\u{0}a\u{8}b\u{b}\u{c}\u{e}\u{1f}", "ab"),
            ("忿怒\u{fffd}\u{ffff}！", "忿怒\u{fffd}！"),
            ("\u{fffe}", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }

    #[test]
    fn text_is_copied_only_where_something_is_left_out() {
        // XML 1.0, section 2.2, Char.
        let can_stand = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        for c in '\0'..='\u{10fff}' {
            let text = format!("文{c}");
            let found = plain(&text);
            assert_eq!(found.contains(c), can_stand(c), "{c:?}");
            assert_eq!(matches!(found, Cow::Borrowed(_)), can_stand(c), "{c:?}");
        }
    }
}
