//! A request on its way out and the answer on its way back.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

use super::multipart::{IntoParts, Part};
use super::{BodyKind, Operation, Reply, query};
use crate::error::{Error, ErrorKind, Result};
use crate::shape::{self, Node, ShapeError, Shaped, Trail, fill_node};

/// What may not stand in a path segment unencoded.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'\\') // a slash, to a URL library
    .add(b'%');

/// An encoded call: what an HTTP client needs, and nothing of HTTP.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// The operation it calls.
    pub operation: &'static Operation,
    /// The path, its parameters filled in and percent-encoded.
    pub path: String,
    /// The query's pairs, not yet encoded.
    pub query: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Body,
}

/// A request's body.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// JSON text.
    Json(Bytes),
    /// Pairs to be form-encoded.
    Form(Vec<(Cow<'static, str>, String)>),
    /// Parts of a multipart form.
    Multipart(Vec<Part>),
}

impl fmt::Debug for Body {
    /// The kind and size only: bodies hold people's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(bytes) => write!(f, "Json({} bytes)", bytes.len()),
            Self::Form(pairs) => write!(f, "Form({} pairs)", pairs.len()),
            Self::Multipart(parts) => write!(f, "Multipart({} parts)", parts.len()),
        }
    }
}

impl Request {
    /// A call of the operation, its parameters not yet filled in.
    pub fn new(operation: &'static Operation) -> Self {
        Self { operation, path: operation.path.to_owned(), query: Vec::new(), body: Body::Empty }
    }

    /// Fills in a path parameter.
    #[must_use]
    pub fn param(self, name: &str, value: &(impl fmt::Display + ?Sized)) -> Self {
        self.fill(name, &value)
    }

    fn fill(mut self, name: &str, value: &dyn fmt::Display) -> Self {
        let text = value.to_string();
        let encoded = utf8_percent_encode(&text, SEGMENT).to_string();
        self.path = self.path.replacen(&format!("{{{name}}}"), &encoded, 1);
        self
    }

    /// The request, unless one of its path ids would lead to another operation.
    ///
    /// An empty id makes another path, and every URL library resolves `.` and `..`, percent-encoded or not: a
    /// deletion of the tag `..` would delete its sub-account.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`], naming the parameter.
    pub fn checked(self) -> Result<Self> {
        for (name, value) in self.operation.path.split('/').zip(self.path.split('/')) {
            let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else { continue };
            let wrong = match value {
                "" => "should not be empty",
                "." | ".." => "must not be `.` or `..`",
                _ => continue,
            };
            let error = Error::new(ErrorKind::Invalid, format!("{name} {wrong}"));
            return Err(error.during(self.operation).with_status(422));
        }
        Ok(self)
    }

    /// A whole call: path parameters in the template's order, then query and body where the operation takes them.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] for an id that would lead elsewhere, or a query that is no flat object.
    pub fn of(
        operation: &'static Operation,
        params: &[&dyn fmt::Display],
        query: Option<&dyn Node>,
        body: Option<&dyn Node>,
    ) -> Result<Self> {
        let mut request = Self::new(operation);
        for (name, value) in operation.params.iter().zip(params) {
            request = request.fill(name, *value);
        }
        if let Some(query) = query {
            request = request.query(query)?;
        }
        request = match (body, operation.body) {
            (Some(form), BodyKind::Form) => request.form(form)?,
            (Some(json), _) => request.json(json),
            (None, _) => request,
        };
        request.checked()
    }

    /// Sets the query from a struct; unset fields are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the value is no flat object.
    pub fn query(mut self, value: &dyn Node) -> Result<Self> {
        self.query = query::pairs(value).map_err(|error| self.refused(error))?;
        Ok(self)
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, value: &dyn Node) -> Self {
        self.body = Body::Json(shape::to_vec(value).into());
        self
    }

    /// Sets a form body.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the value is no flat object.
    pub fn form(mut self, value: &dyn Node) -> Result<Self> {
        self.body = Body::Form(query::pairs(value).map_err(|error| self.refused(error))?);
        Ok(self)
    }

    /// Sets a multipart body.
    #[must_use]
    pub fn multipart(mut self, value: impl IntoParts) -> Self {
        self.body = Body::Multipart(value.into_parts());
        self
    }

    fn refused(&self, why: &str) -> Error {
        Error::new(ErrorKind::Invalid, format!("the input cannot be encoded: {why}")).during(self.operation)
    }
}

/// An answer: status, a few headers, the body's bytes.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that matter, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How many attempts it took; 0 where nobody counts. An answer that cannot be read says so in its error.
    pub attempts: u32,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// An answer that is not JSON: a file, a recording, a page.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Raw {
    /// The media type, `application/octet-stream` when the answer names none.
    pub content_type: String,
    /// The bytes.
    pub bytes: Bytes,
}

impl Raw {
    /// Bytes of a media type.
    pub fn new(content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { content_type: content_type.into(), bytes: bytes.into() }
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// An answer that says where to go on, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirect {
    /// Where to: the header `Location`.
    pub location: String,
}

impl Redirect {
    /// On to this address.
    pub fn to(location: impl Into<String>) -> Self {
        Self { location: location.into() }
    }
}

impl Response {
    /// An answer of this status and body.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), attempts: 0 }
    }

    /// A header's value; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Adds a header; the name in lower case.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The answer to an operation that succeeded with `value`, wrapped as the operation says.
    ///
    /// # Errors
    /// None today; a value that has no JSON form would be one.
    pub fn encode(operation: &'static Operation, value: &dyn Node) -> Result<Self> {
        let mut body = Vec::with_capacity(512);
        match operation.reply {
            Reply::Bare | Reply::Raw | Reply::Redirect => shape::write(&value.view(), &mut body),
            Reply::Acknowledged(ack) => body.extend_from_slice(format!("{{\"{ack}\":true}}").as_bytes()),
            Reply::Key(key) => {
                body.extend_from_slice(format!("{{\"{key}\":").as_bytes());
                shape::write(&value.view(), &mut body);
                body.push(b'}');
            }
            Reply::AcknowledgedKey { key, ack } => {
                body.extend_from_slice(format!("{{\"{ack}\":true,\"{key}\":").as_bytes());
                shape::write(&value.view(), &mut body);
                body.push(b'}');
            }
            Reply::Reported { message, key } => {
                body.extend_from_slice(report(operation.status, message, key, value).to_string().as_bytes());
            }
        }
        Ok(Self::new(operation.status, body).with_header("content-type", "application/json; charset=utf-8"))
    }

    /// The answer to an operation whose value is not JSON.
    ///
    /// # Errors
    /// None; the signature matches [`Response::encode`].
    pub fn from_raw(operation: &'static Operation, value: &Raw) -> Result<Self> {
        Ok(Self::new(operation.status, value.bytes.clone())
            .with_header("content-type", value.content_type.clone()))
    }

    /// The answer to an operation that says where to go on.
    ///
    /// # Errors
    /// None; the signature matches [`Response::encode`].
    pub fn from_redirect(operation: &'static Operation, value: &Redirect) -> Result<Self> {
        Ok(Self::new(operation.status, "").with_header("location", value.location.clone()))
    }

    /// Reads the value of a successful answer, or the error that the answer means.
    ///
    /// # Errors
    /// The API's refusal, or [`ErrorKind::Decode`] naming the JSON path that does not fit.
    pub fn decode<T: Shaped>(self, operation: &'static Operation) -> Result<T> {
        let mut value = T::blank();
        match self.read_into(operation, &mut value) {
            Ok(()) => Ok(value),
            Err(error) => Err(error),
        }
    }

    /// Reads the value of a successful answer into a blank one: [`Response::decode`] without a type parameter.
    fn read_into(self, operation: &'static Operation, value: &mut dyn Node) -> Result<()> {
        self.refusal(operation)?;
        let outcome = match operation.reply {
            Reply::Key(key) | Reply::AcknowledgedKey { key, .. } => read_key(&self.body, &[key], value),
            Reply::Reported { key: "", .. } => read_key(&self.body, &["results"], value),
            Reply::Reported { key, .. } => read_key(&self.body, &["results", key], value),
            // There is no value; that the body is JSON at all is still worth checking.
            Reply::Acknowledged(_) => shape::read_slice(&self.body, &mut ()),
            Reply::Bare | Reply::Raw | Reply::Redirect => shape::read_slice(&self.body, value),
        };
        outcome.map_err(|error| {
            let text = match error.path.as_str() {
                "" => error.message,
                path => format!("at `{path}`: {}", error.message),
            };
            self.unreadable(operation, &text)
        })
    }

    /// Reads the bytes of a successful answer, or the error that the answer means.
    ///
    /// # Errors
    /// The API's refusal.
    pub fn raw(self, operation: &'static Operation) -> Result<Raw> {
        self.refusal(operation)?;
        let content_type = self.header("content-type").unwrap_or("application/octet-stream").to_owned();
        Ok(Raw { content_type, bytes: self.body })
    }

    /// Reads where a successful answer sends its caller, or the error that the answer means.
    ///
    /// # Errors
    /// The API's refusal, or [`ErrorKind::Decode`] where it names no address.
    pub fn redirect(self, operation: &'static Operation) -> Result<Redirect> {
        self.refusal(operation)?;
        match self.header("location") {
            Some(location) => Ok(Redirect::to(location)),
            None => Err(self.unreadable(operation, "it names no address to go on to")),
        }
    }

    fn refusal(&self, operation: &'static Operation) -> Result<()> {
        if (200..300).contains(&self.status) || self.status == operation.status {
            return Ok(());
        }
        Err(Error::from_response(Some(operation), self))
    }

    fn unreadable(&self, operation: &'static Operation, why: &str) -> Error {
        let text = format!("the answer does not fit this version's types: {why}");
        let error = Error::new(ErrorKind::Decode, text).during(operation).with_status(self.status);
        error.after_attempts(self.attempts)
    }
}

/// Reads the value below these keys without building the other values.
fn read_key(body: &[u8], keys: &[&'static str], value: &mut dyn Node) -> std::result::Result<(), ShapeError> {
    let trail = Trail::default();
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = Below { keys, value, trail: &trail }.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| ShapeError::new(&trail, &error))
}

struct Below<'a, 't> {
    keys: &'a [&'static str],
    value: &'a mut dyn Node,
    trail: &'t Trail,
}

impl<'de> DeserializeSeed<'de> for Below<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        match self.keys {
            [] => fill_node(self.value, self.trail, from),
            [..] => from.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Below<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the key `{}`", self.keys.first().unwrap_or(&""))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let Some((key, deeper)) = self.keys.split_first() else { return Ok(()) };
        let mut found = false;
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            if name == *key {
                found = true;
                let below = Below { keys: deeper, value: &mut *self.value, trail: self.trail };
                map.next_value_seed(below).inspect_err(|_| self.trail.key(key))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        // Where a report has no results there are none, which suits a value that may be missing.
        if found || (*key == "results" && deeper.is_empty() && self.value.null()) {
            return Ok(());
        }
        Err(serde::de::Error::missing_field(key))
    }
}

/// The value with what is said of it.
fn report(status: u16, message: &str, key: &str, value: &dyn Node) -> Value {
    let value = shape::to_value(value);
    let mut report = json!({ "success": true, "statusCode": status, "message": message });
    match (key, &value) {
        ("", Value::Null) => {}
        ("", _) => report["results"] = value,
        _ => report["results"] = json!({ key: value }),
    }
    report
}
