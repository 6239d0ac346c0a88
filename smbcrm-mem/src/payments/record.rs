//! Recording what was paid for an order by other means.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use smbcrm_core::Result;
use smbcrm_core::payments::{
    Order, OrderStatus, PaymentMeans, PaymentProvider, RecordOrderPayment, Transaction, TransactionStatus,
};
use smbcrm_core::types::{Money, OrderId};

use crate::refusal;
use crate::world::State;

/// What is wrong with a payment whatever it is for.
fn check(payment: &RecordOrderPayment) -> Vec<String> {
    let mut wrong = Vec::new();
    if !payment.alt_type.is_known() {
        wrong.push("altType must be a valid enum value".to_owned());
    }
    if !payment.mode.is_known() {
        wrong.push("mode must be a valid enum value".to_owned());
    }
    match (&payment.mode, &payment.card, &payment.cheque) {
        (PaymentMeans::Card, None, _) => wrong.push("card should not be empty".to_owned()),
        (PaymentMeans::Cheque, _, None) => wrong.push("cheque should not be empty".to_owned()),
        _ => {}
    }
    if let Some(card) = &payment.card {
        if !card.kind.is_known() {
            wrong.push("card.type must be a valid enum value".to_owned());
        }
        if card.last4.len() != 4 || !card.last4.bytes().all(|byte| byte.is_ascii_digit()) {
            wrong.push("card.last4 must be four digits".to_owned());
        }
    }
    if payment.cheque.as_ref().is_some_and(|cheque| cheque.number.trim().is_empty()) {
        wrong.push("cheque.number should not be empty".to_owned());
    }
    if payment.amount.is_some_and(|amount| amount <= Money::ZERO) {
        wrong.push("amount must be a positive number".to_owned());
    }
    wrong
}

/// What it was paid with, as a transaction says it.
fn method(payment: &RecordOrderPayment) -> Map<String, Value> {
    let mut method = Map::new();
    method.insert("mode".to_owned(), json!(payment.mode));
    if let Some(card) = &payment.card {
        method.insert("card".to_owned(), json!({ "brand": card.kind, "last4": card.last4 }));
    }
    if let Some(cheque) = &payment.cheque {
        method.insert("cheque".to_owned(), json!({ "number": cheque.number }));
    }
    method
}

impl State {
    /// Adds a transaction to an order; one that is paid in full is completed.
    pub(super) fn record_order_payment(
        &mut self,
        id: &OrderId,
        payment: RecordOrderPayment,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut wrong = check(&payment);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let Some(order) = self.till.orders.get(id.as_str()).map(Arc::clone) else {
            return Err(refusal::not_found("Order", id.as_str()));
        };
        let due = self.paid_for(&order).due(order.amount);
        if order.status == OrderStatus::Completed || due == Money::ZERO {
            return Err(refusal::bad_request("The order is paid"));
        }
        let amount = payment.amount.unwrap_or(due);
        if amount > due {
            wrong.push(format!("amount must not be greater than what is due: {due}"));
        }
        if amount < due && payment.is_partial_payment != Some(true) {
            wrong.push(format!(
                "amount must not be less than what is due, unless isPartialPayment is set: {due}"
            ));
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let mut paid = Transaction::default();
        paid.payment_method = Some(method(&payment));
        let mut meta = payment.meta.unwrap_or_default();
        if let Some(notes) = payment.notes {
            meta.insert("notes".to_owned(), json!(notes));
        }
        paid.meta = Some(meta).filter(|meta| !meta.is_empty());
        paid.contact_id.clone_from(&order.contact_id);
        paid.contact_snapshot.clone_from(&order.contact_snapshot);
        paid.currency.clone_from(&order.currency);
        paid.amount = Some(amount);
        paid.status = Some(TransactionStatus::Succeeded);
        paid.live_mode = order.live_mode;
        paid.fulfilled_at = Some(now);
        paid.entity_type = Some("order".into());
        paid.entity_id = Some(order.id.as_text().clone());
        paid.entity_source.clone_from(&order.source);
        let mut provider = PaymentProvider::default();
        provider.kind = Some("manual".into());
        paid.payment_provider = Some(provider);
        self.load_transaction(paid, now);
        let mut order = Order::clone(&order);
        if amount == due {
            order.status = OrderStatus::Completed;
        }
        order.updated_at = now;
        self.till.orders.put(Arc::new(order));
        Ok(())
    }
}
