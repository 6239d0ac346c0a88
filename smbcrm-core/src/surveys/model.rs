//! Surveys and submissions, as lists show them.

use chrono::{DateTime, NaiveDate, Utc};

use crate::forms::{SubmissionDetails, SubmissionMeta, days};
use crate::types::{ContactId, Extra, LocationId, SubmissionId, SurveyId, Text};
use crate::{record, request};

/// Which surveys to list.
#[request]
pub struct ListSurveys {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many to skip.
    pub skip: Option<u32>,
    /// How many a page: 10 unless given, 50 at most.
    pub limit: Option<u32>,
    /// Of this type: `folder`, say.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
}

/// A page of surveys.
#[record]
pub struct SurveyPage {
    /// The surveys.
    pub surveys: Vec<Survey>,
    /// How many there are in all.
    pub total: u64,
}

/// A survey.
#[record]
pub struct Survey {
    /// Its id.
    pub id: SurveyId,
    /// Its name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Which submissions to list.
#[request]
pub struct ListSurveySubmissions {
    /// The sub-account.
    pub location_id: LocationId,
    /// Which page, from 1.
    pub page: Option<u32>,
    /// How many a page: 20 unless given, 100 at most.
    pub limit: Option<u32>,
    /// To this survey.
    pub survey_id: Option<SurveyId>,
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

/// A page of what visitors submitted to surveys.
#[record]
pub struct SurveySubmissionPage {
    /// The submissions, newest first.
    pub submissions: Vec<SurveySubmission>,
    /// Which page this is, and what is around it.
    pub meta: SubmissionMeta,
}

/// What a visitor submitted to a survey.
#[record]
pub struct SurveySubmission {
    /// Its id.
    pub id: SubmissionId,
    /// The contact that it created or updated.
    pub contact_id: ContactId,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// The survey.
    pub survey_id: SurveyId,
    /// The visitor's name.
    pub name: Option<Text>,
    /// The visitor's e-mail.
    pub email: Option<Text>,
    /// The answers, and how the visitor came.
    pub others: SubmissionDetails,
    /// Fields this version has no name for.
    pub extra: Extra,
}
