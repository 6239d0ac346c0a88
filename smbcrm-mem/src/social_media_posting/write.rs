//! Creating, changing and deleting posts.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::social_media_posting::{
    CreateSocialPost, DeleteSocialPosts, SocialPlatform, SocialPost, SocialPostSource, SocialPostStatus,
    SocialPostsDeleted, UpdateSocialPost,
};
use smbcrm_core::types::{SocialAccountId, SocialPostId, Text};

use super::publish::publish;
use super::stored::{SocialFigures, StoredSocialPost};
use crate::refusal;
use crate::world::State;

/// The most posts that are deleted at once.
const MOST_DELETED: usize = 50;

/// The longest first comment that X takes.
const LONGEST_COMMENT: usize = 280;

impl State {
    /// A post that is not deleted.
    pub(super) fn social_post(&self, id: &SocialPostId) -> Result<&Arc<StoredSocialPost>> {
        let found = self.social.posts.get(id.as_str()).filter(|known| !known.is(&SocialPostStatus::Deleted));
        found.ok_or_else(|| refusal::not_found("Post", id.as_str()))
    }

    pub(crate) fn create_social_post(
        &mut self,
        input: CreateSocialPost,
        now: DateTime<Utc>,
    ) -> Result<Arc<SocialPost>> {
        let mut post = SocialPost::default();
        post.source = Some(SocialPostSource::Composer);
        post.location_id = self.location.id.clone();
        post.created_at = Some(now);
        post.created_by = Some(input.created_by.unwrap_or(input.user_id));
        post.kind = input.kind;
        post.account_ids = input.account_ids;
        let changes = Changes {
            summary: input.summary,
            media: input.media,
            status: input.status,
            schedule_date: input.schedule_date,
            follow_up_comment: input.follow_up_comment,
            og_tags_details: input.og_tags_details,
            post_approval_details: input.post_approval_details,
            tags: input.tags,
            category_id: input.category_id,
            tiktok_post_details: input.tiktok_post_details,
            gmb_post_details: input.gmb_post_details,
        };
        self.put_social_post(post, changes, SocialFigures::default(), now)
    }

    pub(super) fn update_social_post(
        &mut self,
        id: &SocialPostId,
        input: UpdateSocialPost,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let known = Arc::clone(self.social_post(id)?);
        if known.is(&SocialPostStatus::Published) {
            return Err(refusal::bad_request("A published post cannot be changed"));
        }
        let mut post = SocialPost::clone(&known.post);
        post.kind = input.kind;
        if let Some(accounts) = input.account_ids {
            post.account_ids = accounts;
        }
        if let Some(author) = input.created_by {
            post.created_by = Some(author);
        }
        // A date alone moves a post that waits; a draft keeps being one.
        let keeps = post
            .status
            .clone()
            .filter(|status| *status != SocialPostStatus::Scheduled || input.schedule_date.is_none());
        let changes = Changes {
            summary: input.summary,
            media: input.media,
            status: input.status.or(keeps),
            schedule_date: input.schedule_date.or(post.display_date.filter(|_| known.due().is_some())),
            follow_up_comment: input.follow_up_comment,
            og_tags_details: input.og_tags_details,
            post_approval_details: input.post_approval_details,
            tags: input.tags,
            category_id: input.category_id,
            tiktok_post_details: input.tiktok_post_details,
            gmb_post_details: input.gmb_post_details,
        };
        self.put_social_post(post, changes, known.figures, now).map(drop)
    }

    /// Checks a post as it is to be, and keeps it.
    fn put_social_post(
        &mut self,
        mut post: SocialPost,
        changes: Changes,
        figures: SocialFigures,
        now: DateTime<Utc>,
    ) -> Result<Arc<SocialPost>> {
        let mut wrong = Vec::new();
        if post.account_ids.is_empty() {
            wrong.push("accountIds must contain at least 1 elements".to_owned());
        }
        if !post.kind.is_known() {
            wrong.push("type must be a valid enum value".to_owned());
        }
        let status = changes.stand();
        if !status.is_known() {
            wrong.push("status must be a valid enum value".to_owned());
        }
        if status == SocialPostStatus::Scheduled {
            match changes.schedule_date {
                None => wrong.push("scheduleDate should not be empty".to_owned()),
                Some(at) if at <= now => wrong.push("scheduleDate must be in the future".to_owned()),
                Some(_) => {}
            }
        }
        for (at, medium) in changes.media.iter().flatten().enumerate() {
            if medium.url.trim().is_empty() {
                wrong.push(format!("media.{at}.url should not be empty"));
            }
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let platforms = self.platforms_of(&post.account_ids)?;
        let comment = changes.follow_up_comment.as_ref().or(post.follow_up_comment.as_ref());
        if let Some(refused) = comment.and_then(|comment| refuse_comment(comment, &platforms)) {
            return Err(refusal::invalid(vec![refused]));
        }
        // What is refused draws no id.
        if post.id.is_none() {
            post.id = Some(self.ids.object().into());
        }
        post.platform = platforms.into_iter().next();
        post.account_id = post.account_ids.first().cloned();
        post.display_date = Some(changes.schedule_date.unwrap_or(now));
        post.updated_at = Some(now);
        post.status = Some(status);
        changes.apply(&mut post);
        if post.status == Some(SocialPostStatus::Published) {
            post.display_date = Some(now);
            publish(&mut post);
        }
        let post = Arc::new(post);
        self.social.posts.put(Arc::new(StoredSocialPost { post: Arc::clone(&post), figures }));
        Ok(post)
    }

    /// The networks of accounts, in their order.
    fn platforms_of(&self, accounts: &[SocialAccountId]) -> Result<Vec<SocialPlatform>> {
        let platform = |id: &SocialAccountId| {
            let known = self.social.accounts.iter().find(|known| known.account.id == *id);
            known
                .map(|known| known.account.platform.clone())
                .ok_or_else(|| refusal::not_found("Account", id.as_str()))
        };
        accounts.iter().map(platform).collect()
    }

    /// Marks a post as deleted. It is listed among deleted ones and nowhere else.
    pub(super) fn delete_social_post(&mut self, id: &SocialPostId, now: DateTime<Utc>) -> Result<()> {
        let known = Arc::clone(self.social_post(id)?);
        let mut post = SocialPost::clone(&known.post);
        post.status = Some(SocialPostStatus::Deleted);
        post.updated_at = Some(now);
        self.social.posts.put(Arc::new(StoredSocialPost { post: Arc::new(post), figures: known.figures }));
        Ok(())
    }

    pub(super) fn delete_social_posts(
        &mut self,
        posts: &DeleteSocialPosts,
        now: DateTime<Utc>,
    ) -> Result<SocialPostsDeleted> {
        if posts.post_ids.is_empty() {
            return Err(refusal::empty_list("postIds"));
        }
        if posts.post_ids.len() > MOST_DELETED {
            return Err(refusal::invalid(vec![format!(
                "postIds must contain no more than {MOST_DELETED} elements"
            )]));
        }
        let mut done = SocialPostsDeleted::default();
        for id in &posts.post_ids {
            done.deleted_count += u32::from(self.delete_social_post(id, now).is_ok());
        }
        if done.deleted_count == 0 {
            return Err(refusal::no_posts());
        }
        done.message = "Posts deleted successfully".into();
        Ok(done)
    }

    /// Says what became of a post on its networks; `None` when there is none.
    pub(crate) fn set_social_figures(&mut self, id: &SocialPostId, figures: SocialFigures) -> Option<()> {
        let post = Arc::clone(&self.social.posts.get(id.as_str())?.post);
        self.social.posts.put(Arc::new(StoredSocialPost { post, figures }));
        Some(())
    }
}

/// Google and TikTok take no first comment, and X no long one.
fn refuse_comment(comment: &Text, platforms: &[SocialPlatform]) -> Option<String> {
    let is_on = |platform: &SocialPlatform| platforms.contains(platform);
    if is_on(&SocialPlatform::TikTok) || is_on(&SocialPlatform::Google) {
        return Some("followUpComment is not allowed on TikTok and Google accounts".to_owned());
    }
    let too_long = is_on(&SocialPlatform::Twitter) && comment.chars().count() > LONGEST_COMMENT;
    too_long.then(|| format!("followUpComment must be shorter than or equal to {LONGEST_COMMENT} characters"))
}

/// What a create and an update have in common.
struct Changes {
    summary: Option<Text>,
    media: Option<Vec<smbcrm_core::social_media_posting::SocialMedia>>,
    status: Option<SocialPostStatus>,
    schedule_date: Option<DateTime<Utc>>,
    follow_up_comment: Option<Text>,
    og_tags_details: Option<smbcrm_core::social_media_posting::LinkPreview>,
    post_approval_details: Option<smbcrm_core::social_media_posting::PostApproval>,
    tags: Option<Vec<Text>>,
    category_id: Option<smbcrm_core::types::SocialCategoryId>,
    tiktok_post_details: Option<smbcrm_core::social_media_posting::TikTokDetails>,
    gmb_post_details: Option<Box<smbcrm_core::social_media_posting::GoogleDetails>>,
}

impl Changes {
    /// How a post with these is to stand. Nothing takes long here, so what is under way is done.
    fn stand(&self) -> SocialPostStatus {
        match &self.status {
            None if self.schedule_date.is_some() => SocialPostStatus::Scheduled,
            None | Some(SocialPostStatus::InProgress) => SocialPostStatus::Published,
            Some(status) => status.clone(),
        }
    }

    fn apply(self, post: &mut SocialPost) {
        macro_rules! set {
            ($($field:ident),*) => {$(
                if self.$field.is_some() {
                    post.$field = self.$field;
                }
            )*};
        }
        set!(
            summary,
            follow_up_comment,
            og_tags_details,
            post_approval_details,
            category_id,
            tiktok_post_details,
            gmb_post_details
        );
        if let Some(media) = self.media {
            post.media = media;
        }
        if let Some(tags) = self.tags {
            post.tags = tags;
        }
    }
}
