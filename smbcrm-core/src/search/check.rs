//! Checking filters against a schema.

use super::error::{FilterError, FilterErrorKind, Report};
use super::filter::{Filter, Leaf, NestedTest, Operator, Test};
use super::schema::{CustomFieldType, ResolvedField, Schema, ValueKind};
use super::value::{Range, Scalar};
use super::{MAX_DEPTH, MAX_TEXT_LEN};

/// Checks built filters against a schema; the list is an implicit AND and may be empty.
///
/// The rules:
///
/// - the field exists, and takes the operator;
/// - `eq` and `not_eq` have at least one value, of the field's kind;
/// - the text of `contains` and `not_contains` has 1 to [`MAX_TEXT_LEN`] characters, none of which
///   is a control character or one of ``* ? \ " < > { } [ ] ^ ~ | ` `` (the wire forbids "special
///   characters" without saying which; these are the ones that search engines read as syntax,
///   while names, e-mail addresses and telephone numbers do without them);
/// - a range has at least one limit, numbers for number fields, dates or whole milliseconds for
///   date fields;
/// - `nested` has at least one test, of names the field's records have;
/// - groups are not empty, and nest at most [`MAX_DEPTH`] deep.
///
/// `custom_field` answers the type of the custom field with an id, `None` if there is none.
///
/// # Errors
///
/// Every problem there is, in the order of the filters.
pub fn validate(
    filters: &[Filter],
    schema: &Schema,
    custom_field: impl Fn(&str) -> Option<CustomFieldType>,
) -> Result<(), Vec<FilterError>> {
    let checker = Checker::new(schema, &custom_field);
    let mut report = Report::new("filters");
    checker.list(filters, 0, &mut report);
    report.into_result(())
}

/// A schema together with the sub-account's custom fields.
#[derive(Clone, Copy)]
pub(super) struct Checker<'a> {
    schema: &'a Schema,
    custom_field: &'a dyn Fn(&str) -> Option<CustomFieldType>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(schema: &'a Schema, custom_field: &'a dyn Fn(&str) -> Option<CustomFieldType>) -> Self {
        Self { schema, custom_field }
    }

    fn list(&self, filters: &[Filter], depth: usize, report: &mut Report) {
        for (index, filter) in filters.iter().enumerate() {
            report.path.index(index);
            match filter {
                Filter::Leaf(leaf) => self.leaf(leaf, report),
                Filter::All(parts) | Filter::Any(parts) => {
                    if depth == MAX_DEPTH {
                        too_deep(report);
                    } else {
                        report.path.key("filters");
                        if parts.is_empty() {
                            empty_group(report);
                        }
                        self.list(parts, depth + 1, report);
                        report.path.pop();
                    }
                }
            }
            report.path.pop();
        }
    }

    fn leaf(&self, leaf: &Leaf, report: &mut Report) {
        let known = self.field(&leaf.field, report);
        if let Some(field) = known {
            check_operator(&field, &leaf.field, leaf.test.operator(), report);
        }
        check_content(&leaf.field, &leaf.test, report);
        self.value(known, &leaf.field, &leaf.test, report);
    }

    /// Finds the field, or reports that there is none.
    pub(super) fn field<'f>(&self, name: &'f str, report: &mut Report) -> Option<ResolvedField<'f>> {
        let found = self.schema.resolve(name, self.custom_field);
        if found.is_none() {
            report.add(FilterErrorKind::Field, Some(name), format!("Invalid field {name}"));
        }
        found
    }

    /// Checks the value against the field's kind, when field and operator are in order.
    pub(super) fn value(
        &self,
        field: Option<ResolvedField<'_>>,
        name: &str,
        test: &Test,
        report: &mut Report,
    ) {
        let Some(field) = field.filter(|field| field.operators.contains(&test.operator())) else { return };
        report.path.key("value");
        match test {
            Test::Eq(values) | Test::NotEq(values) => check_scalars(field.kind, name, values, report),
            Test::Range(range) => check_range(field.kind, name, range, report),
            Test::Nested(tests) => check_nested(&field, name, tests, report),
            Test::Contains(_) | Test::NotContains(_) | Test::Exists | Test::NotExists => {}
        }
        report.path.pop();
    }
}

pub(super) fn too_deep(report: &mut Report) {
    report.shape(None, format!("filters must not be nested more than {MAX_DEPTH} groups deep"));
}

pub(super) fn empty_group(report: &mut Report) {
    report.shape(None, "filters should not be empty");
}

pub(super) fn check_operator(field: &ResolvedField<'_>, name: &str, operator: Operator, report: &mut Report) {
    if !field.operators.contains(&operator) {
        invalid_operator(operator.as_str(), name, report);
    }
}

pub(super) fn invalid_operator(operator: &str, name: &str, report: &mut Report) {
    report.add(
        FilterErrorKind::Operator,
        Some(name),
        format!("Invalid operator {operator} for field {name}"),
    );
}

/// What can be said about a test without knowing its field.
pub(super) fn check_content(name: &str, test: &Test, report: &mut Report) {
    report.path.key("value");
    let empty = match test {
        Test::Eq(values) | Test::NotEq(values) => values.is_empty(),
        Test::Contains(text) | Test::NotContains(text) => {
            check_text(name, text, report);
            text.is_empty()
        }
        Test::Range(range) => range.is_unlimited(),
        Test::Nested(tests) => {
            for (index, test) in tests.iter().enumerate().filter(|(_, test)| test.values.is_empty()) {
                report.path.index(index);
                report.shape_at(
                    "value",
                    Some(&format!("{name}.{}", test.field)),
                    "value should not be empty",
                );
                report.path.pop();
            }
            tests.is_empty()
        }
        Test::Exists | Test::NotExists => false,
    };
    if empty {
        report.shape(Some(name), "value should not be empty");
    }
    report.path.pop();
}

fn check_text(name: &str, text: &str, report: &mut Report) {
    if text.chars().nth(MAX_TEXT_LEN).is_some() {
        report.shape(Some(name), format!("value must be shorter than or equal to {MAX_TEXT_LEN} characters"));
    }
    if let Some(special) = text.chars().find(|c| is_special(*c)) {
        report.shape(Some(name), format!("value must not contain special characters such as {special:?}"));
    }
}

fn is_special(c: char) -> bool {
    c.is_control() || r#"*?\"<>{}[]^~|`"#.contains(c)
}

fn check_scalars(kind: ValueKind, name: &str, values: &[Scalar], report: &mut Report) {
    for value in values {
        let (fits, wanted) = match kind {
            ValueKind::Boolean => (value.as_bool().is_some(), "true or false"),
            ValueKind::Number => (value.as_number().is_some(), "a number"),
            // Neither takes `eq`; a schema of one's own that says otherwise gets no check.
            ValueKind::Instant | ValueKind::Date | ValueKind::Records => (true, ""),
            ValueKind::Text => {
                (!matches!(value, Scalar::Number(number) if !number.is_finite()), "a finite number or text")
            }
        };
        if !fits {
            invalid_value(name, &value.as_text(), wanted, report);
        }
    }
}

fn check_range(kind: ValueKind, name: &str, range: &Range, report: &mut Report) {
    for (key, limit) in range.limits() {
        let only = match key {
            "gt" => Range::new().gt(limit),
            "gte" => Range::new().gte(limit),
            "lt" => Range::new().lt(limit),
            _ => Range::new().lte(limit),
        };
        let (fits, wanted) = match kind {
            ValueKind::Instant | ValueKind::Date => {
                (only.millis().is_some(), "an ISO 8601 date or milliseconds since 1970")
            }
            _ => (only.numbers().is_some(), "a number"),
        };
        if !fits {
            let shown = serde_json::to_string(&limit).unwrap_or_default();
            report.path.key(key);
            invalid_value(name, shown.trim_matches('"'), wanted, report);
            report.path.pop();
        }
    }
}

fn check_nested(field: &ResolvedField<'_>, name: &str, tests: &[NestedTest], report: &mut Report) {
    for (index, test) in tests.iter().enumerate() {
        if !field.inner.contains(&test.field.as_str()) {
            let full = format!("{name}.{}", test.field);
            report.path.index(index);
            report.add(FilterErrorKind::Field, Some(&full), format!("Invalid field {full}"));
            report.path.pop();
        } else {
            report.path.index(index).key("value");
            check_scalars(ValueKind::Text, name, &test.values, report);
            report.path.pop();
            report.path.pop();
        }
    }
}

pub(super) fn invalid_value(name: &str, value: &str, wanted: &str, report: &mut Report) {
    // A value can be as long as the body; the message need not be.
    let shown: String = value.chars().take(60).collect();
    report.add(
        FilterErrorKind::Value,
        Some(name),
        format!("Invalid value for field {name}: {shown} is not {wanted}"),
    );
}
