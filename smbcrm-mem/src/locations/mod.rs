//! Locations, answered from state.

use async_trait::async_trait;
use smbcrm_core::locations::Locations;

use crate::MemCrm;

#[async_trait]
impl Locations for MemCrm {}
