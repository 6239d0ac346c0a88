//! The contract suite against every way to reach the in-memory CRM, every answer held to the OpenAPI document.

use std::sync::Arc;

use bytes::Bytes;
use smbcrm_core::contract;
use smbcrm_core::sales_boost::Dialect;
use smbcrm_mem::{MemCrm, Service};

/// A book of the document that a server hands out at this address.
async fn book(at: &str) -> Arc<Book> {
    let request = http::Request::get(at).body(Bytes::new()).expect("a well-formed request");
    let answer = Service::new(&MemCrm::new()).respond(request).await;
    let document = serde_json::from_slice(answer.body()).expect("the document is JSON");
    Book::of(Document::new(document))
}

/// Whether every answer was as declared, and one was seen of every operation; in process none passes as JSON.
#[track_caller]
fn is_as_declared(book: &Book, door: Door) {
    let faults = book.faults();
    assert!(faults.is_empty(), "\n{door:?}: {} faults\n{}", faults.len(), faults.join("\n"));
    let unseen = if door == Door::InProcess { vec![] } else { book.unseen() };
    assert!(unseen.is_empty(), "\n{door:?}: no answer seen of\n{}", unseen.join("\n"));
}

use crate::backends::document::{Book, Document};
use crate::backends::{self, Door, Mem};

async fn holds(door: Door) {
    let book = book("/openapi.json").await;
    let report = contract::run(&Mem(door, Arc::clone(&book)), contract::cases()).await;
    assert!(report.passed(), "\n{report}");
    // An emulator has every hand; only the wire itself is not there where there is none.
    let wireless = matches!(door, Door::InProcess | Door::Looped);
    for (case, why) in report.skipped() {
        assert!(wireless && why.contains("wire"), "{case} was skipped: {why}");
    }
    is_as_declared(&book, door);
}

#[tokio::test]
async fn in_process() {
    holds(Door::InProcess).await;
}

#[tokio::test]
async fn through_the_loopback() {
    holds(Door::Looped).await;
}

#[tokio::test]
async fn over_the_wire_without_sockets() {
    holds(Door::Wire).await;
}

#[tokio::test]
async fn over_http_with_the_client() {
    holds(Door::Http).await;
}

const DOORS: [Door; 4] = [Door::InProcess, Door::Looped, Door::Wire, Door::Http];

#[tokio::test]
async fn sales_boost() {
    for door in DOORS {
        let book = book("/openapi/sales-boost.json").await;
        // Either dialect begins a connection in its own way; together they speak all of the API.
        for dialect in [Dialect::Plain, Dialect::Enveloped] {
            let backend = backends::sales_boost::Mem(door, dialect, Arc::clone(&book));
            let report = contract::run(&backend, contract::sales_boost::cases()).await;
            assert!(report.passed(), "\n{door:?}, {dialect:?}: {report}");
            assert_eq!(report.skipped().count(), 0, "{door:?}, {dialect:?}: {report}");
        }
        is_as_declared(&book, door);
    }
}

#[tokio::test]
async fn smarfle() {
    for door in DOORS {
        let book = book("/openapi/smarfle.json").await;
        let backend = backends::smarfle::Mem(door, Arc::clone(&book));
        let report = contract::run(&backend, contract::smarfle::cases()).await;
        assert!(report.passed(), "\n{door:?}: {report}");
        assert_eq!(report.skipped().count(), 0, "{door:?}: {report}");
        is_as_declared(&book, door);
    }
}
