//! Imports leads while everything goes wrong that can: `cargo run --example chaos [SEED]`.
//!
//! A server loses answers before and after it has done what it was asked to, cuts them in the middle, limits, fails,
//! and lets a proxy answer in its stead. The import ends with exactly the right contacts all the same, each with
//! exactly one note. The same seed goes wrong in the same way.
//!
//! Nothing waits: the client's clock is the server's, and that one is virtual.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use smbcrm_client::{Client, RetryPolicy, Timer};
use smbcrm_core::contacts::{CreateNote, SearchContacts, UpsertContact, operations as contacts};
use smbcrm_core::paging::{ContactsExt, TryStreamExt};
use smbcrm_core::types::{ContactId, LocationId};
use smbcrm_core::{Crm, ErrorKind, Result};
use smbcrm_examples::Failure;
use smbcrm_mem::{CallFilter, Fault, MemCrm, MemServer};

/// How many people there are, and how many rows of the sheet are about one of them again.
const PEOPLE: usize = 150;
const AGAIN: usize = 50;

// ANCHOR: faults
/// Everything goes wrong now and then, by chance from a seed.
fn arm(crm: &MemCrm, seed: u64) {
    let faults = [
        Fault::on(&contacts::UPSERT)
            .chance(0.10, seed)
            .reset_after_commit()
            .named("done, and the answer lost"),
        Fault::on(&contacts::UPSERT).chance(0.10, seed + 1).reset().named("lost on the way there"),
        Fault::on(&contacts::UPSERT).chance(0.05, seed + 2).cut_body().named("the answer cut"),
        Fault::anywhere().chance(0.05, seed + 3).too_many_after(Duration::from_secs(2)).named("throttled"),
        Fault::anywhere().chance(0.05, seed + 4).status(503).named("down"),
        Fault::anywhere().chance(0.02, seed + 5).html_page(502).named("a proxy's page"),
        Fault::on(&contacts::CREATE_NOTE)
            .chance(0.10, seed + 6)
            .reset_after_commit()
            .named("note done, answer lost"),
        Fault::on(&contacts::CREATE_NOTE).chance(0.10, seed + 7).reset().named("note lost"),
        Fault::anywhere().every(10).delay(Duration::from_millis(800)).named("slow"),
    ];
    crm.faults().arm_all(faults);
}
// ANCHOR_END: faults

// ANCHOR: import
/// Saves a lead and the note that says where it came from; run twice, it does no more than once.
async fn import(crm: &dyn Crm, location: &LocationId, lead: &Lead, seen: &mut Seen) -> Result<ContactId> {
    // An upsert may be repeated, so the client does so by itself.
    let contact = UpsertContact::new(location).name(&lead.name).email(&lead.email);
    let contact = crm.contacts().upsert(contact).await?.contact.id.clone();

    // A note may not: whether it is there is asked before it is written, and again when nobody knows.
    loop {
        if crm.contacts().list_notes(&contact).await?.iter().any(|note| note.body == NOTE) {
            return Ok(contact);
        }
        match crm.contacts().create_note(&contact, CreateNote::new(NOTE)).await {
            Ok(_) => return Ok(contact),
            Err(error) if error.kind() == ErrorKind::Ambiguous => seen.ambiguous += 1,
            Err(error) => return Err(error),
        }
    }
}
// ANCHOR_END: import

const NOTE: &str = "Came in through the sheet.";

struct Lead {
    name: String,
    email: String,
}

/// What the import had to cope with.
#[derive(Default)]
struct Seen {
    ambiguous: usize,
    gave_up: usize,
}

/// The sheet: every person once, and some of them again in other letters.
fn sheet() -> Vec<Lead> {
    let lead = |number: usize, email: String| Lead { name: format!("Lead {number}"), email };
    let once = (0..PEOPLE).map(|number| lead(number, format!("lead{number}@vale.example")));
    let again = (0..AGAIN).map(|number| lead(number, format!(" LEAD{number}@Vale.Example ")));
    once.chain(again).collect()
}

/// The client waits on the server's clock: waiting moves it.
#[derive(Debug)]
struct WorldTime {
    crm: MemCrm,
    began: (Instant, DateTime<Utc>),
}

#[async_trait]
impl Timer for WorldTime {
    fn now(&self) -> Instant {
        let passed = self.crm.clock().now() - self.began.1;
        self.began.0 + passed.to_std().unwrap_or_default()
    }

    async fn sleep(&self, wait: Duration) {
        self.crm.clock().advance(wait);
    }
}

/// Runs the import under the faults of a seed, and holds what is there afterwards against the sheet.
async fn run(seed: u64) -> Result<String, Failure> {
    let server = MemServer::builder().crm(MemCrm::builder().journal(100_000).build()).start().await?;
    let world = server.crm();
    let began = (Instant::now(), world.clock().now());
    let crm = Client::builder()
        .token(server.token())
        .base_url(server.base_url())
        .timer(WorldTime { crm: world.clone(), began })
        .retry(RetryPolicy::default().seed(seed))
        .build()?;
    arm(world, seed);

    let mut seen = Seen::default();
    for lead in sheet() {
        // Four attempts may all fail. The import knows that it may be run again, so that is what it does.
        while let Err(error) = import(&crm, server.location(), &lead, &mut seen).await {
            if !matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::RateLimited) {
                return Err(error.into());
            }
            seen.gave_up += 1;
        }
    }

    let calls = world.admin().calls();
    let hit = world.admin().calls_where(&CallFilter::new().faulty(true)).len();
    let mut report = String::new();
    for armed in world.faults().list() {
        report += &format!("{:4} × {}\n", armed.hits, armed.fault);
    }
    world.faults().assert_all_hit();
    world.faults().clear();

    let everybody = SearchContacts::new(server.location(), 100);
    let contacts: Vec<_> = world.contacts().search_stream(everybody).try_collect().await?;
    let mut notes = 0;
    for contact in &contacts {
        notes += world.contacts().list_notes(&contact.id).await?.len();
    }
    let waited = (world.clock().now() - began.1).num_seconds();
    report += &format!(
        "\n{} rows took {} requests, of which {hit} met a fault; {} notes were ambiguous and {} rows were begun again.\n\
         The world's clock says {waited} s, the one on the wall {:.1?}.\n",
        PEOPLE + AGAIN,
        calls.len(),
        seen.ambiguous,
        seen.gave_up,
        began.0.elapsed(),
    );
    let emails: BTreeSet<_> = contacts.iter().filter_map(|contact| contact.email.as_deref()).collect();
    let found = (emails.len(), contacts.len(), notes);
    if found != (PEOPLE, PEOPLE, PEOPLE) {
        return Err(Failure::new(format!("{report}{PEOPLE} people, and there are {found:?}")));
    }
    report += &format!("{PEOPLE} people, {PEOPLE} contacts, {PEOPLE} notes: nobody lost, nobody twice.");
    Ok(report)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |text| text.parse())?;
    println!("What went wrong (seed {seed}):\n{}", run(seed).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whatever_goes_wrong_everybody_is_there_once() -> Result<(), Failure> {
        for seed in [2, 3, 4] {
            run(seed).await?;
        }
        Ok(())
    }
}
