//! What no API of the organisations can do: make them and their first keys and sessions, and let things happen.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::smarfle::event::{EnvelopeConfig, SignatureConfig};
use smbcrm_core::smarfle::settings::ApiKey;
use smbcrm_core::smarfle::{Booking, Client, ClientStatus, CreateLead, Invoice, WorkOrder};
use smbcrm_core::types::{OrganizationId, SmarfleClientId, SmarfleInvoiceId, Text, WorkOrderId};

use super::clients::SmarfleClientChange;
use super::happen::{NewBooking, NewInvoice, NewWorkOrder};
use super::keys::{PREFIX, SESSION_PREFIX, named, show};
use super::notify::TeamNotification;
use super::state::{FIRST, Organization};
use super::window::RateWindow;
use super::{State, ids, refusal};
use crate::neighbour::{draw, unguessable};
use crate::{Admin, TokenSecret};

/// The longest value of a key of one's own.
const VALUE: std::ops::RangeInclusive<usize> = 16..=200;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SmarfleOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: Text,
    /// What it is set to.
    #[serde(flatten)]
    pub config: SmarfleConfig,
}

/// What an organisation is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // it is written as `SmarfleConfig { signature: …, ..default }`
pub struct SmarfleConfig {
    /// How many requests a minute each of its keys may make: 100, unless the vendor's support raised it.
    pub requests_per_minute: u32,
    /// Where the signature stands in what it sends.
    pub signature: SignatureConfig,
    /// How it writes envelopes.
    pub envelope: EnvelopeConfig,
}

impl Default for SmarfleConfig {
    fn default() -> Self {
        let Organization { requests, signature, envelope, .. } = Organization::new("");
        Self { requests_per_minute: requests, signature, envelope }
    }
}

fn organization(number: u64, org: &Organization) -> SmarfleOrganization {
    SmarfleOrganization {
        id: ids::id(ids::ORGANIZATION, number),
        name: org.name.clone(),
        config: SmarfleConfig {
            requests_per_minute: org.requests,
            signature: org.signature.clone(),
            envelope: org.envelope.clone(),
        },
    }
}

impl<'a> Admin<'a> {
    /// The first Smarfle organisation, which every world has.
    pub fn smarfle(&self) -> SmarfleAdmin<'a> {
        SmarfleAdmin { admin: *self, org: FIRST }
    }

    /// Another Smarfle organisation; `None` where there is none.
    pub fn smarfle_organization(&self, id: &OrganizationId) -> Option<SmarfleAdmin<'a>> {
        let org = ids::number(ids::ORGANIZATION, id.as_str());
        self.crm.world.smarfle.read().orgs.get(org)?;
        Some(SmarfleAdmin { admin: *self, org })
    }

    /// The Smarfle organisations, oldest first.
    pub fn smarfle_organizations(&self) -> Vec<SmarfleOrganization> {
        let state = self.crm.world.smarfle.read();
        state.orgs.iter().map(|(number, org)| organization(number, org)).collect()
    }

    /// Makes another Smarfle organisation.
    ///
    /// # Errors
    /// The name has not 1 to 100 printable characters.
    pub fn add_smarfle_organization(&self, name: &str) -> Result<SmarfleAdmin<'a>> {
        let (world, name) = (&self.crm.world, named(name)?);
        let org = world.smarfle.change(world, |state| {
            let number = state.orgs.next();
            state.orgs.add(|_| Organization::new(name));
            number
        });
        Ok(SmarfleAdmin { admin: *self, org })
    }

    /// Counts Smarfle's requests with this: a `RedisWindow`, so that several servers share the limits.
    pub fn set_smarfle_window(&self, window: impl RateWindow + 'static) {
        *self.crm.world.smarfle_meters.0.write() = Arc::new(window);
    }
}

/// The administrator's side of a Smarfle organisation. Over HTTP the same is under `/_mem/smarfle/`.
///
/// ```
/// use smbcrm_core::smarfle::CreateLead;
/// use smbcrm_mem::{MemCrm, NewInvoice};
///
/// let crm = MemCrm::new();
/// let smarfle = crm.admin().smarfle();
/// let ada = smarfle.add_client(&CreateLead::new().email("ada@vale.example"))?;
/// let invoice = smarfle.send_invoice(&NewInvoice::new(&ada.id, 120))?; // endpoints are told: invoice_sent
/// smarfle.pay_invoice(&invoice.id)?; // … and invoice_paid
/// assert!(smarfle.pay_invoice(&invoice.id).is_err(), "nobody pays twice");
/// # Ok::<(), smbcrm_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SmarfleAdmin<'a> {
    admin: Admin<'a>,
    org: u64,
}

impl SmarfleAdmin<'_> {
    /// The organisation's id.
    pub fn id(&self) -> OrganizationId {
        ids::id(ids::ORGANIZATION, self.org)
    }

    /// The organisation and what it is set to.
    pub fn organization(&self) -> SmarfleOrganization {
        organization(self.org, &self.read(|state| state.org(self.org)))
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.admin.crm.world.smarfle.read())
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let world = &self.admin.crm.world;
        world.smarfle.change(world, change)
    }

    /// Sets its limit, and what its deliveries look like from now on.
    ///
    /// # Errors
    /// What makes no sense, in words.
    pub fn configure(&self, config: SmarfleConfig) -> Result<SmarfleOrganization> {
        let checks = [config.signature.check(), config.envelope.check()];
        let wrong: Vec<String> =
            checks.into_iter().filter_map(|check| check.err().map(|error| error.to_string())).collect();
        if !wrong.is_empty() {
            return Err(refusal::validation(&wrong));
        }
        let SmarfleConfig { requests_per_minute, signature, envelope } = config;
        self.change(|state| {
            state.orgs.edit(self.org, |org| {
                (org.requests, org.signature, org.envelope) = (requests_per_minute, signature, envelope);
            });
        });
        Ok(self.organization())
    }

    /// Makes an API key. Its value is shown this once; the world keeps a fingerprint.
    ///
    /// # Errors
    /// The name has not 1 to 100 printable characters.
    pub fn create_key(&self, name: &str) -> Result<(ApiKey, TokenSecret)> {
        let (name, value) = (named(name)?, draw(&self.admin.crm.world, PREFIX));
        Ok((self.add_key(name, value.expose()), value))
    }

    /// Makes an API key of a value of your own. Servers that share a limit have to know the same value.
    ///
    /// # Errors
    /// The name has not 1 to 100 printable characters, the value has not 16 to 200, or it is a key's already.
    pub fn install_key(&self, name: &str, value: &str) -> Result<ApiKey> {
        let name = named(name)?;
        if !VALUE.contains(&value.len()) || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            let (least, most) = (VALUE.start(), VALUE.end());
            let wrong = format!("value must have {least} to {most} printable characters, and no spaces");
            return Err(refusal::validation(&[wrong]));
        }
        if self.read(|state| state.keys.find(value).is_some() || state.sessions.find(value).is_some()) {
            return Err(refusal::conflict("This is the value of a key already."));
        }
        Ok(self.add_key(name, value))
    }

    fn add_key(&self, name: Text, value: &str) -> ApiKey {
        let now = self.admin.crm.world.clock.now();
        show(&self.change(|state| state.keys.add_to(self.org, name, value, now)), now)
    }

    /// The key of this name that a server has at every start: its value follows from the world's seed.
    pub(crate) fn lasting_key(&self, name: &str) -> TokenSecret {
        let world = &self.admin.crm.world;
        let (seed, now) = (world.seed, world.clock.now());
        self.change(|state| state.keys.lasting(self.org, name, PREFIX, seed, now))
    }

    /// A key of a value that nobody can work out.
    pub(crate) fn random_key(&self, name: &str) -> TokenSecret {
        let value = unguessable(PREFIX);
        self.add_key(name.into(), value.expose());
        value
    }

    /// Lets somebody into the settings: a session's value, shown this once. It is sent as `Authorization: Bearer smfs_…`.
    ///
    /// # Errors
    /// The name has not 1 to 100 printable characters.
    pub fn create_session(&self, name: &str) -> Result<TokenSecret> {
        let (world, name) = (&self.admin.crm.world, named(name)?);
        let (value, now) = (draw(world, SESSION_PREFIX), world.clock.now());
        self.change(|state| drop(state.sessions.add_to(self.org, name, value.expose(), now)));
        Ok(value)
    }

    /// Ends all sessions.
    pub fn end_sessions(&self) {
        let now = self.admin.crm.world.clock.now();
        self.change(|state| {
            let own = state.sessions.iter().filter(|session| session.home == self.org);
            let ids: Vec<u64> = own.map(|session| session.id).collect();
            ids.into_iter().for_each(|id| drop(state.sessions.revoke(id, now)));
        });
    }

    /// Makes a client by hand, with the status `active`. Endpoints are told: `client_created`.
    ///
    /// # Errors
    /// What is wrong with the input, or the e-mail or phone is another client's.
    pub fn add_client(&self, client: &CreateLead) -> Result<Client> {
        let world = &self.admin.crm.world;
        self.change(|state| state.found_client(world, self.org, client, ClientStatus::Active))
    }

    /// Changes a client. Endpoints are told if anything differs: `client_updated`.
    ///
    /// # Errors
    /// There is none, the input is wrong, or the e-mail or phone is another client's.
    pub fn update_client(&self, id: &SmarfleClientId, change: SmarfleClientChange) -> Result<Client> {
        let world = &self.admin.crm.world;
        self.change(|state| state.alter_client(world, self.org, id, change))
    }

    /// Makes a work order. Endpoints are told: `work_order_created`.
    ///
    /// # Errors
    /// There is no such client, or the input is wrong.
    pub fn create_work_order(&self, order: &NewWorkOrder) -> Result<WorkOrder> {
        let world = &self.admin.crm.world;
        self.change(|state| state.create_order(world, self.org, order))
    }

    /// Completes a work order. Endpoints are told: `work_order_completed`.
    ///
    /// # Errors
    /// There is none, or it is completed already.
    pub fn complete_work_order(&self, id: &WorkOrderId) -> Result<WorkOrder> {
        let world = &self.admin.crm.world;
        self.change(|state| state.complete_order(world, self.org, id))
    }

    /// Sends an invoice. Endpoints are told: `invoice_sent`.
    ///
    /// # Errors
    /// There is no such client or work order, or the input is wrong.
    pub fn send_invoice(&self, invoice: &NewInvoice) -> Result<Invoice> {
        let world = &self.admin.crm.world;
        self.change(|state| state.send_invoice(world, self.org, invoice))
    }

    /// Pays an invoice. Endpoints are told: `invoice_paid`.
    ///
    /// # Errors
    /// There is none, or it is paid already.
    pub fn pay_invoice(&self, id: &SmarfleInvoiceId) -> Result<Invoice> {
        let world = &self.admin.crm.world;
        self.change(|state| state.pay_invoice(world, self.org, id))
    }

    /// Receives a booking. Endpoints are told: `booking_received`.
    ///
    /// # Errors
    /// There is no such client, or the input is wrong.
    pub fn receive_booking(&self, booking: &NewBooking) -> Result<Booking> {
        let world = &self.admin.crm.world;
        self.change(|state| state.receive_booking(world, self.org, booking))
    }

    /// The clients, oldest first.
    pub fn clients(&self) -> Vec<Client> {
        self.read(|state| state.clients.of(self.org).map(|(_, client)| client.clone()).collect())
    }

    /// The work orders, oldest first.
    pub fn work_orders(&self) -> Vec<WorkOrder> {
        self.read(|state| state.orders.of(self.org).map(|(_, order)| order.clone()).collect())
    }

    /// The invoices, oldest first.
    pub fn invoices(&self) -> Vec<Invoice> {
        self.read(|state| state.invoices.of(self.org).map(|(_, invoice)| invoice.clone()).collect())
    }

    /// The bookings, oldest first.
    pub fn bookings(&self) -> Vec<Booking> {
        self.read(|state| state.bookings.of(self.org).map(|(_, booking)| booking.clone()).collect())
    }

    /// What the team was told, oldest first; the newest 1,000.
    pub fn notifications(&self) -> Vec<TeamNotification> {
        self.read(|state| state.notifications.of(self.org).map(|(_, told)| told.clone()).collect())
    }
}
