//! One operation written without the macro, and shown to be the same as its macro-made twin: there is no magic.
#![allow(unreachable_pub)] // the twins are written as a product's module would be

use std::borrow::Cow;
use std::sync::Mutex;

use async_trait::async_trait;
use futures::executor::block_on;
use smbcrm_core::operation::{
    Access, Arguments, Body, BodyKind, BoxFuture, Method, Operation, Payload, Place, Product, Reply, Request,
    Response, Route, Schemas, Transport,
};
use smbcrm_core::shape::Kind;
use smbcrm_core::types::{ContactId, Extra, Text};
use smbcrm_core::{Error, ErrorKind, Result, record, request};

static THINGS: Product = Product { name: "things", version: "2021-07-28", summary: "Things." };

/// Whom to tell of a change.
#[request]
pub struct Tell {
    /// These users.
    pub users: Option<Vec<Text>>,
    /// In silence.
    pub quiet: Option<bool>,
}

/// A change.
#[request]
pub struct Change {
    /// The new name.
    pub name: Text,
    /// The new size.
    pub size: Option<u32>,
}

/// A thing.
#[record]
pub struct Thing {
    /// Its id.
    pub id: ContactId,
    /// Its name.
    pub name: Text,
    /// The rest.
    pub extra: Extra,
}

/// With the macro.
mod made {
    use super::*;

    /// Things.
    #[smbcrm_core::api(product = THINGS)]
    pub trait Things: Send + Sync {
        /// Changes a thing.
        ///
        /// And tells users of it.
        #[put("/things/{thing_id}", id = "change-thing", scope = "things.write", key = "thing")]
        async fn change(&self, thing_id: &ContactId, #[query] tell: Tell, change: Change) -> Result<Thing>;
    }
}

/// By hand.
#[allow(clippy::module_inception, reason = "the twin of `made`")]
mod by_hand {
    use super::*;

    /// The facts.
    pub static CHANGE: Operation = Operation {
        product: &THINGS,
        name: "change",
        id: "change-thing",
        summary: "Changes a thing.",
        doc: "Changes a thing.\n\nAnd tells users of it.",
        method: Method::Put,
        path: "/things/{thingId}",
        params: &["thingId"],
        scope: "things.write",
        scope_documented: true,
        access: Access::Location,
        place: Place::Record,
        takes_query: true,
        body: BodyKind::Json,
        reply: Reply::Key("thing"),
        status: 200,
        known: None,
        missing: 400,
        read: false,
        idempotent: true,
        deprecated: false,
        schemas: Schemas::of::<Tell, Change, Thing>(&[Kind::Text]),
    };

    /// Things.
    #[async_trait]
    pub trait Things: Send + Sync {
        /// Changes a thing.
        async fn change(&self, thing_id: &ContactId, tell: Tell, change: Change) -> Result<Thing> {
            let _ = (thing_id, tell, change);
            Err(Error::unsupported(&CHANGE))
        }
    }

    // The asking half.
    #[async_trait]
    impl<T: Transport + ?Sized> Things for T {
        async fn change(&self, thing_id: &ContactId, tell: Tell, change: Change) -> Result<Thing> {
            let request = Request::new(&CHANGE).param("thingId", thing_id).query(&tell)?.json(&change);
            self.send(request.checked()?).await?.decode(&CHANGE)
        }
    }

    // The answering half.
    fn answer<'a>(
        things: &'a (dyn Things + 'static),
        arguments: Arguments,
    ) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let id: ContactId = arguments.param("thingId")?;
            let tell: Tell = arguments.query()?;
            let change: Change = arguments.json()?;
            Response::encode(&CHANGE, &things.change(&id, tell, change).await?)
        })
    }

    /// How it is answered.
    pub const ROUTES: &[Route<dyn Things>] = &[Route { operation: &CHANGE, call: answer }];
}

type Pairs = Vec<(Cow<'static, str>, String)>;

/// A transport that keeps what it is given and answers what it is told.
struct Recorder {
    seen: Mutex<Vec<Request>>,
    answer: Response,
}

impl Recorder {
    fn new(status: u16, body: &'static str) -> Self {
        Self { seen: Mutex::default(), answer: Response::new(status, body) }
    }

    /// Path, query and body of the last request.
    fn last(&self) -> (String, Pairs, Vec<u8>) {
        let request = self.seen.lock().unwrap().pop().unwrap();
        let Body::Json(body) = request.body else { panic!("{:?}", request.body) };
        (request.path, request.query, body.to_vec())
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request) -> Result<Response> {
        self.seen.lock().unwrap().push(request);
        Ok(self.answer.clone())
    }
}

fn tell() -> Tell {
    Tell::new().users(["ann", "bo b"]).quiet(true)
}

#[test]
fn the_facts_are_the_same() {
    let facts = |o: &Operation| {
        let wire = (o.method, o.path, o.params, o.place, o.takes_query, o.body, o.reply, o.status);
        let words = (o.product.name, o.name, o.id, o.summary, o.doc, o.scope);
        (wire, words, (o.scope_documented, o.access, o.read, o.idempotent, o.deprecated))
    };
    let made = made::operations::ALL;
    assert_eq!(made.len(), 1);
    assert_eq!(facts(made[0]), facts(&by_hand::CHANGE));
    assert_eq!(made[0], &by_hand::CHANGE);
}

#[test]
fn the_shapes_are_the_same() {
    let shapes = |operation: &Operation| {
        let it = operation.schemas;
        [it.query, it.body, it.output].map(|kind| match kind {
            Kind::Record(shape) => shape().name,
            _ => "",
        })
    };
    assert_eq!(shapes(&made::operations::CHANGE), shapes(&by_hand::CHANGE));
    assert_eq!(shapes(&by_hand::CHANGE), ["Tell", "Change", "Thing"]);
}

#[test]
fn the_requests_are_the_same() {
    let recorder = Recorder::new(200, r#"{"thing":{}}"#);
    for id in ["T1", "a/b %?#{}", "...", "Zoë"] {
        let (id, change) = (ContactId::from(id), Change::new("Lamp").size(3));
        block_on(made::Things::change(&recorder, &id, tell(), change.clone())).unwrap();
        let made = recorder.last();
        block_on(by_hand::Things::change(&recorder, &id, tell(), change)).unwrap();
        assert_eq!(recorder.last(), made);
        assert_eq!(
            made.1,
            [("users", "ann"), ("users", "bo b"), ("quiet", "true")].map(|(k, v)| (k.into(), v.into()))
        );
        assert_eq!(made.2, br#"{"name":"Lamp","size":3}"#);
    }
}

#[test]
fn an_id_that_leads_elsewhere_is_refused_the_same() {
    let recorder = Recorder::new(200, r#"{"thing":{}}"#);
    for id in ["", ".", ".."] {
        let id = ContactId::from(id);
        let made = block_on(made::Things::change(&recorder, &id, tell(), Change::new("x"))).unwrap_err();
        let hand = block_on(by_hand::Things::change(&recorder, &id, tell(), Change::new("x"))).unwrap_err();
        assert_eq!((made.kind(), made.to_string()), (ErrorKind::Invalid, hand.to_string()));
        assert!(recorder.seen.lock().unwrap().is_empty());
    }
}

#[test]
fn the_answers_are_read_the_same() {
    for (status, body) in [
        (200, r#"{"thing":{"id":"T1","name":"Lamp","new":1},"traceId":"t"}"#),
        (200, r#"{"thing":{"id":7}}"#),
        (200, r#"{"other":{}}"#),
        (200, "<html>"),
        (400, r#"{"error":"Thing with id T1 not found","status":400}"#),
        (422, r#"{"message":["a","b"],"statusCode":422}"#),
        (502, "<html>"),
    ] {
        let recorder = Recorder::new(status, body);
        let id = ContactId::from("T1");
        let made = block_on(made::Things::change(&recorder, &id, tell(), Change::new("Lamp")));
        let hand = block_on(by_hand::Things::change(&recorder, &id, tell(), Change::new("Lamp")));
        match (made, hand) {
            (Ok(made), Ok(hand)) => {
                assert_eq!(made, hand);
                assert_eq!(made.extra["new"], 1);
            }
            (Err(made), Err(hand)) => {
                assert_eq!((made.kind(), made.to_string()), (hand.kind(), hand.to_string()));
                assert_eq!(made.operation(), Some(&by_hand::CHANGE));
            }
            (made, hand) => panic!("{made:?} and {hand:?}"),
        }
    }
}

/// A service that answers with what it was asked.
struct Echo;

fn echo(id: &ContactId, tell: &Tell, change: &Change) -> Thing {
    let name = format!("{} {:?} {:?}", change.name, tell, change.size).into();
    Thing { id: id.clone(), name, ..Thing::default() }
}

#[async_trait]
impl made::Things for Echo {
    async fn change(&self, thing_id: &ContactId, tell: Tell, change: Change) -> Result<Thing> {
        Ok(echo(thing_id, &tell, &change))
    }
}

#[async_trait]
impl by_hand::Things for Echo {
    async fn change(&self, thing_id: &ContactId, tell: Tell, change: Change) -> Result<Thing> {
        Ok(echo(thing_id, &tell, &change))
    }
}

#[test]
fn the_routes_answer_the_same() {
    let made = &<dyn made::Things>::ROUTES[0];
    let hand = &by_hand::ROUTES[0];
    assert_eq!(made.operation, hand.operation);
    let pairs = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>()
    };
    let cases = [
        (
            pairs(&[("thingId", "T/1")]),
            pairs(&[("users", "a"), ("users", "b"), ("quiet", "false")]),
            r#"{"name":"x"}"#,
        ),
        (pairs(&[("thingId", "T1")]), pairs(&[("users[]", "a")]), r#"{"name":"x","size":4}"#),
        (pairs(&[("thingId", "T1")]), pairs(&[("quiet", "perhaps")]), r#"{"name":"x"}"#),
        (pairs(&[("thingId", "T1")]), pairs(&[]), r#"{"name":"x","size":"big"}"#),
        (pairs(&[]), pairs(&[]), r#"{"name":"x"}"#),
    ];
    for (params, query, body) in cases {
        let arguments = || {
            let body = Payload::Json(serde_json::from_str(body).unwrap());
            Arguments::new(params.clone(), query.clone(), body)
        };
        let made = block_on((made.call)(&Echo, arguments()));
        let hand = block_on((hand.call)(&Echo, arguments()));
        match (made, hand) {
            (Ok(made), Ok(hand)) => assert_eq!((made.status, made.body), (hand.status, hand.body)),
            (Err(made), Err(hand)) => assert_eq!(made.to_string(), hand.to_string()),
            (made, hand) => panic!("{made:?} and {hand:?}"),
        }
    }
}

#[test]
fn what_is_not_implemented_says_so() {
    struct Nothing;
    impl made::Things for Nothing {}
    impl by_hand::Things for Nothing {}
    let id = ContactId::from("T1");
    let made = block_on(made::Things::change(&Nothing, &id, tell(), Change::new("x"))).unwrap_err();
    let hand = block_on(by_hand::Things::change(&Nothing, &id, tell(), Change::new("x"))).unwrap_err();
    assert_eq!((made.kind(), made.to_string()), (ErrorKind::Unsupported, hand.to_string()));
}
