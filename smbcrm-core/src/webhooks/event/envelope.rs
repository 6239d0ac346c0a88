//! What a delivery carries beside the event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Event, EventKind, take_kind};
use crate::shape::{
    Field, Kind, Node, Place, Record, RecordShape, Shaped, Slot, Unknown, View, via, write_record,
};
use crate::types::{AppId, AppVersionId, Text, WebhookId, time};

/// The body of one delivery: an event, when it was sent, and the id that its repeats share.
///
/// Flat JSON on the wire: the event's fields and these stand side by side. Deliveries that the documentation shows have
/// none of the four, those that were seen on the wire have all.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// What happened.
    pub event: Event,
    /// When it was sent. A receiver refuses what is too old.
    pub timestamp: Option<DateTime<Utc>>,
    /// Names the event: a delivery that is repeated has the same. A receiver does nothing twice.
    pub webhook_id: Option<WebhookId>,
    /// The app that is told.
    pub app_id: Option<AppId>,
    /// The app's version.
    pub version_id: Option<AppVersionId>,
}

impl WebhookEvent {
    /// An event, sent at an instant under an id.
    pub fn new(event: Event, timestamp: DateTime<Utc>, webhook_id: impl Into<WebhookId>) -> Self {
        let webhook_id = Some(webhook_id.into());
        Self { event, timestamp: Some(timestamp), webhook_id, app_id: None, version_id: None }
    }

    /// Says which app is told, and which version of it.
    #[must_use]
    pub fn app(mut self, app: impl Into<AppId>, version: impl Into<AppVersionId>) -> Self {
        self.app_id = Some(app.into());
        self.version_id = Some(version.into());
        self
    }
}

/// The events about an app name it themselves.
fn names_app(kind: &EventKind) -> bool {
    matches!(kind, EventKind::AppInstall | EventKind::AppUninstall | EventKind::PlanChange)
}

/// How a delivery looks beside its event.
static SHAPE: RecordShape = RecordShape {
    name: "WebhookEvent",
    doc: "",
    fields: &[
        Field { place: Place::Flat, ..Field::new("event", "", Kind::Any, "") },
        Field::new("timestamp", "\"timestamp\":", <Option<DateTime<Utc>>>::KIND, ""),
        Field::new("webhookId", "\"webhookId\":", <Option<WebhookId>>::KIND, ""),
        Field::new("appId", "\"appId\":", <Option<AppId>>::KIND, ""),
        Field::new("versionId", "\"versionId\":", <Option<AppVersionId>>::KIND, ""),
    ],
    unknown: Unknown::Ignored,
    lenient: true,
    open: false,
};

impl Record for WebhookEvent {
    fn shape(&self) -> &'static RecordShape {
        &SHAPE
    }
    fn field(&self, at: usize) -> View<'_> {
        match at {
            0 => self.event.view(),
            1 => self.timestamp.view(),
            2 => self.webhook_id.view(),
            3 if names_app(&self.event.kind()) => View::Absent,
            3 => self.app_id.view(),
            _ => self.version_id.view(),
        }
    }
    fn field_slot(&mut self, _: usize) -> Slot<'_> {
        Slot::Ignore // it is read as a whole, by its own `Deserialize`
    }
}

impl Node for WebhookEvent {
    fn view(&self) -> View<'_> {
        View::Record(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        via(self, Deserialize::deserialize)
    }
}

impl Serialize for WebhookEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_record(self, serializer)
    }
}

impl<'de> Deserialize<'de> for WebhookEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut body = Map::deserialize(deserializer)?;
        let kind = take_kind(&mut body)?;
        // What does not read stays where it is, and survives with the event's other fields.
        let timestamp = body.get("timestamp").and_then(|at| time::iso::deserialize(at).ok());
        if timestamp.is_some() {
            body.shift_remove("timestamp");
        }
        let webhook_id = take(&mut body, "webhookId").map(WebhookId::new);
        let version_id = take(&mut body, "versionId").map(AppVersionId::new);
        let app_id = if names_app(&kind) {
            body.get("appId").and_then(Value::as_str).filter(|id| !id.is_empty()).map(AppId::from)
        } else {
            take(&mut body, "appId").map(AppId::new)
        };
        Ok(Self { event: Event::from_parts(kind, body), timestamp, webhook_id, app_id, version_id })
    }
}

fn take(body: &mut Map<String, Value>, key: &str) -> Option<Text> {
    let text = Text::from(body.get(key)?.as_str()?);
    body.shift_remove(key);
    Some(text)
}
