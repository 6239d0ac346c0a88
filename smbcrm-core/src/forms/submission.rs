//! What visitors submitted. Surveys share all of it but the name of the id.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::types::{ContactId, Extra, FormId, LocationId, SubmissionId, Text};
use crate::{record, request};

/// Which submissions to list.
#[request]
pub struct ListFormSubmissions {
    /// The sub-account.
    pub location_id: LocationId,
    /// Which page, from 1.
    pub page: Option<u32>,
    /// How many a page: 20 unless given, 100 at most.
    pub limit: Option<u32>,
    /// To this form.
    pub form_id: Option<FormId>,
    /// With this contact id, or this in the name, e-mail or phone.
    #[serde(rename = "q")]
    pub query: Option<Text>,
    /// From the beginning of this day; thirty days ago unless given.
    #[serde(deserialize_with = "days::start_at")]
    pub start_at: Option<NaiveDate>,
    /// To the end of this day; today unless given.
    #[serde(deserialize_with = "days::end_at")]
    pub end_at: Option<NaiveDate>,
}

/// The days of a window. A query's text does not say which field it is of, so each names its own.
pub(crate) mod days {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, de};

    fn read<'de, D: Deserializer<'de>>(name: &str, deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
            .map(Some)
            .map_err(|_| de::Error::custom(format!("{name} must be a date of the form YYYY-MM-DD")))
    }

    pub(crate) fn start_at<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
        read("startAt", from)
    }

    pub(crate) fn end_at<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
        read("endAt", from)
    }
}

/// A page of what visitors submitted to forms.
#[record]
pub struct FormSubmissionPage {
    /// The submissions, newest first.
    pub submissions: Vec<FormSubmission>,
    /// Which page this is, and what is around it.
    pub meta: SubmissionMeta,
}

/// What a visitor submitted to a form.
#[record]
pub struct FormSubmission {
    /// Its id.
    pub id: SubmissionId,
    /// The contact that it created or updated.
    pub contact_id: ContactId,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// The form.
    pub form_id: FormId,
    /// The visitor's name.
    pub name: Option<Text>,
    /// The visitor's e-mail.
    pub email: Option<Text>,
    /// The answers, and how the visitor came.
    pub others: SubmissionDetails,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Which page of submissions an answer holds. A page that is not there is null.
#[record]
pub struct SubmissionMeta {
    /// How many submissions match in all.
    pub total: u64,
    /// The number of this page.
    pub current_page: u32,
    /// The number of the next page, if there is one.
    #[plain]
    pub next_page: Option<u32>,
    /// The number of the page before, if there is one.
    #[plain]
    pub prev_page: Option<u32>,
}

/// The answers of a submission, each by its field's name or id, and how the visitor came.
#[record]
#[schema(open)]
pub struct SubmissionDetails {
    /// How the visitor came.
    pub event_data: Option<Box<VisitEvent>>,
    /// The fields in the order they stood in. The wire misspells it.
    #[serde(rename = "fieldsOriSequance")]
    pub fields_in_order: Vec<Text>,
    /// The answers: by the name of a standard field (`first_name`, `email`), else by the custom field's id.
    #[plain]
    #[serde(flatten)]
    #[schema(skip)]
    pub answers: Extra,
}

impl SubmissionDetails {
    /// The answer to a field: a standard field's name, or a custom field's id.
    pub fn answer(&self, field: &str) -> Option<&Value> {
        self.answers.get(field)
    }
}

/// How a visitor came to a form or survey, as the page's script tells it.
#[record]
pub struct VisitEvent {
    /// Facebook's click id.
    pub fbc: Option<Text>,
    /// Facebook's browser id.
    pub fbp: Option<Text>,
    /// The page.
    pub page: Option<VisitedPage>,
    /// What the visitor did: `page-visit`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// The page's domain.
    pub domain: Option<Text>,
    /// What the visitor used: `form`, `survey`.
    pub medium: Option<Text>,
    /// Where the visitor came from: `Direct traffic`.
    pub source: Option<Text>,
    /// The script's version.
    pub version: Option<Text>,
    /// The advertisement.
    pub ad_source: Option<Text>,
    /// The form's or survey's id.
    pub medium_id: Option<Text>,
    /// The id of what it is part of.
    pub parent_id: Option<Text>,
    /// The page before.
    pub referrer: Option<Text>,
    /// Facebook's id of the event.
    pub fb_event_id: Option<Text>,
    /// When, in epoch milliseconds.
    pub timestamp: Option<i64>,
    /// The name of what it is part of.
    pub parent_name: Option<Text>,
    /// What tells the browser from others.
    pub fingerprint: Option<Text>,
    /// What kind of page it was: `form`, `survey`.
    pub page_visit_type: Option<Text>,
    /// The contact's sessions.
    pub contact_session_ids: Option<SessionIds>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page that a visitor was on.
#[record]
pub struct VisitedPage {
    /// Its address.
    pub url: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
}

/// A contact's sessions.
#[record]
pub struct SessionIds {
    /// Their ids.
    pub ids: Vec<Text>,
}
