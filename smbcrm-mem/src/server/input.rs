//! Bodies and queries as they come over HTTP.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value};
use smbcrm_core::operation::{BodyKind, Payload};
use smbcrm_core::{Error, Result};
use url::form_urlencoded;

use super::multipart;
use crate::refusal;

/// The pairs of a query, decoded.
pub(super) fn query(query: Option<&str>) -> Vec<(String, String)> {
    match query {
        Some(text) if !text.is_empty() => form_urlencoded::parse(text.as_bytes()).into_owned().collect(),
        _ => Vec::new(),
    }
}

/// A path parameter, decoded.
///
/// # Errors
/// 400 where it is not text.
pub(super) fn param(raw: &str) -> Result<String> {
    if !raw.contains('%') {
        return Ok(raw.to_owned());
    }
    percent_encoding::percent_decode_str(raw)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| refusal::bad_request(&format!("Failed to decode param '{raw}'")))
}

/// The body of an operation that takes one.
///
/// A body of another type than the wire's parsers know counts as none, as it does there; a form where JSON is
/// expected counts as an object of texts.
///
/// # Errors
/// 400 for JSON that is none, 413 for too many parts, 415 for a compressed body.
pub(super) fn payload(kind: BodyKind, headers: &HeaderMap, body: &Bytes) -> Result<Payload> {
    if body.is_empty() {
        return Ok(Payload::Empty);
    }
    let encoding = headers.get(CONTENT_ENCODING).map_or("", |value| value.to_str().unwrap_or("?"));
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        return Err(refusal::server(415, &format!("unsupported content encoding \"{encoding}\"")));
    }
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (kind, essence.as_str()) {
        (BodyKind::Multipart, "multipart/form-data") => multipart::parts(media, body).map(Payload::Multipart),
        (_, "application/x-www-form-urlencoded") => Ok(form(body)),
        (_, "" | "application/json") => json(body),
        (_, other) if other.ends_with("+json") => json(body),
        _ => Ok(Payload::Empty),
    }
}

fn json(body: &[u8]) -> Result<Payload> {
    serde_json::from_slice(body).map(Payload::Json).map_err(|error| malformed(body, &error))
}

/// In the words of the wire's parser.
fn malformed(body: &[u8], error: &serde_json::Error) -> Error {
    if error.is_eof() {
        return refusal::bad_request("Unexpected end of JSON input");
    }
    let line_start: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let at = (line_start + error.column().saturating_sub(1)).min(body.len().saturating_sub(1));
    let token =
        body.get(at).map_or('?', |byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '?' });
    refusal::bad_request(&format!("Unexpected token {token} in JSON at position {at}"))
}

/// A form as an object of texts; a name that is repeated becomes a list.
fn form(body: &[u8]) -> Payload {
    let mut fields: Map<String, Value> = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let value = Value::String(value.into_owned());
        match fields.get_mut(name.as_ref()) {
            None => {
                fields.insert(name.into_owned(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Payload::Json(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_json_is_pointed_at() {
        let said = |text: &str| json(text.as_bytes()).unwrap_err().messages()[0].clone();
        assert_eq!(said("{\"a\":"), "Unexpected end of JSON input");
        assert_eq!(said("{\"a\" 1}"), "Unexpected token 1 in JSON at position 5");
        assert_eq!(said("{\n\"a\": x}"), "Unexpected token x in JSON at position 7");
    }

    #[test]
    fn a_repeated_field_is_a_list() {
        let Payload::Json(body) = form(b"a=1&b=x+y&a=2&a=3") else { panic!("a form is an object") };
        assert_eq!(body, serde_json::json!({ "a": ["1", "2", "3"], "b": "x y" }));
    }

    #[test]
    fn a_parameter_that_is_no_text_is_refused() {
        assert_eq!(param("a%20b").unwrap(), "a b");
        assert_eq!(param("%ff").unwrap_err().messages(), ["Failed to decode param '%ff'"]);
    }
}
