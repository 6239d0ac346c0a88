//! The agency's users, beyond what the API does.

use std::sync::Arc;

use smbcrm_core::users::User;

use crate::Admin;

impl Admin<'_> {
    /// The agency's users in the order they were made, deleted ones included.
    pub fn users(&self) -> Vec<Arc<User>> {
        let directory = self.crm.world.directory.read();
        directory.users.iter().map(|known| Arc::clone(&known.user)).collect()
    }

    /// Loads a user as it is, without any check. An empty id is minted; one of the same id is replaced.
    pub fn add_user(&self, user: User) -> Arc<User> {
        let now = self.crm.world.clock.now();
        self.crm.world.arrange_directory(|directory| directory.put_user(user, now))
    }
}
