//! Imports ten thousand contacts at the pace that the API allows: `cargo run --example bulk_import [HOW_MANY]`.
//!
//! The account's limit is not in the program: the client learns it from the answers and keeps to it. Half way the
//! program pretends to be killed; the second run goes on where the first one's checkpoint says.
//!
//! It only ever writes into an in-memory CRM, as nobody wants ten thousand people who do not exist.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use smbcrm_client::Client;
use smbcrm_core::contacts::{SearchContacts, UpsertContact};
use smbcrm_core::types::LocationId;
use smbcrm_core::{Crm, ErrorKind, Result};
use smbcrm_examples::{Failure, Progress, grouped};
use smbcrm_mem::{MemCrm, MemServer, RateLimits};

/// How many requests are under way at the same time. More would not help: the API's limit is per token.
const AT_ONCE: usize = 32;

/// How many rows lie between two checkpoints, and so how many are sent again at most.
const STRIDE: usize = 500;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let rows: usize = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;

    // The live limit is 100 requests in 10 seconds; at that pace this would be a film. The arithmetic is the same.
    let limits = RateLimits::new(2_500, Duration::from_secs(1), 200_000);
    let server = MemServer::builder().crm(MemCrm::builder().rate_limits(limits).build()).start().await?;
    let crm = Client::builder().token(server.token()).base_url(server.base_url()).build()?;
    println!("In-memory CRM at {}: nothing leaves this machine.\n", crm.base_url());

    let checkpoint = Checkpoint::new(server.address().port());
    let import = Import { crm: &crm, location: server.location(), checkpoint: &checkpoint };

    // The first run does not get to the end.
    import.run(0..rows * 2 / 5 + STRIDE / 2).await?;
    println!("… and there the power fails.\n");
    // The second one has nothing but the checkpoint. Rows after it are sent again, which an upsert does not mind.
    import.run(checkpoint.load()..rows).await?;
    checkpoint.remove();

    let everybody = crm.contacts().search(SearchContacts::new(server.location(), 1)).await?;
    println!("\n{} contacts are in the CRM now.", grouped(everybody.total));
    Ok(())
}

struct Import<'a> {
    crm: &'a Client,
    location: &'a LocationId,
    checkpoint: &'a Checkpoint,
}

impl Import<'_> {
    async fn run(&self, rows: std::ops::Range<usize>) -> Result<(), Failure> {
        let (started, first) = (Instant::now(), rows.start);
        let (mut created, mut updated, mut refused) = (0, 0, Vec::new());
        let progress = Progress::new(rows.len());

        // `buffered` sends many at once and yields them in order: what comes out is done, and so is all before it.
        let mut answers = stream::iter(rows.clone())
            .map(|row| async move {
                Ok::<_, Failure>((row, self.crm.contacts().upsert(person(row, self.location)).await))
            })
            .buffered(AT_ONCE);
        while let Some((row, answer)) = answers.try_next().await? {
            match answer {
                Ok(done) if done.new => created += 1,
                Ok(_) => updated += 1,
                // One row is wrong: note it and go on.
                Err(error) if error.kind() == ErrorKind::Invalid => {
                    refused.push((row, error.messages().join("; ")));
                }
                // The day's requests are used up, or the API is gone even after the client's retries. What is done is
                // kept; go on later.
                Err(error) => {
                    self.checkpoint.save(row)?;
                    return Err(error.into());
                }
            }
            if (row + 1) % STRIDE == 0 {
                self.checkpoint.save(row + 1)?;
            }
            progress.step(&self.pace());
        }
        progress.finish();

        let seconds = started.elapsed().as_secs_f64();
        println!(
            "rows {} to {} in {seconds:.1} s: {created} created, {updated} updated, {} refused",
            grouped(first as u64),
            grouped(rows.end as u64),
            refused.len(),
        );
        println!("  learned  {}", self.pace());
        println!("  pace     {:.0} requests a second", rows.len() as f64 / seconds);
        let (shown, more) = (refused.iter().take(2), refused.len().saturating_sub(2));
        for (row, reason) in shown {
            println!("  refused  row {row}: {reason}");
        }
        if more > 0 {
            println!("           … and {more} more");
        }
        Ok(())
    }

    /// What the client has learned from the answers' headers.
    fn pace(&self) -> String {
        let limits = self.crm.limits();
        match (limits.burst, limits.interval, limits.daily_remaining) {
            (Some(burst), Some(interval), Some(left)) => {
                format!("{} requests in {interval:?}, {} left today", grouped(burst.into()), grouped(left))
            }
            _ => "nothing yet".to_owned(),
        }
    }
}

/// Somebody who does not exist. Every 997th has an address that no CRM takes.
fn person(row: usize, location: &LocationId) -> UpsertContact {
    let domain = if row % 997 == 996 { "nowhere" } else { "people.example" };
    UpsertContact::new(location)
        .first_name(format!("Person {row}"))
        .email(format!("person.{row}@{domain}"))
        .phone(format!("+1202{:07}", 2_000_000 + row))
        .source("bulk import")
}

/// How far an import has got, kept in a file.
struct Checkpoint(PathBuf);

impl Checkpoint {
    fn new(run: u16) -> Self {
        Self(std::env::temp_dir().join(format!("smbcrm-bulk-import-{run}")))
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// The first row that is not known to be done.
    fn load(&self) -> usize {
        std::fs::read_to_string(self.path()).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    fn save(&self, row: usize) -> Result<(), std::io::Error> {
        // Written beside and moved over, so that a crash leaves the old one or the new one, never half of one.
        let draft = self.path().with_extension("draft");
        std::fs::write(&draft, row.to_string())?;
        std::fs::rename(draft, self.path())
    }

    fn remove(&self) {
        // It may not be there: nothing was saved yet.
        let _ = std::fs::remove_file(self.path());
    }
}
