//! The document of a seed. Unknown properties are refused: a misspelt one would silently plant something else.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use smbcrm_core::blogs::BlogPostStatus;
use smbcrm_core::calendars::{CalendarType, OpenHours};
use smbcrm_core::contacts::{BirthDate, ContactType};
use smbcrm_core::emails::{EmailCampaignStatus, EmailDeliveryStatus, EmailTemplateType};
use smbcrm_core::locations::{
    CustomFieldType, FieldModel, Location, LocationSettings, TemplateType, UniqueIdentifier,
};
use smbcrm_core::opportunities::OpportunityStatus;
use smbcrm_core::payments::SubscriptionStatus;
use smbcrm_core::social_media_posting::{SocialPlatform, SocialPostKind};
use smbcrm_core::types::time::iso_option;
use smbcrm_core::types::{LocationId, Money, ObjectKey, Text, UserId};
use smbcrm_core::users::UserRole;

use crate::SocialFigures;

macro_rules! drafts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attr:meta])* $field:ident: $ty:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub(super) struct $name {
            $($(#[$attr])* pub(super) $field: $ty,)*
        }
    )*};
}

/// The whole document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanDraft {
    pub(super) locations: Vec<LocationDraft>,
}

/// A name, or a name with an id of one's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a name, or an object of `id` and `name`")]
pub(super) enum Named {
    Name(Text),
    WithId { id: Text, name: Text },
}

impl Named {
    pub(super) fn name(&self) -> &Text {
        match self {
            Self::Name(name) | Self::WithId { name, .. } => name,
        }
    }

    pub(super) fn id(&self) -> Option<&Text> {
        match self {
            Self::Name(_) => None,
            Self::WithId { id, .. } => Some(id),
        }
    }
}

impl From<&str> for Named {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

/// What a form asks: a field's name, or more of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a field's name, or an object of `name` and `required`")]
pub(super) enum AskDraft {
    Name(Text),
    Full { name: Text, required: bool },
}

impl AskDraft {
    pub(super) fn name(&self) -> &Text {
        match self {
            Self::Name(name) | Self::Full { name, .. } => name,
        }
    }

    pub(super) fn is_required(&self) -> bool {
        matches!(self, Self::Full { required: true, .. })
    }
}

/// A note: its text, or more of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a note's text, or an object of `body`, `title`, `userId` and `dateAdded`")]
pub(super) enum NoteDraft {
    Body(Text),
    Full(FullNote),
}

drafts! {
    LocationDraft {
        id: Option<LocationId>,
        name: Option<Text>,
        email: Option<Text>,
        phone: Option<Text>,
        website: Option<Text>,
        address: Option<Text>,
        city: Option<Text>,
        state: Option<Text>,
        country: Option<Text>,
        postal_code: Option<Text>,
        timezone: Option<Text>,
        settings: Option<SettingsDraft>,
        pipelines: Vec<PipelineDraft>,
        custom_fields: Vec<CustomFieldDraft>,
        custom_values: Vec<CustomValueDraft>,
        tags: Vec<Text>,
        templates: Vec<TemplateDraft>,
        lost_reasons: Vec<Named>,
        campaigns: Vec<Named>,
        workflows: Vec<Named>,
        users: Vec<UserDraft>,
        businesses: Vec<BusinessDraft>,
        calendars: Vec<CalendarDraft>,
        forms: Vec<FormDraft>,
        surveys: Vec<FormDraft>,
        field_folders: Vec<FieldFolderDraft>,
        agents: Vec<AgentSeed>,
        contacts: Vec<ContactDraft>,
        opportunities: Vec<OpportunityDraft>,
        orders: Vec<OrderDraft>,
        subscriptions: Vec<SubscriptionDraft>,
        blogs: Vec<Named>,
        blog_authors: Vec<Named>,
        blog_categories: Vec<Named>,
        blog_posts: Vec<BlogPostDraft>,
        email_templates: Vec<EmailTemplateDraft>,
        email_campaigns: Vec<EmailCampaignDraft>,
        social_accounts: Vec<SocialAccountDraft>,
        social_categories: Vec<Named>,
        social_tags: Vec<Named>,
        social_posts: Vec<SocialPostDraft>,
    }

    SettingsDraft {
        allow_duplicate_contact: Option<bool>,
        allow_duplicate_opportunity: Option<bool>,
        allow_facebook_name_merge: Option<bool>,
        disable_contact_timezone: Option<bool>,
        contact_unique_identifiers: Option<Vec<UniqueIdentifier>>,
    }

    PipelineDraft {
        id: Option<Text>,
        name: Text,
        stages: Vec<Named>,
    }

    CustomFieldDraft {
        id: Option<Text>,
        name: Text,
        /// The key, with or without the model's prefix; made from the name unless given.
        field_key: Option<Text>,
        data_type: CustomFieldType,
        model: FieldModel,
        options: Vec<Text>,
        placeholder: Option<Text>,
    }

    CustomValueDraft {
        id: Option<Text>,
        name: Text,
        value: Text,
    }

    TemplateDraft {
        id: Option<Text>,
        name: Text,
        #[serde(rename = "type")]
        kind: TemplateType,
        body: Option<Text>,
        subject: Option<Text>,
        html: Option<String>,
    }

    UserDraft {
        id: Option<UserId>,
        first_name: Text,
        last_name: Text,
        email: Text,
        phone: Option<Text>,
        /// `user` unless given.
        role: Option<UserRole>,
    }

    BusinessDraft {
        id: Option<Text>,
        name: Text,
        phone: Option<Text>,
        email: Option<Text>,
        website: Option<Text>,
        address: Option<Text>,
        city: Option<Text>,
        state: Option<Text>,
        postal_code: Option<Text>,
        country: Option<Text>,
        description: Option<Text>,
    }

    CalendarDraft {
        id: Option<Text>,
        name: Text,
        description: Option<Text>,
        /// `round_robin` unless given.
        #[serde(rename = "type")]
        kind: CalendarType,
        /// The users who take its appointments.
        members: Vec<UserId>,
        /// How long an appointment is, in minutes.
        slot_duration: Option<u32>,
        open_hours: Vec<OpenHours>,
    }

    FormDraft {
        id: Option<Text>,
        name: Text,
        fields: Vec<AskDraft>,
    }

    FieldFolderDraft {
        id: Option<Text>,
        /// The object whose fields it holds: `business`, `custom_objects.pet`.
        object: ObjectKey,
        name: Text,
        fields: Vec<ObjectFieldDraft>,
    }

    ObjectFieldDraft {
        id: Option<Text>,
        name: Option<Text>,
        field_key: Text,
        data_type: CustomFieldType,
        options: Vec<Text>,
    }

    /// An agent, which is active and published.
    AgentSeed {
        id: Option<Text>,
        name: Text,
        description: Option<Text>,
        /// What it does: nodes, edges, variables, as a create takes them.
        version: smbcrm_core::agent_studio::AgentDraft,
    }

    ContactDraft {
        id: Option<Text>,
        name: Option<Text>,
        first_name: Option<Text>,
        last_name: Option<Text>,
        email: Option<Text>,
        additional_emails: Vec<Text>,
        phone: Option<Text>,
        company_name: Option<Text>,
        /// The business's name or id.
        business: Option<Text>,
        address1: Option<Text>,
        city: Option<Text>,
        state: Option<Text>,
        country: Option<Text>,
        postal_code: Option<Text>,
        website: Option<Text>,
        timezone: Option<Text>,
        source: Option<Text>,
        assigned_to: Option<UserId>,
        #[serde(rename = "type")]
        kind: Option<ContactType>,
        date_of_birth: Option<BirthDate>,
        dnd: bool,
        tags: Vec<Text>,
        followers: Vec<UserId>,
        /// Values by the field's name, key or id.
        custom_fields: Map<String, Value>,
        #[serde(with = "iso_option")]
        date_added: Option<DateTime<Utc>>,
        #[serde(with = "iso_option")]
        date_updated: Option<DateTime<Utc>>,
        notes: Vec<NoteDraft>,
        tasks: Vec<TaskDraft>,
    }

    FullNote {
        body: Text,
        title: Option<Text>,
        user_id: Option<UserId>,
        #[serde(with = "iso_option")]
        date_added: Option<DateTime<Utc>>,
    }

    TaskDraft {
        title: Text,
        body: Option<Text>,
        #[serde(with = "iso_option")]
        due_date: Option<DateTime<Utc>>,
        completed: bool,
        assigned_to: Option<UserId>,
    }

    OpportunityDraft {
        id: Option<Text>,
        name: Text,
        /// The contact's id, e-mail or phone.
        contact: Text,
        /// The pipeline's name or id; the first one unless given.
        pipeline: Option<Text>,
        /// The stage's name or id; the first one unless given.
        stage: Option<Text>,
        status: OpportunityStatus,
        monetary_value: Option<Money>,
        assigned_to: Option<UserId>,
        source: Option<Text>,
        /// The reason's name or id.
        lost_reason: Option<Text>,
        followers: Vec<UserId>,
        /// Values by the field's name, key or id.
        custom_fields: Map<String, Value>,
        #[serde(with = "iso_option")]
        date_added: Option<DateTime<Utc>>,
        /// When it came to its stage and status; when it was added unless given.
        #[serde(with = "iso_option")]
        date_updated: Option<DateTime<Utc>>,
    }
}

drafts! {
    OrderDraft {
        id: Option<Text>,
        /// The contact's id, e-mail or phone.
        contact: Option<Text>,
        /// What it was placed in: a funnel's or shop's name.
        source: Option<Text>,
        items: Vec<ItemDraft>,
        discount: Option<Money>,
        /// ISO 4217; US dollars unless given.
        currency: Option<Text>,
        /// Whether it is paid: then there is a transaction as well.
        paid: bool,
        #[serde(with = "iso_option")]
        date_added: Option<DateTime<Utc>>,
    }

    ItemDraft {
        name: Text,
        /// How many; one unless given.
        qty: Option<u32>,
        price: Money,
        /// Whether it is paid again and again.
        recurring: bool,
    }

    SubscriptionDraft {
        id: Option<Text>,
        /// The contact's id, e-mail or phone.
        contact: Option<Text>,
        name: Text,
        amount: Money,
        currency: Option<Text>,
        /// `active` unless given.
        status: Option<SubscriptionStatus>,
        #[serde(with = "iso_option")]
        date_added: Option<DateTime<Utc>>,
    }

    BlogPostDraft {
        id: Option<Text>,
        title: Text,
        /// Made from the title unless given.
        slug: Option<Text>,
        /// The blog's name or id; the first one unless given.
        blog: Option<Text>,
        /// The author's name or id; the first one unless given.
        author: Option<Text>,
        /// The categories' names or ids.
        categories: Vec<Text>,
        tags: Vec<Text>,
        description: Text,
        html: String,
        image: Option<Text>,
        /// `DRAFT` unless given. What was to be published in the past is.
        status: BlogPostStatus,
        #[serde(with = "iso_option")]
        date: Option<DateTime<Utc>>,
    }

    EmailTemplateDraft {
        id: Option<Text>,
        name: Text,
        /// `html` unless given.
        #[serde(rename = "type")]
        kind: EmailTemplateType,
        html: Option<String>,
        /// The folder's name or id; it stands before.
        folder: Option<Text>,
    }

    EmailCampaignDraft {
        id: Option<Text>,
        name: Text,
        /// `active` unless given.
        status: Option<EmailCampaignStatus>,
        /// How far its sending is: `complete` unless given.
        email_status: EmailDeliveryStatus,
        #[serde(with = "iso_option")]
        date_added: Option<DateTime<Utc>>,
    }

    SocialAccountDraft {
        id: Option<Text>,
        platform: SocialPlatform,
        name: Text,
        followers: u64,
    }

    SocialPostDraft {
        id: Option<Text>,
        /// The accounts' names or ids.
        accounts: Vec<Text>,
        summary: Text,
        /// `post` unless given.
        #[serde(rename = "type")]
        kind: SocialPostKind,
        user_id: Option<UserId>,
        draft: bool,
        /// When it was, or is to be, published; now unless given.
        #[serde(with = "iso_option")]
        date: Option<DateTime<Utc>>,
        figures: SocialFigures,
    }
}

impl LocationDraft {
    /// Says of a sub-account what the draft says of it.
    pub(super) fn describe(&self, location: &mut Location) {
        if let Some(id) = &self.id {
            location.id = id.clone();
        }
        if let Some(name) = &self.name {
            location.name = name.clone();
        }
        let say = |said: &Option<Text>, slot: &mut Option<Text>| {
            if said.is_some() {
                slot.clone_from(said);
            }
        };
        say(&self.email, &mut location.email);
        say(&self.phone, &mut location.phone);
        say(&self.website, &mut location.website);
        say(&self.address, &mut location.address);
        say(&self.city, &mut location.city);
        say(&self.state, &mut location.state);
        say(&self.country, &mut location.country);
        say(&self.postal_code, &mut location.postal_code);
        say(&self.timezone, &mut location.timezone);
    }
}

impl From<&SettingsDraft> for LocationSettings {
    fn from(draft: &SettingsDraft) -> Self {
        let mut settings = Self::default();
        settings.allow_duplicate_contact = draft.allow_duplicate_contact;
        settings.allow_duplicate_opportunity = draft.allow_duplicate_opportunity;
        settings.allow_facebook_name_merge = draft.allow_facebook_name_merge;
        settings.disable_contact_timezone = draft.disable_contact_timezone;
        settings.contact_unique_identifiers.clone_from(&draft.contact_unique_identifiers);
        settings
    }
}
