//! What the tests share: loading themes from made-up folders, and reading pages back.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::cell::RefCell;
use std::fs;
use std::ops::Range;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use newsprint_model::Config;
use newsprint_theme::views::{PageView, View};
use newsprint_theme::{REQUIRED_TEMPLATES, Theme};

use crate::samples::{Samples, with_body};

/// A site folder that holds `files`, each a path and its content.
pub(crate) fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}

/// Loads the theme that `config` names for the site at `folder`; the errors are joined to lines.
pub(crate) fn load(folder: &Path, config: &str) -> Result<Theme, String> {
    let config = Config::parse(config).expect("the configuration is fine");
    let theme = Theme::load(folder, &config).map_err(|errors| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    Ok(theme.with_site(Samples::default().site()))
}

/// The files of the smallest theme there can be.
pub(crate) fn tiny_theme(name: &str, more: &str) -> Vec<(String, String)> {
    let mut files = vec![(
        format!("themes/{name}/theme.toml"),
        format!("name = \"{name}\"\n{more}"),
    )];
    files.extend(REQUIRED_TEMPLATES.iter().map(|template| {
        (
            format!("themes/{name}/templates/{template}"),
            format!("{template} of {name}"),
        )
    }));
    files
}

/// A site with the tiny theme `tiny` and some files on top.
pub(crate) fn tiny_site(more: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let mut all = tiny_theme("tiny", more);
    all.extend(
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned())),
    );
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    site(&all)
}

/// The page of a post, rendered by a theme.
pub(crate) fn post_page(theme: &Theme) -> String {
    let samples = Samples::default();
    let post = samples.post("标题");
    render(
        theme,
        &samples.page("post", "标题", "2022/a.html"),
        &View::Post(&post),
        "正文",
    )
    .0
}

pub(crate) fn page_of(folder: &tempfile::TempDir, config: &str) -> String {
    post_page(&load(folder.path(), config).expect("it loads"))
}

/// The configuration that names the tiny theme.
pub(crate) const TINY: &str = "theme = \"tiny\"";

/// Renders a page, which must succeed.
pub(crate) fn render(
    theme: &Theme,
    page: &PageView<'_>,
    view: &View<'_>,
    body: &str,
) -> (String, Option<Range<usize>>) {
    let mut out = b"left over from the page before".to_vec();
    let range = with_body(view, body, |view| theme.render(page, view, &mut out));
    let range = range.expect("renders");
    (String::from_utf8(out).expect("pages are UTF-8"), range)
}

/// A page as a browser's tokenizer sees it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Every tag, with the names of its attributes: `<a class href>`, `</a>`.
    pub(crate) tags: Vec<String>,
    /// The texts of data blocks (`application/ld+json`).
    pub(crate) data_blocks: Vec<String>,
    /// All text outside of scripts.
    pub(crate) text: String,
    /// Every attribute's value.
    pub(crate) values: Vec<String>,
}

/// Reads a page with a browser's tokenizer.
pub(crate) fn read(html: &str) -> Reading {
    #[derive(Default)]
    struct Sink(RefCell<(Reading, bool)>);

    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            let (reading, in_script) = &mut *self.0.borrow_mut();
            match token {
                Token::TagToken(tag) => {
                    let names: String = tag
                        .attrs
                        .iter()
                        .map(|attribute| format!(" {}", attribute.name.local))
                        .collect();
                    reading.values.extend(
                        tag.attrs
                            .iter()
                            .map(|attribute| attribute.value.to_string()),
                    );
                    let slash = if tag.kind == TagKind::EndTag { "/" } else { "" };
                    reading.tags.push(format!("<{slash}{}{names}>", tag.name));
                    if tag.kind == TagKind::EndTag {
                        *in_script = false;
                        return TokenSinkResult::Continue;
                    }
                    match &*tag.name {
                        "script" => {
                            *in_script = true;
                            reading.data_blocks.push(String::new());
                            TokenSinkResult::RawData(RawKind::ScriptData)
                        }
                        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                        "style" => TokenSinkResult::RawData(RawKind::Rawtext),
                        _ => TokenSinkResult::Continue,
                    }
                }
                Token::CharacterTokens(text) => {
                    match reading.data_blocks.last_mut() {
                        Some(block) if *in_script => block.push_str(&text),
                        _ => reading.text.push_str(&text),
                    }
                    TokenSinkResult::Continue
                }
                _ => TokenSinkResult::Continue,
            }
        }
    }

    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let (mut reading, _) = tokenizer.sink.0.into_inner();
    reading.data_blocks.retain(|block| !block.is_empty());
    reading
}
