//! Connecting a CRM: the way to its consent page and back. The page is played by this world.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use smbcrm_core::Result;
use smbcrm_core::operation::Redirect;
use smbcrm_core::sales_boost::{
    Authorization, Dialect, Environment, IntegrationStatus, ProviderId, Returned,
};
use smbcrm_core::types::Text;
use subtle::ConstantTimeEq as _;
use url::Url;

use super::change::fields;
use super::state::{INTEGRATIONS, Kept, Source, State};
use super::{MemSalesBoost, provider, refusal};
use crate::TokenSecret;
use crate::neighbour::draw;
use crate::world::World;
use crate::world::token::{Hash, hash};

/// How long somebody has to consent.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// How long a CRM's token is good.
const TOKEN: TimeDelta = TimeDelta::hours(1);

/// How many connections may be under way; the oldest give way.
const UNDER_WAY: usize = 100;

/// A connection that somebody has begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Connecting {
    provider: ProviderId,
    environment: Environment,
    source: Source,
    state: Hash,
    /// What the consent page gave, once it did, and for which account.
    code: Option<(Hash, Text)>,
    enveloped: bool,
    expires_at: DateTime<Utc>,
}

impl State {
    /// Whether a CRM can be connected at all.
    fn connectable(&self, provider: &ProviderId) -> Result<()> {
        if !provider::is_crm(provider) {
            return Err(refusal::not_found("Provider"));
        }
        match self.account.unavailable.get(provider.as_str()) {
            Some(reason) => Err(refusal::unavailable(reason)),
            None => Ok(()),
        }
    }

    fn begun(&self, state: &str) -> Option<(u64, &Connecting)> {
        let wanted = hash(state);
        let is = |one: &Connecting| bool::from(one.state.as_slice().ct_eq(wanted.as_slice()));
        self.connecting.iter().find(|(_, one)| is(one)).map(|(id, one)| (id, one.as_ref()))
    }

    /// Ends a connection: with an integration, or with the word for why there is none.
    fn finish(
        &mut self,
        provider: &ProviderId,
        returned: &Returned,
        now: DateTime<Utc>,
    ) -> Result<(), &'static str> {
        let state = returned.state.as_ref().ok_or("invalid_state")?.expose();
        let found = self.begun(state).filter(|(_, one)| one.provider == *provider);
        let (id, begun) = found.map(|(id, one)| (id, one.clone())).ok_or("invalid_state")?;
        self.connecting.remove(id); // once, whatever comes of it
        if begun.expires_at <= now {
            return Err("state_expired");
        }
        if let Some(error) = &returned.error {
            return Err(if error == "access_denied" { "access_denied" } else { "consent_failed" });
        }
        let given = returned.code.as_ref().map(|code| hash(code.expose()));
        let account = match (&begun.code, given) {
            (Some((code, account)), Some(given)) if bool::from(code.as_slice().ct_eq(given.as_slice())) => {
                account.clone()
            }
            _ => return Err("invalid_code"),
        };
        let revoked = |id| self.keys.get(id).is_none_or(|key| key.is_revoked());
        if begun.source.key.is_some_and(revoked) {
            return Err("key_revoked");
        }
        if !self.settings().is_paid() {
            return Err("plan_inactive");
        }
        self.connect(&begun, account, now)
    }

    fn connect(&mut self, begun: &Connecting, account: Text, now: DateTime<Utc>) -> Result<(), &'static str> {
        let is_it = |kept: &Kept| {
            kept.integration.provider == begun.provider
                && kept.integration.external_account_id.as_ref() == Some(&account)
        };
        let known = self.integrations.iter().find(|(_, kept)| is_it(kept)).map(|(id, _)| id);
        if let Some(id) = known {
            let credit = self.credit(&begun.source);
            self.integrations.edit(id, |kept| {
                let shown = &mut kept.integration;
                shown.status = IntegrationStatus::Connected;
                shown.consecutive_failures = 0;
                shown.token_expires_at = Some(now + TOKEN);
                shown.updated_at = now;
                shown.last_changed_at = Some(now);
                shown.last_changed_via = Some(credit);
            });
            return Ok(());
        }
        if self.integrations.len() >= INTEGRATIONS {
            return Err("integration_limit");
        }
        let mut integration = self.blank(&begun.provider, &begun.source, now);
        let metadata = match begun.provider {
            ProviderId::HubSpot => json!({ "hubId": account }),
            ProviderId::Salesforce => json!({ "instanceUrl": account, "environment": begun.environment }),
            _ => json!({ "apiDomain": account }),
        };
        integration.metadata = Some(fields(metadata));
        integration.external_account_id = Some(account);
        integration.token_expires_at = Some(now + TOKEN);
        for (event, active) in provider::defaults(&begun.provider) {
            integration.subscriptions.push(self.subscription(event.clone(), None, *active));
        }
        self.integrations.add(|id| {
            integration.id = id.into();
            Kept { integration, secret: None, api_key: None }
        });
        Ok(())
    }
}

/// The account that consents unless another one is named.
fn usual_account(provider: &ProviderId, environment: &Environment) -> &'static str {
    match (provider, environment) {
        (ProviderId::HubSpot, _) => "12345678",
        (ProviderId::Salesforce, Environment::Sandbox) => "https://vale--sandbox.salesforce.example",
        (ProviderId::Salesforce, _) => "https://vale.salesforce.example",
        _ => "https://vale.pipedrive.example",
    }
}

/// Where a browser is sent when it is over.
fn dashboard(world: &World, set: Option<&Text>, provider: &ProviderId, outcome: Result<(), &str>) -> String {
    let usual = || format!("{}/dashboard", world.base_url.read());
    let url = set.map_or_else(usual, ToString::to_string);
    let Ok(mut parsed) = Url::parse(&url) else { return url };
    match outcome {
        Ok(()) => parsed.query_pairs_mut().append_pair("connected", provider.as_str()),
        Err(why) => parsed.query_pairs_mut().append_pair(&format!("{provider}_error"), why),
    };
    parsed.into()
}

impl MemSalesBoost {
    pub(super) fn authorize(
        &self,
        provider: &ProviderId,
        environment: Option<Environment>,
        dialect: Dialect,
        source: Source,
    ) -> Result<Authorization> {
        let world = &self.crm.world;
        let environment = environment.unwrap_or_default();
        world.sales_boost.read().connectable(provider)?;
        if !environment.is_known() {
            let known = Environment::KNOWN.join(", ");
            let field = if dialect == Dialect::Plain { "env" } else { "environment" };
            return Err(refusal::validation(&[format!(
                "{field} must be one of the following values: {known}"
            )]));
        }
        let TokenSecret(state) = draw(world, "st_");
        let now = world.clock.now();
        let expires_at = now + PATIENCE;
        world.sales_boost.change(world, |held| {
            held.connectable(provider)?;
            if held.integrations.len() >= INTEGRATIONS {
                return Err(refusal::limit());
            }
            held.connecting.retain(|one| one.expires_at > now);
            while held.connecting.len() >= UNDER_WAY {
                let Some((oldest, _)) = held.connecting.iter().next() else { break };
                held.connecting.remove(oldest);
            }
            held.connecting.add(|_| Connecting {
                provider: provider.clone(),
                environment: environment.clone(),
                source,
                state: hash(&state),
                code: None,
                enveloped: dialect == Dialect::Enveloped,
                expires_at,
            });
            Ok(())
        })?;
        let mut authorization = Authorization::default();
        authorization.provider = provider.clone();
        let base = world.base_url.read();
        let back = format!("{base}{}", callback(provider, dialect));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("provider", provider.as_str()).append_pair("response_type", "code");
        query.append_pair("redirect_uri", &back).append_pair("state", &state);
        authorization.authorization_url =
            format!("{base}/_mem/sales-boost/consent?{}", query.finish()).into();
        authorization.state = (dialect == Dialect::Plain).then(|| state.into());
        authorization.expires_at = expires_at;
        Ok(authorization)
    }

    pub(super) fn called_back(&self, provider: &ProviderId, returned: &Returned) -> Result<Redirect> {
        if !provider::is_crm(provider) {
            return Err(refusal::not_found("Provider"));
        }
        let world = &self.crm.world;
        let (outcome, set) = world.sales_boost.change(world, |state| {
            let outcome = state.finish(provider, returned, world.clock.now());
            (outcome, state.settings().dashboard_url.clone())
        });
        Ok(Redirect::to(dashboard(world, set.as_ref(), provider, outcome)))
    }

    /// Plays a CRM's consent page: answers where it sends the browser back to. `None` where nobody has begun such a
    /// connection.
    pub(crate) fn consent(&self, query: &[(String, String)]) -> Option<String> {
        let named =
            |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let state = named("state")?;
        let deny = named("deny").is_some_and(|deny| deny == "1" || deny == "true");
        let world = &self.crm.world;
        world.sales_boost.read().begun(state)?; // nothing is drawn for strangers
        let TokenSecret(code) = draw(world, "code_");
        let begun = world.sales_boost.change(world, |held| {
            let (id, begun) = held.begun(state)?;
            let account = named("account").filter(|account| !account.is_empty());
            let account =
                account.unwrap_or_else(|| usual_account(&begun.provider, &begun.environment)).into();
            held.connecting.edit(id, |begun| {
                begun.code = (!deny).then(|| (hash(&code), account));
                begun.clone()
            })
        })?;
        let dialect = if begun.enveloped { Dialect::Enveloped } else { Dialect::Plain };
        let mut back = url::form_urlencoded::Serializer::new(String::new());
        if deny {
            back.append_pair("error", "access_denied");
        } else {
            back.append_pair("code", &code);
        }
        let query = back.append_pair("state", state).finish();
        Some(format!("{}{}?{query}", world.base_url.read(), callback(&begun.provider, dialect)))
    }
}

/// Where a consent page returns to.
fn callback(provider: &ProviderId, dialect: Dialect) -> String {
    dialect.path(&format!("/api/integrations/{provider}/callback"))
}
