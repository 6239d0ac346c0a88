//! Deliveries remembered in Redis, for receivers on several machines.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};

use super::{Claim, ClaimToken, IdempotencyStore, StoreError};

/// Remembers deliveries in Redis, so that of several machines one handles each. Clones share the connection.
///
/// Claiming, finishing and giving up are one script each, so that no two machines can be between two steps at once. Time
/// is the server's own. The connection is made again when it breaks; while Redis cannot be reached, deliveries are refused
/// with 503 and come again.
///
/// Keys are `smbcrm:webhooks:<id>` unless told otherwise. Redis must not evict them: a delivery that it forgot is handled
/// again (`maxmemory-policy noeviction`, or a memory that is large enough).
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
    ttl: Duration,
}

/// What is done says `done`; what is being handled says whose it is.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held == 'done' then return 2 end
         if held then return 1 end
         redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
         return 0",
    )
});

/// A claim that nobody took over after its lease still counts.
static DONE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held and held ~= ARGV[1] then return 1 end
         redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2])
         return 0",
    )
});

static FAILED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held and held ~= ARGV[1] then return 1 end
         redis.call('DEL', KEYS[1])
         return 0",
    )
});

impl RedisStore {
    /// Connects to a server: `redis://user:password@host:port/database`. Waits two seconds for an answer at most.
    ///
    /// # Errors
    /// The address cannot be read, or the server not be reached.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let limit = Duration::from_secs(2);
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(limit))
            .set_response_timeout(Some(limit))
            .set_number_of_retries(2);
        let client = Client::open(url).map_err(unavailable)?;
        Ok(Self::new(ConnectionManager::new_with_config(client, config).await.map_err(unavailable)?))
    }

    /// Uses a connection that is there.
    pub fn new(connection: ConnectionManager) -> Self {
        let ttl = Duration::from_secs(7 * 24 * 60 * 60);
        Self { connection, prefix: "smbcrm:webhooks:".to_owned(), ttl }
    }

    /// Begins keys with this. Receivers with the same prefix share what they have handled.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Remembers what is done for that long. Longer than the sender goes on trying.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    async fn run(&self, script: &Script, key: &str, text: &str, span: Duration) -> Result<u8, StoreError> {
        let mut connection = self.connection.clone();
        let mut call = script.key(format!("{}{key}", self.prefix));
        call.arg(text).arg(millis(span));
        call.invoke_async(&mut connection).await.map_err(unavailable)
    }
}

#[async_trait]
impl IdempotencyStore for RedisStore {
    async fn claim(&self, key: &str, lease: Duration) -> Result<Claim, StoreError> {
        let token = uuid::Uuid::new_v4().to_string();
        match self.run(&CLAIM, key, &token, lease).await? {
            0 => Ok(Claim::Claimed(ClaimToken::new(token))),
            1 => Ok(Claim::InProgress),
            _ => Ok(Claim::Done),
        }
    }

    async fn done(&self, key: &str, token: &ClaimToken) -> Result<(), StoreError> {
        held(self.run(&DONE, key, token.as_str(), self.ttl).await?)
    }

    async fn failed(&self, key: &str, token: &ClaimToken) -> Result<(), StoreError> {
        held(self.run(&FAILED, key, token.as_str(), self.ttl).await?)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

fn held(answer: u8) -> Result<(), StoreError> {
    if answer == 0 { Ok(()) } else { Err(StoreError::Lost) }
}

/// Whole milliseconds, from one on: Redis takes no shorter span. A thousand years are long enough.
fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).clamp(1, 1000 * 365 * 24 * 60 * 60 * 1000)
}

fn unavailable(error: RedisError) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}
