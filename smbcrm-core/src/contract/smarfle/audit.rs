//! The audit log, the costs, and the lines to copy.

use std::time::Duration;

use chrono::NaiveDate;

use super::{Access, Stage};
use crate::ErrorKind;
use crate::contract::{Failure, HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::event::EventKind;
use crate::smarfle::settings::{
    ActorKind, AuditResult, CostPeriod, CreateEndpoint, CreateKey, CurlExamples, ListAudit, operations as op,
};
use crate::smarfle::{CreateLead, Organization, operations as leads};

cases! { on Stage:
    every_call_is_in_the_audit_log => [leads::VERIFY, leads::CREATE, op::LIST_AUDIT],
    every_attempt_of_a_delivery_is_in_it_too => [op::LIST_AUDIT],
    the_audit_log_is_asked_by_time_and_in_pages => [op::LIST_AUDIT],
    a_call_costs_three_tenths_of_a_cent => [op::GET_COSTS],
    costs_of_a_period => [op::GET_COSTS],
    lines_to_copy_have_the_key_masked => [op::CURL_EXAMPLES],
}

async fn named(
    stage: &Stage,
    settings: &dyn Organization,
    name: &str,
) -> Result<std::sync::Arc<dyn Organization>, Failure> {
    let value = settings.create_key(CreateKey::new(name)).await?.value.expose().to_owned();
    stage.with(Access::Value(value)).await
}

async fn every_call_is_in_the_audit_log(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let site = named(stage, &*settings, "the site").await?;
    site.verify().await?;
    let client = site.create(CreateLead::new().email("ada@vale.example")).await?.client;
    refused(site.create(CreateLead::new()).await, ErrorKind::Invalid, 422)?;
    refused(site.list_keys().await, ErrorKind::Forbidden, 403)?;

    let log = settings.list_audit(ListAudit::new().actor("the site")).await?.entries;
    let seen: Vec<_> =
        log.iter().rev().map(|it| (it.action.as_str(), it.result.clone(), it.status, it.billed)).collect();
    let expected = [
        ("smarfle.verify", AuditResult::Success, Some(200), true),
        ("smarfle.create", AuditResult::Success, Some(201), true),
        ("smarfle.create", AuditResult::Refused, Some(422), true),
        ("smarfle-settings.list_keys", AuditResult::Refused, Some(403), false),
    ];
    ensure_eq!(seen, expected);
    ensure!(log.iter().all(|it| it.actor == ActorKind::ApiKey && it.actor_id.is_some() && it.at.is_some()));
    ensure_eq!(log[2].target.as_deref(), Some(client.id.as_str()));

    let made = settings.list_audit(ListAudit::new().action("smarfle-settings.create_key")).await?.entries;
    ensure!(made.iter().any(|it| it.actor == ActorKind::Session));
    let refusals = settings.list_audit(ListAudit::new().result(AuditResult::Refused)).await?.entries;
    ensure_eq!(refusals.len(), 2);
    let everything = settings.list_audit(ListAudit::new()).await?;
    let text = serde_json::to_string(&everything).unwrap_or_default();
    ensure!(!text.contains("ada@vale.example"), "it says who did what, and not with whose data");
    Ok(())
}

async fn every_attempt_of_a_delivery_is_in_it_too(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let url = stage.receiver().await?;
    settings.create_endpoint(CreateEndpoint::new(url, [EventKind::ClientCreated])).await?;
    stage.hands.answer(500).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.api.create(CreateLead::new().email("ada@vale.example")).await?;
    stage.advance(Duration::ZERO).await?;
    stage.hands.answer(200).await.ok_or_skip("needs a receiver of webhooks")?;
    stage.advance(Duration::from_secs(3600)).await?;
    let log = settings.list_audit(ListAudit::new().actor("system")).await?.entries;
    let seen: Vec<_> = log.iter().rev().map(|it| (it.result.clone(), it.status)).collect();
    ensure_eq!(seen, [(AuditResult::Failed, Some(500)), (AuditResult::Success, Some(200))]);
    ensure!(log.iter().all(|it| it.action == "delivery.attempt" && it.target.is_some() && !it.billed));
    let costs = settings.get_costs(CostPeriod::new()).await?;
    ensure_eq!((costs.deliveries, costs.calls), (2, 1));
    Ok(())
}

async fn the_audit_log_is_asked_by_time_and_in_pages(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let site = named(stage, &*settings, "the site").await?;
    site.verify().await?;
    stage.advance(Duration::from_secs(3600)).await?;
    site.create(CreateLead::new().email("ada@vale.example")).await?;
    let of_site = || ListAudit::new().actor("the site");
    let all = settings.list_audit(of_site()).await?.entries;
    ensure_eq!(all.len(), 2);
    let later = all[0].at.ok_or_else(|| Failure::new("an entry has no time"))?;
    let from = settings.list_audit(of_site().from(later)).await?.entries;
    let to = settings.list_audit(of_site().to(later)).await?.entries;
    ensure_eq!((from, to), (vec![all[0].clone()], vec![all[1].clone()]));

    let first = settings.list_audit(of_site().limit(1_u32)).await?;
    let cursor = first.next_cursor.ok_or_else(|| Failure::new("there is another page"))?;
    let second = settings.list_audit(of_site().limit(1_u32).cursor(cursor)).await?;
    ensure_eq!((first.entries, second.entries), (vec![all[0].clone()], vec![all[1].clone()]));
    ensure_eq!(second.next_cursor, None);
    refused(settings.list_audit(of_site().limit(0_u32)).await, ErrorKind::Invalid, 422)?;
    Ok(())
}

async fn a_call_costs_three_tenths_of_a_cent(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let (one, two) = (named(stage, &*settings, "one").await?, named(stage, &*settings, "two").await?);
    for _ in 0..7 {
        one.verify().await?;
    }
    two.create(CreateLead::new().email("ada@vale.example")).await?;
    refused(two.create(CreateLead::new()).await, ErrorKind::Invalid, 422)?;
    // Neither of these is a call of the API.
    refused(two.list_keys().await, ErrorKind::Forbidden, 403)?;
    settings.list_keys().await?;

    let report = settings.get_costs(CostPeriod::new()).await?;
    ensure_eq!((report.currency.as_str(), report.price_per_call.to_string().as_str()), ("USD", "0.003"));
    ensure_eq!((report.calls, report.total.to_string()), (9, "0.027".to_owned()));
    let by_key: Vec<_> =
        report.by_key.iter().map(|it| (it.name.as_str(), it.calls, it.cost.to_string())).collect();
    ensure_eq!(by_key, [("one", 7, "0.021".to_owned()), ("two", 2, "0.006".to_owned())]);
    ensure!(report.note.contains("Deliveries"), "it says what is not charged");
    // Reading the report costs nothing.
    ensure_eq!(settings.get_costs(CostPeriod::new()).await?.calls, 9);

    // What the limit turns away is not charged.
    for _ in 0..93 {
        one.verify().await?;
    }
    refused(one.verify().await, ErrorKind::RateLimited, 429)?;
    ensure_eq!(settings.get_costs(CostPeriod::new()).await?.calls, 102);
    let turned_away = settings.list_audit(ListAudit::new().actor("one").result(AuditResult::Refused)).await?;
    ensure_eq!(turned_away.entries.iter().map(|it| it.status).collect::<Vec<_>>(), [Some(429)]);
    Ok(())
}

async fn costs_of_a_period(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    stage.api.verify().await?;
    stage.advance(Duration::from_secs(24 * 60 * 60)).await?;
    stage.api.verify().await?;
    stage.api.verify().await?;
    let whole = settings.get_costs(CostPeriod::new()).await?;
    ensure_eq!(whole.by_day.iter().map(|it| it.calls).collect::<Vec<_>>(), [1, 2]);
    let day = |at: usize| whole.by_day[at].day.parse::<NaiveDate>();
    let (first, last) = match (day(0), day(1)) {
        (Ok(first), Ok(last)) => (first, last),
        _ => return Err(Failure::new("a day is a date")),
    };
    ensure_eq!(settings.get_costs(CostPeriod::new().to(first)).await?.calls, 1);
    ensure_eq!(settings.get_costs(CostPeriod::new().from(last)).await?.total.to_string(), "0.006");
    ensure_eq!(settings.get_costs(CostPeriod::new().from(first).to(last)).await?.calls, 3);
    let error =
        refused(settings.get_costs(CostPeriod::new().from(last).to(first)).await, ErrorKind::Invalid, 422)?;
    ensure!(error.to_string().contains("from"), "{error}");
    Ok(())
}

async fn lines_to_copy_have_the_key_masked(stage: &Stage) -> Verdict {
    let settings = stage.settings().await?;
    let made = settings.create_key(CreateKey::new("the site")).await?;
    let printed = settings.curl_examples(CurlExamples::new().key_id(&made.key.id)).await?;
    ensure!(printed.content_type.starts_with("text/plain"), "{}", printed.content_type);
    let text = String::from_utf8_lossy(&printed.bytes).into_owned();
    ensure!(text.contains(made.key.masked.as_str()) && !text.contains(made.value.expose()), "{text}");
    ensure!(text.contains("X-API-Key: ") && text.contains("Authorization: Bearer "), "{text}");
    ensure!(text.contains("/api/webhook/leads") && text.contains("sms_consent_source"), "{text}");
    settings.curl_examples(CurlExamples::new()).await?;
    let unknown = settings.curl_examples(CurlExamples::new().key_id("key_999")).await;
    refused(unknown, ErrorKind::NotFound, 404)?;
    Ok(())
}
