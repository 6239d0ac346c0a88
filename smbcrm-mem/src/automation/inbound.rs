//! Triggers that are called from outside: inbound webhooks, trigger links, products that are not here yet.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json};
use smbcrm_core::types::{ContactId, LocationId, Text};
use smbcrm_core::workflows::definition::{InboundWebhook, TriggerEvent, merge};

use super::merge::dig;
use super::run::About;
use super::watch::Watched;
use crate::Admin;
use crate::world::State;

/// What a hook answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HookAnswer {
    /// The wire's words.
    pub status: Text,
    /// The run that was started; nothing where the hook is unknown or its workflow a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
}

/// Something that happened in a product that the in-memory CRM does not have: an invoice, a payment, an order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TriggerCall {
    /// The type of the triggers that it is for: `invoice`, `payment_received`, `order_submission`.
    pub kind: Text,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// What happened to an invoice: `paid`, `sent`, …
    pub status: Option<Text>,
    /// The record, by the first word of its merge fields: `invoice`, `payment`, `order`.
    pub data: Map<String, Json>,
}

impl TriggerCall {
    /// Something that happened to a contact.
    pub fn new(kind: impl Into<Text>, contact: impl Into<ContactId>) -> Self {
        Self { kind: kind.into(), contact_id: Some(contact.into()), status: None, data: Map::new() }
    }

    /// What happened to an invoice.
    #[must_use]
    pub fn status(mut self, status: impl Into<Text>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// The record of it: `{{invoice.total}}` and so on.
    #[must_use]
    pub fn data(mut self, name: impl Into<String>, record: Json) -> Self {
        self.data.insert(name.into(), record);
        self
    }
}

impl Admin<'_> {
    /// Calls an inbound webhook, as another system does at `/hooks/{locationId}/webhook-trigger/{id}`.
    ///
    /// The id is that of the trigger. One that is unknown, or whose workflow is a draft, answers as the platform's
    /// editor does while a webhook is tried out, and starts nothing.
    pub fn call_hook(&self, location: &LocationId, id: &str, request: Json) -> HookAnswer {
        let now = self.crm.world.clock.stamp();
        let started = self.sub(location).and_then(|sub| {
            self.crm.world.alter(&sub, |state| {
                let watched = state.called(|trigger, name| {
                    matches!(trigger, TriggerEvent::InboundWebhook(_)) && name == id
                })?;
                Some(state.inbound(&watched, request, now))
            })
        });
        match started {
            Some(id) => HookAnswer {
                status: "Success: request sent to trigger execution server".into(),
                id: Some(id.unwrap_or_else(|| self.crm.world.trace_id().into())),
            },
            None => HookAnswer { status: "Success: test request received".into(), id: None },
        }
    }

    /// Has a contact open a trigger link, as at `/l/{id}?contact=`. Says how many runs began.
    pub fn open_link(&self, location: &LocationId, link: &str, contact: &ContactId) -> usize {
        self.call_triggers(location, contact, |event| match event {
            TriggerEvent::TriggerLink(it) if it.link == *link => {
                let mut about = About::default();
                about.data.insert("event".into(), serde_json::json!({ "link": link }));
                Some(about)
            }
            _ => None,
        })
    }

    /// Tells workflows of something that happened in a product that is not here. Says how many runs began.
    pub fn call_trigger(&self, location: &LocationId, call: &TriggerCall) -> usize {
        let Some(contact) = &call.contact_id else { return 0 };
        self.call_triggers(location, contact, |event| {
            let meant = event.kind() == call.kind.as_str()
                && match event {
                    TriggerEvent::InvoiceTrigger(it) => {
                        let is =
                            |wanted: &Vec<Text>| call.status.as_ref().is_some_and(|s| wanted.contains(s));
                        it.statuses.as_ref().is_none_or(is)
                    }
                    TriggerEvent::PaymentReceived(_) | TriggerEvent::OrderSubmission(_) => true,
                    _ => false,
                };
            meant.then(|| About { data: call.data.clone(), ..About::default() })
        })
    }

    fn call_triggers(
        &self,
        location: &LocationId,
        contact: &ContactId,
        about: impl Fn(&TriggerEvent) -> Option<About>,
    ) -> usize {
        let now = self.crm.world.clock.stamp().timestamp_millis();
        let begun = self.sub(location).map(|sub| {
            self.crm.world.alter(&sub, |state| {
                let before = state.automation.runs.len();
                let watch = Arc::clone(&state.automation.watch);
                for watched in watch.called() {
                    if let Some(mut about) = about(&watched.trigger().event) {
                        about.trigger = watched.trigger().called(watched.at as usize);
                        state.fire(watched, Some(contact.clone()), about, now);
                    }
                }
                state.automation.runs.len() - before
            })
        });
        begun.unwrap_or_default()
    }
}

impl State {
    /// The published trigger that is called so.
    fn called(&self, is: impl Fn(&TriggerEvent, &str) -> bool) -> Option<Watched> {
        let mut called = self.automation.watch.called();
        called
            .find(|watched| {
                let trigger = watched.trigger();
                is(&trigger.event, &trigger.called(watched.at as usize))
            })
            .cloned()
    }

    /// Starts a run with a request, about the contact whom it names.
    fn inbound(
        &mut self,
        watched: &Watched,
        request: Json,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Option<Text> {
        let trigger = watched.trigger();
        let TriggerEvent::InboundWebhook(it) = &trigger.event else { return None };
        let contact = self.contact_named_by(it, &request, now);
        let mut about = About { trigger: trigger.called(watched.at as usize), ..About::default() };
        about.data.insert("inboundWebhookRequest".into(), request);
        let now = now.timestamp_millis();
        if !self.holds_all(&trigger.filters, contact.as_ref(), &about, None, now) {
            return None;
        }
        self.begin_run(watched.edition, contact, about, false, now)
    }

    /// The contact whom the mapped fields find or make; nobody where they name no e-mail and no phone.
    fn contact_named_by(
        &mut self,
        it: &InboundWebhook,
        request: &Json,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Option<ContactId> {
        let mut fields = Map::new();
        for (name, path) in it.contact.as_ref()? {
            // Arrays cannot be mapped.
            let value = dig(request, path.as_str()?).filter(|value| !value.is_array() && !value.is_object());
            if let Some(value) = value.filter(|value| !value.is_null()) {
                fields.insert(name.clone(), merge::as_text(&value).into());
            }
        }
        if !fields.contains_key("email") && !fields.contains_key("phone") {
            return None;
        }
        let input = self.contact_input(fields).ok()?;
        self.upsert_contact(input.into(), false, now).ok().map(|done| done.contact.id.clone())
    }
}
