//! What every implementation of the product blogs must do.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Case, Failure, HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::ErrorKind;
use crate::blogs::operations as op;
use crate::blogs::{
    BlogPostStatus, CheckSlug, ListAuthors, ListBlogPosts, ListBlogs, ListCategories, WriteBlogPost,
};
use crate::types::{BlogAuthorId, BlogCategoryId, BlogId, Text};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    blogs_authors_and_categories_are_listed => [op::LIST, op::LIST_AUTHORS, op::LIST_CATEGORIES],
    a_post_is_created_found_and_changed => [op::CREATE_POST, op::UPDATE_POST, op::LIST_POSTS],
    a_slug_is_of_one_post => [op::SLUG_EXISTS, op::CREATE_POST, op::UPDATE_POST],
    posts_are_checked => [op::CREATE_POST, op::UPDATE_POST],
    a_scheduled_post_is_published_at_its_date => [op::CREATE_POST, op::LIST_POSTS],
    posts_are_paged_and_found => [op::LIST_POSTS],
    pages_are_bounded => [op::LIST, op::LIST_AUTHORS, op::LIST_CATEGORIES, op::LIST_POSTS],
}

const NO_PLANTING: &str = "blogs cannot be planted here";

/// A blog, an author and a category of one's own.
pub(super) struct Site {
    pub(super) blog: BlogId,
    pub(super) author: BlogAuthorId,
    pub(super) category: BlogCategoryId,
}

impl Site {
    pub(super) async fn make(stage: &Stage) -> Result<Self, Failure> {
        let plant = async |plant: Plant| stage.hands.plant(plant).await.ok_or_skip(NO_PLANTING);
        Ok(Self {
            blog: plant(Plant::Blog(stage.unique("blog").into())).await?.into(),
            author: plant(Plant::BlogAuthor(stage.unique("author").into())).await?.into(),
            category: plant(Plant::BlogCategory(stage.unique("category").into())).await?.into(),
        })
    }

    fn post(&self, stage: &Stage, slug: &str, status: BlogPostStatus, at: DateTime<Utc>) -> WriteBlogPost {
        WriteBlogPost::new(
            &stage.location,
            &self.blog,
            "Ten chairs",
            slug,
            "What is new",
            "<p>Ten of them.</p>",
            "https://files.example/chairs.jpg",
            "Ten chairs in a row",
            &self.author,
            [&self.category],
            status,
            at,
        )
    }

    fn list(&self, stage: &Stage) -> ListBlogPosts {
        ListBlogPosts::new(&stage.location, &self.blog, 10, 0)
    }
}

fn day() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

async fn blogs_authors_and_categories_are_listed(stage: &Stage) -> Verdict {
    let site = Site::make(stage).await?;
    let blogs = stage.crm.blogs();
    let all = blogs.list(ListBlogs::new(&stage.location, 0, 100)).await?;
    let Some(blog) = all.iter().find(|blog| blog.id == site.blog) else {
        return Err(Failure::new("the blog is not listed"));
    };
    let name = blog.name.to_uppercase();
    let found = blogs.list(ListBlogs::new(&stage.location, 0, 10).search_term(name)).await?;
    ensure_eq!(found.iter().map(|blog| &blog.id).collect::<Vec<_>>(), [&site.blog]);
    let authors = blogs.list_authors(ListAuthors::new(&stage.location, 100, 0)).await?;
    let author = authors.iter().find(|author| author.id == site.author).cloned().unwrap_or_default();
    ensure!(author.name.starts_with("author") && author.canonical_link.starts_with("http"), "{author:?}");
    ensure_eq!(author.location_id, stage.location);
    let categories = blogs.list_categories(ListCategories::new(&stage.location, 100, 0)).await?;
    let category = categories.iter().find(|known| known.id == site.category).cloned().unwrap_or_default();
    ensure!(category.label.starts_with("category") && !category.url_slug.is_empty(), "{category:?}");
    let behind = u32::try_from(authors.len()).unwrap_or_default();
    ensure!(blogs.list_authors(ListAuthors::new(&stage.location, 10, behind)).await?.is_empty());
    Ok(())
}

async fn a_post_is_created_found_and_changed(stage: &Stage) -> Verdict {
    let (site, blogs) = (Site::make(stage).await?, stage.crm.blogs());
    let slug = stage.unique("chairs");
    let post = site.post(stage, &slug, BlogPostStatus::Published, day());
    let made = blogs.create_post(post.clone().tags(["new"]).canonical_link("https://vale.example/x")).await?;
    ensure_eq!((made.title.as_str(), made.url_slug.as_str()), ("Ten chairs", slug.as_str()));
    ensure_eq!((made.status.clone(), made.archived), (BlogPostStatus::Published, false));
    ensure_eq!((made.author.as_ref(), made.published_at), (Some(&site.author), Some(day())));
    ensure_eq!(made.categories, [site.category.clone()]);
    ensure_eq!(made.tags, [Text::from("new")]);
    ensure_eq!(blogs.list_posts(site.list(stage)).await?, [made.clone()]);

    let mut whole = post;
    whole.title = "Eleven chairs".into();
    whole.status = BlogPostStatus::Archived;
    let changed = blogs.update_post(&made.id, whole).await?;
    ensure_eq!((changed.title.as_str(), &changed.id), ("Eleven chairs", &made.id));
    ensure_eq!((changed.archived, changed.tags.len()), (true, 0)); // what is sent is the whole of it
    ensure_eq!(blogs.list_posts(site.list(stage)).await?, [changed]);
    Ok(())
}

async fn a_slug_is_of_one_post(stage: &Stage) -> Verdict {
    let (site, blogs) = (Site::make(stage).await?, stage.crm.blogs());
    let slug = stage.unique("slug");
    let check = CheckSlug::new(&stage.location, slug.as_str());
    ensure!(!blogs.slug_exists(check.clone()).await?);
    let post = site.post(stage, &slug, BlogPostStatus::Draft, day());
    let made = blogs.create_post(post.clone()).await?;
    ensure!(blogs.slug_exists(check.clone()).await?);
    ensure!(!blogs.slug_exists(check.post_id(&made.id)).await?, "its own post does not count");
    refused(blogs.create_post(post.clone()).await, ErrorKind::Duplicate, 400)?;
    let other = site.post(stage, &stage.unique("slug"), BlogPostStatus::Draft, day());
    let other = blogs.create_post(other).await?;
    refused(blogs.update_post(&other.id, post.clone()).await, ErrorKind::Duplicate, 400)?;
    blogs.update_post(&made.id, post).await?; // its own
    let error = blogs.slug_exists(CheckSlug::new(&stage.location, " ")).await;
    ensure_eq!(refused(error, ErrorKind::Invalid, 422)?.messages(), ["urlSlug should not be empty"]);
    ensure_eq!(blogs.list_posts(site.list(stage)).await?.len(), 2);
    Ok(())
}

async fn posts_are_checked(stage: &Stage) -> Verdict {
    let (site, blogs) = (Site::make(stage).await?, stage.crm.blogs());
    let good = site.post(stage, &stage.unique("slug"), BlogPostStatus::Draft, day());
    let with = |change: fn(&mut WriteBlogPost)| {
        let mut post = good.clone();
        change(&mut post);
        post
    };
    let empty = with(|post| {
        post.title = " ".into();
        post.url_slug = "".into();
        post.status = BlogPostStatus::Scheduled; // of a day long past
    });
    let error = refused(blogs.create_post(empty).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(
        error.messages(),
        ["title should not be empty", "urlSlug should not be empty", "publishedAt must be in the future"]
    );
    let odd = with(|post| post.status = BlogPostStatus::from("LOUD"));
    let error = refused(blogs.create_post(odd).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.messages(), ["status must be a valid enum value"]);
    for (post, what) in [
        (with(|post| post.blog_id = "nothing".into()), "Blog with id nothing"),
        (with(|post| post.author = "nobody".into()), "Author with id nobody"),
        (with(|post| post.categories = vec!["nothing".into()]), "Category with id nothing"),
    ] {
        let error = refused(blogs.create_post(post).await, ErrorKind::NotFound, 400)?;
        ensure!(error.to_string().contains(what), "{what}: {error}");
    }
    refused(blogs.update_post(&"nothing".into(), good).await, ErrorKind::NotFound, 400)?;
    let nowhere = ListBlogPosts::new(&stage.location, "nothing", 10, 0);
    refused(blogs.list_posts(nowhere).await, ErrorKind::NotFound, 400)?;
    ensure!(blogs.list_posts(site.list(stage)).await?.is_empty());
    Ok(())
}

async fn a_scheduled_post_is_published_at_its_date(stage: &Stage) -> Verdict {
    let (site, blogs) = (Site::make(stage).await?, stage.crm.blogs());
    let stamp = site.post(stage, &stage.unique("now"), BlogPostStatus::Draft, day());
    let now = blogs.create_post(stamp).await?.updated_at;
    let at = now + TimeDelta::hours(2);
    let post = site.post(stage, &stage.unique("later"), BlogPostStatus::Scheduled, at);
    let made = blogs.create_post(post).await?;
    let published = site.list(stage).status(BlogPostStatus::Published);
    ensure!(blogs.list_posts(published.clone()).await?.is_empty());
    let waiting = site.list(stage).status(BlogPostStatus::Scheduled);
    ensure_eq!(blogs.list_posts(waiting.clone()).await?, [made.clone()]);
    let hours = std::time::Duration::from_secs(3 * 60 * 60);
    stage.hands.advance(hours).await.ok_or_skip("the clock cannot be moved here")?;
    let seen = blogs.list_posts(published).await?;
    ensure_eq!(seen.iter().map(|post| &post.id).collect::<Vec<_>>(), [&made.id]);
    ensure_eq!(seen[0].published_at, Some(at));
    ensure!(blogs.list_posts(waiting).await?.is_empty());
    Ok(())
}

async fn posts_are_paged_and_found(stage: &Stage) -> Verdict {
    let (site, blogs) = (Site::make(stage).await?, stage.crm.blogs());
    let mut made = Vec::new();
    for days in 0..5 {
        let at = day() + TimeDelta::days(days);
        let mut post = site.post(stage, &stage.unique("post"), BlogPostStatus::Published, at);
        post.title = format!("Post {days}").into();
        made.push(blogs.create_post(post).await?.id.clone());
    }
    made.reverse(); // the latest date first
    let mut seen = Vec::new();
    for offset in [0, 2, 4] {
        let page = ListBlogPosts::new(&stage.location, &site.blog, 2, offset);
        seen.extend(blogs.list_posts(page).await?.iter().map(|post| post.id.clone()));
    }
    ensure_eq!(seen, made);
    let found = blogs.list_posts(site.list(stage).search_term("post 3")).await?;
    ensure_eq!(found.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["Post 3"]);
    ensure!(blogs.list_posts(site.list(stage).status(BlogPostStatus::Draft)).await?.is_empty());
    Ok(())
}

async fn pages_are_bounded(stage: &Stage) -> Verdict {
    let (site, blogs, location) = (Site::make(stage).await?, stage.crm.blogs(), &stage.location);
    let words = ["limit must not be less than 1"];
    let said = |error: crate::Result<usize>| {
        refused(error, ErrorKind::Invalid, 422).map(|error| error.messages() == words)
    };
    ensure!(said(blogs.list(ListBlogs::new(location, 0, 0)).await.map(|all| all.len()))?);
    ensure!(said(blogs.list_authors(ListAuthors::new(location, 0, 0)).await.map(|all| all.len()))?);
    ensure!(said(blogs.list_categories(ListCategories::new(location, 0, 0)).await.map(|all| all.len()))?);
    let posts = ListBlogPosts::new(location, &site.blog, 0, 0);
    ensure!(said(blogs.list_posts(posts).await.map(|all| all.len()))?);
    Ok(())
}
