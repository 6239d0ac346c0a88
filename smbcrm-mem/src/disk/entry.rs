//! What a line says, and how a world is made of lines.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smbcrm_core::locations::Location;
use smbcrm_core::types::{CompanyId, LocationId, time};

use super::error::{DiskError, DiskProblem};
use super::line::{self, Extent};
use super::parts::PARTS;
use crate::limits::{Meter, RateLimits};
use crate::world::ids::{AGENCY, Ids};
use crate::world::tape::Edit;
use crate::world::token::{Hash, Token, TokenInfo};
use crate::world::{Credential, Directory, Row, Snapshot, State};

/// How many records a line of a checkpoint holds.
const BATCH: usize = 64;

/// A line: what one critical section changed, or a piece of a checkpoint.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Frame {
    /// Begins a checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) world: Option<Head>,
    /// What time it was, in milliseconds.
    pub(super) at: i64,
    /// Somebody moved the clock; a real one is now this far from the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clock: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) agency: Vec<AgencyChange>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) accounts: Vec<AccountChange>,
    /// What belongs neither to the agency nor to a sub-account; see [`super::parts`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<(String, Value)>,
    /// The checkpoint is whole.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) end: bool,
}

/// What a checkpoint begins with.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Head {
    /// Who wrote it, for people to know.
    by: String,
    seed: u64,
    virtual_clock: bool,
}

/// A change of who exists.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum AgencyChange {
    Is(Box<Agency>),
    /// A sub-account is gone.
    Remove(usize),
    User(Edited),
    Token(Box<StoredToken>),
    DropToken(String),
}

/// What there is once of everything in an agency.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Agency {
    company: CompanyId,
    home: LocationId,
    lenient: bool,
    burst: u32,
    interval_millis: u64,
    daily: u32,
    /// How far the ids of users have come.
    user_ids: u64,
    user_seed: u64,
    /// How many sub-accounts there have ever been: the next one gets this number.
    locations: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StoredToken {
    name: Arc<str>,
    info: TokenInfo,
    /// Fingerprints in hexadecimal digits.
    current: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
}

/// A change of a sub-account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountChange {
    /// Its number.
    pub(super) at: usize,
    /// It begins here, or begins again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begin: Option<Begin>,
    /// How far its ids have come.
    ids: u64,
    /// Whether conversations are laid out; see [`State::lay_out_threads`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    threads: bool,
    #[serde(default, rename = "do", skip_serializing_if = "Vec::is_empty")]
    edits: Vec<Edited>,
}

/// What a sub-account begins as.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    location: Arc<Location>,
    /// What its ids are made from.
    seed: u64,
}

/// What happened to a record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Edited {
    Add(Row),
    Put(Row),
    /// The record of this kind and key is gone.
    Drop(String, String),
}

impl Edited {
    fn of(before: Option<&Row>, after: Option<&Row>) -> Option<Self> {
        match (before, after) {
            (None, Some(row)) => Some(Self::Add(row.clone())),
            (Some(_), Some(row)) => Some(Self::Put(row.clone())),
            (Some(row), None) => Some(Self::Drop(row.variant().to_owned(), row.key().to_owned())),
            (None, None) => None,
        }
    }
}

impl AccountChange {
    /// What a section changed.
    pub(super) fn of(state: &State, edits: &[Edit]) -> Self {
        let edits = edits.iter().filter_map(|edit| Edited::of(edit.before.as_ref(), edit.after.as_ref()));
        Self { edits: edits.collect(), ..Self::blank(state) }
    }

    /// The sub-account itself, as it is now.
    pub(super) fn location(state: &State) -> Self {
        Self { edits: vec![Edited::Put(Row::Location(Arc::clone(&state.location)))], ..Self::blank(state) }
    }

    fn blank(state: &State) -> Self {
        Self {
            at: state.ids.ordinal(),
            begin: None,
            ids: state.ids.drawn(),
            threads: state.threads_laid_out,
            edits: Vec::new(),
        }
    }

    /// Begins it anew, without its records.
    fn begin(state: &State) -> Self {
        let begin = Begin { location: Arc::clone(&state.location), seed: state.ids.seed() };
        Self { begin: Some(begin), ..Self::blank(state) }
    }

    /// Begins it anew, with all of its records.
    pub(super) fn whole(state: &State) -> Self {
        let mut edits = Vec::new();
        state.each_row(&mut |row| edits.push(Edited::Add(row)));
        Self { edits, ..Self::begin(state) }
    }
}

impl AgencyChange {
    pub(super) fn agency(directory: &Directory) -> Self {
        let RateLimits { burst, interval, daily } = directory.limits;
        Self::Is(Box::new(Agency {
            company: directory.company.clone(),
            home: directory.home.clone(),
            lenient: directory.lenient,
            burst,
            interval_millis: u64::try_from(interval.as_millis()).unwrap_or(u64::MAX),
            daily,
            user_ids: directory.user_ids.drawn(),
            user_seed: directory.user_ids.seed(),
            locations: directory.locations.len(),
        }))
    }

    fn token(credential: &Credential) -> Self {
        let Token { info, current, previous } = &credential.token;
        Self::Token(Box::new(StoredToken {
            name: Arc::clone(&credential.name),
            info: info.clone(),
            current: hex(current),
            previous: previous.as_ref().map(hex),
        }))
    }

    /// What differs in who exists, but for sub-accounts.
    pub(super) fn between(before: &Directory, after: &Directory) -> Vec<Self> {
        let mut changes = vec![Self::agency(after)];
        before.each_user_difference(after, &mut |before, after| {
            changes.extend(Edited::of(before.as_ref(), after.as_ref()).map(Self::User));
        });
        let known = |list: &[Arc<Credential>], wanted: &Credential| {
            list.iter().find(|known| known.token.info.id == wanted.token.info.id).cloned()
        };
        for old in &before.tokens {
            if known(&after.tokens, old).is_none() {
                changes.push(Self::DropToken(old.token.info.id.clone()));
            }
        }
        for new in &after.tokens {
            if known(&before.tokens, new).is_none_or(|old| !Arc::ptr_eq(&old, new)) {
                changes.push(Self::token(new));
            }
        }
        changes
    }
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Result<Hash, String> {
    let mut hash = Hash::default();
    let wrong = || "a fingerprint is 64 hexadecimal digits".to_owned();
    if text.len() != 2 * hash.len() || !text.is_ascii() {
        return Err(wrong());
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}

impl Snapshot {
    /// Writes the lines of a checkpoint.
    pub(super) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        self.each_frame(&mut |frame| {
            let mut line = Vec::new();
            line::encode(&frame, &mut line)?;
            out.write_all(&line)
        })
    }

    fn each_frame(&self, write: &mut dyn FnMut(Frame) -> io::Result<()>) -> io::Result<()> {
        let at = self.at.timestamp_millis();
        let agency = AgencyChange::between(&Directory::new(CompanyId::default(), self.seed), &self.directory);
        write(Frame {
            world: Some(Head {
                by: concat!("smbcrm-mem ", env!("CARGO_PKG_VERSION")).to_owned(),
                seed: self.seed,
                virtual_clock: self.virtual_clock,
            }),
            at,
            clock: Some(self.shift),
            agency,
            ..Frame::default()
        })?;
        for state in self.states.iter().flatten() {
            write(Frame { at, accounts: vec![AccountChange::begin(state)], ..Frame::default() })?;
            let (mut batch, mut outcome) = (Vec::with_capacity(BATCH), Ok(()));
            let mut flush = |batch: &mut Vec<Edited>| {
                if outcome.is_ok() && !batch.is_empty() {
                    let edits = std::mem::take(batch);
                    let change = AccountChange { edits, ..AccountChange::blank(state) };
                    outcome = write(Frame { at, accounts: vec![change], ..Frame::default() });
                }
            };
            state.each_row(&mut |row| {
                batch.push(Edited::Add(row));
                if batch.len() == BATCH {
                    flush(&mut batch);
                }
            });
            flush(&mut batch);
            outcome?;
        }
        for part in PARTS {
            let mut outcome = Ok(());
            (part.save)(self, &mut |value| {
                if outcome.is_ok() {
                    let parts = vec![(part.name.to_owned(), value)];
                    outcome = write(Frame { at, parts, ..Frame::default() });
                }
            });
            outcome?;
        }
        write(Frame { at, end: true, ..Frame::default() })
    }

    fn blank(head: &Head) -> Self {
        Self {
            at: DateTime::<Utc>::MIN_UTC,
            virtual_clock: head.virtual_clock,
            shift: 0,
            seed: head.seed,
            drawn: 0,
            directory: Directory::new(CompanyId::default(), head.seed),
            states: Vec::new(),
            deliveries: Arc::default(),
            rsa: None,
            sales_boost: Arc::default(),
            smarfle: Arc::default(),
        }
    }

    /// Does again what a line says was done.
    fn apply(&mut self, frame: Frame) -> Result<(), String> {
        let at = time::from_millis(frame.at).ok_or("the time is out of range")?;
        if let Some(shift) = frame.clock {
            (self.at, self.shift) = (at, shift);
        } else {
            self.at = self.at.max(at);
        }
        for change in frame.agency {
            self.apply_to_agency(change)?;
        }
        for change in frame.accounts {
            self.apply_to_account(change)?;
        }
        for (name, value) in frame.parts {
            let part = PARTS.iter().find(|part| part.name == name);
            let part = part.ok_or_else(|| format!("`{name}` is no part of a world"))?;
            (part.load)(self, value).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(())
    }

    fn apply_to_agency(&mut self, change: AgencyChange) -> Result<(), String> {
        let directory = &mut self.directory;
        match change {
            AgencyChange::Is(agency) => {
                directory.company = agency.company;
                directory.home = agency.home;
                directory.lenient = agency.lenient;
                directory.limits = RateLimits::new(
                    agency.burst,
                    Duration::from_millis(agency.interval_millis),
                    agency.daily,
                );
                directory.user_ids = Ids::of(agency.user_seed, AGENCY);
                directory.user_ids.go_on_from(agency.user_ids);
                directory.locations.resize(agency.locations, None);
                self.states.resize(agency.locations, None);
            }
            AgencyChange::Remove(at) => {
                let state = self.states.get_mut(at).and_then(Option::take);
                let state = state.ok_or_else(|| format!("there is no sub-account {at} to remove"))?;
                directory.by_id.remove(&state.location.id);
            }
            AgencyChange::User(Edited::Add(Row::User(user)) | Edited::Put(Row::User(user))) => {
                directory.put_user_row(Arc::unwrap_or_clone(user));
            }
            AgencyChange::User(Edited::Drop(_, key)) => {
                if !directory.drop_user_row(&key) {
                    return Err(format!("there is no user `{key}` to remove"));
                }
            }
            AgencyChange::User(_) => return Err("a user is a user".to_owned()),
            AgencyChange::Token(token) => {
                let credential = Arc::new(Credential {
                    name: token.name,
                    meter: Arc::new(Meter::default()),
                    token: Token {
                        current: unhex(&token.current)?,
                        previous: token.previous.as_deref().map(unhex).transpose()?,
                        info: token.info,
                    },
                });
                let is_it = |known: &&mut Arc<Credential>| known.token.info.id == credential.token.info.id;
                match directory.tokens.iter_mut().find(is_it) {
                    Some(known) => *known = credential,
                    None => directory.tokens.push(credential),
                }
            }
            AgencyChange::DropToken(id) => directory.tokens.retain(|known| known.token.info.id != id),
        }
        Ok(())
    }

    fn apply_to_account(&mut self, change: AccountChange) -> Result<(), String> {
        let AccountChange { at, begin, ids, threads, edits } = change;
        let missing = || format!("there is no sub-account {at}");
        if let Some(Begin { location, seed }) = begin {
            let slot = self.states.get_mut(at).ok_or_else(missing)?;
            let id = location.id.clone();
            let ordinal = u32::try_from(at).map_err(|_| missing())?;
            let state = State::new(Location::clone(&location), Ids::of(seed, ordinal));
            let by_id = &mut self.directory.by_id;
            if let Some(old) = slot.replace(state).filter(|old| by_id.get(&old.location.id) == Some(&at)) {
                by_id.remove(&old.location.id);
            }
            by_id.insert(id, at);
        }
        let state = self.states.get_mut(at).and_then(Option::as_mut).ok_or_else(missing)?;
        state.ids.go_on_from(ids);
        if threads {
            // From the contacts that there were, as it was done then.
            state.lay_out_threads();
        }
        for edit in edits {
            match edit {
                Edited::Add(row) => state.put_row(row, true),
                Edited::Put(row) => state.put_row(row, false),
                Edited::Drop(kind, key) => {
                    if !state.drop_row(&kind, &key) {
                        return Err(format!("there is no {kind} `{key}` to remove"));
                    }
                }
            }
        }
        Ok(())
    }
}

/// What a file held.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) snapshot: Snapshot,
    pub(super) extent: Extent,
    /// Where the checkpoint ends.
    pub(super) checkpoint: u64,
    /// How many changes follow it.
    pub(super) changes: u64,
}

/// Reads a world from a file: the checkpoint, and what was changed since.
pub(super) fn read(from: impl Read, path: &Path) -> Result<Kept, DiskError> {
    let mut snapshot: Option<Snapshot> = None;
    let (mut is_whole, mut position, mut checkpoint, mut changes) =
        (false, line::header().len() as u64, 0, 0);
    let extent = line::read(from, path, |number, json| {
        let damaged = |why: String| DiskError::damaged(path, number, why);
        let frame: Frame = serde_json::from_slice(json)
            .map_err(|error| damaged(format!("this version cannot make sense of it: {error}")))?;
        position += json.len() as u64 + 10;
        if let Some(head) = &frame.world {
            snapshot = Some(Snapshot::blank(head));
        }
        let snapshot = snapshot.as_mut().ok_or_else(|| damaged("a world begins otherwise".to_owned()))?;
        changes += u64::from(is_whole);
        if frame.end {
            (is_whole, checkpoint) = (true, position);
        }
        snapshot.apply(frame).map_err(damaged)
    })?;
    match snapshot {
        Some(mut snapshot) if is_whole => {
            snapshot.directory.index_tokens();
            for state in snapshot.states.iter_mut().flatten() {
                state.watch_workflows();
                state.automation.ask_again();
            }
            Ok(Kept { snapshot, extent, checkpoint, changes })
        }
        _ => Err(DiskError::new(path, DiskProblem::CutOff)),
    }
}
