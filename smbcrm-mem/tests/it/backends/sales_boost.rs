//! The in-memory SMB Sales Boost account as a backend of its contract suite.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use smbcrm_client::{RetryPolicy, SalesBoost};
use smbcrm_core::contract::Backend;
use smbcrm_core::contract::sales_boost::{
    Access, Hands, Happening, Received, Receiver, Setting, Shown, Stage, WireRequest,
};
use smbcrm_core::operation::Response;
use smbcrm_core::sales_boost::{Dialect, Integrations, Lead, LeadId, Loopback};
use smbcrm_core::{Error, ErrorKind, Result};
use smbcrm_mem::{Answer, MemCrm, MemServer, PlanStatus, SalesBoostAdmin, Service, Sink, TokenSecret, Wire};

use super::Door;
use super::document::{Book, Held};

/// The account behind a door, in a dialect; each stage is a world of its own.
pub(crate) struct Mem(pub(crate) Door, pub(crate) Dialect, pub(crate) Arc<Book>);

#[async_trait]
impl Backend<Stage> for Mem {
    fn name(&self) -> &str {
        "SMB Sales Boost in memory"
    }

    async fn stage(&self) -> Result<Stage> {
        let crm = MemCrm::new();
        let server = match self.0 {
            Door::Http => {
                let server = MemServer::builder().crm(crm.clone()).start().await;
                Some(server.map_err(|error| Error::new(ErrorKind::Transport, error.to_string()))?)
            }
            _ => None,
        };
        let (_, key) = crm.admin().create_sales_boost_key("contract");
        let (book, receivers) = (Arc::clone(&self.2), AtomicUsize::new(0));
        let hands = MemHands { crm, door: self.0, dialect: self.1, server, key, receivers, book };
        Ok(Stage::new(hands.open(hands.key.expose()), hands))
    }
}

struct MemHands {
    crm: MemCrm,
    door: Door,
    dialect: Dialect,
    server: Option<MemServer>,
    key: TokenSecret,
    receivers: AtomicUsize,
    book: Arc<Book>,
}

impl MemHands {
    fn open(&self, key: &str) -> Arc<dyn Integrations> {
        let book = Some(&self.book);
        match (self.door, &self.server) {
            (Door::Looped, _) => {
                Arc::new(Held::new(Loopback::new(self.crm.sales_boost().with_key(key)), book))
            }
            (Door::Wire, _) => Arc::new(Held::new(Wire::sales_boost(&self.crm, key, self.dialect), book)),
            (Door::Http, Some(server)) => {
                let client =
                    SalesBoost::builder().token(key).base_url(server.base_url()).dialect(self.dialect);
                let client = client.rate_governor(false).retry(RetryPolicy::none()).build();
                Arc::new(Held::new(client.expect("a client for a loopback server"), book))
            }
            _ => Arc::new(self.crm.sales_boost().with_key(key)),
        }
    }

    fn dashboard(&self) -> SalesBoostAdmin<'_> {
        self.crm.admin().sales_boost()
    }
}

/// A sink at an address of its own.
struct At(String, Sink);

impl Receiver for At {
    fn url(&self) -> String {
        self.0.clone()
    }

    fn answer(&self, status: u16, body: &str) {
        self.1.answer(Answer::new(status).body(body.to_owned()));
    }

    fn take(&self) -> Vec<Received> {
        self.1.take().into_iter().map(|sent| Received::new(sent.headers, sent.body)).collect()
    }
}

#[async_trait]
impl Hands for MemHands {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn access(&self, access: Access) -> Option<Arc<dyn Integrations>> {
        let make = || self.dashboard().create_key("another");
        match access {
            Access::Key => Some(self.open(make().1.expose())),
            Access::Revoked => {
                let (key, value) = make();
                self.dashboard().revoke_key(key.id)?;
                Some(self.open(value.expose()))
            }
            _ => Some(self.open("smbk_unknown")),
        }
    }

    async fn receiver(&self) -> Option<Arc<dyn Receiver>> {
        let number = self.receivers.fetch_add(1, Ordering::Relaxed);
        let at = At(format!("https://hooks{number}.example.com/catch"), Sink::new());
        self.crm.admin().sink(at.0.as_str(), at.1.clone());
        Some(Arc::new(at))
    }

    async fn set(&self, setting: Setting) -> Option<()> {
        let dashboard = self.dashboard();
        match setting {
            Setting::Paid(paid) => {
                dashboard.set_plan(if paid { PlanStatus::Active } else { PlanStatus::Inactive });
            }
            Setting::Credits(credits) => dashboard.set_credits(credits),
            Setting::Threshold(threshold) => dashboard.set_low_balance_threshold(threshold),
            Setting::LoopbackTargets(allow) => dashboard.allow_loopback_targets(allow),
            Setting::EventPerLead(each) => {
                let dialect = if each { Dialect::Enveloped } else { Dialect::Plain };
                dashboard.configure(|settings| settings.tell_as(dialect)).ok()?;
            }
            Setting::Blacklist(entry) => {
                dashboard.configure(|settings| _ = settings.export_blacklist.insert(entry)).ok()?;
            }
            Setting::Available(provider, available) => {
                let reason = (!available).then_some("This deployment is not set up for it.");
                dashboard.set_available(&provider, reason).ok()?;
            }
            Setting::CrmFails(provider, fails) => {
                dashboard.fail_crm(&provider, fails.then_some("the CRM is down")).ok()?;
            }
            _ => return None,
        }
        Some(())
    }

    async fn plant_leads(&self, leads: Vec<Lead>) -> Option<Vec<LeadId>> {
        Some(self.dashboard().add_leads(leads))
    }

    async fn happen(&self, happening: Happening) -> Option<()> {
        let dashboard = self.dashboard();
        match happening {
            Happening::Received(leads) => drop(dashboard.receive_leads(leads)),
            Happening::Export(leads) => drop(dashboard.export_run("csv", leads)),
            Happening::Schedule(leads) => drop(dashboard.run_email_schedule("weekly", 2, leads)),
            Happening::Spent(credits) => _ = dashboard.spend_credits(credits),
            _ => return None,
        }
        Some(())
    }

    async fn advance(&self, by: Duration) -> Option<()> {
        self.crm.advance(by).await;
        Some(())
    }

    async fn consent(&self, authorization_url: &str, give: bool) -> Option<String> {
        // Over HTTP a browser goes there; the page is the same world's.
        if matches!(self.door, Door::Http | Door::Wire) {
            let (_, target) = authorization_url.split_once("/_mem/")?;
            let deny = if give { "" } else { "&deny=1" };
            let page = http::Request::get(format!("/_mem/{target}{deny}")).body(Bytes::new()).ok()?;
            let answer = Service::new(&self.crm).respond(page).await;
            let location = answer.headers().get("location").and_then(|location| location.to_str().ok());
            return Some(location.unwrap_or_default().to_owned());
        }
        let dashboard = self.dashboard();
        let back = if give {
            dashboard.consent(authorization_url)
        } else {
            dashboard.refuse_consent(authorization_url)
        };
        Some(back.unwrap_or_default())
    }

    async fn crm_records(&self) -> Option<Vec<Value>> {
        Some(self.dashboard().crm_records().into_iter().map(|record| Value::Object(record.fields)).collect())
    }

    async fn wire(&self, request: WireRequest) -> Option<Response> {
        let (method, target) = (request.method, request.target);
        let mut asked = http::Request::builder().method(method).uri(&*target);
        asked = match request.shown {
            Shown::Key => asked.header("authorization", format!("Bearer {}", self.key.expose())),
            Shown::Session => {
                let session = self.dashboard().sign_in("owner");
                asked.header("cookie", format!("{}={}", self.dashboard().session_cookie(), session.expose()))
            }
            _ => asked,
        };
        if request.body.is_some() {
            asked = asked.header("content-type", "application/json");
        }
        let asked = asked.body(Bytes::from(request.body.unwrap_or_default())).expect("a well-formed request");
        let (head, body) = Service::new(&self.crm).respond(asked).await.into_parts();
        let mut response = Response::new(head.status.as_u16(), body);
        for (name, value) in &head.headers {
            response = response.with_header(name.as_str(), value.to_str().unwrap_or_default());
        }
        self.book.answered_to(method, &target, &response);
        Some(response)
    }
}
