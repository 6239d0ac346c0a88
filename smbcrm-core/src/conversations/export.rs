//! All messages of a sub-account, page by page.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Message, SortOrder};
use crate::types::{ContactId, ConversationId, LocationId, Text};
use crate::{open_enum, record, request};

/// What messages are exported by.
#[open_enum]
pub enum ExportChannel {
    /// Calls and voicemails.
    Call = "Call",
    /// Text messages.
    Sms = "SMS",
    /// E-mails.
    Email = "Email",
    /// WhatsApp.
    WhatsApp = "WhatsApp",
    /// Instagram.
    Instagram = "Instagram",
    /// Facebook.
    Facebook = "Facebook",
}

/// What an export is sorted by.
#[open_enum]
pub enum ExportSort {
    /// When a message was written.
    CreatedAt = "createdAt",
    /// When it was last changed.
    UpdatedAt = "updatedAt",
}

/// Which messages to export.
#[request]
pub struct ExportMessages {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page: 10 to 500, 100 unless given.
    pub limit: Option<u32>,
    /// Where to go on: the `next_cursor` of the page before, with the same criteria.
    pub cursor: Option<Text>,
    /// What to sort by: when they were written unless given.
    pub sort_by: Option<ExportSort>,
    /// Which way: newest first unless given.
    pub sort_order: Option<SortOrder>,
    /// Of this conversation.
    pub conversation_id: Option<ConversationId>,
    /// Of this contact.
    pub contact_id: Option<ContactId>,
    /// Of this channel. Absent: all **but** e-mail.
    pub channel: Option<ExportChannel>,
    /// Written at or after this instant.
    pub start_date: Option<DateTime<Utc>>,
    /// Written at or before this instant.
    pub end_date: Option<DateTime<Utc>>,
}

/// A page of an export.
#[record]
pub struct ExportPage {
    /// The messages.
    pub messages: Vec<Arc<Message>>,
    /// Where the next page begins; `None` on the last one. Opaque.
    pub next_cursor: Option<Text>,
    /// How many there are in all.
    pub total: u64,
}
