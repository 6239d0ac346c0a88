//! Users who follow an opportunity.

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::{FollowersAdded, FollowersRemoved};
use smbcrm_core::opportunities::{FollowersAction, Opportunity, UpsertOpportunity};
use smbcrm_core::types::{OpportunityId, UserId};

use super::missing;
use crate::search::translate::Complaints;
use crate::world::State;

/// What an upsert does to followers: first everyone may go, then some come or go.
#[derive(Debug, Default)]
pub(super) struct FollowerChange {
    clear: bool,
    add: Vec<UserId>,
    remove: Vec<UserId>,
}

impl From<&UpsertOpportunity> for FollowerChange {
    /// Followers without a word on what to do with them are added.
    fn from(input: &UpsertOpportunity) -> Self {
        let named = input.followers.clone().unwrap_or_default();
        let (add, remove) = match input.followers_action_type {
            Some(FollowersAction::Remove) => (Vec::new(), named),
            _ => (named, Vec::new()),
        };
        Self { clear: input.is_remove_all_followers.unwrap_or(false), add, remove }
    }
}

impl FollowerChange {
    pub(super) fn apply(&self, followers: &mut Vec<UserId>) {
        if self.clear {
            followers.clear();
        }
        add(followers, &self.add);
        followers.retain(|user| !self.remove.contains(user));
    }
}

/// Complains of an action that is neither add nor remove.
pub(super) fn check_action(action: Option<&FollowersAction>, complaints: &mut Complaints) {
    if action.is_some_and(|action| !action.is_known()) {
        complaints.shape("followersActionType must be a valid enum value");
    }
}

/// Adds who is not there yet; answers who that was.
fn add(followers: &mut Vec<UserId>, users: &[UserId]) -> Vec<UserId> {
    let mut added = Vec::new();
    for user in users.iter().filter(|user| !user.is_empty()) {
        if !followers.contains(user) {
            followers.push(user.clone());
            added.push(user.clone());
        }
    }
    added
}

fn expect_users(users: &[UserId]) -> Result<()> {
    let mut complaints = Complaints::default();
    if users.is_empty() {
        complaints.shape("followers must contain at least 1 elements");
    }
    if users.iter().any(|user| user.as_str().trim().is_empty()) {
        complaints.shape("each value in followers should not be empty");
    }
    complaints.into_result()
}

impl State {
    pub(crate) fn follow(
        &mut self,
        id: &OpportunityId,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<FollowersAdded> {
        expect_users(users)?;
        let mut done = FollowersAdded::default();
        done.followers = self.edit_followers(id, now, |followers| {
            done.followers_added = add(followers, users);
        })?;
        Ok(done)
    }

    pub(crate) fn unfollow(
        &mut self,
        id: &OpportunityId,
        all: bool,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<FollowersRemoved> {
        if !all {
            expect_users(users)?;
        }
        let mut done = FollowersRemoved::default();
        done.followers = self.edit_followers(id, now, |followers| {
            let goes = |user: &UserId| all || users.contains(user);
            done.followers_removed = followers.iter().filter(|user| goes(user)).cloned().collect();
            followers.retain(|user| !goes(user));
        })?;
        Ok(done)
    }

    /// Changes who follows an opportunity; the stamps move only when somebody came or went.
    fn edit_followers(
        &mut self,
        id: &OpportunityId,
        now: DateTime<Utc>,
        edit: impl FnOnce(&mut Vec<UserId>),
    ) -> Result<Vec<UserId>> {
        let Some(known) = self.opportunities.get(id.as_str()) else { return Err(missing(id)) };
        let mut followers = known.followers.clone();
        edit(&mut followers);
        if followers != known.followers {
            let mut opportunity = Opportunity::clone(known);
            opportunity.followers = followers.clone();
            opportunity.updated_at = now;
            opportunity.last_action_date = Some(now);
            self.put_opportunity(opportunity);
        }
        Ok(followers)
    }
}
