//! `[theme.settings]`: what a theme lets the owner set, and whether the owner's values fit.

mod setting;
mod values;

use std::collections::BTreeMap;

use newsprint_model::Diagnostic;
use newsprint_model::config::{self, nearest};
use tera::Value;

use self::setting::{Setting, read_setting};
use crate::layers::Layer;

/// The settings of a theme and its parents.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    settings: BTreeMap<String, Setting>,
}

/// Checked settings.
#[derive(Debug)]
pub(crate) struct Settings {
    /// What templates see as `settings`.
    pub(crate) value: Value,
    /// Directive and origin: what settings add to the Content-Security-Policy.
    pub(crate) csp_sources: Vec<(String, String)>,
    /// The same as `value`, as text, for the fingerprint.
    pub(crate) text: String,
}

impl Schema {
    /// Joins the settings of all layers. A theme may repeat a setting of its parent and give only what differs.
    ///
    /// # Errors
    /// Every setting that is described wrongly, or whose default does not fit its own description.
    pub(crate) fn join(layers: &[Layer]) -> Result<Self, Vec<Diagnostic>> {
        let mut tables: BTreeMap<String, (toml::Table, String)> = BTreeMap::new();
        let mut errors = Vec::new();
        for layer in layers.iter().rev() {
            let Some(manifest) = &layer.manifest else {
                continue;
            };
            let path = layer.shown("theme.toml");
            for (name, description) in &manifest.settings {
                let Some(description) = description.as_table() else {
                    errors.push(
                        Diagnostic::error(format!("setting `{name}` must be a table with `type`, `default` and `description`"))
                            .at(&path),
                    );
                    continue;
                };
                let (table, from) = tables.entry(name.clone()).or_default();
                table.extend(description.clone());
                from.clone_from(&path);
            }
        }
        let mut settings = BTreeMap::new();
        for (name, (table, path)) in tables {
            match read_setting(&name, table) {
                Ok(setting) => {
                    settings.insert(name, setting);
                }
                Err(reason) => errors.push(Diagnostic::error(reason).at(path)),
            }
        }
        if errors.is_empty() {
            Ok(Self { settings })
        } else {
            Err(errors)
        }
    }

    /// Checks the owner's values and adds the defaults.
    ///
    /// # Errors
    /// Every key that the theme does not know, with the nearest one that it does, and every value that does not fit.
    pub(crate) fn check(&self, given: &toml::Table) -> Result<Settings, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        for (name, value) in given {
            let problem = match self.settings.get(name) {
                None => Err(self.unknown(name)),
                Some(setting) => setting.check(value).map_err(|reason| {
                    Diagnostic::error(format!("theme setting `{name}` {reason}"))
                }),
            };
            if let Err(diagnostic) = problem {
                errors.push(diagnostic.at(config::FILE_NAME));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut values = toml::Table::new();
        let mut csp_sources = Vec::new();
        for (name, setting) in &self.settings {
            let value = given.get(name).unwrap_or(&setting.default);
            if let (Some(directive), Some(origin)) =
                (&setting.csp, value.as_str().and_then(values::origin))
            {
                csp_sources.push((directive.clone(), origin.to_owned()));
            }
            values.insert(name.clone(), value.clone());
        }
        let text = values.to_string();
        let value = Value::try_from_serializable(&values).map_err(|error| {
            vec![Diagnostic::error(format!(
                "theme settings cannot be used: {error}"
            ))]
        })?;
        Ok(Settings {
            value,
            csp_sources,
            text,
        })
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(format!("the theme has no setting `{name}`"));
        let mut known = self.settings.keys().map(String::as_str);
        match nearest(name, known.clone()) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None if self.settings.is_empty() => diagnostic.hint("it takes no settings"),
            None => {
                let first = known.next().unwrap_or_default().to_owned();
                let all = known.fold(first, |all, name| format!("{all}, {name}"));
                diagnostic.hint(format!("its settings: {all}"))
            }
        }
    }
}
