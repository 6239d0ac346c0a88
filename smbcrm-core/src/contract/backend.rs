//! What the suite runs against: a backend, its stages, and the hands it lends.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::discard::Made;
use super::runner::Failure;
use crate::businesses::{Business, CreateBusiness};
use crate::contacts::{Contact, ContactAppointment, CreateContact};
use crate::conversations::TranscriptSegment;
use crate::emails::{EmailCampaign, EmailDeliveryStatus};
use crate::error::Result;
use crate::forms::{Answers, FormField, FormSubmission};
use crate::locations::{LocationSettings, Template};
use crate::operation::{Operation, Raw, Response};
use crate::payments::{Order, Subscription, Transaction};
use crate::social_media_posting::SocialPlatform;
use crate::surveys::SurveySubmission;
use crate::types::{ContactId, FormId, LocationId, MessageId, SurveyId, Text, UploadId};
use crate::{Crm, ErrorKind};

/// An implementation under test; of SMBcrm's API, unless it says otherwise.
#[async_trait]
pub trait Backend<S = Stage>: Send + Sync {
    /// What reports call it.
    fn name(&self) -> &str;

    /// A sub-account for one case. An emulator makes a fresh world; a live account is always the same.
    ///
    /// # Errors
    /// Whatever keeps the backend from starting.
    async fn stage(&self) -> Result<S>;
}

/// Where a case plays, and what is left of it when the case is over.
#[async_trait]
pub trait Set: Send + Sync + 'static {
    /// Leaves things as they were; called after every case, whatever became of it.
    async fn clear(&self) {}
}

/// Where one case plays.
#[non_exhaustive]
pub struct Stage {
    /// The API, used with every scope of a sub-account's token.
    pub crm: Arc<dyn Crm>,
    /// The API, used with an agency's token; `None` where there is no agency.
    pub agency: Option<Arc<dyn Crm>>,
    /// The sub-account.
    pub location: LocationId,
    /// What else the backend can do.
    pub hands: Box<dyn Hands>,
    run: u64,
    made: AtomicU64,
    pub(super) discarded: std::sync::Mutex<Vec<Made>>,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stage({})", self.location)
    }
}

impl Stage {
    /// A stage without an agency or hands; see [`Stage::with_agency`] and [`Stage::with_hands`].
    pub fn new(crm: Arc<dyn Crm>, location: impl Into<LocationId>) -> Self {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self {
            crm,
            agency: None,
            location: location.into(),
            hands: Box::new(NoHands),
            run: clock.as_secs() % 100_000_000 * 1_000 + RUNS.fetch_add(1, Ordering::Relaxed) % 1_000,
            made: AtomicU64::new(0),
            discarded: std::sync::Mutex::default(),
        }
    }

    /// Adds the API as an agency's token sees it.
    #[must_use]
    pub fn with_agency(mut self, agency: Arc<dyn Crm>) -> Self {
        self.agency = Some(agency);
        self
    }

    /// Adds what else the backend can do.
    #[must_use]
    pub fn with_hands(mut self, hands: impl Hands + 'static) -> Self {
        self.hands = Box::new(hands);
        self
    }

    /// A name that no other case and no other run uses.
    pub fn unique(&self, what: &str) -> String {
        format!("{what}-{}-{}", self.run, self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// An e-mail that nobody has.
    pub fn unique_email(&self) -> String {
        format!("{}@contract.example", self.unique("someone"))
    }

    /// A phone number that nobody has, E.164. Its area code is kept for fiction and tests.
    pub fn unique_phone(&self) -> String {
        let number = self.run.wrapping_mul(31).wrapping_add(self.made.fetch_add(1, Ordering::Relaxed) * 7919);
        format!("+1202{}{:06}", 2 + number % 8, number / 8 % 1_000_000)
    }

    /// A contact of one's own, with an e-mail; it goes when the case is over.
    ///
    /// # Errors
    /// Whatever the create says.
    pub async fn contact(&self) -> Result<Arc<Contact>> {
        let input =
            CreateContact::new(&self.location).first_name("Ada").last_name("Vale").email(self.unique_email());
        let contact = self.crm.contacts().create(input).await?;
        self.discard(&contact.id);
        Ok(contact)
    }

    /// A business of one's own; it goes when the case is over.
    ///
    /// # Errors
    /// Whatever the create says.
    pub async fn business(&self) -> Result<Arc<Business>> {
        let input = CreateBusiness::new(self.unique("business"), &self.location);
        let business = self.crm.businesses().create(input).await?;
        self.discard(&business.id);
        Ok(business)
    }

    /// The agency's API, or a reason to skip the case.
    ///
    /// # Errors
    /// A skip.
    pub fn agency(&self) -> std::result::Result<&Arc<dyn Crm>, Failure> {
        self.agency.as_ref().ok_or_else(|| Failure::skip("this backend has no agency"))
    }
}

/// The level of a token to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// The stage's sub-account.
    Location,
    /// Another sub-account of the same agency, with a contact and an opportunity of its own.
    OtherLocation,
    /// The agency.
    Agency,
}

/// The access that a case wants to have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// A good token of this level with every scope.
    Full(Level),
    /// A good token of this level with these scopes only.
    Scopes(Level, Vec<String>),
    /// A token of the right form that nobody made.
    Unknown,
    /// Something that is no token.
    Garbage,
}

/// A request in the wire's own terms, for what no typed call can say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WireRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The `Version` header; `None` leaves it out.
    pub version: Option<String>,
    /// The token; `None` leaves the header out.
    pub access: Option<Access>,
    /// The JSON body, as text; it need not be JSON.
    pub body: Option<String>,
}

impl WireRequest {
    /// A request as the client would send it: the operation's version, full access.
    pub fn new(operation: &Operation, target: impl Into<String>) -> Self {
        Self {
            method: operation.method.as_str().to_owned(),
            target: target.into(),
            version: Some(operation.product.version.to_owned()),
            access: Some(Access::Full(Level::Location)),
            body: None,
        }
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string());
        self
    }
}

/// A record that no operation creates.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Plant {
    /// A pipeline of this name and these stages. Answers its id.
    Pipeline(Text, Vec<Text>),
    /// A reason for losing opportunities. Answers its id.
    LostReason(Text),
    /// A campaign. Answers its id.
    Campaign(Text),
    /// A workflow. Answers its id.
    Workflow(Text),
    /// A template. Answers its id.
    Template(Box<Template>),
    /// An appointment. Answers its id.
    Appointment(Box<ContactAppointment>),
    /// A conversation provider that carries `SMS`, `Email` or `Call`. Answers its id.
    ConversationProvider(Text),
    /// A review that a contact writes. Answers the message's id.
    Review(ContactId, Text),
    /// The recording of a call. Answers the message's id.
    Recording(MessageId, Raw),
    /// What was said in a call. Answers the message's id.
    Transcription(MessageId, Vec<TranscriptSegment>),
    /// The content of a file at the address that it is to be uploaded to. Answers the upload's id.
    Upload(UploadId, bytes::Bytes),
    /// A form of this name and these fields. Answers its id.
    Form(Text, Vec<FormField>),
    /// A survey of this name and these fields. Answers its id.
    Survey(Text, Vec<FormField>),
    /// An order. Answers its id.
    Order(Box<Order>),
    /// A transaction. Answers its id.
    Transaction(Box<Transaction>),
    /// A subscription. Answers its id.
    Subscription(Box<Subscription>),
    /// A blog. Answers its id.
    Blog(Text),
    /// An author of blog posts. Answers their id.
    BlogAuthor(Text),
    /// A category of blog posts. Answers its id.
    BlogCategory(Text),
    /// An e-mail campaign, and how far its sending is. Answers its id.
    EmailCampaign(Box<EmailCampaign>, EmailDeliveryStatus),
    /// An account of a social network. Answers its id.
    SocialAccount(SocialPlatform, Text),
    /// A category of social posts. Answers its id.
    SocialCategory(Text),
    /// A tag of social posts. Answers its id.
    SocialTag(Text),
}

/// What a backend can do beyond the API. Whatever it cannot do answers `None`, and cases that need it are skipped.
#[async_trait]
pub trait Hands: Send + Sync {
    /// The API, used with this access.
    async fn access(&self, access: Access) -> Option<Arc<dyn Crm>> {
        let _ = access;
        None
    }

    /// The id of the other sub-account of [`Level::OtherLocation`], and of a contact in it.
    async fn other_location(&self) -> Option<(LocationId, ContactId)> {
        None
    }

    /// Changes the sub-account's settings.
    async fn settings(&self, settings: LocationSettings) -> Option<()> {
        let _ = settings;
        None
    }

    /// Plants a record; answers its id.
    async fn plant(&self, plant: Plant) -> Option<Text> {
        let _ = plant;
        None
    }

    /// Fills in a form as a visitor.
    async fn submit_form(&self, form: &FormId, answers: Answers) -> Option<Result<FormSubmission>> {
        let _ = (form, answers);
        None
    }

    /// Fills in a survey as a visitor.
    async fn submit_survey(&self, survey: &SurveyId, answers: Answers) -> Option<Result<SurveySubmission>> {
        let _ = (survey, answers);
        None
    }

    /// Moves the clock.
    async fn advance(&self, by: Duration) -> Option<()> {
        let _ = by;
        None
    }

    /// Sends a request in the wire's own terms.
    async fn wire(&self, request: WireRequest) -> Option<Response> {
        let _ = request;
        None
    }
}

/// The hands of a backend that has none: a live account.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct NoHands;

impl Hands for NoHands {}

/// Whether an error says that the backend has not this operation at all.
pub(super) fn is_unsupported(error: &crate::Error) -> bool {
    error.kind() == ErrorKind::Unsupported
}
