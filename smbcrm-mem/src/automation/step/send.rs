//! Steps that call other systems.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use smbcrm_core::types::{LocationId, Text};
use smbcrm_core::workflows::definition::{CustomWebhook, Pair, Webhook, WebhookAuth};

use crate::MemCrm;
use crate::automation::engine::{Desk, Next, Outcome};
use crate::automation::merge::Facts;
use crate::automation::run::{NEVER, Waiting};
use crate::automation::{Edition, Run};
use crate::delivery::{Origin, Parcel, Reply, RetrySchedule};
use crate::world::State;

/// An address with its merge fields filled in; it must be one of the web.
fn address(text: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(text.trim()).map_err(|_| "the address is no URL".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("the address is not one of http or https".to_owned());
    }
    Ok(url)
}

fn header(name: &str, value: &str) -> Result<(Text, Text), String> {
    let known = name.parse::<http::HeaderName>().is_ok() && value.parse::<http::HeaderValue>().is_ok();
    if known {
        Ok((name.to_lowercase().into(), value.into()))
    } else {
        Err(format!("the header {name} cannot be sent"))
    }
}

impl State {
    fn headers(&self, pairs: Option<&Vec<Pair>>, facts: &Facts<'_>) -> Result<Vec<(Text, Text)>, String> {
        let filled = |pair: &Pair| header(&pair.key, &self.fill(&pair.value, facts));
        pairs.into_iter().flatten().map(filled).collect()
    }

    /// What is sent on behalf of a step.
    #[allow(clippy::too_many_arguments)] // each is a part of the request
    fn parcel(
        &self,
        run: &Run,
        edition: &Edition,
        method: http::Method,
        url: &url::Url,
        headers: Vec<(Text, Text)>,
        body: Bytes,
        schedule: RetrySchedule,
        wants_reply: bool,
    ) -> Parcel {
        Parcel {
            method,
            url: url.as_str().into(),
            headers,
            body,
            schedule,
            order: Text::default(),
            signature: None,
            public_only: false,
            origin: Origin::Step {
                location: self.location.id.clone(),
                run: run.id.clone(),
                step: edition.program().name_at(run.at),
                wants_reply,
            },
        }
    }

    /// The contact in the form that all such calls have. Nobody waits for the answer.
    pub(super) fn webhook(
        &mut self,
        run: &Run,
        it: &Webhook,
        edition: &Arc<Edition>,
        desk: &mut Desk,
    ) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let mut url = address(&self.fill(&it.url, &facts))?;
        let mut headers = self.headers(it.headers.as_ref(), &facts)?;
        let data = self.webhook_body(&facts, it.custom_data.as_deref().unwrap_or_default());
        let get = it.method.as_deref() == Some("GET");
        let (method, body) = if get {
            // A GET has no body: what is flat goes into the address, as the query.
            for (name, value) in data.as_object().into_iter().flatten() {
                if !value.is_object() && !value.is_null() {
                    let text = smbcrm_core::workflows::definition::merge::as_text(value);
                    url.query_pairs_mut().append_pair(name, &text);
                }
            }
            for pair in it.custom_data.iter().flatten() {
                url.query_pairs_mut().append_pair(&pair.key, &self.fill(&pair.value, &facts));
            }
            (http::Method::GET, Bytes::new())
        } else {
            headers.push(("content-type".into(), "application/json".into()));
            (http::Method::POST, Bytes::from(data.to_string()))
        };
        let schedule = RetrySchedule::platform();
        let parcel = self.parcel(run, edition, method, &url, headers, body, schedule, false);
        desk.post.push(parcel);
        Ok(Next::Said(format!("to {}", url.host_str().unwrap_or_default())))
    }

    pub(super) fn custom_webhook(
        &mut self,
        run: &Run,
        it: &CustomWebhook,
        edition: &Arc<Edition>,
        desk: &mut Desk,
    ) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let mut url = address(&self.fill(&it.url, &facts))?;
        for pair in it.query.iter().flatten() {
            url.query_pairs_mut().append_pair(&pair.key, &self.fill(&pair.value, &facts));
        }
        let mut headers = self.headers(it.headers.as_ref(), &facts)?;
        match &it.auth {
            Some(WebhookAuth::Basic { username, password }) => {
                let pair = format!("{}:{}", self.fill(username, &facts), self.fill(password, &facts));
                headers.push(header("authorization", &format!("Basic {}", STANDARD.encode(pair)))?);
            }
            Some(WebhookAuth::Bearer { token }) => {
                headers.push(header("authorization", &format!("Bearer {}", self.fill(token, &facts)))?);
            }
            Some(WebhookAuth::ApiKey { header: name, value }) => {
                headers.push(header(name, &self.fill(value, &facts))?);
            }
            _ => {}
        }
        let mut say = |kind: &str| {
            if !headers.iter().any(|(name, _)| name == "content-type") {
                headers.push(("content-type".into(), kind.into()));
            }
        };
        let body = match (&it.json, &it.form) {
            (Some(json), _) => {
                say("application/json");
                Bytes::from(self.fill_json(json, &facts))
            }
            (None, Some(form)) => {
                say("application/x-www-form-urlencoded");
                let mut body = url::form_urlencoded::Serializer::new(String::new());
                for pair in form {
                    body.append_pair(&pair.key, &self.fill(&pair.value, &facts));
                }
                Bytes::from(body.finish())
            }
            (None, None) => Bytes::new(),
        };
        let method = it.method.parse().map_err(|_| format!("there is no method {}", it.method))?;
        let wants_reply = it.save_response == Some(true);
        // A call whose answer is awaited is made once: the run goes on with what came of it. (Assumed: documents
        // speak of retries, users report none.)
        let schedule = if wants_reply { RetrySchedule::never() } else { RetrySchedule::platform() };
        let parcel = self.parcel(run, edition, method, &url, headers, body, schedule, wants_reply);
        desk.post.push(parcel);
        let note = format!("to {}", url.host_str().unwrap_or_default());
        if wants_reply { Ok(Next::Wait(NEVER, Waiting::Answer, note)) } else { Ok(Next::Said(note)) }
    }
}

impl MemCrm {
    /// Has a run go on with what its call was answered.
    pub(crate) fn resume_step(&self, reply: &Reply) {
        let Origin::Step { location, run, step, .. } = &reply.origin else { return };
        let Some(sub) = self.sub_of(location) else { return };
        let answer = match (reply.status, &reply.error) {
            (Some(status), _) => {
                let text = String::from_utf8_lossy(&reply.body);
                let body: serde_json::Value =
                    serde_json::from_str(&text).unwrap_or_else(|_| text.as_ref().into());
                let headers = reply
                    .headers
                    .iter()
                    .map(|(name, value)| (name.as_str().to_owned(), value.as_str().into()));
                let headers: serde_json::Map<String, serde_json::Value> = headers.collect();
                Ok(serde_json::json!({ "status": status, "body": body, "headers": headers }))
            }
            (None, error) => {
                Err(error.as_ref().map_or("there was no answer".to_owned(), ToString::to_string))
            }
        };
        let now = self.world.clock.millis();
        self.world.alter(&sub, |state| state.resume_after_reply(run, step, answer, now));
    }

    pub(in crate::automation) fn sub_of(&self, location: &LocationId) -> Option<Arc<crate::world::Sub>> {
        self.world.directory.read().location(location.as_str()).cloned()
    }
}
