//! Texts that nobody prints.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Text;
use crate::shape::{Kind, Node, Shaped, Slot, View};

/// A secret as an API carries it, shown once: a key's value, what deliveries are signed with.
///
/// It stands in requests and answers as text; neither `Debug` nor any message shows it.
///
/// ```
/// use smbcrm_core::types::Hidden;
///
/// let secret = Hidden::from("whs_0123456789abcdef");
/// assert_eq!(format!("{secret:?}"), "Hidden(…)");
/// assert_eq!(secret.expose(), "whs_0123456789abcdef");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(Text);

impl Hidden {
    /// A secret of this text.
    pub fn new(text: impl Into<Text>) -> Self {
        Self(text.into())
    }

    /// The text. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it holds no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Into<Text>> From<T> for Hidden {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

#[cfg(feature = "webhooks")]
impl From<&Hidden> for crate::webhooks::Secret {
    /// What a receiver verifies deliveries with.
    fn from(secret: &Hidden) -> Self {
        Self::from(secret.expose())
    }
}

impl Node for Hidden {
    fn view(&self) -> View<'_> {
        View::Text(self.expose())
    }
    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
}

impl Shaped for Hidden {
    const KIND: Kind = Kind::Text;
    fn blank() -> Self {
        Self::default()
    }
}
