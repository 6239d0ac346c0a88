use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn fields() -> Vec<CustomField> {
    serde_json::from_value(json!([
        { "id": "f-text", "name": "Note", "fieldKey": "contact.note", "dataType": "TEXT" },
        { "id": "f-large", "name": "Story", "fieldKey": "contact.story", "dataType": "LARGE_TEXT" },
        { "id": "f-number", "name": "Seats", "fieldKey": "contact.seats", "dataType": "NUMERICAL" },
        { "id": "f-money", "name": "Budget", "fieldKey": "contact.budget", "dataType": "MONETORY" },
        { "id": "f-one", "name": "Colour", "fieldKey": "contact.colour", "dataType": "SINGLE_OPTIONS",
          "picklistOptions": ["Sky Blue", "Red"] },
        { "id": "f-radio", "name": "Size", "fieldKey": "contact.size", "dataType": "RADIO",
          "picklistOptions": ["S", "M"], "isAllowedCustomOption": true },
        { "id": "f-any", "name": "Hobbies", "fieldKey": "contact.hobbies", "dataType": "MULTIPLE_OPTIONS",
          "picklistOptions": ["Chess", "Sailing", "Rock | Pop"] },
        { "id": "f-check", "name": "Consent", "fieldKey": "contact.consent", "dataType": "CHECKBOX",
          "picklistOptions": ["Yes"] },
        { "id": "f-date", "name": "Since", "fieldKey": "contact.since", "dataType": "DATE" },
        { "id": "f-phone", "name": "Second phone", "fieldKey": "contact.phone2", "dataType": "PHONE" },
        { "id": "f-email", "name": "Second mail", "fieldKey": "contact.mail2", "dataType": "EMAIL" },
        { "id": "f-list", "name": "Kids", "fieldKey": "contact.kids", "dataType": "TEXTBOX_LIST",
          "picklistOptions": [{ "id": "k1", "label": "First" }, { "label": "Second" }] },
        { "id": "f-file", "name": "Scan", "fieldKey": "contact.scan", "dataType": "FILE_UPLOAD" },
        { "id": "f-new", "name": "Hologram", "fieldKey": "contact.hologram", "dataType": "HOLOGRAM" },
        { "id": "f-twin1", "name": "Twin", "fieldKey": "contact.twin", "dataType": "TEXT" },
        { "id": "f-twin2", "name": "twin ", "fieldKey": "contact.twin_2", "dataType": "TEXT" },
    ]))
    .unwrap()
}

/// Every field under its own name.
fn map() -> FieldMap {
    let mut map = FieldMap::new(fields()).phone_region("US");
    for field in fields() {
        map = map.column(field.id.as_str(), &field.id).unwrap();
    }
    map
}

#[track_caller]
fn value(column: &str, cell: &str) -> Value {
    let inputs = map().inputs([(column, cell)]).unwrap();
    assert_eq!(inputs[0].id.as_ref().unwrap(), &column);
    inputs[0].field_value.to_json()
}

#[track_caller]
fn fault(column: &str, cell: &str) -> FieldFault {
    let problems = map().inputs([(column, cell)]).unwrap_err();
    assert_eq!(problems.len(), 1);
    problems[0].fault.clone()
}

#[test]
fn every_type_reads_its_cells() {
    assert_eq!(value("f-text", " a;b|c "), json!("a;b|c"));
    assert_eq!(value("f-large", "two\nlines"), json!("two\nlines"));
    for (cell, number) in [
        ("1234", json!(1234)),
        ("-7", json!(-7)),
        ("+7.50", json!(7.5)),
        ("1,234,567.89", json!(1234567.89)),
        ("0.1", json!(0.1)),
        ("1.0", json!(1)),
        ("9007199254740993", json!(9007199254740993_i64)),
    ] {
        assert_eq!(value("f-number", cell), number, "{cell}");
    }
    assert_eq!(value("f-money", "$1,200.50"), json!(1200.5));
    assert_eq!(value("f-money", "1200 €"), json!(1200));
    assert_eq!(value("f-one", " sky blue"), json!("Sky Blue"));
    assert_eq!(value("f-radio", "m"), json!("M"));
    assert_eq!(value("f-radio", "XXL"), json!("XXL"));
    assert_eq!(value("f-any", "sailing; CHESS |sailing;"), json!(["Sailing", "Chess"]));
    assert_eq!(value("f-any", "rock | pop"), json!(["Rock | Pop"]));
    assert_eq!(value("f-check", "yes"), json!(["Yes"]));
    for cell in ["2026-03-31", "03/31/2026", "2026-03-31T23:30:00-11:00", "2026-03-31 10:00:00"] {
        assert_eq!(value("f-date", cell), json!("2026-03-31"), "{cell}");
    }
    assert_eq!(value("f-phone", "(202) 555-0123"), json!("+12025550123"));
    assert_eq!(value("f-email", "Ada@Vale.Example"), json!("ada@vale.example"));
    assert_eq!(value("f-list", "first = Ann; Second=Bo=b"), json!({ "k1": "Ann", "Second": "Bo=b" }));
    assert_eq!(value("f-new", "x"), json!("x"));
}

#[test]
fn every_type_refuses_the_rest() {
    for cell in [
        "many", "1,5", "1.234,50", "1234,567", "1_000", "1e5", "0x10", "-", ".5", "5.", "1,,000", "$5",
        "NaN", "--1",
    ] {
        assert_eq!(fault("f-number", cell), FieldFault::NotANumber, "{cell}");
    }
    for cell in ["0.1234567890123456789", "123456789012345678901234567890", "9007199254740993.5"] {
        assert_eq!(fault("f-number", cell), FieldFault::TooManyDigits, "{cell}");
    }
    let no_option = |given: &str, options: &[&str]| FieldFault::NotAnOption {
        given: given.to_owned(),
        options: options.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(fault("f-one", "green"), no_option("green", &["Sky Blue", "Red"]));
    assert_eq!(fault("f-any", "chess; golf"), no_option("golf", &["Chess", "Sailing", "Rock | Pop"]));
    assert_eq!(fault("f-check", ";"), no_option(";", &["Yes"]));
    assert_eq!(fault("f-list", "Third=x"), no_option("Third", &["First", "Second"]));
    assert_eq!(fault("f-list", "First"), FieldFault::NotAPair("First".to_owned()));
    assert_eq!(fault("f-list", "First=a;first=b"), FieldFault::RepeatedLabel("first".to_owned()));
    for cell in ["soon", "31/03/2026", "2026-02-30"] {
        assert_eq!(fault("f-date", cell), FieldFault::NotADate, "{cell}");
    }
    assert!(matches!(fault("f-phone", "12"), FieldFault::Phone(_)));
    assert!(matches!(fault("f-email", "ada"), FieldFault::Email(_)));
    assert_eq!(fault("f-file", "a.pdf"), FieldFault::NotWritable("FILE_UPLOAD".into()));
}

#[test]
fn all_problems_of_a_row_come_at_once_and_read_well() {
    let map = FieldMap::new(fields())
        .column("Farbe", "Colour")
        .unwrap()
        .column("Seats", "seats")
        .unwrap()
        .ignore(["E-mail"]);
    let row =
        [("\u{feff}farbe ", "green"), ("SEATS", "1,5"), ("Shoe", "44"), ("E-mail", "x"), ("Seats", "2")];
    let lines: Vec<String> = map.inputs(row).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "column `farbe` (field `Colour`), value `green`: `green` is none of the options: Sky Blue, Red",
            "column `SEATS` (field `Seats`), value `1,5`: not a number such as 1234.5 or 1,234.50",
            "column `Shoe`: no custom field is mapped to it; map it with `column` or name it in `ignore`",
            "column `Seats`, value `2`: the row has this column twice",
        ]
    );
}

#[test]
fn an_empty_cell_says_nothing() {
    assert_eq!(map().inputs([("f-number", "  "), ("f-file", "")]), Ok(Vec::new()));
}

#[test]
fn fields_are_named_by_id_key_or_name() {
    let found = |field: FieldRef| {
        FieldMap::new(fields()).column("c", field).map(|map| map.field("C").unwrap().id.clone())
    };
    assert_eq!(found("f-text".into()).unwrap(), "f-text");
    assert_eq!(found("contact.note".into()).unwrap(), "f-text");
    assert_eq!(found("note".into()).unwrap(), "f-text");
    assert_eq!(found(" NOTE".into()).unwrap(), "f-text");
    assert_eq!(found("Twin".into()).unwrap(), "f-twin1");
    assert_eq!(found(FieldRef::Key("twin_2".into())).unwrap(), "f-twin2");
    assert_eq!(found(FieldRef::Name("contact.note".into())).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(found(FieldRef::Key("opportunity.note".into())).unwrap_err().kind(), ErrorKind::NotFound);
    let several = found("TWIN".into()).unwrap_err();
    assert_eq!(several.to_string(), "several custom fields are called `TWIN`: contact.twin, contact.twin_2");
    let none = FieldMap::new(fields()[..2].to_vec()).column("c", "Shoe").unwrap_err();
    assert_eq!(none.to_string(), "there is no custom field `Shoe`; there are `Note`, `Story`");
    let map = || FieldMap::new(fields()).column("c", "note").unwrap();
    assert_eq!(map().column(" C", "Story").unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(map().column("d", "f-text").unwrap_err().to_string(), "field `Note` is column `c` already");
}

proptest! {
    #[test]
    fn no_cell_panics(cell in "\\PC{0,40}") {
        for field in fields() {
            let _ = map().inputs([(field.id.as_str(), cell.as_str())]);
        }
    }

    #[test]
    fn a_number_that_is_accepted_is_exact(whole in -999_999_999i64..999_999_999, cents in 0u32..100) {
        let text = format!("{whole}.{cents:02}");
        let back: crate::types::Money = serde_json::from_value(value("f-number", &text)).unwrap();
        prop_assert_eq!(back.decimal(), text.parse().unwrap());
    }
}
