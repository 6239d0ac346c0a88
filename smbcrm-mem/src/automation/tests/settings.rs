//! Settings, versions, enrolment, forks – and the templates.

use serde_json::json;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{Enrol, TagNames};
use smbcrm_core::workflows::definition::*;
use smbcrm_core::workflows::templates::{self, Escalation, HandOff, Intake, ScheduledJob};
use smbcrm_core::workflows::{ListWorkflows, WorkflowStatus};

use super::*;
use crate::{AgentJob, AgentReply, Answer, Sink};

fn tagged(stage: &Stage, contact: &Contact, tag: &str) {
    block_on(stage.crm.contacts().add_tags(&contact.id, TagNames::new([tag]))).unwrap();
    stage.run();
}

fn untagged(stage: &Stage, contact: &Contact, tag: &str) {
    block_on(stage.crm.contacts().remove_tags(&contact.id, TagNames::new([tag]))).unwrap();
    stage.run();
}

#[test]
fn who_was_in_comes_in_again_only_if_that_is_allowed() {
    for (allowed, runs) in [(false, 1), (true, 2)] {
        let stage = Stage::new();
        let workflow = stage.install(
            Definition::new("Again")
                .settings(Settings::new().allow_reentry(allowed))
                .trigger(ContactTag::new().tags(["go"]))
                .step(Wait::span(Span::hours(1))),
        );
        let ada = stage.ada();
        for _ in 0..2 {
            tagged(&stage, &ada, "go");
            untagged(&stage, &ada, "go");
        }
        assert_eq!(stage.runs(&workflow).len(), 1, "never twice at once");
        stage.pass(2 * HOUR);
        tagged(&stage, &ada, "go");
        assert_eq!(stage.runs(&workflow).len(), runs, "{allowed}");
    }
}

#[test]
fn who_writes_leaves_and_windows_hold_messages_back() {
    let stage = Stage::new();
    let workflow = stage.install(
        Definition::new("Drip")
            .settings(
                Settings::new()
                    .stop_on_response(true)
                    .window(Window::office_hours())
                    .timezone(ZoneOf::Contact),
            )
            .trigger(ContactCreated::new())
            .step(SendSms::new("one"))
            .step(Wait::span(Span::days(1)))
            .step(SendSms::new("two")),
    );
    // Nine in the morning in UTC: in London the office is open, in Chicago it is night.
    let london = stage.contact(|new| new.phone("+442079460000").timezone("Europe/London"));
    let chicago = stage.contact(|new| new.phone("(202) 555-0123"));
    stage.run();
    assert_eq!(stage.sent().len(), 1);
    stage.pass(6 * HOUR);
    assert_eq!(stage.sent().len(), 2);
    stage.says(&london, "stop it");
    stage.pass(2 * DAY);
    assert_eq!(stage.sent(), ["one", "one", "two"]);
    let state = |contact: &Contact| stage.crm.admin().runs_of(&contact.id)[0].state;
    assert_eq!((state(&london), state(&chicago)), (RunState::Stopped, RunState::Finished));
    assert_eq!(stage.runs(&workflow).len(), 2);
}

#[test]
fn the_api_enrols_and_lists() {
    let stage = Stage::new();
    let location = stage.crm.location().clone();
    let definition = Definition::new("By hand")
        .step(Wait::new().until("{{event.start_time}}").offset(Span::hours(-1)))
        .step(SendSms::new("soon"));
    let workflow = stage.crm.admin().draft_workflow(&location, definition).unwrap();
    let ada = stage.ada();
    let start = stage.crm.clock().now() + chrono::TimeDelta::hours(3);
    let enrol = || {
        block_on(stage.crm.contacts().add_to_workflow(
            &ada.id,
            &workflow,
            Enrol::new().event_start_time(start),
        ))
    };
    enrol().unwrap();
    assert!(stage.runs(&workflow).is_empty(), "a draft runs nothing");
    stage.crm.admin().publish_workflow(&location, &workflow, true);
    enrol().unwrap();
    stage.pass(HOUR);
    assert!(stage.sent().is_empty());
    let listed = block_on(stage.crm.workflows().list(ListWorkflows::new(&location))).unwrap();
    assert_eq!((listed[0].status.clone(), listed[0].name.as_str()), (WorkflowStatus::Published, "By hand"));
    let other = stage.crm.fork();
    stage.pass(2 * HOUR);
    assert_eq!(stage.sent(), ["soon"]);
    let other = Stage { crm: other };
    block_on(other.crm.contacts().remove_from_workflow(&ada.id, &workflow, Enrol::new())).unwrap();
    other.pass(2 * HOUR);
    assert!(other.sent().is_empty());
    assert_eq!(other.only(&workflow).state, RunState::Stopped);
}

#[test]
fn runs_keep_the_version_that_they_began_with() {
    let stage = Stage::new();
    let version = |text: &str| {
        Definition::new("V")
            .trigger(ContactCreated::new())
            .step(Wait::span(Span::hours(1)))
            .step(SendSms::new(text))
    };
    let workflow = stage.install(version("old"));
    stage.ada();
    stage.run();
    stage.crm.admin().update_workflow(&workflow, version("new")).unwrap();
    stage.contact(|new| new.phone("(202) 555-0199"));
    stage.run();
    let snapshot = stage.crm.snapshot();
    stage.pass(HOUR);
    assert_eq!(stage.sent(), ["old", "new"]);
    stage.crm.restore(&snapshot);
    assert_eq!(stage.crm.admin().active_runs(stage.crm.location()), 2);
    stage.pass(HOUR);
    assert_eq!(stage.sent(), ["old", "new"]);
    let versions: Vec<u32> = stage.runs(&workflow).iter().map(|run| run.version).collect();
    assert_eq!(versions, [1, 2]);
    stage.crm.admin().delete_workflow(&workflow).unwrap();
    assert_eq!(stage.crm.admin().workflow_definition(&workflow), None);
}

#[test]
fn who_is_deleted_leaves() {
    let stage = Stage::new();
    stage.install(
        Definition::new("W")
            .trigger(ContactCreated::new())
            .step(Wait::span(Span::hours(1)))
            .step(SendSms::new("x")),
    );
    let ada = stage.ada();
    stage.run();
    block_on(stage.crm.contacts().delete(&ada.id)).unwrap();
    assert_eq!(stage.crm.admin().active_runs(stage.crm.location()), 0);
    stage.pass(DAY);
    assert!(stage.sent().is_empty());
}

#[test]
fn kept_rows_read_back() {
    let stage = Stage::new();
    stage.install(
        Definition::new("W")
            .trigger(Scheduler::new().every(Span::hours(1)))
            .trigger(ContactCreated::new())
            .step(Wait::span(Span::hours(1))),
    );
    stage.ada();
    stage.run();
    let subs = stage.crm.subs();
    let state = subs[0].state.read();
    let run = state.automation.runs.iter().next().unwrap();
    let text = serde_json::to_string(&**run).unwrap();
    let read: crate::automation::Run = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    let edition = serde_json::to_string(&*state.automation.editions[0]).unwrap();
    let read: crate::automation::Edition = serde_json::from_str(&edition).unwrap();
    assert_eq!(read.definition, state.automation.editions[0].definition);
    let timer = state.automation.timers.iter().next().unwrap();
    let _: crate::automation::Timer =
        serde_json::from_str(&serde_json::to_string(&**timer).unwrap()).unwrap();
}

#[test]
fn the_sla_template_escalates_and_stops_when_it_is_done() {
    let stage = Stage::new();
    let it = Escalation::new("call-now", Span::minutes(5), ["boss@demo.example"]).repeat(Span::days(1));
    let workflow = stage.install(templates::sla_escalation(&it));
    let (ada, bo) = (stage.ada(), stage.contact(|new| new.name("Bo").phone("(202) 555-0199")));
    tagged(&stage, &ada, "call-now");
    tagged(&stage, &bo, "call-now");
    stage.pass(MINUTE);
    untagged(&stage, &ada, "call-now");
    stage.pass(14 * DAY);
    assert!(!stage.get(&ada).has_tag("sla-missed") && stage.get(&bo).has_tag("sla-missed"));
    assert_eq!(stage.sent().len(), 14, "told every day of two weeks");
    untagged(&stage, &bo, "call-now");
    assert_eq!(stage.crm.next_due(), None);
    assert!(stage.runs(&workflow).iter().all(|run| run.state == RunState::Finished));
}

#[test]
fn the_scheduled_job_template_reports_on_every_workday() {
    let stage = Stage::new();
    let sink = Sink::new();
    sink.answer(Answer::new(200).body(r#"{"total": 41}"#));
    stage.crm.admin().sink("https://figures.example/", sink.clone());
    let job = ScheduledJob::new("0 7 * * MON-FRI", "https://figures.example/today", ["boss@demo.example"]);
    let workflow = stage.install(templates::scheduled_job(&job.timezone("UTC")));
    stage.pass(21 * DAY);
    assert_eq!((sink.len(), stage.sent().len()), (15, 15));
    assert_eq!(stage.sent()[0], "2026-01-02: 41");
    assert!(stage.runs(&workflow).iter().all(|run| run.state == RunState::Finished));
}

#[test]
fn the_intake_template_enriches_routes_and_follows_up() {
    let stage = Stage::new();
    let location = stage.crm.location().clone();
    let mut user = smbcrm_core::users::User::default();
    user.email = "sam@demo.example".into();
    let sam = stage.crm.admin().add_user(user).id.clone();
    let pipelines = smbcrm_core::opportunities::ListPipelines::new(&location);
    let pipeline = block_on(stage.crm.opportunities().list_pipelines(pipelines)).unwrap().remove(0).id;
    let it = Intake::new("leads", "https://enrich.example/", 50u32, [sam.clone()], &pipeline);
    stage.install(templates::intake(&it));
    let sink = Sink::new();
    stage.crm.admin().sink("https://enrich.example/", sink.clone());
    for (name, score) in [("Ada", 80), ("Bo", 20)] {
        sink.answer_next(Answer::new(200).body(json!({"score": score}).to_string()));
        let lead = json!({"email": format!("{name}@x.example"), "firstName": name, "phone": null});
        assert!(stage.crm.admin().call_hook(&location, "leads", lead).id.is_some());
        stage.run();
    }
    assert_eq!(sink.len(), 2);
    assert_eq!(stage.sent()[0], "Hot lead: Ada, ");
    stage.pass(3 * DAY);
    assert_eq!(stage.sent().len(), 3, "Bo was written to twice: {:?}", stage.sent());
    let by = |email: &str| {
        let find = smbcrm_core::contacts::FindDuplicate::new(&location).email(email);
        block_on(stage.crm.contacts().find_duplicate(find)).unwrap().contact.unwrap()
    };
    assert_eq!(by("ada@x.example").assigned_to, Some(sam));
    assert!(by("bo@x.example").has_tag("nurture"));
}

#[test]
fn the_hand_off_template_lets_an_agent_answer_until_a_person_must() {
    let stage = Stage::new();
    let mut user = smbcrm_core::users::User::default();
    user.email = "sam@demo.example".into();
    let sam = stage.crm.admin().add_user(user).id.clone();
    let always = Window::new(
        [
            chrono::Weekday::Mon,
            chrono::Weekday::Tue,
            chrono::Weekday::Wed,
            chrono::Weekday::Thu,
            chrono::Weekday::Fri,
        ],
        "00:00".parse::<TimeOfDay>().unwrap(),
        "24:00".parse::<TimeOfDay>().unwrap(),
    );
    stage.install(templates::agent_hand_off(&HandOff::new("helper", [sam.clone()]).window(always)));
    stage.crm.set_agent_runner(|job: AgentJob| {
        let hand_off = job.input.contains("person");
        Ok(AgentReply::new("We open at nine.").data(json!({"handOff": hand_off})))
    });
    let ada = stage.ada();
    stage.says(&ada, "When do you open?");
    stage.run();
    assert_eq!(stage.sent(), ["We open at nine."]);
    stage.says(&ada, "I want a person");
    stage.run();
    assert_eq!(stage.sent()[1], "Ada Vale needs a person: I want a person");
    assert_eq!(stage.get(&ada).assigned_to, Some(sam));
    stage.says(&ada, "Hello?");
    stage.run();
    assert_eq!(stage.sent().len(), 2, "the agent is silent");
}
