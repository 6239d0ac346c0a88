//! A day's work of an assistant, by the SDK's client over loopback.

use rmcp::ServiceError;
use rmcp::model::{CallToolRequestParams, GetPromptRequestParams, ReadResourceRequestParams};
use serde_json::{Map, Value, json};
use smbcrm_core::contacts::CreateContact;
use smbcrm_core::mcp::{DOCUMENTED, Tool};
use smbcrm_core::opportunities::ListPipelines;
use smbcrm_core::{Crm, ErrorKind};
use smbcrm_mem::{RateLimits, Scopes, TokenLevel};

use super::{call, connect, demo, token};

/// The tools as a client sees them, a line each. `UPDATE_GOLDEN=1 cargo test -p smbcrm-mem-mcp` writes the file
/// anew; look at what changed before you commit it.
#[tokio::test]
async fn the_tools_are_as_they_were() {
    let server = demo().await;
    let client = connect(&server, "/mcp/", server.token(), None).await;
    let tools = client.list_all_tools().await.unwrap();
    let mut lines = Vec::new();
    for name in DOCUMENTED {
        let tool = tools.iter().find(|tool| tool.name == name).unwrap_or_else(|| panic!("{name} is missing"));
        let hints = tool.annotations.as_ref().unwrap();
        let mut words = vec![if hints.read_only_hint == Some(true) { "reads" } else { "writes" }];
        words.extend(hints.is_destructive().then_some("destructive"));
        words.extend(hints.is_idempotent().then_some("idempotent"));
        words.extend((hints.open_world_hint == Some(true)).then_some("open world"));
        lines.push(format!("{name}: {}", words.join(", ")));
        let schema = &tool.input_schema;
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        for (argument, property) in schema["properties"].as_object().unwrap() {
            let star = if required.contains(&json!(argument)) { "*" } else { "" };
            let kind = property.get("type").map(|kind| kind.to_string().replace('"', "")).unwrap_or_default();
            let choices = property.get("enum").map(|all| format!(" {all}")).unwrap_or_default();
            lines.push(format!("    {argument}{star} {kind}{choices}").trim_end().to_owned());
        }
    }
    // Exactly those that are documented, and in that order.
    assert_eq!(tools.iter().map(|tool| &*tool.name).collect::<Vec<_>>(), DOCUMENTED);
    let seen = lines.join("\n") + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/mcp_tools.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &seen).unwrap();
    }
    assert_eq!(seen, std::fs::read_to_string(path).unwrap(), "see this test's first lines");
}

#[tokio::test]
async fn it_looks_up_a_contact_adds_a_tag_and_moves_a_deal() {
    let server = demo().await;
    let location = server.location().as_str();
    let client = connect(&server, "/mcp/", server.token(), Some(location)).await;
    assert_eq!(client.peer_info().unwrap().server_info.as_ref().unwrap().name, "smbcrm-mcp");

    let found = call(&client, "contacts_get-contacts", json!({ "query_limit": 1 })).await;
    let contact = found["data"]["contacts"][0]["id"].as_str().unwrap();
    call(&client, "contacts_add-tags", json!({ "path_contactId": contact, "body_tags": ["vip"] })).await;

    let deals = call(&client, "opportunities_search-opportunity", json!({ "query_limit": 1 })).await;
    let deal = &deals["data"]["opportunities"][0];
    let pipelines = call(&client, "opportunities_get-pipelines", json!({})).await;
    let pipelines = pipelines["data"]["pipelines"].as_array().unwrap();
    let pipeline = pipelines.iter().find(|one| one["id"] == deal["pipelineId"]).unwrap();
    let stages = pipeline["stages"].as_array().unwrap();
    let stage = stages.iter().map(|stage| &stage["id"]).find(|id| **id != deal["pipelineStageId"]).unwrap();
    call(
        &client,
        "opportunities_update-opportunity",
        json!({ "path_id": deal["id"], "body_pipelineId": pipeline["id"], "body_pipelineStageId": stage }),
    )
    .await;

    // The world has changed, and the journal says whose calls they were.
    let crm = server.crm();
    assert!(crm.contacts().get(&contact.into()).await.unwrap().tags.iter().any(|tag| tag == "vip"));
    let moved = crm.opportunities().get(&deal["id"].as_str().unwrap().into()).await.unwrap();
    assert_eq!(json!(moved.pipeline_stage_id), *stage);
    let calls = crm.admin().calls();
    let tagged = calls.iter().find(|call| call.operation.as_deref() == Some("contacts.add_tags")).unwrap();
    assert_eq!((tagged.status, tagged.caller.as_str()), (Some(201), "server"));
    client.cancel().await.unwrap();
    server.shutdown().await;
}

#[tokio::test]
async fn it_writes_a_blog_post_plans_a_social_post_and_looks_up_an_order() {
    let server = demo().await;
    let location = server.location().as_str();
    let client = connect(&server, "/mcp/", server.token(), Some(location)).await;
    let ask = async |tool: &'static str, arguments: Value| {
        let answer = call(&client, tool, arguments).await;
        assert_eq!(answer["success"], true, "{tool}: {answer}");
        answer["data"].clone()
    };
    let (few, all) =
        (json!({ "query_skip": 0, "query_limit": 5 }), json!({ "query_limit": 5, "query_offset": 0 }));
    let blogs = ask("blogs_get-blogs", few).await;
    let authors = ask("blogs_get-all-blog-authors-by-location", all.clone()).await;
    let categories = ask("blogs_get-all-categories-by-location", all).await;
    let blog = &blogs["data"][0]["_id"];
    let taken = ask("blogs_check-url-slug-exists", json!({ "query_urlSlug": "ten-chairs" })).await;
    assert_eq!(taken["exists"], false);
    let mut post = json!({ "body_blogId": blog, "body_title": "Ten chairs", "body_urlSlug": "ten-chairs",
        "body_description": "New", "body_rawHTML": "<p>Ten</p>", "body_imageUrl": "https://x.example/a.png",
        "body_imageAltText": "A chair", "body_author": authors["authors"][0]["_id"],
        "body_categories": [categories["categories"][0]["_id"]], "body_status": "DRAFT",
        "body_publishedAt": "2026-05-01T09:00:00.000Z" });
    let made = ask("blogs_create-blog-post", post.clone()).await;
    post["path_postId"] = made["data"]["_id"].clone();
    post["body_status"] = json!("PUBLISHED");
    let changed = ask("blogs_update-blog-post", post).await;
    assert_eq!(changed["updatedBlogPost"]["status"], "PUBLISHED");
    let find =
        json!({ "query_blogId": blog, "query_limit": 5, "query_offset": 0, "query_searchTerm": "ten" });
    assert_eq!(ask("blogs_get-blog-post", find).await["blogs"].as_array().unwrap().len(), 1);

    let accounts = ask("socialmediaposting_get-account", json!({})).await;
    let account = &accounts["results"]["accounts"][0];
    let post = json!({ "body_accountIds": [account["id"]], "body_type": "post", "body_userId": "USER",
        "body_summary": "Ten chairs!", "body_status": "draft" });
    let made = ask("socialmediaposting_create-post", post).await;
    let id = &made["results"]["post"]["_id"];
    let edit = json!({ "path_id": id, "body_type": "post", "body_summary": "Eleven!" });
    assert_eq!(ask("socialmediaposting_edit-post", edit).await["message"], "Updated Post");
    let seen = ask("socialmediaposting_get-post", json!({ "path_id": id })).await;
    assert_eq!(seen["results"]["post"]["summary"], "Eleven!");
    let drafts = json!({ "body_skip": "0", "body_limit": "10", "body_includeUsers": "true", "body_type": "draft",
        "body_fromDate": "2000-01-01T00:00:00.000Z", "body_toDate": "2100-01-01T00:00:00.000Z" });
    assert_eq!(ask("socialmediaposting_get-posts", drafts).await["results"]["count"], 1);
    let wanted = json!({ "body_profileIds": [account["profileId"]] });
    let counted = ask("socialmediaposting_get-social-media-statistics", wanted).await;
    assert!(counted["results"]["totals"]["followers"].as_u64().unwrap() > 0, "{counted}");

    let template = json!({ "body_type": "html", "body_name": "Chairs" });
    assert!(ask("emails_create-template", template).await["redirect"].is_string());
    let found = ask("emails_fetch-template", json!({ "query_search": "chairs" })).await;
    assert_eq!(found["builders"][0]["name"], "Chairs");

    let paid =
        ask("payments_list-transactions", json!({ "query_altType": "location", "query_limit": 1 })).await;
    let order = json!({ "path_orderId": paid["data"][0]["entityId"], "query_altType": "location" });
    let order = ask("payments_get-order-by-id", order).await;
    assert_eq!((&order["amount"], &order["status"]), (&paid["data"][0]["amount"], &json!("completed")));
}

#[tokio::test]
async fn a_token_is_shown_what_it_covers() {
    let server = demo().await;
    let names = async |token: &str, path: &str| {
        let client = connect(&server, path, token, None).await;
        let tools = client.list_all_tools().await.unwrap();
        tools.into_iter().map(|tool| tool.name.into_owned()).collect::<Vec<_>>()
    };
    let narrow = token(server.crm(), ["contacts.readonly"]);
    assert_eq!(
        names(&narrow, "/mcp/").await,
        ["contacts_get-contact", "contacts_get-contacts", "contacts_get-all-tasks"]
    );
    assert!(
        names(&narrow, "/mcp/?tools=all").await.contains(&"contacts_search-contacts-advanced".to_owned())
    );
    let agency = server.crm().admin().create_token("agency", TokenLevel::Agency, Scopes::All).1;
    let shown = names(agency.expose(), "/mcp/?tools=all").await;
    assert!(
        shown.contains(&"locations_search-locations".to_owned())
            && !shown.contains(&"contacts_get-contact".to_owned())
    );
    let all = names(server.token(), "/mcp/?tools=all").await;
    assert!(all.len() > 150 && !all.contains(&"locations_search-locations".to_owned()));
    // What is not shown can be called, and is refused by the gate in words that lead on.
    let client = connect(&server, "/mcp/", &narrow, Some(server.location().as_str())).await;
    let refused = call(&client, "contacts_create-contact", json!({ "body_email": "a@b.example" })).await;
    assert_eq!(refused["status"], 401);
    assert_eq!(refused["data"]["message"], "The token is not authorized for this scope.");
    assert_eq!(refused["scope"], "contacts.write");
    assert!(refused["hint"].as_str().unwrap().contains("Add the operation's scope"), "{refused}");
}

#[tokio::test]
async fn the_gate_is_the_same_as_for_anybody() {
    let server = demo().await;
    server.crm().admin().add_location({
        let mut other = smbcrm_core::locations::Location::default();
        other.id = "OTHER".into();
        other
    });
    let client = connect(&server, "/mcp/", server.token(), None).await;
    // No sub-account, a foreign one, and one in the header.
    let refused = call(&client, "contacts_get-contacts", json!({})).await;
    assert_eq!(
        (&refused["status"], refused["hint"].as_str().unwrap().contains("`query_locationId`")),
        (&json!(403), true)
    );
    let refused = call(&client, "contacts_get-contacts", json!({ "query_locationId": "OTHER" })).await;
    assert_eq!(
        (&refused["status"], refused["hint"].as_str().unwrap().contains("No sub-account")),
        (&json!(403), false)
    );
    // The strict check, and the API's own refusals.
    let own = server.location().as_str();
    let refused =
        call(&client, "contacts_create-contact", json!({ "body_locationId": own, "body_tags": "x" })).await;
    assert_eq!(refused["status"], 422);
    server.crm().contacts().create(CreateContact::new(own).email("ada@vale.example")).await.unwrap();
    let create = json!({ "body_locationId": own, "body_email": "ada@vale.example" });
    let refused = call(&client, "contacts_create-contact", create).await;
    assert_eq!(refused["existingId"], refused["data"]["meta"]["contactId"]);
    assert!(refused["hint"].as_str().unwrap().contains("upsert"), "{refused}");
    // The rate.
    server.crm().admin().set_rate_limits(RateLimits::new(1, std::time::Duration::from_secs(10), 100));
    let fresh = token(server.crm(), Scopes::All);
    let client = connect(&server, "/mcp/", &fresh, Some(own)).await;
    assert_eq!(call(&client, "opportunities_get-pipelines", json!({})).await["status"], 200);
    let refused = call(&client, "opportunities_get-pipelines", json!({})).await;
    assert_eq!((&refused["status"], &refused["retryAfterSeconds"]), (&json!(429), &json!(10.0)));
    let last = server.crm().admin().calls().pop().unwrap();
    assert_eq!((last.status, last.caller.as_str()), (Some(429), "assistant"));
}

#[tokio::test]
async fn a_tool_that_is_none_is_the_clients_mistake() {
    let server = demo().await;
    let client = connect(&server, "/mcp/", server.token(), None).await;
    for (name, said) in
        [("contacts_fly", "unknown tool `contacts_fly`"), ("contacts_delete-contact", "?tools=all")]
    {
        match client.call_tool(CallToolRequestParams::new(name)).await.unwrap_err() {
            ServiceError::McpError(error) => {
                assert!(error.message.contains(said) && error.code.0 == -32602, "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn every_tool_can_be_called() {
    let server = demo().await;
    let client = connect(&server, "/mcp/?tools=all", server.token(), Some(server.location().as_str())).await;
    for tool in Tool::all() {
        let names = tool.input_schema()["properties"].as_object().unwrap().keys();
        let paths =
            names.filter(|name| name.starts_with("path_") && tool.location_argument() != Some(name.as_str()));
        let arguments: Map<String, Value> = paths.map(|name| (name.clone(), json!("none"))).collect();
        let request = CallToolRequestParams::new(tool.name()).with_arguments(arguments);
        let result = client.call_tool(request).await.unwrap();
        let answer: Value = serde_json::from_str(&result.content[0].as_text().unwrap().text).unwrap();
        let status = answer["status"].as_u64().unwrap();
        assert!(status < 500 && !answer.to_string().contains("Cannot "), "{}: {answer}", tool.name());
        if status >= 400 {
            assert!(
                answer["hint"].as_str().is_some_and(|hint| !hint.is_empty()),
                "{}: {answer}",
                tool.name()
            );
        }
    }
}

#[tokio::test]
async fn records_are_resources() {
    let server = demo().await;
    let client = connect(&server, "/mcp/", server.token(), Some(server.location().as_str())).await;
    assert_eq!(client.list_all_resource_templates().await.unwrap().len(), 3);
    let read = async |uri: String| {
        let read = client.read_resource(ReadResourceRequestParams::new(uri)).await?;
        let contents = serde_json::to_value(&read.contents[0]).unwrap();
        Ok::<Value, ServiceError>(serde_json::from_str(contents["text"].as_str().unwrap()).unwrap())
    };
    let deals = call(&client, "opportunities_search-opportunity", json!({ "query_limit": 1 })).await;
    let deal = &deals["data"]["opportunities"][0];
    let (id, contact) = (deal["id"].as_str().unwrap(), deal["contactId"].as_str().unwrap());
    assert_eq!(read(format!("smbcrm://opportunity/{id}")).await.unwrap()["opportunity"]["id"], *id);
    assert_eq!(read(format!("smbcrm://contact/{contact}")).await.unwrap()["contact"]["id"], *contact);
    let threads = call(&client, "conversations_search-conversation", json!({ "query_limit": 1 })).await;
    let thread = threads["data"]["conversations"][0]["id"].as_str().unwrap();
    let whole = read(format!("smbcrm://conversation/{thread}")).await.unwrap();
    assert_eq!(whole["conversation"]["id"], *thread);
    assert!(whole["messages"]["messages"].is_object(), "{whole}");
    for wrong in
        ["smbcrm://contact/none", "smbcrm://unknown/x", "smbcrm://contact/", "https://services.smbcrm.com/"]
    {
        match read(wrong.to_owned()).await.unwrap_err() {
            ServiceError::McpError(error) => assert_eq!(error.code.0, -32002, "{wrong}: {error}"),
            other => panic!("{other:?}"),
        }
    }
    // A token that may not read them is not told of them.
    let narrow = connect(&server, "/mcp/", &token(server.crm(), ["contacts.readonly"]), None).await;
    let templates = narrow.list_all_resource_templates().await.unwrap();
    assert_eq!(templates.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["contact"]);
}

#[tokio::test]
async fn common_jobs_are_prompts_that_name_tools_which_are_there() {
    let server = demo().await;
    for path in ["/mcp/", "/mcp/?tools=all"] {
        let client = connect(&server, path, server.token(), None).await;
        let tools: Vec<_> =
            client.list_all_tools().await.unwrap().into_iter().map(|tool| tool.name.into_owned()).collect();
        for prompt in client.list_all_prompts().await.unwrap() {
            let arguments: Map<String, Value> = prompt
                .arguments
                .iter()
                .flatten()
                .map(|argument| (argument.name.clone(), json!(format!("the {}", argument.name))))
                .collect();
            let asked = GetPromptRequestParams::new(&prompt.name).with_arguments(arguments.clone());
            let got = client.get_prompt(asked).await.unwrap();
            let text = got.messages[0].content.as_text().unwrap().text.clone();
            for value in arguments.values() {
                assert!(text.contains(value.as_str().unwrap()), "{text}");
            }
            let named = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            let mut named = named.filter(|word| {
                ["contacts_", "opportunities_", "conversations_"]
                    .iter()
                    .any(|product| word.starts_with(product))
            });
            assert!(named.clone().count() > 0);
            assert!(
                named.all(|tool| tools.iter().any(|known| known == tool)),
                "{path} {}: {text}",
                prompt.name
            );
            assert!(
                client.get_prompt(GetPromptRequestParams::new(&prompt.name)).await.is_err(),
                "arguments are missing"
            );
        }
    }
}

#[tokio::test]
async fn a_revoked_token_is_told_so_at_the_next_call() {
    let server = demo().await;
    let level = TokenLevel::Location(server.location().clone());
    let (info, secret) = server.crm().admin().create_token("assistant", level, Scopes::All);
    let client = connect(&server, "/mcp/", secret.expose(), Some(server.location().as_str())).await;
    assert_eq!(call(&client, "opportunities_get-pipelines", json!({})).await["success"], true);
    server.crm().admin().revoke_token(&info.id);
    let refused = call(&client, "opportunities_get-pipelines", json!({})).await;
    assert_eq!(refused["data"]["message"], "Invalid Private Integration token");
    let gone = server
        .crm()
        .with_token(secret.expose())
        .opportunities()
        .list_pipelines(ListPipelines::new(server.location()))
        .await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::Unauthenticated);
}
