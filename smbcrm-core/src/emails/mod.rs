//! E-mail templates and campaigns.
//!
//! A template is created with a name and filled afterwards. Campaigns are made in the account, not through this API; it
//! lists them.
//!
//! ```
//! use smbcrm_core::emails::{CreateEmailTemplate, EmailDesign, EmailEditor, EmailTemplateType, SaveEmailTemplate};
//! use smbcrm_core::types::EmailTemplateId;
//! use smbcrm_core::{Crm, Result};
//!
//! async fn newsletter(crm: &dyn Crm, html: &str) -> Result<EmailTemplateId> {
//!     let template = CreateEmailTemplate::new("LOC1", EmailTemplateType::Html).name("Newsletter, May");
//!     let id = crm.emails().create_template(template).await?;
//!     let (design, editor) = (EmailDesign::default(), EmailEditor::Html);
//!     let content = SaveEmailTemplate::new("LOC1", &id, "USER1", design, html, editor);
//!     crm.emails().save_template(content).await?;
//!     Ok(id)
//! }
//! ```

mod campaign;
mod template;
mod wire;

pub use campaign::*;
pub use template::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{EmailTemplateId, LocationId};

/// The product's facts.
pub static EMAILS: Product =
    Product { name: "emails", version: "2021-07-28", summary: "E-mail templates and campaigns." };

/// E-mail templates and campaigns.
#[api(product = EMAILS)]
pub trait Emails: Send + Sync {
    /// Lists e-mail campaigns, newest first.
    ///
    /// Those that are active and sent, unless told otherwise.
    #[get(
        "/emails/schedule",
        id = "fetch-campaigns",
        scope = "emails/schedule.readonly",
        location = "locationId"
    )]
    async fn list_campaigns(&self, query: ListEmailCampaigns) -> Result<EmailCampaignPage>;

    /// Lists e-mail templates and their folders.
    #[get(
        "/emails/builder",
        id = "fetch-template",
        scope = "emails/builder.readonly",
        location = "locationId"
    )]
    async fn list_templates(&self, query: ListEmailTemplates) -> Result<EmailTemplatePage>;

    /// Creates an e-mail template or a folder; answers with its id.
    #[post(
        "/emails/builder",
        id = "create-template",
        scope = "emails/builder.write",
        location = "locationId",
        key = "redirect"
    )]
    async fn create_template(&self, template: CreateEmailTemplate) -> Result<EmailTemplateId>;

    /// Deletes an e-mail template, or an empty folder.
    #[delete(
        "/emails/builder/{location_id}/{template_id}",
        id = "delete-template",
        scope = "emails/builder.write",
        assumed_scope,
        ack = "ok"
    )]
    async fn delete_template(&self, location_id: &LocationId, template_id: &EmailTemplateId) -> Result<()>;

    /// Fills an e-mail template: what is sent is the whole of its content.
    #[post(
        "/emails/builder/data",
        id = "update-template",
        scope = "emails/builder.write",
        location = "locationId",
        idempotent
    )]
    async fn save_template(&self, content: SaveEmailTemplate) -> Result<EmailTemplateSaved>;
}
