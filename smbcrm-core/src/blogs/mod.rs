//! Blogs: what is on a sub-account's web sites, and who wrote it.
//!
//! Blogs, authors and categories are made in the account, not through this API; it lists them, and writes posts.
//!
//! ```
//! use smbcrm_core::blogs::{BlogPostStatus, CheckSlug, ListAuthors, ListBlogs, WriteBlogPost};
//! use smbcrm_core::types::BlogCategoryId;
//! use smbcrm_core::{Crm, Result};
//!
//! async fn announce(crm: &dyn Crm) -> Result<()> {
//!     let blogs = crm.blogs().list(ListBlogs::new("LOC1", 0, 10)).await?;
//!     let authors = crm.blogs().list_authors(ListAuthors::new("LOC1", 10, 0)).await?;
//!     let (Some(blog), Some(author)) = (blogs.first(), authors.first()) else { return Ok(()) };
//!     let slug = "ten-chairs";
//!     if crm.blogs().slug_exists(CheckSlug::new("LOC1", slug)).await? {
//!         return Ok(()); // told already
//!     }
//!     let post = WriteBlogPost::new(
//!         "LOC1",
//!         &blog.id,
//!         "Ten chairs",
//!         slug,
//!         "What is new in the showroom",
//!         "<p>Ten of them.</p>",
//!         "https://vale.example/chairs.jpg",
//!         "Ten chairs in a row",
//!         &author.id,
//!         Vec::<BlogCategoryId>::new(),
//!         BlogPostStatus::Published,
//!         chrono::Utc::now(),
//!     );
//!     crm.blogs().create_post(post).await?;
//!     Ok(())
//! }
//! ```

mod input;
mod model;

use std::sync::Arc;

pub use input::*;
pub use model::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::BlogPostId;

/// The product's facts.
pub static BLOGS: Product = Product {
    name: "blogs",
    version: "2021-07-28",
    summary: "Blogs, their posts, the authors and categories of posts.",
};

/// Blogs and their posts.
#[api(product = BLOGS)]
pub trait Blogs: Send + Sync {
    /// Says whether a post has this URL slug already.
    ///
    /// The post that is being changed does not count, if it is named.
    #[get(
        "/blogs/posts/url-slug-exists",
        id = "check-url-slug-exists",
        scope = "blogs/check-slug.readonly",
        location = "locationId",
        key = "exists"
    )]
    async fn slug_exists(&self, query: CheckSlug) -> Result<bool>;

    /// Changes a blog post: what is sent is the whole of it.
    #[put(
        "/blogs/posts/{post_id}",
        id = "update-blog-post",
        scope = "blogs/post-update.write",
        location = "locationId",
        key = "updatedBlogPost"
    )]
    async fn update_post(&self, post_id: &BlogPostId, post: WriteBlogPost) -> Result<Arc<BlogPost>>;

    /// Creates a blog post; refused when another post has its URL slug.
    #[post(
        "/blogs/posts",
        id = "create-blog-post",
        scope = "blogs/post.write",
        location = "locationId",
        status = 200,
        key = "data"
    )]
    async fn create_post(&self, post: WriteBlogPost) -> Result<Arc<BlogPost>>;

    /// Lists the authors of blog posts.
    #[get(
        "/blogs/authors",
        id = "get-all-blog-authors-by-location",
        scope = "blogs/author.readonly",
        location = "locationId",
        key = "authors"
    )]
    async fn list_authors(&self, query: ListAuthors) -> Result<Vec<Arc<BlogAuthor>>>;

    /// Lists the categories of blog posts.
    #[get(
        "/blogs/categories",
        id = "get-all-categories-by-location",
        scope = "blogs/category.readonly",
        location = "locationId",
        key = "categories"
    )]
    async fn list_categories(&self, query: ListCategories) -> Result<Vec<Arc<BlogCategory>>>;

    /// Lists the posts of a blog, newest first.
    #[get(
        "/blogs/posts/all",
        id = "get-blog-post",
        scope = "blogs/posts.readonly",
        location = "locationId",
        key = "blogs"
    )]
    async fn list_posts(&self, query: ListBlogPosts) -> Result<Vec<Arc<BlogPost>>>;

    /// Lists the blogs of a sub-account.
    #[get(
        "/blogs/site/all",
        id = "get-blogs",
        scope = "blogs/list.readonly",
        location = "locationId",
        key = "data"
    )]
    async fn list(&self, query: ListBlogs) -> Result<Vec<Arc<Blog>>>;
}
