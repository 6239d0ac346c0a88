//! Which operation a method and a path mean.

use std::sync::OnceLock;

use http::Method;
use smbcrm_core::Endpoint;
use smbcrm_core::operation::{Checker, Method as Verb, Operation};

/// Operations that version `v3` of the API no longer has (behaviour, appendix E).
///
/// `GET /contacts/` is missing from v3's files as well, and answers all the same.
const REMOVED_IN_V3: &[(Verb, &str)] = &[
    (Verb::Delete, "/contacts/{contactId}/campaigns/removeAll"),
    (Verb::Get, "/conversations/preferences/custom-subtypes"),
    (Verb::Get, "/conversations/preferences/unsubscriptions/status"),
    (Verb::Post, "/conversations/preferences/custom-subtypes"),
    (Verb::Post, "/conversations/preferences/unsubscriptions/user-change"),
    (Verb::Put, "/conversations/preferences/custom-subtypes/{id}"),
    (Verb::Delete, "/emails/builder/{locationId}/{templateId}"),
    (Verb::Get, "/emails/builder"),
    (Verb::Get, "/emails/schedule"),
    (Verb::Post, "/emails/builder"),
    (Verb::Post, "/emails/builder/data"),
    (Verb::Get, "/oauth/installedLocations"),
    (Verb::Post, "/oauth/locationToken"),
    (Verb::Get, "/users/"),
];

/// An operation and what a server keeps for it.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) endpoint: Endpoint,
    pub(super) removed_in_v3: bool,
    checker: OnceLock<Checker>,
}

impl Route {
    pub(super) fn operation(&self) -> &'static Operation {
        self.endpoint.operation
    }

    /// The strict check; compiled when first asked for, so that a server is up at once.
    pub(super) fn checker(&self) -> &Checker {
        self.checker.get_or_init(|| Checker::new(self.endpoint.operation))
    }
}

/// What a method and a path lead to.
#[derive(Debug)]
pub(super) enum Found<'r, 'p> {
    /// An operation, and the path's parameters as they stand in it.
    Route(&'r Route, matchit::Params<'r, 'p>),
    /// A path that would be known in another case.
    WrongCase,
    /// Nothing.
    Nothing,
}

/// All routes; the same for every server of the process.
pub(super) struct Routes {
    routes: Vec<Route>,
    by_verb: [matchit::Router<usize>; 5],
    /// The same paths in lower case, to tell a wrong case from an unknown path.
    folded: matchit::Router<()>,
}

impl Routes {
    pub(super) fn all() -> &'static Self {
        static ALL: OnceLock<Routes> = OnceLock::new();
        ALL.get_or_init(|| Self::of(smbcrm_core::endpoints()))
    }

    fn of(endpoints: Vec<Endpoint>) -> Self {
        let mut by_verb: [matchit::Router<usize>; 5] = Default::default();
        let mut folded = matchit::Router::new();
        let mut routes = Vec::with_capacity(endpoints.len());
        for (at, endpoint) in endpoints.into_iter().enumerate() {
            let operation = endpoint.operation;
            if let Err(error) = by_verb[operation.method as usize].insert(operation.path, at) {
                // Two operations of one path: the first one answers. A test holds that there are none.
                tracing::error!(%operation, %error, "this route cannot be reached");
            }
            // Where it is known already (several verbs share a path), so much the better.
            let _ = folded.insert(fold(operation.path), ());
            let removed =
                REMOVED_IN_V3.iter().any(|(verb, path)| *verb == operation.method && *path == operation.path);
            routes.push(Route { endpoint, removed_in_v3: removed, checker: OnceLock::new() });
        }
        // Many clients leave out the last slash of `/contacts/` and are answered (behaviour 0.5 is of two minds).
        for (at, route) in routes.iter().enumerate() {
            let operation = route.operation();
            if let Some(short) = operation.path.strip_suffix('/').filter(|short| !short.is_empty()) {
                let _ = by_verb[operation.method as usize].insert(short, at);
                let _ = folded.insert(fold(short), ());
            }
        }
        Self { routes, by_verb, folded }
    }

    /// Every route, in the order in which the operations are declared.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter()
    }

    pub(super) fn find<'p>(&self, method: &Method, path: &'p str) -> Found<'_, 'p> {
        if let Some(found) = verb(method).and_then(|verb| self.by_verb[verb as usize].at(path).ok()) {
            return Found::Route(&self.routes[*found.value], found.params);
        }
        let known = self.by_verb.iter().any(|router| router.at(path).is_ok());
        if !known && self.folded.at(&path.to_ascii_lowercase()).is_ok() {
            return Found::WrongCase;
        }
        Found::Nothing
    }
}

/// The verb that a request's method means.
pub(crate) fn verb(method: &Method) -> Option<Verb> {
    match *method {
        // As the wire's framework does: HEAD is a GET whose body is left out.
        Method::GET | Method::HEAD => Some(Verb::Get),
        Method::POST => Some(Verb::Post),
        Method::PUT => Some(Verb::Put),
        Method::PATCH => Some(Verb::Patch),
        Method::DELETE => Some(Verb::Delete),
        _ => None,
    }
}

/// A template in lower case, its placeholders left alone.
fn fold(template: &str) -> String {
    let segments: Vec<_> = template
        .split('/')
        .map(
            |segment| {
                if segment.starts_with('{') { segment.to_owned() } else { segment.to_ascii_lowercase() }
            },
        )
        .collect();
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_reached_by_its_own_path() {
        let routes = Routes::all();
        for operation in smbcrm_core::operations() {
            let path = operation.path.replace(['{', '}'], "");
            let method: Method = operation.method.as_str().parse().unwrap();
            match routes.find(&method, &path) {
                Found::Route(route, params) => {
                    assert_eq!(route.operation(), operation);
                    assert_eq!(params.len(), operation.params.len());
                }
                other => panic!("{operation:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn case_and_slashes_matter_and_a_collections_last_slash_does_not() {
        let routes = Routes::all();
        let is = |method, path| match routes.find(&method, path) {
            Found::Route(route, _) => route.operation().to_string(),
            Found::WrongCase => "wrong case".to_owned(),
            Found::Nothing => "nothing".to_owned(),
        };
        assert_eq!(is(Method::GET, "/contacts/"), "contacts.list");
        assert_eq!(is(Method::GET, "/contacts"), "contacts.list");
        assert_eq!(is(Method::HEAD, "/contacts/x"), "contacts.get");
        assert_eq!(is(Method::GET, "/contacts/x/"), "nothing");
        assert_eq!(is(Method::GET, "/contacts/x/tags"), "nothing"); // known to POST only
        assert_eq!(is(Method::GET, "/Contacts/x"), "wrong case");
        assert_eq!(is(Method::GET, "/locations/x/customvalues"), "wrong case");
        assert_eq!(is(Method::TRACE, "/contacts/x"), "nothing");
        assert_eq!(is(Method::GET, "//contacts/"), "nothing");
    }
}
