//! What is wrong with a graph, told with the field.

use std::collections::HashSet;

use super::{ConditionConfig, Edge, Node, NodeConfig, NodeType};
use crate::types::Text;
use crate::workflows::definition::{Action, Definition, Step, merge};

/// The most nodes that a version may have (assumed).
pub const MAX_NODES: usize = 500;

/// The most edges that a version may have (assumed).
pub const MAX_EDGES: usize = 2_000;

/// Everything that is wrong with a graph, each with its field: `nodes.1.nodeConfig.text should not be empty`. Nothing
/// when all is well.
///
/// ```
/// use smbcrm_core::agent_studio::{Edge, Node, graph_problems};
///
/// let nodes = [Node::start("start"), Node::reply("hi", " ")];
/// let edges = [Edge::new("start", "ho")];
/// assert_eq!(graph_problems(&nodes, &edges), [
///     "nodes.1.nodeConfig.text should not be empty",
///     "edges.0.endNode must be the id of a node",
/// ]);
/// ```
///
/// A graph may be unfinished: whether there is a start is asked where it is published.
#[must_use]
pub fn graph_problems(nodes: &[Node], edges: &[Edge]) -> Vec<String> {
    let mut wrong = Vec::new();
    if nodes.len() > MAX_NODES {
        wrong.push(format!("nodes must contain no more than {MAX_NODES} elements"));
    }
    if edges.len() > MAX_EDGES {
        wrong.push(format!("edges must contain no more than {MAX_EDGES} elements"));
    }
    if !wrong.is_empty() {
        return wrong;
    }
    let mut known = HashSet::new();
    let mut has_start = false;
    for (at, node) in nodes.iter().enumerate() {
        let mut say = |text: String| wrong.push(format!("nodes.{at}.{text}"));
        if node.node_id.trim().is_empty() {
            say("nodeId should not be empty".into());
        } else if !known.insert(node.node_id.as_str()) {
            say("nodeId must be unique".into());
        }
        if node.kind.as_str().trim().is_empty() {
            say("type should not be empty".into());
        }
        if node.is_start_node == Some(true) {
            if has_start {
                say("isStartNode must be true of one node only".into());
            }
            has_start = true;
        }
        match node.config() {
            Ok(config) => check(&config, &mut say),
            Err(error) => say(error),
        }
    }
    for (at, edge) in edges.iter().enumerate() {
        let mut say = |text: &str| wrong.push(format!("edges.{at}.{text}"));
        for (name, node) in [("startNode", &edge.start_node), ("endNode", &edge.end_node)] {
            if !known.contains(node.as_str()) {
                say(&format!("{name} must be the id of a node"));
            }
        }
        if let Some(branch) = &edge.branch {
            let from = nodes.iter().find(|node| node.node_id == edge.start_node);
            if from.is_some_and(|node| !has_branch(node, branch)) {
                say("branch must be the name of one of the node's branches");
            }
        }
    }
    wrong
}

fn has_branch(node: &Node, branch: &Text) -> bool {
    match node.config() {
        Ok(NodeConfig::Condition(it)) => it.branches.iter().any(|known| known.name == *branch),
        Ok(NodeConfig::Action(_)) => branch == Edge::FAILED,
        // What leaves a node that is not known here is not known either, and what is unreadable is told already.
        Ok(NodeConfig::Unknown) | Err(_) => true,
        Ok(_) => false,
    }
}

fn check(config: &NodeConfig, say: &mut impl FnMut(String)) {
    match config {
        NodeConfig::Prompt(it) => {
            text("nodeConfig.prompt", &it.prompt, say);
            if it.save_to.as_ref().is_some_and(|name| !is_variable(name)) {
                say("nodeConfig.saveTo must be a word of letters, digits and `_`".into());
            }
        }
        NodeConfig::Reply(it) => text("nodeConfig.text", &it.text, say),
        NodeConfig::End(it) => tags("nodeConfig.text", &it.text, say),
        NodeConfig::Condition(it) => branches(it, say),
        NodeConfig::Action(step) => action(step, say),
        NodeConfig::Start | NodeConfig::Unknown => {}
    }
}

/// Whether prompts may keep an answer under this name: merge fields must be able to say it.
pub(super) fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn text(field: &str, text: &str, say: &mut impl FnMut(String)) {
    if text.trim().is_empty() {
        say(format!("{field} should not be empty"));
    }
    tags(field, text, say);
}

fn tags(field: &str, text: &str, say: &mut impl FnMut(String)) {
    if let Some(complaint) = merge::complaint(text) {
        say(format!("{field}: {complaint}"));
    }
}

fn branches(it: &ConditionConfig, say: &mut impl FnMut(String)) {
    if it.branches.is_empty() {
        say("nodeConfig.branches must contain at least 1 elements".into());
    }
    let mut known = HashSet::new();
    for (at, branch) in it.branches.iter().enumerate() {
        if branch.name.trim().is_empty() {
            say(format!("nodeConfig.branches.{at}.name should not be empty"));
        } else if !known.insert(branch.name.as_str()) {
            say(format!("nodeConfig.branches.{at}.name must be unique"));
        }
        if branch.when.is_empty() {
            say(format!("nodeConfig.branches.{at}.when must contain at least 1 elements"));
        }
    }
}

fn action(step: &Step, say: &mut impl FnMut(String)) {
    // An agent answers at once: what waits, goes elsewhere or asks another agent is for workflows.
    let refused = matches!(
        step.action,
        Action::IfElse(_)
            | Action::Wait(_)
            | Action::Goto(_)
            | Action::Goal(_)
            | Action::Split(_)
            | Action::Drip(_)
            | Action::RunAgent(_)
            | Action::Webhook(_)
            | Action::CustomWebhook(_)
    );
    if refused {
        let kind = step.action.kind();
        return say(format!("nodeConfig.action.type: `{kind}` is a step of workflows only"));
    }
    for problem in Definition::new("agent").step(step.clone()).problems() {
        let field = problem.field.as_deref().unwrap_or("type");
        say(format!("nodeConfig.action.{field} {}", problem.message));
    }
}

/// Whether there is a node to begin with, asked where a version is published.
#[must_use]
pub fn has_start(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| node.is_start_node == Some(true) || node.kind == NodeType::Start)
}
