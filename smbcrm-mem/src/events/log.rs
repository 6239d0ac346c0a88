//! The order of events: numbered, kept for a while, handed to who subscribed.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use chrono::{DateTime, Utc};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::{Stream, StreamExt};
use parking_lot::Mutex;
use smbcrm_core::types::{CompanyId, LocationId, time};
use tokio::sync::Notify;

use super::change::{self, Change};
use super::webhook::{self, Place};
use crate::world::Row;
use crate::world::tape::Edit;

/// How many of the newest events a world keeps for looking back.
pub const EVENT_ENTRIES: usize = 1000;

/// Something that happened: a record was made, changed or removed.
#[derive(Clone)]
pub struct Event {
    sequence: u64,
    at: i64,
    location: Option<LocationId>,
    /// The agency, where the change is its own.
    company: Option<CompanyId>,
    pub(crate) edit: Edit,
}

impl Event {
    /// Its number: the first event of a world is 1, and none is left out.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When, by the world's clock.
    pub fn at(&self) -> DateTime<Utc> {
        time::from_millis(self.at).unwrap_or_default()
    }

    /// In which sub-account; `None` for what belongs to the agency, a user say.
    pub fn location(&self) -> Option<&LocationId> {
        self.location.as_ref()
    }

    /// The record before and after.
    pub fn change(&self) -> Change {
        change::of(&self.edit)
    }

    /// What the platform tells apps about it: none, one or several webhook events, without an envelope.
    ///
    /// ```
    /// use smbcrm_core::Crm;
    /// use smbcrm_core::contacts::CreateContact;
    /// use smbcrm_core::webhooks::Event;
    /// use smbcrm_mem::MemCrm;
    ///
    /// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
    /// let crm = MemCrm::new();
    /// let mut events = crm.events();
    /// crm.contacts().create(CreateContact::new(crm.location()).email("ada@vale.example")).await?;
    /// let told = events.try_next().map(|event| event.webhooks()).unwrap_or_default();
    /// assert!(matches!(&told[..], [Event::ContactCreate(contact)] if contact.email.as_deref() == Some("ada@vale.example")));
    /// # Ok(()) }) }
    /// ```
    pub fn webhooks(&self) -> Vec<smbcrm_core::webhooks::Event> {
        let place = Place { location: self.location.as_ref(), company: self.company.as_ref() };
        let kinds = webhook::kinds(&self.edit);
        kinds.iter().filter_map(|kind| webhook::event(kind, &self.edit, place)).collect()
    }

    /// What happened in two words: `contact created`, `opportunity updated`, `note deleted`.
    pub fn name(&self) -> String {
        let what = self.edit.row().map_or("record", change::kind);
        let done = match (&self.edit.before, &self.edit.after) {
            (None, _) => "created",
            (Some(_), Some(_)) => "updated",
            (Some(_), None) => "deleted",
        };
        format!("{what} {done}")
    }
}

/// Says what happened to which record, and nothing of what is in it.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({}, {}, {})", self.sequence, self.at().to_rfc3339(), self.name())
    }
}

/// What happens in a world from the subscription on: a [`Stream`] that never ends and never leaves anything out.
///
/// What has not been taken yet waits without bound, so take it or drop this.
#[derive(Debug)]
pub struct Events(UnboundedReceiver<Event>);

impl Events {
    /// The next event, if it has happened already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.0.try_recv().ok()
    }

    /// The next event that a test wants, waiting for it to happen; others are passed over.
    pub async fn find(&mut self, wanted: impl Fn(&Event) -> bool) -> Option<Event> {
        while let Some(event) = self.0.next().await {
            if wanted(&event) {
                return Some(event);
            }
        }
        None
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.poll_next_unpin(context)
    }
}

/// The events of a world.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    inner: Mutex<Inner>,
    stir: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    newest: VecDeque<Event>,
    subscribers: Vec<UnboundedSender<Event>>,
}

impl EventLog {
    /// Tells of changes. Called with the lock held under which they were made. Returns the first one's number.
    pub(crate) fn append(&self, place: Place<'_>, at: i64, mut edits: Vec<Edit>) -> u64 {
        edits.retain(|edit| edit.row().is_some_and(Row::is_told));
        let mut inner = self.inner.lock();
        let first = inner.last + 1;
        if edits.is_empty() {
            return first;
        }
        for edit in edits {
            inner.last += 1;
            let event = Event {
                sequence: inner.last,
                at,
                location: place.location.cloned(),
                company: place.company.cloned(),
                edit,
            };
            inner.subscribers.retain(|subscriber| subscriber.unbounded_send(event.clone()).is_ok());
            if inner.newest.len() >= EVENT_ENTRIES {
                inner.newest.pop_front();
            }
            inner.newest.push_back(event);
        }
        drop(inner);
        self.stir.notify_waiters();
        first
    }

    /// Ends when something happens from now on.
    pub(crate) fn stirred(&self) -> impl Future<Output = ()> + '_ {
        self.stir.notified()
    }

    pub(crate) fn subscribe(&self) -> Events {
        let (sender, receiver) = unbounded();
        self.inner.lock().subscribers.push(sender);
        Events(receiver)
    }

    /// The newest events, oldest first.
    pub(crate) fn newest(&self) -> Vec<Event> {
        self.inner.lock().newest.iter().cloned().collect()
    }

    /// Forgets the newest events; their numbers go on.
    pub(crate) fn clear(&self) {
        self.inner.lock().newest.clear();
    }
}
