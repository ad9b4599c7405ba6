//! `[theme.settings]`: what a theme lets the owner set, and whether the owner's values fit.

use std::collections::BTreeMap;

use newsprint_model::Diagnostic;
use newsprint_model::config::{self, nearest};
use serde::Deserialize;
use tera::Value;

use crate::layers::Layer;
use crate::policy;

/// The settings of a theme and its parents.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    settings: BTreeMap<String, Setting>,
}

/// One setting, as `theme.toml` describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    #[serde(rename = "type")]
    kind: Kind,
    default: toml::Value,
    /// For people who read `theme.toml`; nothing depends on it, but a setting without one is a mistake.
    #[serde(rename = "description")]
    _description: String,
    /// The values that a `choice` may have.
    #[serde(default)]
    choices: Vec<String>,
    /// What the elements of a `list` or the values of a `table` are.
    #[serde(default)]
    items: Option<Items>,
    /// The Content-Security-Policy directive that the origin of this `url` is added to.
    #[serde(default)]
    csp: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Bool,
    Int,
    String,
    Url,
    Color,
    Choice,
    List,
    Table,
}

/// `items = "string"`, or `items = { title = "string", url = "url" }` for tables with just these keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Items {
    Plain(Kind),
    Fields(BTreeMap<String, Kind>),
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
            if let (Some(directive), Some(origin)) = (&setting.csp, value.as_str().and_then(origin))
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

fn read_setting(name: &str, table: toml::Table) -> Result<Setting, String> {
    let setting: Setting = table.try_into().map_err(|error: toml::de::Error| {
        format!(
            "setting `{name}`: {}",
            error.message().trim().replace('\n', "; ")
        )
    })?;
    if let Some(directive) = setting
        .csp
        .as_deref()
        .filter(|name| !policy::is_directive(name))
    {
        return Err(format!(
            "setting `{name}`: the policy has no directive `{directive}`"
        ));
    }
    setting
        .check(&setting.default)
        .map_err(|reason| format!("the default of setting `{name}` {reason}"))?;
    Ok(setting)
}

impl Setting {
    /// Whether a value fits; if not, what is wrong, as the end of a sentence.
    fn check(&self, value: &toml::Value) -> Result<(), String> {
        match (self.kind, value) {
            (Kind::Choice, toml::Value::String(choice)) => {
                if self.choices.contains(choice) {
                    return Ok(());
                }
                let near = nearest(choice, self.choices.iter().map(String::as_str));
                let near =
                    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Err(format!(
                    "must be one of {}, not `{choice}`{near}",
                    self.choices.join(", ")
                ))
            }
            (Kind::List, toml::Value::Array(elements)) => {
                elements.iter().enumerate().try_for_each(|(at, element)| {
                    self.check_item(element).map_err(|reason| {
                        format!("has an element, number {}, that {reason}", at + 1)
                    })
                })
            }
            (Kind::Table, toml::Value::Table(table)) => match &self.items {
                Some(Items::Fields(fields)) => check_fields(fields, table),
                _ => table.iter().try_for_each(|(key, value)| {
                    self.check_item(value)
                        .map_err(|reason| format!("has a key `{key}` that {reason}"))
                }),
            },
            (kind, value) => kind.check(value),
        }
    }

    fn check_item(&self, value: &toml::Value) -> Result<(), String> {
        match (&self.items, value) {
            (None, _) => Ok(()),
            (Some(Items::Plain(kind)), value) => kind.check(value),
            (Some(Items::Fields(fields)), toml::Value::Table(table)) => check_fields(fields, table),
            (Some(Items::Fields(_)), value) => Err(must_be(Kind::Table, value)),
        }
    }
}

fn check_fields(fields: &BTreeMap<String, Kind>, table: &toml::Table) -> Result<(), String> {
    for (key, value) in table {
        match fields.get(key) {
            Some(kind) => kind
                .check(value)
                .map_err(|reason| format!("has a key `{key}` that {reason}"))?,
            None => {
                let known: Vec<&str> = fields.keys().map(String::as_str).collect();
                return Err(format!(
                    "has an unknown key `{key}`; it takes {}",
                    known.join(", ")
                ));
            }
        }
    }
    match fields.keys().find(|key| !table.contains_key(*key)) {
        Some(missing) => Err(format!("lacks the key `{missing}`")),
        None => Ok(()),
    }
}

impl Kind {
    fn check(self, value: &toml::Value) -> Result<(), String> {
        let fits = match (self, value) {
            (Self::Bool, toml::Value::Boolean(_))
            | (Self::Int, toml::Value::Integer(_))
            | (Self::String | Self::Choice, toml::Value::String(_))
            | (Self::List, toml::Value::Array(_))
            | (Self::Table, toml::Value::Table(_)) => true,
            (Self::Url, toml::Value::String(url)) => is_url(url),
            (Self::Color, toml::Value::String(color)) => is_color(color),
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(must_be(self, value))
        }
    }
}

fn must_be(kind: Kind, value: &toml::Value) -> String {
    let wanted = match kind {
        Kind::Bool => "true or false",
        Kind::Int => "a whole number",
        Kind::String | Kind::Choice => "a string",
        Kind::Url => "an address (http, https, mailto, or relative to the site's root)",
        Kind::Color => "a CSS colour such as `#8a1c1c`, `teal` or `oklch(45% 0.1 25)`",
        Kind::List => "a list",
        Kind::Table => "a table",
    };
    format!("must be {wanted}, not `{value}`")
}

/// A CSS colour (CSS Color 4): hexadecimal, a name, or a function. Nothing else gets through, for the value stands in a style sheet.
fn is_color(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let Some((function, rest)) = text.split_once('(') else {
        return !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    };
    const FUNCTIONS: [&str; 9] = [
        "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch",
    ];
    FUNCTIONS.contains(&function)
        && rest.strip_suffix(')').is_some_and(|arguments| {
            arguments
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b" .,%/+-".contains(&byte))
        })
}

/// Something that may stand in `href`: no scheme, or one that a reader can follow.
fn is_url(text: &str) -> bool {
    let scheme_end = text
        .find([':', '/', '?', '#'])
        .filter(|at| text.as_bytes()[*at] == b':');
    let scheme_is_fine = match scheme_end {
        None => true,
        Some(end) => {
            let scheme = text[..end].to_ascii_lowercase();
            matches!(scheme.as_str(), "http" | "https" | "mailto")
        }
    };
    scheme_is_fine && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// The scheme and host of an absolute address.
fn origin(url: &str) -> Option<&str> {
    let start = ["https://", "http://"]
        .iter()
        .find(|scheme| url.starts_with(**scheme))?
        .len();
    let end = url[start..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| start + at);
    // A source in a policy ends at a blank, a comma or a semicolon: a host that holds one would add its own.
    let host = &url[start..end];
    let is_host = !host.is_empty() && !host.contains([';', ',', '\'', '"', '@', '<', '>', '&']);
    is_host.then_some(&url[..end])
}

#[cfg(test)]
mod tests {
    use super::{is_color, is_url, origin};

    #[test]
    fn colours_are_colours() {
        for good in [
            "#fff",
            "#8a1c1cff",
            "teal",
            "rgb(1, 2, 3)",
            "oklch(45% 0.1 25 / 50%)",
        ] {
            assert!(is_color(good), "{good}");
        }
        for bad in [
            "",
            "#ff",
            "#ggg",
            "red;}",
            "url(x)",
            "expression(1)",
            "rgb(1",
            "rgb(1)}",
            "rgb(var(--x))",
            "re d",
        ] {
            assert!(!is_color(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_lead_somewhere() {
        for good in [
            "",
            "about.html",
            "categories/a:b/",
            "#top",
            "https://a.example/?q=1",
            "mailto:a@b.example",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "JavaScript:x",
            "a b",
            "java\nscript:x",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn the_origin_of_an_address_is_its_scheme_and_host() {
        let cases = [
            ("https://a.example/search?q=", Some("https://a.example")),
            ("http://a.example:8080", Some("http://a.example:8080")),
            ("https://a.example;script-src/*", None),
            ("https://a<b.example/", None),
            ("search/", None),
            ("https:///x", None),
        ];
        for (url, expected) in cases {
            assert_eq!(origin(url), expected, "{url}");
        }
    }
}
