use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::blogs::{BlogPostStatus, ListBlogPosts, WriteBlogPost};
use smbcrm_core::types::{BlogAuthorId, BlogCategoryId, BlogId};

use crate::{Change, MemCrm};

fn world() -> (MemCrm, BlogId, BlogAuthorId) {
    let crm = MemCrm::new();
    let blog = crm.admin().add_blog(crm.location(), "News").unwrap();
    let author = crm.admin().add_blog_author(crm.location(), "Ada Vale").unwrap();
    (crm, blog.id.clone(), author.id.clone())
}

fn write(
    crm: &MemCrm,
    blog: &BlogId,
    author: &BlogAuthorId,
    slug: &str,
    status: BlogPostStatus,
    at: DateTime<Utc>,
) -> WriteBlogPost {
    let none: [BlogCategoryId; 0] = [];
    WriteBlogPost::new(
        crm.location(),
        blog,
        slug,
        slug,
        "about",
        "<p>x</p>",
        "https://x.example/a.png",
        "a",
        author,
        none,
        status,
        at,
    )
}

#[test]
fn what_is_scheduled_is_published_when_its_time_comes_and_is_told_of() {
    let (crm, blog, author) = world();
    let start = crm.clock().now();
    block_on(async {
        for (slug, hours) in [("later", 3), ("sooner", 1)] {
            let at = start + TimeDelta::hours(hours);
            let post = write(&crm, &blog, &author, slug, BlogPostStatus::Scheduled, at);
            crm.blogs().create_post(post).await.unwrap();
        }
        assert_eq!(crm.next_due(), Some(start + TimeDelta::hours(1)));
        assert_eq!(crm.step().await, Some(start + TimeDelta::hours(1)));
        let published = ListBlogPosts::new(crm.location(), &blog, 10, 0).status(BlogPostStatus::Published);
        let seen = crm.blogs().list_posts(published.clone()).await.unwrap();
        assert_eq!(seen.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["sooner"]);
        assert_eq!(seen[0].updated_at, start + TimeDelta::hours(1));
        // Without anybody driving, a clock that has moved is noticed by who looks.
        crm.clock().advance(std::time::Duration::from_secs(10_000));
        assert_eq!(crm.blogs().list_posts(published).await.unwrap().len(), 2);
        assert_eq!(crm.next_due(), None);
    });
    let told =
        crm.admin().events().iter().filter(|event| matches!(event.change(), Change::BlogPost(_))).count();
    assert_eq!(told, 4);
}

#[test]
fn a_fork_and_a_snapshot_carry_posts() {
    let (crm, blog, author) = world();
    let post = write(&crm, &blog, &author, "one", BlogPostStatus::Draft, crm.clock().now());
    let before = crm.snapshot();
    let made = block_on(crm.blogs().create_post(post)).unwrap();
    let diff = before.diff(&crm.snapshot());
    let [change] = diff.changes() else { panic!("{diff}") };
    assert_eq!((change.kind.as_str(), change.id.as_str()), ("blog post", made.id.as_str()));
    let all = ListBlogPosts::new(crm.location(), &blog, 10, 0);
    assert_eq!(block_on(crm.fork().blogs().list_posts(all.clone())).unwrap(), [made]);
    crm.restore(&before);
    assert!(block_on(crm.blogs().list_posts(all)).unwrap().is_empty());
}
