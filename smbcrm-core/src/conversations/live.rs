//! What calls leave behind, and what the live chat shows.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shape::Kind;
use crate::types::{ConversationId, Extra, LocationId, Text};
use crate::{record, request};

/// A sentence of a call.
#[record]
pub struct TranscriptSegment {
    /// Who speaks: the channel of the recording, from 1.
    pub media_channel: Option<u32>,
    /// Who speaks, where the answer names somebody.
    pub speaker: Option<Text>,
    /// Which sentence it is.
    pub sentence_index: u32,
    /// When it starts, in milliseconds from the start of the recording.
    pub start_time: f64,
    /// When it ends, in milliseconds from the start of the recording.
    pub end_time: f64,
    /// What is said.
    pub transcript: Text,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A flag that the specification calls a string and shows as a boolean; both are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsTyping(bool);

impl From<bool> for IsTyping {
    fn from(typing: bool) -> Self {
        Self(typing)
    }
}

impl From<IsTyping> for bool {
    fn from(typing: IsTyping) -> Self {
        typing.0
    }
}

impl Serialize for IsTyping {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(self.0)
    }
}

impl<'de> Deserialize<'de> for IsTyping {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Flag(bool),
            Text(String),
        }
        match Either::deserialize(from)? {
            Either::Flag(typing) => Ok(Self(typing)),
            Either::Text(text) => text
                .trim()
                .parse()
                .map(Self)
                .map_err(|_| serde::de::Error::custom("isTyping must be true or false")),
        }
    }
}

crate::serde_shape!(IsTyping: Kind::OneOf(&[Kind::Bool, Kind::Text]), Self(false));

/// That somebody types, or has stopped, in the live chat.
#[request]
pub struct SetTyping {
    /// The sub-account.
    pub location_id: LocationId,
    /// Whether somebody types.
    pub is_typing: IsTyping,
    /// The visitor who is to see it.
    pub visitor_id: Text,
    /// The conversation.
    pub conversation_id: ConversationId,
}
