//! The walks over what is sold and published.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Fake, drain, id};
use crate::Crm;
use crate::blogs::{
    Blog, BlogAuthor, BlogCategory, BlogPost, Blogs, ListAuthors, ListBlogPosts, ListBlogs, ListCategories,
};
use crate::emails::{
    EmailCampaign, EmailCampaignPage, EmailTemplate, EmailTemplatePage, Emails, ListEmailCampaigns,
    ListEmailTemplates,
};
use crate::error::{Error, Result};
use crate::paging::{BlogsExt, EmailsExt, PaymentsExt, Position, SocialMediaPostingExt};
use crate::payments::{
    AltType, ListOrders, ListSubscriptions, ListTransactions, ListedOrder, ListedSubscription,
    ListedTransaction, OrderPage, Payments, SubscriptionPage, TransactionPage,
};
use crate::social_media_posting::{ListSocialPosts, SocialMediaPosting, SocialPost, SocialPostPage};
use crate::types::LocationId;

#[async_trait]
impl Blogs for Fake {
    async fn list(&self, query: ListBlogs) -> Result<Vec<Arc<Blog>>> {
        Ok(self.serve(&query)?.map(|n| Arc::new(Blog { id: id(n).into(), ..Blog::default() })).collect())
    }

    async fn list_posts(&self, query: ListBlogPosts) -> Result<Vec<Arc<BlogPost>>> {
        let post = |n| Arc::new(BlogPost { id: id(n).into(), ..BlogPost::default() });
        Ok(self.serve(&query)?.map(post).collect())
    }

    async fn list_authors(&self, query: ListAuthors) -> Result<Vec<Arc<BlogAuthor>>> {
        let author = |n| Arc::new(BlogAuthor { id: id(n).into(), ..BlogAuthor::default() });
        Ok(self.serve(&query)?.map(author).collect())
    }

    async fn list_categories(&self, query: ListCategories) -> Result<Vec<Arc<BlogCategory>>> {
        let category = |n| Arc::new(BlogCategory { id: id(n).into(), ..BlogCategory::default() });
        Ok(self.serve(&query)?.map(category).collect())
    }
}

#[async_trait]
impl Emails for Fake {
    async fn list_templates(&self, query: ListEmailTemplates) -> Result<EmailTemplatePage> {
        let template = |n| EmailTemplate { id: id(n).into(), ..EmailTemplate::default() };
        let templates = self.serve(&query)?.map(template).collect();
        Ok(EmailTemplatePage { templates, total: self.count as u64 })
    }

    async fn list_campaigns(&self, query: ListEmailCampaigns) -> Result<EmailCampaignPage> {
        let campaign = |n| EmailCampaign { id: id(n).into(), ..EmailCampaign::default() };
        let campaigns = self.serve(&query)?.map(campaign).collect();
        Ok(EmailCampaignPage { campaigns, total: self.count as u64 })
    }
}

#[async_trait]
impl Payments for Fake {
    async fn list_orders(&self, query: ListOrders) -> Result<OrderPage> {
        let order = |n| ListedOrder { id: id(n).into(), ..ListedOrder::default() };
        let orders = self.serve(&query)?.map(order).collect();
        Ok(OrderPage { orders, total_count: self.count as u64 })
    }

    async fn list_transactions(&self, query: ListTransactions) -> Result<TransactionPage> {
        let transaction = |n| ListedTransaction { id: id(n).into(), ..ListedTransaction::default() };
        let transactions = self.serve(&query)?.map(transaction).collect();
        Ok(TransactionPage { transactions, total_count: self.count as u64 })
    }

    async fn list_subscriptions(&self, query: ListSubscriptions) -> Result<SubscriptionPage> {
        let subscription = |n| ListedSubscription { id: id(n).into(), ..ListedSubscription::default() };
        let subscriptions = self.serve(&query)?.map(subscription).collect();
        Ok(SubscriptionPage { subscriptions, total_count: self.count as u64 })
    }
}

#[async_trait]
impl SocialMediaPosting for Fake {
    async fn list(&self, _: &LocationId, query: ListSocialPosts) -> Result<SocialPostPage> {
        let post = |n| SocialPost { id: Some(id(n).into()), ..SocialPost::default() };
        let posts = self.serve(&query)?.map(post).collect();
        Ok(SocialPostPage { posts, count: self.count as u64 })
    }
}

pub(super) const WAYS: usize = 10;

/// See [`super::walk`].
pub(super) async fn walk(
    crm: &dyn Crm,
    way: usize,
    limit: u32,
    position: Option<Position>,
) -> (Vec<(String, Position)>, Option<Error>) {
    let (blogs, emails, payments) = (crm.blogs(), crm.emails(), crm.payments());
    let ever = DateTime::<Utc>::UNIX_EPOCH;
    match way {
        0 => drain(blogs.list_stream(ListBlogs::new("L", 0, limit)), position).await,
        1 => drain(blogs.list_posts_stream(ListBlogPosts::new("L", "B", limit, 0)), position).await,
        2 => drain(blogs.list_authors_stream(ListAuthors::new("L", limit, 0)), position).await,
        3 => drain(blogs.list_categories_stream(ListCategories::new("L", limit, 0)), position).await,
        4 => drain(emails.list_templates_stream(ListEmailTemplates::new("L").limit(limit)), position).await,
        5 => drain(emails.list_campaigns_stream(ListEmailCampaigns::new("L").limit(limit)), position).await,
        6 => drain(payments.list_orders_stream(ListOrders::new("L").limit(limit)), position).await,
        7 => {
            let query = ListTransactions::new("L", AltType::Location).limit(limit);
            drain(payments.list_transactions_stream(query), position).await
        }
        8 => {
            let query = ListSubscriptions::new("L", AltType::Location).limit(limit);
            drain(payments.list_subscriptions_stream(query), position).await
        }
        _ => {
            let query = ListSocialPosts::new(ever, ever).limit(limit);
            drain(crm.social_media_posting().list_stream(&"L".into(), query), position).await
        }
    }
}
