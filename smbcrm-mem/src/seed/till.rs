//! Planting orders, what was paid for them, and subscriptions.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::json;
use smbcrm_core::payments::{
    Order, OrderAmounts, OrderItem, OrderSource, OrderStatus, PaymentProvider, Subscription,
    SubscriptionStatus, Transaction, TransactionStatus,
};
use smbcrm_core::types::{ContactId, Text};

use super::SeedError;
use super::draft::{LocationDraft, OrderDraft, SubscriptionDraft};
use crate::world::State;

impl State {
    pub(super) fn plant_till(
        &mut self,
        draft: &LocationDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        for (n, order) in draft.orders.iter().enumerate() {
            self.plant_order(order, &format!("{path}.orders[{n}]"), now)?;
        }
        for (n, subscription) in draft.subscriptions.iter().enumerate() {
            self.plant_subscription(subscription, &format!("{path}.subscriptions[{n}]"), now)?;
        }
        Ok(())
    }

    fn payer(&self, name: Option<&Text>, path: &str) -> Result<Option<ContactId>, SeedError> {
        let Some(name) = name else { return Ok(None) };
        let found = self.contact_called(name);
        let missing = || SeedError::new(format!("{path}.contact"), format!("there is no `{name}`"));
        found.map(Some).ok_or_else(missing)
    }

    fn plant_order(&mut self, draft: &OrderDraft, path: &str, now: DateTime<Utc>) -> Result<(), SeedError> {
        if draft.items.is_empty() {
            return Err(SeedError::new(format!("{path}.items"), "there must be at least one"));
        }
        if draft.id.as_ref().is_some_and(|id| self.till.orders.get(id).is_some()) {
            return Err(SeedError::new(format!("{path}.id"), "another order has this id"));
        }
        let mut order = Order::default();
        order.id = draft.id.clone().unwrap_or_default().into();
        order.contact_id = self.payer(draft.contact.as_ref(), path)?;
        order.currency.clone_from(&draft.currency);
        order.created_at = draft.date_added.unwrap_or(now);
        order.fulfillment_status = Some("unfulfilled".into());
        let (mut items, mut subtotal) = (Vec::new(), Decimal::ZERO);
        for (n, wanted) in draft.items.iter().enumerate() {
            if wanted.name.trim().is_empty() {
                return Err(SeedError::new(format!("{path}.items[{n}].name"), "name should not be empty"));
            }
            let qty = Decimal::from(wanted.qty.unwrap_or(1));
            let sum = wanted.price.decimal().checked_mul(qty).and_then(|sum| subtotal.checked_add(sum));
            let too_much = || SeedError::new(format!("{path}.items[{n}].price"), "the amount is too large");
            subtotal = sum.ok_or_else(too_much)?;
            let kind = if wanted.recurring { "recurring" } else { "one_time" };
            let mut item = OrderItem::default();
            item.name = Some(wanted.name.clone());
            item.qty = Some(qty.into());
            item.product = Some(json!({ "name": wanted.name }));
            item.price = Some(json!({ "amount": wanted.price, "type": kind }));
            items.push(item);
        }
        let discount = draft.discount.unwrap_or_default();
        let mut sum = OrderAmounts::default();
        sum.subtotal = Some(subtotal.into());
        sum.discount = draft.discount;
        order.amount_summary = Some(sum);
        order.amount = Some((subtotal - discount.decimal()).into());
        order.items = Some(items);
        order.source = draft.source.as_ref().map(|name| self.shop(name));
        if draft.paid {
            order.status = OrderStatus::Completed;
        }
        let order = self.load_order(order, now);
        if draft.paid {
            let mut paid = Transaction::default();
            paid.contact_id.clone_from(&order.contact_id);
            paid.currency.clone_from(&order.currency);
            paid.amount = order.amount;
            paid.status = Some(TransactionStatus::Succeeded);
            paid.created_at = order.created_at;
            paid.fulfilled_at = Some(order.created_at);
            paid.entity_type = Some("order".into());
            paid.entity_id = Some(order.id.as_text().clone());
            paid.entity_source.clone_from(&order.source);
            paid.payment_provider = Some(stripe());
            self.load_transaction(paid, now);
        }
        Ok(())
    }

    /// A shop of this name.
    fn shop(&mut self, name: &Text) -> OrderSource {
        let known = self.till.orders.iter().filter_map(|order| order.source.as_ref());
        if let Some(source) = known.into_iter().find(|source| source.name.as_ref() == Some(name)) {
            return source.clone();
        }
        let mut source = OrderSource::default();
        source.kind = Some("website".into());
        source.sub_type = Some("store".into());
        source.id = Some(self.ids.object());
        source.name = Some(name.clone());
        source
    }

    fn plant_subscription(
        &mut self,
        draft: &SubscriptionDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        if draft.name.trim().is_empty() {
            return Err(SeedError::new(format!("{path}.name"), "name should not be empty"));
        }
        if draft.id.as_ref().is_some_and(|id| self.till.subscriptions.get(id).is_some()) {
            return Err(SeedError::new(format!("{path}.id"), "another subscription has this id"));
        }
        let mut subscription = Subscription::default();
        subscription.id = draft.id.clone().unwrap_or_default().into();
        subscription.contact_id = self.payer(draft.contact.as_ref(), path)?;
        subscription.currency.clone_from(&draft.currency);
        subscription.amount = Some(draft.amount);
        subscription.status = Some(draft.status.clone().unwrap_or(SubscriptionStatus::Active));
        subscription.created_at = draft.date_added.unwrap_or(now);
        let mut source = OrderSource::default();
        source.kind = Some("website".into());
        source.name = Some(draft.name.clone());
        subscription.entity_source = Some(source);
        subscription.payment_provider = Some(stripe());
        let product = json!({ "name": draft.name }).as_object().cloned();
        subscription.recurring_product = product;
        self.load_subscription(subscription, now);
        Ok(())
    }
}

fn stripe() -> PaymentProvider {
    let mut provider = PaymentProvider::default();
    provider.kind = Some("stripe".into());
    provider
}
