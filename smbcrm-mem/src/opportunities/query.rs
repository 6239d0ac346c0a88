//! Finding opportunities: what the two searches ask, in the engine's terms.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use serde_json::{Value as Json, json};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::operation::Operation;
use smbcrm_core::opportunities::{
    ListOpportunities, Opportunity, OpportunityList, OpportunityPage, OpportunityStatus, SearchOpportunities,
};
use smbcrm_core::search::{self as api, Leaf, Schema, Target, validate, validate_sort};
use smbcrm_core::types::LocationId;

use crate::MemCrm;
use crate::contacts::page_meta;
use crate::search::translate::{self, Complaints, PageRules};
use crate::search::{Cursor, Direction, Filter, Hits, Page, Query, Sort, Term, cursor, fold};
use crate::world::{ContactKey, EnrolmentKind, OpportunityKey, State};

use super::details::Details;

/// The most records a page of either search may hold, and how many the `GET` has unless told otherwise.
const MAX_SEARCH: u32 = 500;
const MAX_LIST: u32 = 100;
const LIST: u32 = 20;

/// The fields of the contact that free text is looked for in, beside the opportunity's name.
const CONTACT_TEXT: [ContactKey; 3] = [ContactKey::FullName, ContactKey::Email, ContactKey::Phone];

/// What the engine calls a standard field of an opportunity; `None` for what its contact holds.
fn own_key(name: &str) -> Option<OpportunityKey> {
    Some(match name {
        "id" => OpportunityKey::Id,
        "name" => OpportunityKey::Name,
        "followers" => OpportunityKey::Followers,
        "monetary_value" => OpportunityKey::MonetaryValue,
        "pipeline_id" => OpportunityKey::PipelineId,
        "pipeline_stage_id" => OpportunityKey::StageId,
        "status" => OpportunityKey::Status,
        "lost_reason_id" => OpportunityKey::LostReasonId,
        "source" => OpportunityKey::Source,
        "assigned_to" => OpportunityKey::AssignedTo,
        "contact_id" => OpportunityKey::ContactId,
        "date_added" => OpportunityKey::DateAdded,
        "date_updated" => OpportunityKey::DateUpdated,
        "last_status_change_date" => OpportunityKey::StatusChanged,
        "last_stage_change_date" => OpportunityKey::StageChanged,
        _ => return None,
    })
}

/// What the engine calls a field of the opportunity's contact.
fn contact_key(name: &str) -> Option<ContactKey> {
    Some(match name {
        "contact_name" => ContactKey::FullName,
        "company_name" => ContactKey::CompanyName,
        "email" => ContactKey::Email,
        "phone" => ContactKey::Phone,
        _ => return None,
    })
}

/// What a leaf asks of the contact, if it does.
fn asked_of_contact(leaf: &Leaf) -> Option<Filter<Contact>> {
    let rule = Schema::opportunities().rule(&leaf.field)?;
    Some(translate::test(contact_key(rule.name)?, rule.kind, &leaf.test))
}

fn words(text: Option<&str>) -> Vec<String> {
    text.map(|text| fold(text).split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
}

/// What one word of free text asks of the contact.
fn word_in_contact(word: &str) -> Filter<Contact> {
    Filter::Words(CONTACT_TEXT.to_vec(), word.to_owned())
}

impl MemCrm {
    /// Runs a search for opportunities, building the indexes it asks for first: those over contacts as well, since
    /// an opportunity is also found by its contact.
    ///
    /// `check` refuses the request or says what it asks of contacts. Everything runs under one lock.
    pub(super) fn find_opportunities<T>(
        &self,
        operation: &'static Operation,
        location: &LocationId,
        check: impl Fn(&State) -> Result<Vec<Filter<Contact>>>,
        query: impl Fn(&State) -> Result<Query<Opportunity>>,
        answer: impl Fn(&State, &Query<Opportunity>, &Hits<Opportunity>) -> T,
    ) -> Result<T> {
        let sub = self.enter(operation, location)?;
        let asked = |state: &State| -> Result<Vec<Query<Contact>>> {
            let filters = check(state).map_err(|error| error.during(operation))?;
            Ok(filters.into_iter().map(Query::new).collect())
        };
        let made = |state: &State| query(state).map_err(|error| error.during(operation));
        {
            let state = sub.state.read();
            if !asked(&state)?.iter().any(|of_contacts| state.contacts.needs(of_contacts)) {
                let query = made(&state)?;
                if !state.opportunities.needs(&query) {
                    return Ok(answer(&state, &query, &state.opportunities.search(&query)));
                }
            }
        }
        let mut state = sub.state.write();
        for of_contacts in asked(&state)? {
            state.contacts.prepare(&of_contacts);
        }
        let query = made(&state)?;
        state.opportunities.prepare(&query);
        Ok(answer(&state, &query, &state.opportunities.search(&query)))
    }
}

impl State {
    fn opportunity_field_type(&self, id: &str) -> Option<api::CustomFieldType> {
        let field = self.fields().find(|field| field.id == *id)?;
        api::CustomFieldType::from_wire(field.data_type.as_str())
    }

    /// Opportunities whose contact passes.
    fn whose(&self, filter: Filter<Contact>) -> Filter<Opportunity> {
        if let Filter::Not(inner) = filter {
            // Also true of an opportunity whose contact is gone, as a field without a value satisfies no test.
            return Filter::Not(Box::new(self.whose(*inner)));
        }
        let matching = usize::try_from(self.contacts.count(&filter)).unwrap_or(usize::MAX);
        if matching <= self.opportunities.len() {
            let found = self.contacts.search(&Query::new(filter).page(Page::first(matching))).records;
            let ids = found.iter().map(|contact| Term::text(contact.id.as_str())).collect();
            return Filter::Eq(OpportunityKey::ContactId, ids);
        }
        // More contacts than opportunities: ask each opportunity's contact instead. The table's clone is a fork.
        let contacts = self.contacts.clone();
        Filter::Where(Arc::new(move |opportunity: &Opportunity| {
            contacts.get(opportunity.contact_id.as_str()).is_some_and(|contact| filter.matches(contact))
        }))
    }

    fn opportunity_leaf(&self, leaf: &Leaf) -> Filter<Opportunity> {
        if let Some(filter) = asked_of_contact(leaf) {
            return self.whose(filter);
        }
        let field = Schema::opportunities().resolve(&leaf.field, |id| self.opportunity_field_type(id));
        // Validation has refused what cannot be resolved.
        let Some(field) = field else { return Filter::Or(Vec::new()) };
        let key = match field.target {
            Target::Custom { id, option: Some(option), .. } => {
                Some(OpportunityKey::CustomOption(id.into(), option.into()))
            }
            Target::Custom { id, data_type: api::CustomFieldType::Date, .. } => {
                Some(OpportunityKey::CustomDate(id.into()))
            }
            Target::Custom { id, .. } => Some(OpportunityKey::Custom(id.into())),
            Target::Standard(rule) => own_key(rule.name),
            _ => None,
        };
        match key {
            Some(key) => translate::test(key, field.kind, &leaf.test),
            None => Filter::Or(Vec::new()),
        }
    }

    /// Opportunities that have every word in their name or in their contact's.
    fn with_words(&self, words: &[String]) -> Vec<Filter<Opportunity>> {
        let one = |word: &String| {
            let in_name = Filter::Words(vec![OpportunityKey::Name], word.clone());
            Filter::Or(vec![in_name, self.whose(word_in_contact(word))])
        };
        words.iter().map(one).collect()
    }

    /// Refuses a search that makes no sense; answers what it asks of contacts.
    pub(super) fn check_search(&self, search: &SearchOpportunities) -> Result<Vec<Filter<Contact>>> {
        let mut complaints = Complaints::default();
        let has_cursor = search.search_after.as_ref().is_some_and(|cursor| !cursor.is_empty());
        PageRules {
            limit_name: "limit",
            limit: search.limit,
            max: MAX_SEARCH,
            // The specification wants both sent; a page of 0 or 1 says nothing beside a cursor.
            page: search.page.filter(|page| *page > 1),
            has_cursor,
            query: search.query.as_deref(),
        }
        .check(&mut complaints);
        let filters = search.filters.as_deref().unwrap_or_default();
        if let Err(errors) = validate(filters, Schema::opportunities(), |id| self.opportunity_field_type(id))
        {
            complaints.add(errors);
        }
        let sort = search.sort.as_deref().unwrap_or_default();
        if let Err(errors) = validate_sort(sort, Schema::opportunities()) {
            complaints.add(errors);
        }
        complaints.into_result()?;
        let found = RefCell::new(Vec::new());
        translate::all::<Opportunity>(filters, &|leaf| {
            found.borrow_mut().extend(asked_of_contact(leaf));
            Filter::All
        });
        let mut found = found.into_inner();
        found.extend(words(search.query.as_deref()).iter().map(|word| word_in_contact(word)));
        Ok(found)
    }

    /// What a checked search asks.
    pub(super) fn search_query(&self, search: &SearchOpportunities) -> Result<Query<Opportunity>> {
        let filters = search.filters.as_deref().unwrap_or_default();
        let mut parts = self.with_words(&words(search.query.as_deref()));
        parts.push(translate::all(filters, &|leaf| self.opportunity_leaf(leaf)));
        let mut query = Query::new(Filter::And(parts));
        query.sort = search
            .sort
            .iter()
            .flatten()
            .filter_map(|sort| {
                Some(Sort { field: own_key(&sort.field)?, direction: direction(sort.direction) })
            })
            .collect();
        if query.sort.is_empty() {
            query.sort.push(newest_first());
        }
        let limit = search.limit as usize;
        query.page = match search.search_after.as_ref().filter(|cursor| !cursor.is_empty()) {
            None => Page::from(search.page.unwrap_or(1).saturating_sub(1) as usize * limit, limit),
            Some(after) => {
                let instants: Vec<bool> = query.sort.iter().map(|sort| is_instant(&sort.field)).collect();
                let Some(place) = cursor::from_wire(after, &instants) else {
                    let mut complaints = Complaints::default();
                    complaints.domain("Invalid searchAfter: it does not belong to this sort");
                    complaints.into_result()?;
                    return Ok(query);
                };
                Page::after(place, limit)
            }
        };
        Ok(query)
    }

    /// A page of hits as the search answers it: each with its cursor, and with what was asked for beside it.
    pub(super) fn opportunity_page(
        &self,
        search: &SearchOpportunities,
        query: &Query<Opportunity>,
        hits: &Hits<Opportunity>,
    ) -> OpportunityPage {
        let details = Details::from(search.additional_details.as_ref());
        let mut page = OpportunityPage::default();
        page.total = hits.total;
        page.aggregations = json!({});
        page.opportunities = hits
            .records
            .iter()
            .zip(&hits.ranks)
            .map(|(found, rank)| {
                let mut shown = Arc::unwrap_or_clone(self.shown(found));
                shown.search_after = Some(cursor::to_wire(&**found, &query.sort, *rank));
                self.add_details(&mut shown, &details);
                Arc::new(shown)
            })
            .collect();
        page
    }

    /// What a checked list asks: newest first.
    pub(super) fn list_query(&self, list: &ListOpportunities) -> Query<Opportunity> {
        let mut parts = self.with_words(&words(list.query.as_deref()));
        let mut equals = |key: OpportunityKey, value: Option<&str>| {
            parts.extend(value.map(|value| Filter::Eq(key, vec![Term::text(value)])));
        };
        equals(OpportunityKey::Id, list.id.as_ref().map(|id| id.as_str()));
        equals(OpportunityKey::PipelineId, list.pipeline_id.as_ref().map(|id| id.as_str()));
        equals(OpportunityKey::StageId, list.pipeline_stage_id.as_ref().map(|id| id.as_str()));
        equals(OpportunityKey::ContactId, list.contact_id.as_ref().map(|id| id.as_str()));
        equals(OpportunityKey::AssignedTo, list.assigned_to.as_ref().map(|id| id.as_str()));
        let status = list.status.as_ref().filter(|status| **status != OpportunityStatus::All);
        equals(OpportunityKey::Status, status.map(|status| status.as_str()));
        parts.extend(in_country(list).map(|filter| self.whose(filter)));
        if let Some(campaign) = &list.campaign_id {
            let enrolled = self.enrolments.iter().filter(|enrolment| {
                enrolment.kind == EnrolmentKind::Campaign && enrolment.target == campaign.as_str()
            });
            let ids = enrolled.map(|enrolment| Term::text(enrolment.contact_id.as_str())).collect();
            parts.push(Filter::Eq(OpportunityKey::ContactId, ids));
        }
        let begins = |day: NaiveDate| Term::Instant(self.midnight(day).timestamp_millis());
        if let Some(day) = list.date {
            parts.push(Filter::range(OpportunityKey::DateAdded, begins(day.date())..));
        }
        if let Some(next) = list.end_date.and_then(|day| day.date().checked_add_days(Days::new(1))) {
            parts.push(Filter::range(OpportunityKey::DateAdded, ..begins(next)));
        }
        let mut query = Query::new(Filter::And(parts));
        query.sort.push(newest_first());
        // One more than the page shows, to know whether there is another page.
        let limit = list.limit.unwrap_or(LIST) as usize;
        query.page = match (list.start_after, &list.start_after_id) {
            (Some(millis), Some(id)) => Page::after(
                Cursor { keys: vec![Some(Term::Instant(millis))], id: id.as_str().to_owned() },
                limit + 1,
            ),
            _ => Page::from(list.page.unwrap_or(1).saturating_sub(1) as usize * limit, limit + 1),
        };
        query
    }

    /// When a day begins in the sub-account's time zone.
    pub(crate) fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        let zone = self.zone();
        let midnight = day.and_time(NaiveTime::MIN);
        let utc = |local: NaiveDateTime| {
            zone.from_local_datetime(&local).earliest().map(|begin| begin.with_timezone(&Utc))
        };
        // Where the clocks skip midnight, the day begins an hour after the hour before it.
        let hour = TimeDelta::hours(1);
        utc(midnight).or_else(|| utc(midnight - hour).map(|at| at + hour)).unwrap_or(midnight.and_utc())
    }

    /// A page of hits as the list answers it.
    pub(super) fn opportunity_list(
        &self,
        list: &ListOpportunities,
        query: &Query<Opportunity>,
        hits: &Hits<Opportunity>,
    ) -> OpportunityList {
        let details = Details::from(list);
        let shown = query.page.limit - 1;
        let more = hits.records.len() > shown;
        let mut answer = OpportunityList::default();
        answer.aggregations = Json::Object(serde_json::Map::new());
        answer.meta = page_meta(hits.total, more, query.page.after.is_some());
        if let Some(page) = list.page {
            let page = u64::from(page);
            answer.meta.current_page = Some(page);
            answer.meta.next_page = more.then_some(page + 1);
            answer.meta.prev_page = (page > 1).then(|| page - 1);
        }
        let records = hits.records.get(..shown).unwrap_or(&hits.records);
        if let Some(last) = records.last() {
            answer.meta.start_after_id = Some(last.id.as_text().clone());
            answer.meta.start_after = Some(last.created_at.timestamp_millis());
        }
        answer.opportunities = records
            .iter()
            .map(|found| {
                let shown = self.shown(found);
                if details.is_none() {
                    return shown;
                }
                let mut shown = Arc::unwrap_or_clone(shown);
                self.add_details(&mut shown, &details);
                Arc::new(shown)
            })
            .collect();
        answer
    }
}

fn in_country(list: &ListOpportunities) -> Option<Filter<Contact>> {
    Some(Filter::Eq(ContactKey::Country, vec![Term::text(list.country.as_deref()?.trim())]))
}

/// Refuses a list that makes no sense; answers what it asks of contacts.
pub(super) fn check_list(list: &ListOpportunities) -> Result<Vec<Filter<Contact>>> {
    let mut complaints = Complaints::default();
    let behind = match (list.start_after, &list.start_after_id) {
        (Some(_), Some(_)) => true,
        (None, None) => false,
        _ => {
            complaints.shape("startAfter and startAfterId must be sent together");
            false
        }
    };
    PageRules {
        limit_name: "limit",
        limit: list.limit.unwrap_or(LIST),
        max: MAX_LIST,
        // Beside a cursor the page only says which one it is; the wire's own links send both.
        page: list.page.filter(|_| !behind),
        has_cursor: false,
        query: None,
    }
    .check(&mut complaints);
    if list.query.as_ref().is_some_and(|text| text.chars().count() > api::MAX_TEXT_LEN) {
        complaints.shape(format!("q must be shorter than or equal to {} characters", api::MAX_TEXT_LEN));
    }
    if list.page == Some(0) {
        complaints.shape("page must not be less than 1");
    }
    if list.status.as_ref().is_some_and(|status| !status.is_known()) {
        complaints.shape("status must be a valid enum value");
    }
    complaints.into_result()?;
    let words = words(list.query.as_deref());
    Ok(words.iter().map(|word| word_in_contact(word)).chain(in_country(list)).collect())
}

fn newest_first() -> Sort<OpportunityKey> {
    Sort { field: OpportunityKey::DateAdded, direction: Direction::Descending }
}

fn direction(direction: api::Direction) -> Direction {
    match direction {
        api::Direction::Desc => Direction::Descending,
        _ => Direction::Ascending,
    }
}

fn is_instant(key: &OpportunityKey) -> bool {
    use OpportunityKey::{DateAdded, DateUpdated, StageChanged, StatusChanged};
    matches!(key, DateAdded | DateUpdated | StageChanged | StatusChanged)
}
