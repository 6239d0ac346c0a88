//! The engine, clause by clause, in virtual time; over loopback HTTP where that is what matters.

mod apps;
mod disturbed;
mod engine;
#[cfg(feature = "http-sender")]
mod http;
mod kept;

use std::time::Duration;

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::types::ContactId;
use smbcrm_core::webhooks::WebhookEvent;

use super::*;
use crate::MemCrm;

const URL: &str = "https://app.example/hooks";

/// A world with an endpoint, and the receiver behind it.
fn told(settings: EndpointSettings) -> (MemCrm, Sink) {
    let (crm, sink) = (MemCrm::new(), Sink::new());
    crm.admin().sink("https://app.example/", sink.clone());
    crm.admin().add_endpoint(settings).expect("the settings make sense");
    (crm, sink)
}

fn endpoint() -> EndpointSettings {
    EndpointSettings::new(URL)
}

/// Three attempts, a minute and an hour apart.
fn thrice() -> RetrySchedule {
    RetrySchedule::custom([60, 3600].map(Duration::from_secs))
}

fn create(crm: &MemCrm, email: &str) -> ContactId {
    let contact = CreateContact::new(crm.location()).email(email);
    block_on(crm.contacts().create(contact)).expect("it is new").id.clone()
}

fn kinds(events: &[WebhookEvent]) -> Vec<String> {
    events.iter().map(|event| event.event.kind().as_str().to_owned()).collect()
}

/// Who the contact events that a sink was sent are about, oldest first.
fn emails(sink: &Sink) -> Vec<String> {
    let bodies = sink.take();
    let email = |outbound: &Outbound| {
        let body: serde_json::Value = serde_json::from_slice(&outbound.body).expect("it is JSON");
        body["email"].as_str().unwrap_or_default().split('@').next().unwrap_or_default().to_owned()
    };
    bodies.iter().map(email).collect()
}

fn states(crm: &MemCrm) -> Vec<DeliveryState> {
    crm.admin().deliveries(&DeliveryFilter::new()).iter().map(|delivery| delivery.state).collect()
}

/// A parcel of somebody's own.
fn parcel(order: &str, origin: Origin) -> Parcel {
    Parcel {
        method: ::http::Method::PUT,
        url: "https://app.example/step?key=secret".into(),
        headers: vec![("x-smbcrm-event".into(), "step".into())],
        body: bytes::Bytes::from_static(b"{}"),
        schedule: thrice(),
        order: order.into(),
        origin,
        signature: None,
        public_only: false,
    }
}
