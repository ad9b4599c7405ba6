//! What a person sees: progress, diagnostics, a summary. Results go to standard output, the rest to standard error.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use newsprint_build::Progress;
use newsprint_model::{Diagnostic, Severity};

use crate::args::{Color, Global};

/// Diagnostics shown of each kind before the rest is only counted.
const SHOWN: usize = 20;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const PLACE: Style = Style::new().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Where output goes, and how much of it.
pub(crate) struct Terminal {
    quiet: bool,
    verbose: bool,
    bar: Option<ProgressBar>,
    phase: Mutex<Option<(&'static str, usize, Instant)>>,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Self {
        match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
        let wants_bar = !global.quiet && std::io::stderr().is_terminal();
        Self {
            quiet: global.quiet,
            verbose: global.verbose,
            bar: wants_bar.then(|| {
                ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10))
            }),
            phase: Mutex::new(None),
        }
    }

    /// Whether everything is to be said.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Ends the progress display before anything else is written.
    pub(crate) fn finish(&self) {
        self.end_phase();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// A result, to standard output. A reader that has gone away is no error.
    pub(crate) fn result(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stdout(), "{text}");
        }
    }

    /// A remark, to standard error.
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    /// Shows errors in full number; they are what `--quiet` still says.
    pub(crate) fn errors(&self, diagnostics: &[Diagnostic]) {
        self.show(diagnostics, "errors");
    }

    /// Shows warnings, unless all is to be quiet.
    pub(crate) fn warnings(&self, diagnostics: &[Diagnostic]) {
        if !self.quiet {
            self.show(diagnostics, "warnings");
        }
    }

    /// Shows errors, and unless all is to be quiet warnings, in the order given.
    pub(crate) fn report(&self, diagnostics: &[Diagnostic]) {
        let is_wanted = |one: &&Diagnostic| !self.quiet || one.severity == Severity::Error;
        let wanted: Vec<Diagnostic> = diagnostics.iter().filter(is_wanted).cloned().collect();
        self.show(&wanted, "problems");
    }

    fn show(&self, diagnostics: &[Diagnostic], what: &str) {
        let limit = if self.verbose { usize::MAX } else { SHOWN };
        let mut stderr = anstream::stderr();
        for diagnostic in diagnostics.iter().take(limit) {
            let _ = writeln!(stderr, "{}", styled(diagnostic));
        }
        if diagnostics.len() > limit {
            let more = diagnostics.len() - limit;
            let _ = writeln!(
                stderr,
                "... and {more} {what} more; --verbose shows all, --report writes them to a file"
            );
        }
    }

    fn end_phase(&self) {
        let Ok(mut phase) = self.phase.lock() else {
            return;
        };
        if let Some((name, total, since)) = phase.take()
            && self.bar.is_none()
            && self.verbose
        {
            let count = if total == 0 {
                String::new()
            } else {
                format!(" {}", grouped(total))
            };
            self.remark(&format!("{name}{count}: {}", seconds(since.elapsed())));
        }
    }
}

impl Progress for Terminal {
    fn begin(&self, name: &'static str, total: usize) {
        self.end_phase();
        if let Ok(mut phase) = self.phase.lock() {
            *phase = Some((name, total, Instant::now()));
        }
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(0);
            bar.set_message(name);
            let template = if total == 0 {
                "{msg:8}"
            } else {
                "{msg:8} {bar:40} {human_pos}/{human_len}"
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
        } else if !self.verbose && total > 0 {
            self.remark(&format!("{name} {}", grouped(total)));
        }
    }

    fn advance(&self, steps: usize) {
        if let Some(bar) = &self.bar {
            bar.inc(steps as u64);
        }
    }

    fn note(&self, message: &str) {
        match &self.bar {
            Some(bar) if !self.quiet => bar.suspend(|| self.remark(message)),
            _ => self.remark(message),
        }
    }
}

impl newsprint_deploy::Progress for Terminal {
    fn begin(&self, phase: &'static str, total: usize) {
        Progress::begin(self, phase, total);
    }

    fn advance(&self, steps: usize) {
        Progress::advance(self, steps);
    }

    fn note(&self, message: &str) {
        Progress::note(self, message);
    }
}

fn styled(diagnostic: &Diagnostic) -> String {
    let mut place = printable(&diagnostic.path);
    if let Some(line) = diagnostic.line {
        place.push_str(&format!(":{line}"));
    }
    let (style, word) = match diagnostic.severity {
        Severity::Error => (ERROR, "error"),
        Severity::Warning => (WARNING, "warning"),
    };
    let separator = if place.is_empty() { "" } else { ": " };
    let reason = printable(&diagnostic.reason);
    let mut text = format!("{PLACE}{place}{PLACE:#}{separator}{style}{word}{style:#}: {reason}");
    if let Some(hint) = &diagnostic.hint {
        text.push_str(&format!("\n    {HINT}{}{HINT:#}", printable(hint)));
    }
    text
}

/// File names and front matter come from strangers: what could steer a terminal is shown, not sent.
/// Line ends stay, for template errors that quote their template.
pub(crate) fn printable(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return text.to_owned();
    }
    text.chars()
        .flat_map(|c| -> Box<dyn Iterator<Item = char>> {
            if steers(c) {
                Box::new(c.escape_default())
            } else {
                Box::new(std::iter::once(c))
            }
        })
        .collect()
}

/// `12,345`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 post`, `2 posts`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        grouped(number),
        if number == 1 { "" } else { "s" }
    )
}

/// `0.12 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        let cases = [
            (0, "0 posts"),
            (1, "1 post"),
            (999, "999 posts"),
            (1000, "1,000 posts"),
            (1_234_567, "1,234,567 posts"),
        ];
        for (number, expected) in cases {
            assert_eq!(counted(number, "post"), expected);
        }
    }

    #[test]
    fn nothing_from_a_post_steers_the_terminal() {
        let diagnostic = Diagnostic::warning("odd \u{1b}[2J\u{202e} name")
            .at("content/\u{7}a.md")
            .on_line(3);
        let shown = anstream::adapter::strip_str(&styled(&diagnostic)).to_string();
        assert_eq!(
            shown,
            "content/\\u{7}a.md:3: warning: odd \\u{1b}[2J\\u{202e} name"
        );
    }
}
