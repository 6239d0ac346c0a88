//! Planting businesses, calendars, forms, surveys, the fields of objects, and agents.

use chrono::{DateTime, Utc};
use smbcrm_core::agent_studio::{AgentStatus, CreateAgent};
use smbcrm_core::businesses::CreateBusiness;
use smbcrm_core::calendars::{CreateCalendar, TeamMember};
use smbcrm_core::custom_fields::{CreateField, CreateFolder, CreateOption};
use smbcrm_core::forms::FormField;
use smbcrm_core::types::BusinessId;

use super::SeedError;
use super::draft::{AgentSeed, BusinessDraft, CalendarDraft, FieldFolderDraft, FormDraft, LocationDraft};
use super::plant::at;
use crate::forms::FormKind;
use crate::world::State;

/// Gives the record made last the id that the seed wants.
macro_rules! rename_last {
    ($table:expr, $id:expr) => {
        if let (Some(id), Some(made)) = ($id, $table.edit().last_mut()) {
            std::sync::Arc::make_mut(made).id = id.into();
        }
    };
}

impl State {
    pub(super) fn plant_products(
        &mut self,
        draft: &LocationDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        for (n, business) in draft.businesses.iter().enumerate() {
            self.plant_business(business, now).map_err(at(format!("{path}.businesses[{n}]")))?;
        }
        for (n, calendar) in draft.calendars.iter().enumerate() {
            self.plant_calendar(calendar).map_err(at(format!("{path}.calendars[{n}]")))?;
        }
        for (n, form) in draft.forms.iter().enumerate() {
            self.plant_form(FormKind::Form, form, &format!("{path}.forms[{n}]"))?;
        }
        for (n, survey) in draft.surveys.iter().enumerate() {
            self.plant_form(FormKind::Survey, survey, &format!("{path}.surveys[{n}]"))?;
        }
        for (n, folder) in draft.field_folders.iter().enumerate() {
            self.plant_field_folder(folder, &format!("{path}.fieldFolders[{n}]"), now)?;
        }
        Ok(())
    }

    fn plant_business(&mut self, draft: &BusinessDraft, now: DateTime<Utc>) -> smbcrm_core::Result<()> {
        let mut input = CreateBusiness::new(&draft.name, &self.location.id);
        macro_rules! give {
            ($($field:ident),*) => {$( input.$field.clone_from(&draft.$field); )*};
        }
        give!(phone, email, website, address, city, state, postal_code, country, description);
        self.create_business(input, now)?;
        rename_last!(self.businesses, &draft.id);
        Ok(())
    }

    /// The business that a seed calls by id or name.
    pub(super) fn business_called(&self, name: &str) -> Option<BusinessId> {
        let found = self.businesses.iter().find(|known| known.id == *name || known.name == name);
        found.map(|known| known.id.clone())
    }

    fn plant_calendar(&mut self, draft: &CalendarDraft) -> smbcrm_core::Result<()> {
        let mut input = CreateCalendar::new(&self.location.id, &draft.name).calendar_type(draft.kind.clone());
        input = input
            .team_members(draft.members.iter().map(TeamMember::new))
            .open_hours(draft.open_hours.clone());
        input.description.clone_from(&draft.description);
        input.slot_duration = draft.slot_duration;
        self.create_calendar(input)?;
        rename_last!(self.book.calendars, &draft.id);
        Ok(())
    }

    pub(super) fn plant_agent(&mut self, draft: &AgentSeed, now: DateTime<Utc>) -> smbcrm_core::Result<()> {
        let mut input = CreateAgent::new(&self.location.id, AgentStatus::Active, draft.version.clone());
        input = input.name(&draft.name);
        input.description.clone_from(&draft.description);
        self.add_agent(input, draft.id.as_ref().map(Into::into), now).map(drop)
    }

    fn plant_form(&mut self, kind: FormKind, draft: &FormDraft, path: &str) -> Result<(), SeedError> {
        if draft.name.trim().is_empty() {
            return Err(SeedError::new(format!("{path}.name"), "name should not be empty"));
        }
        let mut fields = Vec::with_capacity(draft.fields.len());
        for (n, field) in draft.fields.iter().enumerate() {
            let name = field.name();
            if name.trim().is_empty() {
                return Err(SeedError::new(format!("{path}.fields[{n}]"), "name should not be empty"));
            }
            fields.push(if field.is_required() { FormField::required(name) } else { FormField::new(name) });
        }
        self.add_form(kind, draft.name.clone(), fields);
        rename_last!(self.forms, draft.id.clone());
        Ok(())
    }

    fn plant_field_folder(
        &mut self,
        draft: &FieldFolderDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let input = CreateFolder::new(&draft.object, &draft.name, &self.location.id);
        let made = self.create_field_folder(input).map_err(at(path.to_owned()))?;
        rename_last!(self.field_folders, &draft.id);
        let folder = draft.id.as_ref().map_or_else(|| made.id.clone(), Into::into);
        for (n, field) in draft.fields.iter().enumerate() {
            let home = self.location.id.clone();
            let (object, key, kind) = (&draft.object, &field.field_key, field.data_type.clone());
            let mut input = CreateField::new(home, object, &folder, key, kind, true);
            input.name.clone_from(&field.name);
            if !field.options.is_empty() {
                let option = |option: &_| CreateOption::new(option, option);
                input = input.options(field.options.iter().map(option));
            }
            self.create_object_field(input, now).map_err(at(format!("{path}.fields[{n}]")))?;
            rename_last!(self.object_fields, &field.id);
        }
        Ok(())
    }
}
