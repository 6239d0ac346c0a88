//! Finding posts and accounts.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::social_media_posting::{
    ListSocialPosts, SocialAccounts, SocialGroup, SocialPost, SocialPostFilter, SocialPostPage,
    SocialPostStatus, SocialPostUser,
};
use smbcrm_core::types::SocialAccountId;

use super::stored::StoredSocialPost;
use crate::locations::PageSize;
use crate::refusal;
use crate::world::{State, StoredUser};

/// How large a page may be; the most is assumed.
const PAGE: PageSize = PageSize { default: 10, max: 100 };

impl State {
    pub(super) fn list_social_posts(&self, query: &ListSocialPosts) -> Result<SocialPostPage> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(query.limit, &mut wrong);
        let kind = query.kind.clone().unwrap_or_default();
        if !kind.is_known() {
            wrong.push("type must be a valid enum value".to_owned());
        }
        if query.post_type.as_ref().is_some_and(|kind| !kind.is_known()) {
            wrong.push("postType must be a valid enum value".to_owned());
        }
        if query.to_date < query.from_date {
            wrong.push("toDate must not be before fromDate".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let accounts: Vec<&str> = query
            .accounts
            .as_deref()
            .map_or_else(Vec::new, |ids| ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect());
        let wanted = |known: &&Arc<StoredSocialPost>| {
            let post = &known.post;
            stands(known, &kind)
                && post.display_date.is_some_and(|at| at >= query.from_date && at <= query.to_date)
                && query.post_type.as_ref().is_none_or(|kind| post.kind == *kind)
                && (accounts.is_empty() || post.account_ids.iter().any(|id| accounts.contains(&id.as_str())))
        };
        let mut found: Vec<&Arc<SocialPost>> =
            self.social.posts.iter().filter(wanted).map(|known| &known.post).collect();
        found.sort_by_key(|post| (Reverse(post.display_date), Reverse(post.created_at), &post.id));
        let mut page = SocialPostPage::default();
        page.count = found.len() as u64;
        let skip = query.skip.unwrap_or(0) as usize;
        page.posts = found.into_iter().skip(skip).take(limit).map(|post| SocialPost::clone(post)).collect();
        Ok(page)
    }

    /// The accounts as they are now: a connection may have ended.
    pub(super) fn social_accounts(&self, now: DateTime<Utc>) -> SocialAccounts {
        let mut all = SocialAccounts::default();
        for known in self.social.accounts.iter() {
            let mut account = known.account.clone();
            account.is_expired |= account.expire.is_some_and(|end| end <= now);
            all.accounts.push(account);
        }
        all.groups = self.social.groups.iter().map(|group| SocialGroup::clone(group)).collect();
        all
    }

    /// Disconnects an account. Posts that name it stay as they are.
    pub(super) fn delete_social_account(&mut self, id: &SocialAccountId) -> Result<()> {
        let at = self.social.accounts.iter().position(|known| known.account.id == *id);
        let at = at.ok_or_else(|| refusal::not_found("Account", id.as_str()))?;
        self.social.accounts.edit().remove(at);
        if self.social.groups.iter().any(|group| group.account_ids.contains(id)) {
            for group in self.social.groups.edit().iter_mut().filter(|group| group.account_ids.contains(id)) {
                Arc::make_mut(group).account_ids.retain(|known| known != id);
            }
        }
        Ok(())
    }
}

fn stands(known: &StoredSocialPost, wanted: &SocialPostFilter) -> bool {
    match wanted {
        SocialPostFilter::All | SocialPostFilter::Recent => !known.is(&SocialPostStatus::Deleted),
        // The other filters are called as what they find.
        other => known.post.status.as_ref().is_some_and(|status| status.as_str() == other.as_str()),
    }
}

/// Who wrote a post, as far as the agency knows them.
pub(super) fn writer(post: &SocialPost, users: &[StoredUser]) -> Option<Box<SocialPostUser>> {
    let id = post.created_by.as_ref()?;
    let user = &users.iter().find(|known| known.user.id == *id)?.user;
    let mut writer = SocialPostUser::default();
    writer.id = user.id.clone();
    writer.first_name = user.first_name.clone();
    writer.last_name = user.last_name.clone();
    writer.email = user.email.clone();
    writer.phone = user.phone.clone().unwrap_or_default();
    Some(Box::new(writer))
}
