//! What was sent to other systems, and what of it failed: `cargo run --example integration_dashboard`.
//!
//! It prints the deliveries of SMB Sales Boost and Smarfle, sends again what failed, and prints them once more. With
//! `SALES_BOOST_KEY` or `SMARFLE_SESSION` set it looks at the accounts that they open; without, at two in memory whose
//! receiver was away for an afternoon.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use smbcrm_client::{SalesBoost, Smarfle};
use smbcrm_core::Result as ApiResult;
use smbcrm_core::sales_boost::{
    CreateWebhook, DeliveryStatus as Sent, EventType, IntegrationStatus, Integrations, Lead, ProviderId,
};
use smbcrm_core::smarfle::event::EventKind;
use smbcrm_core::smarfle::settings::{CostPeriod, CreateEndpoint, DeliveryStatus, ListDeliveries};
use smbcrm_core::smarfle::{CreateLead, Leads, Settings};
use smbcrm_examples::Failure;
use smbcrm_mem::{Answer, MemCrm, Sink};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let boost = std::env::var_os("SALES_BOOST_KEY").is_some();
    let session = std::env::var("SMARFLE_SESSION").ok();
    if !boost && session.is_none() {
        return in_memory().await.map(drop);
    }
    if boost {
        sales_boost(&SalesBoost::from_env()?).await?;
    }
    if let Some(session) = session {
        let url = std::env::var("SMARFLE_BASE_URL").unwrap_or_else(|_| "https://www.smarfle.com".to_owned());
        smarfle(&Smarfle::builder().token(session).bearer().base_url(url).build()?).await?;
    }
    Ok(())
}

// ANCHOR: sales_boost
/// Prints what was sent and sends again what failed. Answers how many of those arrived.
async fn sales_boost(account: &dyn Integrations) -> ApiResult<u32> {
    let mut arrived = 0;
    for integration in account.list().await? {
        let name = integration.display_name.as_deref().unwrap_or(integration.provider_name.as_str());
        println!("{name}: {}, {} failed in a row", integration.status, integration.consecutive_failures);
        for delivery in account.list_deliveries(&integration.id).await? {
            let status = delivery.status_code.map_or_else(|| "no answer".to_owned(), |code| code.to_string());
            println!(
                "  #{} {} {}: {status}, {} attempts",
                delivery.id, delivery.event_type, delivery.status, delivery.attempt_count
            );
            if delivery.status == Sent::Failed && integration.status != IntegrationStatus::Disabled {
                let again = account.retry(&integration.id, &delivery.id).await?;
                arrived += u32::from(again.succeeded());
                println!("    sent again: {}", again.error.as_deref().unwrap_or("it arrived"));
            }
        }
    }
    Ok(arrived)
}
// ANCHOR_END: sales_boost

// ANCHOR: smarfle
/// Prints what was given up and sends it again. Answers how much that was.
async fn smarfle(settings: &dyn Settings) -> ApiResult<usize> {
    let failed = ListDeliveries::new().status(DeliveryStatus::Failed);
    let failed = settings.list_deliveries(failed).await?.deliveries;
    for delivery in &failed {
        println!(
            "  {} {} to {}: {} attempts",
            delivery.id, delivery.event, delivery.url, delivery.attempt_count
        );
        if let Some(why) = delivery.attempts.last().and_then(|attempt| attempt.error.as_ref()) {
            println!("    the last one: {why}");
        }
        settings.redeliver(&delivery.id).await?;
    }
    let costs = settings.get_costs(CostPeriod::new()).await?;
    println!("  {} calls so far: ${}", costs.calls, costs.total);
    Ok(failed.len())
}
// ANCHOR_END: smarfle

/// Two accounts whose receiver was away.
async fn in_memory() -> Result<(u32, usize, usize), Failure> {
    let crm = MemCrm::new();
    let receiver = Sink::new();
    crm.admin().sink("https://hooks.example.com/", receiver.clone());
    let (boost, organization) = (crm.sales_boost(), crm.smarfle());
    let webhook =
        CreateWebhook::new(ProviderId::Zapier, "https://hooks.example.com/leads", [EventType::LeadCreated]);
    boost.create_webhook(webhook.display_name("Leads to Zap")).await?;
    let endpoint = CreateEndpoint::new("https://hooks.example.com/clients", [EventKind::ClientCreated]);
    organization.create_endpoint(endpoint).await?;

    println!("The receiver is away, and leads come in.");
    receiver.answer(Answer::new(503));
    let leads = crm.admin().sales_boost().add_leads([Lead::named("Vale & Co"), Lead::named("Lumen Studio")]);
    for lead in leads {
        crm.admin().sales_boost().receive_leads([lead]);
    }
    organization.create(CreateLead::new().email("grace@lumen.example")).await?;
    // Virtual time: a day of retries passes at once.
    crm.advance(Duration::from_secs(25 * 3600)).await;

    println!("\nIt is back. SMB Sales Boost:");
    receiver.answer(Answer::new(200));
    let arrived = sales_boost(&boost).await?;
    println!("Smarfle:");
    let again = smarfle(&organization).await?;
    crm.run_until_idle().await;
    let failed = organization.list_deliveries(ListDeliveries::new().status(DeliveryStatus::Failed)).await?;
    println!("\n{arrived} and {again} arrived; {} are still lost", failed.deliveries.len());
    Ok((arrived, again, failed.deliveries.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_failed_arrives_when_it_is_sent_again() -> Result<(), Failure> {
        assert_eq!(in_memory().await?, (2, 1, 0));
        Ok(())
    }
}
