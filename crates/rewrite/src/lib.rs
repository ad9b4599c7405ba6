//! Cleans the HTML of scraped articles: safe, without trackers, well set.
//!
//! A body comes with scripts, trackers, share buttons, lazy-loading tricks, inline colours and broken
//! indentation. What goes out reads like a book page in any theme, cannot run, spy or call home, and says what was changed.
//!
//! ```
//! use std::sync::Arc;
//! use newsprint_rewrite::{Context, Options, Rewriter, links::LinkRules};
//!
//! let rules = Arc::new(LinkRules::built_in(Default::default()));
//! let mut rewriter = Rewriter::new(rules, Options::default());
//! let body = r#"<div style="color:red" onclick="steal()">　　今天发布了新的版本。<br><br>
//!     <script>track()</script>　　大家可以下载了。</div>"#;
//! let rewritten = rewriter.rewrite(body, &Context::default());
//! assert_eq!(
//!     rewritten.html,
//!     "<p class=\"np-indent\">今天发布了新的版本。</p>\n<p class=\"np-indent\">大家可以下载了。</p>"
//! );
//! assert_eq!(rewritten.counts.elements_removed, 1);
//! ```
//!
//! # The way of a body
//!
//! 1. The **intake** reads the source once, like a browser's tokeniser, and writes it again as plain markup of bounded
//!    depth and cost: no scripts, comments, foreign content or raw text, and only attributes that some rule reads.
//! 2. The **sanitiser**, ammonia, parses that as browsers do and serialises the tree through an allow-list. From here
//!    on the markup means to a browser what it means to us. Bodies for which that takes no tree are sanitised in one pass, to the same bytes.
//! 3. The **rules** run element by element (lol_html, or for what took no tree a walk of our own, to the same bytes): links are cleaned, images get their real address, frames become links, styles
//!    become classes, trackers and widgets are marked. One rule a module, its tables in `rules/*.toml`.
//! 4. The **setting** builds typed blocks from what is left (paragraphs, figures, lists, tables) and writes them. Nothing ill-formed can be expressed in
//!    those types, and the writer checks every text, value and address again: it has the last word.
//!
//! The intake stands before the sanitiser because an HTML parser can be made to work quadratically (unclosed formatting, content that is
//! moved out of tables, thousands of attributes); what it lets through costs linear time and bounded memory.
//!
//! # What can be relied on
//!
//! * Rewriting what was rewritten changes nothing.
//! * The visible text of the output is that of the input, less what [`Facts::removals`] lists, plus the labels of cards that stand for frames.
//! * The output is valid content for any element that takes flow content, and nests at most a few hundred deep.
//! * It holds no script, style, form, frame or event handler, no `style` attribute, and no address but `http`, `https`, `mailto`, `tel`, relative ones, and `#p-...` within the body.
//!
//! # Classes
//!
//! | class | on |
//! | --- | --- |
//! | `np-indent` | paragraphs that begin two characters in |
//! | `np-center`, `np-right` | blocks and cells whose alignment survives |
//! | `np-scroll` | the region around a table |
//! | `np-media` | the paragraph around a card |
//! | `np-card`, `np-card-<provider>` | the link that stands for a frame; `np-card-web` if the provider is not known |
//! | `np-lead` | an image that repeats the head image |
//! | `np-small` | an image that belongs into the line |
//! | `np-hl-k`, `-b`, `-f`, `-s`, `-n`, `-c` | in code: keywords, built-ins, calls, strings, numbers, comments |
//! | `language-<name>` | `code` in a language |

mod absolutize;
mod canonical;
mod escape;
mod intake;
pub mod links;
mod rules;
mod sanitize;
mod setting;
mod tag;

use std::sync::Arc;

use newsprint_model::Counts;
use newsprint_model::config::Indent;

pub use absolutize::absolutize;
use links::{LinkRules, Verdict};
use setting::Judged;

/// What the owner can decide about the setting of bodies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Which paragraphs begin two characters in.
    pub indent: Indent,
}

/// Gives the URL in the output of a file beside the post, for a relative reference to it.
pub type LocalFiles<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What is known about the article around a body.
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    /// The article's own address: relative links resolve against it.
    pub original_url: Option<&'a str>,
    /// Asked first for relative references: gives the URL in the output of a file beside the post.
    pub local: Option<&'a LocalFiles<'a>>,
    /// The cleaned address of the head image; images that repeat it are marked.
    pub lead_image: Option<&'a str>,
    /// The article's language, a BCP 47 tag; it decides what cards and tables are called.
    pub language: Option<&'a str>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("original_url", &self.original_url)
            .field("local", &self.local.is_some())
            .field("lead_image", &self.lead_image)
            .field("language", &self.language)
            .finish()
    }
}

/// A body as it can be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rewritten {
    /// The markup: flow content, one block a line.
    pub html: String,
    /// What is in it.
    pub facts: Facts,
    /// What was changed.
    pub counts: Counts,
}

/// What a body holds, and what it no longer does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The headings, in order: a table of contents.
    pub headings: Vec<Heading>,
    /// The address of the first image that is not part of a line.
    pub first_image: Option<String>,
    /// How many images there are.
    pub images: u32,
    /// Whether there is a block of code.
    pub has_code: bool,
    /// Whether there is a table.
    pub has_table: bool,
    /// What rules took out, in the order of the body.
    pub removals: Vec<Removal>,
    /// Relative references, as written, that cost a link, an image or a player its address: no file beside the post
    /// has that name, and it is not known what they are relative to. The first twenty.
    pub unresolved: Vec<String>,
    /// Whether structure was given up because the body asked for more work than an article does.
    pub flattened: bool,
}

/// A heading of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Its id, without `#`.
    pub id: String,
    /// Its plain text.
    pub text: String,
}

/// An element that a rule took out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The rule's name.
    pub rule: String,
    /// The plain text that went with it.
    pub text: String,
}

/// The rewriter of one worker: the sanitiser's tables, and the shared link rules.
///
/// It keeps nothing from one body to the next.
pub struct Rewriter {
    options: Options,
    sanitizer: sanitize::Sanitizer,
    rules: rules::ElementRules,
}

impl Rewriter {
    /// A rewriter. The link rules are shared by all workers.
    pub fn new(rules: Arc<LinkRules>, options: Options) -> Self {
        Self {
            options,
            sanitizer: sanitize::Sanitizer::new(),
            rules: rules::ElementRules::new(rules),
        }
    }

    /// Rewrites a body. Whatever it is given, it returns safe markup, in time and memory linear in its length.
    pub fn rewrite(&mut self, html: &str, context: &Context<'_>) -> Rewritten {
        let intake = intake::read(html);
        let sanitised = self.sanitizer.clean(&intake.html);
        let ruled = self.rules.apply(&sanitised, context);
        let mut counts = ruled.counts;
        counts.elements_removed += intake.elements_removed;
        counts.attributes_removed += intake.attributes_removed;
        let mut facts = Facts {
            flattened: intake.flattened,
            unresolved: ruled.unresolved,
            ..Facts::default()
        };
        let html = setting::set(
            &escape::without_forbidden(&ruled.html),
            context,
            self.options.indent,
            Judged {
                addresses: !ruled.failed,
                marks: ruled.marked,
            },
            &mut facts,
            &mut counts,
        );
        Rewritten {
            html,
            facts,
            counts,
        }
    }

    /// What the sanitiser's tree makes of a body and, if it is certain, what its fast pass does; `raw` leaves the intake
    /// out. Both are the same; tests say so.
    #[doc(hidden)]
    pub fn sanitize_both_ways(&self, html: &str, raw: bool) -> (Vec<u8>, Option<Vec<u8>>) {
        let intake = if raw {
            html.to_owned()
        } else {
            intake::read(html).html
        };
        (
            self.sanitizer.clean_by_tree(&intake),
            sanitize::Sanitizer::clean_directly(&intake),
        )
    }

    /// The address of an image named outside the body: cleaned, proxies unwrapped, on the web or local.
    /// None if it is unusable.
    pub fn image_url(&self, url: &str, context: &Context<'_>) -> Option<String> {
        let url = url.trim();
        if let Some(find) = context.local
            && !rules::has_scheme(url)
            && !url.starts_with("//")
            && let Some(found) = find(url)
        {
            return Some(found);
        }
        web_only(self.rules.links().image(url, context.original_url), url)
    }

    /// The address of a link named outside the body: cleaned, on the web. None if it is unusable.
    pub fn link_url(&self, url: &str) -> Option<String> {
        let url = url.trim();
        web_only(self.rules.links().link(url, None), url)
    }
}

fn web_only(verdict: Verdict, raw: &str) -> Option<String> {
    let url = match verdict {
        Verdict::Keep => raw.to_owned(),
        Verdict::Cleaned(url) | Verdict::Unwrapped(url) => url,
        Verdict::Removed(_) => return None,
    };
    let is_plain =
        |c: char| !c.is_control() && !matches!(c, ' ' | '"' | '\'' | '<' | '>' | '`' | '\\');
    (rules::has_web_scheme(&url) && url.chars().all(is_plain)).then_some(url)
}
