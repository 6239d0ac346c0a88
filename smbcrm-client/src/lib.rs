//! The SMBcrm API over HTTP.
