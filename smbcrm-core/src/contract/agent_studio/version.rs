//! Versions: changed, published, followed by others.

use super::{greeter, parrot, says, staged};
use crate::ErrorKind::{Invalid, NotFound};
use crate::agent_studio::operations::{EXECUTE, GET, PUBLISH, UPDATE_VERSION};
use crate::agent_studio::{
    AgentDraft, AgentVariable, Edge, ExecuteAgent, GetAgent, Node, PublishVersion, UpdateAgentVersion,
    VersionState,
};
use crate::contract::{Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::types::AgentVersionId;

cases! {
    what_is_published_answers => [PUBLISH, GET, EXECUTE],
    the_next_draft_is_a_copy => [PUBLISH, UPDATE_VERSION, GET],
    a_later_version_takes_the_place_of_the_earlier => [PUBLISH, EXECUTE, GET],
    a_version_can_be_changed_before_it_is_published => [UPDATE_VERSION, GET],
    what_was_published_stays_as_it_was => [UPDATE_VERSION, PUBLISH],
    a_version_without_a_start_is_not_published => [PUBLISH],
    changes_that_make_no_sense_are_refused => [UPDATE_VERSION],
    versions_that_are_not_there_are_named => [UPDATE_VERSION, PUBLISH],
}

async fn what_is_published_answers(stage: &Stage) -> Verdict {
    let (agent, version) = staged(stage, parrot("Hello")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let by = PublishVersion::new(here).user_id("sam").user_name("Sam Lee");
    let done = studio.publish(&version, by).await?;
    ensure!(done.success && !done.message.is_empty(), "{done:?}");
    let (live, draft) = (&done.data.production_version, &done.data.new_draft_version);
    ensure_eq!(&live.version_id, &version);
    ensure!(live.is_production() && live.is_published && live.published_at.is_some(), "{live:?}");
    ensure_eq!(live.published_by_name.as_deref(), Some("Sam Lee"));
    ensure_eq!((&draft.state, draft.is_published, draft.version), (&VersionState::Draft, false, 2));
    let found = studio.get(&agent, GetAgent::new(here)).await?.agent;
    ensure_eq!(found.production_version.map(|version| version.version_id), Some(version));
    ensure_eq!(found.versions.len(), 2);
    ensure_eq!(studio.execute(&agent, ExecuteAgent::new(here, "Hi")).await?.response, "Hello");
    Ok(())
}

async fn the_next_draft_is_a_copy(stage: &Stage) -> Verdict {
    let (agent, version) = staged(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let done = studio.publish(&version, PublishVersion::new(here)).await?;
    let (live, draft) = (done.data.production_version, done.data.new_draft_version);
    ensure_eq!((&draft.nodes, &draft.edges), (&live.nodes, &live.edges));
    let change = UpdateAgentVersion::new(here).nodes(parrot("Later").nodes).edges(parrot("Later").edges);
    studio.update_version(&draft.version_id, change).await?;
    let found = studio.get(&agent, GetAgent::new(here)).await?.agent;
    let answering = found.versions.iter().find(|known| known.version_id == live.version_id);
    ensure_eq!(answering.map(|version| &version.nodes), Some(&live.nodes));
    Ok(())
}

async fn a_later_version_takes_the_place_of_the_earlier(stage: &Stage) -> Verdict {
    let (agent, first) = staged(stage, parrot("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let done = studio.publish(&first, PublishVersion::new(here)).await?;
    let second = done.data.new_draft_version.version_id;
    let change = UpdateAgentVersion::new(here).nodes(parrot("Two").nodes);
    studio.update_version(&second, change).await?;
    let ask = || ExecuteAgent::new(here, "Hi");
    ensure_eq!(studio.execute(&agent, ask()).await?.response, "One");
    studio.publish(&second, PublishVersion::new(here)).await?;
    ensure_eq!(studio.execute(&agent, ask()).await?.response, "Two");
    ensure_eq!(studio.execute(&agent, ask().version_id(&second)).await?.response, "Two");
    let found = studio.get(&agent, GetAgent::new(here)).await?.agent;
    let live: Vec<_> = found.versions.iter().filter(|version| version.is_published).collect();
    ensure_eq!(live.iter().map(|version| &version.version_id).collect::<Vec<_>>(), [&second]);
    let error = refused(studio.execute(&agent, ask().version_id(&first)).await, Invalid, 400)?;
    says(&error, "is not published")
}

async fn a_version_can_be_changed_before_it_is_published(stage: &Stage) -> Verdict {
    let (agent, version) = staged(stage, parrot("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let nodes = [Node::start("start"), Node::reply("say", "Two"), Node::end("end")];
    let change = UpdateAgentVersion::new(here)
        .version_name("Better")
        .nodes(nodes.clone())
        .edges([Edge::new("start", "say"), Edge::new("say", "end")])
        .input_variables([AgentVariable::new("order")]);
    let done = studio.update_version(&version, change).await?;
    ensure!(done.success, "{done:?}");
    ensure_eq!((&done.data.agent_id, done.data.version_id.as_ref()), (&agent, Some(&version)));
    let found = studio.get(&agent, GetAgent::new(here)).await?.agent;
    let changed = &found.versions[0];
    ensure_eq!(changed.version_name, "Better");
    ensure_eq!(changed.nodes.as_slice(), nodes.as_slice());
    ensure_eq!(changed.edges.len(), 2);
    ensure_eq!(changed.input_variables[0].key, "order");
    ensure_eq!((&changed.state, changed.is_published), (&VersionState::Staging, false));
    Ok(())
}

async fn what_was_published_stays_as_it_was(stage: &Stage) -> Verdict {
    let (_, version) = staged(stage, parrot("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    studio.publish(&version, PublishVersion::new(here)).await?;
    let change = UpdateAgentVersion::new(here).version_name("Other");
    says(&refused(studio.update_version(&version, change).await, Invalid, 400)?, "Only draft")?;
    let again = studio.publish(&version, PublishVersion::new(here)).await;
    says(&refused(again, Invalid, 400)?, "Only draft versions can be promoted")
}

async fn a_version_without_a_start_is_not_published(stage: &Stage) -> Verdict {
    for draft in [AgentDraft::new("Empty"), AgentDraft::new("Lost").node(Node::reply("a", "Hi"))] {
        let (_, version) = staged(stage, draft).await?;
        let publish = stage.crm.agent_studio().publish(&version, PublishVersion::new(&stage.location)).await;
        says(&refused(publish, Invalid, 422)?, "nodes must contain a start node")?;
    }
    Ok(())
}

async fn changes_that_make_no_sense_are_refused(stage: &Stage) -> Verdict {
    let (agent, version) = staged(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let before = studio.get(&agent, GetAgent::new(here)).await?.agent;
    // The edges that are there lead to nodes that would be gone.
    let change = UpdateAgentVersion::new(here).nodes([Node::start("start")]).version_name("Not written");
    let error = refused(studio.update_version(&version, change).await, Invalid, 422)?;
    says(&error, "edges.0.endNode must be the id of a node")?;
    let change = UpdateAgentVersion::new(here).version_name(" ").global_variables([
        AgentVariable::new("a"),
        AgentVariable::new("a"),
        AgentVariable::new(""),
    ]);
    let error = refused(studio.update_version(&version, change).await, Invalid, 422)?;
    says(&error, "versionName should not be empty")?;
    says(&error, "globalVariables.1.key must be unique")?;
    says(&error, "globalVariables.2.key should not be empty")?;
    ensure_eq!(studio.get(&agent, GetAgent::new(here)).await?.agent, before);
    Ok(())
}

async fn versions_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let nothing = AgentVersionId::from("nothing");
    let said = "Version with id nothing not found";
    let change = studio.update_version(&nothing, UpdateAgentVersion::new(here)).await;
    says(&refused(change, NotFound, 404)?, said)?;
    says(&refused(studio.publish(&nothing, PublishVersion::new(here)).await, NotFound, 404)?, said)
}
