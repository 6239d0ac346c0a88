//! The body of the step Webhook: the contact in the form that all such calls have, and what triggered them.

use serde_json::{Map, Value as Json, json};
use smbcrm_core::types::time;
use smbcrm_core::workflows::definition::Pair;

use super::merge::{Facts, full_address, user_value};
use crate::world::State;

impl State {
    /// The standard body.
    pub(super) fn webhook_body(&self, facts: &Facts<'_>, custom_data: &[Pair]) -> Json {
        let mut body = Map::new();
        if let Some(contact) = facts.contact.as_deref() {
            body.insert("contact_id".into(), contact.id.as_str().into());
            body.insert("full_name".into(), contact.full_name().into());
            body.insert(
                "tags".into(),
                contact.tags.iter().map(|tag| &**tag).collect::<Vec<_>>().join(",").into(),
            );
            body.insert("date_created".into(), time::to_iso(&contact.date_added).into());
            body.insert("full_address".into(), full_address(contact).into());
            body.insert("contact_type".into(), contact.kind.as_str().into());
            // What a contact does not have is left out.
            let texts = [
                ("first_name", &contact.first_name),
                ("last_name", &contact.last_name),
                ("email", &contact.email),
                ("phone", &contact.phone),
                ("address1", &contact.address1),
                ("city", &contact.city),
                ("state", &contact.state),
                ("country", &contact.country),
                ("postal_code", &contact.postal_code),
                ("timezone", &contact.timezone),
                ("contact_source", &contact.source),
                ("company_name", &contact.company_name),
                ("website", &contact.website),
            ];
            for (name, text) in texts {
                if let Some(text) = text {
                    body.insert(name.into(), text.as_str().into());
                }
            }
            if let Some(date) = contact.date_of_birth {
                body.insert("date_of_birth".into(), date.to_string().into());
            }
            for field in &contact.custom_fields {
                let known = self.fields().find(|known| known.id == field.id);
                if let Some(known) = known {
                    body.insert(known.name.as_str().into(), field.value.to_json());
                }
            }
            let attribution = |source: &Option<Box<smbcrm_core::contacts::Attribution>>| {
                source
                    .as_ref()
                    .and_then(|source| serde_json::to_value(source).ok())
                    .unwrap_or_else(|| json!({}))
            };
            let first = attribution(&contact.attribution_source);
            let last = attribution(&contact.last_attribution_source);
            body.insert(
                "contact".into(),
                json!({ "attributionSource": first, "lastAttributionSource": last }),
            );
            body.insert("attributionSource".into(), first);
        }
        body.insert("location".into(), self.location_block());
        let assigned = facts.contact.as_ref().and_then(|contact| contact.assigned_to.as_ref());
        if let Some(user) = assigned.and_then(|id| facts.user(id)) {
            body.insert(
                "user".into(),
                json!({
                    "firstName": user.first_name, "lastName": user.last_name,
                    "email": user.email, "phone": user.phone,
                }),
            );
        }
        if let Some(edition) = facts.edition {
            body.insert(
                "workflow".into(),
                json!({ "id": edition.workflow, "name": edition.definition.name }),
            );
        }
        self.add_trigger_blocks(&mut body, facts);
        body.insert("triggerData".into(), json!({}));
        let custom: Map<String, Json> = custom_data
            .iter()
            .map(|pair| (pair.key.as_str().to_owned(), self.fill(&pair.value, facts).as_str().into()))
            .collect();
        body.insert("customData".into(), custom.into());
        body.into()
    }

    fn location_block(&self) -> Json {
        let it = &self.location;
        json!({
            "name": it.name, "address": it.address, "city": it.city, "state": it.state, "country": it.country,
            "postalCode": it.postal_code, "fullAddress": self.location_address(), "id": it.id,
        })
    }

    /// What the trigger was about. Blocks of what it was not about are left out.
    fn add_trigger_blocks(&self, body: &mut Map<String, Json>, facts: &Facts<'_>) {
        if facts.about.appointment.is_some()
            && let Some(it) = facts.appointment.as_deref()
        {
            let calendar = it.calendar_id.as_ref().and_then(|id| self.book.calendar(id));
            body.insert(
                "calendar".into(),
                json!({
                    "id": it.calendar_id, "calendarName": calendar.map(|calendar| calendar.name.as_str()),
                    "appointmentId": it.id, "title": it.title, "startTime": it.start_time, "endTime": it.end_time,
                    "status": it.appointment_status, "appoinmentStatus": it.appointment_status,
                    "address": it.address, "notes": it.notes, "selectedTimezone": facts.zone.name(),
                }),
            );
        }
        if facts.about.opportunity.is_some()
            && let Some(deal) = facts.opportunity.as_deref()
        {
            let pipeline = self.pipelines.iter().find(|pipeline| pipeline.id == deal.pipeline_id);
            let stage =
                pipeline.and_then(|p| p.stages.iter().find(|stage| stage.id == deal.pipeline_stage_id));
            let owner = deal.assigned_to.as_ref().and_then(|id| user_value("name", facts.user(id)?));
            body.insert("id".into(), deal.id.as_str().into());
            body.insert("opportunity_name".into(), deal.name.as_str().into());
            body.insert("status".into(), deal.status.as_str().into());
            body.insert("lead_value".into(), json!(deal.monetary_value));
            body.insert("opportunity_source".into(), json!(deal.source));
            body.insert("source".into(), json!(deal.source));
            body.insert("pipeline_id".into(), deal.pipeline_id.as_str().into());
            body.insert("pipeline_name".into(), json!(pipeline.map(|pipeline| pipeline.name.as_str())));
            // The wire's own spelling; the value is the stage's name.
            body.insert("pipleline_stage".into(), json!(stage.map(|stage| stage.name.as_str())));
            body.insert("owner".into(), json!(owner));
        }
        for block in ["message", "order", "payment", "invoice", "call", "submission", "inboundWebhookRequest"]
        {
            if let Some(value) = facts.about.data.get(block) {
                body.insert(block.into(), value.clone());
            }
        }
    }
}
