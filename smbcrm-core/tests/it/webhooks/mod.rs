//! The receiver kit against what others make: Node's `crypto`, Python's `hmac`, a real Redis.
//!
//! What is not installed is skipped, with a line that says so; with `SMBCRM_TEST_TOOLS=required`, as in CI, it fails.

mod crosscheck;
mod redis;
mod tools;
