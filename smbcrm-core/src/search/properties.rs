//! What holds for every filter and every JSON value.

use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn custom_fields(id: &str) -> Option<CustomFieldType> {
    CustomFieldType::from_wire(id)
}

fn any_scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<String>().prop_map(Scalar::from),
        any::<bool>().prop_map(Scalar::from),
        any::<i32>().prop_map(Scalar::from),
        (-1e300..1e300).prop_map(Scalar::from),
    ]
}

fn any_limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        any::<i64>().prop_map(Limit::from),
        (-1e300..1e300).prop_map(Limit::from),
        (-100_000_000_000_000_000_i64..100_000_000_000_000_000)
            .prop_filter_map("in range", DateTime::from_timestamp_micros)
            .prop_map(Limit::from),
        (-2_000_000..9_000_000_i32)
            .prop_filter_map("in range", NaiveDate::from_num_days_from_ce_opt)
            .prop_map(Limit::from),
    ]
}

fn any_range() -> impl Strategy<Value = Range> {
    prop::array::uniform4(prop::option::of(any_limit())).prop_filter_map("not empty", |[gt, gte, lt, lte]| {
        let range = Range { gt, gte, lt, lte };
        (!range.is_unlimited()).then_some(range)
    })
}

fn any_field() -> impl Strategy<Value = String> {
    let mut names: Vec<String> = Schema::contacts().fields.iter().map(|rule| rule.name.to_owned()).collect();
    names.extend(
        ["customFields.NUMERICAL", "customFields.TEXTBOX_LIST.O", "customFields.DATE"].map(str::to_owned),
    );
    prop_oneof![9 => prop::sample::select(names), 1 => ".{1,12}"]
}

fn any_test() -> impl Strategy<Value = Test> {
    let scalars = || prop::collection::vec(any_scalar(), 1..4);
    let text = || "[a-zA-Z0-9@+. é-]{1,75}";
    prop_oneof![
        scalars().prop_map(Test::Eq),
        scalars().prop_map(Test::NotEq),
        text().prop_map(Test::Contains),
        text().prop_map(Test::NotContains),
        Just(Test::Exists),
        Just(Test::NotExists),
        any_range().prop_map(Test::Range),
        prop::collection::vec((".{1,12}", scalars()), 1..3).prop_map(|tests| Test::Nested(
            tests.into_iter().map(|(field, values)| NestedTest { field, values }).collect()
        )),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    (any_field(), any_test()).prop_map(|(field, test)| Filter::leaf(field, test)).prop_recursive(
        5,
        40,
        4,
        |inner| {
            let parts = || prop::collection::vec(inner.clone(), 1..4);
            prop_oneof![parts().prop_map(Filter::All), parts().prop_map(Filter::Any)]
        },
    )
}

/// JSON built from the grammar's own words, so that it gets far into the parser.
fn any_json() -> impl Strategy<Value = Value> {
    const KEYS: &[&str] =
        &["field", "operator", "value", "group", "filters", "gt", "gte", "lt", "lte", "low", "direction"];
    const TEXTS: &[&str] = &[
        "tags",
        "dnd",
        "dateAdded",
        "opportunities",
        "customFields.NUMERICAL",
        "status",
        "eq",
        "not_eq",
        "contains",
        "exists",
        "range",
        "nested",
        "AND",
        "OR",
        "2026-03-01",
        "asc",
        "",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,80}".prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..5)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn json_round_trip(filters in prop::collection::vec(any_filter(), 0..4)) {
        let json = serde_json::to_value(&filters).unwrap();
        prop_assert_eq!(&parse(&json), &Ok(filters.clone()));
        let read: Vec<Filter> = serde_json::from_value(json.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), json);
        prop_assert_eq!(read, filters);
    }

    #[test]
    fn the_parser_never_panics_and_always_says_where(json in any_json()) {
        let _ = parse_sort(&json);
        let parsed = parse(&json);
        for schema in [Schema::contacts(), Schema::opportunities()] {
            match schema.parse(&json, custom_fields) {
                Ok(filters) => {
                    prop_assert_eq!(&parsed, &Ok(filters.clone()));
                    prop_assert_eq!(validate(&filters, schema, custom_fields), Ok(()));
                }
                Err(errors) => {
                    prop_assert!(!errors.is_empty());
                    for error in &errors {
                        prop_assert!(error.path.starts_with("filters") && !error.message.is_empty());
                        prop_assert!(matches!(error.status(), 400 | 422));
                    }
                }
            }
        }
    }

    #[test]
    fn one_pass_and_two_passes_agree(filters in prop::collection::vec(any_filter(), 0..4)) {
        let json = serde_json::to_value(&filters).unwrap();
        let one = Schema::contacts().parse(&json, custom_fields);
        match validate(&filters, Schema::contacts(), custom_fields) {
            Ok(()) => prop_assert_eq!(one, Ok(filters)),
            Err(errors) => {
                prop_assert!(errors.iter().all(|error| error.field.is_some()), "{:?}", errors);
                prop_assert_eq!(one, Err(errors));
            }
        }
    }

    #[test]
    fn bounds_never_trip_an_ordered_index(range in any_range(), keys in prop::collection::btree_set(any::<i64>(), 0..20)) {
        if let Some(bounds) = range.millis() {
            let found = if bounds.is_empty() { 0 } else { keys.range(bounds).count() };
            prop_assert_eq!(found, keys.iter().filter(|key| bounds.contains(key)).count());
        }
    }
}
