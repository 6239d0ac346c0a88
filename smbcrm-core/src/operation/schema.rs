//! The OpenAPI document that the declarations add up to.

use serde_json::{Map, Value, json};

use super::prose::make_plain;
use super::{Access, BodyKind, Operation, Reply, Said, api};
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
        path[operation.method.as_str().to_lowercase()] = describe(about, operation, &mut schemas);
    }
    let mut schemas = schemas.into_found();
    schemas.insert("Error".to_owned(), error_schema(about));
    let refusals: Map<String, Value> =
        about.refusals.iter().map(|known| (known.name.to_owned(), refusal(known.meaning))).collect();
    let mut document = json!({
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
            "responses": refusals,
        },
    });
    // Whoever reads the document has no crate before them.
    make_plain(&mut document);
    document
}

fn describe(about: &api::About, operation: &'static Operation, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = operation
        .params
        .iter()
        .zip(operation.schemas.params)
        .map(|(name, kind)| {
            let schema = schemas.of(kind);
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
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
        },
    });
    if let Some(status) = operation.known {
        described["responses"][status.to_string()] = success(operation, schemas);
    }
    for known in about.refusals.iter().filter(|refusal| (refusal.of)(operation)) {
        let reference = format!("#/components/responses/{}", known.name);
        described["responses"][known.status.to_string()] = json!({ "$ref": reference });
    }
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
            return json!({ "description": "Success", "content": { "*/*": {} } });
        }
        Reply::Redirect => return json!({ "description": "Go on at the address in `Location`." }),
        // The trace id stands among the keys of whatever is an object; APIs without scopes have none.
        Reply::Bare if !operation.scope.is_empty() && is_object(&output, schemas) => {
            json!({ "allOf": [output, { "type": "object", "properties": { "traceId": trace } }] })
        }
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

/// Whether a schema, itself or by what it refers to, is that of objects whose keys are all known.
fn is_object(schema: &Value, schemas: &Schemas) -> bool {
    if let Some(name) =
        schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next())
    {
        return schemas.found().get(name).is_some_and(|found| is_object(found, schemas));
    }
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(options) => options.iter().all(|option| is_object(option, schemas)),
        None => {
            schema.get("type").is_some_and(|kind| kind == "object")
                && schema.get("additionalProperties").is_none()
        }
    }
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

/// The union of an API's shapes; a client has to read all of them.
fn error_schema(about: &api::About) -> Value {
    let properties: Map<String, Value> = about
        .refusals_say
        .iter()
        .map(|(key, said, meaning)| {
            let mut schema = match said {
                Said::Number => json!({ "type": "integer" }),
                Said::Text => json!({ "type": "string" }),
                Said::Texts => json!({ "type": "array", "items": { "type": "string" } }),
                Said::TextOrTexts => {
                    json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
                }
                Said::Object => json!({ "type": "object" }),
                Said::Uuid => json!({ "type": "string", "format": "uuid" }),
                Said::Any => json!({}),
            };
            schema["description"] = json!(meaning);
            ((*key).to_owned(), schema)
        })
        .collect();
    json!({
        "type": "object",
        "description": "A refusal. Operations word it differently: every property is optional.",
        "properties": properties,
    })
}
