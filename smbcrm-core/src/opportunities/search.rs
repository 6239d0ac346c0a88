//! The two searches: `GET` and `POST /opportunities/search`.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;

use super::{Opportunity, OpportunityStatus};
use crate::contacts::PageMeta;
use crate::search::{Filter, Sort};
use crate::shape::{Kind, Node, ParseText, Shaped, Slot, View};
use crate::types::{
    CampaignId, ContactId, Cursor, LocationId, OpportunityId, PipelineId, StageId, Text, UserId,
};
use crate::{record, request};

/// A day in the form this one search wants: `mm-dd-yyyy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthFirstDate(NaiveDate);

impl MonthFirstDate {
    const FORM: &'static str = "%m-%d-%Y";

    /// The day.
    pub fn date(self) -> NaiveDate {
        self.0
    }
}

impl From<NaiveDate> for MonthFirstDate {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl Node for MonthFirstDate {
    fn view(&self) -> View<'_> {
        View::Owned(compact_str::format_compact!("{}", self.0.format(Self::FORM)))
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Parse(self)
    }
}

impl ParseText for MonthFirstDate {
    fn parse_text(&mut self, text: &str) -> Result<(), String> {
        let date = NaiveDate::parse_from_str(text.trim(), Self::FORM);
        *self = date.map(Self).map_err(|_| format!("`{text}` is not a date of the form mm-dd-yyyy"))?;
        Ok(())
    }
}

impl Shaped for MonthFirstDate {
    const KIND: Kind = Kind::Described("mm-dd-yyyy", &Kind::Text);
    fn blank() -> Self {
        Self(NaiveDate::default())
    }
}

/// Which opportunities to list. This one query is spelt in two styles, as the attributes say.
#[request]
pub struct ListOpportunities {
    /// The sub-account.
    #[serde(rename = "location_id")]
    pub location_id: LocationId,
    /// Free text over name, contact, e-mail and phone.
    #[serde(rename = "q")]
    pub query: Option<Text>,
    /// In this pipeline.
    #[serde(rename = "pipeline_id")]
    pub pipeline_id: Option<PipelineId>,
    /// In this stage.
    #[serde(rename = "pipeline_stage_id")]
    pub pipeline_stage_id: Option<StageId>,
    /// Of this contact.
    #[serde(rename = "contact_id")]
    pub contact_id: Option<ContactId>,
    /// With this status.
    pub status: Option<OpportunityStatus>,
    /// Owned by this user.
    #[serde(rename = "assigned_to")]
    pub assigned_to: Option<UserId>,
    /// From this campaign.
    pub campaign_id: Option<CampaignId>,
    /// This one only.
    pub id: Option<OpportunityId>,
    /// An order such as `added_asc`. The live API accepts and ignores it.
    pub order: Option<Text>,
    /// Created on or after this day.
    pub date: Option<MonthFirstDate>,
    /// Created on or before this day.
    pub end_date: Option<MonthFirstDate>,
    /// Whose contact is in this country.
    pub country: Option<Text>,
    /// Which page, from 1.
    pub page: Option<u32>,
    /// How many a page: 20 unless given, 100 at most.
    pub limit: Option<u32>,
    /// Go on behind this instant (epoch milliseconds); together with `start_after_id`.
    pub start_after: Option<i64>,
    /// Go on behind this opportunity; together with `start_after`.
    pub start_after_id: Option<OpportunityId>,
    /// Whether to add the contact's tasks.
    pub get_tasks: Option<bool>,
    /// Whether to add the contact's notes.
    pub get_notes: Option<bool>,
    /// Whether to add the contact's appointments.
    pub get_calendar_events: Option<bool>,
}

/// A page of [`super::Opportunities::list`].
#[record]
pub struct OpportunityList {
    /// The opportunities, newest first.
    pub opportunities: Vec<Arc<Opportunity>>,
    /// Where the list goes on.
    pub meta: PageMeta,
    /// Sums the API may add.
    pub aggregations: Value,
}

/// What to add to each opportunity found.
#[request]
pub struct AdditionalDetails {
    /// The contact's notes.
    pub notes: Option<bool>,
    /// The contact's tasks.
    pub tasks: Option<bool>,
    /// The contact's appointments.
    pub calendar_events: Option<bool>,
    /// The contact's unread conversations.
    pub un_read_conversations: Option<bool>,
}

/// Which opportunities to find, in which order, and which page of them. Field names are snake_case here.
#[request]
pub struct SearchOpportunities {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page, 1 to 500.
    pub limit: u32,
    /// Which page, from 1 (0 is the first as well); the first 10 000 records only. A `search_after` wins over a
    /// page of 0 or 1, which the specification wants sent in any case, and is refused beside a later one.
    pub page: Option<u32>,
    /// Go on behind this record: the cursor of the last one seen.
    pub search_after: Option<Cursor>,
    /// All of these must hold.
    pub filters: Option<Vec<Filter>>,
    /// At most two keys.
    pub sort: Option<Vec<Sort>>,
    /// Free text over the opportunity's name and the contact's name, e-mail and phone; 75 characters at most.
    pub query: Option<Text>,
    /// What to add to each opportunity.
    pub additional_details: Option<AdditionalDetails>,
}

/// A page of an opportunity search.
#[record]
pub struct OpportunityPage {
    /// The opportunities; each carries its cursor in `search_after`.
    pub opportunities: Vec<Arc<Opportunity>>,
    /// How many match in all.
    pub total: u64,
    /// Sums the API may add.
    pub aggregations: Value,
}
