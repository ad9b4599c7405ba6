//! Where the time of a build goes: so many pages a template, how long each took, and which took longest.
//! Nothing is measured unless it is asked for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use newsprint_model::report::Timing;

/// Reading and cleaning a post's body.
pub const BODIES: &str = "(bodies)";
/// Finding what posts are searched by.
pub const TERMS: &str = "(search terms)";
/// Comparing a file with what stands in the output, and writing it where it differs.
pub const FILES: &str = "(files)";

/// What one thread has measured.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// What is being made, as the owner knows it.
    current: String,
    kinds: BTreeMap<&'static str, Kind>,
}

#[derive(Debug, Clone, Default)]
struct Kind {
    count: usize,
    total: Duration,
    max: Duration,
    slowest: String,
}

impl Profile {
    /// The next thing is being made.
    pub fn begin(&mut self, what: String) {
        self.current = what;
    }

    /// A piece of work of this kind on the current thing is over.
    pub fn end(&mut self, kind: &'static str, since: Instant) {
        self.add(kind, since.elapsed());
    }

    fn add(&mut self, kind: &'static str, time: Duration) {
        let entry = self.kinds.entry(kind).or_default();
        entry.count += 1;
        entry.total += time;
        if time > entry.max || entry.count == 1 {
            entry.max = time;
            entry.slowest.clone_from(&self.current);
        }
    }

    /// Takes in what another thread has measured.
    pub fn join(&mut self, other: Self) {
        for (name, kind) in other.kinds {
            let entry = self.kinds.entry(name).or_default();
            entry.count += kind.count;
            entry.total += kind.total;
            if kind.max > entry.max || entry.count == kind.count {
                entry.max = kind.max;
                entry.slowest = kind.slowest;
            }
        }
    }

    /// The figures, what took longest first.
    pub fn timings(self) -> Vec<Timing> {
        let mut timings: Vec<Timing> = self
            .kinds
            .into_iter()
            .map(|(name, kind)| Timing {
                name,
                count: kind.count,
                seconds: kind.total.as_secs_f64(),
                max_seconds: kind.max.as_secs_f64(),
                slowest: kind.slowest,
            })
            .collect();
        timings.sort_by(|a, b| b.seconds.total_cmp(&a.seconds).then(a.name.cmp(b.name)));
        timings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_join_and_the_slowest_is_named() {
        let millis = Duration::from_millis;
        let mut one = Profile::default();
        for (what, kind, time) in [
            ("a", "post.html", 2),
            ("b", "post.html", 5),
            ("c", "list.html", 0),
        ] {
            one.begin(what.into());
            one.add(kind, millis(time));
        }
        let mut two = Profile::default();
        for (what, kind, time) in [("d", "post.html", 9), ("e", "404.html", 1)] {
            two.begin(what.into());
            two.add(kind, millis(time));
        }
        one.join(two);
        let figures: Vec<_> = one
            .timings()
            .into_iter()
            .map(|timing| {
                let millis = |seconds: f64| (seconds * 1000.0).round();
                (
                    timing.name,
                    timing.count,
                    millis(timing.seconds),
                    millis(timing.max_seconds),
                    timing.slowest,
                )
            })
            .collect();
        assert_eq!(
            figures,
            [
                ("post.html", 3, 16.0, 9.0, "d".to_owned()),
                ("404.html", 1, 1.0, 1.0, "e".to_owned()),
                ("list.html", 1, 0.0, 0.0, "c".to_owned()),
            ]
        );
    }
}
