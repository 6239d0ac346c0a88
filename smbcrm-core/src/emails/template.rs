//! E-mail templates.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::wire;
use crate::locations::Order;
use crate::types::{EmailTemplateId, Extra, LocationId, Text, UserId};
use crate::{open_enum, record, request};

/// What a template is to begin with.
#[open_enum]
pub enum EmailTemplateType {
    /// A page of HTML.
    Html = "html",
    /// A folder for templates.
    Folder = "folder",
    /// Taken over from another service.
    Import = "import",
    /// Put together from blocks.
    Builder = "builder",
    /// Nothing yet.
    Blank = "blank",
}

/// The service that a template is taken over from.
#[open_enum]
pub enum EmailImportProvider {
    /// Mailchimp.
    Mailchimp = "mailchimp",
    /// ActiveCampaign.
    ActiveCampaign = "active_campaign",
    /// Kajabi.
    Kajabi = "kajabi",
}

/// Which of the account's two editors a template is of.
#[open_enum]
pub enum EmailBuilderVersion {
    /// The newer one.
    Two = "2",
    /// The older one.
    One = "1",
}

/// What a template's content was written with.
#[open_enum]
pub enum EmailEditor {
    /// A page of HTML.
    Html = "html",
    /// Blocks.
    Builder = "builder",
}

/// An e-mail template, or a folder of them.
#[record]
pub struct EmailTemplate {
    /// Its id.
    pub id: EmailTemplateId,
    /// Its name.
    pub name: Text,
    /// Who changed it.
    pub updated_by: Option<Text>,
    /// Whether it is plain text.
    pub is_plain_text: bool,
    /// When it was changed.
    pub last_updated: DateTime<Utc>,
    /// When it was created.
    pub date_added: DateTime<Utc>,
    /// Where its content can be looked at; nothing until it has any.
    pub preview_url: Option<Text>,
    /// The editor that it is of.
    pub version: EmailBuilderVersion,
    /// What it is.
    pub template_type: EmailTemplateType,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of templates.
#[record]
pub struct EmailTemplatePage {
    /// The templates. The wire calls them builders.
    #[serde(rename = "builders")]
    pub templates: Vec<EmailTemplate>,
    /// How many there are in all.
    #[plain]
    #[serde(default, with = "wire::total")]
    #[schema(Vec<serde_json::Value>)]
    pub total: u64,
}

/// Which templates to list.
#[request]
pub struct ListEmailTemplates {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page: 10 unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// How many to skip. The wire declares it as text.
    pub offset: Option<u32>,
    /// With this in the name.
    pub search: Option<Text>,
    /// By the date of the last change: newest first unless told otherwise.
    pub sort_by_date: Option<Order>,
    /// Archived ones instead. The wire declares it as text.
    pub archived: Option<bool>,
    /// Of this editor: the newer one unless told otherwise.
    pub builder_version: Option<EmailBuilderVersion>,
    /// Of this name.
    pub name: Option<Text>,
    /// In this folder.
    pub parent_id: Option<EmailTemplateId>,
    /// That came from here: a snapshot, another sub-account.
    pub origin_id: Option<Text>,
    /// Without folders. The wire declares it as text.
    pub templates_only: Option<bool>,
}

/// A template to create.
#[request]
pub struct CreateEmailTemplate {
    /// The sub-account.
    pub location_id: LocationId,
    /// What it is to begin with.
    #[serde(rename = "type")]
    pub kind: EmailTemplateType,
    /// Its name.
    pub name: Option<Text>,
    /// Its title; the name where there is no name.
    pub title: Option<Text>,
    /// Who creates it.
    pub updated_by: Option<UserId>,
    /// The editor that it is for: the newer one unless told otherwise.
    pub builder_version: Option<EmailBuilderVersion>,
    /// The folder that it goes into.
    pub parent_id: Option<EmailTemplateId>,
    /// Where its content is.
    pub template_data_url: Option<Text>,
    /// The service that it is taken over from. Wanted for imports, though the description requires it of all.
    pub import_provider: Option<EmailImportProvider>,
    /// Where it is taken over from.
    #[serde(rename = "importURL")]
    pub import_url: Option<Text>,
    /// What made it: `template_library`, say.
    pub template_source: Option<Text>,
    /// Whether it is plain text.
    pub is_plain_text: Option<bool>,
}

/// The blocks of a template. Empty for a page of HTML.
#[record]
pub struct EmailDesign {
    /// The blocks.
    pub elements: Vec<Value>,
    /// What is set of them.
    pub attrs: Map<String, Value>,
    /// What is set of the whole.
    pub template_settings: Map<String, Value>,
}

/// The content that a template is to have.
#[request]
pub struct SaveEmailTemplate {
    /// The sub-account.
    pub location_id: LocationId,
    /// The template.
    pub template_id: EmailTemplateId,
    /// Who changes it.
    pub updated_by: UserId,
    /// Its blocks.
    pub dnd: EmailDesign,
    /// Its page.
    pub html: String,
    /// What it was written with.
    pub editor_type: EmailEditor,
    /// What a mailbox shows beside the subject.
    pub preview_text: Option<Text>,
    /// Whether it is plain text.
    pub is_plain_text: Option<bool>,
}

/// What became of a template's content.
#[record]
pub struct EmailTemplateSaved {
    /// Whether it was saved. The wire writes it as text.
    #[plain]
    #[serde(default, with = "wire::flag")]
    #[schema(String)]
    pub ok: bool,
    /// Where it can be looked at.
    pub preview_url: Option<Text>,
    /// Where it can be fetched.
    pub template_download_url: Option<Text>,
}
