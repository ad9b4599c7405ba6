//! The table of `--profile`: seconds by phase, then by template.

use newsprint_model::Report;

use crate::terminal::{grouped, printable};

/// The lines of the table.
pub(crate) fn table(report: &Report) -> Vec<String> {
    let mut lines = vec![format!("{:<18}{:>10}", "phase", "seconds")];
    for phase in &report.phases {
        lines.push(format!("{:<18}{:>10.3}", phase.name, phase.seconds));
    }
    lines.push(String::new());
    lines.push(format!(
        "{:<18}{:>10}{:>10}{:>10}{:>10}  slowest",
        "template", "count", "seconds", "mean ms", "max ms"
    ));
    for timing in &report.profile {
        let mean = timing.seconds / timing.count.max(1) as f64;
        lines.push(format!(
            "{:<18}{:>10}{:>10.3}{:>10.3}{:>10.3}  {}",
            timing.name,
            grouped(timing.count),
            timing.seconds,
            mean * 1000.0,
            timing.max_seconds * 1000.0,
            printable(&timing.slowest)
        ));
    }
    lines.push("(seconds by template are those of all threads together)".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use newsprint_model::report::{Phase, Timing};

    use super::*;

    #[test]
    fn figures_stand_in_columns() {
        let report = Report {
            phases: vec![Phase {
                name: "scan",
                seconds: 0.0125,
            }],
            profile: vec![Timing {
                name: "post.html",
                count: 12_345,
                seconds: 1.5,
                max_seconds: 0.02,
                slowest: "content/\u{1b}[2J长.md".into(),
            }],
            ..Report::default()
        };
        assert_eq!(
            table(&report),
            [
                "phase                seconds",
                "scan                   0.013",
                "",
                "template               count   seconds   mean ms    max ms  slowest",
                "post.html             12,345     1.500     0.122    20.000  content/\\u{1b}[2J长.md",
                "(seconds by template are those of all threads together)",
            ]
        );
    }
}
