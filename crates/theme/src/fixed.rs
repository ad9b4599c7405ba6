//! Puts messages that are the same on every page into templates before they are compiled.
//!
//! A page prints a dozen of them. To ask the catalogue for each takes longer than to print them.

use std::borrow::Cow;

use crate::escape::escape_html;

/// A template's text with the message in the place of every `{{ "key" | t }}` that `message` knows. What would not mean the
/// same as text of a template stays as it is, and so do lines.
pub(crate) fn with_messages<'s, 'm>(
    source: &'s str,
    message: impl Fn(&str) -> Option<&'m str>,
) -> Cow<'s, str> {
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(step) = source[at..].find('{') {
        at += step;
        let end = match source.as_bytes().get(at + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at += 1;
                continue;
            }
        };
        let Some(length) = source[at..].find(end) else {
            break;
        };
        let tag = &source[at + 2..at + length];
        let next = at + length + end.len();
        if end == "%}" && tag.trim_matches(['-', ' ']) == "raw" {
            let Some(length) = source[next..].find("endraw") else {
                break;
            };
            at = next + length;
            continue;
        }
        if end == "}}"
            && let Some(html) = key(tag).and_then(&message).and_then(as_template)
        {
            out.push_str(&source[copied..at]);
            out.push_str(&html);
            copied = next;
        }
        at = next;
    }
    match copied {
        0 => Cow::Borrowed(source),
        _ => Cow::Owned(out + &source[copied..]),
    }
}

/// The key of `"key" | t`, if that is all there is.
fn key(tag: &str) -> Option<&str> {
    let (quoted, filter) = tag.split_once('|')?;
    let key = quoted.trim().strip_prefix('"')?.strip_suffix('"')?;
    (filter.trim() == "t" && !key.contains(['"', '\\'])).then_some(key)
}

/// A message as it stands in the text of a template; none if some of it would mean something there, or white space of
/// it would count as the template's.
fn as_template(message: &str) -> Option<String> {
    let is_plain = !message.is_empty()
        && message.trim() == message
        && !message.contains(|c: char| c.is_control() || "{}%#".contains(c));
    let mut html = Vec::new();
    escape_html(message, &mut html).ok()?;
    is_plain.then(|| String::from_utf8(html).ok())?
}

#[cfg(test)]
mod tests {
    use super::with_messages;

    #[test]
    fn messages_take_the_place_of_their_keys() {
        let message = |key: &str| match key {
            "home" => Some("首页"),
            "more" => Some("More & <more>"),
            "space" => Some(" and "),
            "tag" => Some("{{ evil }}"),
            "lines" => Some("one\ntwo"),
            "nothing" => Some(""),
            _ => None,
        };
        let cases = [
            ("", ""),
            (r#"<a>{{ "home" | t }}</a>"#, "<a>首页</a>"),
            (r#"{{"home"|t}}{{ "home"  |  t  }}"#, "首页首页"),
            (r#"{{ "more" | t }}"#, "More &amp; &lt;more&gt;"),
            (
                r#"{% if a %}{# {{ b }} #}{{ "home" | t }}{% endif %}"#,
                "{% if a %}{# {{ b }} #}首页{% endif %}",
            ),
            ("{ {{ x }} {{ \"home\" | t }} }", "{ {{ x }} 首页 }"),
        ];
        for (source, expected) in cases {
            assert_eq!(with_messages(source, message), expected, "{source}");
        }
        let as_they_are = [
            r#"{{ "unheard of" | t }}"#,
            r#"{{ "space" | t }}{{ "tag" | t }}{{ "lines" | t }}{{ "nothing" | t }}"#,
            r#"{{- "home" | t }}{{ "home" | t -}}"#,
            r#"{{ "home" | t(count=1) }}{{ "home" | t | upper }}{{ "home" | upper }}{{ ("home") | t }}"#,
            r#"{{ "home" ~ "home" | t }}{{ home | t }}"#,
            r#"{% raw %}{{ "home" | t }}{% endraw %}"#,
            r#"{%- raw -%}{{ "home" | t }}{%- endraw -%}"#,
            r#"{# {{ "home" | t }} #}"#,
            r#"{% set a = "home" | t %}"#,
            r#"{{ "home" | t"#,
            "{% raw %}",
            "{",
        ];
        for source in as_they_are {
            assert_eq!(with_messages(source, message), source);
        }
    }
}
