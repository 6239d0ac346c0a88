//! The book of deliveries: what waits, what is under way, what became of the rest. Plain data, no lock, no clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};
use smbcrm_core::types::{Text, time};

use super::disturb::Disturbance;
use super::endpoint::{Endpoint, EndpointSettings};
use super::parcel::{DeliveryId, Origin, Parcel};
use super::post::{Answer, PostError};
use super::reply::Reply;
use super::rows::{Changes, ExchangeRow};

/// How many deliveries a world keeps, unless told otherwise: those that wait, and the newest of those that are over.
pub const DELIVERY_ENTRIES: usize = 10_000;

/// How many bytes they may take up together.
const DELIVERY_BYTES: usize = 64 * 1024 * 1024;

/// How many attempts of one delivery are kept; the oldest go first.
const ATTEMPTS: usize = 100;

/// How much of an answer's body an attempt keeps.
const EXCERPT: usize = 1_000;

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DeliveryState {
    /// It is to be sent, again perhaps.
    Waiting,
    /// It was answered with 2xx.
    Delivered,
    /// It was given up: a dead letter.
    Failed,
    /// A disturbance made away with it.
    Lost,
}

/// One try of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attempt {
    /// Its number, counted from 1.
    pub number: u32,
    /// When, in milliseconds since 1970 by the world's clock.
    pub at: i64,
    /// How long the answer took, in microseconds.
    pub micros: u64,
    /// The answer's status; `None` when there was none.
    pub status: Option<u16>,
    /// What went wrong; `None` after success.
    pub error: Option<Text>,
    /// The first 1 000 bytes of the answer's body.
    pub reply: Text,
}

/// A delivery as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) parcel: Arc<Parcel>,
    pub(crate) made_at: i64,
    /// When it is to be sent at the earliest.
    pub(crate) due_at: i64,
    pub(crate) state: DeliveryState,
    pub(crate) attempts: Arc<Vec<Attempt>>,
    /// How many attempts were made in all, and before the schedule was last begun.
    pub(crate) made: u32,
    pub(crate) begun: u32,
    /// How often a success is still to be repeated.
    pub(crate) repeats: u8,
}

/// What an attempt came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) answer: Result<Answer, PostError>,
    pub(crate) micros: u64,
    /// What the answer asked for by `Retry-After`, in milliseconds.
    pub(crate) retry_after: Option<u64>,
    /// From 0 to 1: what makes waits differ.
    pub(crate) chance: f64,
}

#[derive(Debug, Clone)]
pub(crate) struct Book {
    last: u64,
    entries: BTreeMap<u64, Arc<Entry>>,
    /// What waits under each order key, in order.
    lines: hashbrown::HashMap<Text, VecDeque<u64>, RandomState>,
    /// What may be sent, by when: the heads of the lines, and what waits for nobody.
    due: BTreeSet<(i64, u64)>,
    under_way: BTreeSet<u64>,
    delivered: BTreeSet<u64>,
    /// Dead letters and lost ones.
    failed: BTreeSet<u64>,
    replies: BTreeMap<u64, Reply>,
    bytes: usize,
    most: usize,
    most_bytes: usize,
    /// How many found no room.
    turned_away: u64,
    endpoints: Arc<Vec<Arc<Endpoint>>>,
    /// How many endpoints there ever were.
    endpoints_made: u64,
    disturbance: Option<Arc<Disturbance>>,
    /// What changed since somebody asked; `None` while nobody does.
    changes: Option<Changes>,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            last: 0,
            entries: BTreeMap::new(),
            lines: hashbrown::HashMap::default(),
            due: BTreeSet::new(),
            under_way: BTreeSet::new(),
            delivered: BTreeSet::new(),
            failed: BTreeSet::new(),
            replies: BTreeMap::new(),
            bytes: 0,
            most: DELIVERY_ENTRIES,
            most_bytes: DELIVERY_BYTES,
            turned_away: 0,
            endpoints: Arc::default(),
            endpoints_made: 0,
            disturbance: None,
            changes: None,
        }
    }
}

impl Book {
    /// The number that the next delivery gets.
    pub(crate) fn next_id(&self) -> u64 {
        self.last + 1
    }

    pub(crate) fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// Queues a parcel to be sent from `due_at` on. What is over makes room, the delivered first; where all of it
    /// still waits, the parcel is turned away.
    pub(crate) fn post(&mut self, parcel: Parcel, now: i64, due_at: i64) -> DeliveryId {
        self.last += 1;
        let id = self.last;
        if !self.make_room(parcel.size()) {
            self.turned_away += 1;
            tracing::warn!(delivery = id, "too much waits to be sent: a delivery is turned away");
            self.give_up(id, &parcel.origin, "too much waits to be sent");
            return DeliveryId(id);
        }
        let entry = Entry {
            id,
            parcel: Arc::new(parcel),
            made_at: now,
            due_at,
            state: DeliveryState::Waiting,
            attempts: Arc::default(),
            made: 0,
            begun: 0,
            repeats: 0,
        };
        let endpoint = entry.parcel.endpoint().cloned();
        self.insert(Arc::new(entry));
        self.disturb_new(id, endpoint.as_deref(), now);
        DeliveryId(id)
    }

    /// What a disturbance does to a delivery when it is queued.
    fn disturb_new(&mut self, id: u64, endpoint: Option<&str>, now: i64) {
        let Some(disturbance) = self.disturbance.clone() else { return };
        if disturbance.spares(endpoint) {
            return;
        }
        if disturbance.strikes(disturbance.drop, id, 0, "drop") {
            self.end(id, DeliveryState::Lost, "lost on purpose", now);
            return;
        }
        if disturbance.strikes(disturbance.delay, id, 0, "delay") {
            let late = i64::try_from(disturbance.delay_millis).unwrap_or(i64::MAX / 4);
            self.edit(id, |entry| entry.due_at = entry.due_at.saturating_add(late));
        }
        if disturbance.strikes(disturbance.duplicate, id, 0, "duplicate") {
            self.edit(id, |entry| entry.repeats = 1);
        }
        if disturbance.strikes(disturbance.reorder, id, 0, "reorder") {
            self.overtake(id);
        }
    }

    /// The endpoints, in the order in which they were registered.
    pub(crate) fn endpoints(&self) -> &Arc<Vec<Arc<Endpoint>>> {
        &self.endpoints
    }

    pub(crate) fn endpoint(&self, id: &str) -> Option<&Arc<Endpoint>> {
        self.endpoints.iter().find(|endpoint| endpoint.id == *id)
    }

    pub(crate) fn add_endpoint(&mut self, settings: EndpointSettings, now: i64) -> Arc<Endpoint> {
        self.endpoints_made += 1;
        let endpoint = Arc::new(Endpoint {
            id: Text::from(format!("endpoint-{}", self.endpoints_made)),
            settings,
            enabled: true,
            disabled_because: None,
            failing_since: None,
            created_at: time::from_millis(now).unwrap_or_default(),
        });
        Arc::make_mut(&mut self.endpoints).push(Arc::clone(&endpoint));
        self.note_endpoints();
        endpoint
    }

    pub(crate) fn change_endpoint(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Endpoint),
    ) -> Option<Arc<Endpoint>> {
        let place = self.endpoints.iter().position(|endpoint| endpoint.id == *id)?;
        let endpoint = &mut Arc::make_mut(&mut self.endpoints)[place];
        change(Arc::make_mut(endpoint));
        let endpoint = Arc::clone(endpoint);
        self.note_endpoints();
        Some(endpoint)
    }

    pub(crate) fn remove_endpoint(&mut self, id: &str, now: i64) -> bool {
        let before = self.endpoints.len();
        Arc::make_mut(&mut self.endpoints).retain(|endpoint| endpoint.id != *id);
        self.note_endpoints();
        self.end_waiting(id, "the endpoint was removed", now);
        self.endpoints.len() < before
    }

    /// Disables an endpoint: what waits for it becomes dead letters.
    pub(crate) fn disable_endpoint(&mut self, id: &str, why: &str, now: i64) {
        tracing::warn!(endpoint = id, why, "a webhook endpoint was disabled");
        self.change_endpoint(id, |endpoint| {
            endpoint.enabled = false;
            endpoint.disabled_because = Some(why.into());
        });
        self.end_waiting(id, &format!("the endpoint was disabled: {why}"), now);
    }

    fn end_waiting(&mut self, endpoint: &str, why: &str, now: i64) {
        let waits = |entry: &&Arc<Entry>| {
            entry.state == DeliveryState::Waiting
                && entry.parcel.endpoint().is_some_and(|known| *known == *endpoint)
        };
        let ids: Vec<u64> = self.entries.values().filter(waits).map(|entry| entry.id).collect();
        ids.into_iter().for_each(|id| self.end(id, DeliveryState::Failed, why, now));
    }

    /// How an endpoint fares after an attempt.
    fn judge(&mut self, entry: &Entry, status: Option<u16>, failed: bool, now: i64) {
        let Some(id) = entry.parcel.endpoint() else { return };
        let Some(endpoint) = self.endpoint(id) else { return };
        if failed == endpoint.failing_since.is_none() {
            let since = failed.then(|| time::from_millis(now).unwrap_or_default());
            self.change_endpoint(id, |endpoint| endpoint.failing_since = since);
        }
        let Some(endpoint) = self.endpoint(id).filter(|endpoint| endpoint.enabled) else { return };
        let patience = i64::try_from(endpoint.settings.disable_after_seconds).unwrap_or(i64::MAX);
        let failing = endpoint.failing_since.map(|since| now - since.timestamp_millis());
        if status == Some(410) {
            self.disable_endpoint(id, "it answered with 410", now);
        } else if patience > 0 && failing.is_some_and(|failing| failing >= patience.saturating_mul(1000)) {
            self.disable_endpoint(id, "it failed for too long", now);
        }
    }

    pub(crate) fn disturbance(&self) -> Option<&Arc<Disturbance>> {
        self.disturbance.as_ref()
    }

    pub(crate) fn set_disturbance(&mut self, disturbance: Option<Disturbance>) {
        self.disturbance = disturbance.map(Arc::new);
    }

    pub(crate) fn set_limits(&mut self, most: usize, most_bytes: usize) {
        (self.most, self.most_bytes) = (most, most_bytes);
    }

    /// Puts an entry in: a new one, or one that was kept elsewhere.
    pub(crate) fn insert(&mut self, entry: Arc<Entry>) {
        let id = entry.id;
        self.last = self.last.max(id);
        self.bytes += entry.size();
        self.note(id);
        match entry.state {
            DeliveryState::Waiting => self.enqueue(id, &entry),
            DeliveryState::Delivered => _ = self.delivered.insert(id),
            DeliveryState::Failed | DeliveryState::Lost => _ = self.failed.insert(id),
        }
        self.entries.insert(id, entry);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Arc<Entry>> {
        self.entries.get(&id)
    }

    /// Everything that is kept, oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// When something is to be done next; under way counts as done.
    pub(crate) fn next_due(&self) -> Option<i64> {
        let reply = self.replies.keys().next().map(|_| i64::MIN);
        reply.or_else(|| self.due.first().map(|(at, _)| *at))
    }

    /// When the next attempt is due.
    pub(crate) fn next_attempt(&self) -> Option<i64> {
        self.due.first().map(|(at, _)| *at)
    }

    pub(crate) fn is_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Takes the delivery that is due first, unless `most` are under way.
    pub(crate) fn claim(&mut self, now: i64, most: usize) -> Option<Arc<Entry>> {
        if self.under_way.len() >= most {
            return None;
        }
        let (at, id) = *self.due.first()?;
        if at > now {
            return None;
        }
        self.due.pop_first();
        self.under_way.insert(id);
        self.entries.get(&id).cloned()
    }

    /// Takes a claim back: the attempt never came to an end.
    pub(crate) fn release(&mut self, id: u64) {
        if self.under_way.remove(&id)
            && let Some(entry) = self.entries.get(&id)
        {
            self.due.insert((entry.due_at, id));
        }
    }

    /// Everything that was under way is to be sent again: this is another world, or the same one after a crash.
    pub(crate) fn release_all(&mut self) {
        for id in std::mem::take(&mut self.under_way) {
            self.under_way.insert(id);
            self.release(id);
        }
    }

    /// Writes down what an attempt came to. Returns the entry as it is now.
    pub(crate) fn settle(&mut self, id: u64, outcome: Outcome, at: i64, now: i64) -> Option<Arc<Entry>> {
        if !self.under_way.remove(&id) {
            return None;
        }
        let entry = Arc::make_mut(self.entries.get_mut(&id)?);
        self.bytes -= entry.size();
        let status = outcome.answer.as_ref().ok().map(|answer| answer.status);
        let error = outcome.error();
        entry.made += 1;
        let attempts = Arc::make_mut(&mut entry.attempts);
        if attempts.len() >= ATTEMPTS {
            attempts.remove(0);
        }
        attempts.push(Attempt {
            number: entry.made,
            at,
            micros: outcome.micros,
            status,
            error: error.clone(),
            reply: outcome.excerpt(),
        });
        if error.is_none() && entry.repeats > 0 {
            entry.repeats -= 1;
            entry.due_at = now;
        } else if error.is_none() {
            entry.state = DeliveryState::Delivered;
        } else {
            let made = (entry.made - entry.begun) as usize;
            match entry.parcel.schedule.next(made, status, outcome.retry_after, outcome.chance) {
                Some(wait) => entry.due_at = now.saturating_add(wait),
                None => entry.state = DeliveryState::Failed,
            }
        }
        self.bytes += entry.size();
        let entry = Arc::clone(&self.entries[&id]);
        self.note(id);
        if entry.state == DeliveryState::Waiting {
            self.due.insert((entry.due_at, id));
        } else {
            self.finish(&entry);
        }
        if entry.state != DeliveryState::Waiting || entry.parcel.origin.follows() {
            self.tell(&entry, outcome);
        }
        self.judge(&entry, status, error.is_some(), now);
        Some(entry)
    }

    /// Ends a delivery that waits, without sending it.
    pub(crate) fn end(&mut self, id: u64, state: DeliveryState, why: &str, now: i64) {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.state == DeliveryState::Waiting)
        else {
            return;
        };
        self.due.remove(&(entry.due_at, id));
        self.under_way.remove(&id);
        let entry = Arc::make_mut(entry);
        entry.state = state;
        let note = Attempt {
            number: entry.made,
            at: now,
            micros: 0,
            status: None,
            error: Some(why.into()),
            reply: Text::default(),
        };
        Arc::make_mut(&mut entry.attempts).push(note);
        let entry = Arc::clone(&self.entries[&id]);
        self.bytes += why.len() + std::mem::size_of::<Attempt>();
        self.note(id);
        self.finish(&entry);
        self.give_up(id, &entry.parcel.origin, why);
    }

    /// Begins a delivery that is over from the start, keeping its number. `false` when there is none to begin.
    pub(crate) fn repeat(&mut self, id: u64, now: i64) -> bool {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.state != DeliveryState::Waiting)
        else {
            return false;
        };
        let entry = Arc::make_mut(entry);
        entry.state = DeliveryState::Waiting;
        entry.begun = entry.made;
        entry.due_at = now;
        self.delivered.remove(&id);
        self.failed.remove(&id);
        let entry = Arc::clone(&self.entries[&id]);
        self.note(id);
        self.enqueue(id, &entry);
        true
    }

    /// Changes an entry that waits, before it is sent: what a disturbance does.
    pub(crate) fn edit(&mut self, id: u64, change: impl FnOnce(&mut Entry)) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let was_due = self.due.remove(&(entry.due_at, id));
        let entry = Arc::make_mut(entry);
        change(entry);
        if was_due {
            self.due.insert((entry.due_at, id));
        }
        self.note(id);
    }

    /// Lets a delivery go before the one in front of it, if that has not been begun.
    pub(crate) fn overtake(&mut self, id: u64) {
        let Some(entry) = self.entries.get(&id) else { return };
        let Some(line) = self.lines.get_mut(&entry.parcel.order) else { return };
        let Some(at) = line.iter().rposition(|known| *known == id).filter(|at| *at > 0) else { return };
        let other = line[at - 1];
        if self.under_way.contains(&other) || self.entries.get(&other).is_none_or(|other| other.made > 0) {
            return;
        }
        line.swap(at, at - 1);
        if at == 1 {
            let due_at = self.entries[&other].due_at;
            self.due.remove(&(due_at, other));
            self.due.insert((self.entries[&id].due_at, id));
        }
    }

    /// Puts a row back that was kept.
    pub(crate) fn restore(&mut self, row: ExchangeRow) {
        match row {
            ExchangeRow::Numbers { deliveries, endpoints } => {
                self.last = self.last.max(deliveries);
                self.endpoints_made = self.endpoints_made.max(endpoints);
            }
            ExchangeRow::Endpoints(endpoints) => {
                self.endpoints = Arc::new(endpoints);
                self.note_endpoints();
            }
            ExchangeRow::Delivery(entry) => {
                self.forget_wholly(entry.id);
                self.insert(entry);
            }
            ExchangeRow::Forgotten(id) => self.forget_wholly(id),
            ExchangeRow::Reply(reply) => self.add_reply(reply.delivery.number(), reply),
            ExchangeRow::Heard(id) => self.heard(id),
            // A key is no part of the book.
            ExchangeRow::Rsa(_) => {}
        }
    }

    pub(super) fn numbers(&self) -> ExchangeRow {
        ExchangeRow::Numbers { deliveries: self.last, endpoints: self.endpoints_made }
    }

    /// From now on what changes is noted; with everything that this and another book hold, to begin with.
    pub(super) fn note_changes(&mut self, other: Option<&Self>) {
        let ids = |book: &Self| -> BTreeSet<u64> { book.entries.keys().copied().collect() };
        let replies = |book: &Self| -> BTreeSet<u64> { book.replies.keys().copied().collect() };
        let mut changes = Changes::default();
        if let Some(other) = other {
            changes.entries = &ids(self) | &ids(other);
            changes.replies = &replies(self) | &replies(other);
            changes.endpoints = true;
        }
        self.changes = Some(changes);
    }

    pub(super) fn take_changes(&mut self) -> Option<Changes> {
        let changes = self.changes.as_mut().filter(|changes| !changes.is_empty())?;
        Some(std::mem::take(changes))
    }

    fn note(&mut self, id: u64) {
        if let Some(changes) = &mut self.changes {
            changes.entries.insert(id);
        }
    }

    fn note_reply(&mut self, id: u64) {
        if let Some(changes) = &mut self.changes {
            changes.replies.insert(id);
        }
    }

    fn note_endpoints(&mut self) {
        if let Some(changes) = &mut self.changes {
            changes.endpoints = true;
        }
    }

    /// Takes an entry out, whatever its state.
    fn forget_wholly(&mut self, id: u64) {
        let Some(entry) = self.entries.get(&id).cloned() else { return };
        self.due.remove(&(entry.due_at, id));
        self.under_way.remove(&id);
        if entry.state == DeliveryState::Waiting {
            self.finish(&entry);
        }
        self.remove(id);
    }

    /// Forgets what is over.
    pub(crate) fn forget(&mut self) {
        let over: Vec<u64> = self.delivered.iter().chain(&self.failed).copied().collect();
        over.into_iter().for_each(|id| self.remove(id));
    }

    /// The oldest reply that nobody has heard yet.
    pub(crate) fn reply(&self) -> Option<(u64, Reply)> {
        self.replies.first_key_value().map(|(id, reply)| (*id, reply.clone()))
    }

    /// A reply was heard.
    pub(crate) fn heard(&mut self, id: u64) {
        self.replies.remove(&id);
        self.note_reply(id);
    }

    pub(super) fn replies(&self) -> impl Iterator<Item = &Reply> {
        self.replies.values()
    }

    pub(super) fn reply_of(&self, id: u64) -> Option<&Reply> {
        self.replies.get(&id)
    }

    fn add_reply(&mut self, id: u64, reply: Reply) {
        self.replies.insert(id, reply);
        self.note_reply(id);
    }

    fn enqueue(&mut self, id: u64, entry: &Entry) {
        if entry.parcel.order.is_empty() {
            self.due.insert((entry.due_at, id));
            return;
        }
        let line = self.lines.entry_ref(&entry.parcel.order).or_default();
        line.push_back(id);
        if line.len() == 1 {
            self.due.insert((entry.due_at, id));
        }
    }

    /// Takes what is over out of its line, and lets the next one go.
    fn finish(&mut self, entry: &Entry) {
        match entry.state {
            DeliveryState::Delivered => self.delivered.insert(entry.id),
            _ => self.failed.insert(entry.id),
        };
        let Some(line) = self.lines.get_mut(&entry.parcel.order) else { return };
        let Some(at) = line.iter().position(|id| *id == entry.id) else { return };
        line.remove(at);
        match line.front() {
            Some(next) if at == 0 => {
                if let Some(next) = self.entries.get(next) {
                    self.due.insert((next.due_at, next.id));
                }
            }
            Some(_) => {}
            None => _ = self.lines.remove(&entry.parcel.order),
        }
    }

    /// Puts down what an attempt came to, for whom it was made.
    fn tell(&mut self, entry: &Entry, outcome: Outcome) {
        let wants_body = match &entry.parcel.origin {
            Origin::Step { wants_reply, .. } => *wants_reply,
            origin if origin.follows() => true,
            _ => return,
        };
        let error = outcome.error();
        let micros = outcome.micros;
        let answer = outcome.answer.ok();
        let reply = Reply {
            origin: entry.parcel.origin.clone(),
            delivery: DeliveryId(entry.id),
            status: answer.as_ref().map(|answer| answer.status),
            headers: answer.as_ref().map(|answer| answer.headers.clone()).unwrap_or_default(),
            body: answer.filter(|_| wants_body).map(|answer| answer.body).unwrap_or_default(),
            error,
            attempts: entry.made,
            micros,
            is_over: entry.state != DeliveryState::Waiting,
        };
        self.add_reply(entry.id, reply);
    }

    fn give_up(&mut self, id: u64, origin: &Origin, why: &str) {
        if origin.is_awaited() {
            let reply = Reply {
                origin: origin.clone(),
                delivery: DeliveryId(id),
                status: None,
                body: bytes::Bytes::new(),
                headers: Vec::new(),
                error: Some(why.into()),
                attempts: self.get(id).map_or(0, |entry| entry.made),
                micros: 0,
                is_over: true,
            };
            self.add_reply(id, reply);
        }
    }

    fn make_room(&mut self, size: usize) -> bool {
        while self.entries.len() >= self.most || self.bytes + size > self.most_bytes {
            let Some(oldest) = self.delivered.first().or(self.failed.first()).copied() else { return false };
            self.remove(oldest);
        }
        true
    }

    fn remove(&mut self, id: u64) {
        if let Some(entry) = self.entries.remove(&id) {
            self.bytes -= entry.size();
        }
        self.note(id);
        self.delivered.remove(&id);
        self.failed.remove(&id);
    }
}

impl Entry {
    fn size(&self) -> usize {
        let attempt = |attempt: &Attempt| {
            let error = attempt.error.as_ref().map_or(0, |error| error.len());
            std::mem::size_of::<Attempt>() + attempt.reply.len() + error
        };
        self.parcel.size() + self.attempts.iter().map(attempt).sum::<usize>()
    }
}

impl Outcome {
    /// What went wrong; `None` after success.
    fn error(&self) -> Option<Text> {
        match &self.answer {
            Ok(answer) if (200..300).contains(&answer.status) => None,
            Ok(answer) => Some(Text::from(format!("answered with {}", answer.status))),
            Err(error) => Some(Text::from(error.to_string())),
        }
    }

    fn excerpt(&self) -> Text {
        let body = self.answer.as_ref().map(|answer| answer.body.as_ref()).unwrap_or_default();
        Text::from(String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]).into_owned())
    }
}
