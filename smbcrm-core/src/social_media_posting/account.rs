//! Accounts, groups of them, categories and tags.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::types::{
    Extra, LocationId, SocialAccountId, SocialCategoryId, SocialProfileId, SocialTagId, Text, UserId,
};
use crate::{open_enum, record, request};

/// A social network.
#[open_enum]
pub enum SocialPlatform {
    /// Google Business Profile.
    Google = "google",
    /// Facebook.
    Facebook = "facebook",
    /// Instagram.
    Instagram = "instagram",
    /// LinkedIn.
    LinkedIn = "linkedin",
    /// X, once Twitter.
    Twitter = "twitter",
    /// TikTok.
    TikTok = "tiktok",
    /// Pinterest.
    Pinterest = "pinterest",
    /// YouTube.
    YouTube = "youtube",
}

/// An account of a social network.
#[record]
pub struct SocialAccount {
    /// What posts name it by.
    pub id: SocialAccountId,
    /// The connection that it came by.
    pub oauth_id: Option<Text>,
    /// What statistics name it by.
    pub profile_id: SocialProfileId,
    /// Its name.
    pub name: Text,
    /// The network.
    pub platform: SocialPlatform,
    /// What it is there: `page`, `location`, `profile`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// When the connection ends.
    pub expire: Option<DateTime<Utc>>,
    /// Whether it has ended.
    pub is_expired: bool,
    /// What the network says of it.
    pub meta: Option<Map<String, Value>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Accounts that are published to together.
#[record]
pub struct SocialGroup {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub name: Text,
    /// Its accounts.
    pub account_ids: Vec<SocialAccountId>,
}

/// The accounts of a sub-account.
#[record]
pub struct SocialAccounts {
    /// The accounts.
    pub accounts: Vec<SocialAccount>,
    /// Their groups.
    pub groups: Vec<SocialGroup>,
}

/// Who disconnects an account.
#[request]
pub struct DeleteSocialAccount {
    /// The agency.
    pub company_id: Option<Text>,
    /// The user.
    pub user_id: Option<UserId>,
}

/// An account that was disconnected.
#[record]
pub struct SocialAccountDeleted {
    /// The sub-account.
    pub location_id: LocationId,
    /// The account.
    pub id: SocialAccountId,
}

/// What posts belong to.
#[record]
pub struct SocialCategory {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: SocialCategoryId,
    /// Its name.
    pub name: Text,
    /// Its colour: `#32a852`.
    pub primary_color: Option<Text>,
    /// Its other colour.
    pub secondary_color: Option<Text>,
    /// The sub-account.
    pub location_id: LocationId,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of categories.
#[record]
pub struct SocialCategoryPage {
    /// How many there are in all.
    pub count: u64,
    /// The categories.
    pub categories: Vec<SocialCategory>,
}

/// A tag of posts.
#[record]
pub struct SocialTag {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: SocialTagId,
    /// What it says.
    pub tag: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A page of tags.
#[record]
pub struct SocialTagPage {
    /// The tags.
    pub tags: Vec<SocialTag>,
    /// How many there are in all.
    pub count: u64,
}

/// Which categories or tags to list.
#[request]
pub struct FindSocialLabels {
    /// With this in the name.
    pub search_text: Option<Text>,
    /// How many a page; all of them unless given. The wire declares it as text.
    pub limit: Option<u32>,
    /// How many to skip. The wire declares it as text.
    pub skip: Option<u32>,
}

/// Which tags to fetch.
#[request]
pub struct SocialTagIds {
    /// Their ids.
    pub tag_ids: Vec<SocialTagId>,
}
