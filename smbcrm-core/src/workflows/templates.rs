//! Workflows that everybody needs, to begin with: each is a function that makes a [`Definition`] from a few facts.
//!
//! ```
//! use smbcrm_core::workflows::definition::Span;
//! use smbcrm_core::workflows::templates::{self, Escalation};
//!
//! let escalation = Escalation::new("speed-to-lead", Span::minutes(5), ["boss@demo.example"]);
//! let workflow = templates::sla_escalation(&escalation);
//! assert_eq!(workflow.problems(), []);
//! ```

use serde_json::{Map, Value};

use super::definition::{
    AddNote, AddTags, AddTask, AssignUser, Branch, ContactCreated, ContactTag, CustomWebhook, CustomerReply,
    Definition, Goal, IfElse, InboundWebhook, MakeOpportunity, Notify, NotifyChannel, RunAgent, Scheduler,
    SendEmail, SendSms, SetDnd, Settings, Span, Step, TagEvent, Trigger, UpdateCustomValue, Wait, Window,
};
use crate::request;
use crate::search::{ContactField, Filter, Range};
use crate::types::{PipelineId, Text, UserId};

/// What [`intake`] needs to know.
#[request]
pub struct Intake {
    /// The inbound webhook's id: leads arrive at `/hooks/{locationId}/webhook-trigger/{hook}`, with `email`, `phone`,
    /// `firstName`, `lastName` and `source`.
    pub hook: Text,
    /// Where a lead is enriched: it gets `{"email", "phone"}` and answers `{"score", "company"}`.
    pub enrich_url: Text,
    /// From which score on a lead is hot.
    pub hot_from: u32,
    /// The team: hot leads go to its members in turn.
    pub team: Vec<UserId>,
    /// The pipeline that hot leads get an opportunity in.
    pub pipeline: PipelineId,
    /// How long after a message the next one follows, when nobody answers.
    pub follow_up: Option<Span>,
}

/// Intake → enrich → route → follow up: a lead comes in by webhook, another system scores it, hot ones go to the team
/// with an opportunity and a task, all others are written to until they answer.
#[must_use]
pub fn intake(it: &Intake) -> Definition {
    let pause = it.follow_up.unwrap_or_else(|| Span::days(2));
    let fields = ["email", "phone", "firstName", "lastName", "source"];
    let mapped: Map<String, Value> =
        fields.iter().map(|name| ((*name).to_owned(), Value::from(*name))).collect();
    let hot = Filter::field("custom_webhook.enrich.body.score").range(Range::new().gte(it.hot_from));
    let enrich = CustomWebhook::new("POST", &it.enrich_url)
        .json(r#"{"email": {{contact.email}}, "phone": {{contact.phone}}}"#)
        .save_response(true);
    Definition::new("Lead intake")
        .trigger(Trigger::from(InboundWebhook::new().contact(mapped)).id(&it.hook))
        .step(Step::from(enrich).id("enrich"))
        .step(
            IfElse::new([Branch::new(
                "hot",
                [hot],
                [
                    Step::from(AddTags::new(["hot"])),
                    AssignUser::new(it.team.iter().cloned()).only_unassigned(true).into(),
                    MakeOpportunity::new(&it.pipeline, "{{contact.name}}").into(),
                    AddTask::new("Call {{contact.name}}").due(Span::hours(1)).into(),
                    Notify::new("Hot lead: {{contact.name}}, {{contact.phone}}")
                        .channel(NotifyChannel::Email)
                        .into(),
                ],
            )])
            .otherwise([
                Step::from(AddTags::new(["nurture"])),
                SendEmail::new("Welcome, {{contact.first_name}}", "<p>How can we help?</p>").into(),
                Step::from(Wait::for_reply(pause)).id("first"),
                IfElse::new([Branch::new(
                    "silent",
                    [Filter::field("steps.first.outcome").eq("timeout")],
                    [Step::from(SendEmail::new("Still interested?", "<p>Just reply to this.</p>"))],
                )])
                .into(),
            ]),
        )
}

/// What [`sla_escalation`] needs to know.
#[request]
pub struct Escalation {
    /// Contacts with this tag wait to be called; taking it off says that it was done.
    pub tag: Text,
    /// How soon they must be called.
    pub within: Span,
    /// Whom to tell when that is missed.
    pub escalate_to: Vec<Text>,
    /// How often it is told again, until it is done; without it, once.
    pub repeat: Option<Span>,
}

/// SLA timer and escalation: a contact gets a tag; when the tag is not taken off in time, the contact's user is asked
/// and somebody higher up is told.
#[must_use]
pub fn sla_escalation(it: &Escalation) -> Definition {
    let done = ContactTag::new().change(TagEvent::Removed).tags([it.tag.clone()]);
    let told = Notify::new("{{contact.name}} waits since {{contact.date_added}}")
        .channel(NotifyChannel::Email)
        .subject("Missed: {{contact.name}}")
        .to(it.escalate_to.iter().cloned());
    let mut definition = Definition::new("SLA timer")
        .settings(Settings::new().allow_reentry(true))
        .trigger(ContactTag::new().tags([it.tag.clone()]))
        .step(Step::from(Wait::span(it.within)).id("within"))
        .step(AddTags::new(["sla-missed"]))
        .step(Step::from(told).id("escalate"))
        .step(AddNote::new("The SLA was missed."));
    if let Some(repeat) = it.repeat {
        definition = definition.step(Wait::span(repeat)).step(super::definition::Goto::new("escalate"));
    }
    definition.step(Step::from(Goal::new([done])).id("done"))
}

/// What [`scheduled_job`] needs to know.
#[request]
pub struct ScheduledJob {
    /// When, as cron says it: `0 7 * * MON-FRI`.
    pub cron: Text,
    /// What is asked: it answers with the figures.
    pub url: Text,
    /// Whom to send the answer.
    pub report_to: Vec<Text>,
    /// The custom value that keeps the answer's `total`.
    pub custom_value: Option<Text>,
    /// The time zone of `cron`; without it, the sub-account's.
    pub timezone: Option<Text>,
}

/// A scheduled job without a contact: at its times it asks another system and reports what that says.
#[must_use]
pub fn scheduled_job(it: &ScheduledJob) -> Definition {
    let mut schedule = Scheduler::new().cron(it.cron.clone());
    schedule.timezone = it.timezone.clone();
    let ask = CustomWebhook::new("GET", &it.url).save_response(true);
    let mut definition = Definition::new("Scheduled job").trigger(schedule).step(Step::from(ask).id("ask"));
    if let Some(value) = &it.custom_value {
        definition = definition.step(UpdateCustomValue::new(value, "{{custom_webhook.ask.body.total}}"));
    }
    definition.step(
        Notify::new("{{right_now.date}}: {{custom_webhook.ask.body.total}}")
            .channel(NotifyChannel::Email)
            .subject("Report of {{right_now.date}}")
            .to(it.report_to.iter().cloned()),
    )
}

/// What [`agent_hand_off`] needs to know.
#[request]
pub struct HandOff {
    /// The agent.
    pub agent: Text,
    /// The team: what the agent cannot do goes to its members in turn.
    pub team: Vec<UserId>,
    /// When messages may go out; without it, in office hours.
    pub window: Option<Window>,
}

/// Human and agent hand over: an agent answers what contacts write. When it says so (`data.handOff`), or fails, a
/// member of the team takes over and the agent stays silent.
#[must_use]
pub fn agent_hand_off(it: &HandOff) -> Definition {
    let handed = Filter::any([
        Filter::field("steps.agent.data.handOff").eq(true),
        Filter::field("steps.agent.text").not_exists(),
    ]);
    Definition::new("Agent with hand-off")
        .settings(
            Settings::new()
                .allow_reentry(true)
                .window(it.window.clone().unwrap_or_else(Window::office_hours)),
        )
        .trigger(Trigger::from(CustomerReply::new()).when(ContactField::Tags.not_eq("human")))
        .step(Step::from(RunAgent::new(&it.agent, "{{message.body}}")).id("agent"))
        .step(
            IfElse::new([Branch::new(
                "human",
                [handed],
                [
                    Step::from(AddTags::new(["human"])),
                    AssignUser::new(it.team.iter().cloned()).only_unassigned(true).into(),
                    AddTask::new("Answer {{contact.name}}")
                        .body("{{message.body}}")
                        .due(Span::hours(1))
                        .into(),
                    Notify::new("{{contact.name}} needs a person: {{message.body}}").into(),
                ],
            )])
            .otherwise([Step::from(SendSms::new("{{steps.agent.text}}"))]),
        )
}

/// Welcomes a new contact, and asks who does not answer not to be disturbed: the smallest whole workflow.
#[must_use]
pub fn welcome(message: impl Into<Text>, patience: Span) -> Definition {
    Definition::new("Welcome")
        .trigger(ContactCreated::new())
        .settings(Settings::new().stop_on_response(true))
        .step(SendSms::new(message))
        .step(Wait::span(patience))
        .step(SetDnd::new(true))
}
