//! Who follows.

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::Followers;
use smbcrm_core::opportunities::RemoveAllFollowers;

use super::{Desk, messages};

#[test]
fn they_come_once_and_go_one_by_one_or_all() {
    let desk = Desk::open();
    let made = desk.create(desk.deal("Ten chairs", &desk.contact("Ada Vale"))).unwrap();
    let api = desk.crm.opportunities();
    let add = |users: &[&str]| block_on(api.add_followers(&made.id, Followers::new(users.to_vec())));
    let remove = |all: Option<bool>, users: &[&str]| {
        let mut query = RemoveAllFollowers::new();
        query.is_remove_all_followers = all;
        block_on(api.remove_followers(&made.id, query, Followers::new(users.to_vec())))
    };

    let done = add(&["u1", "u2", "u1"]).unwrap();
    assert_eq!((done.followers.len(), done.followers_added.len()), (2, 2));
    let updated = block_on(api.get(&made.id)).unwrap().updated_at;
    let done = add(&["u2"]).unwrap();
    assert_eq!((done.followers.len(), done.followers_added.len()), (2, 0));
    assert_eq!(block_on(api.get(&made.id)).unwrap().updated_at, updated, "nobody came");

    let done = remove(None, &["u1", "u9"]).unwrap();
    assert_eq!((done.followers, done.followers_removed), (vec!["u2".into()], vec!["u1".into()]));
    add(&["u3"]).unwrap();
    let done = remove(Some(true), &[]).unwrap();
    assert_eq!((done.followers.len(), done.followers_removed.len()), (0, 2));

    assert_eq!(messages(add(&[]), 422), ["followers must contain at least 1 elements"]);
    assert_eq!(messages(remove(None, &[" "]), 422), ["each value in followers should not be empty"]);
}
