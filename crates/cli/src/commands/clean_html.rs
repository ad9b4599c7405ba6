//! `newsprint clean-html`

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;

use newsprint_build::folder::SiteFolder;
use newsprint_build::prepare::link_rules;
use newsprint_model::{Config, Counts, Diagnostic, config};
use newsprint_rewrite::links::LinkRules;
use newsprint_rewrite::{Context, Options, Rewriter};
use serde::Serialize;

use crate::args::{CleanHtml, Global};
use crate::commands::{stopped, write_json};
use crate::terminal::Terminal;
use crate::{FAILED, FINE};

/// What `--report` writes.
#[derive(Serialize)]
struct Report<'a> {
    rewrite: Counts,
    images: u32,
    first_image: Option<&'a str>,
    headings: Vec<Heading<'a>>,
    unresolved: &'a [String],
}

#[derive(Serialize)]
struct Heading<'a> {
    level: u8,
    id: &'a str,
    text: &'a str,
}

pub(crate) fn run(global: &Global, clean: &CleanHtml, terminal: &Terminal) -> u8 {
    match filter(global, clean) {
        Ok(()) => FINE,
        Err(error) => {
            stopped(&[error], terminal);
            FAILED
        }
    }
}

fn filter(global: &Global, clean: &CleanHtml) -> Result<(), Diagnostic> {
    let (config, rules) = settings(global)?;
    let io = |what: &str, error: &std::io::Error| Diagnostic::error(format!("{what}: {error}"));
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| io("standard input could not be read", &error))?;
    let text = newsprint_source::decode_text(&bytes);
    let html = if clean.markdown {
        newsprint_source::markdown_to_html(&text)
    } else {
        text
    };
    let options = Options {
        indent: config.body.indent,
    };
    let mut rewriter = Rewriter::new(Arc::new(rules), options);
    let context = Context {
        original_url: clean.url.as_deref(),
        language: Some(&config.language),
        ..Context::default()
    };
    let rewritten = rewriter.rewrite(&html, &context);
    if let Some(path) = &clean.report {
        let headings = rewritten.facts.headings.iter();
        let report = Report {
            rewrite: rewritten.counts,
            images: rewritten.facts.images,
            first_image: rewritten.facts.first_image.as_deref(),
            headings: headings
                .map(|h| Heading {
                    level: h.level,
                    id: &h.id,
                    text: &h.text,
                })
                .collect(),
            unresolved: &rewritten.facts.unresolved,
        };
        write_json(path, &report)?;
    }
    let mut stdout = std::io::stdout().lock();
    match stdout
        .write_all(rewritten.html.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(io("standard output could not be written", &error))
        }
        _ => Ok(()),
    }
}

/// The site's settings; the defaults where there is no site, since a filter needs none around it.
fn settings(global: &Global) -> Result<(Config, LinkRules), Diagnostic> {
    if !global.site.is_dir() {
        return Err(
            Diagnostic::error("there is no such folder").at(global.site.display().to_string())
        );
    }
    if !global.site.join(config::FILE_NAME).exists() {
        let config = Config::default();
        let rules = LinkRules::built_in(config.links.affiliate);
        return Ok((config, rules));
    }
    let folder = SiteFolder::at(&global.site, None);
    let config = folder.config()?;
    let rules = link_rules(&folder, &config)?;
    Ok((config, rules.0))
}
