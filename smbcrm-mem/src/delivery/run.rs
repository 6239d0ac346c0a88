//! Sending what is due.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use smbcrm_core::webhooks::{HmacBase64, HmacHex, Outgoing, Sign as _, Timestamped};

use super::book::Outcome;
use super::exchange::Claim;
use super::parcel::{Parcel, Signature};
use super::post::{Answer, Outbound, PostError};
use crate::MemCrm;

/// A machine may sleep, and a real clock may be set: look again after this long at the latest.
const LONGEST: Duration = Duration::from_secs(60);

/// How long what is due and cannot be begun yet is left alone.
const SHORTEST: Duration = Duration::from_millis(10);

impl MemCrm {
    /// Sends what is due by now, and what becomes due by that, and returns when none of it is under way any more.
    pub(crate) async fn send_parcels(&self) {
        let exchange = &self.world.exchange;
        let mut under_way = FuturesUnordered::new();
        loop {
            // Taken before looking, so that nothing is missed that happens while we look.
            let stirred = exchange.stirred();
            while let Some(claim) = exchange.claim(self.clock().millis()) {
                under_way.push(self.attempt(claim));
            }
            if under_way.next().await.is_some() {
                continue;
            }
            if !exchange.is_under_way() {
                return;
            }
            stirred.await; // somebody else's attempt
        }
    }

    /// Sends what falls due, for ever. Needs a Tokio runtime.
    pub(crate) async fn keep_sending(&self) {
        let exchange = &self.world.exchange;
        let mut under_way = FuturesUnordered::new();
        loop {
            let stirred = exchange.stirred();
            while let Some(claim) = exchange.claim(self.clock().millis()) {
                under_way.push(self.attempt(claim));
            }
            let next = exchange.next_attempt().filter(|_| !self.clock().is_virtual());
            let wait = next.map_or(LONGEST, |next| {
                let wait = u64::try_from(next.saturating_sub(self.clock().millis())).unwrap_or(0);
                Duration::from_millis(wait).clamp(SHORTEST, LONGEST)
            });
            tokio::select! {
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = stirred => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Tells whoever waits for it what became of deliveries. Returns how many.
    pub(crate) fn hand_over_replies(&self) -> usize {
        let mut told = 0;
        while let Some((id, reply)) = self.world.exchange.reply() {
            self.delivered(&reply);
            self.world.exchange.heard(id);
            told += 1;
        }
        told
    }

    async fn attempt(&self, claim: Claim<'_>) {
        let at = self.clock().millis();
        let outbound = self.outbound(&claim);
        let (answer, took) = self.carry(&outbound).await;
        let retry_after = answer.as_ref().ok().and_then(|answer| retry_after(answer, at));
        let chance = self.world.exchange.chance(claim.entry.id, claim.entry.made, "wait");
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        claim.settle(Outcome { answer, micros, retry_after, chance }, at, self.clock().millis());
    }

    /// Sends a parcel once, now, and waits for the answer; it is in no book. With how long that took.
    pub(crate) async fn send_now(&self, parcel: &Parcel) -> (Result<Answer, PostError>, Duration) {
        let mut outbound = Outbound::of(parcel);
        self.sign(parcel, &mut outbound);
        self.carry(&outbound).await
    }

    async fn carry(&self, outbound: &Outbound) -> (Result<Answer, PostError>, Duration) {
        let timeout = outbound.timeout;
        let sender = self.world.exchange.sender(&outbound.url);
        let started = Instant::now();
        let answer = sender.send(outbound).await;
        let took = match &answer {
            Ok(Answer { took: Some(took), .. }) => *took,
            _ => started.elapsed(),
        };
        let answer = if took > timeout { Err(PostError::Timeout) } else { answer };
        (answer, took.min(timeout))
    }

    /// Adds the signature that a parcel is sent with, made at this moment.
    fn sign(&self, parcel: &Parcel, outbound: &mut Outbound) {
        let Some(signature) = &parcel.signature else { return };
        let mut headers = http::HeaderMap::new();
        let sent = Outgoing::new("", self.clock().now(), &outbound.body);
        let signed = match signature {
            Signature::Timestamped { header, time_header, secret } => {
                if let Some(name) = time_header {
                    outbound.headers.push((name.clone(), sent.timestamp.timestamp().to_string().into()));
                }
                Timestamped::new(header, [secret.as_str()]).sign(&sent, &mut headers)
            }
            Signature::Hex { header, prefix, secret } => {
                HmacHex::new(header, [secret.as_str()]).prefix(prefix).sign(&sent, &mut headers)
            }
            Signature::Base64 { header, prefix, secret } => {
                HmacBase64::new(header, [secret.as_str()]).prefix(prefix).sign(&sent, &mut headers)
            }
        };
        if let Err(error) = signed {
            tracing::warn!(%error, "a delivery could not be signed");
        }
        for (name, value) in &headers {
            if let Ok(value) = value.to_str() {
                outbound.headers.push((name.as_str().into(), value.into()));
            }
        }
    }

    /// The request of an attempt: signed, if it is an app's, and perhaps disturbed.
    fn outbound(&self, claim: &Claim<'_>) -> Outbound {
        let (exchange, entry) = (&self.world.exchange, &claim.entry);
        let parcel = &entry.parcel;
        let mut outbound = Outbound::of(parcel);
        if let Some(id) = parcel.endpoint() {
            // It is sent to where the endpoint is now, which may have moved since the event.
            let endpoint = exchange.endpoint(id);
            let legacy = endpoint.as_ref().is_some_and(|endpoint| endpoint.settings.legacy_signature);
            if let Some(endpoint) = endpoint {
                outbound.url = endpoint.settings.url.clone();
            }
            outbound.headers.extend(exchange.keys().sign(&outbound.body, legacy));
        }
        self.sign(parcel, &mut outbound);
        if let Some(disturbance) = exchange.disturbance()
            && !disturbance.spares(parcel.endpoint().map(|id| id.as_str()))
            && disturbance.strikes(disturbance.corrupt, entry.id, entry.made, "corrupt")
        {
            outbound.body = disturbance.corrupted(&outbound.body, entry.id, entry.made).into();
        }
        outbound
    }
}

impl Outbound {
    /// A parcel's request, not yet signed.
    fn of(parcel: &Parcel) -> Self {
        Self {
            method: parcel.method.clone(),
            url: parcel.url.clone(),
            headers: parcel.headers.clone(),
            body: parcel.body.clone(),
            timeout: parcel.schedule.attempt_timeout(),
            public_only: parcel.public_only,
        }
    }
}

/// How long an answer asks us to wait, in milliseconds: `Retry-After` in seconds, or as a date.
fn retry_after(answer: &Answer, now: i64) -> Option<u64> {
    let text = answer.get("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds.saturating_mul(1000));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let date = date.duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let date = i64::try_from(date.as_millis()).unwrap_or(i64::MAX);
    u64::try_from(date.saturating_sub(now)).ok()
}
