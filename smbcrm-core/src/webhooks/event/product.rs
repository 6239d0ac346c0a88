//! Products and their prices. The event is the record itself, with `_id`.

use chrono::{DateTime, Utc};

use super::{Payload, Subject};
use crate::record;
use crate::types::{Extra, LocationId, Money, Patch, PriceId, ProductId, Text, UserId};

/// A product was created, changed or deleted.
#[record]
pub struct ProductEvent {
    /// The product.
    #[serde(rename = "_id", skip_serializing_if = "ProductId::is_empty")]
    pub id: ProductId,
    /// What it is, at length.
    pub description: Option<Text>,
    /// In what ways it comes.
    pub variants: Option<Vec<ProductVariant>>,
    /// Pictures and films.
    pub medias: Option<Vec<ProductMedia>>,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// Its name.
    pub name: Option<Text>,
    /// What it is, such as `PHYSICAL`.
    pub product_type: Option<Text>,
    /// Whether the store sells it.
    pub available_in_store: Option<bool>,
    /// Who created it.
    pub user_id: Option<UserId>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// What a card's statement says.
    pub statement_descriptor: Option<Text>,
    /// The address of its picture.
    pub image: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A way in which a product comes, such as its size.
#[record]
pub struct ProductVariant {
    /// Its id.
    pub id: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// What there is to choose from.
    pub options: Option<Vec<ProductOption>>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// One choice of a variant.
#[record]
pub struct ProductOption {
    /// Its id.
    pub id: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// A picture or film of a product.
#[record]
pub struct ProductMedia {
    /// Its id.
    pub id: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// Its address.
    pub url: Option<Text>,
    /// `image` or `video`.
    #[serde(rename = "type")]
    pub kind: Option<Text>,
    /// Whether it stands for the product.
    pub is_featured: Option<bool>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for ProductEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id)
    }
}

/// A price was created, changed or deleted.
#[record]
pub struct PriceEvent {
    /// The price.
    #[serde(rename = "_id", skip_serializing_if = "PriceId::is_empty")]
    pub id: PriceId,
    /// Offers that membership brings.
    pub membership_offers: Option<Vec<MembershipOffer>>,
    /// The product's choices that it is for.
    pub variant_option_ids: Option<Vec<Text>>,
    /// The sub-account.
    #[serde(skip_serializing_if = "LocationId::is_empty")]
    pub location_id: LocationId,
    /// The product.
    pub product: Option<ProductId>,
    /// Who created it.
    pub user_id: Option<UserId>,
    /// Its name.
    pub name: Option<Text>,
    /// `one_time` or `recurring`. Some of the documentation calls it `type`, which is taken by the event's own.
    #[serde(alias = "type")]
    pub price_type: Option<Text>,
    /// ISO 4217 currency.
    pub currency: Option<Text>,
    /// How much.
    pub amount: Option<Money>,
    /// How often, where it recurs.
    pub recurring: Option<PriceRecurrence>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The amount it is compared with.
    pub compare_at_price: Option<Money>,
    /// Whether the stock is counted; null was seen, and is kept as [`Patch::Clear`].
    pub track_inventory: Patch<bool>,
    /// How many there are.
    pub available_quantity: Option<Money>,
    /// Whether more may be sold than there are.
    pub allow_out_of_stock_purchases: Option<bool>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// An offer that membership brings.
#[record]
pub struct MembershipOffer {
    /// What it is called.
    pub label: Option<Text>,
    /// What it is.
    pub value: Option<Text>,
    /// Its id.
    #[serde(rename = "_id")]
    pub id: Option<Text>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

/// How often a price is due.
#[record]
pub struct PriceRecurrence {
    /// `day`, `week`, `month` or `year`.
    pub interval: Option<Text>,
    /// After how many of them.
    pub interval_count: Option<u32>,
    /// Fields this version has no name for.
    pub extra: Extra,
}

impl Payload for PriceEvent {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.id.as_str(), &self.location_id)
    }
}
