//! Sessions: what an agent remembers, and which sessions are refused.

use std::time::Duration;

use super::{greeter, parrot, published, says};
use crate::ErrorKind::{Forbidden, Invalid, NotFound};
use crate::agent_studio::operations::{CREATE, EXECUTE, EXECUTE_PUBLIC, PUBLISH};
use crate::agent_studio::{
    AgentDraft, AgentSessions, AgentStatus, AgentVariable, CreateAgent, DeleteAgent, Edge, ExecuteAgent,
    ExecutePublicAgent, Node, PublishVersion, UpdateAgentVersion,
};
use crate::contract::{Access, HandOrSkip, Level, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::search::{Filter, Test};
use crate::types::ExecutionId;

cases! {
    two_turns_are_one_conversation => [EXECUTE],
    a_session_goes_on_by_either_path => [EXECUTE, EXECUTE_PUBLIC],
    without_an_id_a_new_session_begins => [EXECUTE, EXECUTE_PUBLIC],
    a_session_can_be_resumed => [EXECUTE],
    every_exchange_has_an_id_of_its_own => [EXECUTE],
    variables_and_the_contact_stay => [EXECUTE],
    an_unknown_session_is_refused => [EXECUTE, EXECUTE_PUBLIC],
    a_session_of_another_agent_is_refused => [EXECUTE, EXECUTE_PUBLIC],
    a_session_of_another_sub_account_is_refused => [CREATE, PUBLISH, EXECUTE],
    a_session_about_another_contact_is_refused => [EXECUTE],
    a_session_expires => [EXECUTE, EXECUTE_PUBLIC],
    a_failed_turn_leaves_the_session_where_it_was => [EXECUTE],
    a_session_goes_on_with_what_is_published_since => [EXECUTE, PUBLISH],
}

async fn two_turns_are_one_conversation(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let mut session = stage.crm.agent_studio().agent(&stage.location, &agent).session();
    ensure!(session.execution_id().is_none(), "nothing has been said");
    let first = session.say("Hello").await?;
    ensure_eq!(first.response, "What is your name?");
    ensure_eq!(session.execution_id(), Some(&first.execution_id));
    let second = session.say("Ada").await?;
    ensure_eq!(second.response, "Nice to meet you, Ada.");
    ensure_eq!(second.execution_id, first.execution_id);
    session.restart();
    ensure_eq!(session.say("Hello").await?.response, "What is your name?");
    ensure!(session.execution_id() != Some(&first.execution_id), "it is another session");
    Ok(())
}

async fn a_session_goes_on_by_either_path(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let first = studio.execute_public(&agent, ExecutePublicAgent::new(here, "Hello")).await?;
    let next = ExecuteAgent::new(here, "Ada").execution_id(&first.execution_id);
    ensure_eq!(studio.execute(&agent, next).await?.response, "Nice to meet you, Ada.");
    let first = studio.execute(&agent, ExecuteAgent::new(here, "Hello")).await?;
    let next = ExecutePublicAgent::new(here, "Bea").execution_id(&first.execution_id);
    ensure_eq!(studio.execute_public(&agent, next).await?.response, "Nice to meet you, Bea.");
    Ok(())
}

async fn without_an_id_a_new_session_begins(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let said = studio.execute(&agent, ExecuteAgent::new(here, "Ada")).await?;
        ensure_eq!(said.response, "What is your name?");
        ids.push(said.execution_id);
        let said = studio.execute_public(&agent, ExecutePublicAgent::new(here, "Ada")).await?;
        ensure_eq!(said.response, "What is your name?");
        ids.push(said.execution_id);
    }
    ids.sort();
    ids.dedup();
    ensure_eq!(ids.len(), 4);
    Ok(())
}

async fn a_session_can_be_resumed(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let handle = stage.crm.agent_studio().agent(&stage.location, &agent);
    let mut session = handle.session();
    session.say("Hello").await?;
    let kept: ExecutionId = session.execution_id().cloned().unwrap_or_default();
    ensure_eq!(handle.resume(kept).say("Ada").await?.response, "Nice to meet you, Ada.");
    Ok(())
}

async fn every_exchange_has_an_id_of_its_own(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("Hi")).await?;
    let mut session = stage.crm.agent_studio().agent(&stage.location, &agent).session();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(session.say("Hello").await?.interaction_id);
    }
    ids.sort();
    ids.dedup();
    ensure_eq!(ids.len(), 3);
    Ok(())
}

async fn variables_and_the_contact_stay(stage: &Stage) -> Verdict {
    let text = "{{session.turn}}: {{contact.first_name}} {{order}}, before: {{session.previous.message}}";
    let draft = parrot(text).input_variable(AgentVariable::new("order"));
    let agent = published(stage, draft).await?;
    let contact = stage.contact().await?;
    let handle = stage.crm.agent_studio().agent(&stage.location, &agent);
    let mut session = handle.session().contact(&contact.id).variable("order", "A-7");
    ensure_eq!(session.say("One").await?.response, "1: Ada A-7, before: ");
    // From now on neither is sent.
    let mut later = handle.resume(session.execution_id().cloned().unwrap_or_default());
    ensure_eq!(later.say("Two").await?.response, "2: Ada A-7, before: One");
    let mut later = later.variable("order", "B-8");
    ensure_eq!(later.say("Three").await?.response, "3: Ada B-8, before: Two");
    Ok(())
}

async fn an_unknown_session_is_refused(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let said = "Execution with id nothing not found";
    let next = studio.execute(&agent, ExecuteAgent::new(here, "Ada").execution_id("nothing")).await;
    says(&refused(next, NotFound, 404)?, said)?;
    let next = studio.execute_public(&agent, ExecutePublicAgent::new(here, "Ada").execution_id("nothing"));
    says(&refused(next.await, NotFound, 404)?, said)
}

async fn a_session_of_another_agent_is_refused(stage: &Stage) -> Verdict {
    let (one, two) = (published(stage, greeter("One")).await?, published(stage, greeter("Two")).await?);
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let first = studio.execute(&one, ExecuteAgent::new(here, "Hello")).await?.execution_id;
    let next = studio.execute(&two, ExecuteAgent::new(here, "Ada").execution_id(&first)).await;
    says(&refused(next, Invalid, 400)?, "is of another agent")?;
    let next = studio.execute_public(&two, ExecutePublicAgent::new(here, "Ada").execution_id(&first)).await;
    says(&refused(next, Invalid, 400)?, "is of another agent")?;
    // And it is still there for its own.
    let next = studio.execute(&one, ExecuteAgent::new(here, "Ada").execution_id(&first)).await?;
    ensure_eq!(next.response, "Nice to meet you, Ada.");
    Ok(())
}

async fn a_session_of_another_sub_account_is_refused(stage: &Stage) -> Verdict {
    let (there, _) = stage.hands.other_location().await.ok_or_skip("there is no other sub-account here")?;
    let access = Access::Full(Level::OtherLocation);
    let theirs = stage.hands.access(access).await.ok_or_skip("tokens cannot be made here")?;
    let made = CreateAgent::new(&there, AgentStatus::Active, greeter("There"));
    let made = theirs.agent_studio().create(made).await?;
    theirs.agent_studio().publish(&made.versions[0].version_id, PublishVersion::new(&there)).await?;
    let first =
        theirs.agent_studio().execute(&made.agent.agent_id, ExecuteAgent::new(&there, "Hello")).await?;
    let agent = published(stage, greeter("Here")).await?;
    let next = ExecuteAgent::new(&stage.location, "Ada").execution_id(&first.execution_id);
    refused(stage.crm.agent_studio().execute(&agent, next).await, Forbidden, 403)?;
    theirs.agent_studio().delete(&made.agent.agent_id, DeleteAgent::new(&there)).await?;
    Ok(())
}

async fn a_session_about_another_contact_is_refused(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("{{contact.email}}")).await?;
    let (ada, bea) = (stage.contact().await?, stage.contact().await?);
    let handle = stage.crm.agent_studio().agent(&stage.location, &agent);
    let mut session = handle.session();
    ensure_eq!(session.say("Hello").await?.response, "");
    let mut session = session.contact(&ada.id);
    ensure_eq!(Some(session.say("It is me").await?.response), ada.email);
    let mut session = session.contact(&bea.id);
    says(&refused(session.say("And me").await, Invalid, 400)?, "is about another contact")
}

async fn a_session_expires(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let first = studio.execute(&agent, ExecuteAgent::new(here, "Hello")).await?.execution_id;
    let hours = |n: u64| Duration::from_secs(n * 3600);
    stage.hands.advance(hours(23)).await.ok_or_skip("the clock is not ours here")?;
    let next = studio.execute(&agent, ExecuteAgent::new(here, "Ada").execution_id(&first)).await?;
    ensure_eq!(next.response, "Nice to meet you, Ada.");
    // Every turn begins the day anew.
    stage.hands.advance(hours(23)).await.ok_or_skip("as above")?;
    studio.execute(&agent, ExecuteAgent::new(here, "Hello").execution_id(&first)).await?;
    stage.hands.advance(hours(25)).await.ok_or_skip("as above")?;
    let next = studio.execute(&agent, ExecuteAgent::new(here, "Ada").execution_id(&first)).await;
    says(&refused(next, Invalid, 400)?, "has expired")?;
    let next = studio.execute_public(&agent, ExecutePublicAgent::new(here, "Ada").execution_id(&first)).await;
    says(&refused(next, Invalid, 400)?, "has expired")
}

async fn a_failed_turn_leaves_the_session_where_it_was(stage: &Stage) -> Verdict {
    let draft = AgentDraft::new("Fails once")
        .nodes([
            Node::start("start"),
            Node::prompt("ask", "What is your name?").save_to("name"),
            Node::condition("said", [("bad", Filter::leaf("message", Test::Eq(vec!["bad".into()])))]),
            Node::reply("round", "and round"),
            Node::reply("greet", "Hello {{name}}"),
        ])
        .edges([
            Edge::new("start", "ask"),
            Edge::new("ask", "said"),
            Edge::new("said", "round").branch("bad"),
            Edge::new("round", "round"),
            Edge::new("said", "greet"),
        ]);
    let agent = published(stage, draft).await?;
    let mut session = stage.crm.agent_studio().agent(&stage.location, &agent).session();
    session.say("Hi").await?;
    let kept = session.execution_id().cloned();
    says(&refused(session.say("bad").await, Invalid, 400)?, "it runs in circles")?;
    ensure_eq!(session.execution_id().cloned(), kept);
    ensure_eq!(session.say("Ada").await?.response, "Hello Ada");
    Ok(())
}

async fn a_session_goes_on_with_what_is_published_since(stage: &Stage) -> Verdict {
    let (agent, version) = super::staged(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let done = studio.publish(&version, PublishVersion::new(here)).await?;
    let mut session = studio.agent(here, &agent).session();
    session.say("Hello").await?;
    let next = done.data.new_draft_version;
    let mut nodes = next.nodes.clone();
    nodes[2] = Node::reply("greet", "Good day, {{name}}.");
    studio.update_version(&next.version_id, UpdateAgentVersion::new(here).nodes(nodes)).await?;
    studio.publish(&next.version_id, PublishVersion::new(here)).await?;
    ensure_eq!(session.say("Ada").await?.response, "Good day, Ada.");
    Ok(())
}
