//! The inbound webhook.

use std::time::Duration;

use serde_json::Value;

use super::{Access, Stage};
use crate::contract::{HandOrSkip as _, Verdict, cases, ensure, ensure_eq, refused};
use crate::smarfle::{ClientStatus, CreateLead, operations as op};
use crate::{Error, ErrorKind};

cases! { on Stage:
    a_key_is_verified => [op::VERIFY],
    a_lead_needs_a_good_key => [op::VERIFY, op::CREATE],
    a_lead_becomes_a_client_and_the_team_is_told => [op::CREATE],
    a_lead_is_kept_in_order => [op::CREATE],
    what_is_wrong_with_a_lead_is_named => [op::CREATE],
    consent_is_nothing_but_true => [op::CREATE],
    a_known_lead_fills_in_what_is_empty => [op::CREATE],
    a_known_lead_by_phone => [op::CREATE],
    a_key_has_a_hundred_requests_a_minute => [op::VERIFY, op::CREATE],
}

fn ada() -> CreateLead {
    CreateLead::new().first_name("Ada").email("ada@vale.example")
}

/// What is wrong with an input, each by a text that names its field.
fn details(error: &Error) -> Vec<String> {
    let details = error.meta().get("details").and_then(Value::as_array);
    details.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

async fn a_key_is_verified(stage: &Stage) -> Verdict {
    let status = stage.api.verify().await?;
    ensure!(status.valid && !status.organization.is_empty());
    let nobody = stage.with(Access::Unknown).await?;
    let error = refused(nobody.verify().await, ErrorKind::Unauthenticated, 401)?;
    ensure_eq!(error.code(), Some("unauthorized"));
    Ok(())
}

async fn a_lead_needs_a_good_key(stage: &Stage) -> Verdict {
    let nobody = stage.with(Access::Unknown).await?;
    refused(nobody.create(ada()).await, ErrorKind::Unauthenticated, 401)?;
    // A session opens the settings, and is no key.
    let session = stage.settings().await?;
    refused(session.create(ada()).await, ErrorKind::Unauthenticated, 401)?;
    refused(session.verify().await, ErrorKind::Unauthenticated, 401)?;
    Ok(())
}

async fn a_lead_becomes_a_client_and_the_team_is_told(stage: &Stage) -> Verdict {
    let before = stage.hands.notified().await.ok_or_skip("needs a team")?;
    let done = stage.api.create(ada().last_name("Reyes").phone("(202) 555-0123").notes("a quote")).await?;
    ensure!(done.success && done.created);
    let client = &done.client;
    ensure!(!client.id.is_empty());
    ensure_eq!(client.status, ClientStatus::Lead);
    ensure_eq!((client.first_name.as_deref(), client.last_name.as_deref()), (Some("Ada"), Some("Reyes")));
    ensure_eq!(client.notes.as_deref(), Some("a quote"));
    ensure!(client.created_at.is_some());
    ensure_eq!(stage.hands.notified().await, Some(before + 1));
    // One of e-mail and phone is enough.
    ensure!(stage.api.create(CreateLead::new().email("bob@vale.example")).await?.created);
    ensure!(stage.api.create(CreateLead::new().phone("555-0177")).await?.created);
    Ok(())
}

async fn a_lead_is_kept_in_order(stage: &Stage) -> Verdict {
    let lead = CreateLead::new().email(" Ada@Vale.Example ").phone(" (202) 555-0123 ").first_name("  ");
    let client = stage.api.create(lead).await?.client;
    ensure_eq!(client.email.as_deref(), Some("ada@vale.example"));
    ensure_eq!(client.phone.as_deref(), Some("(202) 555-0123"));
    ensure_eq!(client.phone_normalized.as_deref(), Some("+12025550123"));
    ensure_eq!(client.first_name, None);
    Ok(())
}

async fn what_is_wrong_with_a_lead_is_named(stage: &Stage) -> Verdict {
    let error = refused(stage.api.create(CreateLead::new()).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(error.code(), Some("validation_error"));
    ensure_eq!(details(&error), ["at least one of email and phone is needed"]);
    let lead = CreateLead::new().email("ada").first_name("x".repeat(101));
    let error = refused(stage.api.create(lead).await, ErrorKind::Invalid, 422)?;
    let details = details(&error);
    ensure_eq!(details.len(), 2);
    ensure!(details.iter().any(|text| text.contains("email")), "{details:?}");
    ensure!(details.iter().any(|text| text.contains("first_name")), "{details:?}");
    // Nothing came of it.
    ensure!(stage.api.create(ada()).await?.created);
    Ok(())
}

async fn consent_is_nothing_but_true(stage: &Stage) -> Verdict {
    let said_nothing = stage.api.create(ada()).await?.client;
    ensure!(!said_nothing.sms_consent);
    let bob = CreateLead::new().email("bob@vale.example").sms_consent(true);
    let error = refused(stage.api.create(bob.clone()).await, ErrorKind::Invalid, 422)?;
    ensure!(details(&error).iter().any(|text| text.contains("sms_consent_source")));
    let source = "vale.example/quote, ticked box";
    let agreed = stage.api.create(bob.sms_consent_source(source)).await?.client;
    ensure!(agreed.sms_consent);
    ensure_eq!(agreed.sms_consent_source.as_deref(), Some(source));
    // What says nothing of consent changes none; what takes it back does.
    let again = CreateLead::new().email("bob@vale.example");
    ensure!(stage.api.create(again.clone()).await?.client.sms_consent);
    ensure!(!stage.api.create(again.sms_consent(false)).await?.client.sms_consent);
    Ok(())
}

async fn a_known_lead_fills_in_what_is_empty(stage: &Stage) -> Verdict {
    let first = stage.api.create(ada()).await?.client;
    let before = stage.hands.notified().await.ok_or_skip("needs a team")?;
    let lead = CreateLead::new().email("ADA@vale.example").first_name("Augusta").last_name("Reyes");
    let again = stage.api.create(lead.phone("(202) 555-0123")).await?;
    ensure!(again.success && !again.created);
    ensure_eq!(again.client.id, first.id);
    ensure_eq!(again.client.first_name.as_deref(), Some("Ada"));
    ensure_eq!(again.client.last_name.as_deref(), Some("Reyes"));
    ensure_eq!(again.client.phone.as_deref(), Some("(202) 555-0123"));
    ensure_eq!(again.client.created_at, first.created_at);
    ensure_eq!(stage.hands.notified().await, Some(before + 1));
    Ok(())
}

async fn a_known_lead_by_phone(stage: &Stage) -> Verdict {
    let first = stage.api.create(CreateLead::new().phone("+1 202 555 0123")).await?.client;
    let again = stage.api.create(CreateLead::new().phone("(202) 555-0123").email("ada@vale.example")).await?;
    ensure_eq!((again.created, &again.client.id), (false, &first.id));
    ensure_eq!(again.client.email.as_deref(), Some("ada@vale.example"));
    // An e-mail counts before a phone.
    let bob = stage.api.create(CreateLead::new().email("bob@vale.example")).await?.client;
    let both = CreateLead::new().email("bob@vale.example").phone("(202) 555-0123");
    let both = stage.api.create(both).await?.client;
    ensure_eq!((both.id, both.phone), (bob.id, None));
    Ok(())
}

async fn a_key_has_a_hundred_requests_a_minute(stage: &Stage) -> Verdict {
    let (site, other) = (stage.with(Access::Key).await?, stage.with(Access::Key).await?);
    for _ in 0..98 {
        site.verify().await?;
    }
    // What is refused counts too.
    refused(site.create(CreateLead::new()).await, ErrorKind::Invalid, 422)?;
    site.create(ada()).await?;
    let error = refused(site.verify().await, ErrorKind::RateLimited, 429)?;
    ensure_eq!(error.code(), Some("rate_limited"));
    let wait = error.retry_after().unwrap_or_default();
    ensure!(wait > Duration::ZERO && wait <= Duration::from_secs(60), "{wait:?}");
    let lead = CreateLead::new().email("bob@vale.example");
    refused(site.create(lead.clone()).await, ErrorKind::RateLimited, 429)?;
    // Each key has its own.
    other.verify().await?;
    stage.advance(wait).await?;
    ensure!(site.create(lead).await?.created);
    Ok(())
}
