//! Sending one request: what carries an attempt to its address.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use smbcrm_core::types::Text;

/// A request as it is sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outbound {
    /// The verb.
    pub method: http::Method,
    /// Where to.
    pub url: Text,
    /// Its headers, names in lower case.
    pub headers: Vec<(Text, Text)>,
    /// Its body, byte for byte.
    pub body: Bytes,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Whether it goes to public addresses only, whatever the sender allows besides.
    pub public_only: bool,
}

impl Outbound {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Without what is secret: header values, query and body.
impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.url.split(['?', '#']).next().unwrap_or_default();
        write!(f, "Outbound({} {place}, {} bytes)", self.method, self.body.len())
    }
}

/// What an address answered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers that are of use: `content-type`, `location`, `retry-after`, `etag`, `x-request-id`.
    pub headers: Vec<(Text, Text)>,
    /// The body's beginning, up to 64 KiB.
    pub body: Bytes,
    /// How long it took; measured unless given.
    pub took: Option<Duration>,
}

impl Answer {
    /// An answer with no body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), took: None }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// As if it had taken so long. An answer that takes longer than the attempt may is a timeout.
    #[must_use]
    pub fn took(mut self, took: Duration) -> Self {
        self.took = Some(took);
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostError {
    /// The address may not be called: it is no `http` or `https` URL, or the guard forbids it.
    Refused(Text),
    /// No connection came about: nothing was sent.
    Unreachable(Text),
    /// The connection broke: whether the request arrived is unknown.
    Broken(Text),
    /// The answer took too long: whether the request arrived is unknown.
    Timeout,
}

impl fmt::Display for PostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Unreachable(why) => write!(f, "unreachable: {why}"),
            Self::Broken(why) => write!(f, "broken: {why}"),
            Self::Timeout => f.write_str("timeout"),
        }
    }
}

impl std::error::Error for PostError {}

/// Something that carries requests: over HTTP, or to a handler in process.
///
/// Every async closure from [`Outbound`] to `Result<Answer, PostError>` is one.
#[async_trait]
pub trait Post: Send + Sync {
    /// Sends a request once. Keeps to its timeout, follows no redirect, reads no more than 64 KiB.
    ///
    /// # Errors
    /// When there is no answer; an answer of any status is none.
    async fn send(&self, outbound: &Outbound) -> Result<Answer, PostError>;
}

#[async_trait]
impl<F, Answering> Post for F
where
    F: Fn(Outbound) -> Answering + Send + Sync,
    Answering: Future<Output = Result<Answer, PostError>> + Send,
{
    async fn send(&self, outbound: &Outbound) -> Result<Answer, PostError> {
        self(outbound.clone()).await
    }
}
