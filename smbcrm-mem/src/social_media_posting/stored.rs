//! What is kept of social networks.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smbcrm_core::social_media_posting::{
    SocialAccount, SocialCategory, SocialGroup, SocialPost, SocialPostStatus, SocialTag,
};

use crate::search::{Direction, Record, Table, Value};
use crate::world::{Owned, Row};

/// Accounts of social networks and posts on them, each in the order it was made.
#[derive(Debug, Clone)]
pub(crate) struct Social {
    pub(crate) accounts: Owned<Arc<StoredSocialAccount>>,
    pub(crate) groups: Owned<Arc<SocialGroup>>,
    pub(crate) categories: Owned<Arc<SocialCategory>>,
    pub(crate) tags: Owned<Arc<SocialTag>>,
    pub(crate) posts: Table<StoredSocialPost>,
}

impl Social {
    pub(crate) fn new() -> Self {
        Self {
            accounts: Owned::default(),
            groups: Owned::default(),
            categories: Owned::default(),
            tags: Owned::default(),
            posts: Table::new().ordered_by(ByDue, Direction::Ascending),
        }
    }

    /// When the next post is to be published, in milliseconds.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.posts.first()?.due()
    }
}

/// An account, and who follows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSocialAccount {
    pub(crate) account: SocialAccount,
    pub(crate) followers: u64,
}

/// What became of a post on its networks. No API says it of a single post; the statistics are made of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[allow(clippy::exhaustive_structs)] // written by tests
pub struct SocialFigures {
    /// How often it was liked.
    pub likes: u64,
    /// How often it was commented on.
    pub comments: u64,
    /// How often it was passed on.
    pub shares: u64,
    /// How often it was shown.
    pub impressions: u64,
    /// How many people it was shown to.
    pub reach: u64,
}

/// A post, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSocialPost {
    pub(crate) post: Arc<SocialPost>,
    pub(crate) figures: SocialFigures,
}

impl StoredSocialPost {
    /// When it is to be published, in milliseconds.
    pub(super) fn due(&self) -> Option<i64> {
        let waits = self.is(&SocialPostStatus::Scheduled);
        self.post.display_date.filter(|_| waits).map(|at| at.timestamp_millis())
    }

    pub(super) fn is(&self, status: &SocialPostStatus) -> bool {
        self.post.status.as_ref() == Some(status)
    }
}

/// The one key of posts: when they are to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ByDue;

impl Record for StoredSocialPost {
    type Field = ByDue;

    fn id(&self) -> &str {
        self.post.id.as_ref().map_or("", |id| id.as_str())
    }

    fn row(record: &Arc<Self>) -> Option<Row> {
        Some(Row::SocialPost(Arc::clone(record)))
    }

    fn values(&self, _: &ByDue, visit: &mut dyn FnMut(Value<'_>)) {
        self.due().into_iter().for_each(|due| visit(Value::Instant(due)));
    }
}
