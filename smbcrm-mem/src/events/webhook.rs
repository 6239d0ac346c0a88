//! What the platform tells apps about a change: none, one or several webhook events for each record.
//!
//! An opportunity's change is told as `OpportunityUpdate` and once more for each thing that apps care about (stage,
//! status, owner, value). A contact's tags and do-not-disturb settings have events of their own.

use smbcrm_core::contacts::Contact;
use smbcrm_core::conversations::{Direction, MessageStatus, MessageType};
use smbcrm_core::opportunities::Opportunity;
use smbcrm_core::types::{CompanyId, LocationId, Text};
use smbcrm_core::users::UserType;
use smbcrm_core::webhooks::event::{
    AppointmentEvent, CampaignStatusEvent, ContactEvent, ConversationUnreadEvent, LocationEvent,
    MessageEvent, NoteEvent, OpportunityEvent, OrderEvent, TaskEvent, UserEvent,
};
use smbcrm_core::webhooks::{Event, EventKind};

use crate::world::tape::Edit;
use crate::world::{Enrolment, EnrolmentKind, Row, StoredUser};

/// Whose change it is: a sub-account's, or the agency's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) location: Option<&'a LocationId>,
    pub(crate) company: Option<&'a CompanyId>,
}

/// The types of the webhook events that tell of a change, in the order in which they are sent.
pub(crate) fn kinds(edit: &Edit) -> Vec<EventKind> {
    use EventKind as Kind;
    match (&edit.before, &edit.after) {
        (None, Some(after)) => match after {
            Row::Location(_) => vec![Kind::LocationCreate],
            Row::User(_) => vec![Kind::UserCreate],
            Row::Contact(_) => vec![Kind::ContactCreate],
            Row::Task(_) => vec![Kind::TaskCreate],
            Row::Note(_) => vec![Kind::NoteCreate],
            Row::Opportunity(_) => vec![Kind::OpportunityCreate, Kind::OpportunityUpdate],
            Row::Event(it) if it.is_appointment() => vec![Kind::AppointmentCreate],
            Row::Enrolment(it) if it.kind == EnrolmentKind::Campaign => vec![Kind::CampaignStatusUpdate],
            Row::Thread(it) if it.unread > 0 => vec![Kind::ConversationUnreadUpdate],
            Row::Message(it) if is_told(&it.message.kind) => {
                sent(None, it.message.status.as_ref(), &it.message.direction).into_iter().collect()
            }
            Row::Email(it) => sent(None, it.status.as_ref(), &it.direction).into_iter().collect(),
            _ => Vec::new(),
        },
        (Some(before), Some(after)) => match (before, after) {
            (Row::Location(before), Row::Location(after)) => {
                (before != after).then_some(Kind::LocationUpdate).into_iter().collect()
            }
            (Row::User(before), Row::User(after)) => user(before, after).into_iter().collect(),
            (Row::Contact(before), Row::Contact(after)) => contact(before, after),
            (Row::Task(before), Row::Task(after)) => {
                let done = after.task.completed && !before.task.completed;
                done.then_some(Kind::TaskComplete).into_iter().collect()
            }
            (Row::Note(before), Row::Note(after)) => {
                (before != after).then_some(Kind::NoteUpdate).into_iter().collect()
            }
            (Row::Opportunity(before), Row::Opportunity(after)) => opportunity(before, after),
            (Row::Event(_), Row::Event(after)) if after.is_appointment() => vec![Kind::AppointmentUpdate],
            (Row::Enrolment(before), Row::Enrolment(after)) => {
                let campaign = after.kind == EnrolmentKind::Campaign;
                let changed = status(before) != status(after);
                (campaign && changed).then_some(Kind::CampaignStatusUpdate).into_iter().collect()
            }
            (Row::Thread(before), Row::Thread(after)) => (before.unread != after.unread)
                .then_some(Kind::ConversationUnreadUpdate)
                .into_iter()
                .collect(),
            (Row::Message(before), Row::Message(after)) if is_told(&after.message.kind) => {
                let status = before.message.status.as_ref();
                sent(status, after.message.status.as_ref(), &after.message.direction).into_iter().collect()
            }
            (Row::Order(before), Row::Order(after)) => {
                (before.status != after.status).then_some(Kind::OrderStatusUpdate).into_iter().collect()
            }
            (Row::Email(before), Row::Email(after)) => {
                sent(before.status.as_ref(), after.status.as_ref(), &after.direction).into_iter().collect()
            }
            _ => Vec::new(),
        },
        (Some(before), None) => match before {
            Row::User(_) => vec![Kind::UserDelete],
            Row::Contact(_) => vec![Kind::ContactDelete],
            Row::Task(_) => vec![Kind::TaskDelete],
            Row::Note(_) => vec![Kind::NoteDelete],
            Row::Opportunity(_) => vec![Kind::OpportunityDelete],
            Row::Event(it) if it.is_appointment() => vec![Kind::AppointmentDelete],
            Row::Enrolment(it) if it.kind == EnrolmentKind::Campaign && it.active => {
                vec![Kind::CampaignStatusUpdate]
            }
            _ => Vec::new(),
        },
        (None, None) => Vec::new(),
    }
}

/// The event of a type that tells of a change; `None` where the change is not of that type.
pub(crate) fn event(kind: &EventKind, edit: &Edit, place: Place<'_>) -> Option<Event> {
    use EventKind as Kind;
    let location = || place.location.cloned().unwrap_or_default();
    Some(match edit.row()? {
        Row::Location(it) => {
            let mut payload = LocationEvent::from(&**it);
            payload.company_id = payload.company_id.or_else(|| place.company.cloned());
            match kind {
                Kind::LocationCreate => Event::LocationCreate(Box::new(payload)),
                _ => Event::LocationUpdate(Box::new(payload)),
            }
        }
        Row::User(it) => {
            let payload = Box::new(user_payload(it, place));
            match kind {
                Kind::UserCreate => Event::UserCreate(payload),
                Kind::UserDelete => Event::UserDelete(payload),
                _ => Event::UserUpdate(payload),
            }
        }
        Row::Contact(it) => {
            let mut payload = Box::new(ContactEvent::from(&**it));
            if *kind == Kind::ContactDndUpdate {
                payload.dnd_settings = it.dnd_settings.as_deref().cloned();
            }
            match kind {
                Kind::ContactCreate => Event::ContactCreate(payload),
                Kind::ContactDelete => Event::ContactDelete(payload),
                Kind::ContactTagUpdate => Event::ContactTagUpdate(payload),
                Kind::ContactDndUpdate => Event::ContactDndUpdate(payload),
                _ => Event::ContactUpdate(payload),
            }
        }
        Row::Task(it) => {
            let payload = Box::new(TaskEvent::of(&it.task, location(), it.date_added));
            match kind {
                Kind::TaskCreate => Event::TaskCreate(payload),
                Kind::TaskDelete => Event::TaskDelete(payload),
                _ => Event::TaskComplete(payload),
            }
        }
        Row::Note(it) => {
            let payload = Box::new(NoteEvent::of(it, location()));
            match kind {
                Kind::NoteCreate => Event::NoteCreate(payload),
                Kind::NoteDelete => Event::NoteDelete(payload),
                _ => Event::NoteUpdate(payload),
            }
        }
        Row::Order(it) => {
            let payload = Box::new(OrderEvent::from(&**it));
            match kind {
                Kind::OrderCreate => Event::OrderCreate(payload),
                _ => Event::OrderStatusUpdate(payload),
            }
        }
        Row::Opportunity(it) => {
            let payload = Box::new(OpportunityEvent::from(&**it));
            match kind {
                Kind::OpportunityCreate => Event::OpportunityCreate(payload),
                Kind::OpportunityDelete => Event::OpportunityDelete(payload),
                Kind::OpportunityStageUpdate => Event::OpportunityStageUpdate(payload),
                Kind::OpportunityStatusUpdate => Event::OpportunityStatusUpdate(payload),
                Kind::OpportunityAssignedToUpdate => Event::OpportunityAssignedToUpdate(payload),
                Kind::OpportunityMonetaryValueUpdate => Event::OpportunityMonetaryValueUpdate(payload),
                _ => Event::OpportunityUpdate(payload),
            }
        }
        Row::Event(it) => {
            let payload = Box::new(AppointmentEvent::from(it.appointment()));
            match kind {
                Kind::AppointmentCreate => Event::AppointmentCreate(payload),
                Kind::AppointmentDelete => Event::AppointmentDelete(payload),
                _ => Event::AppointmentUpdate(payload),
            }
        }
        Row::Enrolment(it) => {
            let mut payload = CampaignStatusEvent::default();
            payload.location_id = location();
            payload.id = it.target.clone();
            payload.contact_id = Some(it.contact_id.clone());
            payload.status = Some(if edit.after.is_some() { status(it) } else { "removed" }.into());
            Event::CampaignStatusUpdate(Box::new(payload))
        }
        Row::Thread(it) => {
            let mut payload = ConversationUnreadEvent::from(&it.summary());
            payload.location_id = location();
            Event::ConversationUnreadUpdate(Box::new(payload))
        }
        Row::Message(it) => message(kind, MessageEvent::from(&*it.message)),
        Row::Email(it) => message(kind, MessageEvent::from(&**it)),
        _ => return None,
    })
}

/// The sub-accounts that a change concerns: its own, and of a user all that he works in.
pub(crate) fn concerns(edit: &Edit, place: Place<'_>, wanted: &dyn Fn(&LocationId) -> bool) -> bool {
    match (place.location, edit.row()) {
        (Some(location), _) => wanted(location),
        (None, Some(Row::User(it))) => it.user.roles.location_ids.iter().any(wanted),
        (None, Some(Row::Location(it))) => wanted(&it.id),
        (None, _) => false,
    }
}

fn message(kind: &EventKind, payload: MessageEvent) -> Event {
    if *kind == EventKind::InboundMessage {
        Event::InboundMessage(Box::new(payload))
    } else {
        Event::OutboundMessage(Box::new(payload))
    }
}

/// Whether a message is told of as such: an e-mail is told of by itself, a note among users or in the log not at all.
fn is_told(kind: &MessageType) -> bool {
    use MessageType as Type;
    let silent = matches!(
        kind,
        Type::InternalComment
            | Type::InternalChat
            | Type::LiveChatInfoMessage
            | Type::FormSubmission
            | Type::ActivityContact
            | Type::ActivityInvoice
            | Type::ActivityPayment
            | Type::ActivityOpportunity
            | Type::ActivityAppointment
            | Type::ActivityEmployeeActionLog
            | Type::ActivityWhatsapp
    );
    !silent && !kind.is_email()
}

/// A message is told of once: when it is there, or, where it was to be sent later, when it is sent.
fn sent(
    before: Option<&MessageStatus>,
    after: Option<&MessageStatus>,
    direction: &Direction,
) -> Option<EventKind> {
    let waited = before == Some(&MessageStatus::Scheduled);
    let waits = after == Some(&MessageStatus::Scheduled);
    let failed = after == Some(&MessageStatus::Failed);
    let is_new = before.is_none() && !waits;
    (is_new || waited && !waits && !failed).then_some(match direction {
        Direction::Inbound => EventKind::InboundMessage,
        _ => EventKind::OutboundMessage,
    })
}

fn user(before: &StoredUser, after: &StoredUser) -> Option<EventKind> {
    match (before.is_deleted(), after.is_deleted()) {
        (false, true) => Some(EventKind::UserDelete),
        _ if before.user != after.user => Some(EventKind::UserUpdate),
        _ => None,
    }
}

fn user_payload(it: &StoredUser, place: Place<'_>) -> UserEvent {
    let mut payload = UserEvent::from(&*it.user);
    if it.user.roles.kind == UserType::Agency {
        payload.company_id = place.company.cloned();
        payload.locations = Some(it.user.roles.location_ids.clone());
    } else {
        payload.location_id = it.user.roles.location_ids.first().cloned();
    }
    payload
}

fn contact(before: &Contact, after: &Contact) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    let mut rest = Contact::clone(before);
    if before.tags != after.tags {
        rest.tags.clone_from(&after.tags);
        kinds.push(EventKind::ContactTagUpdate);
    }
    let dnd = (before.dnd, &before.dnd_settings, &before.inbound_dnd_settings);
    if dnd != (after.dnd, &after.dnd_settings, &after.inbound_dnd_settings) {
        rest.dnd = after.dnd;
        rest.dnd_settings.clone_from(&after.dnd_settings);
        rest.inbound_dnd_settings.clone_from(&after.inbound_dnd_settings);
        kinds.push(EventKind::ContactDndUpdate);
    }
    rest.date_updated = after.date_updated;
    if rest != *after {
        kinds.insert(0, EventKind::ContactUpdate);
    }
    kinds
}

fn opportunity(before: &Opportunity, after: &Opportunity) -> Vec<EventKind> {
    let mut kinds = vec![EventKind::OpportunityUpdate];
    let mut also = |differs: bool, kind: EventKind| {
        if differs {
            kinds.push(kind);
        }
    };
    let stage = |it: &Opportunity| (it.pipeline_id.clone(), it.pipeline_stage_id.clone());
    also(stage(before) != stage(after), EventKind::OpportunityStageUpdate);
    also(before.status != after.status, EventKind::OpportunityStatusUpdate);
    also(before.assigned_to != after.assigned_to, EventKind::OpportunityAssignedToUpdate);
    also(before.monetary_value != after.monetary_value, EventKind::OpportunityMonetaryValueUpdate);
    kinds
}

/// How a contact's way through a campaign stands, in the platform's words as far as they are known.
fn status(enrolment: &Enrolment) -> &'static str {
    match (enrolment.active, enrolment.finished) {
        (true, _) => "active",
        (false, true) => "completed",
        (false, false) => "removed",
    }
}

/// The name of an event's type, as text.
pub(crate) fn name(kind: &EventKind) -> Text {
    Text::from(kind.as_str())
}
