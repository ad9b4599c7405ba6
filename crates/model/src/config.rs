//! `newsprint.toml`: every key, its default, and a parser that names the nearest key when one is unknown.

mod deploy;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde::Deserialize;

use crate::Diagnostic;
pub use deploy::{
    CloudflareTarget, DeployConfig, FolderTarget, GitTarget, Host, IndexNow, NetlifyTarget,
    RsyncTarget, S3Target, Target, VercelTarget, deploy_keys,
};
use values::{base_url, explain, page_size, theme, timezone};
pub use values::{nearest, normalize_base_url};

/// The name of the configuration file in the site folder.
pub const FILE_NAME: &str = "newsprint.toml";

/// The address that stands in feeds and sitemaps until the owner sets one.
pub const PLACEHOLDER_BASE_URL: &str = "http://localhost:8080/";

/// Everything that `newsprint.toml` can say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The archive's name, in the header, in titles and in feeds.
    pub title: String,
    /// One sentence about the archive, for the home page and the feeds.
    pub description: String,
    /// The publisher named in feeds and metadata; the title where empty.
    pub author: String,
    /// Where the output will stand, with scheme and final slash: `https://news.example/archive/`.
    #[serde(deserialize_with = "base_url")]
    pub base_url: String,
    /// The archive's main language, a BCP 47 tag.
    pub language: String,
    /// The zone of dates that name none, and of the dates in URLs and on pages.
    #[serde(deserialize_with = "timezone")]
    pub timezone: Tz,
    /// The theme and its settings.
    #[serde(deserialize_with = "theme")]
    pub theme: ThemeConfig,
    /// Posts on a full list page.
    #[serde(deserialize_with = "page_size")]
    pub page_size: usize,
    /// The pattern of a post's URL, in Hexo's tokens.
    pub permalink: String,
    /// The length of excerpts, in columns: a Han character is two, a Latin letter one.
    pub excerpt_width: usize,
    /// How `:abbrlink` is made.
    pub abbrlink: AbbrlinkConfig,
    /// How bodies are set.
    pub body: BodyConfig,
    /// How links in bodies are cleaned.
    pub links: LinksConfig,
    /// The feeds.
    pub feeds: FeedsConfig,
    /// The search index.
    pub search: SearchConfig,
    /// Where `deploy` can put the output, by name.
    pub deploy: BTreeMap<String, DeployConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: "Newsprint".into(),
            description: String::new(),
            author: String::new(),
            base_url: PLACEHOLDER_BASE_URL.into(),
            language: "zh-Hans".into(),
            timezone: Tz::Asia__Shanghai,
            theme: ThemeConfig::default(),
            page_size: 50,
            permalink: ":year/:month/:day/:id.html".into(),
            excerpt_width: 200,
            abbrlink: AbbrlinkConfig::default(),
            body: BodyConfig::default(),
            links: LinksConfig::default(),
            feeds: FeedsConfig::default(),
            search: SearchConfig::default(),
            deploy: BTreeMap::new(),
        }
    }
}

/// `theme = "name"`, or a table `[theme]` with `name` and `settings`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThemeConfig {
    /// The folder below `themes/`, or the name of an embedded theme.
    pub name: String,
    /// Values for the settings that the theme declares.
    pub settings: toml::Table,
}

impl Default for ThemeConfig {
    fn default() -> Self {
        Self {
            name: "broadsheet".into(),
            settings: toml::Table::new(),
        }
    }
}

/// `[abbrlink]`: the rules of the Hexo plugin of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AbbrlinkConfig {
    /// The checksum.
    pub algorithm: AbbrlinkAlgorithm,
    /// How its number is written.
    pub representation: AbbrlinkRepresentation,
    /// What it is taken of.
    pub of: AbbrlinkInput,
}

/// The checksum behind `:abbrlink`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AbbrlinkAlgorithm {
    /// CRC-16/ARC.
    #[default]
    Crc16,
    /// CRC-32 (ISO-HDLC, the one of zip).
    Crc32,
}

/// How the checksum is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AbbrlinkRepresentation {
    /// Lower case, without leading zeros.
    #[default]
    Hex,
    /// Decimal.
    Dec,
}

/// What the checksum is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum AbbrlinkInput {
    /// The UTF-8 title.
    #[default]
    #[serde(rename = "title")]
    Title,
    /// The title and the date.
    #[serde(rename = "title+date")]
    TitleAndDate,
}

/// `[body]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BodyConfig {
    /// Which paragraphs begin two characters in.
    pub indent: Indent,
}

/// Which paragraphs begin two characters in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Indent {
    /// Chinese running text is indented, everything else is not.
    #[default]
    Auto,
    /// Every running paragraph is.
    Always,
    /// None is.
    Never,
}

/// `[links]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinksConfig {
    /// Rule files in ClearURLs' format to apply in addition, relative to the site folder.
    pub rules: Vec<String>,
    /// What to do with links that pay somebody.
    pub affiliate: Affiliate,
}

/// What to do with links that pay somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Affiliate {
    /// Unwrap the hop and take the partner's mark off.
    #[default]
    Strip,
    /// Leave them.
    Keep,
}

/// `[feeds]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeedsConfig {
    /// Posts in a feed; 0 switches feeds off.
    pub count: usize,
    /// Whole bodies or excerpts.
    pub content: FeedContent,
}

impl Default for FeedsConfig {
    fn default() -> Self {
        Self {
            count: 30,
            content: FeedContent::Full,
        }
    }
}

/// What a feed holds of each post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedContent {
    /// The whole body.
    #[default]
    Full,
    /// The excerpt.
    Summary,
}

/// `[search]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchConfig {
    /// Whether the archive gets a search index.
    pub enabled: bool,
    /// How much of each post is searched.
    pub scope: SearchScope,
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            scope: SearchScope::Full,
        }
    }
}

/// How much of each post is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchScope {
    /// Title and whole text.
    #[default]
    Full,
    /// Title and excerpt.
    Lead,
    /// Title only.
    Title,
}

impl Config {
    /// Reads the text of a `newsprint.toml`.
    ///
    /// # Errors
    /// Malformed TOML, an unknown key or a value of the wrong kind: with its line, and for
    /// an unknown key the nearest known one.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        toml::from_str(text).map_err(|error| explain(text, &error))
    }

    /// The path part of the base URL: `/` or `/archive/`.
    pub fn base_path(&self) -> &str {
        let after_scheme = self.base_url.find("://").map_or(0, |i| i + 3);
        self.base_url[after_scheme..]
            .find('/')
            .map_or("/", |i| &self.base_url[after_scheme + i..])
    }

    /// The base URL without its path: `https://news.example`.
    pub fn origin(&self) -> &str {
        &self.base_url[..self.base_url.len() - self.base_path().len()]
    }

    /// Whether the owner said where the output will stand.
    pub fn has_base_url(&self) -> bool {
        self.base_url != PLACEHOLDER_BASE_URL
    }

    /// The WebSub hubs that are told of new posts, each once: feeds name them, so that readers' programs find them
    /// (W3C WebSub, section 4).
    pub fn hubs(&self) -> BTreeSet<&str> {
        let targets = self.deploy.values();
        targets
            .filter_map(|target| target.websub.as_deref())
            .collect()
    }

    /// The publisher: the author, or the title where none is named.
    pub fn publisher(&self) -> &str {
        if self.author.is_empty() {
            &self.title
        } else {
            &self.author
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_means_the_defaults() {
        assert_eq!(Config::parse("").expect("parses"), Config::default());
    }

    #[test]
    fn every_documented_key_is_known() {
        let text = r#"
            title = "t"
            description = "d"
            author = "a"
            base_url = "https://news.example/archive"
            language = "en"
            timezone = "Europe/Berlin"
            page_size = 20
            permalink = ":title/"
            excerpt_width = 100
            abbrlink = { algorithm = "crc32", representation = "dec", of = "title+date" }
            body = { indent = "never" }
            links = { rules = ["data.min.json"], affiliate = "keep" }
            feeds = { count = 10, content = "summary" }
            search = { enabled = false, scope = "lead" }
            [theme]
            name = "wire"
            settings = { accent = "red" }
            [deploy.live]
            type = "git"
        "#;
        let config = Config::parse(text).expect("parses");
        assert_eq!(config.base_url, "https://news.example/archive/");
        assert_eq!(config.base_path(), "/archive/");
        assert_eq!(config.origin(), "https://news.example");
        assert_eq!(config.theme.name, "wire");
        assert_eq!(config.abbrlink.of, AbbrlinkInput::TitleAndDate);
    }

    #[test]
    fn mistakes_are_explained_with_line_and_nearest_key() {
        let cases = [
            (
                "title = \"x\"\npage_sise = 3",
                "newsprint.toml:2: error: unknown key `page_sise` (did you mean `page_size`?)",
            ),
            (
                "[feeds]\ncuont = 1",
                "newsprint.toml:2: error: unknown key `cuont` (did you mean `count`?)",
            ),
            (
                "[theme]\nnaem = 'x'",
                "newsprint.toml:2: error: unknown key `naem` (did you mean `name`?)",
            ),
            (
                "timezone = 'Asia/Shanghia'",
                "newsprint.toml:1: error: unknown timezone `Asia/Shanghia`; did you mean `Asia/Shanghai`?",
            ),
            (
                "page_size = 0",
                "newsprint.toml:1: error: page_size must be at least 1",
            ),
            (
                "base_url = 'news.example'",
                "newsprint.toml:1: error: `news.example` is not a base URL: it must begin with https:// or http://",
            ),
        ];
        for (text, expected) in cases {
            let error = Config::parse(text).expect_err(text);
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn a_theme_is_a_name_or_a_table() {
        assert_eq!(
            Config::parse("theme = 'wire'").expect("parses").theme.name,
            "wire"
        );
        assert_eq!(
            Config::parse("[theme.settings]\na = 1")
                .expect("parses")
                .theme
                .name,
            "broadsheet"
        );
    }
}
