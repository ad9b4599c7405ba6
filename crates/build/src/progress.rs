//! How a build tells what it is doing, without knowing who listens.

/// Hears of a build's progress. Called from many threads.
pub trait Progress: Sync {
    /// A phase begins; `total` is how many steps it has, 0 where that is not known.
    fn begin(&self, phase: &'static str, total: usize);

    /// So many steps more are done.
    fn advance(&self, steps: usize);

    /// Something to say that is not about one post, such as that another build is waited for.
    fn note(&self, message: &str);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &'static str, _: usize) {}
    fn advance(&self, _: usize) {}
    fn note(&self, _: &str) {}
}
