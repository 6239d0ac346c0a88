//! What smbcrm is measured with: a generator of contacts, its peers, and a stopwatch.
//!
//! - [`people`] makes contacts that look like a CRM's, the same ones in every run.
//! - [`booked`] is a calendar of ten members with years of appointments.
//! - [`crm`] holds them in a [`smbcrm_mem::MemCrm`] and asks through `&dyn Crm`, gate included.
//! - [`sqlite`] holds them in SQLite in memory, indexed and tuned as one would.
//! - [`maps`] holds them in bare hash maps: no CRM can be faster, and none of these is one.
//! - [`http`] fetches over loopback, from our server and from a bare route that returns the same bytes.
//! - [`stopwatch`] lets them run in turns, so that a busy machine is unfair to all of them alike.
//!
//! `cargo run --release -p smbcrm-benches --bin report` prints one table of everything;
//! `cargo bench -p smbcrm-benches` has criterion look closer. `SMBCRM_BENCH_CONTACTS` says how many contacts.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![allow(clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "nobody depends on a benchmark")]

pub mod booked;
pub mod crm;
pub mod http;
pub mod maps;
pub mod people;
pub mod sqlite;
pub mod stopwatch;

/// How many contacts to measure with: `SMBCRM_BENCH_CONTACTS`, or 100 000.
pub fn contacts_wanted() -> usize {
    std::env::var("SMBCRM_BENCH_CONTACTS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// How many contacts a page of a search holds.
pub const PAGE: usize = 25;

/// How many contacts a page of a walk through all of them holds.
pub const WALK_PAGE: usize = 100;
