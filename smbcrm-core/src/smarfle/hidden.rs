//! Texts that nobody prints.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::Text;

/// A key's value or an endpoint's secret: shown once by the API, and by no `Debug`.
///
/// ```
/// use smbcrm_core::smarfle::Hidden;
/// let secret = Hidden::from("whs_0123456789abcdef");
/// assert_eq!(format!("{secret:?}"), "Hidden(…)");
/// assert_eq!(secret.expose(), "whs_0123456789abcdef");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(Text);

impl Hidden {
    /// The text itself.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Text> for Hidden {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Hidden {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hidden".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}
