//! Steps about opportunities.

use std::sync::Arc;

use smbcrm_core::opportunities::{
    CreateOpportunity, Opportunity, OpportunityStatus, SetStatus, UpdateOpportunity,
};
use smbcrm_core::types::{Money, Text};
use smbcrm_core::workflows::definition::{ChangeOpportunity, MakeOpportunity};

use super::{contact_of, told};
use crate::automation::engine::{Desk, Next, Outcome};
use crate::automation::merge::Facts;
use crate::automation::{Edition, Run};
use crate::search::Value;
use crate::world::{OpportunityKey, State};

impl State {
    /// An amount that a text names once its merge fields are filled in; nothing where they are empty.
    fn amount(&self, text: Option<&Text>, facts: &Facts<'_>) -> Result<Option<Money>, String> {
        let Some(text) = text.map(|text| self.fill(text, facts)).filter(|text| !text.trim().is_empty())
        else {
            return Ok(None);
        };
        let plain: String = text.chars().filter(|c| !matches!(c, ',' | '$' | ' ')).collect();
        plain.parse().map(Some).map_err(|_| format!("`{text}` is not an amount of money"))
    }

    pub(super) fn make_deal(
        &mut self,
        run: &mut Run,
        it: &MakeOpportunity,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let name = self.fill(&it.name, &facts);
        let value = self.amount(it.monetary_value.as_ref(), &facts)?;
        let source = it.source.as_ref().map(|source| self.fill(source, &facts));
        let known = self
            .opportunities
            .find(&OpportunityKey::ContactId, Value::Text(contact.as_str()))
            .filter(|deal| deal.pipeline_id == it.pipeline)
            .min_by_key(|deal| (deal.status != OpportunityStatus::Open, deal.created_at, deal.id.clone()))
            .cloned();
        let known = known.filter(|_| it.always_new != Some(true));
        let (deal, note): (Arc<Opportunity>, &str) = match known {
            Some(known) => {
                let mut update = UpdateOpportunity::new();
                (update.name, update.monetary_value) = (Some(name), value);
                (update.pipeline_stage_id, update.status) = (it.stage.clone(), it.status.clone());
                let deal = self.change_opportunity(&known.id, update.into(), desk.instant());
                (deal.map_err(|error| told(&error))?, "changed")
            }
            None => {
                let status = it.status.clone().unwrap_or(OpportunityStatus::Open);
                let mut input =
                    CreateOpportunity::new(&it.pipeline, self.location.id.clone(), name, status, &contact);
                (input.pipeline_stage_id, input.monetary_value) = (it.stage.clone(), value);
                input.source = source;
                let deal = self.create_opportunity(input, desk.instant());
                (deal.map_err(|error| told(&error))?, "created")
            }
        };
        run.about_mut().opportunity = Some(deal.id.clone());
        Ok(Next::Said(format!("{note} {}", deal.id)))
    }

    pub(super) fn change_deal(
        &mut self,
        run: &mut Run,
        it: &ChangeOpportunity,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let deal = facts.opportunity.clone().ok_or_else(|| "there is no opportunity".to_owned())?;
        let mut update = UpdateOpportunity::new();
        update.name = it.name.as_ref().map(|name| self.fill(name, &facts));
        update.monetary_value = self.amount(it.monetary_value.as_ref(), &facts)?;
        (update.pipeline_id, update.pipeline_stage_id) = (it.pipeline.clone(), it.stage.clone());
        update.assigned_to = it.assigned_to.clone();
        let is_update = update != UpdateOpportunity::new();
        let status = it.status.clone().map(|status| {
            let mut change = SetStatus::new(status);
            change.lost_reason_id = it.lost_reason.clone();
            change
        });
        let id = deal.id.clone();
        if is_update {
            // Status and the rest are one change of the record.
            if it.lost_reason.is_none() {
                update.status = it.status.clone();
            }
            self.change_opportunity(&id, update.into(), desk.instant()).map_err(|error| told(&error))?;
        }
        if let Some(status) = status.filter(|_| !is_update || it.lost_reason.is_some()) {
            self.change_opportunity(&id, status.into(), desk.instant()).map_err(|error| told(&error))?;
        }
        run.about_mut().opportunity = Some(id);
        Ok(Next::On)
    }
}
