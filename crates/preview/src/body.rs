//! Bodies of answers: bytes at hand, or bytes that come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;

/// The body of an answer.
pub(crate) enum Content {
    /// All of it.
    Whole(Option<Bytes>),
    /// What a task sends, until it stops; the number of bytes still to come, where that is known.
    Coming(mpsc::Receiver<io::Result<Bytes>>, Option<u64>),
}

impl Content {
    pub(crate) fn empty() -> Self {
        Self::Whole(None)
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(Some(Bytes::from(bytes)))
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Coming(receiver, left) => receiver.poll_recv(context).map(|next| {
                let next = next?;
                if let (Ok(bytes), Some(left)) = (&next, left) {
                    *left = left.saturating_sub(bytes.len() as u64);
                }
                Some(next.map(Frame::data))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None) | Self::Coming(_, Some(0)))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Coming(_, Some(left)) => SizeHint::with_exact(*left),
            Self::Coming(_, None) => SizeHint::default(),
        }
    }
}
