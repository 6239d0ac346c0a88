//! Sessions live where records live: in forks, snapshots, differences, files.

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::agent_studio::{DeleteAgent, ListAgents};

use super::{add, greeter, say};
use crate::MemCrm;

#[test]
fn a_fork_and_a_restored_world_go_on_from_where_they_were() {
    let crm = MemCrm::new();
    let agent = add(&crm, "Greeter", greeter());
    let first = say(&crm, &agent, None, "Hi").unwrap().execution_id;
    let (moment, fork) = (crm.snapshot(), crm.fork());
    assert_eq!(say(&crm, &agent, Some(&first), "Ada").unwrap().response, "Hello Ada!");
    assert_eq!(say(&fork, &agent, Some(&first), "Bea").unwrap().response, "Hello Bea!");
    crm.restore(&moment);
    let session = crm.admin().agent_session(&first).unwrap();
    assert_eq!((session.usage.turns, session.waits_at.as_deref()), (1, Some("ask")));
    assert_eq!(say(&crm, &agent, Some(&first), "Cleo").unwrap().response, "Hello Cleo!");
}

#[test]
fn what_was_said_is_a_difference() {
    let crm = MemCrm::new();
    let agent = add(&crm, "Greeter", greeter());
    let before = crm.snapshot();
    say(&crm, &agent, None, "Hi").unwrap();
    let diff = format!("{:?}", before.diff(&crm.snapshot()));
    assert!(diff.contains("agent session") && diff.contains("agent turn"), "{diff}");
}

#[test]
fn a_file_keeps_agents_sessions_and_what_was_said() {
    let path = std::env::temp_dir().join(format!("smbcrm-agents-{}.world", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let crm = MemCrm::builder().persist(&path).unwrap();
    let agent = add(&crm, "Greeter", greeter());
    let gone = add(&crm, "Gone", greeter());
    let lost = say(&crm, &gone, None, "Hi").unwrap().execution_id;
    block_on(crm.agent_studio().delete(&gone, DeleteAgent::new(crm.location()))).unwrap();
    let first = say(&crm, &agent, None, "Hi").unwrap().execution_id;
    drop(crm);
    let crm = MemCrm::builder().persist(&path).unwrap();
    let listed = block_on(crm.agent_studio().list(ListAgents::new(crm.location(), 10, 0))).unwrap();
    assert_eq!(listed.agents.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(), ["Greeter"]);
    assert!(crm.admin().agent_session(&lost).is_none());
    assert_eq!(say(&crm, &agent, Some(&first), "Ada").unwrap().response, "Hello Ada!");
    drop(crm);
    let crm = MemCrm::builder().persist(&path).unwrap();
    let session = crm.admin().agent_session(&first).unwrap();
    let said: Vec<&str> = session.transcript.iter().map(|turn| turn.response.as_str()).collect();
    assert_eq!(said, ["Your name?", "Hello Ada!"]);
    drop(crm);
    let _ = std::fs::remove_file(&path);
}
