//! What no contract case shows: signatures with the receiver kit, sockets, files, forks, faults, the admin API.

mod admin;
mod gate;
mod kept;
mod signed;
#[cfg(feature = "http-sender")]
mod sockets;

use futures::executor::block_on;
use smbcrm_core::sales_boost::{CreateWebhook, CreatedWebhook, EventType, Integrations, Lead, ProviderId};

use crate::{MemCrm, Sink};

const URL: &str = "https://hooks.example.com/catch";

/// A world with a webhook that is told of everything, and the sink behind it.
fn told() -> (MemCrm, Sink, CreatedWebhook) {
    let (crm, sink) = (MemCrm::new(), Sink::new());
    crm.admin().sink("https://hooks.example.com/", sink.clone());
    let made = block_on(crm.sales_boost().create_webhook(webhook(URL))).unwrap();
    (crm, sink, made)
}

fn webhook(url: &str) -> CreateWebhook {
    let all = EventType::KNOWN.iter().map(|name| EventType::from(*name));
    CreateWebhook::new(ProviderId::Zapier, url, all)
}

/// Has new leads be received.
fn receive(crm: &MemCrm, count: usize) {
    let dashboard = crm.admin().sales_boost();
    let leads = dashboard.add_leads((0..count).map(|at| Lead::named(format!("Vale {at}"))));
    dashboard.receive_leads(leads);
}
