//! Servers: answers from a list over a mock server, and misbehaviour over a raw socket.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(crate) const CONTACT: &str =
    r#"{"contact":{"id":"CON1","locationId":"LOC1","email":"ada@vale.example"}}"#;
pub(crate) const UPSERTED: &str = r#"{"new":true,"contact":{"id":"CON1","locationId":"LOC1"}}"#;

/// A JSON answer.
pub(crate) fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json")
}

/// The API's 429.
pub(crate) fn too_many() -> ResponseTemplate {
    json(429, r#"{"statusCode":429,"message":"Too Many Requests"}"#)
}

/// A server that gives these answers in turn, the last one for ever.
pub(crate) async fn answering(answers: impl IntoIterator<Item = ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let mut answers: Vec<_> = answers.into_iter().collect();
    answers.reverse();
    let answers = Mutex::new(answers);
    Mock::given(any())
        .respond_with(move |_: &Request| {
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 { answers.pop().unwrap() } else { answers[0].clone() }
        })
        .mount(&server)
        .await;
    server
}

/// The requests a server has received.
pub(crate) async fn seen(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}

/// What a raw server does after it has read a whole request.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    /// Sends these bytes and closes.
    Say(&'static str),
    /// Sends these bytes, then nothing, for ever.
    SayAndStall(&'static str),
    /// Resets the connection.
    Reset,
}

/// A server on a raw socket; it acts in turn, the last act for ever.
pub(crate) struct Raw {
    pub(crate) url: String,
    requests: Arc<AtomicUsize>,
}

impl Raw {
    pub(crate) async fn start(acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let (count, acts) = (requests.clone(), acts.to_vec());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let at = count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(act(stream, acts[at.min(acts.len() - 1)]));
            }
        });
        Self { url, requests }
    }

    /// One that acts once and listens no more.
    pub(crate) async fn start_once(once: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            drop(listener);
            act(stream, once).await;
        });
        Self { url, requests: Arc::default() }
    }

    /// How many requests came in, one a connection.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn act(mut stream: TcpStream, act: Act) {
    let mut request = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(n) => request.extend_from_slice(&buffer[..n]),
        }
    }
    match act {
        Act::Say(text) => stream.write_all(text.as_bytes()).await.unwrap_or_default(),
        Act::SayAndStall(text) => {
            stream.write_all(text.as_bytes()).await.unwrap_or_default();
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        // Closing with a zero linger time sends a reset.
        Act::Reset => drop(stream.set_zero_linger()),
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| length.trim().parse().unwrap());
    body.len() >= length
}
