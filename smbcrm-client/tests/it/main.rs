//! The client against real sockets: a mock server where answers are well formed, a raw one where they are not.

mod access;
#[cfg(feature = "blocking")]
mod blocking;
mod bodies;
mod clock;
mod live;
mod lost;
mod matrix;
mod pacing;
mod refusals;
mod rotation;
mod sales_boost;
mod secrets;
mod server;
mod smarfle;
mod throttled;
mod trust;
mod unavailable;

use clock::Clock;
use smbcrm_client::{Client, ClientBuilder, RetryPolicy};

/// Settings for tests: this server, this clock, the same random waits every time.
fn builder(url: &str, clock: &Clock) -> ClientBuilder {
    Client::builder()
        .token("pit-00000000-0000-0000-0000-000000000000")
        .base_url(url)
        .timer(clock.clone())
        .retry(RetryPolicy::default().seed(1))
}

fn client(url: &str, clock: &Clock) -> Client {
    builder(url, clock).build().unwrap()
}
