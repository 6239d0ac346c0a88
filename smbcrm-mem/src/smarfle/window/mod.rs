//! How many requests a key may make: a window that slides, here or shared by several servers.

mod memory;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use smbcrm_core::types::Text;

pub use memory::MemoryWindow;

/// What is left after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// Whether this one was taken.
    pub granted: bool,
    /// How many are left.
    pub remaining: u32,
    /// How long until the oldest of them falls out of the window; zero where there is none.
    pub reset_in: Duration,
}

impl Taken {
    /// An answer.
    pub fn new(granted: bool, remaining: u32, reset_in: Duration) -> Self {
        Self { granted, remaining, reset_in }
    }
}

/// Requests could not be counted. Nobody knows then whether there is room, so the request is refused with 503.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowError(Text);

impl WindowError {
    /// An error of these words, which should say nothing that is secret.
    pub fn new(why: impl Into<Text>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "requests cannot be counted: {}", self.0)
    }
}

impl std::error::Error for WindowError {}

/// Counts the requests of callers, each within a window that slides. [`MemoryWindow`] does so unless another one is set
/// ([`Admin::set_smarfle_window`](crate::Admin::set_smarfle_window)).
#[async_trait]
pub trait RateWindow: fmt::Debug + Send + Sync {
    /// Counts a request at `now` (milliseconds since 1970, by whoever asks), unless `limit` requests were taken within
    /// the `span` before. One that is refused is not counted.
    ///
    /// # Errors
    /// When it cannot be counted.
    async fn take(&self, caller: &str, limit: u32, span: Duration, now: i64) -> Result<Taken, WindowError>;
}
