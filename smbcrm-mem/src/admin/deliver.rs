//! What is sent to other systems: endpoints of apps, deliveries, accidents, receivers in process.

use std::sync::Arc;

use bytes::Bytes;
use smbcrm_core::Result;
use smbcrm_core::types::Text;

use super::Admin;
use crate::delivery::ExchangeRow;
use crate::delivery::{
    Delivery, DeliveryFilter, DeliveryId, Disturbance, Endpoint, EndpointSettings, Exchange, Post,
    WebhookKeys,
};
use crate::disk::EXCHANGE;
use crate::refusal;

impl Admin<'_> {
    /// Registers an endpoint: from now on an app is told there what happens.
    ///
    /// # Errors
    /// When the settings make no sense; the error names what is wrong.
    pub fn add_endpoint(&self, settings: EndpointSettings) -> Result<Endpoint> {
        settings.check()?;
        self.prepare_keys(&settings);
        let now = self.crm.clock().millis();
        let endpoint = self.exchange().change(|book| book.add_endpoint(settings, now));
        Ok(Endpoint::clone(&endpoint))
    }

    /// The endpoints, in the order in which they were registered.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.exchange().endpoints().iter().map(|endpoint| Endpoint::clone(endpoint)).collect()
    }

    /// One endpoint.
    pub fn endpoint(&self, id: &str) -> Option<Endpoint> {
        self.exchange().endpoints().iter().find(|endpoint| endpoint.id == *id).map(|it| Endpoint::clone(it))
    }

    /// Sets an endpoint anew. One that was disabled is enabled again. What waits goes to the new address.
    ///
    /// # Errors
    /// When there is no such endpoint, or the settings make no sense.
    pub fn set_endpoint(&self, id: &str, settings: EndpointSettings) -> Result<Endpoint> {
        settings.check()?;
        self.prepare_keys(&settings);
        let changed = self.exchange().change(|book| {
            book.change_endpoint(id, |endpoint| {
                endpoint.settings = settings;
                endpoint.enabled = true;
                endpoint.disabled_because = None;
                endpoint.failing_since = None;
            })
        });
        changed.map(|endpoint| Endpoint::clone(&endpoint)).ok_or_else(|| refusal::no_such("endpoint", id))
    }

    /// Disables an endpoint: it is told nothing any more, and what waits for it becomes dead letters. `false` when
    /// there is none.
    pub fn disable_endpoint(&self, id: &str) -> bool {
        let now = self.crm.clock().millis();
        self.exchange().change(|book| {
            let known = book.endpoint(id).is_some();
            if known {
                book.disable_endpoint(id, "it was disabled by hand", now);
            }
            known
        })
    }

    /// Enables an endpoint again; what it missed can be redelivered. `false` when there is none.
    pub fn enable_endpoint(&self, id: &str) -> bool {
        let enable = |endpoint: &mut Endpoint| {
            endpoint.enabled = true;
            endpoint.disabled_because = None;
            endpoint.failing_since = None;
        };
        self.exchange().change(|book| book.change_endpoint(id, enable)).is_some()
    }

    /// Removes an endpoint; what waits for it becomes dead letters. `false` when there is none.
    pub fn remove_endpoint(&self, id: &str) -> bool {
        let now = self.crm.clock().millis();
        self.exchange().change(|book| book.remove_endpoint(id, now))
    }

    /// The deliveries that are kept, oldest first.
    pub fn deliveries(&self, filter: &DeliveryFilter) -> Vec<Delivery> {
        let book = self.exchange().moment();
        let newest = book.entries().rev().filter(|entry| filter.takes(entry));
        let mut shown: Vec<_> =
            newest.take(filter.limit.unwrap_or(usize::MAX)).map(|entry| entry.show()).collect();
        shown.reverse();
        shown
    }

    /// One delivery.
    pub fn delivery(&self, id: impl Into<DeliveryId>) -> Option<Delivery> {
        self.exchange().moment().get(id.into().number()).map(|entry| entry.show())
    }

    /// What a delivery says, byte for byte.
    pub fn delivery_body(&self, id: impl Into<DeliveryId>) -> Option<Bytes> {
        self.exchange().moment().get(id.into().number()).map(|entry| entry.parcel.body.clone())
    }

    /// Sends a delivery again that is over, with the same body and the same ids. `false` when there is none, or it
    /// still waits.
    pub fn redeliver(&self, id: impl Into<DeliveryId>) -> bool {
        let (id, now) = (id.into().number(), self.crm.clock().millis());
        let repeated = self.exchange().change(|book| book.repeat(id, now));
        self.exchange().stir();
        repeated
    }

    /// Sends again all deliveries that are over and that the filter takes; see [`Admin::redeliver`]. Returns how many.
    pub fn redeliver_all(&self, filter: &DeliveryFilter) -> usize {
        let now = self.crm.clock().millis();
        let wanted: Vec<DeliveryId> =
            self.deliveries(filter).into_iter().map(|delivery| delivery.id).collect();
        let repeated = self
            .exchange()
            .change(|book| wanted.into_iter().filter(|id| book.repeat(id.number(), now)).count());
        self.exchange().stir();
        repeated
    }

    /// Forgets the deliveries that are over.
    pub fn clear_deliveries(&self) {
        self.exchange().change(|book| book.forget());
    }

    /// How many deliveries found no room, because too many waited already.
    pub fn deliveries_turned_away(&self) -> u64 {
        self.exchange().moment().turned_away()
    }

    /// How many deliveries are kept at most, and how many bytes they take up together; 10 000 and 64 MiB unless told
    /// otherwise. What is over makes room, the delivered first.
    pub fn limit_deliveries(&self, entries: usize, bytes: usize) {
        self.exchange().change(|book| book.set_limits(entries, bytes));
    }

    /// Lets deliveries go wrong from now on.
    pub fn disturb(&self, disturbance: Disturbance) {
        self.exchange().change(|book| book.set_disturbance(Some(disturbance)));
    }

    /// Nothing goes wrong on purpose any more.
    pub fn calm(&self) {
        self.exchange().change(|book| book.set_disturbance(None));
    }

    /// What goes wrong on purpose.
    pub fn disturbance(&self) -> Option<Disturbance> {
        self.exchange().moment().disturbance().map(|known| Disturbance::clone(known))
    }

    /// Hands what is sent to addresses that begin so to a handler in process, instead of sending it over HTTP: a
    /// [`Sink`](crate::Sink), or an async closure. The longest beginning wins. Forks made later have it too.
    ///
    /// A handler may call the CRM, but must not let time pass or wait for it to be idle: that waits for the handler.
    pub fn sink(&self, prefix: impl Into<Text>, sink: impl Post + 'static) {
        self.exchange().set_senders(|senders| senders.register(prefix.into(), Arc::new(sink)));
    }

    /// Who sends what no handler in process takes: over HTTP to public addresses and to this machine, unless told
    /// otherwise; see [`Guard`](crate::Guard).
    pub fn set_sender(&self, sender: impl Post + 'static) {
        self.exchange().set_senders(|senders| senders.set_other(Arc::new(sender)));
    }

    /// The public keys that this world's webhooks are verified with.
    pub fn webhook_keys(&self) -> WebhookKeys {
        self.exchange().keys().public()
    }

    fn exchange(&self) -> &Exchange {
        &self.crm.world.exchange
    }

    /// Makes the RSA pair now, so that the first delivery need not wait for it.
    fn prepare_keys(&self, settings: &EndpointSettings) {
        if settings.legacy_signature {
            self.exchange().keys().make_rsa();
            if let Some(pair) = self.exchange().kept_rsa().map(ExchangeRow::from) {
                self.crm.world.keep_part(EXCHANGE, || serde_json::to_value(pair).unwrap_or_default());
            }
        }
    }
}
