//! What is sent, and answers of every shape.

use serde_json::json;
use smbcrm_core::contacts::{CreateContact, FindDuplicate, SearchContacts};
use smbcrm_core::locations::UploadFiles;
use smbcrm_core::operation::{Part, Request};
use smbcrm_core::{Crm, ErrorKind};
use wiremock::ResponseTemplate;

use crate::clock::Clock;
use crate::server::{CONTACT, answering, json as answer, seen};
use crate::{builder, client};

#[tokio::test]
async fn every_call_carries_token_version_and_kind() {
    let server = answering([answer(201, CONTACT)]).await;
    let crm = client(&format!("{}/prefix/", server.uri()), &Clock::new());
    crm.contacts().create(CreateContact::new("LOC1").email("ada@vale.example")).await.unwrap();
    let requests = seen(&server).await;
    let sent = &requests[0];
    let header = |name: &str| sent.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(sent.url.path(), "/prefix/contacts/");
    assert_eq!(header("authorization"), "Bearer pit-00000000-0000-0000-0000-000000000000");
    assert_eq!((header("version"), header("accept")), ("2021-07-28".into(), "application/json".into()));
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("user-agent"), concat!("smbcrm-client/", env!("CARGO_PKG_VERSION")));
    assert_eq!(
        sent.body_json::<serde_json::Value>().unwrap(),
        json!({ "locationId": "LOC1", "email": "ada@vale.example" })
    );
}

#[tokio::test]
async fn a_write_without_a_body_says_so() {
    let server = answering([answer(200, r#"{"succeded":true}"#)]).await;
    let crm = client(&server.uri(), &Clock::new());
    crm.contacts().add_to_campaign(&"CON1".into(), &"CAMP1".into()).await.unwrap();
    assert_eq!(seen(&server).await[0].headers.get("content-length").unwrap(), "0");
}

#[tokio::test]
async fn queries_are_encoded() {
    let server = answering([answer(200, r#"{"contact":null}"#)]).await;
    let crm = client(&server.uri(), &Clock::new());
    let query = FindDuplicate::new("LOC1").email("ada+1@vale.example");
    let _ = crm.contacts().find_duplicate(query).await;
    let sent = seen(&server).await;
    assert!(sent[0].url.query_pairs().any(|(_, value)| value == "ada+1@vale.example"), "{}", sent[0].url);
}

#[tokio::test]
async fn files_go_out_as_multipart_and_again_on_a_retry() {
    let server = answering([
        answer(429, "{}").insert_header("retry-after", "1"),
        answer(200, r#"{"uploadedFiles":{"a.txt":"https://files.example/a"},"meta":[]}"#),
    ])
    .await;
    let crm = client(&server.uri(), &Clock::new());
    let files = UploadFiles::new("FIELD1").file(Part::file("f", "a.txt", "text/plain", "hello"));
    crm.locations().upload_files(&"LOC1".into(), files).await.unwrap();
    let sent = seen(&server).await;
    assert_eq!(sent.len(), 2);
    for request in sent {
        let kind = request.headers.get("content-type").unwrap().to_str().unwrap();
        assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
        let body = String::from_utf8(request.body).unwrap();
        assert!(body.contains("filename=\"a.txt\"") && body.contains("hello"), "{body}");
    }
}

#[tokio::test]
async fn what_this_version_does_not_know_survives() {
    let body = r#"{"contact":{"id":"CON1","locationId":"LOC1","type":"quantum_lead","orbit":{"a":[1]}},"traceId":"t"}"#;
    let server = answering([answer(200, body)]).await;
    let contact = client(&server.uri(), &Clock::new()).contacts().get(&"CON1".into()).await.unwrap();
    let back = serde_json::to_value(&*contact).unwrap();
    assert_eq!((&back["type"], &back["orbit"]), (&json!("quantum_lead"), &json!({ "a": [1] })));
}

#[tokio::test]
async fn the_http_status_counts_not_the_bodys() {
    let server = answering([answer(400, r#"{"statusCode":422,"message":["email must be an email"]}"#)]).await;
    let crm = client(&server.uri(), &Clock::new());
    let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Invalid, Some(400), 1));
}

#[tokio::test]
async fn an_answer_of_the_wrong_shape_names_the_place() {
    let server = answering([answer(200, r#"{"contacts":[{"id":"CON1"},{"id":7}],"total":2}"#)]).await;
    let crm = client(&server.uri(), &Clock::new());
    let error = crm.contacts().search(SearchContacts::new("LOC1", 2)).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)));
    assert!(error.to_string().contains("contacts[1]"), "{error}");
}

#[tokio::test]
async fn a_success_that_is_a_page_or_empty_is_a_decode_error() {
    for body in [ResponseTemplate::new(200), ResponseTemplate::new(200).set_body_raw("<html>", "text/html")] {
        let server = answering([body]).await;
        let error = client(&server.uri(), &Clock::new()).contacts().get(&"CON1".into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(seen(&server).await.len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused() {
    let server = answering([answer(200, CONTACT)]).await;
    let crm = builder(&server.uri(), &Clock::new()).max_response_bytes(20).build().unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("20 bytes"), "{error}");
}

#[tokio::test]
async fn exchange_returns_refusals_as_answers() {
    let server = answering([answer(404, r#"{"message":"gone"}"#)]).await;
    let crm = client(&server.uri(), &Clock::new());
    let request = Request::new(&smbcrm_core::contacts::operations::GET).param("contactId", "CON1");
    let response = crm.exchange(request).await.unwrap();
    assert_eq!((response.status, &response.body[..]), (404, br#"{"message":"gone"}"#.as_slice()));
    assert_eq!(response.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn an_empty_id_is_refused_before_anything_is_sent() {
    let server = answering([answer(200, CONTACT)]).await;
    let error = client(&server.uri(), &Clock::new()).contacts().delete(&"".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Invalid, 0));
    assert!(seen(&server).await.is_empty());
}
