//! What happens, as integrations are told of it. The bodies are this project's convention
//! ([`smbcrm_core::sales_boost::event`]).

use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use serde::Serialize;
use serde_json::{Value, json};
use smbcrm_core::sales_boost::event::{CreditLowBalance, LeadSample, SAMPLE};
use smbcrm_core::sales_boost::{EventType, Lead, WebhookEvent};
use smbcrm_core::types::{Text, time};

use super::state::{State, Way};
use crate::world::World;
use crate::world::ids::uuid;

/// An event, before it is told to anybody.
#[derive(Debug, Clone)]
pub(super) struct Told {
    id: Text,
    pub(super) event: EventType,
    created_at: chrono::DateTime<chrono::Utc>,
    test: bool,
    data: Value,
    /// All the leads that it is about: CRMs take each of them.
    pub(super) leads: Vec<Value>,
}

impl Told {
    pub(super) fn new(
        state: &mut State,
        world: &World,
        event: EventType,
        data: &impl Serialize,
        leads: Vec<Value>,
    ) -> Self {
        let account = state.account.edit();
        account.last_event += 1;
        let seed = world.seed ^ account.last_event.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5a1e_5b00;
        let id = uuid(&mut SmallRng::seed_from_u64(seed)).replace('-', "");
        Self {
            id: format!("evt_{id}").into(),
            event,
            created_at: world.clock.now(),
            test: false,
            data: serde_json::to_value(data).unwrap_or_default(),
            leads,
        }
    }

    /// A lead that there is not.
    pub(super) fn test(state: &mut State, world: &World) -> Self {
        let lead = Lead::named("Acme Test Co")
            .email("test@acme-test.example")
            .phone("+12025550100")
            .city("Springfield");
        let mut told = Self::about(state, world, EventType::LeadCreated, "test", std::slice::from_ref(&lead));
        told.test = true;
        told
    }

    /// Leads that were received.
    pub(super) fn about(
        state: &mut State,
        world: &World,
        event: EventType,
        source: &str,
        leads: &[impl Serialize],
    ) -> Self {
        let leads: Vec<Value> =
            leads.iter().map(|lead| serde_json::to_value(lead).unwrap_or_default()).collect();
        let sample = &leads[..leads.len().min(SAMPLE)];
        let data = json!({ "count": leads.len(), "leads": sample, "source": source });
        Self::new(state, world, event, &data, leads)
    }

    /// What an integration is sent. For a CRM, which is sent nothing, all that it was about.
    pub(super) fn body(&self, integration: u64, way: &Way) -> Text {
        let mut event = WebhookEvent::default();
        event.id = self.id.clone();
        event.event = self.event.clone();
        event.created_at = self.created_at;
        event.integration_id = integration.into();
        event.test = self.test;
        event.data = self.data.clone();
        if *way == Way::Crm && !self.leads.is_empty() {
            event.data["leads"] = Value::Array(self.leads.clone());
        }
        serde_json::to_string(&event).unwrap_or_default().into()
    }
}

/// The leads that a body is about.
pub(super) fn leads_of(body: &str) -> Vec<Value> {
    let event: WebhookEvent = serde_json::from_str(body).unwrap_or_default();
    serde_json::from_value::<LeadSample>(event.data)
        .map(|sample| sample.leads.iter().map(|lead| json!(lead)).collect())
        .unwrap_or_default()
}

impl State {
    /// Tells every integration that wants to know, but for one. Nobody is told while nobody pays.
    pub(super) fn tell(&mut self, told: &Told, but: Option<u64>, world: &World) {
        if !self.settings().is_paid() {
            return;
        }
        let ways: Vec<(u64, Way)> = self
            .integrations
            .iter()
            .filter(|(id, _)| but != Some(*id))
            .flat_map(|(id, kept)| kept.ways(&told.event).into_iter().map(move |way| (id, way)))
            .collect();
        for (id, way) in ways {
            self.dispatch(id, &way, told, world);
        }
    }

    /// Tells of leads that were received: together, or one by one.
    pub(super) fn tell_of_leads(
        &mut self,
        event: &EventType,
        source: &str,
        leads: &[Lead],
        but: Option<u64>,
        world: &World,
    ) {
        let at_once = if self.settings().event_per_lead { 1 } else { leads.len().max(1) };
        for leads in leads.chunks(at_once) {
            let told = Told::about(self, world, event.clone(), source, leads);
            self.tell(&told, but, world);
        }
    }

    /// Looks whether credits have run low since they were last enough, and tells it once.
    pub(super) fn watch_balance(&mut self, world: &World) {
        let settings = self.settings();
        let (credits, threshold) = (settings.credits, settings.low_balance_threshold);
        let is_low = credits < threshold;
        if is_low == self.account.told_low {
            return;
        }
        self.account.edit().told_low = is_low;
        if is_low {
            let mut data = CreditLowBalance::default();
            data.credits_remaining = credits;
            data.threshold = threshold;
            let told = Told::new(self, world, EventType::CreditLowBalance, &data, Vec::new());
            self.tell(&told, None, world);
        }
    }
}

/// When something happened, as file names have it.
pub(super) fn day(world: &World) -> String {
    time::to_iso(&world.clock.now()).chars().take(10).collect()
}
