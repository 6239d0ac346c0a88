//! The forms and surveys of a sub-account: planted by the admin, listed by the API.

use std::sync::Arc;

use smbcrm_core::Result;
use smbcrm_core::forms::FormField;
use smbcrm_core::types::Text;

use super::{FormKind, StoredForm};
use crate::locations::PageSize;
use crate::refusal;
use crate::world::State;

const PAGE: PageSize = PageSize { default: 10, max: 50 };

/// Which part of a list is asked for.
pub(crate) struct ListOf {
    pub(crate) kind: FormKind,
    pub(crate) skip: Option<u32>,
    pub(crate) limit: Option<u32>,
}

impl State {
    /// Plants a form or survey.
    pub(crate) fn add_form(&mut self, kind: FormKind, name: Text, fields: Vec<FormField>) -> Arc<StoredForm> {
        let form = Arc::new(StoredForm { kind, id: self.ids.record(), name, fields });
        self.forms.push(Arc::clone(&form));
        form
    }

    /// The form or survey with an id.
    pub(crate) fn form(&self, kind: FormKind, id: &str) -> Option<&Arc<StoredForm>> {
        self.forms.iter().find(|form| form.kind == kind && form.id == id)
    }

    /// A page of the forms or surveys, in the order they were made, and how many there are.
    ///
    /// Folders are a type of their own and there are none here, so a list of another type is empty (assumed).
    pub(crate) fn list_forms(&self, of: &ListOf, kind: Option<&str>) -> Result<(Vec<&StoredForm>, u64)> {
        let mut wrong = Vec::new();
        let limit = PAGE.check(of.limit, &mut wrong);
        if !wrong.is_empty() {
            return Err(refusal::invalid(wrong));
        }
        let typed = kind.is_none_or(|kind| kind == of.kind.as_str());
        let found = || self.forms.iter().filter(|form| typed && form.kind == of.kind);
        let skip = of.skip.unwrap_or(0) as usize;
        Ok((found().skip(skip).take(limit).map(|form| &**form).collect(), found().count() as u64))
    }
}
