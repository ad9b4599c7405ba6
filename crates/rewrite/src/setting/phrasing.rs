//! What stands in a line: links, images, players, formatting, and the targets of links within the page.

use super::blocks::{Block, Format, Image, Inline, Manner, Player};
use super::flow::Setter;
use super::tree::NodeId;
use super::values::{bare_id, is_date, is_media_type};
use crate::rules::{SMALL, has_web_scheme, players};
use crate::tag::Tag;

impl<'a> Setter<'_, 'a> {
    pub(super) fn image(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let Some(src) = self.tree.attribute(id, "src").filter(|src| !src.is_empty()) else {
            return;
        };
        let number = |name: &str| {
            self.tree
                .attribute(id, name)
                .and_then(|value| value.parse::<u32>().ok())
                .filter(|n| *n > 0)
        };
        let image = Image {
            src,
            alt: self.tree.attribute(id, "alt").unwrap_or_default().trim(),
            size: number("width").zip(number("height")),
            small: self.tree.attribute(id, SMALL).is_some() || self.tree.has_class(id, "np-small"),
            noscript: self.noscript > 0,
            link: self.inlines.link(),
        };
        if let Some(last) = self.last_image.map(|last| self.images[last as usize]) {
            let twin = if image.noscript {
                !last.noscript || last.src == src
            } else {
                last.noscript && last.src == src
            };
            if twin {
                self.twins_removed += 1;
                return;
            }
        }
        let index = self.images.len() as u32;
        self.images.push(image);
        if self.inlines.verbatim || self.without_images && !image.small {
            self.late.push(Block::Image(index));
        } else if self.inline_only > 0 || image.small {
            self.before_content(false, out, manner);
            self.inlines.object(Inline::Image(index));
        } else if self.inlines.line_has_content() {
            self.inlines.object(Inline::Image(index));
            self.held.push((index, self.inlines.position() - 1));
        } else {
            self.end_paragraph(out, manner);
            out.push(Block::Image(index));
        }
        self.last_image = Some(index);
    }

    pub(super) fn player(
        &mut self,
        id: NodeId,
        tag: Tag,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let tree = self.tree;
        let number = |name: &str| {
            tree.attribute(id, name)
                .and_then(|value| value.parse::<u32>().ok())
                .filter(|n| *n > 0)
        };
        let player = Player {
            video: tag == Tag::Video,
            src: tree.attribute(id, "src").filter(|src| !src.is_empty()),
            poster: tree
                .attribute(id, "poster")
                .filter(|src| tag == Tag::Video && !src.is_empty()),
            size: number("width")
                .zip(number("height"))
                .filter(|_| tag == Tag::Video),
            title: tree
                .attribute(id, "title")
                .filter(|title| !title.trim().is_empty()),
            sources: tree
                .children(id)
                .filter(|child| tree.tag(*child) == Some(Tag::Source))
                .filter_map(|child| {
                    Some((
                        tree.attribute(child, "src").filter(|src| !src.is_empty())?,
                        tree.attribute(child, "type")
                            .filter(|kind| is_media_type(kind)),
                    ))
                })
                .collect(),
        };
        if player.src.is_some() || !player.sources.is_empty() {
            self.end_paragraph(out, manner);
            self.push(out, Block::Player(player));
        }
    }

    pub(super) fn link(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let href = self
            .tree
            .attribute(id, "href")
            .filter(|href| !href.is_empty());
        if let (Some(href), Some(provider)) = (href, self.provider(id))
            && has_web_scheme(href)
            && self.inline_only == 0
            && !self.inlines.verbatim
        {
            return self.card(id, provider, href, out, manner);
        }
        let title = self
            .tree
            .attribute(id, "title")
            .filter(|title| !title.trim().is_empty());
        let entered = href.is_some_and(|href| self.inlines.enter(Format::Link { href, title }));
        self.children(id, out, manner);
        if entered {
            self.inlines.leave();
        }
    }

    /// The provider of a link that stands for a frame.
    pub(super) fn provider(&self, id: NodeId) -> Option<&'a str> {
        let classes = self.tree.attribute(id, "class")?;
        let mut classes = classes.split_ascii_whitespace();
        (classes.next() == Some("np-card")).then_some(())?;
        classes
            .next()?
            .strip_prefix("np-card-")
            .filter(|provider| players::is_known(provider))
    }

    pub(super) fn card(
        &mut self,
        id: NodeId,
        provider: &'a str,
        href: &'a str,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        self.end_paragraph(out, manner);
        let formats = self.inlines.suspend();
        let label = self.line(id, out, manner);
        self.inlines.resume(formats);
        // `object` and `embed` name one player each, one inside the other.
        let twin = matches!(out.last(), Some(Block::Card { href: before, .. }) if *before == href);
        if twin {
            self.twins_removed += 1;
        } else if !label.is_empty() {
            out.push(Block::Card {
                provider,
                href,
                label,
            });
        }
        self.flush_late(out);
    }

    pub(super) fn span(&mut self, id: NodeId, out: &mut Vec<Block<'a>>, manner: Manner<'a>) {
        let noscript = u32::from(self.tree.attribute(id, "data-np-noscript").is_some());
        self.noscript += noscript;
        let strong =
            self.tree.has_class(id, "np-strong") && self.inlines.enter(Format::Plain("strong"));
        let span = Format::Span {
            lang: self.language(id),
            dir: self.direction(id),
        };
        let entered =
            span != (Format::Span {
                lang: None,
                dir: None,
            }) && !self.inlines.verbatim
                && self.inlines.enter(span);
        self.children(id, out, manner);
        if entered {
            self.inlines.leave();
        }
        if strong {
            self.inlines.leave();
        }
        self.noscript -= noscript;
    }

    pub(super) fn formatted(
        &mut self,
        id: NodeId,
        tag: Tag,
        out: &mut Vec<Block<'a>>,
        manner: Manner<'a>,
    ) {
        let format = match tag {
            Tag::B => Format::Plain("strong"),
            Tag::I => Format::Plain("em"),
            Tag::Abbr | Tag::Dfn => match self
                .tree
                .attribute(id, "title")
                .filter(|title| !title.trim().is_empty())
            {
                Some(title) => Format::Titled(tag.name(), title),
                None => Format::Plain(tag.name()),
            },
            Tag::Time | Tag::Del | Tag::Ins => match self
                .tree
                .attribute(id, "datetime")
                .filter(|date| is_date(date))
            {
                Some(date) => Format::Dated(tag.name(), date),
                // Without a date the text itself would have to be one.
                None if tag == Tag::Time => return self.children(id, out, manner),
                None => Format::Plain(tag.name()),
            },
            Tag::Bdo => match self.direction(id) {
                Some(dir @ ("rtl" | "ltr")) => Format::Override(dir),
                _ => return self.children(id, out, manner),
            },
            Tag::Rt | Tag::Rp if !self.inlines.formats().contains(&Format::Plain("ruby")) => {
                return self.children(id, out, manner);
            }
            Tag::Code if self.inlines.verbatim => return self.children(id, out, manner),
            _ => Format::Plain(tag.name()),
        };
        let entered = self.inlines.enter(format);
        self.children(id, out, manner);
        if entered {
            self.inlines.leave();
        }
    }

    /// Puts an id that some link leads to where its element stands.
    pub(super) fn place_id(&mut self, id: NodeId, tag: Tag) {
        if self.wanted.is_empty()
            || !self.tree.has_attributes(id)
            || tag.heading_level().is_some()
            || tag == Tag::Li
        {
            return;
        }
        let value = self
            .tree
            .attribute(id, "id")
            .or_else(|| self.tree.attribute(id, "name"));
        let Some(bare) = value.and_then(bare_id) else {
            return;
        };
        if !self.claim(bare) {
            return;
        }
        if tag == Tag::P && self.inline_only == 0 && !self.inlines.verbatim {
            self.pending_id = Some(bare);
        } else {
            self.inlines.mark(Inline::Anchor(bare));
        }
    }
}
