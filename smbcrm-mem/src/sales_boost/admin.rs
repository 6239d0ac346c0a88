//! What the account's dashboard does, and no API: keys, sessions, settings, leads; and what happens by itself.

use chrono::{DateTime, Utc};
use serde::Serialize;
use smbcrm_core::sales_boost::event::{EmailScheduleSent, ExportCompleted};
use smbcrm_core::sales_boost::{Lead, LeadId, ProviderId};
use smbcrm_core::types::Text;
use smbcrm_core::{Error, ErrorKind, Result};

use super::crm::CrmRecord;
use super::desk::COOKIE;
use super::leads::LeadsReceived;
use super::provider;
use super::settings::{PlanStatus, SalesBoostSettings};
use super::state::{KeptLead, State};
use crate::neighbour::{Key, draw, unguessable};
use crate::world::World;
use crate::{Admin, MemCrm, TokenSecret};

/// What the value of a key begins with.
const PREFIX: &str = "smbk_";

/// A key as the dashboard shows it: everything but its value.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SalesBoostKey {
    /// Its number.
    pub id: u64,
    /// What it was called when it was made.
    pub name: Text,
    /// Its first characters, to tell it from others by.
    pub key_prefix: Text,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl SalesBoostKey {
    fn of(key: &Key) -> Self {
        Self {
            id: key.id,
            name: key.name.clone(),
            key_prefix: key.shown.clone(),
            created_at: key.created_at,
            revoked: key.is_revoked(),
        }
    }
}

/// A lead of the database, as the dashboard shows it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SalesBoostLead {
    /// What is known of it.
    pub lead: Lead,
    /// Whether it is the account's.
    pub owned: bool,
    /// Every time the account received it, and how: `export`, `email_schedule`, `api`, `crm_push`.
    pub received: Vec<(DateTime<Utc>, Text)>,
}

impl SalesBoostLead {
    fn of(kept: &KeptLead) -> Self {
        Self { lead: kept.lead.clone(), owned: kept.is_owned(), received: kept.received.clone() }
    }
}

impl<'a> Admin<'a> {
    /// Makes an API key of the SMB Sales Boost account. Its value is shown this once; the world keeps a fingerprint.
    pub fn create_sales_boost_key(&self, name: impl Into<Text>) -> (SalesBoostKey, TokenSecret) {
        self.sales_boost().create_key(name)
    }

    /// The dashboard of the SMB Sales Boost account, and what happens there by itself.
    pub fn sales_boost(&self) -> SalesBoostAdmin<'a> {
        SalesBoostAdmin { crm: self.crm }
    }
}

/// The dashboard of an SMB Sales Boost account, and what happens there by itself: exports, schedules, credits spent.
///
/// Nothing here passes the gate. Over HTTP the same is under `/_mem/sales-boost/`.
///
/// ```
/// use smbcrm_core::sales_boost::{CreateWebhook, EventType, Integrations, Lead, ProviderId};
/// use smbcrm_mem::{MemCrm, Sink};
///
/// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
/// let (crm, zap) = (MemCrm::new(), Sink::new());
/// crm.admin().sink("https://hooks.example.com/", zap.clone());
/// let webhook = CreateWebhook::new(ProviderId::Zapier, "https://hooks.example.com/1", [EventType::LeadCreated]);
/// crm.sales_boost().create_webhook(webhook).await?;
///
/// let dashboard = crm.admin().sales_boost();
/// let leads = dashboard.add_leads([Lead::named("Vale & Co").email("ada@vale.example")]);
/// dashboard.export_run("csv", leads);
/// crm.run_until_idle().await;
/// assert_eq!(zap.received()[0].header("x-smb-event"), Some("lead.created"));
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SalesBoostAdmin<'a> {
    crm: &'a MemCrm,
}

impl SalesBoostAdmin<'_> {
    fn world(&self) -> &World {
        &self.crm.world
    }

    fn change<T>(&self, change: impl FnOnce(&mut State, &World) -> T) -> T {
        let world = self.world();
        world.sales_boost.change(world, |state| change(state, world))
    }

    /// Makes an API key. Its value is shown this once; the world keeps a fingerprint.
    pub fn create_key(&self, name: impl Into<Text>) -> (SalesBoostKey, TokenSecret) {
        let value = draw(self.world(), PREFIX);
        let key = self.change(|state, world| state.keys.add(name, &value.0, world.clock.now()));
        (SalesBoostKey::of(&key), value)
    }

    /// The key of this name that a server has at every start: its value follows from the world's seed.
    pub(crate) fn lasting_key(&self, name: &str) -> TokenSecret {
        self.change(|state, world| state.keys.lasting(0, name, PREFIX, world.seed, world.clock.now()))
    }

    /// A key of a value that nobody can work out.
    pub(crate) fn random_key(&self, name: &str) -> TokenSecret {
        let value = unguessable(PREFIX);
        self.change(|state, world| state.keys.add(name, &value.0, world.clock.now()));
        value
    }

    /// The keys, oldest first; never their values.
    pub fn keys(&self) -> Vec<SalesBoostKey> {
        self.world().sales_boost.read().keys.iter().map(|key| SalesBoostKey::of(key)).collect()
    }

    /// Revokes a key for good. `None` when there is none.
    pub fn revoke_key(&self, id: u64) -> Option<SalesBoostKey> {
        self.change(|state, world| state.keys.revoke(id, world.clock.now()))
            .map(|key| SalesBoostKey::of(&key))
    }

    /// Signs somebody in to the dashboard: the value of the cookie [`session_cookie`](Self::session_cookie).
    pub fn sign_in(&self, who: impl Into<Text>) -> TokenSecret {
        let value = draw(self.world(), "sess_");
        self.change(|state, world| state.sessions.add(who, &value.0, world.clock.now()));
        value
    }

    /// Signs everybody out.
    pub fn sign_out(&self) {
        self.change(|state, world| {
            let ids: Vec<u64> = state.sessions.iter().map(|session| session.id).collect();
            for id in ids {
                state.sessions.revoke(id, world.clock.now());
            }
        });
    }

    /// The name of the cookie that a session is in (assumed).
    pub fn session_cookie(&self) -> &'static str {
        COOKIE
    }

    /// What the account is like.
    pub fn settings(&self) -> SalesBoostSettings {
        self.world().sales_boost.read().settings().clone()
    }

    /// Changes what the account is like. Nobody is told of a balance that is set.
    ///
    /// # Errors
    /// When something makes no sense; nothing is changed then.
    pub fn configure(&self, change: impl FnOnce(&mut SalesBoostSettings)) -> Result<SalesBoostSettings> {
        self.change(|state, _| {
            let mut settings = state.settings().clone();
            change(&mut settings);
            settings.check()?;
            let account = state.account.edit();
            account.told_low = settings.credits < settings.low_balance_threshold;
            account.settings = settings.clone();
            Ok(settings)
        })
    }

    fn set(&self, change: impl FnOnce(&mut SalesBoostSettings)) {
        // A number or a switch always makes sense.
        let _ = self.configure(change);
    }

    /// Whether somebody pays.
    pub fn set_plan(&self, status: PlanStatus) {
        self.set(|settings| settings.plan_status = status);
    }

    /// How many credits are left.
    pub fn set_credits(&self, credits: u64) {
        self.set(|settings| settings.credits = credits);
    }

    /// Below how many credits the alert is given.
    pub fn set_low_balance_threshold(&self, threshold: u64) {
        self.set(|settings| settings.low_balance_threshold = threshold);
    }

    /// Whether webhooks may go to this machine, over `http` too.
    pub fn allow_loopback_targets(&self, allow: bool) {
        self.set(|settings| settings.allow_loopback_targets = allow);
    }

    /// Has a CRM be had, or says why it is not.
    ///
    /// # Errors
    /// For anything but a CRM: webhooks are always to be had.
    pub fn set_available(&self, provider: &ProviderId, reason: Option<&str>) -> Result<()> {
        a_crm(provider)?;
        self.change(|state, _| {
            let unavailable = &mut state.account.edit().unavailable;
            match reason {
                None => unavailable.remove(provider.as_str()),
                Some(reason) => unavailable.insert(provider.as_str().into(), reason.into()),
            }
        });
        Ok(())
    }

    /// Has a CRM refuse everything that it is sent, in these words; or nothing any more.
    ///
    /// # Errors
    /// For anything but a CRM.
    pub fn fail_crm(&self, provider: &ProviderId, words: Option<&str>) -> Result<()> {
        a_crm(provider)?;
        self.change(|state, _| {
            let failing = &mut state.account.edit().failing;
            match words {
                None => failing.remove(provider.as_str()),
                Some(words) => failing.insert(provider.as_str().into(), words.into()),
            }
        });
        Ok(())
    }

    /// What the CRMs hold that were connected, oldest first.
    pub fn crm_records(&self) -> Vec<CrmRecord> {
        self.world().sales_boost.read().records.iter().map(|(_, record)| CrmRecord::clone(record)).collect()
    }

    /// Puts leads into the database; they are nobody's yet. Answers their numbers.
    pub fn add_leads(&self, leads: impl IntoIterator<Item = Lead>) -> Vec<LeadId> {
        let leads: Vec<Lead> = leads.into_iter().collect();
        self.change(|state, _| leads.into_iter().map(|lead| state.add_lead(lead)).collect())
    }

    /// The leads of the database, oldest first.
    pub fn leads(&self) -> Vec<SalesBoostLead> {
        self.world().sales_boost.read().leads.iter().map(|(_, kept)| SalesBoostLead::of(kept)).collect()
    }

    /// Receives leads by a search: new ones cost a credit each and are told as `lead.created`, owned ones as
    /// `lead.updated`.
    pub fn receive_leads(&self, leads: impl IntoIterator<Item = LeadId>) -> LeadsReceived {
        let leads: Vec<LeadId> = leads.into_iter().collect();
        self.change(|state, world| {
            let received = state.receive(&leads, "api", world);
            state.watch_balance(world);
            received
        })
    }

    /// Runs an export: its leads are received, and `export.completed` is told.
    pub fn export_run(
        &self,
        file_type: impl Into<Text>,
        leads: impl IntoIterator<Item = LeadId>,
    ) -> ExportCompleted {
        let (file_type, leads): (Text, Vec<LeadId>) = (file_type.into(), leads.into_iter().collect());
        self.change(|state, world| state.export(&file_type, &leads, world))
    }

    /// Sends a scheduled batch: its leads are received, and `email_schedule.sent` is told.
    pub fn run_email_schedule(
        &self,
        name: impl Into<Text>,
        recipients: u64,
        leads: impl IntoIterator<Item = LeadId>,
    ) -> EmailScheduleSent {
        let (name, leads): (Text, Vec<LeadId>) = (name.into(), leads.into_iter().collect());
        self.change(|state, world| state.send_schedule(name, recipients, &leads, world))
    }

    /// Spends credits, as many as there are; `credit.low_balance` is told when they fall below the threshold. Answers
    /// what is left.
    pub fn spend_credits(&self, credits: u64) -> u64 {
        self.change(|state, world| {
            let left = &mut state.account.edit().settings.credits;
            *left = left.saturating_sub(credits);
            state.watch_balance(world);
            state.settings().credits
        })
    }

    /// Consents to a connection, as somebody does on the CRM's page at this address. Answers where the browser is sent
    /// back to; `None` where nobody has begun such a connection.
    pub fn consent(&self, authorization_url: &str) -> Option<String> {
        self.crm.sales_boost().consent(&query(authorization_url))
    }

    /// Refuses a connection, as somebody does on the CRM's page at this address.
    pub fn refuse_consent(&self, authorization_url: &str) -> Option<String> {
        let mut query = query(authorization_url);
        query.push(("deny".into(), "1".into()));
        self.crm.sales_boost().consent(&query)
    }
}

fn a_crm(id: &ProviderId) -> Result<()> {
    if provider::is_crm(id) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Invalid, "provider must be one of hubspot, salesforce, pipedrive"))
}

fn query(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
