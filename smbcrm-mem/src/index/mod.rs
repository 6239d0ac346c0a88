//! Storage structures that fork in microseconds.
//!
//! Everything here is built from small chunks behind [`Arc`](std::sync::Arc). Cloning a structure copies one
//! pointer; the first write after that copies the list of chunk pointers and the one chunk it touches. Nothing
//! here knows what a contact is: records are named by a *slot*, a dense `u32` handed out by the [`Slab`].
//!
//! | structure | answers |
//! |---|---|
//! | [`Slab`] | which record is in this slot? |
//! | [`Lookup`] | which slots carry exactly this key? |
//! | [`Order`] | which slots follow this one in sort order? |
//! | [`Column`] | what is this slot's sort rank? |
//! | [`SlotSet`] | is this slot in the set; what do these sets have in common? |
//! | [`Terms`] | which slots have this term; which terms exist? |
//! | [`Trigrams`] | which terms may contain this piece of text? |

mod chunks;
mod column;
mod lookup;
mod order;
mod slab;
mod slot_set;
mod terms;
mod trigram;

pub(crate) use chunks::Chunks;
pub(crate) use column::Column;
pub(crate) use lookup::{Lookup, hash_of};
pub(crate) use order::{Order, Position};
pub(crate) use slab::Slab;
pub(crate) use slot_set::SlotSet;
pub(crate) use terms::Terms;
pub(crate) use trigram::Trigrams;
