//! The same walk, record by record.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;

use super::{Pages, Position, Record};
use crate::error::Result;
use crate::types::Text;

/// A stream of records, each of them once. See [`crate::paging`] for what it promises.
pub struct Items<'a, T> {
    pages: Pages<'a, T>,
    buffer: std::vec::IntoIter<T>,
    /// Where the buffered page starts, and how many of its records have been taken.
    page: Position,
    taken: u32,
    position: Position,
    seen: HashSet<Text>,
}

impl<'a, T: Record> Items<'a, T> {
    pub(super) fn new(pages: Pages<'a, T>) -> Self {
        let position = pages.position().clone();
        Self {
            pages,
            buffer: Vec::new().into_iter(),
            page: position.clone(),
            taken: 0,
            position,
            seen: HashSet::new(),
        }
    }

    /// The place behind the last record that was yielded: where [`Items::resume`] goes on after an error.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Goes on at `position`: one that another walk over the same operation with the same criteria has reached.
    ///
    /// This stream still remembers which records it has yielded.
    #[must_use]
    pub fn resume(self, position: Position) -> Self {
        Self {
            pages: self.pages.resume(position.clone()),
            buffer: Vec::new().into_iter(),
            page: position.clone(),
            taken: 0,
            position,
            seen: self.seen,
        }
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl<T> Unpin for Items<'_, T> {}

impl<T: Record> Stream for Items<'_, T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            for item in this.buffer.by_ref() {
                this.taken = this.taken.saturating_add(1);
                this.position = Pages::behind(&this.page, this.taken, Some(&item));
                let id = item.record_id();
                if id.is_empty() || this.seen.insert(id.into()) {
                    return Poll::Ready(Some(Ok(item)));
                }
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    this.taken = page.start.seen; // a resumed page's first records are not in it
                    this.page = page.start;
                    this.buffer = page.items.into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
