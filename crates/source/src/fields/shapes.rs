//! The shapes in which one and the same thing is given: a text, a list, a map with a name.

use std::collections::HashSet;
use std::hash::Hash;

use crate::front_matter::{Scalar, Value};
use crate::text::clean_line;

/// The values without repetitions, each where it stands first.
pub(super) fn unique<T: Clone + Eq + Hash>(mut values: Vec<T>) -> Vec<T> {
    if values.len() > 1 {
        let mut seen = HashSet::with_capacity(values.len());
        values.retain(|value| seen.insert(value.clone()));
    }
    values
}

pub(super) fn trim_quotes(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
        {
            return inner.trim();
        }
    }
    text
}

/// The words of `#a #b` and of `#a# #b#`, as people write them in networks; of nothing else.
pub(super) fn hashtags(text: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_end_matches([',', '，', '、', ';', '；']))
        .collect();
    let is_tag = |word: &&str| word.len() > 1 && word.starts_with('#');
    if words.len() < 2 || !words.iter().all(is_tag) {
        return None;
    }
    let are_closed = words.iter().all(|word| word.ends_with('#'));
    let bare = |word: &'_ str| -> std::ops::Range<usize> {
        1..word.len() - usize::from(are_closed && word.len() > 2)
    };
    Some(words.into_iter().map(|word| &word[bare(word)]).collect())
}

/// The date whose year, month and day, perhaps with hour, minute and second, are the items of a list.
pub(super) fn date_of_parts(value: &Value<'_>) -> Option<String> {
    let Value::List(list) = value else {
        return None;
    };
    let numbers: Vec<&str> = list
        .iter()
        .map(|item| match item {
            Value::Scalar(scalar) => Some(scalar.text.trim()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let are_parts = (3..=6).contains(&numbers.len())
        && numbers[0].len() == 4
        && numbers
            .iter()
            .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    are_parts.then(|| {
        let day = numbers[..3].join("-");
        match &numbers[3..] {
            [] => day,
            [hour] => format!("{day} {hour}:00"),
            time => format!("{day} {}", time.join(":")),
        }
    })
}

/// The first scalar in a value.
pub(super) fn first_scalar<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Scalar<'a>> {
    match value {
        Value::Scalar(scalar) => (!scalar.is_null()).then_some(scalar),
        Value::List(list) => list.iter().find_map(first_scalar),
        Value::Map(map) => map.iter().find_map(|(_, value)| first_scalar(value)),
    }
}

/// The names in an item of a list: a text, the `name` of a map, the keys of `{a: b}` lists.
pub(super) fn names(value: &Value<'_>) -> Vec<String> {
    match value {
        Value::Scalar(scalar) if scalar.is_null() => Vec::new(),
        Value::Scalar(scalar) => vec![scalar.text.to_string()],
        Value::List(list) => list.iter().flat_map(names).collect(),
        Value::Map(map) => {
            let named = [
                "name", "title", "label", "term", "value", "slug", "id", "email",
            ]
            .iter()
            .find_map(|key| first_scalar(value.get(key)?));
            match (named, map.first()) {
                (Some(scalar), _) => vec![scalar.text.to_string()],
                // `AI: the future`, an unquoted text with a colon.
                (None, Some((key, inner))) => first_scalar(inner).map_or_else(
                    || vec![key.to_string()],
                    |scalar| vec![format!("{key}: {}", scalar.text)],
                ),
                (None, None) => Vec::new(),
            }
        }
    }
}

/// Yes or no, in any of the ways that YAML and people have for it.
pub(super) fn flag(value: &Value<'_>) -> Option<bool> {
    match first_scalar(value)?
        .text
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "true" | "yes" | "on" | "1" | "y" | "是" => Some(true),
        "false" | "no" | "off" | "0" | "n" | "否" => Some(false),
        _ => None,
    }
}

pub(super) fn line(value: &Value<'_>) -> Option<Box<str>> {
    let (text, _) = clean_line(&first_scalar(value)?.text);
    (!text.is_empty()).then(|| Box::from(&*text))
}

/// A language tag (BCP 47): `zh-CN`, also written `zh_CN`. Anything else is no language.
pub(super) fn language(value: &Value<'_>) -> Option<Box<str>> {
    let tag = line(value)?.replace('_', "-");
    let is_subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let primary = tag.split('-').next().unwrap_or_default();
    let is_tag = tag.split('-').all(is_subtag)
        && primary.len() <= 3
        && primary.len() >= 2
        && primary.bytes().all(|b| b.is_ascii_alphabetic());
    is_tag.then(|| tag.into())
}

/// An address; of a map the one under the first of `keys` that is there.
pub(super) fn address(value: &Value<'_>, keys: &[&str]) -> Option<Box<str>> {
    match value {
        Value::Map(_) => keys.iter().find_map(|key| line(value.get(key)?)),
        Value::List(list) => list.iter().find_map(|item| address(item, keys)),
        Value::Scalar(_) => line(value),
    }
    .filter(|address| {
        !matches!(
            address.as_ref(),
            "false" | "true" | "none" | "None" | "undefined" | "null"
        )
    })
}

/// An absolute web address.
pub(super) fn link(value: &Value<'_>) -> Option<Box<str>> {
    address(value, &["url", "href", "link"]).filter(|address| {
        let scheme = address.get(..8).unwrap_or(address).to_ascii_lowercase();
        scheme.starts_with("http://") || scheme.starts_with("https://")
    })
}

/// All text of a value on one line.
pub(super) fn joined(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::Scalar(scalar) => {
            return (!scalar.is_null() && !scalar.text.trim().is_empty())
                .then(|| scalar.text.to_string());
        }
        Value::List(list) => list
            .iter()
            .filter_map(joined)
            .collect::<Vec<_>>()
            .join(", "),
        Value::Map(_) => names(value).join(" "),
    };
    (!text.is_empty()).then_some(text)
}
