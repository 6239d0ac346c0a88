//! What the inbound webhook takes and answers.

use super::Client;
use crate::types::{Extra, Text};
use crate::{record, request};

/// A lead. At least one of e-mail and phone has to be there.
///
/// Names have up to 100 characters, the phone 50, notes 5,000, the source of consent 500. (Assumed: no length is
/// documented.)
#[request(snake_case)]
pub struct CreateLead {
    /// The first name.
    pub first_name: Option<Text>,
    /// The last name.
    pub last_name: Option<Text>,
    /// The e-mail address. It is kept trimmed and in lower case.
    pub email: Option<Text>,
    /// The phone, in any format. It is kept as it is given, and normalised beside it.
    pub phone: Option<Text>,
    /// Whatever else is to be known.
    pub notes: Option<Text>,
    /// Whether the person agreed to be sent texts; `false` unless it is said. Nothing but `true` lets a text be sent.
    pub sms_consent: Option<bool>,
    /// Where and how the person agreed. Needed where the consent is `true` (assumed).
    pub sms_consent_source: Option<Text>,
}

/// What is said of a key that is good. (Assumed: the body is not documented.)
#[record(snake_case)]
pub struct KeyStatus {
    /// Whether the key is good.
    pub valid: bool,
    /// The organisation's name.
    pub organization: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A lead was taken in. (Assumed: the body is not documented.)
#[record(snake_case)]
pub struct LeadReceived {
    /// Always.
    pub success: bool,
    /// Whether the client is new. A lead of a known e-mail or phone is not.
    pub created: bool,
    /// The client as it is now.
    pub client: Client,
    /// Fields this version has no name for.
    pub extra: Extra,
}
