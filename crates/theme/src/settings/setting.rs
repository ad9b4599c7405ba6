//! One setting: its type, and whether a value is of it.

use std::collections::BTreeMap;

use newsprint_model::config::nearest;
use serde::Deserialize;

use super::values::{is_color, is_url};
use crate::policy;

/// One setting, as `theme.toml` describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    #[serde(rename = "type")]
    kind: Kind,
    pub(super) default: toml::Value,
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
    pub(super) csp: Option<String>,
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

/// Reads a setting's description and checks it; if it is wrong, says why.
pub(super) fn read_setting(name: &str, table: toml::Table) -> Result<Setting, String> {
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
    pub(super) fn check(&self, value: &toml::Value) -> Result<(), String> {
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
