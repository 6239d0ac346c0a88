//! Fields by name: constants whose methods are the operators the field takes.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};

use super::filter::{Filter, NestedTest, Test};
use super::schema::{FieldRule, ValueKind};
use super::value::{Range, Scalar};

/// Kinds of fields: which operators a [`Field`] has.
///
/// The kinds are markers for the compiler and have no values.
pub mod kind {
    use super::super::filter::Operator;

    mod sealed {
        pub trait Sealed {}
    }

    /// A kind of field.
    pub trait Kind: sealed::Sealed + Copy + std::fmt::Debug {
        /// The operators of its fields.
        const OPERATORS: &'static [Operator];
    }

    /// Has `eq`.
    pub trait HasEq: Kind {}
    /// Has `not_eq`.
    pub trait HasNotEq: Kind {}
    /// Has `contains` and `not_contains`.
    pub trait HasContains: Kind {}
    /// Has `exists` and `not_exists`.
    pub trait HasExists: Kind {}
    /// Has `range`.
    pub trait HasRange: Kind {}
    /// Has `nested`.
    pub trait HasNested: Kind {}

    macro_rules! kinds {
        ($($(#[$doc:meta])* $kind:ident: $($operator:ident),+; $($has:ident),+;)+) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $kind {}
            impl sealed::Sealed for $kind {}
            impl Kind for $kind {
                const OPERATORS: &'static [Operator] = &[$(Operator::$operator),+];
            }
            $(impl $has for $kind {})+
        )+};
    }

    kinds! {
        /// A record's own id: `eq`, `not_eq`.
        Identity: Eq, NotEq; HasEq, HasNotEq;
        /// A setting: `eq` only.
        Setting: Eq; HasEq;
        /// Values compared whole: `eq`, `not_eq`, `exists`, `not_exists`.
        Keyword: Eq, NotEq, Exists, NotExists; HasEq, HasNotEq, HasExists;
        /// Text that can be looked into: as a keyword, and `contains`, `not_contains`.
        Text: Eq, NotEq, Contains, NotContains, Exists, NotExists; HasEq, HasNotEq, HasContains, HasExists;
        /// A number: as a keyword, and `range`.
        Number: Eq, NotEq, Range, Exists, NotExists; HasEq, HasNotEq, HasRange, HasExists;
        /// A date or an instant: `range`, `exists`, `not_exists`.
        Moment: Range, Exists, NotExists; HasRange, HasExists;
        /// A file: `exists`, `not_exists`.
        File: Exists, NotExists; HasExists;
        /// A list of records: `nested`.
        Records: Nested; HasNested;
        /// A field the compiler knows nothing about: every operator, checked by validation.
        Any: Eq, NotEq, Contains, NotContains, Exists, NotExists, Range, Nested;
            HasEq, HasNotEq, HasContains, HasExists, HasRange, HasNested;
    }
}

/// A field to search by. Its kind decides which operators it has.
///
/// ```
/// use smbcrm_core::search::{ContactField, Filter};
/// let vip = ContactField::Tags.eq("vip");
/// assert_eq!(vip, Filter::field("tags").eq("vip"));
/// ```
///
/// An operator that the field does not take does not compile:
///
/// ```compile_fail
/// use smbcrm_core::search::ContactField;
/// let filter = ContactField::DateAdded.contains("2026");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field<K> {
    name: Cow<'static, str>,
    kind: PhantomData<K>,
}

impl<K> fmt::Display for Field<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl<K> Field<K> {
    const fn constant(name: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), kind: PhantomData }
    }

    pub(super) fn named(name: impl Into<String>) -> Self {
        Self { name: Cow::Owned(name.into()), kind: PhantomData }
    }

    /// The wire's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn test(self, test: Test) -> Filter {
        Filter::leaf(self.name, test)
    }
}

fn scalars<S: Into<Scalar>>(values: impl IntoIterator<Item = S>) -> Vec<Scalar> {
    values.into_iter().map(Into::into).collect()
}

impl<K: kind::HasEq> Field<K> {
    /// Equal to the value. A field with several values (tags) matches when one of them is.
    #[must_use]
    pub fn eq(self, value: impl Into<Scalar>) -> Filter {
        self.eq_any([value])
    }

    /// Equal to any of the values. Validation refuses none at all.
    #[must_use]
    pub fn eq_any<S: Into<Scalar>>(self, values: impl IntoIterator<Item = S>) -> Filter {
        self.test(Test::Eq(scalars(values)))
    }
}

impl<K: kind::HasNotEq> Field<K> {
    /// Not equal to the value.
    #[must_use]
    pub fn not_eq(self, value: impl Into<Scalar>) -> Filter {
        self.not_eq_any([value])
    }

    /// Equal to none of the values. Validation refuses none at all.
    #[must_use]
    pub fn not_eq_any<S: Into<Scalar>>(self, values: impl IntoIterator<Item = S>) -> Filter {
        self.test(Test::NotEq(scalars(values)))
    }
}

impl<K: kind::HasContains> Field<K> {
    /// Contains the text, upper and lower case alike. At most
    /// [`MAX_TEXT_LEN`](super::MAX_TEXT_LEN) characters, none of them a character that search
    /// engines read as syntax (see [`validate`](super::validate)).
    #[must_use]
    pub fn contains(self, text: impl Into<String>) -> Filter {
        self.test(Test::Contains(text.into()))
    }

    /// Does not contain the text; the limits of [`contains`](Self::contains) apply.
    #[must_use]
    pub fn not_contains(self, text: impl Into<String>) -> Filter {
        self.test(Test::NotContains(text.into()))
    }
}

impl<K: kind::HasExists> Field<K> {
    /// Has a value.
    #[must_use]
    pub fn exists(self) -> Filter {
        self.test(Test::Exists)
    }

    /// Has no value.
    #[must_use]
    pub fn not_exists(self) -> Filter {
        self.test(Test::NotExists)
    }
}

impl<K: kind::HasRange> Field<K> {
    /// Lies within the range.
    #[must_use]
    pub fn range(self, range: Range) -> Filter {
        self.test(Test::Range(range))
    }

    /// At this instant or later.
    #[must_use]
    pub fn since(self, instant: DateTime<Utc>) -> Filter {
        self.range(Range::new().gte(instant))
    }

    /// Earlier than this instant.
    #[must_use]
    pub fn before(self, instant: DateTime<Utc>) -> Filter {
        self.range(Range::new().lt(instant))
    }
}

impl<K: kind::HasNested> Field<K> {
    /// One of the field's records passes all the tests.
    #[must_use]
    pub fn nested(self, tests: impl IntoIterator<Item = NestedTest>) -> Filter {
        self.test(Test::Nested(tests.into_iter().collect()))
    }
}

/// Declares a product's fields once, as constants for callers and as a table for validation.
macro_rules! fields {
    (
        $(#[$doc:meta])* $fields:ident, $rules:ident, $custom:literal;
        $($(#[$field_doc:meta])* $field:ident: $kind:ident = $name:literal, $value:ident $(, $inner:expr)?;)+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $fields {}

        #[expect(non_upper_case_globals, reason = "they read like the variants of an enum: a closed set of names")]
        impl $fields {
            $(
                $(#[$field_doc])*
                #[doc = concat!("The wire's `", $name, "`.")]
                pub const $field: Field<kind::$kind> = Field::constant($name);
            )+

            /// A custom field, by its id (never by its name or key).
            #[must_use]
            pub fn custom(id: impl fmt::Display) -> Field<kind::Any> {
                Field::named(format!(concat!($custom, ".{}"), id))
            }

            /// One option of a custom field of type `TEXTBOX_LIST`, by both ids.
            #[must_use]
            pub fn custom_option(id: impl fmt::Display, option: impl fmt::Display) -> Field<kind::Text> {
                Field::named(format!(concat!($custom, ".{}.{}"), id, option))
            }
        }

        pub(super) static $rules: &[FieldRule] = &[$(
            FieldRule::new($name, <kind::$kind as kind::Kind>::OPERATORS, ValueKind::$value)$(.inner($inner))?,
        )+];
    };
}

fields! {
    /// The fields that `POST /contacts/search` filters by.
    ContactField, CONTACT_FIELDS, "customFields";
    /// The contact's id.
    Id: Identity = "id", Text;
    /// Full name, lower-cased.
    ContactName: Keyword = "contactName", Text;
    /// The id of the user who owns the contact.
    AssignedTo: Keyword = "assignedTo", Text;
    /// Two-letter country code.
    Country: Keyword = "country", Text;
    /// Do not disturb, on all channels.
    Dnd: Keyword = "dnd", Boolean;
    /// Primary e-mail address, lower-cased.
    Email: Keyword = "email", Text;
    /// The ids of the users who follow the contact.
    Followers: Keyword = "followers", Text;
    /// Whether the telephone number is known to have WhatsApp.
    IsValidWhatsapp: Keyword = "isValidWhatsapp", Boolean;
    /// IANA time zone.
    Timezone: Keyword = "timezone", Text;
    /// `lead`, `customer`, …
    Type: Keyword = "type", Text;
    /// Whether the e-mail address was found deliverable.
    ValidEmail: Keyword = "validEmail", Boolean;
    /// Website.
    Website: Keyword = "website", Text;
    /// The ids of the workflows the contact is in.
    ActiveWorkflows: Keyword = "activeWorkflows", Text;
    /// The ids of the workflows the contact has been through.
    FinishedWorkflows: Keyword = "finishedWorkflows", Text;
    /// Street address.
    Address: Text = "address", Text;
    /// Name of the business the contact belongs to.
    BusinessName: Text = "businessName", Text;
    /// City.
    City: Text = "city", Text;
    /// Company as written on the contact.
    CompanyName: Text = "companyName", Text;
    /// First name; compare with lower-cased values.
    FirstName: Text = "firstNameLowerCase", Text;
    /// Last name; compare with lower-cased values.
    LastName: Text = "lastNameLowerCase", Text;
    /// Telephone number in E.164.
    Phone: Text = "phone", Text;
    /// Postal code.
    PostalCode: Text = "postalCode", Text;
    /// Where the contact came from.
    Source: Text = "source", Text;
    /// State or province.
    State: Text = "state", Text;
    /// Tags, lower-cased.
    Tags: Text = "tags", Text;
    /// When the contact was created.
    DateAdded: Moment = "dateAdded", Instant;
    /// When it last changed.
    DateUpdated: Moment = "dateUpdated", Instant;
    /// Birthday.
    DateOfBirth: Moment = "dateOfBirth", Date;
    /// When the contact last clicked a link in an e-mail.
    LastEmailClicked: Moment = "lastEmailClickedDate", Instant;
    /// When the contact last opened an e-mail.
    LastEmailOpened: Moment = "lastEmailOpenedDate", Instant;
    /// The contact's last appointment.
    LastAppointment: Moment = "lastAppointment", Instant;
    /// The contact's opportunities; [`Filter::opportunity`] builds the tests.
    Opportunities: Records = "opportunities", Records, &["pipelineId", "pipelineStageId", "status"];
    /// Do not disturb by e-mail.
    DndEmail: Setting = "dndSettings.Email.status", Text;
    /// Do not disturb by SMS.
    DndSms: Setting = "dndSettings.SMS.status", Text;
    /// Do not disturb by call.
    DndCall: Setting = "dndSettings.Call.status", Text;
    /// Do not disturb, as the contact asked for it.
    InboundDnd: Setting = "inboundDndSettings.all.status", Text;
}

fields! {
    /// The fields that `POST /opportunities/search` filters by.
    OpportunityField, OPPORTUNITY_FIELDS, "custom_fields";
    /// The opportunity's id.
    Id: Identity = "id", Text;
    /// Its name.
    Name: Text = "name", Text;
    /// The contact's name.
    ContactName: Text = "contact_name", Text;
    /// The contact's company.
    CompanyName: Text = "company_name", Text;
    /// The contact's e-mail address.
    Email: Text = "email", Text;
    /// The contact's telephone number in E.164.
    Phone: Text = "phone", Text;
    /// The ids of the users who follow it.
    Followers: Text = "followers", Text;
    /// What it is worth, in the sub-account's currency.
    MonetaryValue: Number = "monetary_value", Number;
    /// Its pipeline's id.
    PipelineId: Keyword = "pipeline_id", Text;
    /// The id of the stage it is in.
    PipelineStageId: Keyword = "pipeline_stage_id", Text;
    /// `open`, `won`, `lost` or `abandoned`.
    Status: Keyword = "status", Text;
    /// Why it was lost, by id.
    LostReasonId: Keyword = "lost_reason_id", Text;
    /// Where it came from.
    Source: Keyword = "source", Text;
    /// The id of the user who owns it.
    AssignedTo: Keyword = "assigned_to", Text;
    /// The contact's id.
    ContactId: Keyword = "contact_id", Text;
    /// When it was created.
    DateAdded: Moment = "date_added", Instant;
    /// When it last changed.
    DateUpdated: Moment = "date_updated", Instant;
    /// When its status last changed.
    LastStatusChange: Moment = "last_status_change_date", Instant;
    /// When it last moved to another stage.
    LastStageChange: Moment = "last_stage_change_date", Instant;
}
