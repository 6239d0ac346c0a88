//! What was asked of the CRM, newest last, bounded.

use std::collections::VecDeque;

use chrono::{DateTime, TimeZone, Utc};
use parking_lot::Mutex;
use serde::Serialize;
use smbcrm_core::operation::Operation;

/// How many calls are kept unless told otherwise.
pub const JOURNAL_ENTRIES: usize = 1_000;

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
    /// The status of the answer; `None` for calls in process, which have none.
    pub status: Option<u16>,
    /// Whose call it was: the token's name, or `owner`.
    pub caller: String,
    /// How long the answer took, in microseconds; `None` for calls in process.
    pub micros: Option<u64>,
}

/// A call as it is kept: small, and without text of its own where it can be helped.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) operation: Option<&'static Operation>,
    /// Method and path of a route that no operation has.
    pub(crate) unknown: Option<Box<(String, String)>>,
    pub(crate) status: Option<u16>,
    pub(crate) caller: Option<std::sync::Arc<str>>,
    pub(crate) micros: Option<u64>,
}

/// A ring of the newest calls.
#[derive(Debug)]
pub(crate) struct Journal {
    ring: Mutex<Ring>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Entry>,
    seen: u64,
}

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { ring: Mutex::default(), capacity }
    }

    pub(crate) fn record(&self, entry: Entry) {
        let mut ring = self.ring.lock();
        ring.seen += 1;
        if self.capacity == 0 {
            return;
        }
        if ring.entries.len() == self.capacity {
            ring.entries.pop_front();
        }
        ring.entries.push_back(entry);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        let ring = self.ring.lock();
        let first = ring.seen - ring.entries.len() as u64 + 1;
        ring.entries.iter().zip(first..).map(|(entry, number)| entry.show(number)).collect()
    }

    pub(crate) fn clear(&self) {
        *self.ring.lock() = Ring::default();
    }
}

impl Entry {
    fn show(&self, number: u64) -> Call {
        let (method, path) = match (&self.operation, &self.unknown) {
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
            micros: self.micros,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_newest_and_counts_all() {
        let journal = Journal::new(2);
        for at in 0..5 {
            journal.record(Entry {
                at,
                operation: None,
                unknown: None,
                status: None,
                caller: None,
                micros: None,
            });
        }
        let numbers: Vec<u64> = journal.calls().iter().map(|call| call.number).collect();
        assert_eq!(numbers, [4, 5]);
    }
}
