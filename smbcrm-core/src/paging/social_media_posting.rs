//! Walks over posts on social networks.

use super::bounds::{Bounds, misplaced};
use super::position::At;
use super::walk::{Fetched, Walk};
use super::{Items, Pages, Record};
use crate::error::Result;
use crate::social_media_posting::{ListSocialPosts, SocialMediaPosting, SocialPost, operations};
use crate::types::LocationId;

/// Streams over the posts of [`SocialMediaPosting`].
pub trait SocialMediaPostingExt: SocialMediaPosting {
    /// Every post that a list finds, by records to skip. `limit`: 10 unless given.
    fn list_stream(&self, location_id: &LocationId, query: ListSocialPosts) -> Items<'_, SocialPost> {
        self.list_pages(location_id, query).items()
    }

    /// [`SocialMediaPostingExt::list_stream`], page by page.
    fn list_pages(&self, location_id: &LocationId, query: ListSocialPosts) -> Pages<'_, SocialPost> {
        Pages::new(list_walk(self, location_id.clone(), query))
    }
}

impl<T: SocialMediaPosting + ?Sized> SocialMediaPostingExt for T {}

fn list_walk<S: SocialMediaPosting + ?Sized>(
    crm: &S,
    location: LocationId,
    query: ListSocialPosts,
) -> Result<Walk<'_, SocialPost>> {
    let operation = &operations::LIST;
    let limit = query.limit.unwrap_or(10);
    let mut bounds = Bounds::default();
    bounds.check("limit", limit, &(1..=u32::MAX));
    bounds.into_result(operation)?;
    let start = At::Skip(query.skip.unwrap_or(0));
    let fetch = move |at: &At| {
        let At::Skip(skip) = at else { return Err(misplaced(at)) };
        let query = query.clone().limit(limit).skip(*skip);
        let location = location.clone();
        Ok(Box::pin(async move {
            let page = crm.list(&location, query).await?;
            Ok(Fetched { items: page.posts, total: Some(page.count), next: None })
        }) as _)
    };
    Ok(Walk { operation, start, limit, last_page: None, fetch: Box::new(fetch) })
}

impl Record for SocialPost {
    fn record_id(&self) -> &str {
        self.id.as_ref().map_or("", |id| id.as_str())
    }
}
