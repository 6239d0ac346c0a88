//! Smarfle's requests counted in Redis, so that several servers of `smbcrm-mem` share a limit.
//!
//! ```no_run
//! # async fn doc() -> Result<(), smbcrm_mem::WindowError> {
//! let crm = smbcrm_mem::MemCrm::new();
//! crm.admin().set_smarfle_window(smbcrm_mem_redis::RedisWindow::connect("redis://127.0.0.1/").await?);
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};
use smbcrm_mem::{RateWindow, Taken, WindowError};

/// Counts in Redis, so that several servers share each key's limit. Clones share the connection. Needs Tokio.
///
/// A request is one script, so that no two servers can be between looking and counting at once. Time is what the servers
/// say it is, so that a virtual clock counts too; where their clocks differ by less than the window, the latest counts.
/// One that is a window or more behind was set back, and its window begins anew.
///
/// It fails closed: while Redis cannot be reached, requests are refused with 503 and `Retry-After`. Nothing that lets
/// requests through uncounted could be called a limit.
///
/// Keys are `smbcrm:smarfle:limit:<fingerprint of the API key>` unless told otherwise, and are forgotten when nobody has
/// come for an hour.
#[derive(Clone)]
pub struct RedisWindow {
    connection: ConnectionManager,
    prefix: String,
}

/// How long a caller is remembered who does not come. Longer than the window, so that a clock that stands still forgets
/// nobody soon.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// The requests of a caller are a list of instants, oldest first. Answers whether this one was taken, how many there are,
/// and in how many milliseconds the oldest falls out.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local key, limit, span, now = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         local newest = tonumber(redis.call('LINDEX', key, -1) or ARGV[3])
         if newest - now >= span then
             redis.call('DEL', key)
         elseif newest > now then
             now = newest
         end
         local oldest = redis.call('LINDEX', key, 0)
         while oldest and now - tonumber(oldest) >= span do
             redis.call('LPOP', key)
             oldest = redis.call('LINDEX', key, 0)
         end
         local used, granted = redis.call('LLEN', key), 0
         if used < limit then
             redis.call('RPUSH', key, string.format('%.0f', now))
             redis.call('PEXPIRE', key, ARGV[4])
             used, granted, oldest = used + 1, 1, oldest or now
         end
         local reset = 0
         if oldest then reset = tonumber(oldest) + span - now end
         return {granted, used, reset}",
    )
});

impl RedisWindow {
    /// Connects to a server: `redis://user:password@host:port/database`. Waits two seconds for an answer at most.
    ///
    /// # Errors
    /// The address cannot be read, or the server not be reached.
    pub async fn connect(url: &str) -> Result<Self, WindowError> {
        let limit = Duration::from_secs(2);
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(limit))
            .set_response_timeout(Some(limit))
            .set_number_of_retries(2);
        let client = Client::open(url).map_err(uncounted)?;
        Ok(Self::new(ConnectionManager::new_with_config(client, config).await.map_err(uncounted)?))
    }

    /// Uses a connection that is there.
    pub fn new(connection: ConnectionManager) -> Self {
        Self { connection, prefix: "smbcrm:smarfle:limit:".to_owned() }
    }

    /// Begins keys with this. Servers with the same prefix share the limits.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }
}

#[async_trait]
impl RateWindow for RedisWindow {
    async fn take(&self, caller: &str, limit: u32, span: Duration, now: i64) -> Result<Taken, WindowError> {
        let mut connection = self.connection.clone();
        let mut call = TAKE.key(format!("{}{caller}", self.prefix));
        call.arg(limit).arg(millis(span)).arg(now).arg(millis(KEPT.max(span)));
        let (granted, used, reset): (u8, u32, u64) =
            call.invoke_async(&mut connection).await.map_err(uncounted)?;
        Ok(Taken::new(granted == 1, limit.saturating_sub(used), Duration::from_millis(reset)))
    }
}

/// Says nothing of the address, which may hold a password.
impl fmt::Debug for RedisWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisWindow").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn uncounted(error: RedisError) -> WindowError {
    // The kind, and not the text, which may name the address.
    WindowError::new(format!("Redis: {:?}", error.kind()))
}
