//! Deciding whether two records are the same person.
//!
//! Two steps, both pure functions: bring what a caller typed into one canonical form, then apply
//! the sub-account's duplicate rule to whatever the look-ups found.
//!
//! ```
//! use smbcrm_core::dedupe::{Decision, DuplicateRule, Identifier, Matches};
//! use smbcrm_core::dedupe::{normalise_email, normalise_phone};
//!
//! assert_eq!(normalise_email("  Ada@Vale.Example ").unwrap(), "ada@vale.example");
//! assert_eq!(normalise_phone("(202) 555-0123", "US").unwrap(), "+12025550123");
//!
//! // The e-mail belongs to contact A, the phone to contact B: A wins, the phone is not written.
//! let found = Matches::new().email("A").phone("B");
//! let decision = DuplicateRule::default().upsert(&found, false);
//! assert_eq!(
//!     decision,
//!     Decision::Update { id: "A", matched_by: Identifier::Email, dropped_field: Some(Identifier::Phone) }
//! );
//! ```
//!
//! Normalising is idempotent: a canonical form normalises to itself. No function here panics,
//! whatever the input.

mod date;
mod email;
mod name;
mod phone;
mod rule;
mod tag;

pub use date::{DateError, parse_date_of_birth};
pub use email::{EmailError, is_plain_email, normalise_email};
pub use name::{SplitName, full_name, search_form, split_name};
pub use phone::{PhoneError, normalise_phone};
pub use rule::{Decision, DuplicateRule, Identifier, Match, Matches};
pub use tag::{normalise_tag, normalise_tags};
