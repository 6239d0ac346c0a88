//! Speed to lead: who asks must be called within five minutes, or somebody hears of it.
//!
//! `cargo run --example speed_to_lead` lets a week pass in milliseconds of virtual time and prints what happened.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::time::Duration;

use smbcrm_core::Crm;
use smbcrm_core::contacts::{CreateContact, TagNames};
use smbcrm_core::workflows::definition::Span;
use smbcrm_core::workflows::templates::{self, Escalation};
use smbcrm_examples::Failure;
use smbcrm_mem::MemCrm;

// ANCHOR: run
async fn a_week() -> Result<MemCrm, Failure> {
    let crm = MemCrm::new();
    let start = crm.clock().now();
    let sla = Escalation::new("call-now", Span::minutes(5), ["boss@demo.example"]).repeat(Span::hours(1));
    let workflow = crm.admin().install_workflow(crm.location(), templates::sla_escalation(&sla))?;

    // Ada is called after three minutes; Bo only after two and a half hours.
    for (name, called_after) in [("Ada Vale", 3), ("Bo Hill", 150)] {
        let lead = CreateContact::new(crm.location()).name(name).tags(["call-now"]);
        let lead = crm.contacts().create(lead).await?;
        crm.advance(Duration::from_secs(called_after * 60)).await;
        crm.contacts().remove_tags(&lead.id, TagNames::new(["call-now"])).await?;
    }
    crm.advance(Duration::from_secs(7 * 24 * 3600)).await;

    for told in crm.admin().outbox() {
        let minutes = (told.at - start).num_minutes();
        println!("after {minutes:>3} minutes: {}", told.notification().map_or("", |told| &told.body));
    }
    for run in crm.admin().runs(&workflow) {
        println!("{:?}: {:?}", run.state, run.steps());
    }
    Ok(crm)
}
// ANCHOR_END: run

fn main() -> Result<(), Failure> {
    futures::executor::block_on(a_week()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_late_call_is_told_of() {
        let crm = futures::executor::block_on(a_week()).expect("the example runs");
        let told = crm.admin().outbox();
        assert_eq!(told.len(), 3);
        let all_of_bo =
            told.iter().all(|sent| sent.notification().is_some_and(|it| it.body.starts_with("Bo")));
        assert!(all_of_bo);
        assert_eq!(crm.next_due(), None);
    }
}
