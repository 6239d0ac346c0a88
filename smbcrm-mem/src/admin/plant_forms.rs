//! What no API does with forms and surveys: making them, and filling them in.

use std::sync::Arc;

use smbcrm_core::Result;
use smbcrm_core::forms::{Answers, Form, FormField, FormSubmission};
use smbcrm_core::surveys::{Survey, SurveySubmission};
use smbcrm_core::types::{FormId, LocationId, SurveyId, Text};

use crate::Admin;
use crate::forms::{FormKind, StoredSubmission, no_such_form};

impl Admin<'_> {
    /// Makes a form of these fields; one without any takes every answer. `None` when there is no such sub-account.
    ///
    /// ```
    /// # use smbcrm_core::forms::{Answers, FormField};
    /// # let crm = smbcrm_mem::MemCrm::new();
    /// let admin = crm.admin();
    /// let fields = [FormField::new("first_name"), FormField::required("email")];
    /// let form = admin.add_form(crm.location(), "Contact us", fields).expect("the sub-account exists");
    /// let answers = Answers::new().answer("first_name", "Ada").answer("email", "ada@vale.example");
    /// let submission = admin.submit_form(&form.id, answers)?;
    /// assert!(!submission.contact_id.is_empty());
    /// assert!(admin.submit_form(&form.id, Answers::new().answer("first_name", "Bob")).is_err());
    /// # Ok::<(), smbcrm_core::Error>(())
    /// ```
    pub fn add_form(
        &self,
        location: &LocationId,
        name: impl Into<Text>,
        fields: impl IntoIterator<Item = FormField>,
    ) -> Option<Form> {
        self.edit(location, |state| {
            let form = state.add_form(FormKind::Form, name.into(), fields.into_iter().collect());
            form.shown(state)
        })
    }

    /// Makes a survey of these fields; one without any takes every answer. `None` when there is no such sub-account.
    pub fn add_survey(
        &self,
        location: &LocationId,
        name: impl Into<Text>,
        fields: impl IntoIterator<Item = FormField>,
    ) -> Option<Survey> {
        self.edit(location, |state| {
            let survey = state.add_form(FormKind::Survey, name.into(), fields.into_iter().collect());
            survey.shown_as_survey(state)
        })
    }

    /// Fills in a form as a visitor. The contact is made, or updated, by the sub-account's duplicate rule: where
    /// duplicates are allowed there is always a new one.
    ///
    /// # Errors
    /// There is no such form, or the answers do not fit it; then nothing has changed.
    pub fn submit_form(&self, form: &FormId, answers: Answers) -> Result<FormSubmission> {
        self.submit(FormKind::Form, form.as_str(), answers).map(|submission| submission.of_form())
    }

    /// As [`Admin::submit_form`], for a survey.
    ///
    /// # Errors
    /// There is no such survey, or the answers do not fit it; then nothing has changed.
    pub fn submit_survey(&self, survey: &SurveyId, answers: Answers) -> Result<SurveySubmission> {
        self.submit(FormKind::Survey, survey.as_str(), answers).map(|submission| submission.of_survey())
    }

    fn submit(&self, kind: FormKind, id: &str, answers: Answers) -> Result<Arc<StoredSubmission>> {
        let directory = self.crm.world.directory.read();
        for sub in directory.candidates(id) {
            let mut state = sub.state.write();
            if state.form(kind, id).is_some() {
                let now = self.crm.world.clock.stamp();
                return self
                    .crm
                    .world
                    .alter_held(sub, &mut state, |state| state.submit(kind, id, answers, now));
            }
        }
        Err(no_such_form(kind, id))
    }
}
