//! The grammar case by case: the documented tables, the refusals and their texts.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::*;

fn custom_fields(id: &str) -> Option<CustomFieldType> {
    CustomFieldType::from_wire(id)
}

/// The messages with their paths, and the highest status.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the cases read better without borrowing")]
fn refused(filters: Value) -> Vec<String> {
    let errors = Schema::contacts().parse(&filters, custom_fields).expect_err("should be refused");
    errors.iter().map(|error| format!("{} {error}", error.status())).collect()
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the cases read better without borrowing")]
fn accepted(filters: Value) -> Vec<Filter> {
    let parsed = Schema::contacts().parse(&filters, custom_fields).expect("should be accepted");
    assert_eq!(validate(&parsed, Schema::contacts(), custom_fields), Ok(()));
    parsed
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A well-formed value for an operator, whatever the kind of field.
fn sample(operator: Operator, kind: ValueKind) -> Value {
    match (operator, kind) {
        (Operator::Exists | Operator::NotExists, _) => Value::Null,
        (Operator::Range, ValueKind::Number) => json!({"gte": 1}),
        (Operator::Range, _) => json!({"gte": "2026-03-01"}),
        (Operator::Nested, _) => json!([{"field": "status", "operator": "eq", "value": "open"}]),
        (_, ValueKind::Boolean) => json!(true),
        (_, ValueKind::Number) => json!(1),
        _ => json!("x"),
    }
}

fn operators_of(schema: &Schema, field: &str) -> Vec<&'static str> {
    let resolved = schema.resolve(field, custom_fields).unwrap_or_else(|| panic!("no field {field}"));
    let taken = |operator: &&Operator| {
        let value = sample(**operator, resolved.kind);
        let filters = json!([{"field": field, "operator": operator.as_str(), "value": value}]);
        schema.parse(&filters, custom_fields).is_ok()
    };
    Operator::ALL.iter().filter(taken).map(|operator| operator.as_str()).collect()
}

const IDENTITY: &[&str] = &["eq", "not_eq"];
const KEYWORD: &[&str] = &["eq", "not_eq", "exists", "not_exists"];
const TEXT: &[&str] = &["eq", "not_eq", "contains", "not_contains", "exists", "not_exists"];
const NUMBER: &[&str] = &["eq", "not_eq", "exists", "not_exists", "range"];
const MOMENT: &[&str] = &["exists", "not_exists", "range"];

#[test]
fn contacts_take_exactly_the_documented_operators() {
    let table: &[(&[&str], &str)] = &[
        (IDENTITY, "id"),
        (KEYWORD, "contactName assignedTo country dnd email followers isValidWhatsapp timezone type"),
        (KEYWORD, "validEmail website activeWorkflows finishedWorkflows"),
        (TEXT, "address businessName city companyName firstNameLowerCase lastNameLowerCase phone"),
        (TEXT, "postalCode source state tags"),
        (
            MOMENT,
            "dateAdded dateUpdated dateOfBirth lastEmailClickedDate lastEmailOpenedDate lastAppointment",
        ),
        (&["nested"], "opportunities"),
        (TEXT, "customFields.TEXT customFields.LARGE_TEXT customFields.SINGLE_OPTIONS customFields.RADIO"),
        (TEXT, "customFields.PHONE customFields.EMAIL customFields.TEXTBOX_LIST.OPTION"),
        (KEYWORD, "customFields.CHECKBOX customFields.MULTIPLE_OPTIONS"),
        (NUMBER, "customFields.NUMERICAL customFields.MONETORY"),
        (MOMENT, "customFields.DATE"),
        (&["exists", "not_exists"], "customFields.FILE_UPLOAD"),
        (&["eq"], "dndSettings.Email.status dndSettings.SMS.status dndSettings.Call.status"),
        (&["eq"], "inboundDndSettings.all.status"),
    ];
    let mut standard = 0;
    for (operators, fields) in table {
        for field in fields.split(' ') {
            assert_eq!(operators_of(Schema::contacts(), field), *operators, "{field}");
            standard += usize::from(!field.starts_with("customFields"));
        }
    }
    assert_eq!(standard, Schema::contacts().fields.len(), "a field is missing from this table");
}

#[test]
fn opportunities_take_exactly_the_documented_operators() {
    let table: &[(&[&str], &str)] = &[
        (IDENTITY, "id"),
        (TEXT, "name contact_name company_name email phone followers"),
        (NUMBER, "monetary_value custom_fields.NUMERICAL"),
        (KEYWORD, "pipeline_id pipeline_stage_id status lost_reason_id source assigned_to contact_id"),
        (MOMENT, "date_added date_updated last_status_change_date last_stage_change_date"),
        (TEXT, "custom_fields.TEXT custom_fields.TEXTBOX_LIST.OPTION"),
    ];
    let mut standard = 0;
    for (operators, fields) in table {
        for field in fields.split(' ') {
            assert_eq!(operators_of(Schema::opportunities(), field), *operators, "{field}");
            standard += usize::from(!field.starts_with("custom_fields"));
        }
    }
    assert_eq!(standard, Schema::opportunities().fields.len(), "a field is missing from this table");
}

#[test]
fn unknown_fields_are_refused_with_the_wires_text() {
    for field in [
        "additional_phones",
        "firstName",
        "customFields",
        "customFields.",
        "customFields.nothing",
        "customFields.TEXT.option",
        "customFields.TEXT.",
        "customFields.TEXTBOX_LIST",
        "customFields.TEXTBOX_LIST.",
        "customFields.TEXTBOX_LIST.a.b",
        "custom_fields.TEXT",
        "Tags",
    ] {
        let filters = json!([{"field": field, "operator": "exists"}]);
        assert_eq!(refused(filters), [format!("400 Invalid field {field} (filters.0)")]);
    }
    // Unknown names survive parsing and validation names them.
    let parsed = parse(&json!([{"field": "nickname", "operator": "exists"}])).unwrap();
    let errors = validate(&parsed, Schema::contacts(), custom_fields).unwrap_err();
    assert_eq!(errors[0].field.as_deref(), Some("nickname"));
}

#[test]
fn the_documented_request_is_accepted() {
    let filters = json!([
        {"field": "tags", "operator": "eq", "value": ["web-lead", "event"]},
        {"group": "OR", "filters": [
            {"field": "customFields.NUMERICAL", "operator": "range", "value": {"gte": 10, "lt": 100}},
            {"field": "opportunities", "operator": "nested", "value": [
                {"field": "pipelineId", "operator": "eq", "value": "PIPE000000000000001"},
                {"field": "status", "operator": "eq", "value": "open"}]}]}
    ]);
    let parsed = accepted(filters.clone());
    assert_eq!(serde_json::to_value(&parsed).unwrap(), filters);
    assert_eq!(
        parsed,
        [
            ContactField::Tags.eq_any(["web-lead", "event"]),
            Filter::any([
                ContactField::custom("NUMERICAL").range(Range::new().gte(10).lt(100)),
                Filter::opportunity().pipeline("PIPE000000000000001").status("open").into(),
            ]),
        ]
    );
    assert_eq!(accepted(json!([])), []);
}

#[test]
fn a_single_value_in_an_array_means_the_same() {
    let parsed = accepted(json!([{"field": "tags", "operator": "not_eq", "value": ["vip"]}]));
    assert_eq!(parsed, [ContactField::Tags.not_eq("vip")]);
}

#[test]
fn all_problems_are_reported_at_once() {
    let filters = json!([
        {"field": "nickname", "operator": "eq", "value": {}, "extra": 1},
        {"group": "XOR", "filters": [{"field": "dnd", "operator": "eq", "value": "maybe"}], "more": 2},
        17,
    ]);
    assert_eq!(
        refused(filters),
        [
            "422 property extra should not exist (filters.0)",
            "400 Invalid field nickname (filters.0)",
            "422 value must be a string, a number, a boolean or an array of them (filters.0.value)",
            "422 property more should not exist (filters.1)",
            "422 group must be one of the following values: AND, OR (filters.1.group)",
            "400 Invalid value for field dnd: maybe is not true or false (filters.1.filters.0.value)",
            "422 each value in filters must be an object (filters.2)",
        ]
    );
}

#[test]
fn shapes() {
    for (filter, expected) in [
        (
            json!({}),
            vec![
                "422 field should not be empty (filters.0.field)",
                "422 operator should not be empty (filters.0.operator)",
            ],
        ),
        (
            json!({"field": 1, "operator": 2}),
            vec![
                "422 field must be a string (filters.0.field)",
                "422 operator must be a string (filters.0.operator)",
            ],
        ),
        (json!({"group": "AND"}), vec!["422 filters must be an array (filters.0.filters)"]),
        (
            json!({"group": "and", "filters": []}),
            vec![
                "422 group must be one of the following values: AND, OR (filters.0.group)",
                "422 filters should not be empty (filters.0.filters)",
            ],
        ),
        (
            json!({"field": "tags", "operator": "wildcard", "value": "v*"}),
            vec!["400 Invalid operator wildcard for field tags (filters.0)"],
        ),
        (
            json!({"field": "tags", "operator": "range", "value": {"gt": 1}}),
            vec!["400 Invalid operator range for field tags (filters.0)"],
        ),
        (json!({"field": "tags", "operator": "eq"}), vec!["422 value should not be empty (filters.0.value)"]),
        (
            json!({"field": "tags", "operator": "eq", "value": null}),
            vec!["422 value should not be empty (filters.0.value)"],
        ),
        (
            json!({"field": "tags", "operator": "eq", "value": []}),
            vec!["422 value should not be empty (filters.0.value)"],
        ),
        (
            json!({"field": "tags", "operator": "eq", "value": ["a", null, []]}),
            vec![
                "422 each value in value must be a string, a number or a boolean (filters.0.value.1)",
                "422 each value in value must be a string, a number or a boolean (filters.0.value.2)",
            ],
        ),
        (
            json!({"field": "tags", "operator": "exists", "value": true}),
            vec!["422 property value should not exist (filters.0)"],
        ),
        (
            json!({"field": "tags", "operator": "contains", "value": ["a"]}),
            vec!["422 value must be a string (filters.0.value)"],
        ),
        (
            json!({"field": "tags", "operator": "contains", "value": ""}),
            vec!["422 value should not be empty (filters.0.value)"],
        ),
        (
            json!({"field": "tags", "operator": "contains", "value": "é".repeat(76)}),
            vec!["422 value must be shorter than or equal to 75 characters (filters.0.value)"],
        ),
        (
            json!({"field": "tags", "operator": "not_contains", "value": "v*"}),
            vec!["422 value must not contain special characters such as '*' (filters.0.value)"],
        ),
    ] {
        assert_eq!(refused(json!([filter])), expected);
    }
    assert_eq!(refused(json!({"field": "tags"})), ["422 filters must be an array (filters)"]);
    accepted(json!([{"field": "tags", "operator": "exists", "value": null}]));
    accepted(json!([{"field": "tags", "operator": "contains", "value": "é".repeat(75)}]));
    for text in
        ["o'neil & sons", "+1500555", "ada@vale.example", "St. John-Smith (HQ), 2/3", "Yahoo!", "100%"]
    {
        accepted(json!([{"field": "companyName", "operator": "contains", "value": text}]));
    }
}

#[test]
fn ranges() {
    let range = |field: &str, value: Value| json!([{"field": field, "operator": "range", "value": value}]);
    for value in [
        json!({"gte": "2026-03-01"}),
        json!({"gt": "2026-03-01T09:30:00.000Z", "lt": "2026-03-02T09:30:00+10:00"}),
        json!({"lte": 1_772_357_400_000_i64}),
        json!({"gte": "2026-03-01T09:30:00"}),
    ] {
        accepted(range("dateAdded", value));
    }
    accepted(range("customFields.MONETORY", json!({"gt": 1.5, "lte": 2})));
    for (field, value, expected) in [
        (
            "dateAdded",
            json!({"low": 1, "high": 2}),
            vec![
                "422 property low should not exist (filters.0.value)",
                "422 property high should not exist (filters.0.value)",
            ],
        ),
        (
            "dateAdded",
            json!({"from": "2026-03-01", "gte": "2026-03-01"}),
            vec!["422 property from should not exist (filters.0.value)"],
        ),
        ("dateAdded", json!({}), vec!["422 value should not be empty (filters.0.value)"]),
        (
            "dateAdded",
            json!("2026-03-01"),
            vec!["422 value must be an object with gt, gte, lt or lte (filters.0.value)"],
        ),
        (
            "dateAdded",
            json!({"gte": "2026-02-30"}),
            vec![
                "400 Invalid value for field dateAdded: 2026-02-30 is not a number, an ISO 8601 date or milliseconds since 1970 (filters.0.value.gte)",
            ],
        ),
        (
            "dateAdded",
            json!({"gte": 1e18, "lt": 1.5}),
            vec![
                "400 Invalid value for field dateAdded: 1e+18 is not an ISO 8601 date or milliseconds since 1970 (filters.0.value.gte)",
                "400 Invalid value for field dateAdded: 1.5 is not an ISO 8601 date or milliseconds since 1970 (filters.0.value.lt)",
            ],
        ),
        (
            "customFields.NUMERICAL",
            json!({"gte": "2026-03-01"}),
            vec![
                "400 Invalid value for field customFields.NUMERICAL: 2026-03-01 is not a number (filters.0.value.gte)",
            ],
        ),
        (
            "customFields.NUMERICAL",
            json!({"gte": null}),
            vec![
                "400 Invalid value for field customFields.NUMERICAL: null is not a number, an ISO 8601 date or milliseconds since 1970 (filters.0.value.gte)",
            ],
        ),
    ] {
        assert_eq!(refused(range(field, value)), expected);
    }
}

#[test]
fn nested_tests() {
    let nested = |value: Value| json!([{"field": "opportunities", "operator": "nested", "value": value}]);
    accepted(nested(json!([{"field": "pipelineStageId", "operator": "eq", "value": ["a", "b"]}])));
    for (value, expected) in [
        (json!([]), vec!["422 value should not be empty (filters.0.value)"]),
        (json!({}), vec!["422 value must be an array of {field, operator, value} (filters.0.value)"]),
        (json!([3]), vec!["422 each value in value must be an object (filters.0.value.0)"]),
        (
            json!([{"field": "name", "operator": "eq", "value": "x"}]),
            vec!["400 Invalid field opportunities.name (filters.0.value.0)"],
        ),
        (
            json!([{"field": "status", "operator": "not_eq", "value": "x"}]),
            vec!["400 Invalid operator not_eq for field opportunities.status (filters.0.value.0)"],
        ),
        (
            json!([{"field": "status", "operator": "eq", "value": [], "x": 1}]),
            vec!["422 property x should not exist (filters.0.value.0)"],
        ),
        (
            json!([{"field": "status", "operator": "eq", "value": []}]),
            vec!["422 value should not be empty (filters.0.value.0.value)"],
        ),
        (
            json!([{"field": "status"}]),
            vec![
                "422 operator should not be empty (filters.0.value.0.operator)",
                "422 value should not be empty (filters.0.value.0.value)",
            ],
        ),
    ] {
        assert_eq!(refused(nested(value)), expected);
    }
}

#[test]
fn depth_is_limited_in_parser_and_validation() {
    let mut filter = ContactField::Tags.eq("vip");
    for _ in 0..MAX_DEPTH {
        filter = Filter::all([filter]);
    }
    let json = serde_json::to_value([&filter]).unwrap();
    accepted(json.clone());
    // As text, too: the limit lies below the one of the JSON reader.
    let body = json!({"locationId": "L", "filters": json}).to_string();
    assert!(serde_json::from_str::<Value>(&body).is_ok());

    let deeper = Filter::any([filter]);
    let errors = validate(std::slice::from_ref(&deeper), Schema::contacts(), custom_fields).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "filters must not be nested more than 32 groups deep");
    assert_eq!(refused(serde_json::to_value([&deeper]).unwrap()).len(), 1);

    // Built in memory, JSON can be deeper than any text; more would overflow its own destructor.
    let mut abyss = json!([]);
    for _ in 0..1_000 {
        let mut group = serde_json::Map::new();
        group.insert("group".to_owned(), json!("AND"));
        group.insert("filters".to_owned(), abyss);
        abyss = Value::Array(vec![Value::Object(group)]);
    }
    assert_eq!(refused(abyss).len(), 1);
}

#[test]
fn range_bounds() {
    use std::ops::Bound::{Excluded, Included, Unbounded};

    let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    let start = instant("2026-03-01T00:00:00Z").timestamp_millis();
    let end = instant("2026-03-02T00:00:00Z").timestamp_millis();
    for (range, lower, upper) in [
        (Range::new().gt(day), Included(end), Unbounded),
        (Range::new().gte(day), Included(start), Unbounded),
        (Range::new().lt(day), Unbounded, Excluded(start)),
        (Range::new().lte(day), Unbounded, Excluded(end)),
        (Range::new().gt(start).gte(start).lt(end).lte(end), Excluded(start), Excluded(end)),
        (Range::new().gt(start).gte(end), Included(end), Unbounded),
        (Range::new().lt(end).lte(start), Unbounded, Included(start)),
    ] {
        let bounds = range.millis().unwrap();
        assert_eq!((bounds.lower, bounds.upper), (lower, upper), "{range:?}");
        assert!(!bounds.is_empty());
    }
    assert!(Range::new().gt(5).lte(5).numbers().unwrap().is_empty());
    assert!(Range::new().gte(6).lte(5).numbers().unwrap().is_empty());
    assert!(!Range::new().gte(5).lte(5).numbers().unwrap().is_empty());
    assert!(Range::new().gte(f64::NAN).numbers().is_none());
    assert!(Range::new().gte(day).numbers().is_none());
    assert!(Range::new().lte(NaiveDate::MAX).millis().is_some());
}

#[test]
fn scalars_convert_as_a_search_engine_would() {
    assert_eq!(Scalar::from(2000).as_text(), "2000");
    assert_eq!(Scalar::from("42").as_number(), Some(42.0));
    assert_eq!(Scalar::from("inf").as_number(), None);
    assert_eq!(Scalar::from("true").as_bool(), Some(true));
    assert_eq!(Scalar::from(1).as_bool(), None);
}

#[test]
fn the_builder_cannot_hide_a_wrong_value() {
    for (filter, field) in [
        (Filter::field("dateAdded").contains("2026"), "dateAdded"),
        (Filter::field("nickname").eq("x"), "nickname"),
        (ContactField::Tags.eq(f64::NAN), "tags"),
        (ContactField::Tags.eq_any(Vec::<String>::new()), "tags"),
        (ContactField::Tags.contains("a\"b"), "tags"),
        (ContactField::DateAdded.range(Range::new()), "dateAdded"),
        (ContactField::DateAdded.range(Range::new().gt(f64::INFINITY)), "dateAdded"),
        (ContactField::custom("NUMERICAL").eq("ten"), "customFields.NUMERICAL"),
        (Filter::opportunity().into(), "opportunities"),
        (ContactField::Opportunities.nested([NestedTest::new("name", ["x"])]), "opportunities.name"),
    ] {
        let errors = validate(&[filter], Schema::contacts(), custom_fields).unwrap_err();
        assert_eq!(errors[0].field.as_deref(), Some(field), "{errors:?}");
    }
    assert!(validate(&[Filter::any(Vec::<Filter>::new())], Schema::contacts(), custom_fields).is_err());
}

#[test]
fn builder_reads_like_the_question() {
    let since = ContactField::DateAdded.since(instant("2026-03-01T09:30:00.123456Z"));
    assert_eq!(
        serde_json::to_value(&since).unwrap(),
        json!({"field": "dateAdded", "operator": "range", "value": {"gte": "2026-03-01T09:30:00.123Z"}})
    );
    let grown =
        ContactField::Email.exists().and(ContactField::Dnd.eq(false)).and(since).or(ContactField::Id.eq("C"));
    assert!(
        matches!(&grown, Filter::Any(parts) if matches!(&parts[0], Filter::All(parts) if parts.len() == 3))
    );
    assert_eq!(
        OpportunityField::custom_option("CF", "O").contains("x"),
        Filter::field("custom_fields.CF.O").contains("x")
    );
    let worth = OpportunityField::MonetaryValue.range(Range::new().gte(rust_decimal::Decimal::new(995, 1)));
    assert_eq!(validate(&[worth], Schema::opportunities(), custom_fields), Ok(()));
}

#[test]
fn sorts() {
    let contacts = Schema::contacts();
    let parsed = parse_sort(
        &json!([{"field": "dateAdded", "direction": "desc"}, {"field": "email", "direction": "asc"}]),
    )
    .unwrap();
    assert_eq!(parsed, [ContactSort::DateAdded.desc(), ContactSort::Email.asc()]);
    assert_eq!(validate_sort(&parsed, contacts), Ok(()));
    assert!(validate_sort(&[OpportunitySort::MonetaryValue.asc()], Schema::opportunities()).is_ok());
    let wrong = [ContactSort::Dnd.asc(), Sort::new("city", Direction::Asc), ContactSort::Source.asc()];
    let errors: Vec<_> =
        validate_sort(&wrong, contacts).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["sort must contain no more than 2 elements (sort)", "Invalid sort field city (sort.1)"]
    );
    let errors: Vec<_> = parse_sort(&json!([{"field": "email", "direction": "up", "nulls": "last"}, {}, 1]))
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        errors,
        [
            "property nulls should not exist (sort.0)",
            "direction must be one of the following values: asc, desc (sort.0.direction)",
            "field must be a string (sort.1.field)",
            "direction must be one of the following values: asc, desc (sort.1.direction)",
            "each value in sort must be an object (sort.2)",
        ]
    );
    assert!(parse_sort(&json!({})).is_err());
    assert!(serde_json::from_value::<Sort>(json!({"field": "email", "direction": "asc", "x": 1})).is_err());
}

#[test]
fn deserialising_reports_what_is_wrong() {
    let error = serde_json::from_value::<Filter>(json!({"field": "tags", "operator": "eq"})).unwrap_err();
    assert_eq!(error.to_string(), "value should not be empty (filter.value)");
}

#[cfg(feature = "schema")]
#[test]
fn the_json_schema_refers_to_itself() {
    use crate::shape::Shaped;
    use crate::shape::schema::Schemas;

    let mut schemas = Schemas::new("#/$defs/");
    assert_eq!(schemas.of(&<Vec<Filter>>::KIND)["items"]["$ref"], "#/$defs/Filter");
    let variants = schemas.into_found()["Filter"]["anyOf"].as_array().cloned().unwrap();
    assert_eq!(variants.len(), 6);
    assert_eq!(variants[5]["properties"]["filters"]["items"]["$ref"], "#/$defs/Filter");
}
