//! Over real sockets, on this machine.

use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

async fn receiver(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/hooks")).respond_with(answer).mount(&server).await;
    server
}

async fn sent_to(url: &str, retries: RetrySchedule) -> (MemCrm, Delivery) {
    let crm = MemCrm::new();
    crm.admin().add_endpoint(EndpointSettings::new(url).retries(retries)).expect("the settings make sense");
    let contact = CreateContact::new(crm.location()).email("ada@vale.example");
    crm.contacts().create(contact).await.expect("it is new");
    crm.run_until_idle().await;
    let delivery = crm.admin().deliveries(&DeliveryFilter::new()).remove(0);
    (crm, delivery)
}

#[tokio::test]
async fn what_is_sent_arrives_byte_for_byte() {
    let server = receiver(ResponseTemplate::new(200).set_body_string("thanks")).await;
    let (crm, delivery) = sent_to(&format!("{}/hooks", server.uri()), RetrySchedule::never()).await;
    assert_eq!((delivery.state, delivery.attempts[0].reply.as_str()), (DeliveryState::Delivered, "thanks"));
    let requests = server.received_requests().await.expect("they are recorded");
    assert_eq!(Some(&requests[0].body[..]), crm.admin().delivery_body(delivery.id).as_deref());
    let mut arrived = parcel("", Origin::Other("test".into()));
    arrived.headers.clear();
    let mut outbound = Outbound {
        method: arrived.method,
        url: arrived.url,
        headers: Vec::new(),
        body: requests[0].body.clone().into(),
        timeout: Duration::ZERO,
        public_only: false,
    };
    for (name, value) in &requests[0].headers {
        outbound.headers.push((name.as_str().into(), value.to_str().expect("it is text").into()));
    }
    assert!(super::apps::verifies(&crm, &outbound));
    assert_eq!(outbound.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = receiver(ResponseTemplate::new(302).insert_header("location", "/elsewhere")).await;
    let (_, delivery) = sent_to(&format!("{}/hooks", server.uri()), RetrySchedule::never()).await;
    assert_eq!((delivery.state, delivery.attempts[0].status), (DeliveryState::Failed, Some(302)));
    assert_eq!(server.received_requests().await.map(|requests| requests.len()), Some(1));
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_is_a_timeout() {
    let server = receiver(ResponseTemplate::new(200).set_delay(Duration::from_secs(600))).await;
    let retries = RetrySchedule::never().timeout(Duration::from_millis(50));
    let (_, delivery) = sent_to(&format!("{}/hooks", server.uri()), retries).await;
    assert_eq!(delivery.attempts[0].error.as_deref(), Some("timeout"));
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = free.local_addr().expect("it has one");
    drop(free);
    let (_, delivery) = sent_to(&format!("http://{address}/hooks"), RetrySchedule::never()).await;
    assert!(delivery.attempts[0].error.as_deref().is_some_and(|error| error.starts_with("unreachable")));
}

#[test]
fn without_a_runtime_it_says_so() {
    let (_, delivery) = block_on(sent_to("http://127.0.0.1:9/hooks", RetrySchedule::never()));
    assert!(delivery.attempts[0].error.as_deref().is_some_and(|error| error.contains("Tokio")));
}

#[tokio::test]
async fn a_large_answer_is_read_only_so_far() {
    let server = receiver(ResponseTemplate::new(200).set_body_string("x".repeat(1 << 20))).await;
    let outbound = Outbound {
        method: ::http::Method::POST,
        url: format!("{}/hooks", server.uri()).into(),
        headers: Vec::new(),
        body: bytes::Bytes::new(),
        timeout: Duration::from_secs(10),
        public_only: false,
    };
    let answer = HttpPost::new(Guard::memory()).send(&outbound).await.expect("it answers");
    assert_eq!(answer.body.len(), reply::REPLY_BYTES);
}

async fn attempt(sender: &HttpPost, url: &str) -> Result<Answer, PostError> {
    sender.send(&to(url)).await
}

fn to(url: &str) -> Outbound {
    Outbound {
        method: ::http::Method::POST,
        url: url.into(),
        headers: Vec::new(),
        body: bytes::Bytes::new(),
        timeout: Duration::from_secs(10),
        public_only: false,
    }
}

#[tokio::test]
async fn the_guard_closes_what_is_inside_in_every_spelling() {
    let server = receiver(ResponseTemplate::new(200)).await;
    let port = server.address().port();
    let strict = HttpPost::new(Guard::production());
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "10.0.0.1",
    ] {
        let refused = attempt(&strict, &format!("http://{host}:{port}/hooks")).await;
        assert!(matches!(refused, Err(PostError::Refused(_))), "{host}: {refused:?}");
    }
    for url in ["ftp://127.0.0.1/", "file:///etc/passwd", "nothing", "data:text/plain,x"] {
        assert!(matches!(attempt(&strict, url).await, Err(PostError::Refused(_))), "{url}");
    }
    assert_eq!(server.received_requests().await.map(|requests| requests.len()), Some(0));
    let open = attempt(&HttpPost::new(Guard::memory()), &format!("http://localhost:{port}/hooks")).await;
    assert_eq!(open.map(|answer| answer.status), Ok(200));
}

#[tokio::test]
async fn a_name_is_resolved_once_and_every_address_of_it_counts() {
    let server = receiver(ResponseTemplate::new(200)).await;
    let port = server.address().port();
    let table = |name: String| -> super::super::http::Looked {
        Box::pin(async move {
            let found = match name.as_str() {
                "mixed.example" => vec!["8.8.8.8", "127.0.0.1"],
                "inside.example" => vec!["10.0.0.1"],
                "here.example" => vec!["127.0.0.1"],
                _ => return Err(std::io::Error::other("no such name")),
            };
            Ok(found.into_iter().map(|text| text.parse().expect("an address")).collect())
        })
    };
    let strict = HttpPost::resolving(Guard::production(), table);
    for name in ["mixed.example", "inside.example", "here.example"] {
        let refused = attempt(&strict, &format!("http://{name}:{port}/hooks")).await;
        assert!(matches!(refused, Err(PostError::Refused(_))), "{name}: {refused:?}");
    }
    let lost = attempt(&strict, &format!("http://lost.example:{port}/hooks")).await;
    assert!(matches!(lost, Err(PostError::Unreachable(_))), "{lost:?}");
    // The connection goes to the address that was checked: nobody else knows this name.
    let open = HttpPost::resolving(Guard::memory(), table);
    let url = format!("http://here.example:{port}/hooks");
    assert_eq!(attempt(&open, &url).await.map(|answer| answer.status), Ok(200));
    // What is for public addresses only is not sent there, whatever the sender allows.
    let mut outbound = to(&url);
    outbound.public_only = true;
    let refused = open.send(&outbound).await;
    assert!(matches!(refused, Err(PostError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_sends_by_itself() {
    let inbox = receiver(ResponseTemplate::new(200)).await;
    let server = crate::MemServer::start().await.expect("a port is free");
    let (crm, heard) = (server.crm(), crm_hears(server.crm()));
    crm.admin()
        .add_endpoint(EndpointSettings::new(format!("{}/hooks", inbox.uri())))
        .expect("it makes sense");
    let contact = CreateContact::new(crm.location()).email("ada@vale.example");
    crm.contacts().create(contact).await.expect("it is new");
    heard.await;
    let requests = inbox.received_requests().await.expect("they are recorded");
    assert_eq!(requests.len(), 1);
    assert_eq!(states(crm), [DeliveryState::Delivered]);
    server.shutdown().await;
}

/// Ends when everything that was posted has been delivered, and something was.
async fn crm_hears(crm: &MemCrm) {
    loop {
        let stirred = crm.world.exchange.stirred();
        let states = states(crm);
        if !states.is_empty() && states.iter().all(|state| *state == DeliveryState::Delivered) {
            return;
        }
        stirred.await;
    }
}
