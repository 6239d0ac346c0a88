//! What is sent to other systems, over the admin API.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use smbcrm_core::Error;
use smbcrm_core::types::time;

use super::inputs::Nothing;
use super::methods::{created, ok};
use super::{Ask, Outcome, Refused};
use crate::{DeliveryFilter, DeliveryState, Disturbance, EndpointSettings};

pub(super) fn endpoints(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "endpoints": ask.admin().endpoints() }))
}

pub(super) fn add_endpoint(ask: &Ask<'_>) -> Outcome {
    let settings: EndpointSettings = ask.body()?;
    created(ask.admin().add_endpoint(settings).map_err(|error| invalid(&error))?)
}

pub(super) fn set_endpoint(ask: &Ask<'_>) -> Outcome {
    let settings: EndpointSettings = ask.body()?;
    known_endpoint(ask)?;
    ok(ask.admin().set_endpoint(&ask.id, settings).map_err(|error| invalid(&error))?)
}

pub(super) fn enable_endpoint(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    known_endpoint(ask)?;
    ok(json!({ "enabled": ask.admin().enable_endpoint(&ask.id) }))
}

pub(super) fn disable_endpoint(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    known_endpoint(ask)?;
    ok(json!({ "disabled": ask.admin().disable_endpoint(&ask.id) }))
}

pub(super) fn remove_endpoint(ask: &Ask<'_>) -> Outcome {
    known_endpoint(ask)?;
    ok(json!({ "removed": ask.admin().remove_endpoint(&ask.id) }))
}

pub(super) fn deliveries(ask: &Ask<'_>) -> Outcome {
    let [state, endpoint, event, location, since, until, limit] =
        ask.query(["state", "endpoint", "event", "location", "since", "until", "limit"])?;
    let mut filter = DeliveryFilter::new();
    filter.state = state.map(read_state).transpose()?;
    filter.endpoint = endpoint.map(Into::into);
    filter.event = event.map(Into::into);
    filter.location = location.map(Into::into);
    filter.since = since.map(|text| instant("since", text)).transpose()?;
    filter.until = until.map(|text| instant("until", text)).transpose()?;
    filter.limit = limit.map(|text| number("limit", text)).transpose()?;
    let admin = ask.admin();
    ok(json!({ "deliveries": admin.deliveries(&filter), "turnedAway": admin.deliveries_turned_away() }))
}

pub(super) fn delivery(ask: &Ask<'_>) -> Outcome {
    let id: u64 = number("id", &ask.id).map_err(|_| missing(ask))?;
    let found = ask.admin().delivery(id).ok_or_else(|| missing(ask))?;
    let body = ask.admin().delivery_body(id).unwrap_or_default();
    let body = serde_json::from_slice(&body)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
    ok(json!({ "delivery": found, "body": body }))
}

pub(super) fn clear_deliveries(ask: &Ask<'_>) -> Outcome {
    ask.admin().clear_deliveries();
    ok(json!({ "cleared": true }))
}

pub(super) fn redeliver(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    let id: u64 = number("id", &ask.id).map_err(|_| missing(ask))?;
    ask.admin().delivery(id).ok_or_else(|| missing(ask))?;
    if !ask.admin().redeliver(id) {
        return Err(Refused::invalid(format!("delivery {id} still waits to be sent")));
    }
    ok(json!({ "redelivered": 1 }))
}

pub(super) fn redeliver_all(ask: &Ask<'_>) -> Outcome {
    let filter: DeliveryFilter = ask.body()?;
    ok(json!({ "redelivered": ask.admin().redeliver_all(&filter) }))
}

pub(super) fn disturbance(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "disturbance": ask.admin().disturbance() }))
}

pub(super) fn disturb(ask: &Ask<'_>) -> Outcome {
    let disturbance: Disturbance = ask.body()?;
    ask.admin().disturb(disturbance.clone());
    ok(json!({ "disturbance": disturbance }))
}

pub(super) fn calm(ask: &Ask<'_>) -> Outcome {
    ask.admin().calm();
    ok(json!({ "calm": true }))
}

pub(super) fn webhook_keys(ask: &Ask<'_>) -> Outcome {
    ok(ask.admin().webhook_keys())
}

/// What happened, in a line each: records and their contents are read through their own API.
pub(super) fn events(ask: &Ask<'_>) -> Outcome {
    let [since, limit] = ask.query(["since", "limit"])?;
    let since: u64 = since.map(|text| number("since", text)).transpose()?.unwrap_or(0);
    let limit = limit.map(|text| number("limit", text)).transpose()?.unwrap_or(usize::MAX);
    let mut events = ask.admin().events();
    events.retain(|event| event.sequence() > since);
    events.drain(..events.len().saturating_sub(limit));
    let shown: Vec<Value> = events
        .iter()
        .map(|event| {
            let webhooks: Vec<_> = event.webhooks().iter().map(|webhook| webhook.kind()).collect();
            json!({
                "sequence": event.sequence(),
                "at": event.at(),
                "locationId": event.location(),
                "name": event.name(),
                "webhooks": webhooks,
            })
        })
        .collect();
    ok(json!({ "events": shown }))
}

pub(super) fn clear_events(ask: &Ask<'_>) -> Outcome {
    ask.admin().clear_events();
    ok(json!({ "cleared": true }))
}

#[derive(Deserialize)]
struct State(DeliveryState);

fn read_state(text: &str) -> Result<DeliveryState, Refused> {
    let state: Result<State, _> = serde_json::from_value(json!(text));
    let expected = || Refused::invalid("state is one of waiting, delivered, failed, lost");
    state.map(|State(state)| state).map_err(|_| expected())
}

fn instant(name: &str, text: &str) -> Result<DateTime<Utc>, Refused> {
    let millis = text.parse().ok().and_then(time::from_millis);
    let read = millis.or_else(|| time::parse(text));
    read.ok_or_else(|| Refused::invalid(format!("{name} is an instant: RFC 3339, or milliseconds")))
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Refused> {
    text.parse().map_err(|_| Refused::invalid(format!("{name} is a number")))
}

fn known_endpoint(ask: &Ask<'_>) -> Result<(), Refused> {
    let known = ask.admin().endpoint(&ask.id);
    known.map(drop).ok_or_else(|| Refused::missing("endpoint", &ask.id))
}

fn missing(ask: &Ask<'_>) -> Refused {
    Refused::missing("delivery", &ask.id)
}

fn invalid(error: &Error) -> Refused {
    Refused::invalid(error.messages().join("; "))
}
