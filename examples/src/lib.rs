//! Runnable programs for smbcrm; see `examples/*.rs`.
