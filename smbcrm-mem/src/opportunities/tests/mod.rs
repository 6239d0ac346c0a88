//! Opportunities, held to what they promise.

mod book;
mod finding;
mod followers;
mod upserts;
mod writes;

use futures::executor::block_on;
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::locations::{CustomField, CustomFieldType, FieldModel};
use smbcrm_core::opportunities::{CreateOpportunity, Opportunity, OpportunityStatus, Pipeline};
use smbcrm_core::types::{ContactId, CustomFieldId};
use smbcrm_core::{Crm, Error, ErrorKind, Result};

use crate::MemCrm;

/// A world with two pipelines: `Sales` as every new one has, and `Renewals` of two stages.
pub(super) struct Desk {
    pub(super) crm: MemCrm,
    pub(super) sales: Pipeline,
    pub(super) renewals: Pipeline,
}

impl Desk {
    pub(super) fn open() -> Self {
        let crm = MemCrm::new();
        let renewals = crm.admin().add_pipeline(crm.location(), "Renewals", ["Due", "Asked"]).unwrap();
        let ask = smbcrm_core::opportunities::ListPipelines::new(crm.location());
        let sales = block_on(crm.opportunities().list_pipelines(ask)).unwrap().remove(0);
        Self { crm, sales, renewals }
    }

    pub(super) fn contact(&self, name: &str) -> ContactId {
        let input = CreateContact::new(self.crm.location())
            .name(name)
            .email(format!("{}@desk.example", name.replace(' ', ".").to_lowercase()));
        block_on(self.crm.contacts().create(input)).unwrap().id.clone()
    }

    /// A custom field of opportunities whose id is its name.
    pub(super) fn field(&self, name: &str, data_type: CustomFieldType) -> CustomFieldId {
        let mut field = CustomField::default();
        field.id = name.into();
        field.field_key = format!("opportunity.{name}").into();
        (field.data_type, field.model) = (data_type, FieldModel::Opportunity);
        self.crm.admin().edit(self.crm.location(), |state| state.define(field)).unwrap();
        name.into()
    }

    pub(super) fn deal(&self, name: &str, contact: &ContactId) -> CreateOpportunity {
        CreateOpportunity::new(&self.sales.id, self.crm.location(), name, OpportunityStatus::Open, contact)
    }

    pub(super) fn create(&self, deal: CreateOpportunity) -> Result<std::sync::Arc<Opportunity>> {
        block_on(self.crm.opportunities().create(deal))
    }
}

/// The messages of a refusal of this status.
pub(super) fn messages<T: std::fmt::Debug>(outcome: Result<T>, status: u16) -> Vec<String> {
    let error: Error = outcome.expect_err("it should be refused");
    assert_eq!(error.status(), Some(status), "{error}");
    assert!(
        matches!(error.kind(), ErrorKind::Invalid | ErrorKind::NotFound | ErrorKind::Duplicate),
        "{error:?}"
    );
    error.messages().to_vec()
}
