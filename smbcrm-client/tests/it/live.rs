//! The contract suite against a live account.
//!
//! It is not run by default, as it makes requests and creates records (contacts are deleted again):
//!
//! ```text
//! SMBCRM_TOKEN=pit-… SMBCRM_LOCATION_ID=… cargo test -p smbcrm-client --test it live:: -- --ignored --nocapture
//! ```

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_client::Client;
use smbcrm_core::Result;
use smbcrm_core::contract::{self, Backend, Stage};
use smbcrm_core::types::LocationId;

struct Live {
    client: Client,
    location: LocationId,
}

#[async_trait]
impl Backend for Live {
    fn name(&self) -> &str {
        self.client.base_url()
    }

    async fn stage(&self) -> Result<Stage> {
        Ok(Stage::new(Arc::new(self.client.clone()), &self.location))
    }
}

#[allow(clippy::print_stdout, reason = "the report is what the run is for")]
#[tokio::test]
#[ignore = "needs SMBCRM_TOKEN and SMBCRM_LOCATION_ID, and writes to that sub-account"]
async fn a_live_account_keeps_the_contract() {
    let client = Client::from_env().expect("SMBCRM_TOKEN is set");
    let location = client.location_id().expect("SMBCRM_LOCATION_ID is set").clone();
    let report = contract::run(&Live { client, location }, contract::cases()).await;
    println!("{report}");
    assert!(report.passed(), "\n{report}");
}
