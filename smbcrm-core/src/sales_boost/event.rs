//! What integrations are told.
//!
//! The names of the events are documented; what their bodies look like is not. The shapes here are this project's own
//! convention (assumed), which the in-memory account keeps to. A receiver of the live service reads what it can of
//! them: everything may be missing, what has no name is kept, and [`WebhookEvent::data`] is the body as it came.
//!
//! ```
//! use smbcrm_core::sales_boost::event::{Body, WebhookEvent};
//!
//! let body = r#"{"id":"evt_1","type":"credit.low_balance","createdAt":"2026-03-01T09:00:00.000Z",
//!     "data":{"creditsRemaining":9,"threshold":10}}"#;
//! let event: WebhookEvent = serde_json::from_str(body)?;
//! let Body::CreditLowBalance(balance) = event.body()? else { panic!() };
//! assert_eq!(balance.credits_remaining, 9);
//! # Ok::<(), serde_json::Error>(())
//! ```

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

use super::{IntegrationId, LeadId};
use crate::types::{Extra, Text};
use crate::{open_enum, record};

/// The header that names a delivery's event.
pub const EVENT_HEADER: &str = "x-smb-event";
/// The header that says when an attempt was made, in seconds since 1970; the signature has the same.
pub const TIMESTAMP_HEADER: &str = "x-smb-timestamp";
/// The header with `t=…,v1=…`; see `webhooks::Timestamped::sales_boost`.
pub const SIGNATURE_HEADER: &str = "x-smb-signature";
/// The header with the integration's API key, where it has one.
pub const API_KEY_HEADER: &str = "x-smb-api-key";

/// What happens.
#[open_enum]
pub enum EventType {
    /// Leads were received for the first time.
    LeadCreated = "lead.created",
    /// Leads were received that the account has already.
    LeadUpdated = "lead.updated",
    /// An export run ended.
    ExportCompleted = "export.completed",
    /// A scheduled batch was sent.
    EmailScheduleSent = "email_schedule.sent",
    /// The remaining credits fell below the alert's threshold.
    CreditLowBalance = "credit.low_balance",
}

/// How many leads an event shows at most.
pub const SAMPLE: usize = 5;

/// One delivery's body.
#[record]
pub struct WebhookEvent {
    /// The event's id: the same for every integration that is told, and for every attempt.
    pub id: Text,
    /// What happened.
    #[serde(rename = "type")]
    pub event: EventType,
    /// When.
    pub created_at: DateTime<Utc>,
    /// To which integration it is told.
    pub integration_id: IntegrationId,
    /// Whether it is only a test.
    pub test: bool,
    /// What is told, as it came.
    pub data: Value,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl WebhookEvent {
    /// What is told, by its type.
    ///
    /// # Errors
    /// The body has another shape than this project's convention.
    pub fn body(&self) -> serde_json::Result<Body> {
        let data = &self.data;
        Ok(match self.event {
            EventType::LeadCreated => Body::LeadCreated(LeadSample::deserialize(data)?),
            EventType::LeadUpdated => Body::LeadUpdated(LeadSample::deserialize(data)?),
            EventType::ExportCompleted => Body::ExportCompleted(ExportCompleted::deserialize(data)?),
            EventType::EmailScheduleSent => Body::EmailScheduleSent(EmailScheduleSent::deserialize(data)?),
            EventType::CreditLowBalance => Body::CreditLowBalance(CreditLowBalance::deserialize(data)?),
            _ => Body::Other(data.clone()),
        })
    }
}

/// What is told, by its type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// [`EventType::LeadCreated`].
    LeadCreated(LeadSample),
    /// [`EventType::LeadUpdated`].
    LeadUpdated(LeadSample),
    /// [`EventType::ExportCompleted`].
    ExportCompleted(ExportCompleted),
    /// [`EventType::EmailScheduleSent`].
    EmailScheduleSent(EmailScheduleSent),
    /// [`EventType::CreditLowBalance`].
    CreditLowBalance(CreditLowBalance),
    /// An event that this version does not know.
    Other(Value),
}

/// A lead of the database.
///
/// Fields by their newer names (`Company Name`, `Phone Primary`, …) are in [`Lead::extra`].
#[record]
pub struct Lead {
    /// Its number; 0 for data of the caller's own.
    pub id: LeadId,
    /// The business.
    pub company_name: Option<Text>,
    /// Its e-mail.
    pub email: Option<Text>,
    /// Its phone number.
    pub phone: Option<Text>,
    /// Its address's city.
    pub city: Option<Text>,
    /// Its address's state.
    pub state: Option<Text>,
    /// Its address's postal code.
    pub zip: Option<Text>,
    /// What it does.
    pub categories: Option<Vec<Text>>,
    /// When it was looked at last.
    pub last_updated: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Lead {
    /// A lead of this name, with a number still to come.
    pub fn named(company: impl Into<Text>) -> Self {
        Self { company_name: Some(company.into()), ..Self::default() }
    }

    /// With an e-mail.
    #[must_use]
    pub fn email(mut self, email: impl Into<Text>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// With a phone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<Text>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// With a city.
    #[must_use]
    pub fn city(mut self, city: impl Into<Text>) -> Self {
        self.city = Some(city.into());
        self
    }
}

/// Leads that were received, and the first few of them.
#[record]
pub struct LeadSample {
    /// How many.
    pub count: u64,
    /// The first of them, at most [`SAMPLE`].
    pub leads: Vec<Lead>,
    /// How they were received: `export`, `email_schedule`, `api`, `crm_push`.
    pub source: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An export run that ended.
#[record]
pub struct ExportCompleted {
    /// Its number.
    pub export_id: u64,
    /// The file.
    pub file_name: Text,
    /// `csv`, `json` or `xlsx`.
    pub file_type: Text,
    /// How many leads are in it.
    pub lead_count: u64,
    /// How many of them are new.
    pub new_leads: u64,
    /// How many were owned already.
    pub updated_leads: u64,
    /// What it cost.
    pub credits_used: u64,
    /// What is left.
    pub credits_remaining: u64,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A scheduled batch that was sent.
#[record]
pub struct EmailScheduleSent {
    /// The schedule's number.
    pub schedule_id: u64,
    /// What it is called.
    pub name: Text,
    /// To how many people.
    pub recipients: u64,
    /// How many leads were in it.
    pub lead_count: u64,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Credits that run low.
#[record]
pub struct CreditLowBalance {
    /// What is left.
    pub credits_remaining: u64,
    /// Below what it is told.
    pub threshold: u64,
    /// Fields this version has no name for.
    pub extra: Extra,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(kind: &str, data: &Value) -> WebhookEvent {
        serde_json::from_value(json!({ "type": kind, "data": data, "more": 1 })).unwrap()
    }

    #[test]
    fn every_known_event_has_a_body_of_its_own() {
        for kind in EventType::KNOWN {
            let event = event(kind, &json!({ "count": 1, "unheard": true }));
            assert!(!matches!(event.body().unwrap(), Body::Other(_)), "{kind}");
            assert_eq!(event.data["unheard"], true);
            assert_eq!(event.extra["more"], 1);
        }
    }

    #[test]
    fn an_unknown_event_and_an_unknown_shape_are_still_there_to_be_read() {
        let unknown = event("lead.deleted", &json!({ "id": 7 }));
        assert!(!unknown.event.is_known());
        assert_eq!(unknown.body().unwrap(), Body::Other(json!({ "id": 7 })));
        let other = event("lead.created", &json!([1]));
        assert!(other.body().is_err());
        assert_eq!(other.data, json!([1]));
    }

    #[test]
    fn a_lead_keeps_the_fields_that_have_no_name_here() {
        let newer = json!({ "id": 9, "Company Name": "Vale & Co", "Phone Primary": "+12025550123" });
        let lead: Lead = serde_json::from_value(newer).unwrap();
        assert_eq!((lead.id, lead.company_name.as_ref()), (LeadId::new(9), None));
        assert_eq!(lead.extra["Company Name"], "Vale & Co");
    }
}
