//! `newsprint build`

use std::time::Instant;

use newsprint_build::{Options, Outcome};

use crate::args::{Build, Global};
use crate::commands::{check_report, conclude, not_begun, options, stopped};
use crate::profile::table;
use crate::terminal::{Terminal, counted, grouped, seconds};

pub(crate) fn run(global: &Global, build: &Build, terminal: &Terminal) -> u8 {
    let since = Instant::now();
    if let Err(error) = check_report(global, build.output.as_deref(), &build.selection) {
        return stopped(&[error], terminal);
    }
    let options = Options {
        output: build.output.clone(),
        strict: build.strict,
        clean: build.clean,
        profile: build.profile,
        base_url: build.base_url.clone(),
        ..options(&build.selection)
    };
    let outcome = match newsprint_build::build(&global.site, &options, terminal) {
        Ok(outcome) => outcome,
        Err(errors) => {
            let code = not_begun(errors, &build.selection, terminal);
            if build.strict {
                terminal.remark("nothing was written");
            }
            return code;
        }
    };
    terminal.finish();
    let code = conclude(&outcome, &build.selection, terminal);
    if !outcome.has_base_url {
        terminal.remark("hint: feeds, sitemap and metadata name http://localhost:8080/; set `base_url` in newsprint.toml");
    }
    terminal.result(&summary(&outcome, &seconds(since.elapsed())));
    if build.profile {
        for line in table(&outcome.report) {
            terminal.remark(&line);
        }
    } else if terminal.is_verbose() {
        for phase in &outcome.report.phases {
            terminal.remark(&format!("{:>8.3} s  {}", phase.seconds, phase.name));
        }
    }
    code
}

/// `built 818 posts into public: 1,234 files, 12 written, 3 removed, in 0.31 s`; nobody who reads only this line
/// shall take a build that failed for one that did not.
fn summary(outcome: &Outcome, time: &str) -> String {
    let (posts, routes) = (&outcome.report.posts, &outcome.report.routes);
    let verb = if outcome.report.errors.is_empty() {
        "built"
    } else {
        "not finished: built"
    };
    let mut text = format!(
        "{verb} {} into {}: {}, {} written",
        counted(posts.built, "post"),
        outcome.output.display(),
        counted(routes.total, "file"),
        grouped(routes.written),
    );
    if routes.removed > 0 {
        text.push_str(&format!(", {} removed", grouped(routes.removed)));
    }
    if posts.withheld > 0 {
        text.push_str(&format!(", {} withheld", grouped(posts.withheld)));
    }
    if !posts.skipped.is_empty() {
        text.push_str(&format!(
            ", {} set aside",
            counted(posts.skipped.len(), "post")
        ));
    }
    text.push_str(&format!(", in {time}"));
    text
}
