//! `newsprint serve` as a browser meets it.

mod client;
mod follow;
mod hostile;
mod http;
mod load;
mod same;
