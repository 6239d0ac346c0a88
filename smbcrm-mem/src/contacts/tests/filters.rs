//! Every field of a contact search with every operator it takes, against three planted contacts.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use futures::executor::block_on;
use serde_json::{Value, json};
use smbcrm_core::contacts::{Contact, ContactAppointment, Contacts, Enrol, SearchContacts};
use smbcrm_core::locations::{CustomField, CustomFieldType, FieldModel};
use smbcrm_core::opportunities::Opportunity;
use smbcrm_core::search::{self, Schema};
use smbcrm_core::types::WorkflowId;

use crate::MemCrm;

/// Contacts `a` and `b`, which have everything, and `c`, which has nothing.
fn contacts() -> Vec<Contact> {
    let all = r#"[
        {
            "id": "a", "firstName": "Ada", "lastName": "Vale", "email": "ada@vale.example",
            "phone": "+12025550101", "companyName": "Vale & Co", "address1": "1 Main St", "city": "Springfield",
            "state": "IL", "country": "US", "postalCode": "62701", "website": "https://vale.example",
            "timezone": "America/Chicago", "source": "web form", "assignedTo": "U1", "followers": ["U1", "U2"],
            "tags": ["vip", "web-lead"], "type": "lead", "dnd": true, "validEmail": true,
            "dndSettings": { "Call": { "status": "active" }, "Email": { "status": "active" },
                "SMS": { "status": "active" } },
            "inboundDndSettings": { "all": { "status": "active" } },
            "dateAdded": "2026-01-01T00:00:00.000Z", "dateUpdated": "2026-02-01T00:00:00.000Z",
            "dateOfBirth": "1990-09-25",
            "customFields": [
                { "id": "cf-TEXT", "value": "Blue sky" }, { "id": "cf-LARGE_TEXT", "value": "Blue sky" },
                { "id": "cf-SINGLE_OPTIONS", "value": "Blue sky" }, { "id": "cf-RADIO", "value": "Blue sky" },
                { "id": "cf-PHONE", "value": "+12025550101" }, { "id": "cf-EMAIL", "value": "blue@sky.example" },
                { "id": "cf-CHECKBOX", "value": ["blue", "red"] },
                { "id": "cf-MULTIPLE_OPTIONS", "value": ["blue", "red"] },
                { "id": "cf-NUMERICAL", "value": 10 }, { "id": "cf-MONETORY", "value": 10 },
                { "id": "cf-DATE", "value": "2026-01-01" },
                { "id": "cf-TEXTBOX_LIST", "value": { "o1": "Blue sky", "o2": "Red" } },
                { "id": "cf-FILE_UPLOAD", "value": { "f": { "url": "https://vale.example/a.png" } } }
            ]
        },
        {
            "id": "b", "firstName": "Bea", "lastName": "Hill", "email": "bea@hill.example",
            "phone": "+442079460102", "companyName": "Hill Ltd", "address1": "2 High St", "city": "Paris",
            "state": "TX", "country": "GB", "postalCode": "W1A", "website": "https://hill.example",
            "timezone": "Europe/London", "source": "event", "assignedTo": "U2", "followers": ["U3"],
            "tags": ["web-lead"], "type": "customer", "dnd": false, "validEmail": false,
            "dndSettings": { "Call": { "status": "inactive" }, "Email": { "status": "permanent" },
                "SMS": { "status": "inactive" } },
            "inboundDndSettings": { "all": { "status": "inactive" } },
            "dateAdded": "2026-03-01T00:00:00.000Z", "dateUpdated": "2026-04-01T00:00:00.000Z",
            "dateOfBirth": "2000-02-29",
            "customFields": [
                { "id": "cf-TEXT", "value": "Red" }, { "id": "cf-LARGE_TEXT", "value": "Red" },
                { "id": "cf-SINGLE_OPTIONS", "value": "Red" }, { "id": "cf-RADIO", "value": "Red" },
                { "id": "cf-PHONE", "value": "+442079460102" }, { "id": "cf-EMAIL", "value": "red@sky.example" },
                { "id": "cf-CHECKBOX", "value": ["red"] }, { "id": "cf-MULTIPLE_OPTIONS", "value": ["red"] },
                { "id": "cf-NUMERICAL", "value": -2.5 }, { "id": "cf-MONETORY", "value": -2.5 },
                { "id": "cf-DATE", "value": "2026-03-01T12:00:00Z" },
                { "id": "cf-TEXTBOX_LIST", "value": { "o1": "Red" } }
            ]
        },
        { "id": "c", "dateAdded": "2026-05-01T00:00:00.000Z", "dateUpdated": "2026-05-01T00:00:00.000Z" }
    ]"#;
    serde_json::from_str(all).unwrap()
}

fn deal(id: &str, contact: &str, pipeline: &str, stage: &str, status: &str) -> Arc<Opportunity> {
    let mut deal = Opportunity::default();
    deal.id = id.into();
    deal.contact_id = contact.into();
    deal.pipeline_id = pipeline.into();
    deal.pipeline_stage_id = stage.into();
    deal.status = status.into();
    Arc::new(deal)
}

/// The planted world, and the workflow that `a` is in and `b` has been through. `crowd` more contacts keep the
/// indexes busy.
fn world(crowd: usize) -> (MemCrm, WorkflowId) {
    let crm = MemCrm::new();
    let location = crm.location().clone();
    let admin = crm.admin();
    let crowd = (0..crowd).map(|at| {
        let mut contact = contacts().swap_remove(at % 3);
        contact.id = format!("crowd-{at}").into();
        contact
    });
    admin.load_contacts(&location, contacts().into_iter().chain(crowd)).unwrap();
    admin
        .edit(&location, |state| {
            for name in CustomFieldType::KNOWN {
                let mut field = CustomField::default();
                field.id = format!("cf-{name}").into();
                field.data_type = (*name).into();
                field.model = FieldModel::Contact;
                state.define(field);
            }
            state.opportunities.put(deal("1", "a", "p1", "s1", "open"));
            state.opportunities.put(deal("2", "a", "p2", "s2", "won"));
            state.opportunities.put(deal("3", "b", "p1", "s2", "lost"));
        })
        .unwrap();
    let workflow = admin.add_workflow(&location, "Nurture").unwrap();
    for contact in ["a", "b"] {
        block_on(crm.add_to_workflow(&contact.into(), &workflow, Enrol::new())).unwrap();
    }
    admin.finish_workflow(&"b".into(), &workflow).unwrap();
    for (contact, day) in [("a", 1), ("a", 2), ("b", 3)] {
        let mut appointment = ContactAppointment::default();
        appointment.contact_id = Some(contact.into());
        appointment.start_time =
            NaiveDate::from_ymd_opt(2026, 6, day).and_then(|day| day.and_hms_opt(10, 0, 0));
        admin.add_appointment(&location, appointment).unwrap();
    }
    (crm, workflow)
}

/// Field, operator, value, who passes.
type Row = (String, &'static str, Value, &'static str);

fn text(rows: &mut Vec<Row>, field: &str, value: &str, part: &str) {
    keyword(rows, field, value);
    rows.push((field.into(), "contains", json!(part), "a"));
    rows.push((field.into(), "contains", json!(part.to_uppercase()), "a"));
    rows.push((field.into(), "not_contains", json!(part), "bc"));
}

fn keyword(rows: &mut Vec<Row>, field: &str, value: &str) {
    rows.push((field.into(), "eq", json!(value), "a"));
    rows.push((field.into(), "eq", json!([value, "nobody's"]), "a"));
    rows.push((field.into(), "eq", json!("nobody's"), ""));
    rows.push((field.into(), "not_eq", json!(value), "bc"));
    rows.push((field.into(), "not_eq", json!([value, "nobody's"]), "bc"));
    presence(rows, field);
}

fn presence(rows: &mut Vec<Row>, field: &str) {
    rows.push((field.into(), "exists", Value::Null, "ab"));
    rows.push((field.into(), "not_exists", Value::Null, "c"));
}

fn moment(rows: &mut Vec<Row>, field: &str, at: &str, before: &str) {
    rows.push((field.into(), "range", json!({ "gte": at, "lte": at }), "a"));
    rows.push((field.into(), "range", json!({ "gt": before, "lt": at }), ""));
    rows.push((field.into(), "range", json!({ "gt": before, "lte": at }), "a"));
}

fn table(workflow: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let all = &mut rows;
    for (field, value, part) in [
        ("address", "1 main st", "main"),
        ("businessName", "vale & co", "le & c"),
        ("companyName", "Vale & Co", "vale"),
        ("city", "Springfield", "field"),
        ("firstNameLowerCase", "ada", "ad"),
        ("lastNameLowerCase", "vale", "al"),
        ("phone", "+12025550101", "5550101"),
        ("postalCode", "62701", "627"),
        ("source", "web form", "b fo"),
        ("state", "IL", "il"),
        ("customFields.cf-TEXT", "Blue sky", "blue"),
        ("customFields.cf-LARGE_TEXT", "Blue sky", "sky"),
        ("customFields.cf-SINGLE_OPTIONS", "Blue sky", "ue s"),
        ("customFields.cf-RADIO", "Blue sky", "blue"),
        ("customFields.cf-PHONE", "+12025550101", "5550101"),
        ("customFields.cf-EMAIL", "blue@sky.example", "blue"),
    ] {
        text(all, field, value, part);
    }
    for (field, value) in [
        ("contactName", "ada vale"),
        ("assignedTo", "U1"),
        ("country", "US"),
        ("email", "ada@vale.example"),
        ("timezone", "America/Chicago"),
        ("website", "https://vale.example"),
        ("followers", "U1"),
        ("followers", "U2"),
        ("customFields.cf-CHECKBOX", "blue"),
        ("customFields.cf-MULTIPLE_OPTIONS", "blue"),
    ] {
        keyword(all, field, value);
    }
    let mut one = |field: &str, operator, value, who| all.push((field.into(), operator, value, who));
    one("id", "eq", json!("a"), "a");
    one("id", "eq", json!(["a", "c", "x"]), "ac");
    one("id", "not_eq", json!("a"), "bc");
    one("tags", "eq", json!("vip"), "a");
    one("tags", "eq", json!("web-lead"), "ab");
    one("tags", "eq", json!(["vip", "other"]), "a");
    one("tags", "not_eq", json!("vip"), "bc");
    one("tags", "not_eq", json!("web-lead"), "c");
    one("tags", "contains", json!("lead"), "ab");
    one("tags", "contains", json!("vi"), "a");
    one("tags", "not_contains", json!("vi"), "bc");
    one("tags", "exists", Value::Null, "ab");
    one("tags", "not_exists", Value::Null, "c");
    // Whether somebody may be disturbed, and what somebody is, is never open.
    one("dnd", "eq", json!(true), "a");
    one("dnd", "eq", json!("false"), "bc");
    one("dnd", "not_eq", json!(true), "bc");
    one("dnd", "exists", Value::Null, "abc");
    one("dnd", "not_exists", Value::Null, "");
    one("type", "eq", json!("customer"), "b");
    one("type", "not_eq", json!("customer"), "ac");
    one("type", "exists", Value::Null, "abc");
    one("type", "not_exists", Value::Null, "");
    one("validEmail", "eq", json!(true), "a");
    one("validEmail", "eq", json!(false), "b");
    one("validEmail", "not_eq", json!(true), "bc");
    one("validEmail", "exists", Value::Null, "ab");
    one("validEmail", "not_exists", Value::Null, "c");
    one("dateAdded", "exists", Value::Null, "abc");
    one("dateAdded", "not_exists", Value::Null, "");
    one("dateAdded", "range", json!({ "gt": "2026-01-01" }), "bc");
    one("dateAdded", "range", json!({ "gte": 1_767_225_600_000_i64, "lt": "2026-05-01T00:00:00Z" }), "ab");
    one("dateUpdated", "exists", Value::Null, "abc");
    one("dateUpdated", "not_exists", Value::Null, "");
    one("dateUpdated", "range", json!({ "lte": "2026-04-01T00:00:00.000Z" }), "ab");
    for setting in ["dndSettings.Email", "dndSettings.SMS", "dndSettings.Call", "inboundDndSettings.all"] {
        one(&format!("{setting}.status"), "eq", json!("active"), "a");
    }
    one("dndSettings.Email.status", "eq", json!(["permanent", "inactive"]), "b");
    // Nothing is known of these.
    for field in ["isValidWhatsapp", "lastEmailClickedDate", "lastEmailOpenedDate"] {
        one(field, "exists", Value::Null, "");
        one(field, "not_exists", Value::Null, "abc");
    }
    one("isValidWhatsapp", "eq", json!(true), "");
    one("isValidWhatsapp", "not_eq", json!(true), "abc");
    one("lastEmailClickedDate", "range", json!({ "gte": "2000-01-01" }), "");
    one("lastEmailOpenedDate", "range", json!({ "gte": "2000-01-01" }), "");
    // `a` is in the workflow, `b` has been through it.
    one("activeWorkflows", "eq", json!(workflow), "a");
    one("activeWorkflows", "eq", json!("another"), "");
    one("activeWorkflows", "not_eq", json!(workflow), "bc");
    one("activeWorkflows", "exists", Value::Null, "a");
    one("activeWorkflows", "not_exists", Value::Null, "bc");
    one("finishedWorkflows", "eq", json!([workflow, "another"]), "b");
    one("finishedWorkflows", "not_eq", json!(workflow), "ac");
    one("finishedWorkflows", "exists", Value::Null, "b");
    one("finishedWorkflows", "not_exists", Value::Null, "ac");
    // Ten o'clock in Chicago is three in the afternoon in UTC. The last appointment counts.
    one(
        "lastAppointment",
        "range",
        json!({ "gte": "2026-06-02T15:00:00Z", "lt": "2026-06-02T15:01:00Z" }),
        "a",
    );
    one("lastAppointment", "range", json!({ "lt": "2026-06-02T00:00:00Z" }), "");
    one("opportunities", "nested", json!([{ "field": "pipelineId", "operator": "eq", "value": "p1" }]), "ab");
    one(
        "opportunities",
        "nested",
        json!([{ "field": "pipelineStageId", "operator": "eq", "value": "s2" }]),
        "ab",
    );
    one(
        "opportunities",
        "nested",
        json!([{ "field": "status", "operator": "eq", "value": ["open", "won"] }]),
        "a",
    );
    let same = |status: &str| {
        json!([{ "field": "pipelineId", "operator": "eq", "value": "p1" },
               { "field": "status", "operator": "eq", "value": status }])
    };
    // All of a nested test is about one and the same opportunity.
    one("opportunities", "nested", same("open"), "a");
    one("opportunities", "nested", same("won"), "");
    for name in ["customFields.cf-NUMERICAL", "customFields.cf-MONETORY"] {
        one(name, "eq", json!(10), "a");
        one(name, "eq", json!("10.0"), "a");
        one(name, "not_eq", json!([10, 11]), "bc");
        one(name, "range", json!({ "gt": -3, "lt": 0 }), "b");
        one(name, "range", json!({ "gte": -2.5, "lte": 10 }), "ab");
        one(name, "exists", Value::Null, "ab");
        one(name, "not_exists", Value::Null, "c");
    }
    one("customFields.cf-TEXTBOX_LIST.o2", "eq", json!("red"), "a");
    one("customFields.cf-TEXTBOX_LIST.o1", "contains", json!("sky"), "a");
    one("customFields.cf-TEXTBOX_LIST.o1", "not_contains", json!("sky"), "bc");
    one("customFields.cf-TEXTBOX_LIST.o1", "not_eq", json!("Red"), "ac");
    one("customFields.cf-TEXTBOX_LIST.o2", "exists", Value::Null, "a");
    one("customFields.cf-TEXTBOX_LIST.o1", "not_exists", Value::Null, "c");
    one("customFields.cf-FILE_UPLOAD", "exists", Value::Null, "a");
    one("customFields.cf-FILE_UPLOAD", "not_exists", Value::Null, "bc");
    moment(all, "dateOfBirth", "1990-09-25", "1990-09-24");
    presence(all, "dateOfBirth");
    moment(all, "customFields.cf-DATE", "2026-01-01", "2025-12-31");
    presence(all, "customFields.cf-DATE");
    presence(all, "lastAppointment");
    rows
}

fn leaf(field: &str, operator: &str, value: &Value) -> Value {
    let mut leaf = json!({ "field": field, "operator": operator });
    if !value.is_null() {
        leaf["value"] = value.clone();
    }
    leaf
}

/// Which of the three pass.
fn passes(crm: &MemCrm, filters: &Value) -> String {
    let only = json!([{ "field": "id", "operator": "eq", "value": ["a", "b", "c"] }, { "group": "AND", "filters": filters }]);
    let search =
        SearchContacts::new(crm.location(), 100).filters(search::parse(&only).expect("filters that read"));
    let page = block_on(crm.search(search)).expect("a search that is in order");
    let mut ids: Vec<&str> = page.contacts.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(page.total, ids.len() as u64);
    ids.sort_unstable();
    ids.concat()
}

#[test]
fn every_field_with_every_operator() {
    for crowd in [0, 60] {
        let (crm, workflow) = world(crowd);
        // Twice: the first time the indexes are made, the second time they are there.
        for round in 0..2 {
            for (field, operator, value, expected) in table(workflow.as_str()) {
                let filters = json!([leaf(&field, operator, &value)]);
                let seen = passes(&crm, &filters);
                assert_eq!(seen, expected, "{field} {operator} {value} (crowd {crowd}, round {round})");
            }
        }
    }
}

#[test]
fn the_table_leaves_nothing_out() {
    let rows = table("w");
    let tested: HashSet<(&str, &str)> =
        rows.iter().map(|(field, operator, _, _)| (field.as_str(), *operator)).collect();
    for rule in Schema::contacts().fields {
        for operator in rule.operators {
            assert!(tested.contains(&(rule.name, operator.as_str())), "{} {operator:?}", rule.name);
        }
    }
    for name in CustomFieldType::KNOWN {
        let Some(data_type) = search::CustomFieldType::from_wire(name) else { continue };
        for operator in data_type.rule().0 {
            let field = format!("customFields.cf-{name}");
            let is_tested =
                tested.iter().any(|(known, by)| known.starts_with(&field) && *by == operator.as_str());
            assert!(is_tested, "{field} {operator:?}");
        }
    }
}

#[test]
fn groups_nest_deep() {
    let (crm, _) = world(0);
    let is = |id: &str| leaf("id", "eq", &json!(id));
    let mut filter = is("a");
    let mut expected = "a".to_owned();
    for depth in 0..search::MAX_DEPTH - 2 {
        filter = if depth % 2 == 0 {
            expected = "ab".to_owned();
            json!({ "group": "OR", "filters": [is("b"), filter] })
        } else {
            expected = expected.replace('b', "");
            json!({ "group": "AND", "filters": [leaf("tags", "eq", &json!("vip")), filter] })
        };
        assert_eq!(passes(&crm, &json!([filter])), expected, "depth {depth}");
    }
}

#[test]
fn planted_appointments_are_listed_in_their_order_and_go_with_their_contact() {
    let (crm, _) = world(0);
    let booked = block_on(crm.list_appointments(&"a".into())).unwrap();
    assert_eq!(booked.len(), 2);
    assert!(booked[0].start_time < booked[1].start_time);
    assert!(
        booked.iter().all(|known| known.location_id.as_ref() == Some(crm.location()) && !known.id.is_empty())
    );
    let mut moved = booked[0].clone();
    moved.title = Some("Moved".into());
    assert_eq!(crm.admin().add_appointment(crm.location(), moved), Some(booked[0].id.clone()));
    assert_eq!(block_on(crm.list_appointments(&"a".into())).unwrap()[0].title.as_deref(), Some("Moved"));
    block_on(crm.delete(&"a".into())).unwrap();
    crm.admin().edit(crm.location(), |state| {
        assert_eq!(state.book.appointments().count(), 1);
        assert_eq!(state.opportunities.len(), 1);
        assert_eq!(state.enrolments.len(), 1);
        assert_eq!(state.conversation_of(&"a".into()), None);
    });
    assert_eq!(crm.admin().add_appointment(&"elsewhere".into(), ContactAppointment::default()), None);
}
