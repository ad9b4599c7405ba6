//! Views that were made into the templates' own form once, for use in many pages.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use serde::{Serialize, Serializer};
use tera::Value;

use crate::views::{Entry, Link};

/// A view that pages share: templates see the `T` that it was made from, and copying it costs nothing.
///
/// A post stands in eight lists and on the pages of its neighbours, a category on every page of its posts. Making
/// their values anew each time was a sixth of a build.
pub struct Ready<T> {
    value: Value,
    /// For a post in a list: what the theme's `row.html` makes of it, once somebody has asked.
    row: Option<Arc<OnceLock<Value>>>,
    of: PhantomData<fn() -> T>,
}

impl<T> Ready<T> {
    fn new(view: &impl Serialize) -> Self {
        Self {
            // Only maps whose keys are no texts can fail, and a view has none.
            value: Value::try_from_serializable(view).unwrap_or_else(|_| Value::none()),
            row: None,
            of: PhantomData,
        }
    }
}

impl From<&Link> for Ready<Link> {
    fn from(link: &Link) -> Self {
        Self::new(link)
    }
}

impl From<&Entry<'_>> for Ready<Entry<'static>> {
    fn from(entry: &Entry<'_>) -> Self {
        Self {
            row: Some(Arc::default()),
            ..Self::new(entry)
        }
    }
}

impl Ready<Entry<'static>> {
    /// The post as a finished row of a list: made by `make` the first time, the same ever after.
    pub(crate) fn row<E>(&self, make: impl FnOnce(&Value) -> Result<Value, E>) -> Result<Value, E> {
        let Some(row) = &self.row else {
            return make(&self.value);
        };
        if let Some(row) = row.get() {
            return Ok(row.clone());
        }
        let made = make(&self.value)?;
        Ok(row.get_or_init(|| made).clone())
    }
}

impl<T> Clone for Ready<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            row: self.row.clone(),
            of: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Ready<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> Serialize for Ready<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Tera takes a value that it meets here as it is.
        self.value.serialize(serializer)
    }
}
