//! What starts a run.

use super::span::{Span, TimeOfDay};
use super::typed;
use crate::calendars::AppointmentStatus;
use crate::opportunities::OpportunityStatus;
use crate::search::Filter;
use crate::types::{CalendarId, CustomFieldId, FormId, PipelineId, StageId, SurveyId, Text};
use crate::{open_enum, request, shaped};

/// What starts a run: an event, and conditions that must hold when it happens.
///
/// ```
/// use smbcrm_core::search::ContactField;
/// use smbcrm_core::workflows::definition::{ContactTag, Trigger};
///
/// let vip = Trigger::from(ContactTag::new().tags(["vip"])).when(ContactField::City.eq("Springfield"));
/// assert_eq!(
///     serde_json::to_value(vip).unwrap(),
///     serde_json::json!({
///         "type": "contact_tag", "tags": ["vip"],
///         "filters": [{"field": "city", "operator": "eq", "value": "Springfield"}],
///     })
/// );
/// ```
#[shaped]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trigger {
    /// What the trigger is called; an inbound webhook's address ends with it. One without is called by its type and
    /// number (`contact_tag-1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// Conditions that must all hold: of the contact by the names of the contact search, of other things by the names
    /// of their merge fields (`opportunity.status`, `appointment.title`, `inboundWebhookRequest.budget`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// What happens.
    #[serde(flatten)]
    pub event: TriggerEvent,
}

impl Trigger {
    /// Names the trigger.
    #[must_use]
    pub fn id(mut self, id: impl Into<Text>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Adds a condition.
    #[must_use]
    pub fn when(mut self, filter: impl Into<Filter>) -> Self {
        self.filters.push(filter.into());
        self
    }
}

impl<E: Into<TriggerEvent>> From<E> for Trigger {
    fn from(event: E) -> Self {
        Self { id: None, filters: Vec::new(), event: event.into() }
    }
}

typed::kinds! {
    /// What can start a run.
    TriggerEvent;
    /// A contact was created.
    "contact_created" => ContactCreated;
    /// A contact was changed.
    "contact_changed" => ContactChanged;
    /// A tag was put on a contact or taken off.
    "contact_tag" => ContactTag;
    /// A contact's do-not-disturb settings changed.
    "dnd_contact" => DndContact;
    /// A note was written.
    "note_add" => NoteAdded;
    /// A note was changed.
    "note_changed" => NoteChanged;
    /// A task was given.
    "task_added" => TaskAdded;
    /// A task falls due.
    "task_due_date_reminder" => TaskDueReminder;
    /// A task was done.
    "task_completed" => TaskCompleted;
    /// A contact's birthday comes near.
    "birthday_reminder" => BirthdayReminder;
    /// A date in a custom field comes near.
    "custom_date_reminder" => CustomDateReminder;
    /// A form was filled in.
    "form_submission" => FormSubmission;
    /// A survey was filled in.
    "survey_submission" => SurveySubmission;
    /// An appointment was booked or its status changed.
    "appointment" => AppointmentTrigger;
    /// A contact wrote.
    "customer_reply" => CustomerReply;
    /// An opportunity was created.
    "opportunity_created" => OpportunityCreated;
    /// An opportunity was changed.
    "opportunity_changed" => OpportunityChanged;
    /// An opportunity was won, lost, abandoned or opened again.
    "opportunity_status_changed" => OpportunityStatusChanged;
    /// An opportunity moved to another stage.
    "pipeline_stage_updated" => PipelineStageUpdated;
    /// Nothing happened to an open opportunity for a while.
    "opportunity_decay" => OpportunityDecay;
    /// Something happened to an invoice.
    "invoice" => InvoiceTrigger;
    /// A payment was received.
    "payment_received" => PaymentReceived;
    /// An order was submitted.
    "order_submission" => OrderSubmission;
    /// Another system called.
    "inbound_webhook" => InboundWebhook;
    /// It is time.
    "scheduler_trigger" => Scheduler;
    /// A contact opened a link.
    "trigger_link" => TriggerLink;
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
    /// A contact was created, through whichever door.
    ContactCreated {}
    /// A contact was changed; creating one is no change.
    ContactChanged {
        /// One of these fields changed, by the names of the contact search (`city`, `customFields.<id>`); without it,
        /// any.
        fields: Option<Vec<Text>>,
    }
    /// A tag was put on a contact or taken off.
    ContactTag {
        /// Which of both; without it, putting on.
        change: Option<TagEvent>,
        /// One of these tags; without it, any.
        tags: Option<Vec<Text>>,
    }
    /// A contact's do-not-disturb settings changed.
    DndContact {
        /// On: no more messages; off: messages again; without it, either.
        enabled: Option<bool>,
    }
    /// A note was written about a contact.
    NoteAdded {}
    /// A note about a contact was changed.
    NoteChanged {}
    /// A contact's task was created.
    TaskAdded {}
    /// A contact's task falls due and is not done.
    TaskDueReminder {
        /// How long before (`-1h`) or after (`1d`) it is due; without it, when it is.
        offset: Option<Span>,
    }
    /// A contact's task was marked as done.
    TaskCompleted {}
    /// A contact's birthday. On 29 February, the 28th in other years.
    BirthdayReminder {
        /// So many days before (negative) or after it; without it, the day itself.
        days: Option<i32>,
        /// At which time of day, in the sub-account's time zone; without it, 09:00.
        at: Option<TimeOfDay>,
    }
    /// A date in a contact's custom field of type DATE.
    CustomDateReminder {
        /// The field.
        field: CustomFieldId,
        /// So many days before (negative) or after it; without it, the day itself.
        days: Option<i32>,
        /// At which time of day, in the sub-account's time zone; without it, 09:00.
        at: Option<TimeOfDay>,
        /// Every year again.
        yearly: Option<bool>,
    }
    /// A visitor filled in a form.
    FormSubmission {
        /// The form; without it, any.
        form: Option<FormId>,
    }
    /// A visitor filled in a survey.
    SurveySubmission {
        /// The survey; without it, any.
        survey: Option<SurveyId>,
    }
    /// An appointment was booked, or its status changed.
    AppointmentTrigger {
        /// In one of these calendars; without it, in any.
        calendars: Option<Vec<CalendarId>>,
        /// Its status became one of these; without it, any.
        statuses: Option<Vec<AppointmentStatus>>,
    }
    /// A contact wrote a message.
    CustomerReply {
        /// On one of these channels, by message type (`TYPE_SMS`, `TYPE_EMAIL`, …); without it, on any.
        channels: Option<Vec<Text>>,
        /// The text contains this, in either case; without it, any text.
        contains: Option<Text>,
    }
    /// An opportunity was created.
    OpportunityCreated {
        /// In this pipeline; without it, in any.
        pipeline: Option<PipelineId>,
    }
    /// An opportunity was changed in any way.
    OpportunityChanged {
        /// In this pipeline; without it, in any.
        pipeline: Option<PipelineId>,
    }
    /// An opportunity's status changed.
    OpportunityStatusChanged {
        /// In this pipeline; without it, in any.
        pipeline: Option<PipelineId>,
        /// It was this before.
        from: Option<OpportunityStatus>,
        /// It is this now.
        to: Option<OpportunityStatus>,
    }
    /// An opportunity moved to another stage, or to another pipeline.
    PipelineStageUpdated {
        /// It is in this pipeline now; without it, in any.
        pipeline: Option<PipelineId>,
        /// It was in this stage before.
        from: Option<StageId>,
        /// It is in this stage now.
        to: Option<StageId>,
    }
    /// An open opportunity went stale: it was not changed for a while.
    OpportunityDecay {
        /// For how long.
        after: Span,
        /// In this pipeline; without it, in any.
        pipeline: Option<PipelineId>,
        /// In this stage; without it, in any.
        stage: Option<StageId>,
    }
    /// Something happened to an invoice.
    InvoiceTrigger {
        /// What: `paid`, `partially_paid`, `sent`, `viewed`, `void`; without it, anything.
        statuses: Option<Vec<Text>>,
    }
    /// A payment was received.
    PaymentReceived {}
    /// An order was submitted.
    OrderSubmission {}
    /// Another system sent a request to `/hooks/{locationId}/webhook-trigger/{trigger id}`.
    ///
    /// What it sent is `inboundWebhookRequest` in conditions and merge fields. The run is about a contact where an
    /// e-mail or phone is mapped and given: the sub-account's duplicate rule finds or makes that contact. Else the
    /// run has no contact.
    InboundWebhook {
        /// Which values of the request are the contact's fields: `{"email": "lead.email", "firstName": "lead.name"}`.
        contact: Option<serde_json::Map<String, serde_json::Value>>,
    }
    /// It is time. The run has no contact.
    Scheduler {
        /// At these times, as cron says it: minute, hour, day, month, weekday (`0 9 * * MON-FRI`).
        cron: Option<Text>,
        /// Again and again after so long, the first time so long after it was published.
        every: Option<Span>,
        /// The time zone of `cron`; without it, the sub-account's.
        timezone: Option<Text>,
    }
    /// A contact opened a trigger link.
    TriggerLink {
        /// The link's id, as in `/l/{id}?contact=`.
        link: Text,
    }
}

/// What happened to a tag.
#[open_enum]
pub enum TagEvent {
    /// It was put on.
    Added = "added",
    /// It was taken off.
    Removed = "removed",
}
