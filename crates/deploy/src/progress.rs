//! How a deploy tells what it is doing, without knowing who listens.

/// Hears of a deploy's progress. Called from many threads.
pub trait Progress: Sync {
    /// A phase begins; `total` is how many steps it has, 0 where that is not known.
    fn begin(&self, phase: &'static str, total: usize);

    /// So many steps more are done.
    fn advance(&self, steps: usize);

    /// Something to say besides.
    fn note(&self, message: &str);
}
