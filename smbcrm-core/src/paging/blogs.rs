//! Walks over blogs, their posts, authors and categories.

use std::sync::Arc;

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::blogs::{
    Blog, BlogAuthor, BlogCategory, BlogPost, Blogs, ListAuthors, ListBlogPosts, ListBlogs, ListCategories,
    operations,
};
use crate::error::Result;

/// Streams over every paged operation of [`Blogs`]. All of them go by records to skip, and each says how many a page.
pub trait BlogsExt: Blogs {
    /// Every blog of a sub-account.
    fn list_stream(&self, query: ListBlogs) -> Items<'_, Arc<Blog>> {
        self.list_pages(query).items()
    }

    /// [`BlogsExt::list_stream`], page by page.
    fn list_pages(&self, query: ListBlogs) -> Pages<'_, Arc<Blog>> {
        Pages::new(blogs_walk(self, query))
    }

    /// Every post of a blog.
    fn list_posts_stream(&self, query: ListBlogPosts) -> Items<'_, Arc<BlogPost>> {
        self.list_posts_pages(query).items()
    }

    /// [`BlogsExt::list_posts_stream`], page by page.
    fn list_posts_pages(&self, query: ListBlogPosts) -> Pages<'_, Arc<BlogPost>> {
        Pages::new(posts_walk(self, query))
    }

    /// Every author of a sub-account.
    fn list_authors_stream(&self, query: ListAuthors) -> Items<'_, Arc<BlogAuthor>> {
        self.list_authors_pages(query).items()
    }

    /// [`BlogsExt::list_authors_stream`], page by page.
    fn list_authors_pages(&self, query: ListAuthors) -> Pages<'_, Arc<BlogAuthor>> {
        Pages::new(authors_walk(self, query))
    }

    /// Every category of a sub-account.
    fn list_categories_stream(&self, query: ListCategories) -> Items<'_, Arc<BlogCategory>> {
        self.list_categories_pages(query).items()
    }

    /// [`BlogsExt::list_categories_stream`], page by page.
    fn list_categories_pages(&self, query: ListCategories) -> Pages<'_, Arc<BlogCategory>> {
        Pages::new(categories_walk(self, query))
    }
}

impl<T: Blogs + ?Sized> BlogsExt for T {}

macro_rules! walks {
    ($($walk:ident: $operation:ident, $query:ty, $skip:ident, $call:ident => $record:ty;)*) => {$(
        fn $walk<B: Blogs + ?Sized>(crm: &B, query: $query) -> Result<Walk<'_, Arc<$record>>> {
            let operation = &operations::$operation;
            let limit = query.limit;
            let mut bounds = Bounds::default();
            bounds.check("limit", limit, &(1..=u32::MAX));
            bounds.into_result(operation)?;
            let start = At::Skip(query.$skip);
            let fetch = move |at: &At| {
                let At::Skip(skip) = at else { return Err(misplaced(at)) };
                let mut query = query.clone();
                query.$skip = *skip;
                let page = crm.$call(query);
                Ok(Box::pin(async move { Ok(Fetched { items: page.await?, total: None, next: None }) }) as _)
            };
            Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
        }

        impl Record for $record {
            fn record_id(&self) -> &str {
                self.id.as_str()
            }
        }
    )*};
}

walks! {
    blogs_walk: LIST, ListBlogs, skip, list => Blog;
    posts_walk: LIST_POSTS, ListBlogPosts, offset, list_posts => BlogPost;
    authors_walk: LIST_AUTHORS, ListAuthors, offset, list_authors => BlogAuthor;
    categories_walk: LIST_CATEGORIES, ListCategories, offset, list_categories => BlogCategory;
}
