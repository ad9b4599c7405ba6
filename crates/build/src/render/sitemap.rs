//! Sitemaps (sitemaps.org, protocol 0.9): an index, one file a month, and one for the lists.
//!
//! A month that is over never changes again, so a search engine need not read it again. `lastmod` is the date
//! of the newest post or change on a page, never the time of the build.

use newsprint_model::route::SitemapPart;
use newsprint_model::{Diagnostic, ListKey, ListPage, RouteKind, UrlPath};
use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::entry::rfc3339;
use super::feed::xml::{start, xml_error};
use super::{Renderer, Worker};
use crate::pagination::Pagination;
use crate::plan::{SITEMAP_URLS, is_listed, sitemap_url};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// An address and when what stands there last changed.
type Location<'a> = (&'a UrlPath, Option<i64>);

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
        let locations = parts.map(|part| {
            let last = self
                .locations(part)
                .filter_map(|(_, changed)| changed)
                .max();
            (sitemap_url(part), last)
        });
        self.write_locations(["sitemapindex", "sitemap"], locations, worker)
    }

    pub(super) fn sitemap(&self, part: SitemapPart, worker: &mut Worker) -> Result<(), Diagnostic> {
        let locations = self.locations(part);
        let locations = locations.map(|(url, changed)| (url.encoded(), changed));
        self.write_locations(["urlset", "url"], locations, worker)
    }

    fn locations(&self, part: SitemapPart) -> Box<dyn Iterator<Item = Location<'_>> + '_> {
        let page = |number: u32| (number as usize - 1) * SITEMAP_URLS;
        match part {
            SitemapPart::Month(year, month, number) => {
                let posts = self.site.archive.list(ListKey::Month(year, month)).iter();
                let posts = posts.skip(page(number)).take(SITEMAP_URLS);
                Box::new(posts.map(|id| (self.site.urls().post(*id), Some(self.changed(*id)))))
            }
            SitemapPart::Lists(number) => {
                let lists = self.list_locations();
                Box::new(lists.skip(page(number)).take(SITEMAP_URLS))
            }
        }
    }

    /// Every page that is no post and is worth finding. Those that change with each new post have no date: this file
    /// would change with them.
    fn list_locations(&self) -> impl Iterator<Item = Location<'_>> + '_ {
        let archive = &self.site.archive;
        self.site.plan.routes.iter().filter_map(move |route| {
            let changed = match route.kind {
                RouteKind::List(key, page @ ListPage::Numbered(_)) => {
                    let posts = archive.list(key);
                    let pages = Pagination::of(posts.len(), self.site.config.page_size);
                    let shown = &posts[pages.range(page)];
                    shown.iter().map(|id| self.changed(*id)).max()
                }
                ref kind if is_listed(kind) => None,
                _ => return None,
            };
            Some((&route.url, changed))
        })
    }

    fn write_locations(
        &self,
        [outer, inner]: [&str; 2],
        locations: impl Iterator<Item = (String, Option<i64>)>,
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
                            .write_text_content(BytesText::new(&self.site.absolute(&url)))?;
                        if let Some(seconds) = changed {
                            let date = rfc3339(&self.site.archive.local(seconds));
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
