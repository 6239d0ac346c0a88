//! Planting blogs, e-mail templates and campaigns, and social posts.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::blogs::{BlogPost, BlogPostStatus, WriteBlogPost};
use smbcrm_core::emails::{CreateEmailTemplate, EmailCampaign, EmailDesign, EmailEditor, SaveEmailTemplate};
use smbcrm_core::social_media_posting::{CreateSocialPost, SocialPost, SocialPostStatus};
use smbcrm_core::types::{BlogCategoryId, EmailTemplateId, SocialAccountId, Text, UserId};

use super::SeedError;
use super::draft::{BlogPostDraft, EmailCampaignDraft, EmailTemplateDraft, LocationDraft, SocialPostDraft};
use super::plant::at;
use crate::blogs::StoredBlogPost;
use crate::locations::slug;
use crate::social_media_posting::StoredSocialPost;
use crate::world::State;

/// Gives the record made last the id that the seed wants.
macro_rules! rename_last {
    ($list:expr, $($id:ident).+, $wanted:expr) => {
        if let (Some(id), Some(made)) = ($wanted, $list.edit().last_mut()) {
            Arc::make_mut(made).$($id).+ = id.into();
        }
    };
}

impl State {
    pub(super) fn plant_press(
        &mut self,
        draft: &LocationDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        for blog in &draft.blogs {
            self.add_blog(blog.name().clone());
            rename_last!(self.press.blogs, id, blog.id());
        }
        for author in &draft.blog_authors {
            self.add_blog_author(author.name().clone(), now);
            rename_last!(self.press.authors, id, author.id());
        }
        for category in &draft.blog_categories {
            self.add_blog_category(category.name().clone(), now);
            rename_last!(self.press.categories, id, category.id());
        }
        for (n, post) in draft.blog_posts.iter().enumerate() {
            self.plant_blog_post(post, &format!("{path}.blogPosts[{n}]"), now)?;
        }
        for (n, template) in draft.email_templates.iter().enumerate() {
            self.plant_email_template(template, &format!("{path}.emailTemplates[{n}]"), now)?;
        }
        for campaign in &draft.email_campaigns {
            self.plant_email_campaign(campaign, now);
        }
        for account in &draft.social_accounts {
            self.add_social_account(account.platform.clone(), account.name.clone(), account.followers);
            rename_last!(self.social.accounts, account.id, account.id.as_ref());
        }
        for category in &draft.social_categories {
            self.add_social_category(category.name().clone(), now);
            rename_last!(self.social.categories, id, category.id());
        }
        for tag in &draft.social_tags {
            self.add_social_tag(tag.name().clone(), now);
            rename_last!(self.social.tags, id, tag.id());
        }
        for (n, post) in draft.social_posts.iter().enumerate() {
            self.plant_social_post(post, &format!("{path}.socialPosts[{n}]"), now)?;
        }
        Ok(())
    }

    fn plant_blog_post(
        &mut self,
        draft: &BlogPostDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let nothing = |field: &str, name: Option<&Text>| {
            let name = name.map_or("one", |name| name.as_str());
            SeedError::new(format!("{path}.{field}"), format!("there is no `{name}`"))
        };
        let meant = |name: Option<&Text>, id: &str, called: &Text| {
            name.is_none_or(|name| name.as_str() == id || name == called)
        };
        let blog = self.press.blogs.iter().find(|it| meant(draft.blog.as_ref(), it.id.as_str(), &it.name));
        let blog = blog.ok_or_else(|| nothing("blog", draft.blog.as_ref()))?.id.clone();
        let mut authors = self.press.authors.iter();
        let author = authors.find(|it| meant(draft.author.as_ref(), it.id.as_str(), &it.name));
        let author = author.ok_or_else(|| nothing("author", draft.author.as_ref()))?.id.clone();
        let mut categories: Vec<BlogCategoryId> = Vec::new();
        for name in &draft.categories {
            let mut known = self.press.categories.iter();
            let found = known.find(|it| meant(Some(name), it.id.as_str(), &it.label));
            categories.push(found.ok_or_else(|| nothing("categories", Some(name)))?.id.clone());
        }
        let on = draft.date.unwrap_or(now);
        let status = match &draft.status {
            BlogPostStatus::Scheduled if on <= now => BlogPostStatus::Published,
            status => status.clone(),
        };
        let made_up = || slug(&draft.title).unwrap_or_default().replace('_', "-").into();
        let mut input = WriteBlogPost::new(
            &self.location.id,
            blog,
            &draft.title,
            draft.slug.clone().unwrap_or_else(made_up),
            &draft.description,
            draft.html.as_str(),
            draft.image.clone().unwrap_or_default(),
            &draft.title,
            author,
            categories,
            status,
            on,
        );
        input.tags = Some(draft.tags.clone());
        let made = self.create_blog_post(input, now).map_err(at(path.to_owned()))?;
        if let Some(id) = &draft.id
            && let Some(stored) = self.press.posts.remove(made.id.as_str())
        {
            let mut post = BlogPost::clone(&stored.post);
            post.id = id.into();
            self.press
                .posts
                .put(Arc::new(StoredBlogPost { post: Arc::new(post), ..StoredBlogPost::clone(&stored) }));
        }
        Ok(())
    }

    fn plant_email_template(
        &mut self,
        draft: &EmailTemplateDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let mut input = CreateEmailTemplate::new(&self.location.id, draft.kind.clone()).name(&draft.name);
        if let Some(folder) = &draft.folder {
            let is_it = |id: &EmailTemplateId, name: &Text| id.as_str() == folder.as_str() || name == folder;
            let mut known = self.mailings.templates.iter().map(|known| &known.template);
            let found = known.find(|template| is_it(&template.id, &template.name));
            let nothing = || SeedError::new(format!("{path}.folder"), format!("there is no `{folder}`"));
            input.parent_id = Some(found.ok_or_else(nothing)?.id.clone());
        }
        let mut id = self.create_email_template(input, now).map_err(at(path.to_owned()))?;
        rename_last!(self.mailings.templates, template.id, draft.id.as_ref());
        if let Some(wanted) = &draft.id {
            id = wanted.into();
        }
        if let Some(html) = &draft.html {
            let home = self.location.id.clone();
            let (design, editor) = (EmailDesign::default(), EmailEditor::Html);
            let content = SaveEmailTemplate::new(home, id, UserId::default(), design, html.as_str(), editor);
            self.save_email_template(content, "", now).map_err(at(format!("{path}.html")))?;
        }
        Ok(())
    }

    fn plant_email_campaign(&mut self, draft: &EmailCampaignDraft, now: DateTime<Utc>) {
        let mut campaign = EmailCampaign::default();
        campaign.id = draft.id.clone().unwrap_or_default().into();
        campaign.name = Some(draft.name.clone());
        campaign.status.clone_from(&draft.status);
        campaign.created_at = draft.date_added;
        campaign.updated_at = draft.date_added;
        self.add_email_campaign(campaign, draft.email_status.clone(), now);
    }

    fn plant_social_post(
        &mut self,
        draft: &SocialPostDraft,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let mut accounts: Vec<SocialAccountId> = Vec::new();
        for name in &draft.accounts {
            let mut known = self.social.accounts.iter().map(|known| &known.account);
            let found = known.find(|account| account.id == *name.as_str() || account.name == *name);
            let nothing = || SeedError::new(format!("{path}.accounts"), format!("there is no `{name}`"));
            accounts.push(found.ok_or_else(nothing)?.id.clone());
        }
        let user = draft.user_id.clone().unwrap_or_default();
        let mut input = CreateSocialPost::new(accounts, draft.kind.clone(), user).summary(&draft.summary);
        if draft.draft {
            input.status = Some(SocialPostStatus::Draft);
        }
        input.schedule_date = draft.date.filter(|at| *at > now);
        let made = self.create_social_post(input, now).map_err(at(path.to_owned()))?;
        let key = made.id.as_ref().map_or("", |id| id.as_str());
        if let Some(stored) = self.social.posts.remove(key) {
            let mut post = SocialPost::clone(&stored.post);
            if let Some(id) = &draft.id {
                post.id = Some(id.into());
            }
            if let Some(at) = draft.date.filter(|at| *at <= now) {
                (post.display_date, post.created_at, post.updated_at) = (Some(at), Some(at), Some(at));
                post.published_at = post.published_at.map(|_| at);
            }
            self.social
                .posts
                .put(Arc::new(StoredSocialPost { post: Arc::new(post), figures: draft.figures }));
        }
        Ok(())
    }
}
