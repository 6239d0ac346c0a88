//! Clients: made by leads and by hand, and found again by e-mail and phone.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use smbcrm_core::Result;
use smbcrm_core::smarfle::event::{ClientUpdated, Event};
use smbcrm_core::smarfle::{Client, ClientStatus, CreateLead, LeadReceived};
use smbcrm_core::types::{SmarfleClientId, Text};

use super::gate::Call;
use super::lead::{Lead, client_phone_key};
use super::state::FoundBy;
use super::{State, ids, refusal};
use crate::world::World;

/// Changes to a client, by hand. What is not set stays; an empty text clears its field.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // it is written as `SmarfleClientChange { phone: …, ..default }`
pub struct SmarfleClientChange {
    /// Where it stands.
    pub status: Option<ClientStatus>,
    /// The first name.
    pub first_name: Option<Text>,
    /// The last name.
    pub last_name: Option<Text>,
    /// The e-mail address.
    pub email: Option<Text>,
    /// The phone.
    pub phone: Option<Text>,
    /// Whatever else is known.
    pub notes: Option<Text>,
    /// Whether the person agreed to be sent texts.
    pub sms_consent: Option<bool>,
    /// Where and how the person agreed.
    pub sms_consent_source: Option<Text>,
}

impl State {
    /// The clients by what they are told apart by; made anew when it is not known.
    fn found_by(&mut self) -> &mut FoundBy {
        if self.found_by.is_none() {
            let mut found_by = FoundBy::default();
            self.clients.all().for_each(|(org, number, client)| found_by.add(org, number, client));
            self.found_by = Some(found_by);
        }
        self.found_by.get_or_insert_default()
    }

    /// The client that a lead is about, if it is known: by e-mail, else by phone.
    fn known(&mut self, org: u64, email: Option<&Text>, phone: Option<&Text>) -> Option<u64> {
        let found_by = self.found_by();
        let by = |map: &std::collections::HashMap<(u64, Text), u64, _>, key: Option<&Text>| {
            map.get(&(org, key?.clone())).copied()
        };
        by(&found_by.email, email).or_else(|| by(&found_by.phone, phone))
    }

    fn add_client(&mut self, org: u64, lead: &Lead, status: ClientStatus, now: DateTime<Utc>) -> Client {
        let mut client = Client::default();
        client.status = status;
        client.first_name.clone_from(&lead.first_name);
        client.last_name.clone_from(&lead.last_name);
        client.email.clone_from(&lead.email);
        client.phone.clone_from(&lead.phone);
        client.phone_normalized.clone_from(&lead.phone_normalized);
        client.notes.clone_from(&lead.notes);
        client.sms_consent = lead.sms_consent == Some(true);
        client.sms_consent_source.clone_from(&lead.sms_consent_source);
        (client.created_at, client.updated_at) = (Some(now), Some(now));
        self.found_by();
        client.id = ids::id(ids::CLIENT, self.clients.next());
        let number = self.clients.add(org, |_| client.clone());
        self.found_by().add(org, number, &client);
        client
    }

    /// Puts a client in its changed form. Returns the names of what changed.
    fn put_client(&mut self, org: u64, number: u64, mut client: Client, now: DateTime<Utc>) -> Vec<Text> {
        let Some(before) = self.clients.get(org, number).cloned() else { return Vec::new() };
        let changed = differences(&before, &client);
        if changed.is_empty() {
            return changed;
        }
        client.updated_at = Some(now);
        self.found_by().remove(org, number, &before);
        self.found_by().add(org, number, &client);
        self.clients.edit(org, number, |known| *known = client);
        changed
    }

    fn receive(&mut self, world: &World, org: u64, lead: &Lead) -> LeadReceived {
        let now = world.clock.now();
        let phone = lead.phone_key();
        let mut received = LeadReceived::default();
        received.success = true;
        match self.known(org, lead.email.as_ref(), phone.as_ref()) {
            None => {
                received.client = self.add_client(org, lead, ClientStatus::Lead, now);
                received.created = true;
                self.emit(world, org, &Event::ClientCreated(received.client.clone()));
            }
            Some(number) => {
                let before = self.clients.get(org, number).cloned().unwrap_or_default();
                let filled = self.filled(org, before, lead);
                self.change_client(world, org, number, filled, now);
                received.client = self.clients.get(org, number).cloned().unwrap_or_default();
            }
        }
        self.notify(org, &received.client, lead, received.created, now);
        received
    }

    /// A client with what a lead adds: only what was empty. Consent that is taken back is taken back, and what says
    /// nothing of consent changes none.
    fn filled(&mut self, org: u64, mut client: Client, lead: &Lead) -> Client {
        let fill = |field: &mut Option<Text>, given: &Option<Text>| {
            if field.is_none() {
                field.clone_from(given);
            }
        };
        fill(&mut client.first_name, &lead.first_name);
        fill(&mut client.last_name, &lead.last_name);
        fill(&mut client.notes, &lead.notes);
        // What is another client's already is not this one's too.
        if client.email.is_none() && self.known(org, lead.email.as_ref(), None).is_none() {
            client.email.clone_from(&lead.email);
        }
        if client.phone.is_none() && self.known(org, None, lead.phone_key().as_ref()).is_none() {
            client.phone.clone_from(&lead.phone);
            client.phone_normalized.clone_from(&lead.phone_normalized);
        }
        match lead.sms_consent {
            Some(true) if !client.sms_consent => {
                client.sms_consent = true;
                client.sms_consent_source.clone_from(&lead.sms_consent_source);
            }
            Some(false) => client.sms_consent = false,
            _ => {}
        }
        client
    }

    /// Changes a client and tells of it, if anything differs.
    fn change_client(&mut self, world: &World, org: u64, number: u64, client: Client, now: DateTime<Utc>) {
        let changed = self.put_client(org, number, client, now);
        if changed.is_empty() {
            return;
        }
        let mut updated = ClientUpdated::default();
        updated.client = self.clients.get(org, number).cloned().unwrap_or_default();
        updated.changed = changed;
        self.emit(world, org, &Event::ClientUpdated(updated));
    }

    /// Makes a client by hand. One that is known is a conflict.
    pub(super) fn found_client(
        &mut self,
        world: &World,
        org: u64,
        input: &CreateLead,
        status: ClientStatus,
    ) -> Result<Client> {
        let lead = Lead::read(input).map_err(|wrong| refusal::validation(&wrong))?;
        if let Some(known) = self.known(org, lead.email.as_ref(), lead.phone_key().as_ref()) {
            let id: Text = ids::id(ids::CLIENT, known);
            return Err(refusal::conflict(&format!("The client {id} has this e-mail or phone already.")));
        }
        let client = self.add_client(org, &lead, status, world.clock.now());
        self.emit(world, org, &Event::ClientCreated(client.clone()));
        Ok(client)
    }

    /// Changes a client by hand.
    pub(super) fn alter_client(
        &mut self,
        world: &World,
        org: u64,
        id: &SmarfleClientId,
        change: SmarfleClientChange,
    ) -> Result<Client> {
        let number = self.client_number(org, id)?;
        let mut client = self.clients.get(org, number).cloned().unwrap_or_default();
        let mut input = CreateLead::new();
        input.first_name = change.first_name.or(client.first_name);
        input.last_name = change.last_name.or(client.last_name);
        input.email = change.email.or(client.email);
        input.phone = change.phone.or(client.phone);
        input.notes = change.notes.or(client.notes);
        input.sms_consent = Some(change.sms_consent.unwrap_or(client.sms_consent));
        input.sms_consent_source = change.sms_consent_source.or(client.sms_consent_source);
        let lead = Lead::read(&input).map_err(|wrong| refusal::validation(&wrong))?;
        let phone = lead.phone_key();
        for other in [self.known(org, lead.email.as_ref(), None), self.known(org, None, phone.as_ref())] {
            if let Some(other) = other.filter(|other| *other != number) {
                let id: Text = ids::id(ids::CLIENT, other);
                return Err(refusal::conflict(&format!("The client {id} has this e-mail or phone already.")));
            }
        }
        client.status = change.status.unwrap_or(client.status);
        client.first_name = lead.first_name;
        client.last_name = lead.last_name;
        client.email = lead.email;
        client.phone = lead.phone;
        client.phone_normalized = lead.phone_normalized;
        client.notes = lead.notes;
        client.sms_consent = lead.sms_consent == Some(true);
        client.sms_consent_source = lead.sms_consent_source;
        self.change_client(world, org, number, client, world.clock.now());
        self.clients.get(org, number).cloned().ok_or_else(|| refusal::not_found("client", id.as_str()))
    }

    /// The number of an organisation's client.
    pub(super) fn client_number(&self, org: u64, id: &SmarfleClientId) -> Result<u64> {
        let number = ids::number(ids::CLIENT, id.as_str());
        let known = self.clients.get(org, number).map(|_| number);
        known.ok_or_else(|| refusal::not_found("client", id.as_str()))
    }
}

impl FoundBy {
    fn add(&mut self, org: u64, number: u64, client: &Client) {
        if let Some(email) = &client.email {
            self.email.entry((org, email.clone())).or_insert(number);
        }
        if let Some(phone) = client_phone_key(client) {
            self.phone.entry((org, phone)).or_insert(number);
        }
    }

    fn remove(&mut self, org: u64, number: u64, client: &Client) {
        let forget = |map: &mut std::collections::HashMap<(u64, Text), u64, _>, key: Option<Text>| {
            let Some(key) = key else { return };
            let key = (org, key);
            if map.get(&key) == Some(&number) {
                map.remove(&key);
            }
        };
        forget(&mut self.email, client.email.clone());
        forget(&mut self.phone, client_phone_key(client));
    }
}

/// The names of the fields in which two forms of a client differ.
fn differences(before: &Client, after: &Client) -> Vec<Text> {
    let mut names = Vec::new();
    let mut compare = |name: &str, same: bool| {
        if !same {
            names.push(name.into());
        }
    };
    compare("status", before.status == after.status);
    compare("first_name", before.first_name == after.first_name);
    compare("last_name", before.last_name == after.last_name);
    compare("email", before.email == after.email);
    compare("phone", before.phone == after.phone);
    compare("notes", before.notes == after.notes);
    compare("sms_consent", before.sms_consent == after.sms_consent);
    compare("sms_consent_source", before.sms_consent_source == after.sms_consent_source);
    names
}

impl Call<'_> {
    /// Takes a lead in.
    pub(super) fn create_lead(&mut self, input: &CreateLead) -> Result<LeadReceived> {
        let lead = Lead::read(input).map_err(|wrong| refusal::validation(&wrong))?;
        let (world, org) = (&self.smarfle.crm.world, self.org());
        let received = self.change(|state| state.receive(world, org, &lead));
        self.concerns(&received.client.id);
        if !received.created {
            self.status = Some(200);
        }
        Ok(received)
    }
}
