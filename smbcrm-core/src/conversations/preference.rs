//! What contacts may unsubscribe from, and what they have.
//!
//! The specification says what these operations take, not what they answer: the answers are assumed.

use chrono::{DateTime, Utc};

use crate::types::{ContactId, Extra, LocationId, SubtypeId, Text};
use crate::{open_enum, record, request};

/// What a kind of message is sent by.
#[open_enum]
pub enum SubtypeChannel {
    /// E-mail.
    Email = "email",
    /// SMS.
    Sms = "sms",
}

/// A kind of message that contacts may unsubscribe from.
#[record]
pub struct CustomSubtype {
    /// Its id.
    pub id: SubtypeId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its name.
    pub name: Text,
    /// What it is, in a line.
    pub description: Option<Text>,
    /// What it is sent by.
    pub channel: SubtypeChannel,
    /// Its language (`en`).
    pub language: Text,
    /// Whether it is used no more.
    pub archived: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The sub-account that an operation is about, where it says so in its query.
#[request]
pub struct InLocation {
    /// The sub-account.
    pub location_id: LocationId,
}

/// A kind of message to define.
#[request]
pub struct CreateSubtype {
    /// Its name, of 100 characters at most.
    pub name: Text,
    /// What it is sent by.
    pub channel: SubtypeChannel,
    /// Its language (`en`).
    pub language: Text,
    /// What it is, in 100 characters at most.
    pub description: Option<Text>,
}

/// Changes to a kind of message. What is not set stays.
#[request]
pub struct UpdateSubtype {
    /// Its name, of 100 characters at most.
    pub name: Option<Text>,
    /// What it is, in 100 characters at most.
    pub description: Option<Text>,
    /// Whether it is used no more.
    pub archived: Option<bool>,
    /// The legal form under which contacts are subscribed again.
    #[serde(rename = "resubscription_legal_form_id")]
    pub resubscription_legal_form_id: Option<Text>,
}

/// Whose subscriptions to show.
#[request]
pub struct GetSubscriptions {
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact.
    pub contact_id: ContactId,
    /// One of its e-mails; all unless given.
    pub email: Option<Text>,
}

/// Whether somebody gets a kind of message.
#[open_enum]
pub enum SubscriptionStatus {
    /// Yes.
    Subscribed = "subscribed",
    /// No.
    Unsubscribed = "unsubscribed",
}

/// What a change of subscriptions is about.
#[open_enum]
pub enum SubscriptionKind {
    /// One kind of message that the sub-account has defined.
    Custom = "custom",
    /// The kind that every sub-account has.
    Default = "default",
    /// Everything: subscribes again.
    ResubscribeAll = "resub_all",
}

/// The kinds of message that every sub-account has.
#[open_enum]
pub enum DefaultSubtype {
    /// E-mail to one contact.
    OneOnOne = "One on One",
}

/// All subscriptions of a contact.
#[record]
pub struct Subscriptions {
    /// The contact.
    pub contact_id: ContactId,
    /// The sub-account.
    pub location_id: LocationId,
    /// Its e-mails, one by one.
    pub emails: Vec<EmailSubscriptions>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// The subscriptions of one e-mail.
#[record]
pub struct EmailSubscriptions {
    /// The e-mail.
    pub email: Text,
    /// Whether it gets anything at all.
    pub status: SubscriptionStatus,
    /// Every kind of message.
    pub subscriptions: Vec<Subscription>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Whether an e-mail gets a kind of message.
#[record]
pub struct Subscription {
    /// Whether the kind is the sub-account's own.
    #[serde(rename = "type")]
    pub kind: SubscriptionKind,
    /// The kind, where it is the sub-account's own.
    pub subtype_id: Option<SubtypeId>,
    /// Its name.
    pub name: Text,
    /// Whether the e-mail gets it.
    pub status: SubscriptionStatus,
    /// When that was last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What to change.
#[request]
pub struct SubscriptionAction {
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: SubscriptionKind,
    /// What is to hold from now on.
    #[serde(rename = "subtype_status")]
    pub subtype_status: SubscriptionStatus,
    /// The kind that every sub-account has, with [`SubscriptionKind::Default`].
    #[serde(rename = "subtype_name")]
    pub subtype_name: Option<DefaultSubtype>,
    /// The sub-account's own kind, with [`SubscriptionKind::Custom`].
    #[serde(rename = "subtype_id")]
    pub subtype_id: Option<SubtypeId>,
}

/// A change of subscriptions that a user makes for a contact.
#[request]
pub struct ChangeSubscription {
    /// The sub-account.
    pub location_id: LocationId,
    /// The contact.
    pub contact_id: ContactId,
    /// One of its e-mails.
    pub email: Text,
    /// What to change.
    #[serde(rename = "subscription_action")]
    pub action: SubscriptionAction,
    /// Why that is lawful; needed to subscribe again.
    #[serde(rename = "legal_reason")]
    pub legal_reason: Option<Text>,
    /// Why, in detail.
    #[serde(rename = "legal_description")]
    pub legal_description: Option<Text>,
}
