//! Forms, answered from state; and what forms and surveys have in common.

mod answered;
mod list;
mod submissions;
mod submit;
#[cfg(test)]
mod tests;
mod upload;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smbcrm_core::Result;
use smbcrm_core::contacts::Contact;
use smbcrm_core::forms::operations as op;
use smbcrm_core::forms::{
    ContactFiles, Form, FormField, FormPage, FormSubmission, FormSubmissionPage, Forms, ListFormSubmissions,
    ListForms, SubmissionDetails, UploadTarget,
};
use smbcrm_core::types::{ContactId, SubmissionId, Text};

pub(crate) use list::ListOf;
pub(crate) use submissions::WantedSubmissions;
pub(crate) use submit::missing as no_such_form;

use crate::MemCrm;

/// The two things that visitors fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FormKind {
    Form,
    Survey,
}

impl FormKind {
    /// What the wire calls it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Survey => "survey",
        }
    }
}

/// A form or survey, and the fields that no operation shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredForm {
    pub(crate) kind: FormKind,
    pub(crate) id: Text,
    pub(crate) name: Text,
    pub(crate) fields: Vec<FormField>,
}

/// What a visitor submitted to a form or survey.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSubmission {
    pub(crate) kind: FormKind,
    pub(crate) id: SubmissionId,
    pub(crate) form_id: Text,
    pub(crate) contact_id: ContactId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) name: Option<Text>,
    pub(crate) email: Option<Text>,
    /// E.164. The record does not show it, a search finds it.
    pub(crate) phone: Option<Text>,
    pub(crate) others: SubmissionDetails,
}

impl StoredSubmission {
    /// The record, as one of a form.
    pub(crate) fn of_form(&self) -> FormSubmission {
        let mut record = FormSubmission::default();
        record.id = self.id.clone();
        record.contact_id = self.contact_id.clone();
        record.created_at = self.created_at;
        record.form_id = (&self.form_id).into();
        record.name = self.name.clone();
        record.email = self.email.clone();
        record.others = self.others.clone();
        record
    }
}

#[async_trait]
impl Forms for MemCrm {
    async fn list_submissions(&self, query: ListFormSubmissions) -> Result<FormSubmissionPage> {
        let now = self.world.clock.now();
        self.read(&op::LIST_SUBMISSIONS, &query.location_id, |state| {
            let wanted = WantedSubmissions {
                kind: FormKind::Form,
                form: query.form_id.as_ref().map(|id| id.as_str()),
                page: query.page,
                limit: query.limit,
                query: query.query.as_deref(),
                start: query.start_at,
                end: query.end_at,
            };
            let (found, meta) = state.find_submissions(&wanted, now)?;
            let mut page = FormSubmissionPage::default();
            page.submissions = found.into_iter().map(StoredSubmission::of_form).collect();
            page.meta = meta;
            Ok(page)
        })
    }

    async fn upload_files(&self, target: UploadTarget, files: ContactFiles) -> Result<Arc<Contact>> {
        let base = Arc::clone(&self.world.base_url.read());
        self.write(&op::UPLOAD_FILES, &target.location_id, |state, now| {
            state.upload_to_contact(&target.contact_id, files, &base, now)
        })
    }

    async fn list(&self, query: ListForms) -> Result<FormPage> {
        self.read(&op::LIST, &query.location_id, |state| {
            let of = ListOf { kind: FormKind::Form, skip: query.skip, limit: query.limit };
            let (found, total) = state.list_forms(&of, query.kind.as_deref())?;
            let mut page = FormPage::default();
            page.total = total;
            page.forms = found.into_iter().map(|form| form.shown(state)).collect();
            Ok(page)
        })
    }
}

impl StoredForm {
    /// What the list of forms shows of it.
    pub(crate) fn shown(&self, state: &crate::world::State) -> Form {
        let mut form = Form::default();
        form.id = (&self.id).into();
        form.name = self.name.clone();
        form.location_id = state.location.id.clone();
        form
    }
}
