//! What messages and conversations are: types, states and directions.

use crate::open_enum;

/// What a message is. The wire writes it twice, as this text and as a number ([`MessageType::code`]).
#[open_enum]
pub enum MessageType {
    /// A text message.
    Sms = "TYPE_SMS",
    /// A call.
    Call = "TYPE_CALL",
    /// A rich text message (RCS).
    Rcs = "TYPE_RCS",
    /// An e-mail thread.
    Email = "TYPE_EMAIL",
    /// A request for a review, by SMS.
    SmsReviewRequest = "TYPE_SMS_REVIEW_REQUEST",
    /// A message of the web chat.
    Webchat = "TYPE_WEBCHAT",
    /// A message after a missed appointment, by SMS.
    SmsNoShowRequest = "TYPE_SMS_NO_SHOW_REQUEST",
    /// A campaign's SMS.
    CampaignSms = "TYPE_CAMPAIGN_SMS",
    /// A campaign's call.
    CampaignCall = "TYPE_CAMPAIGN_CALL",
    /// A campaign's e-mail.
    CampaignEmail = "TYPE_CAMPAIGN_EMAIL",
    /// A campaign's voicemail.
    CampaignVoicemail = "TYPE_CAMPAIGN_VOICEMAIL",
    /// A Facebook message.
    Facebook = "TYPE_FACEBOOK",
    /// A campaign's Facebook message.
    CampaignFacebook = "TYPE_CAMPAIGN_FACEBOOK",
    /// A call that a campaign asks a user to make.
    CampaignManualCall = "TYPE_CAMPAIGN_MANUAL_CALL",
    /// An SMS that a campaign asks a user to send.
    CampaignManualSms = "TYPE_CAMPAIGN_MANUAL_SMS",
    /// A Google business message.
    Gmb = "TYPE_GMB",
    /// A campaign's Google business message.
    CampaignGmb = "TYPE_CAMPAIGN_GMB",
    /// A review, or a reply to one.
    Review = "TYPE_REVIEW",
    /// An Instagram message.
    Instagram = "TYPE_INSTAGRAM",
    /// A WhatsApp message.
    Whatsapp = "TYPE_WHATSAPP",
    /// A text of a custom provider.
    CustomSms = "TYPE_CUSTOM_SMS",
    /// An e-mail of a custom provider.
    CustomEmail = "TYPE_CUSTOM_EMAIL",
    /// A text of a custom provider that replaces the default one.
    CustomProviderSms = "TYPE_CUSTOM_PROVIDER_SMS",
    /// An e-mail of a custom provider that replaces the default one.
    CustomProviderEmail = "TYPE_CUSTOM_PROVIDER_EMAIL",
    /// A call that a phone menu took.
    IvrCall = "TYPE_IVR_CALL",
    /// Something that happened to the contact.
    ActivityContact = "TYPE_ACTIVITY_CONTACT",
    /// Something that happened to an invoice.
    ActivityInvoice = "TYPE_ACTIVITY_INVOICE",
    /// Something that happened to a payment.
    ActivityPayment = "TYPE_ACTIVITY_PAYMENT",
    /// Something that happened to an opportunity.
    ActivityOpportunity = "TYPE_ACTIVITY_OPPORTUNITY",
    /// A message of the live chat.
    LiveChat = "TYPE_LIVE_CHAT",
    /// A notice of the live chat.
    LiveChatInfoMessage = "TYPE_LIVE_CHAT_INFO_MESSAGE",
    /// Something that happened to an appointment.
    ActivityAppointment = "TYPE_ACTIVITY_APPOINTMENT",
    /// A comment on Facebook.
    FacebookComment = "TYPE_FACEBOOK_COMMENT",
    /// A comment on Instagram.
    InstagramComment = "TYPE_INSTAGRAM_COMMENT",
    /// A call of a custom provider.
    CustomCall = "TYPE_CUSTOM_CALL",
    /// A comment that only users see.
    InternalComment = "TYPE_INTERNAL_COMMENT",
    /// What an AI employee did.
    ActivityEmployeeActionLog = "TYPE_ACTIVITY_EMPLOYEE_ACTION_LOG",
    /// A TikTok message.
    Tiktok = "TYPE_TIKTOK",
    /// A comment on TikTok.
    TiktokComment = "TYPE_TIKTOK_COMMENT",
    /// Something that happened on WhatsApp.
    ActivityWhatsapp = "TYPE_ACTIVITY_WHATSAPP",
    /// A form that was submitted.
    FormSubmission = "TYPE_FORM_SUBMISSION",
    /// A reaction to an SMS.
    SmsReaction = "TYPE_SMS_REACTION",
    /// A text message to a group.
    GroupSms = "TYPE_GROUP_SMS",
    /// A message among users.
    InternalChat = "TYPE_INTERNAL_CHAT",
}

/// Types and the numbers that the wire writes for them. The numbers of RCS and TikTok are not known.
const CODES: [(MessageType, u16); 38] = [
    (MessageType::Call, 1),
    (MessageType::Sms, 2),
    (MessageType::Email, 3),
    (MessageType::SmsReviewRequest, 4),
    (MessageType::Webchat, 5),
    (MessageType::SmsNoShowRequest, 6),
    (MessageType::CampaignSms, 7),
    (MessageType::CampaignCall, 8),
    (MessageType::CampaignEmail, 9),
    (MessageType::CampaignVoicemail, 10),
    (MessageType::Facebook, 11),
    (MessageType::CampaignFacebook, 12),
    (MessageType::CampaignManualCall, 13),
    (MessageType::CampaignManualSms, 14),
    (MessageType::Gmb, 15),
    (MessageType::CampaignGmb, 16),
    (MessageType::Review, 17),
    (MessageType::Instagram, 18),
    (MessageType::Whatsapp, 19),
    (MessageType::CustomSms, 20),
    (MessageType::CustomEmail, 21),
    (MessageType::CustomProviderSms, 22),
    (MessageType::CustomProviderEmail, 23),
    (MessageType::IvrCall, 24),
    (MessageType::ActivityContact, 25),
    (MessageType::ActivityInvoice, 26),
    (MessageType::ActivityPayment, 27),
    (MessageType::ActivityOpportunity, 28),
    (MessageType::LiveChat, 29),
    (MessageType::LiveChatInfoMessage, 30),
    (MessageType::ActivityAppointment, 31),
    (MessageType::FacebookComment, 32),
    (MessageType::InstagramComment, 33),
    (MessageType::CustomCall, 34),
    (MessageType::GroupSms, 35),
    (MessageType::InternalChat, 36),
    (MessageType::InternalComment, 37),
    (MessageType::ActivityEmployeeActionLog, 38),
];

impl MessageType {
    /// The number that the wire writes beside the text; `None` where it is not known.
    pub fn code(&self) -> Option<u16> {
        CODES.iter().find(|(kind, _)| kind == self).map(|(_, code)| *code)
    }

    /// The type of a number; `None` where it is not known.
    pub fn from_code(code: u16) -> Option<Self> {
        CODES.iter().find(|(_, known)| *known == code).map(|(kind, _)| kind.clone())
    }

    /// Whether it is an e-mail, whoever carries it.
    pub fn is_email(&self) -> bool {
        matches!(self, Self::Email | Self::CampaignEmail | Self::CustomEmail | Self::CustomProviderEmail)
    }

    /// Whether it is a call or a voicemail.
    pub fn is_call(&self) -> bool {
        matches!(
            self,
            Self::Call
                | Self::CampaignCall
                | Self::CampaignVoicemail
                | Self::CampaignManualCall
                | Self::IvrCall
                | Self::CustomCall
        )
    }
}

/// What a conversation is mainly led by. A search writes this text, every other answer a number.
#[open_enum]
pub enum ConversationType {
    /// Phone: calls, SMS, WhatsApp.
    Phone = "TYPE_PHONE",
    /// E-mail.
    Email = "TYPE_EMAIL",
    /// Facebook messages.
    Facebook = "TYPE_FB_MESSENGER",
    /// Reviews.
    Review = "TYPE_REVIEW",
    /// Text messages to a group.
    GroupSms = "TYPE_GROUP_SMS",
    /// Among users.
    InternalChat = "TYPE_INTERNAL_CHAT",
}

impl ConversationType {
    const ALL: [Self; 6] =
        [Self::Phone, Self::Email, Self::Facebook, Self::Review, Self::GroupSms, Self::InternalChat];

    /// The number that most answers write, from 1; `None` where it is not known.
    pub fn code(&self) -> Option<u16> {
        (1..).zip(Self::ALL).find(|(_, kind)| kind == self).map(|(code, _)| code)
    }

    /// The type of a number; `None` where it is not known.
    pub fn from_code(code: u16) -> Option<Self> {
        (1..).zip(Self::ALL).find(|(known, _)| *known == code).map(|(_, kind)| kind)
    }
}

/// Who a message comes from.
#[open_enum]
pub enum Direction {
    /// The contact.
    Inbound = "inbound",
    /// The sub-account.
    Outbound = "outbound",
}

/// How far a message has come.
#[open_enum]
pub enum MessageStatus {
    /// On its way.
    Pending = "pending",
    /// To be sent later.
    Scheduled = "scheduled",
    /// Waiting for its turn.
    Queued = "queued",
    /// Handed over to the carrier.
    Sent = "sent",
    /// Arrived.
    Delivered = "delivered",
    /// Read.
    Read = "read",
    /// Opened (e-mail).
    Opened = "opened",
    /// A link in it was followed.
    Clicked = "clicked",
    /// Not sent.
    Failed = "failed",
    /// Sent and not delivered.
    Undelivered = "undelivered",
    /// Connected (a call).
    Connected = "connected",
    /// Answered with an opt-out.
    OptOut = "opt_out",
}

/// What wrote a message.
#[open_enum]
pub enum MessageSource {
    /// The API.
    Api = "api",
    /// A user, in the app.
    App = "app",
    /// A workflow.
    Workflow = "workflow",
    /// A bulk action.
    BulkActions = "bulk_actions",
    /// A campaign.
    Campaign = "campaign",
}

/// How a call ended, or that it has not.
#[open_enum]
pub enum CallStatus {
    /// Under way.
    Pending = "pending",
    /// Over.
    Completed = "completed",
    /// Taken.
    Answered = "answered",
    /// The line was busy.
    Busy = "busy",
    /// Nobody took it.
    NoAnswer = "no-answer",
    /// It did not come about.
    Failed = "failed",
    /// The caller gave up.
    Canceled = "canceled",
    /// A voicemail was left.
    Voicemail = "voicemail",
}

/// Whether a person or a machine wrote the last outbound message.
#[open_enum]
pub enum MessageAction {
    /// A person.
    Manual = "manual",
    /// A workflow, a campaign, a bulk action.
    Automated = "automated",
}
