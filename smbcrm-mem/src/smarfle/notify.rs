//! What the team is told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::smarfle::Client;
use smbcrm_core::types::{SmarfleClientId, Text};

use super::State;
use super::lead::Lead;

/// How many notifications an organisation keeps.
pub(super) const NOTIFICATIONS: usize = 1_000;

/// What a Smarfle organisation's team was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TeamNotification {
    /// Its number.
    pub id: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// About whom.
    pub client_id: SmarfleClientId,
    /// The subject.
    pub subject: Text,
    /// The text: what the lead said.
    pub body: Text,
}

impl State {
    /// Tells the team of a lead.
    pub(super) fn notify(&mut self, org: u64, client: &Client, lead: &Lead, is_new: bool, at: DateTime<Utc>) {
        let names = [&lead.first_name, &lead.last_name].into_iter().flatten();
        let name = names.map(|name| name.as_str()).collect::<Vec<_>>().join(" ");
        let name = if name.is_empty() { "somebody without a name" } else { &name };
        let kind = if is_new { "New lead" } else { "Another lead of a known client" };
        let said = [("e-mail", &lead.email), ("phone", &lead.phone), ("notes", &lead.notes)];
        let body: Vec<String> =
            said.into_iter().filter_map(|(name, it)| it.as_ref().map(|it| format!("{name}: {it}"))).collect();
        self.notifications.add(org, |id| TeamNotification {
            id,
            at,
            client_id: client.id.clone(),
            subject: format!("{kind}: {name}").into(),
            body: body.join("\n").into(),
        });
        self.notifications.trim(org, NOTIFICATIONS, |_| true);
    }
}
