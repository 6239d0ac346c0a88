//! Moving an opportunity by the names people use, and giving its contact the follow-up task.
//!
//! The API moves by ids; people say "to Won call in Sales". [`MoveOpportunity`] finds the ids first, so that a name
//! that does not exist, or that two stages share, is refused before anything changes.
//!
//! ```
//! use smbcrm_core::Crm;
//! use smbcrm_core::opportunities::{MoveError, MoveOpportunity};
//! use chrono::{Duration, Utc};
//!
//! async fn won(crm: &dyn Crm) -> Result<(), MoveError> {
//!     let moved = MoveOpportunity::to("Sales", "Won call")
//!         .follow_up("Send the contract", Utc::now() + Duration::days(1))
//!         .carry_out(crm, &"OPP1".into())
//!         .await?;
//!     assert!(moved.task.is_some());
//!     Ok(())
//! }
//! ```

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{ListPipelines, Opportunity, Pipeline, Stage, UpdateOpportunity};
use crate::Crm;
use crate::contacts::{CreateTask, Task};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{OpportunityId, Text};

/// Where an opportunity goes, and what is to be done then.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MoveOpportunity {
    /// The pipeline's name.
    pub pipeline: Text,
    /// The stage's name.
    pub stage: Text,
    /// The task that the opportunity's contact gets once the move is done.
    pub task: Option<CreateTask>,
}

/// An opportunity that is where it should be.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Moved {
    /// The opportunity as it is now.
    pub opportunity: Arc<Opportunity>,
    /// The follow-up task, where one was asked for.
    pub task: Option<Task>,
}

/// How far a move got before it failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MoveError {
    /// The opportunity was not moved, and there is no task.
    ///
    /// Unless the kind is [`ErrorKind::Ambiguous`] or [`ErrorKind::Decode`]: the move was sent then and its answer
    /// was lost. Carrying the move out again is safe.
    #[error("the opportunity was not moved: {0}")]
    NotMoved(#[source] Error),
    /// The opportunity **was** moved; its follow-up task was not created.
    ///
    /// Carrying the same move out again leaves the opportunity alone and creates the task (a second one where the
    /// kind is [`ErrorKind::Ambiguous`] and the first had got through).
    #[error("the opportunity was moved, but its follow-up task `{}` was not created: {error}", task.title)]
    #[non_exhaustive]
    TaskFailed {
        /// The opportunity as it is now.
        opportunity: Arc<Opportunity>,
        /// The task that is missing.
        task: Box<CreateTask>,
        /// Why.
        #[source]
        error: Error,
    },
}

impl MoveError {
    /// Whether the opportunity was moved all the same.
    pub fn moved(&self) -> Option<&Arc<Opportunity>> {
        match self {
            Self::NotMoved(_) => None,
            Self::TaskFailed { opportunity, .. } => Some(opportunity),
        }
    }

    /// What the API said.
    pub fn error(&self) -> &Error {
        match self {
            Self::NotMoved(error) | Self::TaskFailed { error, .. } => error,
        }
    }
}

impl From<MoveError> for Error {
    /// The API's error; where the move had happened, the message says so.
    fn from(failed: MoveError) -> Self {
        let text = failed.to_string();
        match failed {
            MoveError::NotMoved(error) => error,
            MoveError::TaskFailed { error, .. } => Self::new(error.kind(), text).caused_by(error),
        }
    }
}

impl MoveOpportunity {
    /// A move to the stage of this name in the pipeline of this name.
    ///
    /// Names are trimmed and compared without regard to case; where two differ in case only, the exact one counts.
    pub fn to(pipeline: impl Into<Text>, stage: impl Into<Text>) -> Self {
        Self { pipeline: pipeline.into(), stage: stage.into(), task: None }
    }

    /// Gives the opportunity's contact a task of this title once the move is done.
    #[must_use]
    pub fn follow_up(self, title: impl Into<Text>, due: DateTime<Utc>) -> Self {
        self.follow_up_task(CreateTask::new(title, due, false))
    }

    /// Gives the opportunity's contact this task once the move is done.
    #[must_use]
    pub fn follow_up_task(mut self, task: CreateTask) -> Self {
        self.task = Some(task);
        self
    }

    /// Moves the opportunity, then creates the task.
    ///
    /// Reads the opportunity and the pipelines of its sub-account, and writes only what is left to do: an opportunity
    /// that is in the stage already is not written. Scopes: `opportunities.readonly`, `opportunities.write`, and
    /// `contacts.write` for the task.
    ///
    /// # Errors
    /// [`MoveError`] says whether the move happened. Of its kinds, [`ErrorKind::NotFound`] lists the names that
    /// exist, and [`ErrorKind::Invalid`] means that a name is not unique or that there is no contact for the task.
    pub async fn carry_out(&self, crm: &dyn Crm, id: &OpportunityId) -> Result<Moved, MoveError> {
        let opportunity = self.carry_over(crm, id).await.map_err(MoveError::NotMoved)?;
        let Some(task) = &self.task else { return Ok(Moved { opportunity, task: None }) };
        match crm.contacts().create_task(&opportunity.contact_id, task.clone()).await {
            Ok(created) => Ok(Moved { opportunity, task: Some(created) }),
            Err(error) => Err(MoveError::TaskFailed { opportunity, task: Box::new(task.clone()), error }),
        }
    }

    async fn carry_over(&self, crm: &dyn Crm, id: &OpportunityId) -> Result<Arc<Opportunity>> {
        let opportunity = crm.opportunities().get(id).await?;
        // Asked before the move: a task without a contact can never succeed.
        if self.task.is_some() && opportunity.contact_id.is_empty() {
            return Err(Error::new(ErrorKind::Invalid, "the opportunity has no contact to give a task to"));
        }
        let pipelines =
            crm.opportunities().list_pipelines(ListPipelines::new(&opportunity.location_id)).await?;
        let (pipeline, stage) = find_stage(&pipelines, &self.pipeline, &self.stage)?;
        if opportunity.pipeline_id == pipeline.id && opportunity.pipeline_stage_id == stage.id {
            return Ok(opportunity);
        }
        let update = UpdateOpportunity::new().pipeline_id(&pipeline.id).pipeline_stage_id(&stage.id);
        crm.opportunities().update(id, update).await
    }
}

/// The pipeline and stage of these names, trimmed and compared without regard to case.
///
/// # Errors
/// [`ErrorKind::NotFound`] with the names that exist; [`ErrorKind::Invalid`] where several have the name.
pub fn find_stage<'a>(
    pipelines: &'a [Pipeline],
    pipeline: &str,
    stage: &str,
) -> Result<(&'a Pipeline, &'a Stage)> {
    let found = find(pipelines, pipeline, |pipeline| &pipeline.name, "pipeline", "the sub-account")?;
    let owner = format!("pipeline `{}`", found.name);
    let stage = find(&found.stages, stage, |stage| &stage.name, "stage", &owner)?;
    Ok((found, stage))
}

fn find<'a, T>(all: &'a [T], wanted: &str, name: fn(&T) -> &Text, what: &str, owner: &str) -> Result<&'a T> {
    let wanted = wanted.trim();
    let folded = wanted.to_lowercase();
    let alike: Vec<&T> = all.iter().filter(|one| name(one).trim().to_lowercase() == folded).collect();
    let exact: Vec<&T> = alike.iter().copied().filter(|one| name(one).trim() == wanted).collect();
    match (exact.as_slice(), alike.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one),
        (_, []) => {
            let names: Vec<String> = all.iter().map(|one| format!("`{}`", name(one))).collect();
            let names = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
            Err(Error::new(ErrorKind::NotFound, format!("{owner} has no {what} `{wanted}`; it has {names}")))
        }
        (_, several) => {
            let text = format!("{owner} has {} {what}s called `{wanted}`; use the id", several.len());
            Err(Error::new(ErrorKind::Invalid, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use futures::executor::block_on;

    use super::*;
    use crate::types::ContactId;
    use crate::{contacts, locations, opportunities};

    #[derive(Default)]
    struct Fake {
        opportunity: Mutex<Opportunity>,
        calls: Mutex<Vec<&'static str>>,
        no_tasks: bool,
    }

    impl Fake {
        fn new() -> Self {
            let fake = Self::default();
            *fake.opportunity.lock().unwrap() = Opportunity {
                id: "O".into(),
                contact_id: "C".into(),
                location_id: "L".into(),
                pipeline_id: "p1".into(),
                pipeline_stage_id: "s1".into(),
                ..Opportunity::default()
            };
            fake
        }

        fn called(&self, what: &'static str) {
            self.calls.lock().unwrap().push(what);
        }
    }

    fn pipelines() -> Vec<Pipeline> {
        serde_json::from_value(serde_json::json!([
            { "id": "p1", "name": "Sales", "stages": [{ "id": "s1", "name": "New" }, { "id": "s2", "name": "Won call " }] },
            { "id": "p2", "name": "Support", "stages": [{ "id": "s3", "name": "Done" }, { "id": "s4", "name": "Done" },
                { "id": "s5", "name": "ÖFFNEN" }, { "id": "s6", "name": "new" }, { "id": "s7", "name": "New" }] },
        ]))
        .unwrap()
    }

    #[async_trait]
    impl opportunities::Opportunities for Fake {
        async fn get(&self, _: &OpportunityId) -> Result<Arc<Opportunity>> {
            self.called("get");
            Ok(Arc::new(self.opportunity.lock().unwrap().clone()))
        }
        async fn list_pipelines(&self, query: ListPipelines) -> Result<Vec<Pipeline>> {
            self.called("pipelines");
            assert_eq!(query.location_id, "L");
            Ok(pipelines())
        }
        async fn update(&self, _: &OpportunityId, update: UpdateOpportunity) -> Result<Arc<Opportunity>> {
            self.called("update");
            let mut opportunity = self.opportunity.lock().unwrap();
            opportunity.pipeline_id = update.pipeline_id.unwrap();
            opportunity.pipeline_stage_id = update.pipeline_stage_id.unwrap();
            Ok(Arc::new(opportunity.clone()))
        }
    }

    #[async_trait]
    impl contacts::Contacts for Fake {
        async fn create_task(&self, contact: &ContactId, task: CreateTask) -> Result<Task> {
            self.called("task");
            if self.no_tasks {
                return Err(Error::new(ErrorKind::Forbidden, "no scope"));
            }
            Ok(Task { title: task.title, contact_id: Some(contact.clone()), ..Task::default() })
        }
    }

    impl crate::calendars::Calendars for Fake {}
    impl locations::Locations for Fake {}
    impl crate::conversations::Conversations for Fake {}
    impl crate::forms::Forms for Fake {}
    impl crate::surveys::Surveys for Fake {}
    impl crate::users::Users for Fake {}
    impl crate::agent_studio::AgentStudio for Fake {}
    impl crate::businesses::Businesses for Fake {}
    impl crate::custom_fields::CustomFields for Fake {}
    impl crate::campaigns::Campaigns for Fake {}
    impl crate::workflows::Workflows for Fake {}
    impl crate::payments::Payments for Fake {}
    impl crate::social_media_posting::SocialMediaPosting for Fake {}
    impl crate::blogs::Blogs for Fake {}
    impl crate::emails::Emails for Fake {}

    #[test]
    fn moves_by_name_and_follows_up() {
        let fake = Fake::new();
        let to = MoveOpportunity::to(" sales", "won CALL").follow_up("Call", DateTime::default());
        let moved = block_on(to.carry_out(&fake, &"O".into())).unwrap();
        assert_eq!(moved.opportunity.pipeline_stage_id, "s2");
        let task = moved.task.unwrap();
        assert_eq!((task.title.as_str(), task.contact_id), ("Call", Some("C".into())));
        assert_eq!(*fake.calls.lock().unwrap(), ["get", "pipelines", "update", "task"]);
        // There already: nothing is written.
        let again = block_on(MoveOpportunity::to("Sales", "Won call").carry_out(&fake, &"O".into())).unwrap();
        assert_eq!((again.opportunity.pipeline_stage_id.as_str(), again.task), ("s2", None));
        assert_eq!(fake.calls.lock().unwrap()[4..], ["get", "pipelines"]);
    }

    #[test]
    fn a_failed_task_does_not_hide_the_move() {
        let fake = Fake { no_tasks: true, ..Fake::new() };
        let to = MoveOpportunity::to("Sales", "Won call").follow_up("Call", DateTime::default());
        let failed = block_on(to.carry_out(&fake, &"O".into())).unwrap_err();
        assert_eq!(failed.moved().unwrap().pipeline_stage_id, "s2");
        assert_eq!(failed.error().kind(), ErrorKind::Forbidden);
        let error = Error::from(failed);
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert_eq!(
            error.to_string(),
            "the opportunity was moved, but its follow-up task `Call` was not created: no scope"
        );
    }

    #[test]
    fn nothing_happens_when_a_name_is_wrong() {
        for (pipeline, stage, kind, text) in [
            (
                "Marketing",
                "New",
                ErrorKind::NotFound,
                "the sub-account has no pipeline `Marketing`; it has `Sales`, `Support`",
            ),
            (
                "Sales",
                "Lost",
                ErrorKind::NotFound,
                "pipeline `Sales` has no stage `Lost`; it has `New`, `Won call `",
            ),
            (
                "Support",
                "done",
                ErrorKind::Invalid,
                "pipeline `Support` has 2 stages called `done`; use the id",
            ),
            (
                "Support",
                "NEW",
                ErrorKind::Invalid,
                "pipeline `Support` has 2 stages called `NEW`; use the id",
            ),
        ] {
            let fake = Fake::new();
            let failed =
                block_on(MoveOpportunity::to(pipeline, stage).carry_out(&fake, &"O".into())).unwrap_err();
            assert!(failed.moved().is_none());
            let error = Error::from(failed);
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
            assert_eq!(*fake.calls.lock().unwrap(), ["get", "pipelines"]);
        }
    }

    #[test]
    fn an_exact_name_beats_one_that_differs_in_case() {
        let pipelines = pipelines();
        assert_eq!(find_stage(&pipelines, "support", "new").unwrap().1.id, "s6");
        assert_eq!(find_stage(&pipelines, "support", "New").unwrap().1.id, "s7");
        assert_eq!(find_stage(&pipelines, "support", "öffnen").unwrap().1.id, "s5");
        assert!(find_stage(&[], "a", "b").unwrap_err().to_string().ends_with("it has none at all"));
    }

    #[test]
    fn a_task_needs_a_contact_before_the_move() {
        let fake = Fake::new();
        fake.opportunity.lock().unwrap().contact_id = ContactId::default();
        let to = MoveOpportunity::to("Sales", "Won call").follow_up("Call", DateTime::default());
        let failed = block_on(to.carry_out(&fake, &"O".into())).unwrap_err();
        assert_eq!((failed.error().kind(), failed.moved().is_none()), (ErrorKind::Invalid, true));
        assert_eq!(*fake.calls.lock().unwrap(), ["get"]);
    }
}
