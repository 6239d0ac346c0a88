//! Writes `docs/src/fidelity.md`: what is declared, implemented, proved – and how its behaviour is known.
//!
//! `cargo run --example fidelity` writes it; `cargo test --example fidelity` fails while it is out of date. What is
//! observed or assumed stands in `docs/evidence.txt`, one line each.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use futures::executor::block_on;
use serde_json::{Map, Value, json};
use smbcrm_core::operation::{Arguments, BodyKind, Operation, Part, Payload};
use smbcrm_core::{Endpoint, ErrorKind, contract, endpoints, operations};
use smbcrm_examples::Failure;
use smbcrm_mem::MemCrm;

fn main() -> Result<(), Failure> {
    let page = page(&Evidence::read(&docs().join("evidence.txt"))?)?;
    let path = docs().join("src/fidelity.md");
    std::fs::write(&path, page)?;
    println!("wrote {}", path.display());
    Ok(())
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

// ------------------------------------------------------------------------------------------------ the evidence

/// What is known beyond the documentation.
#[derive(Default)]
struct Evidence {
    observed: BTreeMap<String, Vec<String>>,
    assumed: BTreeMap<String, Vec<String>>,
}

impl Evidence {
    /// Reads lines of the form `observed contacts.create: what was seen` or `assumed paging: what we chose`.
    fn read(path: &Path) -> Result<Self, Failure> {
        let mut evidence = Self::default();
        let known: BTreeSet<String> = operations().map(ToString::to_string).collect();
        let products: BTreeSet<&str> = operations().map(|operation| operation.product.name).collect();
        for (line, number) in std::fs::read_to_string(path)?.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: &str| Failure::new(format!("{}:{number}: {what}: {line}", path.display()));
            let (kind, rest) = line.split_once(' ').ok_or_else(|| wrong("two words at least"))?;
            let (subject, text) = rest.split_once(": ").ok_or_else(|| wrong("no `subject: text`"))?;
            let (subject, text) = (subject.trim().to_owned(), text.trim().to_owned());
            // A dot makes it an operation, and then it must be one: renamed operations are noticed.
            let product = subject.split('.').next().unwrap_or_default();
            if subject.contains('.') && products.contains(product) && !known.contains(&subject) {
                return Err(wrong("there is no such operation"));
            }
            let list = match kind {
                "observed" => &mut evidence.observed,
                "assumed" => &mut evidence.assumed,
                _ => return Err(wrong("neither observed nor assumed")),
            };
            list.entry(subject).or_default().push(text);
        }
        Ok(evidence)
    }

    fn of(&self, operation: &str) -> String {
        let mut words = vec!["documented".to_owned()];
        let mut add = |word: &str, list: &BTreeMap<String, Vec<String>>| {
            if let Some(lines) = list.get(operation) {
                words.push(format!("{} {word}", lines.len()));
            }
        };
        add("observed", &self.observed);
        add("assumed", &self.assumed);
        words.join(", ")
    }
}

// ------------------------------------------------------------------------------------------------ the page

fn page(evidence: &Evidence) -> Result<String, Failure> {
    let endpoints = endpoints();
    let mem = MemCrm::new();
    let cases: Vec<_> = contract::cases().collect();
    let proofs =
        |operation: &Operation| cases.iter().filter(|case| case.operations.contains(&operation)).count();
    let sweeps = cases.iter().filter(|case| case.operations.is_empty()).count();

    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut declared, mut implemented, mut proved) = (0, 0, 0);
    for endpoint in &endpoints {
        let operation = endpoint.operation;
        let (done, proofs) = (is_implemented(endpoint, &mem)?, proofs(operation));
        declared += 1;
        implemented += usize::from(done);
        proved += usize::from(proofs > 0);
        rows.entry(operation.product.name).or_default().push(format!(
            "| `{}` | `{} {}` | `{}`{} | {} | {} | {} |",
            operation.name,
            operation.method.as_str(),
            operation.path,
            operation.scope,
            if operation.scope_documented { "" } else { " *" },
            if done { "yes" } else { "no" },
            if proofs == 0 { "–".to_owned() } else { proofs.to_string() },
            evidence.of(&operation.to_string()),
        ));
    }

    let mut page = String::new();
    writeln!(page, "# Fidelity\n")?;
    writeln!(
        page,
        "<!-- Generated by `cargo run --example fidelity`. Edit docs/evidence.txt instead. -->\n"
    )?;
    writeln!(page, "How true to the live API is the in-memory one, operation by operation?\n")?;
    writeln!(
        page,
        "**{declared} operations declared, {implemented} implemented, {proved} proved by contract cases of their own.** \
         A further {sweeps} cases ask every operation the same questions: bad tokens, missing scopes, wrong levels, \
         other sub-accounts, records that are not there.\n"
    )?;
    writeln!(
        page,
        "- **scope**: what a token needs. A star marks a scope that the documentation does not name; it is assumed."
    )?;
    writeln!(page, "- **cases**: contract cases that prove the operation, on every transport.")?;
    writeln!(
        page,
        "- **behaviour**: how it is known. *Documented*: by the API's description. *Observed*: seen on the wire by \
         others. *Assumed*: nobody has said, and we chose. The lists below say what.\n"
    )?;
    for (product, rows) in &rows {
        writeln!(page, "## {product}\n")?;
        writeln!(
            page,
            "| operation | request | scope | implemented | cases | behaviour |\n|---|---|---|---|---|---|"
        )?;
        for row in rows {
            writeln!(page, "{row}")?;
        }
        writeln!(page)?;
    }
    list(&mut page, "Observed", "Seen on the wire, and not in the documentation.", &evidence.observed)?;
    list(
        &mut page,
        "Assumed",
        "Chosen by us, because nothing says what the live API does. Do not build on these without a look at a live account.",
        &evidence.assumed,
    )?;
    Ok(page)
}

fn list(
    page: &mut String,
    title: &str,
    what: &str,
    lines: &BTreeMap<String, Vec<String>>,
) -> Result<(), std::fmt::Error> {
    writeln!(page, "## {title}\n\n{what}\n")?;
    for (subject, texts) in lines {
        for text in texts {
            writeln!(page, "- **{subject}**: {text}")?;
        }
    }
    writeln!(page)
}

// ------------------------------------------------------------------------------------------------ implemented?

/// Whether the in-memory CRM answers the operation at all.
///
/// It is called with a token that is none, on input that fits its schema: what is implemented refuses the token, what
/// is not says so first.
fn is_implemented(endpoint: &Endpoint, mem: &MemCrm) -> Result<bool, Failure> {
    let nobody = mem.with_token("nobody");
    match block_on(endpoint.call(&nobody, arguments(endpoint.operation))) {
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(false),
        Err(error) if error.kind() == ErrorKind::Unauthenticated => Ok(true),
        Err(error) => Err(Failure::new(format!("asked whether it is implemented, {error}"))),
        Ok(_) => Err(Failure::new(format!("{} takes a token that is none", endpoint.operation))),
    }
}

fn arguments(operation: &Operation) -> Arguments {
    let params = operation.params.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect();
    let mut generator = schemars::SchemaGenerator::default();
    let query = (operation.schemas.query)(&mut generator);
    let body = (operation.schemas.body)(&mut generator);
    let definitions = generator.take_definitions(true);
    let query = match fitting(query.as_value(), &definitions) {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect(),
        _ => Vec::new(),
    };
    let payload = match operation.body {
        BodyKind::None => Payload::Empty,
        // Forms have no schema to fit: the fields that each product's upload must have.
        BodyKind::Multipart if operation.product.name == "conversations" => {
            let field = |name| Part::field(name, "x");
            Payload::Multipart(["locationId", "conversationId", "contactId"].map(field).to_vec())
        }
        BodyKind::Multipart if operation.product.name == "forms" => {
            Payload::Multipart(vec![Part::file("field_file", "a.txt", "text/plain", "x")])
        }
        BodyKind::Multipart => Payload::Multipart(vec![Part::field("id", "x")]),
        _ => Payload::Json(fitting(body.as_value(), &definitions)),
    };
    Arguments::new(params, query, payload)
}

/// The least value that fits a schema: required properties only.
fn fitting(schema: &Value, definitions: &Map<String, Value>) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return definitions.get(name).map_or(Value::Null, |schema| fitting(schema, definitions));
    }
    if let Some(first) = schema["enum"].get(0).or_else(|| schema.get("const")) {
        return first.clone();
    }
    let any = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema[*key].get(0));
    if let Some(first) = any {
        return fitting(first, definitions);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].get(0).and_then(Value::as_str));
    match (kind, schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => json!("2026-01-01T09:00:00Z"),
        (Some("string"), Some("date")) => json!("2026-01-01"),
        // The only patterns there are want digits.
        (Some("string"), _) if schema.get("pattern").is_some() => json!("1"),
        (Some("string"), _) => json!("x"),
        (Some("integer" | "number"), _) => json!(1),
        (Some("boolean"), _) => json!(true),
        (Some("array"), _) => json!([]),
        (Some("object"), _) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let value = |name: &str| fitting(&schema["properties"][name], definitions);
            Value::Object(required.map(|name| (name.to_owned(), value(name))).collect())
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        let evidence = Evidence::read(&docs().join("evidence.txt")).unwrap();
        let kept = std::fs::read_to_string(docs().join("src/fidelity.md")).unwrap_or_default();
        assert!(
            kept == page(&evidence).unwrap(),
            "docs/src/fidelity.md is out of date: run `cargo run --example fidelity`"
        );
    }
}
