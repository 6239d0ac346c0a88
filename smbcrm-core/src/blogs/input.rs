//! What writes and lists of blogs take.
#![allow(clippy::too_many_arguments, reason = "a blog post takes what the API requires of one")]

use chrono::{DateTime, Utc};

use super::BlogPostStatus;
use crate::request;
use crate::types::{BlogAuthorId, BlogCategoryId, BlogId, BlogPostId, LocationId, Text};

/// A blog post to create, or what a post is to be from now on.
#[request]
pub struct WriteBlogPost {
    /// The sub-account.
    pub location_id: LocationId,
    /// The blog.
    pub blog_id: BlogId,
    /// Its title.
    pub title: Text,
    /// The last part of its address; no other post of the sub-account may have it.
    pub url_slug: Text,
    /// What it is about, in a sentence.
    pub description: Text,
    /// Its page.
    #[serde(rename = "rawHTML")]
    pub raw_html: String,
    /// The address of its picture.
    pub image_url: Text,
    /// What the picture shows, for those who do not see it.
    pub image_alt_text: Text,
    /// Who wrote it.
    pub author: BlogAuthorId,
    /// What it belongs to.
    pub categories: Vec<BlogCategoryId>,
    /// How it stands. A scheduled post is published at its date.
    pub status: BlogPostStatus,
    /// When it was, or is to be, published.
    pub published_at: DateTime<Utc>,
    /// Its tags, as text.
    pub tags: Option<Vec<Text>>,
    /// The address under which it is known first.
    pub canonical_link: Option<Text>,
}

/// Which URL slug to look for.
#[request]
pub struct CheckSlug {
    /// The sub-account.
    pub location_id: LocationId,
    /// The slug.
    pub url_slug: Text,
    /// The post that may have it.
    pub post_id: Option<BlogPostId>,
}

/// Which authors to list.
#[request]
pub struct ListAuthors {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page.
    pub limit: u32,
    /// How many to skip.
    pub offset: u32,
}

/// Which categories to list.
#[request]
pub struct ListCategories {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many a page.
    pub limit: u32,
    /// How many to skip.
    pub offset: u32,
}

/// Which posts to list.
#[request]
pub struct ListBlogPosts {
    /// The sub-account.
    pub location_id: LocationId,
    /// The blog.
    pub blog_id: BlogId,
    /// How many a page.
    pub limit: u32,
    /// How many to skip.
    pub offset: u32,
    /// With this in the title.
    pub search_term: Option<Text>,
    /// Those that stand so.
    pub status: Option<BlogPostStatus>,
}

/// Which blogs to list.
#[request]
pub struct ListBlogs {
    /// The sub-account.
    pub location_id: LocationId,
    /// How many to skip.
    pub skip: u32,
    /// How many a page.
    pub limit: u32,
    /// With this in the name.
    pub search_term: Option<Text>,
}
