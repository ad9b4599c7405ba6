//! The plain values that Newsprint's stages hand to one another.
//!
//! Nothing here reads a file, starts a thread or knows a template. Each stage of a build
//! (scan, read, freeze, plan, render, write) has its own type, and none of them is ever
//! half filled: what is not yet known does not have a field.

pub mod archive;
pub mod config;
pub mod diagnostic;
pub mod post;
pub mod report;
pub mod route;

pub use archive::{Archive, CategoryId, ListKey, Post, PostId, TermId};
pub use config::Config;
pub use diagnostic::{Diagnostic, Severity};
pub use post::{BodyKind, DateOrigin, Names, PostMeta, SourceFile, TitleOrigin, Uncommon};
pub use report::{Counts, Report};
pub use route::{ListPage, Route, RouteKind, UrlPath};
