//! A receiver of webhooks: genuine, fresh and new deliveries reach the handler, and nothing else does.
//!
//! `cargo run -p smbcrm-more-examples --example webhook_receiver` starts the receiver, sends it what it has to tell apart, and shows what became
//! of each. With `--listen 127.0.0.1:8080` it goes on serving, for deliveries of the platform and of its own key.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use smbcrm_core::webhooks::{
    Ed25519PrivateKey, Event, MemoryStore, Outgoing, Platform, PlatformSigner, Receiver, Sign, Verified,
    WebhookEvent,
};
use smbcrm_examples::Failure;
use tokio::net::TcpListener;

// ANCHOR: app
/// What the app consists of. The extractor takes the receiver from here.
#[derive(Clone)]
struct App {
    receiver: Receiver,
    crm: Arc<Welcomes>,
}

impl FromRef<App> for Receiver {
    fn from_ref(app: &App) -> Self {
        app.receiver.clone()
    }
}

/// Handles a delivery. It is genuine, fresh and new, or this is not called.
async fn hook(State(app): State<App>, Verified(delivery): Verified<WebhookEvent>) -> StatusCode {
    let handled = match &delivery.value.event {
        Event::ContactCreate(contact) => app.crm.welcome(contact.first_name.as_deref().unwrap_or("stranger")),
        _ => Ok(()), // of no interest, and handled by that
    };
    match handled {
        // Not to come again: `done` first, then 2xx.
        Ok(()) => match delivery.done().await {
            Ok(()) => StatusCode::NO_CONTENT,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        // To come again: the sender's next attempt is handled anew.
        Err(_) => {
            let _free_after_the_lease_at_the_latest = delivery.failed().await;
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
// ANCHOR_END: app

// ANCHOR: receiver
/// Trusts the platform's published keys and one of our own, and remembers for a week what was handled.
fn receiver(own: &Ed25519PrivateKey) -> Result<Receiver, Failure> {
    let keys = Platform::builtin()?.ed25519(own.public());
    Ok(Receiver::new(keys)
        .tolerance(Duration::from_secs(5 * 60)) // either way
        .max_body(256 * 1024)
        .lease(Duration::from_secs(30)) // longer than handling takes
        .store(MemoryStore::new()))
}
// ANCHOR_END: receiver

/// What is done for new contacts. The first attempt fails, as things do.
#[derive(Default)]
struct Welcomes {
    attempts: AtomicU32,
    sent: AtomicU32,
}

impl Welcomes {
    fn welcome(&self, _name: &str) -> Result<(), &'static str> {
        if self.attempts.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err("the mail server is away");
        }
        self.sent.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let listen = match arguments.as_slice() {
        [] => None,
        [option, address] if option == "--listen" => Some(address.as_str()),
        _ => return Err(Failure::new("usage: webhook_receiver [--listen ADDRESS]")),
    };

    let key = Ed25519PrivateKey::generate()?;
    let app = App { receiver: receiver(&key)?, crm: Arc::default() };
    let router = Router::new().route("/hooks", post(hook)).with_state(app.clone());
    let listener = TcpListener::bind(listen.unwrap_or("127.0.0.1:0")).await?;
    let url = format!("http://{}/hooks", listener.local_addr()?);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    demonstrate(&url, &key).await?;
    println!("\n{} welcome sent", app.crm.sent.load(Ordering::SeqCst));
    if listen.is_some() {
        println!("listening on {url} until Ctrl-C; our own key is\n{}", key.public().to_pem());
        server.await??;
    }
    Ok(())
}

/// Sends what a receiver has to tell apart.
async fn demonstrate(url: &str, key: &Ed25519PrivateKey) -> Result<(), Failure> {
    let now = Utc::now();
    let signer = PlatformSigner::new(key.clone());
    let (headers, body) = delivery(&signer, "W1", now)?;

    let show = async |what: &str, headers: &HeaderMap, body: &[u8], expected: u16| {
        let sent = reqwest::Client::new().post(url).headers(headers.clone()).body(body.to_vec()).send();
        let status = sent.await?.status();
        println!("{what:<44} {status}");
        match status.as_u16() == expected {
            true => Ok(()),
            false => Err(Failure::new(format!("{what}: {status} instead of {expected}"))),
        }
    };
    show("a new contact, and the handler fails", &headers, &body, 500).await?;
    show("the sender's next attempt", &headers, &body, 204).await?;
    show("the same once more: a duplicate", &headers, &body, 200).await?;

    let changed = String::from_utf8_lossy(&body).replace("Ada", "Eve").into_bytes();
    show("the body changed on the way", &headers, &changed, 401).await?;
    let stranger = PlatformSigner::new(Ed25519PrivateKey::generate()?);
    let (headers, body) = delivery(&stranger, "W2", now)?;
    show("signed by somebody else: a forgery", &headers, &body, 401).await?;
    show("not signed at all", &HeaderMap::new(), &body, 401).await?;
    let (headers, body) = delivery(&signer, "W3", now - TimeDelta::minutes(6))?;
    show("sent six minutes ago: a replay", &headers, &body, 401).await?;
    let (headers, body) = delivery(&signer, "W4", now + TimeDelta::minutes(6))?;
    show("sent six minutes from now", &headers, &body, 401).await?;
    let large = vec![b' '; 256 * 1024 + 1];
    show("larger than we take", &headers, &large, 413).await
}

// ANCHOR: sign
/// A delivery, signed as the platform does.
fn delivery(signer: &PlatformSigner, id: &str, at: DateTime<Utc>) -> Result<(HeaderMap, Vec<u8>), Failure> {
    let body = json!({
        "type": "ContactCreate", "locationId": "LOC0000000000000001", "id": "CON0000000000000001",
        "firstName": "Ada", "email": "ada@vale.example",
        "timestamp": at.to_rfc3339(), "webhookId": id,
    });
    let body = serde_json::to_vec(&body)?;
    let mut headers = HeaderMap::new();
    signer.sign(&Outgoing::new(id, at, &body), &mut headers)?;
    Ok((headers, body))
}
// ANCHOR_END: sign

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everything_is_told_apart() -> Result<(), Failure> {
        let key = Ed25519PrivateKey::generate()?;
        let app = App { receiver: receiver(&key)?, crm: Arc::default() };
        let router = Router::new().route("/hooks", post(hook)).with_state(app.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/hooks", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        demonstrate(&url, &key).await?;
        assert_eq!(app.crm.sent.load(Ordering::SeqCst), 1);
        Ok(())
    }
}
