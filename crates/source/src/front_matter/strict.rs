//! The strict parsers: YAML, TOML and JSON as their specifications have them, into [`Value`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Value, is_bounded};

/// The keys of a map, in order.
pub(super) type Map<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A YAML document that is a mapping; `None` if it is anything else, malformed, or a bomb.
pub(super) fn yaml(text: &str) -> Option<Map<'static>> {
    match yaml_value(text)? {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

/// Any YAML document.
///
/// The parser gives numbers and booleans only as what they mean, not as they were written. So
/// the text is read twice: once for its shape, once with every scalar asked for as a string.
pub(super) fn yaml_value(text: &str) -> Option<Value<'static>> {
    if !is_bounded(text) {
        return None;
    }
    // Aliases may repeat what they name; nobody's front matter grows by it more than this.
    let mut budget = text.len() * 4 + 4096;
    let shape = Shape::seed(&mut budget)
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .ok()?;
    let mut budget = text.len() * 4 + 4096;
    let read = Spelled {
        shape: &shape,
        budget: &mut budget,
    };
    let mut value = read
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .ok()?;
    merge(&mut value);
    Some(value)
}

/// A TOML document.
pub(super) fn toml(text: &str) -> Option<Map<'static>> {
    if !is_bounded(text) {
        return None;
    }
    let table: toml::Table = toml::from_str(text).ok()?;
    Some(
        table
            .into_iter()
            .map(|(key, value)| (key.into(), from_toml(value)))
            .collect(),
    )
}

fn from_toml(value: toml::Value) -> Value<'static> {
    match value {
        toml::Value::String(text) => Value::quoted(text),
        toml::Value::Array(list) => Value::List(list.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => Value::Map(
            table
                .into_iter()
                .map(|(key, value)| (key.into(), from_toml(value)))
                .collect(),
        ),
        other => Value::plain(other.to_string()),
    }
}

/// A JSON object, or what stands between the braces of one (as Hexo has it), and nothing after it.
pub(super) fn json(text: &str) -> Option<Map<'static>> {
    let trimmed = text.trim();
    if !is_bounded(trimmed) {
        return None;
    }
    let parsed: serde_json::Value = if trimmed.starts_with('{') {
        serde_json::from_str(trimmed).ok()?
    } else {
        serde_json::from_str(&format!("{{{}}}", trimmed.trim_end_matches(','))).ok()?
    };
    match from_json(parsed) {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn from_json(value: serde_json::Value) -> Value<'static> {
    match value {
        serde_json::Value::String(text) => Value::quoted(text),
        serde_json::Value::Array(list) => Value::List(list.into_iter().map(from_json).collect()),
        serde_json::Value::Object(map) => Value::Map(
            map.into_iter()
                .map(|(key, value)| (key.into(), from_json(value)))
                .collect(),
        ),
        other => Value::plain(other.to_string()),
    }
}

/// Resolves YAML's merge keys: `<<: *base` adds the keys of `base` that are not there.
fn merge(value: &mut Value<'static>) {
    match value {
        Value::Scalar(_) => {}
        Value::List(list) => list.iter_mut().for_each(merge),
        Value::Map(map) => {
            map.iter_mut().for_each(|(_, value)| merge(value));
            let Some(at) = map.iter().position(|(key, _)| key == "<<") else {
                return;
            };
            let sources = match map.remove(at).1 {
                Value::Map(base) => vec![base],
                Value::List(bases) => bases
                    .into_iter()
                    .filter_map(|base| match base {
                        Value::Map(base) => Some(base),
                        _ => None,
                    })
                    .collect(),
                Value::Scalar(_) => Vec::new(),
            };
            let mut known: HashSet<String> = map.iter().map(|(key, _)| key.to_string()).collect();
            for (key, value) in sources.into_iter().flatten() {
                if known.insert(key.to_string()) {
                    map.push((key, value));
                }
            }
        }
    }
}

/// What a YAML node is, without its text.
enum Shape {
    Scalar { plain: bool },
    List(Vec<Shape>),
    Map(Vec<Shape>),
}

impl Shape {
    fn seed(budget: &mut usize) -> ShapeSeed<'_> {
        ShapeSeed { budget }
    }
}

struct ShapeSeed<'b> {
    budget: &'b mut usize,
}

impl ShapeSeed<'_> {
    fn spend<E: serde::de::Error>(&mut self, amount: usize) -> Result<(), E> {
        *self.budget = self
            .budget
            .checked_sub(amount)
            .ok_or_else(|| E::custom("aliases repeat too much"))?;
        Ok(())
    }

    fn again(&mut self) -> ShapeSeed<'_> {
        ShapeSeed {
            budget: self.budget,
        }
    }
}

impl<'de> DeserializeSeed<'de> for ShapeSeed<'_> {
    type Value = Shape;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ShapeSeed<'_> {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<Shape, E> {
        self.spend(text.len() + 1)?;
        Ok(Shape::Scalar { plain: false })
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_none<E>(self) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_i128<E>(self, _: i128) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_u128<E>(self, _: u128) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Scalar { plain: true })
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Shape, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element_seed(self.again())? {
            self.spend(1)?;
            list.push(item);
        }
        Ok(Shape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Shape, A::Error> {
        let mut values = Vec::new();
        while map.next_key_seed(KeyText)?.is_some() {
            self.spend(1)?;
            values.push(map.next_value_seed(self.again())?);
        }
        Ok(Shape::Map(values))
    }

    /// A value with a tag of somebody's own, such as `!important x`: its content.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Shape, A::Error> {
        let (_, content) = tagged.variant_seed(KeyText)?;
        content.newtype_variant_seed(self)
    }
}

/// Reads a node of a known shape, with every scalar as it was written.
struct Spelled<'s, 'b> {
    shape: &'s Shape,
    budget: &'b mut usize,
}

impl<'de> DeserializeSeed<'de> for Spelled<'_, '_> {
    type Value = Value<'static>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.shape {
            Shape::Scalar { .. } => deserializer.deserialize_str(self),
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Spelled<'_, '_> {
    type Value = Value<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value seen at the first reading")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        *self.budget = self
            .budget
            .checked_sub(text.len() + 1)
            .ok_or_else(|| E::custom("aliases repeat too much"))?;
        match self.shape {
            Shape::Scalar { plain: true } => Ok(Value::plain(text.to_owned())),
            _ => Ok(Value::quoted(text.to_owned())),
        }
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::plain(""))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        if let Shape::List(shapes) = self.shape {
            for shape in shapes {
                let budget = &mut *self.budget;
                list.extend(seq.next_element_seed(Spelled { shape, budget })?);
            }
        }
        // The end is asked for as well: the parser wants to be told that nothing follows.
        seq.next_element::<serde::de::IgnoredAny>()?;
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        if let Shape::Map(shapes) = self.shape {
            for shape in shapes {
                let Some(key) = map.next_key_seed(KeyText)? else {
                    break;
                };
                let budget = &mut *self.budget;
                entries.push((
                    Cow::Owned(key),
                    map.next_value_seed(Spelled { shape, budget })?,
                ));
            }
        }
        map.next_key::<serde::de::IgnoredAny>()?;
        Ok(Value::Map(entries))
    }
}

/// A key as it was written, even if YAML takes it for a number.
struct KeyText;

impl<'de> DeserializeSeed<'de> for KeyText {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}
