//! What a form asks and what a visitor answers.
//!
//! No operation of the API takes either: forms are built and filled in elsewhere. An emulator plants the one and is
//! given the other.

use serde_json::{Map, Value};

use super::{VisitEvent, VisitedPage};
use crate::record;
use crate::types::Text;

/// A field of a form or survey.
#[record]
pub struct FormField {
    /// A standard field's name (`first_name`, `email`), a custom field's id or key, or any other name.
    pub name: Text,
    /// Whether it has to be answered.
    pub required: bool,
}

impl FormField {
    /// A field that may stay empty.
    pub fn new(name: impl Into<Text>) -> Self {
        Self { name: name.into(), required: false }
    }

    /// A field that has to be answered.
    pub fn required(name: impl Into<Text>) -> Self {
        Self { name: name.into(), required: true }
    }
}

/// What a visitor enters into a form or survey, and how the visitor came to it.
///
/// Standard fields are `full_name` (or `name`), `first_name`, `last_name`, `email`, `phone`, `address`, `city`,
/// `state`, `country`, `postal_code`, `website`, `organization`, `date_of_birth`, `timezone` and `source`; they and
/// custom fields change the contact. Whatever else is answered stays in the submission.
///
/// ```
/// use smbcrm_core::forms::Answers;
/// let answers = Answers::new().answer("email", "ada@vale.example").page("https://vale.example/contact", "Contact");
/// assert_eq!(answers.answers["email"], "ada@vale.example");
/// ```
#[record]
pub struct Answers {
    /// The answers by field, in the order they were given.
    pub answers: Map<String, Value>,
    /// How the visitor came.
    pub event: Option<Box<VisitEvent>>,
}

impl Answers {
    /// No answers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers a field.
    #[must_use]
    pub fn answer(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.answers.insert(field.into(), value.into());
        self
    }

    /// The page that the form stands on.
    #[must_use]
    pub fn page(mut self, url: impl Into<Text>, title: impl Into<Text>) -> Self {
        let page = VisitedPage { url: Some(url.into()), title: Some(title.into()) };
        self.event.get_or_insert_default().page = Some(page);
        self
    }

    /// Where the visitor came from: `Paid Search`, say.
    #[must_use]
    pub fn source(mut self, source: impl Into<Text>) -> Self {
        self.event.get_or_insert_default().source = Some(source.into());
        self
    }
}
