//! SMBcrm in memory.

// Unused until the world is built on it; the allowance goes with the merge.
#[allow(dead_code, unused_imports)]
mod index;
#[allow(dead_code, unused_imports)]
mod search;
