//! The strict check of inputs: its words, and that no input makes it panic.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use smbcrm_core::operation::{Arguments, Checker, Operation, Payload, Request};
use smbcrm_core::{ErrorKind, contacts, locations, operations, opportunities};

fn said(operation: &'static Operation, query: &[(&str, &str)], body: Value) -> Vec<String> {
    let query = query.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let payload = if body.is_null() { Payload::Empty } else { Payload::Json(body) };
    match Checker::new(operation).check(&Arguments::new(Vec::new(), query, payload)) {
        Ok(()) => Vec::new(),
        Err(error) => {
            assert_eq!((error.kind(), error.status()), (ErrorKind::Invalid, Some(422)));
            assert_eq!(error.to_wire()["error"], "Unprocessable Entity");
            assert_eq!(error.operation(), Some(operation));
            error.messages().to_vec()
        }
    }
}

/// The texts of behaviour c.6, one by one.
#[test]
fn violations_are_worded_as_the_wire_words_them() {
    let search = &contacts::operations::SEARCH;
    assert_eq!(
        said(search, &[], json!({ "locationId": "L", "pageLimit": 5, "limit": 5 })),
        ["property limit should not exist"]
    );
    assert_eq!(
        said(search, &[("locationId", "L")], json!({ "locationId": "L", "pageLimit": 5 })),
        ["property locationId should not exist"]
    );
    let task = &contacts::operations::CREATE_TASK;
    let whole = json!({ "title": "Call", "dueDate": "2026-03-01T00:00:00Z", "completed": false });
    assert_eq!(said(task, &[], whole.clone()), [""; 0]);
    let with = |name: &str, value: Value| {
        let mut body = whole.clone();
        body[name] = value;
        said(task, &[], body)
    };
    assert_eq!(with("title", json!(5)), ["title must be a string"]);
    assert_eq!(with("completed", json!("yes")), ["completed must be a boolean"]);
    assert_eq!(
        said(task, &[], json!({ "dueDate": "2026-03-01T00:00:00Z", "completed": true })),
        ["title should not be empty", "title must be a string"]
    );
    let status = &opportunities::operations::SET_STATUS;
    assert_eq!(said(status, &[], json!({ "status": "maybe" })), ["status must be a valid enum value"]);
    assert_eq!(said(status, &[], json!({ "status": "won" })), [""; 0]);
    let tags = &contacts::operations::ADD_TAGS;
    assert_eq!(said(tags, &[], json!({ "tags": "a" })), ["tags must be an array"]);
    assert_eq!(said(tags, &[], json!({})), ["tags must be an array"]);
    assert_eq!(said(tags, &[], json!({ "tags": ["a", 1] })), ["tags.1 must be a string"]);
    assert_eq!(
        said(search, &[], json!({ "locationId": "L", "pageLimit": "5" })),
        ["pageLimit must be an integer number"]
    );
    let nested = json!({ "locationId": "L", "dndSettings": { "Email": { "status": 3, "why": "x" } } });
    assert_eq!(
        said(&contacts::operations::CREATE, &[], nested),
        [
            "property dndSettings.Email.why should not exist",
            "dndSettings.Email.status must be a valid enum value",
            "dndSettings.Email.status must be a string",
        ]
    );
}

#[test]
fn all_violations_come_at_once_undeclared_properties_first() {
    assert_eq!(
        said(
            &contacts::operations::CREATE_TASK,
            &[("page", "1")],
            json!({ "title": 1, "completed": "no", "description": "x", "dueDate": "2026-03-01T00:00:00Z" })
        ),
        [
            "property page should not exist",
            "property description should not exist",
            "title must be a string",
            "completed must be a boolean",
        ]
    );
}

#[test]
fn queries_are_checked_as_what_they_stand_for() {
    let list = &opportunities::operations::LIST;
    assert_eq!(
        said(list, &[("location_id", "L"), ("limit", "5"), ("getNotes", "true")], Value::Null),
        [""; 0]
    );
    assert_eq!(
        said(
            list,
            &[("locationId", "L"), ("limit", "many"), ("getNotes", "1"), ("status", "maybe")],
            Value::Null
        ),
        [
            "property locationId should not exist",
            "limit must be an integer number",
            "getNotes must be a boolean",
            "status must be a valid enum value",
            "location_id should not be empty",
            "location_id must be a string",
        ]
    );
    assert_eq!(
        said(list, &[("location_id", "L"), ("limit", "-5")], Value::Null),
        ["limit must not be less than 0"]
    );
    let fields = &locations::operations::LIST_CUSTOM_FIELDS;
    assert_eq!(said(fields, &[("locationId", "L")], Value::Null), ["property locationId should not exist"]);
}

#[test]
fn a_body_where_there_is_none_is_undeclared() {
    assert_eq!(said(&contacts::operations::GET, &[], json!({ "a": 1 })), ["property a should not exist"]);
    assert_eq!(said(&contacts::operations::GET, &[], json!([1])), [""; 0]);
    assert_eq!(said(&contacts::operations::CREATE_TASK, &[], json!([1])), ["body must be an object"]);
}

/// What the typed constructors make passes.
#[test]
fn what_the_types_write_is_accepted() {
    use smbcrm_core::contacts::*;
    use smbcrm_core::search::{ContactField, ContactSort, Filter};
    let search = SearchContacts::new("L", 10)
        .filters([
            Filter::any([ContactField::Tags.eq_any(["a"]), ContactField::Email.exists()]),
            Filter::opportunity().status("open").into(),
        ])
        .sort([ContactSort::DateAdded.desc()]);
    let create = CreateContact::new("L")
        .first_name("Ada")
        .clear_last_name()
        .date_of_birth(chrono::NaiveDate::from_ymd_opt(1990, 12, 25).unwrap())
        .custom_fields([smbcrm_core::types::CustomFieldInput::by_key("k", 5)]);
    for (operation, body) in [
        (&contacts::operations::SEARCH, serde_json::to_value(search).unwrap()),
        (&contacts::operations::CREATE, serde_json::to_value(create).unwrap()),
        (&contacts::operations::UPDATE, serde_json::to_value(UpdateContact::new().clear_email()).unwrap()),
        (
            &contacts::operations::BULK_SET_BUSINESS,
            serde_json::to_value(BulkBusiness::new("L", ["C"])).unwrap(),
        ),
    ] {
        assert_eq!(said(operation, &[], body), [""; 0], "{operation}");
    }
    let query = Request::new(&contacts::operations::LIST)
        .query(&ListContacts::new("L").limit(5).start_after(7))
        .unwrap();
    let pairs: Vec<_> = query.query.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
    assert_eq!(said(&contacts::operations::LIST, &pairs, Value::Null), [""; 0]);
}

static CHECKERS: LazyLock<Vec<Checker>> = LazyLock::new(|| operations().map(Checker::new).collect());

/// Keys that inputs really have, so that random bodies reach the depths of the schemas.
const KEYS: [&str; 24] = [
    "locationId",
    "filters",
    "filter",
    "field",
    "operator",
    "value",
    "group",
    "sort",
    "direction",
    "tags",
    "contacts",
    "customFields",
    "dndSettings",
    "Email",
    "status",
    "settings",
    "business",
    "social",
    "rruleOptions",
    "name",
    "id",
    "pageLimit",
    "searchAfter",
    "limit",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
        prop::sample::select(vec!["AND", "OR", "eq", "nested", "open", "asc"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let key = prop_oneof![4 => prop::sample::select(&KEYS[..]).prop_map(str::to_owned), 1 => "\\PC{0,5}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_input_panics(body in any_json(), query in prop::collection::vec(("[a-zA-Z_]{0,12}(\\[\\])?", "\\PC{0,8}"), 0..4)) {
        for checker in CHECKERS.iter() {
            let payload = Payload::Json(body.clone());
            if let Err(error) = checker.check(&Arguments::new(Vec::new(), query.clone(), payload)) {
                prop_assert!(!error.messages().is_empty());
                prop_assert_eq!(error.status(), Some(422));
            }
        }
    }
}

#[test]
fn depth_costs_no_more_than_size() {
    let mut filter = json!({ "field": "tags", "operator": "eq", "value": "a" });
    let mut list = json!([]);
    for _ in 0..60 {
        filter = json!({ "group": "AND", "filters": [filter] });
        list = json!([list]);
    }
    let begun = std::time::Instant::now();
    for value in [filter, list] {
        for checker in CHECKERS.iter() {
            let body = json!({ "locationId": "L", "pageLimit": 1, "filters": [value], "customFields": value, "tags": value });
            let _ = checker.check(&Arguments::new(Vec::new(), Vec::new(), Payload::Json(body)));
        }
    }
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}
