//! Reading messages: a thread's, one, all.

use std::sync::Arc;

use serde_json::json;
use smbcrm_core::conversations::{
    ExportChannel, ExportMessages, ExportPage, ExportSort, ListMessages, Message, MessagePage, MessageType,
    SortOrder,
};
use smbcrm_core::types::{ConversationId, EmailMessageId, MessageId, Text};
use smbcrm_core::{Error, Result};

use super::state::{EmailKey, MessageKey, StoredMessage};
use crate::refusal as wire;
use crate::search::translate::Complaints;
use crate::search::{Cursor, Direction, Filter, Hits, Page, Query, Record as _, Term, Value};
use crate::world::State;

/// How many messages of a thread a page has, and may have at most (the bound is assumed).
const LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// How many messages of an export a page has, and the bounds of that.
const EXPORT: u32 = 100;
const MIN_EXPORT: u32 = 10;
const MAX_EXPORT: u32 = 500;

/// What the wire says of a message that does not exist.
pub(super) fn missing(id: &MessageId) -> Error {
    wire::not_found("Message", id.as_str())
}

/// What the wire says of an e-mail that does not exist.
pub(super) fn missing_email(id: &EmailMessageId) -> Error {
    wire::not_found("Email message", id.as_str())
}

/// A type as it is found by. One query writes `TYPE_INTERNAL_COMMENTS` for what everything else calls
/// `TYPE_INTERNAL_COMMENT`.
fn kind_term(kind: &MessageType) -> Term {
    let text = kind.as_str();
    Term::text(if text == "TYPE_INTERNAL_COMMENTS" { "TYPE_INTERNAL_COMMENT" } else { text })
}

fn kinds(kinds: &[MessageType]) -> Filter<StoredMessage> {
    Filter::Eq(MessageKey::Kind, kinds.iter().map(kind_term).collect())
}

const EMAILS: [MessageType; 4] = [
    MessageType::Email,
    MessageType::CampaignEmail,
    MessageType::CustomEmail,
    MessageType::CustomProviderEmail,
];

/// The messages of a channel; without one, all but e-mail.
fn in_channel(channel: Option<&ExportChannel>) -> Filter<StoredMessage> {
    use MessageType as T;
    match channel {
        None => Filter::Not(Box::new(kinds(&EMAILS))),
        Some(ExportChannel::Email) => kinds(&EMAILS),
        Some(ExportChannel::Call) => kinds(&[
            T::Call,
            T::CampaignCall,
            T::CampaignVoicemail,
            T::CampaignManualCall,
            T::IvrCall,
            T::CustomCall,
        ]),
        Some(ExportChannel::Sms) => kinds(&[
            T::Sms,
            T::SmsReviewRequest,
            T::SmsNoShowRequest,
            T::CampaignSms,
            T::CampaignManualSms,
            T::CustomSms,
            T::CustomProviderSms,
            T::GroupSms,
            T::SmsReaction,
        ]),
        Some(ExportChannel::WhatsApp) => kinds(&[T::Whatsapp]),
        Some(ExportChannel::Instagram) => kinds(&[T::Instagram, T::InstagramComment]),
        Some(ExportChannel::Facebook) => kinds(&[T::Facebook, T::CampaignFacebook, T::FacebookComment]),
        Some(_) => Filter::Or(Vec::new()),
    }
}

impl State {
    /// A page of a thread, newest first.
    pub(super) fn messages_of(&self, thread: &ConversationId, asked: &ListMessages) -> Result<MessagePage> {
        let limit = asked.limit.unwrap_or(LIMIT);
        let mut complaints = Complaints::default();
        if limit == 0 {
            complaints.shape("limit must not be less than 1");
        }
        if limit > MAX_LIMIT {
            complaints.shape(format!("limit must not be greater than {MAX_LIMIT}"));
        }
        let known = |kind: &MessageType| kind.is_known() || kind.as_str() == "TYPE_INTERNAL_COMMENTS";
        if asked.kinds.iter().flatten().any(|kind| !known(kind)) {
            complaints.shape("type must be a valid enum value");
        }
        complaints.into_result()?;
        let last = match asked.last_message_id.as_ref().filter(|id| !id.is_empty()) {
            None => None,
            Some(id) => match self.inbox.messages.get(id.as_str()) {
                Some(last) if last.message.conversation_id == *thread => Some(&**last),
                _ => return Err(missing(id)),
            },
        };
        let wanted: Option<Vec<Term>> =
            asked.kinds.as_ref().map(|kinds| kinds.iter().map(kind_term).collect());
        let is_wanted = |stored: &&Arc<StoredMessage>| {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&kind_term(&stored.message.kind)))
        };
        let mut found = self.inbox.messages.newest_first(thread, last).filter(is_wanted);
        let mut answer = MessagePage::default();
        answer.messages =
            found.by_ref().take(limit as usize).map(|stored| Arc::clone(&stored.message)).collect();
        answer.next_page = found.next().is_some();
        answer.last_message_id = answer.messages.last().map(|message| message.id.clone());
        Ok(answer)
    }

    /// What a checked export asks.
    pub(super) fn export_query(&self, asked: &ExportMessages) -> Result<Query<StoredMessage>> {
        let limit = asked.limit.unwrap_or(EXPORT);
        let mut complaints = Complaints::default();
        if limit < MIN_EXPORT {
            complaints.shape(format!("limit must not be less than {MIN_EXPORT}"));
        }
        if limit > MAX_EXPORT {
            complaints.shape(format!("limit must not be greater than {MAX_EXPORT}"));
        }
        if asked.channel.as_ref().is_some_and(|channel| !channel.is_known()) {
            complaints.shape("channel must be a valid enum value");
        }
        if asked.sort_by.as_ref().is_some_and(|sort| !sort.is_known()) {
            complaints.shape("sortBy must be a valid enum value");
        }
        if asked.sort_order.as_ref().is_some_and(|order| !order.is_known()) {
            complaints.shape("sortOrder must be a valid enum value");
        }
        let key = export_key(asked);
        let page = match asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            None => Page::first(limit as usize + 1),
            Some(cursor) => match read_cursor(cursor, asked) {
                Some(place) => Page::after(place, limit as usize + 1),
                None => {
                    complaints.domain("Invalid cursor");
                    Page::first(1)
                }
            },
        };
        complaints.into_result()?;
        let mut parts = vec![in_channel(asked.channel.as_ref())];
        parts.extend(asked.conversation_id.as_ref().map(|id| Filter::eq(MessageKey::Thread, id.as_str())));
        parts.extend(asked.contact_id.as_ref().map(|id| Filter::eq(MessageKey::Contact, id.as_str())));
        if let Some(from) = asked.start_date {
            parts.push(Filter::range(MessageKey::Created, Term::Instant(from.timestamp_millis())..));
        }
        if let Some(to) = asked.end_date {
            parts.push(Filter::range(MessageKey::Created, ..=Term::Instant(to.timestamp_millis())));
        }
        Ok(Query::new(Filter::And(parts)).sort(key, export_direction(asked)).page(page))
    }

    /// A page of an export.
    pub(super) fn export_page(&self, asked: &ExportMessages, hits: &Hits<StoredMessage>) -> ExportPage {
        let limit = asked.limit.unwrap_or(EXPORT) as usize;
        let mut page = ExportPage::default();
        page.total = hits.total;
        page.messages = hits.records.iter().take(limit).map(|stored| Arc::clone(&stored.message)).collect();
        if hits.records.len() > limit
            && let Some(last) = hits.records.get(limit.saturating_sub(1))
        {
            page.next_cursor = Some(write_cursor(last, asked));
        }
        page
    }

    /// Deletes a message with its e-mails and what was to be sent of it.
    pub(super) fn forget_message(&mut self, id: &str) {
        let emails = self.inbox.emails.find(&EmailKey::Thread, Value::Text(id));
        let emails: Vec<Text> = emails.map(|email| Text::from(email.id())).collect();
        for email in &emails {
            self.inbox.emails.remove(email);
        }
        self.inbox.messages.remove(id);
        if self.inbox.due.iter().any(|due| due.message == *id) {
            self.inbox.due.edit().retain(|due| due.message != *id);
        }
    }

    /// Changes a message that exists and stamps it.
    pub(super) fn edit_message(
        &mut self,
        id: &MessageId,
        now: chrono::DateTime<chrono::Utc>,
        change: impl FnOnce(&mut Message),
    ) -> Result<Arc<Message>> {
        let Some(known) = self.inbox.messages.get(id.as_str()) else { return Err(missing(id)) };
        let mut stored = StoredMessage::clone(known);
        let message = Arc::make_mut(&mut stored.message);
        change(message);
        message.date_updated = Some(now);
        let message = Arc::clone(&stored.message);
        self.inbox.messages.put(Arc::new(stored));
        Ok(message)
    }
}

fn export_key(asked: &ExportMessages) -> MessageKey {
    match asked.sort_by {
        Some(ExportSort::UpdatedAt) => MessageKey::Updated,
        _ => MessageKey::Created,
    }
}

fn export_direction(asked: &ExportMessages) -> Direction {
    match asked.sort_order {
        Some(SortOrder::Ascending) => Direction::Ascending,
        _ => Direction::Descending,
    }
}

/// What a cursor is good for: the order that it was made in.
fn order_of(asked: &ExportMessages) -> String {
    format!("{:?} {:?}", export_key(asked), export_direction(asked))
}

/// The place of a message as opaque text: the order, the sort value, the id.
fn write_cursor(last: &StoredMessage, asked: &ExportMessages) -> Text {
    let mut at = 0;
    last.values(&export_key(asked), &mut |value| {
        if let Value::Instant(millis) = value {
            at = millis;
        }
    });
    let place = json!([order_of(asked), at, last.id()]).to_string();
    Text::from(place.bytes().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// A place from such text; `None` if it is none, or another order's.
fn read_cursor(text: &str, asked: &ExportMessages) -> Option<Cursor> {
    let pairs = text.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    let (order, at, id): (String, i64, String) = serde_json::from_slice(&bytes?).ok()?;
    (order == order_of(asked)).then(|| Cursor { keys: vec![Some(Term::Instant(at))], id })
}
