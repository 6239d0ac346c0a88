//! What bodies may be.

use serde_json::json;
use smbcrm_core::Crm as _;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::conversations::InitiateUpload;
use smbcrm_core::operation::{Operation, Part, Payload};

use super::Site;
use crate::Wire;
use crate::server::{Service, dispatch::Policy, input};

#[tokio::test]
async fn broken_json_is_refused_as_the_wire_does() {
    let site = Site::new();
    for (body, said) in [
        ("{", "Unexpected end of JSON input"),
        ("{\"a\":}", "Unexpected token } in JSON at position 5"),
        ("nonsense", "Unexpected token o in JSON at position 1"),
    ] {
        let answer = site.ask("POST /contacts/", &[], body).await;
        let said = format!(r#"{{"message":"{said}","error":"Bad Request","statusCode":400}}"#);
        assert_eq!((answer.status, answer.exact()), (400, said));
    }
    let deep = "[".repeat(100_000);
    assert_eq!(site.ask("POST /contacts/", &[], deep).await.status, 400);
}

#[tokio::test]
async fn the_media_type_decides() {
    let site = Site::new();
    let form = format!("locationId={}&email=form%40vale.example", site.location());
    let typed = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(site.ask("POST /contacts/", &typed, form).await.status, 201);
    let body = json!({ "locationId": site.location(), "email": "none@vale.example" }).to_string();
    assert_eq!(site.ask("POST /contacts/", &[("content-type", "")], body.clone()).await.status, 201);
    // What no parser takes is no body at all.
    assert_eq!(
        site.ask("POST /contacts/", &[("content-type", "text/plain")], body.clone()).await.status,
        403
    );
    assert_eq!(site.ask("POST /contacts/", &[("content-encoding", "gzip")], body).await.status, 415);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let site = Site::new();
    let service = Service::with(&site.crm, Policy { max_body: 1_000, ..Policy::default() }, Vec::new());
    let small = Site { service, crm: site.crm.clone(), token: site.token.clone() };
    let answer = small.ask("POST /contacts/", &[], vec![b' '; 1_001]).await;
    let said = r#"{"statusCode":413,"message":"request entity too large"}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (413, said));
    // A bad token is told so first.
    assert_eq!(small.ask("POST /contacts/", &[("authorization", "")], vec![b' '; 1_001]).await.status, 401);
    let long = format!("/contacts/{}", "x".repeat(20_000));
    assert_eq!(site.get(&long).await.status, 414);
}

#[tokio::test]
async fn files_have_room_of_their_own() {
    let site = Site::new();
    let contact = CreateContact::new(site.location()).email("ada@vale.example");
    let ada = site.crm.contacts().create(contact).await.unwrap();
    let thread = site.crm.admin().conversation(&ada.id).unwrap();
    let policy = Policy { max_body: 1_000, max_upload: 9_000, ..Policy::default() };
    let small = Site {
        service: Service::with(&site.crm, policy, Vec::new()),
        crm: site.crm.clone(),
        token: site.token.clone(),
    };
    let upload = async |bytes: usize| {
        let field = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = field("conversationId", thread.as_str())
            + &field("locationId", small.location().as_str())
            + "--b\r\nContent-Disposition: form-data; name=\"fileAttachment\"; filename=\"a.txt\"\r\n\
               Content-Type: text/plain\r\n\r\n"
            + &"x".repeat(bytes)
            + "\r\n--b--\r\n";
        let typed = [("content-type", "multipart/form-data; boundary=b"), ("version", "2021-04-15")];
        small.ask("POST /conversations/messages/upload", &typed, body).await
    };
    assert_eq!(upload(5_000).await.status, 200, "larger than any other body");
    assert_eq!(upload(9_000).await.status, 413);
    // At the address of an upload there is as much room as the upload was promised, and nowhere else.
    let asked = InitiateUpload::new(small.location(), &thread, "a.txt", "text/plain", "SMS");
    let begun = small.crm.conversations().initiate_upload(asked).await.unwrap();
    let put = async |id: &str, bytes: usize| {
        small.ask(&format!("PUT /_mem/uploads/{id}"), &[], vec![b'x'; bytes]).await.status
    };
    assert_eq!(put(begun.upload_id.as_str(), 5 * 1024 * 1024).await, 200);
    assert_eq!(put(begun.upload_id.as_str(), 5 * 1024 * 1024 + 2).await, 413);
    assert_eq!(put("nothing", 1_001).await, 413);
}

#[test]
fn a_multipart_form_is_read_part_by_part() {
    let upload: &Operation = smbcrm_core::operations()
        .find(|operation| operation.path.ends_with("/customFields/upload"))
        .expect("the upload is declared");
    let body = "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nCON1\r\n--b\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n";
    let mut headers = http::HeaderMap::new();
    headers.insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
    let Payload::Multipart(parts) = input::payload(upload.body, &headers, &body.into()).unwrap() else {
        panic!("it is a form");
    };
    assert_eq!(parts, [Part::field("id", "CON1"), Part::file("file", "a.txt", "text/plain", "hello")]);

    headers.insert("content-type", "multipart/form-data".parse().unwrap());
    assert_eq!(input::payload(upload.body, &headers, &body.into()).unwrap_err().status(), Some(400));
    let many = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n".repeat(101) + "--b--\r\n";
    headers.insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
    assert_eq!(input::payload(upload.body, &headers, &many.into()).unwrap_err().status(), Some(413));
}

#[tokio::test]
async fn the_wire_carries_what_a_client_sends() {
    let site = Site::new();
    let wire = Wire::new(&site.crm, &site.token);
    let input = CreateContact::new(site.location()).email("Ada+x@Vale.example").first_name("Ada & Söhne");
    let made = wire.contacts().create(input).await.unwrap();
    let read = wire.contacts().get(&made.id).await.unwrap();
    assert_eq!((made.email.as_deref(), &read.first_name), (Some("ada+x@vale.example"), &made.first_name));
    let error = Wire::new(&site.crm, "nonsense").contacts().get(&made.id).await.unwrap_err();
    assert_eq!((error.status(), error.messages()), (Some(401), &["Invalid JWT".to_owned()][..]));
    assert!(error.trace_id().is_some());
}
