//! Both searches, against what a look at every record says.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{Contact, CreateContact, CreateNote, CreateTask};
use smbcrm_core::opportunities::{AdditionalDetails, ListOpportunities, Opportunity};
use smbcrm_core::search::{Filter, OpportunitySort as By, Schema};
use smbcrm_core::types::Cursor;

use super::book::{FIELDS, book, instant, leaf, texts};
use super::messages;

#[test]
fn every_field_answers_every_operator_it_takes() {
    let book = book();
    let (first, contact) = &book.records[5];
    let stage = first.pipeline_stage_id.as_str();
    let samples = |name: &str| -> (Vec<String>, &str) {
        let (values, part) = match name {
            "id" => (vec![first.id.as_str(), "x"], ""),
            "name" => (vec!["ten chairs", "lamps"], "CHAIR"),
            "contact_name" => (vec!["first1 last1", "First3"], "last1"),
            "company_name" => (vec!["vale ltd"], "ash"),
            "email" => (vec!["C5@book.example"], "2@book"),
            "phone" => (vec!["+12025550101", "+12025550102"], "55501"),
            "followers" => (vec!["u0"], "u"),
            "monetary_value" => (vec!["20", "30"], ""),
            "pipeline_id" => (vec![first.pipeline_id.as_str()], ""),
            "pipeline_stage_id" => (vec![stage], ""),
            "status" => (vec!["lost", "won"], ""),
            "lost_reason_id" => (vec![book.reason.as_str()], ""),
            "source" => (vec!["web"], ""),
            "assigned_to" => (vec!["u1"], ""),
            "contact_id" => (vec![contact.id.as_str(), "x"], ""),
            "custom_fields.cf_text" => (vec!["text 3"], "xt 1"),
            "custom_fields.cf_num" => (vec!["3", "9"], ""),
            "custom_fields.cf_box" => (vec!["b"], ""),
            "custom_fields.cf_list.o1" => (vec!["x"], "y"),
            other => panic!("no samples for {other}"),
        };
        (values.into_iter().map(str::to_owned).collect(), part)
    };
    let customs =
        ["cf_text", "cf_num", "cf_box", "cf_date", "cf_list.o1"].map(|name| format!("custom_fields.{name}"));
    let standard = Schema::opportunities().fields.iter().map(|rule| rule.name.to_owned());
    let kinds = |id: &str| {
        let kind = &FIELDS.iter().find(|(name, _)| *name == id)?.1;
        smbcrm_core::search::CustomFieldType::from_wire(kind.as_str())
    };
    let mut checked = 0;
    for name in standard.chain(customs) {
        let operators = Schema::opportunities().resolve(&name, kinds).unwrap().operators;
        for operator in operators {
            let operator = operator.as_str();
            let is_moment = !operators.iter().any(|operator| operator.as_str() == "eq");
            let (value, expected) = match operator {
                "exists" | "not_exists" => {
                    let there = |deal: &Opportunity, contact: &Contact| match is_moment {
                        true => instant(&name, deal).is_some(),
                        false => !texts(&name, deal, contact).is_empty(),
                    };
                    (None, book.expected(|deal, contact| there(deal, contact) == (operator == "exists")))
                }
                "range" if is_moment => {
                    let (low, high) = ("2026-01-01T20:30:00Z", "2026-01-05T08:00:00Z");
                    let bounds =
                        [low, high].map(|at| at.parse::<DateTime<Utc>>().unwrap().timestamp_millis());
                    let within = |deal: &Opportunity, _: &Contact| {
                        instant(&name, deal).is_some_and(|at| at >= bounds[0] && at < bounds[1])
                    };
                    (Some(serde_json::json!({ "gte": low, "lt": high })), book.expected(within))
                }
                "range" => {
                    let within = |deal: &Opportunity, contact: &Contact| {
                        let mut values = texts(&name, deal, contact).into_iter();
                        values
                            .any(|value| value.parse::<f64>().is_ok_and(|value| value > 3.0 && value <= 70.0))
                    };
                    (Some(serde_json::json!({ "gt": 3, "lte": 70 })), book.expected(within))
                }
                "eq" | "not_eq" => {
                    let values = samples(&name).0;
                    let is_number = operators.iter().any(|operator| operator.as_str() == "range");
                    let sent: Vec<serde_json::Value> = values
                        .iter()
                        .map(|value| {
                            if is_number {
                                value.parse::<i64>().unwrap().into()
                            } else {
                                value.as_str().into()
                            }
                        })
                        .collect();
                    let equal = |deal: &Opportunity, contact: &Contact| {
                        let held = texts(&name, deal, contact);
                        values.iter().any(|value| held.contains(&value.to_lowercase()))
                    };
                    let expected = book.expected(|deal, contact| equal(deal, contact) == (operator == "eq"));
                    (Some(sent.into()), expected)
                }
                "contains" | "not_contains" => {
                    let part = samples(&name).1;
                    let holds = |deal: &Opportunity, contact: &Contact| {
                        texts(&name, deal, contact).iter().any(|text| text.contains(&part.to_lowercase()))
                    };
                    let expected =
                        book.expected(|deal, contact| holds(deal, contact) == (operator == "contains"));
                    (Some(part.into()), expected)
                }
                other => panic!("{other} has no test"),
            };
            let found = book.ids(vec![leaf(&name, operator, value.clone())]);
            assert_eq!(found, expected, "{name} {operator} {value:?}");
            checked += 1;
        }
    }
    assert!(checked > 75, "{checked}");
}

#[test]
fn groups_nest_over_deals_and_contacts_alike() {
    let book = book();
    let any = Filter::Any(vec![
        leaf("email", "not_exists", None),
        Filter::All(vec![
            leaf("status", "eq", Some("won".into())),
            leaf("company_name", "contains", Some("vale".into())),
        ]),
    ]);
    let found = book.ids(vec![any, leaf("monetary_value", "exists", None)]);
    let expected = book.expected(|deal, contact| {
        let vale = contact.company_name.as_deref() == Some("Vale Ltd");
        (contact.email.is_none() || (deal.status.as_str() == "won" && vale)) && deal.monetary_value.is_some()
    });
    assert_eq!(found, expected);
    assert!(!found.is_empty() && found.len() < book.records.len());
}

#[test]
fn words_are_looked_for_in_the_deal_and_its_contact() {
    let book = book();
    for (text, wanted) in
        [("chair", 1), ("CHAIR last9 ", 0), ("c7@book", 1), ("202555 first2", 4), ("nothing", 0), ("  ", 40)]
    {
        let page = book.search(book.wish(500).query(text)).unwrap();
        let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let expected = book.expected(|deal, contact| {
            words.iter().all(|word| {
                ["name", "contact_name", "email", "phone"]
                    .iter()
                    .any(|name| texts(name, deal, contact).iter().any(|text| text.contains(word)))
            })
        });
        assert_eq!(page.total as usize, expected.len(), "{text}");
        assert!(expected.len() >= wanted, "{text}");
        let list = book.list(book.all().query(text).limit(100)).unwrap();
        assert_eq!(list.meta.total, page.total);
    }
}

#[test]
fn every_sort_can_be_walked_both_ways_in_pages_of_any_size() {
    let book = book();
    for by in By::ALL {
        for (sort, back) in [(by.asc(), by.desc()), (by.desc(), by.asc())] {
            let whole =
                book.search(book.wish(500).sort([sort.clone(), By::Name.asc()])).unwrap().opportunities;
            assert_eq!(whole.len(), book.records.len());
            for limit in [1, 7, 40, 500] {
                let (mut after, mut seen) = (None::<Cursor>, Vec::new());
                for number in 1.. {
                    let wish = book.wish(limit).sort([sort.clone(), By::Name.asc()]);
                    let mut behind = wish.clone();
                    behind.search_after = after;
                    let page = book.search(behind).unwrap();
                    assert_eq!(page.total as usize, whole.len());
                    assert_eq!(page.opportunities, book.search(wish.page(number)).unwrap().opportunities);
                    let Some(last) = page.opportunities.last() else { break };
                    after = last.search_after.clone();
                    seen.extend(page.opportunities.iter().map(|found| found.id.clone()));
                }
                assert_eq!(
                    seen,
                    whole.iter().map(|found| found.id.clone()).collect::<Vec<_>>(),
                    "{sort:?} {limit}"
                );
            }
            let opposite = book.search(book.wish(500).sort([back])).unwrap().opportunities;
            let valued =
                |found: &&Arc<Opportunity>| *by != By::MonetaryValue || found.monetary_value.is_some();
            if matches!(by, By::DateAdded | By::DateUpdated) {
                let one: Vec<_> = whole.iter().filter(valued).map(|found| &found.id).collect();
                let two: Vec<_> = opposite.iter().filter(valued).map(|found| &found.id).rev().collect();
                assert_eq!(one, two);
            }
        }
    }
    let newest = book.search(book.wish(1)).unwrap();
    let last = &book.records.last().unwrap().0;
    assert_eq!(newest.opportunities[0].id, last.id);
    let sort = serde_json::to_value(&*newest.opportunities[0]).unwrap()["sort"].clone();
    assert_eq!(sort, serde_json::json!([last.created_at.timestamp_millis(), last.id.as_str()]));
    // The specification declares the cursor's parts as texts.
    let texts =
        Cursor::new(vec![last.created_at.timestamp_millis().to_string().into(), last.id.as_str().into()]);
    let next = book.search(book.wish(1).search_after(texts).page(1)).unwrap();
    assert_eq!(next.opportunities[0].id, book.records[book.records.len() - 2].0.id);
}

#[test]
fn a_wrong_search_is_refused_by_name() {
    let book = book();
    let cursor = || Cursor::new(vec![1.into(), "x".into()]);
    let refusals = [
        (book.wish(0), 422, "limit must not be less than 1"),
        (book.wish(501), 422, "limit must not be greater than 500"),
        (
            book.wish(10).page(2).search_after(cursor()),
            422,
            "page should not be used together with searchAfter",
        ),
        (
            book.wish(500).page(21),
            400,
            "page * limit must not be greater than 10000; use searchAfter instead",
        ),
        (book.wish(10).query("x".repeat(76)), 422, "query must be shorter than or equal to 75 characters"),
        (book.wish(10).filters([leaf("nickname", "exists", None)]), 400, "Invalid field nickname"),
        (book.wish(10).filters([leaf("dateAdded", "exists", None)]), 400, "Invalid field dateAdded"),
        (
            book.wish(10).filters([leaf("status", "contains", Some("w".into()))]),
            400,
            "Invalid operator contains for field status",
        ),
        (
            book.wish(10).filters([leaf("custom_fields.x", "exists", None)]),
            400,
            "Invalid field custom_fields.x",
        ),
        (
            book.wish(10).sort([smbcrm_core::search::ContactSort::Email.asc()]),
            400,
            "Invalid sort field email",
        ),
        (
            book.wish(10).sort([By::Name.asc()]).search_after(Cursor::new(vec!["x".into()])),
            400,
            "Invalid searchAfter: it does not belong to this sort",
        ),
    ];
    for (search, status, said) in refusals {
        assert_eq!(messages(book.search(search), status), [said]);
    }
    assert_eq!(book.search(book.wish(1).page(0)).unwrap(), book.search(book.wish(1).page(1)).unwrap());
}

#[test]
fn the_list_filters_by_each_of_its_criteria() {
    let book = book();
    let (deal, contact) = book.records[5].clone();
    let ids = |list: ListOpportunities| {
        let found = book.list(list.limit(100)).unwrap();
        assert_eq!(found.meta.total as usize, found.opportunities.len());
        let mut ids: Vec<_> = found.opportunities.iter().map(|found| found.id.to_string()).collect();
        ids.sort();
        ids
    };
    let day = |text: &str| NaiveDate::parse_from_str(text, "%m-%d-%Y").unwrap();
    assert_eq!(ids(book.all()), book.expected(|_, _| true));
    assert_eq!(ids(book.all().status("all")), book.expected(|_, _| true));
    assert_eq!(ids(book.all().status("won")), book.expected(|deal, _| deal.status.as_str() == "won"));
    assert_eq!(ids(book.all().id(&deal.id)), [deal.id.to_string()]);
    assert_eq!(ids(book.all().contact_id(&contact.id)), book.expected(|_, c| c.id == contact.id));
    assert_eq!(
        ids(book.all().pipeline_id(&deal.pipeline_id)),
        book.expected(|d, _| d.pipeline_id == deal.pipeline_id)
    );
    let stage = &deal.pipeline_stage_id;
    assert_eq!(ids(book.all().pipeline_stage_id(stage)), book.expected(|d, _| d.pipeline_stage_id == *stage));
    assert_eq!(
        ids(book.all().assigned_to("u1")),
        book.expected(|d, _| d.assigned_to.as_ref().is_some_and(|user| *user == *"u1"))
    );
    assert_eq!(ids(book.all().country("de")), book.expected(|_, c| c.country.as_deref() == Some("DE")));
    assert!(ids(book.all().campaign_id("nothing")).is_empty());
    assert_eq!(ids(book.all().order("added_asc")), book.expected(|_, _| true));
    // Days are the sub-account's: America/Chicago is six hours behind in January, so the second begins at six.
    let of_second = book.expected(|d, _| {
        let at = d.created_at.to_rfc3339();
        at.as_str() >= "2026-01-02T06" && at.as_str() < "2026-01-03T06"
    });
    assert!(!of_second.is_empty());
    assert_eq!(ids(book.all().date(day("01-02-2026")).end_date(day("01-02-2026"))), of_second);
}

#[test]
fn the_list_is_walked_by_cursor_or_by_page() {
    let book = book();
    let newest: Vec<_> = book.records.iter().rev().map(|(deal, _)| deal.id.clone()).collect();
    let (mut seen, mut list) = (Vec::new(), book.all().limit(8));
    for number in 1.. {
        let page = book.list(list.clone()).unwrap();
        let paged = book.list(book.all().limit(8).page(number)).unwrap();
        assert_eq!(page.opportunities, paged.opportunities);
        seen.extend(page.opportunities.iter().map(|found| found.id.clone()));
        assert_eq!(paged.meta.current_page, Some(number.into()));
        assert_eq!(paged.meta.prev_page, (number > 1).then(|| u64::from(number) - 1));
        assert_eq!(page.meta.next_page.is_some(), paged.meta.next_page.is_some());
        assert_eq!(
            (&page.meta.start_after, &page.meta.start_after_id),
            (&paged.meta.start_after, &paged.meta.start_after_id)
        );
        if page.meta.next_page.is_none() {
            break;
        }
        list = book.all().limit(8).start_after(page.meta.start_after.unwrap());
        list.start_after_id = page.meta.start_after_id.map(Into::into);
    }
    assert_eq!(seen, newest);
    assert_eq!(book.list(book.all()).unwrap().opportunities.len(), 20);
    let refusals = [
        (book.all().limit(101), "limit must not be greater than 100"),
        (book.all().page(0), "page must not be less than 1"),
        (book.all().start_after(1), "startAfter and startAfterId must be sent together"),
        (book.all().status("closed"), "status must be a valid enum value"),
        (book.all().query("x".repeat(76)), "q must be shorter than or equal to 75 characters"),
    ];
    for (list, said) in refusals {
        assert_eq!(messages(book.list(list), 422), [said]);
    }
}

#[test]
fn details_are_the_contacts_and_only_on_request() {
    let book = book();
    let (deal, contact) = &book.records[0];
    let crm = &book.desk.crm;
    block_on(crm.contacts().create_note(&contact.id, CreateNote::new("Hello"))).unwrap();
    block_on(crm.contacts().create_task(&contact.id, CreateTask::new("Call", crm.clock().now(), false)))
        .unwrap();
    let found = |details: Option<AdditionalDetails>| {
        let mut wish = book.wish(1).filters([leaf("id", "eq", Some(deal.id.as_str().into()))]);
        wish.additional_details = details;
        book.search(wish).unwrap().opportunities.remove(0)
    };
    let plain = found(None);
    assert!(plain.notes.is_empty() && plain.tasks.is_empty());
    let asked = || AdditionalDetails::new().notes(true).tasks(true).calendar_events(true);
    let full = found(Some(asked()));
    assert!(full.un_read_conversations.is_empty());
    crm.admin().answer_as_contact(&contact.id, "Email", "<p>Well?</p>").unwrap();
    assert!(found(Some(asked())).un_read_conversations.is_empty(), "not asked for");
    let unread = &found(Some(asked().un_read_conversations(true))).un_read_conversations;
    assert_eq!((unread.len(), &unread[0]["unreadCount"]), (1, &serde_json::json!(1)));
    assert_eq!(unread[0]["contactId"], contact.id.as_str());
    assert_eq!(
        (full.notes[0]["body"].as_str(), full.tasks[0]["title"].as_str()),
        (Some("Hello"), Some("Call"))
    );
    let listed =
        book.list(book.all().id(&deal.id).get_notes(true).get_tasks(true).get_calendar_events(true)).unwrap();
    assert_eq!((&listed.opportunities[0].notes, &listed.opportunities[0].tasks), (&full.notes, &full.tasks));
}

#[test]
fn more_contacts_than_deals_are_asked_one_by_one() {
    let book = book();
    for n in 0..80 {
        let input = CreateContact::new(book.desk.crm.location()).name(format!("First1 Other{n}"));
        block_on(book.desk.crm.contacts().create(input)).unwrap();
    }
    let found = book.ids(vec![leaf("contact_name", "contains", Some("first1".into()))]);
    assert_eq!(found, book.expected(|_, contact| contact.full_name().starts_with("First1")));
    let others = book.ids(vec![leaf("contact_name", "not_contains", Some("first1".into()))]);
    assert_eq!(others.len() + found.len(), book.records.len());
}
