//! From the columns of a sheet to custom fields: named once, checked before anything is written.
//!
//! The API takes custom fields by id and finds fault with a value only once it is being written, row by row. A
//! [`FieldMap`] reads the definitions once, ties columns to fields by name, key or id, and turns a row into inputs or
//! into a list of everything that is wrong with it.
//!
//! ```
//! use smbcrm_core::contacts::UpsertContact;
//! use smbcrm_core::locations::{FieldMap, FieldModel};
//! use smbcrm_core::{Crm, Result, types::LocationId};
//!
//! async fn import(crm: &dyn Crm, location: &LocationId, rows: &[Vec<(&str, &str)>]) -> Result<()> {
//!     let map = FieldMap::load(crm, location, FieldModel::Contact)
//!         .await?
//!         .column("Favourite colour", "contact.favourite_colour")?
//!         .column("Seats", "Number of seats")?
//!         .ignore(["E-mail"]);
//!     for row in rows {
//!         let email = row.iter().find(|(column, _)| *column == "E-mail").map_or("", |(_, value)| *value);
//!         match map.inputs(row.iter().copied()) {
//!             Ok(fields) => {
//!                 crm.contacts().upsert(UpsertContact::new(location).email(email).custom_fields(fields)).await?;
//!             }
//!             Err(problems) => problems.iter().for_each(|problem| eprintln!("{email}: {problem}")),
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! What a cell may hold follows from the field's type. White space around a value never counts; an empty cell says
//! nothing and is left out, so that a sheet with gaps clears no field.
//!
//! | type | cell | written as |
//! |---|---|---|
//! | text, large text | anything | the text, its line breaks included |
//! | number, amount | `1234.5`, `-7`, `1,234,567.89`; an amount also with `$`, `€` or `£` before or behind it | a number |
//! | one of options | an option in any casing; anything where the field allows custom options | the definition's spelling |
//! | any of options | options separated by `;` or `\|` | a list, each option once |
//! | date | `YYYY-MM-DD`, `MM-DD-YYYY` (`-`, `/`, `.` or `_`), an ISO 8601 stamp | `YYYY-MM-DD`, as written, in no other time zone |
//! | phone | any usual form | E.164 |
//! | e-mail | an address | in lower case |
//! | text list | `label=text` pairs separated by `;` or `\|` | an object of option ids |
//! | file, signature | nothing: refused | |
//!
//! A comma is a separator of thousands and must stand where one belongs: `1,5` is refused, as it may mean one and a
//! half. Numbers of more digits than a JSON number holds exactly are refused rather than rounded. A value of a type
//! that this version does not know is passed on as text.

mod problem;
mod value;

pub use problem::{FieldFault, FieldProblem};

use super::{CustomField, FieldModel, FieldModels, ListCustomFields};
use crate::Crm;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{CustomFieldId, CustomFieldInput, LocationId, Text};

/// How a column's field is named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldRef {
    /// By its id.
    Id(CustomFieldId),
    /// By its key, with or without the model (`contact.favourite_colour`, `favourite_colour`).
    Key(Text),
    /// By its display name, compared without regard to case.
    Name(Text),
    /// By whichever of id, key and name fits first.
    Any(Text),
}

impl From<&str> for FieldRef {
    fn from(text: &str) -> Self {
        Self::Any(text.into())
    }
}

impl From<&CustomFieldId> for FieldRef {
    fn from(id: &CustomFieldId) -> Self {
        Self::Id(id.clone())
    }
}

/// Columns tied to the custom fields of one sub-account.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct FieldMap {
    fields: Vec<CustomField>,
    /// Column and the index of its field.
    columns: Vec<(Text, usize)>,
    ignored: Vec<Text>,
    phone_region: Text,
}

impl FieldMap {
    /// Reads the definitions of contacts' or opportunities' fields; no column is tied to any yet.
    ///
    /// One call, scope `locations/customFields.readonly`. Definitions that change afterwards are not noticed.
    ///
    /// # Errors
    /// Whatever the call answers.
    pub async fn load(crm: &dyn Crm, location: &LocationId, model: FieldModel) -> Result<Self> {
        let query = ListCustomFields::new().model(FieldModels::from(model.as_str()));
        Ok(Self::new(crm.locations().list_custom_fields(location, query).await?))
    }

    /// A map over definitions that are at hand.
    pub fn new(fields: Vec<CustomField>) -> Self {
        Self { fields, columns: Vec::new(), ignored: Vec::new(), phone_region: Text::default() }
    }

    /// Ties a column to a field.
    ///
    /// Columns are compared trimmed and without regard to case. A `&str` names the field by whichever of id, key and
    /// name fits; [`FieldRef`] says which it must be.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the names that exist. [`ErrorKind::Invalid`] where several fields have the name,
    /// or the column or the field is taken already.
    pub fn column(mut self, column: &str, field: impl Into<FieldRef>) -> Result<Self> {
        let at = self.find(&field.into())?;
        let refuse = |text| Err(Error::new(ErrorKind::Invalid, text));
        if self.columns.iter().any(|(known, _)| alike(known, column)) || self.is_ignored(column) {
            return refuse(format!("column `{}` is mapped already", column.trim()));
        }
        if let Some((taken, _)) = self.columns.iter().find(|(_, field)| *field == at) {
            return refuse(format!("field `{}` is column `{taken}` already", self.fields[at].name));
        }
        self.columns.push((header(column).into(), at));
        Ok(self)
    }

    /// Names columns that are no custom fields, such as the e-mail: a row may hold them.
    pub fn ignore<'a>(mut self, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.ignored.extend(columns.into_iter().map(|column| Text::from(header(column))));
        self
    }

    /// The country (`US`) of phone numbers that name none; without it they are refused.
    pub fn phone_region(mut self, region: impl Into<Text>) -> Self {
        self.phone_region = region.into();
        self
    }

    /// The field that a column is tied to.
    pub fn field(&self, column: &str) -> Option<&CustomField> {
        self.columns.iter().find(|(known, _)| alike(known, column)).map(|(_, at)| &self.fields[*at])
    }

    /// The inputs that a row of columns and values makes, in the order of the row.
    ///
    /// # Errors
    /// Every problem of the row: values that do not fit, columns that are tied to nothing, columns that come twice.
    pub fn inputs<'r>(
        &self,
        row: impl IntoIterator<Item = (&'r str, &'r str)>,
    ) -> Result<Vec<CustomFieldInput>, Vec<FieldProblem>> {
        let (mut inputs, mut problems) = (Vec::new(), Vec::new());
        let mut seen: Vec<&str> = Vec::new();
        for (column, value) in row {
            let mut problem = |field: Option<&CustomField>, fault| {
                problems.push(FieldProblem::new(header(column), field, value, fault));
            };
            if self.is_ignored(column) {
                continue;
            }
            if seen.iter().any(|known| alike(known, column)) {
                problem(self.field(column), FieldFault::RepeatedColumn);
                continue;
            }
            seen.push(column);
            let Some(field) = self.field(column) else {
                problem(None, FieldFault::UnknownColumn);
                continue;
            };
            if value.trim().is_empty() {
                continue;
            }
            match value::read(field, value, &self.phone_region) {
                Ok(value) => inputs.push(CustomFieldInput::new(&field.id, value)),
                Err(fault) => problem(Some(field), fault),
            }
        }
        if problems.is_empty() { Ok(inputs) } else { Err(problems) }
    }

    fn is_ignored(&self, column: &str) -> bool {
        self.ignored.iter().any(|known| alike(known, column))
    }

    fn find(&self, wanted: &FieldRef) -> Result<usize> {
        let (text, found) = match wanted {
            FieldRef::Id(id) => (id.as_str(), self.by_id(id.as_str())),
            FieldRef::Key(key) => (key.as_str(), self.by_key(key)),
            FieldRef::Name(name) => (name.as_str(), self.by_name(name)),
            FieldRef::Any(text) => {
                let id = self.by_id(text);
                let key = if id.is_empty() { self.by_key(text) } else { id };
                (text.as_str(), if key.is_empty() { self.by_name(text) } else { key })
            }
        };
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let names: Vec<String> =
                    self.fields.iter().map(|field| format!("`{}`", field.name)).collect();
                let names = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
                let text = format!("there is no custom field `{}`; there are {names}", text.trim());
                Err(Error::new(ErrorKind::NotFound, text))
            }
            several => {
                let keys: Vec<_> = several.iter().map(|at| self.fields[*at].field_key.as_str()).collect();
                let text = format!("several custom fields are called `{}`: {}", text.trim(), keys.join(", "));
                Err(Error::new(ErrorKind::Invalid, text))
            }
        }
    }

    fn by_id(&self, id: &str) -> Vec<usize> {
        self.matching(|field| field.id == *id.trim())
    }

    fn by_key(&self, key: &str) -> Vec<usize> {
        let bare =
            |key: &str| key.split_once('.').map_or_else(|| key.to_owned(), |(_, bare)| bare.to_owned());
        let (key, prefixed) = (key.trim(), key.contains('.'));
        self.matching(|field| {
            let known = field.field_key.as_str();
            if prefixed { known == key } else { bare(known) == key }
        })
    }

    fn by_name(&self, name: &str) -> Vec<usize> {
        let exact = self.matching(|field| field.name.trim() == name.trim());
        if exact.len() == 1 { exact } else { self.matching(|field| alike(&field.name, name)) }
    }

    fn matching(&self, fits: impl Fn(&CustomField) -> bool) -> Vec<usize> {
        self.fields.iter().enumerate().filter(|(_, field)| fits(field)).map(|(at, _)| at).collect()
    }
}

/// A column's name without what a sheet program puts around it, the mark at the start of a file included.
fn header(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

fn alike(one: &str, other: &str) -> bool {
    header(one).to_lowercase() == header(other).to_lowercase()
}

#[cfg(test)]
mod tests;
