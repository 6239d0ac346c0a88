//! What a run does, one step after the other.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::span::{Span, Window};
use super::trigger::Trigger;
use super::typed;
use crate::calendars::AppointmentStatus;
use crate::opportunities::OpportunityStatus;
use crate::search::Filter;
use crate::shape::{Field, Kind, RecordShape, Unknown, Variant};
use crate::types::{CalendarId, LostReasonId, PipelineId, StageId, Text, UserId, WorkflowId};
use crate::{open_enum, request, shaped};

/// A step: what is done, and what the step is called.
///
/// ```
/// use smbcrm_core::workflows::definition::{SendSms, Step};
///
/// let greet = Step::from(SendSms::new("Hi {{contact.first_name}}")).id("greet");
/// assert_eq!(
///     serde_json::to_value(greet).unwrap(),
///     serde_json::json!({"id": "greet", "type": "sms", "message": "Hi {{contact.first_name}}"})
/// );
/// ```
#[shaped]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// What other steps, merge fields and histories call it. One without is called by its type and number among the
    /// steps of its type (`sms-1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
    /// What is done.
    #[serde(flatten)]
    pub action: Action,
}

impl Step {
    /// Says what other steps, merge fields and histories call it.
    #[must_use]
    pub fn id(mut self, id: impl Into<Text>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Says what people call it.
    #[must_use]
    pub fn label(mut self, label: impl Into<Text>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl<A: Into<Action>> From<A> for Step {
    fn from(action: A) -> Self {
        Self { id: None, label: None, action: action.into() }
    }
}

typed::kinds! {
    /// What a step does.
    Action;
    /// Goes one of several ways, by conditions.
    "if_else" => IfElse;
    /// Waits.
    "wait" => Wait;
    /// Goes on elsewhere.
    "goto" => Goto;
    /// A place to skip ahead to when something happens.
    "workflow_goal" => Goal;
    /// Goes one of several ways, by chance.
    "workflow_split" => Split;
    /// Lets a few through at a time.
    "drip" => Drip;
    /// Changes fields of the contact.
    "update_contact_field" => UpdateContactField;
    /// Puts tags on the contact.
    "add_contact_tag" => AddTags;
    /// Takes tags off the contact.
    "remove_contact_tag" => RemoveTags;
    /// Gives the contact to a user.
    "assign_user" => AssignUser;
    /// Takes the contact from its user.
    "remove_assigned_user" => RemoveAssignedUser;
    /// Changes whether the contact is disturbed.
    "dnd_contact" => SetDnd;
    /// Writes a note.
    "add_notes" => AddNote;
    /// Gives a task.
    "task-notification" => AddTask;
    /// Sends an e-mail.
    "email" => SendEmail;
    /// Sends an SMS.
    "sms" => SendSms;
    /// Tells the team.
    "internal_notification" => Notify;
    /// Calls another system with the contact's data.
    "webhook" => Webhook;
    /// Calls another system in its own way.
    "custom_webhook" => CustomWebhook;
    /// Changes a custom value.
    "update_custom_value" => UpdateCustomValue;
    /// Puts the contact into a workflow.
    "add_to_workflow" => AddToWorkflow;
    /// Takes the contact out of workflows.
    "remove_from_workflow" => RemoveFromWorkflow;
    /// Calculates.
    "math_operation" => Math;
    /// Changes a text.
    "text_formatter" => FormatText;
    /// Writes a number.
    "number_formatter" => FormatNumber;
    /// Writes a date.
    "datetime_formatter" => FormatDate;
    /// Makes an opportunity.
    "create_opportunity" => MakeOpportunity;
    /// Changes or moves an opportunity.
    "internal_update_opportunity" => ChangeOpportunity;
    /// Books an appointment.
    "appointment_booking" => BookAppointment;
    /// Changes an appointment's status.
    "update_appointment_status" => SetAppointmentStatus;
    /// Has an agent do something.
    "agent_studio_execution" => RunAgent;
}

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[request]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
    )*};
}

inputs! {
    /// Goes the first way whose conditions hold, and on behind this step at that way's end.
    IfElse {
        /// The ways, looked at in order.
        branches: Vec<Branch>,
        /// The way where no conditions hold; without it, nothing is done.
        otherwise: Option<Vec<Step>>,
    }
    /// One way of an [`IfElse`].
    Branch {
        /// What it is called, in histories and as `{{steps.<id>.branch}}`.
        name: Text,
        /// What must all hold: of the contact by the names of the contact search, of other things by the names of
        /// their merge fields (`opportunity.status`, `steps.score.result`).
        when: Vec<Filter>,
        /// What is done then.
        steps: Vec<Step>,
    }
    /// Waits for a while, until a moment, for a reply, for office hours, or several of them after each other.
    Wait {
        /// For so long; behind a reply, for so long at most.
        #[serde(rename = "for")]
        duration: Option<Span>,
        /// Until then: ISO 8601, or a merge field that holds a date (`{{appointment.start_time}}`). A moment without
        /// a zone is one of the workflow's time zone. One that has passed waits for nothing.
        until: Option<Text>,
        /// So long before (`-1h`) or after `until`.
        offset: Option<Span>,
        /// Until the contact writes. `for` is how long at most then.
        reply: Option<bool>,
        /// Where to go on when no reply came in time: a step's id, or `end`; without it, behind this step.
        on_timeout: Option<Text>,
        /// And then, outside these hours, until they begin.
        window: Option<Window>,
    }
    /// Goes on at another step.
    Goto {
        /// The step's id, or `end`.
        to: Text,
    }
    /// Skips ahead to behind this step when something happens, wherever before it the run is waiting.
    Goal {
        /// What happens: one of these.
        events: Vec<Trigger>,
        /// What is done where the run comes here without; without it, the run goes on.
        otherwise: Option<UnmetGoal>,
    }
    /// Goes one of several ways by chance, and on behind this step at that way's end. The same world takes the same
    /// ways.
    Split {
        /// The ways.
        paths: Vec<SplitPath>,
    }
    /// One way of a [`Split`].
    SplitPath {
        /// What it is called.
        name: Text,
        /// How likely it is, in proportion to the others' weights.
        weight: u32,
        /// What is done there.
        steps: Vec<Step>,
    }
    /// Lets a few runs through at a time; the others wait for their turn.
    Drip {
        /// How many at a time.
        batch: u32,
        /// How long between them.
        every: Span,
    }
    /// Changes fields of the contact: `{"city": "Springfield", "customFields.<id>": "{{steps.score.result}}"}`.
    UpdateContactField {
        /// The fields' new values by their names on the wire (`firstName`, `customFields.<id or key>`); texts may have
        /// merge fields, and null clears a field.
        fields: Map<String, Value>,
    }
    /// Puts tags on the contact.
    AddTags {
        /// The tags; each may have merge fields.
        tags: Vec<Text>,
    }
    /// Takes tags off the contact.
    RemoveTags {
        /// The tags; each may have merge fields.
        tags: Vec<Text>,
    }
    /// Gives the contact to one of these users, to each in turn.
    AssignUser {
        /// The users.
        users: Vec<UserId>,
        /// How often each is chosen, in proportion to the others; without it, equally often.
        weights: Option<Vec<u32>>,
        /// Only a contact that nobody has.
        only_unassigned: Option<bool>,
    }
    /// Takes the contact from its user.
    RemoveAssignedUser {}
    /// Changes whether the contact is disturbed.
    SetDnd {
        /// On: no more messages; off: messages again.
        enabled: bool,
        /// On these channels only (`SMS`, `Email`, `Call`, `WhatsApp`, `GMB`, `FB`); without it, on all.
        channels: Option<Vec<Text>>,
    }
    /// Writes a note about the contact.
    AddNote {
        /// The text, with merge fields.
        body: Text,
        /// The title.
        title: Option<Text>,
    }
    /// Gives a task about the contact.
    AddTask {
        /// What to do, with merge fields.
        title: Text,
        /// What to do at length, with merge fields.
        body: Option<Text>,
        /// How long from now it is due; without it, a day.
        due: Option<Span>,
        /// Who does it; without it, the contact's user.
        assigned_to: Option<UserId>,
    }
    /// Sends the contact an e-mail, which its conversation shows.
    SendEmail {
        /// The subject, with merge fields.
        subject: Text,
        /// The text as HTML, with merge fields.
        html: Text,
        /// The sender; without it, the sub-account.
        from: Option<Text>,
    }
    /// Sends the contact an SMS, which its conversation shows.
    SendSms {
        /// The text, with merge fields.
        message: Text,
        /// Addresses of files.
        attachments: Option<Vec<Text>>,
    }
    /// Tells the team: an entry of the outbox.
    Notify {
        /// The text, with merge fields.
        message: Text,
        /// How: `notification` (without it), `email` or `sms`.
        channel: Option<NotifyChannel>,
        /// The subject, with merge fields.
        subject: Option<Text>,
        /// These users; without it, the contact's user.
        users: Option<Vec<UserId>>,
        /// And these e-mail addresses or phones.
        to: Option<Vec<Text>>,
    }
    /// Calls another system with the contact's data in the form that all such calls have. Nobody waits for the answer.
    Webhook {
        /// Where, with merge fields.
        url: Text,
        /// `POST` (without it) or `GET`.
        method: Option<Text>,
        /// Headers; values may have merge fields.
        headers: Option<Vec<Pair>>,
        /// What `customData` holds; values may have merge fields.
        custom_data: Option<Vec<Pair>>,
    }
    /// A name and a value.
    Pair {
        /// The name.
        key: Text,
        /// The value, with merge fields.
        value: Text,
    }
    /// Calls another system in its own way.
    CustomWebhook {
        /// `GET`, `POST`, `PUT` or `DELETE`.
        method: Text,
        /// Where, with merge fields.
        url: Text,
        /// How to say who calls; without it, not at all.
        auth: Option<WebhookAuth>,
        /// Headers; values may have merge fields.
        headers: Option<Vec<Pair>>,
        /// What is added to the address behind `?`; values may have merge fields.
        query: Option<Vec<Pair>>,
        /// The body as JSON with merge fields; see [`render_json`](super::merge::render_json).
        json: Option<Text>,
        /// The body as a form; values may have merge fields.
        form: Option<Vec<Pair>>,
        /// Waits for the answer and keeps it: `{{custom_webhook.<id>.status}}`, `{{custom_webhook.<id>.body.<path>}}`.
        save_response: Option<bool>,
    }
    /// Changes a custom value of the sub-account.
    UpdateCustomValue {
        /// Its name, id or merge key.
        value: Text,
        /// What it becomes, with merge fields.
        to: Text,
    }
    /// Puts the contact into a workflow.
    AddToWorkflow {
        /// The workflow.
        workflow: WorkflowId,
    }
    /// Takes the contact out of a workflow.
    RemoveFromWorkflow {
        /// The workflow; without it, all but this one.
        workflow: Option<WorkflowId>,
    }
    /// Calculates with two numbers. The result is `{{steps.<id>.result}}`.
    Math {
        /// The first number, or a merge field that holds it; without a value, 0.
        left: Text,
        /// What is done with them.
        operator: MathOperator,
        /// The second number, or a merge field that holds it; without a value, 0.
        right: Text,
        /// The contact's field that the result is written to, by its name on the wire.
        save_to: Option<Text>,
    }
    /// Changes a text. The result is `{{steps.<id>.result}}`.
    FormatText {
        /// The text, with merge fields.
        text: Text,
        /// What is done with it.
        operation: TextOperation,
        /// What is looked for, of `replace` and `split`; the text instead of nothing, of `default`.
        find: Option<Text>,
        /// What stands there instead, of `replace`.
        replace: Option<Text>,
        /// How many characters are kept, of `truncate`; which part, from 0, of `split`.
        number: Option<u32>,
        /// The contact's field that the result is written to, by its name on the wire.
        save_to: Option<Text>,
    }
    /// Writes a number. The result is `{{steps.<id>.result}}`.
    FormatNumber {
        /// The number, or a merge field that holds it.
        value: Text,
        /// How.
        operation: NumberOperation,
        /// How many digits behind the point; without it, 2 of a currency, else 0.
        decimals: Option<u32>,
        /// What stands before the amount, of `currency`; without it, `$`.
        currency: Option<Text>,
        /// The contact's field that the result is written to, by its name on the wire.
        save_to: Option<Text>,
    }
    /// Writes a date. The result is `{{steps.<id>.result}}`.
    FormatDate {
        /// The moment in ISO 8601, or a merge field that holds it; without it, now.
        value: Option<Text>,
        /// How: `%Y-%m-%d`, `%H:%M` and so on; without it, ISO 8601.
        format: Option<Text>,
        /// So long before or after.
        offset: Option<Span>,
        /// In which time zone; without it, the workflow's.
        timezone: Option<Text>,
        /// The contact's field that the result is written to, by its name on the wire.
        save_to: Option<Text>,
    }
    /// Makes an opportunity of the contact. Later steps are about it.
    MakeOpportunity {
        /// The pipeline.
        pipeline: PipelineId,
        /// The name, with merge fields.
        name: Text,
        /// The stage; without it, the first.
        stage: Option<StageId>,
        /// The status; without it, open.
        status: Option<OpportunityStatus>,
        /// The value, or a merge field that holds it.
        monetary_value: Option<Text>,
        /// Where it came from, with merge fields.
        source: Option<Text>,
        /// Makes a further one where the contact has one in the pipeline, if the sub-account allows that; else that one
        /// is changed.
        always_new: Option<bool>,
    }
    /// Changes or moves the opportunity that the run is about, or else the contact's oldest open one.
    ChangeOpportunity {
        /// The pipeline it moves to.
        pipeline: Option<PipelineId>,
        /// The stage it moves to.
        stage: Option<StageId>,
        /// Its name, with merge fields.
        name: Option<Text>,
        /// Its status.
        status: Option<OpportunityStatus>,
        /// Why it was lost.
        lost_reason: Option<LostReasonId>,
        /// Its value, or a merge field that holds it.
        monetary_value: Option<Text>,
        /// Its user; an empty one takes it away.
        assigned_to: Option<UserId>,
    }
    /// Books an appointment with the contact. Later steps are about it.
    BookAppointment {
        /// The calendar.
        calendar: CalendarId,
        /// When: ISO 8601, or a merge field that holds a date. Without it, the next free slot.
        start: Option<Text>,
        /// The title, with merge fields; without it, the calendar's own.
        title: Option<Text>,
        /// The status; without it, what the calendar gives.
        status: Option<AppointmentStatus>,
        /// With whom; without it, whom the calendar chooses.
        user: Option<UserId>,
    }
    /// Changes the status of the appointment that the run is about, or else of the contact's next one.
    SetAppointmentStatus {
        /// The status.
        status: AppointmentStatus,
    }
    /// Has an agent do something, and waits for it. The answer is `{{steps.<id>.text}}`, what it found
    /// `{{steps.<id>.data.<path>}}`.
    RunAgent {
        /// The agent.
        agent: Text,
        /// What it is told, with merge fields.
        input: Text,
    }
}

impl Wait {
    /// Waits for so long.
    #[must_use]
    pub fn span(span: impl Into<Span>) -> Self {
        Self::new().duration(span)
    }

    /// Waits until the contact writes, for so long at most.
    #[must_use]
    pub fn for_reply(timeout: impl Into<Span>) -> Self {
        Self::new().reply(true).duration(timeout)
    }
}

/// How a custom webhook says who calls. Values may have merge fields, so that secrets can be kept in custom values.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum WebhookAuth {
    /// User and password.
    Basic {
        /// The user.
        username: Text,
        /// The password.
        password: Text,
    },
    /// A bearer token.
    Bearer {
        /// The token.
        token: Text,
    },
    /// A header of its own.
    ApiKey {
        /// The header's name.
        header: Text,
        /// The key.
        value: Text,
    },
}

/// How the fields of one kind look: two texts that are required.
const fn texts(name: &'static str, fields: &'static [Field]) -> RecordShape {
    RecordShape { name, doc: "", fields, unknown: Unknown::Refused, lenient: false, open: false }
}

const fn text(name: &'static str, key: &'static str, doc: &'static str) -> Field {
    Field { required: true, nullable: false, ..Field::new(name, key, Kind::Text, doc) }
}

static BASIC: RecordShape = texts(
    "Basic",
    &[text("username", "\"username\":", "The user."), text("password", "\"password\":", "The password.")],
);
static BEARER: RecordShape = texts("Bearer", &[text("token", "\"token\":", "The token.")]);
static API_KEY: RecordShape = texts(
    "ApiKey",
    &[text("header", "\"header\":", "The header's name."), text("value", "\"value\":", "The key.")],
);

const WEBHOOK_AUTH: Kind = Kind::Tagged(&[
    Variant { name: "basic", doc: "User and password.", kind: Kind::Record(|| &BASIC) },
    Variant { name: "bearer", doc: "A bearer token.", kind: Kind::Record(|| &BEARER) },
    Variant { name: "api_key", doc: "A header of its own.", kind: Kind::Record(|| &API_KEY) },
]);

crate::serde_shape!(WebhookAuth: WEBHOOK_AUTH, Self::Bearer { token: Text::default() });

/// Says which kind it is, and no secret.
impl std::fmt::Debug for WebhookAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic(..)",
            Self::Bearer { .. } => "Bearer(..)",
            Self::ApiKey { .. } => "ApiKey(..)",
        })
    }
}

/// What is done where a run comes to a goal that was not reached.
#[open_enum]
pub enum UnmetGoal {
    /// The run goes on.
    Continue = "continue",
    /// The run waits for it.
    Wait = "wait",
    /// The run ends.
    End = "end",
}

/// How the team is told.
#[open_enum]
pub enum NotifyChannel {
    /// Within the CRM.
    Notification = "notification",
    /// By e-mail.
    Email = "email",
    /// By SMS.
    Sms = "sms",
}

/// What is done with two numbers.
#[open_enum]
pub enum MathOperator {
    /// Left and right.
    Add = "add",
    /// Left less right.
    Subtract = "subtract",
    /// Left times right.
    Multiply = "multiply",
    /// Left by right.
    Divide = "divide",
    /// What is left of left, divided by right.
    Remainder = "remainder",
    /// The smaller of both.
    Min = "min",
    /// The larger of both.
    Max = "max",
}

/// What is done with a text.
#[open_enum]
pub enum TextOperation {
    /// CAPITAL LETTERS.
    Upper = "upper",
    /// small letters.
    Lower = "lower",
    /// A Capital Letter Before Each Word.
    Title = "title",
    /// Without spaces around it.
    Trim = "trim",
    /// Something else in place of `find`.
    Replace = "replace",
    /// So many characters of it.
    Truncate = "truncate",
    /// One of the parts between each `find`.
    Split = "split",
    /// How many characters it has.
    Length = "length",
    /// `find` where it is empty.
    Default = "default",
    /// The first e-mail address in it.
    ExtractEmail = "extract_email",
    /// The first number in it.
    ExtractNumber = "extract_number",
}

/// How a number is written.
#[open_enum]
pub enum NumberOperation {
    /// The nearest one with so many digits.
    Round = "round",
    /// The next one below.
    Floor = "floor",
    /// The next one above.
    Ceil = "ceil",
    /// With a comma between thousands.
    Thousands = "thousands",
    /// As an amount of money.
    Currency = "currency",
}
