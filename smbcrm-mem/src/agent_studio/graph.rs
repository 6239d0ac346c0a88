//! The default runtime: it walks the agent's graph, and the same world answers the same.

use async_trait::async_trait;
use smbcrm_core::agent_studio::{AgentVersion, Edge, Node, NodeConfig, PromptConfig};
use smbcrm_core::types::Text;

use super::{AgentAnswer, AgentError, AgentRuntime, AgentTurn};

/// The most nodes that one turn goes through. Beyond that it runs in circles.
const MOST_NODES: usize = 100;

/// The longest answer, in bytes; what is longer is cut.
const ANSWER_BYTES: usize = 32 * 1024;

/// Walks the graph of the version that answers, from its start, or from the prompt that waits for an answer, until
/// something waits or nothing is left to do.
///
/// What a prompt says is its text with merge fields filled in; no model is asked.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct GraphRuntime;

impl GraphRuntime {
    /// The walker.
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl AgentRuntime for GraphRuntime {
    async fn answer(&self, turn: &AgentTurn) -> Result<AgentAnswer, AgentError> {
        walk(turn, self).await
    }
}

/// What was said, and what that took.
pub(super) struct Said {
    pub(super) text: Text,
    pub(super) input_tokens: u64,
    pub(super) output_tokens: u64,
}

/// Who says what a prompt is to say.
#[async_trait]
pub(super) trait Speaker: Send + Sync {
    async fn say(&self, turn: &AgentTurn, prompt: &PromptConfig) -> Result<Said, AgentError>;
}

#[async_trait]
impl Speaker for GraphRuntime {
    async fn say(&self, turn: &AgentTurn, prompt: &PromptConfig) -> Result<Said, AgentError> {
        Ok(Said { text: turn.fill(&prompt.prompt), input_tokens: 0, output_tokens: 0 })
    }
}

/// Walks the graph; prompts are said by a speaker.
pub(super) async fn walk(turn: &AgentTurn, speaker: &dyn Speaker) -> Result<AgentAnswer, AgentError> {
    let version = &*turn.version;
    let mut answer = AgentAnswer::default();
    let mut said = String::new();
    let mut next = begin(turn, version)?;
    while let Some(node) = next {
        if answer.path.len() >= MOST_NODES {
            return Err(at(node, &format!("it went through {MOST_NODES} nodes: it runs in circles")));
        }
        answer.path.push(node.node_id.clone());
        next = match node.config().map_err(|error| at(node, &error))? {
            NodeConfig::Start => leave(version, node, None)?,
            NodeConfig::Reply(reply) => {
                add(&mut said, &turn.fill(&reply.text));
                leave(version, node, None)?
            }
            NodeConfig::Prompt(prompt) => {
                let spoken = speaker.say(turn, &prompt).await?;
                add(&mut said, &spoken.text);
                answer.input_tokens += spoken.input_tokens;
                answer.output_tokens += spoken.output_tokens;
                answer.waits_at = Some(node.node_id.clone());
                None
            }
            NodeConfig::Condition(it) => {
                let held = it.branches.iter().find(|branch| turn.holds(&branch.when));
                leave(version, node, held.map(|branch| &branch.name))?
            }
            NodeConfig::Action(step) => match turn.act(&node.node_id, &step) {
                Ok(_) => leave(version, node, None)?,
                Err(error) => {
                    let failed = version.edges.iter().any(|edge| is_way(edge, node, Some(Edge::FAILED)));
                    if !failed {
                        return Err(at(node, error.message()));
                    }
                    leave(version, node, Some(&Edge::FAILED.into()))?
                }
            },
            NodeConfig::End(end) => {
                let text = turn.fill(&end.text);
                if !text.is_empty() {
                    add(&mut said, &text);
                }
                answer.goal = true;
                None
            }
            _ => {
                return Err(at(node, &format!("a node of the type `{}` is not known here", node.kind)));
            }
        };
    }
    answer.text = cut(said).into();
    Ok(answer)
}

/// Where a turn begins: behind the prompt that waits for this message, else at the start.
fn begin<'v>(turn: &AgentTurn, version: &'v AgentVersion) -> Result<Option<&'v Node>, AgentError> {
    let start = || version.start().map(Some).ok_or_else(|| AgentError::new("the version has no start node"));
    // A version that was published since may not have the node: the conversation begins again.
    let Some(waiting) = turn.waits_at.as_ref().and_then(|id| version.node(id)) else { return start() };
    if let Ok(NodeConfig::Prompt(prompt)) = waiting.config()
        && let Some(name) = &prompt.save_to
    {
        turn.keep(name.as_str(), turn.message.as_str());
    }
    match leave(version, waiting, None)? {
        Some(next) => Ok(Some(next)),
        // Nothing is behind the prompt: it is the whole conversation, and hears every message.
        None => start(),
    }
}

/// The node behind another one: along the edge of a branch, else along the edge of none.
fn leave<'v>(
    version: &'v AgentVersion,
    node: &Node,
    branch: Option<&Text>,
) -> Result<Option<&'v Node>, AgentError> {
    let way = |branch| version.edges.iter().find(|edge| is_way(edge, node, branch));
    let edge = branch.and_then(|branch| way(Some(branch.as_str()))).or_else(|| way(None));
    let Some(edge) = edge else { return Ok(None) };
    let to = version.node(&edge.end_node);
    to.map(Some).ok_or_else(|| at(node, &format!("its edge leads to `{}`, which is no node", edge.end_node)))
}

fn is_way(edge: &Edge, from: &Node, branch: Option<&str>) -> bool {
    edge.start_node == from.node_id && edge.branch.as_deref() == branch
}

fn at(node: &Node, why: &str) -> AgentError {
    AgentError::new(format!("node `{}`: {why}", node.node_id))
}

/// Adds a text in a paragraph of its own.
fn add(said: &mut String, text: &str) {
    if !said.is_empty() && !text.is_empty() {
        said.push('\n');
    }
    said.push_str(text);
}

fn cut(mut text: String) -> String {
    if text.len() > ANSWER_BYTES {
        let end = (0..=ANSWER_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
    }
    text
}
