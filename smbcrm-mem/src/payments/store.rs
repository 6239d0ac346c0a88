//! Loading what no operation creates, and what is known of an order from its transactions.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::Contact;
use smbcrm_core::payments::{
    Order, OrderContact, OrderPaymentStatus, OrderStatus, Subscription, Transaction, TransactionStatus,
};
use smbcrm_core::types::{ContactId, Money};

use super::TransactionKey;
use crate::search::Value;
use crate::world::State;

/// A record that belongs to an account and has a contact.
macro_rules! load {
    ($($load:ident: $record:ident into $table:ident;)*) => {$(
        pub(crate) fn $load(&mut self, mut it: $record, now: DateTime<Utc>) -> Arc<$record> {
            if it.id.is_empty() {
                it.id = self.ids.object().into();
            }
            it.alt_id = self.location.id.clone();
            it.alt_type = "location".into();
            it.currency.get_or_insert_with(|| "USD".into());
            it.live_mode.get_or_insert(false);
            if it.created_at == DateTime::<Utc>::default() {
                it.created_at = now;
            }
            if it.updated_at < it.created_at {
                it.updated_at = it.created_at;
            }
            if it.contact_snapshot.is_none() {
                it.contact_snapshot = self.contact_as_it_is(it.contact_id.as_ref());
            }
            let it = Arc::new(it);
            self.till.$table.put(Arc::clone(&it));
            it
        }
    )*};
}

impl State {
    load! {
        load_order: Order into orders;
        load_transaction: Transaction into transactions;
        load_subscription: Subscription into subscriptions;
    }

    /// What an order keeps of its contact.
    fn contact_as_it_is(&self, id: Option<&ContactId>) -> Option<Box<OrderContact>> {
        self.contacts.get(id?.as_str()).map(|contact| Box::new(snapshot(contact)))
    }

    /// What has come for an order, less what was paid back.
    pub(super) fn paid_for(&self, order: &Order) -> Paid {
        let mut paid = Paid::default();
        for it in self.till.transactions.find(&TransactionKey::Entity, Value::Text(order.id.as_str())) {
            let amount = it.amount.unwrap_or_default().decimal();
            let back = it.amount_refunded.unwrap_or_default().decimal();
            match &it.status {
                Some(TransactionStatus::Succeeded) => {
                    paid.came += amount;
                    paid.went_back += back;
                }
                Some(TransactionStatus::Refunded) => {
                    paid.came += amount;
                    paid.went_back += if back.is_zero() { amount } else { back };
                }
                _ => {}
            }
        }
        paid
    }

    /// How much of an order is paid. One that is completed is paid even where no transaction says so.
    pub(super) fn payment_status(&self, order: &Order) -> OrderPaymentStatus {
        let paid = self.paid_for(order);
        let wanted = order.amount.unwrap_or_default().decimal();
        if !paid.went_back.is_zero() && paid.kept().is_zero() {
            OrderPaymentStatus::Refunded
        } else if paid.kept() >= wanted && !paid.came.is_zero() || order.status == OrderStatus::Completed {
            OrderPaymentStatus::Paid
        } else if paid.kept().is_zero() {
            OrderPaymentStatus::Unpaid
        } else {
            OrderPaymentStatus::PartiallyPaid
        }
    }
}

/// Money that came and went back.
#[derive(Debug, Default)]
pub(super) struct Paid {
    pub(super) came: rust_decimal::Decimal,
    pub(super) went_back: rust_decimal::Decimal,
}

impl Paid {
    pub(super) fn kept(&self) -> rust_decimal::Decimal {
        self.came - self.went_back
    }

    /// What is still due of an amount; nothing where more has come.
    pub(super) fn due(&self, amount: Option<Money>) -> Money {
        let due = amount.unwrap_or_default().decimal() - self.kept();
        if due.is_sign_negative() { Money::ZERO } else { due.into() }
    }
}

fn snapshot(contact: &Contact) -> OrderContact {
    let mut kept = OrderContact::default();
    kept.id = Some(contact.id.clone());
    kept.location_id = Some(contact.location_id.clone());
    kept.first_name.clone_from(&contact.first_name);
    kept.last_name.clone_from(&contact.last_name);
    kept.name = Some(contact.full_name().into()).filter(|name: &smbcrm_core::types::Text| !name.is_empty());
    kept.email.clone_from(&contact.email);
    kept.phone.clone_from(&contact.phone);
    kept.company_name.clone_from(&contact.company_name);
    kept.dnd = Some(contact.dnd);
    kept.source.clone_from(&contact.source);
    kept.address1.clone_from(&contact.address1);
    kept.city.clone_from(&contact.city);
    kept.state.clone_from(&contact.state);
    kept.postal_code.clone_from(&contact.postal_code);
    kept.tags = Some(contact.tags.clone());
    kept.country.clone_from(&contact.country);
    kept.website.clone_from(&contact.website);
    kept.assigned_to.clone_from(&contact.assigned_to);
    kept.date_added = Some(contact.date_added);
    kept
}
