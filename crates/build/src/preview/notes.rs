//! What is worth keeping from one state of a site to the next: results that need many bodies.

use super::figures::Figures;
use crate::folder::SiteFolder;
use crate::search::IndexFiles;

/// Kept for as long as a site is shown; shared by all its states.
pub struct Notes {
    pub(super) figures: Figures,
    pub(super) index: IndexFiles,
}

impl Notes {
    /// For a site of which nothing is known yet but what the last build may have noted.
    pub fn new(folder: &SiteFolder) -> Self {
        Self {
            figures: Figures::new(folder.route_cache_file()),
            index: IndexFiles::default(),
        }
    }
}
