//! The admin API's methods that make forms and surveys and fill them in.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use smbcrm_core::Error;
use smbcrm_core::forms::{Answers, FormField, VisitEvent};
use smbcrm_core::types::{LocationId, Text};

use super::methods::created;
use super::planting::{nowhere, place};
use super::{Ask, Outcome, Refused};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewForm {
    location_id: Option<LocationId>,
    name: Text,
    #[serde(default)]
    fields: Vec<NewField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewField {
    name: Text,
    #[serde(default)]
    required: bool,
}

impl NewForm {
    fn take_fields(&mut self) -> impl Iterator<Item = FormField> + use<> {
        let field = |new: NewField| {
            if new.required { FormField::required(new.name) } else { FormField::new(new.name) }
        };
        std::mem::take(&mut self.fields).into_iter().map(field)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visit {
    answers: Map<String, Value>,
    event: Option<Box<VisitEvent>>,
}

impl Visit {
    fn into_answers(self) -> Answers {
        let mut answers = Answers::new();
        answers.answers = self.answers;
        answers.event = self.event;
        answers
    }
}

/// The wire's refusal of a visitor's answers, as this API says it.
fn refused(error: &Error) -> Refused {
    let status = error.status().and_then(|status| StatusCode::from_u16(status).ok());
    let code = if error.kind() == smbcrm_core::ErrorKind::NotFound { "not_found" } else { "invalid" };
    let status = if code == "not_found" { Some(StatusCode::NOT_FOUND) } else { status };
    Refused::new(status.unwrap_or(StatusCode::BAD_REQUEST), code, error.messages().join("; "))
}

pub(super) fn add_form(ask: &Ask<'_>) -> Outcome {
    let mut new: NewForm = ask.body()?;
    let fields = new.take_fields();
    let location = place(ask, new.location_id);
    created(ask.admin().add_form(&location, new.name, fields).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn add_survey(ask: &Ask<'_>) -> Outcome {
    let mut new: NewForm = ask.body()?;
    let fields = new.take_fields();
    let location = place(ask, new.location_id);
    created(ask.admin().add_survey(&location, new.name, fields).ok_or_else(|| nowhere(&location))?)
}

pub(super) fn submit_form(ask: &Ask<'_>) -> Outcome {
    let answers = ask.body::<Visit>()?.into_answers();
    created(ask.admin().submit_form(&ask.id.as_str().into(), answers).map_err(|error| refused(&error))?)
}

pub(super) fn submit_survey(ask: &Ask<'_>) -> Outcome {
    let answers = ask.body::<Visit>()?.into_answers();
    created(ask.admin().submit_survey(&ask.id.as_str().into(), answers).map_err(|error| refused(&error))?)
}
