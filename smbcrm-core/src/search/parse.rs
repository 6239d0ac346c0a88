//! Reading filters from JSON that anybody may have written.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value};

use super::MAX_DEPTH;
use super::check::{self, Checker};
use super::error::{FilterError, Report};
use super::filter::{Filter, Leaf, NestedTest, Operator, Test};
use super::schema::ResolvedField;
use super::value::{Limit, Range, Scalar};

/// Reads the body's `filters`, an array that is an implicit AND, without regard to any schema.
///
/// Field names are kept as they are; [`validate`](super::validate) or
/// [`Schema::parse`](super::Schema::parse) checks them.
///
/// # Errors
///
/// Every problem there is, in the order of the body: something other than objects and arrays where
/// the grammar has them, unknown properties and operators, groups other than `AND` and `OR`, a value
/// that the operator does not take, dates that are none, nesting deeper than [`MAX_DEPTH`].
///
/// ```
/// use smbcrm_core::search::{parse, ContactField};
/// let filters = parse(&serde_json::json!([{"field": "tags", "operator": "eq", "value": "vip"}])).unwrap();
/// assert_eq!(filters, [ContactField::Tags.eq("vip")]);
/// ```
pub fn parse(filters: &Value) -> Result<Vec<Filter>, Vec<FilterError>> {
    parse_with(filters, None)
}

pub(super) fn parse_with(
    filters: &Value,
    checker: Option<Checker<'_>>,
) -> Result<Vec<Filter>, Vec<FilterError>> {
    let mut parser = Parser { checker, report: Report::new("filters") };
    let list = match filters {
        Value::Array(items) => parser.list(items, 0),
        _ => {
            parser.report.shape(None, "filters must be an array");
            Vec::new()
        }
    };
    parser.report.into_result(list)
}

/// Reads a single filter.
pub(super) fn parse_one(filter: &Value) -> Result<Filter, Vec<FilterError>> {
    let mut parser = Parser { checker: None, report: Report::new("filter") };
    let parsed = parser.filter(filter, 0);
    // Whatever is not parsed has been reported; the empty group is never seen.
    parser.report.into_result(parsed.unwrap_or(Filter::All(Vec::new())))
}

struct Parser<'a> {
    checker: Option<Checker<'a>>,
    report: Report,
}

impl Parser<'_> {
    fn list(&mut self, items: &[Value], depth: usize) -> Vec<Filter> {
        let mut filters = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.report.path.index(index);
            filters.extend(self.filter(item, depth));
            self.report.path.pop();
        }
        filters
    }

    /// Reads one element; `depth` is the number of groups around it. `None` means that something
    /// has been reported.
    fn filter(&mut self, json: &Value, depth: usize) -> Option<Filter> {
        let Value::Object(object) = json else {
            self.report.shape(None, "each value in filters must be an object");
            return None;
        };
        if object.contains_key("group") || object.contains_key("filters") {
            self.group(object, depth)
        } else {
            self.leaf(object).map(Filter::Leaf)
        }
    }

    fn group(&mut self, object: &Map<String, Value>, depth: usize) -> Option<Filter> {
        if depth == MAX_DEPTH {
            check::too_deep(&mut self.report);
            return None;
        }
        self.unknown_properties(object, &["group", "filters"], None);
        let all = match object.get("group").and_then(Value::as_str) {
            Some("AND") => Some(true),
            Some("OR") => Some(false),
            _ => {
                self.report.shape_at("group", None, "group must be one of the following values: AND, OR");
                None
            }
        };
        let parts = match object.get("filters") {
            Some(Value::Array(items)) => {
                self.report.path.key("filters");
                if items.is_empty() {
                    check::empty_group(&mut self.report);
                }
                let parts = self.list(items, depth + 1);
                self.report.path.pop();
                parts
            }
            _ => {
                self.report.shape_at("filters", None, "filters must be an array");
                return None;
            }
        };
        Some(if all? { Filter::All(parts) } else { Filter::Any(parts) })
    }

    fn leaf(&mut self, object: &Map<String, Value>) -> Option<Leaf> {
        let field = self.name(object);
        self.unknown_properties(object, &["field", "operator", "value"], field);
        let known = match (self.checker, field) {
            (Some(checker), Some(field)) => checker.field(field, &mut self.report),
            _ => None,
        };
        let operator = self.operator(object, field, known)?;
        let value = object.get("value").filter(|value| !value.is_null());
        let test = self.test(operator, value, field);
        let (field, test) = (field?, test?);
        check::check_content(field, &test, &mut self.report);
        if let Some(checker) = self.checker {
            checker.value(known, field, &test, &mut self.report);
        }
        Some(Leaf { field: field.to_owned(), test })
    }

    /// Reads the property `field`.
    fn name<'v>(&mut self, object: &'v Map<String, Value>) -> Option<&'v str> {
        match object.get("field") {
            Some(Value::String(name)) if !name.is_empty() => Some(name),
            Some(Value::String(_)) | None => {
                self.report.shape_at("field", None, "field should not be empty");
                None
            }
            Some(_) => {
                self.report.shape_at("field", None, "field must be a string");
                None
            }
        }
    }

    fn operator(
        &mut self,
        object: &Map<String, Value>,
        field: Option<&str>,
        known: Option<ResolvedField<'_>>,
    ) -> Option<Operator> {
        let operator = match object.get("operator") {
            Some(Value::String(name)) => match Operator::from_wire(name) {
                Some(operator) => operator,
                None => {
                    let shown: String = name.chars().take(60).collect();
                    check::invalid_operator(&shown, field.unwrap_or("?"), &mut self.report);
                    return None;
                }
            },
            Some(_) => {
                self.report.shape_at("operator", field, "operator must be a string");
                return None;
            }
            None => {
                self.report.shape_at("operator", field, "operator should not be empty");
                return None;
            }
        };
        if let (Some(known), Some(field)) = (known, field) {
            check::check_operator(&known, field, operator, &mut self.report);
        }
        Some(operator)
    }

    fn test(&mut self, operator: Operator, value: Option<&Value>, field: Option<&str>) -> Option<Test> {
        if matches!(operator, Operator::Exists | Operator::NotExists) {
            if value.is_some() {
                self.report.shape(field, "property value should not exist");
                return None;
            }
            return Some(if operator == Operator::Exists { Test::Exists } else { Test::NotExists });
        }
        let Some(value) = value else {
            self.report.shape_at("value", field, "value should not be empty");
            return None;
        };
        self.report.path.key("value");
        let test = match operator {
            Operator::Eq => self.scalars(value, field).map(Test::Eq),
            Operator::NotEq => self.scalars(value, field).map(Test::NotEq),
            Operator::Contains => self.text(value, field).map(Test::Contains),
            Operator::NotContains => self.text(value, field).map(Test::NotContains),
            Operator::Range => self.range(value, field).map(Test::Range),
            Operator::Nested => self.nested(value, field).map(Test::Nested),
            Operator::Exists => Some(Test::Exists),
            Operator::NotExists => Some(Test::NotExists),
        };
        self.report.path.pop();
        test
    }

    fn scalars(&mut self, value: &Value, field: Option<&str>) -> Option<Vec<Scalar>> {
        let Value::Array(items) = value else {
            let scalar = scalar(value);
            if scalar.is_none() {
                self.report.shape(field, "value must be a string, a number, a boolean or an array of them");
            }
            return Some(vec![scalar?]);
        };
        let mut scalars = Some(Vec::with_capacity(items.len()));
        for (index, item) in items.iter().enumerate() {
            match (scalar(item), &mut scalars) {
                (Some(scalar), Some(scalars)) => scalars.push(scalar),
                (Some(_), None) => {}
                (None, _) => {
                    self.report.path.index(index);
                    self.report.shape(field, "each value in value must be a string, a number or a boolean");
                    self.report.path.pop();
                    scalars = None;
                }
            }
        }
        scalars
    }

    fn text(&mut self, value: &Value, field: Option<&str>) -> Option<String> {
        let text = value.as_str();
        if text.is_none() {
            self.report.shape(field, "value must be a string");
        }
        text.map(str::to_owned)
    }

    fn range(&mut self, value: &Value, field: Option<&str>) -> Option<Range> {
        let Value::Object(limits) = value else {
            self.report.shape(field, "value must be an object with gt, gte, lt or lte");
            return None;
        };
        let sound = self.report.errors.len();
        self.unknown_properties(limits, &["gt", "gte", "lt", "lte"], field);
        let range = Range {
            gt: self.limit(limits, "gt", field),
            gte: self.limit(limits, "gte", field),
            lt: self.limit(limits, "lt", field),
            lte: self.limit(limits, "lte", field),
        };
        (self.report.errors.len() == sound).then_some(range)
    }

    fn limit(
        &mut self,
        limits: &Map<String, Value>,
        key: &'static str,
        field: Option<&str>,
    ) -> Option<Limit> {
        let value = limits.get(key)?;
        let limit = match value {
            Value::Number(number) => number.as_f64().map(Limit::Number),
            Value::String(text) => date(text),
            _ => None,
        };
        if limit.is_none() {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.report.path.key(key);
            check::invalid_value(
                field.unwrap_or("?"),
                &shown,
                "a number, an ISO 8601 date or milliseconds since 1970",
                &mut self.report,
            );
            self.report.path.pop();
        }
        limit
    }

    fn nested(&mut self, value: &Value, field: Option<&str>) -> Option<Vec<NestedTest>> {
        let Value::Array(items) = value else {
            self.report.shape(field, "value must be an array of {field, operator, value}");
            return None;
        };
        let sound = self.report.errors.len();
        let mut tests = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.report.path.index(index);
            match item {
                Value::Object(object) => tests.extend(self.nested_test(object, field)),
                _ => self.report.shape(field, "each value in value must be an object"),
            }
            self.report.path.pop();
        }
        (self.report.errors.len() == sound).then_some(tests)
    }

    fn nested_test(&mut self, object: &Map<String, Value>, outer: Option<&str>) -> Option<NestedTest> {
        let inner = self.name(object);
        let full = format!("{}.{}", outer.unwrap_or("?"), inner.unwrap_or("?"));
        self.unknown_properties(object, &["field", "operator", "value"], Some(&full));
        let operator = self.operator(object, Some(&full), None);
        if let Some(other) = operator.filter(|operator| *operator != Operator::Eq) {
            check::invalid_operator(other.as_str(), &full, &mut self.report);
        }
        let values = match object.get("value").filter(|value| !value.is_null()) {
            Some(value) => {
                self.report.path.key("value");
                let values = self.scalars(value, Some(&full));
                self.report.path.pop();
                values
            }
            None => {
                self.report.shape_at("value", Some(&full), "value should not be empty");
                None
            }
        };
        Some(NestedTest { field: inner?.to_owned(), values: values? })
    }

    fn unknown_properties(&mut self, object: &Map<String, Value>, known: &[&str], field: Option<&str>) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.report.shape(field, format!("property {key} should not exist"));
        }
    }
}

fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::String(text) => Some(Scalar::Text(text.clone())),
        Value::Number(number) => number.as_f64().map(Scalar::Number),
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An ISO 8601 day or instant; without an offset it is in UTC.
fn date(text: &str) -> Option<Limit> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day.into());
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc().into());
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|instant| instant.and_utc().into())
}
