//! Ids: opaque texts, one type each, so that a contact's id cannot be passed as a pipeline's.

use super::Text;
use crate::shape::{Kind, Node, Shaped, Slot, View};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        ///
        /// Opaque: compare it, store it, send it back; nothing can be read from it.
        #[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Text);

        impl $name {
            /// An id from its text.
            pub fn new(id: impl Into<Text>) -> Self {
                Self(id.into())
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// Whether the id holds no text at all (an answer left it out).
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// The id as text, for places that take any id.
            pub fn as_text(&self) -> &Text {
                &self.0
            }
        }

        impl From<&str> for $name { fn from(id: &str) -> Self { Self(id.into()) } }
        impl From<String> for $name { fn from(id: String) -> Self { Self(id.into()) } }
        impl From<Text> for $name { fn from(id: Text) -> Self { Self(id) } }
        impl From<&Text> for $name { fn from(id: &Text) -> Self { Self(id.clone()) } }
        impl From<&$name> for $name { fn from(id: &$name) -> Self { id.clone() } }
        impl From<$name> for Text { fn from(id: $name) -> Self { id.0 } }
        impl From<&$name> for Text { fn from(id: &$name) -> Self { id.0.clone() } }
        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;
            fn from_str(id: &str) -> Result<Self, Self::Err> { Ok(Self(id.into())) }
        }
        impl AsRef<str> for $name { fn as_ref(&self) -> &str { self.as_str() } }
        impl std::borrow::Borrow<str> for $name { fn borrow(&self) -> &str { self.as_str() } }
        impl PartialEq<str> for $name { fn eq(&self, other: &str) -> bool { self.as_str() == other } }
        impl PartialEq<&str> for $name { fn eq(&self, other: &&str) -> bool { self.as_str() == *other } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.as_str())
            }
        }
        impl Node for $name {
            fn view(&self) -> View<'_> { View::Text(self.as_str()) }
            fn slot(&mut self) -> Slot<'_> { self.0.slot() }
        }
        impl Shaped for $name {
            const KIND: Kind = Kind::Text;
            fn blank() -> Self { Self::default() }
        }
    )*};
}

ids! {
    /// Names a sub-account (a location).
    LocationId,
    /// Names the agency that owns sub-accounts.
    CompanyId,
    /// Names a contact.
    ContactId,
    /// Names a note of a contact.
    NoteId,
    /// Names a task.
    TaskId,
    /// Names a recurring task.
    RecurringTaskId,
    /// Names a user of the account.
    UserId,
    /// Names a business that contacts belong to.
    BusinessId,
    /// Names a campaign.
    CampaignId,
    /// Names a workflow (a UUID).
    WorkflowId,
    /// Names an event of a calendar: an appointment, one instance of a recurring one, or a blocked slot.
    AppointmentId,
    /// Names a calendar.
    CalendarId,
    /// Names a group of calendars.
    CalendarGroupId,
    /// Names a room or a piece of equipment that calendars book.
    CalendarResourceId,
    /// Names a rule by which a calendar notifies people of its appointments.
    CalendarNotificationId,
    /// Names a user's schedule: when they are available.
    ScheduleId,
    /// Names a tag's definition on a sub-account.
    TagId,
    /// Names a custom field.
    CustomFieldId,
    /// Names a folder of custom fields.
    CustomFieldFolderId,
    /// Names a kind of record that has custom fields: `custom_objects.pet`, `business`, `contact`, `opportunity`.
    ObjectKey,
    /// Names a custom value.
    CustomValueId,
    /// Names an e-mail, SMS or WhatsApp template.
    TemplateId,
    /// Names an opportunity.
    OpportunityId,
    /// Names a pipeline.
    PipelineId,
    /// Names a stage of a pipeline (a UUID).
    StageId,
    /// Names a reason for losing an opportunity.
    LostReasonId,
    /// Names a conversation.
    ConversationId,
    /// Names a message of a conversation.
    MessageId,
    /// Names one e-mail of a thread.
    EmailMessageId,
    /// Names what carries messages: a phone service, an app of the marketplace.
    ConversationProviderId,
    /// Names a kind of message that contacts may unsubscribe from.
    SubtypeId,
    /// Names an upload under way.
    UploadId,
    /// Names a form.
    FormId,
    /// Names a survey.
    SurveyId,
    /// Names what a visitor submitted to a form or survey (a UUID).
    SubmissionId,
    /// Names a Smarfle organisation.
    OrganizationId,
    /// Names an API key, which is not its value.
    ApiKeyId,
    /// Names a client of a Smarfle organisation.
    SmarfleClientId,
    /// Names a work order of a Smarfle organisation.
    WorkOrderId,
    /// Names an invoice of a Smarfle organisation.
    SmarfleInvoiceId,
    /// Names a booking of a Smarfle organisation.
    BookingId,
    /// Names an address that a Smarfle organisation's events are sent to.
    WebhookEndpointId,
    /// Names an event on its way to one address; it stays the same over attempts.
    WebhookDeliveryId,
    /// Names one webhook event; its repeats carry the same.
    WebhookId,
    /// Names an agent.
    AgentId,
    /// Names a version of an agent.
    AgentVersionId,
    /// Names a session with an agent.
    ExecutionId,
    /// Names one message to an agent and its answer.
    InteractionId,
    /// Names an app of the marketplace.
    AppId,
    /// Names a version of an app.
    AppVersionId,
    /// Names a plan that an app is sold by.
    PlanId,
    /// Names an invoice.
    InvoiceId,
    /// Names an order.
    OrderId,
    /// Names a product.
    ProductId,
    /// Names a price of a product.
    PriceId,
    /// Names a custom object's schema.
    ObjectSchemaId,
    /// Names a record of an object.
    RecordId,
    /// Names a kind of link between two objects.
    AssociationId,
    /// Names a link between two records.
    RelationId,
    /// Names a blog.
    BlogId,
    /// Names a post of a blog.
    BlogPostId,
    /// Names an author of blog posts.
    BlogAuthorId,
    /// Names a category of blog posts.
    BlogCategoryId,
    /// Names an e-mail template, or a folder of them.
    EmailTemplateId,
    /// Names an e-mail campaign.
    EmailCampaignId,
    /// Names a payment or a refund.
    TransactionId,
    /// Names a subscription: a payment that recurs.
    SubscriptionId,
    /// Names an account of a social network that posts are published to.
    SocialAccountId,
    /// Names what statistics know an account of a social network by.
    SocialProfileId,
    /// Names a post on social networks.
    SocialPostId,
    /// Names a category of social posts.
    SocialCategoryId,
    /// Names a tag of social posts.
    SocialTagId,
}
