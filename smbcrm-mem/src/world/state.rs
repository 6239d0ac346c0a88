//! What a sub-account holds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smbcrm_core::businesses::Business;
use smbcrm_core::contacts::{Contact, Note, Task};
use smbcrm_core::custom_fields::{FieldFolder, ObjectField};
use smbcrm_core::dedupe::{DuplicateRule, Identifier};
use smbcrm_core::locations::{
    CustomField, CustomValue, Location, LocationSettings, RecurringTask, Tag, Template, UniqueIdentifier,
};
use smbcrm_core::opportunities::{LostReason, Opportunity, Pipeline};
use smbcrm_core::types::{ContactId, ConversationId, CustomFieldId, TaskId, Text, UserId};
use smbcrm_core::users::User;

use super::ids::{self, Ids};
use super::owned::Owned;
use super::row::Row;
use super::tape;
use crate::agent_studio::Studio;
use crate::automation::Automation;
use crate::blogs::Press;
use crate::calendars::Book;
use crate::conversations::{Inbox, Thread, ThreadKey};
use crate::custom_fields::StoredField;
use crate::emails::Mailings;
use crate::forms::{StoredForm, StoredSubmission};
use crate::payments::Till;
use crate::search::{Direction, Record, Table, Value};
use crate::social_media_posting::Social;

/// Everything of a sub-account. A clone is a fork.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) location: Arc<Location>,
    pub(crate) contacts: Table<Contact>,
    pub(crate) tasks: Table<StoredTask>,
    pub(crate) notes: Table<Note>,
    /// The conversation that every contact has.
    pub(crate) conversations: Table<Thread>,
    /// Whether the conversations are stored; see [`State::lay_out_threads`].
    pub(crate) threads_laid_out: bool,
    /// What conversations hold: messages, what was and is to be sent.
    pub(crate) inbox: Inbox,
    /// What a record says of its contact may be out of date: hand it out through [`State::shown`].
    pub(crate) opportunities: Table<Opportunity>,
    pub(crate) tags: Table<Tag>,
    /// Contacts' and opportunities' fields, in the order they were made.
    pub(crate) custom_fields: Owned<StoredField>,
    /// Custom objects' and businesses' fields, in the order they were made.
    pub(crate) object_fields: Owned<Arc<ObjectField>>,
    /// Their folders, in the order they were made.
    pub(crate) field_folders: Owned<Arc<FieldFolder>>,
    pub(crate) custom_values: Owned<CustomValue>,
    pub(crate) templates: Owned<StoredTemplate>,
    pub(crate) recurring_tasks: Owned<StoredRecurringTask>,
    pub(crate) files: Owned<Arc<StoredFile>>,
    pub(crate) pipelines: Owned<Pipeline>,
    pub(crate) lost_reasons: Owned<StoredLostReason>,
    /// In the order they were made.
    pub(crate) businesses: Owned<Arc<Business>>,
    /// Campaigns that contacts may be enrolled in.
    pub(crate) campaigns: Owned<Campaign>,
    /// Workflows that contacts may be enrolled in.
    pub(crate) workflows: Owned<Workflow>,
    /// Which contact is in which campaign or workflow.
    pub(crate) enrolments: Table<Enrolment>,
    /// Calendars and what is booked in them.
    pub(crate) book: Book,
    /// Forms and surveys.
    pub(crate) forms: Owned<Arc<StoredForm>>,
    /// What visitors submitted to them, in the order it came.
    pub(crate) submissions: Owned<Arc<StoredSubmission>>,
    /// What workflows are doing.
    pub(crate) automation: Automation,
    /// Agents and what was said to them.
    pub(crate) studio: Studio,
    /// Orders, and what was paid.
    pub(crate) till: Till,
    /// Blogs and their posts.
    pub(crate) press: Press,
    /// E-mail templates and campaigns.
    pub(crate) mailings: Mailings,
    /// Accounts of social networks and posts on them.
    pub(crate) social: Social,
}

/// A user of the agency, and what its record does not show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredUser {
    pub(crate) user: Arc<User>,
    pub(crate) added: chrono::DateTime<chrono::Utc>,
}

impl StoredUser {
    pub(crate) fn is_deleted(&self) -> bool {
        self.user.deleted == Some(true)
    }
}

macro_rules! published {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub(crate) struct $name {
            pub(crate) id: Text,
            pub(crate) name: Text,
            pub(crate) published: bool,
            pub(crate) version: u32,
            pub(crate) created_at: chrono::DateTime<chrono::Utc>,
            pub(crate) updated_at: chrono::DateTime<chrono::Utc>,
            /// The number of the definition that new runs go by; none of what only has a name.
            #[serde(default)]
            pub(crate) edition: Option<u32>,
        }

        impl $name {
            /// A new one, which runs.
            pub(crate) fn new(id: Text, name: Text, now: chrono::DateTime<chrono::Utc>) -> Self {
                Self { id, name, published: true, version: 1, created_at: now, updated_at: now, edition: None }
            }

            /// Starts or stops it; a new version, unless that changes nothing.
            pub(crate) fn publish(&mut self, published: bool, now: chrono::DateTime<chrono::Utc>) {
                if self.published != published {
                    self.published = published;
                    self.version += 1;
                    self.updated_at = now;
                }
            }
        }
    )*};
}

published! {
    /// A campaign, as far as it is listed.
    Campaign,
    /// A workflow, as far as it is listed.
    Workflow
}

/// A contact's task, and when it was written; its own record does not show that, a search over tasks does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredTask {
    pub(crate) task: Task,
    pub(crate) date_added: chrono::DateTime<chrono::Utc>,
    pub(crate) date_updated: chrono::DateTime<chrono::Utc>,
}

/// A template, and whether it was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredTemplate {
    pub(crate) template: Template,
    pub(crate) origin: Text,
    pub(crate) deleted: bool,
}

/// A reason, and whether it was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredLostReason {
    pub(crate) reason: LostReason,
    pub(crate) deleted: bool,
}

/// A recurring task, and what its record does not show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredRecurringTask {
    pub(crate) task: RecurringTask,
    pub(crate) contacts: Vec<ContactId>,
    pub(crate) owners: Vec<UserId>,
    /// The first occurrence that has not been carried out; `None` when there is none to come.
    pub(crate) next: Option<chrono::DateTime<chrono::Utc>>,
    /// The latest task made for each contact, or the one without a contact.
    pub(crate) latest: Vec<Option<TaskId>>,
}

/// A file that was uploaded.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) id: Text,
    pub(crate) name: Text,
    pub(crate) media_type: Text,
    #[serde(with = "crate::disk::base64")]
    pub(crate) data: bytes::Bytes,
}

/// What a contact is enrolled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum EnrolmentKind {
    Campaign,
    Workflow,
}

/// A contact in a campaign or workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Enrolment {
    /// Kind, contact and target together.
    pub(crate) key: Text,
    pub(crate) kind: EnrolmentKind,
    pub(crate) contact_id: ContactId,
    pub(crate) target: Text,
    /// Whether it is under way.
    pub(crate) active: bool,
    /// Whether it has ever run its course; it may be under way again.
    pub(crate) finished: bool,
}

impl Enrolment {
    pub(crate) fn key(kind: EnrolmentKind, contact: &ContactId, target: &str) -> Text {
        let kind = match kind {
            EnrolmentKind::Campaign => 'c',
            EnrolmentKind::Workflow => 'w',
        };
        format!("{kind}/{contact}/{target}").into()
    }
}

impl State {
    pub(crate) fn new(location: Location, ids: Ids) -> Self {
        Self {
            ids,
            location: Arc::new(location),
            contacts: Table::new()
                .keyed_by(ContactKey::Email)
                .keyed_by(ContactKey::Phone)
                .keyed_by(ContactKey::AdditionalEmail)
                .ordered_by(ContactKey::DateAdded, Direction::Descending),
            tasks: Table::new().keyed_by(ByContact),
            notes: Table::new().keyed_by(ByContact),
            conversations: Table::new().keyed_by(ThreadKey::Contact),
            threads_laid_out: false,
            inbox: Inbox::new(),
            opportunities: Table::new()
                .keyed_by(OpportunityKey::Id)
                .keyed_by(OpportunityKey::ContactId)
                .ordered_by(OpportunityKey::DateAdded, Direction::Descending),
            tags: Table::new().keyed_by(TagKey::Name).ordered_by(TagKey::Name, Direction::Ascending),
            custom_fields: Owned::default(),
            object_fields: Owned::default(),
            field_folders: Owned::default(),
            custom_values: Owned::default(),
            templates: Owned::default(),
            recurring_tasks: Owned::default(),
            files: Owned::default(),
            pipelines: Owned::default(),
            lost_reasons: Owned::default(),
            businesses: Owned::default(),
            campaigns: Owned::default(),
            workflows: Owned::default(),
            enrolments: Table::new().keyed_by(ByContact),
            book: Book::default(),
            forms: Owned::default(),
            submissions: Owned::default(),
            automation: Automation::new(),
            studio: Studio::new(),
            till: Till::new(),
            press: Press::new(),
            mailings: Mailings::default(),
            social: Social::new(),
        }
    }

    /// Changes what the sub-account says of itself.
    pub(crate) fn set_location(&mut self, location: Arc<Location>) {
        let before = std::mem::replace(&mut self.location, location);
        tape::note(|| Some(Row::Location(before)), || Some(Row::Location(Arc::clone(&self.location))));
    }

    /// Contacts' and opportunities' fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &CustomField> + Clone {
        self.custom_fields.iter().map(|known| &known.field)
    }

    fn settings(&self) -> Option<&LocationSettings> {
        self.location.settings.as_ref()
    }

    /// How the sub-account tells contacts apart.
    pub(crate) fn duplicate_rule(&self) -> DuplicateRule {
        let settings = self.settings();
        let allowed = settings.and_then(|s| s.allow_duplicate_contact).unwrap_or(false);
        let identifiers = settings.and_then(|s| s.contact_unique_identifiers.as_deref());
        match identifiers {
            None => DuplicateRule::new(allowed, [Identifier::Email, Identifier::Phone]),
            Some(names) => DuplicateRule::new(
                allowed,
                names.iter().filter_map(|name| match name {
                    UniqueIdentifier::Email => Some(Identifier::Email),
                    UniqueIdentifier::Phone => Some(Identifier::Phone),
                    _ => None,
                }),
            ),
        }
    }

    pub(crate) fn allows_duplicate_opportunities(&self) -> bool {
        self.settings().and_then(|s| s.allow_duplicate_opportunity).unwrap_or(false)
    }

    /// The conversation of a contact, which it has from the start.
    ///
    /// The id of its first one follows from the contact's, so that nothing is stored before somebody asks for
    /// conversations: a record of its own and its look-ups cost a tenth of a create and of a contact's memory.
    pub(crate) fn conversation_of(&self, contact: &ContactId) -> Option<ConversationId> {
        if self.threads_laid_out {
            return self.thread_of(contact).map(|thread| thread.id.clone());
        }
        self.contacts.get(contact.as_str()).map(|contact| first_thread(&contact.id))
    }

    /// Stores the conversation of every contact, the first time that somebody asks for conversations.
    pub(crate) fn lay_out_threads(&mut self) {
        if self.threads_laid_out {
            return;
        }
        self.threads_laid_out = true;
        let made: Vec<_> = self
            .contacts
            .iter()
            .map(|contact| (contact.id.clone(), contact.date_added.timestamp_millis()))
            .collect();
        for (contact, at) in made {
            self.begin_first_thread(&contact, at);
        }
    }

    /// Gives a new contact its conversation. A seed may replace a contact, which keeps the one it has.
    pub(crate) fn begin_first_thread(&mut self, contact: &ContactId, at: i64) {
        if self.threads_laid_out && self.thread_of(contact).is_none() {
            let thread = Thread::new(first_thread(contact), contact.clone(), at);
            self.conversations.put(Arc::new(thread));
        }
    }

    /// The sub-account's time zone; UTC where it names none.
    pub(crate) fn zone(&self) -> chrono_tz::Tz {
        self.location.timezone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::UTC)
    }

    /// The region that phone numbers without a country code belong to.
    pub(crate) fn region(&self) -> &str {
        self.location.country.as_deref().filter(|country| country.len() == 2).unwrap_or("US")
    }
}

/// The id of a contact's first conversation.
fn first_thread(contact: &ContactId) -> ConversationId {
    ids::derived(contact.as_str(), "conversation").into()
}

/// What a contact is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ContactKey {
    Id,
    FullName,
    FirstName,
    LastName,
    Email,
    AdditionalEmail,
    Phone,
    CompanyName,
    BusinessId,
    Address,
    City,
    State,
    Country,
    PostalCode,
    Website,
    Timezone,
    Source,
    AssignedTo,
    Followers,
    Tags,
    Kind,
    Dnd,
    DndEmail,
    DndSms,
    DndCall,
    InboundDndAll,
    ValidEmail,
    DateAdded,
    DateUpdated,
    DateOfBirth,
    Custom(CustomFieldId),
    CustomDate(CustomFieldId),
    CustomOption(CustomFieldId, Text),
}

impl Record for Contact {
    type Field = ContactKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Contact(Arc::clone(record)))
    }

    fn values(&self, field: &ContactKey, visit: &mut dyn FnMut(Value<'_>)) {
        let mut text = |text: Option<&str>| {
            if let Some(text) = text {
                visit(Value::Text(text));
            }
        };
        match field {
            ContactKey::Id => text(Some(self.id.as_str())),
            ContactKey::FullName => {
                text(Some(&self.full_name()).filter(|name| !name.is_empty()).map(String::as_str));
            }
            ContactKey::FirstName => text(self.first_name.as_deref()),
            ContactKey::LastName => text(self.last_name.as_deref()),
            ContactKey::Email => text(self.email.as_deref()),
            ContactKey::AdditionalEmail => self.additional_emails.iter().for_each(|email| text(Some(email))),
            ContactKey::Phone => text(self.phone.as_deref()),
            ContactKey::CompanyName => text(self.company_name.as_deref()),
            ContactKey::BusinessId => text(self.business_id.as_ref().map(|id| id.as_str())),
            ContactKey::Address => text(self.address1.as_deref()),
            ContactKey::City => text(self.city.as_deref()),
            ContactKey::State => text(self.state.as_deref()),
            ContactKey::Country => text(self.country.as_deref()),
            ContactKey::PostalCode => text(self.postal_code.as_deref()),
            ContactKey::Website => text(self.website.as_deref()),
            ContactKey::Timezone => text(self.timezone.as_deref()),
            ContactKey::Source => text(self.source.as_deref()),
            ContactKey::AssignedTo => text(self.assigned_to.as_ref().map(|id| id.as_str())),
            ContactKey::Followers => self.followers.iter().for_each(|id| text(Some(id.as_str()))),
            ContactKey::Tags => self.tags.iter().for_each(|tag| text(Some(tag))),
            ContactKey::Kind => text(Some(self.kind.as_str())),
            ContactKey::Dnd => visit(Value::Bool(self.dnd)),
            ContactKey::DndEmail => text(self.dnd_status(|s| s.email.as_ref())),
            ContactKey::DndSms => text(self.dnd_status(|s| s.sms.as_ref())),
            ContactKey::DndCall => text(self.dnd_status(|s| s.call.as_ref())),
            ContactKey::InboundDndAll => text(
                self.inbound_dnd_settings
                    .as_ref()
                    .and_then(|s| s.all.as_ref())
                    .map(|setting| setting.status.as_str()),
            ),
            ContactKey::ValidEmail => {
                self.valid_email.into_iter().for_each(|valid| visit(Value::Bool(valid)));
            }
            ContactKey::DateAdded => visit(Value::Instant(self.date_added.timestamp_millis())),
            ContactKey::DateUpdated => visit(Value::Instant(self.date_updated.timestamp_millis())),
            ContactKey::DateOfBirth => {
                if let Some(midnight) = self.date_of_birth.and_then(|date| date.and_hms_opt(0, 0, 0)) {
                    visit(Value::Instant(midnight.and_utc().timestamp_millis()));
                }
            }
            ContactKey::Custom(id) => {
                if let Some(value) = self.custom_field(id.as_str()) {
                    crate::contacts::custom_values(value, visit);
                }
            }
            ContactKey::CustomDate(id) => {
                self.custom_field(id.as_str())
                    .and_then(crate::contacts::custom_date)
                    .into_iter()
                    .for_each(visit);
            }
            ContactKey::CustomOption(id, option) => {
                if let Some(smbcrm_core::types::FieldValue::Json(value)) = self.custom_field(id.as_str()) {
                    text(value.get(option.as_str()).and_then(serde_json::Value::as_str));
                }
            }
        }
    }
}

trait DndStatusOf {
    fn dnd_status(
        &self,
        channel: impl Fn(&smbcrm_core::contacts::DndSettings) -> Option<&smbcrm_core::contacts::DndSetting>,
    ) -> Option<&str>;
}

impl DndStatusOf for Contact {
    fn dnd_status(
        &self,
        channel: impl Fn(&smbcrm_core::contacts::DndSettings) -> Option<&smbcrm_core::contacts::DndSetting>,
    ) -> Option<&str> {
        self.dnd_settings.as_deref().and_then(channel).map(|setting| setting.status.as_str())
    }
}

/// What an opportunity is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum OpportunityKey {
    Id,
    Name,
    ContactId,
    PipelineId,
    StageId,
    Status,
    LostReasonId,
    Source,
    AssignedTo,
    Followers,
    MonetaryValue,
    DateAdded,
    DateUpdated,
    StatusChanged,
    StageChanged,
    Custom(CustomFieldId),
    CustomDate(CustomFieldId),
    CustomOption(CustomFieldId, Text),
}

impl Record for Opportunity {
    type Field = OpportunityKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Opportunity(Arc::clone(record)))
    }

    fn values(&self, field: &OpportunityKey, visit: &mut dyn FnMut(Value<'_>)) {
        let mut text = |text: Option<&str>| {
            if let Some(text) = text {
                visit(Value::Text(text));
            }
        };
        let stamp =
            |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| Value::Instant(at.timestamp_millis()));
        match field {
            OpportunityKey::Id => text(Some(self.id.as_str())),
            OpportunityKey::Name => text(Some(&self.name)),
            OpportunityKey::ContactId => text(Some(self.contact_id.as_str())),
            OpportunityKey::PipelineId => text(Some(self.pipeline_id.as_str())),
            OpportunityKey::StageId => text(Some(self.pipeline_stage_id.as_str())),
            OpportunityKey::Status => text(Some(self.status.as_str())),
            OpportunityKey::LostReasonId => text(self.lost_reason_id.as_ref().map(|id| id.as_str())),
            OpportunityKey::Source => text(self.source.as_deref()),
            OpportunityKey::AssignedTo => text(self.assigned_to.as_ref().map(|id| id.as_str())),
            OpportunityKey::Followers => self.followers.iter().for_each(|id| text(Some(id.as_str()))),
            OpportunityKey::MonetaryValue => {
                self.monetary_value.into_iter().for_each(|value| visit(Value::Number(value.as_f64())));
            }
            OpportunityKey::DateAdded => stamp(Some(self.created_at)).into_iter().for_each(visit),
            OpportunityKey::DateUpdated => stamp(Some(self.updated_at)).into_iter().for_each(visit),
            OpportunityKey::StatusChanged => stamp(self.last_status_change_at).into_iter().for_each(visit),
            OpportunityKey::StageChanged => stamp(self.last_stage_change_at).into_iter().for_each(visit),
            OpportunityKey::Custom(id) => {
                if let Some(field) = self.custom_fields.iter().find(|field| field.id == *id) {
                    crate::contacts::custom_values(&field.value, visit);
                }
            }
            OpportunityKey::CustomDate(id) => {
                let field = self.custom_fields.iter().find(|field| field.id == *id);
                field
                    .and_then(|field| crate::contacts::custom_date(&field.value))
                    .into_iter()
                    .for_each(visit);
            }
            OpportunityKey::CustomOption(id, option) => {
                let field = self.custom_fields.iter().find(|field| field.id == *id);
                if let Some(smbcrm_core::types::FieldValue::Json(value)) = field.map(|field| &field.value) {
                    text(value.get(option.as_str()).and_then(serde_json::Value::as_str));
                }
            }
        }
    }
}

/// The one key of what belongs to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ByContact;

macro_rules! of_a_contact {
    ($($record:ty, $($id:ident).+, $contact:expr);* $(;)?) => {$(
        impl Record for $record {
            type Field = ByContact;

            fn id(&self) -> &str {
                self.$($id).+.as_ref()
            }

            fn row(record: &Arc<Self>) -> Option<Row> {
                Some(Row::from(Arc::clone(record)))
            }

            fn values(&self, _: &ByContact, visit: &mut dyn FnMut(Value<'_>)) {
                let contact: fn(&$record) -> Option<&ContactId> = $contact;
                contact(self).into_iter().for_each(|id| visit(Value::Text(id.as_str())));
            }
        }
    )*};
}

of_a_contact! {
    StoredTask, task.id, |stored| stored.task.contact_id.as_ref();
    Note, id, |note| note.contact_id.as_ref();
    Enrolment, key, |enrolment| Some(&enrolment.contact_id);
}

/// What a tag's definition is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TagKey {
    Name,
}

impl Record for Tag {
    type Field = TagKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Tag(Arc::clone(record)))
    }

    fn values(&self, _: &TagKey, visit: &mut dyn FnMut(Value<'_>)) {
        visit(Value::Text(&self.name));
    }
}
