//! Opportunities, answered from state.

use async_trait::async_trait;
use smbcrm_core::opportunities::Opportunities;

use crate::MemCrm;

#[async_trait]
impl Opportunities for MemCrm {}
