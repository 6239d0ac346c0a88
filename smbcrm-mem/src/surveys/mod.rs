//! Surveys, answered from state. What they share with forms is in [`crate::forms`].

use async_trait::async_trait;
use smbcrm_core::Result;
use smbcrm_core::surveys::operations as op;
use smbcrm_core::surveys::{
    ListSurveySubmissions, ListSurveys, Survey, SurveyPage, SurveySubmission, SurveySubmissionPage, Surveys,
};

use crate::MemCrm;
use crate::forms::{FormKind, ListOf, StoredForm, StoredSubmission, WantedSubmissions};
use crate::world::State;

impl StoredForm {
    /// What the list of surveys shows of it.
    pub(crate) fn shown_as_survey(&self, state: &State) -> Survey {
        let mut survey = Survey::default();
        survey.id = (&self.id).into();
        survey.name = self.name.clone();
        survey.location_id = state.location.id.clone();
        survey
    }
}

impl StoredSubmission {
    /// The record, as one of a survey.
    pub(crate) fn of_survey(&self) -> SurveySubmission {
        let mut record = SurveySubmission::default();
        record.id = self.id.clone();
        record.contact_id = self.contact_id.clone();
        record.created_at = self.created_at;
        record.survey_id = (&self.form_id).into();
        record.name = self.name.clone();
        record.email = self.email.clone();
        record.others = self.others.clone();
        record
    }
}

#[async_trait]
impl Surveys for MemCrm {
    async fn list_submissions(&self, query: ListSurveySubmissions) -> Result<SurveySubmissionPage> {
        let now = self.world.clock.now();
        self.read(&op::LIST_SUBMISSIONS, &query.location_id, |state| {
            let wanted = WantedSubmissions {
                kind: FormKind::Survey,
                form: query.survey_id.as_ref().map(|id| id.as_str()),
                page: query.page,
                limit: query.limit,
                query: query.query.as_deref(),
                start: query.start_at,
                end: query.end_at,
            };
            let (found, meta) = state.find_submissions(&wanted, now)?;
            let mut page = SurveySubmissionPage::default();
            page.submissions = found.into_iter().map(StoredSubmission::of_survey).collect();
            page.meta = meta;
            Ok(page)
        })
    }

    async fn list(&self, query: ListSurveys) -> Result<SurveyPage> {
        self.read(&op::LIST, &query.location_id, |state| {
            let of = ListOf { kind: FormKind::Survey, skip: query.skip, limit: query.limit };
            let (found, total) = state.list_forms(&of, query.kind.as_deref())?;
            let mut page = SurveyPage::default();
            page.total = total;
            page.surveys = found.into_iter().map(|survey| survey.shown_as_survey(state)).collect();
            Ok(page)
        })
    }
}
