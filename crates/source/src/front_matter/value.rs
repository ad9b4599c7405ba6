//! A front-matter value that remembers how its scalars were written.
//!
//! `title: 1.10` is the text "1.10", not the number 1.1, and only the reader of a key knows
//! which of the two it wants. So scalars stay text here, with a mark whether they were quoted.

use std::borrow::Cow;

use serde_json::{Map, Number};

/// A scalar as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scalar<'a> {
    /// The text, without quotes and escapes.
    pub(crate) text: Cow<'a, str>,
    /// Whether it stood without quotes, so that `true`, `12` and `null` have a meaning.
    pub(crate) plain: bool,
}

/// A front-matter value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Scalar(Scalar<'a>),
    List(Vec<Value<'a>>),
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    pub(crate) fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Scalar(Scalar {
            text: text.into(),
            plain: true,
        })
    }

    pub(crate) fn quoted(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Scalar(Scalar {
            text: text.into(),
            plain: false,
        })
    }

    /// Whether nothing is said: an empty plain scalar, `~`, `null`, an empty list or map.
    pub(crate) fn is_null(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.is_null(),
            Self::List(list) => list.iter().all(Value::is_null),
            Self::Map(map) => map.is_empty(),
        }
    }

    /// The value of a key of a map, by its name in lower case.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        match self {
            Self::Map(map) => map
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(key))
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// As JSON, the form in which themes see it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Scalar(scalar) => scalar.to_json(),
            Self::List(list) => list.iter().map(Value::to_json).collect(),
            Self::Map(map) => {
                let map: Map<_, _> = map
                    .iter()
                    .map(|(key, value)| (key.to_string(), value.to_json()))
                    .collect();
                serde_json::Value::Object(map)
            }
        }
    }
}

impl Scalar<'_> {
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Whether YAML takes it for something other than text.
    pub(crate) fn is_number(&self) -> bool {
        self.plain && number(&self.text).is_some()
    }

    /// The YAML 1.2 core schema: null, booleans and numbers if plain, else text.
    fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        if !self.plain {
            return Json::String(crate::text::without_controls(&self.text));
        }
        if self.is_null() {
            return Json::Null;
        }
        match self.text.as_ref() {
            "true" | "True" | "TRUE" => Json::Bool(true),
            "false" | "False" | "FALSE" => Json::Bool(false),
            text => number(text).map_or_else(
                || Json::String(crate::text::without_controls(text)),
                Json::Number,
            ),
        }
    }
}

/// A number as the YAML 1.2 core schema has it: decimal, `0x`, `0o`, floating point.
fn number(text: &str) -> Option<Number> {
    let first = *text.as_bytes().first()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) {
        return None;
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(Number::from);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Number::from);
    }
    let digits = text.trim_start_matches(['-', '+']);
    // `007` is somebody's number plate, not seven.
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    if !digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_have_a_type_and_quoted_ones_do_not() {
        let cases = [
            ("12", json!(12)),
            ("-7", json!(-7)),
            ("1.5", json!(1.5)),
            ("1e3", json!(1000.0)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("007", json!("007")),
            ("18446744073709551615", json!(u64::MAX)),
            ("true", json!(true)),
            ("yes", json!("yes")),
            ("~", json!(null)),
            ("", json!(null)),
            ("2022-09-26", json!("2022-09-26")),
            ("12:30:45", json!("12:30:45")),
            (".", json!(".")),
            ("-", json!("-")),
            ("1.2.3", json!("1.2.3")),
            (".inf", json!(".inf")),
        ];
        for (text, expected) in cases {
            assert_eq!(Value::plain(text).to_json(), expected, "{text}");
            assert_eq!(Value::quoted(text).to_json(), json!(text));
        }
    }
}
