//! The leads of the database, and what the account receives of them.

use serde::Serialize;
use smbcrm_core::sales_boost::event::{EmailScheduleSent, ExportCompleted};
use smbcrm_core::sales_boost::{EventType, Lead, LeadId};
use smbcrm_core::types::Text;

use super::event::{Told, day};
use super::state::{KeptLead, State};
use crate::world::World;

/// What became of leads that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LeadsReceived {
    /// Those that are new to the account. Each cost a credit.
    pub new: Vec<LeadId>,
    /// Those that it had already.
    pub owned: Vec<LeadId>,
    /// Those that it did not get: unknown, never to be exported, or beyond its credits.
    pub left_out: Vec<LeadId>,
}

impl State {
    pub(super) fn add_lead(&mut self, mut lead: Lead) -> LeadId {
        let added = self.leads.add(|id| {
            lead.id = id.into();
            KeptLead { lead, received: Vec::new() }
        });
        added.lead.id
    }

    /// Receives leads, as far as credits go, and tells of them.
    pub(super) fn receive(&mut self, ids: &[LeadId], source: &str, world: &World) -> LeadsReceived {
        let mut received = LeadsReceived::default();
        let (mut new, mut owned) = (Vec::new(), Vec::new());
        let now = world.clock.now();
        for id in ids {
            if received.new.contains(id) || received.owned.contains(id) {
                continue;
            }
            let known = self.leads.get(id.number()).filter(|known| !self.settings().forbids(&known.lead));
            let Some(known) = known.cloned() else {
                received.left_out.push(*id);
                continue;
            };
            if known.is_owned() {
                received.owned.push(*id);
                owned.push(known.lead.clone());
            } else if self.settings().credits > 0 {
                self.account.edit().settings.credits -= 1;
                received.new.push(*id);
                new.push(known.lead.clone());
            } else {
                received.left_out.push(*id);
                continue;
            }
            self.leads.edit(id.number(), |known| known.received.push((now, source.into())));
        }
        self.tell_of_leads(&EventType::LeadCreated, source, &new, None, world);
        self.tell_of_leads(&EventType::LeadUpdated, source, &owned, None, world);
        received
    }

    /// Runs an export: its leads are received, and that it ended is told.
    pub(super) fn export(&mut self, file_type: &Text, ids: &[LeadId], world: &World) -> ExportCompleted {
        let received = self.receive(ids, "export", world);
        let account = self.account.edit();
        account.last_export += 1;
        let mut done = ExportCompleted::default();
        done.export_id = account.last_export;
        done.file_name = format!("leads-{}-{}.{file_type}", day(world), done.export_id).into();
        done.file_type = file_type.clone();
        done.new_leads = received.new.len() as u64;
        done.updated_leads = received.owned.len() as u64;
        done.lead_count = done.new_leads + done.updated_leads;
        done.credits_used = done.new_leads;
        done.credits_remaining = account.settings.credits;
        let told = Told::new(self, world, EventType::ExportCompleted, &done, Vec::new());
        self.tell(&told, None, world);
        self.watch_balance(world);
        done
    }

    /// Sends a scheduled batch: its leads are received, and that it was sent is told.
    pub(super) fn send_schedule(
        &mut self,
        name: Text,
        recipients: u64,
        ids: &[LeadId],
        world: &World,
    ) -> EmailScheduleSent {
        let received = self.receive(ids, "email_schedule", world);
        let account = self.account.edit();
        account.last_schedule += 1;
        let mut sent = EmailScheduleSent::default();
        sent.schedule_id = account.last_schedule;
        sent.name = name;
        sent.recipients = recipients;
        sent.lead_count = (received.new.len() + received.owned.len()) as u64;
        sent.sent_at = world.clock.now();
        let told = Told::new(self, world, EventType::EmailScheduleSent, &sent, Vec::new());
        self.tell(&told, None, world);
        self.watch_balance(world);
        sent
    }
}
