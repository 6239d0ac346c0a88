//! `GET /opportunities/search`.

use std::sync::Arc;

use super::{deal, pipeline, says, wish};
use crate::ErrorKind::Invalid;
use crate::contacts::CreateNote;
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::opportunities::operations::LIST;
use crate::opportunities::{ListOpportunities, Opportunity, OpportunityStatus, SetStatus};

cases! {
    the_list_filters => [LIST],
    the_list_looks_for_text => [LIST],
    the_list_goes_on_behind_its_cursor => [LIST],
    the_list_is_paged => [LIST],
    days_are_inclusive => [LIST],
    notes_come_on_request => [LIST],
    list_rules_are_kept => [LIST],
}

fn ask(stage: &Stage) -> ListOpportunities {
    ListOpportunities::new(&stage.location)
}

/// Three opportunities of a user who owns no others.
async fn three(stage: &Stage) -> Result<(String, Vec<Arc<Opportunity>>), Failure> {
    let pipeline = pipeline(stage).await?;
    let owner = stage.unique("owner");
    let mut made = Vec::new();
    for _ in 0..3 {
        let contact = stage.contact().await?;
        let deal = wish(stage, &pipeline, &contact.id).assigned_to(&*owner);
        made.push(stage.crm.opportunities().create(deal).await?);
    }
    Ok((owner, made))
}

async fn the_list_filters(stage: &Stage) -> Verdict {
    let (owner, made) = three(stage).await?;
    let opportunities = stage.crm.opportunities();
    opportunities.set_status(&made[1].id, SetStatus::new(OpportunityStatus::Lost)).await?;
    let count = async |list: ListOpportunities| -> Result<u64, Failure> {
        let found = opportunities.list(list.assigned_to(&*owner).limit(100)).await?;
        ensure_eq!(found.meta.total as usize, found.opportunities.len());
        Ok(found.meta.total)
    };
    ensure_eq!(count(ask(stage)).await?, 3);
    ensure_eq!(count(ask(stage).status(OpportunityStatus::All)).await?, 3);
    ensure_eq!(count(ask(stage).status(OpportunityStatus::Open)).await?, 2);
    ensure_eq!(count(ask(stage).status(OpportunityStatus::Lost)).await?, 1);
    ensure_eq!(count(ask(stage).id(&made[0].id)).await?, 1);
    ensure_eq!(count(ask(stage).contact_id(&made[2].contact_id)).await?, 1);
    ensure_eq!(count(ask(stage).pipeline_id(&made[0].pipeline_id)).await?, 3);
    ensure_eq!(count(ask(stage).pipeline_stage_id("elsewhere")).await?, 0);
    // An order is accepted and has no effect.
    ensure_eq!(count(ask(stage).order("added_asc")).await?, 3);
    Ok(())
}

async fn the_list_looks_for_text(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    let email = made.contact.clone().and_then(|contact| contact.email).unwrap_or_default();
    for text in [email, made.name.clone()] {
        let found = stage.crm.opportunities().list(ask(stage).query(&text)).await?;
        ensure_eq!(found.opportunities.len(), 1);
        ensure_eq!(found.opportunities[0].id, made.id);
    }
    Ok(())
}

async fn the_list_goes_on_behind_its_cursor(stage: &Stage) -> Verdict {
    let (owner, made) = three(stage).await?;
    let (mut seen, mut list) = (Vec::new(), ask(stage).assigned_to(&*owner).limit(2));
    for _ in 0..3 {
        let page = stage.crm.opportunities().list(list.clone()).await?;
        ensure_eq!(page.meta.total, 3);
        seen.extend(page.opportunities.iter().map(|found| found.id.clone()));
        let (Some(at), Some(id)) = (page.meta.start_after, page.meta.start_after_id) else { break };
        list = list.start_after(at).start_after_id(id);
    }
    ensure_eq!(seen, made.iter().rev().map(|made| made.id.clone()).collect::<Vec<_>>());
    Ok(())
}

async fn the_list_is_paged(stage: &Stage) -> Verdict {
    let (owner, _) = three(stage).await?;
    let page = async |number| {
        stage.crm.opportunities().list(ask(stage).assigned_to(&*owner).limit(2).page(number)).await
    };
    let (first, second) = (page(1).await?, page(2).await?);
    ensure_eq!((first.opportunities.len(), second.opportunities.len()), (2, 1));
    ensure_eq!(
        (first.meta.current_page, first.meta.next_page, first.meta.prev_page),
        (Some(1), Some(2), None)
    );
    ensure_eq!(
        (second.meta.current_page, second.meta.next_page, second.meta.prev_page),
        (Some(2), None, Some(1))
    );
    Ok(())
}

async fn days_are_inclusive(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    // A day to either side covers every time zone that the sub-account may have.
    let day = made.created_at.date_naive();
    let (before, after) = (day - chrono::Days::new(1), day + chrono::Days::new(1));
    let count = async |list: ListOpportunities| -> Result<usize, Failure> {
        Ok(stage.crm.opportunities().list(list.contact_id(&made.contact_id)).await?.opportunities.len())
    };
    ensure_eq!(count(ask(stage).date(before).end_date(after)).await?, 1);
    ensure_eq!(count(ask(stage).date(after + chrono::Days::new(1))).await?, 0);
    ensure_eq!(count(ask(stage).end_date(before - chrono::Days::new(1))).await?, 0);
    Ok(())
}

async fn notes_come_on_request(stage: &Stage) -> Verdict {
    let (_, made) = deal(stage).await?;
    stage.crm.contacts().create_note(&made.contact_id, CreateNote::new("Hello")).await?;
    let list = ask(stage).contact_id(&made.contact_id);
    let plain = stage.crm.opportunities().list(list.clone()).await?;
    ensure!(plain.opportunities.iter().all(|found| found.notes.is_empty()));
    let full = stage
        .crm
        .opportunities()
        .list(list.get_notes(true).get_tasks(true).get_calendar_events(true))
        .await?;
    ensure_eq!(full.opportunities[0].notes.len(), 1);
    Ok(())
}

async fn list_rules_are_kept(stage: &Stage) -> Verdict {
    let opportunities = stage.crm.opportunities();
    let error = refused(opportunities.list(ask(stage).limit(101)).await, Invalid, 422)?;
    says(&error, &["limit must not be greater than 100"])?;
    let error = refused(opportunities.list(ask(stage).start_after(1)).await, Invalid, 422)?;
    says(&error, &["startAfter and startAfterId must be sent together"])?;
    let error = refused(opportunities.list(ask(stage).status("closed")).await, Invalid, 422)?;
    says(&error, &["status must be a valid enum value"])
}
