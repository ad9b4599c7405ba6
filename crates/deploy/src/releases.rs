//! Release folders: every deploy gets one, and a symbolic link leads to the one that is served.

use chrono::Utc;

/// The folder that holds them.
pub(crate) const RELEASES: &str = "releases";

/// The link to the one that is served.
pub(crate) const CURRENT: &str = "current";

/// The one that is being made.
pub(crate) const UNFINISHED: &str = "unfinished";

/// A name for a release, later in order than those before: the time, in UTC.
pub(crate) fn name(is_taken: &dyn Fn(&str) -> bool) -> String {
    let time = Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
    let mut names = (0..).map(|number| match number {
        0 => time.clone(),
        number => format!("{time}-{number:03}"),
    });
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

/// Whether a folder of this name is a release of ours, and may be removed when it is old.
pub(crate) fn is_name(name: &str) -> bool {
    let (time, number) = name.split_once('-').unwrap_or((name, "0"));
    let shape: String = time
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "00000000T000000Z" && !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_others_and_follow_one_another() {
        let first = name(&|_| false);
        let second = name(&|taken| taken == first);
        assert!(
            is_name(&first) && is_name(&second) && first < second,
            "{first} {second}"
        );
        for other in [
            "unfinished",
            "2024",
            "20240101T000000Z-",
            "20240101T000000Z-x",
            "backup-20240101T000000Z",
        ] {
            assert!(!is_name(other), "{other}");
        }
    }
}
