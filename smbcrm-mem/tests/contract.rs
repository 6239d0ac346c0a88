//! The contract suite against every way to reach the in-memory CRM.

mod backends;

use smbcrm_core::contract::{self, Backend};

async fn holds(backend: &dyn Backend) {
    let report = contract::run(backend, contract::cases()).await;
    assert!(report.passed(), "\n{report}");
}

#[tokio::test]
async fn in_process() {
    holds(&backends::Mem::in_process()).await;
}

#[tokio::test]
async fn through_the_loopback() {
    holds(&backends::Mem::looped()).await;
}
