//! Orders, transactions and subscriptions, answered from state.

mod list;
mod record;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::payments::operations as op;
use smbcrm_core::payments::{
    ListOrders, ListSubscriptions, ListTransactions, OfOrder, OfSubscription, OfTransaction, Order,
    OrderPage, Payments, RecordOrderPayment, Subscription, SubscriptionPage, Transaction, TransactionPage,
};
use smbcrm_core::types::{OrderId, SubscriptionId, TransactionId};

use crate::MemCrm;
use crate::refusal;
use crate::search::{Record, Table, Value};
use crate::world::Row;

/// What was ordered and what was paid.
#[derive(Debug, Clone)]
pub(crate) struct Till {
    pub(crate) orders: Table<Order>,
    pub(crate) transactions: Table<Transaction>,
    pub(crate) subscriptions: Table<Subscription>,
}

impl Till {
    pub(crate) fn new() -> Self {
        Self {
            orders: Table::new().keyed_by(ByContact),
            transactions: Table::new().keyed_by(TransactionKey::Entity).keyed_by(TransactionKey::Contact),
            subscriptions: Table::new().keyed_by(ByContact),
        }
    }
}

/// The one key of orders and subscriptions: who ordered, who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ByContact;

/// What a transaction is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TransactionKey {
    Entity,
    Contact,
}

macro_rules! of_a_contact {
    ($($record:ident),*) => {$(
        impl Record for $record {
            type Field = ByContact;

            fn id(&self) -> &str {
                self.id.as_str()
            }

            fn row(record: &Arc<Self>) -> Option<Row> {
                Some(Row::$record(Arc::clone(record)))
            }

            fn values(&self, _: &ByContact, visit: &mut dyn FnMut(Value<'_>)) {
                self.contact_id.iter().for_each(|id| visit(Value::Text(id.as_str())));
            }
        }
    )*};
}

of_a_contact!(Order, Subscription);

impl Record for Transaction {
    type Field = TransactionKey;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::Transaction(Arc::clone(record)))
    }

    fn values(&self, field: &TransactionKey, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            TransactionKey::Entity => self.entity_id.iter().for_each(|id| visit(Value::Text(id))),
            TransactionKey::Contact => {
                self.contact_id.iter().for_each(|id| visit(Value::Text(id.as_str())));
            }
        }
    }
}

#[async_trait]
impl Payments for MemCrm {
    async fn list_orders(&self, query: ListOrders) -> Result<OrderPage> {
        self.read(&op::LIST_ORDERS, &query.alt_id, |state| state.list_orders(&query))
    }

    async fn get_order(&self, order_id: &OrderId, query: OfOrder) -> Result<Arc<Order>> {
        self.read(&op::GET_ORDER, &query.alt_id, |state| {
            let found = state.till.orders.get(order_id.as_str()).cloned();
            found.ok_or_else(|| refusal::not_found("Order", order_id.as_str()))
        })
    }

    async fn record_order_payment(&self, order_id: &OrderId, payment: RecordOrderPayment) -> Result<()> {
        let location = payment.alt_id.clone();
        self.write(&op::RECORD_ORDER_PAYMENT, &location, |state, now| {
            state.record_order_payment(order_id, payment, now)
        })
    }

    async fn list_transactions(&self, query: ListTransactions) -> Result<TransactionPage> {
        self.read(&op::LIST_TRANSACTIONS, &query.alt_id, |state| state.list_transactions(&query))
    }

    async fn get_transaction(
        &self,
        transaction_id: &TransactionId,
        query: OfTransaction,
    ) -> Result<Arc<Transaction>> {
        self.read(&op::GET_TRANSACTION, &query.alt_id, |state| {
            let found = state.till.transactions.get(transaction_id.as_str()).cloned();
            found.ok_or_else(|| refusal::not_found("Transaction", transaction_id.as_str()))
        })
    }

    async fn list_subscriptions(&self, query: ListSubscriptions) -> Result<SubscriptionPage> {
        self.read(&op::LIST_SUBSCRIPTIONS, &query.alt_id, |state| state.list_subscriptions(&query))
    }

    async fn get_subscription(
        &self,
        subscription_id: &SubscriptionId,
        query: OfSubscription,
    ) -> Result<Arc<Subscription>> {
        self.read(&op::GET_SUBSCRIPTION, &query.alt_id, |state| {
            let found = state.till.subscriptions.get(subscription_id.as_str()).cloned();
            found.ok_or_else(|| refusal::not_found("Subscription", subscription_id.as_str()))
        })
    }
}
