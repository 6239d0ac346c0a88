//! What every implementation of the product social-media-posting must do.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    Case, Failure, HandOrSkip, Plant, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused,
};
use crate::ErrorKind;
use crate::social_media_posting::operations as op;
use crate::social_media_posting::{
    CreateSocialPost, DeleteSocialAccount, DeleteSocialPosts, FindSocialLabels, ListSocialPosts,
    OfSocialStatistics, SocialAccount, SocialMedia, SocialPlatform, SocialPost, SocialPostFilter,
    SocialPostKind, SocialPostStatus, SocialTagIds, UpdateSocialPost, WantedSocialStatistics,
};
use crate::types::{SocialPostId, SocialProfileId, SocialTagId, Text};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    accounts_are_listed_and_disconnected => [op::LIST_ACCOUNTS, op::DELETE_ACCOUNT],
    a_post_is_published_at_once => [op::CREATE, op::GET, op::LIST],
    a_scheduled_post_is_published_at_its_date => [op::CREATE, op::GET, op::LIST, op::UPDATE],
    a_draft_is_changed_and_a_published_post_is_not => [op::UPDATE, op::GET],
    posts_are_checked => [op::CREATE, op::UPDATE],
    posts_are_listed_by_how_they_stand => [op::LIST, op::DELETE],
    several_posts_are_deleted => [op::BULK_DELETE, op::GET],
    the_list_wants_all_of_its_texts => [op::LIST],
    answers_say_what_happened => [op::GET, op::UPDATE],
    categories_and_tags_are_found => [op::LIST_CATEGORIES, op::GET_CATEGORY, op::LIST_TAGS, op::GET_TAGS],
    statistics_count_what_was_published => [op::STATISTICS],
    what_is_not_there_is_named => [op::GET, op::UPDATE, op::DELETE, op::DELETE_ACCOUNT, op::GET_CATEGORY],
}

/// An account of one's own on a network.
pub(super) async fn account(stage: &Stage, platform: SocialPlatform) -> Result<SocialAccount, Failure> {
    let plant = Plant::SocialAccount(platform, stage.unique("account").into());
    let id = stage.hands.plant(plant).await.ok_or_skip("accounts cannot be connected here")?;
    let all = stage.crm.social_media_posting().list_accounts(&stage.location).await?;
    let account = all.accounts.into_iter().find(|account| account.id == *id.as_str());
    account.ok_or_else(|| Failure::new("the account is not listed"))
}

fn post(account: &SocialAccount) -> CreateSocialPost {
    CreateSocialPost::new([&account.id], SocialPostKind::Post, "USER").summary("Ten chairs!")
}

async fn create(stage: &Stage, post: CreateSocialPost) -> Result<SocialPost, Failure> {
    let made = stage.crm.social_media_posting().create(&stage.location, post).await?;
    Ok(SocialPost::clone(&made))
}

fn id(post: &SocialPost) -> SocialPostId {
    post.id.clone().unwrap_or_default()
}

/// What time it is there.
async fn now(stage: &Stage, account: &SocialAccount) -> Result<DateTime<Utc>, Failure> {
    let draft = create(stage, post(account).status(SocialPostStatus::Draft)).await?;
    stage.crm.social_media_posting().delete(&stage.location, &id(&draft)).await?;
    Ok(draft.created_at.unwrap_or_default())
}

fn all_time() -> ListSocialPosts {
    let start = DateTime::UNIX_EPOCH;
    ListSocialPosts::new(start, start + TimeDelta::days(40_000)).limit(50)
}

async fn listed(stage: &Stage, query: ListSocialPosts) -> Result<Vec<SocialPostId>, Failure> {
    let page = stage.crm.social_media_posting().list(&stage.location, query).await?;
    Ok(page.posts.iter().map(id).collect())
}

async fn accounts_are_listed_and_disconnected(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let page = account(stage, SocialPlatform::Facebook).await?;
    ensure!(page.name.starts_with("account") && !page.profile_id.is_empty(), "{page:?}");
    ensure_eq!((page.platform.clone(), page.is_expired), (SocialPlatform::Facebook, false));
    let done =
        social.delete_account(&stage.location, &page.id, DeleteSocialAccount::new().user_id("USER")).await?;
    ensure_eq!((done.id, done.location_id), (page.id.clone(), stage.location.clone()));
    let left = social.list_accounts(&stage.location).await?;
    ensure!(left.accounts.iter().all(|account| account.id != page.id));
    let gone = create(stage, post(&page)).await;
    ensure!(gone.is_err(), "nothing can be published to it any more");
    Ok(())
}

async fn a_post_is_published_at_once(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let (page, other) =
        (account(stage, SocialPlatform::Facebook).await?, account(stage, SocialPlatform::Instagram).await?);
    let mut picture = SocialMedia::default();
    picture.url = "https://files.example/a.png".into();
    let both = CreateSocialPost::new([&page.id, &other.id], SocialPostKind::Post, "USER");
    let made =
        create(stage, both.summary("Ten chairs!").media([picture]).tags(["T1"]).category_id("C1")).await?;
    ensure_eq!(made.status, Some(SocialPostStatus::Published));
    ensure_eq!(
        (made.platform.clone(), made.account_id.as_ref()),
        (Some(SocialPlatform::Facebook), Some(&page.id))
    );
    ensure_eq!(made.account_ids, [page.id.clone(), other.id.clone()]);
    ensure_eq!((made.published_at, made.summary.as_deref()), (made.created_at, Some("Ten chairs!")));
    ensure_eq!((made.media.len(), made.tags.len()), (1, 1));
    ensure_eq!(made.created_by.as_ref().map(|user| user.as_str()), Some("USER"));
    ensure_eq!(*social.get(&stage.location, &id(&made)).await?, made);
    for account in [&page, &other] {
        let of_account = all_time().accounts(format!("nobody, {}", account.id));
        ensure_eq!(listed(stage, of_account).await?, [id(&made)]);
    }
    Ok(())
}

async fn a_scheduled_post_is_published_at_its_date(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let page = account(stage, SocialPlatform::LinkedIn).await?;
    let at = now(stage, &page).await? + TimeDelta::hours(2);
    let made = create(stage, post(&page).schedule_date(at)).await?;
    ensure_eq!((made.status.clone(), made.display_date), (Some(SocialPostStatus::Scheduled), Some(at)));
    ensure_eq!(made.published_at, None);
    let waits = || all_time().accounts(page.id.as_str()).kind(SocialPostFilter::Scheduled);
    ensure_eq!(listed(stage, waits()).await?, [id(&made)]);
    let later = at + TimeDelta::hours(2);
    social
        .update(&stage.location, &id(&made), UpdateSocialPost::new(SocialPostKind::Post).schedule_date(later))
        .await?;
    let hours = Duration::from_secs(3 * 60 * 60);
    stage.hands.advance(hours).await.ok_or_skip("the clock cannot be moved here")?;
    ensure_eq!(listed(stage, waits()).await?, [id(&made)]);
    stage.hands.advance(hours).await.ok_or_skip("the clock cannot be moved here")?;
    let seen = social.get(&stage.location, &id(&made)).await?;
    ensure_eq!((seen.status.clone(), seen.published_at), (Some(SocialPostStatus::Published), Some(later)));
    ensure!(listed(stage, waits()).await?.is_empty());
    Ok(())
}

async fn a_draft_is_changed_and_a_published_post_is_not(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let page = account(stage, SocialPlatform::Facebook).await?;
    let draft = create(stage, post(&page).status(SocialPostStatus::Draft)).await?;
    let draft = id(&draft);
    let change = || UpdateSocialPost::new(SocialPostKind::Post);
    social
        .update(&stage.location, &draft, change().summary("Eleven chairs!").follow_up_comment("Come in"))
        .await?;
    let seen = social.get(&stage.location, &draft).await?;
    ensure_eq!(
        (seen.summary.as_deref(), seen.status.clone()),
        (Some("Eleven chairs!"), Some(SocialPostStatus::Draft))
    );
    ensure_eq!(seen.follow_up_comment.as_deref(), Some("Come in"));
    ensure_eq!(seen.account_ids, [page.id.clone()]);
    social.update(&stage.location, &draft, change().status(SocialPostStatus::Published)).await?;
    ensure_eq!(social.get(&stage.location, &draft).await?.status, Some(SocialPostStatus::Published));
    let late = social.update(&stage.location, &draft, change().summary("Twelve")).await;
    refused(late, ErrorKind::Invalid, 400)?;
    ensure_eq!(social.get(&stage.location, &draft).await?.summary.as_deref(), Some("Eleven chairs!"));
    Ok(())
}

async fn posts_are_checked(stage: &Stage) -> Verdict {
    let page = account(stage, SocialPlatform::Facebook).await?;
    let (clip, x) =
        (account(stage, SocialPlatform::TikTok).await?, account(stage, SocialPlatform::Twitter).await?);
    let past = DateTime::UNIX_EPOCH;
    let nowhere: [&str; 0] = [];
    for (wrong, words) in [
        (
            CreateSocialPost::new(nowhere, SocialPostKind::Post, "USER"),
            "accountIds must contain at least 1 elements",
        ),
        (CreateSocialPost::new([&page.id], "song", "USER"), "type must be a valid enum value"),
        (post(&page).status("loud"), "status must be a valid enum value"),
        (post(&page).status(SocialPostStatus::Scheduled), "scheduleDate should not be empty"),
        (post(&page).schedule_date(past), "scheduleDate must be in the future"),
        (post(&page).media([SocialMedia::default()]), "media.0.url should not be empty"),
        (post(&clip).follow_up_comment("Come in"), "followUpComment is not allowed"),
        (post(&x).follow_up_comment("x".repeat(281)), "followUpComment must be shorter than or equal to 280"),
    ] {
        let outcome = stage.crm.social_media_posting().create(&stage.location, wrong).await;
        let error = refused(outcome, ErrorKind::Invalid, 422)?;
        ensure!(error.messages().iter().any(|message| message.starts_with(words)), "{words}: {error}");
    }
    let nobody = CreateSocialPost::new(["nobody"], SocialPostKind::Post, "USER");
    let outcome = stage.crm.social_media_posting().create(&stage.location, nobody).await;
    refused(outcome, ErrorKind::NotFound, 400)?;
    ensure!(listed(stage, all_time().accounts(page.id.as_str())).await?.is_empty());
    create(stage, post(&x).follow_up_comment("x".repeat(280))).await?;
    Ok(())
}

async fn posts_are_listed_by_how_they_stand(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let page = account(stage, SocialPlatform::Facebook).await?;
    let published = create(stage, post(&page)).await?;
    let mut story = post(&page).status(SocialPostStatus::Draft);
    story.kind = SocialPostKind::Story;
    let draft = create(stage, story).await?;
    let gone = create(stage, post(&page).status(SocialPostStatus::InReview)).await?;
    let all = all_time().accounts(page.id.as_str());
    let review = all.clone().kind(SocialPostFilter::InReview);
    ensure_eq!(listed(stage, review.clone()).await?, [id(&gone)]);
    ensure_eq!(social.delete(&stage.location, &id(&gone)).await?.post_id, id(&gone));
    let (published_id, draft_id) = (id(&published), id(&draft));
    let at = published.display_date.unwrap_or_default();
    for (query, count) in [
        (all.clone(), 2),
        (all.clone().kind(SocialPostFilter::Recent), 2),
        (review, 0),
        (all.clone().kind(SocialPostFilter::Deleted), 1),
        (all.clone().limit(1), 2),
        (all.clone().skip(5), 2),
    ] {
        let page = social.list(&stage.location, query).await?;
        ensure_eq!(page.count, count);
    }
    ensure_eq!(listed(stage, all.clone().kind(SocialPostFilter::Published)).await?, [published_id.clone()]);
    ensure_eq!(listed(stage, all.clone().post_type(SocialPostKind::Story)).await?, [draft_id]);
    let before = ListSocialPosts::new(at - TimeDelta::days(2), at - TimeDelta::days(1));
    ensure!(listed(stage, before.accounts(page.id.as_str())).await?.is_empty());
    let first = listed(stage, all.clone().limit(1)).await?;
    let rest = listed(stage, all.limit(1).skip(1)).await?;
    ensure!(first != rest && first.len() == 1 && rest.len() == 1, "{first:?} {rest:?}");
    Ok(())
}

async fn several_posts_are_deleted(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let page = account(stage, SocialPlatform::Facebook).await?;
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(id(&create(stage, post(&page)).await?));
    }
    let asked = DeleteSocialPosts::new(ids.iter().cloned().chain(["nothing".into()]));
    ensure_eq!(social.bulk_delete(&stage.location, asked.clone()).await?.deleted_count, 2);
    refused(social.get(&stage.location, &ids[0]).await, ErrorKind::NotFound, 400)?;
    refused(social.bulk_delete(&stage.location, asked).await, ErrorKind::NotFound, 404)?;
    for (ids, words) in [
        (Vec::new(), "postIds must contain at least 1 elements"),
        (vec!["nothing"; 51], "postIds must contain no more than 50 elements"),
    ] {
        let outcome = social.bulk_delete(&stage.location, DeleteSocialPosts::new(ids)).await;
        ensure_eq!(refused(outcome, ErrorKind::Invalid, 422)?.messages(), [words]);
    }
    Ok(())
}

async fn the_list_wants_all_of_its_texts(stage: &Stage) -> Verdict {
    let target = format!("/social-media-posting/{}/posts/list", stage.location);
    let whole = serde_json::to_value(all_time()).unwrap_or_default();
    ensure_eq!(
        (&whole["skip"], &whole["limit"], &whole["includeUsers"]),
        (&json!("0"), &json!("50"), &json!("false"))
    );
    for name in ["skip", "limit", "includeUsers", "fromDate", "toDate"] {
        let mut body = whole.clone();
        body.as_object_mut().and_then(|body| body.shift_remove(name));
        let request = WireRequest::new(&op::LIST, target.as_str()).json(&body);
        let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        ensure!(answer.status == 422 && said.contains(name), "{name}: {} {said}", answer.status);
    }
    Ok(())
}

async fn answers_say_what_happened(stage: &Stage) -> Verdict {
    let page = account(stage, SocialPlatform::Facebook).await?;
    let draft = id(&create(stage, post(&page).status(SocialPostStatus::Draft)).await?);
    let target = format!("/social-media-posting/{}/posts/{draft}", stage.location);
    let ask = async |request: WireRequest| {
        let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
        serde_json::from_slice::<serde_json::Value>(&answer.body)
            .map_err(|error| Failure::new(error.to_string()))
    };
    let seen = ask(WireRequest::new(&op::GET, target.as_str())).await?;
    ensure_eq!(
        (&seen["success"], &seen["statusCode"], &seen["message"]),
        (&json!(true), &json!(200), &json!("Fetched Post"))
    );
    ensure_eq!(seen["results"]["post"]["_id"], json!(draft));
    let changed = ask(WireRequest::new(&op::UPDATE, target).json(&json!({ "type": "post" }))).await?;
    ensure_eq!((&changed["message"], changed.get("results")), (&json!("Updated Post"), None));
    Ok(())
}

async fn categories_and_tags_are_found(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let (name, location) = (stage.unique("label"), &stage.location);
    let plant =
        async |plant: Plant| stage.hands.plant(plant).await.ok_or_skip("labels cannot be planted here");
    let category = plant(Plant::SocialCategory(name.as_str().into())).await?;
    let tag = SocialTagId::from(plant(Plant::SocialTag(name.as_str().into())).await?);
    let find = || FindSocialLabels::new().search_text(name.to_uppercase());
    let categories = social.list_categories(location, find()).await?;
    ensure_eq!((categories.count, categories.categories.len()), (1, 1));
    let found = &categories.categories[0];
    ensure_eq!((found.id.as_text(), found.name.as_str(), found.deleted), (&category, name.as_str(), false));
    ensure_eq!(*social.get_category(location, &found.id).await?, *found);
    let tags = social.list_tags(location, find()).await?;
    ensure_eq!((tags.count, tags.tags[0].tag.as_str()), (1, name.as_str()));
    let beyond = social.list_tags(location, find().skip(1)).await?;
    ensure_eq!((beyond.count, beyond.tags.len()), (1, 0));
    let by_id = social.get_tags(location, SocialTagIds::new([tag.clone(), "nothing".into()])).await?;
    ensure_eq!(by_id.tags.iter().map(|known| &known.id).collect::<Vec<_>>(), [&tag]);
    let none: [SocialTagId; 0] = [];
    let outcome = social.get_tags(location, SocialTagIds::new(none)).await;
    ensure_eq!(
        refused(outcome, ErrorKind::Invalid, 422)?.messages(),
        ["tagIds must contain at least 1 elements"]
    );
    for outcome in [
        social.list_tags(location, find().limit(0)).await.map(|page| page.count),
        social.list_categories(location, find().limit(0)).await.map(|page| page.count),
    ] {
        ensure_eq!(refused(outcome, ErrorKind::Invalid, 422)?.messages(), ["limit must not be less than 1"]);
    }
    Ok(())
}

async fn statistics_count_what_was_published(stage: &Stage) -> Verdict {
    let social = stage.crm.social_media_posting();
    let page = account(stage, SocialPlatform::Facebook).await?;
    create(stage, post(&page)).await?;
    create(stage, post(&page).status(SocialPostStatus::Draft)).await?;
    let of = || OfSocialStatistics::new(&stage.location);
    let wanted = || WantedSocialStatistics::new([&page.profile_id]);
    let seen = social.statistics(of(), wanted()).await?;
    ensure_eq!((seen.day_range.len(), seen.totals.posts), (7, 1));
    ensure_eq!(
        seen.post_performance.posts.get("facebook").map(Vec::as_slice),
        Some(&[0, 0, 0, 0, 0, 0, 1][..])
    );
    ensure_eq!(seen.breakdowns.posts.platforms.get("facebook").map(|posts| posts.value), Some(1));
    let elsewhere = social.statistics(of(), wanted().platforms([SocialPlatform::TikTok])).await?;
    ensure_eq!(elsewhere.totals.posts, 0);
    let nobody: [SocialProfileId; 0] = [];
    let outcome = social.statistics(of(), WantedSocialStatistics::new(nobody)).await;
    ensure_eq!(
        refused(outcome, ErrorKind::Invalid, 422)?.messages(),
        ["profileIds must contain at least 1 elements"]
    );
    let outcome = social.statistics(of(), wanted().platforms(["myspace"])).await;
    ensure_eq!(
        refused(outcome, ErrorKind::Invalid, 422)?.messages(),
        ["platforms.0 must be a valid enum value"]
    );
    Ok(())
}

async fn what_is_not_there_is_named(stage: &Stage) -> Verdict {
    let (social, location) = (stage.crm.social_media_posting(), &stage.location);
    let nothing = SocialPostId::from("nothing");
    let done = Text::default;
    for (outcome, what) in [
        (social.get(location, &nothing).await.map(|_| done()), "Post"),
        (social.delete(location, &nothing).await.map(|_| done()), "Post"),
        (
            social
                .update(location, &nothing, UpdateSocialPost::new(SocialPostKind::Post))
                .await
                .map(|()| done()),
            "Post",
        ),
        (
            social
                .delete_account(location, &"nothing".into(), DeleteSocialAccount::new())
                .await
                .map(|_| done()),
            "Account",
        ),
        (social.get_category(location, &"nothing".into()).await.map(|_| done()), "Category"),
    ] {
        let error = refused(outcome, ErrorKind::NotFound, 400)?;
        ensure_eq!(error.messages(), [format!("{what} with id nothing not found")]);
    }
    Ok(())
}
