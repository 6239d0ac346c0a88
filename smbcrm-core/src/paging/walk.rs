//! The driver: a place in, a page out, until a page is not full.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;
use futures::future::BoxFuture;

use super::position::At;
use super::{Items, Position, Record};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::types::{Cursor, Text};

/// A page of a walk.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its records, as the API sent them.
    pub items: Vec<T>,
    /// How many records the whole list has, where the API says so.
    pub total: Option<u64>,
    /// The place behind its last record.
    pub end: Position,
    /// Whether the list ends here.
    pub last: bool,
    pub(super) start: Position,
}

/// What one request brought.
pub(super) struct Fetched<T> {
    pub(super) items: Vec<T>,
    pub(super) total: Option<u64>,
    /// Where the answer itself says that the list goes on; else the last record's cursor does.
    pub(super) next: Option<Cursor>,
}

type Fetch<'a, T> = Box<dyn Fn(&At) -> Result<BoxFuture<'a, Result<Fetched<T>>>> + Send + Sync + 'a>;

/// One operation with one set of criteria: what the driver has to know of it.
pub(super) struct Walk<'a, T> {
    pub(super) operation: &'static Operation,
    /// Where the criteria themselves start.
    pub(super) start: At,
    /// The page size; a page of fewer records is the last.
    pub(super) limit: u32,
    /// The last page that numbers can reach, where the API has such a bound.
    pub(super) last_page: Option<u32>,
    /// Asks for the page at a place.
    pub(super) fetch: Fetch<'a, T>,
}

/// A stream of pages. See [`crate::paging`] for what it promises.
pub struct Pages<'a, T> {
    walk: Option<Walk<'a, T>>,
    next: Position,
    end: Position,
    pending: Option<BoxFuture<'a, Result<Fetched<T>>>>,
    /// Every cursor that was asked for, as text. One a page: a walk over a million records keeps 2000.
    cursors: HashSet<String>,
    previous: Vec<Text>,
    refused: Option<Error>,
    done: bool,
}

impl<'a, T: Record> Pages<'a, T> {
    pub(super) fn new(walk: Result<Walk<'a, T>>) -> Self {
        let (walk, refused) = match walk {
            Ok(walk) => (Some(walk), None),
            Err(error) => (None, Some(error)),
        };
        let start: Position = walk.as_ref().map(|walk| walk.start.clone()).unwrap_or_default().into();
        Self {
            walk,
            next: start.clone(),
            end: start,
            pending: None,
            cursors: HashSet::new(),
            previous: Vec::new(),
            refused,
            done: false,
        }
    }

    /// The place behind the last page that was yielded: where [`Pages::resume`] goes on after an error.
    pub fn position(&self) -> &Position {
        &self.end
    }

    /// Goes on at `position`: one that another walk over the same operation with the same criteria has reached.
    ///
    /// A position of another kind of list (records to skip where the list goes by cursors) ends the stream with
    /// [`ErrorKind::Invalid`].
    #[must_use]
    pub fn resume(mut self, position: Position) -> Self {
        self.pending = None;
        self.cursors.clear(); // the cursor that is asked for again is no loop
        self.previous.clear();
        self.done = false;
        self.end = position.clone();
        self.next = match (&position.at, &self.walk) {
            // Every list has a start; what it is called depends on the list.
            (At::Start, Some(Walk { start: At::Skip(_), .. })) => Position::skip(0),
            (At::Start, Some(Walk { start: At::Page(_), .. })) => Position::page(1),
            _ => position,
        };
        self
    }

    /// The same walk, record by record.
    pub fn items(self) -> Items<'a, T> {
        Items::new(self)
    }

    /// The place behind the `count`th record of the page that starts at `next`.
    pub(super) fn behind(start: &Position, count: u32, item: Option<&T>) -> Position {
        match (&start.at, item.and_then(Record::record_cursor)) {
            (At::Start | At::After(_), Some(cursor)) if !cursor.is_empty() => Position::after(cursor.clone()),
            (At::Skip(skipped), _) => Position::skip(skipped.saturating_add(count)),
            (at, _) => Position { at: at.clone(), seen: count },
        }
    }

    fn take_in(&mut self, fetched: Fetched<T>) -> Result<Option<Page<T>>> {
        let Some(Walk { limit, last_page, .. }) = self.walk else { return Ok(None) };
        let Fetched { mut items, total, next } = fetched;
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        if items.is_empty() {
            self.done = true;
            return Ok(None);
        }
        let last = count < limit;
        let behind = Self::behind(&self.next, count, items.last());
        let last_cursor = next.filter(|cursor| !cursor.is_empty()).or_else(|| {
            items.last().and_then(Record::record_cursor).filter(|cursor| !cursor.is_empty()).cloned()
        });
        self.watch_for_loops(&items, last_cursor.as_ref(), last)?;
        let (next, behind) = match (&self.next.at, last_cursor) {
            (At::Start | At::After(_), Some(cursor)) => (At::After(cursor.clone()), Position::after(cursor)),
            (At::Start | At::After(_), None) if last => (At::Start, behind),
            (At::Start | At::After(_), None) => {
                return Err(self.broken("the last record of a full page carries no cursor".to_owned()));
            }
            (At::Skip(skipped), _) => (At::Skip(skipped.saturating_add(count)), behind),
            // Beyond the window of page numbers only a cursor leads on.
            (At::Page(number), cursor) if last_page.is_some_and(|end| *number >= end) => match cursor {
                Some(cursor) => (At::After(cursor), behind),
                None if last => (At::Start, behind),
                None => {
                    return Err(self.broken(format!(
                        "page numbers end at page {number} and the last record carries no cursor"
                    )));
                }
            },
            (At::Page(number), _) => (At::Page(number.saturating_add(1)), behind),
        };
        // A walk resumed in the middle of a page has had the page's first records.
        let seen = usize::try_from(self.next.seen).unwrap_or(usize::MAX).min(items.len());
        items.drain(..seen);
        let start = std::mem::replace(&mut self.next, next.into());
        self.done = last;
        self.end = behind.clone();
        Ok((!items.is_empty()).then_some(Page { items, total, end: behind, last, start }))
    }

    fn watch_for_loops(&mut self, items: &[T], cursor: Option<&Cursor>, last: bool) -> Result<()> {
        if let At::After(_) | At::Start = self.next.at {
            if let At::After(asked) = &self.next.at {
                self.cursors.insert(At::After(asked.clone()).to_string());
            }
            if let Some(cursor) = cursor.filter(|_| !last) {
                let text = At::After(cursor.clone()).to_string();
                if self.cursors.contains(&text) {
                    return Err(self.broken(format!("the same {text} came twice: a pagination loop")));
                }
            }
            return Ok(());
        }
        let ids: Vec<Text> = items.iter().map(|item| item.record_id().into()).collect();
        if ids == self.previous && ids.iter().any(|id| !id.is_empty()) {
            let at = &self.next.at;
            return Err(self.broken(format!("the same page came twice (at {at}): a pagination loop")));
        }
        self.previous = ids;
        Ok(())
    }

    fn broken(&self, why: String) -> Error {
        let error = Error::new(ErrorKind::Decode, why);
        match &self.walk {
            Some(walk) => error.during(walk.operation),
            None => error,
        }
    }
}

impl<T: Record> Pages<'_, T> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>>>> {
        loop {
            if let Some(error) = self.refused.take() {
                self.done = true;
                return Poll::Ready(Some(Err(error)));
            }
            let Some(walk) = &self.walk else { return Poll::Ready(None) };
            let pending = match &mut self.pending {
                Some(pending) => pending,
                None if self.done => return Poll::Ready(None),
                None => match (walk.fetch)(&self.next.at) {
                    Ok(future) => self.pending.insert(future),
                    Err(error) => {
                        self.done = true;
                        return Poll::Ready(Some(Err(error.during(walk.operation))));
                    }
                },
            };
            let answer = ready!(pending.as_mut().poll(context));
            self.pending = None;
            match answer.and_then(|fetched| self.take_in(fetched)) {
                Ok(Some(page)) => return Poll::Ready(Some(Ok(page))),
                Ok(None) => {} // nothing new in it: on to the next, or to the end
                Err(error) => {
                    self.done = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

// Nothing in it is ever pinned: the future in flight is boxed.
impl<T> Unpin for Pages<'_, T> {}

impl<T: Record> Stream for Pages<'_, T> {
    type Item = Result<Page<T>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.walk.as_ref().map(|walk| walk.operation))
            .field("next", &self.next)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}
