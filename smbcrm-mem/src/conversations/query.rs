//! Finding conversations: what the search asks, in the engine's terms.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::conversations::operations as op;
use smbcrm_core::conversations::{
    ConversationPage, ConversationSort, ConversationStatus, FoundConversation, MessageType,
    SearchConversations, SortOrder,
};
use smbcrm_core::types::{ContactId, ConversationId, Text, UserId, time};

use super::state::{Thread, ThreadKey};
use super::thread::leads;
use crate::MemCrm;
use crate::search::translate::Complaints;
use crate::search::{Cursor, Direction, Filter, Hits, Page, Query, Term, fold};
use crate::world::{ContactKey, State};

/// How many a page has, and may have at most (assumed).
const LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// How recent `recents` is (assumed).
const RECENT: TimeDelta = TimeDelta::days(30);

/// More contacts than this are asked thread by thread instead of being listed.
const MANY: usize = 2_000;

/// The fields of the contact that free text is looked for in.
const CONTACT_TEXT: [ContactKey; 4] =
    [ContactKey::FullName, ContactKey::Email, ContactKey::Phone, ContactKey::CompanyName];

/// What a search asks of the contacts.
fn asked_of_contacts(search: &SearchConversations) -> Vec<Filter<Contact>> {
    let mut asked = Vec::new();
    for word in search
        .query
        .iter()
        .flat_map(|text| fold(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    {
        asked.push(Filter::Words(CONTACT_TEXT.to_vec(), word));
    }
    if let Some(users) = &search.assigned_to {
        let (nobody, users): (Vec<&UserId>, Vec<&UserId>) =
            users.iter().partition(|user| **user == "unassigned");
        let mut either = vec![one_of(ContactKey::AssignedTo, &users)];
        if !nobody.is_empty() {
            either.push(Filter::Not(Box::new(Filter::Exists(ContactKey::AssignedTo))));
        }
        asked.push(Filter::Or(either));
    }
    if let Some(users) = &search.followers {
        asked.push(one_of(ContactKey::Followers, &users.iter().collect::<Vec<_>>()));
    }
    asked
}

fn one_of(key: ContactKey, users: &[&UserId]) -> Filter<Contact> {
    Filter::Eq(key, users.iter().map(|user| Term::text(user.as_str())).collect())
}

impl MemCrm {
    /// Runs a search, building the indexes that it asks for first: those over contacts as well.
    pub(super) fn find_threads(&self, search: &SearchConversations) -> Result<ConversationPage> {
        let operation = &op::SEARCH;
        let sub = self.enter(operation, &search.location_id)?;
        let now = self.world.clock.now();
        check(search).map_err(|error| error.during(operation))?;
        let asked: Vec<Query<Contact>> = asked_of_contacts(search).into_iter().map(Query::new).collect();
        {
            let state = sub.state.read();
            if !asked.iter().any(|of_contacts| state.contacts.needs(of_contacts)) {
                let query = state.thread_query(search, now);
                if !state.conversations.needs(&query) {
                    return Ok(state.thread_page(&state.with_ties(query)));
                }
            }
        }
        let mut state = sub.state.write();
        for of_contacts in &asked {
            state.contacts.prepare(of_contacts);
        }
        let query = state.thread_query(search, now);
        state.conversations.prepare(&query);
        Ok(state.thread_page(&state.with_ties(query)))
    }
}

/// Refuses a search that makes no sense.
fn check(search: &SearchConversations) -> Result<()> {
    let mut complaints = Complaints::default();
    let limit = search.limit.unwrap_or(LIMIT);
    if limit == 0 {
        complaints.shape("limit must not be less than 1");
    }
    if limit > MAX_LIMIT {
        complaints.shape(format!("limit must not be greater than {MAX_LIMIT}"));
    }
    let mut known = |name: &str, known: Option<bool>| {
        if known == Some(false) {
            complaints.shape(format!("{name} must be a valid enum value"));
        }
    };
    known("sort", search.sort.as_ref().map(SortOrder::is_known));
    known("sortBy", search.sort_by.as_ref().map(ConversationSort::is_known));
    known("status", search.status.as_ref().map(ConversationStatus::is_known));
    known("lastMessageType", search.last_message_type.as_ref().map(MessageType::is_known));
    known("lastMessageAction", search.last_message_action.as_ref().map(|action| action.is_known()));
    known("lastMessageDirection", search.last_message_direction.as_ref().map(|way| way.is_known()));
    complaints.into_result()
}

impl State {
    /// Threads whose contact passes.
    fn threads_whose(&self, filter: Filter<Contact>) -> Filter<Thread> {
        if self.contacts.count(&filter) <= MANY as u64 {
            let found = self.contacts.search(&Query::new(filter).page(Page::first(MANY))).records;
            let ids = found.iter().map(|contact| Term::text(contact.id.as_str())).collect();
            return Filter::Eq(ThreadKey::Contact, ids);
        }
        // The table's clone is a fork.
        let contacts = self.contacts.clone();
        Filter::Where(Arc::new(move |thread: &Thread| {
            contacts.get(thread.contact_id.as_str()).is_some_and(|contact| filter.matches(contact))
        }))
    }

    /// What a checked search asks.
    fn thread_query(&self, search: &SearchConversations, now: DateTime<Utc>) -> Query<Thread> {
        let mut parts: Vec<Filter<Thread>> =
            asked_of_contacts(search).into_iter().map(|filter| self.threads_whose(filter)).collect();
        let mut equals = |key: ThreadKey, text: Option<&str>| {
            parts.extend(text.map(|text| Filter::Eq(key, vec![Term::text(text)])));
        };
        equals(ThreadKey::Contact, search.contact_id.as_ref().map(|id| id.as_str()));
        equals(ThreadKey::Id, search.id.as_ref().map(|id| id.as_str()));
        equals(ThreadKey::LastType, search.last_message_type.as_ref().map(|kind| kind.as_str()));
        equals(ThreadKey::LastAction, search.last_message_action.as_ref().map(|action| action.as_str()));
        equals(ThreadKey::LastDirection, search.last_message_direction.as_ref().map(|way| way.as_str()));
        let flag = |key, on: bool| Filter::Eq(key, vec![Term::from(on)]);
        match &search.status {
            Some(ConversationStatus::Read) => parts.push(flag(ThreadKey::Unread, false)),
            Some(ConversationStatus::Unread) => parts.push(flag(ThreadKey::Unread, true)),
            Some(ConversationStatus::Starred) => parts.push(flag(ThreadKey::Starred, true)),
            Some(ConversationStatus::Recents) => {
                let since = Term::Instant((now - RECENT).timestamp_millis());
                parts.push(Filter::range(ThreadKey::Last, since..));
            }
            _ => {}
        }
        if let Some(from) = search.start_date {
            parts.push(Filter::range(ThreadKey::Added, Term::Instant(from.timestamp_millis())..));
        }
        if let Some(to) = search.end_date {
            parts.push(Filter::range(ThreadKey::Added, ..=Term::Instant(to.timestamp_millis())));
        }
        // Nobody is mentioned and nobody is scored here: every score is 0.
        let unscored = search.score_profile_min.is_some_and(|min| min > 0.0)
            || search.score_profile_max.is_some_and(|max| max < 0.0);
        if search.mentions.is_some() || (search.score_profile.is_some() && unscored) {
            parts.push(Filter::Or(Vec::new()));
        }
        let direction = match &search.sort {
            Some(SortOrder::Ascending) => Direction::Ascending,
            _ => Direction::Descending,
        };
        let key = match &search.sort_by {
            Some(ConversationSort::LastManualMessage) => ThreadKey::LastManual,
            // There are no scores and no due dates: those sorts fall back on the newest message (assumed).
            _ => ThreadKey::Last,
        };
        let limit = search.limit.unwrap_or(LIMIT) as usize;
        let page = match search.start_after_date {
            None => Page::first(limit),
            Some(after) => {
                // The wire's cursor is the sort value alone: records of the very same millisecond count as seen.
                let id = if direction == Direction::Descending { "" } else { "\u{10FFFF}" };
                let keys = vec![Some(Term::Instant(after.timestamp_millis()))];
                Page::after(Cursor { keys, id: id.to_owned() }, limit)
            }
        };
        Query::new(Filter::And(parts)).sort(key, direction).page(page)
    }

    /// The answer to a query. The cursor of the wire is a date alone, so that a page does not end among threads of
    /// one and the same date: it shows all of them, and is longer than it was asked to be where it must.
    fn with_ties(&self, mut query: Query<Thread>) -> Hits<Thread> {
        let limit = query.page.limit;
        query.page.limit = limit.saturating_add(1);
        let mut hits = self.conversations.search(&query);
        let key = query.sort.first().map_or(ThreadKey::Last, |sort| sort.field);
        let date = |thread: &Arc<Thread>| match key {
            ThreadKey::LastManual => thread.newest.as_ref().and_then(|newest| newest.manual_at),
            _ => Some(thread.last()),
        };
        let Some(next) = hits.records.get(limit).and_then(date) else {
            hits.records.truncate(limit);
            return hits;
        };
        hits.records.truncate(limit);
        if hits.records.last().and_then(date) == Some(next) {
            let same = Filter::range(key, Term::Instant(next)..=Term::Instant(next));
            let same = Filter::And(vec![query.filter, same]);
            let count = usize::try_from(self.conversations.count(&same)).unwrap_or(usize::MAX);
            let ties = self.conversations.search(&Query::new(same).page(Page::first(count)));
            let shown: HashSet<ConversationId> =
                hits.records.iter().map(|thread| thread.id.clone()).collect();
            hits.records.extend(ties.records.into_iter().filter(|thread| !shown.contains(&thread.id)));
        }
        hits
    }

    fn thread_page(&self, hits: &Hits<Thread>) -> ConversationPage {
        let mut page = ConversationPage::default();
        page.total = hits.total;
        page.conversations = hits.records.iter().map(|thread| self.found_thread(thread)).collect();
        page
    }

    /// The contact's conversation, as a search shows it, if anything in it is unread.
    pub(crate) fn unread_of(&self, contact: &ContactId) -> Option<FoundConversation> {
        let thread = self.thread_of(contact).filter(|thread| thread.unread > 0)?;
        Some(self.found_thread(thread))
    }

    /// A thread as a search shows it.
    fn found_thread(&self, thread: &Thread) -> FoundConversation {
        let mut found = FoundConversation::default();
        found.id = thread.id.clone();
        found.contact_id = thread.contact_id.clone();
        found.location_id = self.location.id.clone();
        found.kind = leads(thread);
        found.unread_count = thread.unread;
        found.starred = thread.starred;
        if let Some(newest) = &thread.newest {
            found.last_message_body = newest.body.clone();
            found.last_message_type = Some(newest.kind.clone());
            found.last_message_direction = Some(newest.direction.clone());
            found.last_outbound_message_action = newest.action.clone();
            found.last_manual_message_date = newest.manual_at.and_then(time::from_millis);
            found.last_inbound_whatsapp_message_date = newest.whatsapp_at.and_then(time::from_millis);
            found.is_last_message_internal_comment = newest.kind == MessageType::InternalComment;
        }
        found.last_message_date = time::from_millis(thread.last());
        found.date_added = time::from_millis(thread.added);
        found.date_updated = time::from_millis(thread.updated);
        if let Some(contact) = self.contacts.get(thread.contact_id.as_str()) {
            found.full_name = Text::from(contact.full_name());
            let names = [contact.company_name.as_ref(), contact.email.as_ref(), contact.phone.as_ref()];
            found.contact_name = if found.full_name.is_empty() {
                names.into_iter().flatten().next().cloned().unwrap_or_default()
            } else {
                found.full_name.clone()
            };
            found.company_name = contact.company_name.clone();
            found.email = contact.email.clone();
            found.phone = contact.phone.clone();
            found.tags = contact.tags.clone();
            found.assigned_to = contact.assigned_to.clone();
            found.followers = contact.followers.clone();
        }
        found
    }
}
