//! A runtime whose prompts are said by a model, behind any endpoint that speaks OpenAI's chat completions.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::BytesMut;
use serde_json::{Value as Json, json};
use smbcrm_core::agent_studio::PromptConfig;
use smbcrm_core::types::Text;
use url::{Host, Url};

use super::graph::{Said, Speaker, walk};
use super::{AgentAnswer, AgentError, AgentRuntime, AgentTurn};

/// The most exchanges of a session that a model is shown.
const REMEMBERED: usize = 20;

/// The largest answer that is read.
const ANSWER_BYTES: usize = 1 << 20;

/// Walks the agent's graph as [`GraphRuntime`](super::GraphRuntime) does, and has a model say what prompts are to say:
/// it is shown the agent's global prompt, the node's prompt with merge fields filled in, what was said before in the
/// session, and the message.
///
/// Needs a Tokio runtime. The key is shown by nothing here: not by `Debug`, not by an error.
///
/// ```no_run
/// use std::time::Duration;
/// use smbcrm_mem::{MemCrm, OpenAiRuntime};
///
/// # fn main() -> Result<(), smbcrm_mem::AgentError> {
/// let crm = MemCrm::new();
/// let local = OpenAiRuntime::new("http://127.0.0.1:11434/v1", "llama3.2")?.timeout(Duration::from_secs(60));
/// crm.set_agent_runtime(local);
/// # Ok(()) }
/// ```
pub struct OpenAiRuntime {
    client: reqwest::Client,
    url: Url,
    model: Text,
    key: Option<String>,
    timeout: Duration,
}

impl OpenAiRuntime {
    /// Asks a model at a base URL: `https://api.example/v1`. Thirty seconds for an answer, unless told otherwise.
    ///
    /// # Errors
    /// The address is no HTTP or HTTPS address.
    pub fn new(base_url: &str, model: impl Into<Text>) -> Result<Self, AgentError> {
        let wrong = |why: &str| AgentError::new(format!("the model's base URL {why}"));
        let mut url = Url::parse(base_url.trim()).map_err(|_| wrong("is no URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("must begin with https:// or http://"));
        }
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["chat", "completions"]);
        }
        let none = || AgentError::new("no HTTP client can be made here");
        let client = crate::tls::http_builder()
            .map_err(|_| none())?
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("smbcrm-mem/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| none())?;
        Ok(Self { client, url, model: model.into(), key: None, timeout: Duration::from_secs(30) })
    }

    /// The key to send. It goes over HTTPS, or to this machine.
    ///
    /// # Errors
    /// The base URL is plain HTTP to another machine: everybody on the way could read the key.
    pub fn key(mut self, key: impl Into<String>) -> Result<Self, AgentError> {
        if self.url.scheme() != "https" && !self.is_here() {
            return Err(AgentError::new("a key is not sent over plain HTTP to another machine"));
        }
        self.key = Some(key.into());
        Ok(self)
    }

    /// How long to wait for an answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn is_here(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }

    fn body(&self, turn: &AgentTurn, prompt: &PromptConfig) -> Json {
        let mut messages = Vec::new();
        let global = turn.version.global_prompt().map(|text| turn.fill(text)).unwrap_or_default();
        for text in [global, turn.fill(&prompt.prompt)] {
            if !text.trim().is_empty() {
                messages.push(json!({ "role": "system", "content": text }));
            }
        }
        let said: Vec<_> = turn.earlier.iter().filter(|earlier| earlier.error.is_none()).collect();
        for earlier in &said[said.len().saturating_sub(REMEMBERED)..] {
            messages.push(json!({ "role": "user", "content": earlier.message }));
            messages.push(json!({ "role": "assistant", "content": earlier.response }));
        }
        let content = if turn.attachments.is_empty() {
            json!(turn.message)
        } else {
            let text = [json!({ "type": "text", "text": turn.message })];
            let image = |url: &Text| json!({ "type": "image_url", "image_url": { "url": url } });
            let images = turn.attachments.iter().map(|attachment| image(&attachment.image_url));
            text.into_iter().chain(images).collect()
        };
        messages.push(json!({ "role": "user", "content": content }));
        json!({ "model": self.model, "messages": messages })
    }

    async fn ask(&self, body: &Json) -> Result<Json, AgentError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(AgentError::unavailable("asking a model needs a Tokio runtime"));
        }
        let request = self.client.post(self.url.clone()).timeout(self.timeout);
        let request = request.header("content-type", "application/json").body(body.to_string());
        let request = match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        // What it says of an error may quote the key or the prompt; its status is enough.
        let status = response.status();
        if !status.is_success() {
            return Err(AgentError::unavailable(format!("the model answered HTTP {}", status.as_u16())));
        }
        let mut read = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if read.len() + chunk.len() > ANSWER_BYTES {
                return Err(AgentError::unavailable("the model's answer is too long"));
            }
            read.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&read).map_err(|_| AgentError::unavailable("the model's answer is no JSON"))
    }
}

/// Why there was no answer, in words that do not quote the request.
fn failure(error: &reqwest::Error) -> AgentError {
    AgentError::unavailable(if error.is_timeout() {
        "the model did not answer in time"
    } else if error.is_builder() {
        "the key has characters that no header may have"
    } else if error.is_connect() {
        "the model cannot be reached"
    } else {
        "the connection to the model broke"
    })
}

#[async_trait]
impl Speaker for OpenAiRuntime {
    async fn say(&self, turn: &AgentTurn, prompt: &PromptConfig) -> Result<Said, AgentError> {
        let answer = self.ask(&self.body(turn, prompt)).await?;
        let text = answer["choices"][0]["message"]["content"].as_str();
        let text = text.ok_or_else(|| AgentError::unavailable("the model's answer has no text"))?;
        let tokens = |name: &str| answer["usage"][name].as_u64().unwrap_or_default();
        Ok(Said {
            text: text.trim().into(),
            input_tokens: tokens("prompt_tokens"),
            output_tokens: tokens("completion_tokens"),
        })
    }
}

#[async_trait]
impl AgentRuntime for OpenAiRuntime {
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError> {
        walk(turn, self).await
    }
}

impl fmt::Debug for OpenAiRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiRuntime")
            .field("host", &self.url.host_str())
            .field("model", &self.model)
            .field("has_key", &self.key.is_some())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
