//! Sending what is due.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::book::Outcome;
use super::exchange::Claim;
use super::post::{Answer, Outbound, PostError};
use crate::MemCrm;

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
        let parcel = &claim.entry.parcel;
        let timeout = parcel.schedule.attempt_timeout();
        let outbound = Outbound {
            method: parcel.method.clone(),
            url: parcel.url.clone(),
            headers: parcel.headers.clone(),
            body: parcel.body.clone(),
            timeout,
        };
        let started = Instant::now();
        let answer = self.carry(&outbound).await;
        let took = match &answer {
            Ok(Answer { took: Some(took), .. }) => *took,
            _ => started.elapsed(),
        };
        let answer = if took > timeout { Err(PostError::Timeout) } else { answer };
        let retry_after = answer.as_ref().ok().and_then(|answer| retry_after(answer, at));
        let chance = self.world.exchange.chance(claim.entry.id, claim.entry.made, "wait");
        let micros = u64::try_from(took.min(timeout).as_micros()).unwrap_or(u64::MAX);
        claim.settle(Outcome { answer, micros, retry_after, chance }, at, self.clock().millis());
    }

    async fn carry(&self, _outbound: &Outbound) -> Result<Answer, PostError> {
        Err(PostError::Refused("nothing is there to send it".into()))
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
