//! A loaded theme: templates, translations, settings and static files, immutable and shared by all threads.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use newsprint_model::{Config, Diagnostic};
use tera::{Context, Map, Tera, Value};

use crate::explain::{TemplatePaths, explain_load, explain_render};
use crate::filters;
use crate::frames::Frames;
use crate::hash::Fnv;
use crate::i18n::Catalogue;
use crate::layers::{Layer, embedded_themes, find_layers};
use crate::manifest::Manifest;
use crate::policy::content_security_policy;
use crate::ready::{Piece, Ready};
use crate::settings::{Schema, Settings};
use crate::splice::{ROOT_MARK, assemble};
use crate::statics::{self, StaticFile};
use crate::structured::Structured;
use crate::templates::{
    new_tera, read_templates, require_templates, template_fingerprints, unknown_messages,
};
use crate::views::{Entry, ListView, PageView, SiteView, View};

/// The filters that templates have beside Tera's own.
pub const FILTERS: &[&str] = &filters::NAMES;

/// The template of the home page.
const HOME: &str = "home.html";

/// The template of all other lists.
const LIST: &str = "list.html";

/// The template of one post in a list.
const ROW: &str = "row.html";

/// The template of one post on the page of another.
const MENTION: &str = "mention.html";

/// The variable that holds structured data.
const JSON_LD: &str = "json_ld";

/// A theme that has this one can search.
const SEARCH: &str = "search.html";

thread_local! {
    /// What a template printed last. Its memory is used again: new memory takes longer than what is written to it.
    static PRINTED: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Everything that turns views into pages. Made once, then only read.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    paths: TemplatePaths,
    has_home: bool,
    has_row: bool,
    has_mention: bool,
    frames: Frames,
    /// Whether a template prints structured data: it is made for no others.
    has_json_ld: bool,
    structured: Structured,
    static_files: Vec<StaticFile>,
    policy: String,
    fingerprints: BTreeMap<String, u64>,
    warnings: Vec<Diagnostic>,
}

impl Theme {
    /// Loads the theme that `config` names: from `themes/<name>/` of the site, else from the program itself, with
    /// its parents, and with the site's own `templates/`, `static/` and `i18n/` on top, file by file.
    ///
    /// # Errors
    /// Everything that is wrong with the theme, its templates or the owner's settings for it.
    pub fn load(site_dir: &Path, config: &Config) -> Result<Self, Vec<Diagnostic>> {
        let layers =
            find_layers(site_dir, &config.theme.name).map_err(|diagnostic| vec![diagnostic])?;
        let settings = Schema::join(&layers)?.check(&config.theme.settings)?;
        let (catalogue, mut warnings) = Catalogue::load(&layers, &config.language)?;
        let catalogue = Arc::new(catalogue);
        let (static_files, assets) = statics::collect(&layers, &settings.value)?;
        let templates = read_templates(&layers).map_err(|diagnostic| vec![diagnostic])?;
        warnings.extend(unknown_messages(&templates, &catalogue));

        let mut tera =
            new_tera(&layers).map_err(|error| explain_load(&error, &TemplatePaths::new()))?;
        filters::register(&mut tera, &catalogue, &assets);
        let paths: TemplatePaths = templates
            .iter()
            .map(|template| (template.name.clone(), template.path.clone()))
            .collect();
        tera.add_raw_templates(
            templates
                .iter()
                .map(|template| (&template.name, template.with_messages(&catalogue))),
        )
        .map_err(|error| explain_load(&error, &paths))?;
        require_templates(&tera, &config.theme.name)?;

        let policy = content_security_policy(&settings.csp_sources);
        let shared = shared_fingerprint(&layers, &settings, &catalogue, &static_files, &policy);
        let fingerprints = template_fingerprints(&templates, shared);
        let has_home = tera.contains_template(HOME);
        let has_row = tera.contains_template(ROW);
        let has_mention = tera.contains_template(MENTION);
        let has_json_ld = templates
            .iter()
            .any(|template| template.source.contains(JSON_LD));
        let frames = Frames::of(templates.iter().map(|template| template.name.as_str()));
        insert_globals(&mut tera, &layers, settings, &policy);
        Ok(Self {
            tera,
            paths,
            has_home,
            has_row,
            has_mention,
            frames,
            has_json_ld,
            structured: Structured::default(),
            static_files,
            policy,
            fingerprints,
            warnings,
        })
    }

    /// Makes `site` known to every template.
    #[must_use]
    pub fn with_site(mut self, site: SiteView) -> Self {
        self.tera.global_context().insert("site", &site);
        self.frames.know(&site);
        self.structured = Structured::of(&site);
        self
    }

    /// The theme's static files, by URL.
    pub fn static_files(&self) -> &[StaticFile] {
        &self.static_files
    }

    /// A hash of everything that rendering a template depends on beside the views: its own text and that of every template
    /// that it may call, translations, settings, names of static files. The same on every machine; 0 where there is
    /// no such template.
    pub fn fingerprint_of(&self, template: &str) -> u64 {
        self.fingerprints.get(template).copied().unwrap_or_default()
    }

    /// What is amiss but does not stand in the way: messages without a translation.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The Content-Security-Policy that the pages are made for; it is also in their `<meta>`.
    pub fn content_security_policy(&self) -> &str {
        &self.policy
    }

    /// Whether the theme has a page that searches.
    pub fn can_search(&self) -> bool {
        self.tera.contains_template(SEARCH)
    }

    /// The names of the themes that the program carries.
    pub fn embedded() -> impl Iterator<Item = &'static str> {
        embedded_themes()
    }

    /// Renders a page into `out`, which is emptied first, and returns where the body stands in it, in bytes; none if
    /// the template does not print it.
    ///
    /// # Errors
    /// An error in a template: with its file and line, and the page being rendered.
    pub fn render(
        &self,
        page: &PageView<'_>,
        view: &View<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Range<usize>>, Diagnostic> {
        let explain =
            |error: &tera::Error| explain_render(error, &self.paths, &describe(page, view));
        let template = self.template_of(view);
        let mut context = variables(page, view).map_err(|error| explain(&error))?;
        let around = self.frames.insert_into(&mut context, page, &self.tera);
        around.map_err(|error| explain(&error))?;
        if self.has_json_ld {
            let json_ld = self.structured.value(page, view);
            context.insert_value(JSON_LD, json_ld.map_err(|error| explain(&error))?);
        }
        let pieces = self.pieces(view).map_err(|error| explain(&error))?;
        if let Some((name, pieces)) = pieces {
            context.insert_value(name, pieces);
        }
        let mut printed = PRINTED.take();
        printed.clear();
        self.tera
            .render_to(template, &context, &mut printed)
            .map_err(|error| explain(&error))?;
        let place = assemble(&mut printed, view.body(), page.root, out);
        PRINTED.set(printed);
        Ok(place)
    }

    /// The posts that a page shows beside its own, as `row.html` or `mention.html` sets them, and what the page calls them.
    fn pieces(&self, view: &View<'_>) -> Result<Option<(&'static str, Value)>, tera::Error> {
        let (name, template, piece, entries) = match view {
            View::List(list) if self.has_row && self.list_template(list) == LIST => {
                ("rows", ROW, Piece::Row, &list.entries)
            }
            View::Post(post) if self.has_mention => {
                ("mentions", MENTION, Piece::Mention, &post.related)
            }
            _ => return Ok(None),
        };
        let set =
            |entry: &Ready<Entry<'static>>| entry.piece(piece, |entry| self.piece(template, entry));
        let pieces: Result<Vec<Value>, tera::Error> = entries.iter().map(set).collect();
        Ok(Some((name, Value::from(pieces?))))
    }

    /// A post set once for all pages that show it, so with a mark in the place of what leads to the root.
    fn piece(&self, template: &str, entry: &Value) -> Result<Value, tera::Error> {
        let mut context = Context::new();
        context.insert_value("entry", entry.clone());
        context.insert_value("root", Value::safe_string(ROOT_MARK));
        let mut printed = PRINTED.take();
        printed.clear();
        self.tera.render_to(template, &context, &mut printed)?;
        let piece = simdutf8::basic::from_utf8(&printed);
        let piece = piece.map_err(|error| tera::Error::message(error.to_string()))?;
        let value = Value::safe_string(piece.trim());
        PRINTED.set(printed);
        Ok(value)
    }

    /// The template that renders a view.
    pub fn template_of(&self, view: &View<'_>) -> &'static str {
        match view {
            View::Post(_) => "post.html",
            View::List(list) => self.list_template(list),
            View::Categories(_) => "categories.html",
            View::Terms(_) => "terms.html",
            View::Sources(_) => "sources.html",
            View::Calendar(_) => "calendar.html",
            View::Statistics(_) => "statistics.html",
            View::About(_) => "about.html",
            View::Search => SEARCH,
            View::NotFound => "404.html",
            View::Redirect(_) => "redirect.html",
        }
    }

    fn list_template(&self, list: &ListView<'_>) -> &'static str {
        let is_home = list.kind == "home" && list.number.is_none();
        if is_home && self.has_home { HOME } else { LIST }
    }
}

/// The variables of a page: `page`, and the one that its kind names.
fn variables(page: &PageView<'_>, view: &View<'_>) -> Result<Context, tera::Error> {
    let mut context = Context::new();
    context.insert_value("page", Value::try_from_serializable(page)?);
    let (name, value) = match view {
        View::Post(post) => ("post", Value::try_from_serializable(post)?),
        View::List(list) => ("list", Value::try_from_serializable(list)?),
        View::Categories(tree) => ("tree", Value::try_from_serializable(tree)?),
        View::Terms(terms) => ("terms", Value::try_from_serializable(terms)?),
        View::Sources(groups) => ("sources", Value::try_from_serializable(groups)?),
        View::Calendar(years) => ("calendar", Value::try_from_serializable(years)?),
        View::Statistics(figures) => ("statistics", Value::try_from_serializable(figures)?),
        View::About(about) => ("about", Value::try_from_serializable(about)?),
        View::Search | View::NotFound => return Ok(context),
        View::Redirect(target) => ("target", Value::normal_string(target)),
    };
    context.insert_value(name, value);
    Ok(context)
}

/// A page as error messages name it: by its URL, and by its title if it has one.
fn describe(page: &PageView<'_>, view: &View<'_>) -> String {
    let title = match view {
        View::Post(post) => post.title,
        _ => page.title,
    };
    let url = if page.url.is_empty() {
        "the home page"
    } else {
        page.url
    };
    if title.is_empty() {
        url.to_owned()
    } else {
        format!("{url}, {title}")
    }
}

fn insert_globals(tera: &mut Tera, layers: &[Layer], settings: Settings, policy: &str) {
    let manifest = layers.iter().find_map(|layer| layer.manifest.as_ref());
    let text = |field: fn(&Manifest) -> &str| Value::normal_string(manifest.map_or("", field));
    let mut theme = Map::new();
    theme.insert("name".into(), text(|manifest| &manifest.name));
    theme.insert("version".into(), text(|manifest| &manifest.version));
    theme.insert("description".into(), text(|manifest| &manifest.description));
    // Every page prints it, in double quotes, and it holds many single ones: they need no escape there.
    theme.insert("content_security_policy".into(), Value::safe_string(policy));
    let globals = tera.global_context();
    globals.insert_value("theme", Value::from(theme));
    globals.insert_value("settings", settings.value);
}

fn shared_fingerprint(
    layers: &[Layer],
    settings: &Settings,
    catalogue: &Catalogue,
    static_files: &[StaticFile],
    policy: &str,
) -> u64 {
    let mut hash = Fnv::new();
    if let Some(manifest) = layers.iter().find_map(|layer| layer.manifest.as_ref()) {
        for text in [&manifest.name, &manifest.version, &manifest.description] {
            hash.piece(text.as_bytes());
        }
    }
    for piece in catalogue.pieces() {
        hash.piece(piece.as_bytes());
    }
    for file in static_files {
        hash.piece(file.url.as_bytes());
    }
    hash.piece(settings.text.as_bytes());
    hash.piece(policy.as_bytes());
    hash.finish()
}
