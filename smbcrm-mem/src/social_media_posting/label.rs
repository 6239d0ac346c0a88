//! Making accounts, categories and tags, and finding the latter two.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::social_media_posting::{
    FindSocialLabels, SocialAccount, SocialCategory, SocialCategoryPage, SocialGroup, SocialPlatform,
    SocialTag, SocialTagIds, SocialTagPage,
};
use smbcrm_core::types::{SocialAccountId, Text};

use super::stored::StoredSocialAccount;
use crate::locations::PageSize;
use crate::refusal;
use crate::search::fold;
use crate::world::State;

/// How large a page may be, and is unless told otherwise (assumed).
const PAGE: PageSize = PageSize { default: 1_000, max: 1_000 };

/// The wanted part of the labels that hold a text, and how many hold it.
fn page<T: Clone>(
    labels: &[Arc<T>],
    query: &FindSocialLabels,
    name: fn(&T) -> &Text,
) -> Result<(Vec<T>, u64)> {
    let mut wrong = Vec::new();
    let limit = PAGE.check(query.limit, &mut wrong);
    if !wrong.is_empty() {
        return Err(refusal::invalid(wrong));
    }
    let text = query.search_text.as_deref().map(fold);
    let holds = |label: &&Arc<T>| text.as_ref().is_none_or(|text| fold(name(label)).contains(text.as_ref()));
    let found: Vec<&Arc<T>> = labels.iter().filter(holds).collect();
    let count = found.len() as u64;
    let skip = query.skip.unwrap_or(0) as usize;
    Ok((found.into_iter().skip(skip).take(limit).map(|label| T::clone(label)).collect(), count))
}

impl State {
    /// Connects an account.
    pub(crate) fn add_social_account(
        &mut self,
        platform: SocialPlatform,
        name: Text,
        followers: u64,
    ) -> SocialAccount {
        let (connection, profile) = (self.ids.object(), self.ids.object());
        let mut account = SocialAccount::default();
        account.id = format!("{connection}_{}_{profile}", self.location.id).into();
        account.oauth_id = Some(connection);
        account.profile_id = profile.into();
        account.name = name;
        let kind = match &platform {
            SocialPlatform::Google => "location",
            SocialPlatform::Facebook | SocialPlatform::LinkedIn => "page",
            SocialPlatform::TikTok => "business",
            _ => "profile",
        };
        account.kind = Some(kind.into());
        account.platform = platform;
        let stored = StoredSocialAccount { account: account.clone(), followers };
        self.social.accounts.push(Arc::new(stored));
        account
    }

    /// Puts accounts into a group.
    pub(crate) fn add_social_group(&mut self, name: Text, accounts: Vec<SocialAccountId>) -> SocialGroup {
        let mut group = SocialGroup::default();
        group.id = self.ids.object();
        group.name = name;
        group.account_ids = accounts;
        self.social.groups.push(Arc::new(group.clone()));
        group
    }

    /// Makes a category of posts.
    pub(crate) fn add_social_category(&mut self, name: Text, now: DateTime<Utc>) -> SocialCategory {
        let mut category = SocialCategory::default();
        category.id = self.ids.object().into();
        category.name = name;
        category.primary_color = Some("#32a852".into());
        category.secondary_color = Some("#ffffff".into());
        category.location_id = self.location.id.clone();
        (category.created_at, category.updated_at) = (Some(now), Some(now));
        self.social.categories.push(Arc::new(category.clone()));
        category
    }

    /// Makes a tag of posts.
    pub(crate) fn add_social_tag(&mut self, name: Text, now: DateTime<Utc>) -> SocialTag {
        let mut tag = SocialTag::default();
        tag.id = self.ids.object().into();
        tag.tag = name;
        tag.location_id = self.location.id.clone();
        (tag.created_at, tag.updated_at) = (Some(now), Some(now));
        self.social.tags.push(Arc::new(tag.clone()));
        tag
    }

    pub(super) fn list_social_categories(&self, query: &FindSocialLabels) -> Result<SocialCategoryPage> {
        let mut answer = SocialCategoryPage::default();
        (answer.categories, answer.count) = page(&self.social.categories, query, |category| &category.name)?;
        Ok(answer)
    }

    pub(super) fn list_social_tags(&self, query: &FindSocialLabels) -> Result<SocialTagPage> {
        let mut answer = SocialTagPage::default();
        (answer.tags, answer.count) = page(&self.social.tags, query, |tag| &tag.tag)?;
        Ok(answer)
    }

    /// The tags of these ids, in the order they were made.
    pub(super) fn social_tags_of(&self, wanted: &SocialTagIds) -> Result<SocialTagPage> {
        if wanted.tag_ids.is_empty() {
            return Err(refusal::empty_list("tagIds"));
        }
        let mut answer = SocialTagPage::default();
        let known = self.social.tags.iter().filter(|tag| wanted.tag_ids.contains(&tag.id));
        answer.tags = known.map(|tag| SocialTag::clone(tag)).collect();
        answer.count = answer.tags.len() as u64;
        Ok(answer)
    }
}
