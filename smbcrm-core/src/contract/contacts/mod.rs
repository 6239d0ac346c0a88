//! What every implementation of the product contacts must do.

mod bulk;
mod duplicates;
mod enrolment;
mod fields;
mod list;
mod note;
mod search;
mod tag;
mod task;
mod write;

use super::{Case, Failure, Stage, Verdict};
use crate::error::Error;
use crate::types::Text;

/// The product's cases, concept by concept.
pub(super) static CASES: &[&[Case]] = &[
    write::CASES,
    fields::CASES,
    duplicates::CASES,
    search::CASES,
    list::CASES,
    tag::CASES,
    task::CASES,
    note::CASES,
    bulk::CASES,
    enrolment::CASES,
];

/// Whether a refusal says this, word for word.
fn says(error: &Error, text: &str) -> Verdict {
    if error.messages().iter().any(|message| message == text) {
        return Ok(());
    }
    Err(Failure::new(format!("expected {text:?} among {:?}", error.messages())))
}

fn texts<'a>(tags: impl IntoIterator<Item = &'a str>) -> Vec<Text> {
    tags.into_iter().map(Text::from).collect()
}

/// A tag of one's own: what a case has made is found by it.
fn unique_tag(stage: &Stage) -> Text {
    stage.unique("tag").into()
}
