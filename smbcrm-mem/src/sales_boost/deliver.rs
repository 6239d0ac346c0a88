//! Deliveries: queued in the change that they tell of, sent by the engine that all of the world shares, and what came
//! of them written into the log.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use smbcrm_core::Result;
use smbcrm_core::sales_boost::event::{API_KEY_HEADER, EVENT_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use smbcrm_core::sales_boost::{
    Attempt, Delivery, DeliveryId, DeliveryStatus, EventType, IntegrationId, IntegrationStatus, OutcomeStatus,
};
use smbcrm_core::types::Text;

use super::change::unknown;
use super::event::{self, Told};
use super::settings::SalesBoostSettings;
use super::state::{Kept, KeptDelivery, LOGGED, State, Way};
use super::{MemSalesBoost, refusal};
use crate::delivery::{Answer, Origin, Parcel, PostError, Reply, RetrySchedule, Signature};
use crate::world::World;

/// How much of an answer the log keeps, in characters.
const EXCERPT: usize = 1_000;

/// What came of sending something once.
#[derive(Debug, Clone, Default)]
pub(super) struct Came {
    pub(super) status: Option<u16>,
    pub(super) millis: Option<u64>,
    pub(super) error: Option<Text>,
    pub(super) body: Option<Text>,
    /// What a CRM said.
    pub(super) result: Option<Map<String, Value>>,
}

impl Came {
    pub(super) fn succeeded(&self) -> bool {
        self.error.is_none()
    }

    /// Nothing was sent.
    pub(super) fn refused(why: impl Into<Text>) -> Self {
        Self { error: Some(why.into()), ..Self::default() }
    }

    fn of(answer: Result<Answer, PostError>, took: Duration) -> Self {
        let millis = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        match answer {
            Ok(answer) => Self {
                status: Some(answer.status),
                millis,
                error: error(answer.status),
                body: excerpt(&answer.body),
                result: None,
            },
            Err(error) => Self { millis, error: Some(error.to_string().into()), ..Self::default() },
        }
    }

    fn crm(said: Result<Map<String, Value>, Text>) -> Self {
        match said {
            Ok(result) => {
                Self { status: Some(200), millis: Some(0), result: Some(result), ..Self::default() }
            }
            Err(words) => Self { status: Some(502), millis: Some(0), error: Some(words), ..Self::default() },
        }
    }

    fn attempt(&self) -> Attempt {
        let mut attempt = Attempt::default();
        attempt.status = self.outcome();
        attempt.status_code = self.status;
        attempt.latency_ms = self.millis;
        attempt.error.clone_from(&self.error);
        attempt
    }

    pub(super) fn outcome(&self) -> OutcomeStatus {
        if self.succeeded() { OutcomeStatus::Success } else { OutcomeStatus::Failed }
    }
}

fn error(status: u16) -> Option<Text> {
    (!(200..300).contains(&status)).then(|| format!("answered with {status}").into())
}

fn excerpt(body: &[u8]) -> Option<Text> {
    let text: String = String::from_utf8_lossy(body).chars().take(EXCERPT).collect();
    (!text.is_empty()).then(|| text.into())
}

impl KeptDelivery {
    /// A line of the log for something that is still to be sent.
    fn waiting(id: u64, integration: u64, told: &Told, way: &Way, body: Text, now: DateTime<Utc>) -> Self {
        let mut shown = Delivery::default();
        shown.id = id.into();
        shown.event_type = told.event.as_str().into();
        shown.target_url = match way {
            Way::Url(url) => Some(url.clone()),
            Way::Crm => None,
        };
        shown.status = DeliveryStatus::Pending;
        shown.created_at = now;
        Self { integration, shown, body, parcel: None }
    }

    /// Writes down what an attempt came to.
    fn note(&mut self, came: &Came, is_over: bool, now: DateTime<Utc>) {
        let shown = &mut self.shown;
        shown.status_code = came.status;
        shown.latency_ms = came.millis;
        shown.error_message.clone_from(&came.error);
        shown.response_body.clone_from(&came.body);
        shown.status = match (is_over, came.succeeded()) {
            (_, true) => DeliveryStatus::Success,
            (true, false) => DeliveryStatus::Failed,
            (false, false) => DeliveryStatus::Pending,
        };
        shown.completed_at = (shown.status != DeliveryStatus::Pending).then_some(now);
    }
}

impl Kept {
    /// What is sent to an address of this integration.
    fn parcel(
        &self,
        url: &Text,
        event: &str,
        body: &Text,
        schedule: RetrySchedule,
        origin: Origin,
        settings: &SalesBoostSettings,
    ) -> Parcel {
        let mut headers: Vec<(Text, Text)> =
            vec![("content-type".into(), "application/json".into()), (EVENT_HEADER.into(), event.into())];
        if let Some(bound) = self.api_key.as_ref().filter(|bound| bound.urls.contains(url)) {
            headers.push((API_KEY_HEADER.into(), bound.key.expose().into()));
        }
        Parcel {
            method: http::Method::POST,
            url: url.clone(),
            headers,
            body: Bytes::from(body.as_bytes().to_vec()),
            schedule,
            order: Text::default(),
            origin,
            signature: self.secret.as_ref().map(|secret| Signature::Timestamped {
                header: SIGNATURE_HEADER.into(),
                time_header: Some(TIMESTAMP_HEADER.into()),
                secret: secret.expose().into(),
            }),
            // A name may lead inside, whatever it looked like when it was checked.
            public_only: !settings.allow_loopback_targets,
        }
    }

    /// Something that is sent once, while somebody waits for the answer.
    fn once(&self, url: &Text, event: &str, body: &Text, settings: &SalesBoostSettings) -> Parcel {
        let origin = Origin::Other("sales boost".into());
        self.parcel(url, event, body, RetrySchedule::never(), origin, settings)
    }
}

/// What is to be done about something that somebody waits for.
pub(super) enum Errand {
    /// It was done.
    Done(Came),
    /// It is to be sent.
    Send(Box<Parcel>),
}

impl State {
    /// Queues an event for an integration.
    pub(super) fn dispatch(&mut self, integration: u64, way: &Way, told: &Told, world: &World) {
        let Some(kept) = self.integrations.get(integration).cloned() else { return };
        let now = world.clock.now();
        let body = told.body(integration, way);
        match way {
            Way::Url(url) => {
                let id = self.log(|id| KeptDelivery::waiting(id, integration, told, way, body.clone(), now));
                let schedule = RetrySchedule::sales_boost();
                let event = told.event.as_str();
                let parcel =
                    kept.parcel(url, event, &body, schedule, Origin::SalesBoost(id), self.settings());
                let number = world.exchange.post(parcel, now.timestamp_millis()).number();
                self.deliveries.edit(id, |line| line.parcel = Some(number));
            }
            Way::Crm => {
                let said = self.upsert(integration, told.leads.clone(), now);
                self.written(integration, told, way, body, &Came::crm(said), false, now);
            }
        }
    }

    /// Writes down something that was sent once and is over.
    #[allow(clippy::too_many_arguments, reason = "a line of the log has so many columns")]
    pub(super) fn written(
        &mut self,
        integration: u64,
        told: &Told,
        way: &Way,
        body: Text,
        came: &Came,
        by_hand: bool,
        now: DateTime<Utc>,
    ) {
        if self.integrations.get(integration).is_none() {
            return; // deleted in the meantime, and its log with it
        }
        self.log(|id| {
            let mut line = KeptDelivery::waiting(id, integration, told, way, body, now);
            line.shown.attempt_count = 1;
            line.note(came, true, now);
            line
        });
        self.count(integration, came.succeeded(), by_hand, now);
    }

    /// Begins something that somebody waits for: a CRM has it at once.
    pub(super) fn begin(&mut self, integration: u64, told: &Told, way: &Way, now: DateTime<Utc>) -> Errand {
        let Some(kept) = self.integrations.get(integration).cloned() else {
            return Errand::Done(Came::refused("the integration is gone"));
        };
        match way {
            Way::Crm => Errand::Done(Came::crm(self.upsert(integration, told.leads.clone(), now))),
            Way::Url(url) => {
                let body = told.body(integration, way);
                Errand::Send(Box::new(kept.once(url, told.event.as_str(), &body, self.settings())))
            }
        }
    }
}

impl MemSalesBoost {
    /// Does what is to be done, with no lock held.
    pub(super) async fn run(&self, errand: Errand) -> Came {
        match errand {
            Errand::Done(came) => came,
            Errand::Send(parcel) => {
                let (answer, took) = self.crm.send_now(&parcel).await;
                Came::of(answer, took)
            }
        }
    }

    /// Told what an attempt of a delivery came to.
    pub(crate) fn attempted(&self, delivery: u64, reply: &Reply) {
        let world = &self.crm.world;
        world.sales_boost.change(world, |state| {
            let now = world.clock.now();
            let came = Came {
                status: reply.status,
                millis: Some(reply.micros / 1_000),
                error: reply.error.clone(),
                body: excerpt(&reply.body),
                result: None,
            };
            let note = |line: &mut KeptDelivery| {
                line.note(&came, reply.is_over, now);
                line.shown.attempt_count = reply.attempts;
                line.integration
            };
            let Some(integration) = state.deliveries.edit(delivery, note) else { return };
            if reply.is_over {
                state.count(integration, came.succeeded(), false, now);
            }
        });
    }

    pub(super) fn deliveries(&self, id: IntegrationId) -> Result<Vec<Delivery>> {
        let state = self.crm.world.sales_boost.read();
        state.integrations.get(id.number()).ok_or_else(unknown)?;
        let of_it = state.deliveries.iter().rev().filter(|(_, line)| line.integration == id.number());
        Ok(of_it.take(LOGGED).map(|(_, line)| line.shown.clone()).collect())
    }

    /// Sends a made-up lead to where leads go.
    pub(super) async fn test_now(&self, id: IntegrationId) -> Result<Attempt> {
        let (world, id) = (&self.crm.world, id.number());
        let (told, way, errand) = world.sales_boost.change(world, |state| {
            let kept = state.integrations.get(id).ok_or_else(unknown)?;
            if kept.integration.status == IntegrationStatus::Disabled {
                return Err(disabled());
            }
            let way = kept.way_of(&EventType::LeadCreated);
            let told = Told::test(state, world);
            let errand = match &way {
                Some(way) => state.begin(id, &told, way, world.clock.now()),
                None => Errand::Done(Came::refused(NOWHERE)),
            };
            Ok((told, way, errand))
        })?;
        let came = self.run(errand).await;
        if let Some(way) = way {
            world.sales_boost.change(world, |state| {
                let body = told.body(id, &way);
                state.written(id, &told, &way, body, &came, true, world.clock.now());
            });
        }
        Ok(came.attempt())
    }

    /// Sends a delivery again to where it went.
    pub(super) async fn retry_now(&self, id: IntegrationId, delivery: DeliveryId) -> Result<Attempt> {
        let (world, id, line) = (&self.crm.world, id.number(), delivery.number());
        let errand = world.sales_boost.change(world, |state| {
            let kept = state.integrations.get(id).cloned().ok_or_else(unknown)?;
            let found = state.deliveries.get(line).filter(|found| found.integration == id);
            let found = found.cloned().ok_or_else(|| refusal::not_found("Delivery"))?;
            if kept.integration.status == IntegrationStatus::Disabled {
                return Err(disabled());
            }
            if found.shown.status == DeliveryStatus::Pending {
                return Err(refusal::bad_request("The delivery is still being sent."));
            }
            Ok(match &found.shown.target_url {
                Some(url) => Errand::Send(Box::new(kept.once(
                    url,
                    &found.shown.event_type,
                    &found.body,
                    state.settings(),
                ))),
                None => {
                    let leads = event::leads_of(&found.body);
                    Errand::Done(Came::crm(state.upsert(id, leads, world.clock.now())))
                }
            })
        })?;
        let came = self.run(errand).await;
        world.sales_boost.change(world, |state| {
            let now = world.clock.now();
            let note = |line: &mut KeptDelivery| {
                line.note(&came, true, now);
                line.shown.attempt_count = line.shown.attempt_count.saturating_add(1);
            };
            if state.deliveries.edit(line, note).is_some() {
                state.count(id, came.succeeded(), true, now);
            }
        });
        Ok(came.attempt())
    }
}

/// What a test or a push says that has nowhere to go.
pub(super) const NOWHERE: &str = "the integration has no active subscription with a target URL";

fn disabled() -> smbcrm_core::Error {
    refusal::bad_request("The integration is disabled.")
}
