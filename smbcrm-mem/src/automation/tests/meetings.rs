//! Appointments, owners, and one contact with several opportunities.

use serde_json::{Value, json};
use smbcrm_core::Crm;
use smbcrm_core::calendars::{AppointmentStatus, CreateCalendar, Hours, OpenHours, UpdateAppointment};
use smbcrm_core::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus};
use smbcrm_core::types::{AppointmentId, CalendarId};

use super::*;

/// A calendar that is open around the clock, every day.
fn calendar(stage: &Stage, name: &str) -> CalendarId {
    let hours = [OpenHours::new([0u32, 1, 2, 3, 4, 5, 6], [Hours::new(0, 0, 23, 30)])];
    let input = CreateCalendar::new(stage.crm.location(), name).open_hours(hours);
    block_on(stage.crm.calendars().create(input)).expect("the calendar is good").id.clone()
}

fn install(stage: &Stage, trigger: Value, settings: Value, steps: Value) -> WorkflowId {
    let definition = json!({ "name": "Test", "triggers": [trigger], "settings": settings, "steps": steps });
    stage.install(Definition::from_value(definition).unwrap_or_else(|error| panic!("{error}")))
}

/// The one appointment of a contact.
fn appointment(stage: &Stage, contact: &Contact) -> (AppointmentId, Option<AppointmentStatus>) {
    let mut listed =
        block_on(stage.crm.contacts().list_appointments(&contact.id)).expect("they can be listed");
    assert_eq!(listed.len(), 1, "{listed:#?}");
    let id = AppointmentId::from(listed.remove(0).id.as_str());
    let found = block_on(stage.crm.calendars().get_appointment(&id)).expect("it is there");
    (id, found.appointment.appointment_status)
}

#[test]
fn a_step_books_the_next_free_slot_and_another_says_what_became_of_it() {
    let stage = Stage::new();
    let calendar = calendar(&stage, "Calls");
    let steps = json!([
        {"type": "appointment_booking", "calendar": calendar, "title": "Call with {{contact.first_name}}"},
        {"type": "wait", "for": "1h"},
        {"type": "update_appointment_status", "status": "noshow"},
    ]);
    let workflow = install(&stage, json!({"type": "contact_created"}), json!({}), steps);
    let ada = stage.ada();
    stage.run();
    let (id, status) = appointment(&stage, &ada);
    assert_ne!(status, Some(AppointmentStatus::NoShow));
    let booked = block_on(stage.crm.calendars().get_appointment(&id)).expect("it is there").appointment;
    assert_eq!(booked.title.as_str(), "Call with Ada");
    assert!(booked.start_time.instant() > stage.crm.clock().now());
    stage.pass(HOUR);
    assert_eq!(appointment(&stage, &ada).1, Some(AppointmentStatus::NoShow));
    went_well(&stage.only(&workflow));
}

#[test]
fn without_a_calendar_or_an_appointment_the_step_says_so() {
    let stage = Stage::new();
    let steps = json!([{"type": "update_appointment_status", "status": "cancelled"}]);
    let workflow = install(&stage, json!({"type": "contact_created"}), json!({}), steps);
    stage.ada();
    stage.run();
    let run = stage.only(&workflow);
    assert_eq!(run.state, RunState::Finished, "a step that fails does not end the run");
    assert!(run.history.iter().any(|entry| entry.outcome == StepOutcome::Failed), "{run:#?}");
}

#[test]
fn appointments_start_workflows_by_calendar_and_status_whoever_was_in_before() {
    let stage = Stage::new();
    let (calls, visits) = (calendar(&stage, "Calls"), calendar(&stage, "Visits"));
    let booking = |calendar: &CalendarId| {
        let steps = json!([{"type": "appointment_booking", "calendar": calendar}]);
        json!({ "name": "Book", "triggers": [{ "type": "contact_created" }], "steps": steps })
    };
    stage.install(Definition::from_value(booking(&calls)).unwrap_or_else(|error| panic!("{error}")));
    let told = json!([{"type": "internal_notification", "to": ["x"], "message": "fired"}]);
    let on = |trigger: Value| install(&stage, trigger, json!({}), told.clone());
    let any = on(json!({"type": "appointment"}));
    let elsewhere = on(json!({"type": "appointment", "calendars": [visits]}));
    let cancelled = on(json!({"type": "appointment", "calendars": [calls], "statuses": ["cancelled"]}));

    let ada = stage.ada();
    stage.run();
    assert_eq!([&any, &elsewhere, &cancelled].map(|id| stage.runs(id).len()), [1, 0, 0]);

    let (id, _) = appointment(&stage, &ada);
    let change = UpdateAppointment::new().appointment_status(AppointmentStatus::Cancelled);
    block_on(stage.crm.calendars().update_appointment(&id, change)).expect("it can be cancelled");
    stage.run();
    // Appointments do not ask whether the contact was in before.
    assert_eq!([&any, &elsewhere, &cancelled].map(|id| stage.runs(id).len()), [2, 0, 1]);
    went_well(&stage.only(&cancelled));
}

#[test]
fn whoever_has_an_owner_can_lose_it() {
    let stage = Stage::new();
    let mut sam = smbcrm_core::users::User::default();
    sam.email = "sam@demo.example".into();
    let sam = stage.crm.admin().add_user(sam).id.clone();
    let steps = json!([
        {"type": "assign_user", "users": [sam]},
        {"type": "wait", "for": "1h"},
        {"type": "remove_assigned_user"},
    ]);
    let workflow = install(&stage, json!({"type": "contact_created"}), json!({}), steps);
    let ada = stage.ada();
    stage.run();
    assert_eq!(stage.get(&ada).assigned_to, Some(sam));
    stage.pass(HOUR);
    assert_eq!(stage.get(&ada).assigned_to, None);
    went_well(&stage.only(&workflow));
}

#[test]
fn one_contact_runs_once_for_each_opportunity_where_that_is_allowed() {
    for (allowed, runs) in [(false, 1), (true, 2)] {
        let stage = Stage::new();
        let settings = json!({ "allowMultipleOpportunities": allowed });
        let steps = json!([{"type": "wait", "for": "1d"}]);
        let workflow = install(&stage, json!({"type": "opportunity_created"}), settings, steps);
        let ada = stage.ada();
        let bob = stage.contact(|new| new.email("bob@vale.example"));
        let location = stage.crm.location();
        let deals = stage.crm.opportunities();
        let pipelines = block_on(deals.list_pipelines(ListPipelines::new(location))).expect("there is one");
        for (name, contact) in [("One", &ada), ("Two", &bob)] {
            let new = CreateOpportunity::new(
                &pipelines[0].id,
                location,
                name,
                OpportunityStatus::Open,
                &contact.id,
            );
            block_on(deals.create(new)).expect("the opportunity is good");
        }
        let mut wider = stage.crm.admin().locations()[0].settings.clone().unwrap_or_default();
        wider.allow_duplicate_opportunity = Some(true);
        stage.crm.admin().set_settings(location, wider).expect("the sub-account is there");
        let again =
            CreateOpportunity::new(&pipelines[0].id, location, "Three", OpportunityStatus::Open, &ada.id);
        block_on(deals.create(again)).expect("a second one is allowed now");
        stage.run();
        let of_ada = stage.runs(&workflow).into_iter().filter(|run| run.contact_id.as_ref() == Some(&ada.id));
        assert_eq!(of_ada.count(), runs, "allowed: {allowed}");
    }
}
