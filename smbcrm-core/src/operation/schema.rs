//! The OpenAPI document that the declarations add up to.

use serde_json::{Map, Value, json};

use super::{Access, BodyKind, Operation, Reply, api};
use crate::shape::Kind;
use crate::shape::schema::Schemas;

/// The OpenAPI 3.1 document of SMBcrm's operations: schemas, scopes, security and the shapes of errors.
///
/// `server` is the base URL to name, `https://services.smbcrm.com` for the live API.
pub fn openapi(operations: impl IntoIterator<Item = &'static Operation>, server: &str) -> Value {
    openapi_of(&api::CRM, operations, server)
}

/// As [`openapi`], of another API's operations.
pub fn openapi_of(
    about: &api::About,
    operations: impl IntoIterator<Item = &'static Operation>,
    server: &str,
) -> Value {
    let mut schemas = Schemas::new("#/components/schemas/");
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Vec<Value> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for operation in operations {
        if !seen.contains(&operation.product.name) {
            seen.push(operation.product.name);
            tags.push(json!({ "name": operation.product.name, "description": operation.product.summary }));
        }
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = describe(operation, &mut schemas);
    }
    let mut schemas = schemas.into_found();
    schemas.insert("Error".to_owned(), error_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": about.description,
        },
        "servers": [{ "url": server }],
        "tags": tags,
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer",
                "description": about.credentials } },
            "schemas": schemas,
            "responses": {
                "Unauthorized": refusal("The token is missing, unknown or lacks the scope, or Version is missing."),
                "Forbidden": refusal("The token has no access to this sub-account."),
                "BadRequest": refusal("The record does not exist, exists already, or the input makes no sense."),
                "Unprocessable": refusal("The input is refused; every violation is listed."),
                "TooManyRequests": refusal("The burst or daily limit is used up."),
            },
        },
    })
}

fn describe(operation: &'static Operation, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = operation
        .params
        .iter()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let version = operation.product.version;
    if !version.is_empty() {
        parameters.push(json!({ "name": "Version", "in": "header", "required": true,
            "schema": { "type": "string", "enum": [version] } }));
    }
    if operation.takes_query {
        parameters.extend(query_parameters(operation, schemas));
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.doc,
        "tags": [operation.product.name],
        "parameters": parameters,
        "security": [{ "bearer": [operation.scope] }],
        "x-scope": operation.scope,
        "x-scope-documented": operation.scope_documented,
        "x-access": match operation.access {
            Access::Location => "sub-account",
            Access::Agency => "agency",
            Access::Any => "any",
        },
        "x-idempotent": operation.idempotent,
        "responses": {
            operation.status.to_string(): success(operation, schemas),
            "400": { "$ref": "#/components/responses/BadRequest" },
            "401": { "$ref": "#/components/responses/Unauthorized" },
            "403": { "$ref": "#/components/responses/Forbidden" },
            "422": { "$ref": "#/components/responses/Unprocessable" },
            "429": { "$ref": "#/components/responses/TooManyRequests" },
        },
    });
    // An API without scopes has no levels of tokens either.
    if operation.scope.is_empty()
        && let Value::Object(facts) = &mut described
    {
        for none in ["x-scope", "x-scope-documented", "x-access"] {
            facts.shift_remove(none);
        }
        facts.insert("security".to_owned(), json!([{ "bearer": [] }]));
    }
    if operation.deprecated {
        described["deprecated"] = json!(true);
    }
    let media = match operation.body {
        BodyKind::None => return described,
        BodyKind::Json => "application/json",
        BodyKind::Form => "application/x-www-form-urlencoded",
        BodyKind::Multipart => "multipart/form-data",
    };
    let schema = match operation.body {
        BodyKind::Multipart => json!({ "type": "object" }),
        _ => schemas.of(&operation.schemas.body),
    };
    described["requestBody"] = json!({ "required": true, "content": { media: { "schema": schema } } });
    described
}

fn success(operation: &'static Operation, schemas: &mut Schemas) -> Value {
    let output = schemas.of(&operation.schemas.output);
    let trace = json!({ "type": "string", "format": "uuid" });
    let schema = match operation.reply {
        Reply::Raw => {
            return json!({ "description": "Success", "content": { "application/octet-stream": {} } });
        }
        Reply::Redirect => return json!({ "description": "Go on at the address in `Location`." }),
        Reply::Bare => output,
        Reply::Key(key) => {
            if operation.scope.is_empty() {
                json!({ "type": "object", "required": [key], "properties": { key: output } })
            } else {
                json!({ "type": "object", "required": [key], "properties": { key: output, "traceId": trace } })
            }
        }
        Reply::Acknowledged(ack) => {
            json!({ "type": "object", "properties": { ack: { "type": "boolean" }, "traceId": trace } })
        }
        Reply::Reported { key, .. } => {
            let results = match key {
                "" => output,
                key => json!({ "type": "object", "required": [key], "properties": { key: output } }),
            };
            json!({ "type": "object", "properties": {
                "success": { "type": "boolean" },
                "statusCode": { "type": "integer" },
                "message": { "type": "string" },
                "results": results,
                "traceId": trace,
            } })
        }
        Reply::AcknowledgedKey { key, ack } => {
            let mut properties = Map::new();
            properties.insert(ack.to_owned(), json!({ "type": "boolean" }));
            properties.insert(key.to_owned(), output);
            properties.insert("traceId".to_owned(), trace);
            json!({ "type": "object", "required": [key], "properties": properties })
        }
    };
    json!({ "description": "Success", "content": { "application/json": { "schema": schema } } })
}

/// One parameter a property of the query's struct.
fn query_parameters(operation: &'static Operation, schemas: &mut Schemas) -> Vec<Value> {
    let Kind::Record(shape) = operation.schemas.query else { return Vec::new() };
    let (properties, required) = schemas.properties(shape());
    properties
        .into_iter()
        .map(|(name, mut schema)| {
            let description = schema.as_object_mut().and_then(|s| s.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query",
                "required": required.contains(&name.as_str()), "schema": schema });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            parameter
        })
        .collect()
}

fn refusal(description: &str) -> Value {
    json!({ "description": description,
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } })
}

/// The union of the wire's shapes; a client has to read all of them.
fn error_schema() -> Value {
    json!({
        "type": "object",
        "description": "A refusal. Products word it differently: every property is optional.",
        "properties": {
            "statusCode": { "type": "integer" },
            "status": { "type": "integer" },
            "message": { "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
            "error": { "type": "string" },
            "name": { "type": "string" },
            "code": { "type": "string" },
            "canonicalCode": { "type": "string" },
            "meta": { "type": "object" },
            "traceId": { "type": "string", "format": "uuid" },
        },
    })
}
