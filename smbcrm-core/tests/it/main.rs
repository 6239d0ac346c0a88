//! The declarations from outside: what the macros make of them, what is checked, and what goes over the wire.

mod by_hand;
#[cfg(feature = "schema")]
mod checker;
mod loopback;
mod macros;
mod operations;
mod round_trips;
#[cfg(all(feature = "redis", feature = "webhooks-rsa"))]
mod webhooks;
