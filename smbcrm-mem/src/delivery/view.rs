//! Deliveries as the admin side sees them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::types::{LocationId, Text, time};

use super::book::{Attempt, DeliveryState, Entry};
use super::parcel::{DeliveryId, Origin};

/// A delivery and what became of it, without its body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Delivery {
    /// Its number. A redelivery keeps it.
    pub id: DeliveryId,
    /// What became of it.
    pub state: DeliveryState,
    /// The verb.
    pub method: Text,
    /// Where to, without a query.
    pub url: Text,
    /// The endpoint; `None` for what is not sent to an app.
    pub endpoint: Option<Text>,
    /// The event's type: `ContactCreate`.
    pub event: Option<Text>,
    /// What receivers tell repetitions by.
    pub webhook_id: Option<Text>,
    /// The change that it tells of; see [`crate::Event::sequence`].
    pub sequence: Option<u64>,
    /// The sub-account.
    pub location: Option<LocationId>,
    /// The workflow's run and step that send it.
    pub run: Option<Text>,
    /// See `run`.
    pub step: Option<Text>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it is to be sent at the earliest; `None` when it is over.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// How large its body is.
    pub bytes: usize,
    /// What was tried.
    pub attempts: Vec<Attempt>,
}

/// Which deliveries are wanted. What is left open does not matter.
///
/// ```
/// use smbcrm_mem::{DeliveryFilter, DeliveryState, MemCrm};
///
/// let crm = MemCrm::new();
/// let dead = DeliveryFilter::new().state(DeliveryState::Failed);
/// assert!(crm.admin().deliveries(&dead).is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DeliveryFilter {
    /// What became of them.
    pub state: Option<DeliveryState>,
    /// To which endpoint.
    pub endpoint: Option<Text>,
    /// Of which type.
    pub event: Option<Text>,
    /// Of which sub-account.
    pub location: Option<LocationId>,
    /// Queued then or later.
    pub since: Option<DateTime<Utc>>,
    /// Queued before then.
    pub until: Option<DateTime<Utc>>,
    /// The newest so many.
    pub limit: Option<usize>,
}

impl DeliveryFilter {
    /// All of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of which this became.
    #[must_use]
    pub fn state(mut self, state: DeliveryState) -> Self {
        self.state = Some(state);
        self
    }

    /// To this endpoint.
    #[must_use]
    pub fn endpoint(mut self, id: impl Into<Text>) -> Self {
        self.endpoint = Some(id.into());
        self
    }

    /// Of this event's type.
    #[must_use]
    pub fn event(mut self, kind: impl Into<Text>) -> Self {
        self.event = Some(kind.into());
        self
    }

    /// Of this sub-account.
    #[must_use]
    pub fn location(mut self, id: impl Into<LocationId>) -> Self {
        self.location = Some(id.into());
        self
    }

    /// Queued then or later.
    #[must_use]
    pub fn since(mut self, at: DateTime<Utc>) -> Self {
        self.since = Some(at);
        self
    }

    /// Queued before then.
    #[must_use]
    pub fn until(mut self, at: DateTime<Utc>) -> Self {
        self.until = Some(at);
        self
    }

    /// The newest so many.
    #[must_use]
    pub fn limit(mut self, most: usize) -> Self {
        self.limit = Some(most);
        self
    }

    pub(crate) fn takes(&self, entry: &Entry) -> bool {
        let (endpoint, event, location) = match &entry.parcel.origin {
            Origin::App { endpoint, event, location, .. } => (Some(endpoint), Some(event), location.as_ref()),
            Origin::Step { location, .. } => (None, None, Some(location)),
            Origin::SalesBoost(_) | Origin::Smarfle(_) | Origin::Other(_) => (None, None, None),
        };
        self.state.is_none_or(|state| entry.state == state)
            && self.endpoint.as_ref().is_none_or(|wanted| endpoint == Some(wanted))
            && self.event.as_ref().is_none_or(|wanted| event == Some(wanted))
            && self.location.as_ref().is_none_or(|wanted| location == Some(wanted))
            && self.since.is_none_or(|since| entry.made_at >= since.timestamp_millis())
            && self.until.is_none_or(|until| entry.made_at < until.timestamp_millis())
    }
}

impl Entry {
    pub(crate) fn show(&self) -> Delivery {
        let parcel = &self.parcel;
        let at = |millis| time::from_millis(millis).unwrap_or_default();
        let mut shown = Delivery {
            id: DeliveryId(self.id),
            state: self.state,
            method: parcel.method.as_str().into(),
            url: parcel.url.split(['?', '#']).next().unwrap_or_default().into(),
            endpoint: None,
            event: None,
            webhook_id: None,
            sequence: None,
            location: None,
            run: None,
            step: None,
            created_at: at(self.made_at),
            next_attempt_at: (self.state == DeliveryState::Waiting).then(|| at(self.due_at)),
            bytes: parcel.body.len(),
            attempts: self.attempts.to_vec(),
        };
        match &parcel.origin {
            Origin::App { endpoint, sequence, event, webhook_id, location } => {
                shown.endpoint = Some(endpoint.clone());
                shown.event = Some(event.clone());
                shown.webhook_id = Some(webhook_id.clone());
                shown.sequence = Some(*sequence);
                shown.location.clone_from(location);
            }
            Origin::Step { location, run, step, .. } => {
                shown.location = Some(location.clone());
                shown.run = Some(run.clone());
                shown.step = Some(step.clone());
            }
            Origin::SalesBoost(_) | Origin::Smarfle(_) | Origin::Other(_) => {}
        }
        shown
    }
}
