//! Every refusal byte for byte (behaviour c.3 to c.6).

use serde_json::json;
use smbcrm_core::locations::Location;

use super::Site;
use crate::{MemCrm, Scopes, Service, TokenLevel};

const LOCATION_REFUSED: &str =
    r#"{"statusCode":403,"message":"The token does not have access to this location."}"#;
const IAM: &str = r#"{"statusCode":401,"message":"This route is not yet supported by the IAM Service. Please update your IAM config."}"#;

#[tokio::test]
async fn tokens_and_versions() {
    let site = Site::new();
    let pit = "Bearer pit-00000000-0000-0000-0000-000000000000";
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("authorization", "")], r#"{"statusCode":401,"message":"Invalid JWT"}"#),
        (&[("authorization", "Bearer eyJhbGciOi")], r#"{"statusCode":401,"message":"Invalid JWT"}"#),
        (&[("authorization", "Bearer PIT-00")], r#"{"statusCode":401,"message":"Invalid JWT"}"#),
        (&[("authorization", pit)], r#"{"statusCode":401,"message":"Invalid Private Integration token"}"#),
        (&[("version", "")], r#"{"statusCode":401,"message":"version header was not found."}"#),
        (&[("version", "2020-01-01")], r#"{"statusCode":401,"message":"version header is invalid"}"#),
        // The token is looked at first.
        (&[("authorization", ""), ("version", "")], r#"{"statusCode":401,"message":"Invalid JWT"}"#),
        // And both before the body.
        (
            &[("authorization", ""), ("content-encoding", "br")],
            r#"{"statusCode":401,"message":"Invalid JWT"}"#,
        ),
    ];
    for (headers, said) in cases {
        let answer = site.ask("POST /contacts/", headers, "{not json").await;
        assert_eq!((answer.status, answer.exact().as_str()), (401, said), "{headers:?}");
        assert_eq!(answer.headers["content-type"], "application/json; charset=utf-8");
        assert_eq!(answer.header("x-ratelimit-max"), 100);
    }
    // White space around the token is trimmed, and every published version is taken.
    for version in ["v3", "2023-02-21", "2021-07-28", "2021-04-15"] {
        let token = format!("Bearer  {} ", site.token);
        let path = format!("GET /contacts/?locationId={}", site.location());
        assert_eq!(site.ask(&path, &[("version", version), ("authorization", &token)], "").await.status, 200);
    }
}

#[tokio::test]
async fn scopes_and_levels() {
    let site = Site::new();
    let level = TokenLevel::Location(site.location().clone());
    let (_, narrow) = site.crm.admin().create_token("narrow", level, ["contacts.readonly"]);
    let narrow = format!("Bearer {}", narrow.expose());
    let answer = site.ask("POST /contacts/", &[("authorization", &narrow)], "{}").await;
    let said = r#"{"statusCode":401,"message":"The token is not authorized for this scope."}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (401, said));

    let answer = site.get("/locations/search").await;
    let said = r#"{"message":"Forbidden resource","error":"Forbidden","statusCode":403}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (403, said));

    let (_, agency) = site.crm.admin().create_token("agency", TokenLevel::Agency, Scopes::All);
    let agency = format!("Bearer {}", agency.expose());
    let answer = site.ask("GET /contacts/x", &[("authorization", &agency)], "").await;
    let said = r#"{"statusCode":401,"message":"This authClass type is not allowed to access this scope."}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (401, said));
}

#[tokio::test]
async fn sub_accounts() {
    let site = Site::new();
    let mut other = Location::default();
    other.id = "LOC00000000000000002".into();
    site.crm.admin().add_location(other);
    // Foreign or unknown, in the query, the path and the body; or absent.
    for path in [
        "/contacts/?locationId=LOC00000000000000002",
        "/contacts/?locationId=nowhere",
        "/contacts/?locationId=",
        "/contacts/",
        "/contacts/?limit=many&bogus=1",
        "/locations/LOC00000000000000002",
        "/locations/nowhere/tags",
    ] {
        let answer = site.get(path).await;
        assert_eq!((answer.status, answer.exact().as_str()), (403, LOCATION_REFUSED), "{path}");
    }
    for body in [json!({}), json!({ "locationId": "LOC00000000000000002" }), json!({ "locationId": null })] {
        for path in ["/contacts/", "/contacts/upsert", "/contacts/search"] {
            let answer = site.post(path, body.clone()).await;
            assert_eq!((answer.status, answer.exact().as_str()), (403, LOCATION_REFUSED), "{path} {body}");
        }
    }
    // One bulk operation has words of its own.
    let answer = site.post("/contacts/bulk/tags/update/add", json!({})).await;
    let said = r#"{"message":"LocationId can't be undefined","error":"Bad Request","statusCode":400}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (400, said));
    // What is there but no text is the strict check's business.
    let answer = site.post("/contacts/", json!({ "locationId": 7 })).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn routes() {
    let site = Site::new();
    for (line, said) in [
        ("GET /some/path", r#"{"message":"Cannot GET /some/path","error":"Not Found","statusCode":404}"#),
        ("GET /nothing", r#"{"message":"Cannot GET /nothing","error":"Not Found","statusCode":404}"#),
        (
            "PATCH /contacts/x",
            r#"{"message":"Cannot PATCH /contacts/x","error":"Not Found","statusCode":404}"#,
        ),
        (
            "GET /contacts/x/tags",
            r#"{"message":"Cannot GET /contacts/x/tags","error":"Not Found","statusCode":404}"#,
        ),
        ("GET /contacts/x/", r#"{"message":"Cannot GET /contacts/x/","error":"Not Found","statusCode":404}"#),
        (
            "OPTIONS /contacts/",
            r#"{"message":"Cannot OPTIONS /contacts/","error":"Not Found","statusCode":404}"#,
        ),
        (
            "TRACE /contacts/x",
            r#"{"message":"Cannot TRACE /contacts/x","error":"Not Found","statusCode":404}"#,
        ),
    ] {
        let answer = site.ask(line, &[], "").await;
        assert_eq!((answer.status, answer.exact().as_str()), (404, said), "{line}");
    }
    for line in ["GET /Contacts/x", "GET /locations/x/customvalues", "POST /CONTACTS"] {
        let answer = site.ask(line, &[], "").await;
        assert_eq!((answer.status, answer.exact().as_str()), (401, IAM), "{line}");
    }
    // No route is told apart from a bad token.
    let answer = site.ask("GET /some/path", &[("authorization", ""), ("version", "")], "").await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn what_looks_like_a_route_is_an_id() {
    let site = Site::new();
    let answer = site.get("/contacts/lookup").await;
    let said = r#"{"error":"Contact with id lookup not found","status":400}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (400, said));
    let answer = site.get("/contacts/lookup?email=ada@vale.example").await;
    let said =
        r#"{"message":["property email should not exist"],"error":"Unprocessable Entity","statusCode":422}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (422, said));
    let answer = site.get("/contacts/%ff").await;
    let said = r#"{"message":"Failed to decode param '%ff'","error":"Bad Request","statusCode":400}"#;
    assert_eq!((answer.status, answer.exact().as_str()), (400, said));
}

#[tokio::test]
async fn what_v3_no_longer_has() {
    let site = Site::new();
    let path = "/contacts/CON1/campaigns/removeAll";
    let answer = site.ask(&format!("DELETE {path}"), &[("version", "v3")], "").await;
    let said = format!(
        r#"{{"message":"Endpoint {path} not available in API version v3. This endpoint was removed in version v3. Please use a version before v3.","error":"Bad Request","statusCode":400}}"#
    );
    assert_eq!((answer.status, answer.exact()), (400, said));
    // The older list is missing from v3's files, and answers.
    let list = format!("GET /contacts/?locationId={}", site.location());
    assert_eq!(site.ask(&list, &[("version", "v3")], "").await.status, 200);
}

#[tokio::test]
async fn undeclared_properties_are_refused_all_at_once() {
    let site = Site::new();
    let input = json!({ "locationId": site.location(), "nickname": "A", "firstName": 1 });
    let answer = site.post("/contacts/?x=1", input).await;
    assert_eq!(answer.status, 422);
    let said = answer.json();
    assert_eq!(said["error"], "Unprocessable Entity");
    let messages = said["message"].to_string();
    for part in
        ["property x should not exist", "property nickname should not exist", "firstName must be a string"]
    {
        assert!(messages.contains(part), "{messages}");
    }
}

#[tokio::test]
async fn a_lenient_world_refuses_next_to_nothing() {
    let crm = MemCrm::builder().lenient(true).build();
    let service = Service::new(&crm);
    let body =
        json!({ "locationId": crm.location(), "email": "ada@vale.example", "nickname": "A" }).to_string();
    let request = http::Request::post("/contacts/?x=1").header("content-type", "application/json");
    let answer = service.respond(request.body(body.into()).unwrap()).await;
    assert_eq!(answer.status(), 201, "{:?}", answer.body());
    assert_eq!(crm.admin().calls()[0].caller, "anyone");
}
