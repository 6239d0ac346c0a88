//! The engine, tested through the API.

#![allow(clippy::needless_pass_by_value, reason = "tests hand over what they have just written")]

mod calls;
mod meetings;
mod settings;
mod steps;
mod triggers;

use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{Contact, CreateContact};
use smbcrm_core::conversations::InboundType;
use smbcrm_core::types::WorkflowId;
use smbcrm_core::workflows::definition::Definition;

use crate::{MemCrm, RunState, StepOutcome, WorkflowRun};

pub(super) const MINUTE: u64 = 60;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// A world, and what tests do in it.
pub(super) struct Stage {
    pub(super) crm: MemCrm,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self { crm: MemCrm::new() }
    }

    pub(super) fn install(&self, definition: Definition) -> WorkflowId {
        match self.crm.admin().install_workflow(self.crm.location(), definition) {
            Ok(id) => id,
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) fn contact(&self, change: impl FnOnce(CreateContact) -> CreateContact) -> Arc<Contact> {
        let input = change(CreateContact::new(self.crm.location()));
        block_on(self.crm.contacts().create(input)).expect("the contact is good")
    }

    pub(super) fn ada(&self) -> Arc<Contact> {
        self.contact(|new| new.name("Ada Vale").email("ada@vale.example").phone("(202) 555-0123"))
    }

    pub(super) fn get(&self, contact: &Contact) -> Arc<Contact> {
        block_on(self.crm.contacts().get(&contact.id)).expect("the contact is there")
    }

    /// Lets so many seconds pass.
    pub(super) fn pass(&self, seconds: u64) {
        block_on(self.crm.advance(Duration::from_secs(seconds)));
    }

    /// Carries out what is due.
    pub(super) fn run(&self) {
        block_on(self.crm.run_until_idle());
    }

    pub(super) fn runs(&self, workflow: &WorkflowId) -> Vec<WorkflowRun> {
        self.crm.admin().runs(workflow)
    }

    /// The one run of a workflow.
    pub(super) fn only(&self, workflow: &WorkflowId) -> WorkflowRun {
        let mut runs = self.runs(workflow);
        assert_eq!(runs.len(), 1, "{runs:#?}");
        runs.remove(0)
    }

    /// What was sent, texts and e-mails and notifications alike.
    pub(super) fn sent(&self) -> Vec<String> {
        let body = |sent: &Arc<crate::Outgoing>| {
            let text = sent.text().map(|text| text.body.clone());
            let email = sent.email().map(|email| email.html.clone());
            text.or(email).or_else(|| sent.notification().map(|told| told.body.clone())).unwrap_or_default()
        };
        self.crm.admin().outbox().iter().map(|sent| body(sent).to_string()).collect()
    }

    /// Has the contact write.
    pub(super) fn says(&self, contact: &Contact, text: &str) {
        let said = self.crm.admin().answer_as_contact(&contact.id, InboundType::Sms, text);
        assert!(said.is_ok(), "the contact can write");
    }
}

/// The run has ended well and no step of it failed.
pub(super) fn went_well(run: &WorkflowRun) {
    let failed = run.history.iter().find(|entry| entry.outcome == StepOutcome::Failed);
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(run.state, RunState::Finished, "{run:#?}");
}
