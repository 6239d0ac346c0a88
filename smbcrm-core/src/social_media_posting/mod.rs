//! Posts on social networks: written once, published to several accounts, now or later.
//!
//! Accounts are connected in the account's user interface, not through this API; it lists them, writes posts, and
//! counts what became of those.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use smbcrm_core::social_media_posting::{CreateSocialPost, SocialPostKind};
//! use smbcrm_core::types::{LocationId, SocialPostId};
//! use smbcrm_core::{Crm, Result};
//!
//! async fn announce(crm: &dyn Crm, at: DateTime<Utc>) -> Result<Option<SocialPostId>> {
//!     let location = LocationId::from("LOC1");
//!     let social = crm.social_media_posting();
//!     let accounts = social.list_accounts(&location).await?.accounts;
//!     let everywhere = accounts.iter().map(|account| &account.id);
//!     let post = CreateSocialPost::new(everywhere, SocialPostKind::Post, "USER1").summary("Ten chairs!").schedule_date(at);
//!     Ok(social.create(&location, post).await?.id.clone())
//! }
//! ```
//!
//! Of the API's forty operations these thirteen are here. Connecting accounts (the OAuth of the networks) and posts from
//! CSV files are not.

mod account;
mod details;
mod input;
mod post;
mod statistics;

use std::sync::Arc;

pub use account::*;
pub use details::*;
pub use input::*;
pub use post::*;
pub use statistics::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::{LocationId, SocialAccountId, SocialCategoryId, SocialPostId};

/// The product's facts.
pub static SOCIAL_MEDIA_POSTING: Product = Product {
    name: "social-media-posting",
    version: "2021-07-28",
    summary: "Posts on social networks, the accounts they are published to, and what became of them.",
};

/// Posts on social networks.
#[api(product = SOCIAL_MEDIA_POSTING)]
pub trait SocialMediaPosting: Send + Sync {
    /// Lists posts, newest first, that are to be seen in a time.
    #[post(
        "/social-media-posting/{location_id}/posts/list",
        id = "get-posts",
        scope = "socialplanner/post.readonly",
        read,
        message = "Fetched Posts"
    )]
    async fn list(&self, location_id: &LocationId, query: ListSocialPosts) -> Result<SocialPostPage>;

    /// Creates a post: published at once, or at its date, or kept as a draft.
    #[post(
        "/social-media-posting/{location_id}/posts",
        id = "create-post",
        scope = "socialplanner/post.write",
        message = "Created Post",
        key = "post"
    )]
    async fn create(&self, location_id: &LocationId, post: CreateSocialPost) -> Result<Arc<SocialPost>>;

    /// Fetches one post.
    #[get(
        "/social-media-posting/{location_id}/posts/{post_id:id}",
        id = "get-post",
        scope = "socialplanner/post.readonly",
        assumed_scope,
        message = "Fetched Post",
        key = "post"
    )]
    async fn get(&self, location_id: &LocationId, post_id: &SocialPostId) -> Result<Arc<SocialPost>>;

    /// Changes a post that is not published yet. What is not set stays.
    #[put(
        "/social-media-posting/{location_id}/posts/{post_id:id}",
        id = "edit-post",
        scope = "socialplanner/post.write",
        assumed_scope,
        message = "Updated Post"
    )]
    async fn update(
        &self,
        location_id: &LocationId,
        post_id: &SocialPostId,
        post: UpdateSocialPost,
    ) -> Result<()>;

    /// Deletes a post here; what was published stays where it is.
    #[delete(
        "/social-media-posting/{location_id}/posts/{post_id:id}",
        id = "delete-post",
        scope = "socialplanner/post.write",
        assumed_scope,
        message = "Deleted Post"
    )]
    async fn delete(&self, location_id: &LocationId, post_id: &SocialPostId) -> Result<SocialPostDeleted>;

    /// Deletes several posts, fifty at most; those that do not exist are left out.
    #[post(
        "/social-media-posting/{location_id}/posts/bulk-delete",
        missing = 404,
        id = "bulk-delete-social-planner-posts",
        scope = "socialplanner/csv.write",
        assumed_scope,
        idempotent,
        message = "Posts Deleted Successfully"
    )]
    async fn bulk_delete(
        &self,
        location_id: &LocationId,
        posts: DeleteSocialPosts,
    ) -> Result<SocialPostsDeleted>;

    /// Lists the accounts that posts can be published to, and their groups.
    #[get(
        "/social-media-posting/{location_id}/accounts",
        id = "get-account",
        scope = "socialplanner/account.readonly",
        message = "Fetched Accounts"
    )]
    async fn list_accounts(&self, location_id: &LocationId) -> Result<SocialAccounts>;

    /// Disconnects an account, and takes it out of its groups.
    #[delete(
        "/social-media-posting/{location_id}/accounts/{account_id:id}",
        id = "delete-account",
        scope = "socialplanner/account.write",
        assumed_scope,
        message = "Deleted Account"
    )]
    async fn delete_account(
        &self,
        location_id: &LocationId,
        account_id: &SocialAccountId,
        query: DeleteSocialAccount,
    ) -> Result<SocialAccountDeleted>;

    /// Lists the categories of posts.
    #[get(
        "/social-media-posting/{location_id}/categories",
        id = "get-categories-location-id",
        scope = "socialplanner/category.readonly",
        message = "Fetched Categories by Location ID"
    )]
    async fn list_categories(
        &self,
        location_id: &LocationId,
        query: FindSocialLabels,
    ) -> Result<SocialCategoryPage>;

    /// Fetches one category of posts.
    #[get(
        "/social-media-posting/{location_id}/categories/{category_id:id}",
        id = "get-categories-id",
        scope = "socialplanner/category.readonly",
        assumed_scope,
        message = "Fetched Category",
        key = "category"
    )]
    async fn get_category(
        &self,
        location_id: &LocationId,
        category_id: &SocialCategoryId,
    ) -> Result<Arc<SocialCategory>>;

    /// Lists the tags of posts.
    #[get(
        "/social-media-posting/{location_id}/tags",
        id = "get-tags-location-id",
        scope = "socialplanner/tag.readonly",
        assumed_scope,
        message = "Fetched Tags by Location ID"
    )]
    async fn list_tags(&self, location_id: &LocationId, query: FindSocialLabels) -> Result<SocialTagPage>;

    /// Fetches tags of posts by their ids; those that do not exist are left out.
    #[post(
        "/social-media-posting/{location_id}/tags/details",
        id = "get-tags-by-ids",
        scope = "socialplanner/tag.readonly",
        assumed_scope,
        read,
        message = "Fetched Tags by Tag IDs"
    )]
    async fn get_tags(&self, location_id: &LocationId, tags: SocialTagIds) -> Result<SocialTagPage>;

    /// Counts what became of posts in the last seven days, and compares that with the seven days before.
    #[post(
        "/social-media-posting/statistics",
        id = "get-social-media-statistics",
        scope = "socialplanner/statistics.readonly",
        assumed_scope,
        location = "locationId",
        read,
        message = "Analytics Built Successfully"
    )]
    async fn statistics(
        &self,
        #[query] of: OfSocialStatistics,
        wanted: WantedSocialStatistics,
    ) -> Result<SocialStatistics>;
}
