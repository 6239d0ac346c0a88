//! Smarfle's limit in a real Redis, on a port of its own: one script, several servers, one limit.
//!
//! What is not installed is skipped, with a line that says so; with `SMBCRM_TEST_TOOLS=required`, as in CI, it fails.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use smbcrm_core::ErrorKind;
use smbcrm_core::smarfle::{CreateLead, Leads};
use smbcrm_mem::{MemCrm, MemoryWindow, RateWindow, RedisWindow, Taken};

const MINUTE: Duration = Duration::from_secs(60);

/// A Redis that keeps nothing, and ends with the test.
struct Redis {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Redis {
    fn start() -> Option<Self> {
        let version = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        if !version.is_ok_and(|status| status.success()) {
            let required = std::env::var("SMBCRM_TEST_TOOLS").is_ok_and(|tools| tools == "required");
            assert!(!required, "`redis-server` is not installed, and SMBCRM_TEST_TOOLS=required");
            eprintln!("SKIPPED: `redis-server` is not installed");
            return None;
        }
        // The port may be taken between asking for it and using it: then another is asked for.
        (0..10).find_map(|_| Self::start_at(free_port())).or_else(|| panic!("redis-server does not start"))
    }

    fn start_at(port: u16) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("smbcrm-smarfle-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let port = port.to_string();
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--dir"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server starts");
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, url: format!("redis://127.0.0.1:{port}/"), folder };
        let mut lines = output.lines().map_while(Result::ok);
        if lines.by_ref().any(|line| line.contains("Ready to accept connections")) {
            // What else it says is read, or it would stop at a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return Some(server);
        }
        server.stop();
        None
    }

    fn stop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }

    async fn window(&self, prefix: &str) -> RedisWindow {
        RedisWindow::connect(&self.url).await.unwrap().prefix(prefix)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_window_that_slides() {
    let Some(redis) = Redis::start() else { return };
    let (one, other) = (redis.window("slide:").await, redis.window("slide:").await);
    let taken = |granted, remaining, seconds| Taken::new(granted, remaining, Duration::from_secs(seconds));
    assert_eq!(one.take("k", 2, MINUTE, 1_000_000).await, Ok(taken(true, 1, 60)));
    assert_eq!(other.take("k", 2, MINUTE, 1_010_000).await, Ok(taken(true, 0, 50)));
    assert_eq!(one.take("k", 2, MINUTE, 1_020_000).await, Ok(taken(false, 0, 40)));
    assert_eq!(one.take("another", 2, MINUTE, 1_020_000).await, Ok(taken(true, 1, 60)));
    assert_eq!(
        redis.window("elsewhere:").await.take("k", 2, MINUTE, 1_020_000).await,
        Ok(taken(true, 1, 60))
    );
    assert_eq!(other.take("k", 2, MINUTE, 1_060_000).await, Ok(taken(true, 0, 10)));
    // A limit of nothing takes nothing.
    assert_eq!(one.take("none", 0, MINUTE, 1_000_000).await, Ok(taken(false, 0, 0)));
}

#[tokio::test]
async fn clocks_that_differ_let_nobody_through() {
    let Some(redis) = Redis::start() else { return };
    let window = redis.window("skew:").await;
    for at in [1_000_000, 1_000_400, 1_000_100] {
        assert!(window.take("k", 3, MINUTE, at).await.unwrap().granted);
    }
    // A server whose clock is behind sees what the others counted.
    assert!(!window.take("k", 3, MINUTE, 999_500).await.unwrap().granted);
    // A clock that was set back by a window or more begins anew: it locks nobody out.
    assert!(window.take("k", 3, MINUTE, 900_000).await.unwrap().granted);
}

/// Random requests against the window in memory, which has been held against a naive model.
#[test]
fn it_agrees_with_the_one_in_memory() {
    let Some(redis) = Redis::start() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shared = runtime.block_on(redis.window("model:"));
    let round = std::sync::atomic::AtomicU32::new(0);
    let steps = (0_u32..6, prop::collection::vec((0_i64..700, 0_usize..3), 0..60));
    proptest!(ProptestConfig::with_cases(64), |((limit, steps) in steps)| {
        let round = round.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (memory, span, mut now) = (MemoryWindow::default(), Duration::from_millis(1_000), 1_790_000_000_000);
        for (wait, caller) in steps {
            now += wait;
            let caller = format!("{round}/{caller}");
            let (here, there) = runtime.block_on(async {
                (memory.take(&caller, limit, span, now).await, shared.take(&caller, limit, span, now).await)
            });
            prop_assert_eq!(here.unwrap(), there.unwrap());
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_requests_at_once_no_more_than_the_limit_is_taken() {
    let Some(redis) = Redis::start() else { return };
    let mut tries = Vec::new();
    for _ in 0..4 {
        let window = redis.window("race:").await;
        for at in 0..50 {
            let window = window.clone();
            tries.push(tokio::spawn(async move { window.take("k", 100, MINUTE, 1_000_000 + at).await }));
        }
    }
    let mut granted = 0;
    for tried in tries {
        granted += u32::from(tried.await.unwrap().unwrap().granted);
    }
    assert_eq!(granted, 100);
}

#[tokio::test]
async fn a_redis_that_is_gone_keeps_everything_out() {
    let Some(mut redis) = Redis::start() else { return };
    let crm = MemCrm::new();
    let (_, key) = crm.admin().smarfle().create_key("site").unwrap();
    let window = redis.window("gone:").await;
    assert!(!format!("{window:?}").contains("127.0.0.1"), "an address may hold a password");
    crm.admin().set_smarfle_window(window);
    let site = crm.smarfle().with_key(key.expose());
    site.verify().await.unwrap();
    redis.stop();
    let error = site.create(CreateLead::new().email("ada@vale.example")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(503)), "{error}");
    assert!(error.retry_after().is_some() && crm.admin().smarfle().clients().is_empty());
    let refused = RedisWindow::connect(&redis.url).await.unwrap_err();
    assert!(!refused.to_string().contains("127.0.0.1"), "{refused}");
    assert!(RedisWindow::connect("no address").await.is_err());
}

/// The command, serving.
struct Running {
    process: Child,
    url: String,
    key: String,
}

impl Running {
    fn start(redis: &Redis) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
            .args(["serve", "--listen", "127.0.0.1:0", "--seed", "empty", "--print-env"])
            .args(["--smarfle-redis", &redis.url])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut value =
            |name: &str| lines.find_map(|line| line.strip_prefix(name).map(str::to_owned)).unwrap();
        let (url, key) = (value("SMARFLE_BASE_URL="), value("SMARFLE_KEY="));
        Self { process, url, key }
    }

    /// How many requests of these are taken, each on a connection of its own, and how many are turned away.
    fn verify(&self, times: usize) -> (usize, usize) {
        let answers: Vec<String> = (0..times).map(|_| self.ask()).collect();
        let count = |status: &str| answers.iter().filter(|answer| answer.starts_with(status)).count();
        let (taken, refused) = (count("HTTP/1.1 200 "), count("HTTP/1.1 429 "));
        assert_eq!(taken + refused, times, "{answers:?}");
        let late = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 429 "));
        assert!(late.clone().all(|answer| answer.contains("retry-after: ")), "{answers:?}");
        (taken, refused)
    }

    fn ask(&self) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let key = &self.key;
        write!(stream, "GET /api/webhook/leads HTTP/1.1\r\nhost: {address}\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn two_processes_share_one_limit() {
    let Some(redis) = Redis::start() else { return };
    let (one, two) = (Running::start(&redis), Running::start(&redis));
    assert_eq!(one.key, two.key, "they know the same key");
    assert_ne!(one.url, two.url);
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.verify(70));
        let second = scope.spawn(|| two.verify(70));
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_eq!(first.0 + second.0, 100, "{first:?} {second:?}");
    assert_eq!(first.1 + second.1, 40);
    // Both know that it is used up.
    assert_eq!((one.verify(1), two.verify(1)), ((0, 1), (0, 1)));
}

#[test]
fn a_redis_that_is_not_there_is_said_and_not_where() {
    let port = free_port();
    let url = format!("redis://user:canary@127.0.0.1:{port}/");
    let output = Command::new(env!("CARGO_BIN_EXE_smbcrm-mem"))
        .args(["serve", "--listen", "127.0.0.1:0", "--smarfle-redis", &url])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("--smarfle-redis"), "{said}");
    assert!(!said.contains("canary"), "{said}");
}
