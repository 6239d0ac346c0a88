//! What every implementation of the product locations must do.

mod account;
mod custom_field;
mod custom_value;
mod recurring_task;
mod tag;
mod task;
mod template;
mod upload;

use super::Case;

/// The product's cases, concept by concept.
pub(super) static CASES: &[&[Case]] = &[
    account::CASES,
    tag::CASES,
    task::CASES,
    recurring_task::CASES,
    custom_field::CASES,
    custom_value::CASES,
    template::CASES,
    upload::CASES,
];
