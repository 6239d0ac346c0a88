//! The file that a world is kept in: every change is appended, now and then all of it is written anew.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};

use parking_lot::{Condvar, Mutex};

use super::entry::{self, AccountChange, AgencyChange, Frame};
use super::error::{DiskError, DiskProblem};
use super::{line, parts};
use crate::world::tape::{self, Edit};
use crate::world::{Directory, Snapshot, State, Sub, World};

/// The changes may take up this much, and twice as much as the checkpoint, before a new one is written.
const ROOM: u64 = 8 * 1024 * 1024;

/// A file that is appended to.
pub(crate) struct Log {
    path: PathBuf,
    inner: Mutex<Inner>,
    wake: Condvar,
    /// Only one checkpoint is written at a time.
    writing: Mutex<()>,
    fsync: bool,
    stopped: AtomicBool,
    /// Whether `inner.broken` says anything, for those who are in a hurry.
    is_broken: AtomicBool,
    /// Locked as long as this lives; the system unlocks it when the process ends, however it ends.
    _lock: File,
}

struct Inner {
    file: File,
    /// How much of the file is good.
    length: u64,
    /// How long it may grow before a checkpoint is due.
    most: u64,
    checkpoint_due: bool,
    broken: Option<DiskError>,
    /// What has happened since the moment of the checkpoint that is to heal a broken file.
    healing: Option<Vec<u8>>,
}

/// What was found when a file was opened.
pub(crate) struct Opened {
    /// `None` when there was no file.
    pub(crate) found: Option<Found>,
    lock: File,
    path: PathBuf,
}

/// A world that a file held.
pub(crate) struct Found {
    pub(crate) snapshot: Snapshot,
    file: File,
    length: u64,
    checkpoint: u64,
}

impl Opened {
    /// Opens a file, so that nobody else may, and reads what it holds.
    pub(crate) fn open(path: &Path) -> Result<Self, DiskError> {
        let failed = |what: &'static str| move |error: io::Error| DiskError::io(path, what, &error);
        let beside = line::beside(path, "lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(beside);
        let lock = lock.map_err(failed("cannot be locked"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DiskError::new(path, DiskProblem::InUse)),
            Err(TryLockError::Error(error)) => return Err(failed("cannot be locked")(error)),
        }
        let found = match OpenOptions::new().read(true).append(true).open(path) {
            Ok(file) => Some(Found::read(file, path)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed("cannot be opened")(error)),
        };
        Ok(Self { found, lock, path: path.to_owned() })
    }

    /// Keeps a world in the file from now on.
    pub(crate) fn keep(self, world: &Arc<World>, fsync: bool) -> Result<(), DiskError> {
        let Self { found, lock, path } = self;
        let (file, length, checkpoint) = match found {
            Some(found) => (found.file, found.length, found.checkpoint),
            None => {
                let snapshot = world.snapshot();
                line::replace(&path, &line::beside(&path, "new"), |out| snapshot.write_to(out))?;
                let open = || {
                    let file = OpenOptions::new().read(true).append(true).open(&path)?;
                    let length = file.metadata()?.len();
                    Ok((file, length, length))
                };
                open().map_err(|error| DiskError::io(&path, "cannot be opened", &error))?
            }
        };
        let log = Arc::new(Log {
            path,
            inner: Mutex::new(Inner {
                file,
                length,
                most: most(checkpoint),
                checkpoint_due: length > most(checkpoint),
                broken: None,
                healing: None,
            }),
            wake: Condvar::new(),
            writing: Mutex::default(),
            fsync,
            stopped: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
            _lock: lock,
        });
        world.clock.tell(&log);
        world.exchange.record(parts::recorder(&log));
        let _ = world.log.set(Keeper::start(log, world));
        Ok(())
    }
}

impl Found {
    fn read(file: File, path: &Path) -> Result<Self, DiskError> {
        let kept = entry::read(&file, path)?;
        if kept.extent.torn > 0 {
            tracing::warn!(
                bytes = kept.extent.torn,
                "{}: the last line was cut off, so nobody was told of it: dropped",
                path.display()
            );
            let cut = file.set_len(kept.extent.good);
            cut.map_err(|error| DiskError::io(path, "cannot be written", &error))?;
        }
        tracing::info!(changes = kept.changes, "{}: read", path.display());
        let (length, checkpoint) = (kept.extent.good, kept.checkpoint);
        Ok(Self { snapshot: kept.snapshot, file, length, checkpoint })
    }
}

fn most(checkpoint: u64) -> u64 {
    checkpoint + ROOM.max(checkpoint.saturating_mul(2))
}

impl Log {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Why the world is not kept at the moment.
    pub(crate) fn broken(&self) -> Option<DiskError> {
        self.is_broken.load(Ordering::Acquire).then(|| self.inner.lock().broken.clone()).flatten()
    }

    /// What a section changed, to be written down when it is at its end.
    #[allow(clippy::unused_self, reason = "without a log there is nothing to be written down")]
    pub(crate) fn change(&self, state: &State, edits: &[Edit]) -> Option<AccountChange> {
        (!edits.is_empty()).then(|| AccountChange::of(state, edits))
    }

    /// Writes down what a section changed, and what it [staged](tape::stage). The sub-account is still locked.
    pub(crate) fn keep_account(&self, sub: &Sub, change: Option<AccountChange>, at: i64) {
        let parts = tape::take_staged();
        // Of a sub-account that was deleted or replaced while a call was on its way to it, nothing is kept.
        let change = change.filter(|_| !sub.retired.load(Ordering::Relaxed));
        if change.is_some() || !parts.is_empty() {
            self.append(&Frame { at, accounts: change.into_iter().collect(), parts, ..Frame::default() });
        }
    }

    /// Writes down a sub-account with all that is in it. It is still locked.
    pub(crate) fn keep_whole(&self, sub: &Sub, state: &State, at: i64) {
        if !sub.retired.load(Ordering::Relaxed) {
            self.append(&Frame { at, accounts: vec![AccountChange::whole(state)], ..Frame::default() });
        }
    }

    /// Writes down what changed in who exists. The directory is still locked.
    pub(crate) fn keep_directory(
        &self,
        before: &Directory,
        after: &Directory,
        edits: &[Edit],
        at: i64,
        clock: Option<i64>,
    ) {
        let mut agency = AgencyChange::between(before, after);
        let mut begun = Vec::new();
        for ordinal in 0..before.locations.len().max(after.locations.len()) {
            let slot = |directory: &Directory| directory.locations.get(ordinal).cloned().flatten();
            let (old, new) = (slot(before), slot(after));
            match (&old, &new) {
                (Some(old), Some(new)) if Arc::ptr_eq(old, new) => continue,
                (Some(old), None) => {
                    retire(old);
                    // Before the number of sub-accounts, which may have become smaller.
                    agency.insert(0, AgencyChange::Remove(ordinal));
                }
                (Some(old), Some(_)) => retire(old),
                _ => {}
            }
            begun.extend(new);
        }
        // Locked until the line is written, so that what follows in them is written after it.
        let held: Vec<_> = begun.iter().map(|sub| sub.state.read()).collect();
        let mut accounts: Vec<_> = held.iter().map(|state| AccountChange::whole(state)).collect();
        let changed: Vec<_> = edits
            .iter()
            .filter_map(|edit| match &edit.after {
                Some(crate::world::Row::Location(location)) => before.location(location.id.as_str()),
                _ => None,
            })
            .filter(|sub| !begun.iter().any(|new| new.id == sub.id) && !sub.retired.load(Ordering::Relaxed))
            .collect();
        let also_held: Vec<_> = changed.iter().map(|sub| sub.state.read()).collect();
        accounts.extend(also_held.iter().map(|state| AccountChange::location(state)));
        let parts = tape::take_staged();
        self.append(&Frame { at, clock, agency, accounts, parts, ..Frame::default() });
    }

    /// Writes down that somebody moved the clock.
    pub(crate) fn keep_clock(&self, at: i64, shift: i64) {
        self.append(&Frame { at, clock: Some(shift), ..Frame::default() });
    }

    /// Writes down a change of a [part](super::parts), along with what else the section changes that is recorded.
    pub(crate) fn keep_part(&self, part: &'static str, value: serde_json::Value) {
        if tape::is_recording() {
            tape::stage(part, value);
        } else {
            self.append(&Frame { parts: vec![(part.to_owned(), value)], ..Frame::default() });
        }
    }

    /// Writes down what was staged in a section that changes nothing but parts.
    pub(crate) fn keep_staged(&self, at: i64) {
        let parts = tape::take_staged();
        if !parts.is_empty() {
            self.append(&Frame { at, parts, ..Frame::default() });
        }
    }

    fn append(&self, frame: &Frame) {
        let mut line = Vec::with_capacity(1024);
        let encoded = line::encode(frame, &mut line);
        let mut inner = self.inner.lock();
        if inner.broken.is_some() {
            if let Some(healing) = &mut inner.healing {
                healing.extend_from_slice(&line);
            } else {
                self.ask(&mut inner);
            }
            return;
        }
        let written = encoded
            .and_then(|()| inner.file.write_all(&line))
            .and_then(|()| if self.fsync { inner.file.sync_data() } else { Ok(()) });
        match written {
            Ok(()) => {
                inner.length += line.len() as u64;
                if inner.length > inner.most {
                    self.ask(&mut inner);
                }
            }
            Err(error) => {
                // What is half written would be taken for damage as soon as something followed it.
                let _ = inner.file.set_len(inner.length);
                let error = DiskError::io(&self.path, "cannot be written", &error);
                tracing::error!("{error}: changes are refused until it can be");
                inner.broken = Some(error);
                self.is_broken.store(true, Ordering::Release);
                self.ask(&mut inner);
            }
        }
    }

    /// As if the next write failed: the file can only be read.
    #[cfg(test)]
    pub(crate) fn break_for_test(&self) {
        self.inner.lock().file = File::open(&self.path).expect("the file is there");
    }

    /// Asks for a new checkpoint.
    fn ask(&self, inner: &mut Inner) {
        inner.checkpoint_due = true;
        self.wake.notify_one();
    }

    /// The place in the file that belongs to a moment: what was written before it is in the moment. Called with the
    /// whole world locked.
    pub(crate) fn mark(&self) -> u64 {
        let mut inner = self.inner.lock();
        inner.checkpoint_due = false;
        if inner.broken.is_some() {
            inner.healing = Some(Vec::new());
        }
        inner.length
    }

    /// Takes a moment of the world with its [mark](Log::mark), writes it and what was written after it to a new file,
    /// and puts that in the old one's place.
    pub(crate) fn checkpoint(&self, take: impl FnOnce() -> Option<(Snapshot, u64)>) -> Result<(), DiskError> {
        let _alone = self.writing.lock();
        let Some((moment, mark)) = take() else { return Ok(()) };
        let fresh = line::beside(&self.path, "new");
        let done = self.rewrite(&fresh, &moment, mark);
        done.map_err(|error| {
            let _ = std::fs::remove_file(&fresh);
            self.inner.lock().healing = None;
            DiskError::io(&self.path, "a checkpoint cannot be written", &error)
        })
    }

    fn rewrite(&self, fresh: &Path, moment: &Snapshot, mark: u64) -> io::Result<()> {
        let file = line::create(fresh)?;
        let mut out = BufWriter::with_capacity(1 << 16, Stoppable { file, stopped: &self.stopped });
        out.write_all(&line::header())?;
        moment.write_to(&mut out)?;
        out.flush()?;
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?.file;
        let checkpoint = file.metadata()?.len();
        // Most of what has been written meanwhile is copied while the world goes on, the rest while it waits.
        let mut old = File::open(&self.path)?;
        old.seek(SeekFrom::Start(mark))?;
        let known = self.inner.lock().length;
        io::copy(&mut Read::by_ref(&mut old).take(known.saturating_sub(mark)), &mut file)?;
        file.sync_data()?;
        let mut inner = self.inner.lock();
        if let (Some(error), None) = (&inner.broken, &inner.healing) {
            // It broke meanwhile, and what was not written since is nowhere but in the world.
            return Err(io::Error::other(error.to_string()));
        }
        let known = known.max(mark);
        io::copy(&mut old.take(inner.length.saturating_sub(known)), &mut file)?;
        if let Some(healing) = &inner.healing {
            file.write_all(healing)?;
        }
        let length = file.metadata()?.len();
        line::put_in_place(&file, fresh, &self.path)?;
        inner.file = OpenOptions::new().read(true).append(true).open(&self.path)?;
        (inner.length, inner.most, inner.healing) = (length, most(checkpoint), None);
        if inner.broken.take().is_some() {
            self.is_broken.store(false, Ordering::Release);
            tracing::info!("{}: it can be written again", self.path.display());
        }
        Ok(())
    }
}

/// Says of a sub-account that it is no part of the world any more; who holds it still is waited for.
fn retire(sub: &Sub) {
    let _held = sub.state.write();
    sub.retired.store(true, Ordering::Relaxed);
}

/// A file that nothing is written to any more once a world is dropped.
struct Stoppable<'a> {
    file: File,
    stopped: &'a AtomicBool,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("the world is gone"));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Log({})", self.path.display())
    }
}

/// A log and the thread that writes its checkpoints.
#[derive(Debug)]
pub(crate) struct Keeper {
    log: Arc<Log>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    fn start(log: Arc<Log>, world: &Arc<World>) -> Self {
        let (world, of_thread) = (Arc::downgrade(world), Arc::clone(&log));
        let thread = thread::Builder::new().name("smbcrm-keeper".to_owned());
        let thread = thread.spawn(move || write_checkpoints(&world, &of_thread));
        if let Err(error) = &thread {
            tracing::error!(%error, "{}: grows without checkpoints", log.path.display());
        }
        Self { log, thread: thread.ok() }
    }
}

impl Deref for Keeper {
    type Target = Log;
    fn deref(&self) -> &Log {
        &self.log
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.log.stopped.store(true, Ordering::Relaxed);
        {
            let _held = self.log.inner.lock();
            self.log.wake.notify_all();
        }
        // The file is free for others when this returns. (The thread itself may drop the world last.)
        if let Some(thread) = self.thread.take().filter(|one| one.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// Writes a checkpoint whenever one is asked for, until the world is gone.
fn write_checkpoints(world: &Weak<World>, log: &Log) {
    loop {
        let mut inner = log.inner.lock();
        while !inner.checkpoint_due && !log.stopped.load(Ordering::Relaxed) {
            log.wake.wait(&mut inner);
        }
        drop(inner);
        if log.stopped.load(Ordering::Relaxed) {
            return;
        }
        if let Err(error) = log.checkpoint(|| Some(world.upgrade()?.moment(|| log.mark()))) {
            tracing::error!("{error}");
        }
    }
}
