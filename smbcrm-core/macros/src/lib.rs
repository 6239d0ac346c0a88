//! The attributes behind smbcrm-core's declarations.
