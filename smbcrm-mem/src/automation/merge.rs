//! What merge fields stand for: the facts that a run or a trigger is about, by their names.

use std::sync::Arc;

use chrono::{Datelike, Timelike};
use serde_json::{Map, Value as Json};
use smbcrm_core::calendars::Appointment;
use smbcrm_core::contacts::Contact;
use smbcrm_core::opportunities::{Opportunity, OpportunityStatus};
use smbcrm_core::types::{ContactId, FieldValue, Text, UserId, time};
use smbcrm_core::users::User;
use smbcrm_core::workflows::definition::merge;

use super::run::About;
use super::{Edition, Run};
use crate::search::Value;
use crate::world::{OpportunityKey, State, StoredUser};

/// What a run or a trigger is about, looked up once.
pub(crate) struct Facts<'a> {
    pub(crate) contact: Option<Arc<Contact>>,
    pub(crate) opportunity: Option<Arc<Opportunity>>,
    pub(crate) appointment: Option<Arc<Appointment>>,
    pub(crate) about: &'a About,
    pub(crate) outputs: Option<&'a Map<String, Json>>,
    /// The agency's users; nobody while a trigger is looked at.
    pub(crate) users: &'a [StoredUser],
    pub(crate) edition: Option<&'a Edition>,
    pub(crate) zone: chrono_tz::Tz,
    pub(crate) now: i64,
}

/// What a run without a trigger is about.
static NOTHING: std::sync::LazyLock<About> = std::sync::LazyLock::new(About::default);

impl State {
    pub(crate) fn facts<'a>(
        &self,
        contact: Option<&ContactId>,
        about: &'a About,
        outputs: Option<&'a Map<String, Json>>,
        now: i64,
    ) -> Facts<'a> {
        let contact = contact.and_then(|id| self.contacts.get(id.as_str())).cloned();
        let opportunity =
            about.opportunity.as_ref().and_then(|id| self.opportunities.get(id.as_str())).cloned();
        let opportunity = opportunity.or_else(|| self.deal_of(contact.as_ref()?));
        let appointment =
            about.appointment.as_ref().and_then(|id| self.book.event(id)).map(|event| event.shared());
        let appointment = appointment.or_else(|| self.meeting_of(contact.as_ref()?, now));
        Facts {
            contact,
            opportunity,
            appointment,
            about,
            outputs,
            users: &[],
            edition: None,
            zone: self.zone(),
            now,
        }
    }

    /// What a run is about.
    pub(crate) fn facts_of<'a>(
        &self,
        run: &'a Run,
        edition: &'a Edition,
        users: &'a [StoredUser],
        now: i64,
    ) -> Facts<'a> {
        let about = run.about.as_deref().unwrap_or(&NOTHING);
        let facts = self.facts(run.contact.as_ref(), about, run.outputs.as_deref(), now);
        let zone = self.zone_of(run, &edition.definition.settings);
        Facts { users, edition: Some(edition), zone, ..facts }
    }

    /// A contact's oldest open opportunity, or else its newest.
    pub(super) fn deal_of(&self, contact: &Contact) -> Option<Arc<Opportunity>> {
        if self.opportunities.is_empty() {
            return None;
        }
        let of = || self.opportunities.find(&OpportunityKey::ContactId, Value::Text(contact.id.as_str()));
        let open = of().filter(|deal| deal.status == OpportunityStatus::Open);
        let oldest = open.min_by_key(|deal| (deal.created_at, deal.id.clone()));
        oldest.or_else(|| of().max_by_key(|deal| (deal.created_at, deal.id.clone()))).cloned()
    }

    /// A contact's next appointment, or else its last.
    pub(super) fn meeting_of(&self, contact: &Contact, now: i64) -> Option<Arc<Appointment>> {
        let start = |event: &Appointment| event.start_time.get().timestamp_millis();
        let of = || self.book.of_contact(&contact.id).filter(|event| event.is_meeting());
        let next =
            of().filter(|event| start(event.appointment()) >= now).min_by_key(|e| start(e.appointment()));
        next.or_else(|| of().max_by_key(|event| start(event.appointment()))).map(|event| event.shared())
    }

    /// Fills in the merge fields of a text.
    pub(crate) fn fill(&self, text: &str, facts: &Facts<'_>) -> Text {
        merge::render(text, |name| self.field(name, facts).map(|value| merge::as_text(&value))).into()
    }

    /// Fills in the merge fields of a JSON text.
    pub(crate) fn fill_json(&self, text: &str, facts: &Facts<'_>) -> String {
        merge::render_json(text, |name| self.field(name, facts))
    }

    /// What a merge field stands for.
    pub(crate) fn field(&self, name: &str, facts: &Facts<'_>) -> Option<Json> {
        let (thing, rest) = name.split_once('.').unwrap_or((name, ""));
        match thing {
            "contact" => self.contact_value(rest, facts),
            "opportunity" => self.deal_value(rest, facts),
            "appointment" => meeting_value(rest, facts),
            "calendar" => self.calendar_value(rest, facts),
            "location" => self.location_value(rest),
            "user" => {
                let assigned = facts.contact.as_ref().and_then(|contact| contact.assigned_to.as_ref());
                user_value(rest, facts.user(assigned?)?)
            }
            "custom_values" => {
                let key = format!("{{{{ custom_values.{rest} }}}}");
                let known = self.custom_values.iter().find(|known| known.field_key == key);
                known.map(|known| Json::from(known.value.as_str()))
            }
            "workflow" => {
                let edition = facts.edition?;
                match rest {
                    "id" => Some(edition.workflow.as_str().into()),
                    "name" => Some(edition.definition.name.as_str().into()),
                    _ => None,
                }
            }
            "note" => {
                let note = self.notes.get(facts.about.note.as_ref()?.as_str())?;
                match rest {
                    "id" => Some(note.id.as_str().into()),
                    "body" => Some(note.body.as_str().into()),
                    "title" => Some(note.title.as_deref()?.into()),
                    _ => None,
                }
            }
            "task" => {
                let task = &self.tasks.get(facts.about.task.as_ref()?.as_str())?.task;
                match rest {
                    "id" => Some(task.id.as_str().into()),
                    "title" => Some(task.title.as_str().into()),
                    "body" => Some(task.body.as_deref()?.into()),
                    "due_date" => Some(time::to_iso(&task.due_date?).into()),
                    "assigned_to" => Some(task.assigned_to.as_ref()?.as_str().into()),
                    _ => None,
                }
            }
            // Also by the kind of step, as the platform's own editor writes it.
            "steps" | "custom_webhook" | "math_operation" | "text_formatter" | "number_formatter"
            | "datetime_formatter" | "agent" => {
                let (step, path) = rest.split_once('.').unwrap_or((rest, ""));
                dig(facts.outputs?.get(step)?, path)
            }
            "right_now" => right_now(rest, facts),
            _ => dig(facts.about.data.get(thing)?, rest),
        }
    }

    fn contact_value(&self, name: &str, facts: &Facts<'_>) -> Option<Json> {
        let contact = facts.contact.as_deref()?;
        let text = |text: &Option<Text>| text.as_deref().map(Json::from);
        match name {
            "id" => Some(contact.id.as_str().into()),
            "name" | "full_name" => Some(contact.full_name().into()),
            "first_name" => text(&contact.first_name),
            "last_name" => text(&contact.last_name),
            "email" => text(&contact.email),
            "phone" | "phone_raw" => text(&contact.phone),
            "company_name" => text(&contact.company_name),
            "address1" => text(&contact.address1),
            "city" => text(&contact.city),
            "state" => text(&contact.state),
            "country" => text(&contact.country),
            "postal_code" => text(&contact.postal_code),
            "full_address" => Some(full_address(contact).into()),
            "timezone" => text(&contact.timezone),
            "website" => text(&contact.website),
            "source" => text(&contact.source),
            "type" => Some(contact.kind.as_str().into()),
            "assigned_to" => contact.assigned_to.as_ref().map(|id| id.as_str().into()),
            "tags" => Some(contact.tags.iter().map(|tag| Json::from(tag.as_str())).collect()),
            "dnd" => Some(contact.dnd.into()),
            "date_of_birth" => contact.date_of_birth.map(|date| date.to_string().into()),
            "date_added" | "date_created" => Some(time::to_iso(&contact.date_added).into()),
            "date_updated" => Some(time::to_iso(&contact.date_updated).into()),
            key => self.custom_value_of(key, "contact.", |id| contact.custom_field(id).cloned()),
        }
    }

    /// A custom field's value, by the field's key without its first word, or by its id.
    fn custom_value_of(
        &self,
        key: &str,
        prefix: &str,
        value: impl Fn(&str) -> Option<FieldValue>,
    ) -> Option<Json> {
        let keyed = |known: &str| known.strip_prefix(prefix) == Some(key);
        let field = self.fields().find(|field| field.id == *key || keyed(&field.field_key))?;
        value(field.id.as_str()).map(|value| value.to_json())
    }

    fn deal_value(&self, name: &str, facts: &Facts<'_>) -> Option<Json> {
        let deal = facts.opportunity.as_deref()?;
        let pipeline = || self.pipelines.iter().find(|pipeline| pipeline.id == deal.pipeline_id);
        let text = |text: &Option<Text>| text.as_deref().map(Json::from);
        match name {
            "id" => Some(deal.id.as_str().into()),
            "name" | "opportunity_name" => Some(deal.name.as_str().into()),
            "status" => Some(deal.status.as_str().into()),
            "monetary_value" | "lead_value" => serde_json::to_value(deal.monetary_value?).ok(),
            "source" | "opportunity_source" => text(&deal.source),
            "pipeline_id" => Some(deal.pipeline_id.as_str().into()),
            "pipeline_name" => Some(pipeline()?.name.as_str().into()),
            "pipeline_stage_id" => Some(deal.pipeline_stage_id.as_str().into()),
            "pipeline_stage" | "stage_name" | "pipeline_stage_name" => {
                let stage = pipeline()?.stages.iter().find(|stage| stage.id == deal.pipeline_stage_id)?;
                Some(stage.name.as_str().into())
            }
            "assigned_to" => Some(deal.assigned_to.as_ref()?.as_str().into()),
            "owner" => user_value("name", facts.user(deal.assigned_to.as_ref()?)?),
            "lost_reason_id" => Some(deal.lost_reason_id.as_ref()?.as_str().into()),
            "date_added" => Some(time::to_iso(&deal.created_at).into()),
            "date_updated" => Some(time::to_iso(&deal.updated_at).into()),
            key => self.custom_value_of(key, "opportunity.", |id| {
                deal.custom_fields.iter().find(|field| field.id == *id).map(|field| field.value.clone())
            }),
        }
    }

    fn calendar_value(&self, name: &str, facts: &Facts<'_>) -> Option<Json> {
        let id = facts.appointment.as_ref()?.calendar_id.as_ref()?;
        match name {
            "id" => Some(id.as_str().into()),
            "name" => Some(self.book.calendar(id)?.name.as_str().into()),
            _ => None,
        }
    }

    fn location_value(&self, name: &str) -> Option<Json> {
        let it = &self.location;
        let text = |text: &Option<Text>| text.as_deref().map(Json::from);
        match name {
            "id" => Some(it.id.as_str().into()),
            "name" => Some(it.name.as_str().into()),
            "email" => text(&it.email),
            "phone" => text(&it.phone),
            "address" => text(&it.address),
            "city" => text(&it.city),
            "state" => text(&it.state),
            "country" => text(&it.country),
            "postal_code" => text(&it.postal_code),
            "website" => text(&it.website),
            "timezone" => text(&it.timezone),
            "full_address" => Some(self.location_address().into()),
            _ => None,
        }
    }

    /// The sub-account's address in a line.
    pub(super) fn location_address(&self) -> String {
        let it = &self.location;
        let region = joined([it.state.as_deref(), it.postal_code.as_deref()], " ");
        let region = Some(region.as_str()).filter(|region| !region.is_empty());
        joined([it.address.as_deref(), it.city.as_deref(), region], ", ")
    }
}

impl Facts<'_> {
    pub(super) fn user(&self, id: &UserId) -> Option<&User> {
        let found = self.users.iter().find(|known| known.user.id == *id && !known.is_deleted());
        found.map(|known| &*known.user)
    }
}

/// A contact's address in a line, as the webhook's body has it.
pub(super) fn full_address(contact: &Contact) -> String {
    let parts = [&contact.address1, &contact.city, &contact.state, &contact.postal_code];
    joined(parts.map(|part| part.as_deref()), " ")
}

fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>, between: &str) -> String {
    let said: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    said.join(between)
}

pub(super) fn user_value(name: &str, user: &User) -> Option<Json> {
    match name {
        "id" => Some(user.id.as_str().into()),
        "name" | "full_name" => Some(
            if user.name.is_empty() {
                joined([Some(&*user.first_name), Some(&*user.last_name)], " ")
            } else {
                user.name.as_str().to_owned()
            }
            .into(),
        ),
        "first_name" => Some(user.first_name.as_str().into()),
        "last_name" => Some(user.last_name.as_str().into()),
        "email" => Some(user.email.as_str().into()),
        "phone" => user.phone.as_deref().map(Json::from),
        _ => None,
    }
}

fn meeting_value(name: &str, facts: &Facts<'_>) -> Option<Json> {
    let it = facts.appointment.as_deref()?;
    let local = |at: smbcrm_core::types::OffsetTime, format: &str| {
        at.get().with_timezone(&facts.zone).format(format).to_string().into()
    };
    match name {
        "id" => Some(it.id.as_str().into()),
        "title" => Some(it.title.as_str().into()),
        "start_time" => serde_json::to_value(it.start_time).ok(),
        "end_time" => serde_json::to_value(it.end_time).ok(),
        "only_start_date" => Some(local(it.start_time, "%Y-%m-%d")),
        "only_start_time" => Some(local(it.start_time, "%H:%M")),
        "only_end_date" => Some(local(it.end_time, "%Y-%m-%d")),
        "only_end_time" => Some(local(it.end_time, "%H:%M")),
        "status" => it.appointment_status.as_ref().map(|status| status.as_str().into()),
        "address" => it.address.as_deref().map(Json::from),
        "notes" => it.notes.as_deref().map(Json::from),
        "calendar_id" => it.calendar_id.as_ref().map(|id| id.as_str().into()),
        "assigned_user_id" => it.assigned_user_id.as_ref().map(|id| id.as_str().into()),
        _ => None,
    }
}

fn right_now(name: &str, facts: &Facts<'_>) -> Option<Json> {
    let now = time::from_millis(facts.now)?.with_timezone(&facts.zone);
    let text = |format: &str| Some(now.format(format).to_string().into());
    match name {
        "second" => Some(now.second().into()),
        "minute" => Some(now.minute().into()),
        "hour" => Some(now.hour().into()),
        "hour_ampm" => text("%-I %p"),
        "time" => text("%H:%M"),
        "time_ampm" => text("%-I:%M %p"),
        "day" => Some(now.day().into()),
        "day_of_week" => text("%A"),
        "month" => Some(now.month().into()),
        "month_name" => text("%B"),
        "year" => Some(now.year().into()),
        "date" => text("%Y-%m-%d"),
        "middle_endian_date" => text("%m/%d/%Y"),
        "little_endian_date" => text("%d/%m/%Y"),
        "iso" => Some(time::to_iso(&now.to_utc()).into()),
        _ => None,
    }
}

/// The value at a path of names and numbers: `lead.emails.0` or `lead.emails[0]`.
pub(super) fn dig(value: &Json, path: &str) -> Option<Json> {
    let steps = path.split(['.', '[', ']']).filter(|step| !step.is_empty());
    let found = steps.into_iter().try_fold(value, |value, step| match value {
        Json::Object(fields) => fields.get(step),
        Json::Array(values) => values.get(step.parse::<usize>().ok()?),
        _ => None,
    });
    found.cloned()
}
