//! Message templates of a sub-account.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::types::{Extra, LocationId, TemplateId, Text};
use crate::{open_enum, record, request};

/// Which channel a template is for.
#[open_enum]
pub enum TemplateType {
    /// SMS.
    Sms = "sms",
    /// E-mail.
    Email = "email",
    /// WhatsApp.
    WhatsApp = "whatsapp",
}

/// Which templates to list.
#[request]
pub struct ListTemplates {
    /// The sub-account or snapshot that the templates come from.
    pub origin_id: Text,
    /// Deleted ones instead.
    pub deleted: Option<bool>,
    /// How many to skip. The wire declares it as text.
    pub skip: Option<u32>,
    /// How many a page: 25 unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// Of this channel.
    #[serde(rename = "type")]
    pub kind: Option<TemplateType>,
}

/// A page of templates.
#[record]
pub struct TemplatePage {
    /// The templates.
    pub templates: Vec<Template>,
    /// How many there are in all.
    pub total_count: u64,
}

/// A message template.
#[record]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: Text,
    /// Its channel.
    #[serde(rename = "type")]
    pub kind: TemplateType,
    /// What it says.
    pub template: TemplateContent,
    /// When it was created.
    pub date_added: Option<DateTime<Utc>>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Attachments by address.
    pub url_attachments: Vec<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What a template says.
#[record]
pub struct TemplateContent {
    /// The text of an SMS.
    pub body: Option<Text>,
    /// The subject of an e-mail.
    pub subject: Option<Text>,
    /// The page of an e-mail.
    pub html: Option<String>,
    /// Attachments.
    pub attachments: Vec<Value>,
}
