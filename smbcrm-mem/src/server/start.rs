//! Starting a server, and stopping it.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::dispatch::{Policy, Service};
use super::mount::Mount;
use super::{drive, net};
use crate::world::token::{self, Scopes, TokenLevel};
use crate::{Clock, MemCrm};

/// How long requests under way may take to come to their end when a server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// A world on a socket: what a client is pointed at in a test.
///
/// It listens on a free port of this machine, holds a world of its own and a token that opens it. It stops when it
/// is dropped.
///
/// ```
/// # async fn doc() -> std::io::Result<()> {
/// let server = smbcrm_mem::MemServer::start().await?;
/// println!("curl -H 'Authorization: Bearer {}' -H 'Version: 2021-07-28' '{}/contacts/?locationId={}'",
///     server.token(), server.base_url(), server.location());
/// # Ok(()) }
/// ```
pub struct MemServer {
    crm: MemCrm,
    address: SocketAddr,
    base_url: String,
    token: String,
    sales_boost_key: String,
    smarfle_key: String,
    admin_key: Option<String>,
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<()>,
    driver: JoinHandle<()>,
}

impl MemServer {
    /// Starts a server on a free port of this machine, with a world of its own on the real clock and the published
    /// rate limits. Needs a Tokio runtime.
    ///
    /// # Errors
    /// When no port is to be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A server of your choice.
    pub fn builder() -> MemServerBuilder {
        MemServerBuilder::default()
    }

    /// Where it is reached: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A token that opens [`MemServer::location`] with every scope.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A key of the SMB Sales Boost account, which is served below `/api` and `/api/v1`. On loopback it is the same at
    /// every start.
    pub fn sales_boost_key(&self) -> &str {
        &self.sales_boost_key
    }

    /// An API key of the first Smarfle organisation. On loopback it is the same at every start.
    pub fn smarfle_key(&self) -> &str {
        &self.smarfle_key
    }

    /// The sub-account that the world was made with.
    pub fn location(&self) -> &smbcrm_core::types::LocationId {
        self.crm.location()
    }

    /// The world, as its owner.
    pub fn crm(&self) -> &MemCrm {
        &self.crm
    }

    /// What the admin API asks for in the header `x-smbcrm-admin`; `None` on loopback, where it asks for nothing.
    pub fn admin_key(&self) -> Option<&str> {
        self.admin_key.as_deref()
    }

    /// Stops accepting, lets the requests under way come to their end within five seconds, and stops.
    pub async fn shutdown(self) {
        self.shutdown_within(DRAIN).await;
    }

    /// As [`MemServer::shutdown`], with a deadline of your own.
    pub async fn shutdown_within(mut self, deadline: Duration) {
        self.stop.send_replace(Some(deadline));
        // An error means that the task panicked or was cancelled: it has stopped either way.
        let _ = (&mut self.task).await;
        self.driver.abort();
    }
}

impl Drop for MemServer {
    /// Closes every connection at once; [`MemServer::shutdown`] is the gentle way.
    fn drop(&mut self) {
        self.task.abort();
        self.driver.abort();
    }
}

impl fmt::Debug for MemServer {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemServer")
            .field("base_url", &self.base_url)
            .field("crm", &self.crm)
            .finish_non_exhaustive()
    }
}

/// Chooses how a server begins.
#[derive(Default)]
pub struct MemServerBuilder {
    crm: Option<MemCrm>,
    listen: Option<SocketAddr>,
    token: Option<String>,
    admin_key: Option<String>,
    max_body: Option<usize>,
    max_upload: Option<usize>,
    timeout: Option<Duration>,
    mounts: Vec<Arc<dyn Mount>>,
}

impl MemServerBuilder {
    /// Serves this world. Its origin – what a reset goes back to – becomes the moment at which the server starts,
    /// so that the server's token outlives a reset. A snapshot from before does not know that token.
    #[must_use]
    pub fn crm(mut self, crm: MemCrm) -> Self {
        self.crm = Some(crm);
        self
    }

    /// Where to listen; a free port of this machine unless told otherwise. Port 0 is any free port.
    ///
    /// Beyond loopback the admin API asks for a key ([`MemServer::admin_key`]), and the token is random.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// The token's value: `pit-` and a lower-case UUID. On loopback it is the same at every start unless told
    /// otherwise.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// What the admin API asks for in the header `x-smbcrm-admin`: on loopback nothing, elsewhere a random key
    /// unless told otherwise.
    #[must_use]
    pub fn admin_key(mut self, key: impl Into<String>) -> Self {
        self.admin_key = Some(key.into());
        self
    }

    /// The largest body taken, uploads left out: 10 MiB unless told otherwise.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    /// The largest body of an operation that takes files: 128 MiB unless told otherwise. What each file may have is the
    /// operation's own rule.
    #[must_use]
    pub fn max_upload(mut self, bytes: usize) -> Self {
        self.max_upload = Some(bytes);
        self
    }

    /// How long a request may take, 30 seconds unless told otherwise.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Serves something beside the API: see [`Mount`].
    #[must_use]
    pub fn mount(mut self, mount: impl Mount + 'static) -> Self {
        self.mounts.push(Arc::new(mount));
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] for a token that has not the form of one, else when the address is not to
    /// be had.
    pub async fn start(self) -> io::Result<MemServer> {
        if let Some(token) = self.token.as_deref().filter(|token| !token::is_pit(token)) {
            let form = "a token is `pit-` and a lower-case UUID: pit-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
            let text = format!("malformed token ({} characters): {form}", token.chars().count());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let listener = TcpListener::bind(self.listen.unwrap_or((Ipv4Addr::LOCALHOST, 0).into())).await?;
        let address = listener.local_addr()?;
        let is_local = address.ip().is_loopback();
        let crm = self.crm.unwrap_or_else(|| MemCrm::builder().clock(Clock::real()).build());

        let base_url = format!("http://{}", reachable(address));
        crm.admin().set_base_url(&base_url);
        let level = TokenLevel::Location(crm.location().clone());
        let token = match self.token {
            None if is_local && crm.data_file().is_some() => crm.admin().lasting_token(TOKEN_NAME, level).0,
            None if is_local => crm.admin().create_token(TOKEN_NAME, level, Scopes::All).1.0,
            given => {
                let token = given.unwrap_or_else(|| format!("pit-{}", uuid::Uuid::new_v4()));
                crm.admin().install_token(TOKEN_NAME, level, Scopes::All, &token);
                token
            }
        };
        let sales_boost = crm.admin().sales_boost();
        let sales_boost_key = match is_local {
            true => sales_boost.lasting_key(TOKEN_NAME),
            false => sales_boost.random_key(TOKEN_NAME),
        };
        let smarfle = crm.admin().smarfle();
        let smarfle_key = match is_local {
            true => smarfle.lasting_key(TOKEN_NAME),
            false => smarfle.random_key(TOKEN_NAME),
        };
        crm.admin().mark_origin();

        let admin_key =
            self.admin_key.or_else(|| (!is_local).then(|| uuid::Uuid::new_v4().simple().to_string()));
        let defaults = Policy::default();
        let policy = Policy {
            base_url: base_url.clone(),
            admin_key: admin_key.clone(),
            max_body: self.max_body.unwrap_or(defaults.max_body),
            max_upload: self.max_upload.unwrap_or(defaults.max_upload),
            timeout: self.timeout.unwrap_or(defaults.timeout),
        };
        let (stop, stopped) = watch::channel(None);
        let task = tokio::spawn(net::serve(listener, Service::with(&crm, policy, self.mounts), stopped));
        let driver = tokio::spawn(drive::drive(crm.clone()));
        Ok(MemServer {
            crm,
            address,
            base_url,
            token,
            sales_boost_key: sales_boost_key.0,
            smarfle_key: smarfle_key.0,
            admin_key,
            stop,
            task,
            driver,
        })
    }
}

impl fmt::Debug for MemServerBuilder {
    /// Without the token and the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemServerBuilder")
            .field("crm", &self.crm)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// The name of a server's own token, as the journal shows it.
const TOKEN_NAME: &str = "server";

/// An address that can be called: "any address of this machine" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    let local = if address.is_ipv4() {
        Ipv4Addr::LOCALHOST.into()
    } else {
        std::net::IpAddr::from(std::net::Ipv6Addr::LOCALHOST)
    };
    SocketAddr::new(local, address.port())
}
