//! The `smbcrm-mem` command, run as a program.

mod killed;
#[cfg(feature = "mcp")]
mod mcp;
#[cfg(feature = "redis")]
mod redis;
mod serve;
