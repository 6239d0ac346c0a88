//! What happens in an organisation's own work: work orders, invoices, bookings. Each tells its endpoints.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use smbcrm_core::Result;
use smbcrm_core::smarfle::event::Event;
use smbcrm_core::smarfle::{Booking, Invoice, InvoiceStatus, WorkOrder, WorkOrderStatus};
use smbcrm_core::types::{Money, SmarfleClientId, SmarfleInvoiceId, Text, WorkOrderId};

use super::{State, ids, refusal};
use crate::world::World;

/// A work order to make.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NewWorkOrder {
    /// For whom.
    pub client_id: SmarfleClientId,
    /// What is to be done: 1 to 200 characters.
    pub title: Text,
    /// What it costs; not negative.
    #[serde(default)]
    pub total: Option<Money>,
}

impl NewWorkOrder {
    /// Something to be done for a client.
    pub fn new(client: impl Into<SmarfleClientId>, title: impl Into<Text>) -> Self {
        Self { client_id: client.into(), title: title.into(), total: None }
    }

    /// What it costs.
    #[must_use]
    pub fn total(mut self, total: impl Into<Money>) -> Self {
        self.total = Some(total.into());
        self
    }
}

/// An invoice to send.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NewInvoice {
    /// To whom.
    pub client_id: SmarfleClientId,
    /// How much, in major units; more than nothing, with two decimals at most.
    pub amount: Money,
    /// In which currency: three capital letters; `USD` unless set.
    #[serde(default = "dollars")]
    pub currency: Text,
    /// For which work order, which has to be the client's.
    #[serde(default)]
    pub work_order_id: Option<WorkOrderId>,
}

fn dollars() -> Text {
    "USD".into()
}

impl NewInvoice {
    /// An invoice in dollars.
    pub fn new(client: impl Into<SmarfleClientId>, amount: impl Into<Money>) -> Self {
        Self { client_id: client.into(), amount: amount.into(), currency: dollars(), work_order_id: None }
    }

    /// In another currency.
    #[must_use]
    pub fn currency(mut self, currency: impl Into<Text>) -> Self {
        self.currency = currency.into();
        self
    }

    /// For a work order.
    #[must_use]
    pub fn work_order(mut self, id: impl Into<WorkOrderId>) -> Self {
        self.work_order_id = Some(id.into());
        self
    }
}

/// A booking that comes in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NewBooking {
    /// Who.
    pub client_id: SmarfleClientId,
    /// What: 1 to 200 characters.
    pub service: Text,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Whatever else was said.
    #[serde(default)]
    pub notes: Option<Text>,
}

impl NewBooking {
    /// A client books a service.
    pub fn new(
        client: impl Into<SmarfleClientId>,
        service: impl Into<Text>,
        starts_at: DateTime<Utc>,
    ) -> Self {
        Self { client_id: client.into(), service: service.into(), starts_at, notes: None }
    }

    /// Whatever else was said.
    #[must_use]
    pub fn notes(mut self, notes: impl Into<Text>) -> Self {
        self.notes = Some(notes.into());
        self
    }
}

/// A line of text that has to be there.
fn line(name: &str, text: &str) -> Result<Text> {
    const MOST: usize = 200;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MOST || text.chars().any(char::is_control) {
        return Err(refusal::validation(&[format!("{name} must have 1 to {MOST} printable characters")]));
    }
    Ok(text.into())
}

/// The client's id as it is kept, if the client is the organisation's.
fn client(state: &State, org: u64, id: &SmarfleClientId) -> Result<SmarfleClientId> {
    state.client_number(org, id).map(|number| ids::id(ids::CLIENT, number))
}

impl State {
    fn order(&self, org: u64, id: &WorkOrderId) -> Result<(u64, &WorkOrder)> {
        let number = ids::number(ids::ORDER, id.as_str());
        let order = self.orders.get(org, number).map(|order| (number, order));
        order.ok_or_else(|| refusal::not_found("work order", id.as_str()))
    }

    pub(super) fn create_order(&mut self, world: &World, org: u64, new: &NewWorkOrder) -> Result<WorkOrder> {
        let title = line("title", &new.title)?;
        if new.total.is_some_and(|total| total < Money::ZERO) {
            return Err(refusal::validation(&["total must not be less than 0".to_owned()]));
        }
        let mut order = WorkOrder::default();
        order.client_id = client(self, org, &new.client_id)?;
        order.title = title;
        order.status = WorkOrderStatus::Open;
        order.total = new.total;
        order.created_at = Some(world.clock.now());
        order.id = ids::id(ids::ORDER, self.orders.next());
        self.orders.add(org, |_| order.clone());
        self.emit(world, org, &Event::WorkOrderCreated(order.clone()));
        Ok(order)
    }

    pub(super) fn complete_order(&mut self, world: &World, org: u64, id: &WorkOrderId) -> Result<WorkOrder> {
        let (number, order) = self.order(org, id)?;
        if order.status == WorkOrderStatus::Completed {
            return Err(refusal::conflict("The work order is completed already."));
        }
        let mut order = order.clone();
        order.status = WorkOrderStatus::Completed;
        order.completed_at = Some(world.clock.now());
        self.orders.edit(org, number, |known| *known = order.clone());
        self.emit(world, org, &Event::WorkOrderCompleted(order.clone()));
        Ok(order)
    }

    pub(super) fn send_invoice(&mut self, world: &World, org: u64, new: &NewInvoice) -> Result<Invoice> {
        let mut wrong = Vec::new();
        if new.amount <= Money::ZERO || new.amount.decimal().normalize().scale() > 2 {
            wrong.push("amount must be more than 0, with two decimals at most".to_owned());
        }
        if new.currency.len() != 3 || !new.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            wrong.push("currency must be three capital letters".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::validation(&wrong));
        }
        let mut invoice = Invoice::default();
        invoice.client_id = client(self, org, &new.client_id)?;
        if let Some(id) = &new.work_order_id {
            let (_, order) = self.order(org, id)?;
            if order.client_id != invoice.client_id {
                return Err(refusal::conflict("The work order is for another client."));
            }
            invoice.work_order_id = Some(order.id.clone());
        }
        invoice.amount = new.amount;
        invoice.currency = new.currency.clone();
        invoice.status = InvoiceStatus::Sent;
        invoice.sent_at = Some(world.clock.now());
        invoice.id = ids::id(ids::INVOICE, self.invoices.next());
        self.invoices.add(org, |_| invoice.clone());
        self.emit(world, org, &Event::InvoiceSent(invoice.clone()));
        Ok(invoice)
    }

    pub(super) fn pay_invoice(&mut self, world: &World, org: u64, id: &SmarfleInvoiceId) -> Result<Invoice> {
        let number = ids::number(ids::INVOICE, id.as_str());
        let missing = || refusal::not_found("invoice", id.as_str());
        let mut invoice = self.invoices.get(org, number).cloned().ok_or_else(missing)?;
        if invoice.status == InvoiceStatus::Paid {
            return Err(refusal::conflict("The invoice is paid already."));
        }
        invoice.status = InvoiceStatus::Paid;
        invoice.paid_at = Some(world.clock.now());
        self.invoices.edit(org, number, |known| *known = invoice.clone());
        self.emit(world, org, &Event::InvoicePaid(invoice.clone()));
        Ok(invoice)
    }

    pub(super) fn receive_booking(&mut self, world: &World, org: u64, new: &NewBooking) -> Result<Booking> {
        let mut booking = Booking::default();
        booking.service = line("service", &new.service)?;
        booking.client_id = client(self, org, &new.client_id)?;
        booking.starts_at = Some(new.starts_at);
        booking.notes.clone_from(&new.notes);
        booking.created_at = Some(world.clock.now());
        booking.id = ids::id(ids::BOOKING, self.bookings.next());
        self.bookings.add(org, |_| booking.clone());
        self.emit(world, org, &Event::BookingReceived(booking.clone()));
        Ok(booking)
    }
}
