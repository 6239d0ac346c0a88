//! Creating, changing and upserting opportunities, and showing them with their contact.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::opportunities::{
    CreateOpportunity, Opportunity, OpportunityContact, OpportunityStatus, UpsertOpportunity,
    UpsertedOpportunity,
};
use smbcrm_core::types::{ContactId, OpportunityId, PipelineId, Text};

use super::changes::{Changes, Checked};
use super::follower::{FollowerChange, check_action};
use super::missing;
use crate::refusal;
use crate::search::Value;
use crate::search::translate::Complaints;
use crate::world::{OpportunityKey, State};

/// The version of the search index's document, the same on every record that was ever seen.
const INDEX_VERSION: u32 = 1;

impl State {
    /// The contact's opportunity in a pipeline. Where there are several, an open one before a closed one and the
    /// older before the newer.
    fn opportunity_of(&self, contact: &ContactId, pipeline: &PipelineId) -> Option<&Arc<Opportunity>> {
        self.opportunities
            .find(&OpportunityKey::ContactId, Value::Text(contact.as_str()))
            .filter(|known| known.contact_id == *contact && known.pipeline_id == *pipeline)
            .min_by_key(|known| (known.status != OpportunityStatus::Open, known.created_at, &known.id))
    }

    /// Refuses what would be the contact's second opportunity in a pipeline, closed ones included, unless the
    /// sub-account allows it.
    fn refuse_second(&self, contact: &ContactId, pipeline: &PipelineId) -> Result<()> {
        if self.allows_duplicate_opportunities() {
            return Ok(());
        }
        match self.opportunity_of(contact, pipeline) {
            Some(known) => Err(refusal::duplicate_opportunity(known.id.as_str())),
            None => Ok(()),
        }
    }

    pub(crate) fn create_opportunity(
        &mut self,
        input: CreateOpportunity,
        now: DateTime<Utc>,
    ) -> Result<Arc<Opportunity>> {
        let mut complaints = Complaints::default();
        self.expect_contact(&input.contact_id, &mut complaints);
        let checked = Changes::from(&input).check(self, None, complaints)?;
        self.refuse_second(&input.contact_id, &input.pipeline_id)?;
        Ok(self.insert_opportunity(input.contact_id, checked, &FollowerChange::default(), now))
    }

    /// Complains of a contact that the sub-account does not have.
    fn expect_contact(&self, id: &ContactId, complaints: &mut Complaints) {
        if id.is_empty() {
            complaints.shape("contactId should not be empty");
        } else if self.contacts.get(id.as_str()).is_none() {
            complaints.domain(format!("Contact with id {id} not found"));
        }
    }

    fn insert_opportunity(
        &mut self,
        contact: ContactId,
        checked: Checked,
        followers: &FollowerChange,
        now: DateTime<Utc>,
    ) -> Arc<Opportunity> {
        let mut opportunity = Opportunity::default();
        opportunity.id = self.ids.record().into();
        opportunity.location_id = self.location.id.clone();
        opportunity.contact_id = contact;
        opportunity.created_at = now;
        opportunity.last_status_change_at = Some(now);
        opportunity.last_stage_change_at = Some(now);
        checked.apply(&mut opportunity, now);
        followers.apply(&mut opportunity.followers);
        self.put_opportunity(opportunity)
    }

    /// Stores an opportunity with the contact's present data beside it.
    pub(crate) fn put_opportunity(&mut self, mut opportunity: Opportunity) -> Arc<Opportunity> {
        let contact = self.contacts.get(opportunity.contact_id.as_str());
        opportunity.contact = contact.map(|contact| short(contact));
        opportunity.index_version.get_or_insert(INDEX_VERSION);
        let opportunity = Arc::new(opportunity);
        self.opportunities.put(Arc::clone(&opportunity));
        opportunity
    }

    /// Changes an opportunity that exists.
    pub(crate) fn change_opportunity(
        &mut self,
        id: &OpportunityId,
        changes: Changes,
        now: DateTime<Utc>,
    ) -> Result<Arc<Opportunity>> {
        self.change(id, changes, &FollowerChange::default(), Complaints::default(), now)
    }

    fn change(
        &mut self,
        id: &OpportunityId,
        changes: Changes,
        followers: &FollowerChange,
        complaints: Complaints,
        now: DateTime<Utc>,
    ) -> Result<Arc<Opportunity>> {
        let Some(known) = self.opportunities.get(id.as_str()) else { return Err(missing(id)) };
        let checked = changes.check(self, Some(known), complaints)?;
        if let Some(place) = &checked.place
            && place.pipeline != known.pipeline_id
        {
            self.refuse_second(&known.contact_id, &place.pipeline)?;
        }
        let mut opportunity = Opportunity::clone(known);
        checked.apply(&mut opportunity, now);
        followers.apply(&mut opportunity.followers);
        Ok(self.put_opportunity(opportunity))
    }

    /// Changes the opportunity of the id; without one, the contact's in the pipeline; without that, makes one.
    pub(crate) fn upsert_opportunity(
        &mut self,
        input: UpsertOpportunity,
        now: DateTime<Utc>,
    ) -> Result<UpsertedOpportunity> {
        let mut complaints = Complaints::default();
        check_action(input.followers_action_type.as_ref(), &mut complaints);
        let changes = Changes::from(&input);
        let known = match (&input.id, &input.contact_id) {
            (Some(id), contact) => {
                let Some(known) = self.opportunities.get(id.as_str()) else { return Err(missing(id)) };
                if contact.as_ref().is_some_and(|contact| known.contact_id != *contact) {
                    complaints.shape("contactId must be the contact of the opportunity");
                }
                Some(id.clone())
            }
            (None, Some(contact)) => {
                self.expect_contact(contact, &mut complaints);
                self.opportunity_of(contact, &input.pipeline_id).map(|known| known.id.clone())
            }
            (None, None) => {
                complaints.shape("contactId should not be empty");
                None
            }
        };
        let followers = FollowerChange::from(&input);
        let mut done = UpsertedOpportunity::default();
        if let Some(id) = known {
            done.opportunity = self.change(&id, changes, &followers, complaints, now)?;
            return Ok(done);
        }
        let contact = input.contact_id.unwrap_or_default();
        let checked = self.completed(changes, &contact).check(self, None, complaints)?;
        done.opportunity = self.insert_opportunity(contact, checked, &followers, now);
        done.new = true;
        Ok(done)
    }

    /// What an upsert that creates may leave out: the name is the contact's then, the status is open.
    fn completed(&self, mut changes: Changes, contact: &ContactId) -> Changes {
        changes.status.get_or_insert(OpportunityStatus::Open);
        if let (None, Some(contact)) = (&changes.name, self.contacts.get(contact.as_str())) {
            let name = Some(Text::from(contact.full_name())).filter(|name| !name.is_empty());
            let name = name.or_else(|| contact.email.clone()).or_else(|| contact.phone.clone());
            changes.name = Some(name.unwrap_or_default());
        }
        changes
    }

    /// An opportunity as it is shown: with its contact's present data. Shares the stored record unless the contact
    /// has changed since that was written.
    pub(crate) fn shown(&self, opportunity: &Arc<Opportunity>) -> Arc<Opportunity> {
        let contact = self.contacts.get(opportunity.contact_id.as_str());
        let current = match (&opportunity.contact, contact) {
            (Some(short), Some(contact)) => is_current(short, contact),
            (None, None) => true,
            _ => false,
        };
        if current {
            return Arc::clone(opportunity);
        }
        let mut opportunity = Opportunity::clone(opportunity);
        opportunity.contact = contact.map(|contact| short(contact));
        Arc::new(opportunity)
    }
}

/// A contact, as far as an opportunity shows it.
fn short(contact: &Contact) -> OpportunityContact {
    let mut short = OpportunityContact::default();
    short.id = contact.id.clone();
    short.name = Some(Text::from(contact.full_name())).filter(|name| !name.is_empty());
    short.company_name = contact.company_name.clone();
    short.email = contact.email.clone();
    short.phone = contact.phone.clone();
    short.tags = contact.tags.clone();
    short
}

/// Whether that is still what [`short`] would make of the contact. Reads compare often and must not allocate.
fn is_current(short: &OpportunityContact, contact: &Contact) -> bool {
    let name = short.name.as_deref();
    let same_name = match (contact.first_name.as_deref(), contact.last_name.as_deref()) {
        (Some(first), Some(last)) => {
            name.and_then(|name| name.strip_prefix(first)?.strip_prefix(' ')) == Some(last)
        }
        (Some(one), None) | (None, Some(one)) => name.unwrap_or_default() == one,
        (None, None) => name.is_none(),
    };
    same_name
        && short.email == contact.email
        && short.phone == contact.phone
        && short.company_name == contact.company_name
        && short.tags == contact.tags
}
