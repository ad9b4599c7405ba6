//! The rules as data: `tests/cases/*.toml` say what goes in and what comes out.
//!
//! A file holds `[[case]]` tables with `name`, `input` and `output`, and what the article's context
//! is, if it matters: `base`, `lead`, `language`, `indent`; `unresolved` lists the references that are reported. To add a case, copy one and change it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use newsprint_model::config::Indent;
use newsprint_rewrite::links::LinkRules;
use newsprint_rewrite::{Context, Options, Rewriter};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    input: String,
    output: String,
    base: Option<String>,
    lead: Option<String>,
    language: Option<String>,
    /// The references that are reported as leading nowhere.
    unresolved: Option<Vec<String>>,
    #[serde(default)]
    indent: Indent,
}

#[test]
fn every_case_comes_out_as_its_file_says() {
    let rules = Arc::new(LinkRules::built_in(Default::default()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut failures, mut total) = (Vec::new(), 0);
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).expect("the folder of cases is there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let file_name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = std::fs::read_to_string(&path).expect("a file of cases can be read");
        let file: File =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{file_name}: {error}"));
        for case in &file.case {
            assert!(
                names.insert(format!("{file_name}: {}", case.name)),
                "{file_name}: two cases are called `{}`",
                case.name
            );
            total += 1;
            let mut rewriter = Rewriter::new(
                rules.clone(),
                Options {
                    indent: case.indent,
                },
            );
            let context = Context {
                original_url: case.base.as_deref(),
                lead_image: case.lead.as_deref(),
                language: case.language.as_deref().or(Some("zh-Hans")),
                local: None,
            };
            let first = rewriter.rewrite(&case.input, &context);
            if first.html != case.output {
                failures.push(format!(
                    "{file_name}: {}\n  input:    {}\n  expected: {}\n  got:      {}",
                    case.name, case.input, case.output, first.html
                ));
            }
            if let Some(expected) = &case.unresolved
                && first.facts.unresolved != *expected
            {
                failures.push(format!(
                    "{file_name}: {}\n  expected unresolved: {expected:?}\n  got: {:?}",
                    case.name, first.facts.unresolved
                ));
            }
            let second = rewriter.rewrite(&first.html, &context);
            if second.html != first.html {
                failures.push(format!(
                    "{file_name}: {}, rewritten again\n  once:  {}\n  twice: {}",
                    case.name, first.html, second.html
                ));
            }
        }
    }
    assert!(total > 0, "no cases in {}", folder.display());
    assert!(
        failures.is_empty(),
        "{} of {total} cases:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
