//! The pieces of bodies, with the markup that editors, converters and crawlers leave behind.

use super::random::Random;
use super::text::{self, Language};
use super::tree::{Channel, Style};

/// Writes the body of one post.
pub(crate) struct Writer<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) channel: &'a Channel,
    pub(crate) out: &'a mut String,
    /// Some crawlers minify: attributes lose their quotes where HTML allows it.
    minified: bool,
}

/// Addresses of images at a source, some with the instructions of an image service.
pub(crate) fn image_address(random: &mut Random, channel: &Channel) -> String {
    let service = random.weighted(&[
        (6, ""),
        (2, "?imageView2/2/w/1120/q/40/interlace/1/ignore-error/1"),
        (1, "?x-oss-process=image/resize,w_1000"),
        (1, "!article_800"),
    ]);
    format!(
        "https://img{}.{}/editor/{}/{:02}/{:016x}.{}{service}",
        random.between(1, 4),
        channel.host,
        random.between(2014, 2023),
        random.between(1, 12),
        random.next(),
        random.pick(&["jpg", "jpg", "png", "webp", "gif"])
    )
}

impl<'a> Writer<'a> {
    pub(crate) fn new(random: &'a mut Random, channel: &'a Channel, out: &'a mut String) -> Self {
        let minified = random.per_mille(600);
        Self {
            random,
            channel,
            out,
            minified,
        }
    }

    /// How many bytes are left to a length of the whole file.
    pub(crate) fn left(&self, end: usize) -> usize {
        end.saturating_sub(self.out.len())
    }

    pub(crate) fn passage(&mut self, bytes: usize) {
        text::passage(self.random, self.channel.language, bytes, self.out);
    }

    /// Any text, escaped.
    pub(crate) fn text_of(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                _ => self.out.push(letter),
            }
        }
    }

    fn phrase(&mut self) {
        let phrase = text::phrase(self.random, self.channel.language);
        self.text_of(&phrase);
    }

    fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            let bare = self.minified
                && !value.is_empty()
                && !value.contains([' ', '"', '\'', '=', '<', '>', '`']);
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push('=');
            if bare {
                self.out.push_str(value);
            } else {
                self.out.push('"');
                self.out
                    .push_str(&value.replace('&', "&amp;").replace('"', "&quot;"));
                self.out.push('"');
            }
        }
        self.out.push('>');
    }

    /// An element with what is in it.
    pub(crate) fn element(
        &mut self,
        tag: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(tag, attributes);
        inside(self);
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    pub(crate) fn open_wrapper(&mut self) {
        self.open("div", &[("class", "article-content articleWidth")]);
        self.open(
            "div",
            &[("class", "content wangEditor-txt"), ("id", "js_content")],
        );
    }

    pub(crate) fn close_wrapper(&mut self) {
        self.out.push_str("</div></div>");
    }

    /// A paragraph, in the way of the source.
    pub(crate) fn paragraph(&mut self, bytes: usize) {
        match self.channel.style {
            Style::Paragraphs => {
                if self.random.per_mille(400) {
                    let attributes = [(
                        "style",
                        "text-align: justify; line-height: 1.75em; margin-bottom: 15px; text-indent: 2em; white-space: normal;",
                    )];
                    self.element("p", &attributes, |writer| writer.inline(bytes));
                } else {
                    self.element("p", &[], |writer| writer.inline(bytes));
                }
            }
            Style::Spans => self.spans(bytes),
            Style::Breaks => {
                self.inline(bytes);
                self.out.push_str("<br>");
                if self.random.per_mille(600) {
                    self.out.push_str("\n<br>");
                }
            }
            Style::Old => self.old(bytes),
        }
    }

    fn spans(&mut self, bytes: usize) {
        const SECTION: [(&str, &str); 1] = [(
            "style",
            "margin: 0px; padding: 0px; box-sizing: border-box;",
        )];
        const SPAN: [(&str, &str); 1] = [(
            "style",
            "font-size: 15px; letter-spacing: 1px; color: rgb(63, 63, 63);",
        )];
        if self.random.per_mille(300) {
            let left = bytes.saturating_sub(200);
            self.element("section", &SECTION, |writer| {
                writer.element("span", &SPAN, |writer| writer.inline(left));
            });
            return;
        }
        let left = bytes.saturating_sub(180);
        self.element("p", &[("style", "line-height: 2em;")], |writer| {
            writer.element("span", &SPAN, |writer| writer.inline(left / 2));
            if writer.random.per_mille(700) {
                writer.element("span", &SPAN, |writer| writer.passage(left / 2));
            } else {
                writer.passage(left / 2);
            }
        });
    }

    fn old(&mut self, bytes: usize) {
        let indent = self
            .random
            .pick(&["　　", "&nbsp; &nbsp; ", "　　", "&emsp;&emsp;", ""]);
        if self.random.per_mille(350) {
            self.element("p", &[], |writer| {
                writer.out.push_str(indent);
                writer.element(
                    "font",
                    &[("face", "宋体"), ("size", "3"), ("color", "#333333")],
                    |writer| writer.inline(bytes.saturating_sub(60)),
                );
            });
        } else if self.random.per_mille(100) {
            self.element("P", &[("align", "left")], |writer| {
                writer.out.push_str(indent);
                writer.inline(bytes.saturating_sub(30));
            });
        } else {
            self.element("p", &[], |writer| {
                writer.out.push_str(indent);
                writer.inline(bytes.saturating_sub(10));
            });
        }
    }

    /// Text with what stands inside lines: emphasis, links, breaks, spans without meaning.
    fn inline(&mut self, bytes: usize) {
        let before = bytes * self.random.between(10, 90) as usize / 100;
        self.passage(before);
        match self.random.between(0, 99) {
            0..=17 => self.element("strong", &[], Self::phrase),
            18..=28 => self.link(),
            29..=33 => self.element(
                "span",
                &[("class", "bjh-p"), ("style", "box-sizing: border-box;")],
                |writer| writer.passage(40),
            ),
            34..=38 => self.out.push_str("<br>"),
            39 => self.element("em", &[], Self::phrase),
            40 => self.out.push_str("&nbsp;&mdash;&nbsp;"),
            41 => self.out.push_str("<!-- ad -->"),
            _ => {}
        }
        self.passage(bytes.saturating_sub(before));
    }

    /// A link: plain, with tracking parameters, or through a redirect.
    pub(crate) fn link(&mut self) {
        let target = self.link_address();
        let mut attributes = vec![("href", target.as_str())];
        if self.random.per_mille(700) {
            attributes.push(("target", "_blank"));
        }
        if self.random.per_mille(300) {
            attributes.push(("rel", "nofollow noopener"));
        }
        self.element("a", &attributes, Self::phrase);
    }

    fn link_address(&mut self) -> String {
        let page = format!(
            "https://www.{}/a/{}/{}.html",
            self.channel.host,
            self.random.between(2014, 2023),
            self.random.between(1_000, 99_999_999)
        );
        let escaped = || page.replace(':', "%3A").replace('/', "%2F");
        match self.random.between(0, 29) {
            0 => format!("{page}?utm_source=feed&utm_medium=rss&utm_campaign=daily"),
            1 => format!(
                "{page}?spm=a21bo.{}.201876.1",
                self.random.between(1000, 9999)
            ),
            2 => format!("{page}?from=timeline&isappinstalled=0"),
            3 => format!("{page}?id={}&fbclid=IwAR0x", self.random.between(1, 9999)),
            4 | 5 => format!("https://link.zhihu.com/?target={}", escaped()),
            6 => format!("https://www.google.com/url?q={}&sa=D", escaped()),
            7 => format!("/tag/{}", self.random.between(1, 999)),
            8 => "javascript:void(0)".to_owned(),
            _ => page,
        }
    }

    /// An image: as it is, or with its address hidden until a script shows it.
    pub(crate) fn image(&mut self) {
        const BLANK: &str =
            "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
        let address = image_address(self.random, self.channel);
        let alt = text::phrase(self.random, self.channel.language);
        match self.random.between(0, 9) {
            0 => self.open(
                "img",
                &[("class", "lazy"), ("data-src", &address), ("src", BLANK)],
            ),
            1 => self.open(
                "img",
                &[
                    ("data-original", &address),
                    ("src", &address),
                    ("referrerpolicy", "no-referrer"),
                ],
            ),
            2 => self.open(
                "img",
                &[
                    ("class", "rich_pages wxw-img"),
                    ("data-ratio", "0.5625"),
                    ("data-type", "png"),
                    ("data-w", "1080"),
                    ("src", &address),
                ],
            ),
            3..=5 => self.open("img", &[("alt", &alt), ("src", &address), ("border", "0")]),
            _ => self.open(
                "img",
                &[
                    ("src", &address),
                    ("referrerpolicy", "no-referrer"),
                    ("style", "max-width: 100%; height: auto;"),
                ],
            ),
        }
    }

    /// What stands below a figure.
    pub(crate) fn caption(&mut self) {
        self.out.push_str(match self.channel.language {
            Language::Chinese => "图源：",
            Language::English => "Photo: ",
        });
        self.phrase();
    }
}
