//! The audit log: who, what, when, with which result.

use chrono::{DateTime, Utc};

use crate::types::{Extra, Text};
use crate::{open_enum, record, request};

/// Who did something.
#[open_enum]
pub enum ActorKind {
    /// A program, with an API key.
    ApiKey = "api_key",
    /// A person of the organisation, with a session.
    Session = "session",
    /// The organisation's owner, in process.
    Owner = "owner",
    /// Smarfle itself: it delivers.
    System = "system",
}

/// What became of it.
#[open_enum]
pub enum AuditResult {
    /// It was done.
    Success = "success",
    /// The call was refused: 4xx.
    Refused = "refused",
    /// It went wrong: 5xx, or a delivery that was not taken.
    Failed = "failed",
}

/// A line of the audit log.
#[record(snake_case)]
pub struct AuditEntry {
    /// Its number.
    pub id: u64,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// Who: what kind.
    pub actor: ActorKind,
    /// Which one: the id of the key or session.
    pub actor_id: Option<Text>,
    /// What it is called.
    pub actor_name: Option<Text>,
    /// What: an operation (`smarfle.create`), or `delivery.attempt`.
    pub action: Text,
    /// On what, where it is one thing: a delivery's id.
    pub target: Option<Text>,
    /// With which result.
    pub result: AuditResult,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// Whether it is charged.
    pub billed: bool,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// Which lines to list. What is not set does not matter.
#[request(snake_case)]
pub struct ListAudit {
    /// Of which actor: the id or name of a key or session, or a kind (`system`).
    pub actor: Option<Text>,
    /// Which action.
    pub action: Option<Text>,
    /// With which result.
    pub result: Option<AuditResult>,
    /// Then or later.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub to: Option<DateTime<Utc>>,
    /// How many: 1 to 200, and 50 unless set.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<Text>,
}

/// Lines of the audit log, newest first.
#[record(snake_case)]
pub struct AuditPage {
    /// Them.
    pub entries: Vec<AuditEntry>,
    /// Where to go on; `None` at the end.
    pub next_cursor: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}
