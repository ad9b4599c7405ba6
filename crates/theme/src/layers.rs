//! Where a theme's files come from: the site's own folders first, then the theme, then its parents.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use newsprint_model::Diagnostic;
use newsprint_model::config::nearest;

use crate::manifest::Manifest;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../themes");

/// Folders deeper than this are not looked into; it also ends a loop of symbolic links.
const MAX_DEPTH: usize = 16;

/// One place that files come from.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The theme's name; empty for the site itself.
    pub(crate) name: String,
    /// The theme's description of itself; none for the site.
    pub(crate) manifest: Option<Manifest>,
    files: Files,
}

#[derive(Debug)]
enum Files {
    Disk(PathBuf),
    Embedded(&'static Dir<'static>),
}

/// A file's content: borrowed where it is embedded in the program.
pub(crate) type Bytes = Cow<'static, [u8]>;

/// The names of the themes that the program carries.
pub(crate) fn embedded_themes() -> impl Iterator<Item = &'static str> {
    EMBEDDED.dirs().filter_map(|dir| dir.path().to_str())
}

/// The site's own files, then the theme `name` and its parents, nearest first.
///
/// # Errors
/// A theme that is not there, a `theme.toml` that cannot be used, parents that go in a circle.
pub(crate) fn find_layers(site_dir: &Path, name: &str) -> Result<Vec<Layer>, Diagnostic> {
    let mut layers = vec![Layer {
        name: String::new(),
        manifest: None,
        files: Files::Disk(site_dir.to_owned()),
    }];
    let mut seen = BTreeSet::new();
    let mut wanted = Some((
        name.to_owned(),
        newsprint_model::config::FILE_NAME.to_owned(),
    ));
    while let Some((name, named_in)) = wanted {
        if !seen.insert(name.clone()) {
            return Err(Diagnostic::error(format!(
                "theme `{name}` is its own ancestor: the parents of themes go in a circle"
            ))
            .at(named_in));
        }
        let layer = open_theme(site_dir, &name).map_err(|diagnostic| {
            if diagnostic.path.is_empty() {
                diagnostic.at(&named_in)
            } else {
                diagnostic
            }
        })?;
        let parent = layer
            .manifest
            .as_ref()
            .and_then(|manifest| manifest.parent.clone());
        wanted = parent.map(|parent| (parent, layer.shown("theme.toml")));
        layers.push(layer);
    }
    Ok(layers)
}

fn open_theme(site_dir: &Path, name: &str) -> Result<Layer, Diagnostic> {
    if !is_theme_name(name) {
        return Err(Diagnostic::error(format!("`{name}` is not a theme's name"))
            .hint("a theme's name is that of its folder below `themes/`: letters, digits, `-`, `_` and `.`"));
    }
    let folder = site_dir.join("themes").join(name);
    let files = if folder.is_dir() {
        Files::Disk(folder)
    } else if let Some(dir) = EMBEDDED.get_dir(name) {
        Files::Embedded(dir)
    } else {
        return Err(unknown_theme(site_dir, name));
    };
    let mut layer = Layer {
        name: name.to_owned(),
        manifest: None,
        files,
    };
    let path = layer.shown("theme.toml");
    let text = layer
        .read_text("theme.toml")?
        .ok_or_else(|| Diagnostic::error(format!("theme `{name}` has no theme.toml")).at(&path))?;
    layer.manifest = Some(Manifest::parse(&text, &path)?);
    Ok(layer)
}

fn is_theme_name(name: &str) -> bool {
    !name.starts_with('.')
        && !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn unknown_theme(site_dir: &Path, name: &str) -> Diagnostic {
    let mut known: BTreeSet<String> = embedded_themes().map(str::to_owned).collect();
    if let Ok(entries) = std::fs::read_dir(site_dir.join("themes")) {
        known.extend(
            entries
                .flatten()
                .filter(|entry| entry.path().is_dir())
                .filter_map(|entry| entry.file_name().into_string().ok()),
        );
    }
    let diagnostic = Diagnostic::error(format!("there is no theme `{name}`"));
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            diagnostic.hint(format!("there are: {}", known.join(", ")))
        }
    }
}

impl Layer {
    /// Whether this is the site itself.
    pub(crate) fn is_site(&self) -> bool {
        self.name.is_empty()
    }

    /// How the owner would name a file of this layer, relative to the site folder.
    pub(crate) fn shown(&self, path: &str) -> String {
        if self.is_site() {
            path.to_owned()
        } else {
            format!("themes/{}/{path}", self.name)
        }
    }

    /// A file's content; none if it is not there.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Bytes>, Diagnostic> {
        match &self.files {
            Files::Disk(folder) => match std::fs::read(folder.join(path)) {
                Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
                Err(error) if is_absence(&error) => Ok(None),
                Err(error) => {
                    Err(Diagnostic::error(format!("cannot be read: {error}")).at(self.shown(path)))
                }
            },
            Files::Embedded(dir) => Ok(dir
                .get_file(dir.path().join(path))
                .map(|file| Cow::Borrowed(file.contents()))),
        }
    }

    /// A file's content as text; none if it is not there. A byte order mark is dropped.
    ///
    /// # Errors
    /// A file that cannot be read or is not UTF-8.
    pub(crate) fn read_text(&self, path: &str) -> Result<Option<String>, Diagnostic> {
        let Some(bytes) = self.read(path)? else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            Diagnostic::error("is not UTF-8")
                .at(self.shown(path))
                .on_line(u32::try_from(line).unwrap_or(u32::MAX))
        })?;
        Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
    }

    /// The files below a folder, relative to it, with `/` between parts, sorted. Hidden files are not among them.
    ///
    /// # Errors
    /// A folder that is there and cannot be read.
    pub(crate) fn list(&self, folder: &str) -> Result<Vec<String>, Diagnostic> {
        let mut found = Vec::new();
        match &self.files {
            Files::Disk(root) => {
                list_disk(&root.join(folder), "", 0, &mut found).map_err(|error| {
                    Diagnostic::error(format!("cannot be read: {error}")).at(self.shown(folder))
                })?;
            }
            Files::Embedded(dir) => {
                if let Some(dir) = dir.get_dir(dir.path().join(folder)) {
                    list_embedded(dir, dir.path(), &mut found);
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// The text of every file below a folder, by name.
    ///
    /// # Errors
    /// A file that cannot be read or is not UTF-8.
    pub(crate) fn texts(&self, folder: &str) -> Result<BTreeMap<String, String>, Diagnostic> {
        let mut texts = BTreeMap::new();
        for name in self.list(folder)? {
            if let Some(text) = self.read_text(&format!("{folder}/{name}"))? {
                texts.insert(name, text);
            }
        }
        Ok(texts)
    }
}

/// Whether the file is just not there: a missing parent folder, or a file where a folder is looked for, count too.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}

fn list_disk(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let below = format!("{prefix}{name}");
        if !path.is_dir() {
            found.push(below);
        } else if depth < MAX_DEPTH {
            list_disk(&path, &format!("{below}/"), depth + 1, found)?;
        }
    }
    Ok(())
}

fn list_embedded(dir: &Dir<'static>, root: &Path, found: &mut Vec<String>) {
    for file in dir.files() {
        if let Some(name) = file.path().strip_prefix(root).ok().and_then(Path::to_str) {
            found.push(name.replace('\\', "/"));
        }
    }
    for below in dir.dirs() {
        list_embedded(below, root, found);
    }
}
