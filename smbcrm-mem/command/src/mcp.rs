//! `smbcrm-mem mcp`: the tools over standard input and output, for assistants that start their servers themselves.
//!
//! Standard output carries the protocol and nothing else; whatever is for people goes to standard error.

use std::io::{self, Write as _};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use smbcrm_mem::{Clock, MemCrm, MemServer, Wire};
use smbcrm_mem_mcp::{Assistants, McpServer, Surface};

/// Serves an AI assistant over standard input and output.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Mcp {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Task {
    /// Prints the configuration that a client needs, ready to paste. Holds no token.
    Config(Config),
}

#[derive(Args)]
struct Serve {
    /// Which tools: those of the live server, one for every operation, or four that reach all of them.
    #[arg(long, value_enum, default_value = "documented")]
    tools: Tools,
    /// Offers and carries out nothing that writes.
    #[arg(long)]
    read_only: bool,
    /// Requests that may be caused in a minute; 60 with --live, else any number.
    #[arg(long, value_name = "N")]
    calls_per_minute: Option<u32>,
    /// Serves a live account instead of a world in memory: SMBCRM_TOKEN, SMBCRM_LOCATION_ID and, for another address
    /// than the live one, SMBCRM_BASE_URL. Reads only, unless --allow-write is given too.
    #[arg(long, conflicts_with_all = ["seed", "location", "listen"])]
    live: bool,
    /// Lets the assistant write to the live account.
    #[arg(long, requires = "live", conflicts_with = "read_only")]
    allow_write: bool,
    /// What the world holds to begin with: `demo`, `empty`, or a file of JSON.
    #[arg(long, value_name = "demo|empty|FILE", default_value = "demo")]
    seed: String,
    /// The sub-account's id.
    #[arg(long, value_name = "ID", value_parser = crate::location)]
    location: Option<String>,
    /// Where the same world is served over HTTP, to look at what the assistant did. Port 0 is any free port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tools {
    Documented,
    All,
    V2,
}

#[derive(Args)]
struct Config {
    /// Whose configuration.
    #[arg(value_enum, default_value = "generic")]
    client: Client,
    /// For the live account, through this command.
    #[arg(long)]
    live: bool,
    /// For a server that runs already: `http://127.0.0.1:4010/mcp/`, or the live one.
    #[arg(long, value_name = "URL", conflicts_with = "live")]
    url: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Client {
    /// What most clients read: `mcpServers`.
    Generic,
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    #[value(name = "vscode")]
    VsCode,
    Codex,
}

impl Mcp {
    pub(crate) async fn run(self) -> io::Result<()> {
        match self.task {
            Some(Task::Config(config)) => config.print(),
            None if self.serve.live => self.serve.live().await,
            None => self.serve.world().await,
        }
    }
}

impl Serve {
    fn dress(&self, server: McpServer) -> McpServer {
        let server = server.surface(match self.tools {
            Tools::Documented => Surface::Documented,
            Tools::All => Surface::All,
            Tools::V2 => Surface::V2,
        });
        match self.calls_per_minute.or(self.live.then_some(60)) {
            Some(calls) => server.calls_per_minute(calls),
            None => server,
        }
    }

    async fn world(self) -> io::Result<()> {
        let mut world = MemCrm::builder().clock(Clock::real()).seed_with(crate::seed(&self.seed)?);
        if let Some(location) = &self.location {
            world = world.location(location.clone());
        }
        let address = crate::resolve(&self.listen)?;
        let server = MemServer::builder().crm(world.build()).listen(address).mount(Assistants::default());
        let server = server.start().await;
        let server = server.map_err(|error| crate::explain(error, address))?;
        say(&format!("SMBcrm in memory; the same world over HTTP: {}", server.base_url()));
        let tools = McpServer::new(Wire::new(server.crm(), server.token()))
            .location(server.location().as_str())
            .read_only(self.read_only);
        self.dress(tools).serve_stdio().await?;
        server.shutdown().await;
        Ok(())
    }

    #[cfg(feature = "live")]
    async fn live(self) -> io::Result<()> {
        let agent = concat!("smbcrm-mcp/", env!("CARGO_PKG_VERSION"));
        let client = smbcrm_client::ClientBuilder::from_env()
            .and_then(|builder| builder.user_agent(agent).build())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))?;
        let location = client.location_id().map(|id| id.as_str().to_owned());
        let what = if self.allow_write { "reads and WRITES" } else { "reads only" };
        say(&format!("the live account at {}: {what}", client.base_url()));
        let server =
            McpServer::new(client).location(location.unwrap_or_default()).read_only(!self.allow_write);
        self.dress(server).serve_stdio().await
    }

    #[cfg(not(feature = "live"))]
    async fn live(self) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "--live: this build has no client (feature `live`)"))
    }
}

impl Config {
    fn print(&self) -> io::Result<()> {
        let (text, place) = self.text();
        say(&place);
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        out.flush()
    }

    /// The configuration, and where it goes.
    fn text(&self) -> (String, String) {
        let command =
            std::env::current_exe().map_or_else(|_| "smbcrm-mem".into(), |path| path.display().to_string());
        let mut arguments = vec!["mcp"];
        if self.live {
            arguments.push("--live");
        }
        if self.client == Client::Codex {
            return (self.toml(&command, &arguments), "~/.codex/config.toml:".to_owned());
        }
        let secret = |name: &str, input: &str| match self.client {
            Client::VsCode => format!("${{input:{input}}}"),
            Client::ClaudeCode => format!("${{{name}}}"),
            Client::Cursor => format!("${{env:{name}}}"),
            _ => format!("<{name}>"),
        };
        let (token, location) =
            (secret("SMBCRM_TOKEN", "smbcrm-token"), secret("SMBCRM_LOCATION_ID", "smbcrm-location"));
        let typed = matches!(self.client, Client::VsCode | Client::ClaudeCode);
        let mut server = match &self.url {
            Some(url) => json!({ "url": url,
                "headers": { "Authorization": format!("Bearer {token}"), "locationId": location } }),
            None => json!({ "command": command, "args": arguments }),
        };
        if self.live {
            server["env"] = json!({ "SMBCRM_TOKEN": token, "SMBCRM_LOCATION_ID": location });
        }
        if typed {
            server["type"] = json!(if self.url.is_some() { "http" } else { "stdio" });
        }
        let mut config = match self.client {
            Client::VsCode => json!({ "servers": { "smbcrm": server } }),
            _ => json!({ "mcpServers": { "smbcrm": server } }),
        };
        if self.client == Client::VsCode && (self.live || self.url.is_some()) {
            config["inputs"] = json!([
                { "type": "promptString", "id": "smbcrm-token", "description": "Private Integration Token", "password": true },
                { "type": "promptString", "id": "smbcrm-location", "description": "Sub-account id" },
            ]);
        }
        let place = match self.client {
            Client::ClaudeDesktop => "claude_desktop_config.json (Settings, Developer, Edit Config):",
            Client::ClaudeCode => ".mcp.json in the project:",
            Client::Cursor => ".cursor/mcp.json in the project, or ~/.cursor/mcp.json:",
            Client::VsCode => ".vscode/mcp.json in the project:",
            _ => "The client's MCP configuration:",
        };
        (format!("{:#}", Value::clone(&config)), place.to_owned())
    }

    fn toml(&self, command: &str, arguments: &[&str]) -> String {
        let mut lines = vec!["[mcp_servers.smbcrm]".to_owned()];
        match &self.url {
            Some(url) => {
                lines.push(format!("url = {}", json!(url)));
                lines.push("bearer_token_env_var = \"SMBCRM_TOKEN\"".to_owned());
                lines.push("env_http_headers = { locationId = \"SMBCRM_LOCATION_ID\" }".to_owned());
            }
            None => {
                // A JSON text is a TOML text.
                lines.push(format!("command = {}", json!(command)));
                lines.push(format!("args = {}", json!(arguments)));
            }
        }
        if self.live {
            lines.push("env_vars = [\"SMBCRM_TOKEN\", \"SMBCRM_LOCATION_ID\"]".to_owned());
        }
        lines.join("\n")
    }
}

fn say(text: &str) {
    let _ = writeln!(io::stderr(), "smbcrm-mem mcp: {text}");
}
