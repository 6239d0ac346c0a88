//! Searching and listing users.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;
use smbcrm_core::Result;
use smbcrm_core::locations::Order;
use smbcrm_core::types::{CompanyId, LocationId, Text};
use smbcrm_core::users::{FilterUsersByEmail, SearchUsers, User, UserPage, UserSort};

use super::store::{check_kind, check_role};
use crate::admit::Visitor;
use crate::locations::PageSize;
use crate::refusal;
use crate::world::{Directory, StoredUser};

/// The most users that one page may hold (assumed).
const PAGE: PageSize = PageSize { default: 25, max: 1_000 };

impl Directory {
    /// The users that the caller may see and that match everything asked for.
    pub(super) fn search_users(&self, visitor: &Visitor, search: &SearchUsers) -> Result<UserPage> {
        let mut wrong = Vec::new();
        check_company(&search.company_id, &mut wrong);
        let limit = PAGE.check(search.limit, &mut wrong);
        if let Some(kind) = &search.kind {
            check_kind(kind, &mut wrong);
        }
        if let Some(role) = &search.role {
            check_role(role, &mut wrong);
        }
        if search.sort.as_ref().is_some_and(|sort| !sort.is_known()) {
            wrong.push("sort must be a valid enum value".to_owned());
        }
        if search.sort_direction.as_ref().is_some_and(|direction| !direction.is_known()) {
            wrong.push("sortDirection must be a valid enum value".to_owned());
        }
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.own(&search.company_id)?;
        if let Some(location) = &search.location_id {
            self.expect_place(visitor, location)?;
        }
        let words = search.query.as_deref().map(|query| query.trim().to_lowercase());
        let mut found: Vec<&StoredUser> = self
            .users
            .iter()
            .filter(|known| {
                let user = &known.user;
                let roles = &user.roles;
                !known.is_deleted()
                    && visitor.sees(user)
                    && search.location_id.as_ref().is_none_or(|id| roles.location_ids.contains(id))
                    && search.kind.as_ref().is_none_or(|kind| roles.kind == *kind)
                    && search.role.as_ref().is_none_or(|role| roles.role == *role)
                    && search.ids.as_ref().is_none_or(|ids| ids.contains(&user.id))
                    // Nobody here has a calendar that is synchronised.
                    && search.two_way_sync != Some(true)
                    && words.as_ref().is_none_or(|words| mentions(user, words))
            })
            .collect();
        found.sort_by(|one, two| compare(search.sort.as_ref(), one, two));
        if search.sort_direction == Some(Order::Descending) {
            found.reverse();
        }
        Ok(page(&found, search.skip, limit, Arc::clone))
    }

    /// The agency's users with these e-mails.
    pub(super) fn filter_users(&self, filter: &FilterUsersByEmail) -> Result<UserPage> {
        let mut wrong = Vec::new();
        check_company(&filter.company_id, &mut wrong);
        if filter.emails.is_empty() {
            wrong.push("emails should not be empty".to_owned());
        }
        let limit = PAGE.check(filter.limit, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        self.own(&filter.company_id)?;
        let deleted = filter.deleted.unwrap_or(false);
        let wanted: Vec<String> = filter.emails.iter().map(|email| email.trim().to_lowercase()).collect();
        let found: Vec<&StoredUser> = self
            .users
            .iter()
            .filter(|known| known.is_deleted() == deleted)
            .filter(|known| wanted.iter().any(|email| known.user.email == email.as_str()))
            .collect();
        let projection = filter.projection.as_deref();
        if projection.is_some_and(|names| names.iter().any(|name| *name == "all")) {
            return Ok(page(&found, filter.skip, limit, Arc::clone));
        }
        Ok(page(&found, filter.skip, limit, |user| Arc::new(projected(user, projection))))
    }

    /// Everybody who works in a sub-account, by name.
    pub(super) fn list_users(&self, visitor: &Visitor, location: &LocationId) -> Result<Vec<Arc<User>>> {
        self.expect_place(visitor, location)?;
        let works_there =
            |known: &&StoredUser| !known.is_deleted() && known.user.roles.location_ids.contains(location);
        let mut found: Vec<&StoredUser> = self.users.iter().filter(works_there).collect();
        found.sort_by(|one, two| compare(None, one, two));
        Ok(found.into_iter().map(|known| Arc::clone(&known.user)).collect())
    }

    fn expect_place(&self, visitor: &Visitor, location: &LocationId) -> Result<()> {
        let open = visitor.opens(location) && self.location(location.as_str()).is_some();
        if open { Ok(()) } else { Err(refusal::location()) }
    }
}

fn check_company(company: &CompanyId, wrong: &mut Vec<String>) {
    if company.is_empty() {
        wrong.push("companyId should not be empty".to_owned());
    }
}

/// Whether the full name, e-mail or phone contains a text in lower case.
fn mentions(user: &User, words: &str) -> bool {
    let texts = [Some(&user.name), Some(&user.email), user.phone.as_ref()];
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(words))
}

fn compare(sort: Option<&UserSort>, one: &StoredUser, two: &StoredUser) -> Ordering {
    let lower = |text: &Text| text.to_lowercase();
    let (a, b) = (&one.user, &two.user);
    let first = match sort {
        Some(UserSort::DateAdded) => one.added.cmp(&two.added),
        Some(UserSort::LastName) => lower(&a.last_name).cmp(&lower(&b.last_name)),
        Some(UserSort::Email) => a.email.cmp(&b.email),
        _ => lower(&a.first_name).cmp(&lower(&b.first_name)),
    };
    first.then_with(|| lower(&a.last_name).cmp(&lower(&b.last_name))).then_with(|| a.id.cmp(&b.id))
}

fn page(
    found: &[&StoredUser],
    skip: Option<u32>,
    limit: usize,
    show: impl Fn(&Arc<User>) -> Arc<User>,
) -> UserPage {
    let mut page = UserPage::default();
    page.count = found.len() as u64;
    let shown = found.iter().skip(skip.unwrap_or(0) as usize).take(limit);
    page.users = shown.map(|known| show(&known.user)).collect();
    page
}

/// A user with the named fields only: id and e-mail where none are named. The id is always there.
fn projected(user: &User, names: Option<&[Text]>) -> User {
    let whole = serde_json::to_value(user).unwrap_or_default();
    let mut part = serde_json::Map::new();
    if let Value::Object(fields) = whole {
        part.extend(fields.into_iter().filter(|(name, _)| match names {
            _ if name == "id" => true,
            None => name == "email",
            Some(names) => names.iter().any(|wanted| *wanted == name.as_str()),
        }));
    }
    // What a user was written as can be read as a user.
    serde_json::from_value(Value::Object(part)).unwrap_or_default()
}
