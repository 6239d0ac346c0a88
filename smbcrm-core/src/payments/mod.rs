//! Payments: what was ordered, what was paid for it, and what is paid again and again.
//!
//! Orders, transactions and subscriptions come about in the account's shops, funnels and invoices; this API lists them,
//! and records what was paid for an order by other means. Amounts are exact decimals of the currency's major unit.
//!
//! ```
//! use smbcrm_core::paging::{PaymentsExt, TryStreamExt};
//! use smbcrm_core::payments::{ListOrders, OrderPaymentStatus};
//! use smbcrm_core::types::Money;
//! use smbcrm_core::{Crm, Result};
//!
//! async fn outstanding(crm: &dyn Crm) -> Result<Vec<(String, Option<Money>)>> {
//!     let unpaid = ListOrders::new("LOC1").payment_status(OrderPaymentStatus::Unpaid);
//!     let orders: Vec<_> = crm.payments().list_orders_stream(unpaid).try_collect().await?;
//!     Ok(orders.into_iter().map(|order| (order.id.to_string(), order.amount)).collect())
//! }
//! ```
//!
//! Of the API's twenty-three operations these seven are here. Fulfilments, order notes, coupons and the providers of
//! payments are not.

mod list;
mod order;
mod record;
mod subscription;
mod transaction;

use std::sync::Arc;

pub use list::*;
pub use order::*;
pub use record::*;
pub use subscription::*;
pub use transaction::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{OrderId, SubscriptionId, TransactionId};

/// The product's facts.
pub static PAYMENTS: Product = Product {
    name: "payments",
    version: "2021-07-28",
    summary: "Orders, transactions and subscriptions: what was ordered and what was paid.",
};

/// Orders, and what was paid.
#[api(product = PAYMENTS)]
pub trait Payments: Send + Sync {
    /// Lists orders, newest first.
    #[get("/payments/orders", id = "list-orders", scope = "payments/orders.readonly", location = "altId")]
    async fn list_orders(&self, query: ListOrders) -> Result<OrderPage>;

    /// Fetches one order.
    #[get(
        "/payments/orders/{order_id}",
        id = "get-order-by-id",
        scope = "payments/orders.readonly",
        location = "altId"
    )]
    async fn get_order(&self, order_id: &OrderId, query: OfOrder) -> Result<Arc<Order>>;

    /// Records a payment that was made for an order by other means: in cash, by cheque, by a card reader.
    ///
    /// What is still due is paid, unless an amount is named.
    #[post(
        "/payments/orders/{order_id}/record-payment",
        id = "record-order-payment",
        scope = "payments/orders.collectPayment",
        location = "altId",
        status = 200,
        ack = "success"
    )]
    async fn record_order_payment(&self, order_id: &OrderId, payment: RecordOrderPayment) -> Result<()>;

    /// Lists transactions, newest first.
    #[get(
        "/payments/transactions",
        id = "list-transactions",
        scope = "payments/transactions.readonly",
        location = "altId"
    )]
    async fn list_transactions(&self, query: ListTransactions) -> Result<TransactionPage>;

    /// Fetches one transaction.
    #[get(
        "/payments/transactions/{transaction_id}",
        id = "get-transaction-by-id",
        scope = "payments/transactions.readonly",
        location = "altId"
    )]
    async fn get_transaction(
        &self,
        transaction_id: &TransactionId,
        query: OfTransaction,
    ) -> Result<Arc<Transaction>>;

    /// Lists subscriptions, newest first.
    #[get(
        "/payments/subscriptions",
        id = "list-subscriptions",
        scope = "payments/subscriptions.readonly",
        location = "altId"
    )]
    async fn list_subscriptions(&self, query: ListSubscriptions) -> Result<SubscriptionPage>;

    /// Fetches one subscription.
    #[get(
        "/payments/subscriptions/{subscription_id}",
        id = "get-subscription-by-id",
        scope = "payments/subscriptions.readonly",
        location = "altId"
    )]
    async fn get_subscription(
        &self,
        subscription_id: &SubscriptionId,
        query: OfSubscription,
    ) -> Result<Arc<Subscription>>;
}
