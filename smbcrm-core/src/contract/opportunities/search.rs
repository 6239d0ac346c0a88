//! `POST /opportunities/search`.

use std::sync::Arc;

use super::{pipeline, says, wish};
use crate::ErrorKind::Invalid;
use crate::contacts::{CreateNote, CreateTask, UpdateContact};
use crate::contract::{Failure, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::opportunities::operations::SEARCH;
use crate::opportunities::{AdditionalDetails, Opportunity, OpportunityStatus, SearchOpportunities};
use crate::search::{Filter, OpportunityField as Field, OpportunitySort as By, Range};
use crate::types::Cursor;

cases! {
    filters_on_the_opportunity => [SEARCH],
    filters_on_its_contact => [SEARCH],
    groups_join_filters => [SEARCH],
    text_is_looked_for_in_deal_and_contact => [SEARCH],
    sorts_go_both_ways => [SEARCH],
    a_cursor_walks_everything_once => [SEARCH],
    pages_are_numbered_from_one => [SEARCH],
    details_come_on_request => [SEARCH],
    a_field_that_does_not_exist_is_refused => [SEARCH],
    an_operator_that_the_field_does_not_take_is_refused => [SEARCH],
    page_rules_are_kept => [SEARCH],
}

/// Five opportunities of five contacts, worth 10 to 50: two won, three open. One user owns them and no others.
async fn five(stage: &Stage) -> Result<(String, Vec<Arc<Opportunity>>), Failure> {
    let pipeline = pipeline(stage).await?;
    let owner = stage.unique("owner");
    let mut made = Vec::new();
    for n in 1..=5 {
        let contact = stage.contact().await?;
        let mut deal = wish(stage, &pipeline, &contact.id).monetary_value(n * 10).assigned_to(&*owner);
        deal.status = if n > 3 { OpportunityStatus::Won } else { OpportunityStatus::Open };
        made.push(stage.crm.opportunities().create(deal).await?);
    }
    Ok((owner, made))
}

fn ask(
    stage: &Stage,
    owner: &str,
    limit: u32,
    more: impl IntoIterator<Item = Filter>,
) -> SearchOpportunities {
    let filters = std::iter::once(Field::AssignedTo.eq(owner)).chain(more);
    SearchOpportunities::new(&stage.location, limit).filters(filters)
}

async fn values(stage: &Stage, search: SearchOpportunities) -> Result<Vec<i64>, Failure> {
    let page = stage.crm.opportunities().search(search).await?;
    let value = |found: &Arc<Opportunity>| found.monetary_value.map_or(0.0, |value| value.as_f64()) as i64;
    Ok(page.opportunities.iter().map(value).collect())
}

async fn sorted(stage: &Stage, search: SearchOpportunities) -> Result<Vec<i64>, Failure> {
    let mut values = values(stage, search).await?;
    values.sort_unstable();
    Ok(values)
}

async fn filters_on_the_opportunity(stage: &Stage) -> Verdict {
    let (owner, made) = five(stage).await?;
    let found = async |filter| sorted(stage, ask(stage, &owner, 100, [filter])).await;
    ensure_eq!(found(Field::Status.eq("won")).await?, [40, 50]);
    ensure_eq!(found(Field::Status.not_eq("won")).await?, [10, 20, 30]);
    ensure_eq!(found(Field::MonetaryValue.range(Range::new().gt(10).lte(40))).await?, [20, 30, 40]);
    ensure_eq!(found(Field::Id.eq_any([made[0].id.as_str(), made[4].id.as_str()])).await?, [10, 50]);
    ensure_eq!(found(Field::Name.contains(&made[1].name[..])).await?, [20]);
    ensure_eq!(found(Field::Source.exists()).await?.len(), 0);
    ensure_eq!(found(Field::ContactId.eq(made[2].contact_id.as_str())).await?, [30]);
    ensure_eq!(found(Field::PipelineStageId.eq(made[0].pipeline_stage_id.as_str())).await?.len(), 5);
    ensure_eq!(found(Field::DateAdded.since(made[3].created_at)).await?, [40, 50]);
    Ok(())
}

async fn filters_on_its_contact(stage: &Stage) -> Verdict {
    let (owner, made) = five(stage).await?;
    let phone = stage.unique_phone();
    let change = UpdateContact::new().phone(&*phone).first_name("Contractina");
    stage.crm.contacts().update(&made[1].contact_id, change).await?;
    let email = |n: usize| made[n].contact.clone().and_then(|c| c.email).unwrap_or_default().to_string();
    let found = async |filter| sorted(stage, ask(stage, &owner, 100, [filter])).await;
    ensure_eq!(found(Field::Email.eq(email(0))).await?, [10]);
    ensure_eq!(found(Field::Email.not_eq(email(0))).await?, [20, 30, 40, 50]);
    ensure_eq!(found(Field::Phone.eq(&phone)).await?, [20]);
    ensure_eq!(found(Field::Phone.not_exists()).await?, [10, 30, 40, 50]);
    ensure_eq!(found(Field::ContactName.contains("contractina")).await?, [20]);
    ensure_eq!(found(Field::CompanyName.exists()).await?.len(), 0);
    Ok(())
}

async fn groups_join_filters(stage: &Stage) -> Verdict {
    let (owner, _) = five(stage).await?;
    let any = Filter::any([
        Field::MonetaryValue.eq(10),
        Filter::all([Field::Status.eq("won"), Field::MonetaryValue.range(Range::new().gte(50))]),
    ]);
    ensure_eq!(sorted(stage, ask(stage, &owner, 100, [any])).await?, [10, 50]);
    Ok(())
}

async fn text_is_looked_for_in_deal_and_contact(stage: &Stage) -> Verdict {
    let (owner, made) = five(stage).await?;
    let email = made[3].contact.clone().and_then(|contact| contact.email).unwrap_or_default();
    ensure_eq!(values(stage, ask(stage, &owner, 100, []).query(&email)).await?, [40]);
    ensure_eq!(values(stage, ask(stage, &owner, 100, []).query(made[2].name.to_uppercase())).await?, [30]);
    ensure_eq!(values(stage, ask(stage, &owner, 100, []).query("nobody-is-called-so")).await?.len(), 0);
    Ok(())
}

async fn sorts_go_both_ways(stage: &Stage) -> Verdict {
    let (owner, _) = five(stage).await?;
    for by in [By::DateAdded, By::DateUpdated, By::MonetaryValue, By::LastStatusChange, By::LastStageChange] {
        let up = ask(stage, &owner, 100, []).sort([by.asc()]);
        ensure_eq!(values(stage, up).await?, [10, 20, 30, 40, 50]);
        let down = ask(stage, &owner, 100, []).sort([by.desc()]);
        ensure_eq!(values(stage, down).await?, [50, 40, 30, 20, 10]);
    }
    ensure_eq!(values(stage, ask(stage, &owner, 100, [])).await?, [50, 40, 30, 20, 10]);
    Ok(())
}

async fn a_cursor_walks_everything_once(stage: &Stage) -> Verdict {
    let (owner, made) = five(stage).await?;
    let opportunities = stage.crm.opportunities();
    let (mut seen, mut after) = (Vec::new(), None::<Cursor>);
    for _ in 0..4 {
        let mut search = ask(stage, &owner, 2, []).sort([By::MonetaryValue.asc()]);
        search.search_after = after;
        let page = opportunities.search(search).await?;
        ensure_eq!(page.total, 5);
        let Some(last) = page.opportunities.last() else { break };
        after = last.search_after.clone();
        ensure!(after.is_some(), "every record carries its cursor");
        seen.extend(page.opportunities.iter().map(|found| found.id.clone()));
    }
    ensure_eq!(seen, made.iter().map(|made| made.id.clone()).collect::<Vec<_>>());
    Ok(())
}

async fn pages_are_numbered_from_one(stage: &Stage) -> Verdict {
    let (owner, _) = five(stage).await?;
    let page = async |number| {
        let search = ask(stage, &owner, 2, []).sort([By::MonetaryValue.asc()]).page(number);
        values(stage, search).await
    };
    ensure_eq!(page(1).await?, [10, 20]);
    ensure_eq!(page(3).await?, [50]);
    ensure_eq!(page(4).await?.len(), 0);
    Ok(())
}

async fn details_come_on_request(stage: &Stage) -> Verdict {
    let (owner, made) = five(stage).await?;
    let (contacts, contact) = (stage.crm.contacts(), &made[0].contact_id);
    contacts.create_note(contact, CreateNote::new("Hello")).await?;
    contacts.create_task(contact, CreateTask::new("Call", made[0].created_at, false)).await?;
    let first = [Field::Id.eq(made[0].id.as_str())];
    let mut search = ask(stage, &owner, 1, first);
    let plain = stage.crm.opportunities().search(search.clone()).await?;
    ensure!(plain.opportunities.iter().all(|found| found.notes.is_empty() && found.tasks.is_empty()));
    search =
        search.additional_details(AdditionalDetails::new().notes(true).tasks(true).calendar_events(true));
    let full = stage.crm.opportunities().search(search).await?;
    let found = full.opportunities.first().ok_or_else(|| Failure::new("nothing was found"))?;
    ensure_eq!(found.notes.len(), 1);
    ensure_eq!(found.notes[0]["body"], "Hello");
    ensure_eq!(found.tasks.len(), 1);
    ensure_eq!(found.tasks[0]["title"], "Call");
    Ok(())
}

async fn a_field_that_does_not_exist_is_refused(stage: &Stage) -> Verdict {
    let opportunities = stage.crm.opportunities();
    for name in ["nickname", "dateAdded", "custom_fields.nothing"] {
        let search = SearchOpportunities::new(&stage.location, 10).filters([Filter::field(name).exists()]);
        let error = refused(opportunities.search(search).await, Invalid, 400)?;
        says(&error, &[&format!("Invalid field {name}")])?;
    }
    Ok(())
}

async fn an_operator_that_the_field_does_not_take_is_refused(stage: &Stage) -> Verdict {
    let opportunities = stage.crm.opportunities();
    for (name, filter) in [
        ("id", Filter::field("id").exists()),
        ("status", Filter::field("status").range(Range::new().gt(1))),
        ("date_added", Filter::field("date_added").eq("2026-01-01")),
    ] {
        let search = SearchOpportunities::new(&stage.location, 10).filters([filter]);
        let error = refused(opportunities.search(search).await, Invalid, 400)?;
        ensure!(error.messages()[0].ends_with(&format!("for field {name}")), "{:?}", error.messages());
    }
    Ok(())
}

async fn page_rules_are_kept(stage: &Stage) -> Verdict {
    let opportunities = stage.crm.opportunities();
    let search = |limit| SearchOpportunities::new(&stage.location, limit);
    says(
        &refused(opportunities.search(search(501)).await, Invalid, 422)?,
        &["limit must not be greater than 500"],
    )?;
    says(&refused(opportunities.search(search(0)).await, Invalid, 422)?, &["limit must not be less than 1"])?;
    let both = search(10).page(2).search_after(Cursor::new(vec![1.into(), "x".into()]));
    says(
        &refused(opportunities.search(both).await, Invalid, 422)?,
        &["page should not be used together with searchAfter"],
    )?;
    let deep = search(500).page(21);
    refused(opportunities.search(deep).await, Invalid, 400)?;
    let long = search(10).query("x".repeat(76));
    says(
        &refused(opportunities.search(long).await, Invalid, 422)?,
        &["query must be shorter than or equal to 75 characters"],
    )
}
