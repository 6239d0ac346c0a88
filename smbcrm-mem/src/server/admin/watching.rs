//! The admin API's methods for looking at what happened and deciding what goes wrong: requests, outbox, faults.

use std::time::Duration;

use serde_json::json;
use smbcrm_core::types::LocationId;

use super::methods::{created, number, ok};
use super::{Ask, Outcome, Refused};
use crate::{CallFilter, Fault, FaultId, Outgoing, OutgoingContent, Patience};

/// The longest that a request is held open for what it waits for.
const LONGEST_WAIT: f64 = 60.0;

/// How long a request is ready to wait, in seconds of real time.
fn patience(text: Option<&str>) -> Result<Option<Patience>, Refused> {
    let Some(seconds) = number::<f64>("wait", text)? else { return Ok(None) };
    if !(0.0..=LONGEST_WAIT).contains(&seconds) {
        return Err(Refused::invalid(format!("wait is a number of seconds, at most {LONGEST_WAIT}")));
    }
    // Without a timer there is no waiting: whoever mounts the service elsewhere is answered at once.
    let has_timer = tokio::runtime::Handle::try_current().is_ok();
    Ok(has_timer.then(|| Patience::Real(Duration::from_secs_f64(seconds))))
}

fn yes_or_no(name: &str, text: Option<&str>) -> Result<Option<bool>, Refused> {
    text.map(|text| text.parse().map_err(|_| Refused::invalid(format!("{name} is true or false: `{text}`"))))
        .transpose()
}

pub(super) async fn requests(ask: &Ask<'_>) -> Outcome {
    let names =
        ["operation", "method", "path", "status", "caller", "location", "since", "fault", "limit", "wait"];
    let [operation, method, path, status, caller, location, since, fault, limit, wait] = ask.query(names)?;
    let since = number::<u64>("since", since)?.unwrap_or_default();
    let limit = number::<usize>("limit", limit)?.unwrap_or(usize::MAX);
    let mut filter = CallFilter::new().since(since);
    if let Some(operation) = operation {
        filter = filter.operation(operation);
    }
    if let Some(method) = method {
        filter = filter.method(method);
    }
    if let Some(path) = path {
        filter = filter.path(path);
    }
    if let Some(status) = number::<u16>("status", status)? {
        filter = filter.status(status);
    }
    if let Some(caller) = caller {
        filter = filter.caller(caller);
    }
    if let Some(location) = location {
        filter = filter.location(location);
    }
    if let Some(faulty) = yes_or_no("fault", fault)? {
        filter = filter.faulty(faulty);
    }
    if let Some(patience) = patience(wait)? {
        ask.admin().wait_for_call(patience, |call| filter.wants(call)).await;
    }
    let mut calls = ask.admin().calls_where(&filter);
    // The newest ones are what is asked for as a rule; after a number it is the next ones.
    if since == 0 {
        calls.drain(..calls.len().saturating_sub(limit));
    } else {
        calls.truncate(limit);
    }
    ok(json!({ "requests": calls }))
}

pub(super) fn clear_requests(ask: &Ask<'_>) -> Outcome {
    ask.admin().clear_calls();
    ok(json!({ "cleared": true }))
}

pub(super) async fn outbox(ask: &Ask<'_>) -> Outcome {
    let [contact, location, to, kind, limit, wait] =
        ask.query(["contactId", "locationId", "to", "kind", "limit", "wait"])?;
    let limit = number::<usize>("limit", limit)?.unwrap_or(usize::MAX);
    let location = location.map(LocationId::from);
    let wanted = |sent: &Outgoing| {
        contact.is_none_or(|contact| sent.contact_id == *contact)
            && location.as_ref().is_none_or(|location| sent.location_id == *location)
            && to.is_none_or(|to| went_to(sent, to))
            && kind.is_none_or(|kind| is_kind(sent, kind))
    };
    if let Some(patience) = patience(wait)? {
        ask.admin().wait_for_sent(patience, wanted).await;
    }
    let mut sent = ask.admin().outbox();
    sent.retain(|sent| wanted(sent));
    sent.drain(..sent.len().saturating_sub(limit));
    ok(json!({ "outbox": sent.iter().map(|outgoing| &**outgoing).collect::<Vec<_>>() }))
}

fn went_to(sent: &Outgoing, to: &str) -> bool {
    match &sent.content {
        OutgoingContent::Email(email) => {
            email.to.iter().chain(&email.cc).chain(&email.bcc).any(|known| known.eq_ignore_ascii_case(to))
        }
        OutgoingContent::Text(text) => text.to.as_deref() == Some(to),
        OutgoingContent::Notification(told) => told.to.iter().any(|known| known == to),
    }
}

fn is_kind(sent: &Outgoing, kind: &str) -> bool {
    match &sent.content {
        OutgoingContent::Email(_) => kind.eq_ignore_ascii_case("email"),
        OutgoingContent::Text(text) => kind.eq_ignore_ascii_case("text") || text.channel.as_str() == kind,
        OutgoingContent::Notification(_) => kind.eq_ignore_ascii_case("notification"),
    }
}

pub(super) fn faults(ask: &Ask<'_>) -> Outcome {
    let faults = ask.crm.faults();
    ok(json!({ "faults": faults.list(), "allHit": faults.not_hit().is_empty() }))
}

pub(super) fn arm_fault(ask: &Ask<'_>) -> Outcome {
    let fault: Fault = ask.body()?;
    let id = ask.crm.faults().arm(fault);
    created(ask.crm.faults().list().into_iter().find(|armed| armed.id == id))
}

pub(super) fn fault(ask: &Ask<'_>) -> Outcome {
    let id = fault_id(ask)?;
    let armed = ask.crm.faults().list().into_iter().find(|armed| armed.id == id);
    ok(armed.ok_or_else(|| Refused::missing("fault", &ask.id))?)
}

pub(super) fn disarm_fault(ask: &Ask<'_>) -> Outcome {
    if !ask.crm.faults().disarm(fault_id(ask)?) {
        return Err(Refused::missing("fault", &ask.id));
    }
    ok(json!({ "disarmed": ask.id }))
}

pub(super) fn disarm_faults(ask: &Ask<'_>) -> Outcome {
    let count = ask.crm.faults().list().len();
    ask.crm.faults().clear();
    ok(json!({ "disarmed": count }))
}

fn fault_id(ask: &Ask<'_>) -> Result<FaultId, Refused> {
    ask.id.parse().map_err(|_| Refused::missing("fault", &ask.id))
}
