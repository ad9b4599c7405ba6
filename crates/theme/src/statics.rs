//! A theme's static files: style sheets, scripts and icons, with a digest of their content in their names.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use newsprint_model::Diagnostic;
use tera::{Context, Tera, Value};

use crate::explain::{TemplatePaths, explain_load, explain_render};
use crate::filters;
use crate::hash::short_digest;
use crate::layers::{Bytes, Layer};

/// A file of the theme, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticFile {
    /// Relative to the site's root: `static/broadsheet.3f2a91c4.css`. A file whose content changes gets another name.
    pub url: String,
    /// The content.
    pub bytes: Cow<'static, [u8]>,
}

/// The name of a static file in templates (`broadsheet.css`) and its URL.
pub(crate) type AssetUrls = HashMap<String, String>;

/// A file whose name ends so is a template, rendered once with the settings.
const TEMPLATE_SUFFIX: &str = ".tera";

struct Source {
    path: String,
    bytes: Bytes,
    is_template: bool,
}

/// Collects the static files of all layers and renders those that are templates.
///
/// # Errors
/// Files that cannot be read, templates that cannot be compiled or rendered.
pub(crate) fn collect(
    layers: &[Layer],
    settings: &Value,
) -> Result<(Vec<StaticFile>, AssetUrls), Vec<Diagnostic>> {
    let sources = find_sources(layers).map_err(|diagnostic| vec![diagnostic])?;
    let mut files = Vec::new();
    let mut urls = AssetUrls::new();
    let mut templates = Vec::new();
    for (name, source) in sources {
        if source.is_template {
            templates.push((name, source));
        } else {
            add(&mut files, &mut urls, name, source.bytes);
        }
    }
    // Templates come last, so that they can name the other files.
    let rendered = render_all(&templates, settings, &urls)?;
    for ((name, _), bytes) in templates.into_iter().zip(rendered) {
        add(&mut files, &mut urls, name, Cow::Owned(bytes));
    }
    files.sort_by(|a, b| a.url.cmp(&b.url));
    Ok((files, urls))
}

/// Every static file that a theme has, from the nearest layer that has it.
fn find_sources(layers: &[Layer]) -> Result<BTreeMap<String, Source>, Diagnostic> {
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    for layer in layers.iter().filter(|layer| !layer.is_site()) {
        for file in layer.list("static")? {
            let name = file
                .strip_suffix(TEMPLATE_SUFFIX)
                .unwrap_or(&file)
                .to_owned();
            if !sources.contains_key(&name)
                && let Some(source) = read(layer, &file)?
            {
                sources.insert(name, source);
            }
        }
    }
    // The site's own static/ holds anything; only what has the name of a theme's file is looked at.
    for layer in layers.iter().filter(|layer| layer.is_site()) {
        for (name, source) in &mut sources {
            let own = match read(layer, &format!("{name}{TEMPLATE_SUFFIX}"))? {
                Some(own) => Some(own),
                None => read(layer, name)?,
            };
            if let Some(own) = own {
                *source = own;
            }
        }
    }
    Ok(sources)
}

fn read(layer: &Layer, file: &str) -> Result<Option<Source>, Diagnostic> {
    let path = format!("static/{file}");
    Ok(layer.read(&path)?.map(|bytes| Source {
        path: layer.shown(&path),
        bytes,
        is_template: file.ends_with(TEMPLATE_SUFFIX),
    }))
}

fn add(files: &mut Vec<StaticFile>, urls: &mut AssetUrls, name: String, bytes: Bytes) {
    let file_start = name.rfind('/').map_or(0, |slash| slash + 1);
    let extension = name[file_start..]
        .rfind('.')
        .map_or(name.len(), |dot| file_start + dot);
    let url = format!(
        "static/{}.{}{}",
        &name[..extension],
        short_digest(&bytes),
        &name[extension..]
    );
    urls.insert(name, url.clone());
    files.push(StaticFile { url, bytes });
}

fn render_all(
    templates: &[(String, Source)],
    settings: &Value,
    urls: &AssetUrls,
) -> Result<Vec<Vec<u8>>, Vec<Diagnostic>> {
    let mut tera = Tera::new();
    tera.autoescape_on([".svg.tera", ".html.tera", ".xml.tera"]);
    tera.set_escape_fn(crate::escape::escape_html);
    filters::register_asset(&mut tera, urls);
    let paths = TemplatePaths::new();
    let mut sources = Vec::new();
    for (_, source) in templates {
        match std::str::from_utf8(&source.bytes) {
            Ok(text) => sources.push((source.path.as_str(), text)),
            Err(_) => return Err(vec![Diagnostic::error("is not UTF-8").at(&source.path)]),
        }
    }
    tera.add_raw_templates(sources)
        .map_err(|error| explain_load(&error, &paths))?;
    let mut context = Context::new();
    context.insert_value("settings", settings.clone());
    templates
        .iter()
        .map(|(name, source)| {
            let mut bytes = Vec::new();
            tera.render_to(&source.path, &context, &mut bytes)
                .map(|()| bytes)
                .map_err(|error| {
                    vec![explain_render(
                        &error,
                        &paths,
                        &format!("the static file {name}"),
                    )]
                })
        })
        .collect()
}
