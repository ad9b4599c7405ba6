//! Renders pages through Tera themes. The only crate that knows Tera.
//!
//! A page takes one way through here: [`Theme::load`] reads a theme and the files by which a site
//! overrides it (`layers`), checks the settings (`settings`), hashes the static files
//! (`statics`), merges the translations (`i18n`) and compiles the templates. After that a
//! theme never changes, and any number of threads call [`Theme::render`] with small borrowed
//! [`views`]. The article's body takes no part in it: it is put where the template left a mark
//! (`splice`), so it is never copied into a value, never escaped and never a template.

mod charts;
mod escape;
mod explain;
mod filters;
mod fixed;
mod frames;
mod hash;
mod i18n;
mod layers;
mod manifest;
mod phrases;
mod policy;
mod ready;
mod settings;
mod splice;
mod statics;
mod structured;
mod templates;
mod theme;
pub mod views;

pub use filters::coarse;
pub use ready::Ready;
pub use splice::Body;
pub use statics::StaticFile;
pub use templates::REQUIRED_TEMPLATES;
pub use theme::{FILTERS, Theme};
