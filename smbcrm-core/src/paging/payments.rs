//! Walks over orders, transactions and subscriptions.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::payments::{
    ListOrders, ListSubscriptions, ListTransactions, ListedOrder, ListedSubscription, ListedTransaction,
    Payments, operations,
};

/// Streams over every paged operation of [`Payments`]. All of them go by records to skip. `limit`: 10 unless given.
pub trait PaymentsExt: Payments {
    /// Every order that a list finds.
    fn list_orders_stream(&self, query: ListOrders) -> Items<'_, ListedOrder> {
        self.list_orders_pages(query).items()
    }

    /// [`PaymentsExt::list_orders_stream`], page by page.
    fn list_orders_pages(&self, query: ListOrders) -> Pages<'_, ListedOrder> {
        Pages::new(orders_walk(self, query))
    }

    /// Every transaction that a list finds.
    fn list_transactions_stream(&self, query: ListTransactions) -> Items<'_, ListedTransaction> {
        self.list_transactions_pages(query).items()
    }

    /// [`PaymentsExt::list_transactions_stream`], page by page.
    fn list_transactions_pages(&self, query: ListTransactions) -> Pages<'_, ListedTransaction> {
        Pages::new(transactions_walk(self, query))
    }

    /// Every subscription that a list finds.
    fn list_subscriptions_stream(&self, query: ListSubscriptions) -> Items<'_, ListedSubscription> {
        self.list_subscriptions_pages(query).items()
    }

    /// [`PaymentsExt::list_subscriptions_stream`], page by page.
    fn list_subscriptions_pages(&self, query: ListSubscriptions) -> Pages<'_, ListedSubscription> {
        Pages::new(subscriptions_walk(self, query))
    }
}

impl<T: Payments + ?Sized> PaymentsExt for T {}

macro_rules! walks {
    ($($walk:ident: $operation:ident, $query:ty, $call:ident => $records:ident: $record:ty;)*) => {$(
        fn $walk<P: Payments + ?Sized>(crm: &P, query: $query) -> Result<Walk<'_, $record>> {
            let operation = &operations::$operation;
            let limit = query.limit.unwrap_or(10);
            let mut bounds = Bounds::default();
            bounds.check("limit", limit, &(1..=u32::MAX));
            bounds.into_result(operation)?;
            let start = At::Skip(query.offset.unwrap_or(0));
            let fetch = move |at: &At| {
                let At::Skip(skip) = at else { return Err(misplaced(at)) };
                let page = crm.$call(query.clone().limit(limit).offset(*skip));
                Ok(Box::pin(async move {
                    let page = page.await?;
                    Ok(Fetched { items: page.$records, total: Some(page.total_count), next: None })
                }) as _)
            };
            Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
        }

        impl Record for $record {
            fn record_id(&self) -> &str {
                self.id.as_str()
            }
        }
    )*};
}

walks! {
    orders_walk: LIST_ORDERS, ListOrders, list_orders => orders: ListedOrder;
    transactions_walk: LIST_TRANSACTIONS, ListTransactions, list_transactions => transactions: ListedTransaction;
    subscriptions_walk: LIST_SUBSCRIPTIONS, ListSubscriptions, list_subscriptions => subscriptions: ListedSubscription;
}
