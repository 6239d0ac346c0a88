//! The admin API.

use http::Request;
use serde_json::{Value, json};

use super::Site;
use crate::server::Service;
use crate::server::dispatch::Policy;

async fn send(site: &Site, line: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = site.ask(line, &[("authorization", ""), ("version", "")], body).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn what_it_lists_is_there() {
    let site = Site::new();
    let (status, listed) = send(&site, "GET /_mem/", Value::Null).await;
    assert_eq!(status, 200);
    let methods = listed["methods"].as_array().unwrap();
    assert!(methods.len() > 25);
    for method in methods {
        let (verb, path) = (method["method"].as_str().unwrap(), method["path"].as_str().unwrap());
        let line = format!("{verb} {}", path.replace("{id}", "nothing").replace("{other}", "now"));
        let (status, answer) = send(&site, &line, json!({ "bogus": 1 })).await;
        let reached = !answer["message"].as_str().is_some_and(|text| text.contains("GET /_mem/"));
        assert!(reached, "{line}: {status} {answer}");
        if verb == "POST" || verb == "PUT" {
            assert_eq!(
                (status, answer["error"].as_str()),
                (400, Some("invalid")),
                "{line} takes anything: {answer}"
            );
        }
    }
    assert_eq!(send(&site, "GET /_mem/nothing", Value::Null).await.0, 404);
    assert_eq!(send(&site, "PATCH /_mem/clock", Value::Null).await.0, 405);
    assert_eq!(send(&site, "GET /_mem", Value::Null).await.0, 200);
}

#[tokio::test]
async fn a_tokens_life() {
    let site = Site::new();
    let scopes = json!({ "name": "app", "scopes": ["contacts.readonly"] });
    let (status, made) = send(&site, "POST /_mem/tokens", scopes).await;
    assert_eq!((status, made["name"].as_str()), (201, Some("app")));
    let (id, first) = (made["id"].as_str().unwrap().to_owned(), made["value"].as_str().unwrap().to_owned());
    let works = async |token: &str| {
        let bearer = format!("Bearer {token}");
        site.ask("GET /contacts/x", &[("authorization", &bearer)], "").await.status == 400
    };
    assert!(works(&first).await);

    let (_, turned) = send(&site, &format!("POST /_mem/tokens/{id}/rotate"), Value::Null).await;
    let second = turned["value"].as_str().unwrap().to_owned();
    assert!(works(&first).await && works(&second).await);
    send(&site, &format!("POST /_mem/tokens/{id}/expire-previous"), Value::Null).await;
    assert!(!works(&first).await && works(&second).await);

    send(&site, &format!("PUT /_mem/tokens/{id}/scopes"), json!({ "scopes": [] })).await;
    assert!(!works(&second).await);
    send(&site, &format!("PUT /_mem/tokens/{id}/scopes"), json!({ "scopes": "all" })).await;
    assert!(works(&second).await);

    send(&site, &format!("POST /_mem/tokens/{id}/expire"), json!({ "at": "2026-01-01T10:00:00Z" })).await;
    assert!(works(&second).await);
    send(&site, "POST /_mem/clock/advance", json!({ "seconds": 3600 })).await;
    assert!(!works(&second).await);

    let (_, listed) = send(&site, "GET /_mem/tokens", Value::Null).await;
    assert!(!listed.to_string().contains("\"value\"") && !listed.to_string().contains("pit-"));
    assert_eq!(send(&site, "POST /_mem/tokens/nobody/revoke", Value::Null).await.0, 404);
    assert_eq!(send(&site, "POST /_mem/tokens", json!({ "value": "short" })).await.0, 400);
    assert_eq!(send(&site, "POST /_mem/tokens", json!({ "locationId": "nowhere" })).await.0, 404);
    let own = json!({ "agency": true, "value": "pit-11111111-2222-3333-4444-555555555555" });
    let (status, own) = send(&site, "POST /_mem/tokens", own).await;
    assert_eq!((status, own["level"].as_str()), (201, Some("agency")));
}

#[tokio::test]
async fn moments_come_back() {
    let site = Site::new();
    let contact = json!({ "contacts": [{ "id": "CON00000000000000001", "email": "ada@vale.example" }] });
    assert_eq!(send(&site, "POST /_mem/contacts", contact).await, (201, json!({ "loaded": 1 })));
    assert_eq!(send(&site, "POST /_mem/snapshots", json!({ "name": "one" })).await.0, 201);
    let there = async || site.get("/contacts/CON00000000000000001").await.status == 200;
    assert!(there().await);

    assert_eq!(send(&site, "POST /_mem/reset", Value::Null).await.0, 200);
    assert!(!there().await); // and the token has outlived the reset
    assert_eq!(send(&site, "POST /_mem/snapshots/one/restore", Value::Null).await.0, 200);
    assert!(there().await);
    assert_eq!(send(&site, "GET /_mem/snapshots", Value::Null).await.1["snapshots"][0]["name"], "one");
    let (status, same) = send(&site, "GET /_mem/snapshots/one/diff/now", Value::Null).await;
    assert_eq!((status, &same["changes"]), (200, &json!([])));
    let file =
        site.ask("GET /_mem/snapshots/one/export", &[("authorization", ""), ("version", "")], "").await;
    assert!(file.body.starts_with(b"SMBCRM WORLD 1\n"));
    let two = site.ask("POST /_mem/snapshots/two/import", &[], file.body.clone()).await;
    assert_eq!(two.status, 201);
    let contact = json!({ "locationId": site.location(), "email": "new@vale.example" });
    assert_eq!(site.post("/contacts/", contact).await.status, 201);
    let (_, diff) = send(&site, "GET /_mem/snapshots/two/diff/now", Value::Null).await;
    assert_eq!(
        (&diff["changes"][0]["kind"], &diff["changes"][0]["change"]),
        (&json!("contact"), &json!("added"))
    );
    assert_eq!(send(&site, "GET /_mem/snapshots/two/diff/three", Value::Null).await.0, 404);
    assert_eq!(send(&site, "POST /_mem/snapshots/two/restore", Value::Null).await.0, 200);
    assert_eq!(send(&site, "POST /_mem/checkpoint", Value::Null).await.1["data"], Value::Null);
    assert_eq!(send(&site, "DELETE /_mem/snapshots/one", Value::Null).await.0, 200);
    assert_eq!(send(&site, "DELETE /_mem/snapshots/one", Value::Null).await.0, 404);
}

#[tokio::test]
async fn sub_accounts_pipelines_clock_and_limits() {
    let site = Site::new();
    let two = json!({ "id": "LOC2", "name": "Two", "settings": { "allowDuplicateContact": true } });
    let (status, made) = send(&site, "POST /_mem/locations", two.clone()).await;
    assert_eq!((status, &made["settings"]["allowDuplicateContact"]), (201, &json!(true)));
    assert_eq!(send(&site, "POST /_mem/locations", two).await.0, 409);
    let phone_first = json!({ "contactUniqueIdentifiers": ["phone", "email"] });
    let (_, settings) = send(&site, "PUT /_mem/locations/LOC2/settings", phone_first).await;
    assert_eq!(settings["contactUniqueIdentifiers"], json!(["phone", "email"]));
    assert_eq!(settings["allowDuplicateContact"], false);
    assert_eq!(send(&site, "PUT /_mem/locations/LOC3/settings", json!({})).await.0, 404);
    assert_eq!(send(&site, "GET /_mem/locations", Value::Null).await.1["locations"][1]["name"], "Two");

    let pipeline = json!({ "locationId": "LOC2", "name": "Repairs", "stages": ["In", "Out"] });
    let (status, made) = send(&site, "POST /_mem/pipelines", pipeline).await;
    assert_eq!((status, made["stages"][1]["name"].as_str()), (201, Some("Out")));

    let (_, now) = send(&site, "POST /_mem/clock/set", json!({ "to": "2026-05-01T00:00:00Z" })).await;
    assert_eq!((&now["millis"], &now["virtual"]), (&json!(1_777_593_600_000_i64), &json!(true)));
    let (_, later) = send(&site, "POST /_mem/clock/advance", json!({ "millis": 5 })).await;
    assert_eq!(later["millis"], 1_777_593_600_005_i64);
    assert_eq!(send(&site, "POST /_mem/clock/advance", Value::Null).await.0, 400);

    let (_, limits) = send(&site, "POST /_mem/rate-limits", json!({ "burst": 1 })).await;
    assert_eq!(limits, json!({ "burst": 1, "intervalMillis": 10_000, "daily": 200_000 }));
    assert_eq!(site.get("/contacts/x").await.status, 400);
    assert_eq!(site.get("/contacts/x").await.status, 429);
    send(&site, "POST /_mem/rate-limits", json!({ "off": true })).await;
    assert_eq!(site.get("/contacts/x").await.status, 400);
}

#[tokio::test]
async fn requests_are_filtered() {
    let site = Site::new();
    for _ in 0..3 {
        site.get("/contacts/x").await;
        site.get("/nothing").await;
    }
    let numbers = async |query: &str| {
        let (status, found) = send(&site, &format!("GET /_mem/requests?{query}"), Value::Null).await;
        assert_eq!(status, 200, "{found}");
        let found = found["requests"].as_array().unwrap().clone();
        found.iter().map(|call| call["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(numbers("operation=contacts.get").await, [1, 3, 5]);
    assert_eq!(numbers("status=404&limit=2").await, [4, 6]);
    assert_eq!(numbers("since=2&limit=2").await, [3, 4]);
    assert_eq!(send(&site, "GET /_mem/requests?state=404", Value::Null).await.0, 400);
    assert_eq!(send(&site, "GET /_mem/requests?status=x", Value::Null).await.0, 400);
    assert_eq!(send(&site, "DELETE /_mem/requests", Value::Null).await.0, 200);
    assert!(numbers("").await.is_empty());
}

#[tokio::test]
async fn it_is_closed_to_pages_of_elsewhere_and_without_its_key() {
    let site = Site::new();
    let status = async |service: &Service, name: &str, value: &str| {
        let request = Request::post("/_mem/reset").header(name, value).body(bytes::Bytes::new()).unwrap();
        service.respond(request).await.status().as_u16()
    };
    assert_eq!(status(&site.service, "origin", "https://evil.example").await, 403);
    assert_eq!(status(&site.service, "host", "rebound.example:4010").await, 403);
    assert_eq!(status(&site.service, "origin", "http://localhost:3000").await, 200);
    assert_eq!(status(&site.service, "host", "127.0.0.1:4010").await, 200);

    let policy = Policy { admin_key: Some("opensesame".into()), ..Policy::default() };
    let keyed = Service::with(&site.crm, policy, Vec::new());
    assert_eq!(status(&keyed, "x-smbcrm-admin", "opensesamf").await, 401);
    assert_eq!(status(&keyed, "host", "127.0.0.1").await, 401);
    assert_eq!(status(&keyed, "x-smbcrm-admin", "opensesame").await, 200);
}

#[tokio::test]
async fn pages_of_this_machine_may_call_the_api() {
    let site = Site::new();
    let origin = ("origin", "http://localhost:5173");
    let asked =
        [origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "version")];
    let answer = site.ask("OPTIONS /contacts/", &asked, "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:5173");
    assert_eq!(answer.headers["access-control-allow-headers"], "version");
    let answer = site.ask("GET /contacts/x", &[origin], "").await;
    assert_eq!(answer.headers["access-control-allow-origin"], "http://localhost:5173");
    let answer = site.ask("GET /contacts/x", &[("origin", "https://evil.example")], "").await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_document_names_every_operation() {
    let site = Site::new();
    let document = site.ask("GET /openapi.json", &[("authorization", "")], "").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    for operation in smbcrm_core::operations() {
        let verb = operation.method.as_str().to_lowercase();
        assert!(document["paths"][operation.path][verb].is_object(), "{operation}");
    }
    assert_eq!(site.get("/").await.json()["name"], "smbcrm-mem");
    for (name, path) in [("sales-boost", "/api/integrations/providers"), ("smarfle", "/api/webhook/leads")] {
        let target = format!("GET /openapi/{name}.json");
        let document = site.ask(&target, &[("authorization", "")], "").await.json();
        let get = &document["paths"][path]["get"];
        assert!(get.is_object() && get["x-scope"].is_null(), "{document}");
        assert!(!document["info"]["title"].as_str().unwrap().contains("SMBcrm"));
    }
    assert_eq!(site.ask("GET /openapi/nobody.json", &[("authorization", "")], "").await.status, 404);
    assert_eq!(site.ask("POST /openapi.json", &[], "").await.status, 404);
}

#[tokio::test]
async fn everything_can_be_planted() {
    let site = Site::new();
    let seed = json!({ "locations": [{ "id": "LOC7", "contacts": [{ "name": "Bo", "email": "bo@vale.example" }] }] });
    assert_eq!(send(&site, "POST /_mem/plant", seed).await, (201, json!({ "locations": ["LOC7"] })));
    let (status, wrong) = send(&site, "POST /_mem/plant", json!({ "locations": [{ "nmae": "x" }] })).await;
    assert!(status == 400 && wrong["message"].as_str().unwrap().contains("locations[0]"), "{wrong}");

    let contact = json!({ "contacts": [{ "id": "CON1", "email": "ada@vale.example" }] });
    send(&site, "POST /_mem/contacts", contact).await;
    let more = json!({ "emails": ["Ada@Two.example"] });
    let (_, contact) = send(&site, "PUT /_mem/contacts/CON1/additional-emails", more).await;
    assert_eq!(contact["additionalEmails"], json!(["ada@two.example"]));
    let more = json!({ "phones": ["(202) 555-0199"] });
    let (_, contact) = send(&site, "PUT /_mem/contacts/CON1/additional-phones", more).await;
    assert_eq!(contact["additionalPhones"], json!(["+12025550199"]));

    let (_, workflow) = send(&site, "POST /_mem/workflows", json!({ "name": "Welcome" })).await;
    let workflow = workflow["id"].as_str().unwrap().to_owned();
    assert_eq!(site.post(&format!("/contacts/CON1/workflow/{workflow}"), json!({})).await.status, 200);
    let finish = format!("POST /_mem/workflows/{workflow}/finish");
    assert_eq!(send(&site, &finish, json!({ "contactId": "CON1" })).await.0, 200);
    assert_eq!(send(&site, &finish, json!({ "contactId": "CON1" })).await.0, 404);

    for (line, body) in [
        ("POST /_mem/campaigns", json!({ "name": "Spring" })),
        ("POST /_mem/lost-reasons", json!({ "name": "Price" })),
        ("POST /_mem/templates", json!({ "template": { "name": "Hello", "type": "sms" } })),
        ("POST /_mem/appointments", json!({ "appointment": { "title": "Visit", "contactId": "CON1" } })),
        ("POST /_mem/opportunities", json!({ "opportunities": [{ "name": "Chairs", "contactId": "CON1" }] })),
    ] {
        let (status, made) = send(&site, line, body.clone()).await;
        assert_eq!(status, 201, "{line} {made}");
        let mut elsewhere = body;
        elsewhere["locationId"] = json!("nowhere");
        assert_eq!(send(&site, line, elsewhere).await.0, 404, "{line}");
    }
}

#[tokio::test]
async fn an_uploaded_file_is_served_where_the_api_says() {
    let site = Site::new();
    let field = json!({ "name": "Photo", "dataType": "FILE_UPLOAD" });
    let path = format!("/locations/{}/customFields", site.location());
    let field =
        site.post(&path, field).await.json()["customField"]["id"].as_str().unwrap_or_default().to_owned();
    let contact =
        site.post("/contacts/", json!({ "locationId": site.location(), "email": "ada@vale.example" })).await;
    let contact = contact.json()["contact"]["id"].as_str().unwrap().to_owned();
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{contact}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"{field}_1\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n"
    );
    let typed = [("content-type", "multipart/form-data; boundary=b")];
    let answer = site.ask(&format!("POST {path}/upload"), &typed, form).await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let at = text.find("/_mem/files/").unwrap_or_else(|| panic!("{} {text}", answer.status));
    let id = text[at + 12..].split('"').next().unwrap();
    let file = site.get(&format!("/_mem/files/{id}")).await;
    assert_eq!((file.status, &file.body[..]), (200, &b"%PDF"[..]));
    assert_eq!(
        (&file.headers["content-type"], &file.headers["content-security-policy"]),
        (&"application/pdf".parse().unwrap(), &"sandbox".parse().unwrap())
    );
    assert_eq!(site.get("/_mem/files/nothing").await.status, 404);
}

#[tokio::test]
async fn conversations_have_another_side() {
    let site = Site::new();
    let input =
        json!({ "locationId": site.location(), "email": "ada@vale.example", "phone": "+12025550123" });
    let contact = site.post("/contacts/", input).await.json()["contact"]["id"].as_str().unwrap().to_owned();
    let text = json!({ "type": "SMS", "contactId": contact, "message": "Hello" });
    let sent = site.post("/conversations/messages", text).await.json();
    let (_, outbox) = send(&site, "GET /_mem/outbox", Value::Null).await;
    assert_eq!(outbox["outbox"][0]["text"]["to"], "+12025550123");
    assert_eq!(outbox["outbox"][0]["messageId"], sent["messageId"]);
    let line = format!("POST /_mem/contacts/{contact}/answer");
    let (status, answer) = send(&site, &line, json!({ "type": "SMS", "body": "Yes" })).await;
    assert_eq!((status, &answer["conversationId"]), (201, &sent["conversationId"]));
    let path = format!("/conversations/{}/messages", sent["conversationId"].as_str().unwrap());
    let listed = site.get(&path).await.json();
    assert_eq!(listed["messages"]["messages"][0]["body"], "Yes");
    assert_eq!(listed["messages"]["messages"][0]["type"], 2);
    assert_eq!(listed["messages"]["messages"][0]["messageType"], "TYPE_SMS");
    assert_eq!(send(&site, "DELETE /_mem/outbox", Value::Null).await.0, 200);
    let (_, outbox) = send(&site, "GET /_mem/outbox", Value::Null).await;
    assert_eq!(outbox["outbox"], json!([]));
}

#[tokio::test]
async fn an_upload_is_put_where_the_api_says() {
    let site = Site::new();
    let input = json!({ "locationId": site.location(), "email": "ada@vale.example" });
    let contact = site.post("/contacts/", input).await.json()["contact"]["id"].as_str().unwrap().to_owned();
    let email = json!({ "type": "Email", "contactId": contact, "html": "<p>Hello</p>" });
    let conversation = site.post("/conversations/messages", email).await.json()["conversationId"].clone();
    let asked = json!({ "locationId": site.location(), "conversationId": conversation, "filename": "a.png",
        "contentType": "image/png", "channel": "SMS" });
    let begun = site.post("/conversations/messages/upload/initiate", asked).await.json();
    let url = begun["uploadUrl"].as_str().unwrap();
    let path = &url[url.find("/_mem/").unwrap()..];
    assert_eq!(site.ask(&format!("PUT {path}"), &[], "pixels".to_owned()).await.status, 200);
    assert_eq!(site.ask("PUT /_mem/uploads/nothing", &[], "pixels".to_owned()).await.status, 404);
    let done = json!({ "locationId": site.location(), "conversationId": conversation, "filename": "a.png",
        "uploadId": begun["uploadId"], "filePath": begun["filePath"] });
    let done = site.post("/conversations/messages/upload/complete", done).await.json();
    assert_eq!(done["metadata"]["size"], 6);
    let url = done["uploadedFiles"]["a.png"].as_str().unwrap();
    let file = site.get(&url[url.find("/_mem/").unwrap()..]).await;
    assert_eq!(&file.body[..], b"pixels");
}

#[tokio::test]
async fn forms_are_made_and_filled_in() {
    let site = Site::new();
    for what in ["forms", "surveys"] {
        let new = json!({ "name": "Contact us", "fields": [{ "name": "email", "required": true }] });
        let (status, made) = send(&site, &format!("POST /_mem/{what}"), new).await;
        assert_eq!((status, made["name"].as_str()), (201, Some("Contact us")));
        let line = format!("POST /_mem/{what}/{}/submit", made["id"].as_str().unwrap());
        let answers = json!({ "answers": { "email": "ada@vale.example" },
            "event": { "page": { "url": "https://vale.example/" } } });
        let (status, submission) = send(&site, &line, answers.clone()).await;
        assert_eq!((status, submission["email"].as_str()), (201, Some("ada@vale.example")));
        assert_eq!(submission["others"]["eventData"]["page"]["url"], "https://vale.example/");
        let (status, refused) = send(&site, &line, json!({ "answers": {} })).await;
        assert_eq!((status, refused["message"].as_str()), (422, Some("email should not be empty")));
        let nowhere = format!("POST /_mem/{what}/nothing/submit");
        assert_eq!(send(&site, &nowhere, answers).await.0, 404);
    }
}

#[tokio::test]
async fn webhooks_over_the_admin_api() {
    use crate::{Answer, Sink};
    let site = Site::new();
    let sink = Sink::new();
    site.crm.admin().sink("https://app.example/", sink.clone());
    let settings = json!({ "url": "https://app.example/hooks", "events": ["ContactCreate"],
        "retries": { "waitMillis": [60_000] } });
    let (status, made) = send(&site, "POST /_mem/endpoints", settings.clone()).await;
    assert_eq!((status, &made["id"], &made["enabled"]), (201, &json!("endpoint-1"), &json!(true)), "{made}");
    for (body, wrong) in
        [(json!({ "url": "nothing" }), "url"), (json!({ "url": "http://a", "bogus": 1 }), "bogus")]
    {
        let (status, refused) = send(&site, "POST /_mem/endpoints", body).await;
        assert!(
            status == 400 && refused["message"].as_str().is_some_and(|text| text.contains(wrong)),
            "{refused}"
        );
    }
    sink.answer(Answer::new(500));
    let contact = json!({ "locationId": site.location(), "email": "ada@vale.example" });
    assert_eq!(site.post("/contacts/", contact).await.status, 201);
    send(&site, "POST /_mem/clock/run", Value::Null).await;
    let (_, listed) =
        send(&site, "GET /_mem/deliveries?state=waiting&event=ContactCreate", Value::Null).await;
    assert_eq!(listed["deliveries"][0]["attempts"][0]["status"], 500, "{listed}");
    send(&site, "POST /_mem/clock/advance", json!({ "seconds": 60 })).await;
    let (_, listed) = send(&site, "GET /_mem/deliveries?state=failed&limit=1", Value::Null).await;
    assert_eq!(listed["deliveries"][0]["id"], 1, "{listed}");

    let (_, shown) = send(&site, "GET /_mem/deliveries/1", Value::Null).await;
    assert_eq!(shown["body"]["type"], "ContactCreate");
    assert_eq!(shown["body"]["webhookId"], shown["delivery"]["webhookId"]);
    sink.answer(Answer::new(200));
    assert_eq!(send(&site, "POST /_mem/deliveries/1/redeliver", Value::Null).await.0, 200);
    assert_eq!(
        send(&site, "POST /_mem/deliveries/1/redeliver", Value::Null).await.0,
        400,
        "it waits already"
    );
    send(&site, "POST /_mem/clock/run", Value::Null).await;
    let again = json!({ "state": "delivered", "endpoint": "endpoint-1" });
    assert_eq!(send(&site, "POST /_mem/deliveries/redeliver", again).await.1, json!({ "redelivered": 1 }));
    send(&site, "POST /_mem/clock/run", Value::Null).await;
    assert_eq!(sink.take().len(), 4);

    let accident = json!({ "seed": 7, "drop": 1.0 });
    let (_, set) = send(&site, "POST /_mem/deliveries/disturb", accident).await;
    assert_eq!(send(&site, "GET /_mem/deliveries/disturb", Value::Null).await.1, set);
    assert_eq!(send(&site, "DELETE /_mem/deliveries/disturb", Value::Null).await.0, 200);
    let (_, events) = send(&site, "GET /_mem/events?limit=1&since=0", Value::Null).await;
    assert_eq!(events["events"].as_array().map(Vec::len), Some(1));
    let (_, keys) = send(&site, "GET /_mem/webhook-keys", Value::Null).await;
    assert!(keys["ed25519"].as_str().is_some_and(|key| key.starts_with("MCowBQYDK2VwAyEA")), "{keys}");

    assert_eq!(send(&site, "PUT /_mem/endpoints/endpoint-1", settings.clone()).await.0, 200);
    assert_eq!(send(&site, "PUT /_mem/endpoints/endpoint-9", settings).await.0, 404);
    assert_eq!(send(&site, "POST /_mem/endpoints/endpoint-1/disable", Value::Null).await.0, 200);
    let (_, listed) = send(&site, "GET /_mem/endpoints", Value::Null).await;
    assert_eq!(listed["endpoints"][0]["enabled"], false);
    assert_eq!(send(&site, "POST /_mem/endpoints/endpoint-1/enable", Value::Null).await.0, 200);
    assert_eq!(send(&site, "DELETE /_mem/endpoints/endpoint-1", Value::Null).await.0, 200);
    assert_eq!(send(&site, "DELETE /_mem/endpoints/endpoint-1", Value::Null).await.0, 404);
    for (line, wanted) in [
        ("GET /_mem/deliveries?state=odd", 400),
        ("GET /_mem/deliveries/99", 404),
        ("GET /_mem/deliveries/x", 404),
        ("GET /_mem/deliveries?since=soon", 400),
    ] {
        assert_eq!(send(&site, line, Value::Null).await.0, wanted, "{line}");
    }
    assert_eq!(send(&site, "DELETE /_mem/deliveries", Value::Null).await.0, 200);
    assert_eq!(send(&site, "DELETE /_mem/events", Value::Null).await.0, 200);
}
