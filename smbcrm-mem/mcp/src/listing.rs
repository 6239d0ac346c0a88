//! Tools as the protocol lists them.

use std::sync::{Arc, OnceLock};

use rmcp::model::{Tool as Listed, ToolAnnotations};
use serde_json::Value;
use smbcrm_core::mcp::Tool;

use crate::{McpServer, Surface};

/// All of them, made once.
fn all() -> &'static [(&'static Tool, Listed)] {
    static ALL: OnceLock<Vec<(&'static Tool, Listed)>> = OnceLock::new();
    ALL.get_or_init(|| Tool::all().iter().map(|tool| (tool, listed(tool))).collect())
}

/// Those that the live server offers too, in its order.
fn documented() -> &'static [(&'static Tool, Listed)] {
    static DOCUMENTED: OnceLock<Vec<(&'static Tool, Listed)>> = OnceLock::new();
    DOCUMENTED.get_or_init(|| Tool::documented().iter().map(|tool| (*tool, listed(tool))).collect())
}

fn listed(tool: &'static Tool) -> Listed {
    Listed::new(tool.name(), tool.description(), Arc::new(tool.input_schema().clone())).annotate(hints(tool))
}

/// What a client may ask its user before it calls.
fn hints(tool: &Tool) -> ToolAnnotations {
    // A message reaches people outside; so may whatever a workflow does next.
    ToolAnnotations::with_title(tool.operation().summary.trim_end_matches('.'))
        .read_only(tool.is_read_only())
        .destructive(tool.is_destructive())
        .idempotent(tool.is_idempotent())
        .open_world(!tool.is_read_only())
}

impl McpServer {
    /// The tools that it shows, as the protocol lists them.
    pub(super) fn listed(&self) -> Vec<Listed> {
        let offered = if self.surface == Surface::Documented { documented() } else { all() };
        let shown = offered.iter().filter(|(tool, _)| self.lists(tool));
        shown.map(|(tool, listed)| self.with_location(tool, listed)).collect()
    }

    /// A sub-account that the connection names need not be an argument.
    fn with_location(&self, tool: &Tool, listed: &Listed) -> Listed {
        let mut listed = listed.clone();
        let Some(name) = tool.location_argument().filter(|_| self.location.is_some()) else { return listed };
        if !asks_for(&listed, name) {
            return listed;
        }
        let schema = Arc::make_mut(&mut listed.input_schema);
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|one| one != name);
        }
        listed
    }
}

fn asks_for(listed: &Listed, name: &str) -> bool {
    let required = listed.input_schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|one| one == name))
}
