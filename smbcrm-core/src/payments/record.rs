//! A payment made by other means.

use serde_json::{Map, Value};

use super::AltType;
use crate::types::{LocationId, Money, Text};
use crate::{open_enum, request};

/// How something was paid.
#[open_enum]
pub enum PaymentMeans {
    /// In cash.
    Cash = "cash",
    /// With a card.
    Card = "card",
    /// By cheque.
    Cheque = "cheque",
    /// From a bank account.
    BankTransfer = "bank_transfer",
    /// In another way.
    Other = "other",
}

/// Whose card it was.
#[open_enum]
pub enum CardType {
    /// Visa.
    Visa = "visa",
    /// Mastercard.
    Mastercard = "mastercard",
    /// Another one.
    Other = "other",
}

/// The card that something was paid with.
#[request]
pub struct PaidByCard {
    /// Whose card it was.
    #[serde(rename = "type")]
    pub kind: CardType,
    /// The last four digits of its number.
    pub last4: Text,
}

/// The cheque that something was paid by.
#[request]
pub struct PaidByCheque {
    /// Its number.
    pub number: Text,
}

/// A payment for an order, made by other means.
#[request]
pub struct RecordOrderPayment {
    /// The sub-account.
    pub alt_id: LocationId,
    /// What `alt_id` names.
    pub alt_type: AltType,
    /// How it was paid.
    pub mode: PaymentMeans,
    /// The card, where it was one.
    pub card: Option<PaidByCard>,
    /// The cheque, where it was one.
    pub cheque: Option<PaidByCheque>,
    /// What is to be noted with it.
    pub notes: Option<Text>,
    /// What was paid; what is still due unless given.
    pub amount: Option<Money>,
    /// What is to be kept with it.
    pub meta: Option<Map<String, Value>>,
    /// Whether less than what is due may be paid.
    pub is_partial_payment: Option<bool>,
}
