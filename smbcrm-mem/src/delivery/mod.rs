//! Everything that is sent over HTTP: one engine for app webhooks, for the webhook steps of workflows and for whatever
//! else calls another system.
//!
//! What is to be sent is [posted](Exchange::post) under the lock of the change that it tells of, so that it is queued
//! exactly once and in order. It is sent later, without any lock, by [`MemCrm::run_until_idle`] and its companions or
//! by a server's driver, and tried again as its [`RetrySchedule`] says – all on the world's clock.
//!
//! An address gets what belongs together in order: the next delivery of an order key waits for the one before. Of
//! different keys many are under way at once.

mod book;
mod disturb;
mod endpoint;
mod exchange;
mod guard;
#[cfg(feature = "http-sender")]
mod http;
mod keys;
mod parcel;
mod post;
mod reply;
mod rows;
mod run;
mod schedule;
mod senders;
mod sink;
mod tell;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use book::Book;
pub use book::{Attempt, DELIVERY_ENTRIES, DeliveryState};
pub use disturb::Disturbance;
pub use endpoint::{Endpoint, EndpointSettings};
pub(crate) use exchange::Exchange;
pub use guard::Guard;
#[cfg(feature = "http-sender")]
pub use http::HttpPost;
pub use keys::WebhookKeys;
pub use parcel::DeliveryId;
pub(crate) use parcel::{Origin, Parcel, Signature};
pub use post::{Answer, Outbound, Post, PostError};
pub(crate) use reply::Reply;
pub(crate) use rows::{ExchangeRow, Recorder};
pub use schedule::{RetryOn, RetrySchedule};
pub use sink::Sink;
pub use view::{Delivery, DeliveryFilter};
