//! Telling an agent something, and what it answers.

use serde_json::{Map, Value};

use crate::types::{AgentVersionId, ContactId, ExecutionId, Extra, InteractionId, LocationId, Text};
use crate::{open_enum, record, request};

/// What is attached to a message.
#[request]
pub struct AgentAttachment {
    /// What it is: `image`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// Where it is.
    pub image_url: Text,
}

impl AgentAttachment {
    /// An image at an address.
    #[must_use]
    pub fn image(url: impl Into<Text>) -> Self {
        Self::new("image", url)
    }
}

/// The two spellings of the same request; each path has its own, and takes the other one too.
macro_rules! executions {
    ($(
        $(#[$doc:meta])*
        $name:ident, $(#[$own_doc:meta])* $own:ident, $(#[$other_doc:meta])* $other:ident;
    )*) => {$(
        $(#[$doc])*
        #[request]
        pub struct $name {
            /// The sub-account.
            pub location_id: LocationId,
            $(#[$own_doc])*
            #[serde(default, skip_serializing_if = "str::is_empty")]
            pub $own: Text,
            $(#[$other_doc])*
            pub $other: Option<Text>,
            /// The session to go on with; without it, a new one begins.
            pub execution_id: Option<ExecutionId>,
            /// Variables that the version declares, by their keys.
            pub input_variables: Option<Map<String, Value>>,
            /// A published version; without it, the production as it is then.
            pub version_id: Option<AgentVersionId>,
            /// What is attached.
            pub attachments: Option<Vec<AgentAttachment>>,
            /// The contact that it is about: its fields are there for the agent.
            pub contact_id: Option<ContactId>,
        }

        impl $name {
            /// What the agent is told, by whichever name it was given; nothing where it is empty.
            #[must_use]
            pub fn text(&self) -> Option<&Text> {
                let given = Some(&self.$own).filter(|text| !text.trim().is_empty());
                given.or_else(|| self.$other.as_ref().filter(|text| !text.trim().is_empty()))
            }
        }
    )*};
}

executions! {
    /// A message to an agent.
    ///
    /// ```
    /// use smbcrm_core::agent_studio::ExecuteAgent;
    ///
    /// let hello = ExecuteAgent::new("LOC1", "Hello").contact_id("ada");
    /// assert_eq!(
    ///     serde_json::to_value(hello).unwrap(),
    ///     serde_json::json!({ "locationId": "LOC1", "message": "Hello", "contactId": "ada" })
    /// );
    /// ```
    ExecuteAgent,
    /// What the agent is told.
    message,
    /// The same, as the older path calls it; `message` wins where both are given.
    input;

    /// A message to an agent by the older path.
    ///
    /// ```
    /// use smbcrm_core::agent_studio::ExecutePublicAgent;
    ///
    /// let hello = ExecutePublicAgent::new("LOC1", "Hello");
    /// assert_eq!(
    ///     serde_json::to_value(hello).unwrap(),
    ///     serde_json::json!({ "locationId": "LOC1", "input": "Hello" })
    /// );
    /// ```
    ExecutePublicAgent,
    /// What the agent is told.
    input,
    /// The same, as the newer path calls it; `input` wins where both are given.
    message;
}

impl From<ExecutePublicAgent> for ExecuteAgent {
    fn from(asked: ExecutePublicAgent) -> Self {
        let message = asked.text().cloned().unwrap_or_default();
        Self {
            location_id: asked.location_id,
            message,
            input: None,
            execution_id: asked.execution_id,
            input_variables: asked.input_variables,
            version_id: asked.version_id,
            attachments: asked.attachments,
            contact_id: asked.contact_id,
        }
    }
}

/// What became of a message.
#[open_enum]
pub enum ExecutionStatus {
    /// The agent has answered.
    Completed = "completed",
    /// The agent could not answer.
    Failed = "failed",
}

/// What an agent answers.
#[record]
pub struct Execution {
    /// Whether it went well.
    pub success: bool,
    /// The session: send it with the next message to go on.
    pub execution_id: ExecutionId,
    /// This message and its answer; every one has its own.
    pub interaction_id: InteractionId,
    /// What the agent says.
    pub response: Text,
    /// What kind of answer that is: `text`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// What kind of message it expects next: `text`.
    pub next_expected_input: Text,
    /// Whether the agent has come to the end of its graph.
    pub goal_completion: bool,
    /// What became of the message.
    pub execution_status: ExecutionStatus,
    /// Whether the agent went over to another flow.
    pub flow_switch: bool,
    /// What is attached to the answer.
    pub attachments: Vec<Value>,
    /// What else was made.
    pub generative_outputs: Vec<Value>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
