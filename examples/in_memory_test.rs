//! An app and its tests, side by side.
//!
//! `cargo run --example in_memory_test` runs the app against an in-memory CRM; `cargo test --example in_memory_test`
//! runs the tests. The app takes `&dyn Crm`, so nothing in it knows which of the two it talks to – or that in
//! production it is `smbcrm_client::Client`.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use chrono::{DateTime, Duration, Utc};
use smbcrm_core::contacts::{CreateTask, SearchContacts, UpsertContact};
use smbcrm_core::opportunities::{CreateOpportunity, ListPipelines, OpportunityStatus};
use smbcrm_core::paging::{ContactsExt, TryStreamExt};
use smbcrm_core::search::ContactField;
use smbcrm_core::types::{ContactId, LocationId};
use smbcrm_core::{Crm, Error, ErrorKind, Result};
use smbcrm_examples::Failure;
use smbcrm_mem::MemCrm;

// ANCHOR: app
/// Somebody who filled in the form on the website.
struct Lead<'a> {
    name: &'a str,
    email: &'a str,
    phone: &'a str,
}

/// What became of a lead.
#[derive(Debug, PartialEq)]
enum Intake {
    /// A new contact, with a deal and a call to make.
    Welcomed(ContactId),
    /// Somebody we know.
    Known(ContactId),
}

/// Saves a lead. Somebody new gets a deal in the first stage and a task: call them tomorrow.
async fn intake(crm: &dyn Crm, location: &LocationId, lead: &Lead<'_>, now: DateTime<Utc>) -> Result<Intake> {
    let contact = UpsertContact::new(location).name(lead.name).email(lead.email).phone(lead.phone);
    let done = crm.contacts().upsert(contact).await?;
    let contact = done.contact;
    crm.contacts().add_tags(&contact.id, vec!["web-lead"].into()).await?;
    if !done.new {
        return Ok(Intake::Known(contact.id.clone()));
    }

    let pipelines = crm.opportunities().list_pipelines(ListPipelines::new(location)).await?;
    let sales = pipelines.first().ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no pipeline"))?;
    let deal = CreateOpportunity::new(&sales.id, location, lead.name, OpportunityStatus::Open, &contact.id);
    crm.opportunities().create(deal).await?;

    let call = CreateTask::new("Call back", now + Duration::days(1), false);
    crm.contacts().create_task(&contact.id, call).await?;
    Ok(Intake::Welcomed(contact.id.clone()))
}

/// Who came through the website and has not been touched for a month.
async fn forgotten(crm: &dyn Crm, location: &LocationId, now: DateTime<Utc>) -> Result<Vec<ContactId>> {
    let search = SearchContacts::new(location, 100).filters([
        ContactField::Tags.eq("web-lead"),
        ContactField::DateUpdated.before(now - Duration::days(30)),
    ]);
    crm.contacts().search_stream(search).map_ok(|found| found.id.clone()).try_collect().await
}
// ANCHOR_END: app

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let crm = MemCrm::new();
    let leads = [
        Lead { name: "Ada Vale", email: "ada@vale.example", phone: "(202) 555-0123" },
        Lead { name: "Grace Marsh", email: "grace@marsh.example", phone: "+44 20 7946 0018" },
        Lead { name: "ADA VALE", email: " Ada@Vale.Example", phone: "+1 202-555-0123" },
    ];
    for lead in &leads {
        match intake(&crm, crm.location(), lead, crm.clock().now()).await? {
            Intake::Welcomed(id) => println!("{:12} is new: contact {id}", lead.name),
            Intake::Known(id) => println!("{:12} is known: contact {id}", lead.name),
        }
    }
    // A month in an instant: the clock is ours.
    crm.clock().advance(std::time::Duration::from_secs(31 * 24 * 3600));
    let forgotten = forgotten(&crm, crm.location(), crm.clock().now()).await?;
    println!("a month later, {} of them are forgotten", forgotten.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::time::Duration;

    use smbcrm_core::contacts::CreateContact;
    use smbcrm_mem::{RateLimits, Scopes, TokenLevel};

    use super::*;

    const ADA: Lead<'_> = Lead { name: "Ada Vale", email: "ada@vale.example", phone: "(202) 555-0123" };
    const DAY: Duration = Duration::from_secs(24 * 3600);

    // ANCHOR: fork
    /// The world that every test starts from: made once, forked in microseconds.
    static WORLD: LazyLock<MemCrm> = LazyLock::new(|| {
        let crm = MemCrm::new();
        let grace = CreateContact::new(crm.location()).name("Grace Marsh").email("grace@marsh.example");
        futures::executor::block_on(crm.contacts().create(grace)).expect("an empty world takes a contact");
        crm
    });

    #[tokio::test]
    async fn a_new_lead_gets_a_deal_and_a_task() -> Result<()> {
        let crm = WORLD.fork();
        let Intake::Welcomed(id) = intake(&crm, crm.location(), &ADA, crm.clock().now()).await? else {
            panic!("nobody knows Ada yet");
        };
        assert_eq!(crm.contacts().get(&id).await?.phone.as_deref(), Some("+12025550123"));
        assert_eq!(crm.contacts().list_tasks(&id).await?.len(), 1);
        Ok(())
    }
    // ANCHOR_END: fork

    #[tokio::test]
    async fn the_same_person_in_other_letters_is_known() -> Result<()> {
        let crm = WORLD.fork();
        let grace = Lead { name: "grace marsh", email: " GRACE@Marsh.Example ", phone: "" };
        let before = crm.admin().calls().len();
        // An empty phone is no phone: see what the form sends before it reaches the CRM.
        let contact = UpsertContact::new(crm.location()).name(grace.name).email(grace.email);
        assert!(!crm.contacts().upsert(contact).await?.new);
        assert_eq!(crm.admin().calls().len(), before + 1);
        Ok(())
    }

    // ANCHOR: refusal
    #[tokio::test]
    async fn a_token_that_may_not_write_writes_nothing() {
        let crm = WORLD.fork();
        let level = TokenLevel::Location(crm.location().clone());
        let (_, token) = crm.admin().create_token("reader", level, Scopes::only(["contacts.readonly"]));
        let reader = crm.with_token(token.expose());

        let error = intake(&reader, crm.location(), &ADA, crm.clock().now()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert_eq!(error.operation().map(|operation| operation.scope), Some("contacts.write"));
        assert!(error.hint().contains("scope"));
    }
    // ANCHOR_END: refusal

    // ANCHOR: token
    #[tokio::test]
    async fn a_rotated_token_works_for_a_week() -> Result<()> {
        let crm = WORLD.fork();
        let level = TokenLevel::Location(crm.location().clone());
        let (info, old) = crm.admin().create_token("app", level, Scopes::All);
        let app = crm.with_token(old.expose());

        let new = crm.admin().rotate_token(&info.id).expect("the token exists");
        intake(&app, crm.location(), &ADA, crm.clock().now()).await?; // both are good now

        crm.clock().advance(7 * DAY);
        let error = forgotten(&app, crm.location(), crm.clock().now()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        forgotten(&crm.with_token(new.expose()), crm.location(), crm.clock().now()).await?;
        Ok(())
    }
    // ANCHOR_END: token

    // ANCHOR: clock
    #[tokio::test]
    async fn leads_are_forgotten_after_a_month() -> Result<()> {
        let crm = WORLD.fork();
        intake(&crm, crm.location(), &ADA, crm.clock().now()).await?;
        crm.clock().advance(29 * DAY);
        assert!(forgotten(&crm, crm.location(), crm.clock().now()).await?.is_empty());
        crm.clock().advance(2 * DAY);
        assert_eq!(forgotten(&crm, crm.location(), crm.clock().now()).await?.len(), 1);
        Ok(())
    }
    // ANCHOR_END: clock

    // ANCHOR: rate
    #[tokio::test]
    async fn a_rate_limit_is_told_apart_from_other_refusals() -> Result<()> {
        let crm = WORLD.fork();
        crm.admin().set_rate_limits(RateLimits::new(2, Duration::from_secs(10), 1_000));
        let level = TokenLevel::Location(crm.location().clone());
        let (_, token) = crm.admin().create_token("app", level, Scopes::All);
        let app = crm.with_token(token.expose());

        // Upsert and tags pass, the pipelines are one call too many.
        let error = intake(&app, crm.location(), &ADA, crm.clock().now()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);

        crm.clock().advance(Duration::from_secs(10));
        assert!(matches!(intake(&app, crm.location(), &ADA, crm.clock().now()).await?, Intake::Known(_)));
        Ok(())
    }
    // ANCHOR_END: rate

    // ANCHOR: journal
    #[tokio::test]
    async fn a_known_lead_costs_two_calls() -> Result<()> {
        let crm = WORLD.fork();
        intake(&crm, crm.location(), &ADA, crm.clock().now()).await?;
        crm.admin().clear_calls();
        intake(&crm, crm.location(), &ADA, crm.clock().now()).await?;
        let calls: Vec<_> = crm.admin().calls().into_iter().filter_map(|call| call.operation).collect();
        assert_eq!(calls, ["contacts.upsert", "contacts.add_tags"]);
        Ok(())
    }
    // ANCHOR_END: journal

    #[tokio::test]
    async fn worlds_do_not_see_each_other() -> Result<()> {
        let (here, there) = (WORLD.fork(), WORLD.fork());
        intake(&here, here.location(), &ADA, here.clock().now()).await?;
        let everybody = |crm: &MemCrm| SearchContacts::new(crm.location(), 10);
        assert_eq!(here.contacts().search(everybody(&here)).await?.total, 2);
        assert_eq!(there.contacts().search(everybody(&there)).await?.total, 1);
        Ok(())
    }
}
