//! What only a socket shows.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::MemServer;

const SOON: Duration = Duration::from_secs(5);

async fn connect(server: &MemServer) -> TcpStream {
    TcpStream::connect(server.address()).await.unwrap()
}

fn request(server: &MemServer, line: &str, more: &str) -> String {
    format!(
        "{line} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nversion: 2021-07-28\r\n{more}\r\n",
        server.address(),
        server.token(),
    )
}

/// Reads until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is a close, too.
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("the server closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends raw text and reads until the server closes.
async fn raw(server: &MemServer, request: &str) -> String {
    let mut stream = connect(server).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    rest(&mut stream).await
}

/// Reads one answer of a connection that stays open.
async fn one(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut chunk = [0; 4096];
        let read = timeout(SOON, stream.read(&mut chunk)).await.expect("an answer").unwrap();
        assert!(read > 0, "closed after {text}");
        text.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse().unwrap() {
                return text;
            }
        }
    }
}

#[tokio::test]
async fn a_connection_is_kept() {
    let server = MemServer::start().await.unwrap();
    let path = format!("GET /contacts/?locationId={}", server.location());
    let mut stream = connect(&server).await;
    for left in [99, 98, 97] {
        stream.write_all(request(&server, &path, "").as_bytes()).await.unwrap();
        let answer = one(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains(&format!("x-ratelimit-remaining: {left}\r\n")), "{answer}");
        assert!(answer.contains("\"traceId\":\""), "{answer}");
    }
    // Two at once are answered in their order.
    let both = request(&server, &path, "") + &request(&server, "GET /nothing", "connection: close\r\n");
    stream.write_all(both.as_bytes()).await.unwrap();
    let answers = rest(&mut stream).await;
    assert!(answers.starts_with("HTTP/1.1 200") && answers.contains("HTTP/1.1 404"), "{answers}");
    server.shutdown().await;
}

#[tokio::test]
async fn head_is_a_get_without_its_body() {
    let server = MemServer::start().await.unwrap();
    let line = format!("HEAD /contacts/?locationId={}", server.location());
    let answer = raw(&server, &request(&server, &line, "connection: close\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-length: ") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn heads_have_limits() {
    let server = MemServer::start().await.unwrap();
    let many: String = (0..200).map(|at| format!("x-{at}: y\r\n")).collect();
    let answer = raw(&server, &request(&server, "GET /contacts/x", &many)).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let huge = format!("x-huge: {}\r\n", "y".repeat(80 * 1024));
    let answer = raw(&server, &request(&server, "GET /contacts/x", &huge)).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let answer = raw(&server, "nonsense\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    // And the server is still there.
    let answer = raw(&server, &request(&server, "GET /contacts/x", "connection: close\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn bodies_have_limits() {
    let server =
        MemServer::builder().max_body(100).timeout(Duration::from_millis(100)).start().await.unwrap();
    let json = "content-type: application/json\r\nconnection: close\r\n";
    // Too long by its own word: refused unread.
    let declared = request(&server, "POST /contacts/", &format!("{json}content-length: 101\r\n"));
    assert!(raw(&server, &declared).await.starts_with("HTTP/1.1 413 "));
    // Too long as it comes.
    let chunked = request(&server, "POST /contacts/", &format!("{json}transfer-encoding: chunked\r\n"));
    let body = format!("65\r\n{}\r\n0\r\n\r\n", " ".repeat(101));
    assert!(raw(&server, &(chunked + &body)).await.starts_with("HTTP/1.1 413 "));
    // It never comes.
    let slow = request(&server, "POST /contacts/", &format!("{json}content-length: 50\r\n"));
    let answer = raw(&server, &slow).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("x-ratelimit-max"), "{answer}");
    // A bad token is told so before anything is sent.
    let nobody = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n{json}content-length: 50\r\n\r\n"
    );
    let answer = raw(&server, &nobody).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[tokio::test]
async fn a_request_under_way_comes_to_its_end() {
    let server = MemServer::start().await.unwrap();
    let (address, location) = (server.address(), server.location().clone());
    let body = format!("{{\"locationId\":\"{location}\",\"email\":\"late@vale.example\"}}");
    let head = request(
        &server,
        "POST /contacts/",
        &format!(
            "content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n",
            body.len()
        ),
    );
    let crm = server.crm().clone();
    let mut stream = connect(&server).await;
    let mut idle = connect(&server).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap(); // the server is waiting for the body now
    let stopping = tokio::spawn(server.shutdown());
    assert_eq!(rest(&mut idle).await, ""); // closed at once
    assert!(!stopping.is_finished());
    stream.write_all(body.as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 201 Created\r\n"));
    timeout(SOON, stopping).await.expect("it stops").unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    assert_eq!(crm.admin().calls().last().and_then(|call| call.status), Some(201));
}

#[tokio::test]
async fn a_deadline_is_kept_and_a_drop_is_at_once() {
    let server = MemServer::start().await.unwrap();
    let mut stream = connect(&server).await;
    let head = request(&server, "POST /contacts/", "content-type: application/json\r\ncontent-length: 9\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    timeout(SOON, server.shutdown_within(Duration::from_millis(50))).await.expect("it gives up");
    assert_eq!(rest(&mut stream).await, "");

    let server = MemServer::start().await.unwrap();
    let (address, mut stream) = (server.address(), connect(&server).await);
    drop(server);
    assert_eq!(rest(&mut stream).await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn two_servers_are_two_worlds() {
    let (one, two) = (MemServer::start().await.unwrap(), MemServer::start().await.unwrap());
    assert_ne!(one.base_url(), two.base_url());
    let taken = MemServer::builder().listen(one.address()).start().await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    let wrong = MemServer::builder().token("pit-short").start().await.unwrap_err();
    assert!(wrong.to_string().contains("lower-case UUID") && !wrong.to_string().contains("short"), "{wrong}");
}

#[tokio::test]
async fn beyond_loopback_there_is_a_key_and_a_token_of_chance() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let one = MemServer::builder().listen(everywhere).start().await.unwrap();
    let two = MemServer::builder().listen(everywhere).start().await.unwrap();
    assert!(one.admin_key().is_some() && one.admin_key() != two.admin_key());
    assert_ne!(one.token(), two.token());
    assert!(one.base_url().starts_with("http://127.0.0.1:"));
    let health = "GET /_mem/health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    let at = (std::net::Ipv4Addr::LOCALHOST, one.address().port());
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(health.as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 401 "));
}
