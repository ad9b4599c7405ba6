//! The pieces that pages share: dates, links, images, posts as they stand in lists.

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use newsprint_model::{CategoryId, ListKey, Post, PostId};
use newsprint_rewrite::Context;
use newsprint_theme::views::{DateView, Entry, ImageView, Link};

use super::{Renderer, Worker};

impl Renderer<'_> {
    /// A moment in the archive's zone.
    pub(super) fn date(&self, seconds: i64) -> DateView {
        let local = self.site.archive.local(seconds);
        let (year, month, day) = (local.year(), local.month(), local.day());
        DateView {
            iso: rfc3339(&local),
            date: format!("{year:04}-{month:02}-{day:02}"),
            time: format!("{:02}:{:02}", local.hour(), local.minute()),
            year,
            month,
            day,
            weekday: local.weekday().number_from_monday(),
            url: self.site.urls().list(ListKey::Day(year, month, day)).to_string(),
        }
    }

    /// A category node as a link.
    pub(super) fn category_link(&self, id: CategoryId) -> Link {
        Link {
            title: self.site.archive.category(id).name.to_string(),
            url: self.site.urls().list(ListKey::Category(id)).encoded(),
        }
    }

    /// A post as a link.
    pub(super) fn post_link(&self, id: PostId) -> Link {
        Link {
            title: self.site.archive.post(id).title.to_string(),
            url: self.site.urls().post(id).encoded(),
        }
    }

    /// A post's lead image, seen from a page whose way to the root is `root`.
    pub(super) fn image(&self, post: &Post, root: &str, worker: &Worker) -> Option<ImageView> {
        let raw = post.image.as_deref()?;
        let key = post.file.key();
        let local = |reference: &str| self.site.local.find(self.site.urls(), &key, reference);
        if let Some(path) = local(raw) {
            return Some(ImageView {
                src: format!("{root}{path}"),
                permalink: self.site.absolute(&path),
            });
        }
        let context = Context { original_url: post.link.as_deref(), ..Context::default() };
        let src = worker.rewriter.image_url(raw, &context)?;
        Some(ImageView { permalink: src.clone(), src })
    }

    /// A post in a list, with all that lists show.
    pub(super) fn entry(&self, id: PostId, root: &str, worker: &Worker) -> Entry<'_> {
        let post = self.site.archive.post(id);
        Entry {
            excerpt: &post.excerpt,
            image: self.image(post, root, worker),
            ..self.short_entry(id)
        }
    }

    /// A post in a list that shows no more than title, date and source.
    pub(super) fn short_entry(&self, id: PostId) -> Entry<'_> {
        let post = self.site.archive.post(id);
        let path = post.categories.first().map(|leaf| self.site.archive.category_path(*leaf));
        let source = path.as_ref().and_then(|path| path.get(1).or(path.first()));
        Entry {
            title: &post.title,
            url: self.site.urls().post(id).encoded(),
            date: self.date(post.seconds),
            excerpt: "",
            image: None,
            category: post.categories.first().map(|leaf| self.category_link(*leaf)),
            source: source.map(|id| self.category_link(*id)),
            language: post.language.as_deref().unwrap_or(&self.site.config.language),
            reading_minutes: post.reading_minutes,
        }
    }
}

/// RFC 3339 with the zone's offset and whole seconds.
pub(super) fn rfc3339(local: &DateTime<Tz>) -> String {
    local.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
