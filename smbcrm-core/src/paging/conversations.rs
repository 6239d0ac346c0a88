//! Walks over conversations and messages.

use std::sync::Arc;

use serde_json::Value;

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::conversations::{
    ConversationSort, Conversations, ExportMessages, FoundConversation, ListMessages, Message,
    SearchConversations, operations,
};
use crate::error::Result;
use crate::types::{ConversationId, Cursor, time};

/// Streams over every paged operation of [`Conversations`].
pub trait ConversationsExt: Conversations {
    /// Every conversation that a search finds.
    ///
    /// Goes by the date of the newest message, so it needs one of the two sorts by date. The API's cursor is that
    /// date alone: conversations that share it to the millisecond come in one page in memory, which is then longer
    /// than asked for; a backend that ends a page among them passes the rest over. `limit`: 1 to 100, and 100 unless
    /// given.
    fn search_stream(&self, search: SearchConversations) -> Items<'_, FoundConversation> {
        self.search_pages(search).items()
    }

    /// [`ConversationsExt::search_stream`], page by page.
    fn search_pages(&self, search: SearchConversations) -> Pages<'_, FoundConversation> {
        Pages::new(search_walk(self, search))
    }

    /// Every message of a conversation, newest first. `limit`: 1 to 100, and 100 unless given.
    fn list_messages_stream(
        &self,
        conversation_id: &ConversationId,
        query: ListMessages,
    ) -> Items<'_, Arc<Message>> {
        self.list_messages_pages(conversation_id, query).items()
    }

    /// [`ConversationsExt::list_messages_stream`], page by page.
    fn list_messages_pages(
        &self,
        conversation_id: &ConversationId,
        query: ListMessages,
    ) -> Pages<'_, Arc<Message>> {
        Pages::new(messages_walk(self, conversation_id.clone(), query))
    }

    /// Every message that an export finds. `limit`: 10 to 500, and 500 unless given.
    fn export_messages_stream(&self, query: ExportMessages) -> Items<'_, Arc<Message>> {
        self.export_messages_pages(query).items()
    }

    /// [`ConversationsExt::export_messages_stream`], page by page.
    fn export_messages_pages(&self, query: ExportMessages) -> Pages<'_, Arc<Message>> {
        Pages::new(export_walk(self, query))
    }
}

impl<T: Conversations + ?Sized> ConversationsExt for T {}

/// The place behind the end, for lists that say themselves that they end. Nothing is asked for there.
fn the_end() -> Cursor {
    Cursor::new(vec![Value::Null])
}

fn nothing<T>() -> Fetched<T> {
    Fetched { items: Vec::new(), total: None, next: None }
}

/// A cursor of one text.
fn text_cursor(text: &str) -> Cursor {
    Cursor::new(vec![text.into()])
}

fn search_walk<C: Conversations + ?Sized>(
    crm: &C,
    search: SearchConversations,
) -> Result<Walk<'_, FoundConversation>> {
    let operation = &operations::SEARCH;
    let limit = search.limit.unwrap_or(100);
    let by_manual = search.sort_by == Some(ConversationSort::LastManualMessage);
    let by_date =
        by_manual || search.sort_by.as_ref().is_none_or(|sort| *sort == ConversationSort::LastMessage);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.refuse(
        !by_date,
        "sortBy must be last_message_date or last_manual_message_date to go on behind a page",
    );
    bounds.into_result(operation)?;
    let start = match search.start_after_date {
        Some(at) => At::After(Cursor::new(vec![at.timestamp_millis().into()])),
        None => At::Start,
    };
    let fetch = move |at: &At| {
        let mut search = search.clone().limit(limit);
        search.start_after_date = match at {
            At::Start => None,
            At::After(cursor) => match &*cursor.values() {
                [millis] => Some(millis.as_i64().and_then(time::from_millis).ok_or_else(|| misplaced(at))?),
                _ => return Err(misplaced(at)),
            },
            At::Page(_) | At::Skip(_) => return Err(misplaced(at)),
        };
        let page = crm.search(search);
        Ok(Box::pin(async move {
            let page = page.await?;
            let last = page.conversations.last();
            let date =
                last.and_then(
                    |last| {
                        if by_manual { last.last_manual_message_date } else { last.last_message_date }
                    },
                );
            let next = date.map(|date| Cursor::new(vec![date.timestamp_millis().into()]));
            Ok(Fetched { items: page.conversations, total: Some(page.total), next })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn messages_walk<C: Conversations + ?Sized>(
    crm: &C,
    conversation: ConversationId,
    query: ListMessages,
) -> Result<Walk<'_, Arc<Message>>> {
    let operation = &operations::LIST_MESSAGES;
    let limit = query.limit.unwrap_or(100);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=100));
    bounds.into_result(operation)?;
    let start = query.last_message_id.as_ref().map_or(At::Start, |id| At::After(text_cursor(id.as_str())));
    let fetch = move |at: &At| {
        let mut query = query.clone().limit(limit);
        query.last_message_id = match at {
            At::Start => None,
            At::After(cursor) if *cursor == the_end() => return Ok(Box::pin(async { Ok(nothing()) }) as _),
            At::After(cursor) => match &*cursor.values() {
                [Value::String(id)] => Some(id.as_str().into()),
                _ => return Err(misplaced(at)),
            },
            At::Page(_) | At::Skip(_) => return Err(misplaced(at)),
        };
        let conversation = conversation.clone();
        Ok(Box::pin(async move {
            let page = crm.list_messages(&conversation, query).await?;
            let last = page.last_message_id.as_ref().or_else(|| page.messages.last().map(|last| &last.id));
            let next = last.filter(|_| page.next_page).map_or_else(the_end, |id| text_cursor(id.as_str()));
            Ok(Fetched { items: page.messages, total: None, next: Some(next) })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

fn export_walk<C: Conversations + ?Sized>(crm: &C, query: ExportMessages) -> Result<Walk<'_, Arc<Message>>> {
    let operation = &operations::EXPORT_MESSAGES;
    let limit = query.limit.unwrap_or(500);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(10..=500));
    bounds.into_result(operation)?;
    let start = query.cursor.as_ref().map_or(At::Start, |cursor| At::After(text_cursor(cursor)));
    let fetch = move |at: &At| {
        let mut query = query.clone().limit(limit);
        query.cursor = match at {
            At::Start => None,
            At::After(cursor) if *cursor == the_end() => return Ok(Box::pin(async { Ok(nothing()) }) as _),
            At::After(cursor) => match &*cursor.values() {
                [Value::String(text)] => Some(text.as_str().into()),
                _ => return Err(misplaced(at)),
            },
            At::Page(_) | At::Skip(_) => return Err(misplaced(at)),
        };
        let page = crm.export_messages(query);
        Ok(Box::pin(async move {
            let page = page.await?;
            let next = page.next_cursor.as_deref().filter(|cursor| !cursor.is_empty());
            let next = Some(next.map_or_else(the_end, text_cursor));
            Ok(Fetched { items: page.messages, total: Some(page.total), next })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for FoundConversation {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}

impl Record for Arc<Message> {
    fn record_id(&self) -> &str {
        self.id.as_str()
    }
}
