//! The program as a user runs it: one module a promise, each on sites made for it in a temporary folder.

#![allow(
    unreachable_pub,
    reason = "the modules of one test program see each other"
)]

mod about;
mod commands;
mod damage;
mod deploy;
mod figures;
mod golden;
mod incremental;
mod output;
mod profile;
mod sameness;
mod search;
mod serve;
mod support;
mod urls;
