//! The peer: SQLite in memory, as one would set it up for the same job.
//!
//! A row holds the contact's JSON and what is searched by, in columns of its own: unique id and e-mail, phone, the
//! date for walking through everybody. The table of tags repeats state and date, so that a segment is one stretch of
//! one index; names are in an FTS5 table of trigrams. Statements are prepared once. Nothing is written to a disk; the rollback
//! journal stays on, in memory, since an upsert that fails half way must be undone.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use smbcrm_core::contacts::Contact;

use crate::people::{Person, Segment};
use crate::{PAGE, WALK_PAGE};

const SCHEMA: &str = "
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -262144;
    CREATE TABLE contact(
        key INTEGER PRIMARY KEY, id TEXT NOT NULL, email TEXT, phone TEXT, state TEXT,
        added INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE UNIQUE INDEX contact_id ON contact(id);
    CREATE UNIQUE INDEX contact_email ON contact(email);
    CREATE INDEX contact_phone ON contact(phone);
    CREATE INDEX contact_added ON contact(added DESC, id DESC);
    CREATE TABLE tag(
        tag TEXT NOT NULL, state TEXT NOT NULL, added INTEGER NOT NULL, contact INTEGER NOT NULL,
        PRIMARY KEY(tag, state, added DESC, contact)) WITHOUT ROWID;
    CREATE INDEX tag_contact ON tag(contact);
    CREATE VIRTUAL TABLE names USING fts5(first, last, tokenize = 'trigram', content = '', contentless_delete = 1);
";

/// A contact as SQLite is given it.
#[derive(Debug, Clone)]
pub struct Row {
    id: String,
    email: String,
    phone: String,
    state: String,
    tags: Vec<String>,
    added: i64,
    first: String,
    last: String,
    body: String,
}

impl Row {
    /// The row of a person whose record reads like this.
    pub fn new(person: &Person, contact: &Contact) -> Self {
        Self {
            id: contact.id.as_str().to_owned(),
            email: person.email.clone(),
            phone: person.phone.clone(),
            state: person.state.clone(),
            tags: person.tags.clone(),
            added: person.added.timestamp_millis(),
            first: person.first.clone(),
            last: person.last.clone(),
            body: body(contact),
        }
    }

    /// How long the JSON is.
    pub fn body_len(&self) -> usize {
        self.body.len()
    }
}

/// The record's JSON without what repeats other fields and what is empty: nobody would store that.
fn body(contact: &Contact) -> String {
    let mut body = serde_json::to_value(contact).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|key, value| {
            !key.ends_with("LowerCase") && value.as_array().is_none_or(|a| !a.is_empty())
        });
    }
    body.to_string()
}

/// What is done with a body that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the bytes or the record; there is no third")]
pub enum Read {
    /// It is handed out as text: what SQLite is best at.
    Body,
    /// It is read into a [`Contact`], as an app that works with contacts has to.
    Record,
}

fn read(body: &str, how: Read) {
    match how {
        Read::Body => {
            std::hint::black_box(body.to_owned());
        }
        Read::Record => {
            std::hint::black_box(serde_json::from_str::<Contact>(body).ok());
        }
    }
}

/// Contacts in SQLite. It lives as long as the process: its statements borrow it.
#[derive(Debug)]
pub struct Sqlite {
    connection: &'static Connection,
    insert: Statement<'static>,
    insert_tag: Statement<'static>,
    insert_name: Statement<'static>,
    by_id: Statement<'static>,
    by_email: Statement<'static>,
    key_by_email: Statement<'static>,
    key_by_phone: Statement<'static>,
    update: Statement<'static>,
    delete_tags: Statement<'static>,
    newest_of: Statement<'static>,
    count_of: Statement<'static>,
    any_with_name: Statement<'static>,
    with_name: Statement<'static>,
    count_with_name: Statement<'static>,
    first_page: Statement<'static>,
    next_page: Statement<'static>,
}

type Result<T> = rusqlite::Result<T>;

impl Sqlite {
    /// An empty database.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn new() -> Result<Self> {
        let connection: &'static Connection = Box::leak(Box::new(Connection::open_in_memory()?));
        connection.execute_batch(SCHEMA)?;
        let segment = "FROM tag t WHERE t.tag = ?1 AND t.state = ?2 AND t.added >= ?3 AND t.added < ?4";
        Ok(Self {
            connection,
            insert: connection.prepare(
                "INSERT INTO contact(id, email, phone, state, added, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
            insert_tag: connection
                .prepare("INSERT INTO tag(tag, state, added, contact) VALUES (?1, ?2, ?3, ?4)")?,
            insert_name: connection.prepare("INSERT INTO names(rowid, first, last) VALUES (?1, ?2, ?3)")?,
            by_id: connection.prepare("SELECT body FROM contact WHERE id = ?1")?,
            by_email: connection.prepare("SELECT body FROM contact WHERE email = ?1")?,
            key_by_email: connection.prepare("SELECT key, added FROM contact WHERE email = ?1")?,
            key_by_phone: connection.prepare("SELECT key, added FROM contact WHERE phone = ?1 LIMIT 1")?,
            update: connection
                .prepare("UPDATE contact SET email = ?2, phone = ?3, state = ?4, body = ?5 WHERE key = ?1")?,
            delete_tags: connection.prepare("DELETE FROM tag WHERE contact = ?1")?,
            newest_of: connection.prepare(&format!(
                "SELECT (SELECT body FROM contact WHERE key = t.contact) {segment}
                 ORDER BY t.added DESC LIMIT {PAGE}"
            ))?,
            count_of: connection.prepare(&format!("SELECT count(*) {segment}"))?,
            with_name: connection.prepare(&format!(
                "SELECT c.body FROM names JOIN contact c ON c.key = names.rowid WHERE names MATCH ?1
                 ORDER BY c.added DESC LIMIT {PAGE}"
            ))?,
            any_with_name: connection.prepare(&format!(
                "SELECT c.body FROM names JOIN contact c ON c.key = names.rowid WHERE names MATCH ?1
                 LIMIT {PAGE}"
            ))?,
            count_with_name: connection.prepare("SELECT count(*) FROM names WHERE names MATCH ?1")?,
            first_page: connection.prepare(&format!(
                "SELECT body, added, id FROM contact ORDER BY added DESC, id DESC LIMIT {WALK_PAGE}"
            ))?,
            next_page: connection.prepare(&format!(
                "SELECT body, added, id FROM contact WHERE (added, id) < (?1, ?2)
                 ORDER BY added DESC, id DESC LIMIT {WALK_PAGE}"
            ))?,
        })
    }

    /// Tells the planner what is common and what is rare, and tidies the trigrams up. Worth it once contacts are
    /// loaded.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn analyse(&self) -> Result<()> {
        self.connection.execute_batch("ANALYZE; INSERT INTO names(names) VALUES ('optimize');")
    }

    /// Runs work as one transaction.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn in_one_transaction(&mut self, work: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.connection.execute_batch("BEGIN")?;
        work(self)?;
        self.connection.execute_batch("COMMIT")
    }

    /// Adds a contact.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn insert(&mut self, row: &Row) -> Result<()> {
        let key =
            self.insert.insert(params![row.id, row.email, row.phone, row.state, row.added, row.body])?;
        for tag in &row.tags {
            self.insert_tag.execute(params![tag, row.state, row.added, key])?;
        }
        self.insert_name.execute(params![key, row.first, row.last])?;
        Ok(())
    }

    /// Adds a contact, or replaces the body, tags, e-mail, phone and state of the one with the same e-mail or else
    /// phone.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn upsert(&mut self, row: &Row) -> Result<()> {
        let known = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let mut found = self.key_by_email.query_row([&row.email], known).optional()?;
        if found.is_none() {
            found = self.key_by_phone.query_row([&row.phone], known).optional()?;
        }
        let Some((key, added)) = found else { return self.insert(row) };
        self.update.execute(params![key, row.email, row.phone, row.state, row.body])?;
        self.delete_tags.execute([key])?;
        for tag in &row.tags {
            self.insert_tag.execute(params![tag, row.state, added, key])?;
        }
        Ok(())
    }

    /// The contact with an id; whether there is one.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn get(&mut self, id: &str, how: Read) -> Result<bool> {
        one(&mut self.by_id, id, how)
    }

    /// The contact with an e-mail; whether there is one.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn by_email(&mut self, email: &str, how: Read) -> Result<bool> {
        one(&mut self.by_email, email, how)
    }

    /// The newest of a segment, and how many there are.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn newest_of(&mut self, segment: &Segment, how: Read) -> Result<u64> {
        let (from, to) = (segment.from.timestamp_millis(), segment.to.timestamp_millis());
        let asked = params![segment.tag, segment.state, from, to];
        let mut rows = self.newest_of.query(asked)?;
        while let Some(row) = rows.next()? {
            read(row.get_ref(0)?.as_str()?, how);
        }
        self.count_of.query_row(asked, |row| row.get(0)).map(i64::unsigned_abs)
    }

    /// The newest whose last name contains a text, and how many there are.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn with_name_part(&mut self, part: &str, how: Read) -> Result<u64> {
        let asked = format!("last : \"{part}\"");
        let mut rows = self.with_name.query([&asked])?;
        while let Some(row) = rows.next()? {
            read(row.get_ref(0)?.as_str()?, how);
        }
        self.count_with_name.query_row([&asked], |row| row.get(0)).map(i64::unsigned_abs)
    }

    /// Any few whose last name contains a text, in no order and not counted: the least that can be asked.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn any_with_name_part(&mut self, part: &str) -> Result<()> {
        let mut rows = self.any_with_name.query([format!("last : \"{part}\"")])?;
        while let Some(row) = rows.next()? {
            read(row.get_ref(0)?.as_str()?, Read::Body);
        }
        Ok(())
    }

    /// Takes a number of pages of everybody, newest first, from a place on. Answers the next place, or none at the
    /// end.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn walk(
        &mut self,
        mut after: Option<(i64, String)>,
        pages: usize,
        how: Read,
    ) -> Result<Option<(i64, String)>> {
        for _ in 0..pages {
            let mut rows = match &after {
                None => self.first_page.query([])?,
                Some((added, id)) => self.next_page.query(params![added, id])?,
            };
            let mut last = None;
            let mut taken = 0;
            while let Some(row) = rows.next()? {
                read(row.get_ref(0)?.as_str()?, how);
                taken += 1;
                if taken == WALK_PAGE {
                    last = Some((row.get(1)?, row.get(2)?));
                }
            }
            drop(rows);
            after = last;
            if after.is_none() {
                break;
            }
        }
        Ok(after)
    }
}

fn one(statement: &mut Statement<'static>, asked: &str, how: Read) -> Result<bool> {
    let mut rows = statement.query([asked])?;
    let Some(row) = rows.next()? else { return Ok(false) };
    read(row.get_ref(0)?.as_str()?, how);
    Ok(true)
}
