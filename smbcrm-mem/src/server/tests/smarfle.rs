//! Smarfle over HTTP: raw bodies, headers, and its own words.

use std::time::Duration;

use serde_json::{Value, json};
use smbcrm_core::smarfle::operations as leads;

use super::{Answer, Site};
use crate::{Fault, MemCrm, Sink};

const LEADS: &str = "/api/webhook/leads";

/// A site, a key and a session of its first organisation.
fn site() -> (Site, String, String) {
    let site = Site::new();
    let smarfle = site.crm.admin().smarfle();
    let key = smarfle.create_key("site").unwrap().1.expose().to_owned();
    let session = smarfle.create_session("owner").unwrap().expose().to_owned();
    (site, key, session)
}

impl Site {
    async fn lead(&self, key: &str, body: impl ToString) -> Answer {
        let headers = [("x-api-key", key), ("authorization", ""), ("version", "")];
        self.ask(&format!("POST {LEADS}"), &headers, body.to_string()).await
    }

    async fn as_bearer(&self, line: &str, value: &str, body: impl ToString) -> Answer {
        let bearer = format!("Bearer {value}");
        self.ask(line, &[("authorization", bearer.as_str()), ("version", "")], body.to_string()).await
    }
}

#[tokio::test]
async fn a_lead_by_curl() {
    let (site, key, _) = site();
    let body = json!({
        "first_name": "Ada", "last_name": "Reyes", "email": "ada@example.org", "phone": "555-0177",
        "notes": "asked for a quote", "sms_consent": true, "sms_consent_source": "example.org/quote, ticked box",
    });
    let made = site.lead(&key, &body).await;
    assert_eq!(made.status, 201);
    let answer = made.json();
    assert_eq!((&answer["success"], &answer["created"]), (&json!(true), &json!(true)));
    assert_eq!((&answer["client"]["id"], &answer["client"]["status"]), (&json!("cli_1"), &json!("lead")));
    assert_eq!(answer["client"]["sms_consent"], true);
    // The same person again: nobody is made.
    let again = site.as_bearer(&format!("POST {LEADS}"), &key, &body).await;
    assert_eq!((again.status, &again.json()["client"]["id"]), (200, &json!("cli_1")));
    let status = site.as_bearer(&format!("GET {LEADS}"), &key, "").await;
    assert_eq!((status.status, status.json()), (200, json!({ "valid": true, "organization": "Demo" })));
}

#[tokio::test]
async fn what_is_malformed_and_what_is_wrong_are_told_apart() {
    let (site, key, _) = site();
    for (body, status, code, words) in [
        ("{", 400, "bad_request", ""),
        ("[]", 422, "validation_error", "body must be an object"),
        ("{}", 422, "validation_error", "at least one of email and phone is needed"),
        (r#"{"email":7}"#, 422, "validation_error", "email must be a string"),
        (
            r#"{"email":"a@b.example","sms_consent":"true"}"#,
            422,
            "validation_error",
            "sms_consent must be a boolean",
        ),
        (
            r#"{"email":"a@b.example","sms_consent":1}"#,
            422,
            "validation_error",
            "sms_consent must be a boolean",
        ),
        (
            r#"{"email":"a@b.example","smsConsent":true}"#,
            422,
            "validation_error",
            "property smsConsent should not exist",
        ),
        (
            r#"{"email":"a@b.example","status":"active"}"#,
            422,
            "validation_error",
            "property status should not exist",
        ),
    ] {
        let refused = site.lead(&key, body).await;
        let answer = refused.json();
        assert_eq!((refused.status, answer["error"].as_str()), (status, Some(code)), "{body}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|text| text.contains(words)), "{body}: {answer}");
        assert!(answer.get("statusCode").is_none(), "it is in Smarfle's words: {answer}");
        if status == 422 {
            assert!(answer["details"].as_array().is_some_and(|details| !details.is_empty()), "{answer}");
        }
    }
    let large = site.lead(&key, json!({ "email": "a@b.example", "notes": "x".repeat(200_000) })).await;
    assert_eq!((large.status, &large.json()["error"]), (413, &json!("payload_too_large")));
    assert!(site.crm.admin().smarfle().clients().is_empty());
    // Each of them was a call, and is charged.
    let costs = site.crm.admin().smarfle();
    let state = site.crm.world.smarfle.read();
    let report = state.cost_report(1, &smbcrm_core::smarfle::settings::CostPeriod::new()).unwrap();
    assert_eq!((report.calls, costs.id().as_str()), (9, "org_1"));
}

#[tokio::test]
async fn a_lenient_world_lets_undeclared_fields_pass() {
    let site = Site::of(MemCrm::builder().lenient(true).build());
    let (_, key) = site.crm.admin().smarfle().create_key("site").unwrap();
    let made = site.lead(key.expose(), r#"{"email":"a@b.example","utm_source":"x"}"#).await;
    assert_eq!(made.status, 201);
    let refused = site.lead(key.expose(), r#"{"email":"c@b.example","sms_consent":"yes"}"#).await;
    assert_eq!(refused.status, 422, "consent is exactly a boolean, here too");
}

#[tokio::test]
async fn credentials_by_header() {
    let (site, key, session) = site();
    let get = format!("GET {LEADS}");
    for (headers, status) in [
        (vec![("authorization", String::new())], 401),
        (vec![("authorization", format!("bearer {key}"))], 200),
        (vec![("authorization", format!("Basic {key}"))], 401),
        (vec![("authorization", key.clone())], 401),
        (vec![("authorization", String::new()), ("x-api-key", format!(" {key} "))], 200),
        // The key's own header counts.
        (vec![("authorization", "Bearer x".to_owned()), ("x-api-key", key.clone())], 200),
        (vec![("authorization", format!("Bearer {key}")), ("x-api-key", "x".to_owned())], 401),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = site.ask(&get, &headers, "").await;
        assert_eq!(answer.status, status, "{:?}", headers.iter().map(|(name, _)| name).collect::<Vec<_>>());
    }
    // A session is a bearer's, and no key opens the settings.
    let keys = "GET /api/organization/keys";
    assert_eq!(site.as_bearer(keys, &session, "").await.status, 200);
    let headers = [("x-api-key", session.as_str()), ("authorization", "")];
    assert_eq!(site.ask(keys, &headers, "").await.status, 401);
    let refused = site.as_bearer(keys, &key, "").await;
    assert_eq!((refused.status, &refused.json()["error"]), (403, &json!("forbidden")));
    assert_eq!(site.ask(keys, &[], "").await.status, 401, "a CRM's token is none of Smarfle's");
}

#[tokio::test]
async fn every_answer_with_a_good_key_tells_the_limit() {
    let (site, key, _) = site();
    let number =
        |answer: &Answer, name: &str| -> i64 { answer.headers[name].to_str().unwrap().parse().unwrap() };
    let now = site.crm.clock().now().timestamp();
    let first = site.lead(&key, "{}").await;
    assert_eq!(first.status, 422);
    assert_eq!((number(&first, "x-ratelimit-limit"), number(&first, "x-ratelimit-remaining")), (100, 99));
    assert!((now + 59..=now + 61).contains(&number(&first, "x-ratelimit-reset")));
    // What leads nowhere counts too.
    let nowhere = site.as_bearer("GET /api/webhook/nowhere", &key, "").await;
    assert_eq!((nowhere.status, number(&nowhere, "x-ratelimit-remaining")), (404, 98));
    assert_eq!(nowhere.json()["error"], "not_found");
    for _ in 0..98 {
        assert_eq!(site.as_bearer(&format!("GET {LEADS}"), &key, "").await.status, 200);
    }
    site.crm.advance(Duration::from_secs(20)).await;
    let limited = site.lead(&key, r#"{"email":"a@b.example"}"#).await;
    assert_eq!((limited.status, &limited.json()["error"]), (429, &json!("rate_limited")));
    assert_eq!((number(&limited, "retry-after"), number(&limited, "x-ratelimit-remaining")), (40, 0));
    assert_eq!(limited.json()["retryAfter"], 40);
    site.crm.advance(Duration::from_secs(40)).await;
    assert_eq!(site.lead(&key, r#"{"email":"a@b.example"}"#).await.status, 201);
    let unknown = site.lead("unknown", "{}").await;
    assert!(unknown.status == 401 && !unknown.headers.contains_key("x-ratelimit-limit"));
}

#[tokio::test]
async fn faults_hit_it_as_they_hit_the_crm() {
    let (site, key, _) = site();
    site.crm.faults().arm(Fault::on(&leads::CREATE).first(1).status(503));
    assert_eq!(site.lead(&key, r#"{"email":"a@b.example"}"#).await.status, 503);
    assert!(site.crm.admin().smarfle().clients().is_empty());
    let calls = site.crm.admin().calls();
    assert!(
        calls
            .last()
            .is_some_and(|call| call.operation.as_deref() == Some("smarfle.create") && call.fault.is_some())
    );
}

#[tokio::test]
async fn the_document_has_both_halves() {
    let (site, ..) = site();
    let document = site.get("/openapi/smarfle.json").await.json();
    for path in [LEADS, "/api/organization/keys", "/api/organization/deliveries/{delivery_id}/redeliver"] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
    let lead = &document["components"]["schemas"]["CreateLead"]["properties"];
    assert!(lead.get("first_name").is_some() && lead.get("sms_consent_source").is_some(), "{lead}");
}

#[tokio::test]
async fn the_admin_api_lets_things_happen() {
    let (site, ..) = site();
    let sink = Sink::new();
    site.crm.admin().sink("https://app.example/", sink.clone());
    let org = site.post("/_mem/smarfle", json!({ "name": "Other" })).await;
    assert_eq!((org.status, &org.json()["id"]), (201, &json!("org_2")));
    let session = site.post("/_mem/smarfle/org_2/sessions", json!({ "name": "owner" })).await.json();
    let session = session["value"].as_str().unwrap().to_owned();
    let hook =
        json!({ "url": "https://app.example/hooks", "events": smbcrm_core::smarfle::event::EventKind::ALL });
    let made = site.as_bearer("POST /api/organization/endpoints", &session, hook).await;
    assert_eq!(made.status, 201);
    let config = json!({ "signature": { "header": "x-sign", "prefix": "" }, "requests_per_minute": 3 });
    let set = site.ask("PUT /_mem/smarfle/org_2/config", &[], config.to_string()).await;
    assert_eq!((set.status, &set.json()["signature"]["encoding"]), (200, &json!("hex")));

    let post = async |path: &str, body: Value| site.post(&format!("/_mem/smarfle/org_2/{path}"), body).await;
    let id = |answer: &Answer| answer.json()["id"].as_str().unwrap().to_owned();
    let client = id(&post("clients", json!({ "email": "ada@vale.example" })).await);
    let changed = json!({ "phone": "555-0177" });
    let path = format!("PUT /_mem/smarfle/org_2/clients/{client}");
    assert_eq!(site.ask(&path, &[], changed.to_string()).await.json()["phone"], "555-0177");
    let order = id(&post("work-orders", json!({ "client_id": client, "title": "mow", "total": 80 })).await);
    assert_eq!(post(&format!("work-orders/{order}/complete"), json!({})).await.json()["status"], "completed");
    let invoice = json!({ "client_id": client, "amount": 99.95, "work_order_id": order });
    let invoice = id(&post("invoices", invoice).await);
    assert_eq!(post(&format!("invoices/{invoice}/pay"), json!({})).await.json()["status"], "paid");
    let twice = post(&format!("invoices/{invoice}/pay"), json!({})).await;
    assert_eq!((twice.status, &twice.json()["error"]), (409, &json!("conflict")));
    let booking = json!({ "client_id": client, "service": "mow", "starts_at": "2026-12-01T09:00:00Z" });
    assert_eq!(post("bookings", booking).await.status, 201);
    site.crm.run_until_idle().await;
    let told: Vec<String> = sink
        .take()
        .iter()
        .map(|sent| {
            assert!(sent.header("x-sign").is_some());
            serde_json::from_slice::<Value>(&sent.body).unwrap()["event"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(told, smbcrm_core::smarfle::event::EventKind::KNOWN[..7]);

    for (path, list) in [
        ("clients", "clients"),
        ("work-orders", "work_orders"),
        ("invoices", "invoices"),
        ("bookings", "bookings"),
    ] {
        let answer = site.get(&format!("/_mem/smarfle/org_2/{path}")).await.json();
        assert_eq!(answer[list].as_array().map(Vec::len), Some(1), "{answer}");
    }
    let key = post("keys", json!({ "name": "mine", "value": "smf_0123456789abcdef" })).await;
    assert_eq!((key.status, &key.json()["value"]), (201, &json!("smf_0123456789abcdef")));
    assert_eq!(site.lead("smf_0123456789abcdef", r#"{"email":"bob@vale.example"}"#).await.status, 201);
    assert_eq!(
        site.get("/_mem/smarfle/org_2/notifications").await.json()["notifications"].as_array().map(Vec::len),
        Some(1)
    );
    // Refusals name what is wrong.
    assert_eq!(site.get("/_mem/smarfle/org_9/clients").await.status, 404);
    assert_eq!(post("clients", json!({ "email": "ada" })).await.status, 400);
    assert_eq!(post("clients", json!({ "mail": "a@b.example" })).await.status, 400);
    assert_eq!(post("invoices", json!({ "client_id": "cli_99", "amount": 1 })).await.status, 404);
    let ended = site.ask("DELETE /_mem/smarfle/org_2/sessions", &[], "").await;
    assert_eq!(ended.status, 200);
    assert_eq!(site.as_bearer("GET /api/organization/keys", &session, "").await.status, 401);
    assert_eq!(site.get("/_mem/smarfle").await.json()["organizations"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn curl_lines_name_this_server() {
    let (site, key, session) = site();
    site.crm.admin().set_base_url("http://127.0.0.1:4010");
    let printed = site.as_bearer("GET /api/organization/curl", &session, "").await;
    let text = String::from_utf8(printed.body.to_vec()).unwrap();
    assert!(printed.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert!(
        text.contains("curl -sS 'http://127.0.0.1:4010/api/webhook/leads'") && !text.contains(&key),
        "{text}"
    );
}
