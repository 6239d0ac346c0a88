//! What became of a delivery, for whom it was made.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use smbcrm_core::types::Text;

use super::parcel::{DeliveryId, Origin, base64_bytes};
use crate::MemCrm;

/// How much of an answer's body is kept for a step that waits for it.
#[allow(dead_code, reason = "senders keep to it")]
pub(crate) const REPLY_BYTES: usize = 64 * 1024;

/// What an attempt came to; as a rule the last one of a delivery, which succeeded or was given up.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) origin: Origin,
    pub(crate) delivery: DeliveryId,
    /// The last answer's status; `None` when there was no answer.
    pub(crate) status: Option<u16>,
    /// The beginning of its body: up to 64 KiB, and nothing unless it was asked for.
    #[serde(with = "base64_bytes")]
    pub(crate) body: Bytes,
    /// Its headers, as far as they are of use: `content-type`, `location`, `retry-after`, `etag`, `x-request-id`.
    pub(crate) headers: Vec<(Text, Text)>,
    /// Why it was given up; `None` after success.
    pub(crate) error: Option<Text>,
    /// How many attempts were made so far.
    #[serde(default)]
    pub(crate) attempts: u32,
    /// How long the last of them took, in microseconds.
    #[serde(default)]
    pub(crate) micros: u64,
    /// Whether it was the last one. Only who [follows](Origin::follows) a delivery hears of others.
    #[serde(default = "yes")]
    pub(crate) is_over: bool,
}

fn yes() -> bool {
    true
}

impl Reply {
    /// Whether the delivery succeeded.
    #[allow(dead_code, reason = "workflow steps ask")]
    pub(crate) fn is_success(&self) -> bool {
        self.error.is_none()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.body.len();
        write!(f, "Reply({}, {:?}, {bytes} bytes, {:?})", self.delivery, self.status, self.error)
    }
}

impl MemCrm {
    /// Called once for every step's delivery that is over, and after every attempt of a neighbour's, with no lock held.
    /// After a crash perhaps once more.
    pub(crate) fn delivered(&self, reply: &Reply) {
        match &reply.origin {
            Origin::Step { .. } => self.resume_step(reply),
            Origin::SalesBoost(delivery) => self.sales_boost().attempted(*delivery, reply),
            Origin::Smarfle(delivery) => self.smarfle().attempted(*delivery, reply),
            Origin::App { .. } | Origin::Other(_) => {}
        }
    }
}
