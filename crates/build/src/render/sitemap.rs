//! Sitemaps (sitemaps.org, protocol 0.9): an index, one file a month, and one for the lists.
//!
//! A month that is over never changes again, so a search engine need not read it again. `lastmod` is the date
//! of the newest post or change on a page, never the time of the build.

use newsprint_model::route::SitemapPart;
use newsprint_model::{Diagnostic, ListKey, ListPage, PostId, RouteKind};
use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::entry::rfc3339;
use super::feed::xml::{start, xml_error};
use super::{Renderer, Worker};
use crate::pagination::Pagination;
use crate::plan::{SITEMAP_URLS, is_listed, sitemap_url};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// An address and when what stands there last changed.
type Location = (String, Option<i64>);

impl Renderer<'_> {
    pub(super) fn sitemap_index(&self, worker: &mut Worker) -> Result<(), Diagnostic> {
        let parts = self
            .site
            .plan
            .routes
            .iter()
            .filter_map(|route| match route.kind {
                RouteKind::Sitemap(part) => Some(part),
                _ => None,
            });
        let locations: Vec<Location> = parts
            .map(|part| {
                let last = self
                    .locations(part)
                    .into_iter()
                    .filter_map(|(_, changed)| changed)
                    .max();
                (sitemap_url(part), last)
            })
            .collect();
        self.write_locations(["sitemapindex", "sitemap"], &locations, worker)
    }

    pub(super) fn sitemap(&self, part: SitemapPart, worker: &mut Worker) -> Result<(), Diagnostic> {
        self.write_locations(["urlset", "url"], &self.locations(part), worker)
    }

    fn locations(&self, part: SitemapPart) -> Vec<Location> {
        let page = |number: u32| (number as usize - 1) * SITEMAP_URLS;
        match part {
            SitemapPart::Month(year, month, number) => {
                let posts = self.site.archive.list(ListKey::Month(year, month)).iter();
                let posts = posts.skip(page(number)).take(SITEMAP_URLS);
                posts
                    .map(|id| {
                        (
                            self.site.urls().post(*id).encoded(),
                            Some(self.changed(*id)),
                        )
                    })
                    .collect()
            }
            SitemapPart::Lists(number) => self
                .list_locations()
                .skip(page(number))
                .take(SITEMAP_URLS)
                .collect(),
        }
    }

    /// Every page that is no post and is worth finding.
    fn list_locations(&self) -> impl Iterator<Item = Location> + '_ {
        let archive = &self.site.archive;
        let newest = archive
            .posts()
            .len()
            .checked_sub(1)
            .and_then(|last| u32::try_from(last).ok());
        let newest = newest.map(|last| self.changed(PostId(last)));
        self.site.plan.routes.iter().filter_map(move |route| {
            let changed = match route.kind {
                RouteKind::List(key, page) => {
                    let posts = archive.list(key);
                    let pages = Pagination::of(posts.len(), self.site.config.page_size);
                    let shown = match page {
                        ListPage::Front => posts,
                        ListPage::Numbered(_) => &posts[pages.range(page)],
                    };
                    shown.iter().map(|id| self.changed(*id)).max()
                }
                ref kind if is_listed(kind) => newest,
                _ => return None,
            };
            Some((route.url.encoded(), changed))
        })
    }

    fn write_locations(
        &self,
        [outer, inner]: [&str; 2],
        locations: &[Location],
        worker: &mut Worker,
    ) -> Result<(), Diagnostic> {
        worker.page.clear();
        let mut xml = Writer::new(&mut worker.page);
        start(&mut xml).map_err(xml_error)?;
        xml.create_element(outer)
            .with_attribute(("xmlns", NAMESPACE))
            .write_inner_content(|xml| {
                for (url, changed) in locations {
                    xml.create_element(inner).write_inner_content(|xml| {
                        xml.create_element("loc")
                            .write_text_content(BytesText::new(&self.site.absolute(url)))?;
                        if let Some(seconds) = changed {
                            let date = rfc3339(&self.site.archive.local(*seconds));
                            xml.create_element("lastmod")
                                .write_text_content(BytesText::new(&date))?;
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            })
            .map_err(xml_error)?;
        Ok(())
    }
}
