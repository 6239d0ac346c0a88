//! Making, finding, writing and publishing.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::blogs::{
    Blog, BlogAuthor, BlogCategory, BlogPost, BlogPostStatus, CheckSlug, ListBlogPosts, ListBlogs,
    WriteBlogPost,
};
use smbcrm_core::types::{BlogPostId, Text};

use super::{BlogPostKey, StoredBlogPost};
use crate::locations::{PageSize, slug};
use crate::refusal;
use crate::search::{Value, fold};
use crate::world::State;

/// The most that one page may hold (assumed). Every list says how many it wants.
const PAGE: PageSize = PageSize { default: 10, max: 1_000 };

/// A part of what is in order already.
pub(super) fn page<'a, T: 'a>(
    all: impl Iterator<Item = &'a Arc<T>>,
    limit: u32,
    skip: u32,
) -> Result<Vec<Arc<T>>> {
    let mut wrong = Vec::new();
    let limit = PAGE.check(Some(limit), &mut wrong);
    if !wrong.is_empty() {
        return Err(refusal::invalid(wrong));
    }
    Ok(all.skip(skip as usize).take(limit).cloned().collect())
}

impl State {
    /// Makes a blog.
    pub(crate) fn add_blog(&mut self, name: Text) -> Arc<Blog> {
        let mut blog = Blog::default();
        blog.id = self.ids.record().into();
        blog.name = name;
        let blog = Arc::new(blog);
        self.press.blogs.push(Arc::clone(&blog));
        blog
    }

    /// Makes an author.
    pub(crate) fn add_blog_author(&mut self, name: Text, now: DateTime<Utc>) -> Arc<BlogAuthor> {
        let mut author = BlogAuthor::default();
        author.id = self.ids.object().into();
        author.canonical_link = self.blog_address("author", &name);
        author.name = name;
        author.location_id = self.location.id.clone();
        author.updated_at = now;
        let author = Arc::new(author);
        self.press.authors.push(Arc::clone(&author));
        author
    }

    /// Makes a category.
    pub(crate) fn add_blog_category(&mut self, label: Text, now: DateTime<Utc>) -> Arc<BlogCategory> {
        let mut category = BlogCategory::default();
        category.id = self.ids.object().into();
        category.canonical_link = self.blog_address("category", &label);
        category.url_slug = slug_of(&label);
        category.label = label;
        category.location_id = self.location.id.clone();
        category.updated_at = now;
        let category = Arc::new(category);
        self.press.categories.push(Arc::clone(&category));
        category
    }

    /// Where the page of an author or a category is.
    fn blog_address(&self, what: &str, name: &str) -> Text {
        let site = self.location.website.as_deref().unwrap_or("https://blog.example");
        format!("{}/{what}/{}", site.trim_end_matches('/'), slug_of(name)).into()
    }

    pub(super) fn list_blogs(&self, query: &ListBlogs) -> Result<Vec<Arc<Blog>>> {
        let term = query.search_term.as_deref().map(fold);
        let wanted =
            |blog: &&Arc<Blog>| term.as_ref().is_none_or(|term| fold(&blog.name).contains(term.as_ref()));
        page(self.press.blogs.iter().filter(wanted), query.limit, query.skip)
    }

    pub(super) fn check_slug(&self, query: &CheckSlug) -> Result<bool> {
        if query.url_slug.trim().is_empty() {
            return Err(refusal::empty("urlSlug"));
        }
        Ok(self.slug_is_taken(query.url_slug.trim(), query.post_id.as_ref()))
    }

    fn slug_is_taken(&self, slug: &str, but: Option<&BlogPostId>) -> bool {
        let mut with_it = self.press.posts.find(&BlogPostKey::Slug, Value::Text(slug));
        with_it.any(|known| Some(&known.post.id) != but)
    }

    /// The posts of a blog, the one with the latest date first.
    pub(super) fn list_blog_posts(&self, query: &ListBlogPosts) -> Result<Vec<Arc<BlogPost>>> {
        if !self.press.blogs.iter().any(|blog| blog.id == query.blog_id) {
            return Err(refusal::not_found("Blog", query.blog_id.as_str()));
        }
        let term = query.search_term.as_deref().map(fold);
        let wanted = |post: &BlogPost| {
            query.status.as_ref().is_none_or(|status| post.status == *status)
                && term.as_ref().is_none_or(|term| fold(&post.title).contains(term.as_ref()))
        };
        let of_blog = self.press.posts.find(&BlogPostKey::Blog, Value::Text(query.blog_id.as_str()));
        let mut found: Vec<&Arc<BlogPost>> =
            of_blog.map(|known| &known.post).filter(|post| wanted(post)).collect();
        found.sort_by_key(|post| (Reverse(post.published_at), Reverse(post.updated_at), &post.id));
        page(found.into_iter(), query.limit, query.offset)
    }

    pub(crate) fn create_blog_post(
        &mut self,
        input: WriteBlogPost,
        now: DateTime<Utc>,
    ) -> Result<Arc<BlogPost>> {
        self.check_blog_post(&input, None, now)?;
        let id = self.ids.object().into();
        Ok(self.put_blog_post(id, input, now))
    }

    pub(super) fn update_blog_post(
        &mut self,
        id: &BlogPostId,
        input: WriteBlogPost,
        now: DateTime<Utc>,
    ) -> Result<Arc<BlogPost>> {
        if self.press.posts.get(id.as_str()).is_none() {
            return Err(refusal::not_found("Blog post", id.as_str()));
        }
        self.check_blog_post(&input, Some(id), now)?;
        Ok(self.put_blog_post(id.clone(), input, now))
    }

    fn check_blog_post(
        &self,
        input: &WriteBlogPost,
        id: Option<&BlogPostId>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut wrong = Vec::new();
        for (name, text) in [("title", &input.title), ("urlSlug", &input.url_slug)] {
            if text.trim().is_empty() {
                wrong.push(format!("{name} should not be empty"));
            }
        }
        if !input.status.is_known() {
            wrong.push("status must be a valid enum value".to_owned());
        }
        if input.status == BlogPostStatus::Scheduled && input.published_at <= now {
            wrong.push("publishedAt must be in the future".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        if !self.press.blogs.iter().any(|known| known.id == input.blog_id) {
            return Err(refusal::not_found("Blog", input.blog_id.as_str()));
        }
        if !self.press.authors.iter().any(|known| known.id == input.author) {
            return Err(refusal::not_found("Author", input.author.as_str()));
        }
        for id in &input.categories {
            if !self.press.categories.iter().any(|known| known.id == *id) {
                return Err(refusal::not_found("Category", id.as_str()));
            }
        }
        if self.slug_is_taken(input.url_slug.trim(), id) {
            return Err(refusal::bad_request("A blog post with this URL slug already exists"));
        }
        Ok(())
    }

    fn put_blog_post(&mut self, id: BlogPostId, input: WriteBlogPost, now: DateTime<Utc>) -> Arc<BlogPost> {
        let mut post = BlogPost::default();
        post.id = id;
        post.title = input.title.trim().into();
        post.description = input.description;
        post.image_url = input.image_url;
        post.image_alt_text = input.image_alt_text;
        post.url_slug = input.url_slug.trim().into();
        post.canonical_link = input.canonical_link;
        post.archived = input.status == BlogPostStatus::Archived;
        post.status = input.status;
        post.author = Some(input.author);
        post.categories = input.categories;
        post.tags = input.tags.unwrap_or_default();
        post.published_at = Some(input.published_at);
        post.updated_at = now;
        let post = Arc::new(post);
        let stored =
            StoredBlogPost { post: Arc::clone(&post), blog_id: input.blog_id, raw_html: input.raw_html };
        self.press.posts.put(Arc::new(stored));
        post
    }

    /// Publishes the posts whose date has come.
    pub(crate) fn publish_blog_posts(&mut self, now: i64) {
        while let Some(next) =
            self.press.posts.first().filter(|next| next.due().is_some_and(|due| due <= now))
        {
            let mut post = BlogPost::clone(&next.post);
            post.status = BlogPostStatus::Published;
            post.updated_at = post.published_at.unwrap_or(post.updated_at);
            self.press
                .posts
                .put(Arc::new(StoredBlogPost { post: Arc::new(post), ..StoredBlogPost::clone(&next) }));
        }
    }
}

/// A name as the last part of an address.
fn slug_of(name: &str) -> Text {
    slug(name).unwrap_or_default().replace('_', "-").into()
}
