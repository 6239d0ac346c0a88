//! What is wrong with a cell.

use std::fmt;

use super::CustomField;
use crate::dedupe::{EmailError, PhoneError};
use crate::types::{CustomFieldId, Text};

/// What is wrong with one cell of a row.
///
/// Its `Display` is a line for whoever made the sheet: column, field, value and fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// The column.
    pub column: Text,
    /// The field it is tied to; `None` when it is tied to none.
    pub field: Option<CustomFieldId>,
    /// That field's display name.
    pub field_name: Option<Text>,
    /// The value; its first 60 characters.
    pub value: String,
    /// What is wrong.
    pub fault: FieldFault,
}

impl FieldProblem {
    pub(super) fn new(column: &str, field: Option<&CustomField>, value: &str, fault: FieldFault) -> Self {
        Self {
            column: column.into(),
            field: field.map(|field| field.id.clone()),
            field_name: field.map(|field| field.name.clone()),
            value: value.trim().chars().take(60).collect(),
            fault,
        }
    }
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column `{}`", self.column)?;
        if let Some(name) = self.field_name.as_ref().filter(|name| **name != self.column) {
            write!(f, " (field `{name}`)")?;
        }
        if self.fault != FieldFault::UnknownColumn {
            write!(f, ", value `{}`", self.value)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl std::error::Error for FieldProblem {}

/// The ways in which a cell can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldFault {
    /// The column is neither tied to a field nor ignored.
    #[error("no custom field is mapped to it; map it with `column` or name it in `ignore`")]
    UnknownColumn,
    /// The row has the column twice.
    #[error("the row has this column twice")]
    RepeatedColumn,
    /// Not a number, or commas that are no separators of thousands.
    #[error("not a number such as 1234.5 or 1,234.50")]
    NotANumber,
    /// A number that JSON would round.
    #[error("more digits than the API keeps exactly")]
    TooManyDigits,
    /// None of the field's options.
    #[error("`{given}` is none of the options: {}", options.join(", "))]
    #[non_exhaustive]
    NotAnOption {
        /// The part of the value that is no option.
        given: String,
        /// The field's options.
        options: Vec<String>,
    },
    /// No date in an accepted form, or no day of the calendar.
    #[error("not a date such as 2026-03-31 or 03/31/2026")]
    NotADate,
    /// No telephone number.
    #[error("{0}")]
    Phone(PhoneError),
    /// No e-mail address.
    #[error("{0}")]
    Email(EmailError),
    /// A part of a text list is no `label=text` pair.
    #[error("`{0}` is not of the form label=text")]
    NotAPair(String),
    /// A part of a text list sets a line that another part has set.
    #[error("`{0}` is given twice")]
    RepeatedLabel(String),
    /// Files and signatures cannot be written as text.
    #[error("a field of type {0} cannot be filled from a sheet")]
    NotWritable(Text),
}
