//! One error for every operation: what happened, and what to look at next.
//!
//! The API words its refusals in nine different shapes; [`Error`] reads them all ([`Error::from_wire`]) and sorts
//! them by meaning ([`ErrorKind`]). A program matches on [`Error::kind`]; a person reads [`Error::hint`].
//!
//! ```
//! use smbcrm_core::{Error, ErrorKind};
//! use serde_json::json;
//!
//! let error = Error::from_wire(None, 400, json!({
//!     "statusCode": 400,
//!     "message": "This location does not allow duplicated contacts.",
//!     "meta": { "contactId": "CON0000000000000001", "matchingField": "email" },
//! }));
//! assert_eq!(error.kind(), ErrorKind::Duplicate);
//! assert_eq!(error.meta()["contactId"], "CON0000000000000001");
//! ```

mod hint;
mod kind;
mod wire;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

pub use kind::ErrorKind;

use crate::operation::{Operation, Response};

/// The header in which the in-memory CRM says what was probably meant by a request that it refuses.
pub const HINT_HEADER: &str = "x-smbcrm-mem-hint";

/// The longest hint that is kept of an answer, in bytes.
const LONGEST_HINT: usize = 1_000;

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
///
/// Cheap to move (one pointer). It never holds a token, and of an unreadable answer it keeps only a short excerpt.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    status: Option<u16>,
    messages: Vec<String>,
    code: Option<String>,
    meta: Map<String, Value>,
    trace_id: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    wire: Option<Value>,
    advice: Option<Box<str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind with a text of one's own, for transports and other implementations.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            status: None,
            messages: vec![message.into()],
            code: None,
            meta: Map::new(),
            trace_id: None,
            retry_after: None,
            attempts: 0,
            wire: None,
            advice: None,
            source: None,
        }))
    }

    /// What a default trait method answers: this implementation does not have the operation.
    pub fn unsupported(operation: &'static Operation) -> Self {
        Self::new(ErrorKind::Unsupported, "this implementation does not support the operation")
            .during(operation)
    }

    /// The error that an answer with this status and JSON body means.
    ///
    /// Reads every shape in use: `message` as text or list, `error` alone, `canonicalCode`, `code` with `meta`,
    /// `status` for `statusCode`. The HTTP status counts, not the body's.
    pub fn from_wire(operation: Option<&'static Operation>, status: u16, body: Value) -> Self {
        let read = wire::read(&body);
        let kind = kind::classify(status, &read.messages, read.code.as_deref());
        let messages =
            if read.messages.is_empty() { vec![wire::reason(status).to_owned()] } else { read.messages };
        Self(Box::new(Inner {
            kind,
            operation,
            status: Some(status),
            messages,
            code: read.code,
            meta: read.meta,
            trace_id: read.trace_id,
            retry_after: read.retry_after,
            attempts: 0,
            wire: Some(body),
            advice: None,
            source: None,
        }))
    }

    /// The error that an answer means, JSON or not (an edge's HTML page, plain text, nothing at all).
    pub fn from_response(operation: Option<&'static Operation>, response: &Response) -> Self {
        let mut error = match serde_json::from_slice::<Value>(&response.body) {
            Ok(body @ Value::Object(_)) => Self::from_wire(operation, response.status, body),
            _ => {
                let message = wire::unreadable(response.status, &response.body);
                let kind = kind::classify(response.status, std::slice::from_ref(&message), None);
                let mut error = Self::new(kind, message);
                error.0.operation = operation;
                error.0.status = Some(response.status);
                error
            }
        };
        if let Some(advice) = response.header(HINT_HEADER) {
            error = error.with_hint(advice);
        }
        error
    }

    /// What went wrong, by meaning.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The HTTP status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What the API said; a refused input lists every violation.
    pub fn messages(&self) -> &[String] {
        &self.0.messages
    }

    /// The API's own code, where it gives one (`OPPORTUNITY_NO_DUPLICATE`, `CONVERSATIONS_…`).
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Facts beside the message: on a duplicate the existing record's id (`contactId`, `existingId`).
    pub fn meta(&self) -> &Map<String, Value> {
        &self.0.meta
    }

    /// The existing contact's or opportunity's id on a [`ErrorKind::Duplicate`].
    pub fn existing_id(&self) -> Option<&str> {
        ["contactId", "existingId", "conversationId"].iter().find_map(|key| self.0.meta.get(*key)?.as_str())
    }

    /// The id under which support can find the request.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// How long to wait before another attempt makes sense.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts were made; 0 where nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What to check next, in one sentence: what the server itself advises ([`HINT_HEADER`], which the in-memory CRM
    /// sends), else what this kind of failure suggests.
    pub fn hint(&self) -> &str {
        self.advice().unwrap_or_else(|| hint::of(self))
    }

    /// What the server advises, where it does: `did you mean POST /contacts/upsert?`
    pub fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// The body to answer with over HTTP: the wire's own where the error has one, else the plain shape.
    pub fn to_wire(&self) -> Value {
        if let Some(body) = &self.0.wire {
            return body.clone();
        }
        let status = self.status_or_default();
        serde_json::json!({
            "statusCode": status,
            "message": self.0.messages.join("; "),
            "error": wire::reason(status),
        })
    }

    /// The status to answer with over HTTP.
    pub fn status_or_default(&self) -> u16 {
        self.0.status.unwrap_or(match self.0.kind {
            ErrorKind::Unauthenticated => 401,
            ErrorKind::PaymentRequired => 402,
            ErrorKind::Forbidden => 403,
            ErrorKind::NotFound => 404,
            ErrorKind::Invalid | ErrorKind::Decode => 422,
            ErrorKind::Duplicate => 400,
            ErrorKind::Conflict => 409,
            ErrorKind::RateLimited => 429,
            ErrorKind::Unsupported => 501,
            ErrorKind::Unavailable => 503,
            _ => 500,
        })
    }

    /// Names the operation, unless one is named already.
    #[must_use]
    pub fn during(mut self, operation: &'static Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Keeps the cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says when another attempt makes sense.
    #[must_use]
    pub fn retry_in(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Says how many attempts were made.
    #[must_use]
    pub fn after_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The same error under another kind: a lost answer to a create becomes [`ErrorKind::Ambiguous`].
    #[must_use]
    pub fn into_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Says what to check next, in place of the general hint. Control characters are left out, and so is what goes
    /// beyond a thousand bytes.
    #[must_use]
    pub fn with_hint(mut self, advice: &str) -> Self {
        let mut kept: String = advice.chars().filter(|c| !c.is_control()).collect();
        if kept.len() > LONGEST_HINT {
            let end = (0..=LONGEST_HINT).rev().find(|at| kept.is_char_boundary(*at)).unwrap_or_default();
            kept.truncate(end);
        }
        let kept = kept.trim();
        self.0.advice = (!kept.is_empty()).then(|| kept.into());
        self
    }

    /// Keeps the status of an answer that could not be read.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }
}

impl fmt::Display for Error {
    /// One line: the operation, the status, the messages, the trace id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(status) = inner.status {
            write!(f, "{status} ")?;
        }
        f.write_str(&inner.messages.join("; "))?;
        if let Some(id) = self.existing_id() {
            write!(f, " (existing: {id})")?;
        }
        if inner.attempts > 1 {
            write!(f, " after {} attempts", inner.attempts)?;
        }
        if let Some(trace) = &inner.trace_id {
            write!(f, " [trace {trace}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation.map(ToString::to_string))
            .field("status", &inner.status)
            .field("messages", &inner.messages)
            .field("code", &inner.code)
            .field("meta", &inner.meta)
            .field("trace_id", &inner.trace_id)
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("hint", &self.hint())
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests;
