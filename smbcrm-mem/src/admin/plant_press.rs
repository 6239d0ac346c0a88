//! What no API makes around blogs, e-mails and social posts.

use std::sync::Arc;

use smbcrm_core::blogs::{Blog, BlogAuthor, BlogCategory};
use smbcrm_core::emails::{EmailCampaign, EmailDeliveryStatus};
use smbcrm_core::social_media_posting::{
    SocialAccount, SocialCategory, SocialGroup, SocialPlatform, SocialTag,
};
use smbcrm_core::types::{LocationId, SocialAccountId, SocialPostId, Text};

use crate::{Admin, SocialFigures};

impl Admin<'_> {
    /// Makes a blog. `None` when there is no such sub-account.
    ///
    /// ```
    /// # let crm = smbcrm_mem::MemCrm::new();
    /// let admin = crm.admin();
    /// let blog = admin.add_blog(crm.location(), "News").expect("the sub-account exists");
    /// let author = admin.add_blog_author(crm.location(), "Ada Vale").expect("the sub-account exists");
    /// assert_eq!((blog.name.as_str(), author.name.as_str()), ("News", "Ada Vale"));
    /// ```
    pub fn add_blog(&self, location: &LocationId, name: impl Into<Text>) -> Option<Arc<Blog>> {
        self.edit(location, |state| state.add_blog(name.into()))
    }

    /// Makes an author of blog posts. `None` when there is no such sub-account.
    pub fn add_blog_author(&self, location: &LocationId, name: impl Into<Text>) -> Option<Arc<BlogAuthor>> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.add_blog_author(name.into(), now))
    }

    /// Makes a category of blog posts. `None` when there is no such sub-account.
    pub fn add_blog_category(
        &self,
        location: &LocationId,
        label: impl Into<Text>,
    ) -> Option<Arc<BlogCategory>> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.add_blog_category(label.into(), now))
    }

    /// Makes an e-mail campaign, and says how far its sending is; what it leaves open is filled in: an id, an active
    /// campaign of today. `None` when there is no such sub-account.
    pub fn add_email_campaign(
        &self,
        location: &LocationId,
        campaign: EmailCampaign,
        sending: EmailDeliveryStatus,
    ) -> Option<EmailCampaign> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.add_email_campaign(campaign, sending, now))
    }

    /// Connects an account of a social network that so many follow. `None` when there is no such sub-account.
    pub fn add_social_account(
        &self,
        location: &LocationId,
        platform: SocialPlatform,
        name: impl Into<Text>,
        followers: u64,
    ) -> Option<SocialAccount> {
        self.edit(location, |state| state.add_social_account(platform, name.into(), followers))
    }

    /// Puts accounts of social networks into a group. `None` when there is no such sub-account.
    pub fn add_social_group(
        &self,
        location: &LocationId,
        name: impl Into<Text>,
        accounts: impl IntoIterator<Item = SocialAccountId>,
    ) -> Option<SocialGroup> {
        self.edit(location, |state| state.add_social_group(name.into(), accounts.into_iter().collect()))
    }

    /// Makes a category of social posts. `None` when there is no such sub-account.
    pub fn add_social_category(
        &self,
        location: &LocationId,
        name: impl Into<Text>,
    ) -> Option<SocialCategory> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.add_social_category(name.into(), now))
    }

    /// Makes a tag of social posts. `None` when there is no such sub-account.
    pub fn add_social_tag(&self, location: &LocationId, name: impl Into<Text>) -> Option<SocialTag> {
        let now = self.crm.world.clock.now();
        self.edit(location, |state| state.add_social_tag(name.into(), now))
    }

    /// Says what became of a post on its networks, which the statistics are made of. `None` when there is no such post.
    pub fn set_social_figures(&self, post: &SocialPostId, figures: SocialFigures) -> Option<()> {
        let subs = self.crm.subs();
        let home = subs.iter().find(|sub| sub.state.read().social.posts.get(post.as_str()).is_some())?;
        self.crm.world.arrange(home, |state| state.set_social_figures(post, figures))
    }
}
