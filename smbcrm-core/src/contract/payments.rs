//! What every implementation of the product payments must do.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    Case, Failure, HandOrSkip, Plant, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused,
};
use crate::ErrorKind;
use crate::payments::operations as op;
use crate::payments::{
    AltType, ListOrders, ListSubscriptions, ListTransactions, OfOrder, OfSubscription, OfTransaction, Order,
    OrderPaymentStatus, OrderSource, OrderStatus, PaidByCard, PaidByCheque, PaymentMeans, PaymentMode,
    RecordOrderPayment, Subscription, SubscriptionStatus, Transaction, TransactionStatus,
};
use crate::types::{Extra, Money, OrderId, Text};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    an_order_is_fetched_and_listed => [op::GET_ORDER, op::LIST_ORDERS],
    orders_are_found_by_what_they_say => [op::LIST_ORDERS],
    a_payment_completes_an_order => [op::RECORD_ORDER_PAYMENT, op::GET_ORDER, op::LIST_TRANSACTIONS],
    payments_are_checked => [op::RECORD_ORDER_PAYMENT],
    a_transaction_is_fetched_and_listed => [op::GET_TRANSACTION, op::LIST_TRANSACTIONS],
    a_subscription_is_fetched_and_listed => [op::GET_SUBSCRIPTION, op::LIST_SUBSCRIPTIONS],
    pages_and_days_are_bounded => [op::LIST_ORDERS, op::LIST_TRANSACTIONS, op::LIST_SUBSCRIPTIONS],
    days_are_checked => [op::LIST_ORDERS],
    what_is_not_there_is_named => [op::GET_ORDER, op::GET_TRANSACTION, op::GET_SUBSCRIPTION],
}

const NO_PLANTING: &str = "orders cannot be planted here";

fn money(cents: i64) -> Money {
    rust_decimal::Decimal::new(cents, 2).into()
}

fn source(name: &str) -> OrderSource {
    let mut source = OrderSource::default();
    source.kind = Some("funnel".into());
    source.sub_type = Some("one_step_order_form".into());
    source.id = Some("FUNNEL1".into());
    source.name = Some(name.into());
    source
}

/// An order of 99.90 of one's own, from a funnel of this name.
pub(super) async fn order(stage: &Stage, name: &str) -> Result<Order, Failure> {
    let contact = stage.contact().await?;
    let mut order = Order::default();
    order.contact_id = Some(contact.id.clone());
    order.amount = Some(money(99_90));
    order.source = Some(source(name));
    order.created_at = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    plant(stage, order).await
}

async fn plant(stage: &Stage, order: Order) -> Result<Order, Failure> {
    let id = stage.hands.plant(Plant::Order(Box::new(order))).await.ok_or_skip(NO_PLANTING)?;
    fetch(stage, &id.into()).await
}

async fn fetch(stage: &Stage, id: &OrderId) -> Result<Order, Failure> {
    let found = stage.crm.payments().get_order(id, OfOrder::new(&stage.location)).await?;
    Ok(alone(&found))
}

/// An order without what the answer says besides: the wire puts `traceId` among its fields.
fn alone(order: &Order) -> Order {
    let mut order = order.clone();
    order.extra = Extra::default();
    order
}

fn list(stage: &Stage, name: &str) -> ListOrders {
    ListOrders::new(&stage.location).search(name)
}

fn pay(stage: &Stage, mode: PaymentMeans) -> RecordOrderPayment {
    RecordOrderPayment::new(&stage.location, AltType::Location, mode)
}

async fn an_order_is_fetched_and_listed(stage: &Stage) -> Verdict {
    let (payments, name) = (stage.crm.payments(), stage.unique("funnel"));
    let placed = order(stage, &name).await?;
    ensure_eq!((placed.alt_id.as_str(), placed.alt_type.as_str()), (stage.location.as_str(), "location"));
    ensure_eq!((placed.amount, placed.status.clone()), (Some(money(99_90)), OrderStatus::Pending));
    ensure_eq!(placed.currency.as_deref(), Some("USD"));
    let kept = placed.contact_snapshot.clone().unwrap_or_default();
    ensure_eq!(kept.name.as_deref(), Some("Ada Vale"));
    let of = OfOrder::new(&stage.location).alt_type(AltType::Location).location_id(&stage.location);
    ensure_eq!(alone(&*payments.get_order(&placed.id, of).await?), placed);
    let page = payments.list_orders(list(stage, &name)).await?;
    ensure_eq!(page.total_count, 1);
    let listed = page.orders.first().cloned().unwrap_or_default();
    ensure_eq!((&listed.id, listed.amount), (&placed.id, placed.amount));
    ensure_eq!((listed.source_type.as_str(), listed.source_name.as_deref()), ("funnel", Some(name.as_str())));
    ensure_eq!((listed.contact_name.as_deref(), listed.contact_email), (Some("Ada Vale"), kept.email));
    Ok(())
}

async fn orders_are_found_by_what_they_say(stage: &Stage) -> Verdict {
    let (payments, name) = (stage.crm.payments(), stage.unique("funnel"));
    let placed = order(stage, &name).await?;
    let mut other = Order::default();
    other.amount = Some(money(10_00));
    other.status = OrderStatus::Completed;
    other.live_mode = Some(true);
    other.source = Some(source(&name));
    other.created_at = placed.created_at + TimeDelta::days(3);
    let other = plant(stage, other).await?;
    let day = placed.created_at.date_naive();
    let contact = placed.contact_id.clone().unwrap_or_default();
    let all = list(stage, &name);
    for (query, ids) in [
        (all.clone(), vec![&other.id, &placed.id]), // newest first
        (all.clone().limit(1).offset(1), vec![&placed.id]),
        (all.clone().status("completed"), vec![&other.id]),
        (all.clone().payment_status(OrderPaymentStatus::Paid), vec![&other.id]),
        (all.clone().payment_status(OrderPaymentStatus::Unpaid), vec![&placed.id]),
        (all.clone().payment_mode(PaymentMode::Live), vec![&other.id]),
        (all.clone().contact_id(contact), vec![&placed.id]),
        (all.clone().source_id("FUNNEL1"), vec![&other.id, &placed.id]),
        (all.clone().source_id("FUNNEL2"), vec![]),
        (all.clone().funnel_product_ids("P1,P2"), vec![]),
        // The sub-account's day may be another than the one in UTC.
        (all.clone().end_at(day + chrono::Days::new(1)), vec![&placed.id]),
        (all.start_at(day + chrono::Days::new(2)), vec![&other.id]),
    ] {
        let asked = format!("{query:?}");
        let page = payments.list_orders(query).await?;
        let seen: Vec<_> = page.orders.iter().map(|order| &order.id).collect();
        ensure!(seen == ids, "{asked}: {seen:?}");
    }
    Ok(())
}

async fn a_payment_completes_an_order(stage: &Stage) -> Verdict {
    let (payments, name) = (stage.crm.payments(), stage.unique("funnel"));
    let placed = order(stage, &name).await?;
    let part = pay(stage, PaymentMeans::Card).amount(money(40_10)).is_partial_payment(true);
    let part = part.card(PaidByCard::new("visa", "4242")).notes("at the counter");
    payments.record_order_payment(&placed.id, part).await?;
    ensure_eq!(fetch(stage, &placed.id).await?.status, OrderStatus::Pending);
    let partly = list(stage, &name).payment_status(OrderPaymentStatus::PartiallyPaid);
    ensure_eq!(payments.list_orders(partly).await?.total_count, 1);
    payments.record_order_payment(&placed.id, pay(stage, PaymentMeans::Cash)).await?; // what is still due
    ensure_eq!(fetch(stage, &placed.id).await?.status, OrderStatus::Completed);

    let of_order = ListTransactions::new(&stage.location, AltType::Location).entity_id(placed.id.as_text());
    let paid = payments.list_transactions(of_order).await?;
    let mut amounts: Vec<_> = paid.transactions.iter().filter_map(|paid| paid.amount).collect();
    amounts.sort();
    ensure_eq!(amounts, [money(40_10), money(59_80)]);
    ensure!(paid.transactions.iter().all(|paid| paid.status == TransactionStatus::Succeeded), "{paid:?}");
    let with_card = paid.transactions.iter().find(|paid| paid.amount == Some(money(40_10)));
    let card = with_card.and_then(|paid| paid.payment_method.as_ref()).and_then(|method| method.get("card"));
    ensure_eq!(card, Some(&json!({ "brand": "visa", "last4": "4242" })));
    ensure_eq!(with_card.and_then(|paid| paid.contact_id.clone()), placed.contact_id);

    let again = payments.record_order_payment(&placed.id, pay(stage, PaymentMeans::Cash)).await;
    refused(again, ErrorKind::Invalid, 400)?;
    Ok(())
}

async fn payments_are_checked(stage: &Stage) -> Verdict {
    let payments = stage.crm.payments();
    let placed = order(stage, &stage.unique("funnel")).await?;
    for (payment, words) in [
        (pay(stage, PaymentMeans::Card), "card should not be empty"),
        (pay(stage, PaymentMeans::Cheque), "cheque should not be empty"),
        (pay(stage, "shells".into()), "mode must be a valid enum value"),
        (
            pay(stage, PaymentMeans::Card).card(PaidByCard::new("visa", "42")),
            "card.last4 must be four digits",
        ),
        (
            pay(stage, PaymentMeans::Cheque).cheque(PaidByCheque::new(" ")),
            "cheque.number should not be empty",
        ),
        (pay(stage, PaymentMeans::Cash).amount(money(0)), "amount must be a positive number"),
        (pay(stage, PaymentMeans::Cash).amount(money(-1)), "amount must be a positive number"),
        (
            pay(stage, PaymentMeans::Cash).amount(money(99_91)),
            "amount must not be greater than what is due: 99.9",
        ),
        (pay(stage, PaymentMeans::Cash).amount(money(1)), "amount must not be less than what is due"),
    ] {
        let error = payments.record_order_payment(&placed.id, payment).await;
        let error = refused(error, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|message| message.starts_with(words)), "{words}: {error}");
    }
    let nothing = payments.record_order_payment(&"nothing".into(), pay(stage, PaymentMeans::Cash)).await;
    refused(nothing, ErrorKind::NotFound, 400)?;
    ensure_eq!(fetch(stage, &placed.id).await?, placed);
    Ok(())
}

async fn a_transaction_is_fetched_and_listed(stage: &Stage) -> Verdict {
    let (payments, name) = (stage.crm.payments(), stage.unique("shop"));
    let mut paid = Transaction::default();
    paid.contact_id = Some(stage.contact().await?.id.clone());
    paid.amount = Some(money(12_34));
    paid.amount_refunded = Some(money(2_00));
    paid.status = Some(TransactionStatus::Succeeded);
    paid.entity_type = Some("order".into());
    paid.entity_source = Some(source(&name));
    paid.subscription_id = Some("sub_1".into());
    let plant = Plant::Transaction(Box::new(paid));
    let id = stage.hands.plant(plant).await.ok_or_skip(NO_PLANTING)?.into();
    let of = OfTransaction::new(&stage.location, AltType::Location);
    let seen = payments.get_transaction(&id, of).await?;
    ensure_eq!((&seen.id, seen.amount, seen.amount_refunded), (&id, Some(money(12_34)), Some(money(2_00))));
    let all = ListTransactions::new(&stage.location, AltType::Location).search(name.as_str());
    for (query, count) in [
        (all.clone(), 1),
        (all.clone().entity_source_type("funnel").entity_source_sub_type("one_step_order_form"), 1),
        (all.clone().entity_source_type("website"), 0),
        (all.clone().subscription_id("sub_1"), 1),
        (all.clone().subscription_id("sub_2"), 0),
        (all.clone().payment_mode(PaymentMode::Test), 1),
        (all.clone().contact_id("nobody"), 0),
        (all.offset(1), 1), // of how many, whatever the page
    ] {
        ensure_eq!(payments.list_transactions(query).await?.total_count, count);
    }
    Ok(())
}

async fn a_subscription_is_fetched_and_listed(stage: &Stage) -> Verdict {
    let (payments, name) = (stage.crm.payments(), stage.unique("plan"));
    let mut care = Subscription::default();
    care.amount = Some(money(19_00));
    care.status = Some(SubscriptionStatus::Trial);
    care.entity_id = Some("ORDER1".into());
    care.entity_source = Some(source(&name));
    let plant = Plant::Subscription(Box::new(care));
    let id = stage.hands.plant(plant).await.ok_or_skip(NO_PLANTING)?.into();
    let of = OfSubscription::new(&stage.location, AltType::Location);
    let seen = payments.get_subscription(&id, of).await?;
    ensure_eq!((seen.amount, seen.status.as_ref()), (Some(money(19_00)), Some(&SubscriptionStatus::Trial)));
    let all = ListSubscriptions::new(&stage.location, AltType::Location).search(name.as_str());
    for (query, count) in [
        (all.clone(), 1),
        (all.clone().id(&id), 1),
        (all.clone().id("another"), 0),
        (all.clone().entity_id("ORDER1"), 1),
        (all.clone().entity_id("ORDER2"), 0),
        (all.clone().entity_source_type("website"), 0),
        (all.payment_mode(PaymentMode::Live), 0),
    ] {
        ensure_eq!(payments.list_subscriptions(query).await?.total_count, count);
    }
    Ok(())
}

async fn pages_and_days_are_bounded(stage: &Stage) -> Verdict {
    let (payments, location) = (stage.crm.payments(), &stage.location);
    let words = |error: crate::Result<u64>| {
        refused(error, ErrorKind::Invalid, 422).map(|error| error.messages().join("; "))
    };
    for (limit, said) in [(0, "limit must not be less than 1"), (101, "limit must not be greater than 100")] {
        let orders = payments.list_orders(ListOrders::new(location).limit(limit)).await;
        ensure_eq!(words(orders.map(|page| page.total_count))?, said);
        let transactions = ListTransactions::new(location, AltType::Location).limit(limit);
        ensure_eq!(words(payments.list_transactions(transactions).await.map(|page| page.total_count))?, said);
        let subscriptions = ListSubscriptions::new(location, AltType::Location).limit(limit);
        ensure_eq!(
            words(payments.list_subscriptions(subscriptions).await.map(|page| page.total_count))?,
            said
        );
    }
    let day = DateTime::<Utc>::UNIX_EPOCH.date_naive();
    let backwards = ListOrders::new(location).start_at(day + chrono::Days::new(1)).end_at(day);
    let said = words(payments.list_orders(backwards).await.map(|page| page.total_count))?;
    ensure_eq!(said, "endAt must not be before startAt");
    let odd = ListTransactions::new(location, AltType::from("company"));
    let said = words(payments.list_transactions(odd).await.map(|page| page.total_count))?;
    ensure_eq!(said, "altType must be a valid enum value");
    let odd = ListOrders::new(location).payment_status("soon");
    let said = words(payments.list_orders(odd).await.map(|page| page.total_count))?;
    ensure_eq!(said, "paymentStatus must be a valid enum value");
    Ok(())
}

async fn days_are_checked(stage: &Stage) -> Verdict {
    for (name, text) in [("startAt", "yesterday"), ("endAt", "2026-02-30")] {
        let target = format!("/payments/orders?altId={}&{name}={text}", stage.location);
        let request = WireRequest::new(&op::LIST_ORDERS, target);
        let response =
            stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
        let body = String::from_utf8_lossy(&response.body).into_owned();
        ensure!(response.status == 422 && body.contains(&format!("{name} must be a date")), "{body}");
    }
    Ok(())
}

async fn what_is_not_there_is_named(stage: &Stage) -> Verdict {
    let (payments, location) = (stage.crm.payments(), &stage.location);
    let order = payments.get_order(&"nothing".into(), OfOrder::new(location)).await.map(|_| Text::default());
    let of = OfTransaction::new(location, AltType::Location);
    let transaction = payments.get_transaction(&"nothing".into(), of).await.map(|_| Text::default());
    let of = OfSubscription::new(location, AltType::Location);
    let subscription = payments.get_subscription(&"nothing".into(), of).await.map(|_| Text::default());
    for (outcome, what) in [(order, "Order"), (transaction, "Transaction"), (subscription, "Subscription")] {
        let error = refused(outcome, ErrorKind::NotFound, 400)?;
        ensure_eq!(error.messages(), [format!("{what} with id nothing not found")]);
    }
    Ok(())
}
