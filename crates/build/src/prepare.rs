//! From a folder to a site that is ready to be rendered: scan, read, freeze, plan.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use newsprint_model::archive::Order;
use newsprint_model::config::normalize_base_url;
use newsprint_model::report::{Phase, PostReport};
use newsprint_model::{Config, Diagnostic, Post, UrlPath};
use newsprint_rewrite::links::LinkRules;
use newsprint_theme::Theme;
use rayon::prelude::*;

use crate::Options;
use crate::about;
use crate::cache::Mixer;
use crate::cache::posts::PostCache;
use crate::folder::SiteFolder;
use crate::ledger::Ledger;
use crate::local::LocalFiles;
use crate::permalink::Pattern;
use crate::plan::{self, Sources};
use crate::progress::Progress;
use crate::read::{self, ReadPosts, Reading, unreadable};
use crate::search::SearchIndex;
use crate::site::{Shared, Site, site_view};

/// A site, and what making it has shown.
pub struct Prepared {
    /// The site.
    pub site: Site,
    /// Its URL ledger, with this build's entries; not yet written.
    pub ledger: Ledger,
    /// What became of the posts.
    pub posts: PostReport,
    /// How long it took.
    pub phases: Vec<Phase>,
    /// Pages of posts that are there but could not be used this time: what earlier builds made of them stays.
    pub kept: Vec<String>,
    /// Whether there may be posts that could not be seen: then nothing that earlier builds made is removed.
    pub incomplete: bool,
}

/// Opens the site folder and settles the configuration.
///
/// # Errors
/// What is wrong with the folder, with `newsprint.toml`, or with the base URL given on the command line.
pub fn open(root: &Path, options: &Options) -> Result<(SiteFolder, Config), Diagnostic> {
    let folder = SiteFolder::open(root, options.output.as_deref())?;
    let mut config = folder.config()?;
    if let Some(base_url) = &options.base_url {
        config.base_url = normalize_base_url(base_url)
            .map_err(|reason| Diagnostic::error(reason).at("--base-url"))?;
    }
    Ok((folder, config))
}

/// Reads everything and decides about every file of the output. `records` says whether what was read may be written down
/// for the next time.
///
/// # Errors
/// Whatever stops a build before the first page: rules, a permalink pattern or a theme that cannot be used.
pub fn prepare(
    folder: SiteFolder,
    config: Config,
    options: &Options,
    records: bool,
    progress: &dyn Progress,
) -> Result<Prepared, Vec<Diagnostic>> {
    let mut warnings = Vec::new();
    let mut phases = Phases::default();

    progress.begin("scan", 0);
    let (frame, (scan, (cache, ledger))) = rayon::join(
        || Frame::load(folder.clone(), config.clone()),
        || {
            rayon::join(
                || newsprint_source::scan(&folder.content),
                || {
                    rayon::join(
                        || load_cache(&folder, &config, options),
                        || load_ledger(&folder),
                    )
                },
            )
        },
    );
    let mut frame = frame?;
    phases.end("scan");
    let cache = cache.unwrap_or_else(|damage| {
        warnings.push(damage);
        PostCache::new(&config)
    });
    let ledger = ledger.map_err(|error| vec![error])?;
    let reading = Reading {
        content: &folder.content,
        records: records.then(|| folder.post_cache_file()),
        cache,
        damage: &mut warnings,
    };
    let read = read::read(reading, &config, options, scan, progress);
    phases.end("read");
    frame.warnings = warnings;
    assemble(frame, read, ledger, options, phases, progress)
}

/// What a site is besides its posts.
pub(crate) struct Frame {
    pub(crate) folder: SiteFolder,
    pub(crate) config: Config,
    pattern: Pattern,
    rules: LinkRules,
    rules_fingerprint: u64,
    theme: Theme,
    /// What was odd about it.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Frame {
    /// Reads the rules, the permalink pattern and the theme that the configuration names.
    ///
    /// # Errors
    /// Whatever of them cannot be used.
    pub(crate) fn load(folder: SiteFolder, config: Config) -> Result<Self, Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let pattern = Pattern::parse(&config.permalink, config.abbrlink).map_err(one)?;
        let (rules, theme) = rayon::join(
            || link_rules(&folder, &config),
            || Theme::load(&folder.root, &config),
        );
        let (rules, rules_fingerprint) = rules.map_err(one)?;
        let theme = theme?;
        Ok(Self {
            folder,
            config,
            pattern,
            rules,
            rules_fingerprint,
            theme,
            warnings: Vec::new(),
        })
    }
}

/// Freezes what was read and plans every file of the output. `ledger` comes with what was odd about it.
///
/// # Errors
/// A `static/` or an `about` that cannot be read.
pub(crate) fn assemble(
    frame: Frame,
    read: ReadPosts,
    (mut ledger, damage): (Ledger, Vec<Diagnostic>),
    options: &Options,
    mut phases: Phases,
    progress: &dyn Progress,
) -> Result<Prepared, Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let Frame {
        folder,
        config,
        pattern,
        rules,
        rules_fingerprint,
        theme,
        warnings: mut site_wide,
    } = frame;
    progress.begin("freeze", 0);
    let (order, placed) = Order::of(read.metas, config.timezone);
    let archive = order.filled(placed.into_par_iter().map(Post::from).collect());
    phases.end("freeze");

    progress.begin("plan", 0);
    let mut posts = read.report;
    let is_searched = config.search.enabled && theme.can_search();
    posts.dated = read::guessed_dates(&archive);
    site_wide.extend_from_slice(theme.warnings());
    site_wide.extend(pattern.unknown_names(&archive));
    let statics = folder.static_files().map_err(one)?;
    site_wide.extend(damage);
    let theme_files: Vec<String> = theme
        .static_files()
        .iter()
        .map(|file| file.url.clone())
        .collect();
    let sources = Sources {
        config: &config,
        archive: &archive,
        content: &folder.content,
        post_files: &read.post_files,
        assets: &read.assets,
        statics: &statics,
        theme_files: &theme_files,
        is_searched,
    };
    let (mut plan, local) = rayon::join(
        || plan::plan(&sources, &pattern, &mut ledger),
        || {
            let statics = statics.iter().map(|(_, path)| path.clone());
            LocalFiles::new(&archive, &read.assets, statics)
        },
    );
    site_wide.append(&mut plan.warnings);
    posts.warnings.splice(0..0, site_wide);
    let search = plan.search.take();
    let (search, (view, shared)) = rayon::join(
        || {
            search.map(|layout| {
                SearchIndex::new(layout, &config, rules_fingerprint, &archive, &plan.urls)
            })
        },
        || {
            let view = site_view(&config, &archive, &plan);
            (view, Shared::new(&archive, &plan.urls))
        },
    );
    let theme = theme.with_site(view.clone());
    let kept = read
        .set_aside
        .iter()
        .filter_map(|path| ledger.of_post(path))
        .map(|entry| UrlPath::new(&entry.url).file())
        .collect();
    let (about, damage) = about::read(&folder, &config, options.now)?;
    posts.warnings.splice(0..0, damage);
    phases.end("plan");

    let site = Site {
        config,
        folder,
        archive,
        plan,
        theme,
        view,
        rules: Arc::new(rules),
        rules_fingerprint,
        local,
        search,
        shared,
        about,
    };
    Ok(Prepared {
        site,
        ledger,
        posts,
        phases: phases.done,
        kept,
        incomplete: read.incomplete,
    })
}

/// The built-in rules and the files that the owner names in addition, with a hash of the latter.
///
/// # Errors
/// A file that cannot be read or is no rule file.
pub fn link_rules(folder: &SiteFolder, config: &Config) -> Result<(LinkRules, u64), Diagnostic> {
    let mut rules = LinkRules::built_in(config.links.affiliate);
    let mut hash = Mixer::default();
    for name in &config.links.rules {
        let text =
            fs::read_to_string(folder.root.join(name)).map_err(|error| unreadable(name, &error))?;
        rules.add_clearurls(&text).map_err(|error| error.at(name))?;
        hash.text(&text);
    }
    Ok((rules, hash.finish()))
}

/// What earlier builds read, as far as it is to be believed.
fn load_cache(
    folder: &SiteFolder,
    config: &Config,
    options: &Options,
) -> Result<PostCache, Diagnostic> {
    if options.clean {
        return Ok(PostCache::new(config));
    }
    PostCache::open(&folder.post_cache_file(), config)
}

/// The ledger, with what was odd about it; an empty one where there is none.
///
/// # Errors
/// A file that is there and cannot be read.
pub(crate) fn load_ledger(folder: &SiteFolder) -> Result<(Ledger, Vec<Diagnostic>), Diagnostic> {
    const NAME: &str = ".newsprint/ledger.tsv";
    match fs::read(folder.ledger_file()) {
        Ok(bytes) => {
            let (text, is_text) = match String::from_utf8(bytes) {
                Ok(text) => (text, true),
                Err(odd) => (String::from_utf8_lossy(odd.as_bytes()).into_owned(), false),
            };
            let (mut ledger, damage) = Ledger::parse(text, NAME);
            ledger.is_untidy |= !is_text;
            Ok((ledger, damage))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok((Ledger::default(), Vec::new()))
        }
        // To go on without it could give published posts other URLs.
        Err(error) => Err(unreadable(NAME, &error)),
    }
}

/// Times phases that follow one another.
pub struct Phases {
    /// The phases that are over.
    pub done: Vec<Phase>,
    since: Instant,
}

impl Default for Phases {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            since: Instant::now(),
        }
    }
}

impl Phases {
    /// Ends a phase; the next begins.
    pub fn end(&mut self, name: &'static str) {
        let now = Instant::now();
        let seconds = (now - self.since).as_secs_f64();
        self.done.push(Phase { name, seconds });
        self.since = now;
    }
}
