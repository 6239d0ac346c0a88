//! The in-memory CRM as a backend of the contract suite.

#[allow(dead_code, reason = "not every test file that has these doors opens them all")]
pub(crate) mod document;
#[allow(dead_code, reason = "not every test file that has these doors opens them all")]
pub(crate) mod sales_boost;
#[allow(dead_code, reason = "not every test file that has these doors opens them all")]
pub(crate) mod smarfle;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use document::{Book, Held};
use smbcrm_client::Client;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::contract::{Access, Backend, Hands, Level, Plant, Stage, WireRequest};
use smbcrm_core::forms::{Answers, FormSubmission};
use smbcrm_core::locations::{Location, LocationSettings};
use smbcrm_core::operation::{Loopback, Response};
use smbcrm_core::surveys::SurveySubmission;
use smbcrm_core::types::{ContactId, FormId, LocationId, SurveyId, Text};
use smbcrm_core::{Crm, Error, ErrorKind, Result};
use smbcrm_mem::{MemCrm, MemServer, ProviderKind, RateLimits, Scopes, Service, TokenLevel, Wire};

/// How calls reach the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Method calls.
    InProcess,
    /// Encoded and decoded, without HTTP.
    Looped,
    /// The whole HTTP path, without sockets.
    Wire,
    /// `smbcrm-client` to a server.
    Http,
}

/// The in-memory CRM behind one of its doors; each stage is a world of its own.
pub(crate) struct Mem(pub(crate) Door, pub(crate) Arc<Book>);

const OTHER: &str = "LOC00000000000000002";

fn scopes(access: &Access) -> Option<(Level, Scopes)> {
    match access {
        Access::Full(level) => Some((*level, Scopes::All)),
        Access::Scopes(level, scopes) => Some((*level, Scopes::only(scopes.iter().cloned()))),
        _ => None,
    }
}

/// The value of a token of this access in a world.
pub(crate) fn token(crm: &MemCrm, access: &Access) -> String {
    let Some((level, scopes)) = scopes(access) else {
        return match access {
            Access::Unknown => "pit-00000000-0000-0000-0000-000000000000".to_owned(),
            _ => "not-a-token".to_owned(),
        };
    };
    let level = match level {
        Level::Location => TokenLevel::Location(crm.location().clone()),
        Level::OtherLocation => TokenLevel::Location(OTHER.into()),
        _ => TokenLevel::Agency,
    };
    crm.admin().create_token("contract", level, scopes).1.expose().to_owned()
}

/// A world with two sub-accounts.
pub(crate) fn world() -> MemCrm {
    with_elsewhere(MemCrm::builder().rate_limits(RateLimits::off()).build())
}

/// The world, with another sub-account in it.
pub(crate) fn with_elsewhere(crm: MemCrm) -> MemCrm {
    let mut other = Location::default();
    other.id = OTHER.into();
    other.name = "Elsewhere".into();
    crm.admin().add_location(other);
    crm
}

#[async_trait]
impl Backend for Mem {
    fn name(&self) -> &str {
        match self.0 {
            Door::InProcess => "in process",
            Door::Looped => "loopback",
            Door::Wire => "wire",
            Door::Http => "HTTP",
        }
    }

    async fn stage(&self) -> Result<Stage> {
        stage_in(self.0, world(), Some(Arc::clone(&self.1))).await
    }
}

/// A stage in a world, which is reached through a door; its answers are held to the book's document, if there is one.
pub(crate) async fn stage_in(door: Door, crm: MemCrm, book: Option<Arc<Book>>) -> Result<Stage> {
    let server = match door {
        Door::Http => {
            let server = MemServer::builder().crm(crm.clone()).start().await;
            Some(server.map_err(|error| Error::new(ErrorKind::Transport, error.to_string()))?)
        }
        _ => None,
    };
    let hands = MemHands { crm: crm.clone(), door, server, book };
    let (here, agency) =
        (hands.open(&Access::Full(Level::Location)), hands.open(&Access::Full(Level::Agency)));
    Ok(Stage::new(here, crm.location()).with_agency(agency).with_hands(hands))
}

/// Everything that the owner of a world can do.
pub(crate) struct MemHands {
    crm: MemCrm,
    door: Door,
    server: Option<MemServer>,
    /// Whom to show every answer that passes as JSON.
    book: Option<Arc<Book>>,
}

impl MemHands {
    fn open(&self, access: &Access) -> Arc<dyn Crm> {
        let token = token(&self.crm, access);
        let book = self.book.as_ref();
        match (self.door, &self.server) {
            (Door::Looped, _) => Arc::new(Held::new(Loopback::new(self.crm.with_token(&token)), book)),
            (Door::Wire, _) => Arc::new(Held::new(Wire::new(&self.crm, token), book)),
            (Door::Http, Some(server)) => {
                let client =
                    Client::builder().token(token).base_url(server.base_url()).rate_governor(false).build();
                Arc::new(Held::new(client.expect("a client for a loopback server"), book))
            }
            _ => Arc::new(self.crm.with_token(&token)),
        }
    }
}

#[async_trait]
impl Hands for MemHands {
    async fn access(&self, access: Access) -> Option<Arc<dyn Crm>> {
        Some(self.open(&access))
    }

    async fn wire(&self, request: WireRequest) -> Option<Response> {
        if !matches!(self.door, Door::Wire | Door::Http) {
            return None;
        }
        let (method, target) = (request.method, request.target);
        let mut asked = http::Request::builder().method(method.as_str()).uri(target.as_str());
        if let Some(version) = request.version {
            asked = asked.header("version", version);
        }
        if let Some(access) = &request.access {
            asked = asked.header("authorization", format!("Bearer {}", token(&self.crm, access)));
        }
        if request.body.is_some() {
            asked = asked.header("content-type", "application/json");
        }
        let asked = asked.body(Bytes::from(request.body.unwrap_or_default())).expect("a well-formed request");
        let (head, body) = Service::new(&self.crm).respond(asked).await.into_parts();
        let mut response = Response::new(head.status.as_u16(), body);
        for (name, value) in &head.headers {
            response = response.with_header(name.as_str(), value.to_str().unwrap_or_default());
        }
        if let Some(book) = &self.book {
            book.answered_to(&method, &target, &response);
        }
        Some(response)
    }

    async fn other_location(&self) -> Option<(LocationId, ContactId)> {
        let input = CreateContact::new(OTHER).first_name("Else").email("else@contract.example");
        let contact = self.crm.contacts().create(input).await.ok()?;
        Some((OTHER.into(), contact.id.clone()))
    }

    async fn settings(&self, settings: LocationSettings) -> Option<()> {
        self.crm.admin().set_settings(self.crm.location(), settings)
    }

    async fn plant(&self, plant: Plant) -> Option<Text> {
        plant_in(&self.crm, plant)
    }

    async fn submit_form(&self, form: &FormId, answers: Answers) -> Option<Result<FormSubmission>> {
        Some(self.crm.admin().submit_form(form, answers))
    }

    async fn submit_survey(&self, survey: &SurveyId, answers: Answers) -> Option<Result<SurveySubmission>> {
        Some(self.crm.admin().submit_survey(survey, answers))
    }

    async fn advance(&self, by: Duration) -> Option<()> {
        self.crm.advance(by).await;
        Some(())
    }
}

/// Plants a record in the world's first sub-account.
pub(crate) fn plant_in(crm: &MemCrm, plant: Plant) -> Option<Text> {
    let (admin, location) = (crm.admin(), crm.location());
    match plant {
        Plant::Pipeline(name, stages) => Some(admin.add_pipeline(location, name, stages)?.id.into()),
        Plant::Template(template) => Some(admin.add_template(location, *template)?.id.into()),
        Plant::Campaign(name) => Some(admin.add_campaign(location, name)?.into()),
        Plant::Workflow(name) => Some(admin.add_workflow(location, name)?.into()),
        Plant::Appointment(appointment) => Some(admin.add_appointment(location, *appointment)?.into()),
        Plant::ConversationProvider(kind) => {
            let kind = match kind.as_str() {
                "Email" => ProviderKind::Email,
                "Call" => ProviderKind::Call,
                _ => ProviderKind::Sms,
            };
            Some(admin.add_conversation_provider(location, kind)?.into())
        }
        Plant::Review(contact, text) => Some(admin.add_review(&contact, text)?.into()),
        Plant::Recording(message, sound) => admin.set_recording(&message, sound).map(|()| message.into()),
        Plant::Transcription(message, said) => {
            admin.set_transcription(&message, said).map(|()| message.into())
        }
        Plant::Upload(upload, data) => admin.put_upload(upload.as_str(), data).map(|()| upload.into()),
        Plant::Form(name, fields) => Some(admin.add_form(location, name, fields)?.id.into()),
        Plant::Survey(name, fields) => Some(admin.add_survey(location, name, fields)?.id.into()),
        Plant::LostReason(name) => Some(admin.add_lost_reason(location, name)?.id.into()),
        Plant::Order(order) => Some(admin.add_order(location, *order)?.id.clone().into()),
        Plant::Transaction(paid) => Some(admin.add_transaction(location, *paid)?.id.clone().into()),
        Plant::Subscription(it) => Some(admin.add_subscription(location, *it)?.id.clone().into()),
        Plant::Blog(name) => Some(admin.add_blog(location, name)?.id.clone().into()),
        Plant::BlogAuthor(name) => Some(admin.add_blog_author(location, name)?.id.clone().into()),
        Plant::BlogCategory(label) => Some(admin.add_blog_category(location, label)?.id.clone().into()),
        Plant::EmailCampaign(campaign, sending) => {
            Some(admin.add_email_campaign(location, *campaign, sending)?.id.into())
        }
        Plant::SocialAccount(platform, name) => {
            Some(admin.add_social_account(location, platform, name, 0)?.id.into())
        }
        Plant::SocialCategory(name) => Some(admin.add_social_category(location, name)?.id.into()),
        Plant::SocialTag(name) => Some(admin.add_social_tag(location, name)?.id.into()),
        // Products add their line here as they land.
        _ => None,
    }
}
