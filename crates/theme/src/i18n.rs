//! Translations: `i18n/<language>.toml` of the site, the theme and its parents, merged into one catalogue.

use std::collections::BTreeMap;

use memchr::memchr;
use newsprint_model::Diagnostic;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::layers::Layer;
use crate::manifest::toml_diagnostic;

/// The language that every theme must speak; it stands in where a translation is missing.
const LAST_RESORT: &str = "en";

/// Every message and date format in the site's language.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    messages: FxHashMap<String, Message>,
    formats: FxHashMap<String, String>,
    months: Vec<String>,
    weekdays: Vec<String>,
    one: PluralRule,
}

/// A file of translations.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CatalogueFile {
    messages: BTreeMap<String, Message>,
    date: DateFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DateFile {
    formats: BTreeMap<String, String>,
    months: Vec<String>,
    weekdays: Vec<String>,
}

/// A text, or one for each plural category that the language tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Message {
    /// The same for every number.
    Plain(String),
    /// `one` and `other` of the Unicode plural rules.
    Plural {
        /// The singular.
        one: String,
        /// Everything else.
        other: String,
    },
}

/// Which numbers take the `one` form (Unicode CLDR, plural rules).
#[derive(Debug, Clone, Copy, Default)]
enum PluralRule {
    /// Chinese, Japanese, Korean, Vietnamese, Thai, Indonesian, Malay: none.
    Never,
    /// French, Portuguese: 0 and 1.
    ZeroAndOne,
    /// English, German, Spanish and most others: 1.
    #[default]
    One,
}

impl PluralRule {
    fn of(language: &str) -> Self {
        match language.split('-').next().unwrap_or_default() {
            "zh" | "ja" | "ko" | "vi" | "th" | "id" | "ms" | "yue" => Self::Never,
            "fr" | "pt" => Self::ZeroAndOne,
            _ => Self::One,
        }
    }

    fn takes_one(self, count: i64) -> bool {
        match self {
            Self::Never => false,
            Self::ZeroAndOne => count == 0 || count == 1,
            Self::One => count == 1,
        }
    }
}

/// The catalogues to look in for a language tag, best first (BCP 47 lookup, RFC 4647 section 3.4,
/// with Chinese regions mapped to the script they write).
pub(crate) fn fallback_chain(language: &str) -> Vec<String> {
    let mut chain = Vec::new();
    let mut push = |tag: &str| {
        if !chain
            .iter()
            .any(|known: &String| known.eq_ignore_ascii_case(tag))
        {
            chain.push(tag.to_owned());
        }
    };
    let mut tag = language;
    while !tag.is_empty() {
        push(tag);
        if tag.to_ascii_lowercase().starts_with("zh") && tag.len() <= 6 {
            push(chinese_script(language));
        }
        tag = tag.rfind('-').map_or("", |at| &tag[..at]);
    }
    push(LAST_RESORT);
    chain
}

fn chinese_script(language: &str) -> &'static str {
    let traditional = language
        .split('-')
        .skip(1)
        .any(|part| ["hant", "tw", "hk", "mo"].contains(&part.to_ascii_lowercase().as_str()));
    if traditional { "zh-Hant" } else { "zh-Hans" }
}

impl Catalogue {
    /// Merges the catalogues of all layers for the site's language. A nearer layer wins; within one
    /// language all layers are asked before the next language of the chain is.
    ///
    /// Beside the catalogue come warnings: messages that no catalogue in the site's own language has.
    ///
    /// # Errors
    /// Catalogues that cannot be read.
    pub(crate) fn load(
        layers: &[Layer],
        language: &str,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut catalogue = Self {
            one: PluralRule::of(language),
            ..Self::default()
        };
        let mut errors = Vec::new();
        // The best language of the chain that the themes speak at all, and the messages that it has.
        let mut own: Option<(String, Vec<String>)> = None;
        for tag in fallback_chain(language) {
            let mut names = Vec::new();
            for layer in layers {
                let path = format!("i18n/{tag}.toml");
                match read(layer, &path) {
                    Ok(Some(file)) => {
                        names.extend(file.messages.keys().cloned());
                        catalogue.add(file);
                    }
                    Ok(None) => {}
                    Err(error) => errors.push(error),
                }
            }
            if own.is_none() && !names.is_empty() {
                own = Some((tag, names));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let warnings = own.map_or_else(Vec::new, |(tag, names)| {
            catalogue.missing(&tag, &names, layers)
        });
        Ok((catalogue, warnings))
    }

    /// Adds what is not there yet.
    fn add(&mut self, file: CatalogueFile) {
        for (key, message) in file.messages {
            self.messages.entry(key).or_insert(message);
        }
        for (key, format) in file.date.formats {
            self.formats.entry(key).or_insert(format);
        }
        if self.months.is_empty() {
            self.months = file.date.months;
        }
        if self.weekdays.is_empty() {
            self.weekdays = file.date.weekdays;
        }
    }

    fn missing(&self, tag: &str, own: &[String], layers: &[Layer]) -> Vec<Diagnostic> {
        let path = layers.iter().find(|layer| !layer.is_site()).map_or_else(
            || format!("i18n/{tag}.toml"),
            |layer| layer.shown(&format!("i18n/{tag}.toml")),
        );
        let mut missing: Vec<&String> = self
            .messages
            .keys()
            .filter(|key| !own.contains(key))
            .collect();
        missing.sort();
        missing
            .into_iter()
            .map(|key| {
                Diagnostic::warning(format!("translation `{key}` is missing"))
                    .at(&path)
                    .hint("the text of another language is shown instead")
            })
            .collect()
    }

    /// Whether there is a message of that name.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// The keys and texts, sorted, for the fingerprint.
    pub(crate) fn pieces(&self) -> Vec<String> {
        let mut pieces: Vec<String> = self
            .messages
            .iter()
            .map(|(key, message)| format!("{key}={message:?}"))
            .collect();
        pieces.extend(
            self.formats
                .iter()
                .map(|(key, format)| format!("{key}~{format}")),
        );
        pieces.sort();
        pieces.push(format!(
            "{:?}{:?}{:?}",
            self.months, self.weekdays, self.one
        ));
        pieces
    }

    /// The text for `key` where it is a message that needs no number.
    pub(crate) fn plain_message(&self, key: &str) -> Option<&str> {
        match self.messages.get(key)? {
            Message::Plain(text) => Some(text),
            Message::Plural { .. } => None,
        }
    }

    /// The messages that need no number, for preparing them once.
    pub(crate) fn plain_messages(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.messages.keys();
        keys.filter_map(|key| Some((key.as_str(), self.plain_message(key)?)))
    }

    /// The text for `key`, in the form that `count` takes; the key itself where there is none.
    pub(crate) fn text<'a>(&'a self, key: &'a str, count: Option<i64>) -> &'a str {
        match self.messages.get(key) {
            None => key,
            Some(Message::Plain(text)) => text,
            Some(Message::Plural { one, other }) => match count {
                Some(count) if self.one.takes_one(count) => one,
                _ => other,
            },
        }
    }

    /// A date written in the format of that name: `{year}`, `{month}`, `{month2}`, `{month_name}`,
    /// `{day}`, `{day2}`, `{weekday}` and `{time}` are replaced. None where there is no such format.
    pub(crate) fn date(&self, format: &str, date: &CalendarDate<'_>) -> Option<String> {
        let pattern = self.formats.get(format)?;
        Some(fill(pattern, |name, out| {
            match name {
                "year" => out.push_str(&date.year.to_string()),
                "month" => out.push_str(&date.month.to_string()),
                "month2" => out.push_str(&format!("{:02}", date.month)),
                "month_name" => out.push_str(nth(&self.months, date.month)),
                "day" => out.push_str(&date.day.to_string()),
                "day2" => out.push_str(&format!("{:02}", date.day)),
                "weekday" => out.push_str(nth(&self.weekdays, date.weekday)),
                "time" => out.push_str(date.time),
                _ => return false,
            }
            true
        }))
    }

    /// The names of the weekdays, Monday first.
    pub(crate) fn weekdays(&self) -> &[String] {
        &self.weekdays
    }
}

/// The parts of a date that a format can name; 0 or nothing where a part is not known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CalendarDate<'a> {
    /// The year.
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: usize,
    /// 1 to 31.
    pub(crate) day: usize,
    /// 1 (Monday) to 7.
    pub(crate) weekday: usize,
    /// `19:51`.
    pub(crate) time: &'a str,
}

fn nth(names: &[String], number: usize) -> &str {
    number
        .checked_sub(1)
        .and_then(|at| names.get(at))
        .map_or("", String::as_str)
}

/// Replaces every `{name}` for which `value` writes something and says so; the others stay as they are.
pub(crate) fn fill(pattern: &str, mut value: impl FnMut(&str, &mut String) -> bool) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(open) = memchr(b'{', rest.as_bytes()) {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        match memchr(b'}', rest.as_bytes()) {
            Some(close) if value(&rest[1..close], &mut out) => rest = &rest[close + 1..],
            _ => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn read(layer: &Layer, path: &str) -> Result<Option<CatalogueFile>, Diagnostic> {
    let Some(text) = layer.read_text(path)? else {
        return Ok(None);
    };
    toml::from_str(&text)
        .map(Some)
        .map_err(|error| toml_diagnostic(&error, &text, &layer.shown(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_falls_back_to_its_script_then_its_base_then_english() {
        let cases: [(&str, &[&str]); 8] = [
            ("zh-Hans", &["zh-Hans", "zh", "en"]),
            ("zh", &["zh", "zh-Hans", "en"]),
            ("zh-CN", &["zh-CN", "zh-Hans", "zh", "en"]),
            ("zh-TW", &["zh-TW", "zh-Hant", "zh", "en"]),
            ("zh-Hant-HK", &["zh-Hant-HK", "zh-Hant", "zh", "en"]),
            ("en-GB", &["en-GB", "en"]),
            ("de", &["de", "en"]),
            ("", &["en"]),
        ];
        for (language, expected) in cases {
            assert_eq!(fallback_chain(language), expected, "{language}");
        }
    }

    #[test]
    fn plurals_follow_the_language() {
        let cases = [
            ("en", 0, "other"),
            ("en", 1, "one"),
            ("en", 2, "other"),
            ("fr", 0, "one"),
            ("fr", 2, "other"),
            ("zh-Hans", 1, "other"),
            ("ja", 1, "other"),
        ];
        for (language, count, expected) in cases {
            let mut catalogue = Catalogue {
                one: PluralRule::of(language),
                ..Catalogue::default()
            };
            catalogue.messages.insert(
                "n".into(),
                Message::Plural {
                    one: "one".into(),
                    other: "other".into(),
                },
            );
            assert_eq!(
                catalogue.text("n", Some(count)),
                expected,
                "{language} {count}"
            );
            assert_eq!(catalogue.text("unheard of", Some(count)), "unheard of");
        }
    }

    #[test]
    fn patterns_are_filled_and_strangers_stay() {
        let cases = [
            ("{a}-{b}", "1-{b}"),
            ("{", "{"),
            ("{{a}}", "{1}"),
            ("a{a", "a{a"),
            ("{}", "{}"),
            ("年{a}月", "年1月"),
        ];
        for (pattern, expected) in cases {
            let filled = fill(pattern, |name, out| {
                if name == "a" {
                    out.push('1');
                }
                name == "a"
            });
            assert_eq!(filled, expected, "{pattern}");
        }
    }
}
