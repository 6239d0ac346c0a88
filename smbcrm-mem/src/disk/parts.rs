//! What a world keeps beside its agency and its sub-accounts, in the file.
//!
//! A part is a field of [`Snapshot`] and a line in [`PARTS`]: what to write of it into a checkpoint, and what to do
//! with what was written. Whoever changes it calls [`World::keep_part`](crate::world::World::keep_part); within a
//! section that is being recorded, the change is in the same line as the records that were changed with it.
//!
//! A change may be read again after a checkpoint that knows of it. So it says what is ("entry 7 is such"), not what to
//! do ("one entry more").

use std::sync::Arc;

use serde_json::Value;

use super::log::Log;
use crate::delivery::{ExchangeRow, Recorder};
use crate::neighbour;
use crate::world::{RsaPair, Snapshot};

pub(super) struct Part {
    pub(super) name: &'static str,
    /// Everything of it, in as many values as it likes.
    pub(super) save: fn(&Snapshot, &mut dyn FnMut(Value)),
    /// Takes back what was saved, or a change of it.
    pub(super) load: fn(&mut Snapshot, Value) -> serde_json::Result<()>,
}

pub(super) const PARTS: &[Part] = &[
    Part { name: DICE, save: save_dice, load: load_dice },
    Part { name: EXCHANGE, save: save_exchange, load: load_exchange },
    Part {
        name: SALES_BOOST,
        save: |snapshot, write| neighbour::save(&snapshot.sales_boost, write),
        load: |snapshot, row| neighbour::load(&mut snapshot.sales_boost, row),
    },
    Part {
        name: SMARFLE,
        save: |snapshot, write| neighbour::save(&snapshot.smarfle, write),
        load: |snapshot, row| neighbour::load(&mut snapshot.smarfle, row),
    },
];

/// What is to be sent, and who is told what happens.
pub(crate) const EXCHANGE: &str = "exchange";

/// What the APIs beside the CRM's hold.
pub(crate) const SALES_BOOST: &str = "sales-boost";
pub(crate) const SMARFLE: &str = "smarfle";

fn save_exchange(snapshot: &Snapshot, write: &mut dyn FnMut(Value)) {
    for row in snapshot.deliveries.rows().iter().chain(&snapshot.rsa.clone().map(ExchangeRow::from)) {
        // Rows are plain data, which JSON has a form for.
        write(serde_json::to_value(row).unwrap_or_default());
    }
}

fn load_exchange(snapshot: &mut Snapshot, value: Value) -> serde_json::Result<()> {
    match serde_json::from_value(value)? {
        ExchangeRow::Rsa(pair) => snapshot.rsa = Some(RsaPair(pair.to_vec())),
        row => Arc::make_mut(&mut snapshot.deliveries).restore(row),
    }
    Ok(())
}

/// Writes down every change of what is to be sent.
pub(super) fn recorder(log: &Arc<Log>) -> Recorder {
    let log = Arc::clone(log);
    Arc::new(move |rows| {
        rows.iter().for_each(|row| log.keep_part(EXCHANGE, serde_json::to_value(row).unwrap_or_default()));
    })
}

/// How far the world's own randomness has come: the values and ids of tokens.
pub(crate) const DICE: &str = "dice";

fn save_dice(snapshot: &Snapshot, write: &mut dyn FnMut(Value)) {
    write(snapshot.drawn.into());
}

fn load_dice(snapshot: &mut Snapshot, value: Value) -> serde_json::Result<()> {
    snapshot.drawn = serde_json::from_value(value)?;
    Ok(())
}
