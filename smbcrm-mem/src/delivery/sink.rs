//! A receiver in process: takes deliveries without a socket, answers as it is told.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use smbcrm_core::webhooks::WebhookEvent;

use super::post::{Answer, Outbound, Post, PostError};

/// How many requests a sink keeps; the oldest go first.
const KEPT: usize = 10_000;

/// A receiver in process, for tests: keeps what it was sent and answers 200, or what it was told to answer.
///
/// ```
/// use smbcrm_core::Crm;
/// use smbcrm_core::contacts::CreateContact;
/// use smbcrm_core::webhooks::Event;
/// use smbcrm_mem::{Answer, EndpointSettings, MemCrm, Sink};
///
/// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
/// let crm = MemCrm::new();
/// let sink = Sink::new();
/// crm.admin().sink("https://app.example/", sink.clone());
/// crm.admin().add_endpoint(EndpointSettings::new("https://app.example/hooks"))?;
///
/// crm.contacts().create(CreateContact::new(crm.location()).email("ada@vale.example")).await?;
/// sink.answer_next(Answer::new(503)); // the first attempt fails …
/// crm.run_until_idle().await;
/// assert_eq!(sink.len(), 1);
/// crm.step().await; // … and is made again when its time has come
/// let told = sink.take_events();
/// assert_eq!(told[0].webhook_id, told[1].webhook_id);
/// assert!(matches!(told[1].event, Event::ContactCreate(_)));
/// # Ok(()) }) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sink(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    received: VecDeque<Outbound>,
    next: VecDeque<Result<Answer, PostError>>,
    otherwise: Option<Result<Answer, PostError>>,
}

impl Sink {
    /// One that answers 200.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it answers from now on, unless told something for the next request.
    pub fn answer(&self, answer: Answer) {
        self.0.lock().otherwise = Some(Ok(answer));
    }

    /// From now on it cannot be reached, or breaks off.
    pub fn fail(&self, error: PostError) {
        self.0.lock().otherwise = Some(Err(error));
    }

    /// What it answers to the next request that it was told nothing for yet.
    pub fn answer_next(&self, answer: Answer) {
        self.0.lock().next.push_back(Ok(answer));
    }

    /// How it fails at the next request that it was told nothing for yet.
    pub fn fail_next(&self, error: PostError) {
        self.0.lock().next.push_back(Err(error));
    }

    /// How many requests it keeps.
    pub fn len(&self) -> usize {
        self.0.lock().received.len()
    }

    /// Whether it keeps none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it was sent, oldest first.
    pub fn received(&self) -> Vec<Outbound> {
        self.0.lock().received.iter().cloned().collect()
    }

    /// Takes what it was sent, oldest first.
    pub fn take(&self) -> Vec<Outbound> {
        std::mem::take(&mut self.0.lock().received).into()
    }

    /// Takes what it was sent, as far as these are events, oldest first.
    pub fn take_events(&self) -> Vec<WebhookEvent> {
        self.take().iter().filter_map(|outbound| serde_json::from_slice(&outbound.body).ok()).collect()
    }
}

#[async_trait]
impl Post for Sink {
    async fn send(&self, outbound: &Outbound) -> Result<Answer, PostError> {
        let mut inner = self.0.lock();
        if inner.received.len() >= KEPT {
            inner.received.pop_front();
        }
        inner.received.push_back(outbound.clone());
        let told = inner.next.pop_front().or_else(|| inner.otherwise.clone());
        told.unwrap_or_else(|| Ok(Answer::new(200)))
    }
}
