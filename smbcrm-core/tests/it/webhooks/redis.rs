//! The Redis store against a real server, on a port of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::Utc;
use http::HeaderMap;
use redis::AsyncCommands;
use serde_json::Value;
use smbcrm_core::webhooks::{
    Claim, IdempotencyStore, Outgoing, Receiver, RedisStore, Rejection, Sign, StandardWebhooks, StoreError,
};

use super::tools;

const LEASE: Duration = Duration::from_secs(60);

/// A server that keeps nothing, and ends with the test.
struct Server {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Server {
    fn start() -> Option<Self> {
        if !tools::has("redis-server") {
            return None;
        }
        // The port may be taken between asking for it and using it: then another is asked for.
        (0..10).find_map(|_| Self::start_at(free_port())).or_else(|| panic!("redis-server does not start"))
    }

    fn start_at(port: u16) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("smbcrm-redis-{}-{port}", std::process::id()));
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

    async fn store(&self) -> RedisStore {
        RedisStore::connect(&self.url).await.unwrap()
    }

    async fn raw(&self) -> redis::aio::MultiplexedConnection {
        redis::Client::open(self.url.as_str()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_delivery_is_claimed_done_and_given_up() {
    let Some(server) = Server::start() else { return };
    let (one, other, mut raw) = (server.store().await, server.store().await, server.raw().await);

    let Claim::Claimed(token) = one.claim("W1", LEASE).await.unwrap() else { panic!() };
    assert_eq!(other.claim("W1", LEASE).await.unwrap(), Claim::InProgress);
    let left: i64 = raw.pttl("smbcrm:webhooks:W1").await.unwrap();
    assert!((1..=60_000).contains(&left), "{left}");
    one.failed("W1", &token).await.unwrap();
    let exists: bool = raw.exists("smbcrm:webhooks:W1").await.unwrap();
    assert!(!exists);

    let Claim::Claimed(token) = other.claim("W1", LEASE).await.unwrap() else { panic!() };
    other.done("W1", &token).await.unwrap();
    assert_eq!(one.claim("W1", LEASE).await.unwrap(), Claim::Done);
    let left: i64 = raw.pttl("smbcrm:webhooks:W1").await.unwrap();
    assert!(left > 6 * 24 * 60 * 60 * 1000, "{left}");
    assert!(matches!(other.failed("W1", &token).await, Err(StoreError::Lost)), "done stays done");

    // Another prefix is another memory.
    let elsewhere = one.clone().prefix("elsewhere:").ttl(Duration::from_secs(10));
    let Claim::Claimed(token) = elsewhere.claim("W1", LEASE).await.unwrap() else { panic!() };
    elsewhere.done("W1", &token).await.unwrap();
    let left: i64 = raw.pttl("elsewhere:W1").await.unwrap();
    assert!((1..=10_000).contains(&left), "{left}");
}

#[tokio::test]
async fn a_lost_lease_cannot_end_the_next_claim() {
    let Some(server) = Server::start() else { return };
    let (store, mut raw) = (server.store().await, server.raw().await);
    let Claim::Claimed(first) = store.claim("W1", LEASE).await.unwrap() else { panic!() };
    let _: () = raw.pexpire("smbcrm:webhooks:W1", 0).await.unwrap(); // the lease ends
    let Claim::Claimed(second) = store.claim("W1", LEASE).await.unwrap() else { panic!() };
    assert!(matches!(store.done("W1", &first).await, Err(StoreError::Lost)));
    assert!(matches!(store.failed("W1", &first).await, Err(StoreError::Lost)));
    assert_eq!(store.claim("W1", LEASE).await.unwrap(), Claim::InProgress);
    store.done("W1", &second).await.unwrap();

    // Late, but nobody took over: it was handled after all.
    let Claim::Claimed(late) = store.claim("W2", LEASE).await.unwrap() else { panic!() };
    let _: () = raw.pexpire("smbcrm:webhooks:W2", 0).await.unwrap();
    store.done("W2", &late).await.unwrap();
    assert_eq!(store.claim("W2", LEASE).await.unwrap(), Claim::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_receivers_one_gets_the_delivery() {
    let Some(server) = Server::start() else { return };
    let scheme = StandardWebhooks::new(["whsec_b25l"]).unwrap();
    let mut headers = HeaderMap::new();
    scheme.sign(&Outgoing::new("W1", Utc::now(), b"{}"), &mut headers).unwrap();
    let mut tries = Vec::new();
    for _ in 0..4 {
        // Each of the machines has a connection of its own.
        let receiver = Receiver::new(scheme.clone()).store(server.store().await);
        for _ in 0..16 {
            let (receiver, headers) = (receiver.clone(), headers.clone());
            tries.push(tokio::spawn(async move { receiver.receive::<Value>(&headers, b"{}").await }));
        }
    }
    let mut won = Vec::new();
    for tried in tries {
        match tried.await.unwrap() {
            Ok(delivery) => won.push(delivery),
            Err(Rejection::InProgress { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won.len(), 1);
    won.remove(0).done().await.unwrap();
    let late = Receiver::new(scheme).store(server.store().await);
    assert!(matches!(late.receive::<Value>(&headers, b"{}").await, Err(Rejection::Duplicate)));
}

/// What [`two_processes_share_the_deliveries`] runs as a process of its own.
#[tokio::test]
#[ignore = "run by another test, as a process"]
#[allow(clippy::print_stdout, reason = "it tells its parent")]
async fn contender() {
    let Ok(url) = std::env::var("SMBCRM_TEST_REDIS") else { return };
    let store = RedisStore::connect(&url).await.unwrap();
    for number in 0..200 {
        let key = format!("D{number}");
        if let Claim::Claimed(token) = store.claim(&key, LEASE).await.unwrap() {
            store.done(&key, &token).await.unwrap();
            println!("won {key}");
        }
    }
}

#[test]
fn two_processes_share_the_deliveries() {
    let Some(server) = Server::start() else { return };
    let run = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "webhooks::redis::contender", "--nocapture"])
            .env("SMBCRM_TEST_REDIS", &server.url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let processes = [run(), run(), run()];
    let mut won = Vec::new();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        // The harness may write its own words before the first.
        won.extend(text.lines().filter_map(|line| line.split_once("won ").map(|(_, key)| key.to_owned())));
    }
    let all = won.len();
    won.sort();
    won.dedup();
    assert_eq!((all, won.len()), (200, 200), "each delivery has one winner");
}

#[tokio::test]
async fn a_server_that_is_gone_keeps_everything_out() {
    let Some(mut server) = Server::start() else { return };
    let store = server.store().await;
    let scheme = StandardWebhooks::new(["whsec_b25l"]).unwrap();
    let receiver = Receiver::new(scheme.clone()).store(store);
    let mut headers = HeaderMap::new();
    scheme.sign(&Outgoing::new("W1", Utc::now(), b"{}"), &mut headers).unwrap();
    server.stop();
    let refused = receiver.receive::<Value>(&headers, b"{}").await.unwrap_err();
    assert!(matches!(refused, Rejection::Store(StoreError::Unavailable(_))), "{refused}");
    assert_eq!(refused.status(), 503);
    assert!(RedisStore::connect(&server.url).await.is_err());
    assert!(RedisStore::connect("no address").await.is_err());
}
