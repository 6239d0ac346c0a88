//! What contacts may unsubscribe from, and what they have.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::conversations::{
    ChangeSubscription, CreateSubtype, CustomSubtype, DefaultSubtype, EmailSubscriptions, GetSubscriptions,
    Subscription, SubscriptionKind, SubscriptionStatus, Subscriptions, UpdateSubtype,
};
use smbcrm_core::types::{SubtypeId, Text};

use super::refusal;
use super::state::{Choice, Choices};
use crate::refusal as wire;
use crate::search::translate::Complaints;
use crate::world::State;

/// The longest name and description.
const MAX_TEXT: usize = 100;

fn check_text(name: &str, text: Option<&Text>, may_be_empty: bool, complaints: &mut Complaints) {
    let Some(text) = text else { return };
    if !may_be_empty && text.trim().is_empty() {
        complaints.shape(format!("{name} should not be empty"));
    }
    if text.chars().count() > MAX_TEXT {
        complaints.shape(format!("{name} must be shorter than or equal to {MAX_TEXT} characters"));
    }
}

impl State {
    /// Another kind of the same name and channel is refused (assumed).
    fn refuse_same_subtype(&self, name: &str, like: &CustomSubtype) -> Result<()> {
        let is_same = |known: &CustomSubtype| {
            known.id != like.id && known.channel == like.channel && known.name.eq_ignore_ascii_case(name)
        };
        if self.inbox.subtypes.iter().any(is_same) {
            return Err(wire::bad_request("A custom subtype with this name already exists"));
        }
        Ok(())
    }

    pub(super) fn create_subtype(
        &mut self,
        input: CreateSubtype,
        now: DateTime<Utc>,
    ) -> Result<CustomSubtype> {
        let mut complaints = Complaints::default();
        check_text("name", Some(&input.name), false, &mut complaints);
        check_text("description", input.description.as_ref(), true, &mut complaints);
        if !input.channel.is_known() {
            complaints.shape("channel must be a valid enum value");
        }
        if input.language.trim().is_empty() {
            complaints.shape("language should not be empty");
        }
        complaints.into_result()?;
        let mut subtype = CustomSubtype::default();
        subtype.channel = input.channel;
        self.refuse_same_subtype(&input.name, &subtype)?;
        subtype.id = self.ids.record().into();
        subtype.location_id = self.location.id.clone();
        subtype.name = input.name;
        subtype.description = input.description;
        subtype.language = input.language;
        subtype.created_at = Some(now);
        subtype.updated_at = Some(now);
        self.inbox.subtypes.push(subtype.clone());
        Ok(subtype)
    }

    pub(super) fn update_subtype(
        &mut self,
        id: &SubtypeId,
        input: UpdateSubtype,
        now: DateTime<Utc>,
    ) -> Result<CustomSubtype> {
        let mut complaints = Complaints::default();
        check_text("name", input.name.as_ref(), false, &mut complaints);
        check_text("description", input.description.as_ref(), true, &mut complaints);
        complaints.into_result()?;
        let Some(at) = self.inbox.subtypes.iter().position(|known| known.id == *id) else {
            return Err(wire::not_found("Custom subtype", id.as_str()));
        };
        let mut subtype = self.inbox.subtypes[at].clone();
        if let Some(name) = input.name {
            self.refuse_same_subtype(&name, &subtype)?;
            subtype.name = name;
        }
        subtype.description = input.description.or(subtype.description);
        subtype.archived = input.archived.unwrap_or(subtype.archived);
        subtype.updated_at = Some(now);
        self.inbox.subtypes.edit()[at] = subtype.clone();
        Ok(subtype)
    }

    pub(super) fn subscriptions(&self, asked: &GetSubscriptions) -> Result<Subscriptions> {
        let Some(contact) = self.contacts.get(asked.contact_id.as_str()) else {
            return Err(wire::not_found("Contact", asked.contact_id.as_str()));
        };
        match asked.email.as_deref().filter(|email| !email.is_empty()) {
            Some(email) => Ok(self.subscriptions_of(contact, &[own_email(contact, email)?])),
            None => {
                let all = contact.email.iter().chain(&contact.additional_emails).cloned();
                Ok(self.subscriptions_of(contact, &all.collect::<Vec<_>>()))
            }
        }
    }

    fn choice(&self, contact: &Contact, email: &str, subtype: Option<&SubtypeId>) -> Option<&Choice> {
        let choices = &self.inbox.choices.get(contact.id.as_str())?.choices;
        choices.iter().find(|choice| choice.email == *email && choice.subtype.as_ref() == subtype)
    }

    fn subscriptions_of(&self, contact: &Contact, emails: &[Text]) -> Subscriptions {
        let mut answer = Subscriptions::default();
        answer.contact_id = contact.id.clone();
        answer.location_id = self.location.id.clone();
        for email in emails {
            let mut of_one = EmailSubscriptions::default();
            of_one.email = email.clone();
            let mut add = |kind, id: Option<&SubtypeId>, name: Text| {
                let choice = self.choice(contact, email, id);
                let mut shown = Subscription::default();
                shown.kind = kind;
                shown.subtype_id = id.cloned();
                shown.name = name;
                shown.status = choice.map(|choice| choice.status.clone()).unwrap_or_default();
                shown.updated_at = choice.map(|choice| choice.at);
                of_one.subscriptions.push(shown);
            };
            add(SubscriptionKind::Default, None, DefaultSubtype::OneOnOne.as_str().into());
            for subtype in self.inbox.subtypes.iter().filter(|subtype| !subtype.archived) {
                add(SubscriptionKind::Custom, Some(&subtype.id), subtype.name.clone());
            }
            let gets = |shown: &Subscription| shown.status == SubscriptionStatus::Subscribed;
            if !of_one.subscriptions.iter().any(gets) {
                of_one.status = SubscriptionStatus::Unsubscribed;
            }
            answer.emails.push(of_one);
        }
        answer
    }

    pub(super) fn change_subscription(
        &mut self,
        input: &ChangeSubscription,
        now: DateTime<Utc>,
    ) -> Result<Subscriptions> {
        let action = &input.action;
        let mut complaints = Complaints::default();
        if !action.kind.is_known() {
            complaints.shape("subscription_action.type must be a valid enum value");
        }
        if !action.subtype_status.is_known() {
            complaints.shape("subscription_action.subtype_status must be a valid enum value");
        }
        match action.kind {
            SubscriptionKind::Default if action.subtype_name != Some(DefaultSubtype::OneOnOne) => {
                complaints.shape("subscription_action.subtype_name must be a valid enum value");
            }
            SubscriptionKind::Custom if action.subtype_id.as_ref().is_none_or(|id| id.is_empty()) => {
                complaints.shape("subscription_action.subtype_id should not be empty");
            }
            SubscriptionKind::ResubscribeAll if action.subtype_status != SubscriptionStatus::Subscribed => {
                complaints.shape("subscription_action.subtype_status must be subscribed");
            }
            _ => {}
        }
        let subscribes = action.subtype_status == SubscriptionStatus::Subscribed;
        if subscribes && input.legal_reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            complaints.shape("legal_reason should not be empty");
        }
        complaints.into_result()?;
        let Some(contact) = self.contacts.get(input.contact_id.as_str()).map(Arc::clone) else {
            return Err(wire::not_found("Contact", input.contact_id.as_str()));
        };
        let email = own_email(&contact, &input.email)?;
        let subtype = action.subtype_id.as_ref().filter(|_| action.kind == SubscriptionKind::Custom);
        if let Some(id) = subtype
            && !self.inbox.subtypes.iter().any(|known| known.id == *id)
        {
            return Err(wire::not_found("Custom subtype", id.as_str()));
        }
        let mut kept = match self.inbox.choices.get(contact.id.as_str()) {
            Some(known) => Choices::clone(known),
            None => Choices { contact_id: contact.id.clone(), choices: Vec::new() },
        };
        if action.kind == SubscriptionKind::ResubscribeAll {
            for choice in kept.choices.iter_mut().filter(|choice| choice.email == email) {
                (choice.status, choice.at) = (SubscriptionStatus::Subscribed, now);
            }
        } else {
            kept.choices.retain(|choice| choice.email != email || choice.subtype.as_ref() != subtype);
            kept.choices.push(Choice {
                email: email.clone(),
                subtype: subtype.cloned(),
                status: action.subtype_status.clone(),
                at: now,
            });
        }
        self.inbox.choices.put(Arc::new(kept));
        Ok(self.subscriptions_of(&contact, &[email]))
    }

    /// Refuses an e-mail of a kind that its receiver has unsubscribed from.
    pub(super) fn refuse_unsubscribed(
        &self,
        contact: &Contact,
        email: &str,
        subtype: Option<&SubtypeId>,
    ) -> Result<()> {
        let subtype = subtype.filter(|id| !id.is_empty());
        let known = subtype.map(|id| {
            let found = self.inbox.subtypes.iter().find(|known| known.id == *id && !known.archived);
            found.ok_or_else(|| wire::not_found("Custom subtype", id.as_str()))
        });
        let name = known.transpose()?.map_or(DefaultSubtype::OneOnOne.as_str(), |known| known.name.as_str());
        match self.choice(contact, email, subtype) {
            Some(choice) if choice.status == SubscriptionStatus::Unsubscribed => {
                Err(refusal::unsubscribed(name))
            }
            _ => Ok(()),
        }
    }
}

/// A contact's e-mail as it is stored.
fn own_email(contact: &Contact, email: &str) -> Result<Text> {
    let asked = email.trim().to_lowercase();
    let own = contact.email.iter().chain(&contact.additional_emails).find(|own| **own == asked);
    own.cloned().ok_or_else(|| wire::not_found("Email", email))
}
