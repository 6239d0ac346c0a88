//! E-mail templates and campaigns, answered from state.

mod campaign;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::emails::operations as op;
use smbcrm_core::emails::{
    CreateEmailTemplate, EmailCampaign, EmailCampaignPage, EmailDeliveryStatus, EmailDesign, EmailTemplate,
    EmailTemplatePage, EmailTemplateSaved, Emails, ListEmailCampaigns, ListEmailTemplates, SaveEmailTemplate,
};
use smbcrm_core::types::{EmailTemplateId, LocationId, Text};

use crate::MemCrm;
use crate::world::Owned;

/// E-mail templates and campaigns, each in the order it was made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mailings {
    pub(crate) templates: Owned<Arc<StoredEmailTemplate>>,
    pub(crate) campaigns: Owned<Arc<StoredEmailCampaign>>,
}

/// A template or a folder, and what no list shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredEmailTemplate {
    pub(crate) template: EmailTemplate,
    pub(crate) parent: Option<EmailTemplateId>,
    pub(crate) archived: bool,
    /// Where it came from, if from elsewhere.
    pub(crate) origin: Option<Text>,
    pub(crate) content: Option<StoredContent>,
}

/// What a template says. Its page is kept as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredContent {
    pub(crate) design: EmailDesign,
    pub(crate) editor: smbcrm_core::emails::EmailEditor,
    pub(crate) preview_text: Option<Text>,
}

/// A campaign, and how far its sending is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredEmailCampaign {
    pub(crate) campaign: EmailCampaign,
    pub(crate) sending: EmailDeliveryStatus,
}

#[async_trait]
impl Emails for MemCrm {
    async fn list_campaigns(&self, query: ListEmailCampaigns) -> Result<EmailCampaignPage> {
        self.read(&op::LIST_CAMPAIGNS, &query.location_id, |state| state.list_email_campaigns(&query))
    }

    async fn list_templates(&self, query: ListEmailTemplates) -> Result<EmailTemplatePage> {
        let base = Arc::clone(&self.world.base_url.read());
        self.read(&op::LIST_TEMPLATES, &query.location_id, |state| state.list_email_templates(&query, &base))
    }

    async fn create_template(&self, template: CreateEmailTemplate) -> Result<EmailTemplateId> {
        let location = template.location_id.clone();
        self.write(&op::CREATE_TEMPLATE, &location, |state, now| state.create_email_template(template, now))
    }

    async fn delete_template(&self, location_id: &LocationId, template_id: &EmailTemplateId) -> Result<()> {
        self.write(&op::DELETE_TEMPLATE, location_id, |state, _| state.delete_email_template(template_id))
    }

    async fn save_template(&self, content: SaveEmailTemplate) -> Result<EmailTemplateSaved> {
        let base = Arc::clone(&self.world.base_url.read());
        let location = content.location_id.clone();
        self.write(&op::SAVE_TEMPLATE, &location, |state, now| state.save_email_template(content, &base, now))
    }
}
