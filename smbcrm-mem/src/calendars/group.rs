//! Groups of calendars.

use std::sync::Arc;

use smbcrm_core::Result;
use smbcrm_core::calendars::{Calendar, CalendarGroup, CreateCalendarGroup, UpdateCalendarGroup};
use smbcrm_core::types::CalendarGroupId;

use super::missing_group;
use crate::refusal;
use crate::world::State;

impl State {
    /// Whether no other group has a slug.
    pub(super) fn is_group_slug_free(&self, slug: &str, own: Option<&CalendarGroupId>) -> bool {
        !self.book.groups.iter().any(|known| known.slug == *slug && Some(&known.id) != own)
    }

    fn check_group(&self, name: &str, slug: &str, own: Option<&CalendarGroupId>) -> Result<()> {
        let fields = [("name", name), ("slug", slug)];
        let empty = fields.iter().filter(|(_, text)| text.trim().is_empty());
        let wrong: Vec<_> = empty.map(|(field, _)| format!("{field} should not be empty")).collect();
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if self.is_group_slug_free(slug, own) {
            return Ok(());
        }
        Err(refusal::bad_request("A calendar group with this slug already exists"))
    }

    pub(super) fn create_group(&mut self, input: CreateCalendarGroup) -> Result<CalendarGroup> {
        self.check_group(&input.name, &input.slug, None)?;
        let mut group = CalendarGroup::default();
        group.id = self.ids.record().into();
        group.location_id = self.location.id.clone();
        group.name = input.name;
        group.description = input.description;
        group.slug = input.slug;
        group.is_active = Some(input.is_active.unwrap_or(true));
        self.book.groups.push(group.clone());
        Ok(group)
    }

    pub(super) fn change_group(
        &mut self,
        id: &CalendarGroupId,
        change: impl FnOnce(&mut CalendarGroup),
    ) -> Result<CalendarGroup> {
        let mut groups = self.book.groups.edit();
        let found = groups.iter_mut().find(|known| known.id == *id);
        let Some(group) = found else { return Err(missing_group(id)) };
        change(group);
        Ok(group.clone())
    }

    pub(super) fn update_group(
        &mut self,
        id: &CalendarGroupId,
        input: UpdateCalendarGroup,
    ) -> Result<CalendarGroup> {
        self.check_group(&input.name, &input.slug, Some(id))?;
        self.change_group(id, |group| {
            group.name = input.name;
            group.description = input.description;
            group.slug = input.slug;
        })
    }

    /// Deletes a group; its calendars stay.
    pub(super) fn delete_group(&mut self, id: &CalendarGroupId) {
        self.book.groups.edit().retain(|known| known.id != *id);
        for slot in self.book.calendars.edit().iter_mut() {
            if slot.group_id.as_ref() == Some(id) {
                let mut calendar = Calendar::clone(slot);
                calendar.group_id = None;
                *slot = Arc::new(calendar);
            }
        }
    }
}
