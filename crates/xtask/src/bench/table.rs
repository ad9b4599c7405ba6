//! The result as Markdown: the machine, a table, what did not work. It can stand alone or between marks in a page.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::measure::{Run, Spread};

/// Marks count where they stand alone on a line: a text may speak of them.
const BEGIN: &str = "\n<!-- bench -->\n";
const END: &str = "\n<!-- /bench -->\n";

/// What was measured of one way to do the work.
#[derive(Clone, Default, Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) runs: Vec<Run>,
    /// Whether it makes all posts' pages, so that posts a second mean something.
    pub(super) builds_all: bool,
    /// Files and bytes of its output, where that is its own.
    pub(super) output: Option<(u64, u64)>,
}

/// A whole benchmark.
#[derive(Default, Debug)]
pub(super) struct Report {
    pub(super) machine: String,
    /// What was built, of which size, where.
    pub(super) material: String,
    pub(super) rows: Vec<Row>,
    /// The place of the row that the others are compared with.
    pub(super) yardstick: usize,
    pub(super) posts: u64,
    /// What could not be done, or is not the same.
    pub(super) notes: Vec<String>,
}

impl Row {
    fn wall(&self) -> Option<Spread> {
        Spread::of(self.runs.iter().map(|run| run.wall))
    }
}

impl Report {
    pub(super) fn markdown(&self) -> String {
        let mut out = format!("{}\n\n{}\n\n", self.machine, self.material);
        out.push_str("| | median s | range s | posts/s | of `cp -r` | user s | system s | peak MB | files | output MB |\n");
        out.push_str("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        let yardstick = self.rows.get(self.yardstick).and_then(Row::wall);
        for row in &self.rows {
            self.line(row, yardstick, &mut out);
        }
        if !self.notes.is_empty() {
            out.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(out, "- {note}");
        }
        out
    }

    fn line(&self, row: &Row, yardstick: Option<Spread>, out: &mut String) {
        let Some(wall) = row.wall() else {
            return;
        };
        let usages = || row.runs.iter().filter_map(|run| run.usage);
        let speed = row
            .builds_all
            .then(|| grouped((self.posts as f64 / wall.median).round() as u64));
        let ratio = yardstick.map(|yardstick| format!("{:.2}", wall.median / yardstick.median));
        let seconds = |spread: Option<Spread>| spread.map(|one| format!("{:.2}", one.median));
        let peak = usages().map(|usage| usage.peak).max();
        let cells = [
            Some(row.name.clone()),
            Some(format!("{:.2}", wall.median)),
            Some(format!("{:.2}–{:.2}", wall.least, wall.most)),
            speed,
            ratio,
            seconds(Spread::of(usages().map(|usage| usage.user))),
            seconds(Spread::of(usages().map(|usage| usage.system))),
            peak.map(megabytes),
            row.output.map(|(files, _)| grouped(files)),
            row.output.map(|(_, bytes)| megabytes(bytes)),
        ]
        .map(Option::unwrap_or_default);
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

fn megabytes(bytes: u64) -> String {
    grouped((bytes as f64 / 1e6).round() as u64)
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes the result to a file: between its marks if it has them, else as the whole of it.
pub(super) fn write(markdown: &str, file: &Path) -> Result<(), String> {
    let named = |error: std::io::Error| format!("{}: {error}", file.display());
    let page = match fs::read_to_string(file) {
        Ok(page) => page,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(named(error)),
    };
    let whole = || format!("# Benchmark\n\n{markdown}");
    let page = spliced(&page, markdown).unwrap_or_else(whole);
    fs::write(file, page).map_err(named)
}

/// The page with another result between its marks.
fn spliced(page: &str, markdown: &str) -> Option<String> {
    let begin = page.find(BEGIN)? + BEGIN.len();
    // The line's end before the closing mark may be the one after the opening mark.
    let end = begin - 1 + page[begin - 1..].find(END)?;
    let markdown = markdown.trim_end();
    Some(format!("{}{markdown}{}", &page[..begin], &page[end..]))
}

#[cfg(test)]
mod tests {
    use super::super::measure::Usage;
    use super::{Report, Row, Run, grouped, spliced, write};

    fn row(name: &str, walls: &[f64], builds_all: bool) -> Row {
        let usage = Some(Usage {
            user: 1.0,
            system: 0.25,
            peak: 50_000_000,
        });
        Row {
            name: name.to_owned(),
            runs: walls
                .iter()
                .map(|wall| Run { wall: *wall, usage })
                .collect(),
            builds_all,
            output: builds_all.then_some((12_345, 67_000_000)),
        }
    }

    #[test]
    fn the_table_compares_medians_with_the_yardstick() {
        let report = Report {
            machine: "A machine".to_owned(),
            material: "Some posts".to_owned(),
            rows: vec![
                row("newsprint", &[2.0, 1.0, 3.0], true),
                row("`cp -r`", &[0.5, 0.5, 0.5], false),
                row("never ran", &[], true),
            ],
            yardstick: 1,
            posts: 10_000,
            notes: vec!["a note".to_owned()],
        };
        let markdown = report.markdown();
        let lines: Vec<&str> = markdown.lines().collect();
        assert_eq!(
            lines[6..],
            [
                "| newsprint | 2.00 | 1.00–3.00 | 5,000 | 4.00 | 1.00 | 0.25 | 50 | 12,345 | 67 |",
                "| `cp -r` | 0.50 | 0.50–0.50 |  | 1.00 | 1.00 | 0.25 | 50 |  |  |",
                "",
                "- a note"
            ]
        );
    }

    #[test]
    fn what_was_not_measured_stays_empty() {
        let mut bare = row("x", &[1.0], false);
        bare.runs[0].usage = None;
        let report = Report {
            rows: vec![bare],
            ..Report::default()
        };
        assert!(
            report
                .markdown()
                .contains("| x | 1.00 | 1.00–1.00 |  | 1.00 |  |  |  |  |  |"),
            "{}",
            report.markdown()
        );
    }

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        for (page, expected) in [
            (
                "# Page\n<!-- bench -->\nold\n<!-- /bench -->\nrest\n",
                "# Page\n<!-- bench -->\nnew\n<!-- /bench -->\nrest\n",
            ),
            (
                "Between `<!-- bench -->` and `<!-- /bench -->`.\n<!-- bench -->\n<!-- /bench -->\n",
                "Between `<!-- bench -->` and `<!-- /bench -->`.\n<!-- bench -->\nnew\n<!-- /bench -->\n",
            ),
        ] {
            assert_eq!(spliced(page, "new\n").as_deref(), Some(expected));
        }
        for page in [
            "",
            "no marks",
            "\n<!-- bench -->\nopen",
            "`<!-- bench --><!-- /bench -->`",
        ] {
            assert_eq!(spliced(page, "new\n"), None, "{page}");
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("new.md");
        write("table\n", &file).expect("it can be written");
        let written = std::fs::read_to_string(&file).expect("it is there");
        assert_eq!(written, "# Benchmark\n\ntable\n");
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, wanted) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), wanted);
        }
    }
}
