use std::collections::HashMap;

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{CreateContact, TagNames, UpdateContact};
use smbcrm_core::types::LocationId;

use super::*;

fn drain(events: &mut Events) -> Vec<Event> {
    std::iter::from_fn(|| events.try_next()).collect()
}

fn names(events: &[Event]) -> Vec<String> {
    events.iter().map(Event::name).collect()
}

#[test]
fn what_is_refused_happened_to_nobody() {
    let crm = MemCrm::new();
    let mut events = crm.events();
    block_on(async {
        let nobody = CreateContact::new(LocationId::from("elsewhere")).email("ada@vale.example");
        crm.contacts().create(nobody).await.expect_err("there is no such sub-account");
        let bad = CreateContact::new(crm.location()).email("no address");
        crm.contacts().create(bad).await.expect_err("that is no e-mail");
        crm.contacts().get(&"nobody".into()).await.expect_err("there is no such contact");
    });
    assert_eq!(names(&drain(&mut events)), [""; 0]);
}

#[test]
fn planting_tells_nobody() {
    let crm = MemCrm::new();
    let mut events = crm.events();
    crm.admin().add_campaign(crm.location(), "Spring").expect("the sub-account exists");
    crm.admin().add_pipeline(crm.location(), "Deals", ["New"]).expect("the sub-account exists");
    assert_eq!(names(&drain(&mut events)), [""; 0]);
}

#[test]
fn one_call_tells_of_everything_that_it_did_in_order() {
    let crm = MemCrm::new();
    let mut events = crm.events();
    block_on(async {
        let ada = CreateContact::new(crm.location()).email("ada@vale.example").tags(["vip"]);
        let ada = crm.contacts().create(ada).await?;
        crm.contacts().add_tags(&ada.id, TagNames::new(["late"])).await?;
        crm.contacts().update(&ada.id, UpdateContact::new().city("Springfield")).await?;
        crm.contacts().delete(&ada.id).await
    })
    .expect("all of it is allowed");
    let told = drain(&mut events);
    let of_contacts: Vec<_> = names(&told).into_iter().filter(|name| name.starts_with("contact")).collect();
    assert_eq!(of_contacts, ["contact created", "contact updated", "contact updated", "contact deleted"]);
    assert_eq!(
        told.iter().map(Event::sequence).collect::<Vec<_>>(),
        (1..=told.len() as u64).collect::<Vec<_>>()
    );
    assert!(names(&told).contains(&"tag created".to_owned()), "{:?}", names(&told));
}

#[test]
fn a_record_s_history_has_no_gap_whoever_writes_at_once() {
    let crm = MemCrm::new();
    let create = |email: &str| CreateContact::new(crm.location()).email(email);
    let contacts: Vec<_> = ["a@vale.example", "b@vale.example"]
        .map(|email| block_on(crm.contacts().create(create(email))).expect("they are new").id.clone())
        .to_vec();
    let mut events = crm.events();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (crm, contacts) = (&crm, &contacts);
            scope.spawn(move || {
                for turn in 0..50 {
                    let id = &contacts[(writer + turn) % 2];
                    let city = format!("{writer}-{turn}");
                    block_on(crm.contacts().update(id, UpdateContact::new().city(city)))
                        .expect("it is there");
                }
            });
        }
    });
    let mut last = HashMap::new();
    let told = drain(&mut events);
    assert_eq!(told.len(), 200);
    for event in &told {
        let Change::Contact(contact) = event.change() else { panic!("only contacts were changed") };
        let (before, after) = (contact.before.expect("it was there"), contact.after.expect("it still is"));
        if let Some(known) = last.insert(after.id.clone(), std::sync::Arc::clone(&after)) {
            assert!(std::sync::Arc::ptr_eq(&known, &before), "a change was missed, repeated or moved");
        }
    }
    for id in &contacts {
        let now = block_on(crm.contacts().get(id)).expect("it is there");
        assert_eq!(last[id], now);
    }
}

#[test]
fn looking_back_is_bounded_and_a_subscription_is_not() {
    let crm = MemCrm::new();
    let mut events = crm.events();
    for number in 0..EVENT_ENTRIES + 5 {
        let contact = CreateContact::new(crm.location()).email(format!("{number}@vale.example"));
        block_on(crm.contacts().create(contact)).expect("it is new");
    }
    assert_eq!(crm.admin().events().len(), EVENT_ENTRIES);
    assert_eq!(drain(&mut events).len(), EVENT_ENTRIES + 5);
    crm.admin().clear_events();
    assert!(crm.admin().events().is_empty());
}

#[test]
fn an_event_says_nothing_of_what_is_in_a_record() {
    let crm = MemCrm::new();
    let contact = CreateContact::new(crm.location()).email("secret@vale.example");
    block_on(crm.contacts().create(contact)).expect("it is new");
    assert!(!format!("{:?}", crm.admin().events()).contains("vale"));
}

#[test]
fn sub_accounts_come_and_go_before_everybody() {
    use smbcrm_core::locations::{CreateLocation, DeleteLocation};

    let crm = MemCrm::new();
    let mut events = crm.events();
    let made = block_on(crm.locations().create(CreateLocation::new("Branch", crm.admin().company())));
    let made = made.expect("the agency may");
    block_on(crm.locations().delete(&made.id, DeleteLocation::new(false))).expect("it is there");
    let told = drain(&mut events);
    let of_locations: Vec<_> = names(&told).into_iter().filter(|name| name.starts_with("location")).collect();
    assert_eq!(of_locations, ["location created", "location deleted"]);
    assert!(told.iter().rev().any(|event| match event.change() {
        Change::Location(location) =>
            location.is_deleted() && location.record().map(|it| &it.id) == Some(&made.id),
        _ => false,
    }));
}
