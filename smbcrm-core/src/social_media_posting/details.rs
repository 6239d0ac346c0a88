//! What a post says besides its text: media, what a link shows, what single networks want to know, who approves it.

use crate::types::{Text, UserId};
use crate::{open_enum, record};

/// A picture or a film.
#[record]
pub struct SocialMedia {
    /// Its address.
    pub url: Text,
    /// What stands below it.
    pub caption: Option<Text>,
    /// Its media type: `image/png`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// The address of a small picture of it.
    pub thumbnail: Option<Text>,
    /// The address of the small picture that is shown unless another one is chosen.
    pub default_thumb: Option<Text>,
    /// Its id.
    pub id: Option<Text>,
}

/// What a link in a post shows.
#[record]
pub struct LinkPreview {
    /// The picture.
    pub meta_image: Option<Text>,
    /// The link.
    pub meta_link: Option<Text>,
}

/// Whether a post was approved.
#[open_enum]
pub enum ApprovalStatus {
    /// Not yet.
    Pending = "pending",
    /// It was.
    Approved = "approved",
    /// It was turned down.
    Rejected = "rejected",
    /// It need not be.
    NotRequired = "not_required",
}

/// Who approves a post.
#[record]
pub struct PostApproval {
    /// The user.
    pub approver: Option<UserId>,
    /// What the writer says to the approver.
    pub requester_note: Option<Text>,
    /// What the approver says to the writer.
    pub approver_note: Option<Text>,
    /// Whether it was approved.
    pub approval_status: Option<ApprovalStatus>,
}

/// Who may see a film.
#[open_enum]
pub enum TikTokPrivacy {
    /// Everybody.
    Public = "PUBLIC_TO_EVERYONE",
    /// Friends.
    Friends = "MUTUAL_FOLLOW_FRIENDS",
    /// Nobody else.
    Private = "SELF_ONLY",
}

/// What TikTok wants to know.
#[record]
pub struct TikTokDetails {
    /// Who may see it.
    pub privacy_level: Option<TikTokPrivacy>,
    /// Whether it advertises for somebody else.
    pub promote_other_brand: Option<bool>,
    /// Whether it may be commented on.
    pub enable_comment: Option<bool>,
    /// Whether others may film beside it.
    pub enable_duet: Option<bool>,
    /// Whether others may cut from it.
    pub enable_stitch: Option<bool>,
    /// Whether it says that it advertises.
    pub video_disclosure: Option<bool>,
    /// Whether it advertises for the account itself.
    pub promote_your_brand: Option<bool>,
}

/// What a post on Google is.
#[open_enum]
pub enum GooglePostType {
    /// News.
    Standard = "STANDARD",
    /// Something that takes place.
    Event = "EVENT",
    /// Something that is offered.
    Offer = "OFFER",
}

/// What the button of a post on Google does.
#[open_enum]
pub enum GoogleAction {
    /// There is none.
    None = "none",
    /// Orders.
    Order = "order",
    /// Books.
    Book = "book",
    /// Buys.
    Shop = "shop",
    /// Tells more.
    LearnMore = "learn_more",
    /// Calls.
    Call = "call",
    /// Signs up.
    SignUp = "sign_up",
}

/// A day.
#[record]
pub struct GoogleDay {
    /// Its year.
    pub year: u32,
    /// Its month, from 1.
    pub month: u32,
    /// Its day, from 1.
    pub day: u32,
}

/// A time of day.
#[record]
pub struct GoogleTime {
    /// The hour.
    pub hours: u32,
    /// The minute.
    pub minutes: u32,
    /// The second.
    pub seconds: u32,
}

/// When an event or an offer begins.
#[record]
pub struct GoogleStart {
    /// The day.
    pub start_date: Option<GoogleDay>,
    /// The time of day.
    pub start_time: Option<GoogleTime>,
}

/// When an event or an offer ends.
#[record]
pub struct GoogleEnd {
    /// The day.
    pub end_date: Option<GoogleDay>,
    /// The time of day.
    pub end_time: Option<GoogleTime>,
}

/// What Google wants to know.
#[record]
pub struct GoogleDetails {
    /// What it is.
    pub gmb_event_type: Option<GooglePostType>,
    /// An event's title.
    pub title: Option<Text>,
    /// An offer's title.
    pub offer_title: Option<Text>,
    /// When it begins.
    pub start_date: Option<GoogleStart>,
    /// When it ends.
    pub end_date: Option<GoogleEnd>,
    /// Where the conditions are.
    pub terms_conditions: Option<Text>,
    /// Where there is more.
    pub url: Option<Text>,
    /// A coupon's code.
    pub coupon_code: Option<Text>,
    /// Where it can be redeemed.
    pub redeem_online_url: Option<Text>,
    /// What its button does.
    pub action_type: Option<GoogleAction>,
}
