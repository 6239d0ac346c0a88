//! What only a socket shows.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::MemServer;

/// Sends raw text and reads until the server closes.
async fn raw(server: &MemServer, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(server: &MemServer, path: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nversion: 2021-07-28\r\n{more}\r\n",
        server.address(),
        server.token(),
    )
}

#[tokio::test]
async fn a_server_answers() {
    let server = MemServer::start().await.unwrap();
    let path = format!("/contacts/?locationId={}", server.location());
    let answer = raw(&server, &get(&server, &path, "connection: close\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("x-ratelimit-remaining: 99\r\n"), "{answer}");
    assert!(answer.contains("\"traceId\":\""), "{answer}");
    server.shutdown().await;
}
