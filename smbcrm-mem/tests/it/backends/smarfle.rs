//! The in-memory Smarfle organisations as a backend of their contract suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use smbcrm_client::{RetryPolicy, Smarfle};
use smbcrm_core::contract::Backend;
use smbcrm_core::contract::smarfle::{Access, Hands, Happening, Received, Stage};
use smbcrm_core::smarfle::{CreateLead, Loopback, Organization};
use smbcrm_core::types::Text;
use smbcrm_core::{Error, ErrorKind, Result};
use smbcrm_mem::{
    Answer, MemCrm, MemServer, NewBooking, NewInvoice, NewWorkOrder, Sink, SmarfleAdmin, SmarfleClientChange,
    Wire,
};

use super::Door;
use super::document::{Book, Held};

/// The organisations behind a door; each stage is a world of its own.
pub(crate) struct Mem(pub(crate) Door, pub(crate) Arc<Book>);

const RECEIVER: &str = "https://receiver.example/";

#[async_trait]
impl Backend<Stage> for Mem {
    fn name(&self) -> &str {
        "Smarfle in memory"
    }

    async fn stage(&self) -> Result<Stage> {
        let crm = MemCrm::new();
        crm.admin().add_smarfle_organization("Neighbour")?;
        let sink = Sink::new();
        crm.admin().sink(RECEIVER, sink.clone());
        let server = match self.0 {
            Door::Http => {
                let server = MemServer::builder().crm(crm.clone()).start().await;
                Some(server.map_err(|error| Error::new(ErrorKind::Transport, error.to_string()))?)
            }
            _ => None,
        };
        let hands = MemHands { crm, door: self.0, server, sink, book: Arc::clone(&self.1) };
        Ok(Stage::new(hands.open(Access::Key)?, hands))
    }
}

struct MemHands {
    crm: MemCrm,
    door: Door,
    server: Option<MemServer>,
    sink: Sink,
    book: Arc<Book>,
}

impl MemHands {
    fn neighbour(&self) -> SmarfleAdmin<'_> {
        self.crm.admin().smarfle_organization(&"org_2".into()).expect("it was made with the stage")
    }

    fn open(&self, access: Access) -> Result<Arc<dyn Organization>> {
        let smarfle = self.crm.admin().smarfle();
        let value = match access {
            Access::Key => smarfle.create_key("contract")?.1.expose().to_owned(),
            Access::Session => smarfle.create_session("contract")?.expose().to_owned(),
            Access::NeighbourKey => self.neighbour().create_key("contract")?.1.expose().to_owned(),
            Access::NeighbourSession => self.neighbour().create_session("contract")?.expose().to_owned(),
            Access::Value(value) => value,
            _ => "unknown".to_owned(),
        };
        let book = Some(&self.book);
        Ok(match (self.door, &self.server) {
            (Door::Looped, _) => {
                Arc::new(Held::new(Loopback::new(self.crm.smarfle().with_key(&value)), book))
            }
            (Door::Wire, _) => Arc::new(Held::new(Wire::smarfle(&self.crm, value), book)),
            (Door::Http, Some(server)) => {
                // A session is a bearer's; a key is sent in its own header.
                let client = Smarfle::builder().token(value.clone()).base_url(server.base_url());
                let client = if value.starts_with("smfs_") { client.bearer() } else { client };
                let client = client.rate_governor(false).retry(RetryPolicy::none());
                Arc::new(Held::new(client.build().expect("a client for a loopback server"), book))
            }
            _ => Arc::new(self.crm.smarfle().with_key(&value)),
        })
    }

    fn let_happen(&self, what: Happening) -> Result<Text> {
        let smarfle = self.crm.admin().smarfle();
        Ok(match what {
            Happening::ClientAdded(email) => smarfle.add_client(&CreateLead::new().email(email))?.id.into(),
            Happening::PhoneChanged(id, phone) => {
                let change = SmarfleClientChange { phone: Some(phone), ..SmarfleClientChange::default() };
                smarfle.update_client(&id, change)?.id.into()
            }
            Happening::WorkOrderCreated(id) => {
                smarfle.create_work_order(&NewWorkOrder::new(id, "mow the lawn").total(80))?.id.into()
            }
            Happening::WorkOrderCompleted(id) => smarfle.complete_work_order(&id)?.id.into(),
            Happening::InvoiceSent(id, amount) => {
                smarfle.send_invoice(&NewInvoice::new(id, amount))?.id.into()
            }
            Happening::InvoicePaid(id) => smarfle.pay_invoice(&id)?.id.into(),
            Happening::BookingReceived(id) => {
                let start = self.crm.clock().now() + Duration::from_secs(3600);
                smarfle.receive_booking(&NewBooking::new(id, "a haircut", start))?.id.into()
            }
            other => return Err(Error::new(ErrorKind::Unsupported, format!("{other:?}"))),
        })
    }
}

#[async_trait]
impl Hands for MemHands {
    async fn access(&self, access: Access) -> Option<Arc<dyn Organization>> {
        self.open(access).ok()
    }

    async fn happen(&self, what: Happening) -> Option<Result<Text>> {
        Some(self.let_happen(what))
    }

    async fn notified(&self) -> Option<usize> {
        Some(self.crm.admin().smarfle().notifications().len())
    }

    async fn receiver(&self) -> Option<Text> {
        Some(format!("{RECEIVER}hooks").into())
    }

    async fn answer(&self, status: u16) -> Option<()> {
        self.sink.answer(Answer::new(status));
        Some(())
    }

    async fn received(&self) -> Option<Vec<Received>> {
        Some(self.sink.take().into_iter().map(|it| Received::new(it.headers, it.body)).collect())
    }

    async fn advance(&self, by: Duration) -> Option<()> {
        self.crm.advance(by).await;
        self.crm.run_until_idle().await;
        Some(())
    }
}
