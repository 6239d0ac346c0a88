//! What is saved is what is loaded, whatever the world went through.

#[allow(dead_code, unreachable_pub)] // the contract suite's own use of it is a test of its own
#[path = "../../tests/it/backends/mod.rs"]
mod backends;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::executor::block_on;
use parking_lot::Mutex;
use serde_json::json;
use smbcrm_core::contacts::{CreateContact, SearchContacts, UpdateContact};
use smbcrm_core::contract::{self, Backend, Stage};
use smbcrm_core::workflows::definition::{ContactCreated, Definition, SendSms, Span, Wait as WaitStep};
use smbcrm_core::{Crm, Error, ErrorKind, Result};

use super::*;
use crate::RunState;
use crate::world::Row;
use crate::{Clock, DeliveryFilter, EndpointSettings, RateLimits, Scopes, Seed, Sink, TokenLevel};

/// A path that is free, and is freed again.
#[derive(Debug)]
struct Temp(PathBuf);

impl Temp {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("smbcrm-disk-{}-{number}.world", std::process::id())))
    }

    fn reopen(&self) -> MemCrm {
        MemCrm::builder().persist(&self.0).expect("the file can be opened again")
    }

    fn write(&self, bytes: &[u8]) {
        std::fs::write(&self.0, bytes).expect("the file can be written");
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        let _ = std::fs::remove_file(line::beside(&self.0, "lock"));
    }
}

/// Everything in a world, down to what no record shows.
fn everything(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let directory = &snapshot.directory;
    let clock = (snapshot.virtual_clock, snapshot.virtual_clock.then_some(snapshot.at), snapshot.shift);
    all.insert("clock".to_owned(), format!("{clock:?} {} {}", snapshot.seed, snapshot.drawn));
    let mut by_id: Vec<_> = directory.by_id.iter().collect();
    by_id.sort();
    let rest =
        (&directory.company, &directory.home, directory.lenient, directory.limits, &directory.user_ids);
    all.insert("directory".to_owned(), format!("{rest:?} {by_id:?} {}", directory.by_hash.len()));
    let tokens: Vec<_> = directory.tokens.iter().map(|known| (&known.name, &known.token)).collect();
    all.insert("tokens".to_owned(), format!("{tokens:?}"));
    all.insert("users".to_owned(), format!("{:?}", directory.users));
    all.insert("deliveries".to_owned(), format!("{:?}", snapshot.deliveries.rows()));
    let mut rows = Vec::new();
    crate::neighbour::save(&snapshot.sales_boost, &mut |row| rows.push(row.to_string()));
    crate::neighbour::save(&snapshot.smarfle, &mut |row| rows.push(row.to_string()));
    all.insert("neighbours".to_owned(), rows.join("\n"));
    all.insert("rsa".to_owned(), format!("{:?}", snapshot.rsa.as_ref().map(|pair| &pair.0)));
    for (at, state) in snapshot.states.iter().enumerate() {
        let Some(state) = state else { continue };
        let rest = (&state.location, &state.ids, state.threads_laid_out);
        all.insert(format!("{at}"), format!("{rest:?}"));
        let mut orders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        state.each_row(&mut |row| {
            let mut name = format!("{at} {} {}", row.variant(), row.key());
            if row.key().is_empty() {
                // What the team was told has no id.
                name = format!("{name}{}", all.len());
            }
            // What follows from a definition is made when it is first needed.
            let text = match &row {
                Row::Edition(edition) => json!(edition).to_string(),
                row => format!("{row:?}"),
            };
            assert!(all.insert(name.clone(), text).is_none(), "{name} is there twice");
            orders.entry(row.variant()).or_default().push(row.key().to_owned());
        });
        let lists = [("Pipeline", state.pipelines.len()), ("File", state.files.len())];
        for (list, length) in lists {
            let order = orders.remove(list).unwrap_or_default();
            assert_eq!(order.len(), length);
        }
        for list in [
            "CustomField",
            "CustomValue",
            "Due",
            "Reminder",
            "Run",
            "Edition",
            "Outgoing",
            "Business",
            "Calendar",
            "Submission",
        ] {
            all.insert(format!("{at} order of {list}"), format!("{:?}", orders.remove(list)));
        }
    }
    all
}

/// What is not the same in both.
fn differences(one: &Snapshot, two: &Snapshot) -> Vec<String> {
    let (one, two) = (everything(one), everything(two));
    let names: std::collections::BTreeSet<_> = one.keys().chain(two.keys()).collect();
    let differing = names.into_iter().filter(|name| one.get(*name) != two.get(*name));
    differing.map(|name| format!("{name}:\n  {:?}\n  {:?}", one.get(name), two.get(name))).collect()
}

/// Both are the same.
fn assert_same(one: &Snapshot, two: &Snapshot, what: &str) {
    let wrong = differences(one, two);
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

/// A log knows nothing of calls that changed nothing: what they left behind, derived records and a millisecond on the
/// clock, comes about anew.
fn caught_up(mut loaded: Snapshot, live: &Snapshot) -> Snapshot {
    for (state, live) in loaded.states.iter_mut().zip(&live.states) {
        if let (Some(state), Some(live)) = (state, live)
            && live.threads_laid_out
        {
            state.lay_out_threads();
        }
    }
    let behind = live.at - loaded.at;
    if behind >= chrono::Duration::zero() && behind < chrono::Duration::seconds(1) {
        loaded.at = live.at;
    }
    loaded
}

/// The in-memory CRM of the contract suite, each world kept in a file.
#[derive(Default)]
struct Kept(Mutex<Vec<(MemCrm, Temp)>>);

#[async_trait]
impl Backend for Kept {
    fn name(&self) -> &str {
        "kept in a file"
    }

    async fn stage(&self) -> Result<Stage> {
        let file = Temp::new();
        let crm = MemCrm::builder().rate_limits(RateLimits::off()).persist(&file.0);
        let crm = crm.map_err(|error| Error::new(ErrorKind::Transport, error.to_string()))?;
        let crm = backends::with_elsewhere(crm);
        self.0.lock().push((crm.clone(), file));
        backends::stage_in(backends::Door::InProcess, crm, None).await
    }
}

#[test]
fn whatever_the_contract_suite_does_is_in_the_file() {
    let backend = Kept::default();
    let report = block_on(contract::run(&backend, contract::cases()));
    assert!(report.passed(), "\n{report}");
    let (mut kinds, mut wrong) = (std::collections::BTreeSet::new(), Vec::new());
    for (crm, file) in backend.0.lock().iter() {
        let live = crm.snapshot();
        // The suite cleans up after itself: what it made and removed again went through the log as well.
        for event in crm.admin().events() {
            kinds.extend(event.edit.row().map(crate::world::Row::variant));
        }
        live.states.iter().flatten().for_each(|state| {
            state.each_row(&mut |row| {
                kinds.insert(row.variant());
            });
        });
        let mut check = |what: &str, loaded: std::result::Result<Snapshot, DiskError>| match loaded {
            Ok(loaded) => {
                wrong.extend(differences(&live, &loaded).iter().map(|text| format!("{what}: {text}")));
            }
            Err(error) => wrong.push(format!("{what}: {error}")),
        };
        check("the log", Snapshot::load(&file.0).map(|loaded| caught_up(loaded, &live)));
        check("the snapshot", Snapshot::from_bytes(&live.to_bytes(), "saved"));
        crm.checkpoint().expect("a checkpoint");
        check("the checkpoint", Snapshot::load(&file.0));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kinds.len() >= 30, "{kinds:?}");
}

#[test]
fn the_demo_goes_on_where_it_was() {
    let file = Temp::new();
    let builder = || MemCrm::builder().seed(7).clock(Clock::fixed());
    let crm = builder().seed_with(Seed::Demo).persist(&file.0).expect("a new file");
    let (info, secret) = crm.admin().create_token("app", TokenLevel::Agency, Scopes::All);
    let rotated = crm.admin().rotate_token(&info.id).expect("the token is there");
    crm.admin().set_rate_limits(RateLimits::new(7, Duration::from_secs(3), 70));
    crm.clock().advance(Duration::from_secs(3600));
    let ada = CreateContact::new(crm.location()).email("ada@vale.example").first_name("Ada");
    let ada = block_on(crm.contacts().create(ada)).expect("a contact");
    let (before, location) = (crm.snapshot(), crm.location().clone());
    let words = |crm: &MemCrm, word: &str| {
        let found = block_on(crm.contacts().search(SearchContacts::new(&location, 50).query(word)));
        found.expect("a search").contacts.iter().map(|contact| contact.id.clone()).collect::<Vec<_>>()
    };
    let found = ["ada", "a", "example"].map(|word| words(&crm, word));
    drop(crm);

    let crm = builder().persist(&file.0).expect("the same file");
    assert_same(&before, &crm.snapshot(), "opened again");
    assert_eq!((crm.clock().now(), crm.location()), (before.at(), &location));
    assert_eq!(["ada", "a", "example"].map(|word| words(&crm, word)), found);
    for value in [secret.expose(), rotated.expose()] {
        assert!(block_on(crm.with_token(value).locations().get(&location)).is_ok());
    }
    let bea = CreateContact::new(&location).email("bea@vale.example");
    let bea = block_on(crm.contacts().create(bea)).expect("another contact");
    assert_ne!(ada.id, bea.id);
    assert!(bea.date_added > ada.date_added);
    let (_, third) = crm.admin().create_token("third", TokenLevel::Agency, Scopes::All);
    assert!(![secret.expose(), rotated.expose()].contains(&third.expose()));
}

#[test]
fn resets_seeds_and_deleted_sub_accounts_are_kept() {
    let file = Temp::new();
    let crm = MemCrm::builder().persist(&file.0).expect("a new file");
    let add = |email: &str| {
        let input = CreateContact::new(crm.location()).email(email);
        block_on(crm.contacts().create(input)).expect("a contact")
    };
    let same = |what: &str| assert_same(&crm.snapshot(), &Snapshot::load(&file.0).expect("a file"), what);
    add("one@vale.example");
    let kept = crm.snapshot();
    crm.clock().advance(Duration::from_secs(60));
    add("two@vale.example");
    crm.restore(&kept);
    same("restored");
    add("three@vale.example");
    crm.admin().reset();
    same("reset");
    crm.admin().plant(&Seed::Demo).expect("the demo");
    same("planted");
    crm.admin().found(&"LOC9".into());
    block_on(crm.locations().delete(&"LOC9".into(), smbcrm_core::locations::DeleteLocation::new(false)))
        .expect("it can be deleted");
    same("deleted");
    crm.restore(&MemCrm::builder().seed(99).build().snapshot());
    same("another world's moment");
    add("four@vale.example");
    same("on from there");
    crm.checkpoint().expect("a checkpoint");
    add("five@vale.example");
    same("after a checkpoint");
}

#[test]
fn what_is_to_be_sent_is_sent_after_the_next_start() {
    let file = Temp::new();
    let crm = MemCrm::builder().persist(&file.0).expect("a new file");
    let settings = EndpointSettings::new("http://app.example/hooks").legacy_signature();
    crm.admin().add_endpoint(settings).expect("an endpoint");
    let ada = CreateContact::new(crm.location()).email("ada@vale.example");
    block_on(crm.contacts().create(ada)).expect("a contact");
    let (before, keys) = (crm.snapshot(), crm.admin().webhook_keys());
    assert_eq!(crm.admin().deliveries(&DeliveryFilter::default()).len(), 1);
    drop(crm);

    let crm = file.reopen();
    assert_same(&before, &crm.snapshot(), "opened again");
    assert_eq!(crm.admin().webhook_keys(), keys);
    let sink = Sink::new();
    crm.admin().sink("http://app.example/", sink.clone());
    block_on(crm.run_until_idle());
    assert_eq!(sink.received().len(), 1);
    assert_same(&crm.snapshot(), &Snapshot::load(&file.0).expect("a file"), "delivered");
    drop(crm);
    let crm = file.reopen();
    crm.admin().sink("http://app.example/", sink.clone());
    block_on(crm.run_until_idle());
    assert_eq!(sink.received().len(), 1, "once is enough");
}

#[test]
fn workflows_go_on_where_they_were() {
    let file = Temp::new();
    let crm = MemCrm::builder().persist(&file.0).expect("a new file");
    let welcome = Definition::new("Welcome")
        .trigger(ContactCreated::new())
        .step(WaitStep::span(Span::minutes(5)))
        .step(SendSms::new("Hi {{contact.first_name}}!"));
    let welcome = crm.admin().install_workflow(crm.location(), welcome).expect("a workflow");
    let create = |crm: &MemCrm, name: &str, phone: &str| {
        let input = CreateContact::new(crm.location()).first_name(name).phone(phone);
        block_on(crm.contacts().create(input)).expect("a contact")
    };
    create(&crm, "Ada", "+12025550123");
    block_on(crm.advance(Duration::from_secs(60)));
    let before = crm.snapshot();
    drop(crm);

    let crm = file.reopen();
    assert_same(&before, &crm.snapshot(), "opened again");
    create(&crm, "Bea", "+12025550124"); // what triggers a run is known again
    block_on(crm.advance(Duration::from_secs(600)));
    let sent: Vec<String> =
        crm.admin().outbox().iter().filter_map(|it| it.text()).map(|text| text.body.to_string()).collect();
    assert_eq!(sent, ["Hi Ada!", "Hi Bea!"]);
    assert!(crm.admin().runs(&welcome).iter().all(|run| run.state == RunState::Finished));
    assert_same(&crm.snapshot(), &Snapshot::load(&file.0).expect("a file"), "at the end");
}

#[test]
fn a_line_that_was_cut_off_never_was() {
    let file = Temp::new();
    let crm = MemCrm::builder().persist(&file.0).expect("a new file");
    let checkpoint = std::fs::read(&file.0).expect("the file").len();
    let mut moments = vec![(checkpoint, crm.snapshot())];
    for name in ["a", "b", "c"] {
        let input = CreateContact::new(crm.location())
            .first_name(name)
            .phone(format!("+1202555013{}", moments.len()));
        let made = block_on(crm.contacts().create(input)).expect("a contact");
        block_on(crm.contacts().update(&made.id, UpdateContact::new().city("Austin"))).expect("a change");
        moments.push((std::fs::read(&file.0).expect("the file").len(), crm.snapshot()));
    }
    let whole = std::fs::read(&file.0).expect("the file");
    drop(crm);
    for length in checkpoint..=whole.len() {
        let cut = Snapshot::from_bytes(&whole[..length], "cut").expect("what is left is whole");
        if let Some((_, moment)) = moments.iter().find(|(end, _)| *end == length) {
            assert_same(moment, &cut, "cut between two lines");
        }
    }
    for length in (0..checkpoint).step_by(7) {
        let problem =
            Snapshot::from_bytes(&whole[..length], "cut").expect_err("half a checkpoint").problem().clone();
        assert!(matches!(problem, DiskProblem::CutOff | DiskProblem::NotAWorld), "{problem:?}");
    }
    // Opening it drops what is cut off, and goes on behind what is whole.
    file.write(&whole[..whole.len() - 3]);
    let crm = file.reopen();
    let added = CreateContact::new(crm.location()).first_name("d").phone("+12025550139");
    block_on(crm.contacts().create(added)).expect("a contact");
    assert_same(&crm.snapshot(), &Snapshot::load(&file.0).expect("whole again"), "after a cut");
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let file = Temp::new();
    let crm = MemCrm::new();
    crm.save(&file.0).expect("saved");
    let good = std::fs::read(&file.0).expect("the file");
    let text = |bytes: &[u8]| {
        file.write(bytes);
        let said = MemCrm::load(&file.0).expect_err("it is wrong").to_string();
        assert!(said.starts_with(file.0.to_str().expect("a path")), "{said}");
        said
    };
    assert!(text(b"{\"contacts\":[]}").ends_with("this is no file of smbcrm-mem"));
    assert!(text(b"").ends_with("this is no file of smbcrm-mem"));
    assert!(
        text(b"SMBCRM WORLD 2\n")
            .ends_with("its format is 2, and this smbcrm-mem reads format 1: take a newer one")
    );
    assert!(text(b"SMBCRM WORLD 0\n").ends_with("take an older one"));
    let mut bad = good.clone();
    let at = bad.iter().position(|byte| *byte == b'\n').expect("lines") + 40;
    bad[at] ^= 1;
    assert!(text(&bad).ends_with("line 2 is damaged: its checksum does not fit"));
    let mut bad = good.clone();
    line::encode(&serde_json::json!({ "at": 0, "tomorrow": 1 }), &mut bad).expect("a line");
    line::encode(&serde_json::json!({ "at": 0 }), &mut bad).expect("a line");
    assert!(
        text(&bad).contains("is damaged: this version cannot make sense of it: unknown field `tomorrow`")
    );
    assert!(matches!(
        MemCrm::load("/no/such/file").expect_err("no file").problem(),
        DiskProblem::Io { kind: std::io::ErrorKind::NotFound, .. }
    ));
    file.write(&good);
    let _held = MemCrm::builder().persist(&file.0).expect("a file");
    let said = MemCrm::builder().persist(&file.0).expect_err("it is in use");
    assert_eq!(said.problem(), &DiskProblem::InUse);
    let missing = Temp::new();
    crm.save(&missing.0).expect("saved");
    let said = MemCrm::builder().location("LOC77").persist(&missing.0).expect_err("no such sub-account");
    assert_eq!(said.problem(), &DiskProblem::NoLocation("LOC77".to_owned()));
}

#[test]
fn a_file_stays_small_and_whole_while_everybody_writes() {
    let file = Temp::new();
    let crm = MemCrm::builder().persist(&file.0).expect("a new file");
    let made = block_on(
        crm.contacts().create(CreateContact::new(crm.location()).first_name("Ada").email("a@b.example")),
    );
    let id = made.expect("a contact").id.clone();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (crm, id) = (&crm, &id);
            scope.spawn(move || {
                for round in 0..100 {
                    let name = format!("{thread}-{round}");
                    block_on(crm.contacts().update(id, UpdateContact::new().city(name))).expect("a change");
                }
            });
        }
        for _ in 0..10 {
            crm.checkpoint().expect("a checkpoint");
        }
    });
    assert_same(&crm.snapshot(), &Snapshot::load(&file.0).expect("a file"), "written by many");
    crm.checkpoint().expect("a checkpoint");
    let length = std::fs::metadata(&file.0).expect("the file").len();
    assert!(length < 20_000, "one contact is left, and takes up {length} bytes");
}

#[test]
fn what_cannot_be_written_is_refused_until_it_can() {
    let file = Temp::new();
    let crm = MemCrm::builder().persist(&file.0).expect("a new file");
    let log = crm.world.log.get().expect("it is kept");
    let create = |name: &str| {
        let input = CreateContact::new(crm.location()).email(format!("{name}@vale.example"));
        block_on(crm.contacts().create(input))
    };
    create("one").expect("all is well");
    log.break_for_test();
    // Whoever writes checkpoints may be quicker than the answer: then it is kept after all.
    match create("two") {
        Err(refused) => assert_eq!(refused.status_or_default(), 500, "{refused}"),
        Ok(_) => assert!(crm.disk_error().is_none()),
    }
    while crm.disk_error().is_some() {
        let _ = crm.checkpoint(); // the keeper may be quicker
    }
    create("three").expect("all is well again");
    assert_same(&crm.snapshot(), &Snapshot::load(&file.0).expect("a file"), "healed");
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_file() {
    use std::os::unix::fs::PermissionsExt;

    let (kept, saved) = (Temp::new(), Temp::new());
    let crm = MemCrm::builder().persist(&kept.0).expect("a new file");
    crm.checkpoint().expect("a checkpoint");
    crm.save(&saved.0).expect("it can be saved");
    for file in [&kept, &saved] {
        let mode = std::fs::metadata(&file.0).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
