//! What is told, of what, and how often.

use super::{Happening, Received, Setting, Stage};
use crate::contract::{Failure, Verdict, cases, ensure, ensure_eq};
use crate::sales_boost::event::{Body, SAMPLE};
use crate::sales_boost::{EventType, SubscriptionInput, UpdateIntegration, operations as op};

cases! { on Stage:
    new_leads_are_told_with_a_sample_of_five => [op::CREATE_WEBHOOK],
    each_lead_can_have_an_event_of_its_own => [op::CREATE_WEBHOOK],
    an_export_is_told_when_it_ends => [op::CREATE_WEBHOOK],
    a_scheduled_batch_is_told_when_it_is_sent => [op::CREATE_WEBHOOK],
    a_low_balance_is_told_once_when_it_is_crossed => [op::CREATE_WEBHOOK],
    only_what_is_asked_for_is_told => [op::CREATE_WEBHOOK, op::UPDATE],
    an_event_has_one_id_for_all_who_are_told => [op::CREATE_WEBHOOK],
    nobody_is_told_while_nobody_pays => [op::CREATE_WEBHOOK],
}

fn all() -> impl Iterator<Item = EventType> {
    EventType::KNOWN.iter().map(|name| EventType::from(*name))
}

fn names(received: &[Received]) -> Vec<&str> {
    received.iter().filter_map(|one| one.header("x-smb-event")).collect()
}

fn wrong(what: &str) -> Failure {
    Failure::new(format!("{what} says something else"))
}

async fn new_leads_are_told_with_a_sample_of_five(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated, EventType::LeadUpdated]).await?;
    let leads = stage.leads(7).await?;
    stage.happen(Happening::Received(leads.clone())).await?;
    let received = receiver.take();
    ensure_eq!(names(&received), ["lead.created"]);
    let event = received[0].event()?;
    ensure!(!event.test && event.integration_id == made.integration.id && !event.id.is_empty());
    let Ok(Body::LeadCreated(sample)) = event.body() else { return Err(wrong("lead.created")) };
    ensure_eq!((sample.count, sample.leads.len()), (7, SAMPLE));
    ensure_eq!(sample.leads[0].id, leads[0]);
    ensure_eq!(sample.leads[0].email.as_deref(), Some("ada1@vale.example"));

    let (mut again, new) = (leads, stage.leads(2).await?);
    again.extend(&new);
    stage.happen(Happening::Received(again)).await?;
    let received = receiver.take();
    ensure_eq!(names(&received), ["lead.created", "lead.updated"]);
    let Ok(Body::LeadUpdated(updated)) = received[1].event()?.body() else {
        return Err(wrong("lead.updated"));
    };
    ensure_eq!((updated.count, updated.leads.len()), (7, SAMPLE));
    Ok(())
}

async fn each_lead_can_have_an_event_of_its_own(stage: &Stage) -> Verdict {
    stage.set(Setting::EventPerLead(true)).await?;
    let (receiver, _) = stage.webhook([EventType::LeadCreated]).await?;
    let leads = stage.leads(3).await?;
    stage.happen(Happening::Received(leads.clone())).await?;
    let mut told = Vec::new();
    for one in receiver.take() {
        let Ok(Body::LeadCreated(sample)) = one.event()?.body() else { return Err(wrong("lead.created")) };
        ensure_eq!((sample.count, sample.leads.len()), (1, 1));
        told.push(sample.leads[0].id);
    }
    told.sort();
    ensure_eq!(told, leads);
    Ok(())
}

async fn an_export_is_told_when_it_ends(stage: &Stage) -> Verdict {
    let (receiver, _) = stage.webhook(all()).await?;
    stage.set(Setting::Credits(10)).await?;
    stage.set(Setting::Threshold(0)).await?;
    let leads = stage.leads(3).await?;
    stage.happen(Happening::Received(vec![leads[0]])).await?;
    receiver.take();
    stage.happen(Happening::Export(leads)).await?;
    let received = receiver.take();
    ensure_eq!(names(&received), ["lead.created", "lead.updated", "export.completed"]);
    let Ok(Body::ExportCompleted(export)) = received[2].event()?.body() else {
        return Err(wrong("export.completed"));
    };
    ensure_eq!((export.lead_count, export.new_leads, export.updated_leads), (3, 2, 1));
    ensure_eq!((export.credits_used, export.credits_remaining), (2, 7));
    ensure!(export.export_id > 0 && export.file_name.ends_with(export.file_type.as_str()));
    Ok(())
}

async fn a_scheduled_batch_is_told_when_it_is_sent(stage: &Stage) -> Verdict {
    let (receiver, _) = stage.webhook([EventType::EmailScheduleSent]).await?;
    stage.happen(Happening::Schedule(stage.leads(2).await?)).await?;
    let received = receiver.take();
    ensure_eq!(names(&received), ["email_schedule.sent"]);
    let Ok(Body::EmailScheduleSent(sent)) = received[0].event()?.body() else {
        return Err(wrong("email_schedule.sent"));
    };
    ensure_eq!(sent.lead_count, 2);
    ensure!(sent.schedule_id > 0 && !sent.name.is_empty() && sent.recipients > 0);
    Ok(())
}

async fn a_low_balance_is_told_once_when_it_is_crossed(stage: &Stage) -> Verdict {
    let (receiver, _) = stage.webhook([EventType::CreditLowBalance]).await?;
    stage.set(Setting::Credits(12)).await?;
    stage.set(Setting::Threshold(10)).await?;
    stage.happen(Happening::Spent(2)).await?;
    ensure!(receiver.take().is_empty(), "at the threshold it is not low yet");
    stage.happen(Happening::Spent(1)).await?;
    let received = receiver.take();
    ensure_eq!(names(&received), ["credit.low_balance"]);
    let Ok(Body::CreditLowBalance(low)) = received[0].event()?.body() else {
        return Err(wrong("credit.low_balance"));
    };
    ensure_eq!((low.credits_remaining, low.threshold), (9, 10));
    stage.happen(Happening::Spent(5)).await?;
    ensure!(receiver.take().is_empty(), "it is told once");
    stage.set(Setting::Credits(10)).await?;
    stage.happen(Happening::Export(stage.leads(1).await?)).await?;
    ensure_eq!(receiver.take().len(), 1);
    Ok(())
}

async fn only_what_is_asked_for_is_told(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::ExportCompleted]).await?;
    stage.happen(Happening::Export(stage.leads(1).await?)).await?;
    ensure_eq!(names(&receiver.take()), ["export.completed"]);
    let off = SubscriptionInput::new(EventType::ExportCompleted).is_active(false);
    stage.api.update(&made.integration.id, UpdateIntegration::new().subscriptions([off])).await?;
    stage.happen(Happening::Export(stage.leads(1).await?)).await?;
    ensure!(receiver.take().is_empty());
    Ok(())
}

async fn an_event_has_one_id_for_all_who_are_told(stage: &Stage) -> Verdict {
    let (one, _) = stage.webhook([EventType::LeadCreated]).await?;
    let (other, _) = stage.webhook([EventType::LeadCreated]).await?;
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    let (here, there) = (one.take().remove(0).event()?, other.take().remove(0).event()?);
    ensure_eq!(here.id, there.id);
    ensure!(here.integration_id != there.integration_id);
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    ensure!(one.take().remove(0).event()?.id != here.id);
    Ok(())
}

async fn nobody_is_told_while_nobody_pays(stage: &Stage) -> Verdict {
    let (receiver, _) = stage.webhook(all()).await?;
    stage.set(Setting::Paid(false)).await?;
    stage.happen(Happening::Export(stage.leads(1).await?)).await?;
    ensure!(receiver.take().is_empty());
    Ok(())
}
