//! The pieces that pages share: dates, links, images, posts as they stand in lists.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Datelike};
use chrono_tz::Tz;
use newsprint_model::{CategoryId, PostId};
use newsprint_rewrite::Context;
use newsprint_theme::Ready;
use newsprint_theme::views::{DateView, Entry, ImageView, Link};

use super::{Renderer, Worker};
use crate::site::LeadImage;

impl Renderer<'_> {
    /// A moment in the archive's zone.
    pub(super) fn date(&self, seconds: i64) -> DateView {
        let local = self.site.archive.local(seconds);
        let iso = rfc3339(&local);
        // It holds the date and the time as pages show them: years have four digits.
        let (date, time) = iso.split_once('T').unwrap_or((&iso, ""));
        DateView {
            date: date.to_owned(),
            time: time.get(..5).unwrap_or_default().to_owned(),
            year: local.year(),
            month: local.month(),
            day: local.day(),
            weekday: local.weekday().number_from_monday(),
            url: date.replace('-', "/") + "/",
            iso,
        }
    }

    /// A category node as a link.
    pub(super) fn category_link(&self, id: CategoryId) -> Ready<Link> {
        self.site.shared.category_links[id.0 as usize].clone()
    }

    /// A post as a link.
    pub(super) fn post_link(&self, id: PostId) -> Link {
        Link {
            title: self.site.archive.post(id).title.to_string(),
            url: self.site.urls().post(id).encoded(),
        }
    }

    /// A post's lead image, seen from a page whose way to the root is `root`.
    pub(super) fn image(&self, id: PostId, root: &str, worker: &Worker) -> Option<ImageView> {
        let lead = self.lead(id, worker)?;
        Some(self.image_view(id, lead, root))
    }

    /// A post's lead image, found once.
    fn lead(&self, id: PostId, worker: &Worker) -> Option<&LeadImage> {
        let lead = &self.site.shared.images[id.0 as usize];
        lead.get_or_init(|| self.lead_image(id, worker)).as_ref()
    }

    fn image_view(&self, id: PostId, lead: &LeadImage, root: &str) -> ImageView {
        let remote = |url: &str| ImageView {
            src: url.to_owned(),
            permalink: url.to_owned(),
        };
        match lead {
            LeadImage::Local(path) => ImageView {
                src: format!("{root}{path}"),
                permalink: self.site.absolute(path),
            },
            LeadImage::Remote(url) => remote(url),
            LeadImage::AsGiven => {
                let given = self.site.archive.post(id).image.as_deref();
                remote(given.unwrap_or_default())
            }
        }
    }

    /// Finds and cleans a lead image's address: done once a post, though many lists show it.
    fn lead_image(&self, id: PostId, worker: &Worker) -> Option<LeadImage> {
        let post = self.site.archive.post(id);
        let raw = post.image.as_deref()?;
        let local = self
            .site
            .local
            .find(self.site.urls(), &post.file.key(), raw);
        if let Some(path) = local {
            return Some(LeadImage::Local(path.into()));
        }
        let context = Context {
            original_url: post.link.as_deref(),
            ..Context::default()
        };
        let url = worker.rewriter.image_url(raw, &context)?;
        Some(match url == raw {
            true => LeadImage::AsGiven,
            false => LeadImage::Remote(url.into()),
        })
    }

    /// A post in a list of a page whose way to the root is `root`.
    pub(super) fn entry(&self, id: PostId, root: &str, worker: &Worker) -> Ready<Entry<'static>> {
        let lead = self.lead(id, worker);
        // Only an image of the site's own is named differently by pages of another depth.
        let depth = match lead {
            Some(LeadImage::Local(_)) => root.len(),
            _ => 0,
        };
        self.site.shared.entries.get(id, depth, || {
            let image = lead.map(|lead| self.image_view(id, lead, root));
            Ready::from(&self.new_entry(id, image))
        })
    }

    fn new_entry(&self, id: PostId, image: Option<ImageView>) -> Entry<'_> {
        let (post, shared) = (self.site.archive.post(id), &self.site.shared);
        let leaf = post.categories.first().copied();
        let source = leaf.map(|leaf| shared.sources[leaf.0 as usize]);
        Entry {
            title: &post.title,
            url: self.site.urls().post(id).encoded(),
            date: self.date(post.seconds),
            excerpt: &post.excerpt,
            image,
            category: leaf.map(|id| self.category_link(id)),
            source: source.map(|id| self.category_link(id)),
            language: post.language().unwrap_or(&self.site.config.language),
            reading_minutes: post.reading_minutes,
        }
    }
}

/// Posts as lists show them, as many as were made lately, by all threads. Posts are rendered in the order of their folders and
/// lists in that of their posts, so most are found here; the memory that it takes does not grow with the archive.
#[derive(Debug, Default)]
pub(crate) struct Entries(Vec<Mutex<Option<Made>>>);

#[derive(Debug)]
struct Made {
    id: PostId,
    depth: usize,
    entry: Ready<Entry<'static>>,
}

impl Entries {
    /// Neighbours in time have places of their own.
    const PLACES: usize = 4096;

    /// For an archive of so many posts.
    pub(crate) fn new(posts: usize) -> Self {
        let places = posts.clamp(1, Self::PLACES);
        Self(
            std::iter::repeat_with(Mutex::default)
                .take(places)
                .collect(),
        )
    }

    fn get(
        &self,
        id: PostId,
        depth: usize,
        make: impl FnOnce() -> Ready<Entry<'static>>,
    ) -> Ready<Entry<'static>> {
        let place = || {
            let place = &self.0[id.0 as usize % self.0.len()];
            place.lock().unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(made) = &*place()
            && made.id == id
            && made.depth == depth
        {
            return made.entry.clone();
        }
        let entry = make();
        let made = Made {
            id,
            depth,
            entry: entry.clone(),
        };
        // What stood there is freed when others may go on.
        let last = place().replace(made);
        drop(last);
        entry
    }
}

/// RFC 3339 with the zone's offset and whole seconds.
pub(super) fn rfc3339(local: &DateTime<Tz>) -> String {
    local.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
