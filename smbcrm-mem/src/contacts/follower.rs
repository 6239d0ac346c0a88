//! Followers: users who are kept informed about a contact.

use chrono::{DateTime, Utc};
use smbcrm_core::Result;
use smbcrm_core::contacts::{FollowersAdded, FollowersRemoved};
use smbcrm_core::types::{ContactId, UserId};

use crate::refusal;
use crate::world::State;

/// At least one follower, and no nameless one. Whether the users exist is not checked (assumed).
fn check(followers: &[UserId]) -> Result<()> {
    if followers.is_empty() {
        return Err(refusal::empty_list("followers"));
    }
    if followers.iter().any(UserId::is_empty) {
        return Err(refusal::invalid(vec!["each value in followers should not be empty".to_owned()]));
    }
    Ok(())
}

impl State {
    /// Adds followers behind those a contact has; one whose followers stay the same is not stamped.
    pub(crate) fn add_followers(
        &mut self,
        id: &ContactId,
        followers: Vec<UserId>,
        now: DateTime<Utc>,
    ) -> Result<FollowersAdded> {
        check(&followers)?;
        let mut added: Vec<UserId> = Vec::new();
        let contact = self.edit_contact(id, now, |contact| {
            for follower in followers {
                if !contact.followers.contains(&follower) {
                    contact.followers.push(follower.clone());
                    added.push(follower);
                }
            }
        })?;
        let mut answer = FollowersAdded::default();
        answer.followers = contact.followers.clone();
        answer.followers_added = added;
        Ok(answer)
    }

    /// Removes followers from a contact; those who do not follow it are passed over.
    pub(crate) fn remove_followers(
        &mut self,
        id: &ContactId,
        followers: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<FollowersRemoved> {
        check(followers)?;
        let mut removed = Vec::new();
        let contact = self.edit_contact(id, now, |contact| {
            contact.followers.retain(|known| {
                let goes = followers.contains(known);
                if goes {
                    removed.push(known.clone());
                }
                !goes
            });
        })?;
        let mut answer = FollowersRemoved::default();
        answer.followers = contact.followers.clone();
        answer.followers_removed = removed;
        Ok(answer)
    }
}
