//! What was probably meant by a request that is refused: routes and properties that resemble what was asked for.
//!
//! The wire's body stays as it is. The advice goes into a header of its own
//! ([`HINT_HEADER`]), into the journal and into the log.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Response};
use smbcrm_core::operation::{BodyKind, Operation, distance};
use smbcrm_core::{Error, HINT_HEADER};

use super::routes::{Route, Routes};

static HINT: HeaderName = HeaderName::from_static(HINT_HEADER);

/// The longest hint, in bytes.
const LONGEST: usize = 600;

/// A path with more segments is not compared with any.
const MOST_SEGMENTS: usize = 16;

/// Routes that are further away than this have nothing to do with what was asked for.
const FAR: f64 = 0.45;

/// How much further away a route is whose verb is another one. Those that write are easily taken for each other.
fn other_verb(asked: &str, known: &str) -> f64 {
    let writes = |verb| matches!(verb, "POST" | "PUT" | "PATCH");
    match () {
        () if asked == known => 0.0,
        () if writes(asked) && writes(known) => 0.1,
        () => 0.2,
    }
}

/// Routes that are about as near as the nearest one.
const ABOUT: f64 = 0.08;

/// What an unknown route probably meant.
pub(super) fn route(routes: &Routes, method: &Method, path: &str) -> Option<String> {
    let likely: Vec<String> = ranked(routes, method, path)
        .iter()
        .map(|operation| format!("{} {} ({operation})", operation.method.as_str(), operation.path))
        .collect();
    (!likely.is_empty()).then(|| format!("did you mean {}?", likely.join(" or ")))
}

/// The operations that resemble a request, the likeliest first, three at most.
fn ranked(routes: &Routes, method: &Method, path: &str) -> Vec<&'static Operation> {
    let asked: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if asked.is_empty() || asked.len() > MOST_SEGMENTS {
        return Vec::new();
    }
    let verb = if method == Method::HEAD { "GET" } else { method.as_str() };
    let mut ranked: Vec<(f64, &'static Operation)> = routes
        .iter()
        .map(|route| {
            let operation = route.operation();
            (apart(&asked, operation.path) + other_verb(verb, operation.method.as_str()), operation)
        })
        .filter(|(distance, _)| *distance < FAR)
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.path.cmp(b.1.path)));
    let best = ranked.first().map_or(0.0, |(distance, _)| *distance);
    ranked
        .into_iter()
        .take_while(|(distance, _)| *distance <= best + ABOUT)
        .take(3)
        .map(|(_, op)| op)
        .collect()
}

/// How far a path is from a template: what it costs to turn one into the other, segment by segment, from 0 to 1.
fn apart(asked: &[&str], template: &str) -> f64 {
    let wanted: Vec<&str> = template.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut row: Vec<f64> = (0..=wanted.len()).map(|at| at as f64).collect();
    for segment in asked {
        let surplus = surplus(segment);
        let mut diagonal = row[0];
        row[0] += surplus;
        for (at, known) in wanted.iter().enumerate() {
            let replaced = diagonal + swapped(segment, known);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at + 1] + surplus).min(row[at] + 1.0);
        }
    }
    row[wanted.len()] / asked.len().max(wanted.len()).max(1) as f64
}

/// What it costs to take a segment for the one of a template.
fn swapped(segment: &str, known: &str) -> f64 {
    if known.starts_with('{') {
        // Ids have digits or are long; a short word where an id belongs, or several, is more likely a word.
        let is_long = segment.len() >= 15 && !segment.contains('-');
        let is_id = is_long || segment.bytes().any(|byte| byte.is_ascii_digit());
        return if is_id { 0.05 } else { 0.5 };
    }
    distance(segment, known)
}

/// What it costs to leave a segment out.
fn surplus(segment: &str) -> f64 {
    // Other APIs put these in front.
    if matches!(segment, "v1" | "v2" | "v3" | "api" | "rest") { 0.1 } else { 1.0 }
}

/// A refused input with what was probably meant by it.
pub(super) fn input(routes: &Routes, route: &Route, error: Error) -> Error {
    let own = route.checker().advice(&error);
    let elsewhere = route.checker().strangers(&error).first().and_then(|name| taken_by(routes, route, name));
    let said: Vec<String> = own.into_iter().chain(elsewhere).collect();
    if said.is_empty() { error } else { error.with_hint(&said.join(" ")) }
}

/// Which operations of the same product take a property that this one does not.
fn taken_by(routes: &Routes, refused: &Route, name: &str) -> Option<String> {
    let own = refused.operation();
    let others: Vec<String> = routes
        .iter()
        .filter(|other| {
            let operation = other.operation();
            operation != own
                && operation.product.name == own.product.name
                && operation.body != BodyKind::None
                && other.checker().declares(name)
        })
        .take(2)
        .map(|other| format!("{} {}", other.operation().method.as_str(), other.operation().path))
        .collect();
    (!others.is_empty()).then(|| format!("`{name}` is taken by {}.", others.join(" and ")))
}

/// Puts advice into an answer's header. What a header cannot hold is left out.
pub(super) fn tell(answer: &mut Response<Bytes>, advice: &str) {
    let mut text: String =
        advice.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect();
    text.truncate(LONGEST);
    if let Ok(value) = HeaderValue::try_from(text) {
        answer.headers_mut().insert(&HINT, value);
    }
}

/// The advice that an answer carries.
pub(super) fn told(answer: &Response<Bytes>) -> Option<&str> {
    answer.headers().get(&HINT)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn meant(method: &str, path: &str) -> Vec<String> {
        let method = method.parse().unwrap();
        ranked(Routes::all(), &method, path).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_was_meant_comes_first() {
        for (method, path, operation) in [
            ("POST", "/contact/upsert", "contacts.upsert"),
            ("POST", "/contacts/upserts", "contacts.upsert"),
            ("PUT", "/contacts/upsert/", "contacts.upsert"),
            ("GET", "/v1/contacts/", "contacts.list"),
            ("GET", "/contact/ocQHyuzHvysMo5N5VsXc", "contacts.get"),
            ("POST", "/contacts/ocQHyuzHvysMo5N5VsXc/tag", "contacts.add_tags"),
            ("PATCH", "/opportunities/ocQHyuzHvysMo5N5VsXc", "opportunities.update"),
            ("GET", "/opportunities/pipeline", "opportunities.list_pipelines"),
        ] {
            let ranked = meant(method, path);
            assert_eq!(ranked.first().map(String::as_str), Some(operation), "{method} {path}: {ranked:?}");
        }
        for path in ["/", "/nothing", "/wp-login.php", "/favicon.ico", &"/a".repeat(200)] {
            assert!(meant("GET", path).is_empty(), "{path}: {:?}", meant("GET", path));
        }
    }

    #[test]
    fn a_known_path_by_another_verb_is_the_likeliest() {
        for operation in smbcrm_core::operations() {
            let path = operation.path.replace(['{', '}'], "0");
            for verb in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let ranked = ranked(Routes::all(), &verb.parse().unwrap(), &path);
                let found = ranked.iter().any(|found| found.path == operation.path);
                // Where the verb has a path of its own that fits as well, it is that.
                let own = ranked.first().is_some_and(|first| first.method.as_str() == verb);
                assert!(found || own, "{verb} {path}: {ranked:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn one_slip_of_the_pen_is_forgiven(
            at in any::<prop::sample::Index>(),
            letter in any::<prop::sample::Index>(),
            slip in "[a-z]",
        ) {
            let all: Vec<_> = smbcrm_core::operations().collect();
            let operation = all[at.index(all.len())];
            let longest = operation.path.split('/').filter(|part| !part.starts_with('{')).max_by_key(|part| part.len());
            let word = longest.filter(|word| word.len() > 4).unwrap_or("contacts");
            let place = letter.index(word.len());
            let slipped = format!("{}{slip}{}", &word[..place], &word[place + 1..]);
            let path = operation.path.replacen(word, &slipped, 1).replace(['{', '}'], "0");
            let ranked = ranked(Routes::all(), &operation.method.as_str().parse().unwrap(), &path);
            // Several operations may be as near: the one that was meant is no further than the first.
            let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
            let first = ranked.first().map(|first| apart(&asked, first.path));
            prop_assert!(first.is_some_and(|first| first <= apart(&asked, operation.path) + 1e-9), "{path}: {ranked:?}");
        }

        #[test]
        fn no_path_breaks_it(method in "GET|POST|HEAD|TRACE", path in "/\\PC{0,120}", segments in 0usize..40) {
            let path = format!("{path}{}", "/x1".repeat(segments));
            let said = route(Routes::all(), &method.parse().unwrap(), &path).unwrap_or_default();
            prop_assert!(said.len() < 600);
            let mut answer = Response::new(Bytes::new());
            tell(&mut answer, &path);
            prop_assert!(told(&answer).is_some_and(|told| told.is_ascii()));
        }

        #[test]
        fn distances_are_between_nothing_and_all(path in "(/[a-z0-9]{1,20}){1,8}") {
            let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
            for operation in smbcrm_core::operations() {
                let there = apart(&asked, operation.path);
                prop_assert!((0.0..=1.0).contains(&there), "{path} {operation:?}: {there}");
            }
        }
    }
}
