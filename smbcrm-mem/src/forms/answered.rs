//! A visitor's answers: held against the form's fields, and turned into what they say about the contact.

use serde_json::{Map, Value};
use smbcrm_core::contacts::UpsertContact;
use smbcrm_core::dedupe::parse_date_of_birth;
use smbcrm_core::locations::FieldModel;
use smbcrm_core::types::{CustomFieldInput, Extra, FieldValue, Text};

use super::StoredForm;
use crate::contacts::{Fields, custom_field_values};
use crate::world::State;

/// The standard fields of a contact that a form may ask for.
const STANDARD: [&str; 15] = [
    "full_name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "address",
    "city",
    "state",
    "country",
    "postal_code",
    "website",
    "organization",
    "date_of_birth",
    "timezone",
    "source",
];

/// What a submission's record says beside the answers; an answer of such a name would overwrite it.
const RESERVED: [&str; 2] = ["eventData", "fieldsOriSequance"];

/// Answers that are in order.
pub(super) struct Answered {
    /// What they say about the contact.
    pub(super) contact: UpsertContact,
    /// All of them, by standard name or custom field id.
    pub(super) answers: Extra,
    /// The fields in the form's order, or in the order they were answered in.
    pub(super) order: Vec<Text>,
}

impl Answered {
    /// Reads the answers to a form; everything that is wrong with them is named.
    pub(super) fn read(
        state: &State,
        form: &StoredForm,
        given: Map<String, Value>,
    ) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut contact = UpsertContact::new(&state.location.id);
        let (mut answers, mut order, mut custom) = (Extra::default(), Vec::new(), Vec::new());
        let fields: Vec<Text> = form.fields.iter().map(|field| resolve(state, &field.name)).collect();
        for (name, value) in given {
            let field = resolve(state, &name);
            if RESERVED.contains(&field.as_str()) || !(fields.is_empty() || fields.contains(&field)) {
                wrong.push(format!("property {name} should not exist"));
                continue;
            }
            if FieldValue::from(value.clone()).is_empty() {
                continue;
            }
            if STANDARD.contains(&field.as_str()) {
                match text(&value) {
                    Some(said) => contact = write(contact, &field, said, &mut wrong),
                    None => wrong.push(format!("{name} must be a string")),
                }
            } else if state.fields().any(|known| known.id == *field) {
                let input = CustomFieldInput::new(&field, FieldValue::from(value.clone()));
                check_custom(state, &name, input.clone(), &mut wrong);
                custom.push(input);
            }
            order.push(field.clone());
            answers.insert(field, value);
        }
        for (field, known) in form.fields.iter().zip(&fields) {
            if field.required && !answers.contains_key(known.as_str()) {
                wrong.push(format!("{} should not be empty", field.name));
            }
        }
        if answers.is_empty() && wrong.is_empty() {
            wrong.push("answers should not be empty".to_owned());
        }
        // What the contact's own check refuses is named along with the rest.
        if let Err(error) = Fields::from(contact.clone()).check(state, None) {
            wrong.extend(error.messages().iter().cloned());
        }
        if !custom.is_empty() {
            contact = contact.custom_fields(custom);
        }
        if !fields.is_empty() {
            order = fields;
        }
        if wrong.is_empty() { Ok(Self { contact, answers, order }) } else { Err(wrong) }
    }

    /// The answer to a field, as text.
    pub(super) fn text(&self, field: &str) -> Option<Text> {
        self.answers.get(field).and_then(text)
    }
}

/// The name that a field is known by: a standard field's, a custom field's id, else its own.
fn resolve(state: &State, name: &str) -> Text {
    let name = name.trim();
    if name == "name" {
        return "full_name".into();
    }
    if STANDARD.contains(&name) {
        return name.into();
    }
    let of_contacts = state.fields().filter(|field| field.model == FieldModel::Contact);
    let named = |key: &str| key == name || key.split_once('.').is_some_and(|(_, short)| short == name);
    let found = of_contacts.clone().find(|field| field.id == *name);
    let found = found.or_else(|| of_contacts.clone().find(|field| named(&field.field_key)));
    found.map_or_else(|| name.into(), |field| field.id.as_text().clone())
}

fn text(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.trim().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

fn write(contact: UpsertContact, field: &str, said: Text, wrong: &mut Vec<String>) -> UpsertContact {
    match field {
        "full_name" => contact.name(said),
        "first_name" => contact.first_name(said),
        "last_name" => contact.last_name(said),
        "email" => contact.email(said),
        "phone" => contact.phone(said),
        "address" => contact.address1(said),
        "city" => contact.city(said),
        "state" => contact.state(said),
        "country" => contact.country(said),
        "postal_code" => contact.postal_code(said),
        "website" => contact.website(said),
        "organization" => contact.company_name(said),
        "timezone" => contact.timezone(said),
        "source" => contact.source(said),
        "date_of_birth" => match parse_date_of_birth(&said) {
            Ok(day) => contact.date_of_birth(day),
            Err(error) => {
                wrong.push(format!("date_of_birth: {error}"));
                contact
            }
        },
        _ => contact,
    }
}

/// Checks a custom field's answer alone, so that the refusal can name it as the visitor did.
fn check_custom(state: &State, name: &str, input: CustomFieldInput, wrong: &mut Vec<String>) {
    let mut refused = Vec::new();
    custom_field_values(state, &FieldModel::Contact, vec![input], &mut refused);
    wrong.extend(refused.into_iter().map(|message| message.replacen("customFields.0.field_value", name, 1)));
}
