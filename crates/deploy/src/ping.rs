//! Tells the world that there is something new: search engines by IndexNow (indexnow.org), readers' hubs by WebSub
//! (W3C Recommendation). Only if the owner wants it, only after a deploy, and only of what is new.

use std::time::Duration;

use newsprint_model::config::IndexNow;
use newsprint_model::{Diagnostic, UrlPath};
use serde_json::json;

use crate::facts::Facts;
use crate::http;
use crate::redact::Secrets;

/// The most URLs in one message (IndexNow's documentation, "Submitting a set of URLs").
const URLS_A_MESSAGE: usize = 10_000;

/// Nobody waits for a ping.
const PATIENCE: Duration = Duration::from_secs(20);

/// The address of a file: `index.html` is its folder's.
pub(crate) fn address(facts: &Facts, path: &str) -> String {
    let path = match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    };
    format!("{}{}", facts.base_url, UrlPath::new(path).encoded())
}

/// The file that proves to search engines that the key is the site's own.
pub(crate) fn key_file(config: &IndexNow) -> (String, Vec<u8>) {
    (
        format!("{}.txt", config.key),
        config.key.clone().into_bytes(),
    )
}

/// Tells search engines about these addresses.
///
/// # Errors
/// An endpoint that cannot be reached or does not want them.
pub(crate) fn indexnow(
    config: &IndexNow,
    facts: &Facts,
    urls: &[String],
    secrets: &Secrets,
) -> Result<(), Diagnostic> {
    let after_scheme = facts.base_url.find("://").map_or(0, |place| place + 3);
    let host = facts.base_url[after_scheme..]
        .split('/')
        .next()
        .unwrap_or_default();
    let messages: Vec<String> = urls
        .chunks(URLS_A_MESSAGE)
        .map(|urls| {
            json!({
                "host": host,
                "key": config.key,
                "keyLocation": format!("{}{}.txt", facts.base_url, config.key),
                "urlList": urls,
            })
            .to_string()
        })
        .collect();
    post(
        &config.endpoint,
        "application/json; charset=utf-8",
        messages,
        secrets,
    )
}

/// Tells a hub that these feeds have something new.
///
/// # Errors
/// A hub that cannot be reached or does not want to know.
pub(crate) fn websub(hub: &str, feeds: &[String], secrets: &Secrets) -> Result<(), Diagnostic> {
    let messages = feeds
        .iter()
        .map(|feed| format!("hub.mode=publish&hub.url={}", form_value(feed)))
        .collect();
    post(hub, "application/x-www-form-urlencoded", messages, secrets)
}

/// A value of a form (URL Standard, "application/x-www-form-urlencoded"): no byte stays that could mean something.
fn form_value(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn post(
    url: &str,
    media_type: &'static str,
    messages: Vec<String>,
    secrets: &Secrets,
) -> Result<(), Diagnostic> {
    http::install_crypto();
    let failed = |said: String| {
        Diagnostic::warning(format!("a ping failed: {}", secrets.clean(&said)))
            .at(secrets.clean(url))
            .hint("the deploy itself went well; the next one with new posts pings again")
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(error.to_string()))?;
    runtime.block_on(async {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .user_agent(concat!("Newsprint/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| failed(error.to_string()))?;
        for message in messages {
            let sent = client
                .post(url)
                .header(reqwest::header::CONTENT_TYPE, media_type)
                .body(message)
                .send()
                .await;
            let status = sent.map_err(|error| failed(reasons(&error)))?.status();
            if !status.is_success() {
                return Err(failed(format!("the answer was {status}")));
            }
        }
        Ok(())
    })
}

/// An error with what caused it: the first alone says little.
fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_addresses() {
        let facts = Facts {
            base_url: "https://news.example/archive/".into(),
            ..Facts::default()
        };
        for (path, expected) in [
            ("index.html", "https://news.example/archive/"),
            ("2024/a.html", "https://news.example/archive/2024/a.html"),
            (
                "分类/index.html",
                "https://news.example/archive/%E5%88%86%E7%B1%BB/",
            ),
            ("xindex.html", "https://news.example/archive/xindex.html"),
        ] {
            assert_eq!(address(&facts, path), expected);
        }
        assert_eq!(form_value("https://a/b c"), "https%3A%2F%2Fa%2Fb%20c");
    }
}
