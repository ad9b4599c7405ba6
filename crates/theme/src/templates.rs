//! Reading templates from their layers, and what is checked before they are compiled.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use newsprint_model::Diagnostic;
use tera::Tera;

use crate::escape;
use crate::fixed::with_messages;
use crate::frames::Frames;
use crate::hash::Fnv;
use crate::i18n::Catalogue;
use crate::layers::Layer;

/// The templates that a theme and its parents must have between them. `home.html` is optional: without it
/// `list.html` renders the home page too.
pub const REQUIRED_TEMPLATES: [&str; 10] = [
    "post.html",
    "list.html",
    "categories.html",
    "terms.html",
    "sources.html",
    "calendar.html",
    "statistics.html",
    "about.html",
    "404.html",
    "redirect.html",
];

/// How the names of templates end whose output is escaped.
const ESCAPED: [&str; 4] = [".html", ".htm", ".xml", ".svg"];

/// A template before it is compiled.
#[derive(Clone)]
pub(crate) struct Template {
    /// `broadsheet/post.html` for a theme's; `post.html` for the nearest of that name, the site's own or a theme's.
    pub(crate) name: String,
    /// How the owner knows it.
    pub(crate) path: String,
    /// Its text.
    pub(crate) source: String,
}

/// Every template of every layer. The nearest of its name is there twice: under its plain name, which is how templates
/// call each other and what the engine finds at once, and under its theme's, by which a template that overrides
/// another can extend it.
pub(crate) fn read_templates(layers: &[Layer]) -> Result<Vec<Template>, Diagnostic> {
    let mut templates = Vec::new();
    let mut nearest = BTreeMap::new();
    for layer in layers.iter().rev() {
        for (file, source) in layer.texts("templates")? {
            let path = layer.shown(&format!("templates/{file}"));
            let template = Template {
                name: file.clone(),
                path,
                source,
            };
            if !layer.is_site() {
                templates.push(Template {
                    name: format!("{}{file}", prefix(layer)),
                    ..template.clone()
                });
            }
            nearest.insert(file, template);
        }
    }
    templates.extend(nearest.into_values());
    Ok(templates)
}

/// What stands before a theme's files in the engine's names. Files under a prefix count less than those without:
/// a component that is defined in both is taken from the latter.
fn prefix(layer: &Layer) -> String {
    format!("{}/", layer.name)
}

pub(crate) fn new_tera(layers: &[Layer]) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.autoescape_on(ESCAPED);
    tera.set_escape_fn(escape::escape_html);
    tera.set_fallback_prefixes(layers.iter().filter(|layer| !layer.is_site()).map(prefix))?;
    Ok(tera)
}

pub(crate) fn require_templates(tera: &Tera, theme: &str) -> Result<(), Vec<Diagnostic>> {
    let missing: Vec<Diagnostic> = REQUIRED_TEMPLATES
        .iter()
        .filter(|name| !tera.contains_template(name))
        .map(|name| {
            Diagnostic::error("the template is missing")
                .at(format!("themes/{theme}/templates/{name}"))
                .hint("a theme must have it, or name a parent that has it")
        })
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}

/// A fingerprint for each template: of `shared`, its own text, and the text of every template that it calls, directly or
/// through others.
///
/// Whether one calls another is asked generously: it does if it holds the other's name between quotation marks, or
/// the name of one of its components after a `<`, or if the other is a part of the frame of all pages.
pub(crate) fn template_fingerprints(templates: &[Template], shared: u64) -> BTreeMap<String, u64> {
    let components: Vec<Vec<String>> = templates.iter().map(Template::components).collect();
    let calls: Vec<Vec<usize>> = templates
        .iter()
        .map(|caller| {
            let quoted = caller.quoted();
            (0..templates.len())
                .filter(|at| {
                    let name = templates[*at].name.as_str();
                    let plain = name.split_once('/').map_or(name, |(_, plain)| plain);
                    quoted.contains(name)
                        || quoted.contains(plain)
                        || [name, plain].into_iter().any(Frames::has) && !Frames::has(&caller.name)
                        || components[*at]
                            .iter()
                            .any(|tag| caller.source.contains(tag))
                })
                .collect()
        })
        .collect();
    let fingerprint = |from: usize| {
        let mut reached = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            open.extend(calls[at].iter().filter(|next| reached.insert(**next)));
        }
        let mut hash = Fnv::new();
        hash.piece(&shared.to_le_bytes());
        for at in reached {
            hash.piece(templates[at].name.as_bytes());
            hash.piece(templates[at].source.as_bytes());
        }
        hash.finish()
    };
    templates
        .iter()
        .zip(0..)
        .map(|(template, at)| (template.name.clone(), fingerprint(at)))
        .collect()
}

impl Template {
    /// Its text for the engine, with the messages that are the same on every page.
    pub(crate) fn with_messages(&self, catalogue: &Catalogue) -> Cow<'_, str> {
        match ESCAPED.iter().any(|ending| self.name.ends_with(ending)) {
            true => with_messages(&self.source, |key| catalogue.plain_message(key)),
            false => Cow::Borrowed(&self.source),
        }
    }

    /// What stands between quotation marks, and what stands between two of them.
    fn quoted(&self) -> BTreeSet<&str> {
        self.source.split(['"', '\'', '`']).skip(1).collect()
    }

    /// The components defined in it, as they are called: `<name`.
    fn components(&self) -> Vec<String> {
        const WORD: &str = "component ";
        let found = self.source.match_indices(WORD).filter_map(|(at, _)| {
            let rest = &self.source[at + WORD.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && !"_.".contains(c))?;
            (end > 0).then(|| format!("<{}", &rest[..end]))
        });
        found.collect()
    }
}

/// Keys that templates translate by name (`"key" | t`) and that no catalogue has.
pub(crate) fn unknown_messages(templates: &[Template], catalogue: &Catalogue) -> Vec<Diagnostic> {
    let mut unknown = Vec::new();
    for template in templates {
        for (at, line) in template.source.lines().enumerate() {
            for key in translated_keys(line).filter(|key| !catalogue.has(key)) {
                unknown.push(
                    Diagnostic::warning(format!("no catalogue has the message `{key}`"))
                        .at(&template.path)
                        .on_line(u32::try_from(at + 1).unwrap_or(u32::MAX)),
                );
            }
        }
    }
    unknown
}

/// Every `key` of `"key" | t` in a line.
fn translated_keys(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('|').filter_map(|(bar, _)| {
        let after = line[bar + 1..].trim_start().strip_prefix('t')?;
        if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let before = line[..bar].trim_end().strip_suffix('"')?;
        before.rfind('"').map(|quote| &before[quote + 1..])
    })
}
