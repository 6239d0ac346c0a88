//! The HTTP side: the same world, reached as the wire reaches it.
//!
//! [`Service`] answers an [`http::Request`] without any socket. [`MemServer`] puts sockets under it, [`Wire`] a
//! transport without them; both go through the same routes, gate, checks and words.
//!
//! How a request is answered, in this order:
//!
//! 1. the route: unknown paths answer 404 `Cannot GET /path`, a known path in the wrong case 401;
//! 2. an armed fault, where one hits before the operation ([`crate::Fault`]);
//! 3. the gate: token, `Version`, rate, scope – before the body is read;
//! 4. the sub-account that the request names;
//! 5. the body, then the strict check of what the operation declares;
//! 6. the operation, and an armed fault that hits after it.
//!
//! Every answer carries the six `x-ratelimit-*` headers, and every JSON object a `traceId`.

mod admin;
mod answer;
mod broken;
mod cors;
mod dispatch;
mod drive;
mod input;
mod meant;
mod mount;
mod multipart;
mod neighbour;
mod net;
mod place;
mod routes;
mod start;
mod struck;
mod wire;

pub use dispatch::Service;
pub use mount::Mount;
pub(crate) use routes::verb;
pub use start::{MemServer, MemServerBuilder};
pub use wire::Wire;

#[cfg(test)]
mod tests;
