//! What became of posts, counted.

use std::collections::BTreeMap;

use super::SocialPlatform;
use crate::types::{LocationId, SocialProfileId, Text};
use crate::{record, request};

/// Whose statistics.
#[request]
pub struct OfSocialStatistics {
    /// The sub-account.
    pub location_id: LocationId,
}

/// Of which accounts to count.
#[request]
pub struct WantedSocialStatistics {
    /// The accounts, by their profile ids.
    pub profile_ids: Vec<SocialProfileId>,
    /// Of these networks only.
    pub platforms: Option<Vec<SocialPlatform>>,
}

/// What became of posts in the last seven days.
#[record]
pub struct SocialStatistics {
    /// The seven days, oldest first: `Mon`, `Tue`.
    pub day_range: Vec<Text>,
    /// Everything together.
    pub totals: SocialTotals,
    /// Day by day.
    pub post_performance: PostPerformance,
    /// Network by network, compared with the seven days before.
    pub breakdowns: SocialBreakdowns,
    /// Network by network and day by day.
    pub platform_totals: PlatformTotals,
    /// Who saw it. Nothing here tells that, so all of it is nought.
    pub demographics: Demographics,
}

/// Everything together.
#[record]
pub struct SocialTotals {
    /// Posts that were published.
    pub posts: u64,
    /// How often they were liked.
    pub likes: u64,
    /// Who follows the accounts.
    pub followers: u64,
    /// How often they were shown.
    pub impressions: u64,
    /// How often they were commented on.
    pub comments: u64,
}

/// Day by day, oldest first.
#[record]
pub struct PostPerformance {
    /// Posts that were published, by network.
    pub posts: BTreeMap<String, Vec<u64>>,
    /// How often the day's posts were shown.
    pub impressions: Vec<u64>,
    /// How often the day's posts were liked.
    pub likes: Vec<u64>,
    /// How often the day's posts were commented on.
    pub comments: Vec<u64>,
}

/// Network by network.
#[record]
pub struct SocialBreakdowns {
    /// Posts that were published.
    pub posts: Breakdown,
    /// How often they were shown.
    pub impressions: Breakdown,
    /// How many people they were shown to.
    pub reach: Breakdown,
    /// What was done with them.
    pub engagement: BTreeMap<String, Engagement>,
}

/// A number, network by network.
#[record]
pub struct Breakdown {
    /// Of all networks.
    pub total: u64,
    /// By how many per cent it is more than in the seven days before.
    pub total_change: f64,
    /// By network.
    pub platforms: BTreeMap<String, ValueAndChange>,
}

/// A number, and how it has changed.
#[record]
pub struct ValueAndChange {
    /// The number.
    pub value: u64,
    /// By how many per cent it is more than in the seven days before.
    pub change: f64,
}

/// What was done with posts.
#[record]
pub struct Engagement {
    /// How often they were liked.
    pub likes: u64,
    /// How often they were commented on.
    pub comments: u64,
    /// How often they were passed on.
    pub shares: u64,
    /// By how many per cent all of it is more than in the seven days before.
    pub change: f64,
}

/// Network by network and day by day.
#[record]
pub struct PlatformTotals {
    /// How often posts were shown.
    pub impressions: BTreeMap<String, Series>,
    /// Who follows the accounts.
    pub followers: BTreeMap<String, Series>,
    /// How often posts were liked.
    pub likes: BTreeMap<String, Series>,
}

/// A number, day by day.
#[record]
pub struct Series {
    /// All days together; of followers, the last day's.
    pub total: u64,
    /// Day by day, oldest first.
    pub series: Vec<u64>,
}

/// Who saw posts.
#[record]
pub struct Demographics {
    /// By sex.
    pub gender: GenderTotals,
    /// By age.
    pub age: AgeTotals,
}

/// By sex.
#[record]
pub struct GenderTotals {
    /// How many.
    pub totals: Genders,
}

/// How many of each sex.
#[record]
pub struct Genders {
    /// Men.
    pub male: Share,
    /// Women.
    pub female: Share,
    /// Those who do not say.
    pub unknown: Share,
}

/// A number, and its part of the whole.
#[record]
pub struct Share {
    /// The number.
    pub total: u64,
    /// Its part of the whole, in per cent.
    pub percentage: f64,
}

/// By age.
#[record]
pub struct AgeTotals {
    /// How many, by years: `25-34`.
    pub totals: BTreeMap<String, u64>,
}
