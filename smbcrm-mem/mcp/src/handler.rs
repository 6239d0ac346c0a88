//! The protocol's side: what a client asks, and where it is answered.

use std::borrow::Cow;
use std::sync::OnceLock;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, GetPromptRequestParams, GetPromptResponse, Implementation,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use smbcrm_core::mcp::Tool;

use crate::{McpServer, Surface, outcome, prompts, resources, v2};

/// What an assistant is told before anything else.
const INSTRUCTIONS: &str = "SMBcrm: contacts, opportunities, conversations and calendars of a sub-account. \
Arguments are flat and say where they go: path_*, query_*, body_*. Look records up before you write, and name them by \
id. The sub-account may be left out where the connection names it (the locationId header). A failed call says in `hint` what to do; \
do not repeat it unchanged. Ask the user before you message anybody, delete, or change a deal's value.";

/// The versions that the live server takes, newest first.
pub(super) fn versions() -> &'static [ProtocolVersion] {
    static ALL: OnceLock<Vec<ProtocolVersion>> = OnceLock::new();
    ALL.get_or_init(|| {
        let oldest = serde_json::from_value("2024-10-07".into()).unwrap_or(ProtocolVersion::V_2024_11_05);
        vec![
            ProtocolVersion::V_2025_11_25,
            ProtocolVersion::V_2025_06_18,
            ProtocolVersion::V_2025_03_26,
            ProtocolVersion::V_2024_11_05,
            oldest,
        ]
    })
}

impl ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = match self.surface {
            Surface::V2 => ServerCapabilities::builder().enable_tools().build(),
            _ => ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts().build(),
        };
        let version = if self.surface == Surface::V2 { "1.0.0" } else { env!("CARGO_PKG_VERSION") };
        ServerConfig::new(capabilities)
            .with_protocol_version(ProtocolVersion::V_2025_11_25)
            .with_server_info(Implementation::new("smbcrm-mcp", version))
            .with_instructions(INSTRUCTIONS)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(versions())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(match self.surface {
            Surface::V2 => v2::listed(),
            _ => self.listed(),
        }))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        if self.surface == Surface::V2 {
            return v2::call(self, &request.name, arguments).await.map(Into::into);
        }
        let known = Tool::find(&request.name);
        let Some(tool) = known.filter(|tool| self.surface == Surface::All || tool.is_documented()) else {
            let more = if known.is_some() {
                ": it is offered with all tools only (`?tools=all`, `--tools all`)"
            } else {
                ""
            };
            return Err(ErrorData::invalid_params(format!("unknown tool `{}`{more}", request.name), None));
        };
        Ok(match self.perform(tool, &arguments, None).await {
            Ok(answer) => outcome::answered(tool.operation(), &answer),
            Err(failure) => failure.into_result(),
        }
        .into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        // There are as many as records; the templates say how to name one.
        Ok(ListResourcesResult::default())
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resources::templates(self)))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        resources::read(self, &request.uri).await.map(Into::into)
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::all(self)))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(self, &request.name, &request.arguments.unwrap_or_default()).map(Into::into)
    }
}
