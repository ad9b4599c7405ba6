//! What stands around the content of every page: menus, the nameplate, the foot, the way down to it.
//!
//! It is the same on many pages, so its templates are rendered once for all of them, and given of the page only what these
//! are told apart by. Those of the folder `frame/` are the same on all pages of a kind, and printed as `{{ frame.menu }}`; those
//! of the folder `trail/` on all pages below the same node, and printed as `{{ trail.breadcrumbs }}`.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tera::{Context, Map, Tera, Value};

use crate::Ready;
use crate::views::{PageView, SiteView};

/// How the names of templates begin that are the same on all pages of a kind.
const FRAME: &str = "frame/";
/// How the names of templates begin that are the same on all pages below a node.
const TRAIL: &str = "trail/";

/// The frames of a theme, and what has been made of them.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    frames: Folder,
    trails: Folder,
    /// The addresses that menus lead to.
    destinations: HashSet<String>,
}

impl Frames {
    /// Those among these templates.
    pub(crate) fn of<'a>(templates: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self {
            frames: Folder::of(FRAME, templates.clone()),
            trails: Folder::of(TRAIL, templates),
            ..Self::default()
        }
    }

    /// Takes note of where the site's menus lead.
    pub(crate) fn know(&mut self, site: &SiteView) {
        let sections = site.sections.iter().map(|link| link.url.clone());
        let directories = site.directories.iter().map(|one| one.url.clone());
        self.destinations = sections.chain(directories).collect();
        self.frames.made = RwLock::default();
        self.trails.made = RwLock::default();
    }

    /// Adds the variables `frame` and `trail` to those of a page, where the theme has such templates.
    pub(crate) fn insert_into(
        &self,
        context: &mut Context,
        page: &PageView<'_>,
        tera: &Tera,
    ) -> Result<(), tera::Error> {
        if !self.frames.templates.is_empty() {
            context.insert_value("frame", self.frame(page, tera)?);
        }
        if !self.trails.templates.is_empty() {
            context.insert_value("trail", self.trail(page, tera)?);
        }
        Ok(())
    }

    fn frame(&self, page: &PageView<'_>, tera: &Tera) -> Result<Value, tera::Error> {
        // A page is told apart by its address only where a menu may mark it as the one that is shown.
        let here = match self.destinations.contains(page.url) {
            true => page.url,
            false => "",
        };
        let key = [page.kind, page.root, here].join("\n");
        self.frames.get(key, tera, || {
            [("kind", page.kind), ("root", page.root), ("url", here)]
                .map(|(name, value)| (name, Value::normal_string(value)))
                .into()
        })
    }

    fn trail(&self, page: &PageView<'_>, tera: &Tera) -> Result<Value, tera::Error> {
        // A node's address says which nodes are above it.
        let last = page.breadcrumbs.last().map_or("", |link| link.text("url"));
        let key = [page.root, last].join("\n");
        self.trails.get(key, tera, || {
            let breadcrumbs = page.breadcrumbs.iter().map(Ready::value);
            vec![
                ("root", Value::normal_string(page.root)),
                ("breadcrumbs", breadcrumbs.collect::<Vec<_>>().into()),
            ]
        })
    }

    /// Whether a template is one of them.
    pub(crate) fn has(name: &str) -> bool {
        name.starts_with(FRAME) || name.starts_with(TRAIL)
    }
}

/// A folder of templates that are rendered for many pages at once.
#[derive(Debug, Default)]
struct Folder {
    /// The names that pages print them by, and their templates.
    templates: Vec<(String, String)>,
    /// All of the folder, as a map by name: by what the pages that they are for have in common.
    made: RwLock<FxHashMap<String, Value>>,
}

impl Folder {
    fn of<'a>(folder: &str, templates: impl Iterator<Item = &'a str>) -> Self {
        let printed_by =
            |name: &str| Some(name.strip_prefix(folder)?.strip_suffix(".html")?.to_owned());
        Self {
            templates: templates
                .filter_map(|name| Some((printed_by(name)?, name.to_owned())))
                .collect(),
            ..Self::default()
        }
    }

    /// What is made for the pages that have `key` in common, and of which templates may know what `page` gives.
    fn get(
        &self,
        key: String,
        tera: &Tera,
        page: impl FnOnce() -> Vec<(&'static str, Value)>,
    ) -> Result<Value, tera::Error> {
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = made.get(&key) {
            return Ok(all.clone());
        }
        drop(made);
        let known: Map = page()
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        let mut context = Context::new();
        context.insert_value("page", Value::from(known));
        let mut all = Map::new();
        for (name, template) in &self.templates {
            let html = tera.render(template, &context)?;
            all.insert(name.clone().into(), Value::safe_string(html.trim()));
        }
        let all = Value::from(all);
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        made.insert(key, all.clone());
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Link;

    #[test]
    fn a_frame_is_made_once_for_all_pages_that_are_alike() -> Result<(), tera::Error> {
        let mut tera = Tera::new();
        tera.add_raw_templates([
            (
                "frame/menu.html",
                " {{ page.kind }} {{ page.root }} [{{ page.url }}]\n",
            ),
            ("post.html", ""),
        ])?;
        let mut frames = Frames::of(["frame/menu.html", "post.html"].into_iter());
        frames.know(&SiteView {
            sections: vec![Link {
                title: "甲".to_owned(),
                url: "categories/a/".to_owned(),
            }],
            ..SiteView::default()
        });
        let page = |kind: &'static str, root: &'static str, url: &'static str| PageView {
            kind,
            root,
            url,
            title: "never seen",
            ..PageView::default()
        };
        let cases = [
            (page("post", "../", "p/1.html"), "post ../ []"),
            (page("post", "../", "p/2.html"), "post ../ []"),
            (
                page("list", "../../", "categories/a/"),
                "list ../../ [categories/a/]",
            ),
            (page("list", "../../", "categories/b/"), "list ../../ []"),
            (page("list", "./", ""), "list ./ []"),
        ];
        for (page, expected) in cases {
            let frame = frames.frame(&page, &tera)?;
            let menu = frame.get_from_path("menu").and_then(Value::as_str);
            assert_eq!(menu, Some(expected));
        }
        assert_eq!(frames.frames.count(), 4);
        Ok(())
    }

    #[test]
    fn a_trail_is_made_once_for_all_pages_below_a_node() -> Result<(), tera::Error> {
        let mut tera = Tera::new();
        tera.add_raw_templates([(
            "trail/way.html",
            "{% for link in page.breadcrumbs %}{{ page.root }}{{ link.url }}={{ link.title }} {% endfor %}\n",
        )])?;
        let frames = Frames::of(["trail/way.html"].into_iter());
        let page = |root: &'static str, titles: &[&str]| PageView {
            root,
            title: "never seen",
            breadcrumbs: titles
                .iter()
                .map(|title| {
                    Ready::from(&Link {
                        title: (*title).to_owned(),
                        url: format!("{title}/"),
                    })
                })
                .collect(),
            ..PageView::default()
        };
        let cases = [
            (page("../", &["甲", "乙"]), "../甲/=甲 ../乙/=乙"),
            (page("../", &["甲", "乙"]), "../甲/=甲 ../乙/=乙"),
            (page("./", &["甲", "乙"]), "./甲/=甲 ./乙/=乙"),
            (page("../", &["甲"]), "../甲/=甲"),
            (page("../", &[]), ""),
        ];
        for (page, expected) in cases {
            let trail = frames.trail(&page, &tera)?;
            assert_eq!(
                trail.get_from_path("way").and_then(Value::as_str),
                Some(expected)
            );
        }
        assert_eq!(frames.trails.count(), 4);
        Ok(())
    }

    impl Folder {
        /// How often it has been made.
        fn count(&self) -> usize {
            self.made
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .len()
        }
    }
}
