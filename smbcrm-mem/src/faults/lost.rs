//! What a fault is in process, where there is no wire: the error that a client with one attempt would see.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use smbcrm_core::operation::{Operation, Response};
use smbcrm_core::{Error, ErrorKind};

use super::fault::{Effect, FaultAnswer, TooMany};
use crate::RateLimits;

/// What an edge shows instead of the API's answer.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Something went wrong</title></head>\n\
                    <body><h1>Something went wrong</h1><p>The page you asked for is not available.</p></body></html>\n";

impl Effect {
    /// The answer that comes instead of the operation's own, where one comes at all.
    pub(crate) fn instead(&self, limits: RateLimits) -> Option<Response> {
        match self {
            Self::Answer(answer) => Some(answer.response()),
            Self::HtmlPage(status) => {
                Some(Response::new(*status, PAGE).with_header("content-type", "text/html; charset=utf-8"))
            }
            Self::TooMany(told) => Some(told.response(limits)),
            _ => None,
        }
    }

    /// The error that a client would make of it after one attempt.
    pub(crate) fn error(&self, operation: &'static Operation, limits: RateLimits) -> Error {
        match self {
            Self::TruncatedJson => {
                unreadable("EOF while parsing a value").during(operation).with_status(operation.status)
            }
            Self::Silence | Self::StallBody => lost(operation, "no answer in time"),
            _ => match self.instead(limits) {
                Some(answer) => of_answer(operation, &answer),
                None => lost(operation, "the connection was lost before the answer was complete"),
            },
        }
    }
}

/// An answer that never came, or not whole.
pub(crate) fn lost(operation: &'static Operation, what: &str) -> Error {
    let kind = if operation.idempotent { ErrorKind::Unavailable } else { ErrorKind::Ambiguous };
    Error::new(kind, format!("{what} (an armed fault)")).during(operation).after_attempts(1)
}

fn unreadable(why: &str) -> Error {
    let text = format!("the answer does not fit this version's types: {why} (an armed fault)");
    Error::new(ErrorKind::Decode, text).after_attempts(1)
}

fn of_answer(operation: &'static Operation, answer: &Response) -> Error {
    if (200..300).contains(&answer.status) {
        return unreadable("it is not the operation's").during(operation).with_status(answer.status);
    }
    let error = Error::from_response(Some(operation), answer).after_attempts(1);
    let wait = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
    match wait.map(Duration::from_secs) {
        Some(wait) => error.retry_in(wait),
        // A server that fails and does not say when to come back may have done it.
        None if error.kind() == ErrorKind::Unavailable && !operation.idempotent => {
            error.into_kind(ErrorKind::Ambiguous)
        }
        None => error,
    }
}

impl FaultAnswer {
    fn response(&self) -> Response {
        let (media, body) = match &self.body {
            Value::Null => (None, Bytes::new()),
            Value::String(text) => {
                let media = if text.trim_start().starts_with('<') { "text/html" } else { "text/plain" };
                (Some(media), Bytes::from(text.clone().into_bytes()))
            }
            json => (Some("application/json"), Bytes::from(json.to_string().into_bytes())),
        };
        let mut response = Response::new(self.status, body);
        if let Some(media) = media {
            response = response.with_header("content-type", format!("{media}; charset=utf-8"));
        }
        for (name, value) in &self.headers {
            let name = name.to_ascii_lowercase();
            response.headers.retain(|(known, _)| *known != name);
            response = response.with_header(name, value.clone());
        }
        response
    }
}

impl TooMany {
    fn response(self, limits: RateLimits) -> Response {
        let body = json!({ "statusCode": 429, "message": "Too Many Requests" }).to_string();
        let answer = Response::new(429, body).with_header("content-type", "application/json; charset=utf-8");
        let limited = |answer: Response, remaining: u32, daily: u32| {
            answer
                .with_header("x-ratelimit-max", limits.burst.to_string())
                .with_header("x-ratelimit-remaining", remaining.to_string())
                .with_header("x-ratelimit-interval-milliseconds", limits.interval.as_millis().to_string())
                .with_header("x-ratelimit-limit-daily", limits.daily.to_string())
                .with_header("x-ratelimit-daily-remaining", daily.to_string())
        };
        match self {
            Self::Bare => answer,
            Self::RetryAfter(seconds) => answer.with_header("retry-after", seconds.to_string()),
            Self::Window => limited(answer, 0, limits.daily.saturating_sub(limits.burst).max(1)),
            Self::Day => limited(answer, limits.burst, 0).with_header("x-ratelimit-daily-reset", "3600000"),
        }
    }
}
