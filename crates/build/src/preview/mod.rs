//! A site for a preview: kept in memory, following its folder, rendered one file at a time and never written.
//!
//! [`Live`] holds what was read of every post and makes a new [`Site`](crate::site::Site) of it after each change, reading only what
//! changed. [`Pages`] is one such site, ready to be asked for any file of the output. Both run the code of a build: what a
//! preview shows is what `build` would write at that moment. Nothing of the site folder is written but, where builds keep their records,
//! what was read of posts; the URL ledger is only read.

mod figures;
mod live;
mod notes;
mod pages;

pub use live::{Changes, Live};
pub use notes::Notes;
pub use pages::{File, Pages};
