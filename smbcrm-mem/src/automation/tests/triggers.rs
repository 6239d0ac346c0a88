//! Each kind of trigger.

use serde_json::{Value, json};
use smbcrm_core::Crm;
use smbcrm_core::contacts::{CreateNote, CreateTask, DndSettings, TagNames, UpdateContact, UpdateNote};
use smbcrm_core::forms::Answers;
use smbcrm_core::locations::{CreateCustomField, CustomFieldType};
use smbcrm_core::opportunities::{
    CreateOpportunity, ListPipelines, OpportunityStatus, SetStatus, UpdateOpportunity,
};
use smbcrm_core::types::{CustomFieldInput, time};
use smbcrm_core::workflows::definition::*;

use super::*;
use crate::TriggerCall;

/// A world in which a trigger writes down that it fired.
fn watching(trigger: Value) -> (Stage, WorkflowId) {
    watching_on(Stage::new(), trigger)
}

fn watching_on(stage: Stage, trigger: Value) -> (Stage, WorkflowId) {
    let steps = json!([{"type": "internal_notification", "to": ["x"], "message": "fired"}]);
    let definition =
        json!({"name": "Watch", "triggers": [trigger], "settings": {"allowReentry": true}, "steps": steps});
    let definition = Definition::from_value(definition).unwrap_or_else(|error| panic!("{error}"));
    let id = stage.install(definition);
    (stage, id)
}

impl Stage {
    /// How often it has fired since the last look.
    fn fired(&self) -> usize {
        self.run();
        let fired = self.sent().iter().filter(|text| *text == "fired").count();
        self.crm.admin().clear_outbox();
        fired
    }

    fn tag(&self, contact: &Contact, tag: &str) {
        block_on(self.crm.contacts().add_tags(&contact.id, TagNames::new([tag]))).unwrap();
    }

    fn change(&self, contact: &Contact, change: UpdateContact) {
        block_on(self.crm.contacts().update(&contact.id, change)).unwrap();
    }
}

#[test]
fn contacts() {
    let (stage, _) = watching(
        json!({"type": "contact_created", "filters": [{"field": "source", "operator": "eq", "value": "web"}]}),
    );
    stage.ada();
    assert_eq!(stage.fired(), 0);
    stage.contact(|new| new.email("b@x.example").source("web"));
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "contact_changed", "fields": ["city"]}));
    let ada = stage.ada();
    stage.change(&ada, UpdateContact::new().state("IL"));
    assert_eq!(stage.fired(), 0);
    stage.change(&ada, UpdateContact::new().city("Springfield"));
    stage.run();
    stage.change(&ada, UpdateContact::new().city("Springfield"));
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "contact_tag", "tags": ["VIP"]}));
    let ada = stage.ada();
    stage.tag(&ada, "other");
    assert_eq!(stage.fired(), 0);
    stage.tag(&ada, "vip");
    assert_eq!(stage.fired(), 1);
    stage.tag(&ada, "vip");
    assert_eq!(stage.fired(), 0);
    stage.contact(|new| new.email("b@x.example").tags(["vip"]));
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "contact_tag", "change": "removed"}));
    let ada = stage.ada();
    stage.tag(&ada, "vip");
    assert_eq!(stage.fired(), 0);
    block_on(stage.crm.contacts().remove_tags(&ada.id, TagNames::new(["vip"]))).unwrap();
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "dnd_contact", "enabled": true}));
    let ada = stage.ada();
    stage.change(&ada, UpdateContact::new().dnd(true));
    assert_eq!(stage.fired(), 1);
    stage.change(&ada, UpdateContact::new().dnd(false).dnd_settings(DndSettings::default()));
    assert_eq!(stage.fired(), 0);
}

#[test]
fn notes_and_tasks() {
    let (stage, _) = watching(json!({"type": "note_add"}));
    let (changed, _) = watching_on(stage, json!({"type": "note_changed"}));
    let stage = changed;
    let ada = stage.ada();
    let note = block_on(stage.crm.contacts().create_note(&ada.id, CreateNote::new("a"))).unwrap();
    assert_eq!(stage.fired(), 1);
    block_on(stage.crm.contacts().update_note(&ada.id, &note.id, UpdateNote::new().body("b"))).unwrap();
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "task_added"}));
    let (stage, _) = watching_on(stage, json!({"type": "task_due_date_reminder", "offset": "-1h"}));
    let (stage, _) = watching_on(stage, json!({"type": "task_completed"}));
    let ada = stage.ada();
    let due = stage.crm.clock().now() + chrono::TimeDelta::days(1);
    let task = |title: &str| CreateTask::new(title, due, false);
    let first = block_on(stage.crm.contacts().create_task(&ada.id, task("a"))).unwrap();
    assert_eq!(stage.fired(), 1);
    stage.pass(22 * HOUR);
    assert_eq!(stage.fired(), 0);
    stage.pass(2 * HOUR);
    assert_eq!(stage.fired(), 1);
    block_on(stage.crm.contacts().complete_task(&ada.id, &first.id, true.into())).unwrap();
    assert_eq!(stage.fired(), 1);
    stage.pass(5 * DAY);
    assert_eq!(stage.fired(), 0);
}

#[test]
fn forms_surveys_and_replies() {
    let stage = Stage::new();
    let fields = || [smbcrm_core::forms::FormField::required("email")];
    let form = stage.crm.admin().add_form(stage.crm.location(), "Contact us", fields()).unwrap().id;
    let survey = stage.crm.admin().add_survey(stage.crm.location(), "How was it", fields()).unwrap().id;
    let (stage, _) = watching_on(stage, json!({"type": "form_submission", "form": form}));
    let (stage, _) = watching_on(stage, json!({"type": "survey_submission"}));
    let answers = || Answers::new().answer("email", "ada@vale.example");
    stage.crm.admin().submit_form(&form, answers()).unwrap();
    assert_eq!(stage.fired(), 1);
    stage.crm.admin().submit_survey(&survey, answers()).unwrap();
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "customer_reply", "contains": "STOP"}));
    let ada = stage.ada();
    stage.says(&ada, "go");
    assert_eq!(stage.fired(), 0);
    stage.says(&ada, "please stop");
    assert_eq!(stage.fired(), 1);
    stage.crm.admin().answer_as_contact(&ada.id, InboundType::Email, "Stop it").unwrap();
    assert_eq!(stage.fired(), 1);
}

#[test]
fn opportunities() {
    let stage = Stage::new();
    let location = stage.crm.location().clone();
    let pipeline =
        block_on(stage.crm.opportunities().list_pipelines(ListPipelines::new(&location))).unwrap().remove(0);
    let (first, second) = (&pipeline.stages[0].id, &pipeline.stages[1].id);
    let ada = stage.ada();
    let start = stage.crm.snapshot();
    for (trigger, fires) in [
        (json!({"type": "opportunity_created", "pipeline": pipeline.id}), [1, 0, 0, 0]),
        (json!({"type": "opportunity_changed"}), [0, 1, 1, 0]),
        (json!({"type": "pipeline_stage_updated", "from": first, "to": second}), [0, 1, 0, 0]),
        (json!({"type": "pipeline_stage_updated", "to": first}), [0, 0, 0, 0]),
        (json!({"type": "opportunity_status_changed", "from": "open", "to": "won"}), [0, 0, 1, 0]),
        (json!({"type": "opportunity_status_changed", "to": "lost"}), [0, 0, 0, 0]),
        (json!({"type": "opportunity_decay", "after": "3d"}), [0, 0, 0, 0]),
    ] {
        stage.crm.restore(&start);
        let (stage, _) = watching_on(Stage { crm: stage.crm.fork() }, trigger.clone());
        let deals = stage.crm.opportunities();
        let new = CreateOpportunity::new(&pipeline.id, &location, "Deal", OpportunityStatus::Open, &ada.id);
        let deal = block_on(deals.create(new)).unwrap();
        let mut told = vec![stage.fired()];
        block_on(deals.update(&deal.id, UpdateOpportunity::new().pipeline_stage_id(second))).unwrap();
        told.push(stage.fired());
        if trigger["type"] == "opportunity_decay" {
            stage.pass(2 * DAY);
            assert_eq!(stage.fired(), 0);
            stage.pass(2 * DAY);
            assert_eq!(stage.fired(), 1, "it went stale");
            stage.pass(9 * DAY);
            assert_eq!(stage.fired(), 0, "it is stale once");
        }
        block_on(deals.set_status(&deal.id, SetStatus::new(OpportunityStatus::Won))).unwrap();
        told.push(stage.fired());
        stage.pass(9 * DAY);
        told.push(stage.fired());
        assert_eq!(told, fires, "{trigger}");
    }
}

#[test]
fn birthdays_and_dates() {
    let stage = Stage::new();
    let location = stage.crm.location().clone();
    let field = CreateCustomField::new("Renewal", CustomFieldType::Date);
    let field = block_on(stage.crm.locations().create_custom_field(&location, field)).unwrap();
    let renews = CustomFieldInput::new(&field.id, "2026-03-10");
    stage.contact(|new| {
        new.email("ada@vale.example")
            .date_of_birth("1990-02-10".parse::<chrono::NaiveDate>().unwrap())
            .custom_fields([renews])
    });
    stage.contact(|new| {
        new.email("leap@x.example").date_of_birth("2000-02-29".parse::<chrono::NaiveDate>().unwrap())
    });
    let (stage, _) = watching_on(stage, json!({"type": "birthday_reminder", "days": -3, "at": "08:00"}));
    let (stage, _) =
        watching_on(stage, json!({"type": "custom_date_reminder", "field": field.id, "days": 1}));
    let mut when = Vec::new();
    while stage.crm.clock().now() < time::parse("2027-03-01T00:00:00Z").unwrap() {
        stage.pass(HOUR);
        if stage.fired() > 0 {
            when.push(
                stage
                    .crm
                    .clock()
                    .now()
                    .with_timezone(&chrono_tz::America::Chicago)
                    .format("%Y-%m-%d %H")
                    .to_string(),
            );
        }
    }
    let expected = ["2026-02-07 08", "2026-02-25 08", "2026-03-11 09", "2027-02-07 08", "2027-02-25 08"];
    assert_eq!(when, expected);
}

#[test]
fn schedules_keep_to_the_clock_on_the_wall() {
    let stage = Stage::new();
    stage.crm.clock().set(time::parse("2026-03-06T00:00:00Z").unwrap());
    let (stage, job) = watching_on(
        stage,
        json!({"type": "scheduler_trigger", "cron": "0 9 * * *", "timezone": "America/New_York"}),
    );
    let mut at = Vec::new();
    for _ in 0..4 {
        let next = block_on(stage.crm.step()).unwrap();
        at.push(next.format("%d %H:%M").to_string());
    }
    assert_eq!(at, ["06 14:00", "07 14:00", "08 13:00", "09 13:00"], "the clocks are put forward on the 8th");
    assert_eq!(stage.runs(&job).len(), 4);
    assert!(stage.runs(&job).iter().all(|run| run.contact_id.is_none()));

    let (stage, _) = watching(json!({"type": "scheduler_trigger", "every": "6h"}));
    stage.pass(DAY);
    assert_eq!(stage.fired(), 4);
    let wrong = Definition::new("x").trigger(Scheduler::new().cron("every day").timezone("Mars"));
    let error = stage.crm.admin().install_workflow(stage.crm.location(), wrong).unwrap_err().to_string();
    assert!(error.contains("trigger `scheduler_trigger-1`: cron: is no cron line"), "{error}");
    assert!(error.contains("there is no time zone `Mars`"), "{error}");
}

#[test]
fn links_invoices_and_hooks() {
    let (stage, _) = watching(json!({"type": "trigger_link", "link": "offer"}));
    let ada = stage.ada();
    let location = stage.crm.location().clone();
    let admin = stage.crm.admin();
    assert_eq!(
        (admin.open_link(&location, "other", &ada.id), admin.open_link(&location, "offer", &ada.id)),
        (0, 1)
    );
    assert_eq!(stage.fired(), 1);

    let (stage, _) = watching(json!({"type": "invoice", "statuses": ["paid"],
        "filters": [{"field": "event.total", "operator": "not_exists"}]}));
    let ada = stage.ada();
    let call = |status: &str| {
        TriggerCall::new("invoice", &ada.id).status(status).data("invoice", json!({"total": 5}))
    };
    let admin = stage.crm.admin();
    assert_eq!(
        (admin.call_trigger(&location, &call("sent")), admin.call_trigger(&location, &call("paid"))),
        (0, 1)
    );

    let stage = Stage::new();
    let mapped = json!({"email": "lead.email", "firstName": "lead.name"}).as_object().unwrap().clone();
    let hook = Trigger::from(InboundWebhook::new().contact(mapped)).id("leads");
    let workflow = stage.install(
        Definition::new("Leads")
            .trigger(hook)
            .step(Notify::new("{{inboundWebhookRequest.lead.budget}} {{contact.first_name}}").to(["x"])),
    );
    let admin = stage.crm.admin();
    let answer = admin.call_hook(
        &location,
        "leads",
        json!({"lead": {"email": "ada@vale.example", "name": "Ada", "budget": 5}}),
    );
    assert_eq!(answer.status, "Success: request sent to trigger execution server");
    assert!(answer.id.is_some());
    let unknown = admin.call_hook(&location, "other", json!({}));
    assert_eq!((unknown.status.as_str(), unknown.id), ("Success: test request received", None));
    admin.call_hook(&location, "leads", json!({"lead": {"budget": 6}}));
    stage.run();
    assert_eq!(stage.sent(), ["5 Ada", "6 "]);
    let runs = stage.runs(&workflow);
    assert!(runs[0].contact_id.is_some() && runs[1].contact_id.is_none());
    admin.publish_workflow(&location, &workflow, false);
    assert_eq!(admin.call_hook(&location, "leads", json!({})).id, None);
}
