use futures::executor::block_on;
use serde_json::json;
use smbcrm_core::Crm;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::payments::{
    AltType, ListOrders, ListTransactions, OfOrder, Order, OrderPaymentStatus, PaymentMeans,
    RecordOrderPayment, Transaction, TransactionStatus,
};
use smbcrm_core::types::Money;
use smbcrm_core::webhooks::EventKind;

use crate::MemCrm;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn order(crm: &MemCrm, amount: &str) -> std::sync::Arc<Order> {
    let mut order = Order::default();
    order.amount = Some(money(amount));
    crm.admin().add_order(crm.location(), order).unwrap()
}

#[test]
fn amounts_are_exact_and_an_order_is_paid_by_parts() {
    let crm = MemCrm::new();
    let placed = order(&crm, "0.3");
    let pay = |amount: &str| {
        RecordOrderPayment::new(crm.location(), AltType::Location, PaymentMeans::Cash)
            .amount(money(amount))
            .is_partial_payment(true)
    };
    let status = || {
        let all = [
            OrderPaymentStatus::Unpaid,
            OrderPaymentStatus::PartiallyPaid,
            OrderPaymentStatus::Paid,
            OrderPaymentStatus::Refunded,
        ];
        let found = |status: &OrderPaymentStatus| {
            let list = ListOrders::new(crm.location()).payment_status(status.clone());
            block_on(crm.payments().list_orders(list)).unwrap().total_count == 1
        };
        all.into_iter().filter(found).collect::<Vec<_>>()
    };
    assert_eq!(status(), [OrderPaymentStatus::Unpaid]);
    block_on(crm.payments().record_order_payment(&placed.id, pay("0.1"))).unwrap();
    assert_eq!(status(), [OrderPaymentStatus::PartiallyPaid]);
    // 0.3 - 0.1 is 0.2 to the last digit.
    block_on(crm.payments().record_order_payment(&placed.id, pay("0.2"))).unwrap();
    assert_eq!(status(), [OrderPaymentStatus::Paid]);
    let told = crm.admin().events();
    let told: Vec<EventKind> =
        told.iter().flat_map(|event| event.webhooks()).map(|event| event.kind()).collect();
    assert_eq!(told, [EventKind::OrderStatusUpdate]);
}

#[test]
fn what_was_paid_back_is_not_paid() {
    let crm = MemCrm::new();
    let placed = order(&crm, "50");
    let mut paid = Transaction::default();
    paid.entity_id = Some(placed.id.as_text().clone());
    paid.amount = Some(money("50"));
    paid.amount_refunded = Some(money("50"));
    paid.status = Some(TransactionStatus::Refunded);
    crm.admin().add_transaction(crm.location(), paid).unwrap();
    let list = ListOrders::new(crm.location()).payment_status(OrderPaymentStatus::Refunded);
    assert_eq!(block_on(crm.payments().list_orders(list)).unwrap().total_count, 1);
}

#[test]
fn an_order_keeps_its_contact_as_it_was() {
    let crm = MemCrm::new();
    let ada = CreateContact::new(crm.location()).first_name("Ada").email("ada@vale.example");
    let ada = block_on(crm.contacts().create(ada)).unwrap();
    let mut placed = Order::default();
    placed.contact_id = Some(ada.id.clone());
    placed.items = serde_json::from_value(json!([
        { "name": "Chair", "qty": 2, "price": { "type": "one_time" } },
        { "name": "Care", "qty": 1, "price": { "type": "recurring" } },
    ]))
    .unwrap();
    let placed = crm.admin().add_order(crm.location(), placed).unwrap();
    block_on(crm.contacts().delete(&ada.id)).unwrap();
    let seen = block_on(crm.payments().get_order(&placed.id, OfOrder::new(crm.location()))).unwrap();
    assert_eq!(
        seen.contact_snapshot.as_ref().and_then(|kept| kept.email.as_deref()),
        Some("ada@vale.example")
    );
    let listed = block_on(crm.payments().list_orders(ListOrders::new(crm.location()).search("ADA"))).unwrap();
    let listed = &listed.orders[0];
    assert_eq!(
        (listed.total_products, listed.onetime_products, listed.recurring_products),
        (Some(2), Some(1), Some(1))
    );
    let none = ListTransactions::new(crm.location(), AltType::Location);
    assert_eq!(block_on(crm.payments().list_transactions(none)).unwrap().total_count, 0);
}
