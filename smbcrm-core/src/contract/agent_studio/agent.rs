//! Agents: created, listed, shown, changed, deleted.

use serde_json::json;

use super::{greeter, parrot, published, says, set_status, staged};
use crate::ErrorKind::{Forbidden, Invalid, NotFound};
use crate::agent_studio::operations::{
    CREATE, DELETE, EXECUTE, GET, GET_PUBLIC, LIST, LIST_PUBLISHED, PUBLISH, UPDATE, UPDATE_VERSION,
};
use crate::agent_studio::{
    AgentDraft, AgentStatus, CreateAgent, DeleteAgent, Edge, ExecuteAgent, GetAgent, ListAgents,
    ListPublishedAgents, Node, PublishVersion, UpdateAgent, UpdateAgentVersion, VersionState,
};
use crate::contract::{HandOrSkip, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused};
use crate::paging::{AgentStudioExt, TryStreamExt};
use crate::types::AgentId;
use crate::workflows::definition::AddTags;

cases! {
    a_created_agent_has_a_staging_version => [CREATE, GET, GET_PUBLIC],
    what_the_api_does_not_name_is_kept => [CREATE, GET],
    an_agent_that_makes_no_sense_is_refused => [CREATE],
    the_wire_says_it_in_words => [CREATE, LIST],
    lists_hold_what_is_active => [LIST, UPDATE],
    the_older_list_holds_what_is_published => [LIST_PUBLISHED, LIST, PUBLISH],
    lists_are_paged => [LIST, LIST_PUBLISHED],
    lists_refuse_sizes_out_of_bounds => [LIST, LIST_PUBLISHED],
    what_is_not_set_stays => [UPDATE, GET],
    changes_that_make_no_sense_are_refused => [UPDATE],
    an_inactive_agent_is_not_shown => [UPDATE, GET, GET_PUBLIC],
    a_deleted_agent_is_gone => [DELETE, GET, GET_PUBLIC, UPDATE, EXECUTE, LIST, UPDATE_VERSION],
    agents_of_other_sub_accounts_are_not_there => [GET, GET_PUBLIC, UPDATE, DELETE],
}

async fn a_created_agent_has_a_staging_version(stage: &Stage) -> Verdict {
    let studio = stage.crm.agent_studio();
    let name = stage.unique("agent");
    let wish = CreateAgent::new(&stage.location, AgentStatus::Active, greeter("First"))
        .name(name.as_str())
        .description("Greets");
    let made = studio.create(wish).await?;
    stage.discard(&made.agent.agent_id);
    ensure!(made.success && !made.message.is_empty(), "{made:?}");
    ensure_eq!(
        (made.agent.name.as_str(), made.agent.description.as_deref()),
        (name.as_str(), Some("Greets"))
    );
    ensure_eq!((&made.agent.location_id, &made.agent.status), (&stage.location, &AgentStatus::Active));
    ensure_eq!(made.versions.len(), 1);
    let version = &made.versions[0];
    ensure_eq!((&version.state, version.is_published), (&VersionState::Staging, false));
    ensure_eq!((version.version, version.version_name.as_str()), (1, "First"));
    for found in [
        studio.get(&made.agent.agent_id, GetAgent::new(&stage.location)).await?,
        studio.get_public(&made.agent.agent_id, GetAgent::new(&stage.location)).await?,
    ] {
        let agent = found.agent;
        ensure_eq!((&agent.agent_id, &agent.name), (&made.agent.agent_id, &made.agent.name));
        ensure!(agent.production_version.is_none() && !agent.deleted && !agent.id.is_empty(), "{agent:?}");
        ensure_eq!(&agent.versions, &made.versions);
        ensure_eq!(agent.versions[0].nodes, greeter("First").nodes);
        ensure_eq!(agent.versions[0].edges, greeter("First").edges);
    }
    Ok(())
}

async fn what_the_api_does_not_name_is_kept(stage: &Stage) -> Verdict {
    let nodes = json!([
        { "nodeId": "a", "type": "start", "isStartNode": true, "colour": "red" },
        { "nodeId": "b", "type": "knowledgeBase", "nodeConfig": { "kbId": "k1", "deep": { "er": [1] } } },
    ]);
    let draft = json!({
        "versionName": "Kept", "nodes": nodes, "viewport": { "x": 1 },
        "edges": [{ "startNode": "a", "endNode": "b", "animated": true }],
        "uiNodes": [{ "id": "a", "position": { "x": 1.5 } }],
        "inputVariables": [{ "key": "order", "type": "string", "mandatory": true }],
    });
    let draft: AgentDraft =
        serde_json::from_value(draft).map_err(|error| crate::contract::Failure::new(error.to_string()))?;
    let (agent, _) = staged(stage, draft.clone()).await?;
    let found = stage.crm.agent_studio().get(&agent, GetAgent::new(&stage.location)).await?;
    let version = &found.agent.versions[0];
    ensure_eq!((&version.nodes, &version.edges), (&draft.nodes, &draft.edges));
    ensure_eq!((&version.ui_nodes, &version.input_variables), (&draft.ui_nodes, &draft.input_variables));
    ensure_eq!(version.extra.get("viewport"), Some(&json!({ "x": 1 })));
    Ok(())
}

async fn an_agent_that_makes_no_sense_is_refused(stage: &Stage) -> Verdict {
    let studio = stage.crm.agent_studio();
    let wrong = AgentDraft::new("Wrong")
        .nodes([Node::start("a"), Node::start("a"), Node::reply("b", " "), Node::prompt("c", "{{open")])
        .node(Node::action("d", AddTags::new([""])))
        .edges([Edge::new("a", "nowhere"), Edge::new("b", "c").branch("no")]);
    let wish = CreateAgent::new(&stage.location, AgentStatus::Active, wrong).name(" ");
    let error = refused(studio.create(wish).await, Invalid, 422)?;
    for text in [
        "name should not be empty",
        "version.nodes.1.nodeId must be unique",
        "version.nodes.1.isStartNode must be true of one node only",
        "version.nodes.2.nodeConfig.text should not be empty",
        "version.nodes.3.nodeConfig.prompt: the merge field",
        "version.nodes.4.nodeConfig.action.tags should not be empty",
        "version.edges.0.endNode must be the id of a node",
        "version.edges.1.branch must be the name of one of the node's branches",
    ] {
        says(&error, text)?;
    }
    let unread = json!({ "nodes": [{ "nodeId": "a", "type": "action", "nodeConfig": { "action": { "type": "fly" } } }] });
    let unread: AgentDraft =
        serde_json::from_value(unread).map_err(|error| crate::contract::Failure::new(error.to_string()))?;
    let wish = CreateAgent::new(&stage.location, AgentStatus::Active, unread);
    says(
        &refused(studio.create(wish).await, Invalid, 422)?,
        "version.nodes.0.nodeConfig.action.type: there is no `fly`",
    )
}

async fn the_wire_says_it_in_words(stage: &Stage) -> Verdict {
    let body = json!({ "locationId": stage.location, "status": "active", "name": stage.unique("agent"),
        "version": { "nodes": [], "edges": [] } });
    let answer = stage.hands.wire(WireRequest::new(&CREATE, "/agent-studio/agent").json(&body)).await;
    let answer = answer.ok_or_skip("the wire cannot be spoken directly here")?;
    ensure_eq!(answer.status, 201);
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    ensure_eq!((&said["success"], &said["versions"][0]["state"]), (&json!(true), &json!("staging")));
    stage.discard(&AgentId::from(said["agent"]["agentId"].as_str().unwrap_or_default()));
    let target = format!("/agent-studio/agent?locationId={}&limit=20&offset=0&source=api", stage.location);
    let answer = stage.hands.wire(WireRequest::new(&LIST, target)).await.ok_or_skip("as above")?;
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    ensure_eq!(said["message"], "Agents retrieved successfully");
    ensure_eq!((&said["pagination"]["limit"], &said["pagination"]["offset"]), (&json!(20), &json!(0)));
    ensure_eq!(said["pagination"]["hasMore"], false);
    let mut wrong = body;
    wrong["status"] = json!("asleep");
    let answer = stage.hands.wire(WireRequest::new(&CREATE, "/agent-studio/agent").json(&wrong)).await;
    ensure_eq!(answer.ok_or_skip("as above")?.status, 422);
    Ok(())
}

async fn ids(stage: &Stage, published: Option<bool>) -> Result<Vec<AgentId>, crate::contract::Failure> {
    let mut query = ListAgents::new(&stage.location, 50, 0);
    query.is_published = published;
    let listed: Vec<_> = stage.crm.agent_studio().list_stream(query).try_collect().await?;
    Ok(listed.into_iter().map(|agent| agent.agent_id).collect())
}

async fn lists_hold_what_is_active(stage: &Stage) -> Verdict {
    let (one, _) = staged(stage, parrot("One")).await?;
    let (two, _) = staged(stage, parrot("Two")).await?;
    let listed = ids(stage, None).await?;
    ensure!(listed.contains(&one) && listed.contains(&two), "{listed:?}");
    for status in [AgentStatus::Inactive, AgentStatus::Archived] {
        set_status(stage, &one, status).await?;
        let listed = ids(stage, None).await?;
        ensure!(!listed.contains(&one) && listed.contains(&two), "{listed:?}");
    }
    set_status(stage, &one, AgentStatus::Active).await?;
    ensure!(ids(stage, None).await?.contains(&one), "it is active again");
    Ok(())
}

async fn the_older_list_holds_what_is_published(stage: &Stage) -> Verdict {
    let (draft, _) = staged(stage, parrot("Draft")).await?;
    let live = published(stage, parrot("Live")).await?;
    let query = ListPublishedAgents::new(&stage.location, 50, 0);
    let older: Vec<_> = stage.crm.agent_studio().list_published_stream(query).try_collect().await?;
    let older: Vec<AgentId> = older.into_iter().map(|agent| agent.agent_id).collect();
    for listed in [older, ids(stage, Some(true)).await?] {
        ensure!(listed.contains(&live) && !listed.contains(&draft), "{listed:?}");
    }
    ensure!(ids(stage, Some(false)).await?.contains(&draft), "`isPublished=false` asks for no less");
    Ok(())
}

async fn lists_are_paged(stage: &Stage) -> Verdict {
    for _ in 0..3 {
        published(stage, parrot("Hi")).await?;
    }
    let studio = stage.crm.agent_studio();
    let first = studio.list(ListAgents::new(&stage.location, 2, 0)).await?;
    let second = studio.list(ListAgents::new(&stage.location, 2, 2)).await?;
    ensure!(first.pagination.total >= 3 && first.pagination.has_more, "{:?}", first.pagination);
    ensure_eq!((first.agents.len(), second.pagination.offset), (2, 2));
    let again = |agent: &crate::agent_studio::AgentSummary| {
        first.agents.iter().any(|known| known.agent_id == agent.agent_id)
    };
    ensure!(!second.agents.iter().any(again), "pages overlap");
    let beyond = ListPublishedAgents::new(&stage.location, 2, 10_000);
    let beyond = studio.list_published(beyond).await?;
    ensure!(beyond.agents.is_empty() && !beyond.pagination.has_more, "{beyond:?}");
    Ok(())
}

async fn lists_refuse_sizes_out_of_bounds(stage: &Stage) -> Verdict {
    let studio = stage.crm.agent_studio();
    let none = studio.list(ListAgents::new(&stage.location, 0, 0)).await;
    says(&refused(none, Invalid, 422)?, "limit must not be less than 1")?;
    let many = studio.list_published(ListPublishedAgents::new(&stage.location, 101, 0)).await;
    says(&refused(many, Invalid, 422)?, "limit must not be greater than 100")
}

async fn what_is_not_set_stays(stage: &Stage) -> Verdict {
    let (agent, _) = staged(stage, parrot("Hi")).await?;
    let studio = stage.crm.agent_studio();
    let change = UpdateAgent::new(&stage.location).description("Says hi");
    let changed = studio.update(&agent, change).await?;
    ensure!(changed.success && changed.data.updated_at.is_some(), "{changed:?}");
    ensure_eq!((&changed.data.agent_id, changed.data.description.as_deref()), (&agent, Some("Says hi")));
    let name = stage.unique("renamed");
    studio.update(&agent, UpdateAgent::new(&stage.location).name(name.as_str())).await?;
    let found = studio.get(&agent, GetAgent::new(&stage.location)).await?.agent;
    ensure_eq!((found.name.as_str(), found.description.as_deref()), (name.as_str(), Some("Says hi")));
    ensure!(found.updated_at > found.created_at, "{found:?}");
    Ok(())
}

async fn changes_that_make_no_sense_are_refused(stage: &Stage) -> Verdict {
    let (agent, _) = staged(stage, parrot("Hi")).await?;
    let studio = stage.crm.agent_studio();
    let before = studio.get(&agent, GetAgent::new(&stage.location)).await?.agent;
    let wrong = UpdateAgent::new(&stage.location).name(" ").description("Not written");
    says(&refused(studio.update(&agent, wrong).await, Invalid, 422)?, "name should not be empty")?;
    let wrong = UpdateAgent::new(&stage.location).status("asleep");
    says(&refused(studio.update(&agent, wrong).await, Invalid, 422)?, "status must be")?;
    ensure_eq!(studio.get(&agent, GetAgent::new(&stage.location)).await?.agent, before);
    Ok(())
}

async fn an_inactive_agent_is_not_shown(stage: &Stage) -> Verdict {
    let (agent, _) = staged(stage, parrot("Hi")).await?;
    set_status(stage, &agent, AgentStatus::Inactive).await?;
    let studio = stage.crm.agent_studio();
    refused(studio.get(&agent, GetAgent::new(&stage.location)).await, NotFound, 404)?;
    refused(studio.get_public(&agent, GetAgent::new(&stage.location)).await, NotFound, 404)?;
    Ok(())
}

async fn a_deleted_agent_is_gone(stage: &Stage) -> Verdict {
    let (agent, version) = staged(stage, parrot("Hi")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    studio.publish(&version, PublishVersion::new(here)).await?;
    let done = studio.delete(&agent, DeleteAgent::new(here)).await?;
    ensure!(done.success && done.agent_id == agent, "{done:?}");
    let said = format!("Agent with id {agent} not found");
    says(&refused(studio.get(&agent, GetAgent::new(here)).await, NotFound, 404)?, &said)?;
    says(&refused(studio.get_public(&agent, GetAgent::new(here)).await, NotFound, 404)?, &said)?;
    says(&refused(studio.delete(&agent, DeleteAgent::new(here)).await, NotFound, 404)?, &said)?;
    says(&refused(studio.update(&agent, UpdateAgent::new(here)).await, NotFound, 404)?, &said)?;
    says(&refused(studio.execute(&agent, ExecuteAgent::new(here, "Hi")).await, NotFound, 404)?, &said)?;
    let change = UpdateAgentVersion::new(here).description("Again");
    refused(studio.update_version(&version, change).await, NotFound, 404)?;
    ensure!(!ids(stage, None).await?.contains(&agent), "it is listed");
    Ok(())
}

async fn agents_of_other_sub_accounts_are_not_there(stage: &Stage) -> Verdict {
    let (there, _) = stage.hands.other_location().await.ok_or_skip("there is no other sub-account here")?;
    let (agent, _) = staged(stage, parrot("Hi")).await?;
    let studio = stage.crm.agent_studio();
    // The token may not go there.
    refused(studio.get(&agent, GetAgent::new(&there)).await, Forbidden, 403)?;
    let access = crate::contract::Access::Full(crate::contract::Level::OtherLocation);
    let theirs = stage.hands.access(access).await.ok_or_skip("tokens cannot be made here")?;
    let theirs = theirs.agent_studio();
    // And theirs finds nothing at home.
    refused(theirs.get(&agent, GetAgent::new(&there)).await, NotFound, 404)?;
    refused(theirs.get_public(&agent, GetAgent::new(&there)).await, NotFound, 404)?;
    refused(theirs.update(&agent, UpdateAgent::new(&there).name("Theirs")).await, NotFound, 404)?;
    refused(theirs.delete(&agent, DeleteAgent::new(&there)).await, NotFound, 404)?;
    Ok(())
}
