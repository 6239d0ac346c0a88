//! Steps about the contact: fields, tags, user, do-not-disturb, notes, tasks; and custom values.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};
use smbcrm_core::contacts::{
    Contact, CreateContact, CreateNote, CreateTask, DndSetting, DndSettings, DndStatus,
};
use smbcrm_core::locations::WriteCustomValue;
use smbcrm_core::types::{ContactId, Text};
use smbcrm_core::workflows::definition::{AddNote, AddTask, AssignUser, SetDnd, Span};

use super::{contact_of, told};
use crate::automation::engine::{Desk, Next, Outcome};
use crate::automation::merge::Facts;
use crate::automation::{Edition, Run};
use crate::world::State;

impl State {
    /// Field values with their merge fields filled in.
    pub(in crate::automation) fn filled_fields(
        &self,
        fields: &Map<String, Json>,
        facts: &Facts<'_>,
    ) -> Map<String, Json> {
        let filled = |value: &Json| match value {
            Json::String(text) => Json::from(self.fill(text, facts).as_str()),
            other => other.clone(),
        };
        fields.iter().map(|(name, value)| (name.clone(), filled(value))).collect()
    }

    /// What writes of a contact take, of fields by their names. An empty text clears a field, as null does.
    pub(in crate::automation) fn contact_input(
        &self,
        fields: Map<String, Json>,
    ) -> Result<CreateContact, String> {
        let mut body = Map::new();
        let mut custom = Vec::new();
        for (name, value) in fields {
            let value = if value == "" { Json::Null } else { value };
            match name.strip_prefix("customFields.") {
                Some(field) => {
                    let by = if self.fields().any(|known| known.id == *field) { "id" } else { "key" };
                    custom.push(json!({ by: field, "field_value": value }));
                }
                None => drop(body.insert(name, value)),
            }
        }
        body.insert("locationId".into(), self.location.id.as_str().into());
        if !custom.is_empty() {
            body.insert("customFields".into(), custom.into());
        }
        serde_json::from_value(body.into()).map_err(|error| error.to_string())
    }

    pub(super) fn write_contact_fields(
        &mut self,
        contact: &ContactId,
        fields: Map<String, Json>,
        now: DateTime<Utc>,
    ) -> Outcome {
        // An update takes no company and no user; they are written beside it.
        let (mut company, mut user) = (None, None);
        let mut rest = Map::new();
        for (name, value) in fields {
            match name.as_str() {
                "companyName" => company = Some(value),
                "assignedTo" => user = Some(value),
                _ => drop(rest.insert(name, value)),
            }
        }
        if !rest.is_empty() {
            let input = self.contact_input(rest)?;
            self.update_contact(contact, input.into(), now).map_err(|error| told(&error))?;
        }
        let text =
            |value: Json| Some(Text::from(value.as_str().unwrap_or_default())).filter(|t| !t.is_empty());
        if company.is_some() || user.is_some() {
            let change = |contact: &mut Contact| {
                if let Some(company) = company {
                    contact.company_name = text(company);
                }
                if let Some(user) = user {
                    contact.assigned_to = text(user).map(Into::into);
                }
            };
            self.edit_contact(contact, now, change).map_err(|error| told(&error))?;
        }
        Ok(Next::On)
    }

    pub(super) fn retag(
        &mut self,
        run: &Run,
        tags: &[Text],
        add: bool,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let tags: Vec<Text> = tags.iter().map(|tag| self.fill(tag, &facts)).collect();
        let tags = crate::contacts::given_tags(&tags).map_err(|_| "no tag is left of them".to_owned())?;
        let changed = if add {
            self.add_tags(&contact, &tags, desk.instant())
        } else {
            self.remove_tags(&contact, &tags, desk.instant())
        };
        changed.map_err(|error| told(&error))?;
        Ok(Next::Said(tags.join(", ")))
    }

    /// Gives the contact to the user whose turn it is. The turns are those of the step, over all its runs.
    pub(super) fn assign(&mut self, run: &Run, it: &AssignUser, edition: &Edition, desk: &Desk) -> Outcome {
        let contact = contact_of(run)?;
        let has_one =
            self.contacts.get(contact.as_str()).is_some_and(|contact| contact.assigned_to.is_some());
        if it.only_unassigned == Some(true) && has_one {
            return Ok(Next::Skipped("the contact has a user".to_owned()));
        }
        let weight = |at: usize| match &it.weights {
            Some(weights) => u64::from(weights.get(at).copied().unwrap_or_default()),
            None => 1,
        };
        let all: u64 = (0..it.users.len()).map(weight).sum();
        let mut turn = 0;
        let key = format!("{}/{}", edition.workflow, edition.program().name_at(run.at));
        self.automation.count(key.into(), |counter| {
            turn = counter.count;
            counter.count += 1;
        });
        let user = chosen(turn, all, it.users.len(), weight).and_then(|at| it.users.get(at)).cloned();
        let user = user.ok_or_else(|| "no user has a weight".to_owned())?;
        let known = desk.users.iter().any(|known| known.user.id == user && !known.is_deleted());
        if !known {
            return Err(format!("there is no user {user}"));
        }
        let note = user.to_string();
        let give = |contact: &mut Contact| contact.assigned_to = Some(user);
        self.edit_contact(&contact, desk.instant(), give).map_err(|error| told(&error))?;
        Ok(Next::Said(note))
    }

    pub(super) fn unassign(&mut self, run: &Run, desk: &Desk) -> Outcome {
        let contact = contact_of(run)?;
        let take = |contact: &mut Contact| contact.assigned_to = None;
        self.edit_contact(&contact, desk.instant(), take).map_err(|error| told(&error))?;
        Ok(Next::On)
    }

    pub(super) fn set_dnd(&mut self, run: &Run, it: &SetDnd, desk: &Desk) -> Outcome {
        let contact = contact_of(run)?;
        let status = if it.enabled { DndStatus::Active } else { DndStatus::Inactive };
        let change = |contact: &mut Contact| {
            let Some(channels) = &it.channels else {
                contact.dnd = it.enabled;
                if !it.enabled {
                    contact.dnd_settings = None;
                }
                return;
            };
            let settings = contact.dnd_settings.get_or_insert_with(|| Box::new(DndSettings::default()));
            for channel in channels {
                let slot = match channel.as_str() {
                    "SMS" => &mut settings.sms,
                    "Email" => &mut settings.email,
                    "Call" => &mut settings.call,
                    "WhatsApp" => &mut settings.whatsapp,
                    "GMB" => &mut settings.gmb,
                    _ => &mut settings.fb,
                };
                *slot = Some(DndSetting::new(status.clone()));
            }
        };
        self.edit_contact(&contact, desk.instant(), change).map_err(|error| told(&error))?;
        Ok(Next::On)
    }

    pub(super) fn write_note(
        &mut self,
        run: &mut Run,
        it: &AddNote,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let mut note = CreateNote::new(self.fill(&it.body, &facts));
        note.title = it.title.as_ref().map(|title| self.fill(title, &facts));
        let note = self.create_note(&contact, note, desk.instant()).map_err(|error| told(&error))?;
        run.about_mut().note = Some(note.id);
        Ok(Next::On)
    }

    pub(super) fn give_task(
        &mut self,
        run: &mut Run,
        it: &AddTask,
        edition: &Edition,
        desk: &Desk,
    ) -> Outcome {
        let contact = contact_of(run)?;
        let facts = self.facts_of(run, edition, &desk.users, desk.now);
        let span = it.due.unwrap_or_else(|| Span::days(1)).as_millis();
        let due = desk.instant().checked_add_signed(chrono::TimeDelta::milliseconds(span));
        let mut task = CreateTask::new(
            self.fill(&it.title, &facts),
            due.ok_or("the task is due after the end of time")?,
            false,
        );
        task.body = it.body.as_ref().map(|body| self.fill(body, &facts));
        let owner = facts.contact.as_ref().and_then(|contact| contact.assigned_to.clone());
        task.assigned_to = it.assigned_to.clone().or(owner);
        let task = self.create_task(&contact, task, desk.instant()).map_err(|error| told(&error))?;
        run.about_mut().task = Some(task.id);
        Ok(Next::On)
    }

    /// Changes a custom value by its name, id or merge key.
    pub(super) fn set_custom_value(&mut self, named: &Text, to: Text) -> Outcome {
        let key = named.trim_matches(['{', '}', ' ']);
        let key = key.strip_prefix("custom_values.").unwrap_or(key);
        let tag = format!("{{{{ custom_values.{key} }}}}");
        let known = self
            .custom_values
            .iter()
            .find(|value| value.id == **named || value.name == **named || value.field_key == tag);
        let Some(known) = known else { return Err(format!("there is no custom value `{named}`")) };
        let (id, name) = (known.id.clone(), known.name.clone());
        let input = WriteCustomValue::new(name, to);
        self.update_custom_value(&id, input).map_err(|error| told(&error))?;
        Ok(Next::On)
    }
}

/// Who has a turn: each in proportion to its weight, and as evenly spread as that allows.
fn chosen(turn: u64, all: u64, count: usize, weight: impl Fn(usize) -> u64) -> Option<usize> {
    if all == 0 {
        return None;
    }
    // Smooth weighted round robin: everybody saves up its weight, the richest has the turn and pays for all.
    let mut saved = vec![0i128; count];
    let mut winner = None;
    for _ in 0..=turn % all {
        (0..count).for_each(|at| saved[at] += i128::from(weight(at)));
        let richest = (0..count).max_by_key(|at| (saved[*at], std::cmp::Reverse(*at)))?;
        saved[richest] -= i128::from(all);
        winner = Some(richest);
    }
    winner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_by_weight_and_are_spread() {
        let turns = |weights: &[u64]| {
            let all = weights.iter().sum();
            (0..2 * all)
                .map(|turn| chosen(turn, all, weights.len(), |at| weights[at]).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(turns(&[1, 1, 1]), [0, 1, 2, 0, 1, 2]);
        assert_eq!(turns(&[3, 1]), [0, 0, 1, 0, 0, 0, 1, 0]);
        assert_eq!(turns(&[0, 1]), [1, 1]);
        assert_eq!(chosen(0, 0, 2, |_| 0), None);
    }
}
