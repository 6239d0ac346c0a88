//! A secret as the API carries it: written and read, and never shown.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret of an integration: what its deliveries are signed with, or the API key that they carry.
///
/// It stands in requests and answers as text; neither `Debug` nor any message shows it.
///
/// ```
/// use smbcrm_core::sales_boost::IntegrationSecret;
///
/// let secret = IntegrationSecret::from("smbs_not_for_logs");
/// assert_eq!(format!("{secret:?}"), "IntegrationSecret(…)");
/// assert_eq!(secret.expose(), "smbs_not_for_logs");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntegrationSecret(String);

impl IntegrationSecret {
    /// A secret of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text. Keep it out of logs.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it holds no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for IntegrationSecret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for IntegrationSecret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for IntegrationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IntegrationSecret(…)")
    }
}

#[cfg(feature = "webhooks")]
impl From<&IntegrationSecret> for crate::webhooks::Secret {
    /// What a receiver verifies deliveries with.
    fn from(secret: &IntegrationSecret) -> Self {
        Self::from(secret.expose())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for IntegrationSecret {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "IntegrationSecret".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}
