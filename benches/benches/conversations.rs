//! Pages of a thread: the cost must follow the page, not the thread.
#![allow(missing_docs, reason = "criterion's macros make the public items")]
#![allow(clippy::unwrap_used, reason = "what fails here is the benchmark itself")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::conversations::{ListMessages, SendMessage, SendType};
use smbcrm_core::types::{ContactId, ConversationId, MessageId};
use smbcrm_mem::MemCrm;

/// A contact with so many messages: the thread, and the one in the middle of it.
fn thread(crm: &MemCrm, number: usize, messages: usize) -> (ContactId, ConversationId, MessageId) {
    let contact = CreateContact::new(crm.location()).phone(format!("+1202555{number:04}"));
    let contact = block_on(crm.contacts().create(contact)).unwrap().id.clone();
    let send = || {
        let text = SendMessage::new(SendType::Sms, &contact).message("We call you back today.");
        block_on(crm.conversations().send(text)).unwrap()
    };
    let sent: Vec<_> = (0..messages).map(|_| send()).collect();
    let middle = &sent[messages / 2];
    (contact.clone(), middle.conversation_id.clone(), middle.message_id.clone())
}

fn conversations(c: &mut Criterion) {
    let crm = MemCrm::new();
    let threads = [100, 10_000].map(|messages| (messages, thread(&crm, 100 + messages / 1_000, messages)));
    for (page, behind) in
        [("the newest twenty of a thread", false), ("twenty in the middle of a thread", true)]
    {
        let mut group = c.benchmark_group(page);
        for (messages, (_, id, middle)) in &threads {
            let mut list = ListMessages::new();
            list.last_message_id = behind.then(|| middle.clone());
            group.bench_function(format!("of {messages} messages"), |b| {
                b.iter(|| black_box(block_on(crm.conversations().list_messages(id, list.clone())).unwrap()));
            });
        }
        group.finish();
    }
    let mut group = c.benchmark_group("a text sent");
    for (messages, (contact, ..)) in &threads {
        let text = SendMessage::new(SendType::Sms, contact).message("We call you back today.");
        group.bench_function(format!("into a thread of {messages} messages and more"), |b| {
            b.iter(|| black_box(block_on(crm.conversations().send(text.clone())).unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, conversations);
criterion_main!(benches);
