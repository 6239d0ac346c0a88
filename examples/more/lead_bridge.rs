//! Leads from two systems become contacts in a third: `cargo run -p smbcrm-more-examples --example lead_bridge`.
//!
//! SMB Sales Boost tells of leads that it exported, Smarfle of people who filled in a form. Both do so by webhook. The
//! bridge lets through what is genuine and new, and upserts each person into SMBcrm, whose duplicate rule makes one
//! contact of a person whom both know. Here all three systems are in memory, behind one port; deliveries arrive twice,
//! as they sometimes do, and one comes from a stranger.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use smbcrm_client::{Client, SalesBoost, Smarfle};
use smbcrm_core::contacts::{ListContacts, UpsertContact};
use smbcrm_core::sales_boost::{self, CreateWebhook, EventType, Integrations, Lead, ProviderId};
use smbcrm_core::smarfle::event::{Envelope, Event, EventKind, SignatureConfig};
use smbcrm_core::smarfle::settings::CreateEndpoint;
use smbcrm_core::smarfle::{CreateLead, Leads, Settings};
use smbcrm_core::types::{Hidden, LocationId, Text};
use smbcrm_core::webhooks::{DeliveryId, MemoryStore, Receiver, Rejection, Timestamped};
use smbcrm_core::{Crm, Result as CrmResult};
use smbcrm_examples::Failure;
use smbcrm_mem::{Disturbance, MemCrm, MemServer};
use tokio::net::TcpListener;

// ANCHOR: bridge
/// What the bridge consists of: whom it trusts, and where leads go.
struct Bridge {
    sales_boost: Receiver,
    smarfle: Receiver,
    crm: Arc<dyn Crm>,
    location: LocationId,
    handled: AtomicU32,
    turned_away: AtomicU32,
}

impl Bridge {
    /// One person is one contact, however often and from wherever they come: the sub-account's duplicate rule decides.
    async fn take(&self, person: Person, from: &str) -> CrmResult<()> {
        let mut lead = UpsertContact::new(&self.location).source(from);
        if let Some(email) = person.email {
            lead = lead.email(email);
        }
        if let Some(phone) = person.phone {
            lead = lead.phone(phone);
        }
        if let Some(name) = person.name {
            lead = lead.name(name);
        }
        let done = self.crm.contacts().upsert(lead).await?;
        // An upsert would replace the tags; adding leaves those of the other system alone.
        self.crm.contacts().add_tags(&done.contact.id, vec![from].into()).await?;
        Ok(())
    }
}
// ANCHOR_END: bridge

/// What both systems know of a person.
#[derive(Default)]
struct Person {
    name: Option<Text>,
    email: Option<Text>,
    phone: Option<Text>,
}

// ANCHOR: receivers
/// Each system signs in its own way. Ids in the body tell repeats apart.
fn receivers(sales_boost: &Hidden, smarfle: &Hidden) -> (Receiver, Receiver) {
    let id = || DeliveryId::Body("/id".into());
    let sales_boost = Receiver::new(Timestamped::sales_boost([sales_boost]));
    let smarfle = Receiver::new(SignatureConfig::default().scheme([smarfle]));
    // Smarfle says of no delivery when it was sent (as far as is known), so that only its id keeps a replay out.
    let smarfle = smarfle.allow_undated();
    (
        sales_boost.delivery_id(id()).store(MemoryStore::new()),
        smarfle.delivery_id(id()).store(MemoryStore::new()),
    )
}
// ANCHOR_END: receivers

// ANCHOR: handlers
async fn from_sales_boost(State(bridge): State<Arc<Bridge>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let delivery = match bridge.sales_boost.receive::<sales_boost::WebhookEvent>(&headers, &body).await {
        Ok(delivery) => delivery,
        Err(rejection) => return bridge.turn_away(&rejection),
    };
    use sales_boost::event::Body;
    let leads = match delivery.value.body() {
        Ok(Body::LeadCreated(sample) | Body::LeadUpdated(sample)) => sample.leads,
        _ => Vec::new(), // of no interest, and handled by that
    };
    let mut outcome = Ok(());
    for lead in leads {
        let person = Person { name: lead.company_name, email: lead.email, phone: lead.phone };
        outcome = outcome.and(bridge.take(person, "sales-boost").await);
    }
    match outcome {
        Ok(()) => bridge.handled(delivery.done().await.is_ok()),
        // Some of them may be in already: the next attempt upserts them again, which does no harm.
        Err(error) => {
            eprintln!("{error}\n  {}", error.hint());
            let _free_after_the_lease_at_the_latest = delivery.failed().await;
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

async fn from_smarfle(State(bridge): State<Arc<Bridge>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let delivery = match bridge.smarfle.receive::<Envelope>(&headers, &body).await {
        Ok(delivery) => delivery,
        Err(rejection) => return bridge.turn_away(&rejection),
    };
    let client = match delivery.value.read() {
        Ok(Event::ClientCreated(client)) => Some(client),
        Ok(Event::ClientUpdated(change)) => Some(change.client),
        _ => None,
    };
    let outcome = match client {
        None => Ok(()),
        Some(client) => {
            let names = [client.first_name.as_deref(), client.last_name.as_deref()];
            let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let name = (!name.is_empty()).then(|| name.into());
            let person = Person { name, email: client.email, phone: client.phone };
            bridge.take(person, "smarfle").await
        }
    };
    match outcome {
        Ok(()) => bridge.handled(delivery.done().await.is_ok()),
        Err(error) => {
            eprintln!("{error}\n  {}", error.hint());
            let _free_after_the_lease_at_the_latest = delivery.failed().await;
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
// ANCHOR_END: handlers

impl Bridge {
    fn handled(&self, noted: bool) -> StatusCode {
        self.handled.fetch_add(1, Ordering::SeqCst);
        if noted { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE }
    }

    fn turn_away(&self, rejection: &Rejection) -> StatusCode {
        self.turned_away.fetch_add(1, Ordering::SeqCst);
        println!("  turned away: {rejection}");
        rejection.status()
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let Outcome { handled, turned_away, contacts, known_to_both } = run().await?;
    println!("{handled} deliveries handled, {turned_away} turned away");
    println!("{contacts} contacts, {known_to_both} of them known to both systems");
    Ok(())
}

/// What came of it: deliveries handled and turned away, and contacts.
struct Outcome {
    handled: u32,
    turned_away: u32,
    contacts: usize,
    known_to_both: usize,
}

async fn run() -> Result<Outcome, Failure> {
    // Three systems behind one port, each reached with a token of its own.
    let world = MemCrm::new();
    let server = MemServer::builder().crm(world.clone()).start().await?;
    let url = server.base_url();
    let admin = world.admin();
    admin.sales_boost().allow_loopback_targets(true); // the bridge is on this machine
    let crm = Client::builder().token(server.token()).base_url(url).build()?;
    let boost_key = admin.create_sales_boost_key("bridge").1;
    let boost = SalesBoost::builder().token(boost_key.expose()).base_url(url).build()?;
    let form_key = admin.smarfle().create_key("web form")?.1;
    let form = Smarfle::builder().token(form_key.expose()).base_url(url).build()?;
    let session = admin.smarfle().create_session("owner")?;
    let settings = Smarfle::builder().token(session.expose()).bearer().base_url(url).build()?;

    // Both are told where the bridge is, and show their secrets this once.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let bridge_url = format!("http://{}", listener.local_addr()?);
    let hook = format!("{bridge_url}/hooks/sales-boost");
    let wanted = [EventType::LeadCreated, EventType::LeadUpdated];
    let webhook = boost.create_webhook(CreateWebhook::new(ProviderId::GenericWebhook, hook, wanted)).await?;
    let hook = format!("{bridge_url}/hooks/smarfle");
    let wanted = [EventKind::ClientCreated, EventKind::ClientUpdated];
    let endpoint = settings.create_endpoint(CreateEndpoint::new(hook, wanted)).await?;

    let (sales_boost, smarfle) = receivers(&webhook.signing_secret, &endpoint.secret);
    let clock = {
        let world = world.clone();
        smbcrm_core::webhooks::Clock::new(move || world.clock().now())
    };
    let bridge = Arc::new(Bridge {
        sales_boost: sales_boost.clock(clock.clone()),
        smarfle: smarfle.clock(clock),
        crm: Arc::new(crm.clone()),
        location: server.location().clone(),
        handled: AtomicU32::new(0),
        turned_away: AtomicU32::new(0),
    });
    let router = Router::new()
        .route("/hooks/sales-boost", post(from_sales_boost))
        .route("/hooks/smarfle", post(from_smarfle))
        .with_state(Arc::clone(&bridge));
    let served = tokio::spawn(async move { axum::serve(listener, router).await });

    println!("Every delivery is sent twice, as networks do at times.");
    admin.disturb(Disturbance::new(1).duplicate(1.0));

    println!("Sales Boost exports three leads:");
    let leads = admin.sales_boost().add_leads([
        Lead::named("Vale & Co").email("ada@vale.example").phone("(202) 555-0123"),
        Lead::named("Lumen Studio").email("hello@lumen.example"),
        Lead::named("Harbor Bikes").phone("+1 202 555 0188"),
    ]);
    admin.sales_boost().export_run("csv", leads);
    world.run_until_idle().await;

    println!("Ada, whom Sales Boost knows, fills in the form; so does somebody new:");
    form.create(CreateLead::new().first_name("Ada").last_name("Vale").email("ADA@vale.example")).await?;
    form.create(CreateLead::new().first_name("Grace").phone("202-555-0199")).await?;
    world.run_until_idle().await;

    println!("A stranger sends a lead of their own:");
    let forged = reqwest::Client::new().post(format!("{bridge_url}/hooks/smarfle")).body("{\"id\":\"1\"}");
    let forged = forged.header("x-smarfle-signature", format!("sha256={}", "0".repeat(64)));
    assert_eq!(forged.send().await?.status().as_u16(), 401);

    let contacts = crm.contacts().list(ListContacts::new(server.location())).await?.contacts;
    println!("The contacts:");
    for contact in &contacts {
        let (email, phone) =
            (contact.email.as_deref().unwrap_or("-"), contact.phone.as_deref().unwrap_or("-"));
        println!("  {email:24} {phone:14} {:?}", contact.tags);
    }
    served.abort();
    Ok(Outcome {
        handled: bridge.handled.load(Ordering::SeqCst),
        turned_away: bridge.turned_away.load(Ordering::SeqCst),
        contacts: contacts.len(),
        known_to_both: contacts.iter().filter(|contact| contact.tags.len() == 2).count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_person_is_one_contact_and_each_delivery_is_handled_once() -> Result<(), Failure> {
        let outcome = run().await?;
        assert_eq!((outcome.contacts, outcome.known_to_both), (4, 1));
        // One export and two forms, each of them sent twice; and the forgery.
        assert_eq!((outcome.handled, outcome.turned_away), (3, 4));
        Ok(())
    }
}
