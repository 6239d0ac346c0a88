//! What the SMBcrm API is.

pub mod dedupe;
pub mod search;
