//! Every kind of record there is, in one list: what the tape, the event stream and the log on disk go by.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smbcrm_core::agent_studio::{Agent, AgentVersion};
use smbcrm_core::blogs::{Blog, BlogAuthor, BlogCategory};
use smbcrm_core::businesses::Business;
use smbcrm_core::calendars::{Calendar, CalendarGroup, CalendarResource, Schedule};
use smbcrm_core::contacts::{Contact, Note};
use smbcrm_core::conversations::{CustomSubtype, EmailMessage};
use smbcrm_core::custom_fields::{FieldFolder, ObjectField};
use smbcrm_core::locations::{CustomValue, Location, Tag};
use smbcrm_core::opportunities::{Opportunity, Pipeline};
use smbcrm_core::payments::{Order, Subscription, Transaction};
use smbcrm_core::social_media_posting::{SocialCategory, SocialGroup, SocialTag};

use super::owned::Kept;
use super::state::{
    Campaign, Enrolment, StoredFile, StoredLostReason, StoredRecurringTask, StoredTask, StoredTemplate,
    StoredUser, Workflow,
};
use crate::agent_studio::{StoredSession, StoredTurn};
use crate::automation::{Counter, Edition, Run, Timer};
use crate::blogs::StoredBlogPost;
use crate::calendars::{Reminder, StoredEvent, StoredNote, StoredNotification};
use crate::conversations::{Choices, Due, Outgoing, Provider, Reads, StoredMessage, Thread, Upload};
use crate::custom_fields::StoredField;
use crate::emails::{StoredEmailCampaign, StoredEmailTemplate};
use crate::forms::{StoredForm, StoredSubmission};
use crate::social_media_posting::{StoredSocialAccount, StoredSocialPost};

macro_rules! rows {
    ($($name:ident($record:ty)),* $(,)?) => {
        /// A record of any kind.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub(crate) enum Row {
            $($name(Arc<$record>)),*
        }

        impl Row {
            /// The name of its kind, as files have it.
            pub(crate) fn variant(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name)),*
                }
            }
        }

        $(impl From<Arc<$record>> for Row {
            fn from(record: Arc<$record>) -> Self {
                Self::$name(record)
            }
        })*
    };
}

rows! {
    // of the agency
    Location(Location),
    User(StoredUser),
    // in tables
    Contact(Contact),
    Task(StoredTask),
    Note(Note),
    Thread(Thread),
    Message(StoredMessage),
    Email(EmailMessage),
    Choices(Choices),
    Reads(Reads),
    Opportunity(Opportunity),
    Tag(Tag),
    Enrolment(Enrolment),
    Event(StoredEvent),
    EventNote(StoredNote),
    // in lists
    CustomField(StoredField),
    ObjectField(ObjectField),
    FieldFolder(FieldFolder),
    CustomValue(CustomValue),
    Template(StoredTemplate),
    RecurringTask(StoredRecurringTask),
    File(StoredFile),
    Pipeline(Pipeline),
    LostReason(StoredLostReason),
    Business(Business),
    Campaign(Campaign),
    Workflow(Workflow),
    Form(StoredForm),
    Submission(StoredSubmission),
    Calendar(Calendar),
    CalendarGroup(CalendarGroup),
    CalendarResource(CalendarResource),
    Schedule(Schedule),
    CalendarNotification(StoredNotification),
    Due(Due),
    Reminder(Reminder),
    Provider(Provider),
    Subtype(CustomSubtype),
    Upload(Upload),
    // of workflows
    Run(Run),
    Timer(Timer),
    Edition(Edition),
    Counter(Counter),
    Outgoing(Outgoing),
    // of agents
    Agent(Agent),
    AgentVersion(AgentVersion),
    AgentSession(StoredSession),
    AgentTurn(StoredTurn),
    // of payments, blogs, e-mails and social posts
    Order(Order),
    Transaction(Transaction),
    Subscription(Subscription),
    BlogPost(StoredBlogPost),
    Blog(Blog),
    BlogAuthor(BlogAuthor),
    BlogCategory(BlogCategory),
    EmailTemplate(StoredEmailTemplate),
    EmailCampaign(StoredEmailCampaign),
    SocialPost(StoredSocialPost),
    SocialAccount(StoredSocialAccount),
    SocialGroup(SocialGroup),
    SocialCategory(SocialCategory),
    SocialTag(SocialTag),
}

macro_rules! kept {
    ($($record:ty, $($id:ident).+);* $(;)?) => {$(
        impl Kept for $record {
            fn key(&self) -> &str {
                self.$($id).+.as_ref()
            }

            fn row(&self) -> Option<Row> {
                Some(Row::from(Arc::new(self.clone())))
            }
        }
    )*};
}

macro_rules! kept_shared {
    ($($record:ty, $($id:ident).+);* $(;)?) => {$(
        impl Kept for Arc<$record> {
            fn key(&self) -> &str {
                self.$($id).+.as_ref()
            }

            fn row(&self) -> Option<Row> {
                Some(Row::from(Arc::clone(self)))
            }
        }
    )*};
}

kept! {
    StoredUser, user.id;
    StoredField, field.id;
    CustomValue, id;
    StoredTemplate, template.id;
    StoredRecurringTask, task.id;
    Pipeline, id;
    StoredLostReason, reason.id;
    Campaign, id;
    Workflow, id;
    CalendarGroup, id;
    CalendarResource, id;
    Schedule, id;
    StoredNotification, notification.id;
    Reminder, id;
    Provider, id;
    CustomSubtype, id;
    Upload, id;
    Counter, key;
}

kept_shared! {
    ObjectField, id;
    FieldFolder, id;
    StoredFile, id;
    Business, id;
    StoredForm, id;
    StoredSubmission, id;
    Calendar, id;
    Edition, key;
    Blog, id;
    BlogAuthor, id;
    BlogCategory, id;
    StoredEmailTemplate, template.id;
    StoredEmailCampaign, campaign.id;
    StoredSocialAccount, account.id;
    SocialGroup, id;
    SocialCategory, id;
    SocialTag, id;
}

impl Kept for Arc<Outgoing> {
    fn key(&self) -> &str {
        self.email().map_or(self.message_id.as_str(), |email| email.id.as_str())
    }

    fn row(&self) -> Option<Row> {
        Some(Row::Outgoing(Arc::clone(self)))
    }
}

impl Row {
    /// Whether events tell of it: what was sent is kept, and the message that it came from tells.
    pub(crate) fn is_told(&self) -> bool {
        !matches!(self, Self::Outgoing(_))
    }
}

impl Kept for Due {
    fn key(&self) -> &str {
        self.email.as_ref().map_or(self.message.as_str(), AsRef::as_ref)
    }

    fn row(&self) -> Option<Row> {
        Some(Row::Due(Arc::new(self.clone())))
    }
}
