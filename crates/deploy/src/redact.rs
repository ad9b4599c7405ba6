//! Keeps credentials out of everything that is said.

use std::env;

/// Parts of the names of environment variables that hold secrets.
const NAMES: [&str; 6] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "CREDENTIAL",
    "ACCESS_KEY",
];

/// A shorter value would blot out ordinary words.
const SHORTEST: usize = 6;

/// The secrets that this process knows.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

impl Secrets {
    /// What stands in the environment under names that promise secrets.
    pub fn of_environment() -> Self {
        Self::of(env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    fn of(variables: impl Iterator<Item = (String, String)>) -> Self {
        let mut secrets: Vec<String> = variables
            .filter(|(name, _)| {
                let name = name.to_ascii_uppercase();
                NAMES.iter().any(|part| name.contains(part))
            })
            .map(|(_, value)| value.trim().to_owned())
            // A file that holds a token is named by its path, which is no secret.
            .filter(|value| value.len() >= SHORTEST && !value.starts_with('/'))
            .collect();
        // A secret may hold another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// The text without secrets, and without user names and passwords in addresses.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.0 {
            if clean.contains(secret.as_str()) {
                clean = clean.replace(secret.as_str(), "***");
            }
        }
        without_user_info(&clean)
    }
}

/// `https://user:password@host/` becomes `https://***@host/`. A bare user name stays where there is nothing secret
/// about it: `ssh://git@host/`.
fn without_user_info(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find("://") {
        let (before, after) = rest.split_at(colon + 3);
        let end = after
            .find(|c: char| {
                c.is_whitespace() || matches!(c, '/' | '?' | '#' | '\'' | '"' | '<' | '>')
            })
            .unwrap_or(after.len());
        out.push_str(before);
        let is_web = before.ends_with("http://") || before.ends_with("https://");
        match after[..end].rfind('@') {
            Some(at) if is_web || after[..at].contains(':') => {
                out.push_str("***");
                rest = &after[at..];
            }
            _ => rest = after,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_pass() {
        let secrets = Secrets::of(
            [
                ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG"),
                ("GITHUB_TOKEN", "ghp_123456"),
                ("LONGER_TOKEN", "ghp_123456789"),
                ("HOME", "/home/someone"),
                ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/token"),
                ("A_TOKEN", "a"),
            ]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        for (text, expected) in [
            ("key wJalrXUtnFEMI/K7MDENG!", "key ***!"),
            ("ghp_123456789 and ghp_123456", "*** and ***"),
            ("a /home/someone /var/token", "a /home/someone /var/token"),
            (
                "fatal: 'https://me:pass@host/x.git' not found",
                "fatal: 'https://***@host/x.git' not found",
            ),
            ("https://token@host", "https://***@host"),
            ("https://a:p/@host", "https://a:p/@host"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("ssh://git:pw@host/x", "ssh://***@host/x"),
            ("git@host:x.git", "git@host:x.git"),
            (
                "see https://a.b/c@d and https://u@v",
                "see https://a.b/c@d and https://***@v",
            ),
        ] {
            assert_eq!(secrets.clean(text), expected);
        }
        assert!(!format!("{secrets:?}").contains("ghp"));
    }
}
