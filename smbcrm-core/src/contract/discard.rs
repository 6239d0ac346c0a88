//! What a case has made, and how it goes again: a live account is left as it was.

use async_trait::async_trait;

use super::backend::{Set, Stage};
use crate::Crm;
use crate::agent_studio::DeleteAgent;
use crate::calendars::ResourceType;
use crate::custom_fields::DeleteFolder;
use crate::types::{
    AgentId, AppointmentId, BusinessId, CalendarGroupId, CalendarId, CalendarResourceId, ContactId,
    CustomFieldFolderId, CustomFieldId, EmailTemplateId, LocationId, ScheduleId, UserId,
};

/// A record that a case has made, to be deleted when the case is over; see [`Stage::discard`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Made {
    /// A contact.
    Contact(ContactId),
    /// A business.
    Business(BusinessId),
    /// A user.
    User(UserId),
    /// A calendar, and with it what is booked in it.
    Calendar(CalendarId),
    /// An appointment or a blocked slot of no calendar.
    Event(AppointmentId),
    /// A group of calendars.
    CalendarGroup(CalendarGroupId),
    /// A room or a piece of equipment.
    CalendarResource(ResourceType, CalendarResourceId),
    /// A user's schedule.
    Schedule(ScheduleId),
    /// A field of a custom object or of businesses.
    ObjectField(CustomFieldId),
    /// A folder of such fields.
    FieldFolder(CustomFieldFolderId),
    /// An agent, with its versions and sessions.
    Agent(AgentId),
    /// An e-mail template or a folder of them.
    EmailTemplate(EmailTemplateId),
}

macro_rules! made_from {
    ($($id:ty => $variant:ident),* $(,)?) => {$(
        impl From<&$id> for Made {
            fn from(id: &$id) -> Self {
                Self::$variant(id.clone())
            }
        }
    )*};
}

made_from! {
    ContactId => Contact,
    BusinessId => Business,
    UserId => User,
    CalendarId => Calendar,
    AppointmentId => Event,
    CalendarGroupId => CalendarGroup,
    ScheduleId => Schedule,
    CustomFieldId => ObjectField,
    CustomFieldFolderId => FieldFolder,
    AgentId => Agent,
    EmailTemplateId => EmailTemplate,
}

impl From<(&ResourceType, &CalendarResourceId)> for Made {
    fn from((kind, id): (&ResourceType, &CalendarResourceId)) -> Self {
        Self::CalendarResource(kind.clone(), id.clone())
    }
}

impl Made {
    /// Deletes it. What is gone already is just that.
    async fn delete(self, crm: &dyn Crm, location: &LocationId) -> crate::Result<()> {
        match self {
            Self::Contact(id) => drop(crm.contacts().delete(&id).await?),
            Self::Business(id) => crm.businesses().delete(&id).await?,
            Self::User(id) => drop(crm.users().delete(&id).await?),
            Self::Calendar(id) => drop(crm.calendars().delete(&id).await?),
            Self::Event(id) => drop(crm.calendars().delete_event(&id).await?),
            Self::CalendarGroup(id) => drop(crm.calendars().delete_group(&id).await?),
            Self::CalendarResource(kind, id) => drop(crm.calendars().delete_resource(&kind, &id).await?),
            Self::Schedule(id) => drop(crm.calendars().delete_schedule(&id).await?),
            Self::ObjectField(id) => drop(crm.custom_fields().delete(&id).await?),
            Self::Agent(id) => drop(crm.agent_studio().delete(&id, DeleteAgent::new(location)).await?),
            Self::EmailTemplate(id) => crm.emails().delete_template(location, &id).await?,
            Self::FieldFolder(id) => {
                drop(crm.custom_fields().delete_folder(&id, DeleteFolder::new(location)).await?);
            }
        }
        Ok(())
    }
}

impl Stage {
    /// Has a record deleted when the case is over: `stage.discard(&contact.id)`. The latest goes first.
    pub fn discard(&self, made: impl Into<Made>) {
        if let Ok(mut all) = self.discarded.lock() {
            all.push(made.into());
        }
    }
}

#[async_trait]
impl Set for Stage {
    /// Deletes what the case has made; failures do not count, as many a case deletes its records itself.
    async fn clear(&self) {
        let all = self.discarded.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
        for made in all.into_iter().rev() {
            let _ = made.delete(&*self.crm, &self.location).await;
        }
    }
}
