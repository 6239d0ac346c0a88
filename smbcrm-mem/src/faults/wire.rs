//! A fault as a JSON document.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::operation::{Method, Operation, nearest};
use smbcrm_core::types::LocationId;

use super::fault::{Effect, Fault, Phase, Target, When};

/// What `POST /_mem/faults` takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Document {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    location: Option<LocationId>,
    #[serde(default = "first")]
    when: When,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<DateTime<Utc>>,
    #[serde(rename = "do")]
    effect: Effect,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    phase: Option<Phase>,
}

fn first() -> When {
    When::First(1)
}

impl From<Fault> for Document {
    fn from(fault: Fault) -> Self {
        let phase = Some(fault.phase());
        let Fault { on, effect, .. } = fault;
        Self {
            name: on.name,
            operation: on.operation.map(ToString::to_string),
            product: on.product,
            method: on.method.map(|method| method.as_str().to_owned()),
            token: on.token,
            location: on.location,
            when: on.when,
            until: on.until,
            effect,
            phase,
        }
    }
}

impl TryFrom<Document> for Fault {
    type Error = String;

    /// The fault, or which field is wrong.
    fn try_from(document: Document) -> Result<Self, String> {
        let operation = document.operation.as_deref().map(operation).transpose()?;
        let method = document.method.as_deref().map(method).transpose()?;
        if let Some(product) = &document.product {
            known_product(product)?;
        }
        match document.when {
            When::Nth(0) | When::First(0) | When::Every(0) => {
                return Err("when: counts from 1".to_owned());
            }
            When::Chance { of, .. } if !(0.0..=1.0).contains(&of) => {
                return Err("when.chance.of is a probability, from 0 to 1".to_owned());
            }
            _ => {}
        }
        check(&document.effect)?;
        Ok(Self {
            on: Target {
                name: document.name,
                operation,
                product: document.product,
                method,
                token: document.token,
                location: document.location,
                when: document.when,
                until: document.until,
            },
            effect: document.effect,
            phase: document.phase,
        })
    }
}

/// An operation by its name (`contacts.upsert`) or its id in the reference (`upsert-contact`).
fn operation(name: &str) -> Result<&'static Operation, String> {
    let found = smbcrm_core::operations().find(|known| known.to_string() == name || known.id == name);
    found.ok_or_else(|| {
        let names: Vec<String> = smbcrm_core::operations().map(ToString::to_string).collect();
        let likely = nearest(name, names.iter().map(String::as_str), 3);
        let advice = if likely.is_empty() {
            String::new()
        } else {
            format!(": did you mean {}?", likely.join(" or "))
        };
        format!("operation: there is no `{name}`{advice}")
    })
}

fn method(name: &str) -> Result<Method, String> {
    let all = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    let found = all.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(name));
    found.ok_or_else(|| format!("method: the API has no `{name}`"))
}

fn known_product(name: &str) -> Result<(), String> {
    if smbcrm_core::operations().any(|operation| operation.product.name == name) {
        return Ok(());
    }
    let likely = nearest(name, smbcrm_core::operations().map(|operation| operation.product.name), 1);
    let advice = likely.first().map(|name| format!(": did you mean {name}?")).unwrap_or_default();
    Err(format!("product: there is no `{name}`{advice}"))
}

fn check(effect: &Effect) -> Result<(), String> {
    let status = |status: u16| match status {
        200..600 => Ok(()),
        _ => Err(format!("do: {status} is no status of an answer")),
    };
    match effect {
        Effect::HtmlPage(page) => status(*page),
        Effect::Answer(answer) => {
            status(answer.status)?;
            for (name, value) in &answer.headers {
                if http::HeaderName::try_from(name).is_err() || http::HeaderValue::try_from(value).is_err() {
                    return Err(format!("do.answer.headers: `{name}` is no header"));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A duration as whole milliseconds.
pub(super) mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(by: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(by.as_millis()).unwrap_or(u64::MAX))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}
