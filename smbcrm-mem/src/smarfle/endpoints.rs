//! Endpoints: where an organisation's events go.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::smarfle::Hidden;
use smbcrm_core::smarfle::event::EventKind;
use smbcrm_core::smarfle::settings::{CreateEndpoint, Endpoint, NewEndpoint, UpdateEndpoint};
use smbcrm_core::types::{Text, WebhookEndpointId};
use url::{Host, Url};

use super::gate::Call;
use super::{State, ids, refusal};
use crate::Guard;
use crate::neighbour::draw;

/// What a secret that is drawn begins with. (Assumed.)
const SECRET_PREFIX: &str = "whs_";

const SECRET: std::ops::RangeInclusive<usize> = 16..=200;
const URL: usize = 2_048;

/// How many endpoints an organisation may have.
pub(super) const ENDPOINTS: usize = 100;

/// An endpoint as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredEndpoint {
    pub(super) url: Text,
    pub(super) events: Vec<EventKind>,
    pub(super) active: bool,
    pub(super) secret: Text,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl std::fmt::Debug for StoredEndpoint {
    /// Without the secret, and without a query, which may hold one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredEndpoint({})", without_query(&self.url))
    }
}

impl StoredEndpoint {
    pub(super) fn show(&self, number: u64) -> Endpoint {
        let mut shown = Endpoint::default();
        shown.id = ids::id(ids::ENDPOINT, number);
        shown.url = self.url.clone();
        shown.events.clone_from(&self.events);
        shown.active = self.active;
        let start: String = self.secret.chars().take(if self.is_drawn() { 8 } else { 2 }).collect();
        shown.secret_masked = format!("{start}...").into();
        shown.created_at = Some(self.created_at);
        shown.updated_at = Some(self.updated_at);
        shown
    }

    fn is_drawn(&self) -> bool {
        self.secret.starts_with(SECRET_PREFIX) && self.secret.len() > 32
    }

    pub(super) fn wants(&self, kind: &EventKind) -> bool {
        self.active && self.events.contains(kind)
    }
}

pub(super) fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// What is given for an endpoint, held against the rules.
#[derive(Default)]
struct Given {
    url: Option<Text>,
    events: Option<Vec<EventKind>>,
    secret: Option<Text>,
}

impl Given {
    fn read(url: Option<&Text>, events: Option<&[EventKind]>, secret: Option<&Hidden>) -> Result<Self> {
        let (mut given, mut wrong) = (Self::default(), Vec::new());
        if let Some(url) = url {
            match address(url) {
                Ok(()) => given.url = Some(url.trim().into()),
                Err(why) => wrong.push(format!("url {why}")),
            }
        }
        if let Some(events) = events {
            let unknown = events.iter().find(|event| !EventKind::ALL.contains(event));
            match unknown {
                Some(unknown) => wrong.push(format!("events: `{unknown}` is none of the seven events")),
                None if events.is_empty() => wrong.push("events should not be empty".to_owned()),
                None => {
                    let chosen = |kind: &EventKind| events.contains(kind);
                    given.events = Some(EventKind::ALL.into_iter().filter(chosen).collect());
                }
            }
        }
        if let Some(secret) = secret {
            let text = secret.expose();
            if SECRET.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
                given.secret = Some(text.into());
            } else {
                let (least, most) = (SECRET.start(), SECRET.end());
                wrong.push(format!("secret must have {least} to {most} printable characters, and no spaces"));
            }
        }
        if wrong.is_empty() { Ok(given) } else { Err(refusal::validation(&wrong)) }
    }
}

/// Whether events may be sent to an address. What a name resolves to is looked at when they are.
fn address(text: &str) -> Result<(), &'static str> {
    const EXPECTED: &str = "must be a public https address";
    let text = text.trim();
    if text.len() > URL {
        return Err("must be shorter than or equal to 2048 characters");
    }
    let url = Url::parse(text).map_err(|_| EXPECTED)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password");
    }
    let (is_here, is_open) = match url.host() {
        Some(Host::Domain(name)) => {
            let is_here = name.eq_ignore_ascii_case("localhost");
            (is_here, is_here || !is_inside(name))
        }
        Some(Host::Ipv4(address)) => (address.is_loopback(), Guard::memory().permits(address.into())),
        Some(Host::Ipv6(address)) => (address.is_loopback(), Guard::memory().permits(address.into())),
        None => return Err(EXPECTED),
    };
    if is_open && (url.scheme() == "https" || (url.scheme() == "http" && is_here)) {
        Ok(())
    } else {
        Err(EXPECTED)
    }
}

/// Names that are no public ones, whatever they resolve to.
fn is_inside(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.') || [".local", ".internal", ".localhost"].iter().any(|end| name.ends_with(end))
}

impl State {
    fn own_endpoint(&self, org: u64, id: &WebhookEndpointId) -> Result<(u64, &StoredEndpoint)> {
        let number = ids::number(ids::ENDPOINT, id.as_str());
        let endpoint = self.endpoints.get(org, number).map(|endpoint| (number, endpoint));
        endpoint.ok_or_else(|| refusal::not_found("endpoint", id.as_str()))
    }
}

impl Call<'_> {
    pub(super) fn list_endpoints(&self) -> Vec<Endpoint> {
        self.read(|state| {
            state.endpoints.of(self.org()).map(|(number, endpoint)| endpoint.show(number)).collect()
        })
    }

    pub(super) fn get_endpoint(&mut self, id: &WebhookEndpointId) -> Result<Endpoint> {
        self.concerns(id);
        self.read(|state| state.own_endpoint(self.org(), id).map(|(number, endpoint)| endpoint.show(number)))
    }

    pub(super) fn create_endpoint(&mut self, input: &CreateEndpoint) -> Result<NewEndpoint> {
        let given = Given::read(Some(&input.url), Some(&input.events), input.secret.as_ref())?;
        let world = &self.smarfle.crm.world;
        let secret = given.secret.unwrap_or_else(|| draw(world, SECRET_PREFIX).expose().into());
        let now = world.clock.now();
        let endpoint = StoredEndpoint {
            url: given.url.unwrap_or_default(),
            events: given.events.unwrap_or_default(),
            active: input.active.unwrap_or(true),
            secret: secret.clone(),
            created_at: now,
            updated_at: now,
        };
        let shown = self.change(|state| {
            if state.endpoints.len(self.org()) >= ENDPOINTS {
                let message = format!("There are {ENDPOINTS} endpoints already.");
                return Err(refusal::conflict(&message));
            }
            let number = state.endpoints.add(self.org(), |_| endpoint.clone());
            Ok(endpoint.show(number))
        })?;
        self.concerns(&shown.id);
        let mut new = NewEndpoint::default();
        new.endpoint = shown;
        new.secret = secret.into();
        Ok(new)
    }

    pub(super) fn update_endpoint(
        &mut self,
        id: &WebhookEndpointId,
        input: &UpdateEndpoint,
    ) -> Result<Endpoint> {
        self.concerns(id);
        let given = Given::read(input.url.as_ref(), input.events.as_deref(), input.secret.as_ref())?;
        let world = &self.smarfle.crm.world;
        let now = world.clock.now();
        let org = self.org();
        self.change(|state| {
            let (number, before) = state.own_endpoint(org, id)?;
            let was_active = before.active;
            let changed = state.endpoints.edit(org, number, |endpoint| {
                endpoint.url = given.url.unwrap_or_else(|| endpoint.url.clone());
                endpoint.events = given.events.unwrap_or_else(|| endpoint.events.clone());
                endpoint.secret = given.secret.unwrap_or_else(|| endpoint.secret.clone());
                endpoint.active = input.active.unwrap_or(endpoint.active);
                endpoint.updated_at = now;
                (endpoint.active, endpoint.show(number))
            });
            let (is_active, shown) = changed.ok_or_else(|| refusal::not_found("endpoint", id.as_str()))?;
            if was_active && !is_active {
                state.end_waiting(world, org, number, "the endpoint was switched off");
            }
            Ok(shown)
        })
    }

    pub(super) fn delete_endpoint(&mut self, id: &WebhookEndpointId) -> Result<()> {
        self.concerns(id);
        let (world, org) = (&self.smarfle.crm.world, self.org());
        self.change(|state| {
            let (number, _) = state.own_endpoint(org, id)?;
            state.endpoints.remove(org, number);
            state.end_waiting(world, org, number, "the endpoint was removed");
            Ok(())
        })
    }

    /// The endpoint to send a test event to.
    pub(super) fn endpoint_to_test(&mut self, id: &WebhookEndpointId) -> Result<(u64, StoredEndpoint)> {
        self.concerns(id);
        self.read(|state| {
            let (number, endpoint) = state.own_endpoint(self.org(), id)?;
            if !endpoint.active {
                return Err(refusal::conflict("The endpoint is switched off."));
            }
            Ok((number, endpoint.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_go_to_public_addresses_and_this_machine() {
        for good in [
            "https://app.example/hooks",
            "https://93.184.216.34/",
            "http://127.0.0.1:8080/x?y=z",
            "http://localhost:1/",
            "http://[::1]:8080/",
            " https://app.example ",
        ] {
            assert_eq!(address(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "app.example",
            "http://app.example/",
            "ftp://app.example/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest",
            "https://[fd00::1]/",
            "https://[::ffff:10.1.2.3]/",
            "https://intranet/",
            "https://db.internal/",
            "https://printer.local./",
            "https://user:secret@app.example/",
            "https://0x7f000001.internal/",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
        assert!(address(&format!("https://app.example/{}", "x".repeat(2_100))).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = address(&text);
        }

        #[test]
        fn no_private_address_passes(bits: u32) {
            let v4 = std::net::Ipv4Addr::from(bits);
            if v4.is_private() || v4.is_link_local() {
                let text = format!("https://{v4}/");
                prop_assert!(address(&text).is_err(), "{}", v4);
            }
        }
    }
}
