//! Moments of the world: kept by name, compared, carried elsewhere in files.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::inputs::{NewSnapshot, Nothing};
use super::methods::{created, ok};
use super::{Ask, Outcome, Refused};
use crate::{DiskError, Snapshot};

pub(super) fn snapshots(ask: &Ask<'_>) -> Outcome {
    let kept: Vec<Value> =
        ask.admin().snapshots().into_iter().map(|(name, at)| json!({ "name": name, "at": at })).collect();
    ok(json!({ "snapshots": kept }))
}

pub(super) fn add_snapshot(ask: &Ask<'_>) -> Outcome {
    let NewSnapshot { name } = ask.body()?;
    if name.is_empty() || name.contains('/') {
        return Err(Refused::invalid("name should not be empty, and has no slash"));
    }
    ask.admin().save_snapshot(name.as_str());
    created(json!({ "name": name }))
}

pub(super) fn drop_snapshot(ask: &Ask<'_>) -> Outcome {
    named_snapshot(ask, ask.admin().drop_snapshot(&ask.id))
}

pub(super) fn restore_snapshot(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    named_snapshot(ask, ask.admin().restore_snapshot(&ask.id))
}

fn named_snapshot(ask: &Ask<'_>, found: bool) -> Outcome {
    if found { ok(json!({ "name": ask.id })) } else { Err(Refused::missing("snapshot", &ask.id)) }
}

/// The moment of a name; `now` is this one, unless a kept one is called so.
fn moment(ask: &Ask<'_>, name: &str) -> Result<Snapshot, Refused> {
    match ask.crm.world.snapshots.lock().get(name).cloned() {
        Some(kept) => Ok(kept),
        None if name == "now" => Ok(ask.crm.snapshot()),
        None => Err(Refused::missing("snapshot", name)),
    }
}

pub(super) fn export_snapshot(ask: &Ask<'_>) -> Result<Bytes, Refused> {
    Ok(moment(ask, &ask.id)?.to_bytes().into())
}

pub(super) fn import_snapshot(ask: &Ask<'_>) -> Outcome {
    let snapshot =
        Snapshot::from_bytes(ask.body, "the body").map_err(|error| Refused::invalid(error.to_string()))?;
    ask.crm.world.snapshots.lock().insert(ask.id.clone(), snapshot);
    created(json!({ "name": ask.id }))
}

pub(super) fn diff_snapshots(ask: &Ask<'_>) -> Outcome {
    ok(moment(ask, &ask.id)?.diff(&moment(ask, &ask.other)?))
}

pub(super) fn checkpoint(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    let failed =
        |error: DiskError| Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "disk", error.to_string());
    ask.crm.checkpoint().map_err(failed)?;
    ok(json!({ "data": ask.crm.data_file() }))
}
