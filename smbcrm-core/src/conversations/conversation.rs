//! A contact's conversation, and what may be changed of it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{ConversationType, MessageType};
use crate::types::{ContactId, ConversationId, Extra, LocationId, Text, UserId};
use crate::{record, request};

/// The conversation of a contact: all messages with it, on whatever channel.
#[record]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The contact.
    pub contact_id: ContactId,
    /// The sub-account.
    pub location_id: LocationId,
    /// What it is mainly led by; the wire writes a number.
    #[plain]
    #[serde(rename = "type", with = "super::wire::conversation_type")]
    #[schema(u16)]
    pub kind: ConversationType,
    /// How many messages of the contact nobody has read.
    pub unread_count: u32,
    /// The user who is in charge.
    pub assigned_to: Option<UserId>,
    /// Whether it is marked as important.
    pub starred: bool,
    /// Whether it is in the inbox.
    pub inbox: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The newest message, as text.
    pub last_message_body: Option<Text>,
    /// What the newest message is.
    pub last_message_type: Option<MessageType>,
    /// When the newest message was written. Some answers write milliseconds as text, which is read as well.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub last_message_date: Option<DateTime<Utc>>,
    /// When it was begun.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub date_added: Option<DateTime<Utc>>,
    /// When it was last changed.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub date_updated: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A conversation to begin. Every contact has one already, so that this is refused as a rule.
#[request]
pub struct CreateConversation {
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact.
    pub contact_id: ContactId,
}

/// Changes to a conversation. What is not set stays.
#[request]
pub struct UpdateConversation {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many messages count as unread; 0 marks all as read.
    pub unread_count: Option<u32>,
    /// Whether it is marked as important.
    pub starred: Option<bool>,
    /// Feedback on it, in a form of one's own; accepted and not shown again.
    pub feedback: Option<Value>,
}

impl UpdateConversation {
    /// Marks everything as read.
    #[must_use]
    pub fn mark_read(location_id: impl Into<LocationId>) -> Self {
        Self::new(location_id).unread_count(0)
    }
}
