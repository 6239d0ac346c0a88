//! Whatever is sent, the server answers.

use proptest::prelude::*;
use serde_json::{Value, json};
use smbcrm_core::contacts::operations as contacts;
use smbcrm_core::operation::{BodyKind, Operation};

use super::Site;
use crate::server::dispatch::caught;
use crate::{MemCrm, RateLimits, TokenLevel};

/// Names that mean something somewhere, so that values reach the code behind the checks.
const NAMES: &[&str] = &[
    "locationId",
    "location_id",
    "pageLimit",
    "page",
    "limit",
    "query",
    "filters",
    "sort",
    "searchAfter",
    "email",
    "phone",
    "tags",
    "customFields",
    "field",
    "operator",
    "value",
    "group",
    "startAfter",
    "startAfterId",
    "name",
    "dateOfBirth",
    "dndSettings",
    "contactId",
    "pipelineId",
    "status",
    "bogus",
    "",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(vec![
            "eq",
            "contains",
            "range",
            "LOC00000000000000001",
            "asc",
            "2026-02-30",
            "tags"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(NAMES), inner), 0..6).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn target(operation: &Operation, segment: &str, query: &[(String, String)]) -> String {
    let mut path = operation.path.to_owned();
    for name in operation.params {
        let filled = if *name == "locationId" { "LOC00000000000000001" } else { segment };
        path = path.replacen(&format!("{{{name}}}"), filled, 1);
    }
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query);
    format!("{path}?{}", pairs.finish())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_route_answers_any_input(
        body in value(),
        named in any::<bool>(),
        query in prop::collection::vec((prop::sample::select(NAMES), ".{0,12}"), 0..4),
        segment in prop_oneof![Just("%2F..%00".to_owned()), "[a-zA-Z0-9%._~-]{1,24}".prop_filter("an escape", |s| !s.contains('%'))],
    ) {
        let crm = MemCrm::builder().rate_limits(RateLimits::off()).build();
        let site = Site::of(crm);
        let agency = site.crm.admin().create_token("agency", TokenLevel::Agency, crate::Scopes::All).1;
        let agency = format!("Bearer {}", agency.expose());
        let mut query: Vec<(String, String)> = query.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let mut body = body;
        if named {
            query.push(("locationId".to_owned(), site.location().to_string()));
            if let Value::Object(fields) = &mut body {
                fields.insert("locationId".to_owned(), json!(site.location()));
            }
        }
        runtime().block_on(async {
            for operation in smbcrm_core::operations() {
                let line = format!("{} {}", operation.method.as_str(), target(operation, &segment, &query));
                let mut headers = vec![];
                if operation.access == smbcrm_core::operation::Access::Agency {
                    headers.push(("authorization", &*agency));
                }
                if operation.body == BodyKind::Multipart {
                    headers.push(("content-type", "multipart/form-data; boundary=b"));
                }
                let answer = site.ask(&line, &headers, body.to_string()).await;
                // 501: an operation that is declared and not answered yet.
                let fine = (200..300).contains(&answer.status) || (400..500).contains(&answer.status) || answer.status == 501;
                assert!(fine, "{line} {body}: {} {:?}", answer.status, answer.body);
            }
        });
    }

    #[test]
    fn any_path_and_bytes_are_answered(path in "(/[ -~&&[^ <>\"{}|\\\\^`]]{0,12}){0,4}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let site = Site::new();
        let line = format!("POST /{path}");
        if line[5..].parse::<http::Uri>().is_ok_and(|uri| uri.authority().is_none()) {
            runtime().block_on(async {
                let status = site.ask(&line, &[], body.clone()).await.status;
                assert!((400..500).contains(&status), "{line}: {status}");
                let admin = site.ask(&format!("POST /_mem/{path}"), &[], body).await.status;
                assert!((400..500).contains(&admin), "{line}: {admin}");
            });
        }
    }
}

/// A panic behind the gate is an answer, not the end.
#[tokio::test]
async fn a_panic_is_an_answer() {
    let error = caught(async { panic!("a bug") }, &contacts::GET).await.unwrap_err();
    assert_eq!(error.to_wire(), json!({ "statusCode": 500, "message": "Internal server error" }));
}
