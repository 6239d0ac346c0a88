//! The audit log: who, what, when, with which result. Bounded: the oldest lines go first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::smarfle::settings::{ActorKind, AuditEntry, AuditPage, AuditResult, ListAudit};
use smbcrm_core::types::Text;

use super::page::Page;
use super::{State, ids};

/// How many lines an organisation's log has.
pub(super) const ENTRIES: usize = 10_000;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Actor {
    Owner,
    Key {
        id: u64,
        name: Text,
    },
    Session {
        id: u64,
        name: Text,
    },
    /// Smarfle itself.
    System,
}

impl Actor {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::Key { name, .. } | Self::Session { name, .. } => name,
            Self::System => "system",
        }
    }

    fn kind(&self) -> ActorKind {
        match self {
            Self::Owner => ActorKind::Owner,
            Self::Key { .. } => ActorKind::ApiKey,
            Self::Session { .. } => ActorKind::Session,
            Self::System => ActorKind::System,
        }
    }

    fn id(&self) -> Option<Text> {
        match self {
            Self::Key { id, .. } => Some(ids::id(ids::KEY, *id)),
            Self::Session { id, .. } => Some(ids::id(ids::SESSION, *id)),
            Self::Owner | Self::System => None,
        }
    }

    fn is(&self, wanted: &str) -> bool {
        self.name() == wanted || self.kind().as_str() == wanted || self.id().is_some_and(|id| id == *wanted)
    }
}

/// A line as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) at: DateTime<Utc>,
    pub(super) actor: Actor,
    pub(super) action: Text,
    pub(super) target: Option<Text>,
    pub(super) status: Option<u16>,
    pub(super) is_failed: bool,
    pub(super) is_billed: bool,
}

impl Entry {
    fn result(&self) -> AuditResult {
        match self.status {
            _ if self.is_failed => AuditResult::Failed,
            Some(400..) => AuditResult::Refused,
            _ => AuditResult::Success,
        }
    }

    fn show(&self, number: u64) -> AuditEntry {
        let mut shown = AuditEntry::default();
        shown.id = number;
        shown.at = Some(self.at);
        shown.actor = self.actor.kind();
        shown.actor_id = self.actor.id();
        shown.actor_name = Some(self.actor.name().into());
        shown.action = self.action.clone();
        shown.target.clone_from(&self.target);
        shown.result = self.result();
        shown.status = self.status;
        shown.billed = self.is_billed;
        shown
    }

    fn is_wanted(&self, wanted: &ListAudit) -> bool {
        wanted.actor.as_ref().is_none_or(|actor| self.actor.is(actor))
            && wanted.action.as_ref().is_none_or(|action| self.action == *action)
            && wanted.result.as_ref().is_none_or(|result| self.result() == *result)
            && wanted.from.is_none_or(|from| self.at >= from)
            && wanted.to.is_none_or(|to| self.at < to)
    }
}

impl State {
    /// Writes a line, and counts what it costs.
    pub(super) fn note(&mut self, org: u64, entry: Entry) {
        if let (Actor::Key { id, .. }, true) = (&entry.actor, entry.is_billed) {
            self.count_call(org, entry.at, *id);
        }
        self.audit.add(org, |_| entry);
        self.audit.trim(org, ENTRIES, |_| true);
    }

    /// A page of an organisation's log.
    pub(super) fn audit_page(&self, org: u64, wanted: &ListAudit) -> Result<AuditPage> {
        let page = Page::read(wanted.limit, wanted.cursor.as_ref())?;
        let found = self.audit.before(org, page.before).rev().filter(|(_, entry)| entry.is_wanted(wanted));
        let (entries, next_cursor) = page.take(found.map(|(number, entry)| (number, entry.show(number))));
        let mut shown = AuditPage::default();
        shown.entries = entries;
        shown.next_cursor = next_cursor;
        Ok(shown)
    }
}
