//! Nothing that the server keeps, logs or prints holds a token or anybody's data.
//!
//! In a process of its own, because it captures the tracing of the whole process.

use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use serde_json::json;
use smbcrm_core::contacts::operations as op;
use smbcrm_mem::{CallFilter, Fault, MemCrm, MemServer, Scopes, Service, TokenLevel, Wire};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// A token that is good, one that is not, and a key: none of them may be seen anywhere.
const TOKEN: &str = "pit-ca0a5e00-dead-beef-feed-c0ffee000000";
const NO_TOKEN: &str = "pit-ca0a5e11-dead-beef-feed-c0ffee000011";
const KEY: &str = "canary-admin-key";
const PERSON: &str = "canary.person@vale.example";
const QUERY: &str = "canaryquery";

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn nothing_secret_is_kept_or_printed() {
    let test = ["--ignored", "--exact", "secrets::whatever_is_kept_or_printed", "--nocapture"];
    let run = Command::new(std::env::current_exe().unwrap()).args(test).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let ran = run.status.success() && said.contains("1 passed");
    assert!(ran, "{said}{}", String::from_utf8_lossy(&run.stderr));
}

#[tokio::test]
#[ignore = "run by `nothing_secret_is_kept_or_printed`, in a process of its own"]
async fn whatever_is_kept_or_printed() {
    let captured = Captured::default();
    let logging = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(captured.clone())
        .finish();
    tracing::subscriber::set_global_default(logging).unwrap();

    let crm = MemCrm::new();
    let level = TokenLevel::Location(crm.location().clone());
    crm.admin().install_token("app", level, Scopes::All, TOKEN);
    let service = Service::new(&crm);
    let ask = async |line: &str, token: &str, body: String| {
        let (method, target) = line.split_once(' ').unwrap();
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("authorization", format!("Bearer {token}"))
            .header("version", "2021-07-28")
            .header("content-type", "application/json")
            .header("x-smbcrm-admin", KEY);
        service.respond(request.body(Bytes::from(body)).unwrap()).await.status().as_u16()
    };
    let person = json!({ "locationId": crm.location(), "email": PERSON }).to_string();
    let misspelt = json!({ "locationId": crm.location(), "emial": PERSON, TOKEN: 1 }).to_string();
    crm.faults().arm_all([
        Fault::on(&op::UPSERT).first(2).reset_after_commit(),
        Fault::on(&op::UPSERT).token("app").nth(1).cut_body(),
        Fault::on(&op::GET).html_page(502),
    ]);
    for token in [TOKEN, NO_TOKEN] {
        ask("POST /contacts/", token, person.clone()).await;
        ask("POST /contacts/", token, misspelt.clone()).await;
        ask("POST /contacts/", token, format!("{{\"email\": \"{PERSON}\" ")).await;
        for _ in 0..4 {
            ask("POST /contacts/upsert", token, person.clone()).await;
        }
        ask(&format!("GET /contacts/{TOKEN}"), token, String::new()).await;
        ask(&format!("GET /contact/{TOKEN}?q={QUERY}"), token, String::new()).await;
        ask(&format!("GET /Contacts/{NO_TOKEN}"), token, String::new()).await;
        ask(&format!("GET /contacts/?locationId={}&query={QUERY}", crm.location()), token, String::new())
            .await;
        ask(&format!("GET /_mem/requests?bogus={QUERY}"), token, String::new()).await;
    }
    let server = MemServer::builder().crm(crm.clone()).token(TOKEN).admin_key(KEY).start().await.unwrap();

    let mut seen = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(seen.contains("contacts.upsert"), "the log is captured");
    let calls = crm.admin().calls_where(&CallFilter::new().path("/contact"));
    assert!(calls.len() >= 20 && calls.iter().any(|call| call.hint.is_some()), "{calls:?}");
    assert!(calls.iter().any(|call| call.fault.is_some()));
    seen.push_str(&format!("{calls:?} {}", serde_json::to_string(&calls).unwrap()));
    seen.push_str(&format!("{crm:?} {server:?} {service:?} {:?}", Wire::new(&crm, TOKEN)));
    seen.push_str(&format!("{:?} {:?}", crm.with_token(TOKEN), crm.admin().tokens()));
    seen.push_str(&format!("{:?} {:?}", crm.faults().list(), crm.admin().events()));
    for secret in [TOKEN, NO_TOKEN, KEY, PERSON, QUERY, "ca0a5e00", "ca0a5e11"] {
        let at = seen.find(secret);
        let near = at.map(|at| seen[at.saturating_sub(200)..].chars().take(400).collect::<String>());
        assert!(at.is_none(), "`{secret}` can be seen: {near:?}");
    }
}
