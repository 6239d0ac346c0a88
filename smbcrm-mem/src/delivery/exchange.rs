//! The book behind its lock, and what is no part of any moment: who sends, who waits to be told.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;

use super::book::{Book, Entry, Outcome};
use super::disturb::Disturbance;
use super::endpoint::Endpoint;
use super::keys::Keys;
use super::parcel::{DeliveryId, Parcel};
use super::post::Post;
use super::reply::Reply;
use super::rows::Recorder;
use super::senders::Senders;
use crate::world::RsaPair;

/// How many deliveries are under way at once, whatever their addresses.
const AT_ONCE: usize = 64;

/// What is to be sent from a world.
///
/// Its lock is a leaf: taken last, perhaps while a sub-account's is held; no other is taken under it, and it is never
/// held across I/O.
#[derive(Debug)]
pub(crate) struct Exchange {
    held: Mutex<Held>,
    /// Whether there is an endpoint: while there is none, changes need not look any further.
    listened_to: AtomicBool,
    stir: Notify,
    seed: u64,
    keys: RwLock<Option<Arc<Keys>>>,
    senders: RwLock<Senders>,
}

#[derive(Default)]
struct Held {
    book: Arc<Book>,
    /// Grows when another moment is put in place: what was under way then is of no interest any more.
    epoch: u64,
    recorder: Option<Recorder>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("book", &self.book).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Held {
    /// Changes the book, and tells who records it.
    fn change<T>(&mut self, change: impl FnOnce(&mut Book) -> T) -> T {
        let book = Arc::make_mut(&mut self.book);
        let answer = change(book);
        if let Some(recorder) = &self.recorder {
            let rows = book.changed_rows();
            if !rows.is_empty() {
                recorder(rows);
            }
        }
        answer
    }
}

impl Exchange {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            held: Mutex::default(),
            listened_to: AtomicBool::new(false),
            stir: Notify::new(),
            seed,
            keys: RwLock::default(),
            senders: RwLock::default(),
        }
    }

    /// Sends through whoever another world sends through, with the same keys.
    pub(crate) fn share(&self, other: &Self) {
        *self.senders.write() = other.senders.read().clone();
        *self.keys.write() = other.keys.read().clone();
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Queues a parcel: it is sent when somebody carries out what is due.
    #[allow(dead_code, reason = "workflow steps post")]
    pub(crate) fn post(&self, parcel: Parcel, now: i64) -> DeliveryId {
        let id = self.change(|book| book.post(parcel, now, now));
        self.stir();
        id
    }

    /// Tells whoever carries out what is due that there is more to do.
    pub(crate) fn stir(&self) {
        self.stir.notify_waiters();
    }

    pub(super) fn is_listened_to(&self) -> bool {
        self.listened_to.load(Ordering::Relaxed)
    }

    pub(crate) fn endpoints(&self) -> Arc<Vec<Arc<Endpoint>>> {
        Arc::clone(self.held.lock().book.endpoints())
    }

    pub(super) fn endpoint(&self, id: &str) -> Option<Arc<Endpoint>> {
        self.held.lock().book.endpoint(id).cloned()
    }

    pub(super) fn disturbance(&self) -> Option<Arc<Disturbance>> {
        self.held.lock().book.disturbance().cloned()
    }

    /// The keys, made when they are first needed: of most worlds they never are.
    pub(crate) fn keys(&self) -> Arc<Keys> {
        if let Some(keys) = &*self.keys.read() {
            return Arc::clone(keys);
        }
        Arc::clone(self.keys.write().get_or_insert_with(|| Arc::new(Keys::new(self.seed))))
    }

    /// The RSA pair, if it was made.
    pub(crate) fn kept_rsa(&self) -> Option<RsaPair> {
        self.keys.read().as_ref().and_then(|keys| keys.keep_rsa()).map(RsaPair)
    }

    pub(super) fn set_recorder(&self, recorder: Option<Recorder>) {
        let mut held = self.held.lock();
        Arc::make_mut(&mut held.book).note_changes(None);
        held.recorder = recorder;
    }

    /// Who carries requests to an address.
    pub(super) fn sender(&self, url: &str) -> Arc<dyn Post> {
        self.senders.read().of(url)
    }

    pub(crate) fn set_senders(&self, change: impl FnOnce(&mut Senders)) {
        change(&mut self.senders.write());
    }

    /// When something is to be done next, in milliseconds; `None` when nothing waits.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.held.lock().book.next_due()
    }

    /// When the next attempt is due, in milliseconds.
    pub(super) fn next_attempt(&self) -> Option<i64> {
        self.held.lock().book.next_attempt()
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.held.lock().book.is_under_way()
    }

    /// Ends when something was posted, or an attempt came to its end, from now on.
    pub(crate) fn stirred(&self) -> impl Future<Output = ()> + '_ {
        self.stir.notified()
    }

    /// This moment: a pointer.
    pub(crate) fn moment(&self) -> Arc<Book> {
        Arc::clone(&self.held.lock().book)
    }

    /// Puts a moment in place. What was under way in it is to be sent again.
    pub(crate) fn put(&self, moment: &Arc<Book>) {
        let mut held = self.held.lock();
        let before = std::mem::replace(&mut held.book, Arc::clone(moment));
        held.epoch += 1;
        if held.recorder.is_some() {
            held.change(|book| book.note_changes(Some(&before)));
        }
        if held.book.is_under_way() {
            held.change(Book::release_all);
        }
        self.listened_to.store(!held.book.endpoints().is_empty(), Ordering::Relaxed);
        drop(held);
        self.stir.notify_waiters();
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        let mut held = self.held.lock();
        let answer = held.change(change);
        self.listened_to.store(!held.book.endpoints().is_empty(), Ordering::Relaxed);
        answer
    }

    /// Takes what is due, to be tried once.
    pub(super) fn claim(&self, now: i64) -> Option<Claim<'_>> {
        let mut held = self.held.lock();
        if held.book.next_attempt().is_none_or(|due| due > now) {
            return None;
        }
        let epoch = held.epoch;
        let entry = Arc::make_mut(&mut held.book).claim(now, AT_ONCE)?;
        Some(Claim { exchange: self, epoch, entry, over: false })
    }

    /// The oldest reply that nobody has heard yet.
    pub(super) fn reply(&self) -> Option<(u64, Reply)> {
        self.held.lock().book.reply()
    }

    pub(super) fn heard(&self, id: u64) {
        self.change(|book| book.heard(id));
    }

    /// From 0 to 1, and always the same for the same delivery, attempt and purpose, whoever goes first.
    pub(super) fn chance(&self, id: u64, attempt: u32, purpose: &str) -> f64 {
        chance(self.seed, id, attempt, purpose)
    }
}

/// From 0 to 1, from a seed and what it is for.
pub(super) fn chance(seed: u64, id: u64, attempt: u32, purpose: &str) -> f64 {
    use rand::{Rng, SeedableRng};
    let purpose = purpose.bytes().fold(seed, |sum, byte| sum.rotate_left(9) ^ u64::from(byte));
    let mixed = purpose ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (u64::from(attempt) << 48);
    rand::rngs::SmallRng::seed_from_u64(mixed).random()
}

/// A delivery that is being tried. Dropped before it is over, it goes back to what waits.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    exchange: &'a Exchange,
    epoch: u64,
    pub(super) entry: Arc<Entry>,
    over: bool,
}

impl Claim<'_> {
    /// Writes down what the attempt, made at `at`, came to.
    pub(super) fn settle(mut self, outcome: Outcome, at: i64, now: i64) {
        self.over = true;
        let mut held = self.exchange.held.lock();
        if held.epoch == self.epoch {
            held.change(|book| book.settle(self.entry.id, outcome, at, now));
        }
        drop(held);
        self.exchange.stir.notify_waiters();
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let mut held = self.exchange.held.lock();
        if held.epoch == self.epoch {
            Arc::make_mut(&mut held.book).release(self.entry.id);
        }
        drop(held);
        self.exchange.stir.notify_waiters();
    }
}
