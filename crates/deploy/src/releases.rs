//! Release folders: every deploy gets one, and a symbolic link leads to the one that is served.

use chrono::Utc;

/// The folder that holds them.
pub(crate) const RELEASES: &str = "releases";

/// The link to the one that is served.
pub(crate) const CURRENT: &str = "current";

/// The one that is being made.
pub(crate) const UNFINISHED: &str = "unfinished";

/// A name for a release, later in order than those that are there: the time, in UTC. Where that is not later, because the
/// last deploy was in the same second or the clock was set back, it is the last name with the next number.
pub(crate) fn name<'a>(there: impl IntoIterator<Item = &'a str>) -> String {
    let now = Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
    match there.into_iter().filter(|name| is_name(name)).max() {
        Some(last) if *last >= *now => {
            let (time, number) = last.split_once('-').unwrap_or((last, "0"));
            format!("{time}-{:06}", number.parse::<u64>().unwrap_or(0) + 1)
        }
        _ => now,
    }
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
        let mut all = vec![name([])];
        for _ in 0..1_200 {
            // The older ones are gone: their names do not come back.
            let last = all.last().map(String::as_str);
            all.push(name(last.into_iter().chain(["unfinished", "zzz"])));
        }
        assert!(all.iter().all(|name| is_name(name)) && all.is_sorted_by(|a, b| a < b));
        let later = "99991231T235959Z";
        assert_eq!(
            name([later]),
            format!("{later}-000001"),
            "a clock that was set back"
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
