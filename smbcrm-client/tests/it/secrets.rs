//! Nothing that is printed, logged or traced holds a token or anybody's data.
//!
//! In a process of its own, because it captures the tracing of the whole process.

use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex};

use smbcrm_client::{Client, RetryPolicy, SalesBoost};
use smbcrm_core::contacts::{CreateContact, FindDuplicate, UpsertContact};
use smbcrm_core::sales_boost::{CreateWebhook, EventType, Integrations, ProviderId, Returned};
use smbcrm_core::{Crm, Error};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::clock::Clock;
use crate::server::{Act, Raw, UPSERTED, answering, json, too_many};

const TOKEN: &str = "pit-canary0-dead-beef-feed-c0ffee000000";
const BODY: &str = "canary.person@vale.example";
const ID: &str = "CANARYID";
const BOOST_KEY: &str = "smbk_canary1deadbeef";
const HEADER_KEY: &str = "canary2-of-the-receiver";
const STATE: &str = "st_canary3";

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

fn all(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {}", error.hint());
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

#[test]
fn nothing_secret_is_ever_printed() {
    let test = ["--ignored", "--exact", "secrets::whatever_is_printed", "--nocapture"];
    let run = Command::new(std::env::current_exe().unwrap()).args(test).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let ran = run.status.success() && said.contains("1 passed");
    assert!(ran, "{said}{}", String::from_utf8_lossy(&run.stderr));
}

#[tokio::test]
#[ignore = "run by `nothing_secret_is_ever_printed`, in a process of its own"]
async fn whatever_is_printed() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(captured.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut printed = String::new();

    let builder = |url: &str| {
        Client::builder().token(TOKEN).base_url(url).timer(Clock::new()).retry(RetryPolicy::default().seed(1))
    };
    let server = answering([too_many(), json(503, "{}"), json(200, UPSERTED)]).await;
    printed += &format!("{:?} {:#?}", builder(&server.uri()), builder(&server.uri()));
    let crm = builder(&server.uri()).build().unwrap();
    printed += &format!("{crm:?} {crm:#?}");
    crm.contacts().upsert(UpsertContact::new("LOC1").email(BODY)).await.unwrap();
    let _ = crm.contacts().find_duplicate(FindDuplicate::new("LOC1").email(BODY)).await;
    let _ = crm.contacts().delete(&ID.into()).await;

    for act in
        [Act::Reset, Act::Say("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"), Act::Say("junk\r\n\r\n")]
    {
        let server = Raw::start(&[act]).await;
        let crm = builder(&server.url).build().unwrap();
        printed += &all(&crm.contacts().create(CreateContact::new("LOC1").email(BODY)).await.unwrap_err());
        printed += &all(&crm.contacts().get(&ID.into()).await.unwrap_err());
        printed +=
            &all(&crm.contacts().find_duplicate(FindDuplicate::new("LOC1").email(BODY)).await.unwrap_err());
    }
    let refusing = answering([json(401, r#"{"statusCode":401,"message":"Invalid JWT"}"#)]).await;
    let crm = builder(&refusing.uri()).build().unwrap();
    printed += &all(&crm.contacts().create(CreateContact::new("LOC1").email(BODY)).await.unwrap_err());
    let bad = Client::builder().token(format!("{TOKEN}\u{7f}")).build().unwrap_err();
    printed += &format!("{bad} {bad:?}");

    let server = Raw::start(&[Act::Reset]).await;
    let builder = || SalesBoost::builder().token(BOOST_KEY).base_url(&server.url).timer(Clock::new());
    printed += &format!("{:?} {:#?}", builder(), builder().build().unwrap());
    let sales_boost = builder().retry(RetryPolicy::default().seed(1)).build().unwrap();
    let webhook = CreateWebhook::new("clay", format!("https://hooks.example/{ID}"), [EventType::LeadCreated]);
    let webhook = webhook.api_key(HEADER_KEY);
    printed += &all(&sales_boost.create_webhook(webhook).await.unwrap_err());
    let returned = Returned::new().state(STATE).code(STATE);
    printed += &format!("{returned:?}");
    printed += &all(&sales_boost.callback(&ProviderId::HubSpot, returned).await.unwrap_err());
    let made = format!(r#"{{"integration":{{"id":1}},"signingSecret":"{HEADER_KEY}"}}"#);
    let server = answering([json(200, &made)]).await;
    let sales_boost = SalesBoost::builder().token(BOOST_KEY).base_url(server.uri()).build().unwrap();
    let webhook = CreateWebhook::new("clay", "https://hooks.example/", [EventType::LeadCreated]);
    let webhook = webhook.api_key(HEADER_KEY);
    printed += &format!("{webhook:?}");
    printed += &format!("{:?}", sales_boost.create_webhook(webhook).await.unwrap());

    let traced = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    for (what, text) in [("printed", &printed), ("traced", &traced)] {
        for secret in
            [TOKEN, "canary0", BODY, "canary.person", "canary.person%40", ID, BOOST_KEY, HEADER_KEY, STATE]
        {
            assert!(!text.contains(secret), "{what} shows {secret}");
        }
    }
    // That the capture works at all, and what an attempt's span says.
    for field in [
        "http.request.method=\"POST\"",
        "url.template=\"/contacts/upsert\"",
        "smbcrm.operation=contacts.upsert",
        "http.response.status_code=429",
        "http.request.resend_count=2",
        "error.type=\"503\"",
        "error.type=\"connection_lost\"",
        "server.address=\"127.0.0.1\"",
        "email=REDACTED",
        "trying again",
    ] {
        assert!(traced.contains(field), "missing {field} in\n{traced}");
    }
}
