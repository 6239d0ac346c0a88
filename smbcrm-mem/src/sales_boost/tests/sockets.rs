//! Over real sockets, on this machine.

use smbcrm_core::sales_boost::{DeliveryStatus, PushLead};
use smbcrm_core::webhooks::{Incoming, Secret, Timestamped, Verify};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

async fn receiver(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/hook")).respond_with(answer).mount(&server).await;
    server
}

async fn world(receiver: &MockServer) -> (MemCrm, CreatedWebhook) {
    let crm = MemCrm::new();
    crm.admin().sales_boost().allow_loopback_targets(true);
    let made = crm.sales_boost().create_webhook(webhook(&format!("{}/hook", receiver.uri()))).await.unwrap();
    (crm, made)
}

#[tokio::test]
async fn what_arrives_is_signed_and_logged() {
    let server = receiver(ResponseTemplate::new(200).set_body_string("thanks")).await;
    let (crm, made) = world(&server).await;
    let id = made.integration.id;
    receive(&crm, 1);
    crm.run_until_idle().await;
    assert!(crm.sales_boost().test(&id).await.unwrap().succeeded());
    let lead = PushLead::own([("companyName", serde_json::json!("Vale"))]);
    assert!(crm.sales_boost().push_lead(&id, lead).await.unwrap().succeeded());
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 3);
    let scheme = Timestamped::sales_boost([&Secret::from(&made.signing_secret)]);
    for request in &requests {
        assert!(scheme.verify(&Incoming::new(&request.headers, &request.body)).is_ok());
    }
    let log = crm.sales_boost().list_deliveries(&id).await.unwrap();
    assert!(log.iter().all(|line| line.response_body.as_deref() == Some("thanks")), "{log:?}");
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let answer = ResponseTemplate::new(307).insert_header("location", "/elsewhere");
    let server = receiver(answer).await;
    let (crm, made) = world(&server).await;
    let attempt = crm.sales_boost().test(&made.integration.id).await.unwrap();
    assert_eq!((attempt.succeeded(), attempt.status_code), (false, Some(307)));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_there_is_a_failure_with_words() {
    let server = receiver(ResponseTemplate::new(200)).await;
    let (crm, made) = world(&server).await;
    drop(server);
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", unused.local_addr().unwrap());
    drop(unused);
    let moved = smbcrm_core::sales_boost::UpdateIntegration::new().default_target_url(url);
    crm.sales_boost().update(&made.integration.id, moved).await.unwrap();
    let attempt = crm.sales_boost().test(&made.integration.id).await.unwrap();
    assert!(
        attempt.status_code.is_none() && attempt.error.is_some_and(|error| error.contains("unreachable"))
    );
    let line = crm.sales_boost().list_deliveries(&made.integration.id).await.unwrap().remove(0);
    assert_eq!((line.status, line.status_code), (DeliveryStatus::Failed, None));
}
