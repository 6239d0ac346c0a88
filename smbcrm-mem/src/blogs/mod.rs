//! Blogs, answered from state.

mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::blogs::operations as op;
use smbcrm_core::blogs::{
    Blog, BlogAuthor, BlogCategory, BlogPost, BlogPostStatus, Blogs, CheckSlug, ListAuthors, ListBlogPosts,
    ListBlogs, ListCategories, WriteBlogPost,
};
use smbcrm_core::types::{BlogId, BlogPostId};

use crate::MemCrm;
use crate::search::{Direction, Record, Table, Value};
use crate::world::{Owned, Row};

/// Blogs and what belongs to them, each in the order it was made.
#[derive(Debug, Clone)]
pub(crate) struct Press {
    pub(crate) blogs: Owned<Arc<Blog>>,
    pub(crate) authors: Owned<Arc<BlogAuthor>>,
    pub(crate) categories: Owned<Arc<BlogCategory>>,
    pub(crate) posts: Table<StoredBlogPost>,
}

impl Press {
    pub(crate) fn new() -> Self {
        Self {
            blogs: Owned::default(),
            authors: Owned::default(),
            categories: Owned::default(),
            posts: Table::new()
                .keyed_by(BlogPostKey::Slug)
                .keyed_by(BlogPostKey::Blog)
                .ordered_by(BlogPostKey::Due, Direction::Ascending),
        }
    }

    /// When the next post is to be published, in milliseconds.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.posts.first()?.due()
    }
}

/// A post, and what no answer shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredBlogPost {
    pub(crate) post: Arc<BlogPost>,
    pub(crate) blog_id: BlogId,
    pub(crate) raw_html: String,
}

impl StoredBlogPost {
    /// When it is to be published, in milliseconds.
    fn due(&self) -> Option<i64> {
        let waits = self.post.status == BlogPostStatus::Scheduled;
        self.post.published_at.filter(|_| waits).map(|at| at.timestamp_millis())
    }
}

/// What a post is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BlogPostKey {
    Slug,
    Blog,
    Due,
}

impl Record for StoredBlogPost {
    type Field = BlogPostKey;

    fn id(&self) -> &str {
        self.post.id.as_str()
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::BlogPost(Arc::clone(record)))
    }

    fn values(&self, field: &BlogPostKey, visit: &mut dyn FnMut(Value<'_>)) {
        match field {
            BlogPostKey::Slug => visit(Value::Text(&self.post.url_slug)),
            BlogPostKey::Blog => visit(Value::Text(self.blog_id.as_str())),
            BlogPostKey::Due => self.due().into_iter().for_each(|due| visit(Value::Instant(due))),
        }
    }
}

#[async_trait]
impl Blogs for MemCrm {
    async fn slug_exists(&self, query: CheckSlug) -> Result<bool> {
        self.read(&op::SLUG_EXISTS, &query.location_id, |state| state.check_slug(&query))
    }

    async fn update_post(&self, post_id: &BlogPostId, post: WriteBlogPost) -> Result<Arc<BlogPost>> {
        let location = post.location_id.clone();
        self.write(&op::UPDATE_POST, &location, |state, now| state.update_blog_post(post_id, post, now))
    }

    async fn create_post(&self, post: WriteBlogPost) -> Result<Arc<BlogPost>> {
        let location = post.location_id.clone();
        self.write(&op::CREATE_POST, &location, |state, now| state.create_blog_post(post, now))
    }

    async fn list_authors(&self, query: ListAuthors) -> Result<Vec<Arc<BlogAuthor>>> {
        self.read(&op::LIST_AUTHORS, &query.location_id, |state| {
            store::page(state.press.authors.iter(), query.limit, query.offset)
        })
    }

    async fn list_categories(&self, query: ListCategories) -> Result<Vec<Arc<BlogCategory>>> {
        self.read(&op::LIST_CATEGORIES, &query.location_id, |state| {
            store::page(state.press.categories.iter(), query.limit, query.offset)
        })
    }

    async fn list_posts(&self, query: ListBlogPosts) -> Result<Vec<Arc<BlogPost>>> {
        self.publish_due_in(&query.location_id);
        self.read(&op::LIST_POSTS, &query.location_id, |state| state.list_blog_posts(&query))
    }

    async fn list(&self, query: ListBlogs) -> Result<Vec<Arc<Blog>>> {
        self.read(&op::LIST, &query.location_id, |state| state.list_blogs(&query))
    }
}
