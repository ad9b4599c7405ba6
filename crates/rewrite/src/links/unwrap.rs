//! Finds the address that a redirect or a proxy carries.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::address::Address;
use super::decode;
use super::hosts::is_plausible;
use super::matcher::MAX_NAME;
use super::resolve::{self, Media, Resolved};
use super::rules::{Matched, RedirectRule};
use super::schema::Encoding;

/// The address that this one carries, or `None` if it stands for itself.
///
/// Only an `http` or `https` address of a public host counts as one.
pub(super) fn target(matched: &Matched<'_>, address: &Address<'_>) -> Option<String> {
    matched
        .redirects()
        .filter(|rule| rule.applies_to(address))
        .find_map(|rule| Wrapper { rule, address }.target())
}

/// An address that may carry another one, and the rule that says where.
struct Wrapper<'w> {
    rule: &'w RedirectRule,
    address: &'w Address<'w>,
}

impl Wrapper<'_> {
    fn target(&self) -> Option<String> {
        if self.rule.bare {
            self.address.query?;
            let (_, query) = self.address.tail().split_once('?')?;
            return self.verbatim(query);
        }
        if let Some(after) = &self.rule.after {
            return self.behind(after);
        }
        if !self.rule.fragment.is_empty() {
            let fragment = self.address.fragment?;
            let query = fragment
                .split_once('?')
                .map_or(fragment, |(_, query)| query);
            return self.parameter(&self.rule.fragment, query, None);
        }
        self.parameter(&self.rule.query, self.address.query?, self.address.fragment)
    }

    /// The target in the first parameter of `names` that has one.
    fn parameter(&self, names: &[String], query: &str, fragment: Option<&str>) -> Option<String> {
        names.iter().find_map(|name| {
            query
                .split('&')
                .filter_map(|piece| piece.split_once('='))
                .filter(|(written, _)| is_named(written, name))
                .find_map(|(_, value)| self.encoded(value, fragment))
        })
    }

    /// The target behind a text in the address.
    fn behind(&self, after: &str) -> Option<String> {
        let text = if after.starts_with('#') {
            self.address.tail()
        } else {
            self.address.request_target()
        };
        let start = if after.is_empty() {
            first_address(text)?
        } else {
            text.find(after)? + after.len()
        };
        let rest = &text[start..];
        match self
            .rule
            .until
            .as_deref()
            .and_then(|until| rest.find(until))
        {
            Some(end) => self.verbatim(&rest[..end]),
            None => self.verbatim(&self.address.tail()[start..]),
        }
    }

    /// A target that is not a parameter. One that is not encoded is taken as it is.
    fn verbatim(&self, value: &str) -> Option<String> {
        let is_plain = decode::is_web(value) || self.rule.prefix.is_some();
        if self.rule.encoding == Encoding::Plain && is_plain {
            return self.accept(Cow::Borrowed(value));
        }
        match value.split_once('#') {
            Some((value, fragment)) => self.encoded(value, Some(fragment)),
            None => self.encoded(value, None),
        }
    }

    fn encoded(&self, value: &str, fragment: Option<&str>) -> Option<String> {
        let value = match &self.rule.skip {
            Some(skip) => value.strip_prefix(skip.as_str())?,
            None => value,
        };
        let decoded = match self.rule.encoding {
            Encoding::Plain => return self.plain(value, fragment),
            Encoding::Hex => decode::hex(value.rsplit('/').next()?)?,
            Encoding::Base64Json => decode::base64_json(value, self.rule.field.as_deref()?)?,
            Encoding::Base64Search => decode::base64_search(value)?,
            Encoding::ProofpointV2 => decode::proofpoint_v2(value),
            Encoding::ProofpointV3 => decode::proofpoint_v3(value)?,
        };
        self.accept(Cow::Owned(decoded))
    }

    /// A percent-encoded target, or one in base64. The fragment of an address belongs to the
    /// target if that was written without escapes, for then its own number sign ended the
    /// parameter.
    fn plain(&self, value: &str, fragment: Option<&str>) -> Option<String> {
        let mut text = decode::percent_layers(value);
        if decode::is_web(value)
            && let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty())
            && !text.contains('#')
        {
            text.push('#');
            text.push_str(fragment);
        }
        self.accept(Cow::Owned(text))
            .or_else(|| self.accept(Cow::Owned(decode::base64_address(value)?)))
    }

    /// The target, if it is an address of a public host.
    fn accept(&self, target: Cow<'_, str>) -> Option<String> {
        let target = match self.prefix() {
            Some(prefix) if !has_web_scheme(&target) && !target.starts_with("//") => {
                Cow::Owned(format!("{prefix}{target}"))
            }
            _ => target,
        };
        let Resolved::Web(text) = resolve::absolute(&target, None, Media::Link) else {
            return None;
        };
        let address = Address::parse(&text)?;
        is_plausible(address.host).then(|| text.into_owned())
    }

    fn prefix(&self) -> Option<&str> {
        let mark = self.rule.https_if.as_deref();
        let mut pieces = self.address.query.unwrap_or_default().split('&');
        if mark.is_some_and(|mark| pieces.any(|piece| piece == mark)) {
            return Some("https://");
        }
        self.rule.prefix.as_deref()
    }
}

/// Whether a name, as it is written in a damaged or escaped query, is the one looked for.
fn is_named(written: &str, name: &str) -> bool {
    let written = written.strip_prefix("amp;").unwrap_or(written);
    written == name
        || (written.len() <= MAX_NAME
            && written.contains('%')
            && percent_decode_str(written).eq(name.bytes()))
}

fn first_address(text: &str) -> Option<usize> {
    const BEGINNINGS: &[&str] = &["/http:/", "/https:/", "/http%3A", "/https%3A", "/aHR0"];
    BEGINNINGS
        .iter()
        .filter_map(|beginning| text.find(beginning))
        .min()
        .map(|at| at + 1)
}

fn has_web_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    })
}
