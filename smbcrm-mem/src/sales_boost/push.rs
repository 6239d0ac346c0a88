//! Pushing one lead to one integration.

use serde_json::{Value, json};
use smbcrm_core::Result;
use smbcrm_core::sales_boost::{EventType, IntegrationId, IntegrationStatus, Lead, PushLead, Pushed};

use super::change::unknown;
use super::deliver::{Came, Errand, NOWHERE};
use super::event::Told;
use super::state::{State, Way};
use super::{MemSalesBoost, refusal};

/// How the history of exported leads names a push.
const METHOD: &str = "crm_push";

/// What somebody wants to push.
struct Wanted {
    /// The event that it is sent as.
    event: EventType,
    body: Value,
    /// The lead of the database, if it is one.
    lead: Option<Lead>,
    /// Whether it costs a credit.
    is_new: bool,
}

/// What is under way.
struct Load {
    told: Told,
    way: Way,
    lead: Option<Lead>,
    /// Whether a credit was set aside for it.
    set_aside: bool,
}

impl MemSalesBoost {
    pub(super) async fn push_now(&self, id: IntegrationId, wanted: PushLead) -> Result<Pushed> {
        let (world, id) = (&self.crm.world, id.number());
        let begun = world.sales_boost.change(world, |state| {
            let kept = state.integrations.get(id).cloned().ok_or_else(unknown)?;
            if kept.integration.status != IntegrationStatus::Connected {
                return Err(refusal::bad_request("The integration is not connected."));
            }
            let Wanted { event, body, lead, is_new } = state.wanted(wanted)?;
            if lead.as_ref().is_some_and(|lead| state.settings().forbids(lead)) {
                return Ok(Err(Came::refused("the lead is on the export blacklist")));
            }
            let Some(way) = kept.way_of(&event) else { return Ok(Err(Came::refused(NOWHERE))) };
            if is_new {
                // Set aside, so that no other push spends it while this one is under way.
                let credits = &mut state.account.edit().settings.credits;
                *credits = credits.checked_sub(1).ok_or_else(|| refusal::insufficient_credits(0))?;
            }
            let told = Told::about(state, world, event, METHOD, &[body]);
            let errand = state.begin(id, &told, &way, world.clock.now());
            Ok(Ok((Load { told, way, lead, set_aside: is_new }, errand)))
        })?;
        let (load, errand): (Load, Errand) = match begun {
            Ok(begun) => begun,
            Err(came) => return Ok(shown(&came, 0, false)),
        };
        let came = self.run(errand).await;
        let (used, tracked) = world.sales_boost.change(world, |state| {
            let now = world.clock.now();
            let body = load.told.body(id, &load.way);
            state.written(id, &load.told, &load.way, body, &came, false, now);
            let (Some(lead), set_aside) = (load.lead, load.set_aside) else { return (0, false) };
            let is_new = !state.leads.get(lead.id.number()).is_some_and(|known| known.is_owned());
            let used = set_aside && is_new && came.succeeded();
            if set_aside && !used {
                state.account.edit().settings.credits += 1;
            }
            if came.succeeded() {
                state.leads.edit(lead.id.number(), |known| known.received.push((now, METHOD.into())));
                let event = if is_new { EventType::LeadCreated } else { EventType::LeadUpdated };
                state.tell_of_leads(&event, METHOD, &[lead], Some(id), world);
            }
            state.watch_balance(world);
            (u32::from(used), came.succeeded())
        });
        Ok(shown(&came, used, tracked))
    }
}

impl State {
    fn wanted(&self, wanted: PushLead) -> Result<Wanted> {
        match (wanted.lead_id, wanted.lead) {
            (Some(id), None) => {
                let known = self.leads.get(id.number()).ok_or_else(|| refusal::not_found("Lead"))?;
                let is_new = !known.is_owned();
                let event = if is_new { EventType::LeadCreated } else { EventType::LeadUpdated };
                Ok(Wanted { event, body: json!(known.lead), lead: Some(known.lead.clone()), is_new })
            }
            (None, Some(lead)) if !lead.is_empty() => {
                let (event, body) = (EventType::LeadCreated, Value::Object(lead));
                Ok(Wanted { event, body, lead: None, is_new: false })
            }
            _ => Err(refusal::bad_request("Give exactly one of leadId and lead.")),
        }
    }
}

fn shown(came: &Came, used: u32, tracked: bool) -> Pushed {
    let mut pushed = Pushed::default();
    pushed.status = came.outcome();
    pushed.tracked = tracked;
    pushed.credits_used = used;
    pushed.error.clone_from(&came.error);
    let said = came.status.map(|status| super::change::fields(json!({ "statusCode": status })));
    pushed.result = came.result.clone().or(said);
    pushed
}
