//! Conversations, from behind: the outbox, the contact's side, what is sent later, worlds apart.

use std::time::Duration;

use chrono::TimeDelta;
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{
    CreateContact, DndSetting, DndSettings, DndStatus, SearchContacts, UpdateContact,
};
use smbcrm_core::conversations::{
    AddInbound, ConversationStatus, ListMessages, MessageStatus, MessageType, SearchConversations,
    SendMessage, SendType, SetTyping, SortOrder,
};
use smbcrm_core::paging::{ConversationsExt, TryStreamExt};
use smbcrm_core::search::{ContactField, Filter};
use smbcrm_core::types::ContactId;

use crate::{MemCrm, OUTBOX_ENTRIES};

fn contact(crm: &MemCrm, number: usize) -> ContactId {
    let input = CreateContact::new(crm.location())
        .first_name("Ada")
        .last_name(format!("Vale {number}"))
        .email(format!("ada{number}@vale.example"))
        .phone(format!("+1202555{number:04}"));
    block_on(crm.contacts().create(input)).unwrap().id.clone()
}

fn sms(contact: &ContactId, body: &str) -> SendMessage {
    SendMessage::new(SendType::Sms, contact).message(body)
}

#[test]
fn what_is_sent_lands_in_the_outbox() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    let email = SendMessage::new(SendType::Email, &ada).html("<p>Hello</p>").subject("Offer");
    block_on(crm.conversations().send(sms(&ada, "Hello"))).unwrap();
    let sent = block_on(crm.conversations().send(email.email_cc(["boss@vale.example"]))).unwrap();
    let outbox = crm.admin().outbox();
    assert_eq!(outbox.len(), 2);
    let text = outbox[0].text().unwrap();
    assert_eq!((text.to.as_deref(), text.body.as_str()), (Some("+12025550100"), "Hello"));
    let letter = outbox[1].email().unwrap();
    assert_eq!(Some(&letter.id), sent.email_message_id.as_ref());
    assert_eq!((letter.to[0].as_str(), letter.cc[0].as_str()), ("ada100@vale.example", "boss@vale.example"));
    let json = serde_json::to_value(&*outbox[1]).unwrap();
    assert_eq!(json["email"]["subject"], "Offer");
    let fork = crm.fork();
    fork.admin().clear_outbox();
    assert_eq!((fork.admin().outbox().len(), crm.admin().outbox().len()), (0, 2));
}

#[test]
fn the_outbox_is_bounded() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    for number in 0..OUTBOX_ENTRIES + 3 {
        block_on(crm.conversations().send(sms(&ada, &number.to_string()))).unwrap();
    }
    let outbox = crm.admin().outbox();
    assert_eq!(outbox.len(), OUTBOX_ENTRIES);
    assert_eq!(outbox[0].text().unwrap().body, "3");
}

#[test]
fn a_refusal_changes_nothing() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    let before = block_on(crm.conversations().search(SearchConversations::new(crm.location()))).unwrap();
    assert!(block_on(crm.conversations().send(sms(&ada, ""))).is_err());
    assert!(crm.admin().answer_as_contact(&ada, "SMS", "").is_err());
    assert!(crm.admin().answer_as_contact(&"nobody".into(), "SMS", "Hello").is_err());
    let after = block_on(crm.conversations().search(SearchConversations::new(crm.location()))).unwrap();
    assert_eq!(before, after);
    assert!(crm.admin().outbox().is_empty());
}

#[test]
fn the_contact_answers() {
    let crm = MemCrm::new();
    let (ada, ben) = (contact(&crm, 100), contact(&crm, 101));
    crm.admin().answer_as_contact(&ada, "SMS", "Yes, please").unwrap();
    crm.admin().answer_as_contact(&ben, "Email", "<p>No</p>").unwrap();
    let unread = SearchConversations::new(crm.location()).status(ConversationStatus::Unread);
    let page = block_on(crm.conversations().search(unread)).unwrap();
    assert_eq!(page.total, 2);
    assert_eq!(page.conversations[1].last_message_body, "Yes, please");
    assert!(crm.admin().outbox().is_empty());
}

#[test]
fn scheduled_messages_go_in_their_order_when_the_clock_passes() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    let now = crm.clock().now();
    for (hours, body) in [(3, "Third"), (1, "First"), (2, "Second")] {
        let at = now + chrono::TimeDelta::hours(hours);
        block_on(crm.conversations().send(sms(&ada, body).scheduled_at(at))).unwrap();
    }
    assert!(crm.admin().outbox().is_empty());
    block_on(crm.advance(Duration::from_secs(2 * 3600 + 60)));
    let bodies = |crm: &MemCrm| -> Vec<String> {
        crm.admin().outbox().iter().map(|sent| sent.text().unwrap().body.to_string()).collect()
    };
    assert_eq!(bodies(&crm), ["First", "Second"]);
    let fork = crm.fork();
    fork.clock().advance(Duration::from_secs(3600));
    assert_eq!((bodies(&fork).len(), bodies(&crm).len()), (3, 2));
}

#[test]
fn who_opts_out_meanwhile_gets_nothing() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    let at = crm.clock().now() + chrono::TimeDelta::hours(1);
    let sent = block_on(crm.conversations().send(sms(&ada, "Later").scheduled_at(at))).unwrap();
    let mut settings = DndSettings::default();
    settings.sms = Some(DndSetting::new(DndStatus::Permanent));
    block_on(crm.contacts().update(&ada, UpdateContact::new().dnd_settings(settings))).unwrap();
    crm.clock().advance(Duration::from_secs(3601));
    let message = block_on(crm.conversations().get_message(&sent.message_id)).unwrap();
    assert_eq!(message.status, Some(MessageStatus::Failed));
    assert!(crm.admin().outbox().is_empty());
}

#[test]
fn what_belongs_to_a_contact_goes_with_it() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    let at = crm.clock().now() + chrono::TimeDelta::hours(1);
    let sent = block_on(crm.conversations().send(sms(&ada, "Later").scheduled_at(at))).unwrap();
    block_on(crm.contacts().delete(&ada)).unwrap();
    assert!(block_on(crm.conversations().get(&sent.conversation_id)).is_err());
    assert!(block_on(crm.conversations().get_message(&sent.message_id)).is_err());
    crm.clock().advance(Duration::from_secs(3601));
    assert!(crm.admin().outbox().is_empty());
}

#[test]
fn streams_see_everything_once() {
    let crm = MemCrm::new();
    for number in 0..45 {
        let ada = contact(&crm, number);
        for body in ["One", "Two"] {
            block_on(crm.conversations().send(sms(&ada, body))).unwrap();
        }
    }
    let search = SearchConversations::new(crm.location()).limit(15);
    let found: Vec<_> = block_on(crm.conversations().search_stream(search).try_collect()).unwrap();
    assert_eq!(found.len(), 45);
    let export = smbcrm_core::conversations::ExportMessages::new(crm.location()).limit(10);
    let exported: Vec<_> =
        block_on(crm.conversations().export_messages_stream(export).try_collect()).unwrap();
    assert_eq!(exported.len(), 90);
    let list = smbcrm_core::conversations::ListMessages::new().limit(1);
    let stream = crm.conversations().list_messages_stream(&found[0].id, list);
    let listed: Vec<_> = block_on(stream.try_collect()).unwrap();
    assert_eq!(listed.len(), 2);
}

#[test]
fn typing_is_seen_until_it_stops() {
    let crm = MemCrm::new();
    let ada = contact(&crm, 100);
    let sent = block_on(crm.conversations().send(sms(&ada, "Hello"))).unwrap();
    let id = &sent.conversation_id;
    let typing = |on| SetTyping::new(crm.location(), on, "visitor", id);
    block_on(crm.conversations().set_typing(typing(true))).unwrap();
    assert_eq!(crm.admin().sees_typing(id), ["visitor"]);
    block_on(crm.conversations().set_typing(typing(false))).unwrap();
    assert!(crm.admin().sees_typing(id).is_empty());
}

#[test]
fn pages_do_not_end_among_conversations_of_one_instant() {
    let crm = MemCrm::new();
    let now = crm.clock().now();
    let ids: Vec<ContactId> = (0..9).map(|number| contact(&crm, number)).collect();
    // Three, then five in the same millisecond, then one.
    for (number, id) in ids.iter().enumerate() {
        let hours = [0, 1, 2, 3, 3, 3, 3, 3, 4][number];
        let inbound =
            AddInbound::new("SMS").contact_id(id).message("Hello").date(now + TimeDelta::hours(hours));
        block_on(crm.conversations().add_inbound(inbound)).unwrap();
    }
    for (sort, sizes) in [(SortOrder::Descending, [6, 2, 1, 0]), (SortOrder::Ascending, [2, 6, 1, 0])] {
        let mut search = SearchConversations::new(crm.location()).limit(2).sort(sort);
        let mut seen = Vec::new();
        for size in sizes {
            let page = block_on(crm.conversations().search(search.clone())).unwrap();
            assert_eq!((page.conversations.len(), page.total > 0), (size, true));
            if let Some(date) = page.conversations.last().and_then(|last| last.last_message_date) {
                search = search.start_after_date(date);
            }
            seen.extend(page.conversations.into_iter().map(|found| found.contact_id));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 9);
    }
    let search = SearchConversations::new(crm.location()).limit(2);
    let found: Vec<_> = block_on(crm.conversations().search_stream(search).try_collect()).unwrap();
    assert_eq!(found.len(), 9);
}

#[test]
fn a_thread_is_paged_in_the_order_of_writing() {
    let crm = MemCrm::new();
    let (ada, ben) = (contact(&crm, 100), contact(&crm, 101));
    let now = crm.clock().now();
    // Written in no order, two at each instant; and somebody else's in between.
    for number in [5_i64, 1, 3, 3, 0, 2, 4, 5, 1, 0, 2, 4] {
        let at = now + TimeDelta::hours(number);
        let inbound = AddInbound::new("SMS").contact_id(&ada).message(number.to_string()).date(at);
        block_on(crm.conversations().add_inbound(inbound)).unwrap();
        crm.admin().answer_as_contact(&ben, "SMS", "Hello").unwrap();
    }
    crm.admin().answer_as_contact(&ada, "WhatsApp", "In between").unwrap();
    let thread = crm.admin().conversation(&ada).unwrap();
    let walk = |crm: &MemCrm, list: ListMessages| -> Vec<String> {
        let stream = crm.conversations().list_messages_stream(&thread, list);
        let all: Vec<_> = block_on(stream.try_collect()).unwrap();
        all.iter().filter_map(|message| message.body.as_ref().map(ToString::to_string)).collect()
    };
    let sms = || ListMessages::new().kinds([MessageType::Sms]);
    let order = ["5", "5", "4", "4", "3", "3", "2", "2", "1", "1", "0", "0"];
    for limit in [1, 2, 3, 5, 12, 100] {
        assert_eq!(walk(&crm, sms().limit(limit)), order, "{limit} a page");
        assert_eq!(walk(&crm, ListMessages::new().limit(limit)).len(), 13);
    }
    // A fork has threads of its own, and what is deleted is gone.
    let fork = crm.fork();
    fork.admin().answer_as_contact(&ada, "SMS", "Here only").unwrap();
    assert_eq!((walk(&fork, sms()).len(), walk(&crm, sms()).len()), (13, 12));
    block_on(crm.contacts().delete(&ben)).unwrap();
    assert_eq!(walk(&crm, sms()), order);
}

#[test]
fn whoever_opens_an_email_can_be_found_by_it() {
    let crm = MemCrm::new();
    let (ada, ben) = (contact(&crm, 100), contact(&crm, 101));
    let letter = |id| SendMessage::new(SendType::Email, id).html("<p>Hello</p>");
    let sent: Vec<_> = [&ada, &ben].map(|id| block_on(crm.conversations().send(letter(id))).unwrap()).into();
    let text = block_on(crm.conversations().send(sms(&ben, "Hello"))).unwrap();
    let found = |filter: Filter| -> Vec<ContactId> {
        let search = SearchContacts::new(crm.location(), 10).filters([filter]);
        let page = block_on(crm.contacts().search(search)).unwrap();
        page.contacts.iter().map(|contact| contact.id.clone()).collect()
    };
    let (opened, clicked) = (|| ContactField::LastEmailOpened, || ContactField::LastEmailClicked);
    assert!(found(opened().exists()).is_empty());
    let status = |id, status: &str| crm.admin().set_message_status(id, status).unwrap();
    status(&text.message_id, "read"); // no e-mail
    status(&sent[0].message_id, "delivered");
    assert_eq!(found(opened().not_exists()).len(), 2);
    status(&sent[0].message_id, "opened");
    let first = crm.clock().now();
    crm.clock().advance(Duration::from_secs(3600));
    status(&sent[1].message_id, "clicked");
    assert_eq!(found(opened().exists()).len(), 2, "who clicks has opened");
    let ben_alone = vec![ben.clone()];
    assert_eq!(found(clicked().exists()), ben_alone);
    assert_eq!(found(opened().since(first + TimeDelta::minutes(1))), ben_alone);
    assert_eq!(found(clicked().not_exists()), [ada]);
    block_on(crm.contacts().delete(&ben)).unwrap();
    assert!(found(clicked().exists()).is_empty());
}
