//! Orders, transactions and subscriptions, which come from shops and not from this API.

use std::sync::Arc;

use smbcrm_core::payments::{Order, Subscription, Transaction};
use smbcrm_core::types::LocationId;

use crate::Admin;

impl Admin<'_> {
    /// Loads an order as it is; what it leaves open is filled in: an id, US dollars, today, a test, its contact as that
    /// is now. One with an id that exists replaces that order. `None` when there is no such sub-account.
    ///
    /// ```
    /// use smbcrm_core::payments::Order;
    ///
    /// # let crm = smbcrm_mem::MemCrm::new();
    /// let mut order = Order::default();
    /// order.amount = "99.50".parse().ok();
    /// let order = crm.admin().add_order(crm.location(), order).expect("the sub-account exists");
    /// assert_eq!((order.id.as_str().len(), order.currency.as_deref()), (24, Some("USD")));
    /// ```
    pub fn add_order(&self, location: &LocationId, order: Order) -> Option<Arc<Order>> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.load_order(order, now))
    }

    /// Loads a transaction as it is; see [`Admin::add_order`]. One whose `entity_id` is an order's counts as paid for it.
    pub fn add_transaction(
        &self,
        location: &LocationId,
        transaction: Transaction,
    ) -> Option<Arc<Transaction>> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.load_transaction(transaction, now))
    }

    /// Loads a subscription as it is; see [`Admin::add_order`].
    pub fn add_subscription(
        &self,
        location: &LocationId,
        subscription: Subscription,
    ) -> Option<Arc<Subscription>> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.load_subscription(subscription, now))
    }
}
