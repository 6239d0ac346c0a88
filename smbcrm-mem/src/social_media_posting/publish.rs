//! Publishing what has waited for its date, on social networks and in blogs.

use std::sync::Arc;

use smbcrm_core::social_media_posting::{SocialPost, SocialPostStatus};
use smbcrm_core::types::LocationId;

use super::stored::StoredSocialPost;
use crate::MemCrm;
use crate::world::{State, Sub};

impl MemCrm {
    /// Publishes the posts of a sub-account whose date has come. Costs a glance where there are none.
    pub(crate) fn publish_due(&self, sub: &Sub) {
        let now = self.world.clock.millis();
        let (social, blog) = {
            let state = sub.state.read();
            let is_due = |due: Option<i64>| due.is_some_and(|due| due <= now);
            (is_due(state.social.next_due()), is_due(state.press.next_due()))
        };
        if social {
            self.world.alter(sub, |state| state.publish_social_posts(now));
        }
        if blog {
            self.world.alter(sub, |state| state.publish_blog_posts(now));
        }
    }

    /// As [`publish_due`](Self::publish_due), for who looks at posts of a world that nobody drives.
    pub(crate) fn publish_due_in(&self, location: &LocationId) {
        let sub = self.world.directory.read().location(location.as_str()).cloned();
        if let Some(sub) = sub {
            self.publish_due(&sub);
        }
    }
}

impl State {
    fn publish_social_posts(&mut self, now: i64) {
        while let Some(next) =
            self.social.posts.first().filter(|next| next.due().is_some_and(|due| due <= now))
        {
            let mut post = SocialPost::clone(&next.post);
            publish(&mut post);
            post.updated_at = post.published_at;
            self.social.posts.put(Arc::new(StoredSocialPost { post: Arc::new(post), figures: next.figures }));
        }
    }
}

/// Marks a post as published at its date.
pub(super) fn publish(post: &mut SocialPost) {
    post.status = Some(SocialPostStatus::Published);
    post.published_at = post.display_date;
    // What the network would call it.
    post.post_id = post
        .id
        .as_ref()
        .map(|id| format!("{}_{id}", post.platform.as_ref().map_or("post", |p| p.as_str())).into());
}
