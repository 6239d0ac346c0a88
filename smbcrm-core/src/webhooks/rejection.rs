//! Why a delivery is not for the handler, and what to answer.

use std::time::Duration;

use http::StatusCode;

use super::receive::StoreError;
use crate::types::Text;

/// Why a delivery is not handed over.
///
/// No message says anything of a secret, a signature or a body. [`Rejection::status`] is what to answer; it is the same
/// for everything that may be wrong with a signature, so that whoever forges learns nothing from it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// No signature came with it, or the literal `N/A` in its place.
    #[error("the delivery is not signed")]
    Unsigned,
    /// A header of the signature is twice there, or has not the form that it should have.
    #[error("the header `{header}` cannot be read")]
    Malformed {
        /// Which one.
        header: Text,
    },
    /// The signature is of another body, or by a key that is not known.
    #[error("the signature fits none of the keys")]
    BadSignature,
    /// It does not say when it was sent, which it has to.
    #[error("the delivery does not say when it was sent")]
    NoTimestamp,
    /// It was sent too long ago: it may be a replay.
    #[error("the delivery was sent too long ago")]
    TooOld,
    /// It claims to be sent in the future.
    #[error("the delivery claims to be sent in the future")]
    FromTheFuture,
    /// The body is larger than the receiver takes.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body could not be read to its end.
    #[error("the body could not be read")]
    Unreadable,
    /// It is genuine, and not what the handler expects.
    #[error("the body is not what was expected at `{path}`")]
    Unexpected {
        /// Where: a path such as `customFields[0].id`, or `.` for the whole.
        path: Text,
    },
    /// It names no id by which repeats could be told apart.
    #[error("the delivery has no id")]
    NoId,
    /// It was handled before: nothing is left to do, and the sender may stop.
    #[error("the delivery was handled before")]
    Duplicate,
    /// It is being handled at this moment, here or on another machine.
    #[error("the delivery is being handled already")]
    InProgress {
        /// After that long the attempt under way has ended, or lost its claim.
        retry_after: Duration,
    },
    /// Whether it was handled before could not be found out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Rejection {
    /// What to answer: 200 for a duplicate, since the sender may stop; 401 for all that is wrong with a signature.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Duplicate => StatusCode::OK,
            Self::Unsigned
            | Self::Malformed { .. }
            | Self::BadSignature
            | Self::NoTimestamp
            | Self::TooOld
            | Self::FromTheFuture => StatusCode::UNAUTHORIZED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable | Self::NoId => StatusCode::BAD_REQUEST,
            Self::Unexpected { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InProgress { .. } => StatusCode::CONFLICT,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Whether the delivery is genuine, whatever else keeps it from the handler.
    pub fn is_genuine(&self) -> bool {
        matches!(
            self,
            Self::Unexpected { .. } | Self::NoId | Self::Duplicate | Self::InProgress { .. } | Self::Store(_)
        )
    }

    pub(crate) fn malformed(header: &str) -> Self {
        Self::Malformed { header: header.into() }
    }
}
