//! A change of a record, typed.

use std::sync::Arc;

use smbcrm_core::agent_studio::{Agent, AgentVersion};
use smbcrm_core::blogs::BlogPost;
use smbcrm_core::businesses::Business;
use smbcrm_core::calendars::{
    Appointment, AppointmentNote, Calendar, CalendarGroup, CalendarResource, Notification, Schedule,
};
use smbcrm_core::contacts::{Contact, Note, Task};
use smbcrm_core::conversations::{Conversation, CustomSubtype, EmailMessage, Message};
use smbcrm_core::custom_fields::{FieldFolder, ObjectField};
use smbcrm_core::emails::EmailTemplate;
use smbcrm_core::forms::SubmissionDetails;
use smbcrm_core::locations::{CustomField, CustomValue, Location, RecurringTask, Tag, Template};
use smbcrm_core::opportunities::{LostReason, Opportunity, Pipeline};
use smbcrm_core::payments::{Order, Subscription, Transaction};
use smbcrm_core::social_media_posting::SocialPost;
use smbcrm_core::types::Text;
use smbcrm_core::users::User;

use crate::forms::FormKind;
use crate::world::tape::Edit;
use crate::world::{EnrolmentKind, Row};

/// A record before and after.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Changed<T> {
    /// As it was; `None` when it has just been made.
    pub before: Option<Arc<T>>,
    /// As it is; `None` when it has been removed.
    pub after: Option<Arc<T>>,
}

impl<T> Changed<T> {
    /// The record, as it is or was last.
    pub fn record(&self) -> Option<&Arc<T>> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Whether it has just been made.
    pub fn is_created(&self) -> bool {
        self.before.is_none()
    }

    /// Whether it was there before and still is.
    pub fn is_updated(&self) -> bool {
        self.before.is_some() && self.after.is_some()
    }

    /// Whether it has been removed.
    pub fn is_deleted(&self) -> bool {
        self.after.is_none()
    }
}

/// Which contact is in which campaign or workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enrolled {
    /// The contact.
    pub contact_id: smbcrm_core::types::ContactId,
    /// The campaign's or workflow's id.
    pub target: Text,
    /// Whether it is a workflow; else it is a campaign.
    pub is_workflow: bool,
    /// Whether it is under way.
    pub active: bool,
}

/// A campaign, workflow, form or survey, as far as events tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub name: Text,
}

/// What a visitor submitted to a form or survey.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Submitted {
    /// The submission's id.
    pub id: smbcrm_core::types::SubmissionId,
    /// The form or survey.
    pub form_id: Text,
    /// Whether it is a survey.
    pub is_survey: bool,
    /// The contact who was made or updated by it.
    pub contact_id: smbcrm_core::types::ContactId,
    /// The answers.
    pub others: SubmissionDetails,
}

macro_rules! changes {
    ($($(#[doc = $doc:literal])+ $name:ident($record:ty) = $($row:ident($stored:ident) => $shown:expr, $kind:literal);+);+ $(;)?) => {
        /// What changed: the record's kind, and the record before and after.
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum Change {
            $($(#[doc = $doc])+ $name(Changed<$record>),)+
            /// Something that the in-memory CRM keeps beside the products' records: a scheduled message, a file, an upload.
            Other {
                /// What it is.
                kind: Text,
                /// Its id.
                id: Text,
            },
        }

        /// The change as it is told.
        pub(crate) fn of(edit: &Edit) -> Change {
            match edit.row() {
                $($(Some(Row::$row(_)) => {
                    let shown = |row: &Option<Row>| match row {
                        Some(Row::$row($stored)) => Some($shown),
                        _ => None,
                    };
                    Change::$name(Changed { before: shown(&edit.before), after: shown(&edit.after) })
                })+)+
                Some(Row::Choices(it)) => other("subscriptions", it.contact_id.as_str()),
                Some(Row::Reads(it)) => other("e-mail reads", it.contact_id.as_str()),
                Some(Row::File(it)) => other("file", &it.id),
                Some(Row::Reminder(it)) => other("appointment reminder", it.event.as_str()),
                Some(Row::Due(it)) => other("scheduled message", it.message.as_str()),
                Some(Row::Provider(it)) => other("conversation provider", it.id.as_str()),
                Some(Row::Upload(it)) => other("upload", it.id.as_str()),
                Some(Row::Run(it)) => other("workflow run", &it.id),
                Some(Row::Timer(it)) => other("workflow timer", &it.key),
                Some(Row::Edition(it)) => other("workflow version", &it.key),
                Some(Row::Counter(it)) => other("workflow counter", &it.key),
                Some(Row::Outgoing(it)) => other("outgoing message", it.message_id.as_str()),
                Some(Row::AgentSession(it)) => other("agent session", it.id.as_str()),
                Some(Row::AgentTurn(it)) => other("agent turn", it.interaction_id.as_str()),
                Some(Row::EmailCampaign(it)) => other("e-mail campaign", it.campaign.id.as_str()),
                Some(Row::SocialAccount(it)) => other("social account", it.account.id.as_str()),
                Some(Row::SocialGroup(it)) => other("social group", &it.id),
                Some(Row::SocialCategory(it)) => other("social category", it.id.as_str()),
                Some(Row::SocialTag(it)) => other("social tag", it.id.as_str()),
                Some(Row::Blog(it)) => other("blog", it.id.as_str()),
                Some(Row::BlogAuthor(it)) => other("blog author", it.id.as_str()),
                Some(Row::BlogCategory(it)) => other("blog category", it.id.as_str()),
                None => other("record", ""),
            }
        }

        /// What a row is a record of.
        pub(crate) fn kind(row: &Row) -> &'static str {
            match row {
                $($(Row::$row(_) => $kind,)+)+
                Row::Choices(_) => "subscriptions",
                Row::Reads(_) => "e-mail reads",
                Row::File(_) => "file",
                Row::Reminder(_) => "appointment reminder",
                Row::Due(_) => "scheduled message",
                Row::Provider(_) => "conversation provider",
                Row::Upload(_) => "upload",
                Row::Run(_) => "workflow run",
                Row::Timer(_) => "workflow timer",
                Row::Edition(_) => "workflow version",
                Row::Counter(_) => "workflow counter",
                Row::Outgoing(_) => "outgoing message",
                Row::AgentSession(_) => "agent session",
                Row::AgentTurn(_) => "agent turn",
                Row::EmailCampaign(_) => "e-mail campaign",
                Row::SocialAccount(_) => "social account",
                Row::SocialGroup(_) => "social group",
                Row::SocialCategory(_) => "social category",
                Row::SocialTag(_) => "social tag",
                Row::Blog(_) => "blog",
                Row::BlogAuthor(_) => "blog author",
                Row::BlogCategory(_) => "blog category",
            }
        }
    };
}

changes! {
    /// A sub-account.
    Location(Location) = Location(it) => Arc::clone(it), "location";
    /// A user.
    User(User) = User(it) => Arc::clone(&it.user), "user";
    /// A contact.
    Contact(Contact) = Contact(it) => Arc::clone(it), "contact";
    /// A contact's task.
    Task(Task) = Task(it) => Arc::new(it.task.clone()), "task";
    /// A contact's note.
    Note(Note) = Note(it) => Arc::clone(it), "note";
    /// A conversation; what its contact is called is not told.
    Conversation(Conversation) = Thread(it) => Arc::new(it.summary()), "conversation";
    /// A message.
    Message(Message) = Message(it) => Arc::clone(&it.message), "message";
    /// An e-mail of a message.
    Email(EmailMessage) = Email(it) => Arc::clone(it), "email";
    /// An opportunity.
    Opportunity(Opportunity) = Opportunity(it) => Arc::clone(it), "opportunity";
    /// The definition of a tag.
    Tag(Tag) = Tag(it) => Arc::clone(it), "tag";
    /// That a contact is in a campaign or workflow.
    Enrolment(Enrolled) = Enrolment(it) => Arc::new(Enrolled {
        contact_id: it.contact_id.clone(),
        target: it.target.clone(),
        is_workflow: it.kind == EnrolmentKind::Workflow,
        active: it.active,
    }), "enrolment";
    /// An appointment, an instance of one, a series or a blocked slot.
    Appointment(Appointment) = Event(it) => it.shared(), "appointment";
    /// A note of an appointment.
    AppointmentNote(AppointmentNote) = EventNote(it) => Arc::new(it.note.clone()), "appointment note";
    /// A custom field.
    CustomField(CustomField) = CustomField(it) => Arc::new(it.field.clone()), "custom field";
    /// A custom field of an object of the sub-account's own.
    ObjectField(ObjectField) = ObjectField(it) => Arc::clone(it), "object field";
    /// A folder of such fields.
    FieldFolder(FieldFolder) = FieldFolder(it) => Arc::clone(it), "field folder";
    /// A custom value.
    CustomValue(CustomValue) = CustomValue(it) => Arc::clone(it), "custom value";
    /// A message template.
    Template(Template) = Template(it) => Arc::new(it.template.clone()), "template";
    /// A recurring task.
    RecurringTask(RecurringTask) = RecurringTask(it) => Arc::new(it.task.clone()), "recurring task";
    /// A pipeline.
    Pipeline(Pipeline) = Pipeline(it) => Arc::clone(it), "pipeline";
    /// A reason why opportunities are lost.
    LostReason(LostReason) = LostReason(it) => Arc::new(it.reason.clone()), "lost reason";
    /// A business.
    Business(Business) = Business(it) => Arc::clone(it), "business";
    /// A campaign.
    Campaign(Named) = Campaign(it) => named(&it.id, &it.name), "campaign";
    /// A workflow.
    Workflow(Named) = Workflow(it) => named(&it.id, &it.name), "workflow";
    /// A form or survey.
    Form(Named) = Form(it) => named(&it.id, &it.name), "form";
    /// What a visitor submitted to one.
    Submission(Submitted) = Submission(it) => Arc::new(Submitted {
        id: it.id.clone(),
        form_id: it.form_id.clone(),
        is_survey: it.kind == FormKind::Survey,
        contact_id: it.contact_id.clone(),
        others: it.others.clone(),
    }), "submission";
    /// A calendar.
    Calendar(Calendar) = Calendar(it) => Arc::clone(it), "calendar";
    /// A group of calendars.
    CalendarGroup(CalendarGroup) = CalendarGroup(it) => Arc::clone(it), "calendar group";
    /// A room or a piece of equipment.
    CalendarResource(CalendarResource) = CalendarResource(it) => Arc::clone(it), "calendar resource";
    /// A schedule of open hours.
    Schedule(Schedule) = Schedule(it) => Arc::clone(it), "schedule";
    /// What a calendar tells whom.
    CalendarNotification(Notification) = CalendarNotification(it) => Arc::new(it.notification.clone()), "calendar notification";
    /// A kind of message that contacts may opt out of.
    Subtype(CustomSubtype) = Subtype(it) => Arc::clone(it), "subscription type";
    /// An agent, without its versions.
    Agent(Agent) = Agent(it) => Arc::clone(it), "agent";
    /// A version of an agent.
    AgentVersion(AgentVersion) = AgentVersion(it) => Arc::clone(it), "agent version";
    /// An order.
    Order(Order) = Order(it) => Arc::clone(it), "order";
    /// A payment or a refund.
    Transaction(Transaction) = Transaction(it) => Arc::clone(it), "transaction";
    /// A payment that recurs.
    Subscription(Subscription) = Subscription(it) => Arc::clone(it), "subscription";
    /// A post of a blog.
    BlogPost(BlogPost) = BlogPost(it) => Arc::clone(&it.post), "blog post";
    /// An e-mail template, or a folder of them.
    EmailTemplate(EmailTemplate) = EmailTemplate(it) => Arc::new(it.template.clone()), "e-mail template";
    /// A post on social networks.
    SocialPost(SocialPost) = SocialPost(it) => Arc::clone(&it.post), "social post";
}

fn other(kind: &str, id: &str) -> Change {
    Change::Other { kind: kind.into(), id: id.into() }
}

fn named(id: &Text, name: &Text) -> Arc<Named> {
    Arc::new(Named { id: id.clone(), name: name.clone() })
}
