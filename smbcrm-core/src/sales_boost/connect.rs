//! Connecting a CRM: the way to its consent page, and back.

use chrono::{DateTime, Utc};

use super::ProviderId;
use crate::types::{Extra, Hidden, Text};
use crate::{open_enum, record, request};

/// Which Salesforce.
#[open_enum]
pub enum Environment {
    /// The live one.
    Production = "production",
    /// A sandbox.
    Sandbox = "sandbox",
}

/// How a connection is begun in [`Dialect::Plain`](super::Dialect::Plain).
#[request]
pub struct StartConnection {
    /// Of Salesforce: production unless told otherwise.
    pub env: Option<Environment>,
}

/// How a connection is begun in [`Dialect::Enveloped`](super::Dialect::Enveloped).
#[request]
pub struct Connect {
    /// Of Salesforce: production unless told otherwise.
    pub environment: Option<Environment>,
}

/// A connection that was begun: somebody has to consent to it.
#[record]
pub struct Authorization {
    /// To which CRM.
    pub provider: ProviderId,
    /// The consent page, to be opened in a browser. It returns to the callback.
    pub authorization_url: Text,
    /// What the callback is told apart by: good once, for ten minutes, for this provider. It stands in the address too.
    pub state: Option<Text>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// With what the consent page returns.
#[request]
pub struct Returned {
    /// What the connection was begun with.
    pub state: Option<Hidden>,
    /// What the CRM gave, where there was consent.
    pub code: Option<Hidden>,
    /// Why there is none: `access_denied`.
    pub error: Option<Text>,
}

impl Returned {
    /// What an address says that a consent page returns to.
    pub fn from_url(url: &str) -> Self {
        let mut returned = Self::new();
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "state" => returned.state = Some(value.as_ref().into()),
                "code" => returned.code = Some(value.as_ref().into()),
                "error" => returned.error = Some(Text::from(value.as_ref())),
                _ => {}
            }
        }
        returned
    }
}
