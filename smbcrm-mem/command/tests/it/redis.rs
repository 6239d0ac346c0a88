//! Several servers, one limit.

#[path = "../../../redis/tests/it/server.rs"]
mod server;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use server::{Redis, free_port};

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
