//! Puts a built site where its readers are, and sends only what changed.
//!
//! 1. hash: the output folder becomes a [`Manifest`] ([`hashing`])
//! 2. ask: the target says what is live, as a manifest too ([`targets`])
//! 3. diff: from the one to the other, a [`Plan`]; pure ([`diff`])
//! 4. check: the host's limits ([`preflight()`]), and whether too much would go
//! 5. apply: the target carries the plan out, so that what is live holds together at any moment
//! 6. ping: search engines and hubs hear of what is new, if the owner wants them to

pub mod diff;
mod facts;
pub mod hashing;
mod headers;
mod http;
mod job;
pub mod local;
pub mod manifest;
mod ping;
mod platform;
mod preflight;
mod process;
mod progress;
mod redact;
mod releases;
pub mod role;
mod state;
pub mod targets;

pub use diff::{Change, Plan, Reason};
pub use facts::Facts;
pub use job::{Job, Prepared, Settings};
pub use manifest::Manifest;
pub use preflight::{Findings, bytes, preflight};
pub use progress::Progress;
pub use redact::Secrets;
pub use role::{Role, Roles};
