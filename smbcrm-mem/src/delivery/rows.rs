//! What is to be sent, as rows that outlive the process.
//!
//! A log on disk [listens](Exchange::record) to every change of the book, in order, and a checkpoint takes
//! [all rows](Book::rows). Put back into a new world, an attempt that was under way when the process died is made
//! again: every delivery is made at least once. Deliveries of one order key go on in the order of their numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Exchange;
use super::book::{Book, Entry};
use super::endpoint::Endpoint;
use super::parcel::base64_bytes;
use super::reply::Reply;
use crate::world::RsaPair;

/// A row of the book, as it is after a change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum ExchangeRow {
    /// The highest numbers that were given away, so that none is ever given twice.
    Numbers {
        deliveries: u64,
        endpoints: u64,
    },
    /// All endpoints there are.
    Endpoints(Vec<Arc<Endpoint>>),
    Delivery(Arc<Entry>),
    /// A delivery was forgotten.
    Forgotten(u64),
    /// What became of a delivery that somebody waits for.
    Reply(Reply),
    /// Somebody heard it.
    Heard(u64),
    /// The RSA pair (PKCS#8), which is made at random. Secret.
    Rsa(#[serde(with = "base64_bytes")] bytes::Bytes),
}

/// What changed since rows were last taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    pub(super) entries: BTreeSet<u64>,
    pub(super) replies: BTreeSet<u64>,
    pub(super) endpoints: bool,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.replies.is_empty() && !self.endpoints
    }
}

/// Who is told of every change; called with the book's lock held, so it takes none but its own.
pub(crate) type Recorder = Arc<dyn Fn(Vec<ExchangeRow>) + Send + Sync>;

impl From<RsaPair> for ExchangeRow {
    fn from(pair: RsaPair) -> Self {
        Self::Rsa(pair.0.into())
    }
}

impl Exchange {
    /// Everything there is, to be kept.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> Vec<ExchangeRow> {
        let mut rows = self.moment().rows();
        if let Some(pkcs8) = self.keys().keep_rsa() {
            rows.push(ExchangeRow::Rsa(pkcs8.into()));
        }
        rows
    }

    /// Puts rows back that were kept: all of a checkpoint, and then what changed since, in order.
    #[cfg(test)]
    pub(crate) fn restore_rows(&self, rows: impl IntoIterator<Item = ExchangeRow>) {
        let mut book = Book::clone(&self.moment());
        for row in rows {
            if let ExchangeRow::Rsa(pkcs8) = row {
                self.keys().restore_rsa(pkcs8.to_vec());
            } else {
                book.restore(row);
            }
        }
        self.put(&Arc::new(book));
    }

    /// Tells of every change from now on.
    pub(crate) fn record(&self, recorder: Recorder) {
        self.set_recorder(Some(recorder));
    }
}

impl Book {
    pub(crate) fn rows(&self) -> Vec<ExchangeRow> {
        let mut rows = vec![self.numbers(), ExchangeRow::Endpoints(self.endpoints().to_vec())];
        rows.extend(self.entries().map(|entry| ExchangeRow::Delivery(Arc::clone(entry))));
        rows.extend(self.replies().cloned().map(ExchangeRow::Reply));
        rows
    }

    /// The rows that changed since they were last taken.
    pub(super) fn changed_rows(&mut self) -> Vec<ExchangeRow> {
        let Some(changes) = self.take_changes() else { return Vec::new() };
        let mut rows = vec![self.numbers()];
        if changes.endpoints {
            rows.push(ExchangeRow::Endpoints(self.endpoints().to_vec()));
        }
        rows.extend(changes.entries.into_iter().map(|id| match self.get(id) {
            Some(entry) => ExchangeRow::Delivery(Arc::clone(entry)),
            None => ExchangeRow::Forgotten(id),
        }));
        rows.extend(changes.replies.into_iter().map(|id| match self.reply_of(id) {
            Some(reply) => ExchangeRow::Reply(reply.clone()),
            None => ExchangeRow::Heard(id),
        }));
        rows
    }
}
