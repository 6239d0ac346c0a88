//! The CRM for AI assistants: a Model Context Protocol server.
//!
//! [`McpServer`] offers the operations as tools ([`smbcrm_core::mcp`]), records as resources and common jobs as
//! prompts. It sends what it is asked to through any [`Transport`]: a world ([`Wire`](smbcrm_mem::Wire)), a client of the live API.
//! So a call passes the same gate as any other, and is refused in the same words – as a result that says what to
//! do about it.
//!
//! [`Assistants`] answers it at `/mcp/` of a [`MemServer`](smbcrm_mem::MemServer); the command `smbcrm-mem mcp` over standard input and output. In process
//! it is an [`rmcp::ServerHandler`] like any other:
//!
//! ```
//! use smbcrm_mem_mcp::{McpServer, Surface};
//! use smbcrm_mem::{MemCrm, Scopes, TokenLevel, Wire};
//!
//! let crm = MemCrm::new();
//! let level = TokenLevel::Location(crm.location().clone());
//! let (_, token) = crm.admin().create_token("assistant", level, Scopes::only(["contacts.readonly"]));
//!
//! let server = McpServer::new(Wire::new(&crm, token.expose()))
//!     .surface(Surface::Documented)
//!     .location(crm.location().as_str())
//!     .read_only(true);
//! assert!(server.offers("contacts_get-contact"));
//! assert!(!server.offers("contacts_create-contact")); // read-only
//! assert!(!server.offers("contacts_search-contacts-advanced")); // not of this surface
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assist;
mod budget;
mod handler;
mod listing;
mod mount;
mod outcome;
mod prompts;
mod replays;
mod resources;
mod v2;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use smbcrm_core::mcp::Tool;
use smbcrm_core::operation::{Operation, Request, Response, Transport};
use smbcrm_core::{Error, ErrorKind};

pub use assist::Assistants;
use budget::Budget;
use outcome::Failure;
use replays::Replays;

/// Which tools a server offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Surface {
    /// Those that the live server offers too ([`smbcrm_core::mcp::DOCUMENTED`]).
    #[default]
    Documented,
    /// One for every operation but uploads.
    All,
    /// Four that find, describe and execute any operation: a short list however many operations there are.
    V2,
}

/// Which operations the caller may see.
type Visible = Arc<dyn Fn(&'static Operation) -> bool + Send + Sync>;

/// An MCP server over a transport. A clone is another handle to the same server and its budget.
#[derive(Clone)]
pub struct McpServer {
    transport: Arc<dyn Transport>,
    surface: Surface,
    location: Option<String>,
    read_only: bool,
    budget: Option<Arc<Budget>>,
    visible: Visible,
    replays: Arc<Replays>,
    /// Whose answers may be replayed to this caller.
    caller: [u8; 32],
}

impl McpServer {
    /// A server that sends its calls through `transport`, and offers what the live one does.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self {
            transport: Arc::new(transport),
            surface: Surface::default(),
            location: None,
            read_only: false,
            budget: None,
            visible: Arc::new(|_| true),
            replays: Arc::default(),
            caller: [0; 32],
        }
    }

    /// Which tools it offers.
    #[must_use]
    pub fn surface(mut self, surface: Surface) -> Self {
        self.surface = surface;
        self
    }

    /// The sub-account of calls that name none.
    #[must_use]
    pub fn location(mut self, id: impl Into<String>) -> Self {
        self.location = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// Whether it only reads: whatever writes is neither offered nor carried out.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// How many requests it sends in any one minute; as many as it is asked to unless told otherwise.
    #[must_use]
    pub fn calls_per_minute(mut self, calls: u32) -> Self {
        self.budget = Some(Arc::new(Budget::new(calls)));
        self
    }

    /// Shows only the operations for which `visible` answers true. What is hidden can still be called: whether it may
    /// be is for the API to say.
    #[must_use]
    fn showing(mut self, visible: impl Fn(&'static Operation) -> bool + Send + Sync + 'static) -> Self {
        self.visible = Arc::new(visible);
        self
    }

    /// Shares what was answered under idempotency keys with other servers of the same caller.
    #[must_use]
    fn replaying(mut self, replays: Arc<Replays>, caller: [u8; 32]) -> Self {
        self.replays = replays;
        self.caller = caller;
        self
    }

    /// Whether it lists a tool of this name.
    pub fn offers(&self, tool: &str) -> bool {
        match self.surface {
            Surface::V2 => v2::NAMES.contains(&tool),
            _ => self.tools().any(|known| known.name() == tool),
        }
    }

    /// Serves one client over standard input and output, until it closes them.
    ///
    /// # Errors
    /// When the client does not speak the protocol, or the streams break.
    pub async fn serve_stdio(self) -> std::io::Result<()> {
        use rmcp::ServiceExt as _;
        let running = self.serve(rmcp::transport::stdio()).await.map_err(std::io::Error::other)?;
        running.waiting().await.map_err(std::io::Error::other)?;
        Ok(())
    }

    /// The operations that it shows as tools, or finds.
    fn tools(&self) -> impl Iterator<Item = &'static Tool> {
        Tool::all().iter().filter(move |tool| self.lists(tool))
    }

    fn lists(&self, tool: &Tool) -> bool {
        (self.surface != Surface::Documented || tool.is_documented()) && self.shows(tool.operation())
    }

    fn shows(&self, operation: &'static Operation) -> bool {
        (!self.read_only || operation.read) && (self.visible)(operation)
    }

    /// Calls an operation: arguments in, the API's answer out.
    async fn perform(
        &self,
        tool: &'static Tool,
        arguments: &Map<String, Value>,
        location: Option<&str>,
    ) -> Result<Response, Failure> {
        let location = location.or(self.location.as_deref());
        let outcome = self.send(tool.request(arguments, location)?).await;
        let unnamed =
            tool.location_argument().filter(|name| location.is_none() && !arguments.contains_key(*name));
        match (outcome, unnamed) {
            // Refused in the words of a foreign sub-account, which would lead nowhere.
            (Err(failure), Some(name)) if failure.error().kind() == ErrorKind::Forbidden => Err(failure.because(
                &format!("No sub-account was named: pass its id as `{name}`, or set the header `locationId` on the connection."),
            )),
            (outcome, _) => outcome,
        }
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let operation = request.operation;
        self.permit(operation)?;
        if let Some(budget) = &self.budget {
            budget.take(Instant::now()).map_err(|wait| {
                let text = format!("the budget of {} calls a minute is used up", budget.calls());
                let error = Error::new(ErrorKind::RateLimited, text).during(operation).retry_in(wait);
                Failure::new(
                    error,
                    "Nothing was sent. Wait, and ask for more at once: larger pages, fewer calls.",
                )
            })?;
        }
        let answer = self.transport.send(request).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let error = Error::from_response(Some(operation), &answer);
        Err(match wait(&answer).filter(|_| error.kind() == ErrorKind::RateLimited) {
            Some(wait) => error.retry_in(wait),
            None => error,
        }
        .into())
    }

    fn permit(&self, operation: &'static Operation) -> Result<(), Failure> {
        if !self.read_only || operation.read {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Forbidden, "this server only reads").during(operation);
        Err(Failure::new(
            error,
            "Nothing was sent. Tell the user what you would have written; whoever runs the server can allow writes \
             (`--allow-write`).",
        ))
    }
}

/// How long until the API takes more, as the headers of a refusal say it.
fn wait(refusal: &Response) -> Option<Duration> {
    let number = |name: &str| refusal.header(name)?.parse::<u64>().ok();
    let of = if number("x-ratelimit-daily-remaining") == Some(0) {
        "x-ratelimit-daily-reset"
    } else {
        "x-ratelimit-interval-milliseconds"
    };
    number(of).map(Duration::from_millis)
}

impl fmt::Debug for McpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpServer")
            .field("surface", &self.surface)
            .field("location", &self.location)
            .field("read_only", &self.read_only)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}
