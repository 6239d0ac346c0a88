//! A step outside of workflows: done at once, for whoever has the contact in hand.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use smbcrm_core::search::Filter;
use smbcrm_core::types::{ContactId, Text};
use smbcrm_core::workflows::definition::{Definition, Step};

use super::engine::{Desk, Next};
use super::run::{About, NEVER, RunState, Waiting};
use super::{Edition, Run};
use crate::world::{State, StoredUser};

/// What steps done one after the other share: their contact, what they found, and the names that merge fields may say.
#[derive(Debug)]
pub(crate) struct Errand {
    run: Run,
    edition: Edition,
}

impl Errand {
    /// Begins for a contact, or for nobody. `name` is whose errand it is.
    pub(crate) fn new(name: &Text, contact: Option<ContactId>, now: i64) -> Self {
        let run = Run {
            id: Text::default(),
            edition: 0,
            contact,
            at: 0,
            due: NEVER,
            wait: Waiting::Nothing,
            state: RunState::Active,
            generation: 0,
            began: now,
            ended: None,
            about: None,
            outputs: None,
            history: Vec::new(),
        };
        Self { run, edition: Edition::new(0, name.clone(), 1, Arc::new(Definition::new(name))) }
    }

    /// What merge fields call this stands for that from now on.
    pub(crate) fn know(&mut self, name: impl Into<String>, value: Json) {
        self.run.about_mut().data.insert(name.into(), value);
    }

    fn about(&self) -> &About {
        static NOTHING: std::sync::LazyLock<About> = std::sync::LazyLock::new(About::default);
        self.run.about.as_deref().unwrap_or(&NOTHING)
    }

    fn outputs(&self) -> Option<&Map<String, Json>> {
        self.run.outputs.as_deref()
    }
}

impl State {
    /// Fills in the merge fields of a text.
    pub(crate) fn fill_for(&self, text: &str, errand: &Errand, users: &[StoredUser], now: i64) -> Text {
        self.fill(text, &self.facts_of(&errand.run, &errand.edition, users, now))
    }

    /// Whether all conditions hold.
    pub(crate) fn holds_for(&self, filters: &[Filter], errand: &Errand, now: i64) -> bool {
        self.holds_all(filters, errand.run.contact.as_ref(), errand.about(), errand.outputs(), now)
    }

    /// Does a step under a name. Says what there is to say of it, or why it failed.
    pub(crate) fn do_errand(
        &mut self,
        errand: &mut Errand,
        name: &str,
        step: &Step,
        desk: &mut Desk,
    ) -> Result<Option<String>, String> {
        let step = step.clone().id(name);
        let alone = Definition::new(&errand.edition.definition.name).step(step.clone());
        let edition = Edition::new(0, errand.edition.workflow.clone(), 1, Arc::new(alone));
        match self.act(&mut errand.run, &step.action, &Arc::new(edition), desk)? {
            Next::On => Ok(None),
            Next::Said(note) | Next::Skipped(note) => Ok(Some(note)),
            Next::To(..) | Next::Wait(..) | Next::End(..) => {
                Err(format!("`{}` is a step of workflows only", step.action.kind()))
            }
        }
    }
}
