//! Who handles a delivery: each is claimed by one, and done once.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::types::Text;

/// Remembers which deliveries were handled, and which are being handled at the moment.
///
/// A delivery goes from *claimed* to *done* or, when handling it fails, back to *free*. A claim is held for its lease:
/// whoever crashes loses it, and the next attempt of the sender is handled. What is done is remembered for as long as a
/// sender may repeat it; seven days unless the store is told otherwise, and the longest schedules end after four.
///
/// [`MemoryStore`](super::MemoryStore) serves one process; `RedisStore` (feature `redis`) serves several.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Claims a delivery for the length of the lease. Of several that try at once, one wins.
    ///
    /// # Errors
    /// The store is full or cannot be reached. The delivery must not be handled then.
    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, StoreError>;

    /// Says that the delivery was handled. Without effect where somebody else has it by now.
    ///
    /// # Errors
    /// The claim was lost, or the store cannot be reached.
    async fn done(&self, key: &str, token: &ClaimToken) -> Result<(), StoreError>;

    /// Says that handling the delivery failed: it is free again, at once.
    ///
    /// # Errors
    /// The claim was lost, or the store cannot be reached.
    async fn failed(&self, key: &str, token: &ClaimToken) -> Result<(), StoreError>;
}

/// What became of an attempt to claim a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// It is yours until the lease ends.
    Claimed(ClaimToken),
    /// It was handled before.
    Done,
    /// Somebody else is at it.
    InProgress,
}

/// Proves a claim. Whose lease ran out holds the token of a claim that is no more, and cannot touch the next one.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimToken(Text);

impl ClaimToken {
    /// A token of this text, which no other claim has.
    pub fn new(text: impl Into<Text>) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for ClaimToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimToken(…)")
    }
}

/// Why a store could not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// As many deliveries are being handled as the store can hold.
    #[error("the store of deliveries is full")]
    Full,
    /// The lease ran out, and somebody else may be handling the delivery.
    #[error("the claim on the delivery was lost")]
    Lost,
    /// The store cannot be reached.
    #[error("the store of deliveries cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
