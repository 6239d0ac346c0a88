//! What the API cannot show: planted addresses, stamps, threads, replaced seeds.

use std::sync::Arc;
use std::thread;

use chrono::{DateTime, Utc};
use futures::executor::block_on;
use smbcrm_core::contacts::{
    BulkBusiness, Contact, Contacts, CreateContact, CreateTask, Enrol, FindDuplicate, Followers, TagNames,
    UpdateContact, UpsertContact,
};
use smbcrm_core::locations::{CustomField, FieldModel, Location};
use smbcrm_core::types::{ContactId, CustomFieldInput};
use smbcrm_core::{ErrorKind, Result};

use crate::{Clock, MemCrm};

fn create(crm: &MemCrm, email: &str) -> Arc<Contact> {
    let input = CreateContact::new(crm.location()).name("Ada Vale").email(email);
    block_on(crm.create(input)).unwrap()
}

#[test]
fn an_additional_email_becomes_the_primary_one() {
    let crm = MemCrm::new();
    let ada = create(&crm, "ada@vale.example");
    let planted =
        crm.admin().set_additional_emails(&ada.id, [" Old@Vale.example", "new@vale.example"]).unwrap();
    assert_eq!(planted.additional_emails, ["old@vale.example", "new@vale.example"]);

    // It is taken, and found.
    let twin = CreateContact::new(crm.location()).email("old@vale.example");
    let error = block_on(crm.create(twin)).unwrap_err();
    assert_eq!((error.kind(), error.existing_id()), (ErrorKind::Duplicate, Some(ada.id.as_str())));
    let ask = FindDuplicate::new(crm.location()).email("OLD@vale.example");
    assert_eq!(
        block_on(crm.find_duplicate(ask)).unwrap().contact.map(|c| c.id.clone()),
        Some(ada.id.clone())
    );

    let done = block_on(crm.upsert(UpsertContact::new(crm.location()).email("new@vale.example"))).unwrap();
    assert!(!done.new);
    assert_eq!(done.contact.id, ada.id);
    assert_eq!(done.contact.email.as_deref(), Some("new@vale.example"));
    assert_eq!(done.contact.additional_emails, ["old@vale.example"]);
    // The address that was the primary one is lost, and free.
    let heir = create(&crm, "ada@vale.example");
    // A primary e-mail comes before an additional one.
    crm.admin().set_additional_emails(&heir.id, ["new@vale.example"]).unwrap();
    let done = block_on(crm.upsert(UpsertContact::new(crm.location()).email("new@vale.example"))).unwrap();
    assert_eq!(done.contact.id, ada.id);
    assert_eq!(crm.admin().set_additional_emails(&"nobody".into(), ["x@y.example"]), None);
}

#[test]
fn additional_phones_are_shown_and_match_nobody() {
    let crm = MemCrm::new();
    let ada = create(&crm, "ada@vale.example");
    let planted = crm.admin().set_additional_phones(&ada.id, ["(202) 555-0123", "ext. 9"]).unwrap();
    assert_eq!(planted.additional_phones, ["+12025550123", "ext. 9"]);
    let done = block_on(crm.upsert(UpsertContact::new(crm.location()).phone("+12025550123"))).unwrap();
    assert!(done.new);
}

fn business(crm: &MemCrm) -> smbcrm_core::types::BusinessId {
    use smbcrm_core::businesses::{Businesses, CreateBusiness};
    let made = Businesses::create(crm, CreateBusiness::new("Vale Ltd", crm.location()));
    block_on(made).unwrap().id.clone()
}

#[test]
fn only_a_change_is_stamped() {
    let crm = MemCrm::new();
    let ada = create(&crm, "ada@vale.example");
    let id = &ada.id;
    let mut last = ada.date_updated;
    let mut check = |what: &str, work: &dyn Fn() -> Result<()>, changes: bool| {
        work().unwrap();
        let now = block_on(crm.get(id)).unwrap().date_updated;
        assert_eq!(now > last, changes, "{what}");
        last = now;
    };
    let tags = || TagNames::new(["vip"]);
    let users = || Followers::new(["U1"]);
    let email = || UpsertContact::new(crm.location()).email("ada@vale.example").name("Ada Vale");
    let business = business(&crm);
    let join = || BulkBusiness::new(crm.location(), [id]).business_id(&business);
    for changes in [true, false] {
        check("add tags", &|| block_on(crm.add_tags(id, tags())).map(drop), changes);
        check("add followers", &|| block_on(crm.add_followers(id, users())).map(drop), changes);
        check("update", &|| block_on(crm.update(id, UpdateContact::new().city("Paris"))).map(drop), changes);
        check("business", &|| block_on(crm.bulk_set_business(join())).map(drop), changes);
        check("upsert", &|| block_on(crm.upsert(email())).map(drop), false);
    }
    for changes in [true, false] {
        check("remove tags", &|| block_on(crm.remove_tags(id, tags())).map(drop), changes);
        check("remove followers", &|| block_on(crm.remove_followers(id, users())).map(drop), changes);
    }
    // What is kept beside the contact does not change it.
    let due = DateTime::<Utc>::UNIX_EPOCH;
    check("task", &|| block_on(crm.create_task(id, CreateTask::new("Call", due, false))).map(drop), false);
    let workflow = crm.admin().add_workflow(crm.location(), "Nurture").unwrap();
    check("workflow", &|| block_on(crm.add_to_workflow(id, &workflow, Enrol::new())), false);
}

#[test]
fn of_many_at_once_one_creates() {
    for clock in [Clock::fixed(), Clock::real()] {
        let crm = MemCrm::builder().clock(clock).build();
        let outcomes: Vec<Result<ContactId>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..16)
                .map(|_| {
                    let crm = crm.clone();
                    scope.spawn(move || {
                        let input = CreateContact::new(crm.location()).email("ada@vale.example");
                        block_on(crm.create(input)).map(|contact| contact.id.clone())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let made: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        assert_eq!(made.len(), 1);
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert_eq!(error.kind(), ErrorKind::Duplicate);
            assert_eq!(error.existing_id(), Some(made[0].as_str()));
        }
    }
}

#[test]
fn of_many_upserts_at_once_one_creates() {
    let crm = MemCrm::new();
    let new: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|at| {
                let crm = crm.clone();
                scope.spawn(move || {
                    // Half of them know the e-mail only, half both.
                    let mut input = UpsertContact::new(crm.location()).email("ada@vale.example");
                    if at % 2 == 0 {
                        input = input.phone("+12025550123");
                    }
                    block_on(crm.upsert(input)).unwrap().new
                })
            })
            .collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });
    assert_eq!(new, 1);
    let page = block_on(crm.list(smbcrm_core::contacts::ListContacts::new(crm.location()))).unwrap();
    assert_eq!(page.count, 1);
    assert_eq!(page.contacts[0].phone.as_deref(), Some("+12025550123"));
}

#[test]
fn a_seed_that_is_replaced_keeps_its_conversation() {
    let crm = MemCrm::new();
    let mut seen = Vec::new();
    for name in ["Ada", "Bea"] {
        let mut contact = Contact::default();
        contact.id = "CON1".into();
        contact.first_name = Some(name.into());
        crm.admin().load_contacts(crm.location(), [contact]).unwrap();
        let conversation = crm.admin().edit(crm.location(), |state| state.conversation_of(&"CON1".into()));
        seen.push(conversation.flatten().unwrap());
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(block_on(crm.get(&"CON1".into())).unwrap().first_name.as_deref(), Some("Bea"));
}

#[test]
fn a_key_that_both_models_use_means_the_contacts_field() {
    let crm = MemCrm::new();
    crm.admin().edit(crm.location(), |state| {
        for model in ["opportunity", "contact"] {
            let mut field = CustomField::default();
            field.id = format!("{model}-colour").into();
            field.field_key = format!("{model}.colour").into();
            field.model = FieldModel::from(model);
            state.define(field);
        }
    });
    let ada = create(&crm, "ada@vale.example");
    let change = UpdateContact::new().custom_fields([CustomFieldInput::by_key("colour", "blue")]);
    let changed = block_on(crm.update(&ada.id, change)).unwrap();
    assert_eq!(changed.custom_fields[0].id, "contact-colour");
}

#[test]
fn phones_without_a_country_code_follow_the_contact_then_the_sub_account() {
    let crm = MemCrm::new();
    let mut british = Location::default();
    british.id = "GB".into();
    british.country = Some("GB".into());
    crm.admin().add_location(british);
    let phone =
        |input: CreateContact| block_on(crm.create(input)).unwrap().phone.clone().unwrap().to_string();
    assert_eq!(phone(CreateContact::new(crm.location()).phone("(202) 555-0123")), "+12025550123");
    assert_eq!(phone(CreateContact::new("GB").phone("020 7946 0018")), "+442079460018");
    assert_eq!(phone(CreateContact::new("GB").phone("(202) 555-0123").country("us")), "+12025550123");
    assert_eq!(phone(CreateContact::new(crm.location()).phone("+44 20 7946 0019")), "+442079460019");
    // A contact that gives up its country falls back on the sub-account's.
    let input = CreateContact::new(crm.location()).first_name("Bea").country("GB");
    let bea = block_on(crm.create(input)).unwrap();
    let change = UpdateContact::new().clear_country().phone("(202) 555-0199");
    assert_eq!(block_on(crm.update(&bea.id, change)).unwrap().phone.as_deref(), Some("+12025550199"));
    // A country that is none does not decide anything, and only it is complained of.
    let odd = CreateContact::new(crm.location()).phone("(202) 555-0177").country("Narnia");
    let error = block_on(crm.create(odd)).unwrap_err();
    assert_eq!(error.messages(), ["country must be a valid enum value"]);
}

#[test]
fn a_workflow_can_be_entered_again_when_it_is_finished() {
    let crm = MemCrm::new();
    let ada = create(&crm, "ada@vale.example");
    let admin = crm.admin();
    let workflow = admin.add_workflow(crm.location(), "Nurture").unwrap();
    assert_eq!(workflow.as_str().len(), 36);
    assert_eq!(admin.finish_workflow(&ada.id, &workflow), None);
    let state = || {
        admin
            .edit(crm.location(), |state| state.enrolments.iter().map(|e| (e.active, e.finished)).next())
            .unwrap()
    };
    block_on(crm.add_to_workflow(&ada.id, &workflow, Enrol::new())).unwrap();
    assert_eq!(state(), Some((true, false)));
    admin.finish_workflow(&ada.id, &workflow).unwrap();
    assert_eq!(state(), Some((false, true)));
    assert_eq!(admin.finish_workflow(&ada.id, &workflow), None);
    block_on(crm.add_to_workflow(&ada.id, &workflow, Enrol::new())).unwrap();
    assert_eq!(state(), Some((true, true)));
    block_on(crm.remove_from_workflow(&ada.id, &workflow, Enrol::new())).unwrap();
    assert_eq!(state(), Some((false, true)));
    // Leaving every campaign is not leaving workflows.
    block_on(crm.remove_from_all_campaigns(&ada.id)).unwrap();
    assert_eq!(state(), Some((false, true)));
}

#[test]
fn records_of_another_sub_account_are_closed_to_a_token() {
    let crm = MemCrm::new();
    crm.admin().found(&"OTHER".into());
    let foreign = block_on(crm.create(CreateContact::new("OTHER").email("ada@vale.example"))).unwrap();
    let level = crate::TokenLevel::Location(crm.location().clone());
    let (_, secret) = crm.admin().create_token("app", level, crate::Scopes::All);
    let app = crm.with_token(secret.expose());
    let error = block_on(app.list_tasks(&foreign.id)).unwrap_err();
    assert_eq!(error.status(), Some(403));
    let error = block_on(app.add_tags(&foreign.id, TagNames::new(["vip"]))).unwrap_err();
    assert_eq!(error.status(), Some(403));
    assert!(block_on(crm.get(&foreign.id)).unwrap().tags.is_empty());
    let join = BulkBusiness::new(crm.location(), [&foreign.id]).business_id(business(&crm));
    assert!(block_on(app.bulk_set_business(join)).unwrap().ids.is_empty());
}
