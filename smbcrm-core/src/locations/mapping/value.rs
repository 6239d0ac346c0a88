//! A cell's text as the value that a field's type asks for.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Number, Value};

use super::FieldFault;
use crate::dedupe::{normalise_email, normalise_phone, parse_date_of_birth};
use crate::locations::{CustomField, CustomFieldType};
use crate::types::{FieldValue, Money, Text, time};

/// Reads a cell that is not empty.
pub(super) fn read(field: &CustomField, cell: &str, phone_region: &str) -> Result<FieldValue, FieldFault> {
    let text = cell.trim();
    match &field.data_type {
        CustomFieldType::Numerical => number(text),
        CustomFieldType::Monetary => number(without_currency(text)),
        CustomFieldType::SingleOptions | CustomFieldType::Radio => option(field, text).map(FieldValue::Text),
        CustomFieldType::Checkbox | CustomFieldType::MultipleOptions => options(field, text),
        CustomFieldType::Date => date(text),
        CustomFieldType::Phone => {
            normalise_phone(text, phone_region).map(FieldValue::from).map_err(FieldFault::Phone)
        }
        CustomFieldType::Email => normalise_email(text).map(FieldValue::from).map_err(FieldFault::Email),
        CustomFieldType::TextboxList => text_list(field, text),
        refused @ (CustomFieldType::FileUpload | CustomFieldType::Signature) => {
            Err(FieldFault::NotWritable(refused.as_str().into()))
        }
        _ => Ok(text.into()),
    }
}

fn without_currency(text: &str) -> &str {
    const SYMBOLS: [char; 3] = ['$', '€', '£'];
    text.strip_prefix(SYMBOLS).or_else(|| text.strip_suffix(SYMBOLS)).unwrap_or(text).trim()
}

fn number(text: &str) -> Result<FieldValue, FieldFault> {
    let plain = without_thousands(text).ok_or(FieldFault::NotANumber)?;
    let decimal: Decimal = plain.parse().map_err(|_| FieldFault::TooManyDigits)?;
    if decimal.is_integer()
        && let Some(whole) = decimal.to_i64()
    {
        return Ok(whole.into());
    }
    // JSON numbers are binary on the other side: what does not come back the same would be stored wrong.
    let binary: f64 = plain.parse().map_err(|_| FieldFault::NotANumber)?;
    let back = Money::try_from_f64(binary).map(Money::decimal);
    if back != Ok(decimal) {
        return Err(FieldFault::TooManyDigits);
    }
    Number::from_f64(binary).map(FieldValue::Number).ok_or(FieldFault::TooManyDigits)
}

/// `-1,234.50` → `-1234.50`; `None` unless digits, sign, point and separators stand where they belong.
fn without_thousands(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut plain = if text.starts_with('-') { "-".to_owned() } else { String::new() };
    plain.push_str(first);
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 || !all_digits(group) {
            return None;
        }
        plain.push_str(group);
        grouped = true;
    }
    if !all_digits(first) || (grouped && first.len() > 3) || !all_digits(fraction) {
        return None;
    }
    plain.push('.');
    plain.push_str(fraction);
    Some(plain)
}

fn option(field: &CustomField, text: &str) -> Result<Text, FieldFault> {
    let folded = text.to_lowercase();
    let exact = field.options().find(|option| option.trim() == text);
    match exact.or_else(|| field.options().find(|option| option.trim().to_lowercase() == folded)) {
        Some(option) => Ok(option.into()),
        None if field.is_allowed_custom_option == Some(true) => Ok(text.into()),
        None => Err(FieldFault::NotAnOption {
            given: text.chars().take(60).collect(),
            options: field.options().map(str::to_owned).collect(),
        }),
    }
}

fn options(field: &CustomField, text: &str) -> Result<FieldValue, FieldFault> {
    // An option may have a separator in its own name.
    if field.options().any(|option| option.trim().to_lowercase() == text.to_lowercase()) {
        return option(field, text).map(|one| FieldValue::List(vec![one]));
    }
    let mut chosen: Vec<Text> = Vec::new();
    for part in parts(text) {
        let one = option(field, part)?;
        if !chosen.contains(&one) {
            chosen.push(one);
        }
    }
    if chosen.is_empty() {
        // Separators and nothing between them: a list of nothing would clear the field.
        return Err(FieldFault::NotAnOption {
            given: text.chars().take(60).collect(),
            options: field.options().map(str::to_owned).collect(),
        });
    }
    Ok(FieldValue::List(chosen))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|']).map(str::trim).filter(|part| !part.is_empty())
}

fn date(text: &str) -> Result<FieldValue, FieldFault> {
    let day = parse_date_of_birth(text)
        .ok()
        .or_else(|| time::parse(text).map(|instant| instant.date_naive()))
        .ok_or(FieldFault::NotADate)?;
    Ok(day.format("%Y-%m-%d").to_string().into())
}

fn text_list(field: &CustomField, text: &str) -> Result<FieldValue, FieldFault> {
    let mut lines = Map::new();
    for part in parts(text) {
        let (label, line) = part.split_once('=').ok_or_else(|| FieldFault::NotAPair(part.to_owned()))?;
        let (label, line) = (label.trim(), line.trim());
        let known = field.picklist_options.iter().find(|option| {
            let label_of = option.as_str().or_else(|| option.get("label").and_then(Value::as_str));
            label_of.is_some_and(|known| known.trim().to_lowercase() == label.to_lowercase())
        });
        let Some(known) = known else {
            return Err(FieldFault::NotAnOption {
                given: label.to_owned(),
                options: field.options().map(str::to_owned).collect(),
            });
        };
        // The wire keys the lines by the options' ids; definitions without ids are keyed by their labels.
        let key = ["id", "label"].iter().find_map(|key| known.get(*key)?.as_str()).or(known.as_str());
        if lines.insert(key.unwrap_or(label).to_owned(), line.into()).is_some() {
            return Err(FieldFault::RepeatedLabel(label.to_owned()));
        }
    }
    if lines.is_empty() {
        return Err(FieldFault::NotAPair(text.to_owned()));
    }
    Ok(FieldValue::Json(Box::new(Value::Object(lines))))
}
