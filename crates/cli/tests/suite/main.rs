//! The program as a user runs it: one module a promise, each on sites made for it in a temporary folder.

mod commands;
mod damage;
mod golden;
mod output;
mod sameness;
mod support;
mod urls;
