//! Smarfle's organisations, over the admin API. Bodies are written as Smarfle writes its records: in snake case.

use serde::Deserialize;
use serde_json::json;
use smbcrm_core::smarfle::CreateLead;
use smbcrm_core::types::{OrganizationId, SmarfleClientId, SmarfleInvoiceId, Text, WorkOrderId};
use smbcrm_core::{Error, ErrorKind};

use super::inputs::Nothing;
use super::methods::{created, ok};
use super::{Ask, Outcome, Refused};
use crate::{NewBooking, NewInvoice, NewWorkOrder, SmarfleAdmin, SmarfleClientChange, SmarfleConfig};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    name: Text,
    value: Option<String>,
}

/// A client, with nothing in it that is not declared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClient {
    first_name: Option<Text>,
    last_name: Option<Text>,
    email: Option<Text>,
    phone: Option<Text>,
    notes: Option<Text>,
    sms_consent: Option<bool>,
    sms_consent_source: Option<Text>,
}

impl NewClient {
    fn into_input(self) -> CreateLead {
        let mut input = CreateLead::new();
        input.first_name = self.first_name;
        input.last_name = self.last_name;
        input.email = self.email;
        input.phone = self.phone;
        input.notes = self.notes;
        input.sms_consent = self.sms_consent;
        input.sms_consent_source = self.sms_consent_source;
        input
    }
}

fn organization<'a>(ask: &Ask<'a>) -> Result<SmarfleAdmin<'a>, Refused> {
    let found = ask.admin().smarfle_organization(&OrganizationId::from(ask.id.as_str()));
    found.ok_or_else(|| Refused::missing("organization", &ask.id))
}

#[allow(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn refused(error: Error) -> Refused {
    let words = error.messages().join("; ");
    match error.kind() {
        ErrorKind::NotFound => Refused::new(http::StatusCode::NOT_FOUND, "not_found", words),
        ErrorKind::Conflict => Refused::new(http::StatusCode::CONFLICT, "conflict", words),
        _ => {
            let details = error.meta().get("details").and_then(|details| details.as_array());
            let details = details.into_iter().flatten().filter_map(|detail| detail.as_str());
            let all = details.collect::<Vec<_>>().join("; ");
            Refused::invalid(if all.is_empty() { words } else { all })
        }
    }
}

pub(super) fn smarfle_organizations(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "organizations": ask.admin().smarfle_organizations() }))
}

pub(super) fn add_smarfle_organization(ask: &Ask<'_>) -> Outcome {
    let Named { name } = ask.body()?;
    created(ask.admin().add_smarfle_organization(&name).map_err(refused)?.organization())
}

pub(super) fn configure_smarfle(ask: &Ask<'_>) -> Outcome {
    let config: SmarfleConfig = ask.body()?;
    ok(organization(ask)?.configure(config).map_err(refused)?)
}

pub(super) fn add_smarfle_key(ask: &Ask<'_>) -> Outcome {
    let NewKey { name, value } = ask.body()?;
    let smarfle = organization(ask)?;
    let (key, value) = match value {
        Some(value) => (smarfle.install_key(&name, &value).map_err(refused)?, value),
        None => {
            let (key, value) = smarfle.create_key(&name).map_err(refused)?;
            (key, value.expose().to_owned())
        }
    };
    created(json!({ "key": key, "value": value }))
}

pub(super) fn add_smarfle_session(ask: &Ask<'_>) -> Outcome {
    let Named { name } = ask.body()?;
    let value = organization(ask)?.create_session(&name).map_err(refused)?;
    created(json!({ "value": value.expose() }))
}

pub(super) fn end_smarfle_sessions(ask: &Ask<'_>) -> Outcome {
    organization(ask)?.end_sessions();
    ok(json!({ "ended": true }))
}

pub(super) fn smarfle_clients(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "clients": organization(ask)?.clients() }))
}

pub(super) fn add_smarfle_client(ask: &Ask<'_>) -> Outcome {
    let new: NewClient = ask.body()?;
    created(organization(ask)?.add_client(&new.into_input()).map_err(refused)?)
}

pub(super) fn update_smarfle_client(ask: &Ask<'_>) -> Outcome {
    let change: SmarfleClientChange = ask.body()?;
    let id = SmarfleClientId::from(ask.other.as_str());
    ok(organization(ask)?.update_client(&id, change).map_err(refused)?)
}

pub(super) fn smarfle_work_orders(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "work_orders": organization(ask)?.work_orders() }))
}

pub(super) fn add_smarfle_work_order(ask: &Ask<'_>) -> Outcome {
    let new: NewWorkOrder = ask.body()?;
    created(organization(ask)?.create_work_order(&new).map_err(refused)?)
}

pub(super) fn complete_smarfle_work_order(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    let id = WorkOrderId::from(ask.other.as_str());
    ok(organization(ask)?.complete_work_order(&id).map_err(refused)?)
}

pub(super) fn smarfle_invoices(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "invoices": organization(ask)?.invoices() }))
}

pub(super) fn send_smarfle_invoice(ask: &Ask<'_>) -> Outcome {
    let new: NewInvoice = ask.body()?;
    created(organization(ask)?.send_invoice(&new).map_err(refused)?)
}

pub(super) fn pay_smarfle_invoice(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    let id = SmarfleInvoiceId::from(ask.other.as_str());
    ok(organization(ask)?.pay_invoice(&id).map_err(refused)?)
}

pub(super) fn smarfle_bookings(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "bookings": organization(ask)?.bookings() }))
}

pub(super) fn add_smarfle_booking(ask: &Ask<'_>) -> Outcome {
    let new: NewBooking = ask.body()?;
    created(organization(ask)?.receive_booking(&new).map_err(refused)?)
}

pub(super) fn smarfle_notifications(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "notifications": organization(ask)?.notifications() }))
}
