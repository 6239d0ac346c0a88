//! Each kind of step.

use serde_json::{Value, json};
use smbcrm_core::Crm;
use smbcrm_core::contacts::UpdateContact;
use smbcrm_core::locations::{CreateCustomField, CustomFieldType, WriteCustomValue};
use smbcrm_core::opportunities::SearchOpportunities;
use smbcrm_core::workflows::definition::*;

use super::*;
use crate::automation::run::RUN_HISTORY_ENTRIES;

/// Runs steps for Ada and hands out her record and the run.
fn done(steps: Value) -> (Stage, Arc<Contact>, WorkflowRun) {
    let stage = Stage::new();
    done_on(stage, steps)
}

fn done_on(stage: Stage, steps: Value) -> (Stage, Arc<Contact>, WorkflowRun) {
    let definition = json!({ "name": "Test", "triggers": [{ "type": "contact_created" }], "steps": steps });
    let definition = Definition::from_value(definition).unwrap_or_else(|error| panic!("{error}"));
    let workflow = stage.install(definition);
    let ada = stage.ada();
    stage.run();
    let run = stage.only(&workflow);
    (stage, ada, run)
}

fn failed(steps: Value) -> String {
    let (_, _, run) = done(steps);
    let entry = run.history.iter().find(|entry| entry.outcome == StepOutcome::Failed);
    assert_eq!(run.state, RunState::Finished, "a step that fails does not end the run");
    entry.unwrap_or_else(|| panic!("no step failed: {run:#?}")).note.clone().unwrap_or_default().to_string()
}

#[test]
fn fields_tags_and_do_not_disturb() {
    let (stage, ada, run) = done(json!([
        {"type": "update_contact_field", "fields": {
            "city": "New {{contact.first_name}}", "lastName": null, "companyName": "Vale Co", "country": "gb"}},
        {"type": "add_contact_tag", "tags": ["VIP", "{{contact.city}}"]},
        {"type": "remove_contact_tag", "tags": ["vip"]},
        {"type": "dnd_contact", "enabled": true, "channels": ["SMS"]},
        {"type": "add_notes", "title": "Hi", "body": "About {{contact.name}}"},
        {"type": "task-notification", "title": "Call {{contact.phone}}", "due": "2h"}
    ]));
    went_well(&run);
    let now = stage.get(&ada);
    assert_eq!((now.city.as_deref(), now.last_name.as_deref()), (Some("New Ada"), None));
    assert_eq!((now.company_name.as_deref(), now.country.as_deref()), (Some("Vale Co"), Some("GB")));
    assert_eq!(now.tags, ["new ada"]);
    let sms = now.dnd_settings.as_ref().and_then(|settings| settings.sms.clone()).unwrap();
    assert_eq!(sms.status.as_str(), "active");
    let notes = block_on(stage.crm.contacts().list_notes(&ada.id)).unwrap();
    assert_eq!(notes[0].body, "About Ada");
    let tasks = block_on(stage.crm.contacts().list_tasks(&ada.id)).unwrap();
    assert_eq!(tasks[0].title, "Call +12025550123");
    assert!(
        failed(json!([{"type": "update_contact_field", "fields": {"email": "no e-mail"}}])).contains("email")
    );
}

#[test]
fn messages_go_through_the_conversation() {
    let (stage, ada, run) = done(json!([
        {"type": "email", "subject": "Hi {{contact.first_name}}", "html": "<p>{{contact.unknown}}Hello</p>"},
        {"type": "sms", "message": "Hi {{ contact.first_name }} of {{location.name}}"},
        {"type": "internal_notification", "message": "{{contact.name}} is here", "to": ["team@demo.example"], "channel": "email"}
    ]));
    went_well(&run);
    assert_eq!(stage.sent(), ["<p>Hello</p>", "Hi Ada of Demo", "Ada Vale is here"]);
    let outbox = stage.crm.admin().outbox();
    assert_eq!(outbox[0].email().unwrap().subject.as_deref(), Some("Hi Ada"));
    let thread = stage.crm.admin().conversation(&ada.id).unwrap();
    let page = block_on(stage.crm.conversations().list_messages(&thread, Default::default())).unwrap();
    assert_eq!(page.messages.len(), 2);
    assert!(
        failed(json!([{"type": "dnd_contact", "enabled": true}, {"type": "sms", "message": "x"}]))
            .contains("DND")
    );
    assert!(failed(json!([{"type": "internal_notification", "message": "x"}])).contains("nobody"));
}

#[test]
fn users_take_turns() {
    let stage = Stage::new();
    let user = |email: &str| {
        let mut user = smbcrm_core::users::User::default();
        user.email = email.into();
        user.name = email.into();
        stage.crm.admin().add_user(user).id.clone()
    };
    let (sam, kim) = (user("sam@demo.example"), user("kim@demo.example"));
    let assign = AssignUser::new([sam.clone(), kim.clone()]).weights([2u32, 1]).only_unassigned(true);
    let definition = Definition::new("Route")
        .trigger(ContactCreated::new())
        .step(assign)
        .step(Notify::new("for {{user.email}}").channel(NotifyChannel::Email));
    stage.install(definition);
    let people: Vec<_> =
        (0..6).map(|at| stage.contact(|new| new.email(format!("p{at}@x.example")))).collect();
    stage.run();
    let owners: Vec<_> = people.iter().map(|person| stage.get(person).assigned_to.clone().unwrap()).collect();
    let count = |user| owners.iter().filter(|owner| **owner == user).count();
    assert_eq!((count(sam), count(kim)), (4, 2));
    assert_eq!(stage.sent()[0], "for sam@demo.example");
}

#[test]
fn calculating_and_writing() {
    let (_, _, run) = done(json!([
        {"type": "math_operation", "id": "sum", "left": "1,000.10", "operator": "add", "right": "0.2"},
        {"type": "number_formatter", "id": "money", "value": "{{steps.sum.result}}", "operation": "currency"},
        {"type": "text_formatter", "id": "loud", "text": "{{contact.first_name}}", "operation": "upper"},
        {"type": "datetime_formatter", "id": "day", "value": "2026-03-01T23:30:00Z", "format": "%d %B %H:%M", "timezone": "Europe/London"},
        {"type": "sms", "message": "{{steps.money.result}} {{text_formatter.loud.result}} {{steps.day.result}}"}
    ]));
    went_well(&run);
    assert_eq!(run.outputs["sum"], json!({"result": 1000.3}));
    assert_eq!(run.outputs["money"], json!({"result": "$1,000.30"}));
    assert_eq!(run.outputs["day"], json!({"result": "01 March 23:30"}));
    let division = json!([{"type": "math_operation", "left": "1", "operator": "divide", "right": "0"}]);
    assert!(failed(division).contains("zero"));
}

#[test]
fn custom_fields_and_values() {
    let stage = Stage::new();
    let location = stage.crm.location().clone();
    let field = CreateCustomField::new("Score", CustomFieldType::Numerical);
    let field = block_on(stage.crm.locations().create_custom_field(&location, field)).unwrap();
    let value = WriteCustomValue::new("Greeting", "Hi");
    block_on(stage.crm.locations().create_custom_value(&location, value)).unwrap();
    let (stage, ada, run) = done_on(
        stage,
        json!([
            {"type": "math_operation", "left": "40", "operator": "add", "right": "2", "saveTo": "customFields.score"},
            {"type": "update_custom_value", "value": "Greeting", "to": "Hello {{contact.score}}"},
            {"type": "sms", "message": "{{custom_values.greeting}}"}
        ]),
    );
    went_well(&run);
    assert_eq!(stage.get(&ada).custom_field(field.id.as_str()).and_then(|value| value.as_f64()), Some(42.0));
    assert_eq!(stage.sent(), ["Hello 42"]);
}

#[test]
fn ways_by_conditions() {
    let ways = |when: Value| {
        let (_, _, run) = done(json!([
            {"type": "add_contact_tag", "tags": ["hot"]},
            {"type": "if_else", "id": "way", "branches": [
                {"name": "never", "when": [{"field": "city", "operator": "exists"}], "steps": []},
                {"name": "yes", "when": [when], "steps": [{"type": "add_notes", "body": "yes"}]}],
             "otherwise": [{"type": "add_notes", "id": "no", "body": "no"}]},
            {"type": "add_notes", "id": "after", "body": "after"}
        ]));
        went_well(&run);
        assert_eq!(run.history.last().unwrap().step, "after", "ways join");
        run.outputs["way"]["branch"].as_str().unwrap().to_owned()
    };
    for (when, taken) in [
        (json!({"field": "tags", "operator": "eq", "value": "hot"}), "yes"),
        (json!({"field": "tags", "operator": "not_eq", "value": "hot"}), "none"),
        (json!({"field": "email", "operator": "eq", "value": "ADA@vale.example"}), "yes"),
        (json!({"field": "contact.first_name", "operator": "contains", "value": "ad"}), "yes"),
        (json!({"field": "opportunity.status", "operator": "eq", "value": "open"}), "none"),
        (json!({"field": "opportunity.status", "operator": "not_exists"}), "yes"),
        (json!({"field": "right_now.year", "operator": "range", "value": {"gte": 2026, "lt": 2027}}), "yes"),
        (json!({"field": "activeWorkflows", "operator": "exists"}), "yes"),
        (json!({"field": "dateAdded", "operator": "range", "value": {"lt": "2026-01-01"}}), "none"),
        (
            json!({"group": "OR", "filters": [
            {"field": "dnd", "operator": "eq", "value": true},
            {"field": "phone", "operator": "exists"}]}),
            "yes",
        ),
    ] {
        assert_eq!(ways(when.clone()), taken, "{when}");
    }
}

#[test]
fn waiting_for_time_and_windows() {
    let stage = Stage::new();
    // It is Thursday, 1 January 2026, three o'clock in the morning in Chicago.
    let workflow = stage.install(
        Definition::new("Wait")
            .trigger(ContactCreated::new())
            .step(Wait::span(Span::minutes(90)))
            .step(SendSms::new("later"))
            .step(Wait::new().window(Window::office_hours()))
            .step(SendSms::new("in the office"))
            .step(Wait::new().until("2026-01-05 18:00").offset(Span::hours(-1)))
            .step(SendSms::new("on Monday"))
            .step(Wait::new().until("2020-01-01T00:00:00Z"))
            .step(SendSms::new("at once")),
    );
    stage.ada();
    stage.pass(89 * MINUTE);
    assert!(stage.sent().is_empty());
    assert_eq!(stage.only(&workflow).step, "wait-1");
    stage.pass(7 * DAY);
    assert_eq!(stage.sent(), ["later", "in the office", "on Monday", "at once"]);
    let at: Vec<String> =
        stage.crm.admin().outbox().iter().map(|sent| sent.at.format("%d %H:%M").to_string()).collect();
    assert_eq!(at, ["01 10:30", "01 15:00", "05 23:00", "05 23:00"]);
    went_well(&stage.only(&workflow));
}

#[test]
fn waiting_for_a_reply() {
    let definition = || {
        Definition::new("Reply")
            .trigger(ContactCreated::new())
            .step(Step::from(Wait::for_reply(Span::hours(2)).on_timeout("nudge")).id("listen"))
            .step(SendSms::new("You said: {{message.body}}"))
            .step(Goto::new("end"))
            .step(Step::from(SendSms::new("Still there?")).id("nudge"))
    };
    let stage = Stage::new();
    let workflow = stage.install(definition());
    let ada = stage.ada();
    stage.pass(HOUR);
    let (late, quiet) = (stage.crm.fork(), stage.crm.fork());
    stage.says(&ada, "Yes!");
    stage.run();
    assert_eq!(stage.sent(), ["You said: Yes!"]);
    assert_eq!(stage.only(&workflow).outputs["listen"]["outcome"], "reply");
    for crm in [late, quiet] {
        let stage = Stage { crm };
        stage.pass(2 * HOUR);
        assert_eq!(stage.sent(), ["Still there?"]);
        assert_eq!(stage.only(&workflow).outputs["listen"]["outcome"], "timeout");
    }
}

#[test]
fn goals_are_reached_from_wherever_a_run_waits() {
    let stage = Stage::new();
    let workflow = stage.install(
        Definition::new("Goal")
            .trigger(ContactCreated::new())
            .step(Wait::span(Span::days(10)))
            .step(SendSms::new("too late"))
            .step(Goal::new([ContactTag::new().tags(["bought"])]).otherwise(UnmetGoal::End))
            .step(SendSms::new("thank you")),
    );
    let ada = stage.ada();
    let bo = stage.contact(|new| new.phone("(202) 555-0199"));
    stage.pass(DAY);
    block_on(stage.crm.contacts().add_tags(&ada.id, smbcrm_core::contacts::TagNames::new(["bought"])))
        .unwrap();
    stage.run();
    assert_eq!(stage.sent(), ["thank you"]);
    stage.pass(10 * DAY);
    assert_eq!(stage.sent(), ["thank you", "too late"]);
    let of_bo = stage.crm.admin().runs_of(&bo.id);
    assert_eq!(of_bo[0].state, RunState::Stopped);
    assert_eq!(stage.runs(&workflow).len(), 2);
}

#[test]
fn splits_go_by_weight_and_drips_by_batch() {
    let stage = Stage::new();
    let path = |name: &str, weight| SplitPath::new(name, weight, [Step::from(AddTags::new([name]))]);
    stage.install(Definition::new("Split").trigger(ContactCreated::new()).step(Split::new([
        path("a", 3),
        path("b", 1),
        path("c", 0),
    ])));
    stage.install(
        Definition::new("Drip")
            .trigger(ContactCreated::new())
            .step(Drip::new(10, Span::hours(1)))
            .step(AddTags::new(["through"])),
    );
    let people: Vec<_> =
        (0..200).map(|at| stage.contact(|new| new.email(format!("p{at}@x.example")))).collect();
    stage.run();
    let tagged = |tag: &str| people.iter().filter(|person| stage.get(person).has_tag(tag)).count();
    assert_eq!(tagged("a") + tagged("b"), 200);
    assert!((30..=70).contains(&tagged("b")), "{}", tagged("b"));
    assert_eq!(tagged("through"), 10);
    stage.pass(HOUR);
    assert_eq!(tagged("through"), 20);
    stage.pass(30 * HOUR);
    assert_eq!(tagged("through"), 200);
}

#[test]
fn opportunities_are_made_and_moved() {
    let stage = Stage::new();
    let location = stage.crm.location().clone();
    let pipelines = smbcrm_core::opportunities::ListPipelines::new(&location);
    let pipeline = block_on(stage.crm.opportunities().list_pipelines(pipelines)).unwrap().remove(0);
    let (stage, ada, run) = done_on(
        stage,
        json!([
            {"type": "create_opportunity", "pipeline": pipeline.id, "name": "Deal of {{contact.first_name}}", "monetaryValue": "$1,200", "source": "web"},
            {"type": "internal_update_opportunity", "stage": pipeline.stages[1].id, "monetaryValue": "1300.50"},
            {"type": "internal_update_opportunity", "status": "won"},
            {"type": "sms", "message": "{{opportunity.name}} {{opportunity.status}} {{opportunity.monetary_value}} {{opportunity.pipeline_stage}}"}
        ]),
    );
    went_well(&run);
    let stage_name = &pipeline.stages[1].name;
    assert_eq!(stage.sent(), [format!("Deal of Ada won 1300.5 {stage_name}")]);
    let mut search = SearchOpportunities::new(&location, 10);
    search.query = None;
    let found = block_on(stage.crm.opportunities().search(search)).unwrap();
    assert_eq!(found.opportunities[0].contact_id, ada.id);
    assert!(
        failed(json!([{"type": "internal_update_opportunity", "status": "won"}])).contains("no opportunity")
    );
}

#[test]
fn workflows_move_contacts_between_them() {
    let stage = Stage::new();
    let second = stage
        .install(Definition::new("Second").step(Wait::span(Span::days(1))).step(AddTags::new(["second"])));
    let first = stage.install(
        Definition::new("First")
            .trigger(ContactCreated::new())
            .step(AddToWorkflow::new(&second))
            .step(AddTags::new(["first"])),
    );
    let third = stage.install(
        Definition::new("Third").trigger(ContactTag::new().tags(["first"])).step(RemoveFromWorkflow::new()),
    );
    let ada = stage.ada();
    stage.pass(2 * DAY);
    assert_eq!(stage.get(&ada).tags, ["first"]);
    assert_eq!(stage.only(&first).state, RunState::Finished);
    assert_eq!(stage.only(&second).state, RunState::Stopped);
    assert_eq!(stage.only(&third).state, RunState::Finished);
}

#[test]
fn agents_are_asked_outside_the_lock() {
    let definition = || {
        Definition::new("Agent")
            .trigger(ContactCreated::new())
            .step(Step::from(RunAgent::new("qualifier", "About {{contact.name}}")).id("ask"))
            .step(SendSms::new("{{steps.ask.text}}{{steps.ask.data.score}}"))
    };
    let stage = Stage::new();
    let workflow = stage.install(definition());
    stage.crm.set_agent_runner(|job: crate::AgentJob| {
        Ok(crate::AgentReply::new(format!("[{}]", job.input)).data(json!({"score": 7})))
    });
    stage.ada();
    stage.run();
    assert_eq!(stage.sent(), ["[About Ada Vale]7"]);
    went_well(&stage.only(&workflow));

    let stage = Stage::new();
    let workflow = stage.install(definition());
    stage.ada();
    stage.run();
    let run = stage.only(&workflow);
    assert_eq!(run.state, RunState::Finished);
    assert!(
        run.history.iter().any(|e| e.note.as_ref().is_some_and(|n| n.contains("no agent runner"))),
        "{run:#?}"
    );
}

#[test]
fn what_runs_in_circles_is_stopped() {
    let (_, _, run) =
        done(json!([{"type": "add_notes", "id": "again", "body": "x"}, {"type": "goto", "to": "again"}]));
    assert_eq!(run.state, RunState::Failed);
    assert_eq!(run.history.len(), RUN_HISTORY_ENTRIES);
    // Workflows that start each other without time passing end as well.
    let stage = Stage::new();
    let reentry = || Settings::new().allow_reentry(true);
    let city = |city: &str, from: &str, to: &str| {
        let changed = Trigger::from(ContactChanged::new().fields(["city"]));
        let fields = serde_json::Map::from_iter([("city".to_owned(), json!(to))]);
        Definition::new(city)
            .settings(reentry())
            .trigger(changed.when(smbcrm_core::search::ContactField::City.eq(from)))
            .step(UpdateContactField::new(fields))
    };
    let (ping, pong) = (stage.install(city("Ping", "a", "b")), stage.install(city("Pong", "b", "a")));
    let ada = stage.ada();
    block_on(stage.crm.contacts().update(&ada.id, UpdateContact::new().city("a"))).unwrap();
    stage.run();
    let failed = |workflow| stage.runs(workflow).iter().filter(|run| run.state == RunState::Failed).count();
    assert_eq!(failed(&ping) + failed(&pong), 1);
    assert!(stage.crm.next_due().is_none());
}
