//! The agent step of workflows.

use std::time::Duration;

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::Enrol;
use smbcrm_core::types::{ContactId, WorkflowId};
use smbcrm_core::workflows::definition::{AddTags, Definition, RunAgent, SendSms, Span, Step, Wait};

use super::{add, contact, greeter};
use crate::{AgentJob, AgentReply, MemCrm, RunState, StepOutcome};

fn enrol(crm: &MemCrm, ada: &ContactId, definition: Definition) -> WorkflowId {
    let workflow = crm.admin().install_workflow(crm.location(), definition).unwrap();
    block_on(crm.contacts().add_to_workflow(ada, &workflow, Enrol::new())).unwrap();
    workflow
}

#[test]
fn a_run_talks_with_the_agent_of_its_sub_account_in_one_session() {
    let crm = MemCrm::new();
    let (agent, ada) = (add(&crm, "Greeter", greeter()), contact(&crm));
    let workflow = enrol(
        &crm,
        &ada,
        Definition::new("Chat")
            .step(Step::from(RunAgent::new("Greeter", "Hi")).id("hi"))
            .step(Step::from(RunAgent::new("Greeter", "{{contact.first_name}}")).id("name"))
            .step(SendSms::new("{{steps.hi.text}} {{steps.name.text}}")),
    );
    block_on(crm.advance(Duration::from_secs(1)));
    let run = &crm.admin().runs(&workflow)[0];
    assert_eq!(run.state, RunState::Finished, "{run:?}");
    assert_eq!(crm.admin().outbox()[0].text().unwrap().body, "Your name? Hello Ada!");
    let sessions = crm.admin().agent_sessions(crm.location(), Some(&agent));
    assert_eq!((sessions.len(), sessions[0].usage.turns), (1, 2));
    assert_eq!(sessions[0].contact_id.as_ref(), Some(&ada));
    assert_eq!(run.outputs["hi"]["data"]["executionId"], sessions[0].execution_id.as_str());
}

#[test]
fn a_run_that_waited_longer_than_a_session_begins_another() {
    let crm = MemCrm::new();
    let (agent, ada) = (add(&crm, "Greeter", greeter()), contact(&crm));
    let workflow = enrol(
        &crm,
        &ada,
        Definition::new("Chat")
            .step(RunAgent::new(agent.as_str(), "Hi"))
            .step(Wait::span(Span::days(2)))
            .step(Step::from(RunAgent::new(agent.as_str(), "Ada")).id("later")),
    );
    block_on(crm.advance(Duration::from_secs(3 * 24 * 3600)));
    let run = &crm.admin().runs(&workflow)[0];
    assert_eq!((run.state, &run.outputs["later"]["text"]), (RunState::Finished, &"Your name?".into()));
    assert_eq!(crm.admin().agent_sessions(crm.location(), None).len(), 2);
}

#[test]
fn a_runner_that_was_set_wins_and_without_either_the_step_fails() {
    let crm = MemCrm::new();
    let ada = contact(&crm);
    let chat = |tag: &str| {
        Definition::new("Chat")
            .step(Step::from(RunAgent::new("Greeter", "Hi")).id("hi"))
            .step(AddTags::new([tag]))
    };
    let alone = enrol(&crm, &ada, chat("alone"));
    block_on(crm.run_until_idle());
    let run = &crm.admin().runs(&alone)[0];
    assert_eq!(run.steps()[1], ("hi", StepOutcome::Failed), "{run:?}");
    let note = run.history[1].note.as_deref().unwrap();
    assert!(note.starts_with("there is no agent `Greeter`"), "{note}");
    assert_eq!(run.state, RunState::Finished, "and the run went on");

    add(&crm, "Greeter", greeter());
    crm.set_agent_runner(|job: AgentJob| Ok(AgentReply::new(format!("by hand: {}", job.input))));
    let by_hand = enrol(&crm, &ada, chat("by hand"));
    block_on(crm.run_until_idle());
    assert_eq!(crm.admin().runs(&by_hand)[0].outputs["hi"]["text"], "by hand: Hi");
    assert!(crm.admin().agent_sessions(crm.location(), None).is_empty());
}
