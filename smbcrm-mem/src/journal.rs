//! What was asked of the CRM, newest last, bounded by entries and by bytes.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeZone, Utc};
use parking_lot::Mutex;
use serde::Serialize;
use smbcrm_core::operation::Operation;
use smbcrm_core::types::LocationId;
use tokio::sync::Notify;

/// How many calls are kept unless told otherwise.
pub const JOURNAL_ENTRIES: usize = 1_000;

/// How many bytes the kept calls may take unless told otherwise.
pub const JOURNAL_BYTES: usize = 1024 * 1024;

/// One call, as the admin side sees it. No token, no body, no query value is kept.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Call {
    /// Its number, counted from 1 since the start.
    pub number: u64,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The operation: `contacts.upsert`.
    pub operation: Option<String>,
    /// The verb.
    pub method: String,
    /// The operation's path template; of an unknown route the path that was asked for.
    pub path: String,
    /// The status of the answer; `None` for calls in process, which have none, and where none was sent.
    pub status: Option<u16>,
    /// Whose call it was: the token's name, or `owner`.
    pub caller: String,
    /// The sub-account, as far as path, query, record or token name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationId>,
    /// How long the answer took, in microseconds; `None` for calls in process.
    pub micros: Option<u64>,
    /// The armed fault that it met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Arc<str>>,
    /// What was probably meant, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Which calls are asked for; nothing set asks for all.
///
/// ```
/// use smbcrm_mem::{CallFilter, MemCrm};
///
/// let crm = MemCrm::new();
/// let throttled = crm.admin().calls_where(&CallFilter::new().operation("contacts.upsert").status(429));
/// assert!(throttled.is_empty());
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
#[non_exhaustive]
pub struct CallFilter {
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    status: Option<u16>,
    caller: Option<String>,
    location: Option<LocationId>,
    since: u64,
    faulty: Option<bool>,
}

impl CallFilter {
    /// All calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls of this operation: `contacts.upsert`.
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.operation = Some(name.into());
        self
    }

    /// Calls of this verb, in either case.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Calls whose path, or path template, begins like this.
    pub fn path(mut self, start: impl Into<String>) -> Self {
        self.path = Some(start.into());
        self
    }

    /// Calls that were answered with this status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Calls of the token with this name; `owner` is who calls in process without one, `nobody` who calls over HTTP
    /// without a good one.
    pub fn caller(mut self, name: impl Into<String>) -> Self {
        self.caller = Some(name.into());
        self
    }

    /// Calls of this sub-account.
    pub fn location(mut self, id: impl Into<LocationId>) -> Self {
        self.location = Some(id.into());
        self
    }

    /// Calls after the one of this number.
    pub fn since(mut self, number: u64) -> Self {
        self.since = number;
        self
    }

    /// Calls that met an armed fault, or those that did not.
    pub fn faulty(mut self, faulty: bool) -> Self {
        self.faulty = Some(faulty);
        self
    }

    /// Whether it asks for this call.
    pub fn wants(&self, call: &Call) -> bool {
        let is =
            |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|wanted| wanted == given);
        call.number > self.since
            && self.operation.as_deref().is_none_or(|wanted| call.operation.as_deref() == Some(wanted))
            && self.method.as_deref().is_none_or(|wanted| call.method.eq_ignore_ascii_case(wanted))
            && self.path.as_deref().is_none_or(|wanted| call.path.starts_with(wanted))
            && self.status.is_none_or(|wanted| call.status == Some(wanted))
            && is(&self.caller, &call.caller)
            && self.location.as_ref().is_none_or(|wanted| call.location.as_ref() == Some(wanted))
            && self.faulty.is_none_or(|wanted| call.fault.is_some() == wanted)
    }
}

/// A call as it is kept: small, and without text of its own where it can be helped.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) status: Option<u16>,
    pub(crate) micros: Option<u32>,
    pub(crate) caller: Option<Arc<str>>,
    pub(crate) location: Option<LocationId>,
    /// What most calls do not have.
    pub(crate) more: Option<Box<More>>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct More {
    /// Method and path of a route that no operation has.
    pub(crate) unknown: Option<(String, String)>,
    pub(crate) fault: Option<Arc<str>>,
    pub(crate) hint: Option<String>,
}

/// A ring of the newest calls.
#[derive(Debug)]
pub(crate) struct Journal {
    ring: Mutex<Ring>,
    capacity: usize,
    most_bytes: usize,
    /// How many wait for a call. Nobody does as a rule, and then nobody is told.
    waiting: AtomicUsize,
    news: Notify,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
    seen: u64,
}

impl Journal {
    pub(crate) fn new(capacity: usize, most_bytes: usize) -> Self {
        Self {
            ring: Mutex::default(),
            capacity,
            most_bytes,
            waiting: AtomicUsize::new(0),
            news: Notify::new(),
        }
    }

    pub(crate) fn record(&self, entry: Entry) {
        let mut ring = self.ring.lock();
        ring.seen += 1;
        if self.capacity > 0 {
            ring.bytes += entry.bytes();
            ring.entries.push_back(entry);
            while ring.entries.len() > self.capacity
                || (ring.bytes > self.most_bytes && ring.entries.len() > 1)
            {
                let oldest = ring.entries.pop_front();
                ring.bytes -= oldest.map_or(0, |oldest| oldest.bytes());
            }
        }
        drop(ring);
        // Who waits has said so before it looked under the lock: either it has seen this entry, or we see it.
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.news.notify_waiters();
        }
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls_where(&CallFilter::new())
    }

    pub(crate) fn calls_where(&self, filter: &CallFilter) -> Vec<Call> {
        let ring = self.ring.lock();
        ring.after(filter.since)
            .map(|(entry, number)| entry.show(number))
            .filter(|c| filter.wants(c))
            .collect()
    }

    /// The first wanted call after a number; remembers how far it has looked.
    pub(crate) fn find_after(&self, seen: &mut u64, wanted: impl Fn(&Call) -> bool) -> Option<Call> {
        let ring = self.ring.lock();
        let found = ring.after(*seen).map(|(entry, number)| entry.show(number)).find(wanted);
        *seen = found.as_ref().map_or(ring.seen, |call| call.number);
        found
    }

    /// Ends at the next call, for who is counted as [waiting](Self::wait).
    pub(crate) fn news(&self) -> impl Future<Output = ()> + '_ {
        self.news.notified()
    }

    /// Counts as waiting until dropped.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }

    pub(crate) fn clear(&self) {
        *self.ring.lock() = Ring::default();
    }
}

/// Somebody who waits for a call.
pub(crate) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ring {
    /// The kept calls after a number, with theirs.
    fn after(&self, number: u64) -> impl Iterator<Item = (&Entry, u64)> {
        let first = self.seen + 1 - self.entries.len() as u64;
        let skipped = usize::try_from(number.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        self.entries.iter().zip(first..).skip(skipped)
    }
}

impl Entry {
    /// What it takes in memory; names of callers are shared.
    fn bytes(&self) -> usize {
        let location = self.location.as_ref().map_or(0, |id| id.as_str().len().saturating_sub(24));
        let more = self.more.as_deref().map_or(0, |more| {
            let unknown = more.unknown.as_ref().map_or(0, |(method, path)| method.len() + path.len());
            let fault = more.fault.as_ref().map_or(0, |fault| fault.len());
            size_of::<More>() + unknown + fault + more.hint.as_ref().map_or(0, String::len)
        });
        size_of::<Self>() + location + more
    }

    fn show(&self, number: u64) -> Call {
        let unknown = self.more.as_deref().and_then(|more| more.unknown.as_ref());
        let (method, path) = match (&self.operation, unknown) {
            (Some(operation), _) => (operation.method.as_str().to_owned(), operation.path.to_owned()),
            (None, Some(unknown)) => (unknown.0.clone(), unknown.1.clone()),
            (None, None) => (String::new(), String::new()),
        };
        Call {
            number,
            at: Utc.timestamp_millis_opt(self.at).single().unwrap_or_default(),
            operation: self.operation.map(ToString::to_string),
            method,
            path,
            status: self.status,
            caller: self.caller.as_deref().unwrap_or("owner").to_owned(),
            location: self.location.clone(),
            micros: self.micros.map(u64::from),
            fault: self.more.as_ref().and_then(|more| more.fault.clone()),
            hint: self.more.as_ref().and_then(|more| more.hint.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(calls: &[Call]) -> Vec<u64> {
        calls.iter().map(|call| call.number).collect()
    }

    #[test]
    fn it_keeps_the_newest_and_counts_all() {
        let journal = Journal::new(2, JOURNAL_BYTES);
        for at in 0..5 {
            journal.record(Entry { at, ..Entry::default() });
        }
        assert_eq!(numbers(&journal.calls()), [4, 5]);
        assert_eq!(numbers(&journal.calls_where(&CallFilter::new().since(4))), [5]);
        assert!(journal.calls_where(&CallFilter::new().since(9)).is_empty());
        journal.clear();
        assert!(journal.calls().is_empty());
        Journal::new(0, JOURNAL_BYTES).record(Entry::default());
    }

    #[test]
    fn it_is_bounded_by_bytes_too() {
        let most = 20 * size_of::<Entry>();
        let journal = Journal::new(1_000, most);
        for at in 0..500 {
            let unknown = Some(("GET".to_owned(), "/".repeat(usize::try_from(at % 200).unwrap())));
            let more = Some(Box::new(More { unknown, ..More::default() }));
            journal.record(Entry { at, more, ..Entry::default() });
            assert!(journal.ring.lock().bytes <= most);
        }
        let kept = journal.calls();
        assert!((2..20).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept.last().map(|call| call.number), Some(500));
        let ring = journal.ring.lock();
        assert_eq!(ring.bytes, ring.entries.iter().map(Entry::bytes).sum::<usize>());
    }

    #[test]
    fn a_search_goes_on_where_it_stopped() {
        let journal = Journal::new(3, JOURNAL_BYTES);
        let (mut seen, wanted) = (0, |call: &Call| call.status == Some(429));
        for status in [200, 429, 200, 429] {
            journal.record(Entry { status: Some(status), ..Entry::default() });
        }
        assert_eq!(journal.find_after(&mut seen, wanted).unwrap().number, 2);
        assert_eq!(journal.find_after(&mut seen, wanted).unwrap().number, 4);
        assert!(journal.find_after(&mut seen, wanted).is_none());
        assert_eq!(seen, 4);
    }
}
