//! Records that no API creates, and bulk loads.

use chrono::{DateTime, Utc};
use smbcrm_core::contacts::Contact;
use smbcrm_core::opportunities::{Pipeline, Stage};
use smbcrm_core::types::{LocationId, PipelineId, StageId, Text};

use crate::Admin;
use crate::world::State;

impl Admin<'_> {
    /// Makes a pipeline of these stages. `None` when there is no such sub-account.
    pub fn add_pipeline<S: Into<Text>>(
        &self,
        location: &LocationId,
        name: impl Into<Text>,
        stages: impl IntoIterator<Item = S>,
    ) -> Option<Pipeline> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.add_pipeline(name, stages, now))
    }

    /// Loads contacts as they are – ids, dates and all – without the duplicate rule. Returns how many.
    ///
    /// An empty id is minted; the sub-account is filled in. Contacts with an id that exists replace that contact.
    /// `None` when there is no such sub-account.
    pub fn load_contacts(
        &self,
        location: &LocationId,
        contacts: impl IntoIterator<Item = Contact>,
    ) -> Option<usize> {
        self.edit(location, |state| {
            let mut loaded = 0;
            for mut contact in contacts {
                if contact.id.is_empty() {
                    contact.id = state.ids.record().into();
                }
                contact.location_id = state.location.id.clone();
                state.put_new_contact(contact);
                loaded += 1;
            }
            loaded
        })
    }
}

impl State {
    pub(crate) fn add_pipeline<S: Into<Text>>(
        &mut self,
        name: impl Into<Text>,
        stages: impl IntoIterator<Item = S>,
        now: DateTime<Utc>,
    ) -> Pipeline {
        let mut pipeline = Pipeline::default();
        pipeline.id = PipelineId::from(self.ids.record());
        pipeline.name = name.into();
        pipeline.location_id = self.location.id.clone();
        (pipeline.show_in_funnel, pipeline.show_in_pie_chart) = (true, true);
        pipeline.color_render_mode = Some("dot".into());
        pipeline.date_added = Some(now);
        pipeline.date_updated = Some(now);
        for (position, name) in (0..).zip(stages) {
            let mut stage = Stage::default();
            stage.id = StageId::from(self.ids.uuid());
            stage.name = name.into();
            stage.position = position;
            (stage.show_in_funnel, stage.show_in_pie_chart) = (true, true);
            pipeline.stages.push(stage);
        }
        self.pipelines.push(pipeline.clone());
        pipeline
    }
}
