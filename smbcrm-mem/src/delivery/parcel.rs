//! What is to be sent, and on whose behalf.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use smbcrm_core::types::{LocationId, Text};

use super::schedule::RetrySchedule;

/// The number of a delivery, counted from 1. It stays the same however often the delivery is tried or repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub(crate) u64);

impl DeliveryId {
    /// The number.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl From<u64> for DeliveryId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A request that is to be made until it succeeds or is given up.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Parcel {
    #[serde(with = "verb")]
    pub(crate) method: http::Method,
    /// Where to; `http` or `https`. What is no address fails when it is sent.
    pub(crate) url: Text,
    pub(crate) headers: Vec<(Text, Text)>,
    #[serde(with = "base64_bytes")]
    pub(crate) body: Bytes,
    /// How often and when it is tried.
    pub(crate) schedule: RetrySchedule,
    /// What is sent one after the other: parcels of the same key. An empty key waits for nobody.
    pub(crate) order: Text,
    pub(crate) origin: Origin,
    /// How each attempt is signed; an app's are by the platform's keys.
    #[serde(default)]
    pub(crate) signature: Option<Signature>,
    /// Whether it goes to public addresses only, whatever the sender allows besides.
    #[serde(default)]
    pub(crate) public_only: bool,
}

/// A signature with a secret of the receiver's. Secret; made anew for each attempt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Signature {
    /// `t=…,v1=…` in this header; the time alone in another one, where there is one.
    Timestamped { header: Text, time_header: Option<Text>, secret: Text },
    /// HMAC-SHA256 of the body in hex, in this header, perhaps behind a prefix such as `sha256=`.
    Hex { header: Text, prefix: Text, secret: Text },
    /// The same in base64.
    Base64 { header: Text, prefix: Text, secret: Text },
}

/// Says where to and how much, and nothing of what is in it.
impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.split(['?', '#']).next().unwrap_or_default();
        write!(f, "Parcel({} {host}, {} bytes)", self.method, self.body.len())
    }
}

impl Parcel {
    /// The app's endpoint that it goes to.
    pub(crate) fn endpoint(&self) -> Option<&Text> {
        if let Origin::App { endpoint, .. } = &self.origin { Some(endpoint) } else { None }
    }

    /// What it takes up in memory, about.
    pub(crate) fn size(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.body.len() + self.url.len() + headers + 256
    }
}

/// On whose behalf something is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// An event of the platform, for an app's endpoint.
    App {
        endpoint: Text,
        /// The change that it tells of; see [`crate::Event::sequence`].
        sequence: u64,
        /// The event's type: `ContactCreate`.
        event: Text,
        /// What receivers tell repetitions by.
        webhook_id: Text,
        location: Option<LocationId>,
    },
    /// A step of a workflow. When the delivery is over, [`crate::MemCrm::delivered`] hears of it.
    Step {
        location: LocationId,
        run: Text,
        step: Text,
        /// Whether the step waits for the answer, and keeps it.
        wants_reply: bool,
    },
    /// A delivery of SMB Sales Boost, by its number there.
    SalesBoost(u64),
    /// A delivery of Smarfle, by its number there.
    Smarfle(u64),
    /// Something else, named.
    Other(Text),
}

impl Origin {
    /// Whether somebody wants to know what each attempt came to, and not the end alone.
    pub(crate) fn follows(&self) -> bool {
        matches!(self, Self::SalesBoost(_) | Self::Smarfle(_))
    }

    /// Whether somebody wants to know how it ended.
    pub(crate) fn is_awaited(&self) -> bool {
        self.follows() || matches!(self, Self::Step { .. })
    }
}

mod verb {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(verb: &http::Method, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(verb.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<http::Method, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Bodies in Base64, so that a row may be kept as JSON.
pub(super) mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in super::super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map(Bytes::from).map_err(D::Error::custom)
    }
}
