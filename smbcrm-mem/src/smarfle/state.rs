//! What the organisations hold.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use smbcrm_core::smarfle::event::{EnvelopeConfig, SignatureConfig};
use smbcrm_core::smarfle::{Booking, Client, Invoice, WorkOrder};
use smbcrm_core::types::Text;

use super::audit::Entry;
use super::cost::Tally;
use super::delivering::StoredDelivery;
use super::endpoints::StoredEndpoint;
use super::gate::REQUESTS;
use super::ledger::Ledger;
use super::notify::TeamNotification;
use crate::neighbour::{Estate, KeyRing, Rows, Shelf};

/// The organisation that every world has.
pub(super) const FIRST: u64 = 1;

/// An organisation, and what it is set to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Organization {
    pub(super) name: Text,
    /// How many requests a minute each of its keys may make.
    pub(super) requests: u32,
    pub(super) signature: SignatureConfig,
    pub(super) envelope: EnvelopeConfig,
}

impl Organization {
    pub(super) fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            requests: REQUESTS,
            signature: SignatureConfig::default(),
            envelope: EnvelopeConfig::default(),
        }
    }
}

/// Everything of the organisations. A clone is a fork.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(super) orgs: Shelf<Organization>,
    pub(super) keys: KeyRing,
    pub(super) sessions: KeyRing,
    pub(super) clients: Ledger<Client>,
    pub(super) orders: Ledger<WorkOrder>,
    pub(super) invoices: Ledger<Invoice>,
    pub(super) bookings: Ledger<Booking>,
    pub(super) notifications: Ledger<TeamNotification>,
    pub(super) endpoints: Ledger<StoredEndpoint>,
    pub(super) deliveries: Ledger<StoredDelivery>,
    pub(super) audit: Ledger<Entry>,
    pub(super) tallies: Ledger<Tally>,
    /// Follows from the clients; `None` until somebody looks.
    pub(super) found_by: Option<FoundBy>,
}

/// An organisation's clients by what they are told apart by.
#[derive(Debug, Clone, Default)]
pub(super) struct FoundBy {
    pub(super) email: HashMap<(u64, Text), u64, RandomState>,
    pub(super) phone: HashMap<(u64, Text), u64, RandomState>,
}

impl Default for State {
    /// One organisation, with nothing in it.
    fn default() -> Self {
        let mut orgs = Shelf::default();
        orgs.add(|_| Organization::new("Demo"));
        Self {
            orgs,
            keys: KeyRing::default(),
            sessions: KeyRing::default(),
            clients: Ledger::default(),
            orders: Ledger::default(),
            invoices: Ledger::default(),
            bookings: Ledger::default(),
            notifications: Ledger::default(),
            endpoints: Ledger::default(),
            deliveries: Ledger::default(),
            audit: Ledger::default(),
            tallies: Ledger::default(),
            found_by: None,
        }
    }
}

impl Estate for State {
    const PART: &'static str = crate::disk::SMARFLE;

    fn shelves(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Rows)) {
        visit("organizations", &mut self.orgs);
        visit("keys", &mut self.keys);
        visit("sessions", &mut self.sessions);
        visit("clients", &mut self.clients);
        visit("work_orders", &mut self.orders);
        visit("invoices", &mut self.invoices);
        visit("bookings", &mut self.bookings);
        visit("notifications", &mut self.notifications);
        visit("endpoints", &mut self.endpoints);
        visit("deliveries", &mut self.deliveries);
        visit("audit", &mut self.audit);
        visit("tallies", &mut self.tallies);
    }

    fn settle(&mut self) {
        self.found_by = None;
    }
}

impl State {
    /// An organisation; one that is not there is like a new one, and owns nothing.
    pub(super) fn org(&self, org: u64) -> Organization {
        self.orgs.get(org).map_or_else(|| Organization::new(""), |org| Organization::clone(org))
    }
}
