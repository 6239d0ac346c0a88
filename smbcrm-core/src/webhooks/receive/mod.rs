//! The receiver: lets through what is genuine, fresh and new, and nothing else.
//!
//! ```
//! use chrono::Utc;
//! use http::HeaderMap;
//! use serde_json::Value;
//! use smbcrm_core::webhooks::{MemoryStore, Outgoing, Receiver, Rejection, Sign, StandardWebhooks};
//!
//! # futures::executor::block_on(async {
//! let scheme = StandardWebhooks::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
//! let receiver = Receiver::new(scheme.clone()).store(MemoryStore::new());
//!
//! // What a web server hands over: the headers, and the body byte by byte.
//! let (mut headers, body) = (HeaderMap::new(), br#"{"paid":true}"#);
//! scheme.sign(&Outgoing::new("W1", Utc::now(), body), &mut headers)?;
//!
//! let delivery = receiver.receive::<Value>(&headers, body).await?;
//! assert_eq!(delivery.value["paid"], true);
//! delivery.done().await?; // or failed(), and the sender's next attempt is handled
//!
//! let again = receiver.receive::<Value>(&headers, body).await;
//! assert!(matches!(again, Err(Rejection::Duplicate)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod clock;
#[cfg(feature = "axum")]
mod extract;
mod memory;
#[cfg(feature = "redis")]
mod redis_store;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub use clock::Clock;
#[cfg(feature = "axum")]
pub use extract::Verified;
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis_store::RedisStore;
pub use store::{Claim, ClaimToken, IdempotencyStore, StoreError};

use super::Rejection;
use super::sign::{Incoming, Proof, Verify};
use crate::types::Text;

/// Where the id stands by which repeats are told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryId {
    /// Where the scheme says. [`Timestamped`](super::Timestamped) and [`HmacHex`](super::HmacHex) do not say.
    #[default]
    Scheme,
    /// In this header. Only where the sender is trusted to sign no body twice: headers are not signed.
    Header(Text),
    /// In this field of the body, as a JSON pointer (`/id`).
    Body(Text),
    /// Nowhere: the same body is the same delivery. Of two that happen to be alike, the second is lost.
    Digest,
}

/// Lets through deliveries that are genuine, fresh and new.
///
/// Checked in this order, and whatever fails first is the answer: the size of the body, the signature, when it was sent
/// (five minutes either way), what it says, and with a store whether it was handled before. It fails closed: what cannot
/// be checked is refused.
///
/// Clones share everything.
#[derive(Clone)]
pub struct Receiver(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    scheme: Arc<dyn Verify>,
    clock: Clock,
    tolerance: TimeDelta,
    undated: bool,
    limit: usize,
    store: Option<Arc<dyn IdempotencyStore>>,
    id: DeliveryId,
    lease: Duration,
}

impl Receiver {
    /// A receiver of deliveries that are signed like this. Without a store nothing is known of repeats.
    pub fn new(scheme: impl Verify + 'static) -> Self {
        Self(Arc::new(Settings {
            scheme: Arc::new(scheme),
            clock: Clock::system(),
            tolerance: TimeDelta::minutes(5),
            undated: false,
            limit: 1 << 20,
            store: None,
            id: DeliveryId::default(),
            lease: Duration::from_secs(60),
        }))
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Goes by this clock.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        self.set(|settings| settings.clock = clock)
    }

    /// How old a delivery may be, and how far its clock may run ahead of ours. Five minutes unless set.
    #[must_use]
    pub fn tolerance(self, tolerance: Duration) -> Self {
        self.set(|settings| settings.tolerance = TimeDelta::from_std(tolerance).unwrap_or(TimeDelta::MAX))
    }

    /// Takes deliveries that do not say when they were sent, where the scheme asks for it. A replay is known by its id
    /// only, then.
    #[must_use]
    pub fn allow_undated(self) -> Self {
        self.set(|settings| settings.undated = true)
    }

    /// How many bytes a body may have. A mebibyte unless set.
    #[must_use]
    pub fn max_body(self, bytes: usize) -> Self {
        self.set(|settings| settings.limit = bytes)
    }

    /// Remembers here what was handled, and refuses repeats.
    #[must_use]
    pub fn store(self, store: impl IdempotencyStore + 'static) -> Self {
        self.set(|settings| settings.store = Some(Arc::new(store)))
    }

    /// Where the id stands by which repeats are told apart; where the scheme says unless set.
    #[must_use]
    pub fn delivery_id(self, id: DeliveryId) -> Self {
        self.set(|settings| settings.id = id)
    }

    /// How long handling one delivery may take before it counts as failed. A minute unless set.
    #[must_use]
    pub fn lease(self, lease: Duration) -> Self {
        self.set(|settings| settings.lease = lease)
    }

    /// The most bytes a body may have.
    pub fn body_limit(&self) -> usize {
        self.0.limit
    }

    /// Checks size, signature and age, and nothing else.
    ///
    /// # Errors
    /// Too large, not genuine, or not fresh.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Proof, Rejection> {
        let Settings { scheme, clock, tolerance, undated, limit, .. } = &*self.0;
        if body.len() > *limit {
            return Err(Rejection::TooLarge { limit: *limit });
        }
        let proof = scheme.verify(&Incoming::new(headers, body))?;
        match proof.timestamp {
            Some(sent) => {
                let age = clock.now().signed_duration_since(sent);
                if age > *tolerance {
                    return Err(Rejection::TooOld);
                }
                if age < -*tolerance {
                    return Err(Rejection::FromTheFuture);
                }
            }
            None if scheme.is_dated() && !undated => return Err(Rejection::NoTimestamp),
            None => {}
        }
        Ok(proof)
    }

    /// Checks everything, reads the body and claims the delivery. Whoever gets it says how it went:
    /// [`Delivery::done`] or [`Delivery::failed`].
    ///
    /// # Errors
    /// Whatever is wrong with it; [`Rejection::status`] is what to answer.
    pub async fn receive<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Delivery<T>, Rejection> {
        let proof = self.verify(headers, body)?;
        let mut reader = serde_json::Deserializer::from_slice(body);
        let value = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| Rejection::Unexpected { path: error.path().to_string().into() })?;
        reader.end().map_err(|_| Rejection::Unexpected { path: ".".into() })?;
        let held = match &self.0.store {
            Some(store) => Some(self.claim(store, self.key(&proof, headers, body)?).await?),
            None => None,
        };
        Ok(Delivery { value, proof, held })
    }

    /// Receives a delivery and has it handled: what to answer is the result.
    ///
    /// 200 when it was handled, now or before; 500 when handling it failed, and the sender's next attempt is handled
    /// again; else what [`Rejection::status`] says.
    pub async fn handle<T, E, F, W>(&self, headers: &HeaderMap, body: &[u8], work: F) -> StatusCode
    where
        T: DeserializeOwned,
        F: FnOnce(T) -> W,
        W: Future<Output = Result<(), E>>,
    {
        let Delivery { value, held, .. } = match self.receive(headers, body).await {
            Ok(delivery) => delivery,
            Err(rejection) => return rejection.status(),
        };
        let worked = work(value).await.is_ok();
        if let Some(held) = held {
            // Where the store does not take note, the lease runs out, and the worst is that it is handled once more.
            let _noted = held.settle(worked).await;
        }
        if worked { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR }
    }

    async fn claim(&self, store: &Arc<dyn IdempotencyStore>, key: String) -> Result<Held, Rejection> {
        match store.claim(&key, self.0.lease).await? {
            Claim::Claimed(token) => Ok(Held { store: Arc::clone(store), key, token }),
            Claim::Done => Err(Rejection::Duplicate),
            Claim::InProgress => Err(Rejection::InProgress { retry_after: self.0.lease }),
        }
    }

    fn key(&self, proof: &Proof, headers: &HeaderMap, body: &[u8]) -> Result<String, Rejection> {
        let id = match &self.0.id {
            DeliveryId::Scheme => proof.id.clone(),
            DeliveryId::Header(name) => Incoming::new(headers, body).one(name)?.map(Text::from),
            DeliveryId::Body(pointer) => {
                let body: serde_json::Value = serde_json::from_slice(body).map_err(|_| Rejection::NoId)?;
                match body.pointer(pointer) {
                    Some(serde_json::Value::String(text)) => Some(text.as_str().into()),
                    Some(serde_json::Value::Number(number)) => Some(number.to_string().into()),
                    _ => None,
                }
            }
            DeliveryId::Digest => return Ok(digest(body)),
        };
        let id = id.filter(|id| !id.is_empty()).ok_or(Rejection::NoId)?;
        // A sender's id may be of any length; a key should not.
        Ok(if id.len() <= 128 { format!("id:{id}") } else { digest(id.as_bytes()) })
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { tolerance, limit, id, lease, store, .. } = &*self.0;
        f.debug_struct("Receiver")
            .field("tolerance", tolerance)
            .field("limit", limit)
            .field("id", id)
            .field("lease", lease)
            .field("store", &store.is_some())
            .finish_non_exhaustive()
    }
}

/// A delivery that is genuine, fresh and new.
///
/// With a store it is claimed: [`Delivery::done`] or [`Delivery::failed`] ends that. Who does neither, or crashes, loses
/// the claim with the lease, and the sender's next attempt is handled.
#[derive(Debug)]
#[must_use = "say `done` or `failed`, or the delivery is handled again"]
#[non_exhaustive]
pub struct Delivery<T> {
    /// What it says.
    pub value: T,
    /// What its signature proves.
    pub proof: Proof,
    held: Option<Held>,
}

impl<T> Delivery<T> {
    /// It was handled, and is not to come again.
    ///
    /// # Errors
    /// The lease ran out, or the store cannot be reached: it may be handled again.
    pub async fn done(self) -> Result<(), StoreError> {
        self.settle(true).await
    }

    /// Handling it failed: the sender's next attempt is handled. Answer with a 5xx, so that there is one.
    ///
    /// # Errors
    /// The lease ran out, or the store cannot be reached.
    pub async fn failed(self) -> Result<(), StoreError> {
        self.settle(false).await
    }

    async fn settle(self, done: bool) -> Result<(), StoreError> {
        match self.held {
            Some(held) => held.settle(done).await,
            None => Ok(()),
        }
    }
}

struct Held {
    store: Arc<dyn IdempotencyStore>,
    key: String,
    token: ClaimToken,
}

impl Held {
    async fn settle(self, done: bool) -> Result<(), StoreError> {
        if done {
            self.store.done(&self.key, &self.token).await
        } else {
            self.store.failed(&self.key, &self.token).await
        }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Held({:?})", self.key)
    }
}
