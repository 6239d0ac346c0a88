//! What fields may be: their object, key, type and what goes with the type.

use smbcrm_core::custom_fields::{AcceptedFormat, CreateOption, FieldOption, UpdateOption};
use smbcrm_core::locations::CustomFieldType;
use smbcrm_core::types::{ObjectKey, Text};

use crate::locations::slug;

/// Whether this product writes the fields of the object: those of businesses and custom objects.
///
/// Any well-formed custom object exists (assumed).
pub(super) fn is_written(object: &ObjectKey) -> bool {
    let object = object.as_str();
    object == ObjectKey::business().as_str()
        || object.strip_prefix(ObjectKey::CUSTOM).is_some_and(|name| slug(name).as_deref() == Some(name))
}

pub(super) fn object(key: &ObjectKey, wrong: &mut Vec<String>) {
    if !is_written(key) {
        wrong.push(format!("objectKey must be business or begin with {}", ObjectKey::CUSTOM));
    }
}

pub(super) fn name(name: Option<&str>, wrong: &mut Vec<String>) {
    if name.is_some_and(|name| name.trim().is_empty()) {
        wrong.push("name should not be empty".to_owned());
    }
}

/// The whole key of a field: what is given, with or without the object in front.
pub(super) fn field_key(given: &str, object: &ObjectKey, wrong: &mut Vec<String>) -> Text {
    let given = given.trim();
    let short = given.strip_prefix(object.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(given);
    if short.is_empty() {
        wrong.push("fieldKey should not be empty".to_owned());
    } else if slug(short).as_deref() != Some(short) {
        wrong.push("fieldKey must be lower case letters, digits and underscores".to_owned());
    }
    format!("{object}.{short}").into()
}

/// The type: of what is known all but signatures, which the specification leaves out here.
pub(super) fn data_type(data_type: &CustomFieldType, wrong: &mut Vec<String>) {
    if !data_type.is_known() || *data_type == CustomFieldType::Signature {
        wrong.push("dataType must be a valid enum value".to_owned());
    }
}

fn has_options(data_type: &CustomFieldType) -> bool {
    matches!(
        data_type,
        CustomFieldType::SingleOptions
            | CustomFieldType::MultipleOptions
            | CustomFieldType::Radio
            | CustomFieldType::Checkbox
            | CustomFieldType::TextboxList
    )
}

/// What belongs to some types only.
pub(super) struct Extras<'a> {
    pub(super) has_options: bool,
    pub(super) formats: Option<&'a AcceptedFormat>,
    pub(super) max_files: Option<u32>,
    pub(super) custom_option: Option<bool>,
}

impl Extras<'_> {
    pub(super) fn check(&self, data_type: &CustomFieldType, wrong: &mut Vec<String>) {
        let is_file = *data_type == CustomFieldType::FileUpload;
        let is_radio = *data_type == CustomFieldType::Radio;
        for (name, is_given, is_its) in [
            ("options", self.has_options, has_options(data_type)),
            ("acceptedFormats", self.formats.is_some(), is_file),
            ("maxFileLimit", self.max_files.is_some(), is_file),
            ("allowCustomOption", self.custom_option.is_some(), is_radio),
        ] {
            if is_given && !is_its {
                wrong.push(format!("{name} should not be given for a field of type {}", data_type.as_str()));
            }
        }
        if self.formats.is_some_and(|format| !format.is_known()) {
            wrong.push("acceptedFormats must be a valid enum value".to_owned());
        }
        if self.max_files == Some(0) {
            wrong.push("maxFileLimit must not be less than 1".to_owned());
        }
    }
}

/// The options of a new field.
pub(super) fn new_options(
    options: Vec<CreateOption>,
    data_type: &CustomFieldType,
    wrong: &mut Vec<String>,
) -> Vec<FieldOption> {
    let read = |option: CreateOption| read_option(Some(option.key), &option.label, option.url);
    let options: Vec<FieldOption> = options.into_iter().map(read).collect();
    sound(&options, data_type, wrong);
    options
}

/// The options of a field that changes: each is a known one, by its key or else by its label, or a new one. None of
/// the known ones may be missing.
pub(super) fn changed_options(
    options: Vec<UpdateOption>,
    known: &[FieldOption],
    data_type: &CustomFieldType,
    wrong: &mut Vec<String>,
) -> Vec<FieldOption> {
    let mut changed: Vec<FieldOption> = Vec::with_capacity(options.len());
    for option in options {
        let label = option.label.trim();
        let same = known.iter().find(|old| option.key.is_none() && old.label == label);
        // A new one without a key gets one from its label, as a field does from its name.
        let made = || slug(label).map(|key| free(key, known, &changed));
        let key = option.key.or_else(|| same.map(|old| old.key.clone())).or_else(made);
        let url = option.url.or_else(|| {
            let old = key.as_ref().and_then(|key| known.iter().find(|old| old.key == *key))?;
            old.url.clone()
        });
        changed.push(read_option(key, &option.label, url));
    }
    sound(&changed, data_type, wrong);
    for old in known.iter().filter(|old| !changed.iter().any(|option| option.key == old.key)) {
        wrong.push(format!("options must include {}: options cannot be removed", old.key));
    }
    changed
}

/// A key that no option has yet.
fn free(key: String, known: &[FieldOption], changed: &[FieldOption]) -> Text {
    let is_taken = |key: &str| known.iter().chain(changed).any(|option| option.key == key);
    if !is_taken(&key) {
        return key.into();
    }
    (2u64..).map(|n| format!("{key}_{n}")).find(|key| !is_taken(key)).unwrap_or(key).into()
}

fn read_option(key: Option<Text>, label: &str, url: Option<Text>) -> FieldOption {
    let mut option = FieldOption::default();
    option.key = key.unwrap_or_default().trim().into();
    option.label = label.trim().into();
    option.url = url;
    option
}

/// Names what is wrong with options as a whole.
fn sound(options: &[FieldOption], data_type: &CustomFieldType, wrong: &mut Vec<String>) {
    for (at, option) in options.iter().enumerate() {
        if option.key.is_empty() {
            wrong.push(format!("options.{at}.key should not be empty"));
        }
        if option.label.is_empty() {
            wrong.push(format!("options.{at}.label should not be empty"));
        }
        if option.url.is_some() && *data_type != CustomFieldType::Radio {
            wrong.push(format!(
                "options.{at}.url should not be given for a field of type {}",
                data_type.as_str()
            ));
        }
        let is_twin = |other: &FieldOption| other.key == option.key || other.label == option.label;
        if options[..at].iter().any(is_twin) {
            wrong.push(format!("options.{at} must have a key and a label of its own"));
        }
    }
}
