//! Posts on social networks, answered from state. There is no network behind them: what is published is marked so.

mod find;
mod label;
mod publish;
mod statistics;
mod stored;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::social_media_posting::operations as op;
use smbcrm_core::social_media_posting::{
    CreateSocialPost, DeleteSocialAccount, DeleteSocialPosts, FindSocialLabels, ListSocialPosts,
    OfSocialStatistics, SocialAccountDeleted, SocialAccounts, SocialCategory, SocialCategoryPage,
    SocialMediaPosting, SocialPost, SocialPostDeleted, SocialPostPage, SocialPostsDeleted, SocialStatistics,
    SocialTagIds, SocialTagPage, UpdateSocialPost, WantedSocialStatistics,
};
use smbcrm_core::types::{LocationId, SocialAccountId, SocialCategoryId, SocialPostId};

pub use stored::SocialFigures;
pub(crate) use stored::{Social, StoredSocialAccount, StoredSocialPost};

use crate::MemCrm;
use crate::refusal;

#[async_trait]
impl SocialMediaPosting for MemCrm {
    async fn list(&self, location_id: &LocationId, query: ListSocialPosts) -> Result<SocialPostPage> {
        self.publish_due_in(location_id);
        let mut page = self.read(&op::LIST, location_id, |state| state.list_social_posts(&query))?;
        if query.include_users == Some(true) {
            let users = self.world.directory.read().users.clone();
            page.posts.iter_mut().for_each(|post| post.user = find::writer(post, &users));
        }
        Ok(page)
    }

    async fn create(&self, location_id: &LocationId, post: CreateSocialPost) -> Result<Arc<SocialPost>> {
        self.write(&op::CREATE, location_id, |state, now| state.create_social_post(post, now))
    }

    async fn get(&self, location_id: &LocationId, post_id: &SocialPostId) -> Result<Arc<SocialPost>> {
        self.publish_due_in(location_id);
        self.read(&op::GET, location_id, |state| {
            state.social_post(post_id).map(|known| Arc::clone(&known.post))
        })
    }

    async fn update(
        &self,
        location_id: &LocationId,
        post_id: &SocialPostId,
        post: UpdateSocialPost,
    ) -> Result<()> {
        self.publish_due_in(location_id);
        self.write(&op::UPDATE, location_id, |state, now| state.update_social_post(post_id, post, now))
    }

    async fn delete(&self, location_id: &LocationId, post_id: &SocialPostId) -> Result<SocialPostDeleted> {
        self.write(&op::DELETE, location_id, |state, now| {
            state.delete_social_post(post_id, now)?;
            let mut done = SocialPostDeleted::default();
            done.post_id = post_id.clone();
            Ok(done)
        })
    }

    async fn bulk_delete(
        &self,
        location_id: &LocationId,
        posts: DeleteSocialPosts,
    ) -> Result<SocialPostsDeleted> {
        self.write(&op::BULK_DELETE, location_id, |state, now| state.delete_social_posts(&posts, now))
    }

    async fn list_accounts(&self, location_id: &LocationId) -> Result<SocialAccounts> {
        let now = self.world.clock.now();
        self.read(&op::LIST_ACCOUNTS, location_id, |state| Ok(state.social_accounts(now)))
    }

    async fn delete_account(
        &self,
        location_id: &LocationId,
        account_id: &SocialAccountId,
        _: DeleteSocialAccount,
    ) -> Result<SocialAccountDeleted> {
        self.write(&op::DELETE_ACCOUNT, location_id, |state, _| {
            state.delete_social_account(account_id)?;
            let mut done = SocialAccountDeleted::default();
            done.location_id = location_id.clone();
            done.id = account_id.clone();
            Ok(done)
        })
    }

    async fn list_categories(
        &self,
        location_id: &LocationId,
        query: FindSocialLabels,
    ) -> Result<SocialCategoryPage> {
        self.read(&op::LIST_CATEGORIES, location_id, |state| state.list_social_categories(&query))
    }

    async fn get_category(
        &self,
        location_id: &LocationId,
        category_id: &SocialCategoryId,
    ) -> Result<Arc<SocialCategory>> {
        self.read(&op::GET_CATEGORY, location_id, |state| {
            let found = state.social.categories.iter().find(|known| known.id == *category_id);
            found.cloned().ok_or_else(|| refusal::not_found("Category", category_id.as_str()))
        })
    }

    async fn list_tags(&self, location_id: &LocationId, query: FindSocialLabels) -> Result<SocialTagPage> {
        self.read(&op::LIST_TAGS, location_id, |state| state.list_social_tags(&query))
    }

    async fn get_tags(&self, location_id: &LocationId, tags: SocialTagIds) -> Result<SocialTagPage> {
        self.read(&op::GET_TAGS, location_id, |state| state.social_tags_of(&tags))
    }

    async fn statistics(
        &self,
        of: OfSocialStatistics,
        wanted: WantedSocialStatistics,
    ) -> Result<SocialStatistics> {
        self.publish_due_in(&of.location_id);
        let now = self.world.clock.now();
        self.read(&op::STATISTICS, &of.location_id, |state| state.social_statistics(&wanted, now))
    }
}
