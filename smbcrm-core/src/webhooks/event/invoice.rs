//! Invoices. The event is the record itself, with `_id` and `altId`.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::{Payload, Subject};
use crate::record;
use crate::types::{ContactId, Extra, InvoiceId, LocationId, Money, PriceId, ProductId, Text};

/// An invoice was created, changed, sent, paid, declared void or deleted.
#[record]
pub struct InvoiceEvent {
    /// The invoice.
    #[serde(rename = "_id", skip_serializing_if = "InvoiceId::is_empty")]
    pub id: InvoiceId,
    /// How it stands, such as `partially_paid`.
    pub status: Option<Text>,
    /// Whether real money is meant.
    pub live_mode: Option<bool>,
    /// What was paid so far.
    pub amount_paid: Option<Money>,
    /// Whose it is: with the type `location` the sub-account's id.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub alt_id: LocationId,
    /// What `alt_id` names: `location`.
    pub alt_type: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// Who bills.
    pub business_details: Option<InvoiceBusiness>,
    /// Its number.
    pub invoice_number: Option<Text>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// Who is billed.
    pub contact_details: Option<InvoiceContact>,
    /// The day it was issued.
    #[plain]
    #[serde(with = "super::day::date", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    pub issue_date: Option<NaiveDate>,
    /// The day it is due.
    #[plain]
    #[serde(with = "super::day::date", skip_serializing_if = "Option::is_none")]
    #[schema(Option<String>)]
    pub due_date: Option<NaiveDate>,
    /// What is taken off.
    pub discount: Option<InvoiceDiscount>,
    /// Its lines.
    pub invoice_items: Option<Vec<InvoiceItem>>,
    /// What it comes to.
    pub total: Option<Money>,
    /// Its heading.
    pub title: Option<Text>,
    /// What is still to be paid.
    pub amount_due: Option<Money>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// How the total comes about.
    pub total_summary: Option<InvoiceTotals>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Who bills.
#[record]
pub struct InvoiceBusiness {
    /// Name.
    pub name: Option<Text>,
    /// Address: a text in the documentation, an object elsewhere.
    pub address: Option<Value>,
    /// Phone.
    pub phone_no: Option<Text>,
    /// Web site.
    pub website: Option<Text>,
    /// The address of its logo.
    pub logo_url: Option<Text>,
    /// Further lines.
    pub custom_values: Option<Vec<Value>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Who is billed.
#[record]
pub struct InvoiceContact {
    /// The contact.
    pub id: Option<ContactId>,
    /// Phone.
    pub phone_no: Option<Text>,
    /// E-mail.
    pub email: Option<Text>,
    /// Custom fields to show.
    pub custom_fields: Option<Vec<Value>>,
    /// Name.
    pub name: Option<Text>,
    /// Address.
    pub address: Option<InvoiceAddress>,
    /// Who else gets it.
    pub additional_emails: Option<Vec<InvoiceEmail>>,
    /// Company.
    pub company_name: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An address on an invoice.
#[record]
pub struct InvoiceAddress {
    /// ISO 3166 alpha-2 country.
    pub country_code: Option<Text>,
    /// First line.
    pub address_line1: Option<Text>,
    /// Second line.
    pub address_line2: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State or region.
    pub state: Option<Text>,
    /// Postal code.
    pub postal_code: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Somebody else who gets the invoice.
#[record]
pub struct InvoiceEmail {
    /// The e-mail.
    pub email: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What is taken off an invoice.
#[record]
pub struct InvoiceDiscount {
    /// `percentage` or `fixed`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// How much.
    pub value: Option<Money>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A line of an invoice.
#[record]
pub struct InvoiceItem {
    /// Taxes on it.
    pub taxes: Option<Vec<Value>>,
    /// Names the line.
    #[serde(rename = "_id")]
    pub id: Option<Text>,
    /// The product.
    pub product_id: Option<ProductId>,
    /// Its price.
    pub price_id: Option<PriceId>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// What it is.
    pub name: Option<Text>,
    /// How many.
    pub qty: Option<Money>,
    /// For how much apiece.
    pub amount: Option<Money>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How an invoice's total comes about.
#[record]
pub struct InvoiceTotals {
    /// The lines together.
    pub sub_total: Option<Money>,
    /// What is taken off.
    pub discount: Option<Money>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for InvoiceEvent {
    fn subject(&self) -> Subject<'_> {
        let contact = self.contact_details.as_ref().and_then(|contact| contact.id.as_ref());
        Subject::new(self.id.as_str(), &self.alt_id).of(contact)
    }
}
