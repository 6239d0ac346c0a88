//! Upserts: by id, by contact and pipeline, or a new one.

use std::collections::BTreeMap;

use futures::executor::block_on;
use proptest::prelude::*;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::locations::LocationSettings;
use smbcrm_core::opportunities::{OpportunityStatus, UpsertOpportunity, UpsertedOpportunity};
use smbcrm_core::types::{ContactId, OpportunityId};
use smbcrm_core::{Crm, Result};

use super::{Desk, messages};

impl Desk {
    fn upsert(&self, input: UpsertOpportunity) -> Result<UpsertedOpportunity> {
        block_on(self.crm.opportunities().upsert(input))
    }

    fn wish(&self) -> UpsertOpportunity {
        UpsertOpportunity::new(&self.sales.id, self.crm.location())
    }
}

#[test]
fn without_an_id_the_contacts_own_is_found() {
    let desk = Desk::open();
    let (ada, ben) = (desk.contact("Ada Vale"), desk.contact("Ben Ash"));
    let made = desk.upsert(desk.wish().contact_id(&ada).monetary_value(10)).unwrap();
    assert!(made.new);
    // What is left out: the contact's name, open, the first stage.
    assert_eq!(
        (made.opportunity.name.as_str(), &made.opportunity.status),
        ("Ada Vale", &OpportunityStatus::Open)
    );
    assert_eq!(made.opportunity.pipeline_stage_id, desk.sales.stages[0].id);

    let again = desk.upsert(desk.wish().contact_id(&ada).name("Ten chairs").status("won")).unwrap();
    assert!(!again.new);
    assert_eq!(again.opportunity.id, made.opportunity.id);
    assert_eq!(again.opportunity.monetary_value, Some(10.into()));

    assert!(desk.upsert(desk.wish().contact_id(&ben)).unwrap().new);
    let mut elsewhere = desk.wish().contact_id(&ada);
    elsewhere.pipeline_id = desk.renewals.id.clone();
    assert!(desk.upsert(elsewhere).unwrap().new);

    assert_eq!(messages(desk.upsert(desk.wish()), 422), ["contactId should not be empty"]);
    assert_eq!(messages(desk.upsert(desk.wish().contact_id("x")), 400), ["Contact with id x not found"]);
}

#[test]
fn with_an_id_that_one_is_changed_and_may_move() {
    let desk = Desk::open();
    let (ada, ben) = (desk.contact("Ada Vale"), desk.contact("Ben Ash"));
    let made = desk.upsert(desk.wish().contact_id(&ada)).unwrap().opportunity;
    let mut moved = desk.wish().id(&made.id).contact_id(&ada);
    moved.pipeline_id = desk.renewals.id.clone();
    let moved = desk.upsert(moved).unwrap();
    assert_eq!((moved.new, &moved.opportunity.pipeline_stage_id), (false, &desk.renewals.stages[0].id));
    let swapped = desk.upsert(desk.wish().id(&made.id).contact_id(&ben));
    assert_eq!(messages(swapped, 422), ["contactId must be the contact of the opportunity"]);
    let unknown = desk.upsert(desk.wish().id("x").contact_id(&ada));
    assert_eq!(messages(unknown, 400), ["Opportunity with id x not found"]);
}

#[test]
fn followers_are_cleared_first_then_added_or_removed() {
    let desk = Desk::open();
    let ada = desk.contact("Ada Vale");
    let followers = |input: UpsertOpportunity| {
        let done = desk.upsert(input.contact_id(&ada)).unwrap();
        done.opportunity.followers.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(followers(desk.wish().followers(["u1", "u2"])), ["u1", "u2"]);
    assert_eq!(
        followers(desk.wish().followers(["u2", "u3"]).followers_action_type("add")),
        ["u1", "u2", "u3"]
    );
    assert_eq!(followers(desk.wish().followers(["u1"]).followers_action_type("remove")), ["u2", "u3"]);
    assert_eq!(followers(desk.wish()), ["u2", "u3"]);
    assert_eq!(followers(desk.wish().is_remove_all_followers(true).followers(["u4"])), ["u4"]);
    assert!(followers(desk.wish().is_remove_all_followers(true)).is_empty());
    let wrong = desk.upsert(desk.wish().contact_id(&ada).followers_action_type("swap"));
    assert_eq!(messages(wrong, 422), ["followersActionType must be a valid enum value"]);
}

#[test]
fn a_contact_without_a_name_lends_its_e_mail_and_one_with_several_deals_its_open_one() {
    let desk = Desk::open();
    let input = CreateContact::new(desk.crm.location()).email("who@desk.example");
    let who = block_on(desk.crm.contacts().create(input)).unwrap().id.clone();
    assert_eq!(desk.upsert(desk.wish().contact_id(&who)).unwrap().opportunity.name, "who@desk.example");
    let mut settings = LocationSettings::default();
    settings.allow_duplicate_opportunity = Some(true);
    desk.crm.admin().set_settings(desk.crm.location(), settings).unwrap();
    let (second, third) =
        (desk.create(desk.deal("2", &who)).unwrap(), desk.create(desk.deal("3", &who)).unwrap());
    desk.upsert(desk.wish().contact_id(&who).status("lost")).unwrap();
    assert_eq!(desk.upsert(desk.wish().contact_id(&who)).unwrap().opportunity.id, second.id);
    desk.upsert(desk.wish().contact_id(&who).status("won")).unwrap();
    assert_eq!(desk.upsert(desk.wish().contact_id(&who)).unwrap().opportunity.id, third.id);
}

/// What a random caller does.
#[derive(Debug, Clone)]
enum Step {
    Upsert { contact: usize, pipeline: usize },
    UpsertById { known: usize, pipeline: usize },
    Create { contact: usize, pipeline: usize },
    Delete { known: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (contact, pipeline, known) = (0..4usize, 0..2usize, 0..8usize);
    prop_oneof![
        3 => (contact.clone(), pipeline.clone()).prop_map(|(contact, pipeline)| Step::Upsert { contact, pipeline }),
        2 => (known.clone(), pipeline.clone()).prop_map(|(known, pipeline)| Step::UpsertById { known, pipeline }),
        2 => (contact, pipeline).prop_map(|(contact, pipeline)| Step::Create { contact, pipeline }),
        1 => known.prop_map(|known| Step::Delete { known }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// While duplicates are disallowed a contact and a pipeline have at most one opportunity between them, and
    /// every call does what a map from the two to an id says it does.
    #[test]
    fn upserts_and_creates_agree_with_a_map(steps in prop::collection::vec(step(), 1..40)) {
        let desk = Desk::open();
        let contacts: Vec<ContactId> = (0..4).map(|n| desk.contact(&format!("Contact {n}"))).collect();
        let pipelines = [desk.sales.id.clone(), desk.renewals.id.clone()];
        let mut model: BTreeMap<(usize, usize), OpportunityId> = BTreeMap::new();
        let nth = |model: &BTreeMap<(usize, usize), OpportunityId>, n: usize| {
            model.iter().nth(n % model.len().max(1)).map(|(at, id)| (*at, id.clone()))
        };
        for step in steps {
            match step {
                Step::Upsert { contact, pipeline } => {
                    let mut wish = desk.wish().contact_id(&contacts[contact]);
                    wish.pipeline_id = pipelines[pipeline].clone();
                    let done = desk.upsert(wish).unwrap();
                    let known = model.entry((contact, pipeline)).or_insert_with(|| {
                        assert!(done.new);
                        done.opportunity.id.clone()
                    });
                    prop_assert_eq!(&*known, &done.opportunity.id);
                }
                Step::UpsertById { known, pipeline } => {
                    let Some((at, id)) = nth(&model, known) else { continue };
                    let mut wish = desk.wish().id(&id);
                    wish.pipeline_id = pipelines[pipeline].clone();
                    let done = desk.upsert(wish);
                    match model.get(&(at.0, pipeline)) {
                        Some(other) if *other != id => {
                            let error = done.unwrap_err();
                            prop_assert_eq!(error.existing_id(), Some(other.as_str()));
                        }
                        _ => {
                            prop_assert!(!done.unwrap().new);
                            model.remove(&at);
                            model.insert((at.0, pipeline), id);
                        }
                    }
                }
                Step::Create { contact, pipeline } => {
                    let mut deal = desk.deal("One", &contacts[contact]);
                    deal.pipeline_id = pipelines[pipeline].clone();
                    match (desk.create(deal), model.get(&(contact, pipeline))) {
                        (Ok(made), None) => { model.insert((contact, pipeline), made.id.clone()); }
                        (Err(error), Some(known)) => prop_assert_eq!(error.existing_id(), Some(known.as_str())),
                        (outcome, known) => prop_assert!(false, "{outcome:?} against {known:?}"),
                    }
                }
                Step::Delete { known } => {
                    let Some((at, id)) = nth(&model, known) else { continue };
                    block_on(desk.crm.opportunities().delete(&id)).unwrap();
                    model.remove(&at);
                }
            }
        }
    }
}
