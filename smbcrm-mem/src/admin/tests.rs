//! Campaigns and workflows are published and made drafts again.

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::campaigns::{CampaignStatus, ListCampaigns};
use smbcrm_core::workflows::{ListWorkflows, Workflow, WorkflowStatus};

use crate::MemCrm;

#[test]
fn a_campaign_is_published_and_made_a_draft_again() {
    let crm = MemCrm::new();
    let (admin, home) = (crm.admin(), crm.location());
    let spring = admin.add_campaign(home, "Spring").unwrap();
    let autumn = admin.add_campaign(home, "Autumn").unwrap();
    let listed = |query: ListCampaigns| -> Vec<String> {
        let found = block_on(crm.campaigns().list(query)).unwrap();
        found.iter().map(|campaign| campaign.name.to_string()).collect()
    };
    let of = |status| listed(ListCampaigns::new(home).status(status));
    assert_eq!(of(CampaignStatus::Published), ["Spring", "Autumn"], "a new one is published");

    assert_eq!(admin.publish_campaign(home, &spring, false), Some(()));
    assert_eq!(of(CampaignStatus::Draft), ["Spring"]);
    assert_eq!(of(CampaignStatus::Published), ["Autumn"]);
    assert_eq!(admin.publish_campaign(home, &spring, true), Some(()));
    assert_eq!(of(CampaignStatus::Published), ["Spring", "Autumn"]);

    assert_eq!(admin.publish_campaign(home, &"nothing".into(), false), None);
    assert_eq!(admin.publish_campaign(&"nowhere".into(), &autumn, false), None);
    assert_eq!(listed(ListCampaigns::new(home)), ["Spring", "Autumn"]);
    assert!(of(CampaignStatus::Draft).is_empty());
}

#[test]
fn a_workflow_gets_a_version_when_it_is_published_or_made_a_draft() {
    let crm = MemCrm::new();
    let (admin, home) = (crm.admin(), crm.location());
    let welcome = admin.add_workflow(home, "Welcome").unwrap();
    let other = admin.add_workflow(home, "Other").unwrap();
    let listed = || block_on(crm.workflows().list(ListWorkflows::new(home))).unwrap();
    let find = |id: &_| -> Workflow { listed().into_iter().find(|known| known.id == *id).unwrap() };
    let new = find(&welcome);
    assert_eq!((&new.status, new.version), (&WorkflowStatus::Published, 1));

    block_on(crm.advance(std::time::Duration::from_secs(60)));
    assert_eq!(admin.publish_workflow(home, &welcome, true), Some(()));
    assert_eq!(find(&welcome), new, "what changes nothing is no version");

    assert_eq!(admin.publish_workflow(home, &welcome, false), Some(()));
    let draft = find(&welcome);
    assert_eq!((&draft.status, draft.version), (&WorkflowStatus::Draft, 2));
    assert!(draft.updated_at > new.updated_at && draft.created_at == new.created_at, "{draft:?}");
    assert_eq!(admin.publish_workflow(home, &welcome, true), Some(()));
    let again = find(&welcome);
    assert_eq!((&again.status, again.version), (&WorkflowStatus::Published, 3));

    assert_eq!(find(&other).version, 1, "the other one stays as it was");
    assert_eq!(admin.publish_workflow(home, &"nothing".into(), false), None);
    assert_eq!(admin.publish_workflow(&"nowhere".into(), &other, false), None);
    assert_eq!(find(&other).version, 1);
}
