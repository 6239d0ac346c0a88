//! The tree itself: filters, leaves, tests.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::field::{Field, kind};
use super::value::{Range, Scalar};

/// A search condition: a test of one field, or conditions joined with AND or OR.
///
/// The JSON form (`Serialize`, `Deserialize`) is the wire's. `eq` and `not_eq` with a single value
/// are written as a scalar, with several as an array. Groups nest up to
/// [`MAX_DEPTH`](super::MAX_DEPTH) deep; deeper trees can be built but are refused.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Filter {
    /// A test of one field.
    Leaf(Leaf),
    /// Holds when all parts hold: `{"group":"AND","filters":[…]}`.
    All(Vec<Filter>),
    /// Holds when at least one part holds: `{"group":"OR","filters":[…]}`.
    Any(Vec<Filter>),
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Leaf {
    /// The field's wire name: `tags`, `customFields.<id>`, `custom_fields.<id>.<option id>`, …
    pub field: String,
    /// What must hold of it.
    pub test: Test,
}

/// What a [`Leaf`] asks of its field: an operator with its value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Test {
    /// Equal to any of the values. A field with several values (tags) matches when one of them does.
    Eq(Vec<Scalar>),
    /// Equal to none of the values.
    NotEq(Vec<Scalar>),
    /// Contains the text, upper and lower case alike.
    Contains(String),
    /// Does not contain the text.
    NotContains(String),
    /// Has a value.
    Exists,
    /// Has no value.
    NotExists,
    /// Lies within the range.
    Range(Range),
    /// One of the field's records passes all the tests.
    Nested(Vec<NestedTest>),
}

impl Test {
    /// The operator on the wire.
    #[must_use]
    pub const fn operator(&self) -> Operator {
        match self {
            Self::Eq(_) => Operator::Eq,
            Self::NotEq(_) => Operator::NotEq,
            Self::Contains(_) => Operator::Contains,
            Self::NotContains(_) => Operator::NotContains,
            Self::Exists => Operator::Exists,
            Self::NotExists => Operator::NotExists,
            Self::Range(_) => Operator::Range,
            Self::Nested(_) => Operator::Nested,
        }
    }
}

/// One test within [`Test::Nested`]. Its operator is always `eq`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NestedTest {
    /// The name within the record: `pipelineId`, `pipelineStageId` or `status`.
    pub field: String,
    /// The record's value must equal one of these.
    pub values: Vec<Scalar>,
}

impl NestedTest {
    /// The record's `field` equals one of `values`.
    #[must_use]
    pub fn new<S: Into<Scalar>>(field: impl Into<String>, values: impl IntoIterator<Item = S>) -> Self {
        Self { field: field.into(), values: values.into_iter().map(Into::into).collect() }
    }
}

/// The operators of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operator {
    /// Equal to the value, or to any of an array.
    Eq,
    /// Equal to neither the value nor any of an array.
    NotEq,
    /// Contains the text.
    Contains,
    /// Does not contain the text.
    NotContains,
    /// Has a value.
    Exists,
    /// Has no value.
    NotExists,
    /// Lies within limits.
    Range,
    /// A record of the field passes several tests.
    Nested,
}

impl Operator {
    /// All operators.
    pub const ALL: &[Self] = &[
        Self::Eq,
        Self::NotEq,
        Self::Contains,
        Self::NotContains,
        Self::Exists,
        Self::NotExists,
        Self::Range,
        Self::Nested,
    ];

    /// The wire's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::NotEq => "not_eq",
            Self::Contains => "contains",
            Self::NotContains => "not_contains",
            Self::Exists => "exists",
            Self::NotExists => "not_exists",
            Self::Range => "range",
            Self::Nested => "nested",
        }
    }

    /// Reads the wire's name.
    #[must_use]
    pub fn from_wire(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.as_str() == name)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Filter {
    /// A field by its wire name, with every operator at hand; prefer
    /// [`ContactField`](super::ContactField) and [`OpportunityField`](super::OpportunityField),
    /// whose constants the compiler checks.
    #[must_use]
    pub fn field(name: impl Into<String>) -> Field<kind::Any> {
        Field::named(name)
    }

    /// A test of the field with this wire name.
    #[must_use]
    pub fn leaf(field: impl Into<String>, test: Test) -> Self {
        Self::Leaf(Leaf { field: field.into(), test })
    }

    /// All of these hold. An empty group is refused by validation.
    #[must_use]
    pub fn all<F: Into<Self>>(filters: impl IntoIterator<Item = F>) -> Self {
        Self::All(filters.into_iter().map(Into::into).collect())
    }

    /// At least one of these holds. An empty group is refused by validation.
    #[must_use]
    pub fn any<F: Into<Self>>(filters: impl IntoIterator<Item = F>) -> Self {
        Self::Any(filters.into_iter().map(Into::into).collect())
    }

    /// This and the other; an AND group grows instead of nesting.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        match self {
            Self::All(mut filters) => {
                filters.push(other.into());
                Self::All(filters)
            }
            first => Self::All(vec![first, other.into()]),
        }
    }

    /// This or the other; an OR group grows instead of nesting.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        match self {
            Self::Any(mut filters) => {
                filters.push(other.into());
                Self::Any(filters)
            }
            first => Self::Any(vec![first, other.into()]),
        }
    }

    /// Contacts that have an opportunity which passes all the tests that follow.
    ///
    /// ```
    /// use smbcrm_core::search::Filter;
    /// let filter: Filter = Filter::opportunity().pipeline("P").status("open").into();
    /// ```
    pub fn opportunity() -> OpportunityMatch {
        OpportunityMatch { tests: Vec::new() }
    }
}

/// Tests of one opportunity of a contact, made by [`Filter::opportunity`] and turned into a
/// [`Filter`] with `into()`.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a match is a filter only after `into()`"]
#[non_exhaustive]
pub struct OpportunityMatch {
    /// The tests, all of which one opportunity must pass; validation refuses none at all.
    pub tests: Vec<NestedTest>,
}

impl OpportunityMatch {
    /// It is in this pipeline.
    pub fn pipeline(self, pipeline_id: impl Into<Scalar>) -> Self {
        self.test("pipelineId", pipeline_id)
    }

    /// It is in this pipeline stage.
    pub fn stage(self, pipeline_stage_id: impl Into<Scalar>) -> Self {
        self.test("pipelineStageId", pipeline_stage_id)
    }

    /// Its status is this: `open`, `won`, `lost` or `abandoned`.
    pub fn status(self, status: impl Into<Scalar>) -> Self {
        self.test("status", status)
    }

    fn test(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.tests.push(NestedTest::new(field, [value]));
        self
    }
}

impl From<OpportunityMatch> for Filter {
    fn from(wanted: OpportunityMatch) -> Self {
        Self::leaf("opportunities", Test::Nested(wanted.tests))
    }
}
