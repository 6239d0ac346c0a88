//! What both sides have to agree on: how envelopes are written, and where the signature stands.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Envelope;
use crate::shape::Kind;
use crate::types::{Extra, Text};

/// What an envelope's members are called. (Assumed: no envelope is documented, so that it is configuration.)
///
/// ```
/// use smbcrm_core::smarfle::event::{Envelope, EnvelopeConfig, EventKind};
///
/// let names = EnvelopeConfig { event: "type".into(), data: "payload".into(), ..EnvelopeConfig::default() };
/// let mut told = Envelope::default();
/// told.event = EventKind::InvoicePaid;
/// let body = names.write(&told);
/// assert!(body.contains(r#""type":"invoice_paid""#));
/// assert_eq!(names.read(body.as_bytes())?, told);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[crate::shaped(snake_case)]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // it is written as `EnvelopeConfig { event: …, ..default }`
pub struct EnvelopeConfig {
    /// The delivery's id.
    pub id: Text,
    /// The event.
    pub event: Text,
    /// When it happened.
    pub created_at: Text,
    /// Whose it is.
    pub organization_id: Text,
    /// What it carries.
    pub data: Text,
}

impl Default for EnvelopeConfig {
    fn default() -> Self {
        Self {
            id: "id".into(),
            event: "event".into(),
            created_at: "created_at".into(),
            organization_id: "organization_id".into(),
            data: "data".into(),
        }
    }
}

/// What an envelope's members are called by default.
const NAMES: [&str; 5] = ["id", "event", "created_at", "organization_id", "data"];

impl EnvelopeConfig {
    fn names(&self) -> [&Text; 5] {
        [&self.id, &self.event, &self.created_at, &self.organization_id, &self.data]
    }

    /// Says what is wrong with it.
    ///
    /// # Errors
    /// A name is empty, or there twice.
    pub fn check(&self) -> Result<(), ConfigError> {
        let names = self.names();
        for (at, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(ConfigError(format!("the name for `{}` should not be empty", NAMES[at])));
            }
            if names[..at].contains(name) {
                return Err(ConfigError(format!("`{name}` is the name of two members")));
            }
        }
        Ok(())
    }

    /// The envelope as it is sent.
    pub fn write(&self, envelope: &Envelope) -> String {
        let Ok(Value::Object(mut plain)) = serde_json::to_value(envelope) else { return String::new() };
        let mut members = Map::new();
        for (name, known) in self.names().into_iter().zip(NAMES) {
            if let Some(value) = plain.shift_remove(known) {
                members.insert(name.to_string(), value);
            }
        }
        for (name, value) in plain {
            members.entry(name).or_insert(value);
        }
        Value::Object(members).to_string()
    }

    /// Reads what was sent. Members without a name here are kept.
    ///
    /// # Errors
    /// No JSON object, or a member that is not what it should be.
    pub fn read(&self, body: &[u8]) -> serde_json::Result<Envelope> {
        self.read_value(serde_json::from_slice(body)?)
    }

    /// Reads an envelope that has been parsed already.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_value(&self, value: Value) -> serde_json::Result<Envelope> {
        let mut members: Map<String, Value> = serde_json::from_value(value)?;
        let mut plain = Map::new();
        for (name, known) in self.names().into_iter().zip(NAMES) {
            if let Some(value) = members.shift_remove(name.as_str()) {
                plain.insert(known.to_owned(), value);
            }
        }
        let mut envelope: Envelope = serde_json::from_value(Value::Object(plain))?;
        let mut extra = Extra::default();
        members.into_iter().for_each(|(name, value)| extra.insert(name, value));
        envelope.extra = extra;
        Ok(envelope)
    }

    /// Where the id stands by which repeats are told apart, as a JSON pointer: `/id`.
    pub fn id_pointer(&self) -> String {
        format!("/{}", self.id.replace('~', "~0").replace('/', "~1"))
    }
}

/// How the bytes of a signature are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SignatureEncoding {
    /// In hexadecimal digits.
    #[default]
    Hex,
    /// In base64.
    Base64,
}

crate::serde_shape!(SignatureEncoding: Kind::Enum(&["hex", "base64"]), Self::Hex);

/// Where the signature stands: HMAC-SHA256 of the body, with the endpoint's secret.
///
/// The header, the prefix and the encoding are *assumed*: `x-smarfle-signature: sha256=` and hexadecimal digits. Set what
/// you see.
#[crate::shaped(snake_case)]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // it is written as `SignatureConfig { header: …, ..default }`
pub struct SignatureConfig {
    /// The header's name.
    pub header: Text,
    /// What stands before the signature in it; may be empty.
    pub prefix: Text,
    /// How the signature is written.
    pub encoding: SignatureEncoding,
}

impl Default for SignatureConfig {
    fn default() -> Self {
        Self {
            header: "x-smarfle-signature".into(),
            prefix: "sha256=".into(),
            encoding: SignatureEncoding::Hex,
        }
    }
}

impl SignatureConfig {
    /// Says what is wrong with it.
    ///
    /// # Errors
    /// The header has no name that a header can have, or one that HTTP needs itself; the prefix cannot stand in a header.
    pub fn check(&self) -> Result<(), ConfigError> {
        let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if self.header.is_empty() || self.header.len() > 100 || !self.header.bytes().all(of_a_name) {
            return Err(ConfigError(format!("`{}` is no name of a header", self.header)));
        }
        const TAKEN: [&str; 6] =
            ["content-type", "content-length", "host", "transfer-encoding", "connection", "user-agent"];
        if TAKEN.iter().any(|taken| self.header.eq_ignore_ascii_case(taken)) {
            return Err(ConfigError(format!("`{}` is a header that says something else", self.header)));
        }
        if self.prefix.len() > 100 || !self.prefix.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
            return Err(ConfigError("the prefix has characters that cannot stand there".to_owned()));
        }
        Ok(())
    }
}

/// A configuration that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);
