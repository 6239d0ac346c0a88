//! What the APIs beside the CRM's have in common in memory: how their records are kept, who may call, how often.
//!
//! Each holds an [`Estate`] of [`Shelf`]s behind one lock ([`Held`]), which snapshots, forks and files carry along with
//! the CRM. Deliveries go through the same engine ([`crate::delivery`]), on the same clock; calls meet the same armed
//! faults and stand in the same journal ([`gate`]).

mod desk;
mod estate;
mod gate;
mod key;
mod shelf;
mod window;

pub(crate) use desk::{Admission, Admitted, Desk, Found, Routes};
pub(crate) use estate::{Estate, Held, load, replace, save};
pub(crate) use gate::Passage;
pub(crate) use key::{Key, KeyRing, draw, unguessable};
pub(crate) use shelf::{One, Rows, Shelf};
pub(crate) use window::{Told, Window};
