//! Finding contacts: what a search asks, in the engine's terms.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use smbcrm_core::Result;
use smbcrm_core::contacts::{Contact, ContactHit, ContactOpportunity, ContactPage, SearchContacts};
use smbcrm_core::search::{self as api, Leaf, Schema, Target, Test, validate, validate_sort};
use smbcrm_core::types::{ContactId, Text};

use crate::conversations::Reads;
use crate::search::translate::{self, Complaints, PageRules};
use crate::search::{Direction, Filter, Hits, Page, Query, Sort, Term, Value, cursor};
use crate::world::{ContactKey, EnrolmentKind, OpportunityKey, State};

/// The most records a page may hold.
const MAX_PAGE: u32 = 500;

/// The fields that free text is looked for in.
pub(crate) const TEXT_FIELDS: [ContactKey; 4] =
    [ContactKey::FullName, ContactKey::Email, ContactKey::Phone, ContactKey::CompanyName];

/// What the engine calls a standard field of the grammar; `None` for what a contact does not hold itself.
pub(crate) fn key(name: &str) -> Option<ContactKey> {
    Some(match name {
        "id" => ContactKey::Id,
        "contactName" => ContactKey::FullName,
        "firstNameLowerCase" => ContactKey::FirstName,
        "lastNameLowerCase" => ContactKey::LastName,
        "email" => ContactKey::Email,
        "phone" => ContactKey::Phone,
        "companyName" | "businessName" => ContactKey::CompanyName,
        "address" => ContactKey::Address,
        "city" => ContactKey::City,
        "state" => ContactKey::State,
        "country" => ContactKey::Country,
        "postalCode" => ContactKey::PostalCode,
        "website" => ContactKey::Website,
        "timezone" => ContactKey::Timezone,
        "source" => ContactKey::Source,
        "assignedTo" => ContactKey::AssignedTo,
        "followers" => ContactKey::Followers,
        "tags" => ContactKey::Tags,
        "type" => ContactKey::Kind,
        "dnd" => ContactKey::Dnd,
        "dndSettings.Email.status" => ContactKey::DndEmail,
        "dndSettings.SMS.status" => ContactKey::DndSms,
        "dndSettings.Call.status" => ContactKey::DndCall,
        "inboundDndSettings.all.status" => ContactKey::InboundDndAll,
        "validEmail" => ContactKey::ValidEmail,
        "dateAdded" => ContactKey::DateAdded,
        "dateUpdated" => ContactKey::DateUpdated,
        "dateOfBirth" => ContactKey::DateOfBirth,
        _ => return None,
    })
}

impl State {
    fn custom_field_type(&self, id: &str) -> Option<api::CustomFieldType> {
        let field = self.fields().find(|field| field.id == *id)?;
        api::CustomFieldType::from_wire(field.data_type.as_str())
    }

    fn contact_leaf(&self, leaf: &Leaf) -> Filter<Contact> {
        let Some(field) = Schema::contacts().resolve(&leaf.field, |id| self.custom_field_type(id)) else {
            return Filter::Or(Vec::new());
        };
        match field.target {
            Target::Custom { id, option, data_type } => {
                let key = match option {
                    Some(option) => ContactKey::CustomOption(id.into(), option.into()),
                    None if data_type == api::CustomFieldType::Date => ContactKey::CustomDate(id.into()),
                    None => ContactKey::Custom(id.into()),
                };
                translate::test(key, field.kind, &leaf.test)
            }
            Target::Standard(rule) => match key(rule.name) {
                Some(key) => translate::test(key, field.kind, &leaf.test),
                None => self.outside(rule.name, &leaf.test),
            },
            _ => Filter::Or(Vec::new()),
        }
    }

    /// Fields whose facts are kept beside the contact.
    fn outside(&self, name: &str, test: &Test) -> Filter<Contact> {
        match (name, test) {
            ("opportunities", Test::Nested(tests)) => {
                let part = |test: &api::NestedTest| {
                    let key = match test.field.as_str() {
                        "pipelineId" => OpportunityKey::PipelineId,
                        "pipelineStageId" => OpportunityKey::StageId,
                        _ => OpportunityKey::Status,
                    };
                    Filter::Eq(key, test.values.iter().map(|value| Term::text(&value.as_text())).collect())
                };
                let matching = Query::new(Filter::And(tests.iter().map(part).collect()))
                    .page(Page::first(self.opportunities.len()));
                let found = self.opportunities.search(&matching).records;
                ids(found.iter().map(|opportunity| opportunity.contact_id.clone()).collect())
            }
            ("activeWorkflows" | "finishedWorkflows", test) => {
                let finished = name == "finishedWorkflows";
                let mut held: HashMap<&ContactId, Vec<&str>> = HashMap::new();
                for enrolment in self.enrolments.iter() {
                    let counts = if finished { enrolment.finished } else { enrolment.active };
                    if enrolment.kind == EnrolmentKind::Workflow && counts {
                        held.entry(&enrolment.contact_id).or_default().push(&enrolment.target);
                    }
                }
                let texts =
                    |values: &[api::Scalar]| values.iter().map(|v| v.as_text().into_owned()).collect();
                let (wanted, negated): (Option<HashSet<String>>, bool) = match test {
                    Test::Eq(values) => (Some(texts(values)), false),
                    Test::NotEq(values) => (Some(texts(values)), true),
                    Test::NotExists => (None, true),
                    _ => (None, false),
                };
                let passes =
                    |targets: &[&str]| wanted.as_ref().is_none_or(|w| targets.iter().any(|t| w.contains(*t)));
                let found = held
                    .into_iter()
                    .filter(|(_, targets)| passes(targets))
                    .map(|(id, _)| id.clone())
                    .collect();
                if negated { Filter::Not(Box::new(ids(found))) } else { ids(found) }
            }
            ("lastAppointment", test) => {
                let mut last: HashMap<ContactId, i64> = HashMap::new();
                for event in self.book.appointments() {
                    if let Some(contact) = &event.appointment().contact_id {
                        let start = event.appointment().start_time.get().timestamp_millis();
                        let slot = last.entry(contact.clone()).or_insert(start);
                        *slot = (*slot).max(start);
                    }
                }
                by_instant(last, test)
            }
            ("lastEmailOpenedDate", test) => {
                let opened = |reads: &'_ Arc<Reads>| Some((reads.contact_id.clone(), reads.opened?));
                by_instant(self.inbox.reads.iter().filter_map(opened).collect(), test)
            }
            ("lastEmailClickedDate", test) => {
                let clicked = |reads: &'_ Arc<Reads>| Some((reads.contact_id.clone(), reads.clicked?));
                by_instant(self.inbox.reads.iter().filter_map(clicked).collect(), test)
            }
            // Nothing has told this CRM of WhatsApp numbers: no contact has a value there.
            (_, Test::NotEq(_) | Test::NotContains(_) | Test::NotExists) => Filter::All,
            _ => Filter::Or(Vec::new()),
        }
    }

    /// What a search asks, or all that is wrong with it.
    pub(crate) fn contact_query(&self, search: &SearchContacts) -> Result<Query<Contact>> {
        let mut complaints = Complaints::default();
        let rules = PageRules {
            limit_name: "pageLimit",
            limit: search.page_limit,
            max: MAX_PAGE,
            page: search.page,
            has_cursor: search.search_after.as_ref().is_some_and(|cursor| !cursor.is_empty()),
            query: search.query.as_deref(),
        };
        rules.check(&mut complaints);
        if search.page == Some(0) {
            complaints.shape("page must not be less than 1");
        }
        let filters = search.filters.as_deref().unwrap_or_default();
        if let Err(errors) = validate(filters, Schema::contacts(), |id| self.custom_field_type(id)) {
            complaints.add(errors);
        }
        let sort = search.sort.as_deref().unwrap_or_default();
        if let Err(errors) = validate_sort(sort, Schema::contacts()) {
            complaints.add(errors);
        }
        complaints.into_result()?;

        let filter = translate::all(filters, &|leaf| self.contact_leaf(leaf));
        let filter = match search.query.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) if matches!(filter, Filter::All) => {
                Filter::Words(TEXT_FIELDS.to_vec(), text.to_owned())
            }
            Some(text) => Filter::And(vec![Filter::Words(TEXT_FIELDS.to_vec(), text.to_owned()), filter]),
            None => filter,
        };
        let mut query = Query::new(filter);
        query.sort = sort
            .iter()
            .filter_map(|sort| Some(Sort { field: key(&sort.field)?, direction: direction(sort.direction) }))
            .collect();
        if query.sort.is_empty() {
            query.sort.push(newest_first());
        }
        let limit = search.page_limit as usize;
        query.page = match search.search_after.as_ref().filter(|cursor| !cursor.is_empty()) {
            None => Page::from(search.page.map_or(0, |page| (page as usize - 1) * limit), limit),
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

    /// A page of hits as the search answers it.
    pub(crate) fn contact_page(&self, query: &Query<Contact>, hits: Hits<Contact>) -> ContactPage {
        let mut page = ContactPage::default();
        page.total = hits.total;
        page.contacts = hits
            .records
            .into_iter()
            .zip(hits.ranks)
            .map(|(contact, rank)| {
                let after = cursor::to_wire(&*contact, &query.sort, rank);
                let opportunities = self.opportunities_of(&contact);
                ContactHit::new(contact, opportunities, after)
            })
            .collect();
        page
    }

    fn opportunities_of(&self, contact: &Contact) -> Vec<ContactOpportunity> {
        if self.opportunities.is_empty() {
            return Vec::new();
        }
        let of = self.opportunities.find(&OpportunityKey::ContactId, Value::Text(contact.id.as_str()));
        of.map(|opportunity| {
            let mut short = ContactOpportunity::default();
            short.id = opportunity.id.clone();
            short.pipeline_id = opportunity.pipeline_id.clone();
            short.pipeline_stage_id = opportunity.pipeline_stage_id.clone();
            short.status = opportunity.status.clone();
            short.monetary_value = opportunity.monetary_value;
            short
        })
        .collect()
    }
}

/// Contacts whose instant passes a test.
fn by_instant(known: HashMap<ContactId, i64>, test: &Test) -> Filter<Contact> {
    let span = match test {
        Test::Range(range) => match translate::span(api::ValueKind::Instant, range) {
            Some(span) => Some(span),
            None => return Filter::Or(Vec::new()),
        },
        _ => None,
    };
    let passes = |at: i64| span.as_ref().is_none_or(|span| span.contains(Value::Instant(at)));
    let found = known.into_iter().filter(|(_, at)| passes(*at)).map(|(id, _)| id).collect();
    if matches!(test, Test::NotExists) { Filter::Not(Box::new(ids(found))) } else { ids(found) }
}

/// Contacts with one of these ids.
fn ids(found: HashSet<ContactId>) -> Filter<Contact> {
    Filter::Ids(Arc::new(found.into_iter().map(Text::from).collect()))
}

pub(crate) fn newest_first() -> Sort<ContactKey> {
    Sort { field: ContactKey::DateAdded, direction: Direction::Descending }
}

pub(crate) fn direction(direction: api::Direction) -> Direction {
    match direction {
        api::Direction::Desc => Direction::Descending,
        _ => Direction::Ascending,
    }
}

fn is_instant(key: &ContactKey) -> bool {
    matches!(key, ContactKey::DateAdded | ContactKey::DateUpdated | ContactKey::DateOfBirth)
}
