//! What the demo's shop has sold, written and posted.

use chrono::{DateTime, TimeDelta, Utc};
use smbcrm_core::blogs::BlogPostStatus;
use smbcrm_core::emails::{EmailDeliveryStatus, EmailTemplateType};
use smbcrm_core::payments::SubscriptionStatus;
use smbcrm_core::social_media_posting::SocialPlatform;
use smbcrm_core::types::Money;

use super::demo::{PEOPLE, USERS, days_ago, email};
use super::draft::{
    BlogPostDraft, EmailCampaignDraft, EmailTemplateDraft, ItemDraft, LocationDraft, OrderDraft,
    SocialAccountDraft, SocialPostDraft, SubscriptionDraft,
};
use crate::SocialFigures;

/// Who (by their place among the people), what, how many, at how many cents each, and whether it is paid.
const ORDERS: [(usize, &str, u32, i64, bool); 6] = [
    (3, "Desk, oak", 1, 79_900, true),
    (9, "Café table", 4, 24_950, true),
    (10, "Stool", 8, 8_990, true),
    (6, "Ergonomic chair", 1, 68_900, false),
    (17, "Reception desk", 1, 340_000, true),
    (25, "Shelf board", 12, 3_495, false),
];

/// Name, network and followers.
const ACCOUNTS: [(&str, &str, u64); 3] =
    [("Demo Furniture", "facebook", 1_840), ("demo.furniture", "instagram", 3_210), ("Demo", "google", 96)];

/// Title, category, how it stands and how many days ago; a negative number is to come.
const BLOG: [(&str, &str, &str, i64); 4] = [
    ("How to choose an office chair", "Guides", "PUBLISHED", 30),
    ("Quiet rooms: five ideas", "Ideas", "PUBLISHED", 12),
    ("Our spring catalogue", "News", "SCHEDULED", -5),
    ("A day in the workshop", "News", "DRAFT", 1),
];

/// What is posted on which accounts, how many days ago, and how often it was liked.
const POSTS: [(&str, &[usize], i64, u64); 5] = [
    ("Five ideas for a quiet room, in our blog.", &[0, 1], 11, 41),
    ("Fresh from the workshop: stools in ash.", &[1], 4, 88),
    ("Open house on Saturday, ten to four.", &[0, 2], 2, 35),
    ("The spring catalogue is here.", &[0, 1, 2], -5, 0),
    ("Which colour next?", &[1], -9, 0),
];

fn cents(cents: i64) -> Money {
    rust_decimal::Decimal::new(cents, 2).into()
}

fn customer(person: usize) -> String {
    let (first, last, company) = PEOPLE[person];
    email(first, last, company)
}

/// The part of the demo that is sold, written and posted.
pub(super) fn shop(now: DateTime<Utc>) -> LocationDraft {
    LocationDraft {
        orders: ORDERS.iter().enumerate().map(|(n, order)| ordered(n, *order, now)).collect(),
        subscriptions: [(12, "Care plan", 4_900, "active"), (24, "Plant service", 12_900, "trial")]
            .into_iter()
            .enumerate()
            .map(|(n, (person, name, amount, status))| SubscriptionDraft {
                contact: Some(customer(person).into()),
                name: name.into(),
                amount: cents(amount),
                status: Some(SubscriptionStatus::from(status)),
                date_added: Some(days_ago(now, 40 - 20 * i64::try_from(n).unwrap_or_default(), n)),
                ..SubscriptionDraft::default()
            })
            .collect(),
        blogs: vec!["Demo journal".into()],
        blog_authors: vec!["Sam Lee".into(), "Dana Whitlock".into()],
        blog_categories: vec!["News".into(), "Guides".into(), "Ideas".into()],
        blog_posts: BLOG.iter().map(|post| written(*post, now)).collect(),
        email_templates: vec![
            template("Newsletters", EmailTemplateType::Folder, None),
            EmailTemplateDraft {
                folder: Some("Newsletters".into()),
                ..template(
                    "Spring catalogue",
                    EmailTemplateType::Html,
                    Some("<h1>Spring</h1><p>It is here.</p>"),
                )
            },
            template("Thank you", EmailTemplateType::Html, Some("<p>Thank you, {{contact.first_name}}!</p>")),
        ],
        email_campaigns: vec![
            campaign("Winter sale", EmailDeliveryStatus::Complete, days_ago(now, 60, 0)),
            campaign("Spring catalogue", EmailDeliveryStatus::Scheduled, days_ago(now, 3, 0)),
        ],
        social_accounts: ACCOUNTS
            .iter()
            .map(|(name, platform, followers)| SocialAccountDraft {
                id: None,
                platform: SocialPlatform::from(*platform),
                name: (*name).into(),
                followers: *followers,
            })
            .collect(),
        social_categories: vec!["Offers".into(), "Stories".into()],
        social_tags: vec!["catalogue".into(), "workshop".into(), "event".into()],
        social_posts: POSTS.iter().map(|post| posted(*post, now)).collect(),
        ..LocationDraft::default()
    }
}

fn ordered(
    n: usize,
    (person, name, qty, price, paid): (usize, &str, u32, i64, bool),
    now: DateTime<Utc>,
) -> OrderDraft {
    OrderDraft {
        contact: Some(customer(person).into()),
        source: Some("Demo shop".into()),
        items: vec![ItemDraft { name: name.into(), qty: Some(qty), price: cents(price), recurring: false }],
        discount: n.is_multiple_of(3).then(|| cents(2_000)),
        paid,
        date_added: Some(days_ago(now, 25 - 4 * i64::try_from(n).unwrap_or_default(), n)),
        ..OrderDraft::default()
    }
}

/// So many days before now, or after it.
fn day(now: DateTime<Utc>, ago: i64) -> DateTime<Utc> {
    now - TimeDelta::days(ago)
}

fn written((title, category, status, ago): (&str, &str, &str, i64), now: DateTime<Utc>) -> BlogPostDraft {
    BlogPostDraft {
        title: title.into(),
        categories: vec![category.into()],
        tags: vec!["office".into()],
        description: format!("{title}: what we have learnt in twenty years.").into(),
        html: format!("<h1>{title}</h1><p>More in our showroom.</p>"),
        image: Some("https://demo.example/images/office.jpg".into()),
        status: BlogPostStatus::from(status),
        date: Some(day(now, ago)),
        ..BlogPostDraft::default()
    }
}

fn template(name: &str, kind: EmailTemplateType, html: Option<&str>) -> EmailTemplateDraft {
    EmailTemplateDraft {
        name: name.into(),
        kind,
        html: html.map(str::to_owned),
        ..EmailTemplateDraft::default()
    }
}

fn campaign(name: &str, sending: EmailDeliveryStatus, on: DateTime<Utc>) -> EmailCampaignDraft {
    EmailCampaignDraft {
        name: name.into(),
        email_status: sending,
        date_added: Some(on),
        ..EmailCampaignDraft::default()
    }
}

fn posted(
    (summary, accounts, ago, likes): (&str, &[usize], i64, u64),
    now: DateTime<Utc>,
) -> SocialPostDraft {
    SocialPostDraft {
        accounts: accounts
            .iter()
            .filter_map(|at| ACCOUNTS.get(*at))
            .map(|(name, ..)| (*name).into())
            .collect(),
        summary: summary.into(),
        user_id: Some(USERS[1].into()),
        date: Some(day(now, ago)),
        figures: SocialFigures {
            likes,
            comments: likes / 6,
            shares: likes / 9,
            impressions: likes * 31,
            reach: likes * 24,
        },
        ..SocialPostDraft::default()
    }
}
