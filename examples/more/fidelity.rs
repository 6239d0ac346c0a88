//! Writes `docs/src/fidelity.md`: what is declared, implemented, proved – and how its behaviour is known.
//!
//! `cargo run -p smbcrm-more-examples --example fidelity` writes it; `cargo test -p smbcrm-more-examples --example fidelity` fails while it is out of date. What is
//! observed or assumed stands in `docs/evidence.txt`, one line each.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use futures::executor::block_on;
use serde_json::Value;
use smbcrm_core::operation::{Arguments, BodyKind, Operation, Part, Payload, Route};
use smbcrm_core::sales_boost::Integrations;
use smbcrm_core::shape::least;
use smbcrm_core::smarfle::{Leads, Settings};
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
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
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
        let all = || operations().chain(neighbours().into_iter().map(|known| known.operation));
        let known: BTreeSet<String> = all().map(ToString::to_string).collect();
        let products: BTreeSet<&str> = all().map(|operation| operation.product.name).collect();
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

    fn of(&self, operation: &Operation) -> String {
        // The settings of Smarfle have pages, and no API but ours.
        let documented = operation.product.name != "smarfle-settings";
        let mut words = vec![if documented { "documented" } else { "ours: assumed" }.to_owned()];
        let operation = &operation.to_string();
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

    let mut ours = Vec::new();
    for endpoint in &endpoints {
        let operation = endpoint.operation;
        let implemented = is_implemented(endpoint, &mem)?;
        ours.push(Known { operation, implemented, proofs: proofs(operation) });
    }
    let (declared, count) = (ours.len(), |is: fn(&&Known) -> bool| ours.iter().filter(is).count());
    let (implemented, proved) = (count(|known| known.implemented), count(|known| known.proofs > 0));

    let mut page = String::new();
    writeln!(page, "# Fidelity\n")?;
    writeln!(
        page,
        "<!-- Generated by `cargo run -p smbcrm-more-examples --example fidelity`. Edit docs/evidence.txt instead. -->\n"
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
    tables(&mut page, &ours, evidence)?;
    writeln!(page, "## The APIs beside SMBcrm's\n")?;
    writeln!(
        page,
        "They have keys and no scopes. Their cases run in process, looped, over the wire and over HTTP as well; those of \
         SMB Sales Boost in both of its dialects.\n"
    )?;
    tables(&mut page, &neighbours(), evidence)?;
    list(&mut page, "Observed", "Seen on the wire, and not in the documentation.", &evidence.observed)?;
    list(
        &mut page,
        "Assumed",
        "Chosen by us, because nothing says what the live API does. Do not build on these without a look at a live account.",
        &evidence.assumed,
    )?;
    Ok(page)
}

/// A table a product.
fn tables(page: &mut String, all: &[Known], evidence: &Evidence) -> Result<(), std::fmt::Error> {
    let mut products: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
    for known in all {
        products.entry(known.operation.product.name).or_default().push(known);
    }
    for (product, rows) in products {
        writeln!(page, "## {product}\n")?;
        writeln!(
            page,
            "| operation | request | scope | implemented | cases | behaviour |\n|---|---|---|---|---|---|"
        )?;
        for Known { operation, implemented, proofs } in rows {
            let scope = match (operation.scope, operation.scope_documented) {
                ("", _) => "–".to_owned(),
                (scope, true) => format!("`{scope}`"),
                (scope, false) => format!("`{scope}` *"),
            };
            writeln!(
                page,
                "| `{}` | `{} {}` | {scope} | {} | {} | {} |",
                operation.name,
                operation.method.as_str(),
                operation.path,
                if *implemented { "yes" } else { "no" },
                if *proofs == 0 { "–".to_owned() } else { proofs.to_string() },
                evidence.of(operation),
            )?;
        }
        writeln!(page)?;
    }
    Ok(())
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

/// An operation, and what is known of it.
struct Known {
    operation: &'static Operation,
    implemented: bool,
    proofs: usize,
}

/// The operations of the APIs beside SMBcrm's.
fn neighbours() -> Vec<Known> {
    let mem = MemCrm::new();
    let mut all = Vec::new();
    let boost = mem.sales_boost().with_key("nobody");
    let cases: Vec<_> = contract::sales_boost::cases().collect();
    known(&mut all, <dyn Integrations>::ROUTES, &boost, &cases);
    let smarfle = mem.smarfle().with_key("nobody");
    let cases: Vec<_> = contract::smarfle::cases().collect();
    known(&mut all, <dyn Leads>::ROUTES, &smarfle, &cases);
    known(&mut all, <dyn Settings>::ROUTES, &smarfle, &cases);
    all
}

/// What is known of a product's operations. What is implemented says anything but that it is not.
fn known<S: ?Sized, T>(
    all: &mut Vec<Known>,
    routes: &'static [Route<S>],
    service: &S,
    cases: &[&contract::Case<T>],
) {
    for route in routes {
        let operation = route.operation;
        let answer = block_on((route.call)(service, arguments(operation)));
        let implemented = !answer.is_err_and(|error| error.kind() == ErrorKind::Unsupported);
        let proofs = cases.iter().filter(|case| case.operations.contains(&operation)).count();
        all.push(Known { operation, implemented, proofs });
    }
}

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
    let query = match least(&operation.schemas.query) {
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
        _ => Payload::Json(least(&operation.schemas.body)),
    };
    Arguments::new(params, query, payload)
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
            "docs/src/fidelity.md is out of date: run `cargo run -p smbcrm-more-examples --example fidelity`"
        );
    }
}
