//! Finding conversations.

use chrono::{DateTime, Utc};

use super::{ConversationType, Direction, MessageAction, MessageType};
use crate::types::{ContactId, ConversationId, Extra, LocationId, Text, UserId};
use crate::{open_enum, record, request};

/// Which conversations to list, by what was done with them.
#[open_enum]
pub enum ConversationStatus {
    /// All of them.
    All = "all",
    /// With nothing unread.
    Read = "read",
    /// With something unread.
    Unread = "unread",
    /// Marked as important.
    Starred = "starred",
    /// With a message in the last 30 days (assumed: the API does not say how recent is recent).
    Recents = "recents",
}

/// What conversations are sorted by.
#[open_enum]
pub enum ConversationSort {
    /// The newest message.
    LastMessage = "last_message_date",
    /// The newest message that a person wrote.
    LastManualMessage = "last_manual_message_date",
    /// The contact's score.
    ScoreProfile = "score_profile",
    /// Since when an answer is overdue.
    OverdueAt = "overdue_at",
    /// When an answer is due.
    DueAt = "due_at",
}

/// Which way a list is sorted.
#[open_enum]
pub enum SortOrder {
    /// Largest or newest first.
    Descending = "desc",
    /// Smallest or oldest first.
    Ascending = "asc",
}

/// Which conversations to find, in which order, and which page of them.
#[request]
pub struct SearchConversations {
    /// The sub-account.
    pub location_id: LocationId,
    /// Of this contact.
    pub contact_id: Option<ContactId>,
    /// In the charge of one of these users; `unassigned` finds those in nobody's.
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::comma")]
    #[schema(Option<String>)]
    pub assigned_to: Option<Vec<UserId>>,
    /// Followed by one of these users.
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::comma")]
    #[schema(Option<String>)]
    pub followers: Option<Vec<UserId>>,
    /// With a comment that mentions one of these users.
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::comma")]
    #[schema(Option<String>)]
    pub mentions: Option<Vec<UserId>>,
    /// Free text over the contact's name, e-mail, phone and company.
    pub query: Option<Text>,
    /// Which way: newest first unless given.
    pub sort: Option<SortOrder>,
    /// Go on behind this sort value (epoch milliseconds on the wire): the last record's.
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::millis")]
    #[schema(Option<i64>)]
    pub start_after_date: Option<DateTime<Utc>>,
    /// This one only.
    pub id: Option<ConversationId>,
    /// How many a page: 20 unless given, 100 at most.
    pub limit: Option<u32>,
    /// Whose newest message is of this type.
    pub last_message_type: Option<MessageType>,
    /// Whose newest outbound message was written by a person or a machine.
    pub last_message_action: Option<MessageAction>,
    /// Whose newest message goes this way.
    pub last_message_direction: Option<Direction>,
    /// Read, unread, starred, recent.
    pub status: Option<ConversationStatus>,
    /// What to sort by: the newest message unless given.
    pub sort_by: Option<ConversationSort>,
    /// The score profile to sort by, with [`ConversationSort::ScoreProfile`].
    pub sort_score_profile: Option<Text>,
    /// The score profile that the bounds are for.
    pub score_profile: Option<Text>,
    /// The least score.
    pub score_profile_min: Option<f64>,
    /// The greatest score.
    pub score_profile_max: Option<f64>,
    /// Begun at or after this instant (epoch milliseconds on the wire).
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::millis")]
    #[schema(Option<i64>)]
    pub start_date: Option<DateTime<Utc>>,
    /// Begun at or before this instant (epoch milliseconds on the wire).
    #[plain]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::wire::millis")]
    #[schema(Option<i64>)]
    pub end_date: Option<DateTime<Utc>>,
}

/// A page of a search.
#[record]
pub struct ConversationPage {
    /// The conversations.
    pub conversations: Vec<FoundConversation>,
    /// How many there are in all.
    pub total: u64,
}

/// A conversation as a search shows it: with its contact's name and its newest message.
#[record]
pub struct FoundConversation {
    /// Its id.
    pub id: ConversationId,
    /// The contact.
    pub contact_id: ContactId,
    /// The sub-account.
    pub location_id: LocationId,
    /// The newest message, as text.
    pub last_message_body: Text,
    /// What the newest message is.
    pub last_message_type: Option<MessageType>,
    /// Which way the newest message goes.
    pub last_message_direction: Option<Direction>,
    /// Who wrote the newest outbound message: a person or a machine.
    pub last_outbound_message_action: Option<MessageAction>,
    /// When the newest message was written: what `start_after_date` takes.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub last_message_date: Option<DateTime<Utc>>,
    /// When a person last wrote to the contact.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub last_manual_message_date: Option<DateTime<Utc>>,
    /// When the contact last wrote by WhatsApp.
    #[plain]
    #[serde(with = "super::wire::millis", skip_serializing_if = "Option::is_none")]
    #[schema(Option<i64>)]
    pub last_inbound_whatsapp_message_date: Option<DateTime<Utc>>,
    /// Whether the newest message is a comment that only users see.
    pub is_last_message_internal_comment: bool,
    /// What it is mainly led by.
    #[serde(rename = "type")]
    pub kind: ConversationType,
    /// How many messages of the contact nobody has read.
    pub unread_count: u32,
    /// Whether it is marked as important.
    pub starred: bool,
    /// The contact's name.
    pub full_name: Text,
    /// What to call the contact where it has no name: its company, e-mail or phone.
    pub contact_name: Text,
    /// The contact's company.
    pub company_name: Option<Text>,
    /// The contact's e-mail.
    pub email: Option<Text>,
    /// The contact's phone.
    pub phone: Option<Text>,
    /// The contact's tags.
    pub tags: Vec<Text>,
    /// The user who is in charge.
    pub assigned_to: Option<UserId>,
    /// Users who follow the contact.
    pub followers: Vec<UserId>,
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
