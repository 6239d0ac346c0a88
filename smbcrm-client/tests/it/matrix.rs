//! The client under every fault: {read, idempotent write, create} × fault × {before, after commit}, against the
//! in-memory CRM on a real socket.
//!
//! Each fault hits the first attempt, and from then on all is well. A cell says how the call ends and how many attempts
//! it takes; whatever the cell, a write is never done twice.

use std::time::Duration;

use serde_json::json;
use smbcrm_core::contacts::operations::{CREATE, GET, UPSERT};
use smbcrm_core::contacts::{CreateContact, SearchContacts, UpsertContact};
use smbcrm_core::operation::Operation;
use smbcrm_core::types::ContactId;
use smbcrm_core::{Crm, Error, ErrorKind};
use smbcrm_mem::{CallFilter, Fault, FaultAnswer, MemCrm, MemServer, Trigger};

use crate::builder;
use crate::clock::Clock;

/// How a call ends, and after how many attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done(u32),
    Fails(ErrorKind, u32),
}

use End::{Done, Fails};

/// It is tried again, and succeeds.
const AGAIN: End = Done(2);
/// Nobody knows whether it happened, so it is not tried again.
const AMBIGUOUS: End = Fails(ErrorKind::Ambiguous, 1);

/// A fault, and how a read, an idempotent write and a create end under it.
struct Row {
    name: &'static str,
    fault: fn(Trigger) -> Fault,
    read: End,
    upsert: End,
    create: End,
    /// How many contacts there are after the create.
    left: u64,
}

const fn row(
    name: &'static str,
    fault: fn(Trigger) -> Fault,
    [read, upsert, create]: [End; 3],
    left: u64,
) -> Row {
    Row { name, fault, read, upsert, create, left }
}

/// The same end for all three.
const fn all(end: End) -> [End; 3] {
    [end, end, end]
}

const LOST: [End; 3] = [AGAIN, AGAIN, AMBIGUOUS];

/// What needs no time to pass.
const ROWS: &[Row] = &[
    row("reset", |on| on.reset(), LOST, 0),
    row("reset after commit", |on| on.reset_after_commit(), LOST, 1),
    row("cut body", |on| on.cut_body().before(), LOST, 0),
    row("cut body after commit", |on| on.cut_body(), LOST, 1),
    row("malformed chunk", |on| on.malformed_chunk().before(), LOST, 0),
    row("malformed chunk after commit", |on| on.malformed_chunk(), LOST, 1),
    row("wrong length", |on| on.wrong_length().before(), LOST, 0),
    row("wrong length after commit", |on| on.wrong_length(), LOST, 1),
    row("500", |on| on.status(500), LOST, 0),
    row("500 after commit", |on| on.status(500).after_commit(), LOST, 1),
    row("502", |on| on.status(502), LOST, 0),
    row("503", |on| on.status(503), LOST, 0),
    row("504 after commit", |on| on.status(504).after_commit(), LOST, 1),
    row("an edge's 520", |on| on.html_page(520), LOST, 0),
    row("a proxy's page", |on| on.html_page(502), LOST, 0),
    row("a proxy's page after commit", |on| on.html_page(502).after_commit(), LOST, 1),
    row("503 with Retry-After", |on| on.answer_with(later(503)), all(AGAIN), 1),
    row("502 with Retry-After", |on| on.answer_with(later(502)), all(AGAIN), 1),
    // Who says when to come back promises that nothing was done. If it was, the duplicate rule tells.
    row(
        "503 with Retry-After, and yet committed",
        |on| on.answer_with(later(503)).after_commit(),
        [AGAIN, AGAIN, Fails(ErrorKind::Duplicate, 2)],
        1,
    ),
    row("429 with the window's headers", |on| on.too_many(), all(AGAIN), 1),
    row("429 with Retry-After", |on| on.too_many_after(Duration::from_secs(3)), all(AGAIN), 1),
    row("429 with nothing", |on| on.too_many_bare(), all(AGAIN), 1),
    row("429 for the day", |on| on.day_used_up(), all(Fails(ErrorKind::RateLimited, 1)), 0),
    row("401", |on| on.status(401), all(Fails(ErrorKind::Unauthenticated, 1)), 0),
    row("403", |on| on.status(403), all(Fails(ErrorKind::Forbidden, 1)), 0),
    row("404", |on| on.status(404), all(Fails(ErrorKind::NotFound, 1)), 0),
    row("409", |on| on.status(409), all(Fails(ErrorKind::Conflict, 1)), 0),
    row("422", |on| on.status(422), all(Fails(ErrorKind::Invalid, 1)), 0),
    row("422, and yet committed", |on| on.status(422).after_commit(), all(Fails(ErrorKind::Invalid, 1)), 1),
    row(
        "505",
        |on| on.status(505),
        [Fails(ErrorKind::Unavailable, 1), Fails(ErrorKind::Unavailable, 1), AMBIGUOUS],
        0,
    ),
    row("truncated JSON", |on| on.truncated_json(), all(Fails(ErrorKind::Decode, 1)), 1),
    row("a page that says 200", |on| on.html_page(200), all(Fails(ErrorKind::Decode, 1)), 0),
    row("latency", |on| on.delay(Duration::from_secs(20)), all(Done(1)), 1),
    row("carried out twice", |on| on.duplicate(), [Done(1), Done(1), Fails(ErrorKind::Duplicate, 1)], 1),
];

/// What is only seen once time has run out.
const SLOW_ROWS: &[Row] = &[
    row("silence", |on| on.silence(), LOST, 0),
    row("silence after commit", |on| on.silence_after_commit(), LOST, 1),
    row("stalled body", |on| on.stall_body().before(), LOST, 0),
    row("stalled body after commit", |on| on.stall_body(), LOST, 1),
];

fn later(status: u16) -> FaultAnswer {
    FaultAnswer::new(status, json!({ "message": "later" })).header("retry-after", "2")
}

/// A server, a client of it, and a contact to read.
struct Stage {
    server: MemServer,
    crm: smbcrm_client::Client,
    ada: ContactId,
}

impl Stage {
    async fn new() -> Self {
        let server = MemServer::builder().crm(MemCrm::new()).start().await.unwrap();
        let ada = CreateContact::new(server.location()).email("ada@vale.example");
        let ada = server.crm().contacts().create(ada).await.unwrap().id.clone();
        server.crm().admin().clear_calls();
        let crm = builder(server.base_url(), &Clock::new()).token(server.token().to_owned()).build().unwrap();
        Self { server, crm, ada }
    }

    async fn call(&self, operation: &'static Operation) -> Result<(), Error> {
        let (contacts, location) = (self.crm.contacts(), self.server.location());
        match operation.name {
            "get" => contacts.get(&self.ada).await.map(drop),
            "upsert" => {
                contacts.upsert(UpsertContact::new(location).email("grace@marsh.example")).await.map(drop)
            }
            _ => contacts.create(CreateContact::new(location).email("grace@marsh.example")).await.map(drop),
        }
    }

    /// How many attempts came in.
    fn attempts(&self, operation: &'static Operation) -> u32 {
        let filter = CallFilter::new().operation(operation.to_string());
        u32::try_from(self.server.crm().admin().calls_where(&filter).len()).unwrap()
    }

    /// How many contacts there are beside Ada.
    async fn others(&self) -> u64 {
        let search = SearchContacts::new(self.server.location(), 1);
        self.server.crm().contacts().search(search).await.unwrap().total - 1
    }
}

async fn hold(rows: &[Row]) {
    let mut wrong = Vec::new();
    for row in rows {
        for (operation, wanted) in [(&GET, row.read), (&UPSERT, row.upsert), (&CREATE, row.create)] {
            let stage = Stage::new().await;
            let faults = stage.server.crm().faults();
            faults.arm((row.fault)(Fault::on(operation)));
            let outcome = stage.call(operation).await;
            let attempts = stage.attempts(operation);
            let end = match &outcome {
                Ok(()) => Done(attempts),
                Err(error) => Fails(error.kind(), attempts),
            };
            let left = stage.others().await;
            let wanted_left = match (operation.name, wanted) {
                ("get", _) => 0,
                ("create", _) => row.left,
                (_, Done(_)) => 1,
                (_, Fails(..)) => row.left,
            };
            if (end, left) != (wanted, wanted_left) {
                wrong.push(format!(
                    "{} × {operation}: {end:?}, {left} left; wanted {wanted:?}, {wanted_left} left: {outcome:?}",
                    row.name
                ));
            }
            if let Err(error) = &outcome {
                assert_eq!(error.attempts(), attempts, "{} × {operation}: {error}", row.name);
                assert_eq!(error.operation(), Some(operation));
            }
            faults.assert_all_hit();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_fault_costs_what_the_table_says() {
    hold(ROWS).await;
}

// The clock is paused: it jumps to the next timeout whenever nothing else can happen.
#[tokio::test(start_paused = true)]
async fn a_fault_that_takes_time_costs_what_the_table_says() {
    hold(SLOW_ROWS).await;
}

#[tokio::test]
async fn an_ambiguous_create_is_settled_by_looking() {
    for (fault, there) in
        [(Fault::on(&CREATE).reset(), false), (Fault::on(&CREATE).reset_after_commit(), true)]
    {
        let stage = Stage::new().await;
        stage.server.crm().faults().arm(fault);
        assert_eq!(stage.call(&CREATE).await.unwrap_err().kind(), ErrorKind::Ambiguous);
        assert_eq!(stage.others().await, u64::from(there));
        // An upsert asks and answers in one.
        stage.call(&UPSERT).await.unwrap();
        assert_eq!(stage.others().await, 1);
    }
}

#[tokio::test]
async fn trouble_that_lasts_ends_in_an_error_that_says_so() {
    let stage = Stage::new().await;
    stage.server.crm().faults().arm(Fault::on(&UPSERT).always().reset_after_commit());
    let error = stage.call(&UPSERT).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 4));
    assert_eq!((stage.attempts(&UPSERT), stage.others().await), (4, 1));
}

#[tokio::test]
async fn a_third_of_all_attempts_fails_and_no_call_does() {
    let stage = Stage::new().await;
    let crm = stage.server.crm();
    crm.faults().arm_all([
        Fault::on(&UPSERT).every(5).reset_after_commit(),
        Fault::on(&UPSERT).every(4).too_many(),
        Fault::on(&UPSERT).every(3).status(503),
    ]);
    let retry = smbcrm_client::RetryPolicy::default().seed(1).max_attempts(8);
    let client = builder(stage.server.base_url(), &Clock::new());
    let client = client.token(stage.server.token().to_owned()).retry(retry).build().unwrap();
    crm.admin().set_rate_limits(smbcrm_mem::RateLimits::off());
    for number in 0..60 {
        let contact = UpsertContact::new(stage.server.location()).email(format!("n{number}@vale.example"));
        client.contacts().upsert(contact).await.unwrap();
    }
    assert_eq!(stage.others().await, 60);
    assert!(stage.attempts(&UPSERT) > 80);
    crm.faults().assert_all_hit();
}

#[tokio::test]
async fn the_servers_hint_reaches_who_asks_for_one() {
    let stage = Stage::new().await;
    let advised =
        FaultAnswer::new(422, json!({ "message": ["property emial should not exist"], "statusCode": 422 }))
            .header(smbcrm_core::HINT_HEADER, "`emial`: did you mean `email`?");
    stage.server.crm().faults().arm(Fault::on(&CREATE).answer_with(advised));
    let error = stage.call(&CREATE).await.unwrap_err();
    assert_eq!(error.hint(), "`emial`: did you mean `email`?");
}
