//! What a workflow is: what starts it, what it does, and how.
//!
//! A [`Definition`] is built in Rust, or read from JSON or YAML, and installed into the in-memory CRM, which runs it.
//! The API itself only lists workflows and enrols contacts.
//!
//! ```
//! use smbcrm_core::search::Filter;
//! use smbcrm_core::workflows::definition::*;
//!
//! let welcome = Definition::new("Welcome")
//!     .trigger(ContactCreated::new())
//!     .step(SendSms::new("Hi {{contact.first_name}}, how can we help?"))
//!     .step(Step::from(Wait::for_reply(Span::hours(2)).on_timeout("nudge")).id("listen"))
//!     .step(AddTags::new(["replied"]))
//!     .step(Goto::new("end"))
//!     .step(Step::from(SendEmail::new("Still there?", "<p>Just reply to this.</p>")).id("nudge"));
//! assert_eq!(welcome.problems(), []);
//! # #[cfg(feature = "yaml")] {
//!
//! let same = Definition::from_yaml(r#"
//! name: Welcome
//! triggers:
//!   - type: contact_created
//! steps:
//!   - {type: sms, message: "Hi {{contact.first_name}}, how can we help?"}
//!   - {type: wait, id: listen, reply: true, for: 2h, onTimeout: nudge}
//!   - {type: add_contact_tag, tags: [replied]}
//!   - {type: goto, to: end}
//!   - {type: email, id: nudge, subject: Still there?, html: <p>Just reply to this.</p>}
//! "#).unwrap();
//! assert_eq!(same, welcome);
//! # }
//! ```
//!
//! What is wrong is told with its place: the step and the field.
//!
//! ```
//! use smbcrm_core::workflows::definition::*;
//!
//! let text = r#"{"name": "A", "steps": [{"type": "sms", "mesage": "Hi"}]}"#;
//! let wrong = Definition::from_json(text).unwrap_err();
//! assert!(wrong.to_string().starts_with("steps[0].mesage: unknown field `mesage`"), "{wrong}");
//!
//! let lost = Definition::new("A").step(Step::from(SendSms::new("Hi {{contact.name")).id("hi")).step(Goto::new("ho"));
//! let problems: Vec<String> = lost.problems().iter().map(ToString::to_string).collect();
//! assert_eq!(problems, [
//!     "step `hi`: message: the merge field `{{contact.name` is not closed: `}}` is missing",
//!     "step `goto-1`: to: there is no step `ho`",
//! ]);
//! ```

pub mod merge;
mod span;
mod step;
mod trigger;
mod typed;
mod validate;

pub use span::{Span, SpanError, TimeOfDay, Window};
pub use step::*;
pub use trigger::*;
pub use validate::{Named, Problem, step_names};

use crate::shape;
#[cfg(feature = "schema")]
use crate::shape::schema::Schemas;
#[cfg(feature = "schema")]
use crate::shape::{Kind, Shaped};
use crate::types::Text;
use crate::{open_enum, request, shaped};

/// The most steps that a workflow may have, those of all its ways together.
pub const MAX_STEPS: usize = 1_000;

/// How deep the ways of a workflow may be nested.
pub const MAX_NESTING: usize = 16;

/// A workflow: what starts it, what it does, and how.
#[shaped]
#[derive(Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Definition {
    /// What it is called.
    pub name: Text,
    /// What starts a run. Without any, contacts are put into it by the API, by other workflows or by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// What a run does.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// How it does so.
    #[serde(default, skip_serializing_if = "Settings::is_plain")]
    pub settings: Settings,
}

/// How a workflow runs.
#[request]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether a contact who has been through may come in again; without it, no. A contact who is in never has a
    /// second run, unless `allowMultipleOpportunities` says so. Appointment triggers do not ask.
    pub allow_reentry: Option<bool>,
    /// Whether a contact has a run for each of its opportunities; without it, no.
    pub allow_multiple_opportunities: Option<bool>,
    /// Whether a contact who writes leaves the workflow; without it, no.
    pub stop_on_response: Option<bool>,
    /// Whose time zone counts; without it, the sub-account's.
    pub timezone: Option<ZoneOf>,
    /// When messages go out: an e-mail or SMS outside these hours waits until they begin. Without it, at any time.
    pub window: Option<Window>,
}

/// Whose time zone counts.
#[open_enum]
pub enum ZoneOf {
    /// The sub-account's.
    Account = "account",
    /// The contact's; the sub-account's for a contact without one.
    Contact = "contact",
}

impl Settings {
    fn is_plain(&self) -> bool {
        *self == Self::new()
    }
}

impl Definition {
    /// A workflow that nothing starts and that does nothing yet.
    #[must_use]
    pub fn new(name: impl Into<Text>) -> Self {
        Self { name: name.into(), triggers: Vec::new(), steps: Vec::new(), settings: Settings::new() }
    }

    /// Adds what starts a run.
    #[must_use]
    pub fn trigger(mut self, trigger: impl Into<Trigger>) -> Self {
        self.triggers.push(trigger.into());
        self
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: impl Into<Step>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// Says how it runs.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Reads JSON and checks it.
    ///
    /// # Errors
    /// What cannot be read, with the path to it; else every [problem](Self::problems).
    pub fn from_json(text: &str) -> Result<Self, DefinitionError> {
        let value =
            serde_json::from_str(text).map_err(|error| DefinitionError::unreadable(&error.to_string()))?;
        Self::from_value(value)
    }

    /// Reads YAML and checks it.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    #[cfg(feature = "yaml")]
    pub fn from_yaml(text: &str) -> Result<Self, DefinitionError> {
        let value =
            serde_norway::from_str(text).map_err(|error| DefinitionError::unreadable(&error.to_string()))?;
        Self::from_value(value)
    }

    /// Reads a JSON value and checks it.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_value(value: serde_json::Value) -> Result<Self, DefinitionError> {
        let read: Self =
            shape::from_value(value).map_err(|error| DefinitionError::unreadable(&error.to_string()))?;
        let problems = read.problems();
        if problems.is_empty() { Ok(read) } else { Err(DefinitionError { problems }) }
    }
}

/// The JSON Schema of a [`Definition`], for editors and agents that write one.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schemas = Schemas::new("#/$defs/");
    let Kind::Record(shape) = Definition::KIND else { return serde_json::Value::Null };
    let mut schema = schemas.object(shape());
    schema["title"] = "Definition".into();
    schema["$defs"] = schemas.into_found().into();
    schema
}

/// Why a definition is refused: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DefinitionError {
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl DefinitionError {
    fn unreadable(error: &str) -> Self {
        Self { problems: vec![Problem::unplaced(error.to_owned())] }
    }

    /// What is wrong, if anything is.
    ///
    /// # Errors
    /// With the problems, if there are any.
    pub fn check(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

impl std::fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for DefinitionError {}
