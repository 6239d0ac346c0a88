//! What is sent, tried again, logged, tested and retried.

use std::time::Duration;

use super::{Happening, Stage};
use crate::ErrorKind;
use crate::contract::{Verdict, cases, ensure, ensure_eq, refused};
use crate::sales_boost::event::Body;
use crate::sales_boost::{
    DeliveryStatus, EventType, IntegrationStatus, OutcomeStatus, SubscriptionInput, UpdateIntegration,
    operations as op,
};

cases! { on Stage:
    a_test_is_sent_at_once_and_logged => [op::TEST, op::LIST_DELIVERIES],
    a_test_that_fails_is_an_answer => [op::TEST],
    a_test_goes_wherever_there_is_an_address => [op::TEST, op::UPDATE],
    a_delivery_has_its_headers => [op::TEST],
    a_delivery_is_tried_five_times => [op::LIST_DELIVERIES],
    a_delivery_that_gets_through_in_the_end_is_a_success => [op::LIST_DELIVERIES],
    five_failures_in_a_row_need_attention => [op::GET, op::LIST_DELIVERIES],
    a_success_in_between_begins_the_count_anew => [op::GET],
    a_test_that_succeeds_puts_things_right => [op::TEST, op::GET],
    a_retry_goes_where_the_delivery_went => [op::RETRY, op::UPDATE],
    a_retry_that_fails_is_an_answer => [op::RETRY, op::LIST_DELIVERIES],
    what_is_still_being_sent_is_not_retried => [op::RETRY],
    one_that_is_switched_off_refuses_test_and_retry => [op::TEST, op::RETRY],
    the_log_shows_the_newest_fifty => [op::LIST_DELIVERIES],
    the_log_keeps_a_thousand_characters_of_an_answer => [op::LIST_DELIVERIES, op::TEST],
}

/// Longer than all five attempts take.
const A_MINUTE: Duration = Duration::from_secs(60);

async fn a_test_is_sent_at_once_and_logged(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(202, "taken");
    let attempt = stage.api.test(&id).await?;
    ensure_eq!((attempt.status, attempt.status_code), (OutcomeStatus::Success, Some(202)));
    ensure!(attempt.latency_ms.is_some() && attempt.error.is_none());
    let received = receiver.take();
    ensure_eq!(received.len(), 1);
    let event = received[0].event()?;
    ensure!(event.test && event.integration_id == id);
    let Ok(Body::LeadCreated(sample)) = event.body() else {
        return Err(crate::contract::Failure::new("a test is a lead.created"));
    };
    ensure_eq!(sample.leads[0].company_name.as_deref(), Some("Acme Test Co"));
    let log = stage.api.list_deliveries(&id).await?;
    ensure_eq!(log.len(), 1);
    let line = &log[0];
    ensure_eq!((line.event_type.as_str(), &line.status), ("lead.created", &DeliveryStatus::Success));
    ensure_eq!((line.status_code, line.attempt_count), (Some(202), 1));
    ensure_eq!(line.target_url.as_deref(), Some(receiver.url().as_str()));
    ensure_eq!(line.response_body.as_deref(), Some("taken"));
    ensure!(line.completed_at.is_some() && line.latency_ms.is_some() && line.error_message.is_none());
    let shown = stage.api.get(&id).await?;
    ensure!(shown.last_success_at.is_some() && shown.last_failure_at.is_none());
    Ok(())
}

async fn a_test_that_fails_is_an_answer(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    receiver.answer(503, "not now");
    let attempt = stage.api.test(&made.integration.id).await?;
    ensure!(!attempt.succeeded());
    ensure_eq!(attempt.status_code, Some(503));
    ensure!(attempt.error.is_some_and(|error| error.contains("503")));
    let log = stage.api.list_deliveries(&made.integration.id).await?;
    ensure_eq!((&log[0].status, log[0].attempt_count), (&DeliveryStatus::Failed, 1));
    ensure!(log[0].error_message.is_some() && log[0].completed_at.is_some());
    Ok(())
}

async fn a_test_goes_wherever_there_is_an_address(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::ExportCompleted]).await?;
    let id = made.integration.id;
    ensure!(stage.api.test(&id).await?.succeeded());
    ensure_eq!(receiver.take()[0].header("x-smb-event"), Some("lead.created"));
    let off = SubscriptionInput::new(EventType::ExportCompleted).is_active(false);
    stage.api.update(&id, UpdateIntegration::new().subscriptions([off])).await?;
    let attempt = stage.api.test(&id).await?;
    ensure!(!attempt.succeeded() && attempt.error.is_some() && attempt.status_code.is_none());
    ensure!(receiver.take().is_empty());
    ensure_eq!(stage.api.list_deliveries(&id).await?.len(), 1);
    Ok(())
}

async fn a_delivery_has_its_headers(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    stage.api.test(&made.integration.id).await?;
    let received = &receiver.take()[0];
    ensure_eq!(received.header("content-type"), Some("application/json"));
    ensure_eq!(received.header("x-smb-event"), Some("lead.created"));
    ensure_eq!(received.header("x-smb-api-key"), None);
    let time = received.header("x-smb-timestamp").unwrap_or_default();
    ensure!(time.len() == 10 && time.bytes().all(|byte| byte.is_ascii_digit()), "{time}");
    let signature = received.header("x-smb-signature").unwrap_or_default();
    let mac = signature.strip_prefix(&format!("t={time},v1=")).unwrap_or_default();
    ensure!(
        mac.len() == 64 && mac.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        "{signature}"
    );
    Ok(())
}

async fn a_delivery_is_tried_five_times(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(500, "down");
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    let line = stage.api.list_deliveries(&id).await?.remove(0);
    ensure_eq!((line.status, line.attempt_count), (DeliveryStatus::Pending, 1));
    ensure_eq!((line.status_code, line.completed_at), (Some(500), None));
    // One second, two, four and eight, each up to a second longer.
    for (seconds, attempts) in [(2, 2), (3, 3), (5, 4), (9, 5), (60, 5)] {
        stage.advance(Duration::from_secs(seconds)).await?;
        let line = stage.api.list_deliveries(&id).await?.remove(0);
        ensure_eq!(line.attempt_count, attempts);
    }
    let line = stage.api.list_deliveries(&id).await?.remove(0);
    ensure_eq!((line.status, line.response_body.as_deref()), (DeliveryStatus::Failed, Some("down")));
    ensure!(line.completed_at.is_some());
    let received = receiver.take();
    ensure_eq!(received.len(), 5);
    ensure!(received.iter().all(|one| one.body == received[0].body), "a repetition says the same");
    ensure!(
        received[4].header("x-smb-signature") != received[0].header("x-smb-signature"),
        "each is signed anew"
    );
    let shown = stage.api.get(&id).await?;
    ensure_eq!((shown.consecutive_failures, shown.status), (1, IntegrationStatus::Connected));
    ensure!(shown.last_failure_at.is_some());
    Ok(())
}

async fn a_delivery_that_gets_through_in_the_end_is_a_success(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    receiver.answer(500, "");
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    receiver.answer(200, "");
    stage.advance(A_MINUTE).await?;
    let line = stage.api.list_deliveries(&made.integration.id).await?.remove(0);
    ensure_eq!((line.status, line.attempt_count, line.status_code), (DeliveryStatus::Success, 2, Some(200)));
    ensure_eq!(line.error_message, None);
    ensure_eq!(stage.api.get(&made.integration.id).await?.consecutive_failures, 0);
    Ok(())
}

async fn five_failures_in_a_row_need_attention(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(500, "");
    for lead in stage.leads(4).await? {
        stage.happen(Happening::Received(vec![lead])).await?;
        stage.advance(A_MINUTE).await?;
    }
    let shown = stage.api.get(&id).await?;
    ensure_eq!((shown.consecutive_failures, shown.status), (4, IntegrationStatus::Connected));
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    stage.advance(A_MINUTE).await?;
    let shown = stage.api.get(&id).await?;
    ensure_eq!((shown.consecutive_failures, shown.status), (5, IntegrationStatus::NeedsAttention));

    receiver.take();
    receiver.answer(200, "");
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    ensure!(receiver.take().is_empty(), "nothing is sent by itself any more");
    ensure_eq!(stage.api.list_deliveries(&id).await?.len(), 5);
    // That it is so may be said again.
    let as_it_is = UpdateIntegration::new().status(IntegrationStatus::NeedsAttention);
    ensure_eq!(stage.api.update(&id, as_it_is).await?.status, IntegrationStatus::NeedsAttention);

    let on = stage.api.update(&id, UpdateIntegration::new().status(IntegrationStatus::Connected)).await?;
    ensure_eq!((on.consecutive_failures, on.status), (0, IntegrationStatus::Connected));
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    ensure_eq!(receiver.take().len(), 1);
    Ok(())
}

async fn a_success_in_between_begins_the_count_anew(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    for (status, failures) in [(500, 1), (500, 2), (200, 0), (500, 1), (500, 2), (500, 3), (500, 4)] {
        receiver.answer(status, "");
        stage.happen(Happening::Received(stage.leads(1).await?)).await?;
        stage.advance(A_MINUTE).await?;
        let shown = stage.api.get(&made.integration.id).await?;
        ensure_eq!((shown.consecutive_failures, shown.status), (failures, IntegrationStatus::Connected));
    }
    Ok(())
}

async fn a_test_that_succeeds_puts_things_right(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(500, "");
    for _ in 0..5 {
        stage.api.test(&id).await?;
    }
    ensure_eq!(stage.api.get(&id).await?.status, IntegrationStatus::NeedsAttention);
    receiver.answer(200, "");
    ensure!(stage.api.test(&id).await?.succeeded());
    let shown = stage.api.get(&id).await?;
    ensure_eq!((shown.consecutive_failures, shown.status), (0, IntegrationStatus::Connected));
    Ok(())
}

async fn a_retry_goes_where_the_delivery_went(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(500, "");
    stage.api.test(&id).await?;
    let failed = stage.api.list_deliveries(&id).await?.remove(0);
    let body = receiver.take().remove(0).body;
    receiver.answer(200, "at last");
    stage
        .api
        .update(&id, UpdateIntegration::new().default_target_url("https://hooks.example.com/else"))
        .await?;
    let attempt = stage.api.retry(&id, &failed.id).await?;
    ensure_eq!((attempt.status, attempt.status_code), (OutcomeStatus::Success, Some(200)));
    let received = receiver.take();
    ensure_eq!(received.len(), 1);
    ensure_eq!(received[0].body, body);
    let log = stage.api.list_deliveries(&id).await?;
    ensure_eq!(log.len(), 1);
    ensure_eq!((log[0].id, &log[0].status, log[0].attempt_count), (failed.id, &DeliveryStatus::Success, 2));
    ensure_eq!(log[0].response_body.as_deref(), Some("at last"));
    ensure_eq!(stage.api.get(&id).await?.consecutive_failures, 0);
    Ok(())
}

async fn a_retry_that_fails_is_an_answer(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    stage.api.test(&id).await?;
    let line = stage.api.list_deliveries(&id).await?.remove(0);
    receiver.answer(404, "");
    let attempt = stage.api.retry(&id, &line.id).await?;
    ensure!(!attempt.succeeded() && attempt.status_code == Some(404) && attempt.error.is_some());
    let line = stage.api.list_deliveries(&id).await?.remove(0);
    ensure_eq!((line.status, line.attempt_count), (DeliveryStatus::Failed, 2));
    Ok(())
}

async fn what_is_still_being_sent_is_not_retried(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    receiver.answer(500, "");
    stage.happen(Happening::Received(stage.leads(1).await?)).await?;
    let line = stage.api.list_deliveries(&id).await?.remove(0);
    ensure_eq!(line.status, DeliveryStatus::Pending);
    let error = refused(stage.api.retry(&id, &line.id).await, ErrorKind::Invalid, 400)?;
    ensure_eq!(error.code(), Some("bad_request"));
    Ok(())
}

async fn one_that_is_switched_off_refuses_test_and_retry(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    let id = made.integration.id;
    stage.api.test(&id).await?;
    let line = stage.api.list_deliveries(&id).await?.remove(0);
    stage.api.update(&id, UpdateIntegration::new().status(IntegrationStatus::Disabled)).await?;
    receiver.take();
    let errors = [
        refused(stage.api.test(&id).await, ErrorKind::Invalid, 400)?,
        refused(stage.api.retry(&id, &line.id).await, ErrorKind::Invalid, 400)?,
    ];
    ensure!(errors.iter().all(|error| error.code() == Some("bad_request")));
    ensure!(receiver.take().is_empty());
    Ok(())
}

async fn the_log_shows_the_newest_fifty(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    for lead in stage.leads(53).await? {
        stage.happen(Happening::Received(vec![lead])).await?;
    }
    ensure_eq!(receiver.take().len(), 53);
    let log = stage.api.list_deliveries(&made.integration.id).await?;
    ensure_eq!(log.len(), 50);
    ensure!(log.windows(2).all(|pair| pair[0].id > pair[1].id), "the newest comes first");
    Ok(())
}

async fn the_log_keeps_a_thousand_characters_of_an_answer(stage: &Stage) -> Verdict {
    let (receiver, made) = stage.webhook([EventType::LeadCreated]).await?;
    receiver.answer(200, &"ä".repeat(3_000));
    stage.api.test(&made.integration.id).await?;
    let line = stage.api.list_deliveries(&made.integration.id).await?.remove(0);
    ensure_eq!(line.response_body.unwrap_or_default().chars().count(), 1_000);
    Ok(())
}
