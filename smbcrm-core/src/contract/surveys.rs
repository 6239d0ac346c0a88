//! What every implementation of the product surveys must do. What surveys share with forms is proved there.

use super::{Failure, HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::ErrorKind;
use crate::forms::{Answers, FormField, ListFormSubmissions};
use crate::surveys::operations as op;
use crate::surveys::{ListSurveySubmissions, ListSurveys};
use crate::types::SurveyId;

cases! {
    surveys_are_listed_and_paged => [op::LIST],
    pages_are_bounded => [op::LIST, op::LIST_SUBMISSIONS],
    a_submission_makes_a_contact => [op::LIST_SUBMISSIONS],
    submissions_are_found => [op::LIST_SUBMISSIONS],
}

async fn plant(stage: &Stage) -> Result<SurveyId, Failure> {
    let survey = Plant::Survey(stage.unique("survey").into(), vec![FormField::required("email")]);
    Ok(stage.hands.plant(survey).await.ok_or_skip("surveys cannot be planted here")?.into())
}

async fn submit(
    stage: &Stage,
    survey: &SurveyId,
    answers: Answers,
) -> Result<crate::surveys::SurveySubmission, Failure> {
    let outcome = stage.hands.submit_survey(survey, answers).await;
    let submission = outcome.ok_or_skip("surveys cannot be filled in here")??;
    stage.discard(&submission.contact_id);
    Ok(submission)
}

async fn surveys_are_listed_and_paged(stage: &Stage) -> Verdict {
    let surveys = stage.crm.surveys();
    let all = ListSurveys::new(&stage.location);
    let before = surveys.list(all.clone()).await?.total;
    let forms = stage.crm.forms().list(crate::forms::ListForms::new(&stage.location)).await?.total;
    let planted = [plant(stage).await?, plant(stage).await?];
    let skip = u32::try_from(before).unwrap_or_default();
    for (at, id) in (skip..).zip(&planted) {
        let page = surveys.list(all.clone().skip(at).limit(1)).await?;
        ensure_eq!(page.total, before + 2);
        ensure_eq!(page.surveys.iter().map(|survey| &survey.id).collect::<Vec<_>>(), [id]);
        ensure_eq!(page.surveys[0].location_id, stage.location);
    }
    ensure!(surveys.list(all.kind("folder")).await?.surveys.is_empty());
    let now = stage.crm.forms().list(crate::forms::ListForms::new(&stage.location)).await?.total;
    ensure_eq!(now, forms);
    Ok(())
}

async fn pages_are_bounded(stage: &Stage) -> Verdict {
    let surveys = stage.crm.surveys();
    for limit in [0, 51] {
        let list = ListSurveys::new(&stage.location).limit(limit);
        refused(surveys.list(list).await, ErrorKind::Invalid, 422)?;
    }
    let all = ListSurveySubmissions::new(&stage.location);
    for wanted in [all.clone().limit(0), all.clone().limit(101), all.page(0)] {
        refused(surveys.list_submissions(wanted).await, ErrorKind::Invalid, 422)?;
    }
    Ok(())
}

async fn a_submission_makes_a_contact(stage: &Stage) -> Verdict {
    let survey = plant(stage).await?;
    let email = stage.unique_email();
    let made = submit(stage, &survey, Answers::new().answer("email", email.as_str())).await?;
    let contact = stage.crm.contacts().get(&made.contact_id).await?;
    ensure_eq!(contact.email.as_deref(), Some(&*email));
    let medium = contact.attribution_source.as_deref().and_then(|source| source.medium.as_deref());
    ensure_eq!(medium, Some("survey"));
    let again = submit(stage, &survey, Answers::new().answer("email", email.as_str())).await?;
    ensure_eq!(again.contact_id, made.contact_id);
    let outcome = stage.hands.submit_survey(&survey, Answers::new()).await;
    let outcome = outcome.ok_or_skip("surveys cannot be filled in here")?;
    let error = refused(outcome, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.messages(), ["email should not be empty"]);
    Ok(())
}

async fn submissions_are_found(stage: &Stage) -> Verdict {
    let (one, other) = (plant(stage).await?, plant(stage).await?);
    let mut made = Vec::new();
    for survey in [&one, &other, &one] {
        made.push(submit(stage, survey, Answers::new().answer("email", stage.unique_email())).await?);
    }
    let wanted = ListSurveySubmissions::new(&stage.location).survey_id(&one).limit(1);
    let first = stage.crm.surveys().list_submissions(wanted.clone()).await?;
    ensure_eq!(first.submissions, [made[2].clone()]);
    ensure_eq!((first.meta.total, first.meta.next_page, first.meta.prev_page), (2, Some(2), None));
    let second = stage.crm.surveys().list_submissions(wanted.page(2)).await?;
    ensure_eq!(second.submissions, [made[0].clone()]);
    let by_email = made[1].email.clone().unwrap_or_default();
    let found = ListSurveySubmissions::new(&stage.location).query(&by_email);
    ensure_eq!(stage.crm.surveys().list_submissions(found).await?.submissions, [made[1].clone()]);
    let forms = ListFormSubmissions::new(&stage.location).query(&by_email);
    ensure_eq!(stage.crm.forms().list_submissions(forms).await?.meta.total, 0);
    Ok(())
}
