//! Finding orders, transactions and subscriptions, and what lists show of them.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use smbcrm_core::Result;
use smbcrm_core::payments::{
    AltType, ListOrders, ListSubscriptions, ListTransactions, ListedOrder, ListedSubscription,
    ListedTransaction, Order, OrderContact, OrderPage, OrderSource, PaymentMode, PaymentProvider,
    Subscription, SubscriptionPage, Transaction, TransactionPage,
};
use smbcrm_core::types::{ContactId, Text};

use crate::locations::PageSize;
use crate::refusal;
use crate::search::fold;
use crate::world::State;

/// How large a page may be; the most is assumed.
const PAGE: PageSize = PageSize { default: 10, max: 100 };

/// What the three lists are asked for in the same words.
struct Wanted<'a> {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    live: Option<bool>,
    contact: Option<&'a ContactId>,
    search: Option<String>,
    limit: usize,
    skip: usize,
}

/// What the three kinds of records have in common.
struct Shared<'a> {
    created_at: DateTime<Utc>,
    live: Option<bool>,
    contact: Option<&'a ContactId>,
    snapshot: Option<&'a OrderContact>,
    source: Option<&'a OrderSource>,
}

macro_rules! shared {
    ($it:expr, $source:ident) => {
        Shared {
            created_at: $it.created_at,
            live: $it.live_mode,
            contact: $it.contact_id.as_ref(),
            snapshot: $it.contact_snapshot.as_deref(),
            source: $it.$source.as_ref(),
        }
    };
}

impl Wanted<'_> {
    fn takes(&self, it: &Shared<'_>) -> bool {
        self.from.is_none_or(|from| it.created_at >= from)
            && self.until.is_none_or(|until| it.created_at < until)
            && self.live.is_none_or(|live| it.live == Some(live))
            && self.contact.is_none_or(|contact| it.contact == Some(contact))
            && self.search.as_ref().is_none_or(|search| {
                let texts = [
                    it.source.and_then(|source| source.name.as_deref()),
                    it.snapshot.and_then(|contact| contact.name.as_deref()),
                    it.snapshot.and_then(|contact| contact.email.as_deref()),
                ];
                texts.into_iter().flatten().any(|text| fold(text).contains(search.as_str()))
            })
    }

    /// The wanted part of what was found, newest first, and how much was found.
    fn page<T, L>(
        &self,
        mut found: Vec<&Arc<T>>,
        at: fn(&T) -> (DateTime<Utc>, &str),
        show: fn(&T) -> L,
    ) -> (Vec<L>, u64) {
        found.sort_by(|one, other| Reverse(at(one)).cmp(&Reverse(at(other))));
        let count = found.len() as u64;
        (found.into_iter().skip(self.skip).take(self.limit).map(|it| show(it)).collect(), count)
    }
}

macro_rules! wanted {
    ($state:expr, $query:expr, $alt_type:expr) => {
        $state.wanted_payments(
            $alt_type,
            ($query.start_at, $query.end_at),
            $query.payment_mode.as_ref(),
            $query.contact_id.as_ref(),
            $query.search.as_ref(),
            ($query.limit, $query.offset),
        )?
    };
}

impl State {
    fn wanted_payments<'a>(
        &self,
        alt_type: Option<&AltType>,
        (start, end): (Option<NaiveDate>, Option<NaiveDate>),
        mode: Option<&PaymentMode>,
        contact: Option<&'a ContactId>,
        search: Option<&Text>,
        (limit, offset): (Option<u32>, Option<u32>),
    ) -> Result<Wanted<'a>> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(limit, &mut wrong);
        if alt_type.is_some_and(|kind| !kind.is_known()) {
            wrong.push("altType must be a valid enum value".to_owned());
        }
        if mode.is_some_and(|mode| !mode.is_known()) {
            wrong.push("paymentMode must be a valid enum value".to_owned());
        }
        if start.zip(end).is_some_and(|(start, end)| end < start) {
            wrong.push("endAt must not be before startAt".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let behind = end.and_then(|day| day.checked_add_days(Days::new(1)));
        Ok(Wanted {
            from: start.map(|day| self.midnight(day)),
            until: behind.map(|day| self.midnight(day)),
            live: mode.map(|mode| *mode == PaymentMode::Live),
            contact,
            search: search.map(|text| fold(text.trim()).into_owned()).filter(|text| !text.is_empty()),
            limit,
            skip: offset.unwrap_or(0) as usize,
        })
    }

    pub(super) fn list_orders(&self, query: &ListOrders) -> Result<OrderPage> {
        let wanted = wanted!(self, query, query.alt_type.as_ref());
        if query.payment_status.as_ref().is_some_and(|status| !status.is_known()) {
            return Err(refusal::invalid(vec!["paymentStatus must be a valid enum value".to_owned()]));
        }
        let products: Vec<&str> = query
            .funnel_product_ids
            .as_deref()
            .map_or_else(Vec::new, |ids| ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect());
        let takes = |order: &&Arc<Order>| {
            wanted.takes(&shared!(order, source))
                && query.status.as_ref().is_none_or(|status| status == order.status.as_str())
                && query.payment_status.as_ref().is_none_or(|status| self.payment_status(order) == *status)
                && query
                    .source_id
                    .as_ref()
                    .is_none_or(|id| order.source.as_ref().and_then(|source| source.id.as_ref()) == Some(id))
                && (products.is_empty() || holds_product(order, &products))
        };
        let found = self.till.orders.iter().filter(takes).collect();
        let mut page = OrderPage::default();
        (page.orders, page.total_count) =
            wanted.page(found, |it| (it.created_at, it.id.as_str()), listed_order);
        Ok(page)
    }

    pub(super) fn list_transactions(&self, query: &ListTransactions) -> Result<TransactionPage> {
        let wanted = wanted!(self, query, Some(&query.alt_type));
        let takes = |it: &&Arc<Transaction>| {
            wanted.takes(&shared!(it, entity_source))
                && is_from(it.entity_source.as_ref(), query.entity_source_type.as_ref(), |source| {
                    &source.kind
                })
                && is_from(it.entity_source.as_ref(), query.entity_source_sub_type.as_ref(), |source| {
                    &source.sub_type
                })
                && query.subscription_id.as_ref().is_none_or(|id| it.subscription_id.as_ref() == Some(id))
                && query.entity_id.as_ref().is_none_or(|id| it.entity_id.as_ref() == Some(id))
        };
        let found = self.till.transactions.iter().filter(takes).collect();
        let mut page = TransactionPage::default();
        (page.transactions, page.total_count) =
            wanted.page(found, |it| (it.created_at, it.id.as_str()), listed_transaction);
        Ok(page)
    }

    pub(super) fn list_subscriptions(&self, query: &ListSubscriptions) -> Result<SubscriptionPage> {
        let wanted = wanted!(self, query, Some(&query.alt_type));
        let takes = |it: &&Arc<Subscription>| {
            wanted.takes(&shared!(it, entity_source))
                && is_from(it.entity_source.as_ref(), query.entity_source_type.as_ref(), |source| {
                    &source.kind
                })
                && query.entity_id.as_ref().is_none_or(|id| it.entity_id.as_ref() == Some(id))
                && query.id.as_ref().is_none_or(|id| it.id == *id)
        };
        let found = self.till.subscriptions.iter().filter(takes).collect();
        let mut page = SubscriptionPage::default();
        (page.subscriptions, page.total_count) =
            wanted.page(found, |it| (it.created_at, it.id.as_str()), listed_subscription);
        Ok(page)
    }
}

fn is_from(
    source: Option<&OrderSource>,
    wanted: Option<&Text>,
    of: fn(&OrderSource) -> &Option<Text>,
) -> bool {
    wanted.is_none_or(|wanted| source.and_then(|source| of(source).as_ref()) == Some(wanted))
}

/// Whether any item is of one of these products.
fn holds_product(order: &Order, products: &[&str]) -> bool {
    let id = |item: &smbcrm_core::payments::OrderItem| {
        let id = item.product.as_ref()?.get("_id")?.as_str()?;
        Some(products.contains(&id))
    };
    order.items.iter().flatten().any(|item| id(item) == Some(true))
}

fn named(contact: Option<&OrderContact>) -> (Option<Text>, Option<Text>) {
    contact.map_or((None, None), |contact| (contact.name.clone(), contact.email.clone()))
}

fn listed_order(order: &Order) -> ListedOrder {
    let mut listed = ListedOrder::default();
    listed.id = order.id.clone();
    listed.alt_id = order.alt_id.clone();
    listed.alt_type = order.alt_type.clone();
    listed.contact_id.clone_from(&order.contact_id);
    (listed.contact_name, listed.contact_email) = named(order.contact_snapshot.as_deref());
    listed.currency.clone_from(&order.currency);
    listed.amount = order.amount;
    listed.subtotal = order.amount_summary.as_ref().and_then(|sum| sum.subtotal);
    listed.discount = order.amount_summary.as_ref().and_then(|sum| sum.discount);
    listed.status = order.status.clone();
    listed.live_mode = order.live_mode;
    if let Some(source) = &order.source {
        listed.source_type = source.kind.clone().unwrap_or_default();
        listed.source_sub_type.clone_from(&source.sub_type);
        listed.source_name.clone_from(&source.name);
        listed.source_id.clone_from(&source.id);
        listed.source_meta.clone_from(&source.meta);
    }
    let code = order.coupon.as_ref().and_then(|coupon| coupon.get("code")?.as_str());
    listed.coupon_code = code.map(Into::into);
    listed.created_at = order.created_at;
    listed.updated_at = order.updated_at;
    listed.fulfillment_status.clone_from(&order.fulfillment_status);
    let recurs = |item: &&smbcrm_core::payments::OrderItem| {
        item.price.as_ref().and_then(|price| price.get("type")?.as_str()) == Some("recurring")
    };
    let count = |number: usize| u32::try_from(number).ok();
    let items = order.items.as_deref().unwrap_or_default();
    let recurring = items.iter().filter(recurs).count();
    listed.total_products = count(items.len());
    listed.recurring_products = count(recurring);
    listed.onetime_products = count(items.len() - recurring);
    listed.created_by.clone_from(&order.created_by);
    listed
}

fn provider(provider: Option<&PaymentProvider>) -> (Option<Text>, Option<Text>) {
    let account = provider.and_then(|provider| provider.connected_account.as_ref()?.get("_id")?.as_str());
    (provider.and_then(|provider| provider.kind.clone()), account.map(Into::into))
}

fn listed_transaction(it: &Transaction) -> ListedTransaction {
    let mut listed = ListedTransaction::default();
    listed.id = it.id.clone();
    listed.alt_id = it.alt_id.clone();
    listed.alt_type = it.alt_type.clone();
    listed.contact_id.clone_from(&it.contact_id);
    listed.merged_from_contact_id.clone_from(&it.merged_from_contact_id);
    (listed.contact_name, listed.contact_email) = named(it.contact_snapshot.as_deref());
    listed.currency.clone_from(&it.currency);
    listed.amount = it.amount;
    listed.status = it.status.clone().unwrap_or_default();
    listed.live_mode = it.live_mode;
    listed.entity_type.clone_from(&it.entity_type);
    listed.entity_id.clone_from(&it.entity_id);
    if let Some(source) = &it.entity_source {
        listed.entity_source_type = source.kind.clone().unwrap_or_default();
        listed.entity_source_sub_type.clone_from(&source.sub_type);
        listed.entity_source_name.clone_from(&source.name);
        listed.entity_source_id.clone_from(&source.id);
        listed.entity_source_meta.clone_from(&source.meta);
    }
    listed.subscription_id.clone_from(&it.subscription_id);
    listed.charge_id.clone_from(&it.charge_id);
    listed.charge_snapshot.clone_from(&it.charge_snapshot);
    (listed.payment_provider_type, listed.payment_provider_connected_account) =
        provider(it.payment_provider.as_ref());
    listed.ip_address.clone_from(&it.ip_address);
    listed.created_at = it.created_at;
    listed.updated_at = it.updated_at;
    listed.amount_refunded = it.amount_refunded;
    listed.payment_method.clone_from(&it.payment_method);
    listed.fulfilled_at = it.fulfilled_at;
    listed.created_by.clone_from(&it.created_by);
    listed
}

fn listed_subscription(it: &Subscription) -> ListedSubscription {
    let mut listed = ListedSubscription::default();
    listed.id = it.id.clone();
    listed.alt_id = it.alt_id.clone();
    listed.alt_type = it.alt_type.clone();
    listed.contact_id.clone_from(&it.contact_id);
    (listed.contact_name, listed.contact_email) = named(it.contact_snapshot.as_deref());
    listed.currency.clone_from(&it.currency);
    listed.amount = it.amount;
    listed.status = it.status.clone().unwrap_or_default();
    listed.live_mode = it.live_mode;
    listed.entity_type.clone_from(&it.entity_type);
    listed.entity_id.clone_from(&it.entity_id);
    if let Some(source) = &it.entity_source {
        listed.entity_source_type = source.kind.clone().unwrap_or_default();
        listed.entity_source_name.clone_from(&source.name);
        listed.entity_source_id.clone_from(&source.id);
        listed.entity_source_meta.clone_from(&source.meta);
    }
    listed.subscription_id.clone_from(&it.subscription_id);
    listed.subscription_snapshot.clone_from(&it.subscription_snapshot);
    (listed.payment_provider_type, listed.payment_provider_connected_account) =
        provider(it.payment_provider.as_ref());
    listed.ip_address.clone_from(&it.ip_address);
    listed.created_at = it.created_at;
    listed.updated_at = it.updated_at;
    listed.created_by.clone_from(&it.created_by);
    listed
}
