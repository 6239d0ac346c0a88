//! Which fields a product has, and what they take: the rules as data.

use super::check::Checker;
use super::error::FilterError;
use super::field::kind::{self, Kind as _};
use super::field::{CONTACT_FIELDS, OPPORTUNITY_FIELDS};
use super::filter::{Filter, Operator};
use super::parse;
use super::sort::{CONTACT_SORTS, OPPORTUNITY_SORTS};

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// Text; numbers and truth values are compared by their text.
    Text,
    /// A truth value; the texts `true` and `false` count.
    Boolean,
    /// A number; numeric text counts in `eq` and `not_eq`.
    Number,
    /// An instant: ISO 8601 or milliseconds since 1970.
    Instant,
    /// A day: ISO 8601 or milliseconds since 1970.
    Date,
    /// A list of records.
    Records,
}

/// One field of a [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FieldRule {
    /// The wire's name.
    pub name: &'static str,
    /// The operators it takes.
    pub operators: &'static [Operator],
    /// What its values are.
    pub kind: ValueKind,
    /// For [`ValueKind::Records`], the names that `nested` may test.
    pub inner: &'static [&'static str],
}

impl FieldRule {
    /// A field.
    #[must_use]
    pub const fn new(name: &'static str, operators: &'static [Operator], kind: ValueKind) -> Self {
        Self { name, operators, kind, inner: &[] }
    }

    /// Sets the names that `nested` may test.
    #[must_use]
    pub const fn inner(mut self, names: &'static [&'static str]) -> Self {
        self.inner = names;
        self
    }
}

/// The types of custom fields, which decide how one can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CustomFieldType {
    /// `TEXT`.
    Text,
    /// `LARGE_TEXT`.
    LargeText,
    /// `NUMERICAL`.
    Numerical,
    /// `PHONE`.
    Phone,
    /// `EMAIL`.
    Email,
    /// `MONETORY`; the spelling is the wire's.
    Monetory,
    /// `CHECKBOX`.
    Checkbox,
    /// `SINGLE_OPTIONS`.
    SingleOptions,
    /// `MULTIPLE_OPTIONS`.
    MultipleOptions,
    /// `RADIO`.
    Radio,
    /// `DATE`.
    Date,
    /// `TEXTBOX_LIST`, searched one option at a time.
    TextboxList,
    /// `FILE_UPLOAD`.
    FileUpload,
}

impl CustomFieldType {
    const NAMES: &[(&'static str, Self)] = &[
        ("TEXT", Self::Text),
        ("LARGE_TEXT", Self::LargeText),
        ("NUMERICAL", Self::Numerical),
        ("PHONE", Self::Phone),
        ("EMAIL", Self::Email),
        ("MONETORY", Self::Monetory),
        ("CHECKBOX", Self::Checkbox),
        ("SINGLE_OPTIONS", Self::SingleOptions),
        ("MULTIPLE_OPTIONS", Self::MultipleOptions),
        ("RADIO", Self::Radio),
        ("DATE", Self::Date),
        ("TEXTBOX_LIST", Self::TextboxList),
        ("FILE_UPLOAD", Self::FileUpload),
    ];

    /// Reads the wire's `dataType`; `None` for a type that is not known.
    #[must_use]
    pub fn from_wire(data_type: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(name, _)| *name == data_type).map(|(_, kind)| *kind)
    }

    /// The operators and values of a field of this type.
    ///
    /// `EMAIL` (like `PHONE`) and `FILE_UPLOAD` (only whether there is one) are assumed; the wire's
    /// documentation leaves them out.
    #[must_use]
    pub const fn rule(self) -> (&'static [Operator], ValueKind) {
        match self {
            Self::Text
            | Self::LargeText
            | Self::SingleOptions
            | Self::Radio
            | Self::Phone
            | Self::Email
            | Self::TextboxList => (kind::Text::OPERATORS, ValueKind::Text),
            Self::Checkbox | Self::MultipleOptions => (kind::Keyword::OPERATORS, ValueKind::Text),
            Self::Numerical | Self::Monetory => (kind::Number::OPERATORS, ValueKind::Number),
            Self::Date => (kind::Moment::OPERATORS, ValueKind::Date),
            Self::FileUpload => (kind::File::OPERATORS, ValueKind::Text),
        }
    }
}

/// The fields of one product, and what its results may be sorted by.
///
/// [`Schema::contacts`] and [`Schema::opportunities`] are the two of the API. Others can be made
/// with [`Schema::new`] for products that share the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Schema {
    /// The standard fields.
    pub fields: &'static [FieldRule],
    /// What stands before the id of a custom field: `customFields`, `custom_fields`.
    pub custom_prefix: &'static str,
    /// The fields results may be sorted by.
    pub sorts: &'static [&'static str],
}

static CONTACTS: Schema = Schema::new(CONTACT_FIELDS, "customFields", CONTACT_SORTS);
static OPPORTUNITIES: Schema = Schema::new(OPPORTUNITY_FIELDS, "custom_fields", OPPORTUNITY_SORTS);

/// What a field's name refers to, found by [`Schema::resolve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ResolvedField<'a> {
    /// The field itself.
    pub target: Target<'a>,
    /// The operators it takes.
    pub operators: &'static [Operator],
    /// What its values are.
    pub kind: ValueKind,
    /// The names that `nested` may test.
    pub inner: &'static [&'static str],
}

/// A standard field or a custom one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target<'a> {
    /// A field of the product.
    Standard(&'static FieldRule),
    /// A field the sub-account has defined.
    Custom {
        /// Its id.
        id: &'a str,
        /// The option's id, always and only for `TEXTBOX_LIST`.
        option: Option<&'a str>,
        /// Its type.
        data_type: CustomFieldType,
    },
}

impl Schema {
    /// The fields of `POST /contacts/search`.
    #[must_use]
    pub fn contacts() -> &'static Self {
        &CONTACTS
    }

    /// The fields of `POST /opportunities/search`.
    #[must_use]
    pub fn opportunities() -> &'static Self {
        &OPPORTUNITIES
    }

    /// A schema of one's own.
    #[must_use]
    pub const fn new(
        fields: &'static [FieldRule],
        custom_prefix: &'static str,
        sorts: &'static [&'static str],
    ) -> Self {
        Self { fields, custom_prefix, sorts }
    }

    /// The rule of a standard field.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&'static FieldRule> {
        self.fields.iter().find(|rule| rule.name == name)
    }

    /// Finds what a field's name refers to; `None` when there is no such field.
    ///
    /// `custom_field` answers the type of the custom field with an id. A `TEXTBOX_LIST` is addressed
    /// with an option's id behind its own, every other type without; which options exist is not
    /// checked.
    pub fn resolve<'a>(
        &self,
        name: &'a str,
        custom_field: impl Fn(&str) -> Option<CustomFieldType>,
    ) -> Option<ResolvedField<'a>> {
        if let Some(rule) = self.rule(name) {
            let target = Target::Standard(rule);
            return Some(ResolvedField {
                target,
                operators: rule.operators,
                kind: rule.kind,
                inner: rule.inner,
            });
        }
        let path = name.strip_prefix(self.custom_prefix)?.strip_prefix('.')?;
        let (id, option) = match path.split_once('.') {
            Some((id, option)) => (id, Some(option)),
            None => (path, None),
        };
        let data_type = custom_field(id)?;
        let per_option = data_type == CustomFieldType::TextboxList;
        if per_option != option.is_some_and(|option| !option.is_empty() && !option.contains('.'))
            || (!per_option && option.is_some())
        {
            return None;
        }
        let (operators, kind) = data_type.rule();
        Some(ResolvedField { target: Target::Custom { id, option, data_type }, operators, kind, inner: &[] })
    }

    /// Reads the body's `filters` and checks them against this schema, in one pass.
    ///
    /// `custom_field` is as in [`resolve`](Self::resolve). See [`validate`](super::validate) for the
    /// rules.
    ///
    /// # Errors
    ///
    /// Every problem there is, in the order of the body.
    pub fn parse(
        &self,
        filters: &serde_json::Value,
        custom_field: impl Fn(&str) -> Option<CustomFieldType>,
    ) -> Result<Vec<Filter>, Vec<FilterError>> {
        parse::parse_with(filters, Some(Checker::new(self, &custom_field)))
    }
}
