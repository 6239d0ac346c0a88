//! Contacts in campaigns and workflows.

use super::says;
use crate::ErrorKind::NotFound;
use crate::contacts::operations::{
    ADD_TO_CAMPAIGN, ADD_TO_WORKFLOW, REMOVE_FROM_ALL_CAMPAIGNS, REMOVE_FROM_CAMPAIGN, REMOVE_FROM_WORKFLOW,
    SEARCH,
};
use crate::contacts::{Enrol, SearchContacts};
use crate::contract::{HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::search::{ContactField, Filter};
use crate::types::{CampaignId, WorkflowId};

cases! {
    a_contact_joins_and_leaves_a_campaign => [ADD_TO_CAMPAIGN, REMOVE_FROM_CAMPAIGN],
    a_contact_leaves_every_campaign => [ADD_TO_CAMPAIGN, REMOVE_FROM_ALL_CAMPAIGNS],
    an_unknown_campaign_is_named => [ADD_TO_CAMPAIGN, REMOVE_FROM_CAMPAIGN],
    a_contact_enters_and_leaves_a_workflow => [ADD_TO_WORKFLOW, REMOVE_FROM_WORKFLOW, SEARCH],
    entering_again_changes_nothing => [ADD_TO_WORKFLOW, REMOVE_FROM_WORKFLOW],
    an_unknown_workflow_is_named => [ADD_TO_WORKFLOW, REMOVE_FROM_WORKFLOW],
}

async fn a_contact_joins_and_leaves_a_campaign(stage: &Stage) -> Verdict {
    let planted = stage.hands.plant(Plant::Campaign("Welcome".into())).await;
    let campaign = CampaignId::from(planted.ok_or_skip("campaigns cannot be planted here")?);
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.add_to_campaign(&contact.id, &campaign).await?;
    contacts.add_to_campaign(&contact.id, &campaign).await?;
    contacts.remove_from_campaign(&contact.id, &campaign).await?;
    contacts.remove_from_campaign(&contact.id, &campaign).await?;
    ensure_eq!(contacts.get(&contact.id).await?, contact);
    Ok(())
}

async fn a_contact_leaves_every_campaign(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.remove_from_all_campaigns(&contact.id).await?;
    for name in ["Welcome", "Goodbye"] {
        let planted = stage.hands.plant(Plant::Campaign(name.into())).await;
        let campaign = CampaignId::from(planted.ok_or_skip("campaigns cannot be planted here")?);
        contacts.add_to_campaign(&contact.id, &campaign).await?;
    }
    contacts.remove_from_all_campaigns(&contact.id).await?;
    let nobody = contacts.remove_from_all_campaigns(&"nobody".into()).await;
    says(&refused(nobody, NotFound, 400)?, "Contact with id nobody not found")
}

async fn an_unknown_campaign_is_named(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let unknown = CampaignId::from("no-such-campaign");
    let missing = "Campaign with id no-such-campaign not found";
    says(&refused(contacts.add_to_campaign(&contact.id, &unknown).await, NotFound, 400)?, missing)?;
    says(&refused(contacts.remove_from_campaign(&contact.id, &unknown).await, NotFound, 400)?, missing)
}

async fn workflow(stage: &Stage) -> Result<WorkflowId, crate::contract::Failure> {
    let planted = stage.hands.plant(Plant::Workflow("Nurture".into())).await;
    Ok(WorkflowId::from(planted.ok_or_skip("workflows cannot be planted here")?))
}

/// How many contacts pass.
async fn count(stage: &Stage, filter: Filter) -> Result<u64, crate::Error> {
    let search = SearchContacts::new(&stage.location, 1).filters([filter]);
    Ok(stage.crm.contacts().search(search).await?.total)
}

async fn a_contact_enters_and_leaves_a_workflow(stage: &Stage) -> Verdict {
    let workflow = workflow(stage).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let active = || ContactField::ActiveWorkflows.eq(workflow.as_str());
    let mine = || ContactField::Id.eq(contact.id.as_str());
    ensure_eq!(count(stage, active()).await?, 0);
    let at: chrono::DateTime<chrono::Utc> = "2026-06-23T02:30:00Z".parse().unwrap_or_default();
    contacts.add_to_workflow(&contact.id, &workflow, Enrol::new().event_start_time(at)).await?;
    ensure_eq!(count(stage, active()).await?, 1);
    ensure_eq!(count(stage, mine().and(ContactField::ActiveWorkflows.exists())).await?, 1);
    contacts.remove_from_workflow(&contact.id, &workflow, Enrol::new()).await?;
    ensure_eq!(count(stage, active()).await?, 0);
    ensure_eq!(count(stage, mine().and(ContactField::ActiveWorkflows.not_exists())).await?, 1);
    ensure_eq!(count(stage, mine().and(ContactField::FinishedWorkflows.exists())).await?, 0);
    Ok(())
}

async fn entering_again_changes_nothing(stage: &Stage) -> Verdict {
    let workflow = workflow(stage).await?;
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    contacts.remove_from_workflow(&contact.id, &workflow, Enrol::new()).await?;
    contacts.add_to_workflow(&contact.id, &workflow, Enrol::new()).await?;
    contacts.add_to_workflow(&contact.id, &workflow, Enrol::new()).await?;
    ensure_eq!(count(stage, ContactField::ActiveWorkflows.eq(workflow.as_str())).await?, 1);
    ensure!(contacts.get(&contact.id).await? == contact, "the contact itself does not change");
    Ok(())
}

async fn an_unknown_workflow_is_named(stage: &Stage) -> Verdict {
    let contact = stage.contact().await?;
    let contacts = stage.crm.contacts();
    let unknown = WorkflowId::from("no-such-workflow");
    let missing = "Workflow with id no-such-workflow not found";
    let added = contacts.add_to_workflow(&contact.id, &unknown, Enrol::new()).await;
    says(&refused(added, NotFound, 400)?, missing)?;
    let removed = contacts.remove_from_workflow(&contact.id, &unknown, Enrol::new()).await;
    says(&refused(removed, NotFound, 400)?, missing)
}
