//! Answers: status, headers, trace id.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use smbcrm_core::Error;
use smbcrm_core::operation::{Operation, Reply, Response as Reply_};

use crate::limits::Allowance;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The rate limit's headers, in the order of [`Allowance::headers`].
const LIMITS: [HeaderName; 6] = [
    HeaderName::from_static("x-ratelimit-max"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-interval-milliseconds"),
    HeaderName::from_static("x-ratelimit-limit-daily"),
    HeaderName::from_static("x-ratelimit-daily-remaining"),
    HeaderName::from_static("x-ratelimit-daily-reset"),
];

/// The answer to an operation that succeeded.
pub(super) fn success(operation: &Operation, reply: Reply_, trace: &str) -> Response<Bytes> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !matches!(operation.reply, Reply::Raw | Reply::Redirect) {
        return json(status, with_trace(reply.body, trace));
    }
    plain(reply)
}

/// An answer as it is.
pub(super) fn plain(reply: Reply_) -> Response<Bytes> {
    let mut answer = Response::new(reply.body);
    *answer.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// A refusal, worded as the wire words it.
pub(super) fn refusal(error: &Error, trace: &str) -> Response<Bytes> {
    let status = StatusCode::from_u16(error.status_or_default()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&error.to_wire()).unwrap_or_default();
    json(status, with_trace(body.into(), trace))
}

/// An answer of JSON bytes.
pub(super) fn json(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().reserve(12);
    answer.headers_mut().insert(CONTENT_TYPE, JSON);
    answer
}

/// Adds what is left of the rate limits.
pub(super) fn limits(answer: &mut Response<Bytes>, allowance: &Allowance) {
    for (name, (_, value)) in LIMITS.into_iter().zip(allowance.headers()) {
        answer.headers_mut().insert(name, HeaderValue::from(value));
    }
}

/// Puts `traceId` last into a JSON object, without reading it again; leaves anything else alone.
fn with_trace(body: Bytes, trace: &str) -> Bytes {
    let is_object = body.len() >= 2 && body[0] == b'{' && body[body.len() - 1] == b'}';
    if !is_object {
        return body;
    }
    let is_empty = body.len() == 2;
    // The bytes are ours alone, so as a rule nothing is copied here.
    let mut body = body.try_into_mut().unwrap_or_else(|shared| {
        let mut own = BytesMut::with_capacity(shared.len() + 64);
        own.extend_from_slice(&shared);
        own
    });
    body.truncate(body.len() - 1);
    body.reserve(52);
    if !is_empty {
        body.put_u8(b',');
    }
    body.put_slice(b"\"traceId\":\"");
    body.put_slice(trace.as_bytes());
    body.put_slice(b"\"}");
    body.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_are_named_as_the_allowance_names_them() {
        let allowance = Allowance::untouched(crate::RateLimits::default());
        let names: Vec<_> = allowance.headers().map(|(name, _)| name).to_vec();
        assert_eq!(names, LIMITS.map(|name| name.to_string()));
    }

    #[test]
    fn a_trace_id_goes_into_objects_only() {
        let traced =
            |body: &'static str| String::from_utf8(with_trace(Bytes::from(body), "t-1").to_vec()).unwrap();
        assert_eq!(traced("{}"), r#"{"traceId":"t-1"}"#);
        assert_eq!(traced(r#"{"a":{}}"#), r#"{"a":{},"traceId":"t-1"}"#);
        assert_eq!(traced("[1]"), "[1]");
        assert_eq!(traced("null"), "null");
        assert_eq!(traced(""), "");
        assert_eq!(with_trace(Bytes::from(b"{\"a\":1}".to_vec()), "t"), r#"{"a":1,"traceId":"t"}"#);
    }
}
