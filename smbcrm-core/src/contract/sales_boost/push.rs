//! Pushing one lead to one integration.

use serde_json::json;

use super::{Happening, Setting, Stage};
use crate::ErrorKind;
use crate::contract::{Verdict, cases, ensure, ensure_eq, refused};
use crate::sales_boost::event::Body;
use crate::sales_boost::{
    CreateWebhook, EventType, IntegrationStatus, OutcomeStatus, ProviderId, PushLead, SubscriptionInput,
    UpdateIntegration, operations as op,
};

cases! { on Stage:
    data_of_ones_own_is_free => [op::PUSH_LEAD, op::LIST_DELIVERIES],
    a_new_lead_costs_a_credit_and_an_owned_one_nothing => [op::PUSH_LEAD],
    others_are_told_of_a_push => [op::PUSH_LEAD],
    a_push_that_fails_is_an_answer_and_costs_nothing => [op::PUSH_LEAD],
    without_credits_a_new_lead_is_refused => [op::PUSH_LEAD],
    a_push_is_one_lead => [op::PUSH_LEAD],
    what_is_not_connected_takes_no_push => [op::PUSH_LEAD],
    a_lead_that_must_not_leave_is_not_sent => [op::PUSH_LEAD, op::LIST_DELIVERIES],
    a_push_needs_somewhere_to_go => [op::PUSH_LEAD, op::LIST_DELIVERIES],
}

async fn data_of_ones_own_is_free(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    stage.set(Setting::Credits(0)).await?;
    let lead = PushLead::own([("companyName", json!("Vale & Co")), ("shoeSize", json!(46))]);
    let pushed = stage.api.push_lead(&made.integration.id, lead).await?;
    ensure_eq!((&pushed.status, pushed.tracked, pushed.credits_used), (&OutcomeStatus::Success, false, 0));
    ensure!(pushed.result.is_some() && pushed.error.is_none());
    let event = receiver.take().remove(0).event()?;
    ensure_eq!(event.event, EventType::LeadCreated);
    ensure_eq!(event.data["leads"], json!([{ "companyName": "Vale & Co", "shoeSize": 46 }]));
    ensure_eq!(stage.api.list_deliveries(&made.integration.id).await?.len(), 1);
    Ok(())
}

async fn a_new_lead_costs_a_credit_and_an_owned_one_nothing(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    stage.set(Setting::Credits(1)).await?;
    let lead = stage.leads(1).await?[0];
    let first = stage.api.push_lead(&made.integration.id, PushLead::known(lead)).await?;
    ensure_eq!((first.succeeded(), first.tracked, first.credits_used), (true, true, 1));
    let again = stage.api.push_lead(&made.integration.id, PushLead::known(lead)).await?;
    ensure_eq!((again.succeeded(), again.tracked, again.credits_used), (true, true, 0));
    let told: Vec<_> = receiver.take();
    ensure_eq!(told[0].header("x-smb-event"), Some("lead.created"));
    ensure_eq!(told[1].header("x-smb-event"), Some("lead.updated"));
    let Ok(Body::LeadCreated(sample)) = told[0].event()?.body() else {
        return Err(crate::contract::Failure::new("a new lead is pushed as lead.created"));
    };
    ensure_eq!((sample.count, sample.leads[0].id), (1, lead));
    Ok(())
}

async fn others_are_told_of_a_push(stage: &Stage) -> Verdict {
    let (target, made) = stage.webhook([EventType::LeadCreated]).await?;
    let (other, _) = stage.webhook([EventType::LeadCreated, EventType::LeadUpdated]).await?;
    let lead = stage.leads(1).await?[0];
    for event in ["lead.created", "lead.updated"] {
        stage.api.push_lead(&made.integration.id, PushLead::known(lead)).await?;
        stage.advance(std::time::Duration::ZERO).await?;
        ensure_eq!(target.take().len(), 1);
        let told = other.take();
        ensure_eq!(told.len(), 1);
        ensure_eq!(told[0].header("x-smb-event"), Some(event));
    }
    let own = PushLead::own([("companyName", json!("Vale"))]);
    stage.api.push_lead(&made.integration.id, own).await?;
    stage.advance(std::time::Duration::ZERO).await?;
    ensure!(other.take().is_empty(), "nobody is told of the caller's own data");
    Ok(())
}

async fn a_push_that_fails_is_an_answer_and_costs_nothing(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    stage.set(Setting::Credits(1)).await?;
    let lead = stage.leads(1).await?[0];
    receiver.answer(500, "");
    let failed = stage.api.push_lead(&made.integration.id, PushLead::known(lead)).await?;
    ensure_eq!((failed.status.as_str(), failed.tracked, failed.credits_used), ("failed", false, 0));
    ensure!(failed.error.is_some());
    receiver.answer(200, "");
    let again = stage.api.push_lead(&made.integration.id, PushLead::known(lead)).await?;
    ensure_eq!((again.succeeded(), again.credits_used), (true, 1));
    Ok(())
}

async fn without_credits_a_new_lead_is_refused(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let leads = stage.leads(2).await?;
    stage.happen(Happening::Received(vec![leads[0]])).await?;
    receiver.take();
    stage.set(Setting::Credits(0)).await?;
    let pushed = stage.api.push_lead(&made.integration.id, PushLead::known(leads[1])).await;
    let error = refused(pushed, ErrorKind::PaymentRequired, 402)?;
    ensure_eq!(error.code(), Some("insufficient_credits"));
    ensure_eq!(error.meta().get("creditsRemaining"), Some(&json!(0)));
    ensure!(receiver.take().is_empty());
    // One that is owned costs nothing.
    let owned = stage.api.push_lead(&made.integration.id, PushLead::known(leads[0])).await?;
    ensure_eq!((owned.succeeded(), owned.credits_used), (true, 0));
    Ok(())
}

async fn a_push_is_one_lead(stage: &Stage) -> Verdict {
    let (_, made) = stage.webhook([EventType::LeadCreated]).await?;
    let none: [(&str, serde_json::Value); 0] = [];
    for wrong in
        [PushLead::new(), PushLead::own(none), PushLead::own([("companyName", json!("Vale"))]).lead_id(1)]
    {
        let error = refused(stage.api.push_lead(&made.integration.id, wrong).await, ErrorKind::Invalid, 400)?;
        ensure_eq!(error.code(), Some("bad_request"));
    }
    let unknown = stage.api.push_lead(&made.integration.id, PushLead::known(404)).await;
    refused(unknown, ErrorKind::NotFound, 404)?;
    Ok(())
}

async fn what_is_not_connected_takes_no_push(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    let lead = || PushLead::own([("companyName", json!("Vale"))]);
    receiver.answer(500, "");
    for _ in 0..5 {
        stage.api.push_lead(&id, lead()).await?;
    }
    ensure_eq!(stage.api.get(&id).await?.status, IntegrationStatus::NeedsAttention);
    refused(stage.api.push_lead(&id, lead()).await, ErrorKind::Invalid, 400)?;
    stage.api.update(&id, UpdateIntegration::new().status(IntegrationStatus::Disabled)).await?;
    let error = refused(stage.api.push_lead(&id, lead()).await, ErrorKind::Invalid, 400)?;
    ensure_eq!(error.code(), Some("bad_request"));
    Ok(())
}

async fn a_lead_that_must_not_leave_is_not_sent(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let lead = stage.leads(1).await?[0];
    stage.set(Setting::Blacklist("ADA1@vale.example".into())).await?;
    let pushed = stage.api.push_lead(&made.integration.id, PushLead::known(lead)).await?;
    ensure_eq!((pushed.status.as_str(), pushed.tracked, pushed.credits_used), ("failed", false, 0));
    ensure!(pushed.error.is_some() && receiver.take().is_empty());
    ensure!(stage.api.list_deliveries(&made.integration.id).await?.is_empty());
    Ok(())
}

async fn a_push_needs_somewhere_to_go(stage: &Stage) -> Verdict {
    let webhook =
        CreateWebhook::new(ProviderId::Make, "https://hooks.example.com/a", [EventType::LeadCreated]);
    let id = stage.api.create_webhook(webhook).await?.integration.id;
    let off = SubscriptionInput::new(EventType::LeadCreated).is_active(false);
    stage.api.update(&id, UpdateIntegration::new().subscriptions([off])).await?;
    let lead = stage.leads(1).await?[0];
    let pushed = stage.api.push_lead(&id, PushLead::known(lead)).await?;
    ensure_eq!((pushed.status.as_str(), pushed.tracked, pushed.credits_used), ("failed", false, 0));
    ensure!(pushed.error.is_some());
    ensure!(stage.api.list_deliveries(&id).await?.is_empty());
    Ok(())
}
