//! The narrow waist: an operation as data, a request, a response, a transport, a route.
//!
//! Every product is a plain trait annotated with `#[api]`. From each declared method follow an [`Operation`]
//! (facts as static data), a sender (any [`Transport`] implements every product) and a [`Route`] (how a server
//! answers it). Nothing here does I/O: a transport is somebody else's HTTP client, or a [`Loopback`] without sockets.
//!
//! ```
//! use smbcrm_core::contacts;
//!
//! let upsert = &contacts::operations::UPSERT;
//! assert_eq!(upsert.to_string(), "contacts.upsert");
//! assert_eq!((upsert.path, upsert.scope), ("/contacts/upsert", "contacts.write"));
//! assert!(upsert.idempotent);
//! ```

#[cfg(feature = "schema")]
mod advice;
#[cfg(feature = "server")]
mod answer;
pub mod api;
#[cfg(feature = "server")]
mod asked;
#[cfg(feature = "schema")]
mod check;
mod exchange;
#[cfg(feature = "server")]
mod loopback;
mod multipart;
#[cfg(feature = "schema")]
mod prose;
mod query;
mod refusals;
#[cfg(feature = "schema")]
mod resemblance;
#[cfg(feature = "schema")]
mod schema;
mod sent;

use std::fmt;

use async_trait::async_trait;

#[cfg(feature = "server")]
pub use answer::{Arguments, Payload, Route};
#[cfg(feature = "schema")]
pub use check::{Checker, check};
pub use exchange::{Body, Raw, Redirect, Request, Response};
pub use futures::future::BoxFuture;
#[cfg(feature = "server")]
pub use loopback::Loopback;
#[cfg(feature = "server")]
pub(crate) use loopback::answer as loop_back;
#[cfg(feature = "schema")]
pub(crate) use loopback::arguments as read_back;
pub use multipart::{FromParts, IntoParts, Part};
#[cfg(feature = "schema")]
pub(crate) use prose::plain;
pub use refusals::{Refusal, Said};
#[cfg(feature = "schema")]
pub use resemblance::{distance, nearest};
#[cfg(feature = "schema")]
pub use schema::{openapi, openapi_of};
#[doc(hidden)]
pub use sent::{Sent, decoded, raw, redirected};

use crate::error::Result;
use crate::shape::{Kind, Shaped};

/// A product of the API: contacts, opportunities, …
#[derive(Debug)]
#[allow(clippy::exhaustive_structs)] // written as a static next to each trait
pub struct Product {
    /// The name: module, MCP prefix, tag of the OpenAPI document.
    pub name: &'static str,
    /// The value of the `Version` header; empty where the API knows no such header.
    pub version: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
}

/// The HTTP verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // the API has these and no others
pub enum Method {
    /// Reads.
    Get,
    /// Creates, searches, acts.
    Post,
    /// Replaces or updates.
    Put,
    /// Updates in part.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// `GET`, `POST`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Which level of token may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Access {
    /// A sub-account's token.
    Location,
    /// An agency's token.
    Agency,
    /// Either.
    Any,
}

/// Where a request names its sub-account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// Nowhere: the operation is the account's.
    None,
    /// In this path parameter.
    Path(&'static str),
    /// In this query parameter.
    Query(&'static str),
    /// In this property of the body.
    Body(&'static str),
    /// Through the record that the path names.
    Record,
}

/// What an operation's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
    /// There is none.
    None,
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
}

/// How an answer wraps its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reply {
    /// Not at all.
    Bare,
    /// `{"<key>": value}`.
    Key(&'static str),
    /// `{"<ack>": true}`, no value.
    Acknowledged(&'static str),
    /// `{"<ack>": true, "<key>": value}`.
    AcknowledgedKey {
        /// The value's key.
        key: &'static str,
        /// The flag's key.
        ack: &'static str,
    },
    /// `{"success": true, "statusCode": <status>, "message": "<message>", "results": {"<key>": value}}`; without a key
    /// the results are the value, and left out where there is none.
    Reported {
        /// What happened, in words.
        message: &'static str,
        /// The value's key; empty where there is none.
        key: &'static str,
    },
    /// Bytes of some content type: a file, a page.
    Raw,
    /// Nothing but where to go on: the header `Location`.
    Redirect,
}

/// One declared operation: all that is known of it, as plain data.
///
/// Written by `#[api]`; it can be written by hand as well.
#[allow(clippy::exhaustive_structs)] // must be writable as a static, by hand too
pub struct Operation {
    /// The product it belongs to.
    pub product: &'static Product,
    /// The method's name: `upsert`.
    pub name: &'static str,
    /// The reference's operation id: `upsert-contact`.
    pub id: &'static str,
    /// The first line of its documentation.
    pub summary: &'static str,
    /// Its whole documentation.
    pub doc: &'static str,
    /// The verb.
    pub method: Method,
    /// The path with `{placeholders}` as the wire names them.
    pub path: &'static str,
    /// The placeholders' names, in order.
    pub params: &'static [&'static str],
    /// The scope a token needs; empty where the API knows no scopes.
    pub scope: &'static str,
    /// Whether the reference documents that scope; otherwise it is assumed.
    pub scope_documented: bool,
    /// Which level of token may call it.
    pub access: Access,
    /// Where the request names its sub-account.
    pub place: Place,
    /// Whether it takes a query.
    pub takes_query: bool,
    /// What its body is.
    pub body: BodyKind,
    /// How its answer wraps the value.
    pub reply: Reply,
    /// The status of success.
    pub status: u16,
    /// The status of a create that finds its record there already, where it differs from `status`.
    pub known: Option<u16>,
    /// The status that refuses a record that does not exist: 400, or 404 where the API says so.
    pub missing: u16,
    /// Whether it only reads.
    pub read: bool,
    /// Whether sending it twice does no more than sending it once.
    pub idempotent: bool,
    /// Whether the API discourages it.
    pub deprecated: bool,
    /// What query, body and answer look like.
    pub schemas: Schemas,
}

impl fmt::Display for Operation {
    /// `contacts.upsert`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.product.name, self.name)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({} {})", self.method.as_str(), self.path)
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.product.name == other.product.name && self.name == other.name)
    }
}

impl Eq for Operation {}

/// What an operation's query, body and answer look like.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs)] // written as a constant, by hand too
pub struct Schemas {
    /// The path's parameters, in their order.
    pub params: &'static [Kind],
    /// The query's object; [`Kind::Nothing`] where it takes none.
    pub query: Kind,
    /// The body; [`Kind::Nothing`] where there is none, or none of JSON.
    pub body: Kind,
    /// The value that the answer carries; [`Kind::Nothing`] where it carries none.
    pub output: Kind,
}

impl Schemas {
    /// What these three types look like, and the path's parameters.
    pub const fn of<Query: Shaped, Body: Shaped, Output: Shaped>(params: &'static [Kind]) -> Self {
        Self { params, query: Query::KIND, body: Body::KIND, output: Output::KIND }
    }
}

/// Whatever carries a request to an API and brings the answer back; to SMBcrm, unless it says otherwise.
///
/// Every product's trait is implemented for every transport of its API, so a client, a recorder, a fault injector and a
/// socket-free [`Loopback`] each need this one method and nothing else.
#[async_trait]
pub trait Transport<A = api::Crm>: Send + Sync {
    /// Sends the request and returns the answer.
    ///
    /// A plain transport returns it whatever its status; the caller reads the refusal from it. One that knows more
    /// than the answer says – how often it was tried, whether a write may have happened – refuses by itself.
    ///
    /// # Errors
    /// There is no answer ([`crate::ErrorKind::Transport`], `Unavailable`, `Ambiguous`), or the transport has read a
    /// refusal from it already.
    async fn send(&self, request: Request) -> Result<Response>;
}

#[async_trait]
impl<A: 'static, T: Transport<A> + ?Sized> Transport<A> for std::sync::Arc<T> {
    async fn send(&self, request: Request) -> Result<Response> {
        (**self).send(request).await
    }
}

#[async_trait]
impl<A: 'static, T: Transport<A> + ?Sized> Transport<A> for Box<T> {
    async fn send(&self, request: Request) -> Result<Response> {
        (**self).send(request).await
    }
}
