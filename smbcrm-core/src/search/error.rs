//! What is wrong with a search, and where.

use std::fmt;

/// One problem of a filter or a sort: the field it is about, where it stands and what it is.
///
/// `Display` is the message followed by the path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FilterError {
    /// The field concerned, as the caller spelt it; `None` when the problem precedes any field.
    pub field: Option<String>,
    /// Where in the body, dotted: `filters.0.filters.2.value`.
    pub path: String,
    /// The text for the answer's `message`.
    pub message: String,
    /// What kind of problem it is.
    pub kind: FilterErrorKind,
}

/// The kinds of [`FilterError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilterErrorKind {
    /// The product has no such field, or cannot sort by it.
    Field,
    /// The operator does not exist, or the field does not take it.
    Operator,
    /// The value is well-formed but not one this field takes.
    Value,
    /// The JSON is not of the grammar's shape.
    Shape,
}

impl FilterErrorKind {
    /// The HTTP status of the refusal: 400 for what the search refuses (field, operator, value),
    /// 422 for what the body's validation refuses (shape).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Field | Self::Operator | Self::Value => 400,
            Self::Shape => 422,
        }
    }
}

impl FilterError {
    pub(super) fn new(
        kind: FilterErrorKind,
        field: Option<&str>,
        path: String,
        message: impl Into<String>,
    ) -> Self {
        Self { field: field.map(str::to_owned), path, message: message.into(), kind }
    }

    /// The HTTP status of the refusal, 400 or 422; see [`FilterErrorKind::status`].
    ///
    /// A body with problems of both kinds is refused with 422: its shape is looked at first.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind.status()
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.path)
    }
}

impl std::error::Error for FilterError {}

/// A place in the body, kept as cheap segments and rendered only when something is wrong there.
#[derive(Debug, Clone)]
pub(super) struct Path(Vec<Segment>);

#[derive(Debug, Clone)]
enum Segment {
    Key(&'static str),
    Index(usize),
}

impl Path {
    pub(super) fn root(key: &'static str) -> Self {
        Self(vec![Segment::Key(key)])
    }

    /// Steps down to a key; [`pop`](Self::pop) steps back up.
    pub(super) fn key(&mut self, key: &'static str) -> &mut Self {
        self.0.push(Segment::Key(key));
        self
    }

    /// Steps down to an element.
    pub(super) fn index(&mut self, index: usize) -> &mut Self {
        self.0.push(Segment::Index(index));
        self
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    pub(super) fn render(&self) -> String {
        use fmt::Write as _;

        let mut text = String::new();
        for segment in &self.0 {
            if !text.is_empty() {
                text.push('.');
            }
            // Writing to a String cannot fail.
            let _ = match segment {
                Segment::Key(key) => write!(text, "{key}"),
                Segment::Index(index) => write!(text, "{index}"),
            };
        }
        text
    }
}

/// Collects problems while a tree is walked.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) path: Path,
    pub(super) errors: Vec<FilterError>,
}

impl Report {
    pub(super) fn new(root: &'static str) -> Self {
        Self { path: Path::root(root), errors: Vec::new() }
    }

    pub(super) fn add(&mut self, kind: FilterErrorKind, field: Option<&str>, message: impl Into<String>) {
        self.errors.push(FilterError::new(kind, field, self.path.render(), message));
    }

    pub(super) fn shape(&mut self, field: Option<&str>, message: impl Into<String>) {
        self.add(FilterErrorKind::Shape, field, message);
    }

    /// Like [`add`](Self::add), one key further down.
    pub(super) fn shape_at(&mut self, key: &'static str, field: Option<&str>, message: impl Into<String>) {
        self.path.key(key);
        self.shape(field, message);
        self.path.pop();
    }

    pub(super) fn into_result<T>(self, value: T) -> Result<T, Vec<FilterError>> {
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }
}
