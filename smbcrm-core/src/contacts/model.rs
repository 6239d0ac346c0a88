//! The contact's record and the small records inside it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Deserialize;

use crate::shape::{Kind, Node, View};
use crate::types::{
    AppointmentId, BusinessId, CalendarId, ContactId, CustomFieldValue, Derived, Extra, LocationId,
    OpportunityId, PipelineId, StageId, Text, UserId, time,
};
use crate::{open_enum, record};

/// A person a sub-account talks to.
///
/// Names keep the casing they were given; e-mails are lower case; phones are E.164. Reads hand out shared records
/// (`Arc<Contact>`): clone the `Arc`, or the contact itself to change a copy.
// Every contact of a million is one of these: rarely set groups are boxed, and its JSON is written by hand
// (`wire.rs`) because three answers spell it three ways. Fields stay in this order (`repr(C)`, at the cost of sixteen
// bytes) so that the id lies beside the reference count of its `Arc`: fetching a contact then waits for one line of
// memory less. Nothing else depends on it.
#[record]
#[repr(C)]
#[wire(finish = finish)]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// Its sub-account.
    pub location_id: LocationId,
    /// Given name, as it was written.
    pub first_name: Option<Text>,
    /// Family name, as it was written.
    pub last_name: Option<Text>,
    /// Primary e-mail, lower case.
    pub email: Option<Text>,
    /// Primary phone, E.164 (`+15005550100`).
    pub phone: Option<Text>,
    /// Further e-mails; readable, not writable through the API.
    pub additional_emails: Vec<Text>,
    /// Further phones; readable, not writable through the API.
    pub additional_phones: Vec<Text>,
    /// Company, as text.
    pub company_name: Option<Text>,
    /// The business the contact belongs to.
    pub business_id: Option<BusinessId>,
    /// Web site.
    pub website: Option<Text>,
    /// IANA time zone.
    pub timezone: Option<Text>,
    /// Street address. Searches call it `address`.
    #[serde(alias = "address")]
    pub address1: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// ISO 3166 alpha-2 country.
    pub country: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Where the contact came from.
    pub source: Option<Text>,
    /// The user who owns the contact.
    pub assigned_to: Option<UserId>,
    /// Lead or customer.
    #[serde(rename = "type")]
    pub kind: ContactType,
    /// Birthday.
    #[serde(deserialize_with = "birth_date", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    pub date_of_birth: Option<NaiveDate>,
    /// When the contact was created.
    pub date_added: DateTime<Utc>,
    /// When it was last changed.
    pub date_updated: DateTime<Utc>,
    /// Do not disturb, on every channel.
    pub dnd: bool,
    /// Do not disturb by channel.
    pub dnd_settings: Option<Box<DndSettings>>,
    /// Do not disturb for what comes in.
    pub inbound_dnd_settings: Option<Box<InboundDndSettings>>,
    /// Tags, lower case, in the order they were added.
    pub tags: Vec<Text>,
    /// Custom fields that hold something.
    pub custom_fields: Vec<CustomFieldValue>,
    /// Users who follow the contact.
    pub followers: Vec<UserId>,
    /// Whether the e-mail was found deliverable.
    pub valid_email: Option<bool>,
    /// How the contact first came.
    pub attribution_source: Option<Box<Attribution>>,
    /// How the contact came last.
    pub last_attribution_source: Option<Box<Attribution>>,
    /// Who or what created the contact.
    pub created_by: Option<Box<CreatedBy>>,
    /// The last thing that happened with the contact.
    pub last_activity: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,

    // What the wire repeats in other spellings.
    /// The given name in lower case.
    #[wire(kind = LOWER, view = lower_first_name)]
    first_name_lower_case: Derived,
    /// The family name in lower case.
    #[wire(kind = LOWER, view = lower_last_name)]
    last_name_lower_case: Derived,
    /// First and last name together, in lower case.
    #[wire(kind = LOWER, view = lower_full_name)]
    full_name_lower_case: Derived,
    /// The e-mail.
    #[wire(kind = LOWER, view = lower_email)]
    email_lower_case: Derived,

    // What other answers repeat, and is read and forgotten here.
    #[schema(skip)]
    name: Derived,
    #[schema(skip)]
    contact_name: Derived,
    #[schema(skip)]
    business_name: Derived,
    #[schema(skip)]
    phone_label: Derived,
}

/// What a name in lower case looks like.
const LOWER: Kind = Kind::Optional(&Kind::Text);

/// Text in lower case; nothing when there is none.
pub(super) fn lower(text: Option<&str>) -> View<'static> {
    text.map_or(View::Absent, |text| View::Owned(text.to_lowercase().into()))
}

fn lower_first_name(contact: &Contact) -> View<'_> {
    lower(contact.first_name.as_deref())
}

fn lower_last_name(contact: &Contact) -> View<'_> {
    lower(contact.last_name.as_deref())
}

pub(super) fn lower_full_name(contact: &Contact) -> View<'_> {
    lower(Some(contact.full_name()).as_deref().filter(|name| !name.is_empty()))
}

fn lower_email(contact: &Contact) -> View<'_> {
    contact.email.view()
}

impl Contact {
    /// First and last name together; empty when there is neither.
    pub fn full_name(&self) -> String {
        match (self.first_name.as_deref(), self.last_name.as_deref()) {
            (Some(first), Some(last)) => format!("{first} {last}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => String::new(),
        }
    }

    /// The value of a custom field.
    pub fn custom_field(&self, id: &str) -> Option<&crate::types::FieldValue> {
        self.custom_fields.iter().find(|field| field.id == *id).map(|field| &field.value)
    }

    /// Whether the contact carries the tag (compared in lower case).
    pub fn has_tag(&self, tag: &str) -> bool {
        let tag = tag.trim().to_lowercase();
        self.tags.iter().any(|known| *known == tag)
    }
}

/// Searches write `{}` where a group is not set; the record alone leaves it out. Both mean the same.
fn finish(contact: &mut Contact) {
    fn unless_empty<T: Default + PartialEq>(group: &mut Option<Box<T>>) {
        if group.as_deref().is_some_and(|group| *group == T::default()) {
            *group = None;
        }
    }
    unless_empty(&mut contact.dnd_settings);
    unless_empty(&mut contact.inbound_dnd_settings);
    unless_empty(&mut contact.attribution_source);
    unless_empty(&mut contact.last_attribution_source);
}

/// A birthday is a date, whatever form the answer writes it in.
fn birth_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = Option::<Text>::deserialize(deserializer)?;
    Ok(text.and_then(|text| time::parse(&text)).map(|at| at.date_naive()))
}

/// Lead or customer.
#[open_enum]
pub enum ContactType {
    /// Somebody who may buy.
    Lead = "lead",
    /// Somebody who has bought.
    Customer = "customer",
}

/// Whether a channel may be used to reach the contact.
#[open_enum]
pub enum DndStatus {
    /// The channel is blocked.
    Active = "active",
    /// The channel is free.
    Inactive = "inactive",
    /// The channel is blocked for good (the recipient opted out).
    Permanent = "permanent",
}

/// Do not disturb, on one channel.
#[record]
pub struct DndSetting {
    /// Blocked or free.
    pub status: DndStatus,
    /// Why, in words.
    pub message: Option<Text>,
    /// Why, as a code.
    pub code: Option<Text>,
}

impl DndSetting {
    /// A setting of this status.
    pub fn new(status: impl Into<DndStatus>) -> Self {
        Self { status: status.into(), message: None, code: None }
    }
}

/// Do not disturb by channel. The wire spells the channels as the attribute says.
#[record]
pub struct DndSettings {
    /// Calls.
    #[serde(rename = "Call")]
    pub call: Option<DndSetting>,
    /// E-mail.
    #[serde(rename = "Email")]
    pub email: Option<DndSetting>,
    /// SMS.
    #[serde(rename = "SMS")]
    pub sms: Option<DndSetting>,
    /// WhatsApp.
    #[serde(rename = "WhatsApp")]
    pub whatsapp: Option<DndSetting>,
    /// Google business messages.
    #[serde(rename = "GMB")]
    pub gmb: Option<DndSetting>,
    /// Facebook.
    #[serde(rename = "FB")]
    pub fb: Option<DndSetting>,
}

/// Do not disturb for what comes in.
#[record]
pub struct InboundDndSettings {
    /// Every channel.
    pub all: Option<DndSetting>,
}

/// How a contact came: the page, campaign and click ids of the visit.
#[record]
pub struct Attribution {
    /// The page.
    pub url: Option<Text>,
    /// The campaign's name.
    pub campaign: Option<Text>,
    /// `utm_source`.
    pub utm_source: Option<Text>,
    /// `utm_medium`.
    pub utm_medium: Option<Text>,
    /// `utm_content`.
    pub utm_content: Option<Text>,
    /// The page before.
    pub referrer: Option<Text>,
    /// What kind of session it was.
    pub session_source: Option<Text>,
    /// What the contact came through (a form, a survey …).
    pub medium: Option<Text>,
    /// Its id.
    pub medium_id: Option<Text>,
    /// Everything else: click ids, user agent, address.
    pub extra: Extra,
}

/// Who or what created a record.
#[record]
pub struct CreatedBy {
    /// `WEB_USER`, `INTEGRATION`, …
    pub source: Option<Text>,
    /// `APP`, `OAUTH`, …
    pub channel: Option<Text>,
    /// The user's or integration's id.
    pub source_id: Option<Text>,
    /// Its name.
    pub source_name: Option<Text>,
    /// When.
    pub timestamp: Option<DateTime<Utc>>,
}

/// An opportunity, as far as a contact search shows it.
#[record]
pub struct ContactOpportunity {
    /// Its id.
    pub id: OpportunityId,
    /// Its pipeline.
    pub pipeline_id: PipelineId,
    /// Its stage.
    pub pipeline_stage_id: StageId,
    /// Open, won, lost or abandoned.
    pub status: crate::opportunities::OpportunityStatus,
    /// What it is worth.
    pub monetary_value: Option<crate::types::Money>,
}

/// An appointment of a contact. Times are local to the sub-account, without an offset.
#[record]
pub struct ContactAppointment {
    /// Its id.
    pub id: AppointmentId,
    /// Its calendar.
    pub calendar_id: Option<CalendarId>,
    /// Booked or cancelled.
    pub status: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// The user who takes it.
    pub assigned_user_id: Option<UserId>,
    /// Notes.
    pub notes: Option<Text>,
    /// When it starts, local to the sub-account.
    #[serde(with = "local")]
    #[schema(Option<String>)]
    pub start_time: Option<NaiveDateTime>,
    /// When it ends, local to the sub-account.
    #[serde(with = "local")]
    #[schema(Option<String>)]
    pub end_time: Option<NaiveDateTime>,
    /// Where it takes place.
    pub address: Option<Text>,
    /// Its sub-account.
    pub location_id: Option<LocationId>,
    /// Its contact.
    pub contact_id: Option<ContactId>,
    /// Its calendar group.
    pub group_id: Option<Text>,
    /// Confirmed, cancelled, showed, …
    pub appointment_status: Option<Text>,
    /// All users who take part.
    pub users: Vec<UserId>,
    /// When it was booked, local to the sub-account.
    #[serde(with = "local")]
    #[schema(Option<String>)]
    pub date_added: Option<NaiveDateTime>,
    /// When it was changed, local to the sub-account.
    #[serde(with = "local")]
    #[schema(Option<String>)]
    pub date_updated: Option<NaiveDateTime>,
    /// Rooms and equipment.
    pub assigned_resources: Vec<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// `2021-07-16 11:00:00`: local time without an offset.
mod local {
    use chrono::NaiveDateTime;
    use serde::{Deserialize, Deserializer, Serializer};

    const FORM: &str = "%Y-%m-%d %H:%M:%S";

    pub(super) fn serialize<S: Serializer>(
        at: &Option<NaiveDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.collect_str(&at.format(FORM)),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<NaiveDateTime>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.and_then(|text| crate::types::time::parse(&text)).map(|at| at.naive_utc()))
    }
}

/// What an upsert did.
#[record]
pub struct UpsertedContact {
    /// Whether the contact was created; otherwise it was updated.
    pub new: bool,
    /// The contact as it is now.
    pub contact: std::sync::Arc<Contact>,
}

/// A contact's tags after a change.
#[record]
pub struct ContactTags {
    /// All of them.
    pub tags: Vec<Text>,
}

/// A contact's followers after some were added.
#[record]
pub struct FollowersAdded {
    /// All of them.
    pub followers: Vec<UserId>,
    /// The ones that are new.
    pub followers_added: Vec<UserId>,
}

/// A contact's followers after some were removed.
#[record]
pub struct FollowersRemoved {
    /// The ones that stay.
    pub followers: Vec<UserId>,
    /// The ones that are gone.
    pub followers_removed: Vec<UserId>,
}

/// The contact that a create would collide with, if there is one.
#[record]
pub struct DuplicateContact {
    /// The contact; `None` when the e-mail and phone are free.
    pub contact: Option<std::sync::Arc<Contact>>,
}
