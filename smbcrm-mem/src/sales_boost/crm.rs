//! The CRMs that are connected, as far as this account sees them: what was upserted into them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use smbcrm_core::sales_boost::ProviderId;
use smbcrm_core::types::Text;

use super::change::fields;
use super::state::State;

/// A record that a connected CRM holds because it was sent a lead.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmRecord {
    /// Its number there.
    pub id: u64,
    /// Which CRM.
    pub provider: ProviderId,
    /// The account there.
    pub account: Text,
    /// What it is there: `contact`, `lead`, `person`.
    pub kind: Text,
    /// What it is told apart by: an e-mail, else a phone number, else the business.
    pub key: Text,
    /// What it holds.
    pub fields: Map<String, Value>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How often it was written, the first time included.
    pub writes: u64,
}

/// What a lead becomes.
fn kind(provider: &ProviderId) -> &'static str {
    match provider {
        ProviderId::HubSpot => "contact",
        ProviderId::Pipedrive => "person",
        _ => "lead",
    }
}

/// What a record is told apart by.
fn key(lead: &Map<String, Value>) -> Text {
    let named = ["email", "phone", "companyName"].iter().find_map(|name| lead.get(*name)?.as_str());
    named.map(str::to_lowercase).unwrap_or_else(|| Value::Object(lead.clone()).to_string()).into()
}

impl State {
    /// Upserts leads into the CRM of an integration. Answers what it said of the last of them.
    ///
    /// # Errors
    /// In the CRM's words.
    pub(super) fn upsert(
        &mut self,
        integration: u64,
        leads: Vec<Value>,
        now: DateTime<Utc>,
    ) -> Result<Map<String, Value>, Text> {
        let Some(kept) = self.integrations.get(integration) else { return Err("it is gone".into()) };
        let provider = kept.integration.provider.clone();
        if let Some(words) = self.account.failing.get(provider.as_str()) {
            return Err(words.clone());
        }
        let account = kept.integration.external_account_id.clone().unwrap_or_default();
        let mut said = Map::new();
        for lead in leads.into_iter().map(fields) {
            let key = key(&lead);
            let known = self.records.iter().find(|(_, record)| {
                record.provider == provider && record.account == account && record.key == key
            });
            let known = known.map(|(id, _)| id);
            let id = match known {
                Some(id) => {
                    self.records.edit(id, |record| {
                        record.fields.extend(lead);
                        record.writes += 1;
                    });
                    id
                }
                None => {
                    let make = |id| CrmRecord {
                        id,
                        provider: provider.clone(),
                        account: account.clone(),
                        kind: kind(&provider).into(),
                        key,
                        fields: lead,
                        created_at: now,
                        writes: 1,
                    };
                    self.records.add(make).id
                }
            };
            said = fields(json!({ "recordId": id, "kind": kind(&provider), "created": known.is_none() }));
        }
        Ok(said)
    }
}
