//! A post, as the API shows it.

use chrono::{DateTime, Utc};

use super::{GoogleDetails, LinkPreview, PostApproval, SocialMedia, SocialPlatform, TikTokDetails};
use crate::types::{Extra, LocationId, SocialAccountId, SocialCategoryId, SocialPostId, Text, UserId};
use crate::{open_enum, record};

/// How a post stands.
#[open_enum]
pub enum SocialPostStatus {
    /// It is being written.
    Draft = "draft",
    /// It will be published at its date.
    Scheduled = "scheduled",
    /// It is being published.
    InProgress = "in_progress",
    /// Somebody has to approve it.
    InReview = "in_review",
    /// It was published.
    Published = "published",
    /// The network refused it.
    Failed = "failed",
    /// Somebody was told to publish it by hand.
    NotificationSent = "notification_sent",
    /// It was deleted.
    Deleted = "deleted",
}

/// What a post is.
#[open_enum]
pub enum SocialPostKind {
    /// It stays.
    Post = "post",
    /// It goes after a day.
    Story = "story",
    /// It is a short film.
    Reel = "reel",
}

/// What a post came from.
#[open_enum]
pub enum SocialPostSource {
    /// Somebody wrote it.
    Composer = "composer",
    /// A file of posts.
    Csv = "csv",
    /// It comes again and again.
    Recurring = "recurring",
    /// A review.
    Review = "review",
    /// A feed.
    Rss = "rss",
}

/// A post on social networks.
#[record]
pub struct SocialPost {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: Option<SocialPostId>,
    /// What it came from.
    pub source: Option<SocialPostSource>,
    /// The sub-account.
    pub location_id: LocationId,
    /// The network of its first account.
    pub platform: Option<SocialPlatform>,
    /// When it was, or is to be, seen.
    pub display_date: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// Its first account.
    pub account_id: Option<SocialAccountId>,
    /// Why it was not published.
    pub error: Option<Text>,
    /// What the network calls it.
    pub post_id: Option<Text>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// The accounts that it is published to.
    pub account_ids: Vec<SocialAccountId>,
    /// What it says.
    pub summary: Option<Text>,
    /// Its pictures and films.
    pub media: Vec<SocialMedia>,
    /// How it stands.
    pub status: Option<SocialPostStatus>,
    /// Who wrote it.
    pub created_by: Option<UserId>,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SocialPostKind,
    /// Its tags, by id.
    pub tags: Vec<Text>,
    /// What it belongs to.
    pub category_id: Option<SocialCategoryId>,
    /// What is said below it first.
    pub follow_up_comment: Option<Text>,
    /// What its link shows.
    pub og_tags_details: Option<LinkPreview>,
    /// Who approves it.
    pub post_approval_details: Option<PostApproval>,
    /// What TikTok wants to know.
    pub tiktok_post_details: Option<TikTokDetails>,
    /// What Google wants to know.
    pub gmb_post_details: Option<Box<GoogleDetails>>,
    /// Who wrote it, where a list was asked for that.
    pub user: Option<Box<SocialPostUser>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Who wrote a post.
#[record]
pub struct SocialPostUser {
    /// The user.
    pub id: UserId,
    /// Their title.
    pub title: Text,
    /// Given name.
    pub first_name: Text,
    /// Family name.
    pub last_name: Text,
    /// The address of their picture.
    pub profile_photo: Text,
    /// Phone.
    pub phone: Text,
    /// E-mail.
    pub email: Text,
}

/// A page of posts.
#[record]
pub struct SocialPostPage {
    /// The posts, newest first.
    pub posts: Vec<SocialPost>,
    /// How many match in all.
    pub count: u64,
}

/// A post that was deleted.
#[record]
pub struct SocialPostDeleted {
    /// The post.
    pub post_id: SocialPostId,
}

/// Posts that were deleted.
#[record]
pub struct SocialPostsDeleted {
    /// What happened, in words.
    pub message: Text,
    /// How many were deleted.
    pub deleted_count: u32,
}
