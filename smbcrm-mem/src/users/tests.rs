//! What only the owner of a world can see of users.

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::users::{CreateUser, UserRole, UserType};

use crate::{MemCrm, Scopes, TokenLevel};

fn sam(crm: &MemCrm) -> CreateUser {
    CreateUser::new(
        crm.admin().company(),
        "Sam",
        "Lee",
        "Sam@Demo.example",
        "s3cret-Word",
        UserType::Account,
        UserRole::User,
        [crm.location()],
    )
}

#[test]
fn the_password_is_kept_nowhere() {
    let crm = MemCrm::new();
    let input = sam(&crm);
    assert!(!format!("{input:?}").contains("s3cret"));
    let made = block_on(crm.users().create(input)).unwrap();
    assert!(!serde_json::to_string(&*made).unwrap().contains("s3cret"));
    assert!(!format!("{:?}", crm.admin().users()).contains("s3cret"));
}

#[test]
fn a_fork_has_users_of_its_own() {
    let crm = MemCrm::new();
    let made = block_on(crm.users().create(sam(&crm))).unwrap();
    let fork = crm.fork();
    block_on(fork.users().delete(&made.id)).unwrap();
    assert!(block_on(fork.users().get(&made.id)).is_err());
    assert_eq!(block_on(crm.users().get(&made.id)).unwrap(), made);
}

#[test]
fn a_sub_account_does_not_take_a_user_away_from_another() {
    let crm = MemCrm::new();
    crm.admin().found(&"LOC2".into());
    let mut input = sam(&crm);
    input.location_ids.push("LOC2".into());
    let made = block_on(crm.users().create(input)).unwrap();
    let level = TokenLevel::Location("LOC2".into());
    let (_, secret) = crm.admin().create_token("there", level, Scopes::All);
    let there = crm.with_token(secret.expose());
    let none: [&str; 0] = [];
    let update = smbcrm_core::users::UpdateUser::new().location_ids(none);
    let left = block_on(there.users().update(&made.id, update)).unwrap();
    assert_eq!(left.roles.location_ids, [crm.location().clone()]);
    assert_eq!(block_on(there.users().get(&made.id)).unwrap_err().status(), Some(403));
}

#[test]
fn a_deleted_sub_account_has_no_users() {
    let crm = MemCrm::new();
    crm.admin().found(&"LOC2".into());
    let mut input = sam(&crm);
    input.location_ids.push("LOC2".into());
    let made = block_on(crm.users().create(input)).unwrap();
    let query = smbcrm_core::locations::DeleteLocation::new(false);
    block_on(crm.locations().delete(&"LOC2".into(), query)).unwrap();
    let read = block_on(crm.users().get(&made.id)).unwrap();
    assert_eq!(read.roles.location_ids, [crm.location().clone()]);
}
