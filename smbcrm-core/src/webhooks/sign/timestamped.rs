//! `t=…,v1=…`: an HMAC over the time and the body, as payment services write it.

use chrono::{DateTime, Utc};
use http::HeaderMap;

use super::secret::{Secret, Secrets, from_hex, mac};
use super::{Incoming, Outgoing, Proof, Sign, SignError, Verify, header, put, seconds};
use crate::types::Text;
use crate::webhooks::Rejection;

/// More signatures than anybody rotates through; a header with more is not read on.
const MOST: usize = 16;

/// `t=<seconds since 1970>,v1=<hex>` in one header: HMAC-SHA256 over the time, a full stop and the body.
///
/// While secrets are changed there are several `v1`; one that fits is enough.
#[derive(Debug, Clone)]
pub struct Timestamped {
    header: Text,
    secrets: Secrets,
}

impl Timestamped {
    /// Reads and writes this header, accepts these secrets, and signs with all of them.
    pub fn new(header: impl AsRef<str>, secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        Self { header: header.as_ref().to_ascii_lowercase().into(), secrets: Secrets::new(secrets) }
    }

    /// The header of Sales Boost, `X-SMB-Signature`.
    pub fn sales_boost(secrets: impl IntoIterator<Item = impl Into<Secret>>) -> Self {
        Self::new(header::SALES_BOOST, secrets)
    }
}

/// What the header says.
struct Said<'a> {
    /// The time as it is written, which is what was signed.
    time: &'a str,
    timestamp: DateTime<Utc>,
    given: Vec<[u8; 32]>,
}

impl<'a> Said<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (mut time, mut given) = (None, Vec::new());
        for part in text.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                "t" if time.is_none() => time = Some(value),
                "t" => return None,
                "v1" if given.len() < MOST => given.push(from_hex(value)?),
                "v1" => return None,
                _ => {} // another version of the scheme
            }
        }
        let time = time?;
        Some(Self { time, timestamp: seconds(time)?, given })
    }
}

impl Verify for Timestamped {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        let text = incoming.signature(&self.header)?.ok_or(Rejection::Unsigned)?;
        let Said { time, timestamp, given } =
            Said::read(text).ok_or_else(|| Rejection::malformed(&self.header))?;
        let parts = [time.as_bytes(), b".", incoming.body];
        let key = self.secrets.made(&parts, &given).ok_or(Rejection::BadSignature)?;
        Ok(Proof { key, timestamp: Some(timestamp), ..Proof::default() })
    }
}

impl Sign for Timestamped {
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        self.secrets.first().ok_or(SignError::NoKey)?;
        let time = outgoing.timestamp.timestamp().to_string();
        let mut text = format!("t={time}");
        for secret in self.secrets.iter() {
            text.push_str(",v1=");
            text.push_str(&hex::encode(mac(secret, &[time.as_bytes(), b".", outgoing.body])));
        }
        put(headers, &self.header, &text, false)
    }
}
