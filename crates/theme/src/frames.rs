//! What stands around the content of every page: menus, the nameplate, the foot.
//!
//! It is the same on all pages of a kind, so each template of the folder `frame/` is rendered once for all of them, and pages
//! print the result as `{{ frame.menu }}`. Such a template is given of the page only what pages are told apart by.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tera::{Context, Map, Tera, Value};

use crate::views::{PageView, SiteView};

/// How the names of these templates begin.
const FOLDER: &str = "frame/";

/// The frames of a theme, and what has been made of them.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// The names that pages print them by, and their templates.
    templates: Vec<(String, String)>,
    /// The addresses that menus lead to.
    destinations: HashSet<String>,
    made: RwLock<FxHashMap<String, Value>>,
}

impl Frames {
    /// Those among these templates.
    pub(crate) fn of<'a>(templates: impl Iterator<Item = &'a str>) -> Self {
        let frame = |name: &str| Some(name.strip_prefix(FOLDER)?.strip_suffix(".html")?.to_owned());
        Self {
            templates: templates
                .filter_map(|name| Some((frame(name)?, name.to_owned())))
                .collect(),
            ..Self::default()
        }
    }

    /// Takes note of where the site's menus lead.
    pub(crate) fn know(&mut self, site: &SiteView) {
        let sections = site.sections.iter().map(|link| link.url.clone());
        let directories = site.directories.iter().map(|one| one.url.clone());
        self.destinations = sections.chain(directories).collect();
        self.made = RwLock::default();
    }

    /// All frames of a page, by name.
    pub(crate) fn around(&self, page: &PageView<'_>, tera: &Tera) -> Result<Value, tera::Error> {
        // A page is told apart by its address only where a menu may mark it as the one that is shown.
        let here = match self.destinations.contains(page.url) {
            true => page.url,
            false => "",
        };
        let key = format!("{}\n{}\n{here}", page.kind, page.root);
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(frames) = made.get(&key) {
            return Ok(frames.clone());
        }
        drop(made);
        let mut known = Map::new();
        for (name, value) in [("kind", page.kind), ("root", page.root), ("url", here)] {
            known.insert(name.into(), Value::normal_string(value));
        }
        let mut context = Context::new();
        context.insert_value("page", Value::from(known));
        let mut frames = Map::new();
        for (name, template) in &self.templates {
            let frame = tera.render(template, &context)?;
            frames.insert(name.clone().into(), Value::safe_string(frame.trim()));
        }
        let frames = Value::from(frames);
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        made.insert(key, frames.clone());
        Ok(frames)
    }

    /// Whether there are any.
    pub(crate) fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// Whether a template is one of them.
    pub(crate) fn has(name: &str) -> bool {
        name.starts_with(FOLDER)
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
        let mut frames = Frames::of(tera.get_template_names());
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
            let frames = frames.around(&page, &tera)?;
            let menu = frames.get_from_path("menu").and_then(Value::as_str);
            assert_eq!(menu, Some(expected));
        }
        let made = frames.made.read().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(made.len(), 4);
        Ok(())
    }
}
