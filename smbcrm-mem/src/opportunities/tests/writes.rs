//! Creating, moving and closing.

use futures::executor::block_on;
use smbcrm_core::contacts::UpdateContact;
use smbcrm_core::locations::{CustomFieldType, LocationSettings};
use smbcrm_core::opportunities::{
    CreateOpportunity, ListLostReasons, Opportunity, OpportunityStatus, SetStatus, UpdateOpportunity,
};
use smbcrm_core::types::CustomFieldInput;
use smbcrm_core::{Crm, ErrorKind};

use super::{Desk, messages};

#[test]
fn a_new_one_is_in_the_first_stage_and_shows_its_contact() {
    let desk = Desk::open();
    let ada = desk.contact("Ada Vale");
    let made = desk.create(desk.deal("Ten chairs", &ada).monetary_value(250).source("phone")).unwrap();
    assert_eq!(made.pipeline_stage_id, desk.sales.stages[0].id);
    let contact = made.contact.as_ref().unwrap();
    assert_eq!(
        (contact.name.as_deref(), contact.email.as_deref()),
        (Some("Ada Vale"), Some("ada.vale@desk.example"))
    );
    let stamps = [made.last_status_change_at, made.last_stage_change_at, made.last_action_date];
    assert!(stamps.iter().all(|stamp| *stamp == Some(made.created_at)) && made.updated_at == made.created_at);
    let wire = serde_json::to_value(&*made).unwrap();
    assert_eq!(wire["pipelineStageUId"], wire["pipelineStageId"]);
    assert_eq!((&wire["indexVersion"], &wire["monetaryValue"]), (&1.into(), &250.into()));
}

#[test]
fn a_refused_create_says_everything_that_is_wrong_and_changes_nothing() {
    let desk = Desk::open();
    let ada = desk.contact("Ada Vale");
    let mut wrong =
        desk.deal(" ", &ada).monetary_value(-1).custom_fields([CustomFieldInput::new("nothing", "x")]);
    wrong.status = OpportunityStatus::All;
    assert_eq!(
        messages(desk.create(wrong), 422),
        [
            "name should not be empty",
            "status must be one of the following values: open, won, lost, abandoned",
            "monetaryValue must not be less than 0",
            "customFields.0: no custom field nothing in this location",
        ]
    );
    let elsewhere = CreateOpportunity::new("P", desk.crm.location(), "x", OpportunityStatus::Open, "nobody");
    let both = "Contact with id nobody not found, Pipeline with id P not found";
    assert_eq!(messages(desk.create(elsewhere), 400), [both]);
    let stage = desk.renewals.stages[0].id.clone();
    let said = format!("Stage with id {stage} not found in pipeline {}", desk.sales.id);
    assert_eq!(messages(desk.create(desk.deal("x", &ada).pipeline_stage_id(stage)), 400), [said]);
    let empty = desk.crm.admin().add_pipeline(desk.crm.location(), "Empty", Vec::<&str>::new()).unwrap();
    let mut nowhere = desk.deal("x", &ada);
    nowhere.pipeline_id = empty.id;
    assert!(messages(desk.create(nowhere), 400)[0].ends_with("has no stages"));
    assert!(desk.create(desk.deal("still free", &ada)).is_ok());
}

#[test]
fn a_second_one_is_refused_in_the_same_pipeline_whatever_became_of_the_first() {
    for status in ["open", "won", "lost", "abandoned"] {
        let desk = Desk::open();
        let ada = desk.contact("Ada Vale");
        let mut first = desk.deal("One", &ada);
        first.status = status.into();
        let first = desk.create(first).unwrap();
        let error = desk.create(desk.deal("Two", &ada)).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Duplicate, Some(400)));
        assert_eq!(error.code(), Some("OPPORTUNITY_NO_DUPLICATE"));
        assert_eq!(error.existing_id(), Some(first.id.as_str()));
        let mut elsewhere = desk.deal("Two", &ada);
        elsewhere.pipeline_id = desk.renewals.id.clone();
        let second = desk.create(elsewhere).unwrap();
        // A move into the first one's pipeline would make a second one there as well.
        let back = UpdateOpportunity::new().pipeline_id(&desk.sales.id);
        let error = block_on(desk.crm.opportunities().update(&second.id, back.clone())).unwrap_err();
        assert_eq!(error.existing_id(), Some(first.id.as_str()));
        let mut settings = LocationSettings::default();
        settings.allow_duplicate_opportunity = Some(true);
        desk.crm.admin().set_settings(desk.crm.location(), settings).unwrap();
        assert!(desk.create(desk.deal("Two", &ada)).is_ok());
        assert!(block_on(desk.crm.opportunities().update(&second.id, back)).is_ok());
    }
}

#[test]
fn of_many_creates_at_once_one_wins() {
    let desk = Desk::open();
    let ada = desk.contact("Ada Vale");
    let made = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| desk.create(desk.deal("Ten chairs", &ada)).is_ok())).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|made| *made).count()
    });
    assert_eq!(made, 1);
}

#[test]
fn stamps_move_only_with_what_they_stamp() {
    let desk = Desk::open();
    let made = desk.create(desk.deal("Ten chairs", &desk.contact("Ada Vale"))).unwrap();
    let update =
        |input: UpdateOpportunity| block_on(desk.crm.opportunities().update(&made.id, input)).unwrap();
    let stamps = |seen: &Opportunity| (seen.last_stage_change_at, seen.last_status_change_at);

    let named = update(UpdateOpportunity::new().name(" Twelve chairs ").pipeline_id(&desk.sales.id));
    assert_eq!((named.name.as_str(), stamps(&named)), ("Twelve chairs", stamps(&made)));
    assert!(named.updated_at > made.updated_at && named.last_action_date == Some(named.updated_at));
    assert_eq!(named.created_at, made.created_at);

    let moved = update(UpdateOpportunity::new().pipeline_stage_id(&desk.sales.stages[1].id));
    assert_eq!(stamps(&moved), (Some(moved.updated_at), made.last_status_change_at));
    let same = update(UpdateOpportunity::new().pipeline_stage_id(&desk.sales.stages[1].id).status("open"));
    assert_eq!(stamps(&same), stamps(&moved));
    let again = update(UpdateOpportunity::new().pipeline_id(&desk.sales.id));
    assert_eq!(again.pipeline_stage_id, desk.sales.stages[1].id);

    let other = update(UpdateOpportunity::new().pipeline_id(&desk.renewals.id));
    assert_eq!(other.pipeline_stage_id, desk.renewals.stages[0].id);
    assert_eq!(other.last_stage_change_at, Some(other.updated_at));
    let foreign = UpdateOpportunity::new().pipeline_stage_id(&desk.sales.stages[0].id);
    messages(block_on(desk.crm.opportunities().update(&made.id, foreign)), 400);

    let won = update(UpdateOpportunity::new().status("won"));
    assert_eq!(stamps(&won), (other.last_stage_change_at, Some(won.updated_at)));
}

#[test]
fn reasons_are_for_what_is_lost() {
    let desk = Desk::open();
    let (admin, location) = (desk.crm.admin(), desk.crm.location());
    let price = admin.add_lost_reason(location, "Price").unwrap();
    let timing = admin.add_lost_reason(location, "Bad timing").unwrap();
    let api = desk.crm.opportunities();
    let made = desk.create(desk.deal("Ten chairs", &desk.contact("Ada Vale"))).unwrap();
    let set = |status: SetStatus| block_on(api.set_status(&made.id, status));
    let now = || block_on(api.get(&made.id)).unwrap();

    let early = set(SetStatus::new("won").lost_reason_id(&price.id));
    assert_eq!(messages(early, 422), ["lostReasonId should only be given with the status lost"]);
    assert_eq!(
        messages(set(SetStatus::new("lost").lost_reason_id("x")), 400),
        ["Lost reason with id x not found"]
    );
    assert_eq!(messages(set(SetStatus::new("all")), 422).len(), 1);
    assert_eq!(now(), made);

    set(SetStatus::new("lost").lost_reason_id(&price.id)).unwrap();
    assert_eq!(now().lost_reason_id.as_ref(), Some(&price.id));
    let lost_at = now().last_status_change_at;
    set(SetStatus::new("lost").lost_reason_id(&timing.id)).unwrap();
    assert_eq!((now().lost_reason_id.as_ref(), now().last_status_change_at), (Some(&timing.id), lost_at));
    admin.delete_lost_reason(location, &price.id).unwrap();
    assert!(admin.delete_lost_reason(location, &price.id).is_none());
    messages(set(SetStatus::new("lost").lost_reason_id(&price.id)), 400);
    set(SetStatus::new("open")).unwrap();
    assert_eq!(now().lost_reason_id, None);

    let list = |query: ListLostReasons| block_on(api.list_lost_reasons(query)).unwrap();
    let names = |query: ListLostReasons| {
        list(query).lost_reasons.iter().map(|reason| reason.name.to_string()).collect::<Vec<_>>()
    };
    let all = ListLostReasons::new(location);
    admin.add_lost_reason(location, "Bad fit").unwrap();
    assert_eq!(names(all.clone()), ["Bad timing", "Bad fit"]);
    assert_eq!(names(all.clone().deleted(true)), ["Price"]);
    assert_eq!(names(all.clone().query("BAD").skip(1).limit(1)), ["Bad fit"]);
    assert_eq!(names(all.clone().name("bad fit")), ["Bad fit"]);
    assert_eq!((list(all.clone()).total, list(all.clone().limit(1).get_count(true)).total), (None, Some(2)));
    messages(block_on(api.list_lost_reasons(all.limit(0))), 422);
}

#[test]
fn the_contact_shown_is_the_contact_as_it_is() {
    let desk = Desk::open();
    let ada = desk.contact("Ada Vale");
    let made = desk.create(desk.deal("Ten chairs", &ada)).unwrap();
    let api = desk.crm.opportunities();
    let get = || block_on(api.get(&made.id));
    assert!(std::sync::Arc::ptr_eq(&get().unwrap(), &get().unwrap()), "a read shares the record");
    let changes = [
        UpdateContact::new().first_name("Adela"),
        UpdateContact::new().clear_last_name(),
        UpdateContact::new().clear_first_name(),
        UpdateContact::new().phone("+12025550123"),
        UpdateContact::new().tags(["vip"]),
        UpdateContact::new().clear_email(),
    ];
    for change in changes {
        let contact = block_on(desk.crm.contacts().update(&ada, change)).unwrap();
        let shown = get().unwrap().contact.clone().unwrap();
        assert_eq!(shown.name.unwrap_or_default(), contact.full_name());
        assert_eq!(
            (&shown.phone, &shown.email, &shown.tags),
            (&contact.phone, &contact.email, &contact.tags)
        );
    }
    block_on(desk.crm.contacts().delete(&ada)).unwrap();
    assert_eq!(get().unwrap_err().messages(), [format!("Opportunity with id {} not found", made.id)]);
}

#[test]
fn custom_fields_are_merged() {
    let desk = Desk::open();
    let (seats, note) =
        (desk.field("seats", CustomFieldType::Numerical), desk.field("note", CustomFieldType::Text));
    let ada = desk.contact("Ada Vale");
    let fields = [CustomFieldInput::new(&seats, "12"), CustomFieldInput::by_key("opportunity.note", "soon")];
    let made = desk.create(desk.deal("Ten chairs", &ada).custom_fields(fields)).unwrap();
    assert_eq!(made.custom_fields.len(), 2);
    assert_eq!(made.custom_fields[0].value.as_f64(), Some(12.0));
    let change = UpdateOpportunity::new().custom_fields([CustomFieldInput::new(&note, "")]);
    let changed = block_on(desk.crm.opportunities().update(&made.id, change)).unwrap();
    assert_eq!(changed.custom_fields.iter().map(|field| &field.id).collect::<Vec<_>>(), [&seats]);
    let wrong = UpdateOpportunity::new().custom_fields([CustomFieldInput::new(&seats, "many")]);
    let said = messages(block_on(desk.crm.opportunities().update(&made.id, wrong)), 422);
    assert_eq!(said, ["customFields.0.field_value must be a number"]);
}

#[test]
fn loads_take_records_as_they_are() {
    let desk = Desk::open();
    let ada = desk.contact("Ada Vale");
    let mut one = Opportunity::default();
    one.name = "Loaded".into();
    one.pipeline_id = desk.sales.id.clone();
    one.contact_id = ada.clone();
    let mut two = one.clone();
    two.id = "mine".into();
    let loaded = desk.crm.admin().load_opportunities(desk.crm.location(), [one, two]);
    assert_eq!(loaded, Some(2));
    let mine = block_on(desk.crm.opportunities().get(&"mine".into())).unwrap();
    assert_eq!(
        (mine.pipeline_stage_id.clone(), mine.location_id.clone()),
        (desk.sales.stages[0].id.clone(), desk.crm.location().clone())
    );
    assert_eq!(mine.contact.as_ref().unwrap().id, ada);
    block_on(desk.crm.opportunities().delete(&"mine".into())).unwrap();
    assert_eq!(
        block_on(desk.crm.opportunities().delete(&"mine".into())).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}
