//! From changes to deliveries: which endpoints are told of what, with which body.

use std::sync::Arc;

use bytes::Bytes;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use smbcrm_core::types::{LocationId, Text, time};
use smbcrm_core::webhooks::EventKind;

use super::Exchange;
use super::book::Book;
use super::endpoint::Endpoint;
use super::parcel::{Origin, Parcel};
use crate::events::webhook::{self, Place};
use crate::world::ids;
use crate::world::tape::Edit;

/// Events that are to be told, before they have numbers.
#[derive(Debug, Default)]
pub(crate) struct Tidings(Vec<Tiding>);

/// One event, and who wants it.
#[derive(Debug)]
struct Tiding {
    /// Which of the section's changes it tells of.
    change: usize,
    kind: EventKind,
    /// The body without its last brace and without what differs between endpoints.
    body: Vec<u8>,
    location: Option<LocationId>,
    endpoints: Vec<Arc<Endpoint>>,
}

impl Exchange {
    /// What apps want to know of these changes. Costs next to nothing when there is no endpoint.
    pub(crate) fn tidings(&self, place: Place<'_>, at: i64, edits: &[Edit]) -> Tidings {
        let mut tidings = Tidings::default();
        if !self.is_listened_to() {
            return tidings;
        }
        let endpoints = self.endpoints();
        for (change, edit) in edits.iter().enumerate() {
            for kind in webhook::kinds(edit) {
                let wanted = |endpoint: &&Arc<Endpoint>| {
                    let settings = &endpoint.settings;
                    endpoint.enabled
                        && settings.wants(&kind)
                        && (settings.locations.is_none()
                            || webhook::concerns(edit, place, &|id| settings.serves(id)))
                };
                let endpoints: Vec<_> = endpoints.iter().filter(wanted).cloned().collect();
                if endpoints.is_empty() {
                    continue;
                }
                let Some(event) = webhook::event(&kind, edit, place) else { continue };
                let Ok(mut body) = serde_json::to_vec(&event) else { continue };
                body.pop();
                let at = time::from_millis(at).unwrap_or_default();
                body.extend(format!(r#","timestamp":"{}""#, time::to_iso(&at)).bytes());
                tidings.0.push(Tiding { change, kind, body, location: place.location.cloned(), endpoints });
            }
        }
        tidings
    }

    /// Queues deliveries of events; `first` is the number of the section's first change.
    pub(crate) fn tell(&self, tidings: &Tidings, first: u64, now: i64) {
        if tidings.0.is_empty() {
            return;
        }
        let seed = self.seed();
        self.change(|book| {
            for tiding in &tidings.0 {
                for endpoint in &tiding.endpoints {
                    tiding.post(endpoint, book, seed, first, now);
                }
            }
        });
        self.stir();
    }
}

impl Tiding {
    fn post(&self, endpoint: &Endpoint, book: &mut Book, seed: u64, first: u64, now: i64) {
        // It may have gone since we looked.
        if book.endpoint(&endpoint.id).is_none_or(|known| !known.enabled) {
            return;
        }
        let settings = &endpoint.settings;
        let webhook_id = webhook_id(seed, book.next_id());
        let mut body = self.body.clone();
        body.extend(format!(r#","webhookId":"{webhook_id}""#).bytes());
        for (name, value) in [("appId", &settings.app_id), ("versionId", &settings.version_id)] {
            if let Some(text) = value.as_ref().and_then(|value| serde_json::to_string(value.as_str()).ok()) {
                body.extend(format!(r#","{name}":{text}"#).bytes());
            }
        }
        body.push(b'}');
        let order =
            if settings.in_order { Text::from(format!("app {}", endpoint.id)) } else { Text::default() };
        let parcel = Parcel {
            method: http::Method::POST,
            url: settings.url.clone(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: Bytes::from(body),
            schedule: settings.retries.clone(),
            order,
            signature: None,
            public_only: false,
            origin: Origin::App {
                endpoint: endpoint.id.clone(),
                sequence: first + self.change as u64,
                event: webhook::name(&self.kind),
                webhook_id: webhook_id.into(),
                location: self.location.clone(),
            },
        };
        book.post(parcel, now, now);
    }
}

/// The id that receivers tell repetitions by: of a delivery always the same.
fn webhook_id(seed: u64, delivery: u64) -> String {
    let seed = seed ^ delivery.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x77eb_4007;
    ids::uuid(&mut SmallRng::seed_from_u64(seed))
}
