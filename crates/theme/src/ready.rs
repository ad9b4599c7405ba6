//! Views that were made into the templates' own form once, for use in many pages.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use serde::{Serialize, Serializer};
use tera::Value;

use crate::views::{DateView, Entry, Link};

/// A view that pages share: templates see the `T` that it was made from, and copying it costs nothing.
///
/// A post stands in eight lists and on the pages of its neighbours, a category on every page of its posts. Making
/// their values anew each time was a sixth of a build.
pub struct Ready<T> {
    value: Value,
    /// For a post: what stands for it on the pages of others.
    pieces: Option<Arc<Pieces>>,
    of: PhantomData<fn() -> T>,
}

/// What the theme's templates make of a post for all pages that show it, once somebody has asked.
#[derive(Default)]
struct Pieces {
    row: OnceLock<Value>,
    mention: OnceLock<Value>,
}

/// A template that is rendered once a post, not once a page that shows the post.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece {
    /// `row.html`, for lists.
    Row,
    /// `mention.html`, for the pages of posts that name it.
    Mention,
}

impl<T> Ready<T> {
    fn new(view: &impl Serialize) -> Self {
        Self {
            // Only maps whose keys are no texts can fail, and a view has none.
            value: Value::try_from_serializable(view).unwrap_or_else(|_| Value::none()),
            pieces: None,
            of: PhantomData,
        }
    }

    /// It as templates see it.
    pub(crate) fn value(&self) -> Value {
        self.value.clone()
    }

    /// A field of it that is text; nothing where there is no such field.
    pub(crate) fn text(&self, name: &str) -> &str {
        let field = field(&self.value, name);
        field.and_then(Value::as_str).unwrap_or_default()
    }
}

/// A field of a small view, which is found sooner than its name is hashed.
pub(crate) fn field<'v>(view: &'v Value, name: &str) -> Option<&'v Value> {
    let mut fields = view.as_map()?.iter();
    let (_, value) = fields.find(|(key, _)| key.as_str() == Some(name))?;
    Some(value)
}

impl From<&Link> for Ready<Link> {
    fn from(link: &Link) -> Self {
        Self::new(link)
    }
}

impl From<&DateView> for Ready<DateView> {
    fn from(date: &DateView) -> Self {
        Self::new(date)
    }
}

impl Default for Ready<DateView> {
    fn default() -> Self {
        Self::from(&DateView::default())
    }
}

impl From<&Entry<'_>> for Ready<Entry<'static>> {
    fn from(entry: &Entry<'_>) -> Self {
        Self {
            pieces: Some(Arc::default()),
            ..Self::new(entry)
        }
    }
}

impl Ready<Entry<'static>> {
    /// When the post was published: as its own page shows it, too.
    pub fn date(&self) -> Ready<DateView> {
        Ready {
            value: field(&self.value, "date")
                .cloned()
                .unwrap_or_else(Value::none),
            pieces: None,
            of: PhantomData,
        }
    }

    /// The post as a finished piece of pages: made by `make` the first time, the same ever after.
    pub(crate) fn piece<E>(
        &self,
        piece: Piece,
        make: impl FnOnce(&Value) -> Result<Value, E>,
    ) -> Result<Value, E> {
        let Some(pieces) = &self.pieces else {
            return make(&self.value);
        };
        let place = match piece {
            Piece::Row => &pieces.row,
            Piece::Mention => &pieces.mention,
        };
        if let Some(made) = place.get() {
            return Ok(made.clone());
        }
        let made = make(&self.value)?;
        Ok(place.get_or_init(|| made).clone())
    }
}

impl<T> Clone for Ready<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            pieces: self.pieces.clone(),
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
