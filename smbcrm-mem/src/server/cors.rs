//! Pages in a browser: which may call, and what they may read.
//!
//! A dashboard under development is served from this machine, so pages of this machine may call; pages from
//! elsewhere may not, because any page that a developer happens to visit could else drive the emulator.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HOST, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::request::Parts;
use http::{Method, Response, StatusCode, header};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-ratelimit-max, x-ratelimit-remaining, x-ratelimit-interval-milliseconds, x-ratelimit-limit-daily, \
     x-ratelimit-daily-remaining, x-ratelimit-daily-reset, x-smbcrm-mem-hint",
);

/// The origin of a page on this machine, when the request comes from one.
pub(super) fn local_origin(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers.get(ORIGIN).filter(|origin| origin.to_str().is_ok_and(is_local_origin))
}

/// Whether a page from elsewhere sent the request, or a name from elsewhere led here (DNS rebinding).
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    let foreign_page = headers.get(ORIGIN).is_some_and(|origin| !origin.to_str().is_ok_and(is_local_origin));
    let foreign_name = headers.get(HOST).is_some_and(|host| !host.to_str().is_ok_and(is_local_authority));
    foreign_page || foreign_name
}

fn is_local_origin(origin: &str) -> bool {
    let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    rest.is_some_and(is_local_authority)
}

fn is_local_authority(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The answer to a browser's question whether it may call; `None` when the request is no such question.
pub(super) fn preflight(head: &Parts) -> Option<Response<Bytes>> {
    if head.method != Method::OPTIONS || !head.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let origin = local_origin(&head.headers)?.clone();
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    if let Some(asked) = head.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    allow(&mut answer, origin);
    Some(answer)
}

/// Lets a page read the answer and its rate limits.
pub(super) fn allow(answer: &mut Response<Bytes>, origin: HeaderValue) {
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.insert(VARY, HeaderValue::from_static("origin"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        for local in
            ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8080", "http://app.localhost"]
        {
            assert!(is_local_origin(local), "{local}");
        }
        for foreign in
            ["null", "https://evil.example", "http://localhost.evil.example", "http://10.0.0.1", ""]
        {
            assert!(!is_local_origin(foreign), "{foreign}");
        }
    }
}
