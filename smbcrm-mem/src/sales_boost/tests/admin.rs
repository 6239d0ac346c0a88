//! The dashboard in process, and the same under `/_mem/sales-boost/`.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use smbcrm_core::sales_boost::{Dialect, StartConnection};

use super::*;
use crate::Service;

async fn ask(service: &Service, line: &str, body: Value) -> (u16, Value) {
    let (method, path) = line.split_once(' ').unwrap();
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(format!("/_mem/sales-boost/{path}"));
    let answer = service.respond(request.body(body).unwrap()).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

#[tokio::test]
async fn everything_that_happens_can_be_asked_for_over_http() {
    let (crm, sink, _) = told();
    let service = Service::new(&crm);
    let ask = async |line: &str, body: Value| {
        let (status, answer) = ask(&service, line, body).await;
        assert!((200..300).contains(&status), "{line}: {status} {answer}");
        answer
    };
    let key = ask("POST keys", json!({ "name": "curl" })).await;
    let value = key["value"].as_str().unwrap();
    assert!(crm.sales_boost().with_key(value).list().await.is_ok());
    assert_eq!(ask("GET keys", Value::Null).await["keys"][0]["keyPrefix"], key["key"]["keyPrefix"]);
    ask(&format!("POST keys/{}/revoke", key["key"]["id"]), Value::Null).await;
    assert!(crm.sales_boost().with_key(value).list().await.is_err());

    let session = ask("POST sessions", json!({})).await;
    let signed_in = crm.sales_boost().with_session(session["value"].as_str().unwrap());
    assert!(signed_in.list().await.is_ok());
    ask("DELETE sessions", Value::Null).await;
    assert!(signed_in.list().await.is_err());

    let settings = ask("PUT settings", json!({ "credits": 3, "lowBalanceThreshold": 2 })).await;
    assert_eq!((&settings["credits"], &settings["planStatus"]), (&json!(3), &json!("active")));
    let ids = ask("POST leads", json!({ "leads": [{ "companyName": "A" }, { "companyName": "B" }] })).await;
    let ids = &ids["leadIds"];
    ask("POST leads/receive", json!({ "leadIds": [ids[0]] })).await;
    ask("POST exports", json!({ "leadIds": ids, "fileType": "json" })).await;
    ask("POST email-schedules/run", json!({ "name": "weekly", "leadIds": [ids[1]] })).await;
    let left = ask("POST credits/spend", json!({ "credits": 1 })).await;
    assert_eq!(left["creditsRemaining"], 0);
    crm.run_until_idle().await;
    let told: Vec<_> = sink.take().iter().map(|one| one.header("x-smb-event").unwrap().to_owned()).collect();
    let all = [
        "lead.created",
        "lead.created",
        "lead.updated",
        "export.completed",
        "credit.low_balance",
        "lead.updated",
        "email_schedule.sent",
    ];
    assert_eq!(told, all);
    assert_eq!(ask("GET leads", Value::Null).await["leads"][0]["owned"], true);
    assert_eq!(ask("GET crm-records", Value::Null).await["records"], json!([]));
    ask("PUT providers/hubspot", json!({ "available": false, "reason": "not here" })).await;
    let providers = crm.sales_boost().list_providers().await.unwrap();
    assert_eq!(providers[0].reason.as_deref(), Some("not here"));
}

#[tokio::test]
async fn what_makes_no_sense_is_said() {
    let service = Service::new(&MemCrm::new());
    for (line, body, status) in [
        ("PUT settings", json!({ "credit": 3 }), 400),
        ("PUT settings", json!({ "dashboardUrl": "nowhere" }), 400),
        ("PUT settings", json!({ "planStatus": "late" }), 400),
        ("PUT providers/zapier", json!({ "available": false }), 400),
        ("POST keys/7/revoke", Value::Null, 404),
        ("POST exports", json!({}), 400),
        ("GET consent?state=st_unknown", Value::Null, 400),
        ("GET nothing", Value::Null, 404),
    ] {
        assert_eq!(ask(&service, line, body).await.0, status, "{line}");
    }
}

#[tokio::test]
async fn a_browser_goes_through_consent_to_the_dashboard() {
    let crm = MemCrm::new();
    let service = Service::new(&crm);
    crm.admin()
        .sales_boost()
        .configure(|settings| {
            settings.dashboard_url = Some("https://dash.example/in?tab=crm".into());
        })
        .unwrap();
    let begun = crm.sales_boost().start(&ProviderId::Salesforce, StartConnection::new()).await.unwrap();
    let mut at = format!("{}&account=https%3A%2F%2Fother.salesforce.example", begun.authorization_url);
    for _ in 0..2 {
        let target = at.split_once("://").unwrap().1;
        let target = &target[target.find('/').unwrap()..];
        let answer = service.respond(Request::get(target).body(Bytes::new()).unwrap()).await;
        assert_eq!(answer.status(), 302, "{target}");
        at = answer.headers()["location"].to_str().unwrap().to_owned();
    }
    assert_eq!(at, "https://dash.example/in?tab=crm&connected=salesforce");
    let made = crm.sales_boost().list().await.unwrap().remove(0);
    assert_eq!(made.external_account_id.as_deref(), Some("https://other.salesforce.example"));
}

#[test]
fn leads_beyond_the_credits_are_left_out() {
    let crm = MemCrm::new();
    let dashboard = crm.admin().sales_boost();
    let ids = dashboard.add_leads(["A", "B", "C"].map(Lead::named));
    dashboard.set_credits(2);
    let mut asked = ids.clone();
    asked.push(ids[0]);
    asked.push(404.into());
    let received = dashboard.receive_leads(asked);
    assert_eq!((received.new.as_slice(), received.owned.len()), (&ids[..2], 0));
    assert_eq!(received.left_out, [ids[2], 404.into()]);
    assert_eq!(dashboard.settings().credits, 0);
    let again = dashboard.receive_leads(ids.clone());
    assert_eq!((again.owned.as_slice(), again.left_out.as_slice()), (&ids[..2], &ids[2..]));
    assert_eq!(dashboard.leads()[0].received.len(), 2);
}

#[test]
fn the_dialect_decides_how_leads_are_told() {
    let (crm, sink, _) = told();
    for (dialect, events) in [(Dialect::Enveloped, 3), (Dialect::Plain, 1)] {
        crm.admin().sales_boost().configure(|settings| settings.tell_as(dialect)).unwrap();
        receive(&crm, 3);
        block_on(crm.run_until_idle());
        assert_eq!(sink.take().len(), events, "{dialect:?}");
    }
}

#[tokio::test]
async fn a_server_has_a_key_that_is_the_same_at_every_start() {
    let mut keys = Vec::new();
    for _ in 0..2 {
        let server = crate::MemServer::start().await.unwrap();
        let account = server.crm().sales_boost().with_key(server.sales_boost_key());
        assert!(account.list().await.is_ok());
        assert!(!server.sales_boost_key().contains(&server.token()[4..12]));
        keys.push(server.sales_boost_key().to_owned());
        // The same world again.
        let again = crate::MemServer::builder().crm(server.crm().clone()).start().await.unwrap();
        keys.push(again.sales_boost_key().to_owned());
        again.crm().admin().reset();
        assert!(account.list().await.is_ok(), "it outlives a reset");
    }
    keys.dedup();
    assert_eq!(keys.len(), 1);
    let open = crate::MemServer::builder().listen("0.0.0.0:0".parse().unwrap()).start().await.unwrap();
    assert_ne!(open.sales_boost_key(), keys[0]);
    assert!(open.crm().sales_boost().with_key(open.sales_boost_key()).list().await.is_ok());
}
