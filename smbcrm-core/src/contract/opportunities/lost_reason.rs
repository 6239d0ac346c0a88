//! Reasons for losing an opportunity.

use crate::contract::{Failure, HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq};
use crate::opportunities::operations::LIST_LOST_REASONS;
use crate::opportunities::{ListLostReasons, LostReasonPage};

cases! {
    the_list_answers => [LIST_LOST_REASONS],
    reasons_are_found_by_name_and_part => [LIST_LOST_REASONS],
    reasons_are_paged_and_counted => [LIST_LOST_REASONS],
}

async fn plant(stage: &Stage, name: &str) -> Result<(), Failure> {
    stage.hands.plant(Plant::LostReason(name.into())).await.ok_or_skip("reasons cannot be planted here")?;
    Ok(())
}

fn names(page: &LostReasonPage) -> Vec<&str> {
    page.lost_reasons.iter().map(|reason| reason.name.as_str()).collect()
}

async fn the_list_answers(stage: &Stage) -> Verdict {
    let page = stage.crm.opportunities().list_lost_reasons(ListLostReasons::new(&stage.location)).await?;
    ensure!(page.lost_reasons.len() <= 100);
    Ok(())
}

async fn reasons_are_found_by_name_and_part(stage: &Stage) -> Verdict {
    let (price, timing) = (stage.unique("price"), stage.unique("timing"));
    plant(stage, &price).await?;
    plant(stage, &timing).await?;
    let opportunities = stage.crm.opportunities();
    let all = ListLostReasons::new(&stage.location);
    let exact = opportunities.list_lost_reasons(all.clone().name(&price)).await?;
    ensure_eq!(names(&exact), [price.as_str()]);
    ensure_eq!(exact.lost_reasons[0].location_id, stage.location);
    let part = opportunities.list_lost_reasons(all.clone().query(&timing[..timing.len() - 1])).await?;
    ensure!(names(&part).contains(&timing.as_str()));
    let deleted = opportunities.list_lost_reasons(all.deleted(true)).await?;
    ensure!(!names(&deleted).contains(&price.as_str()));
    Ok(())
}

async fn reasons_are_paged_and_counted(stage: &Stage) -> Verdict {
    let base = stage.unique("reason");
    for n in 0..3 {
        plant(stage, &format!("{base} {n}")).await?;
    }
    let opportunities = stage.crm.opportunities();
    let all = ListLostReasons::new(&stage.location).query(&base);
    let first = opportunities.list_lost_reasons(all.clone().limit(2).get_count(true)).await?;
    ensure_eq!(first.lost_reasons.len(), 2);
    ensure_eq!(first.total, Some(3));
    let rest = opportunities.list_lost_reasons(all.skip(2).limit(2)).await?;
    ensure_eq!(rest.lost_reasons.len(), 1);
    ensure!(!names(&first).contains(&names(&rest)[0]));
    Ok(())
}
