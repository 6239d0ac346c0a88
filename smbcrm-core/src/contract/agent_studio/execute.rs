//! One message to an agent: what it takes, what it is answered, what is refused.

use serde_json::{Value, json};

use super::{greeter, parrot, published, says, set_status, staged};
use crate::ErrorKind::{Invalid, NotFound};
use crate::agent_studio::operations::{EXECUTE, EXECUTE_PUBLIC};
use crate::agent_studio::{
    AgentAttachment, AgentDraft, AgentStatus, AgentVariable, Edge, ExecuteAgent, ExecutePublicAgent,
    ExecutionStatus, Node,
};
use crate::contract::{Failure, HandOrSkip, Stage, Verdict, WireRequest, cases, ensure, ensure_eq, refused};
use crate::search::ContactField;
use crate::types::{AgentId, ContactId};
use crate::workflows::definition::{AddNote, AddTags, SetDnd};

cases! {
    both_paths_answer => [EXECUTE, EXECUTE_PUBLIC],
    either_spelling_is_taken_on_both_paths => [EXECUTE, EXECUTE_PUBLIC],
    a_message_must_say_something => [EXECUTE, EXECUTE_PUBLIC],
    an_agent_that_is_not_active_does_not_answer => [EXECUTE, EXECUTE_PUBLIC],
    an_agent_without_a_published_version_does_not_answer => [EXECUTE, EXECUTE_PUBLIC],
    agents_and_versions_that_are_not_there_are_named => [EXECUTE, EXECUTE_PUBLIC],
    the_contact_is_there_for_the_agent => [EXECUTE, EXECUTE_PUBLIC],
    a_contact_that_is_not_there_is_named => [EXECUTE, EXECUTE_PUBLIC],
    variables_are_filled_in => [EXECUTE],
    conditions_choose_the_way => [EXECUTE],
    actions_change_the_contact_once => [EXECUTE],
    an_action_that_fails_fails_the_turn => [EXECUTE],
    a_graph_that_runs_in_circles_is_refused => [EXECUTE],
    attachments_are_images => [EXECUTE],
    the_end_of_the_graph_is_the_goal => [EXECUTE],
}

async fn both_paths_answer(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("Hello")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    for said in [
        studio.execute(&agent, ExecuteAgent::new(here, "Hi")).await?,
        studio.execute_public(&agent, ExecutePublicAgent::new(here, "Hi")).await?,
    ] {
        ensure!(said.success && !said.goal_completion && !said.flow_switch, "{said:?}");
        ensure_eq!(said.response, "Hello");
        ensure_eq!((said.kind.as_str(), said.next_expected_input.as_str()), ("text", "text"));
        ensure_eq!(said.execution_status, ExecutionStatus::Completed);
        ensure!(!said.execution_id.is_empty() && !said.interaction_id.is_empty(), "{said:?}");
    }
    Ok(())
}

fn paths(agent: &AgentId) -> [(&'static crate::operation::Operation, String); 2] {
    [
        (&EXECUTE, format!("/agent-studio/agent/{agent}/execute")),
        (&EXECUTE_PUBLIC, format!("/agent-studio/public-api/agents/{agent}/execute")),
    ]
}

async fn wire(stage: &Stage, request: WireRequest) -> Result<(u16, Value), Failure> {
    let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
    Ok((answer.status, serde_json::from_slice(&answer.body).unwrap_or_default()))
}

async fn either_spelling_is_taken_on_both_paths(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("You said {{message}}")).await?;
    for (operation, path) in paths(&agent) {
        for spelling in ["message", "input"] {
            let body = json!({ "locationId": stage.location, spelling: "Hi" });
            let (status, said) = wire(stage, WireRequest::new(operation, path.as_str()).json(&body)).await?;
            ensure_eq!((status, &said["response"]), (200, &json!("You said Hi")));
        }
    }
    let studio = stage.crm.agent_studio();
    let mut other = ExecuteAgent::new(&stage.location, "");
    other.input = Some("Ho".into());
    ensure_eq!(studio.execute(&agent, other).await?.response, "You said Ho");
    let mut other = ExecutePublicAgent::new(&stage.location, "");
    other.message = Some("Ho".into());
    ensure_eq!(studio.execute_public(&agent, other).await?.response, "You said Ho");
    Ok(())
}

async fn a_message_must_say_something(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("Hello")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let none = studio.execute(&agent, ExecuteAgent::new(here, " ")).await;
    says(&refused(none, Invalid, 422)?, "message should not be empty")?;
    let none = studio.execute_public(&agent, ExecutePublicAgent::new(here, "")).await;
    says(&refused(none, Invalid, 422)?, "input should not be empty")?;
    let long = studio.execute(&agent, ExecuteAgent::new(here, "x".repeat(10_001))).await;
    says(&refused(long, Invalid, 422)?, "message must be shorter")
}

/// Both paths refuse the same.
async fn both_refuse(
    stage: &Stage,
    agent: &AgentId,
    kind: crate::ErrorKind,
    status: u16,
    text: &str,
) -> Verdict {
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let newer = studio.execute(agent, ExecuteAgent::new(here, "Hi")).await;
    says(&refused(newer, kind, status)?, text)?;
    let older = studio.execute_public(agent, ExecutePublicAgent::new(here, "Hi")).await;
    says(&refused(older, kind, status)?, text)
}

async fn an_agent_that_is_not_active_does_not_answer(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("Hello")).await?;
    for status in [AgentStatus::Inactive, AgentStatus::Archived] {
        set_status(stage, &agent, status).await?;
        both_refuse(stage, &agent, Invalid, 400, "Agent is not active").await?;
    }
    set_status(stage, &agent, AgentStatus::Active).await?;
    let again = stage.crm.agent_studio().execute(&agent, ExecuteAgent::new(&stage.location, "Hi")).await?;
    ensure_eq!(again.response, "Hello");
    Ok(())
}

async fn an_agent_without_a_published_version_does_not_answer(stage: &Stage) -> Verdict {
    let (agent, version) = staged(stage, parrot("Hello")).await?;
    both_refuse(stage, &agent, Invalid, 400, "has no published version").await?;
    let ask = ExecuteAgent::new(&stage.location, "Hi").version_id(&version);
    says(&refused(stage.crm.agent_studio().execute(&agent, ask).await, Invalid, 400)?, "is not published")
}

async fn agents_and_versions_that_are_not_there_are_named(stage: &Stage) -> Verdict {
    both_refuse(stage, &"nobody".into(), NotFound, 404, "Agent with id nobody not found").await?;
    let agent = published(stage, parrot("Hello")).await?;
    let other = published(stage, parrot("Other")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let ask = |version: &str| ExecuteAgent::new(here, "Hi").version_id(version);
    let nothing = studio.execute(&agent, ask("nothing")).await;
    says(&refused(nothing, NotFound, 404)?, "Version with id nothing not found")?;
    let query = crate::agent_studio::GetAgent::new(here);
    let theirs = studio.get(&other, query).await?.agent.production_version;
    let theirs = theirs.ok_or_else(|| Failure::new("it was published"))?.version_id;
    refused(studio.execute(&agent, ask(theirs.as_str())).await, NotFound, 404)?;
    Ok(())
}

async fn the_contact_is_there_for_the_agent(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("Hello {{contact.first_name}} <{{contact.email}}>")).await?;
    let contact = stage.contact().await?;
    let expected = format!("Hello Ada <{}>", contact.email.as_deref().unwrap_or_default());
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let said = studio.execute(&agent, ExecuteAgent::new(here, "Hi").contact_id(&contact.id)).await?;
    ensure_eq!(said.response, expected.as_str());
    let said =
        studio.execute_public(&agent, ExecutePublicAgent::new(here, "Hi").contact_id(&contact.id)).await?;
    ensure_eq!(said.response, expected.as_str());
    let said = studio.execute(&agent, ExecuteAgent::new(here, "Hi")).await?;
    ensure_eq!(said.response, "Hello  <>");
    Ok(())
}

async fn a_contact_that_is_not_there_is_named(stage: &Stage) -> Verdict {
    let agent = published(stage, parrot("Hello")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let nobody = ContactId::from("nobody");
    let said = studio.execute(&agent, ExecuteAgent::new(here, "Hi").contact_id(&nobody)).await;
    says(&refused(said, NotFound, 400)?, "Contact with id nobody not found")?;
    let said = studio.execute_public(&agent, ExecutePublicAgent::new(here, "Hi").contact_id(&nobody)).await;
    refused(said, NotFound, 400)?;
    Ok(())
}

async fn variables_are_filled_in(stage: &Stage) -> Verdict {
    let mut age = AgentVariable::new("age");
    age.kind = Some("number".into());
    let draft = parrot("{{greeting}} {{customer}}, {{age}}, {{plan}}")
        .global_variable("greeting", "Dear")
        .input_variable(AgentVariable::new("customer"))
        .input_variable(age)
        .input_variable(AgentVariable::new("plan").value("free"));
    let agent = published(stage, draft).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let with = |value: Value| {
        ExecuteAgent::new(here, "Hi").input_variables(value.as_object().cloned().unwrap_or_default())
    };
    let said = studio.execute(&agent, with(json!({ "customer": "Ada", "age": 36 }))).await?;
    ensure_eq!(said.response, "Dear Ada, 36, free");
    let wrong = studio.execute(&agent, with(json!({ "age": "old" }))).await;
    says(&refused(wrong, Invalid, 422)?, "inputVariables.age must be a number")
}

async fn conditions_choose_the_way(stage: &Stage) -> Verdict {
    let draft = AgentDraft::new("Ways")
        .nodes([
            Node::start("start"),
            Node::condition("who", [("vip", ContactField::Tags.eq("vip"))]),
            Node::reply("vip", "Welcome back."),
            Node::reply("else", "Welcome."),
        ])
        .edges([Edge::new("start", "who"), Edge::new("who", "vip").branch("vip"), Edge::new("who", "else")]);
    let agent = published(stage, draft).await?;
    let contact = stage.contact().await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let ask = || ExecuteAgent::new(here, "Hi").contact_id(&contact.id);
    ensure_eq!(studio.execute(&agent, ask()).await?.response, "Welcome.");
    stage.crm.contacts().add_tags(&contact.id, vec!["vip"].into()).await?;
    ensure_eq!(studio.execute(&agent, ask()).await?.response, "Welcome back.");
    Ok(())
}

async fn actions_change_the_contact_once(stage: &Stage) -> Verdict {
    let draft = AgentDraft::new("Doer")
        .nodes([
            Node::start("start"),
            Node::action("tag", AddTags::new(["asked"])),
            Node::action("note", AddNote::new("{{contact.first_name}} said: {{message}}")),
            Node::reply("done", "Noted."),
        ])
        .edges([Edge::new("start", "tag"), Edge::new("tag", "note"), Edge::new("note", "done")]);
    let agent = published(stage, draft).await?;
    let contact = stage.contact().await?;
    let ask = ExecuteAgent::new(&stage.location, "Call me").contact_id(&contact.id);
    ensure_eq!(stage.crm.agent_studio().execute(&agent, ask).await?.response, "Noted.");
    let after = stage.crm.contacts().get(&contact.id).await?;
    ensure!(after.tags.iter().any(|tag| tag == "asked"), "{:?}", after.tags);
    let notes = stage.crm.contacts().list_notes(&contact.id).await?;
    let bodies: Vec<&str> = notes.iter().map(|note| note.body.as_str()).collect();
    ensure_eq!(bodies, ["Ada said: Call me"]);
    Ok(())
}

async fn an_action_that_fails_fails_the_turn(stage: &Stage) -> Verdict {
    let nodes = || {
        [Node::start("start"), Node::action("quiet", SetDnd::new(true)), Node::reply("sorry", "Who are you?")]
    };
    let draft = AgentDraft::new("Fails").nodes(nodes()).edges([Edge::new("start", "quiet")]);
    let agent = published(stage, draft).await?;
    // There is no contact whom it could be done to.
    both_refuse(stage, &agent, Invalid, 400, "The agent could not answer: node `quiet`:").await?;
    let draft = AgentDraft::new("Catches")
        .nodes(nodes())
        .edges([Edge::new("start", "quiet"), Edge::new("quiet", "sorry").branch(Edge::FAILED)]);
    let agent = published(stage, draft).await?;
    let said = stage.crm.agent_studio().execute(&agent, ExecuteAgent::new(&stage.location, "Hi")).await?;
    ensure_eq!(said.response, "Who are you?");
    Ok(())
}

async fn a_graph_that_runs_in_circles_is_refused(stage: &Stage) -> Verdict {
    let draft = AgentDraft::new("Circle")
        .nodes([Node::start("start"), Node::reply("round", "and round")])
        .edges([Edge::new("start", "round"), Edge::new("round", "start")]);
    let agent = published(stage, draft).await?;
    both_refuse(stage, &agent, Invalid, 400, "it runs in circles").await
}

async fn attachments_are_images(stage: &Stage) -> Verdict {
    let agent = published(stage, greeter("One")).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let with = |attachment: AgentAttachment| ExecuteAgent::new(here, "Look").attachments([attachment]);
    studio.execute(&agent, with(AgentAttachment::image("https://files.example/a.png"))).await?;
    let wrong = studio.execute(&agent, with(AgentAttachment::new("video", "nowhere"))).await;
    let error = refused(wrong, Invalid, 422)?;
    says(&error, "attachments.0.type must be one of the following values: image")?;
    says(&error, "attachments.0.imageUrl must be a URL address")
}

async fn the_end_of_the_graph_is_the_goal(stage: &Stage) -> Verdict {
    let draft = AgentDraft::new("Ends")
        .nodes([Node::start("start"), Node::prompt("ask", "Your name?").save_to("name"), Node::end("end")])
        .edges([Edge::new("start", "ask"), Edge::new("ask", "end")]);
    let agent = published(stage, draft).await?;
    let (studio, here) = (stage.crm.agent_studio(), &stage.location);
    let first = studio.execute(&agent, ExecuteAgent::new(here, "Hi")).await?;
    ensure!(!first.goal_completion, "{first:?}");
    let next = ExecuteAgent::new(here, "Ada").execution_id(&first.execution_id);
    ensure!(studio.execute(&agent, next).await?.goal_completion, "the end was reached");
    Ok(())
}
