//! Blogs, posts, authors and categories, as the API shows them.

use chrono::{DateTime, Utc};

use crate::types::{BlogAuthorId, BlogCategoryId, BlogId, BlogPostId, Extra, LocationId, Text};
use crate::{open_enum, record};

/// How a blog post stands.
#[open_enum]
pub enum BlogPostStatus {
    /// It is being written.
    Draft = "DRAFT",
    /// It can be read.
    Published = "PUBLISHED",
    /// It will be published at its date.
    Scheduled = "SCHEDULED",
    /// It was taken off.
    Archived = "ARCHIVED",
}

/// A blog: a web site with posts.
#[record]
pub struct Blog {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: BlogId,
    /// Its name.
    pub name: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A post of a blog. No answer shows its page.
#[record]
pub struct BlogPost {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: BlogPostId,
    /// Its title.
    pub title: Text,
    /// What it is about, in a sentence.
    pub description: Text,
    /// The address of its picture.
    pub image_url: Text,
    /// What the picture shows, for those who do not see it.
    pub image_alt_text: Text,
    /// The last part of its address.
    pub url_slug: Text,
    /// The address under which it is known first.
    pub canonical_link: Option<Text>,
    /// How it stands.
    pub status: BlogPostStatus,
    /// Whether it was taken off.
    pub archived: bool,
    /// Who wrote it.
    pub author: Option<BlogAuthorId>,
    /// What it belongs to.
    pub categories: Vec<BlogCategoryId>,
    /// Its tags, as text.
    pub tags: Vec<Text>,
    /// When it was, or will be, published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Somebody who writes blog posts.
#[record]
pub struct BlogAuthor {
    /// Their id.
    #[serde(rename = "_id")]
    pub id: BlogAuthorId,
    /// Their name.
    pub name: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The address of their page.
    pub canonical_link: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// What blog posts belong to.
#[record]
pub struct BlogCategory {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: BlogCategoryId,
    /// Its name.
    pub label: Text,
    /// The sub-account.
    pub location_id: LocationId,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The address of its page.
    pub canonical_link: Text,
    /// The last part of its address.
    pub url_slug: Text,
    /// Fields this version has no name for.
    pub extra: Extra,
}
