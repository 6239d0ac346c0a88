//! The `smbcrm-mem` command: an SMBcrm on this machine.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(feature = "mcp")]
mod mcp;

use std::io::{self, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use smbcrm_mem::{Clock, MemCrm, MemCrmBuilder, MemServer, RateLimits, Seed};

/// An SMBcrm in memory, on this machine. Without a subcommand it serves.
#[derive(Parser)]
#[command(name = "smbcrm-mem", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the API until it is interrupted.
    Serve(Serve),
    /// Serves an AI assistant over standard input and output.
    #[cfg(feature = "mcp")]
    Mcp(mcp::Mcp),
}

#[derive(Args)]
struct Serve {
    /// Keeps the world in this file, so that it is the same at the next start. An existing file wins over --seed.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// With --data: has every change on the disk before it is answered, so that a power failure loses nothing either.
    #[arg(long, requires = "data")]
    fsync: bool,
    /// Where to listen. Port 0 is any free port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    listen: String,
    /// What the world holds to begin with: `demo`, `empty`, or a file of JSON.
    #[arg(long, value_name = "demo|empty|FILE", default_value = "demo")]
    seed: String,
    /// The token's value: `pit-` and a lower-case UUID. The same one at every start unless told otherwise.
    #[arg(long, value_name = "PIT")]
    token: Option<String>,
    /// The sub-account's id.
    #[arg(long, value_name = "ID", value_parser = location)]
    location: Option<String>,
    /// Takes any token, version, scope and property.
    #[arg(long)]
    lenient: bool,
    /// Counts Smarfle's requests in this Redis, so that several servers share the limits: `redis://HOST:PORT`.
    #[cfg(feature = "redis")]
    #[arg(long, value_name = "URL", hide_env_values = true, env = "SMARFLE_REDIS")]
    smarfle_redis: Option<String>,
    /// Prints `SMBCRM_BASE_URL=…`, `SMBCRM_TOKEN=…`, `SMBCRM_LOCATION_ID=…`, and the same of the APIs beside it
    /// (`SALES_BOOST_…`, `SMARFLE_…`, each `BASE_URL` and `KEY`), and nothing else to standard output.
    #[arg(long)]
    print_env: bool,
    /// Stands still in time until `POST /_mem/clock/advance` moves it.
    #[arg(long)]
    virtual_clock: bool,
    /// Requests that a token may make in ten seconds.
    #[arg(long, value_name = "N")]
    burst: Option<u32>,
    /// Requests that a token may make in a day.
    #[arg(long, value_name = "N")]
    daily: Option<u32>,
    /// What the admin API wants in the header `x-smbcrm-admin`; on loopback nothing unless given here.
    #[arg(long, value_name = "KEY")]
    admin_key: Option<String>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime.and_then(|runtime| {
        let outcome = runtime.block_on(async {
            match cli.command {
                Some(Command::Serve(serve)) => run(serve).await,
                #[cfg(feature = "mcp")]
                Some(Command::Mcp(mcp)) => mcp.run().await,
                None => run(cli.serve).await,
            }
        });
        // A thread that still waits for standard input must not hold the program.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "smbcrm-mem: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(serve: Serve) -> io::Result<()> {
    let address = resolve(&serve.listen)?;
    let (print_env, lenient) = (serve.print_env, serve.lenient);
    let server = start(serve, address).await?;
    announce(&server, print_env, lenient)?;
    interrupted().await;
    server.shutdown().await;
    Ok(())
}

async fn start(serve: Serve, address: SocketAddr) -> io::Result<MemServer> {
    let clock = if serve.virtual_clock { Clock::fixed() } else { Clock::real() };
    let seed = seed(&serve.seed)?;
    let mut world = MemCrm::builder().clock(clock).lenient(serve.lenient).fsync(serve.fsync).seed_with(seed);
    if let Some(limits) = limits(&serve) {
        world = world.rate_limits(limits);
    }
    if let Some(location) = serve.location {
        world = world.location(location);
    }
    let crm = match &serve.data {
        Some(file) => keep(world, file)?,
        None => world.build(),
    };
    #[cfg(feature = "redis")]
    if let Some(url) = &serve.smarfle_redis {
        // The address may hold a password: it is not said.
        let window = smbcrm_mem_redis::RedisWindow::connect(url).await;
        let window = window.map_err(|error| io::Error::other(format!("--smarfle-redis: {error}")))?;
        crm.admin().set_smarfle_window(window);
    }
    let mut server = MemServer::builder().crm(crm).listen(address);
    if let Some(token) = serve.token {
        server = server.token(token);
    }
    if let Some(key) = serve.admin_key {
        server = server.admin_key(key);
    }
    #[cfg(feature = "mcp")]
    let server = server.mount(smbcrm_mem_mcp::Assistants::default());
    server.start().await.map_err(|error| explain(error, address))
}

fn seed(named: &str) -> io::Result<Seed> {
    match named {
        "demo" => Ok(Seed::Demo),
        "empty" => Ok(Seed::Empty),
        file => Seed::from_file(file).map_err(|error| {
            let text = format!("--seed {file}: {error}");
            io::Error::new(io::ErrorKind::InvalidInput, text)
        }),
    }
}

/// A world that is kept in a file, and a line for people about what was in it.
fn keep(world: MemCrmBuilder, file: &Path) -> io::Result<MemCrm> {
    let is_there = file.exists();
    let crm = world.persist(file).map_err(|error| io::Error::new(error.kind(), format!("--data {error}")))?;
    let name = file.display();
    let text = if is_there {
        let (locations, users) = (crm.admin().locations().len(), crm.admin().users().len());
        format!(
            "{name}: goes on where it was: sub-accounts {locations}, contacts {}, users {users}, {}; no seed used\n",
            crm.admin().count_contacts(),
            crm.clock().now().format("%Y-%m-%d %H:%M UTC"),
        )
    } else {
        format!("{name}: made; the world is kept there\n")
    };
    let _ = io::stderr().write_all(text.as_bytes());
    Ok(crm)
}

/// The limits that were chosen.
fn limits(serve: &Serve) -> Option<RateLimits> {
    let published = RateLimits::default();
    (serve.burst.is_some() || serve.daily.is_some()).then(|| {
        RateLimits::new(
            serve.burst.unwrap_or(published.burst),
            published.interval,
            serve.daily.unwrap_or(published.daily),
        )
    })
}

fn location(id: &str) -> Result<String, String> {
    let good = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if good { Ok(id.to_owned()) } else { Err("an id is letters and digits".to_owned()) }
}

fn resolve(listen: &str) -> io::Result<SocketAddr> {
    let wrong = |why: String| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("--listen {listen}: {why}; expected HOST:PORT"))
    };
    let mut found = listen.to_socket_addrs().map_err(|error| wrong(error.to_string()))?;
    found.next().ok_or_else(|| wrong("no such host".to_owned()))
}

/// The error in terms of what to do about it.
fn explain(error: io::Error, address: SocketAddr) -> io::Error {
    let text = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "{address} is in use: stop what listens there, or choose another with --listen (port 0: any)"
            )
        }
        io::ErrorKind::InvalidInput => return error,
        _ => format!("cannot listen on {address}: {error}"),
    };
    io::Error::new(error.kind(), text)
}

/// Says how to reach it.
fn announce(server: &MemServer, print_env: bool, lenient: bool) -> io::Result<()> {
    let (url, token, location) = (server.base_url(), server.token(), server.location());
    if print_env {
        let mut script = io::stdout().lock();
        writeln!(script, "SMBCRM_BASE_URL={url}\nSMBCRM_TOKEN={token}\nSMBCRM_LOCATION_ID={location}")?;
        writeln!(script, "SALES_BOOST_BASE_URL={url}\nSALES_BOOST_KEY={}", server.sales_boost_key())?;
        if let Some(key) = server.admin_key() {
            writeln!(script, "SMBCRM_ADMIN_KEY={key}")?;
        }
        writeln!(script, "SMARFLE_BASE_URL={url}\nSMARFLE_KEY={}", server.smarfle_key())?;
        script.flush()?;
    }
    let key = server.admin_key().map(|key| format!("  (x-smbcrm-admin: {key})")).unwrap_or_default();
    let mut text = format!(
        "SMBcrm in memory, at {url}\n  token     {token}\n  location  {location}\n  admin     {url}/_mem/{key}\n\n\
         Try it:\n  curl -H 'Authorization: Bearer {token}' -H 'Version: 2021-07-28' \
         '{url}/contacts/?locationId={location}'\n\n",
    );
    let mut warnings = String::new();
    if !server.address().ip().is_loopback() {
        let address = server.address();
        warnings.push_str(&format!(
            "warning: {address} can be reached from other machines, without encryption.\n"
        ));
    }
    if lenient {
        warnings
            .push_str("warning: lenient: nobody is refused, so nothing is proved about tokens and scopes.\n");
    }
    // With --print-env standard output can be read by a script as it is; what is for people goes to the other one.
    // Nobody need be listening to either: `smbcrm-mem | head` must not stop the server.
    if print_env {
        text.push_str(&warnings);
        let _ = io::stderr().write_all(text.as_bytes());
    } else {
        let _ = io::stdout().write_all(text.as_bytes());
        let _ = io::stderr().write_all(warnings.as_bytes());
    }
    Ok(())
}

/// Waits for Ctrl-C or a polite request to end; a second Ctrl-C ends at once.
async fn interrupted() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot hear Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! { () = interrupt => {}, () = terminate => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
}
