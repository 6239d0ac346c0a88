//! What the SMBcrm API is.
