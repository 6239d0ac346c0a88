//! The contract suite against every way to reach the in-memory CRM.

use smbcrm_core::contract;
use smbcrm_core::sales_boost::Dialect;

use crate::backends::{Door, Mem};

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

const DOORS: [Door; 4] = [Door::InProcess, Door::Looped, Door::Wire, Door::Http];

#[tokio::test]
async fn sales_boost() {
    for door in DOORS {
        for dialect in [Dialect::Plain, Dialect::Enveloped] {
            let backend = crate::backends::sales_boost::Mem(door, dialect);
            let report = contract::run(&backend, contract::sales_boost::cases()).await;
            assert!(report.passed(), "\n{door:?}, {dialect:?}: {report}");
            assert_eq!(report.skipped().count(), 0, "{door:?}, {dialect:?}: {report}");
        }
    }
}

#[tokio::test]
async fn smarfle() {
    for door in DOORS {
        let report = contract::run(&crate::backends::smarfle::Mem(door), contract::smarfle::cases()).await;
        assert!(report.passed(), "\n{door:?}: {report}");
        assert_eq!(report.skipped().count(), 0, "{door:?}: {report}");
    }
}
