//! Counting what became of posts: seven days, against the seven before.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, Utc};
use smbcrm_core::Result;
use smbcrm_core::social_media_posting::{
    AgeTotals, Breakdown, Demographics, Engagement, PlatformTotals, PostPerformance, Series,
    SocialBreakdowns, SocialPlatform, SocialPostStatus, SocialStatistics, SocialTotals, ValueAndChange,
    WantedSocialStatistics,
};

use super::stored::{SocialFigures, StoredSocialAccount, StoredSocialPost};
use crate::refusal;
use crate::world::State;

const WEEK: usize = 7;

/// The years of age that are told apart.
const AGES: [&str; 7] = ["13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"];

/// What a network has had in two weeks, day by day, oldest first.
#[derive(Clone, Default)]
struct Fortnight {
    posts: [u64; 2 * WEEK],
    figures: [SocialFigures; 2 * WEEK],
    followers: u64,
}

/// A number of the days of one week.
fn sum(days: impl Iterator<Item = u64>) -> u64 {
    days.fold(0, u64::saturating_add)
}

/// By how many per cent a number is more than another; to two places.
fn change(now: u64, before: u64) -> f64 {
    if before == 0 {
        return if now == 0 { 0.0 } else { 100.0 };
    }
    #[allow(clippy::cast_precision_loss, reason = "a share of a count needs no last digit")]
    let share = (now as f64 - before as f64) / before as f64 * 100.0;
    (share * 100.0).round() / 100.0
}

impl Fortnight {
    /// The second week of something, day by day.
    fn week(&self, of: fn(&SocialFigures) -> u64) -> Vec<u64> {
        self.figures.iter().skip(WEEK).map(of).collect()
    }

    /// The second week and the first one of something.
    fn both(&self, of: fn(&SocialFigures) -> u64) -> (u64, u64) {
        let (before, now) = self.figures.split_at(WEEK);
        (sum(now.iter().map(of)), sum(before.iter().map(of)))
    }

    fn posts(&self) -> (u64, u64) {
        let (before, now) = self.posts.split_at(WEEK);
        (sum(now.iter().copied()), sum(before.iter().copied()))
    }
}

fn engaged(figures: &SocialFigures) -> u64 {
    figures.likes.saturating_add(figures.comments).saturating_add(figures.shares)
}

impl State {
    /// What became of the posts of some accounts. Days are the sub-account's own, and today is the last one (assumed).
    ///
    /// A post's figures count for the day on which it was published, since nothing tells when they came.
    pub(super) fn social_statistics(
        &self,
        wanted: &WantedSocialStatistics,
        now: DateTime<Utc>,
    ) -> Result<SocialStatistics> {
        let mut wrong = Vec::new();
        if wanted.profile_ids.is_empty() {
            wrong.push("profileIds must contain at least 1 elements".to_owned());
        }
        for (at, platform) in wanted.platforms.iter().flatten().enumerate() {
            if !platform.is_known() || *platform == SocialPlatform::Twitter {
                wrong.push(format!("platforms.{at} must be a valid enum value"));
            }
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let is_wanted = |known: &&Arc<StoredSocialAccount>| {
            let account = &known.account;
            let platforms = wanted.platforms.as_deref().filter(|platforms| !platforms.is_empty());
            wanted.profile_ids.contains(&account.profile_id)
                && platforms.is_none_or(|platforms| platforms.contains(&account.platform))
        };
        let accounts: Vec<&Arc<StoredSocialAccount>> =
            self.social.accounts.iter().filter(is_wanted).collect();
        let mut networks: BTreeMap<String, Fortnight> = BTreeMap::new();
        for account in &accounts {
            let network = networks.entry(account.account.platform.to_string()).or_default();
            network.followers = network.followers.saturating_add(account.followers);
        }
        let today = now.with_timezone(&self.zone()).date_naive();
        for known in self.social.posts.iter().filter(|known| known.is(&SocialPostStatus::Published)) {
            let Some(at) = known.post.published_at else { continue };
            let ago = (today - at.with_timezone(&self.zone()).date_naive()).num_days();
            let Some(day) = usize::try_from(ago).ok().and_then(|ago| (2 * WEEK - 1).checked_sub(ago)) else {
                continue;
            };
            // What a post got counts once a network, however many accounts it was published to there.
            let mut counted: Vec<&SocialPlatform> = Vec::new();
            for account in accounts.iter().map(|known| &known.account) {
                if known.post.account_ids.contains(&account.id) && !counted.contains(&&account.platform) {
                    counted.push(&account.platform);
                    if let Some(network) = networks.get_mut(account.platform.as_str()) {
                        count(network, day, known);
                    }
                }
            }
        }
        let mut statistics = told(&networks);
        let first = today.checked_sub_days(Days::new(WEEK as u64 - 1)).unwrap_or(today);
        statistics.day_range =
            first.iter_days().take(WEEK).map(|day| day.format("%a").to_string().into()).collect();
        Ok(statistics)
    }
}

fn count(network: &mut Fortnight, day: usize, known: &StoredSocialPost) {
    let (Some(posts), Some(sum)) = (network.posts.get_mut(day), network.figures.get_mut(day)) else { return };
    *posts += 1;
    let more = known.figures;
    for (sum, more) in [
        (&mut sum.likes, more.likes),
        (&mut sum.comments, more.comments),
        (&mut sum.shares, more.shares),
        (&mut sum.impressions, more.impressions),
        (&mut sum.reach, more.reach),
    ] {
        *sum = sum.saturating_add(more);
    }
}

/// What the networks have had, in the API's words.
fn told(networks: &BTreeMap<String, Fortnight>) -> SocialStatistics {
    let mut statistics = SocialStatistics::default();
    let days = |of: fn(&SocialFigures) -> u64| {
        let mut days = vec![0u64; WEEK];
        for network in networks.values() {
            for (sum, more) in days.iter_mut().zip(network.week(of)) {
                *sum = sum.saturating_add(more);
            }
        }
        days
    };
    let mut totals = SocialTotals::default();
    totals.posts = sum(networks.values().map(|network| network.posts().0));
    totals.likes = sum(days(|figures| figures.likes).into_iter());
    totals.comments = sum(days(|figures| figures.comments).into_iter());
    totals.impressions = sum(days(|figures| figures.impressions).into_iter());
    totals.followers = sum(networks.values().map(|network| network.followers));
    statistics.totals = totals;

    let mut performance = PostPerformance::default();
    performance.impressions = days(|figures| figures.impressions);
    performance.likes = days(|figures| figures.likes);
    performance.comments = days(|figures| figures.comments);
    let mut breakdowns = SocialBreakdowns::default();
    breakdowns.posts = breakdown(networks, Fortnight::posts);
    breakdowns.impressions = breakdown(networks, |network| network.both(|figures| figures.impressions));
    breakdowns.reach = breakdown(networks, |network| network.both(|figures| figures.reach));
    let mut by_platform = PlatformTotals::default();
    for (name, network) in networks {
        performance.posts.insert(name.clone(), network.posts.iter().skip(WEEK).copied().collect());
        let mut engagement = Engagement::default();
        engagement.likes = network.both(|figures| figures.likes).0;
        engagement.comments = network.both(|figures| figures.comments).0;
        engagement.shares = network.both(|figures| figures.shares).0;
        let (now, before) = network.both(engaged);
        engagement.change = change(now, before);
        breakdowns.engagement.insert(name.clone(), engagement);
        by_platform.impressions.insert(name.clone(), series(network.week(|figures| figures.impressions)));
        by_platform.likes.insert(name.clone(), series(network.week(|figures| figures.likes)));
        let mut followers = Series::default();
        followers.total = network.followers;
        followers.series = vec![network.followers; WEEK];
        by_platform.followers.insert(name.clone(), followers);
    }
    statistics.post_performance = performance;
    statistics.breakdowns = breakdowns;
    statistics.platform_totals = by_platform;
    let mut demographics = Demographics::default();
    let mut ages = AgeTotals::default();
    ages.totals = AGES.iter().map(|age| ((*age).to_owned(), 0)).collect();
    demographics.age = ages;
    statistics.demographics = demographics;
    statistics
}

fn series(days: Vec<u64>) -> Series {
    let mut series = Series::default();
    series.total = sum(days.iter().copied());
    series.series = days;
    series
}

fn breakdown(networks: &BTreeMap<String, Fortnight>, of: impl Fn(&Fortnight) -> (u64, u64)) -> Breakdown {
    let mut breakdown = Breakdown::default();
    let mut all = 0u64;
    for (name, network) in networks {
        let (now, before) = of(network);
        breakdown.total = breakdown.total.saturating_add(now);
        all = all.saturating_add(before);
        let mut of_network = ValueAndChange::default();
        of_network.value = now;
        of_network.change = change(now, before);
        breakdown.platforms.insert(name.clone(), of_network);
    }
    breakdown.total_change = change(breakdown.total, all);
    breakdown
}
