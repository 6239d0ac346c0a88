//! SMBcrm in memory.
