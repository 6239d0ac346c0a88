mod published;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::executor::block_on;
use futures::future::join_all;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::agent_studio::{AgentPage, AgentPagination, AgentSummary, ListAgents, ListPublishedAgents};
use crate::businesses::{Business, ListBusinesses};
use crate::contacts::*;
use crate::error::{Error, ErrorKind, Result};
use crate::forms::*;
use crate::locations::*;
use crate::opportunities::*;
use crate::surveys::*;
use crate::types::{BusinessId, Cursor, LocationId};
use crate::users::{SearchUsers, User, UserPage};
use crate::{Crm, agent_studio, businesses, contacts, forms, locations, opportunities, surveys, users};

/// What the fake does wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Serves page one for ever, whatever is asked for.
    IgnoresPaging,
    /// Serves pages one and two by turns.
    Alternates,
    /// The call of this number fails.
    Fails(usize),
    /// Records carry no cursor.
    NoCursor,
    /// The first record of every page but the first repeats the last one of the page before.
    Overlaps,
}

/// A CRM with `count` records of every kind, called `r0`, `r1`, …, in this order.
struct Fake {
    count: usize,
    fault: Fault,
    calls: Mutex<Vec<Value>>,
}

impl Fake {
    fn new(count: usize, fault: Fault) -> Self {
        Self { count, fault, calls: Mutex::default() }
    }

    fn calls(&self) -> Vec<Value> {
        self.calls.lock().unwrap().clone()
    }

    /// The numbers of the records that the request asks for.
    fn serve(&self, request: &impl serde::Serialize) -> Result<std::ops::Range<usize>> {
        let request = serde_json::to_value(request).unwrap();
        let call = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(request.clone());
            calls.len()
        };
        if self.fault == Fault::Fails(call) {
            return Err(Error::new(ErrorKind::Unavailable, "down"));
        }
        let text = |key: &str| request[key].as_str().and_then(|n| n.parse().ok());
        let number = |key: &str| request[key].as_u64().or(text(key)).map(|n| n as usize);
        let limit = number("pageLimit").or(number("limit")).expect("a walk always says how many");
        let after = request["searchAfter"].as_array().map(|cursor| cursor[0].as_u64().unwrap() as usize);
        let skip = number("skip").or(number("offset"));
        let mut start = match (after.or(number("startAfter")), number("page"), skip) {
            (Some(after), None, None) => after + 1,
            (None, Some(page), None) => (page - 1) * limit,
            (None, None, skip) => skip.unwrap_or(0),
            _ => panic!("two places at once: {request}"),
        };
        match self.fault {
            Fault::IgnoresPaging => start = 0,
            Fault::Alternates => start = (call - 1) % 2 * limit,
            Fault::Overlaps => start = start.saturating_sub(1),
            _ => {}
        }
        Ok(start.min(self.count)..(start + limit).min(self.count))
    }

    fn cursor(&self, n: usize) -> Cursor {
        if self.fault == Fault::NoCursor {
            return Cursor::default();
        }
        Cursor::new(vec![n.into(), id(n).into()])
    }

    fn meta(&self, range: &std::ops::Range<usize>) -> PageMeta {
        if range.is_empty() || self.fault == Fault::NoCursor {
            return PageMeta::default();
        }
        let last = range.end - 1;
        PageMeta {
            start_after: Some(last as i64),
            start_after_id: Some(id(last).into()),
            ..PageMeta::default()
        }
    }
}

fn id(n: usize) -> String {
    format!("r{n}")
}

fn contact(n: usize) -> Arc<Contact> {
    let mut contact = Contact::default();
    contact.id = id(n).into();
    Arc::new(contact)
}

#[async_trait]
impl contacts::Contacts for Fake {
    async fn search(&self, search: SearchContacts) -> Result<ContactPage> {
        let hit = |n| ContactHit::new(contact(n), Vec::new(), self.cursor(n));
        Ok(ContactPage { contacts: self.serve(&search)?.map(hit).collect(), total: self.count as u64 })
    }

    async fn list(&self, query: ListContacts) -> Result<ContactList> {
        let range = self.serve(&query)?;
        let meta = self.meta(&range);
        let listed = |n| ListedContact { contact: contact(n), start_after: self.cursor(n) };
        Ok(ContactList { contacts: range.map(listed).collect(), count: self.count as u64, meta })
    }

    async fn list_by_business(&self, _: &BusinessId, query: ListByBusiness) -> Result<BusinessContacts> {
        let contacts = self.serve(&query)?.map(contact).collect();
        Ok(BusinessContacts { contacts, count: self.count as u64 })
    }
}

impl crate::conversations::Conversations for Fake {}
impl crate::calendars::Calendars for Fake {}
impl crate::custom_fields::CustomFields for Fake {}
impl crate::campaigns::Campaigns for Fake {}
impl crate::workflows::Workflows for Fake {}

#[async_trait]
impl locations::Locations for Fake {
    async fn search(&self, query: SearchLocations) -> Result<Vec<Location>> {
        let location = |n| Location { id: id(n).into(), ..Location::default() };
        Ok(self.serve(&query)?.map(location).collect())
    }

    async fn list_templates(&self, _: &LocationId, query: ListTemplates) -> Result<TemplatePage> {
        let template = |n| Template { id: id(n).into(), ..Template::default() };
        Ok(TemplatePage {
            templates: self.serve(&query)?.map(template).collect(),
            total_count: self.count as u64,
        })
    }

    async fn search_tasks(&self, _: &LocationId, search: SearchTasks) -> Result<Vec<LocationTask>> {
        let task = |n| LocationTask { id: id(n).into(), ..LocationTask::default() };
        Ok(self.serve(&search)?.map(task).collect())
    }
}

#[async_trait]
impl opportunities::Opportunities for Fake {
    async fn search(&self, search: SearchOpportunities) -> Result<OpportunityPage> {
        let opportunity = |n| {
            let search_after = Some(self.cursor(n));
            Arc::new(Opportunity { id: id(n).into(), search_after, ..Opportunity::default() })
        };
        Ok(OpportunityPage {
            opportunities: self.serve(&search)?.map(opportunity).collect(),
            total: self.count as u64,
            aggregations: Value::Null,
        })
    }

    async fn list(&self, query: ListOpportunities) -> Result<OpportunityList> {
        let range = self.serve(&query)?;
        let meta = self.meta(&range);
        let opportunity = |n| Arc::new(Opportunity { id: id(n).into(), ..Opportunity::default() });
        Ok(OpportunityList {
            opportunities: range.map(opportunity).collect(),
            meta,
            aggregations: Value::Null,
        })
    }

    async fn list_lost_reasons(&self, query: ListLostReasons) -> Result<LostReasonPage> {
        let reason = |n| LostReason { id: id(n).into(), ..LostReason::default() };
        Ok(LostReasonPage { lost_reasons: self.serve(&query)?.map(reason).collect(), total: None })
    }
}

#[async_trait]
impl forms::Forms for Fake {
    async fn list(&self, query: ListForms) -> Result<FormPage> {
        let form = |n| Form { id: id(n).into(), ..Form::default() };
        Ok(FormPage { forms: self.serve(&query)?.map(form).collect(), total: self.count as u64 })
    }

    async fn list_submissions(&self, query: ListFormSubmissions) -> Result<FormSubmissionPage> {
        let submission = |n| FormSubmission { id: id(n).into(), ..FormSubmission::default() };
        let submissions = self.serve(&query)?.map(submission).collect();
        Ok(FormSubmissionPage { submissions, ..FormSubmissionPage::default() })
    }
}

#[async_trait]
impl surveys::Surveys for Fake {
    async fn list(&self, query: ListSurveys) -> Result<SurveyPage> {
        let survey = |n| Survey { id: id(n).into(), ..Survey::default() };
        Ok(SurveyPage { surveys: self.serve(&query)?.map(survey).collect(), total: self.count as u64 })
    }

    async fn list_submissions(&self, query: ListSurveySubmissions) -> Result<SurveySubmissionPage> {
        let submission = |n| SurveySubmission { id: id(n).into(), ..SurveySubmission::default() };
        let submissions = self.serve(&query)?.map(submission).collect();
        Ok(SurveySubmissionPage { submissions, ..SurveySubmissionPage::default() })
    }
}

#[async_trait]
impl users::Users for Fake {
    async fn search(&self, search: SearchUsers) -> Result<UserPage> {
        let user = |n| Arc::new(User { id: id(n).into(), ..User::default() });
        Ok(UserPage { users: self.serve(&search)?.map(user).collect(), count: self.count as u64 })
    }
}

#[async_trait]
impl businesses::Businesses for Fake {
    async fn list(&self, query: ListBusinesses) -> Result<Vec<Arc<Business>>> {
        let business = |n| Arc::new(Business { id: id(n).into(), ..Business::default() });
        Ok(self.serve(&query)?.map(business).collect())
    }
}

impl Fake {
    fn agents(&self, query: &impl serde::Serialize) -> Result<AgentPage> {
        let agent = |n| AgentSummary { agent_id: id(n).into(), ..AgentSummary::default() };
        let agents = self.serve(query)?.map(agent).collect();
        let pagination = AgentPagination { total: self.count as u64, ..AgentPagination::default() };
        Ok(AgentPage { agents, pagination, ..AgentPage::default() })
    }
}

#[async_trait]
impl agent_studio::AgentStudio for Fake {
    async fn list(&self, query: ListAgents) -> Result<AgentPage> {
        self.agents(&query)
    }

    async fn list_published(&self, query: ListPublishedAgents) -> Result<AgentPage> {
        self.agents(&query)
    }
}

/// A way to walk: every operation, and both styles where it has two.
const WAYS: usize = 20 + published::WAYS;

/// Takes everything: the ids and where the walk stood behind each, and the error that ended it.
async fn drain<T: Record>(
    mut items: Items<'_, T>,
    position: Option<Position>,
) -> (Vec<(String, Position)>, Option<Error>) {
    if let Some(position) = position {
        items = items.resume(position);
    }
    let mut ids = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => ids.push((item.record_id().to_owned(), items.position().clone())),
            Err(error) => {
                assert!(items.next().await.is_none(), "an error ends the stream");
                return (ids, Some(error));
            }
        }
    }
    assert!(items.next().await.is_none(), "the end is the end");
    (ids, None)
}

/// Walks by way `way`, from `position` where there is one: the ids and where it stood behind each, and the error that
/// ended it.
async fn walk(
    crm: &dyn Crm,
    way: usize,
    limit: u32,
    position: Option<Position>,
) -> (Vec<(String, Position)>, Option<Error>) {
    let (contacts, locations, opportunities) = (crm.contacts(), crm.locations(), crm.opportunities());
    let location = "L".into();
    let search = SearchContacts::new("L", limit);
    let found = SearchOpportunities::new("L", limit);
    let list = ListOpportunities::new("L").limit(limit);
    match way {
        0 => drain(contacts.search_stream(search), position).await,
        1 => drain(contacts.search_stream(search.page(1)), position).await,
        2 => drain(contacts.list_stream(ListContacts::new("L").limit(limit)), position).await,
        3 => {
            let query = ListByBusiness::new("L").limit(limit);
            drain(contacts.list_by_business_stream(&"B".into(), query), position).await
        }
        4 => drain(locations.search_stream(SearchLocations::new().limit(limit)), position).await,
        5 => {
            let query = ListTemplates::new("L").limit(limit);
            drain(locations.list_templates_stream(&location, query), position).await
        }
        6 => {
            let query = SearchTasks::new().limit(limit);
            drain(locations.search_tasks_stream(&location, query), position).await
        }
        7 => {
            let query = ListLostReasons::new("L").limit(limit);
            drain(opportunities.list_lost_reasons_stream(query), position).await
        }
        8 => drain(opportunities.list_stream(list), position).await,
        9 => drain(opportunities.list_stream(list.page(1)), position).await,
        10 => drain(opportunities.search_stream(found), position).await,
        11 => drain(opportunities.search_stream(found.page(1)), position).await,
        12 => drain(crm.forms().list_stream(ListForms::new("L").limit(limit)), position).await,
        13 => {
            let query = ListFormSubmissions::new("L").limit(limit);
            drain(crm.forms().list_submissions_stream(query), position).await
        }
        14 => drain(crm.surveys().list_stream(ListSurveys::new("L").limit(limit)), position).await,
        15 => drain(crm.users().search_stream(SearchUsers::new("C").limit(limit)), position).await,
        17 => drain(crm.agent_studio().list_stream(ListAgents::new("L", limit, 0u32)), position).await,
        18 => {
            let query = ListPublishedAgents::new("L", limit, 0u32);
            drain(crm.agent_studio().list_published_stream(query), position).await
        }
        20.. => published::walk(crm, way - 20, limit, position).await,
        16 => drain(crm.businesses().list_stream(ListBusinesses::new("L").limit(limit)), position).await,
        _ => {
            let query = ListSurveySubmissions::new("L").limit(limit);
            drain(crm.surveys().list_submissions_stream(query), position).await
        }
    }
}

fn ids(from: usize, to: usize) -> Vec<String> {
    (from..to).map(id).collect()
}

fn only_ids(walked: &[(String, Position)]) -> Vec<String> {
    walked.iter().map(|(id, _)| id.clone()).collect()
}

proptest! {
    #[test]
    fn every_record_once_and_in_order(count in 0usize..60, limit in 1u32..20) {
        for way in 0..WAYS {
            let fake = Fake::new(count, Fault::None);
            let (walked, error) = block_on(walk(&fake, way, limit, None));
            prop_assert!(error.is_none(), "{way}: {error:?}");
            prop_assert_eq!(only_ids(&walked), ids(0, count));
            // A full page is followed by another request, and only a full page is.
            prop_assert_eq!(fake.calls().len(), count / limit as usize + 1);
        }
    }

    #[test]
    fn a_walk_goes_on_wherever_it_was(count in 1usize..40, limit in 1u32..12, at in any::<prop::sample::Index>()) {
        for way in 0..WAYS {
            let fake = Fake::new(count, Fault::None);
            let (walked, _) = block_on(walk(&fake, way, limit, None));
            let at = at.index(count);
            let kept = serde_json::to_string(&walked[at].1).unwrap();
            let (rest, error) = block_on(walk(&fake, way, limit, Some(serde_json::from_str(&kept).unwrap())));
            prop_assert!(error.is_none(), "{way}: {error:?}");
            prop_assert_eq!(only_ids(&rest), ids(at + 1, count));
        }
    }
}

#[test]
fn nothing_is_asked_for_early() {
    let fake = Fake::new(10, Fault::None);
    let crm: &dyn Crm = &fake;
    let mut contacts = crm.contacts().search_stream(SearchContacts::new("L", 4));
    assert_eq!(fake.calls().len(), 0);
    block_on(async {
        for expected in [1, 1, 1, 1, 2] {
            contacts.next().await.unwrap().unwrap();
            assert_eq!(fake.calls().len(), expected);
        }
    });
}

#[test]
fn an_exact_multiple_costs_one_empty_page() {
    let fake = Fake::new(8, Fault::None);
    let pages = fake_pages(&fake, 4);
    assert_eq!(
        pages.iter().map(|page| (page.items.len(), page.last)).collect::<Vec<_>>(),
        [(4, false), (4, false)]
    );
    assert_eq!(fake.calls().len(), 3);
    let fake = Fake::new(7, Fault::None);
    let pages = fake_pages(&fake, 4);
    assert_eq!(
        pages.iter().map(|page| (page.items.len(), page.last)).collect::<Vec<_>>(),
        [(4, false), (3, true)]
    );
    assert_eq!((fake.calls().len(), pages[0].total), (2, Some(7)));
    assert_eq!(pages[0].end, Position::after(fake.cursor(3)));
}

fn fake_pages(fake: &Fake, limit: u32) -> Vec<Page<ContactHit>> {
    let crm: &dyn Crm = fake;
    block_on(crm.contacts().search_pages(SearchContacts::new("L", limit)).try_collect()).unwrap()
}

#[test]
fn a_loop_is_an_error() {
    for fault in [Fault::IgnoresPaging, Fault::Alternates] {
        for way in 0..WAYS {
            let by_number = matches!(way, 1 | 3..=7 | 9 | 11..);
            if by_number && fault == Fault::Alternates {
                continue; // numbers cannot be caught going round, but no server counts pages modulo two
            }
            let (walked, error) = block_on(walk(&Fake::new(20, fault), way, 5, None));
            let error = error.expect("a loop");
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(error.to_string().contains("came twice"), "{error}");
            assert!(error.to_string().contains("pagination loop"), "{error}");
            assert!(error.operation().is_some());
            assert_eq!(only_ids(&walked), ids(0, if fault == Fault::Alternates { 10 } else { 5 }), "{way}");
        }
    }
}

#[test]
fn a_record_that_moved_is_not_yielded_again() {
    for way in 0..WAYS {
        let (walked, error) = block_on(walk(&Fake::new(20, Fault::Overlaps), way, 5, None));
        assert!(error.is_none(), "{way}: {error:?}");
        // By numbers the fake serves one record less at the end of each page; by cursors it loses nothing.
        let walked = only_ids(&walked);
        let mut unique = walked.clone();
        unique.dedup();
        assert_eq!(walked, unique, "{way}");
        assert!(walked.len() >= 19, "{way}: {walked:?}");
    }
}

#[test]
fn a_full_page_without_cursors_is_an_error_not_the_end() {
    for way in [0, 2, 8, 10] {
        let (walked, error) = block_on(walk(&Fake::new(20, Fault::NoCursor), way, 5, None));
        assert_eq!(error.expect("no way on").kind(), ErrorKind::Decode);
        assert!(walked.is_empty());
        let (walked, error) = block_on(walk(&Fake::new(3, Fault::NoCursor), way, 5, None));
        assert!(error.is_none());
        assert_eq!(walked.len(), 3);
    }
}

#[test]
fn an_error_ends_the_stream_and_the_walk_can_go_on() {
    for way in 0..WAYS {
        let fake = Fake::new(14, Fault::Fails(2));
        let (walked, error) = block_on(walk(&fake, way, 5, None));
        assert_eq!(error.expect("the second call fails").kind(), ErrorKind::Unavailable);
        assert_eq!(only_ids(&walked), ids(0, 5));
        let (rest, error) =
            block_on(walk(&fake, way, 5, walked.last().map(|(_, position)| position.clone())));
        assert!(error.is_none(), "{way}: {error:?}");
        assert_eq!(only_ids(&rest), ids(5, 14), "{way}");
    }
}

#[test]
fn pages_go_on_after_an_error_on_the_same_stream() {
    let fake = Fake::new(14, Fault::Fails(2));
    let crm: &dyn Crm = &fake;
    block_on(async {
        let mut pages = crm.contacts().search_pages(SearchContacts::new("L", 5));
        let first = pages.next().await.unwrap().unwrap();
        assert!(pages.next().await.unwrap().is_err());
        assert!(pages.next().await.is_none());
        let position = pages.position().clone();
        assert_eq!(position, first.end);
        assert_eq!(position.cursor(), Some(&fake.cursor(4)));
        let rest: Vec<_> = pages.resume(position).try_collect().await.unwrap();
        assert_eq!(rest.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [5, 4]);
    });
}

#[test]
fn page_numbers_give_way_to_cursors_behind_ten_thousand() {
    let fake = Fake::new(10_700, Fault::None);
    let (walked, error) = block_on(walk(&fake, 1, 300, None));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(only_ids(&walked), ids(0, 10_700));
    let calls = fake.calls();
    assert_eq!((&calls[32]["page"], calls[32].get("searchAfter")), (&json!(33), None));
    assert_eq!((calls[33].get("page"), &calls[33]["searchAfter"]), (None, &json!([9899, "r9899"])));
}

#[test]
fn the_criteria_say_where_a_walk_starts() {
    let fake = Fake::new(20, Fault::None);
    let crm: &dyn Crm = &fake;
    let found = |search| {
        let hits: Vec<ContactHit> = block_on(crm.contacts().search_stream(search).try_collect()).unwrap();
        hits.into_iter().map(|hit| hit.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(SearchContacts::new("L", 4).page(3)), ids(8, 20));
    assert_eq!(found(SearchContacts::new("L", 4).search_after(fake.cursor(5))), ids(6, 20));
    let skipping = crm.locations().search_stream(SearchLocations::new().skip(17));
    assert_eq!(block_on(skipping.try_collect::<Vec<_>>()).unwrap().len(), 3);
    let listed = crm.contacts().list_stream(ListContacts::new("L").start_after(16).start_after_id("r16"));
    assert_eq!(block_on(listed.try_collect::<Vec<_>>()).unwrap().len(), 3);
    assert_eq!(fake.calls().last().unwrap()["limit"], 100);
}

#[test]
fn bounds_are_the_apis_and_nothing_is_sent() {
    let fake = Fake::new(20, Fault::None);
    let crm: &dyn Crm = &fake;
    let (contacts, opportunities) = (crm.contacts(), crm.opportunities());
    let cursor = Cursor::new(vec![json!(1), json!("a")]);
    let refusals = block_on(async {
        join_all([
            refusal(contacts.search_stream(SearchContacts::new("L", 0))),
            refusal(contacts.search_stream(SearchContacts::new("L", 501))),
        ])
        .await
        .into_iter()
        .chain([refusal(contacts.search_stream(SearchContacts::new("L", 500).page(21))).await])
        .chain([
            refusal(contacts.search_stream(SearchContacts::new("L", 5).page(0).search_after(cursor))).await
        ])
        .chain([refusal(contacts.list_stream(ListContacts::new("L").limit(101))).await])
        .chain([refusal(contacts.list_stream(ListContacts::new("L").start_after(1))).await])
        .chain([
            refusal(contacts.list_by_business_stream(&"B".into(), ListByBusiness::new("L").limit(0))).await
        ])
        .chain([refusal(opportunities.list_stream(ListOpportunities::new("L").limit(101))).await])
        .chain([refusal(opportunities.search_stream(SearchOpportunities::new("L", 501))).await])
        .collect::<Vec<_>>()
    });
    assert_eq!(
        refusals,
        [
            "contacts.search: pageLimit must not be less than 1",
            "contacts.search: pageLimit must not be greater than 500",
            "contacts.search: page must not be greater than 20",
            "contacts.search: page must not be less than 1; page and searchAfter must not be used together",
            "contacts.list: limit must not be greater than 100",
            "contacts.list: startAfter and startAfterId must be used together",
            "contacts.list_by_business: limit must not be less than 1",
            "opportunities.list: limit must not be greater than 100",
            "opportunities.search: limit must not be greater than 500",
        ]
    );
    assert_eq!(fake.calls().len(), 0);
}

async fn refusal<T: Record>(mut items: Items<'_, T>) -> String {
    let Some(Err(error)) = items.next().await else { panic!("not refused") };
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(items.next().await.is_none());
    error.to_string()
}

#[test]
fn a_position_of_another_list_is_refused() {
    let fake = Fake::new(20, Fault::None);
    for (way, position) in [
        (0, Position::skip(3)),
        (2, Position::page(3)),
        (3, Position::page(3)),
        (7, Position::after(fake.cursor(3))),
        (8, Position::after(Cursor::new(vec![json!(1)]))),
        (10, Position::skip(3)),
    ] {
        let (walked, error) = block_on(walk(&fake, way, 5, Some(position)));
        assert_eq!(error.expect("refused").kind(), ErrorKind::Invalid);
        assert!(walked.is_empty());
    }
    // The start is every list's.
    for way in 0..WAYS {
        let (walked, error) = block_on(walk(&fake, way, 5, Some(Position::start())));
        assert!(error.is_none());
        assert_eq!(walked.len(), 20);
    }
}

#[test]
fn streams_can_be_sent_to_another_thread() {
    fn sendable<T: Send>(_: &T) {}
    let fake = Fake::new(1, Fault::None);
    sendable(&ContactsExt::search_stream(&fake, SearchContacts::new("L", 5)));
    sendable(&LocationsExt::search_pages(&fake, SearchLocations::new()));
}
