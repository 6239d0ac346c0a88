//! What writes and lists of posts take.

use chrono::{DateTime, Utc};

use super::{
    GoogleDetails, LinkPreview, PostApproval, SocialMedia, SocialPostKind, SocialPostStatus, TikTokDetails,
};
use crate::types::{SocialAccountId, SocialCategoryId, SocialPostId, Text, UserId};
use crate::{open_enum, request};

macro_rules! post_inputs {
    ($( $(#[$doc:meta])* $name:ident { $($own:tt)* } )*) => {$(
        $(#[$doc])*
        #[request]
        pub struct $name {
            $($own)*
            /// What it says.
            pub summary: Option<Text>,
            /// Its pictures and films.
            pub media: Option<Vec<SocialMedia>>,
            /// How it is to stand. Without one it is published: at its date where it has one, else at once.
            pub status: Option<SocialPostStatus>,
            /// When it is to be published.
            pub schedule_date: Option<DateTime<Utc>>,
            /// Who wrote it, where that is not the user who sends it.
            pub created_by: Option<UserId>,
            /// What is to be said below it first. Google and TikTok take none; X takes 280 characters.
            pub follow_up_comment: Option<Text>,
            /// What its link shows.
            pub og_tags_details: Option<LinkPreview>,
            /// Who approves it.
            pub post_approval_details: Option<PostApproval>,
            /// Whether its date is another one.
            pub schedule_time_updated: Option<bool>,
            /// Its tags, by id.
            pub tags: Option<Vec<Text>>,
            /// What it belongs to.
            pub category_id: Option<SocialCategoryId>,
            /// What TikTok wants to know.
            pub tiktok_post_details: Option<TikTokDetails>,
            /// What Google wants to know.
            pub gmb_post_details: Option<Box<GoogleDetails>>,
        }
    )*};
}

post_inputs! {
    /// A post to create.
    CreateSocialPost {
        /// The accounts to publish it to.
        pub account_ids: Vec<SocialAccountId>,
        /// What it is.
        #[serde(rename = "type")]
        pub kind: SocialPostKind,
        /// Who sends it.
        pub user_id: UserId,
    }

    /// Changes to a post. What is not set stays.
    UpdateSocialPost {
        /// What it is.
        #[serde(rename = "type")]
        pub kind: SocialPostKind,
        /// The accounts to publish it to.
        pub account_ids: Option<Vec<SocialAccountId>>,
        /// Who sends it.
        pub user_id: Option<UserId>,
    }
}

/// Which posts to list, by how they stand.
#[open_enum]
pub enum SocialPostFilter {
    /// All that are not deleted.
    All = "all",
    /// All that are not deleted; the newest come first anyway.
    Recent = "recent",
    /// Those that wait for their date.
    Scheduled = "scheduled",
    /// Drafts.
    Draft = "draft",
    /// Those that the network refused.
    Failed = "failed",
    /// Those that wait for approval.
    InReview = "in_review",
    /// Those that were published.
    Published = "published",
    /// Those that are being published.
    InProgress = "in_progress",
    /// Those that were deleted.
    Deleted = "deleted",
}

/// Which posts to list.
#[request]
pub struct ListSocialPosts {
    /// From this instant.
    pub from_date: DateTime<Utc>,
    /// To this instant.
    pub to_date: DateTime<Utc>,
    /// How many to skip. The wire wants it as text, and always.
    #[plain]
    #[serde(with = "texts::skip")]
    #[wire(kind = texts::NUMBER)]
    pub skip: Option<u32>,
    /// How many a page: 10 unless given. The wire wants it as text, and always.
    #[plain]
    #[serde(with = "texts::limit")]
    #[wire(kind = texts::NUMBER)]
    pub limit: Option<u32>,
    /// Whether posts say who wrote them. The wire wants it as text, and always.
    #[plain]
    #[serde(with = "texts::include_users")]
    #[wire(kind = texts::FLAG)]
    pub include_users: Option<bool>,
    /// Those that stand so; all unless told otherwise.
    #[serde(rename = "type")]
    pub kind: Option<SocialPostFilter>,
    /// Of these accounts: their ids, separated by commas.
    pub accounts: Option<Text>,
    /// Posts, stories or reels.
    pub post_type: Option<SocialPostKind>,
}

/// Numbers and flags that the wire wants as text, with what stands for nothing.
mod texts {
    use crate::shape::Kind;

    macro_rules! as_text {
        ($($module:ident: $type:ty, $nothing:literal, $what:literal, $name:literal;)*) => {$(
            pub(super) mod $module {
                use serde::{Deserialize, Deserializer, Serializer, de};

                #[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // serde hands the field over as it is
                pub(in super::super) fn serialize<S: Serializer>(
                    value: &Option<$type>,
                    serializer: S,
                ) -> Result<S::Ok, S::Error> {
                    match value {
                        Some(value) => serializer.collect_str(value),
                        None => serializer.serialize_str($nothing),
                    }
                }

                pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
                    from: D,
                ) -> Result<Option<$type>, D::Error> {
                    let text = String::deserialize(from)?;
                    let read = text.trim().parse().map(Some);
                    read.map_err(|_| de::Error::custom(concat!($name, " must be ", $what)))
                }
            }
        )*};
    }

    /// How a number as text looks.
    pub(super) const NUMBER: Kind = Kind::Pattern("^[0-9]+$");

    /// How a flag as text looks.
    pub(super) const FLAG: Kind = Kind::Enum(&["true", "false"]);

    as_text! {
        skip: u32, "0", "a number string", "skip";
        limit: u32, "10", "a number string", "limit";
        include_users: bool, "false", "a boolean string", "includeUsers";
    }
}

/// Which posts to delete.
#[request]
pub struct DeleteSocialPosts {
    /// Their ids, fifty at most.
    pub post_ids: Vec<SocialPostId>,
}
