//! The order of search results.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MAX_SORTS;
use super::error::{FilterError, FilterErrorKind, Report};
use super::schema::Schema;
use crate::shape::Kind;

/// One entry of a search's `sort`: a field and a direction. A search has at most
/// [`MAX_SORTS`](super::MAX_SORTS) of them; the second decides between equals of the first.
#[crate::shaped]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sort {
    /// The field's wire name.
    pub field: String,
    /// Which way.
    pub direction: Direction,
}

impl Sort {
    /// An order by a field's wire name; [`ContactSort`] and [`OpportunitySort`] know the names.
    #[must_use]
    pub fn new(field: impl Into<String>, direction: Direction) -> Self {
        Self { field: field.into(), direction }
    }
}

/// The direction of a [`Sort`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Direction {
    /// Smallest, earliest, A first.
    Asc,
    /// Largest, latest, Z first.
    Desc,
}

crate::serde_shape!(Direction: Kind::Enum(&["asc", "desc"]), Self::Asc);

macro_rules! sorts {
    ($(#[$doc:meta])* $sorts:ident, $names:ident; $($(#[$sort_doc:meta])* $sort:ident = $name:literal,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $sorts {
            $($(#[$sort_doc])* #[doc = concat!("The wire's `", $name, "`.")] $sort,)+
        }

        impl $sorts {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$sort),+];

            /// The wire's name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$sort => $name,)+
                }
            }

            /// Smallest, earliest, A first.
            #[must_use]
            pub fn asc(self) -> Sort {
                Sort::new(self.as_str(), Direction::Asc)
            }

            /// Largest, latest, Z first.
            #[must_use]
            pub fn desc(self) -> Sort {
                Sort::new(self.as_str(), Direction::Desc)
            }
        }

        pub(super) static $names: &[&str] = &[$($name),+];
    };
}

sorts! {
    /// What `POST /contacts/search` sorts by.
    ContactSort, CONTACT_SORTS;
    /// First name, case ignored.
    FirstName = "firstNameLowerCase",
    /// Last name, case ignored.
    LastName = "lastNameLowerCase",
    /// Business name.
    BusinessName = "businessName",
    /// When the contact was created.
    DateAdded = "dateAdded",
    /// When it last changed.
    DateUpdated = "dateUpdated",
    /// E-mail address.
    Email = "email",
    /// Do not disturb.
    Dnd = "dnd",
    /// Where the contact came from.
    Source = "source",
}

sorts! {
    /// What `POST /opportunities/search` sorts by.
    OpportunitySort, OPPORTUNITY_SORTS;
    /// When the opportunity was created.
    DateAdded = "date_added",
    /// When it last changed.
    DateUpdated = "date_updated",
    /// Its name.
    Name = "name",
    /// What it is worth.
    MonetaryValue = "monetary_value",
    /// When its status last changed.
    LastStatusChange = "last_status_change_date",
    /// When it last moved to another stage.
    LastStageChange = "last_stage_change_date",
}

/// Reads the body's `sort`, without regard to any schema.
///
/// # Errors
///
/// Every problem of shape: no array, no objects, unknown properties, directions other than `asc`
/// and `desc`. The number of entries and the fields are left to [`validate_sort`].
pub fn parse_sort(sort: &Value) -> Result<Vec<Sort>, Vec<FilterError>> {
    let mut report = Report::new("sort");
    let Value::Array(items) = sort else {
        report.shape(None, "sort must be an array");
        return Err(report.errors);
    };
    let mut sorts = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        report.path.index(index);
        sorts.extend(entry(item, &mut report));
        report.path.pop();
    }
    report.into_result(sorts)
}

fn entry(item: &Value, report: &mut Report) -> Option<Sort> {
    let Value::Object(object) = item else {
        report.shape(None, "each value in sort must be an object");
        return None;
    };
    let field = object.get("field").and_then(Value::as_str).filter(|field| !field.is_empty());
    for key in object.keys().filter(|key| !matches!(key.as_str(), "field" | "direction")) {
        report.shape(field, format!("property {key} should not exist"));
    }
    if field.is_none() {
        report.shape_at("field", None, "field must be a string");
    }
    let direction = match object.get("direction").and_then(Value::as_str) {
        Some("asc") => Some(Direction::Asc),
        Some("desc") => Some(Direction::Desc),
        _ => {
            report.shape_at("direction", field, "direction must be one of the following values: asc, desc");
            None
        }
    };
    Some(Sort::new(field?, direction?))
}

/// Checks a sort against a schema: at most [`MAX_SORTS`](super::MAX_SORTS) entries, of fields the
/// product sorts by.
///
/// # Errors
///
/// Every problem there is.
pub fn validate_sort(sort: &[Sort], schema: &Schema) -> Result<(), Vec<FilterError>> {
    let mut report = Report::new("sort");
    if sort.len() > MAX_SORTS {
        report.shape(None, format!("sort must contain no more than {MAX_SORTS} elements"));
    }
    for (index, sort) in sort.iter().enumerate() {
        if !schema.sorts.contains(&sort.field.as_str()) {
            report.path.index(index);
            report.add(
                FilterErrorKind::Field,
                Some(&sort.field),
                format!("Invalid sort field {}", sort.field),
            );
            report.path.pop();
        }
    }
    report.into_result(())
}
