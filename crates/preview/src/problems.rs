//! What is wrong, as browsers are shown it.

use html_escape::encode_text;
use newsprint_model::{Diagnostic, Severity};
use serde::Serialize;

use crate::address::RESERVED;
use crate::live::STYLE;

/// More than this on one screen helps nobody.
pub(crate) const SHOWN: usize = 20;

/// A diagnostic as the script gets it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'a> {
    severity: &'static str,
    /// `path:line`, as much of it as is known.
    place: String,
    reason: &'a str,
    hint: Option<&'a str>,
}

impl<'a> From<&'a Diagnostic> for Shown<'a> {
    fn from(diagnostic: &'a Diagnostic) -> Self {
        let mut place = diagnostic.path.clone();
        if let Some(line) = diagnostic.line {
            place.push_str(&format!(":{line}"));
        }
        Self {
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            place,
            reason: &diagnostic.reason,
            hint: diagnostic.hint.as_deref(),
        }
    }
}

/// The problems as JSON, on one line.
pub(crate) fn json(problems: &[Diagnostic]) -> String {
    let shown: Vec<Shown<'_>> = problems.iter().take(SHOWN).map(Shown::from).collect();
    serde_json::to_string(&shown).unwrap_or_else(|_| "[]".to_owned())
}

/// A page in the place of one that could not be made. It says everything without a script, too.
pub(crate) fn page(title: &str, problems: &[Diagnostic]) -> Vec<u8> {
    let mut items = String::new();
    for problem in problems.iter().take(SHOWN).map(Shown::from) {
        items.push_str(&format!(
            "<li class=\"{}\"><code>{}</code> <strong>{}</strong>",
            problem.severity,
            encode_text(&problem.place),
            encode_text(problem.reason)
        ));
        if let Some(hint) = problem.hint {
            items.push_str(&format!("<p>{}</p>", encode_text(hint)));
        }
        items.push_str("</li>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"{RESERVED}{STYLE}\">\n</head>\n<body class=\"stand-in\">\n<main>\n<h1>{title}</h1>\n\
         <ul>\n{items}</ul>\n<p>This page loads itself again as soon as that is mended.</p>\n</main>\n</body>\n</html>\n",
        title = encode_text(title)
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_file_says_becomes_markup() {
        let problem = Diagnostic::error("unknown key `<script>alert(1)</script>`\u{2028}")
            .at("content/<img src=x onerror=alert(1)>.md")
            .on_line(3)
            .hint("</p><b>&amp;");
        let page =
            String::from_utf8(page("Not made", std::slice::from_ref(&problem))).expect("UTF-8");
        assert!(
            page.contains("<code>content/&lt;img src=x onerror=alert(1)&gt;.md:3</code>"),
            "{page}"
        );
        assert!(page.contains("&lt;/p&gt;&lt;b&gt;&amp;amp;"), "{page}");
        assert!(!page.contains("<script>alert"), "{page}");
        let json = json(&[problem]);
        assert!(
            !json.contains('\n') && json.contains("\"severity\":\"error\""),
            "{json}"
        );
    }
}
