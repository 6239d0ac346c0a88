//! The admin API's methods that plant what no API creates.

use serde::Deserialize;
use serde_json::json;
use smbcrm_core::contacts::{Contact, ContactAppointment};
use smbcrm_core::locations::Template;
use smbcrm_core::opportunities::Opportunity;
use smbcrm_core::types::{ContactId, LocationId, Text, WorkflowId};

use super::methods::{created, ok};
use super::{Ask, Outcome, Refused};
use crate::Seed;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPipeline {
    location_id: Option<LocationId>,
    name: Text,
    stages: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LoadContacts {
    location_id: Option<LocationId>,
    contacts: Vec<Contact>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LoadOpportunities {
    location_id: Option<LocationId>,
    opportunities: Vec<Opportunity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named {
    location_id: Option<LocationId>,
    name: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTemplate {
    location_id: Option<LocationId>,
    template: Template,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAppointment {
    location_id: Option<LocationId>,
    appointment: ContactAppointment,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfContact {
    contact_id: ContactId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Emails {
    emails: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phones {
    phones: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    user: smbcrm_core::users::User,
}

/// The sub-account that is named, or the world's first one.
pub(super) fn place(ask: &Ask<'_>, id: Option<LocationId>) -> LocationId {
    id.unwrap_or_else(|| ask.crm.location().clone())
}

pub(super) fn nowhere(location: &LocationId) -> Refused {
    Refused::missing("sub-account", location.as_str())
}

pub(super) fn plant(ask: &Ask<'_>) -> Outcome {
    let document = std::str::from_utf8(ask.body).map_err(|error| Refused::invalid(error.to_string()))?;
    let wrong = |error: crate::SeedError| Refused::invalid(error.to_string());
    let seed = Seed::from_json(document).map_err(wrong)?;
    created(json!({ "locations": ask.admin().plant(&seed).map_err(wrong)? }))
}

pub(super) fn load_contacts(ask: &Ask<'_>) -> Outcome {
    let load: LoadContacts = ask.body()?;
    let location = place(ask, load.location_id);
    let loaded = ask.admin().load_contacts(&location, load.contacts);
    created(json!({ "loaded": loaded.ok_or_else(|| nowhere(&location))? }))
}

pub(super) fn load_opportunities(ask: &Ask<'_>) -> Outcome {
    let load: LoadOpportunities = ask.body()?;
    let location = place(ask, load.location_id);
    let loaded = ask.admin().load_opportunities(&location, load.opportunities);
    created(json!({ "loaded": loaded.ok_or_else(|| nowhere(&location))? }))
}

pub(super) fn set_additional_emails(ask: &Ask<'_>) -> Outcome {
    let Emails { emails } = ask.body()?;
    let contact = ask.admin().set_additional_emails(&ask.id.as_str().into(), emails);
    ok(&*contact.ok_or_else(|| Refused::missing("contact", &ask.id))?)
}

pub(super) fn set_additional_phones(ask: &Ask<'_>) -> Outcome {
    let Phones { phones } = ask.body()?;
    let contact = ask.admin().set_additional_phones(&ask.id.as_str().into(), phones);
    ok(&*contact.ok_or_else(|| Refused::missing("contact", &ask.id))?)
}

pub(super) fn add_pipeline(ask: &Ask<'_>) -> Outcome {
    let new: NewPipeline = ask.body()?;
    let location = place(ask, new.location_id);
    let made = ask.admin().add_pipeline(&location, new.name, new.stages);
    created(made.ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_lost_reason(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    created(ask.admin().add_lost_reason(&location, new.name).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn users(ask: &Ask<'_>) -> Outcome {
    let users = ask.admin().users();
    ok(json!({ "users": users.iter().map(|user| &**user).collect::<Vec<_>>() }))
}

pub(super) fn add_user(ask: &Ask<'_>) -> Outcome {
    let NewUser { user } = ask.body()?;
    created(&*ask.admin().add_user(user))
}

pub(super) fn add_campaign(ask: &Ask<'_>) -> Outcome {
    let new: Named = ask.body()?;
    let location = place(ask, new.location_id);
    let id = ask.admin().add_campaign(&location, new.name).ok_or_else(|| nowhere(&location))?;
    created(json!({ "id": id }))
}

pub(super) fn finish_workflow(ask: &Ask<'_>) -> Outcome {
    let OfContact { contact_id } = ask.body()?;
    let workflow = WorkflowId::from(ask.id.as_str());
    let finished = ask.admin().finish_workflow(&contact_id, &workflow);
    finished.ok_or_else(|| Refused::missing("run under way of workflow", &ask.id))?;
    ok(json!({ "finished": true }))
}

pub(super) fn add_template(ask: &Ask<'_>) -> Outcome {
    let new: NewTemplate = ask.body()?;
    let location = place(ask, new.location_id);
    created(ask.admin().add_template(&location, new.template).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_appointment(ask: &Ask<'_>) -> Outcome {
    let new: NewAppointment = ask.body()?;
    let location = place(ask, new.location_id);
    let id = ask.admin().add_appointment(&location, new.appointment).ok_or_else(|| nowhere(&location))?;
    created(json!({ "id": id }))
}
