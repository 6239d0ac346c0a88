//! A visitor submits a form or survey: the contact, the submission, and where both came from.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::{Attribution, Contact, CreatedBy};
use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::forms::{Answers, SubmissionDetails, VisitEvent};
use smbcrm_core::types::Text;
use smbcrm_core::{Error, Result};

use super::answered::Answered;
use super::{FormKind, StoredForm, StoredSubmission};
use crate::refusal;
use crate::world::State;

/// What the wire says of a form or survey that does not exist (assumed).
pub(crate) fn missing(kind: FormKind, id: &str) -> Error {
    let what = match kind {
        FormKind::Form => "Form",
        FormKind::Survey => "Survey",
    };
    refusal::not_found(what, id)
}

impl State {
    /// Takes in what a visitor submits. Either all of it happens or nothing.
    ///
    /// The contact is made or updated by the duplicate rule: where duplicates are allowed there is always a new one.
    pub(crate) fn submit(
        &mut self,
        kind: FormKind,
        id: &str,
        given: Answers,
        now: DateTime<Utc>,
    ) -> Result<Arc<StoredSubmission>> {
        let Some(form) = self.form(kind, id).cloned() else { return Err(missing(kind, id)) };
        let answered = Answered::read(self, &form, given.answers).map_err(refusal::invalid)?;
        let event = event(&form, given.event.map(|event| *event), now);
        let done = self.upsert_contact(answered.contact.clone().into(), true, now)?;
        let contact = self.edit_contact(&done.contact.id, now, |contact| {
            came_through(contact, &form, &event, done.new, now);
        })?;
        let email = answered.text("email").map(|email| normalise_email(&email).map_or(email, Text::from));
        let phone = answered.text("phone").map(|phone| {
            smbcrm_core::dedupe::normalise_phone(&phone, self.region_of(&contact)).map_or(phone, Text::from)
        });
        let name = name(&answered)
            .or_else(|| Some(contact.full_name().into()).filter(|name: &Text| !name.is_empty()));
        let mut others = SubmissionDetails::default();
        others.event_data = Some(Box::new(event));
        others.fields_in_order = answered.order;
        others.answers = answered.answers;
        let submission = Arc::new(StoredSubmission {
            kind,
            id: self.ids.uuid().into(),
            form_id: form.id.clone(),
            contact_id: contact.id.clone(),
            created_at: now,
            name,
            email: email.or_else(|| contact.email.clone()),
            phone: phone.or_else(|| contact.phone.clone()),
            others,
        });
        self.submissions.push(Arc::clone(&submission));
        Ok(submission)
    }

    fn region_of<'a>(&'a self, contact: &'a Contact) -> &'a str {
        contact.country.as_deref().filter(|country| !country.is_empty()).unwrap_or_else(|| self.region())
    }
}

/// The visitor's name as it was answered: in full, or in parts.
fn name(answered: &Answered) -> Option<Text> {
    let parts = [answered.text("first_name"), answered.text("last_name")];
    let joined = || {
        let given: Vec<&str> = parts.iter().flatten().map(|part| part.as_str()).collect();
        (!given.is_empty()).then(|| given.join(" ").into())
    };
    answered.text("full_name").or_else(joined)
}

/// How the visitor came: what was said of it, the rest filled in.
fn event(form: &StoredForm, said: Option<VisitEvent>, now: DateTime<Utc>) -> VisitEvent {
    let mut event = said.unwrap_or_default();
    event.kind.get_or_insert_with(|| "page-visit".into());
    event.medium.get_or_insert_with(|| form.kind.as_str().into());
    event.page_visit_type.get_or_insert_with(|| form.kind.as_str().into());
    event.medium_id.get_or_insert_with(|| form.id.clone());
    event.source.get_or_insert_with(|| "Direct traffic".into());
    event.timestamp.get_or_insert_with(|| now.timestamp_millis());
    event
}

/// Notes on a contact what it came through: on a new one also as its first source, and as what made it.
fn came_through(
    contact: &mut Contact,
    form: &StoredForm,
    event: &VisitEvent,
    is_new: bool,
    now: DateTime<Utc>,
) {
    let mut attribution = Attribution::default();
    attribution.url = event.page.as_ref().and_then(|page| page.url.clone());
    attribution.referrer = event.referrer.clone();
    attribution.session_source = event.source.clone();
    attribution.medium = event.medium.clone();
    attribution.medium_id = event.medium_id.clone();
    if is_new {
        contact.attribution_source = Some(Box::new(attribution.clone()));
        contact.source.get_or_insert_with(|| form.name.clone());
        let mut by = CreatedBy::default();
        by.source = Some(form.kind.as_str().to_uppercase().into());
        by.source_id = Some(form.id.clone());
        by.source_name = Some(form.name.clone());
        by.timestamp = Some(now);
        contact.created_by = Some(Box::new(by));
    }
    contact.last_attribution_source = Some(Box::new(attribution));
}
