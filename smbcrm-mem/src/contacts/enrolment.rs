//! Contacts in campaigns and workflows.
//!
//! This keeps who is in which; what workflows do is `automation`'s.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::Enrol;
use smbcrm_core::types::{CampaignId, ContactId, Text, WorkflowId};
use smbcrm_core::{Error, Result};

use crate::refusal;
use crate::search::Value;
use crate::world::{ByContact, Enrolment, EnrolmentKind, State};

/// A campaign or workflow that does not exist (assumed: refused as a missing contact is).
fn missing(kind: EnrolmentKind, target: &str) -> Error {
    let what = match kind {
        EnrolmentKind::Campaign => "Campaign",
        EnrolmentKind::Workflow => "Workflow",
    };
    refusal::no_such(what, target)
}

impl State {
    fn check_target(&self, kind: EnrolmentKind, target: &str) -> Result<()> {
        let known = match kind {
            EnrolmentKind::Campaign => self.campaigns.iter().any(|known| known.id == *target),
            EnrolmentKind::Workflow => self.workflows.iter().any(|known| known.id == *target),
        };
        if known { Ok(()) } else { Err(missing(kind, target)) }
    }

    /// Enrols a contact. One that is in already stays as it is: there is no second run while the first is under
    /// way. One that has finished starts again.
    fn enrol(&mut self, kind: EnrolmentKind, contact: &ContactId, target: &Text) -> Result<()> {
        self.check_target(kind, target)?;
        let key = Enrolment::key(kind, contact, target);
        let finished = match self.enrolments.get(&key) {
            Some(known) if known.active => return Ok(()),
            known => known.is_some_and(|known| known.finished),
        };
        let contact_id = contact.clone();
        let target = target.clone();
        self.enrolments.put(Arc::new(Enrolment { key, kind, contact_id, target, active: true, finished }));
        Ok(())
    }

    /// Takes a contact out; one that is not in stays out.
    fn withdraw(&mut self, kind: EnrolmentKind, contact: &ContactId, target: &str) -> Result<()> {
        self.check_target(kind, target)?;
        self.end(&Enrolment::key(kind, contact, target), false);
        Ok(())
    }

    /// Ends a run, by its end or before it. What has ever been finished is remembered. Says whether one was under way.
    fn end(&mut self, key: &str, finished: bool) -> bool {
        let Some(known) = self.enrolments.get(key) else { return false };
        let mut enrolment = Enrolment::clone(known);
        let was_active = enrolment.active;
        enrolment.active = false;
        enrolment.finished |= finished && was_active;
        if enrolment.finished {
            self.enrolments.put(Arc::new(enrolment));
        } else {
            self.enrolments.remove(key);
        }
        was_active
    }

    pub(crate) fn add_to_campaign(&mut self, contact: &ContactId, campaign: &CampaignId) -> Result<()> {
        self.enrol(EnrolmentKind::Campaign, contact, campaign.as_text())
    }

    pub(crate) fn remove_from_campaign(&mut self, contact: &ContactId, campaign: &CampaignId) -> Result<()> {
        self.withdraw(EnrolmentKind::Campaign, contact, campaign.as_str())
    }

    pub(crate) fn remove_from_all_campaigns(&mut self, contact: &ContactId) {
        let of_contact = self.enrolments.find(&ByContact, Value::Text(contact.as_str()));
        let keys: Vec<Text> = of_contact
            .filter(|enrolment| enrolment.kind == EnrolmentKind::Campaign)
            .map(|enrolment| enrolment.key.clone())
            .collect();
        for key in keys {
            self.end(&key, false);
        }
    }

    /// Puts a contact into a workflow. One that says what it does starts a run, if the contact may come in; a draft
    /// starts none (assumed). One that only has a name keeps who is in it.
    pub(crate) fn add_to_workflow(
        &mut self,
        contact: &ContactId,
        workflow: &WorkflowId,
        enrol: &Enrol,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let known = self.workflows.iter().find(|known| known.id == *workflow.as_str());
        if known.is_none_or(|known| known.edition.is_none()) {
            return self.enrol(EnrolmentKind::Workflow, contact, workflow.as_text());
        }
        let about = crate::automation::about_event(enrol);
        self.start_by_hand(contact, workflow, about, now.timestamp_millis());
        Ok(())
    }

    pub(crate) fn remove_from_workflow(
        &mut self,
        contact: &ContactId,
        workflow: &WorkflowId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.check_target(EnrolmentKind::Workflow, workflow.as_str())?;
        self.stop_runs(contact, workflow.as_str(), "removed through the API", now.timestamp_millis());
        self.withdraw(EnrolmentKind::Workflow, contact, workflow.as_str())
    }

    /// Writes down that a contact is in a workflow that exists.
    pub(crate) fn mark_enrolled(&mut self, contact: &ContactId, workflow: &Text) {
        // Refused only where there is no such workflow.
        let _ = self.enrol(EnrolmentKind::Workflow, contact, workflow);
    }

    /// Writes down that a contact has left a workflow, by its end or before.
    pub(crate) fn mark_left(&mut self, contact: &ContactId, workflow: &str, finished: bool) {
        self.end(&Enrolment::key(EnrolmentKind::Workflow, contact, workflow), finished);
    }

    /// Ends a contact's run through a workflow; `false` when none is under way.
    pub(crate) fn finish_workflow(
        &mut self,
        contact: &ContactId,
        workflow: &WorkflowId,
        now: DateTime<Utc>,
    ) -> bool {
        let runs = self.active_runs_of(contact, workflow.as_str());
        for run in &runs {
            let run = crate::automation::Run::clone(run);
            self.end_run(run, crate::RunState::Finished, now.timestamp_millis());
        }
        if !runs.is_empty() {
            return true; // the last of them has ended the enrolment
        }
        self.end(&Enrolment::key(EnrolmentKind::Workflow, contact, workflow.as_str()), true)
    }
}
