//! The contract suite against every way to reach the in-memory CRM.

mod backends;

use backends::{Door, Mem};
use smbcrm_core::contract;

async fn holds(door: Door) {
    let report = contract::run(&Mem(door), contract::cases()).await;
    assert!(report.passed(), "\n{report}");
    // An emulator has every hand; only the wire itself is not there where there is none.
    let wireless = matches!(door, Door::InProcess | Door::Looped);
    for (case, why) in report.skipped() {
        assert!(wireless && why.contains("wire"), "{case} was skipped: {why}");
    }
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
