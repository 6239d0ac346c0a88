//! Messages, and the order in which each thread's were written.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use smbcrm_core::types::{ConversationId, Text};

use super::state::{MessageKey, StoredMessage};
use crate::search::{Record, Table, Value};

/// The messages of a sub-account. A clone is a fork.
///
/// Every way to read of [`Table`] is there. Writing goes through here, so that a page of a thread costs what the page
/// holds, however long the thread is.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    table: Table<StoredMessage>,
    lines: Table<Line>,
}

/// The messages of a thread: when they were written, and which they are.
#[derive(Debug, Clone)]
struct Line {
    thread: ConversationId,
    places: BTreeSet<Place>,
}

type Place = (i64, Text);

impl Record for Line {
    type Field = ();

    fn id(&self) -> &str {
        self.thread.as_str()
    }

    fn values(&self, (): &(), _: &mut dyn FnMut(Value<'_>)) {}
}

fn place(stored: &StoredMessage) -> Place {
    (stored.message.date_added.timestamp_millis(), Text::from(stored.id()))
}

impl Messages {
    pub(super) fn new() -> Self {
        Self { table: Table::new().keyed_by(MessageKey::Thread), lines: Table::new() }
    }

    /// Stores a message in place of the one of its id.
    pub(crate) fn put(&mut self, message: Arc<StoredMessage>) {
        let (thread, new) = (message.message.conversation_id.clone(), place(&message));
        match self.table.put(message) {
            Some(old) if old.message.conversation_id == thread && place(&old) == new => {}
            Some(old) => {
                self.edit_line(&old.message.conversation_id, |places| places.remove(&place(&old)));
                self.edit_line(&thread, |places| places.insert(new));
            }
            None => self.edit_line(&thread, |places| places.insert(new)),
        }
    }

    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(old) = self.table.remove(id) {
            self.edit_line(&old.message.conversation_id, |places| places.remove(&place(&old)));
        }
    }

    fn edit_line(&mut self, thread: &ConversationId, edit: impl FnOnce(&mut BTreeSet<Place>) -> bool) {
        // Taken out it is not shared with the table, and so changes in place unless a fork has it as well.
        let mut line = match self.lines.remove(thread.as_str()) {
            Some(line) => Arc::unwrap_or_clone(line),
            None => Line { thread: thread.clone(), places: BTreeSet::new() },
        };
        edit(&mut line.places);
        if !line.places.is_empty() {
            self.lines.put(Arc::new(line));
        }
    }

    /// The messages of a thread, the newest first, behind one of them if that is given.
    pub(super) fn newest_first(
        &self,
        thread: &ConversationId,
        behind: Option<&StoredMessage>,
    ) -> impl Iterator<Item = &Arc<StoredMessage>> {
        let end = behind.map_or(std::ops::Bound::Unbounded, |last| std::ops::Bound::Excluded(place(last)));
        let line = self.lines.get(thread.as_str());
        let places = line
            .into_iter()
            .flat_map(move |line| line.places.range((std::ops::Bound::Unbounded, end.clone())).rev());
        places.filter_map(|(_, id)| self.table.get(id))
    }

    /// For building indexes; messages are written through [`Messages::put`].
    pub(super) fn indexes(&mut self) -> &mut Table<StoredMessage> {
        &mut self.table
    }
}

impl Deref for Messages {
    type Target = Table<StoredMessage>;
    fn deref(&self) -> &Table<StoredMessage> {
        &self.table
    }
}
