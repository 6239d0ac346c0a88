//! A fault: where, when, what.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smbcrm_core::operation::{Method, Operation};
use smbcrm_core::types::LocationId;

/// Something that goes wrong: where, when, and what.
///
/// ```
/// use std::time::Duration;
/// use smbcrm_core::contacts::operations::{CREATE, SEARCH, UPSERT};
/// use smbcrm_mem::Fault;
///
/// let twice = Fault::on(&UPSERT).first(2).too_many_after(Duration::from_secs(1));
/// let third = Fault::on(&CREATE).nth(3).reset_after_commit();
/// let slow = Fault::anywhere().token("app").always().delay(Duration::from_millis(300));
/// let lagging = Fault::on(&SEARCH).always().stale_for(Duration::from_secs(5));
/// assert_eq!(twice.to_string(), "contacts.upsert, the first 2 calls: answers 429");
/// # let _ = (third, slow, lagging);
/// ```
///
/// It is also a JSON document, the one that `POST /_mem/faults` takes:
///
/// ```
/// use smbcrm_mem::Fault;
///
/// let fault: Fault = serde_json::from_str(
///     r#"{ "operation": "contacts.create", "when": { "nth": 3 }, "do": "reset", "phase": "afterCommit" }"#,
/// ).unwrap();
/// assert_eq!(fault.to_string(), "contacts.create, call 3: resets the connection after commit");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "super::wire::Document", try_from = "super::wire::Document")]
pub struct Fault {
    pub(super) on: Target,
    pub(super) effect: Effect,
    pub(super) phase: Option<Phase>,
}

/// Where and when; an effect makes a [`Fault`] of it.
#[derive(Debug, Clone)]
#[must_use = "a trigger does nothing without an effect"]
pub struct Trigger(pub(super) Target);

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) name: Option<String>,
    pub(super) operation: Option<&'static Operation>,
    pub(super) product: Option<String>,
    pub(super) method: Option<Method>,
    pub(super) token: Option<String>,
    pub(super) location: Option<LocationId>,
    pub(super) when: When,
    pub(super) until: Option<DateTime<Utc>>,
}

/// Which of the calls that a fault applies to it hits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum When {
    /// All of them.
    Always,
    /// The nth, counted from 1; once.
    Nth(u32),
    /// The first so many.
    First(u32),
    /// Every nth.
    Every(u32),
    /// Each with this probability. The same seed hits the same calls in every run.
    Chance {
        /// The probability, from 0 to 1.
        of: f64,
        /// What chance is made from.
        #[serde(default)]
        seed: u64,
    },
}

/// Whether the operation is carried out before things go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Phase {
    /// It is not carried out.
    Before,
    /// It is, and the caller does not learn of it.
    AfterCommit,
}

/// What goes wrong.
///
/// In process, where there is no wire, a call fails as a client with one attempt would: a lost answer is
/// [`Unavailable`](smbcrm_core::ErrorKind::Unavailable) where the operation may be repeated and
/// [`Ambiguous`](smbcrm_core::ErrorKind::Ambiguous) where it may not; an answer that cannot be read is
/// [`Decode`](smbcrm_core::ErrorKind::Decode).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// Another answer than the API's.
    Answer(FaultAnswer),
    /// The API's 429.
    TooMany(TooMany),
    /// A page of HTML, as an edge or a proxy sends, with this status.
    HtmlPage(u16),
    /// The connection is reset before any of the answer.
    Reset,
    /// No answer ever comes; the connection stays open.
    Silence,
    /// The connection is closed in the middle of the body.
    CutBody,
    /// Half of the body comes, and then nothing; the connection stays open.
    StallBody,
    /// The body comes in chunks, of which the second has no length.
    MalformedChunk,
    /// The answer announces a longer body than it has, and closes.
    WrongLength,
    /// A well-formed answer whose JSON ends in the middle.
    TruncatedJson,
    /// The answer comes late. In process, and on a server with a virtual clock, the world's clock moves; on a server
    /// with a real clock it takes that long.
    Delay(#[serde(with = "super::wire::millis")] Duration),
    /// Reads see an older state of their sub-account, as the live search index lags behind writes. Writes that came
    /// before the fault was armed are always seen.
    Stale(Lag),
    /// The request is carried out twice, as by a proxy that sends it again, and the second answer is the one that
    /// comes. Over HTTP and [`crate::Wire`] only: a call in process cannot be repeated.
    Duplicate,
}

/// How far behind a stale read is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Lag {
    /// The last so many writes to the sub-account are not seen yet.
    Writes(u32),
    /// What was written within this time, in milliseconds of the world's clock, is not seen yet.
    Millis(u64),
}

/// What a 429 says of the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum TooMany {
    /// As the API does: the window's length in `x-ratelimit-*`, of which nothing remains.
    Window,
    /// The day's requests are used up.
    Day,
    /// Nothing at all.
    Bare,
    /// `Retry-After` with so many seconds, as an edge does.
    RetryAfter(u64),
}

/// An answer of one's own.
///
/// ```
/// use serde_json::json;
/// use smbcrm_mem::FaultAnswer;
///
/// let busy = FaultAnswer::new(503, json!({ "message": "come back later" })).header("retry-after", "2");
/// # let _ = busy;
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultAnswer {
    /// The status, from 200 to 599.
    pub status: u16,
    /// The headers; no others are sent but the body's type and length.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: a text as it is, null for none, anything else as JSON.
    #[serde(default)]
    pub body: Value,
}

impl FaultAnswer {
    /// An answer of this status and body. A status that no answer has becomes 500.
    pub fn new(status: u16, body: impl Into<Value>) -> Self {
        let status = if (200..600).contains(&status) { status } else { 500 };
        Self { status, headers: BTreeMap::new(), body: body.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }
}

impl Fault {
    /// A fault of one operation: `Fault::on(&smbcrm_core::contacts::operations::UPSERT)`. It hits the first call unless
    /// told otherwise.
    pub fn on(operation: &'static Operation) -> Trigger {
        let mut trigger = Self::anywhere();
        trigger.0.operation = Some(operation);
        trigger
    }

    /// A fault of any operation.
    pub fn anywhere() -> Trigger {
        Trigger(Target {
            name: None,
            operation: None,
            product: None,
            method: None,
            token: None,
            location: None,
            when: When::First(1),
            until: None,
        })
    }

    /// The same, after the operation is carried out: a 422 that is committed all the same, a body that is cut.
    #[must_use]
    pub fn after_commit(mut self) -> Self {
        self.phase = Some(Phase::AfterCommit);
        self
    }

    /// The same, and the operation is not carried out.
    #[must_use]
    pub fn before(mut self) -> Self {
        self.phase = Some(Phase::Before);
        self
    }

    /// A name to know it by where it is listed, and where it was never hit.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.on.name = Some(name.into());
        self
    }

    /// What goes wrong.
    pub fn effect(&self) -> &Effect {
        &self.effect
    }

    /// Whether the operation is carried out. What breaks a body breaks the real one's unless told otherwise; what has
    /// no body comes instead of the operation.
    pub fn phase(&self) -> Phase {
        self.phase.unwrap_or(match self.effect {
            Effect::CutBody
            | Effect::StallBody
            | Effect::MalformedChunk
            | Effect::WrongLength
            | Effect::TruncatedJson
            | Effect::Duplicate => Phase::AfterCommit,
            _ => Phase::Before,
        })
    }
}

impl Trigger {
    /// Only operations of this product: `contacts`.
    pub fn product(mut self, name: impl Into<String>) -> Self {
        self.0.product = Some(name.into());
        self
    }

    /// Only operations of this verb.
    pub fn method(mut self, method: Method) -> Self {
        self.0.method = Some(method);
        self
    }

    /// Only calls of the token with this name or id; `owner` is who calls in process without one.
    pub fn token(mut self, name: impl Into<String>) -> Self {
        self.0.token = Some(name.into());
        self
    }

    /// Only calls of this sub-account: the one that the request names, else the one that its record belongs to, else
    /// the token's own.
    pub fn location(mut self, id: impl Into<LocationId>) -> Self {
        self.0.location = Some(id.into());
        self
    }

    /// The nth call, counted from 1; 0 counts as 1.
    pub fn nth(self, n: u32) -> Self {
        self.when(When::Nth(n.max(1)))
    }

    /// The first so many calls; 0 counts as 1.
    pub fn first(self, n: u32) -> Self {
        self.when(When::First(n.max(1)))
    }

    /// Every nth call; 0 counts as 1.
    pub fn every(self, n: u32) -> Self {
        self.when(When::Every(n.max(1)))
    }

    /// Each call with this probability. The same seed hits the same calls in every run.
    pub fn chance(self, of: f64, seed: u64) -> Self {
        let of = if of.is_nan() { 0.0 } else { of.clamp(0.0, 1.0) };
        self.when(When::Chance { of, seed })
    }

    /// Every call.
    pub fn always(self) -> Self {
        self.when(When::Always)
    }

    /// As the others, by value.
    pub fn when(mut self, when: When) -> Self {
        self.0.when = when;
        self
    }

    /// No call from this instant of the world's clock on.
    pub fn until(mut self, end: DateTime<Utc>) -> Self {
        self.0.until = Some(end);
        self
    }

    /// Any effect.
    pub fn effect(self, effect: Effect) -> Fault {
        Fault { on: self.0, effect, phase: None }
    }

    /// Answers with this status and body: `.answer(503, json!({ "message": "down" }))`.
    pub fn answer(self, status: u16, body: impl Into<Value>) -> Fault {
        self.effect(Effect::Answer(FaultAnswer::new(status, body)))
    }

    /// Answers with this status, in the API's words for a server that has failed.
    pub fn status(self, status: u16) -> Fault {
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        self.answer(status, json!({ "statusCode": status, "message": reason.unwrap_or("Error") }))
    }

    /// Answers with headers of one's own, too.
    pub fn answer_with(self, answer: FaultAnswer) -> Fault {
        self.effect(Effect::Answer(answer))
    }

    /// Answers 429 as the API does when a window's requests are used up.
    pub fn too_many(self) -> Fault {
        self.effect(Effect::TooMany(TooMany::Window))
    }

    /// Answers 429 with `Retry-After`, in whole seconds.
    pub fn too_many_after(self, wait: Duration) -> Fault {
        self.effect(Effect::TooMany(TooMany::RetryAfter(wait.as_secs())))
    }

    /// Answers 429 and says nothing of the wait.
    pub fn too_many_bare(self) -> Fault {
        self.effect(Effect::TooMany(TooMany::Bare))
    }

    /// Answers 429 as the API does when the day's requests are used up.
    pub fn day_used_up(self) -> Fault {
        self.effect(Effect::TooMany(TooMany::Day))
    }

    /// Answers with an edge's page of HTML.
    pub fn html_page(self, status: u16) -> Fault {
        self.effect(Effect::HtmlPage(status))
    }

    /// Resets the connection, and nothing is carried out.
    pub fn reset(self) -> Fault {
        self.effect(Effect::Reset)
    }

    /// Carries the operation out, and resets the connection instead of answering.
    pub fn reset_after_commit(self) -> Fault {
        self.reset().after_commit()
    }

    /// Never answers, and nothing is carried out.
    pub fn silence(self) -> Fault {
        self.effect(Effect::Silence)
    }

    /// Carries the operation out, and never answers.
    pub fn silence_after_commit(self) -> Fault {
        self.silence().after_commit()
    }

    /// Closes the connection in the middle of the answer's body.
    pub fn cut_body(self) -> Fault {
        self.effect(Effect::CutBody)
    }

    /// Sends half of the answer's body, and then nothing.
    pub fn stall_body(self) -> Fault {
        self.effect(Effect::StallBody)
    }

    /// Sends the answer in chunks, of which the second has no length.
    pub fn malformed_chunk(self) -> Fault {
        self.effect(Effect::MalformedChunk)
    }

    /// Announces a longer body than there is.
    pub fn wrong_length(self) -> Fault {
        self.effect(Effect::WrongLength)
    }

    /// Sends half of the answer's JSON as if it were all.
    pub fn truncated_json(self) -> Fault {
        self.effect(Effect::TruncatedJson)
    }

    /// Answers late.
    pub fn delay(self, by: Duration) -> Fault {
        self.effect(Effect::Delay(by))
    }

    /// Reads do not see the last so many writes yet.
    pub fn stale_by_writes(self, writes: u32) -> Fault {
        self.effect(Effect::Stale(Lag::Writes(writes.max(1))))
    }

    /// Reads do not see yet what was written within this time.
    pub fn stale_for(self, time: Duration) -> Fault {
        self.effect(Effect::Stale(Lag::Millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))))
    }

    /// Carries the request out twice.
    pub fn duplicate(self) -> Fault {
        self.effect(Effect::Duplicate)
    }
}

impl fmt::Display for Fault {
    /// `contacts.upsert, the first 2 calls: answers 429`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.on.name {
            write!(f, "{name}: ")?;
        }
        write!(f, "{}: {}", self.on, self.effect)?;
        let breaks = !matches!(self.effect, Effect::Delay(_) | Effect::Stale(_) | Effect::Duplicate);
        if breaks && self.phase() == Phase::AfterCommit { f.write_str(" after commit") } else { Ok(()) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.operation, &self.product) {
            (Some(operation), _) => write!(f, "{operation}")?,
            (None, Some(product)) => write!(f, "{product}.*")?,
            (None, None) => f.write_str("any operation")?,
        }
        if let Some(method) = self.method {
            write!(f, " by {}", method.as_str())?;
        }
        if let Some(token) = &self.token {
            write!(f, " of token {token}")?;
        }
        if let Some(location) = &self.location {
            write!(f, " in {location}")?;
        }
        match self.when {
            When::Always => f.write_str(", always")?,
            When::Nth(n) => write!(f, ", call {n}")?,
            When::First(1) => f.write_str(", the first call")?,
            When::First(n) => write!(f, ", the first {n} calls")?,
            When::Every(n) => write!(f, ", every {n} calls")?,
            When::Chance { of, seed } => write!(f, ", with chance {of} (seed {seed})")?,
        }
        if let Some(until) = self.until {
            write!(f, " until {}", until.to_rfc3339())?;
        }
        Ok(())
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) => write!(f, "answers {}", answer.status),
            Self::TooMany(_) => f.write_str("answers 429"),
            Self::HtmlPage(status) => write!(f, "answers {status} with an HTML page"),
            Self::Reset => f.write_str("resets the connection"),
            Self::Silence => f.write_str("never answers"),
            Self::CutBody => f.write_str("cuts the body"),
            Self::StallBody => f.write_str("stalls in the body"),
            Self::MalformedChunk => f.write_str("sends a malformed chunk"),
            Self::WrongLength => f.write_str("announces a wrong length"),
            Self::TruncatedJson => f.write_str("truncates the JSON"),
            Self::Delay(by) => write!(f, "takes {by:?} longer"),
            Self::Stale(Lag::Writes(writes)) => write!(f, "does not see the last {writes} writes"),
            Self::Stale(Lag::Millis(millis)) => write!(f, "does not see the last {millis} ms"),
            Self::Duplicate => f.write_str("is carried out twice"),
        }
    }
}
