//! A peer in the race: tried once on the posts as they are, then timed on the same posts put in order.

use std::fs;
use std::path::Path;

use super::measure::{Meter, remove, warm, weigh};
use super::peers::{self, Kind, Peer};
use super::table::{Row, grouped};

/// A peer with what was measured of it so far.
pub(super) struct Contestant {
    peer: Peer,
    pub(super) row: Row,
    /// What became of the posts as they were found: the files made of them, or a complaint.
    as_found: Option<Result<u64, String>>,
    /// Why it stopped.
    failure: Option<String>,
}

impl Contestant {
    /// Sets a peer up.
    pub(super) fn prepare(
        kind: Kind,
        content: &Path,
        meter: &Meter,
        work: &Path,
    ) -> Result<Self, String> {
        let peer = kind.prepare(content, work)?;
        let row = Row {
            name: peer.name.clone(),
            builds_all: true,
            ..Row::default()
        };
        let mut contestant = Self {
            peer,
            row,
            as_found: None,
            failure: None,
        };
        if kind.may_read_posts_as_found() {
            let aside = work.join("in-order");
            let posts = &contestant.peer.posts;
            rename(posts, &aside)?;
            peers::copy(content, posts)?;
            let result = meter.run(&contestant.peer.command, &[0]);
            let posts = &contestant.peer.posts;
            remove(posts)?;
            rename(&aside, posts)?;
            contestant.as_found = Some(match result {
                Ok(_) => Ok(weigh(&contestant.peer.output)?.0),
                Err(complaint) => Err(complaint),
            });
        }
        Ok(contestant)
    }

    /// Builds afresh; a peer that failed once is left alone.
    pub(super) fn run(&mut self, meter: &Meter) {
        if self.failure.is_none() {
            self.failure = self.try_run(meter).err();
        }
    }

    fn try_run(&mut self, meter: &Meter) -> Result<(), String> {
        meter.clear(&self.peer.output)?;
        for leftover in &self.peer.leftovers {
            if leftover.is_file() {
                fs::remove_file(leftover)
                    .map_err(|error| format!("{}: {error}", leftover.display()))?;
            } else {
                meter.clear(leftover)?;
            }
        }
        warm(&self.peer.posts)?;
        self.row.runs.push(meter.run(&self.peer.command, &[0])?);
        self.row.output = Some(weigh(&self.peer.output)?);
        Ok(())
    }

    /// What readers of the table should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let name = &self.row.name;
        let mut notes = Vec::new();
        match &self.as_found {
            Some(Ok(files)) => {
                let in_order = self.row.output.map_or(0, |(files, _)| files);
                notes.push(format!(
                    "{name} builds the posts as they were found, into {} files; into {} of the same posts put in order, which were timed.",
                    grouped(*files),
                    grouped(in_order)
                ));
            }
            Some(Err(complaint)) => notes.push(format!(
                "{name} does not build the posts as they were found ({complaint}); the same posts put in order were timed."
            )),
            None => notes.push(format!("{name} was given the posts put in order.")),
        }
        if let Some(reason) = &self.failure {
            notes.push(format!("{name} failed: {reason}"));
        }
        notes
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), String> {
    fs::rename(from, to).map_err(|error| format!("{}: {error}", from.display()))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Contestant, Meter, Peer, Row};

    fn contestant(folder: &std::path::Path, script: &str) -> Contestant {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(folder);
        Contestant {
            peer: Peer {
                name: "x".to_owned(),
                command,
                output: folder.join("public"),
                leftovers: vec![folder.join("cache"), folder.join("db.json")],
                posts: folder.to_owned(),
            },
            row: Row {
                name: "x".to_owned(),
                ..Row::default()
            },
            as_found: None,
            failure: None,
        }
    }

    #[test]
    fn every_run_begins_afresh() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Fails wherever something is left of a run before.
        let script =
            "mkdir public cache && test ! -e db.json && echo 1 > db.json && echo 123 > public/a";
        let mut contestant = contestant(folder.path(), script);
        let meter = Meter::new(folder.path());
        contestant.run(&meter);
        contestant.run(&meter);
        assert_eq!(contestant.failure, None);
        assert_eq!(
            (contestant.row.runs.len(), contestant.row.output),
            (2, Some((1, 4)))
        );
    }

    #[test]
    fn one_that_fails_says_so_and_is_not_run_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = "echo once >> runs.txt; echo Error: bad post; exit 1";
        let mut contestant = contestant(folder.path(), script);
        let meter = Meter::new(folder.path());
        contestant.run(&meter);
        contestant.run(&meter);
        let runs = std::fs::read_to_string(folder.path().join("runs.txt")).expect("it ran");
        assert_eq!(runs, "once\n");
        let notes = contestant.notes().join("\n");
        assert!(notes.contains("Error: bad post"), "{notes}");
    }
}
