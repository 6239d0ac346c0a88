//! Users, answered from the directory: they belong to the agency, not to a sub-account.

mod find;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use smbcrm_core::types::UserId;
use smbcrm_core::users::operations as op;
use smbcrm_core::users::{
    CreateUser, FilterUsersByEmail, ListUsers, SearchUsers, UpdateUser, User, UserDeleted, UserPage, Users,
};
use smbcrm_core::{Error, Result};

use crate::MemCrm;
use crate::refusal;

/// What the wire says of a user that does not exist.
fn missing(id: &UserId) -> Error {
    refusal::not_found("User", id.as_str())
}

#[async_trait]
impl Users for MemCrm {
    async fn search(&self, query: SearchUsers) -> Result<UserPage> {
        self.visit(&op::SEARCH, |directory, visitor| directory.search_users(visitor, &query))
    }

    async fn filter_by_email(&self, filter: FilterUsersByEmail) -> Result<UserPage> {
        self.visit(&op::FILTER_BY_EMAIL, |directory, _| directory.filter_users(&filter))
    }

    async fn get(&self, user_id: &UserId) -> Result<Arc<User>> {
        self.visit(&op::GET, |directory, visitor| {
            let at = directory.user_at(visitor, user_id)?;
            Ok(Arc::clone(&directory.users[at].user))
        })
    }

    async fn update(&self, user_id: &UserId, user: UpdateUser) -> Result<Arc<User>> {
        self.rearrange(&op::UPDATE, |directory, visitor, _| directory.update_user(visitor, user_id, user))
    }

    async fn delete(&self, user_id: &UserId) -> Result<UserDeleted> {
        self.rearrange(&op::DELETE, |directory, visitor, _| directory.delete_user(visitor, user_id))
    }

    async fn list(&self, query: ListUsers) -> Result<Vec<Arc<User>>> {
        self.visit(&op::LIST, |directory, visitor| directory.list_users(visitor, &query.location_id))
    }

    async fn create(&self, user: CreateUser) -> Result<Arc<User>> {
        self.rearrange(&op::CREATE, |directory, visitor, now| directory.create_user(visitor, user, now))
    }
}
