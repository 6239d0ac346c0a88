//! Users: the people who work with the account.
//!
//! ```
//! use smbcrm_core::{Crm, Result};
//! use smbcrm_core::users::{SearchUsers, UserRole};
//!
//! async fn admins(crm: &dyn Crm) -> Result<Vec<String>> {
//!     let page = crm.users().search(SearchUsers::new("COMP1").role(UserRole::Admin)).await?;
//!     Ok(page.users.iter().map(|user| user.email.to_string()).collect())
//! }
//! ```

mod input;
mod listed;
mod model;
mod permissions;

use std::sync::Arc;

pub use input::*;
pub use model::*;
pub use permissions::*;

use crate::api;
use crate::error::Result;
use crate::operation::Product;
use crate::types::UserId;

/// The product's facts.
pub static USERS: Product =
    Product { name: "users", version: "2021-07-28", summary: "The people who work with the account." };

/// The people who work with the account.
///
/// They belong to the agency. A sub-account's token sees those who are assigned to its sub-account.
#[api(product = USERS)]
pub trait Users: Send + Sync {
    /// Searches the users of an agency, or of one of its sub-accounts.
    #[get("/users/search", id = "search-users", scope = "users.readonly", access = any)]
    async fn search(&self, query: SearchUsers) -> Result<UserPage>;

    /// Finds users of an agency by their e-mails.
    #[post(
        "/users/search/filter-by-email",
        id = "filter-users-by-email",
        scope = "users.readonly",
        access = agency,
        status = 200,
        read
    )]
    async fn filter_by_email(&self, filter: FilterUsersByEmail) -> Result<UserPage>;

    /// Fetches one user.
    #[get("/users/{user_id}", id = "get-user", scope = "users.readonly", access = any)]
    async fn get(&self, user_id: &UserId) -> Result<Arc<User>>;

    /// Changes a user. What is not set stays.
    #[put("/users/{user_id}", id = "update-user", scope = "users.write", access = any)]
    async fn update(&self, user_id: &UserId, user: UpdateUser) -> Result<Arc<User>>;

    /// Deletes a user.
    #[delete("/users/{user_id}", id = "delete-user", scope = "users.write", access = any)]
    async fn delete(&self, user_id: &UserId) -> Result<UserDeleted>;

    /// Lists the users of a sub-account.
    #[get(
        "/users/",
        id = "get-user-by-location",
        scope = "users.readonly",
        location = "locationId",
        key = "users",
        deprecated
    )]
    async fn list(&self, query: ListUsers) -> Result<Vec<Arc<User>>>;

    /// Creates a user; refused when another one has the e-mail.
    #[post("/users/", id = "create-user", scope = "users.write", access = any)]
    async fn create(&self, user: CreateUser) -> Result<Arc<User>>;
}
