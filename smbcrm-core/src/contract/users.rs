//! What every implementation of the product users must do.

use std::sync::Arc;

use super::{Case, Failure, HandOrSkip, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::ErrorKind::{Duplicate, Forbidden, Invalid, NotFound};
use crate::contract::WireRequest;
use crate::error::Error;
use crate::types::{CompanyId, LocationId};
use crate::users::operations::{CREATE, DELETE, FILTER_BY_EMAIL, GET, LIST, SEARCH, UPDATE};
use crate::users::{
    CreateUser, FilterUsersByEmail, ListUsers, Permissions, SearchUsers, UpdateUser, User, UserRole,
    UserSort, UserType,
};

/// The product's cases.
pub(super) static PRODUCT: &[&[Case]] = &[CASES];

cases! {
    a_created_user_can_be_read => [CREATE, GET],
    an_email_is_one_users => [CREATE],
    everything_that_is_wrong_is_said_at_once => [CREATE],
    what_is_not_set_stays => [UPDATE, GET],
    the_email_stays => [UPDATE],
    a_deleted_user_is_gone => [DELETE, GET, FILTER_BY_EMAIL],
    a_sub_account_lists_its_users => [LIST],
    a_search_matches_everything_asked_for => [SEARCH],
    a_search_has_pages => [SEARCH],
    a_search_refuses_what_makes_no_sense => [SEARCH],
    a_search_that_says_nothing_is_not_authorized => [SEARCH],
    users_are_found_by_email => [FILTER_BY_EMAIL],
    an_agency_names_itself_in_an_update => [UPDATE],
    an_agency_user_is_made_by_the_agency => [CREATE],
}

async fn company(stage: &Stage) -> Result<CompanyId, Failure> {
    let location = stage.crm.locations().get(&stage.location).await?;
    location.company_id.ok_or_else(|| Failure::skip("the sub-account names no agency"))
}

/// A user to create, with a name of one's own.
async fn wish(stage: &Stage) -> Result<CreateUser, Failure> {
    Ok(CreateUser::new(
        company(stage).await?,
        "Sam",
        stage.unique("lee"),
        stage.unique_email(),
        "Contract-1234!",
        UserType::Account,
        UserRole::User,
        [&stage.location],
    ))
}

async fn someone(stage: &Stage) -> Result<Arc<User>, Failure> {
    let made = stage.crm.users().create(wish(stage).await?).await?;
    stage.discard(&made.id);
    Ok(made)
}

fn says(error: &Error, text: &str) -> Verdict {
    ensure!(error.messages().iter().any(|message| message.contains(text)), "it says {:?}", error.messages());
    Ok(())
}

/// A user without what only this one answer says of it: the id of the answer.
fn plain(user: &User) -> User {
    let mut user = user.clone();
    user.extra.remove("traceId");
    user
}

fn missing(user: &User) -> String {
    format!("User with id {} not found", user.id)
}

async fn a_created_user_can_be_read(stage: &Stage) -> Verdict {
    let mut permissions = Permissions::default();
    permissions.contacts_enabled = Some(false);
    let wish = wish(stage).await?.phone("+12025550101").permissions(permissions).scopes(["contacts.write"]);
    let made = stage.crm.users().create(wish.clone()).await?;
    stage.discard(&made.id);
    let read = stage.crm.users().get(&made.id).await?;
    ensure_eq!(read.id, made.id);
    ensure_eq!(read.email, wish.email);
    ensure_eq!((read.first_name.as_str(), &read.last_name), ("Sam", &wish.last_name));
    ensure_eq!(read.name.as_str(), format!("Sam {}", wish.last_name));
    ensure_eq!(read.phone.as_deref(), Some("+12025550101"));
    ensure_eq!((&read.roles.kind, &read.roles.role), (&UserType::Account, &UserRole::User));
    ensure_eq!(read.roles.location_ids, [stage.location.clone()]);
    ensure_eq!(read.scopes, ["contacts.write"]);
    let permissions = read.permissions.clone().unwrap_or_default();
    ensure_eq!((permissions.contacts_enabled, permissions.tags_enabled), (Some(false), Some(true)));
    ensure!(!read.extra.contains_key("password"), "a password is never read back");
    Ok(())
}

async fn an_email_is_one_users(stage: &Stage) -> Verdict {
    let made = someone(stage).await?;
    let mut again = wish(stage).await?;
    again.email = made.email.to_uppercase().into();
    let error = refused(stage.crm.users().create(again).await, Duplicate, 400)?;
    says(&error, "A user with this email already exists")
}

async fn everything_that_is_wrong_is_said_at_once(stage: &Stage) -> Verdict {
    let mut wrong = wish(stage).await?;
    wrong.first_name = " ".into();
    wrong.email = "nobody".into();
    wrong.password = "".into();
    let error = refused(stage.crm.users().create(wrong).await, Invalid, 422)?;
    for text in ["firstName", "email", "password"] {
        says(&error, text)?;
    }
    let mut odd = wish(stage).await?;
    odd.kind = "robot".into();
    odd.role = "king".into();
    let error = refused(stage.crm.users().create(odd).await, Invalid, 422)?;
    for text in ["type must be a valid enum value", "role must be a valid enum value"] {
        says(&error, text)?;
    }
    let mut nowhere = wish(stage).await?;
    nowhere.location_ids.clear();
    let error = refused(stage.crm.users().create(nowhere).await, Invalid, 422)?;
    says(&error, "locationIds must contain at least 1 elements")
}

async fn what_is_not_set_stays(stage: &Stage) -> Verdict {
    let made = someone(stage).await?;
    let users = stage.crm.users();
    let mut switches = Permissions::default();
    switches.tags_enabled = Some(false);
    let change = UpdateUser::new().first_name("Samuel").role(UserRole::Admin).permissions(switches);
    let changed = users.update(&made.id, change).await?;
    ensure_eq!(changed.name.as_str(), format!("Samuel {}", made.last_name));
    ensure_eq!((&changed.email, &changed.last_name), (&made.email, &made.last_name));
    ensure_eq!(changed.roles.role, UserRole::Admin);
    ensure_eq!(changed.roles.location_ids, made.roles.location_ids);
    let (before, after) = (made.permissions.clone(), changed.permissions.clone());
    ensure_eq!(after.clone().and_then(|all| all.tags_enabled), Some(false));
    ensure_eq!(after.and_then(|all| all.contacts_enabled), before.and_then(|all| all.contacts_enabled));
    ensure_eq!(plain(&*users.get(&made.id).await?), plain(&changed));
    let wrong = UpdateUser::new().first_name("Nobody").last_name("");
    says(&refused(users.update(&made.id, wrong).await, Invalid, 422)?, "lastName should not be empty")?;
    ensure_eq!(plain(&*users.get(&made.id).await?), plain(&changed));
    Ok(())
}

async fn the_email_stays(stage: &Stage) -> Verdict {
    let made = someone(stage).await?;
    let users = stage.crm.users();
    users.update(&made.id, UpdateUser::new().email(&*made.email)).await?;
    let other = users.update(&made.id, UpdateUser::new().email(stage.unique_email())).await;
    says(&refused(other, Invalid, 422)?, "email")
}

async fn a_deleted_user_is_gone(stage: &Stage) -> Verdict {
    let made = someone(stage).await?;
    let users = stage.crm.users();
    let done = users.delete(&made.id).await?;
    ensure!(done.succeeded && done.message.contains(made.email.as_str()), "it says so: {done:?}");
    says(&refused(users.get(&made.id).await, NotFound, 400)?, &missing(&made))?;
    says(&refused(users.delete(&made.id).await, NotFound, 400)?, &missing(&made))?;
    let agency = stage.agency()?.users();
    let ask = || FilterUsersByEmail::new("", [&made.email]).projection(["all"]);
    let company = company(stage).await?;
    let mut present = ask();
    present.company_id = company.clone();
    ensure_eq!(agency.filter_by_email(present).await?.count, 0);
    let mut deleted = ask().deleted(true);
    deleted.company_id = company;
    let found = agency.filter_by_email(deleted).await?;
    ensure_eq!(found.users.iter().map(|user| &user.id).collect::<Vec<_>>(), [&made.id]);
    // The e-mail is free again.
    let mut again = wish(stage).await?;
    again.email = made.email.clone();
    let again = users.create(again).await?;
    stage.discard(&again.id);
    Ok(())
}

async fn a_sub_account_lists_its_users(stage: &Stage) -> Verdict {
    let made = someone(stage).await?;
    let listed = stage.crm.users().list(ListUsers::new(&stage.location)).await?;
    ensure!(listed.iter().any(|user| user.id == made.id), "it is there");
    ensure!(listed.iter().all(|user| user.roles.location_ids.contains(&stage.location)), "all work there");
    Ok(())
}

async fn a_search_matches_everything_asked_for(stage: &Stage) -> Verdict {
    let (one, two) = (someone(stage).await?, someone(stage).await?);
    let company = company(stage).await?;
    let users = stage.crm.users();
    let ask = || SearchUsers::new(&company).location_id(&stage.location);
    let found =
        |page: crate::users::UserPage| -> Vec<_> { page.users.iter().map(|user| user.id.clone()).collect() };
    let by_name = users.search(ask().query(one.last_name.to_uppercase())).await?;
    ensure_eq!(by_name.count, 1);
    ensure_eq!(found(by_name), [one.id.clone()]);
    ensure_eq!(found(users.search(ask().query(&*two.email)).await?), [two.id.clone()]);
    let both = [&one.id, &two.id];
    let by_id = ask().ids(both).sort(UserSort::DateAdded).sort_direction("desc");
    ensure_eq!(found(users.search(by_id).await?), [two.id.clone(), one.id.clone()]);
    ensure_eq!(users.search(ask().ids(both).role(UserRole::Admin)).await?.count, 0);
    ensure_eq!(users.search(ask().ids(both).kind(UserType::Agency)).await?.count, 0);
    ensure_eq!(users.search(ask().query(stage.unique("nobody"))).await?.count, 0);
    Ok(())
}

async fn a_search_has_pages(stage: &Stage) -> Verdict {
    let (one, two) = (someone(stage).await?, someone(stage).await?);
    let company = company(stage).await?;
    let ask = || SearchUsers::new(&company).ids([&one.id, &two.id]).sort(UserSort::DateAdded).limit(1);
    let first = stage.crm.users().search(ask()).await?;
    let second = stage.crm.users().search(ask().skip(1)).await?;
    ensure_eq!((first.count, second.count), (2, 2));
    ensure_eq!(first.users.iter().map(|user| &user.id).collect::<Vec<_>>(), [&one.id]);
    ensure_eq!(second.users.iter().map(|user| &user.id).collect::<Vec<_>>(), [&two.id]);
    Ok(())
}

async fn a_search_refuses_what_makes_no_sense(stage: &Stage) -> Verdict {
    let company = company(stage).await?;
    let users = stage.crm.users();
    let wrong = SearchUsers::new("").limit(0);
    let error = refused(users.search(wrong).await, Invalid, 422)?;
    for text in ["companyId should not be empty", "limit must not be less than 1"] {
        says(&error, text)?;
    }
    let odd = SearchUsers::new(&company).sort("height").sort_direction("sideways");
    let error = refused(users.search(odd).await, Invalid, 422)?;
    for text in ["sort must be a valid enum value", "sortDirection must be a valid enum value"] {
        says(&error, text)?;
    }
    refused(users.search(SearchUsers::new("another-agency")).await, Forbidden, 403)?;
    let nowhere = LocationId::from("another-sub-account");
    refused(users.search(SearchUsers::new(&company).location_id(nowhere)).await, Forbidden, 403)?;
    Ok(())
}

async fn a_search_that_says_nothing_is_not_authorized(stage: &Stage) -> Verdict {
    let send = async |target: String| {
        let answer = stage.hands.wire(WireRequest::new(&SEARCH, target)).await;
        let answer = answer.ok_or_skip("the wire cannot be spoken directly here")?;
        Ok::<_, Failure>((answer.status, String::from_utf8_lossy(&answer.body).into_owned()))
    };
    let (status, body) = send("/users/search".to_owned()).await?;
    ensure!(status == 401 && body.contains("E01 - Unauthorized request"), "{status} {body}");
    let (status, body) = send(format!("/users/search?locationId={}", stage.location)).await?;
    ensure!(status == 422 && body.contains("companyId must be a string"), "{status} {body}");
    Ok(())
}

async fn users_are_found_by_email(stage: &Stage) -> Verdict {
    let (one, two) = (someone(stage).await?, someone(stage).await?);
    let company = company(stage).await?;
    let agency = stage.agency()?.users();
    let ask = || FilterUsersByEmail::new(&company, [&one.email, &two.email]);
    let short = agency.filter_by_email(ask()).await?;
    ensure_eq!(short.count, 2);
    let first = short.users.first().cloned().unwrap_or_default();
    ensure!(!first.id.is_empty() && !first.email.is_empty() && first.first_name.is_empty(), "{first:?}");
    let named = agency.filter_by_email(ask().projection(["firstName"]).limit(1).skip(1)).await?;
    ensure_eq!((named.count, named.users.len()), (2, 1));
    ensure_eq!(named.users[0].first_name, "Sam");
    let nobody: [&str; 0] = [];
    let error =
        refused(agency.filter_by_email(FilterUsersByEmail::new(&company, nobody)).await, Invalid, 422)?;
    says(&error, "emails should not be empty")
}

async fn an_agency_names_itself_in_an_update(stage: &Stage) -> Verdict {
    let made = someone(stage).await?;
    let agency = stage.agency()?.users();
    let change = UpdateUser::new().last_name("Long");
    let error = refused(agency.update(&made.id, change.clone()).await, Invalid, 422)?;
    says(&error, "companyId should not be empty")?;
    let changed = agency.update(&made.id, change.company_id(company(stage).await?)).await?;
    ensure_eq!(changed.last_name, "Long");
    Ok(())
}

async fn an_agency_user_is_made_by_the_agency(stage: &Stage) -> Verdict {
    let mut wish = wish(stage).await?;
    wish.kind = UserType::Agency;
    wish.location_ids.clear();
    refused(stage.crm.users().create(wish.clone()).await, Forbidden, 403)?;
    let agency = stage.agency()?.users();
    let made = agency.create(wish).await?;
    refused(stage.crm.users().get(&made.id).await, Forbidden, 403)?;
    agency.delete(&made.id).await?;
    Ok(())
}
