//! The filter grammar of `POST /contacts/search` and `POST /opportunities/search`.
//!
//! A search is a tree: a leaf tests one field, a group joins its parts with AND or OR, and the list
//! on top is an AND. The tree is the same for every product; what differs is a table of fields, the
//! [`Schema`], which says which operators and values each field takes.
//!
//! # Build
//!
//! Field names are constants, and a field only has the methods of its operators:
//! `ContactField::DateAdded.contains("x")` does not compile.
//!
//! ```
//! use smbcrm_core::search::{ContactField, ContactSort, Filter, Range};
//!
//! // Leads from the web form or the event …
//! let source = ContactField::Tags.eq_any(["web-lead", "event"]);
//! // … who either scored well or have an open opportunity in the sales pipeline …
//! let promising = Filter::any([
//!     ContactField::custom("CF1").range(Range::new().gte(10).lt(100)),
//!     Filter::opportunity().pipeline("P").status("open").into(),
//! ]);
//! // … and whom we may write to, newest first.
//! let reachable = ContactField::Email.exists().and(ContactField::Dnd.eq(false));
//! let newest_first = [ContactSort::DateAdded.desc()];
//!
//! assert_eq!(
//!     serde_json::to_value([source, promising, reachable]).unwrap(),
//!     serde_json::json!([
//!         {"field": "tags", "operator": "eq", "value": ["web-lead", "event"]},
//!         {"group": "OR", "filters": [
//!             {"field": "customFields.CF1", "operator": "range", "value": {"gte": 10, "lt": 100}},
//!             {"field": "opportunities", "operator": "nested", "value": [
//!                 {"field": "pipelineId", "operator": "eq", "value": "P"},
//!                 {"field": "status", "operator": "eq", "value": "open"}]}]},
//!         {"group": "AND", "filters": [
//!             {"field": "email", "operator": "exists"},
//!             {"field": "dnd", "operator": "eq", "value": false}]}
//!     ])
//! );
//! assert_eq!(serde_json::to_string(&newest_first).unwrap(), r#"[{"field":"dateAdded","direction":"desc"}]"#);
//! ```
//!
//! # Check
//!
//! ```
//! use smbcrm_core::search::{Schema, CustomFieldType};
//!
//! let body = serde_json::json!([
//!     {"field": "nickname", "operator": "eq", "value": "Ada"},
//!     {"field": "dateAdded", "operator": "contains", "value": "2026"},
//!     {"field": "customFields.CF1", "operator": "range", "value": {"low": 10}},
//! ]);
//! let custom_fields = |id: &str| (id == "CF1").then_some(CustomFieldType::Numerical);
//! let errors = Schema::contacts().parse(&body, custom_fields).unwrap_err();
//! let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
//! assert_eq!(texts, [
//!     "Invalid field nickname (filters.0)",
//!     "Invalid operator contains for field dateAdded (filters.1)",
//!     "property low should not exist (filters.2.value)",
//! ]);
//! assert_eq!(errors[0].status(), 400);
//! assert_eq!(errors[2].status(), 422);
//! ```
//!
//! [`parse`] reads the shape alone, [`validate`] checks a built tree, [`Schema::parse`] does both in
//! one pass. None of them panics, and all report every problem at once.
//!
//! # Evaluate
//!
//! An executor walks [`Filter`]'s three variants, asks [`Schema::resolve`] what a field is, and
//! reads typed values: [`Scalar::as_number`], [`Range::numbers`], [`Range::millis`].

mod check;
mod error;
mod field;
mod filter;
mod json_schema;
mod parse;
mod schema;
mod sort;
mod value;
mod wire;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use check::validate;
pub use error::{FilterError, FilterErrorKind};
pub use field::{ContactField, Field, OpportunityField, kind};
pub use filter::{Filter, Leaf, NestedTest, Operator, OpportunityMatch, Test};
pub use parse::parse;
pub use schema::{CustomFieldType, FieldRule, ResolvedField, Schema, Target, ValueKind};
pub use sort::{ContactSort, Direction, OpportunitySort, Sort, parse_sort, validate_sort};
pub use value::{Bounds, Limit, Range, Scalar};

/// The most characters that `contains`, `not_contains` and a search's `query` may have.
pub const MAX_TEXT_LEN: usize = 75;

/// How many groups may be nested in one another.
///
/// The wire's own limit is not known. Thirty-two keeps every reader of the tree off the end of its
/// stack and stays below the 128 levels at which JSON readers give up with a less helpful message.
pub const MAX_DEPTH: usize = 32;

/// The most entries a `sort` may have.
pub const MAX_SORTS: usize = 2;
