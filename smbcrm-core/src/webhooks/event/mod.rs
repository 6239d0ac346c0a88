//! The events that apps are told about, typed.
//!
//! An event is flat JSON whose `type` says what happened. [`Event`] has one case for each type, and keeps what it does
//! not know: a type of tomorrow, or a payload in a form that nobody has seen yet, is an [`Event::Unknown`] that is
//! written as it was read. [`WebhookEvent`] adds what a delivery carries beside: when it was sent, and the id by which
//! repeats are told apart.
//!
//! ```
//! use smbcrm_core::webhooks::{Event, EventKind};
//!
//! let event: Event = serde_json::from_str(r#"{"type":"MoonPhase","phase":"full"}"#)?;
//! assert_eq!(event.kind().as_str(), "MoonPhase");
//! assert!(!event.kind().is_known());
//! assert_eq!(serde_json::to_string(&event)?, r#"{"type":"MoonPhase","phase":"full"}"#);
//! assert!(EventKind::ALL.contains(&EventKind::ContactCreate));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! What is documented and what arrives differ here and there: a task event may lack its contact and text, a note event
//! never names its author, the files of a contact are listed and never filled. So every field that may be missing is an
//! `Option`, and fields without a name here are kept in `extra`.

mod app;
mod appointment;
mod campaign;
mod contact;
mod conversation;
mod day;
mod envelope;
mod invoice;
mod location;
mod object;
mod opportunity;
mod order;
mod product;
#[cfg(test)]
mod tests;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

pub use app::*;
pub use appointment::*;
pub use campaign::*;
pub use contact::*;
pub use conversation::*;
pub use envelope::WebhookEvent;
pub use invoice::*;
pub use location::*;
pub use object::*;
pub use opportunity::*;
pub use order::*;
pub use product::*;

use crate::open_enum;
use crate::shape::{self, Node, Shaped, Slot, View};
use crate::types::{ContactId, LocationId, Text};

/// What an event is about: the record, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject<'a> {
    /// The record's id. Events of one record are in order among each other.
    pub record: &'a str,
    /// The sub-account; none where the agency is concerned.
    pub location: Option<&'a LocationId>,
    /// The contact, where there is one.
    pub contact: Option<&'a ContactId>,
}

impl<'a> Subject<'a> {
    fn new(record: &'a str, location: impl Into<Option<&'a LocationId>>) -> Self {
        Self { record, location: location.into().filter(|id| !id.is_empty()), contact: None }
    }

    fn of(mut self, contact: impl Into<Option<&'a ContactId>>) -> Self {
        self.contact = contact.into().filter(|id| !id.is_empty());
        self
    }
}

/// What an event says beside its type.
pub trait Payload: Serialize + DeserializeOwned + Shaped {
    /// What it is about.
    fn subject(&self) -> Subject<'_>;
}

/// An event without a case of its own: its type is new, or its payload has a form that nobody has seen yet.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Its type.
    pub kind: EventKind,
    /// Everything else it says.
    pub payload: Map<String, Value>,
    /// Where the payload of a known type did not have the expected form: a path such as `customFields[0].id`.
    pub misfit: Option<Text>,
}

macro_rules! events {
    ($( $(#[$doc:meta])* $name:ident($payload:ty) = $text:tt, )*) => {
        /// The name of an event: the wire's `type`.
        #[open_enum]
        pub enum EventKind {
            $( $(#[$doc])* $name = $text, )*
        }

        impl EventKind {
            /// Every type this version knows.
            pub const ALL: &'static [Self] = &[$( Self::$name, )*];
        }

        /// What happened, with what is said about it.
        ///
        /// Payloads are boxed, so that an event is two words wide however much it says.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $( $(#[$doc])* $name(Box<$payload>), )*
            /// A type this version has no case for, or a payload that does not fit its type. Kept whole.
            Unknown(Box<UnknownEvent>),
        }

        impl Event {
            /// What happened: the wire's `type`.
            pub fn kind(&self) -> EventKind {
                match self {
                    $( Self::$name(_) => EventKind::$name, )*
                    Self::Unknown(event) => event.kind.clone(),
                }
            }

            /// What it is about; none for an event of a type that is not known.
            pub fn subject(&self) -> Option<Subject<'_>> {
                match self {
                    $( Self::$name(payload) => Some(payload.subject()), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The event of a type and what else it says.
            ///
            /// Never fails: a payload that does not fit becomes an [`Event::Unknown`] that says where.
            pub fn from_parts(kind: impl Into<EventKind>, mut payload: Map<String, Value>) -> Self {
                let kind = kind.into();
                // A price has a `type` of its own, and the documentation shows it without the event's.
                let own = matches!(kind, EventKind::PriceCreate | EventKind::PriceUpdate | EventKind::PriceDelete);
                if !own || payload.get("type").and_then(Value::as_str) == Some(kind.as_str()) {
                    payload.shift_remove("type");
                }
                match kind {
                    $( EventKind::$name => match read::<$payload>(payload) {
                        Ok(payload) => Self::$name(payload),
                        Err((payload, misfit)) => {
                            Self::Unknown(Box::new(UnknownEvent { kind, payload, misfit: Some(misfit) }))
                        }
                    }, )*
                    kind => Self::Unknown(Box::new(UnknownEvent { kind, payload, misfit: None })),
                }
            }
        }

        impl Node for Event {
            fn view(&self) -> View<'_> {
                match self {
                    $( Self::$name(payload) => View::Tagged($text, &**payload), )*
                    Self::Unknown(event) => {
                        let kind = ("type".to_owned(), Value::from(event.kind.as_str()));
                        View::Made(std::iter::once(kind).chain(event.payload.clone()).collect())
                    }
                }
            }
            fn slot(&mut self) -> Slot<'_> {
                shape::via(self, Deserialize::deserialize)
            }
        }
    };
}

events! {
    /// An app was installed.
    AppInstall(AppInstallEvent) = "INSTALL",
    /// An app was uninstalled.
    AppUninstall(AppUninstallEvent) = "UNINSTALL",
    /// An app's plan was changed.
    PlanChange(PlanChangeEvent) = "PLAN_CHANGE",
    /// An appointment was booked.
    AppointmentCreate(AppointmentEvent) = "AppointmentCreate",
    /// An appointment was changed.
    AppointmentUpdate(AppointmentEvent) = "AppointmentUpdate",
    /// An appointment was deleted.
    AppointmentDelete(AppointmentEvent) = "AppointmentDelete",
    /// A kind of link between objects was defined.
    AssociationCreate(AssociationEvent) = "AssociationCreate",
    /// A kind of link between objects was changed.
    AssociationUpdate(AssociationEvent) = "AssociationUpdate",
    /// A kind of link between objects was deleted.
    AssociationDelete(AssociationEvent) = "AssociationDelete",
    /// A contact's way through a campaign changed.
    CampaignStatusUpdate(CampaignStatusEvent) = "CampaignStatusUpdate",
    /// A contact was created.
    ContactCreate(ContactEvent) = "ContactCreate",
    /// A contact was changed.
    ContactUpdate(ContactEvent) = "ContactUpdate",
    /// A contact was deleted.
    ContactDelete(ContactEvent) = "ContactDelete",
    /// A contact's do-not-disturb settings were changed.
    ContactDndUpdate(ContactEvent) = "ContactDndUpdate",
    /// A contact's tags were changed.
    ContactTagUpdate(ContactEvent) = "ContactTagUpdate",
    /// A conversation was read, or has something unread.
    ConversationUnreadUpdate(ConversationUnreadEvent) = "ConversationUnreadUpdate",
    /// A contact wrote or called.
    InboundMessage(MessageEvent) = "InboundMessage",
    /// The sub-account wrote or called.
    OutboundMessage(MessageEvent) = "OutboundMessage",
    /// A text that a custom provider is to send. It goes to the provider's own address.
    ProviderSms(ProviderMessageEvent) = "SMS",
    /// An e-mail that a custom provider is to send. It goes to the provider's own address.
    ProviderEmail(ProviderMessageEvent) = "Email",
    /// What became of an e-mail: delivered, opened, bounced.
    EmailStats(EmailStatsEvent) = "LCEmailStats",
    /// An invoice was created.
    InvoiceCreate(InvoiceEvent) = "InvoiceCreate",
    /// An invoice was changed.
    InvoiceUpdate(InvoiceEvent) = "InvoiceUpdate",
    /// An invoice was deleted.
    InvoiceDelete(InvoiceEvent) = "InvoiceDelete",
    /// An invoice was paid in full.
    InvoicePaid(InvoiceEvent) = "InvoicePaid",
    /// An invoice was paid in part.
    InvoicePartiallyPaid(InvoiceEvent) = "InvoicePartiallyPaid",
    /// An invoice was sent.
    InvoiceSent(InvoiceEvent) = "InvoiceSent",
    /// An invoice was declared void.
    InvoiceVoid(InvoiceEvent) = "InvoiceVoid",
    /// A sub-account was created.
    LocationCreate(LocationEvent) = "LocationCreate",
    /// A sub-account was changed.
    LocationUpdate(LocationEvent) = "LocationUpdate",
    /// A note was written.
    NoteCreate(NoteEvent) = "NoteCreate",
    /// A note was changed.
    NoteUpdate(NoteEvent) = "NoteUpdate",
    /// A note was deleted.
    NoteDelete(NoteEvent) = "NoteDelete",
    /// A custom object was defined.
    ObjectSchemaCreate(ObjectSchemaEvent) = "ObjectSchemaCreate",
    /// A custom object's definition was changed.
    ObjectSchemaUpdate(ObjectSchemaEvent) = "ObjectSchemaUpdate",
    /// An opportunity was created. An `OpportunityUpdate` comes with it.
    OpportunityCreate(OpportunityEvent) = "OpportunityCreate",
    /// An opportunity was changed, in whatever way.
    OpportunityUpdate(OpportunityEvent) = "OpportunityUpdate",
    /// An opportunity was deleted.
    OpportunityDelete(OpportunityEvent) = "OpportunityDelete",
    /// An opportunity has another owner.
    OpportunityAssignedToUpdate(OpportunityEvent) = "OpportunityAssignedToUpdate",
    /// An opportunity is worth something else.
    OpportunityMonetaryValueUpdate(OpportunityEvent) = "OpportunityMonetaryValueUpdate",
    /// An opportunity was moved to another stage.
    OpportunityStageUpdate(OpportunityEvent) = "OpportunityStageUpdate",
    /// An opportunity was won, lost, abandoned or opened again.
    OpportunityStatusUpdate(OpportunityEvent) = "OpportunityStatusUpdate",
    /// An order was placed.
    OrderCreate(OrderEvent) = "OrderCreate",
    /// An order's status changed.
    OrderStatusUpdate(OrderEvent) = "OrderStatusUpdate",
    /// A price was created.
    PriceCreate(PriceEvent) = "PriceCreate",
    /// A price was changed.
    PriceUpdate(PriceEvent) = "PriceUpdate",
    /// A price was deleted.
    PriceDelete(PriceEvent) = "PriceDelete",
    /// A product was created.
    ProductCreate(ProductEvent) = "ProductCreate",
    /// A product was changed.
    ProductUpdate(ProductEvent) = "ProductUpdate",
    /// A product was deleted.
    ProductDelete(ProductEvent) = "ProductDelete",
    /// A record of an object was created.
    RecordCreate(RecordEvent) = "RecordCreate",
    /// A record of an object was changed.
    RecordUpdate(RecordEvent) = "RecordUpdate",
    /// A record of an object was deleted.
    RecordDelete(RecordEvent) = "RecordDelete",
    /// Two records were linked.
    RelationCreate(RelationEvent) = "RelationCreate",
    /// Two records are no longer linked.
    RelationDelete(RelationEvent) = "RelationDelete",
    /// A task was created.
    TaskCreate(TaskEvent) = "TaskCreate",
    /// A task is done.
    TaskComplete(TaskEvent) = "TaskComplete",
    /// A task was deleted.
    TaskDelete(TaskEvent) = "TaskDelete",
    /// A user was created.
    UserCreate(UserEvent) = "UserCreate",
    /// A user was changed.
    UserUpdate(UserEvent) = "UserUpdate",
    /// A user was deleted.
    UserDelete(UserEvent) = "UserDelete",
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut payload = Map::deserialize(deserializer)?;
        let kind = take_kind(&mut payload)?;
        Ok(Self::from_parts(kind, payload))
    }
}

fn take_kind<E: de::Error>(payload: &mut Map<String, Value>) -> Result<EventKind, E> {
    match payload.shift_remove("type") {
        Some(Value::String(kind)) => Ok(kind.into()),
        Some(_) => Err(E::custom("an event's `type` is a text")),
        None => Err(E::missing_field("type")),
    }
}

/// The payload, or where it does not fit. The reader's own words are not kept: they may quote the payload.
fn read<P: Payload>(payload: Map<String, Value>) -> Result<Box<P>, (Map<String, Value>, Text)> {
    let value = Value::Object(payload);
    let mut read = Box::new(P::blank());
    match shape::read_ref(&value, &mut *read) {
        Ok(()) => Ok(read),
        Err(error) => {
            let path = Text::from(if error.path.is_empty() { ".".to_owned() } else { error.path });
            let Value::Object(payload) = value else { return Err((Map::new(), path)) };
            Err((payload, path))
        }
    }
}
