use std::time::Duration;

use chrono::TimeDelta;
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::social_media_posting::{
    CreateSocialPost, ListSocialPosts, OfSocialStatistics, SocialPlatform, SocialPostFilter, SocialPostKind,
    SocialPostStatus, SocialStatistics, UpdateSocialPost, WantedSocialStatistics,
};
use smbcrm_core::types::SocialPostId;

use crate::{MemCrm, SocialFigures};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn publish(crm: &MemCrm, account: &smbcrm_core::types::SocialAccountId, likes: u64) -> SocialPostId {
    let post = CreateSocialPost::new([account], SocialPostKind::Post, "USER").summary("Hello");
    let post = block_on(crm.social_media_posting().create(crm.location(), post)).unwrap();
    let id = post.id.clone().unwrap();
    let figures = SocialFigures { likes, impressions: likes * 10, ..SocialFigures::default() };
    crm.admin().set_social_figures(&id, figures).unwrap();
    id
}

#[test]
fn a_post_is_published_when_it_is_due_and_moves_with_its_date() {
    let crm = MemCrm::new();
    let page = crm.admin().add_social_account(crm.location(), SocialPlatform::Facebook, "Vale", 10).unwrap();
    let start = crm.clock().now();
    let social = crm.social_media_posting();
    let status =
        |id: &SocialPostId| block_on(social.get(crm.location(), id)).unwrap().status.clone().unwrap();
    let post = CreateSocialPost::new([&page.id], SocialPostKind::Post, "USER");
    let post =
        block_on(social.create(crm.location(), post.schedule_date(start + TimeDelta::hours(2)))).unwrap();
    let id = post.id.clone().unwrap();
    assert_eq!(
        (status(&id), crm.next_due()),
        (SocialPostStatus::Scheduled, Some(start + TimeDelta::hours(2)))
    );
    let later = UpdateSocialPost::new(SocialPostKind::Post).schedule_date(start + TimeDelta::hours(5));
    block_on(social.update(crm.location(), &id, later)).unwrap();
    block_on(crm.advance(Duration::from_secs(4 * 3600)));
    assert_eq!(status(&id), SocialPostStatus::Scheduled);
    block_on(crm.advance(Duration::from_secs(2 * 3600)));
    let seen = block_on(social.get(crm.location(), &id)).unwrap();
    assert_eq!(seen.published_at, Some(start + TimeDelta::hours(5)));
    let published = ListSocialPosts::new(start, crm.clock().now()).kind(SocialPostFilter::Published);
    assert_eq!(block_on(social.list(crm.location(), published)).unwrap().count, 1);
    let fork = crm.fork();
    block_on(fork.social_media_posting().delete(fork.location(), &id)).unwrap();
    assert_eq!(status(&id), SocialPostStatus::Published);
}

#[test]
fn statistics_are_what_the_posts_add_up_to() {
    let crm = MemCrm::new();
    let admin = crm.admin();
    let page = admin.add_social_account(crm.location(), SocialPlatform::Facebook, "Vale", 120).unwrap();
    let other = admin.add_social_account(crm.location(), SocialPlatform::Instagram, "vale", 30).unwrap();
    publish(&crm, &page.id, 5);
    block_on(crm.advance(DAY * 8));
    publish(&crm, &page.id, 4);
    publish(&crm, &other.id, 7);
    block_on(crm.advance(DAY));
    publish(&crm, &page.id, 6);
    let ask = |profiles: Vec<_>| -> SocialStatistics {
        let of = OfSocialStatistics::new(crm.location());
        block_on(crm.social_media_posting().statistics(of, WantedSocialStatistics::new(profiles))).unwrap()
    };
    let all = ask(vec![page.profile_id.clone(), other.profile_id.clone()]);
    let totals = (all.totals.posts, all.totals.likes, all.totals.impressions, all.totals.followers);
    assert_eq!(totals, (3, 17, 170, 150));
    assert_eq!(all.day_range.len(), 7);
    assert_eq!(all.post_performance.likes, [0, 0, 0, 0, 0, 11, 6]);
    assert_eq!(all.breakdowns.posts.platforms["facebook"].value, 2);
    // Ten likes after five: as many again.
    assert_eq!(all.breakdowns.engagement["facebook"].change, 100.0);
    let one = ask(vec![other.profile_id]);
    assert_eq!((one.totals.likes, one.totals.followers), (7, 30));
    assert_eq!(ask(vec!["nobody".into()]).totals.posts, 0);
}
