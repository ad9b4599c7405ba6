//! One state of the site, ready to be asked for any file of its output.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use newsprint_model::route::SearchFile;
use newsprint_model::{Counts, Diagnostic, PostId, Route, RouteKind};

use super::notes::Notes;
use crate::render::{BodySpans, Rendered, Renderer, Worker};
use crate::sink::NothingKept;
use crate::site::Site;

/// A file of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of this file on disk.
    Copy(PathBuf),
}

/// A site whose files are made when they are asked for.
pub struct Pages {
    site: Site,
    notes: Arc<Notes>,
    cleaning: OnceLock<Counts>,
    /// Not in use just now.
    workers: Mutex<Vec<Worker>>,
    spans: BodySpans,
}

impl Pages {
    /// For a site that is ready to be rendered. `notes` are shared by all states of one site.
    pub fn new(site: Site, notes: Arc<Notes>) -> Self {
        Self {
            site,
            notes,
            cleaning: OnceLock::new(),
            workers: Mutex::default(),
            spans: BodySpans::new(0),
        }
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The route whose file a static host serves for a decoded path below the base URL. A path that ends in a slash, or an
    /// empty one, means `index.html` there.
    pub fn find(&self, path: &str) -> Option<&Route> {
        if let Some(route) = self.exactly(path) {
            return Some(route);
        }
        if path.is_empty() || path.ends_with('/') {
            return self.exactly(&format!("{path}index.html"));
        }
        let folder = path.strip_suffix("index.html")?;
        (folder.is_empty() || folder.ends_with('/'))
            .then(|| self.exactly(folder))
            .flatten()
    }

    fn exactly(&self, url: &str) -> Option<&Route> {
        // Posts come first, and each group is in the order of its URLs.
        let routes = &self.site.plan.routes;
        let (posts, others) = routes.split_at(self.site.archive.posts().len().min(routes.len()));
        [others, posts].into_iter().find_map(|group| {
            let place = group.binary_search_by(|route| route.url.as_str().cmp(url));
            group.get(place.ok()?)
        })
    }

    /// Makes the file of a route.
    ///
    /// # Errors
    /// What a build would say about it.
    pub fn render(&self, route: &Route) -> Result<File, Diagnostic> {
        let cleaning = match route.kind {
            RouteKind::Search(file) => return self.index_file(route, file),
            RouteKind::Statistics => self.cleaning(),
            _ => Counts::default(),
        };
        self.with_worker(
            |worker| match self.renderer(cleaning).render(route, worker)? {
                Rendered::Page(_) => Ok(File::Bytes(worker.page.clone())),
                Rendered::Copy(from) => Ok(File::Copy(from)),
            },
        )
        .unwrap_or_else(|| {
            Err(
                Diagnostic::error("this page could not be made because of a mistake in Newsprint")
                    .at(route.url.file())
                    .hint("please report it with the post or the template"),
            )
        })
    }

    /// Whether making a route's file may need very many bodies. That is done by threads of its own; whoever asks should not be
    /// one on whom others wait.
    pub fn takes_long(route: &Route) -> bool {
        matches!(route.kind, RouteKind::Statistics | RouteKind::Search(_))
    }

    fn index_file(&self, route: &Route, file: SearchFile) -> Result<File, Diagnostic> {
        let body = |id: PostId| {
            let renderer = self.renderer(Counts::default());
            self.with_worker(|worker| renderer.body_html(id, worker))?
                .ok()
        };
        let made = self.notes.index.file(&self.site, file, body)?;
        let missing =
            || Diagnostic::error("the search index has no such file").at(route.url.file());
        made.map(File::Bytes).ok_or_else(missing)
    }

    /// What was taken out of all bodies. Takes as long as cleaning every body that no build and no earlier question has
    /// cleaned.
    fn cleaning(&self) -> Counts {
        *self.cleaning.get_or_init(|| self.notes.figures.of(self))
    }

    pub(super) fn renderer(&self, cleaning: Counts) -> Renderer<'_> {
        Renderer {
            site: &self.site,
            sink: &NothingKept,
            spans: &self.spans,
            cleaning,
        }
    }

    /// Lends a worker; none comes back if what it is used for panics, and it is not used again.
    pub(super) fn with_worker<T>(&self, work: impl FnOnce(&mut Worker) -> T) -> Option<T> {
        let idle = || self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = idle().pop();
        let mut worker = lent.unwrap_or_else(|| Worker::new(&self.site));
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut worker))).ok()?;
        // They are a build's to report; here they would only pile up.
        worker.warnings.clear();
        idle().push(worker);
        Some(result)
    }
}
