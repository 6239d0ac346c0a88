//! What a token is never sent to, and connections that are not trusted.

use smbcrm_client::{Client, ConfigError};
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::{Crm, ErrorKind};
use wiremock::ResponseTemplate;

use crate::clock::Clock;
use crate::server::{Act, CONTACT, Raw, answering, json, seen};
use crate::{builder, client};

#[tokio::test]
async fn a_redirect_is_refused_not_followed() {
    let elsewhere = answering([json(200, CONTACT)]).await;
    let to = format!("{}/contacts/CON1?secret=1", elsewhere.uri());
    let server = answering([ResponseTemplate::new(307).insert_header("location", to.as_str())]).await;
    let error = client(&server.uri(), &Clock::new()).contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Transport, Some(307), 1));
    assert!(error.to_string().contains("redirect") && !error.to_string().contains("secret"), "{error}");
    assert!(seen(&elsewhere).await.is_empty());
}

#[tokio::test]
async fn a_redirect_that_ones_own_client_followed_is_an_error_too() {
    let elsewhere = answering([json(200, CONTACT)]).await;
    let server =
        answering([ResponseTemplate::new(307).insert_header("location", elsewhere.uri().as_str())]).await;
    let own = smbcrm_client::http_builder().unwrap().no_proxy().build().unwrap();
    let crm = builder(&server.uri(), &Clock::new()).http_client(own).build().unwrap();
    let error = crm.contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.to_string().contains("Policy::none"), "{error}");
    let leaked = seen(&elsewhere).await;
    assert!(leaked.iter().all(|request| !request.headers.contains_key("authorization")));
}

#[test]
fn plain_http_is_refused_off_this_machine() {
    let error = Client::builder().token("pit-1").base_url("http://services.smbcrm.com").build().unwrap_err();
    assert!(matches!(error, ConfigError::BaseUrl(_)) && error.to_string().contains("https"), "{error}");
    let error: smbcrm_core::Error = error.into();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(
        Client::builder()
            .token("pit-1")
            .base_url("http://crm.internal")
            .allow_insecure_http(true)
            .build()
            .is_ok()
    );
}

#[tokio::test]
async fn a_tls_failure_is_not_tried_again() {
    // It speaks HTTP where TLS is expected; it reads no whole request, so it is told apart by its answer alone.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let text = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, text).await;
            let mut rest = [0; 1024];
            while tokio::io::AsyncReadExt::read(&mut stream, &mut rest).await.is_ok_and(|n| n > 0) {}
        }
    });
    let crm = client(&url, &Clock::new());
    let error = crm.contacts().create(CreateContact::new("LOC1")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{error:?}");
    assert!(error.to_string().contains("TLS"), "{error}");
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_edges_text_is_no_api_refusal() {
    let server =
        Raw::start(&[Act::Say("HTTP/1.1 403 Forbidden\r\ncontent-length: 16\r\n\r\nerror code: 1010")]).await;
    let error = client(&server.url, &Clock::new()).contacts().get(&"CON1".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Forbidden, 1));
    assert!(error.to_string().contains("1010"), "{error}");
}

#[tokio::test]
async fn a_proxy_carries_the_calls() {
    let proxy = answering([json(200, CONTACT)]).await;
    let crm = builder("http://crm.internal/api", &Clock::new())
        .allow_insecure_http(true)
        .proxy(reqwest::Proxy::all(proxy.uri()).unwrap())
        .build()
        .unwrap();
    crm.contacts().get(&"CON1".into()).await.unwrap();
    let sent = seen(&proxy).await;
    assert_eq!(sent[0].headers.get("host").unwrap(), "crm.internal");
    assert_eq!(sent[0].url.path(), "/api/contacts/CON1");
}
