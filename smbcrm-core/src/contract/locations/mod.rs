//! Locations: sub-accounts, and what is defined on them.

mod account;
mod custom_field;
mod custom_value;
mod recurring_task;
mod tag;
mod task;
mod template;
mod upload;

use super::runner::Case;

/// The product's lists, concept by concept.
pub(super) static LISTS: [&[Case]; 8] = [
    account::CASES,
    tag::CASES,
    task::CASES,
    recurring_task::CASES,
    custom_field::CASES,
    custom_value::CASES,
    template::CASES,
    upload::CASES,
];
