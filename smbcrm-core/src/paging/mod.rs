//! Walking lists from one end to the other: streams over every paged operation.
//!
//! The API pages in four styles (a record's cursor, a pair of cursors, page numbers, records to skip). A walk hides
//! which: [`ContactsExt`], [`ConversationsExt`], [`LocationsExt`], [`OpportunitiesExt`], [`UsersExt`],
//! [`BusinessesExt`], [`FormsExt`], [`SurveysExt`], [`PaymentsExt`], [`BlogsExt`], [`EmailsExt`],
//! [`SocialMediaPostingExt`] and [`AgentStudioExt`] add a stream of records and a stream of pages to every paged
//! operation, on whatever implements the product, `&dyn Crm` included.
//!
//! ```
//! use smbcrm_core::paging::{ContactsExt, TryStreamExt};
//! use smbcrm_core::{Crm, Result, contacts::SearchContacts};
//!
//! async fn emails(crm: &dyn Crm) -> Result<Vec<String>> {
//!     let mut contacts = crm.contacts().search_stream(SearchContacts::new("LOC1", 500));
//!     let mut emails = Vec::new();
//!     while let Some(contact) = contacts.try_next().await? {
//!         emails.extend(contact.email.as_ref().map(ToString::to_string));
//!     }
//!     Ok(emails)
//! }
//! ```
//!
//! What a walk promises:
//!
//! - **Lazy.** A page is asked for when its first record is wanted, never earlier.
//! - **To the end.** A page that is not full is the last one. (A cursor stands on the last page too, so it proves
//!   nothing; where the total is a multiple of the page size one more, empty page is asked for.)
//! - **Each record once.** Records that move between pages while the walk is under way are not yielded twice by a
//!   stream of records; it remembers the ids it has seen, some 40 bytes each. A record that moves to a place already
//!   passed is missed, as no cursor of this API can tell. Pages are yielded as the API sends them.
//! - **No loops.** A cursor that comes twice, or a page that comes twice where pages are numbered (an endpoint that
//!   ignores its paging parameters serves page one for ever), ends the walk with [`crate::ErrorKind::Decode`].
//! - **Resumable.** An error ends the stream. [`Items::position`] says where it was; [`Items::resume`] goes on there,
//!   in the same process or, as a [`Position`] is serialisable, in another one.
//!
//! Page sizes are checked before anything is sent, as the API would: out of bounds is
//! [`crate::ErrorKind::Invalid`], never clamped.

mod agent_studio;
mod blogs;
mod bounds;
mod businesses;
mod contacts;
mod conversations;
mod emails;
mod forms;
mod items;
mod locations;
mod opportunities;
mod payments;
mod position;
mod social_media_posting;
mod surveys;
mod users;
mod walk;

#[cfg(test)]
mod tests;

pub use agent_studio::AgentStudioExt;
pub use blogs::BlogsExt;
pub use businesses::BusinessesExt;
pub use contacts::ContactsExt;
pub use conversations::ConversationsExt;
pub use emails::EmailsExt;
pub use forms::FormsExt;
pub use futures::{Stream, StreamExt, TryStreamExt};
pub use items::Items;
pub use locations::LocationsExt;
pub use opportunities::OpportunitiesExt;
pub use payments::PaymentsExt;
pub use position::Position;
pub use social_media_posting::SocialMediaPostingExt;
pub use surveys::SurveysExt;
pub use users::UsersExt;
pub use walk::{Page, Pages};

use crate::types::Cursor;

/// A record that pages carry: what tells it from the others, and where a list goes on behind it.
pub trait Record {
    /// Its id. Records without one (an empty text) are never taken for one another.
    fn record_id(&self) -> &str;

    /// Its own cursor, where the API gives it one.
    fn record_cursor(&self) -> Option<&Cursor> {
        None
    }
}
