//! Faults over HTTP: what a socket sees, what the admin API tells, what the journal keeps.

use std::time::Duration;

use http::Request;
use serde_json::{Value, json};
use smbcrm_core::Crm;
use smbcrm_core::contacts::{CreateContact, SearchContacts, operations as op};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Site;
use crate::{CallFilter, Fault, MemServer, Patience};

const SOON: Duration = Duration::from_secs(5);

/// Sends a create over a socket of its own, and reads until the server is done with it.
async fn create(server: &MemServer, email: &str) -> (String, Option<std::io::ErrorKind>) {
    let mut stream = send_create(server, email).await;
    let mut answer = Vec::new();
    let end = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("the server closes");
    (String::from_utf8_lossy(&answer).into_owned(), end.err().map(|error| error.kind()))
}

async fn send_create(server: &MemServer, email: &str) -> TcpStream {
    let body = json!({ "locationId": server.location(), "email": email }).to_string();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let request = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nversion: 2021-07-28\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        server.address(),
        server.token(),
        body.len(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn total(server: &MemServer) -> u64 {
    let search = SearchContacts::new(server.location(), 1);
    server.crm().contacts().search(search).await.unwrap().total
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let server = MemServer::start().await.unwrap();
    for (fault, there) in
        [(Fault::on(&op::CREATE).reset(), 0), (Fault::on(&op::CREATE).reset_after_commit(), 1)]
    {
        server.crm().faults().arm(fault);
        let (answer, end) = create(&server, "ada@vale.example").await;
        assert_eq!((answer.as_str(), end), ("", Some(std::io::ErrorKind::ConnectionReset)));
        assert_eq!(total(&server).await, there);
    }
    server.crm().faults().assert_all_hit();
    // And the server goes on.
    assert!(create(&server, "grace@marsh.example").await.0.starts_with("HTTP/1.1 201 Created\r\n"));
    let calls = server.crm().admin().calls_where(&CallFilter::new().operation("contacts.create"));
    let statuses: Vec<_> = calls.iter().map(|call| (call.status, call.fault.is_some())).collect();
    assert_eq!(statuses, [(None, true), (None, true), (Some(201), false)]);
}

fn parts(answer: &str) -> (&str, usize, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    (head, length.map_or(0, |length| length.parse().unwrap()), body)
}

#[tokio::test]
async fn bodies_are_broken_on_the_wire() {
    let server = MemServer::start().await.unwrap();
    let arm = |fault: Fault| server.crm().faults().arm(fault);

    arm(Fault::on(&op::CREATE).cut_body());
    let (answer, end) = create(&server, "a@vale.example").await;
    let (head, length, body) = parts(&answer);
    assert!(head.starts_with("HTTP/1.1 201 Created\r\n") && head.contains("x-ratelimit-max: 100"), "{head}");
    assert_eq!((body.len(), end), (length / 2, None));
    assert!(body.starts_with("{\"contact\":"), "{body}");

    arm(Fault::on(&op::CREATE).wrong_length());
    let (answer, _) = create(&server, "b@vale.example").await;
    let (_, length, body) = parts(&answer);
    assert_eq!(body.len() + 16, length);
    assert!(serde_json::from_str::<Value>(body).is_ok());

    arm(Fault::on(&op::CREATE).malformed_chunk());
    let (answer, _) = create(&server, "c@vale.example").await;
    assert!(
        answer.contains("transfer-encoding: chunked\r\n") && answer.ends_with("\r\nno length\r\n"),
        "{answer}"
    );

    arm(Fault::on(&op::CREATE).truncated_json());
    let (answer, _) = create(&server, "d@vale.example").await;
    let (head, length, body) = parts(&answer);
    assert!(head.starts_with("HTTP/1.1 201") && body.len() == length, "{answer}");
    assert!(serde_json::from_str::<Value>(body).is_err());

    arm(Fault::on(&op::CREATE).cut_body().before());
    let (answer, _) = create(&server, "e@vale.example").await;
    assert!(parts(&answer).1 > parts(&answer).2.len(), "{answer}");
    assert_eq!(total(&server).await, 4, "all but the last were carried out");
    server.crm().faults().assert_all_hit();
}

#[tokio::test]
async fn silence_lasts_until_the_client_goes_or_the_server_stops() {
    let server = MemServer::start().await.unwrap();
    server.crm().faults().arm_all([
        Fault::on(&op::CREATE).silence_after_commit(),
        Fault::on(&op::CREATE).stall_body(),
        Fault::on(&op::CREATE).silence(),
    ]);
    let done =
        |number| server.crm().admin().wait_for_call(Patience::Real(SOON), move |call| call.number == number);
    let silent = send_create(&server, "a@vale.example").await;
    done(1).await.expect("it was carried out");
    let mut stalled = send_create(&server, "b@vale.example").await;
    let mut head = [0; 200];
    timeout(SOON, stalled.read_exact(&mut head)).await.expect("it begins").unwrap();
    assert!(head.starts_with(b"HTTP/1.1 201 Created\r\n"));
    drop((silent, stalled)); // the server notices, and does not mind
    let mut last = send_create(&server, "c@vale.example").await;
    done(3).await.expect("it was met");
    assert_eq!(total(&server).await, 2);
    server.crm().faults().assert_all_hit();
    timeout(SOON / 2, server.shutdown()).await.expect("nothing that is silent holds it up");
    assert_eq!(last.read(&mut head).await.unwrap_or(0), 0);
}

async fn send(site: &Site, line: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = site.ask(line, &[], body).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn faults_are_armed_and_accounted_for_over_http() {
    let site = Site::new();
    let twice = json!({ "operation": "contacts.list", "when": { "first": 2 }, "do": { "tooMany": { "retryAfter": 3 } } });
    let (status, armed) = send(&site, "POST /_mem/faults", twice).await;
    assert_eq!((status, &armed["id"], &armed["remaining"]), (201, &json!("fault-1"), &json!(2)));
    let list = format!("/contacts/?locationId={}", site.location());
    let answer = site.get(&list).await;
    assert_eq!((answer.status, &answer.headers["retry-after"]), (429, &"3".parse().unwrap()));
    assert!(!answer.headers.contains_key("x-ratelimit-max"));

    let (_, listed) = send(&site, "GET /_mem/faults", Value::Null).await;
    assert_eq!((&listed["faults"][0]["hits"], &listed["allHit"]), (&json!(1), &json!(false)));
    assert_eq!(listed["faults"][0]["fault"]["operation"], "contacts.list");
    site.get(&list).await;
    assert_eq!(send(&site, "GET /_mem/faults/fault-1", Value::Null).await.1["remaining"], 0);
    assert_eq!(site.get(&list).await.status, 200);

    let (status, refused) =
        send(&site, "POST /_mem/faults", json!({ "operation": "contacts.lst", "do": "reset" })).await;
    assert_eq!(status, 400);
    assert!(refused["message"].as_str().unwrap().contains("did you mean contacts.list"), "{refused}");
    assert_eq!(send(&site, "DELETE /_mem/faults/fault-1", Value::Null).await.0, 200);
    assert_eq!(send(&site, "DELETE /_mem/faults/fault-1", Value::Null).await.0, 404);
    assert_eq!(send(&site, "GET /_mem/faults/nonsense", Value::Null).await.0, 404);
    send(&site, "POST /_mem/faults", json!({ "when": "always", "do": { "htmlPage": 502 } })).await;
    let answer = site.get(&list).await;
    assert!(answer.status == 502 && answer.body.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(send(&site, "DELETE /_mem/faults", Value::Null).await.1["disarmed"], 1);
    assert_eq!(site.get(&list).await.status, 200);
}

#[tokio::test]
async fn who_has_no_socket_is_told_what_it_would_have_seen() {
    let site = Site::new();
    site.crm.faults().arm(Fault::on(&op::LIST).cut_body());
    let answer = site.get(&format!("/contacts/?locationId={}", site.location())).await;
    assert_eq!((answer.status, &answer.headers["x-smbcrm-mem-fault"]), (502, &"cut-body".parse().unwrap()));
}

#[tokio::test]
async fn a_fault_of_a_sub_account_finds_it_wherever_it_is_named() {
    let site = Site::new();
    let agency = site.crm.admin().create_token("agency", crate::TokenLevel::Agency, crate::Scopes::All).1;
    let created =
        site.post("/contacts/", json!({ "locationId": site.location(), "email": "a@vale.example" })).await;
    let id = created.json()["contact"]["id"].as_str().unwrap().to_owned();
    site.crm.faults().arm(Fault::anywhere().location(site.location()).always().status(500));
    assert_eq!(site.get(&format!("/contacts/?locationId={}", site.location())).await.status, 500);
    assert_eq!(site.get(&format!("/contacts/{id}")).await.status, 500);
    assert_eq!(site.get(&format!("/locations/{}", site.location())).await.status, 500);
    // Only the body names it, and the token is nobody's of it.
    let by_agency = [("authorization", &*format!("Bearer {}", agency.expose()))];
    let user = json!({ "companyId": site.crm.admin().company(), "locationIds": [site.location()] });
    assert_ne!(site.ask("POST /users/", &by_agency, user.to_string()).await.status, 500);
    site.crm.admin().set_rate_limits(crate::RateLimits::off());
    let lenient = Site::of(crate::MemCrm::builder().lenient(true).build());
    lenient.crm.faults().arm(Fault::anywhere().location(lenient.location()).always().status(500));
    let body = json!({ "locationId": lenient.location(), "email": "a@vale.example" }).to_string();
    let nobody = [("authorization", "Bearer nobody")];
    assert_eq!(lenient.ask("POST /contacts/", &nobody, body).await.status, 500);
    let elsewhere = json!({ "locationId": "LOC9", "email": "a@vale.example" }).to_string();
    assert_ne!(lenient.ask("POST /contacts/", &nobody, elsewhere).await.status, 500);
}

#[tokio::test]
async fn a_real_clock_waits_and_a_virtual_one_is_moved() {
    let site = Site::new();
    site.crm.faults().arm(Fault::on(&op::LIST).delay(Duration::from_secs(3600)));
    let before = site.crm.clock().now();
    assert_eq!(site.get(&format!("/contacts/?locationId={}", site.location())).await.status, 200);
    assert_eq!((site.crm.clock().now() - before).num_seconds(), 3600);

    let real = crate::MemCrm::builder().clock(crate::Clock::real()).build();
    real.faults().arm(Fault::on(&op::LIST).delay(Duration::from_secs(3600)));
    let site = Site::of(real);
    let target = format!("/contacts/?locationId={}", site.location());
    let mut late = std::pin::pin!(site.get(&target));
    assert!(timeout(Duration::from_millis(20), late.as_mut()).await.is_err(), "it takes its time");
}

#[tokio::test]
async fn requests_and_outbox_can_be_asked_for_and_waited_for() {
    let site = Site::new();
    let service = site.service.clone();
    let waiting = tokio::spawn(async move {
        let request = Request::get("/_mem/requests?operation=contacts.create&status=201&wait=30");
        service.respond(request.body(bytes::Bytes::new()).unwrap()).await
    });
    tokio::task::yield_now().await;
    site.get("/contacts/nobody").await;
    assert!(!waiting.is_finished());
    let body =
        json!({ "locationId": site.location(), "email": "ada@vale.example", "phone": "(202) 555-0123" });
    let created = site.post("/contacts/", body).await.json();
    let answer = timeout(SOON, waiting).await.expect("it is woken").unwrap();
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(answer["requests"][0]["location"], json!(site.location()));

    let count = async |query: &str| {
        let (status, found) = send(&site, &format!("GET /_mem/requests?{query}"), Value::Null).await;
        assert_eq!(status, 200, "{found}");
        found["requests"].as_array().unwrap().len()
    };
    assert_eq!(count("method=get&path=/contacts").await, 1);
    assert_eq!(count(&format!("caller=test&location={}", site.location())).await, 2);
    assert_eq!((count("fault=false").await, count("fault=true").await), (2, 0));
    assert_eq!(count("since=1&wait=0").await, 1);
    assert_eq!(send(&site, "GET /_mem/requests?wait=9999", Value::Null).await.0, 400);
    assert_eq!(send(&site, "GET /_mem/requests?fault=maybe", Value::Null).await.0, 400);

    let message = json!({ "type": "SMS", "contactId": created["contact"]["id"], "message": "hello" });
    let crm = site.crm.clone();
    let sent =
        async move { crm.admin().wait_for_sent(Patience::Forever, |sent| sent.text().is_some()).await };
    let (sent, answer) = tokio::join!(sent, site.post("/conversations/messages", message));
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(sent.unwrap().text().unwrap().body, "hello");
    let outbox = async |query: &str| {
        let (_, found) = send(&site, &format!("GET /_mem/outbox?{query}"), Value::Null).await;
        found["outbox"].as_array().unwrap().len()
    };
    assert_eq!(outbox("to=%2B12025550123&kind=text&wait=1").await, 1);
    assert_eq!(outbox("kind=email").await, 0);
    assert_eq!(outbox("contactId=nobody").await, 0);
}

#[tokio::test(start_paused = true)]
async fn patience_runs_out() {
    let crm = crate::MemCrm::new();
    let never = |_: &crate::Call| false;
    assert!(crm.admin().wait_for_call(Patience::Real(Duration::from_secs(3600)), never).await.is_none());
    // The world's hour ends when the world's clock says so.
    let other = crm.clone();
    let mut waiting = tokio::spawn(async move {
        other.admin().wait_for_call(Patience::World(Duration::from_secs(3600)), |_| false).await
    });
    tokio::task::yield_now().await; // it waits from now on
    crm.advance(Duration::from_secs(3599)).await;
    assert!(timeout(Duration::from_secs(86_400), &mut waiting).await.is_err());
    crm.advance(Duration::from_secs(1)).await;
    assert!(timeout(SOON, waiting).await.expect("it is over").unwrap().is_none());
    // Whoever gave up is not waited for.
    assert!(crm.contacts().create(CreateContact::new(crm.location()).email("a@vale.example")).await.is_ok());
}

#[tokio::test]
async fn a_refusal_says_what_was_meant_and_keeps_the_wires_words() {
    let site = Site::new();
    let answer = site.post("/contact/upsert", json!({})).await;
    assert_eq!(
        answer.exact(),
        r#"{"message":"Cannot POST /contact/upsert","error":"Not Found","statusCode":404}"#
    );
    let hint = answer.headers["x-smbcrm-mem-hint"].to_str().unwrap();
    assert_eq!(hint, "did you mean POST /contacts/upsert (contacts.upsert)?");
    let wrong_case = site.get("/Contacts/abc123").await;
    assert_eq!(wrong_case.status, 401);
    assert!(wrong_case.headers["x-smbcrm-mem-hint"].to_str().unwrap().contains("GET /contacts/{contactId}"));

    let body = json!({ "locationId": site.location(), "emial": "a@vale.example" });
    let answer = site.post("/contacts/", body).await;
    assert_eq!(
        answer.exact(),
        r#"{"message":["property emial should not exist"],"error":"Unprocessable Entity","statusCode":422}"#
    );
    assert_eq!(answer.headers["x-smbcrm-mem-hint"], "`emial`: did you mean `email`?");
    let elsewhere = json!({ "locationId": site.location(), "createNewIfDuplicateAllowed": true });
    let answer = site.post("/contacts/", elsewhere).await;
    let hint = answer.headers["x-smbcrm-mem-hint"].to_str().unwrap();
    assert_eq!(hint, "`createNewIfDuplicateAllowed` is taken by POST /contacts/upsert.");

    let hints: Vec<_> = site.crm.admin().calls().into_iter().filter_map(|call| call.hint).collect();
    assert_eq!(hints.len(), 4);
    assert!(!site.get("/nothing/of/the/kind").await.headers.contains_key("x-smbcrm-mem-hint"));
    assert!(!site.get("/contacts/abc").await.headers.contains_key("x-smbcrm-mem-hint"));
}
