//! Where each kind of record is kept: what saving, loading, logging and comparing go by.
//!
//! A new kind of record needs one line here. One that is forgotten does not compile.

use std::sync::Arc;

use super::owned::{Kept, Owned};
use super::row::Row;
use super::{Directory, State};
use crate::search::{Record, Table};

/// Whatever keeps records of one kind.
trait Place {
    type Item;

    fn put(&mut self, item: Self::Item, is_new: bool);
    fn drop_key(&mut self, key: &str) -> bool;
    fn each(&self, visit: &mut dyn FnMut(Row));
    fn compare(&self, after: &Self, visit: &mut dyn FnMut(Option<Row>, Option<Row>));
}

impl<R: Record> Place for Table<R> {
    type Item = Arc<R>;

    fn put(&mut self, item: Arc<R>, _: bool) {
        Table::put(self, item);
    }

    fn drop_key(&mut self, key: &str) -> bool {
        self.remove(key).is_some()
    }

    fn each(&self, visit: &mut dyn FnMut(Row)) {
        self.iter().filter_map(R::row).for_each(visit);
    }

    fn compare(&self, after: &Self, visit: &mut dyn FnMut(Option<Row>, Option<Row>)) {
        let row = |record: Option<&Arc<R>>| record.and_then(R::row);
        self.each_difference(after, &mut |before, after| visit(row(before), row(after)));
    }
}

impl<T: Kept> Place for Owned<T> {
    type Item = T;

    fn put(&mut self, item: T, is_new: bool) {
        let list = self.edit_aside();
        let known = if is_new { None } else { list.iter().rposition(|known| known.key() == item.key()) };
        match known {
            Some(at) => list[at] = item,
            None => list.push(item),
        }
    }

    fn drop_key(&mut self, key: &str) -> bool {
        let at = self.iter().position(|known| known.key() == key);
        at.map(|at| self.edit_aside().remove(at)).is_some()
    }

    fn each(&self, visit: &mut dyn FnMut(Row)) {
        self.iter().filter_map(Kept::row).for_each(visit);
    }

    fn compare(&self, after: &Self, visit: &mut dyn FnMut(Option<Row>, Option<Row>)) {
        self.each_difference(after, &mut |before, after| {
            visit(before.and_then(Kept::row), after.and_then(Kept::row));
        });
    }
}

macro_rules! places {
    (
        tables: { $($table:ident in $($tables:ident).+;)* }
        lists: { $($list:ident in $($lists:ident).+;)* }
        shared: { $($shared:ident in $($shares:ident).+;)* }
    ) => {
        impl State {
            /// Stores a record as it is. One that `is_new` takes the place of none.
            pub(crate) fn put_row(&mut self, row: Row, is_new: bool) {
                match row {
                    $(Row::$table(record) => Place::put(&mut self.$($tables).+, record, is_new),)*
                    $(Row::$list(record) => {
                        Place::put(&mut self.$($lists).+, Arc::unwrap_or_clone(record), is_new);
                    })*
                    $(Row::$shared(record) => Place::put(&mut self.$($shares).+, record, is_new),)*
                    Row::Location(location) => self.location = location,
                    Row::Event(event) => drop(self.book.put_event(Arc::unwrap_or_clone(event))),
                    Row::Due(due) => self.put_due(Arc::unwrap_or_clone(due)),
                    Row::Message(message) => self.inbox.messages.put(message),
                    Row::Reminder(reminder) => self.put_reminder(Arc::unwrap_or_clone(reminder)),
                    Row::Run(run) => self.automation.put_row(run),
                    Row::Outgoing(outgoing) => self.put_outgoing(outgoing),
                    Row::User(_) => {} // of the agency
                }
            }

            /// Removes the record of a kind ([`Row::variant`]) and key; `false` when there is none.
            pub(crate) fn drop_row(&mut self, variant: &str, key: &str) -> bool {
                match variant {
                    $(stringify!($table) => self.$($tables).+.drop_key(key),)*
                    $(stringify!($list) => self.$($lists).+.drop_key(key),)*
                    $(stringify!($shared) => self.$($shares).+.drop_key(key),)*
                    "Event" => self.book.drop_event(&key.into()),
                    "Due" => self.inbox.due.drop_key(key),
                    "Message" => {
                        let known = self.inbox.messages.get(key).is_some();
                        self.inbox.messages.remove(key);
                        known
                    }
                    "Reminder" => self.book.reminders.drop_key(key),
                    "Run" => self.automation.drop_run(key),
                    "Outgoing" => self.drop_outgoing(key),
                    _ => false,
                }
            }

            /// Every record but the sub-account itself, lists in their order.
            pub(crate) fn each_row(&self, visit: &mut dyn FnMut(Row)) {
                $(self.$($tables).+.each(visit);)*
                $(self.$($lists).+.each(visit);)*
                $(self.$($shares).+.each(visit);)*
                self.book.events.each(visit);
                self.inbox.messages.each(visit);
                self.book.reminders.each(visit);
                self.automation.each_run(&mut |run| visit(Row::Run(run)));
                self.inbox.due.each(visit);
                self.inbox.outbox.each(visit);
            }

            /// What differs afterwards, record by record. What both share is not looked at.
            pub(crate) fn each_difference(
                &self,
                after: &Self,
                visit: &mut dyn FnMut(Option<Row>, Option<Row>),
            ) {
                if !Arc::ptr_eq(&self.location, &after.location) {
                    let row = |state: &Self| Some(Row::Location(Arc::clone(&state.location)));
                    visit(row(self), row(after));
                }
                $(self.$($tables).+.compare(&after.$($tables).+, visit);)*
                $(self.$($lists).+.compare(&after.$($lists).+, visit);)*
                $(self.$($shares).+.compare(&after.$($shares).+, visit);)*
                self.book.events.compare(&after.book.events, visit);
                self.inbox.messages.compare(&after.inbox.messages, visit);
                self.book.reminders.compare(&after.book.reminders, visit);
                self.automation.runs.compare(&after.automation.runs, visit);
                self.automation.past.compare(&after.automation.past, visit);
                self.inbox.due.compare(&after.inbox.due, visit);
                self.inbox.outbox.compare(&after.inbox.outbox, visit);
            }
        }

        impl Row {
            /// What tells it from others of its kind.
            pub(crate) fn key(&self) -> &str {
                match self {
                    $(Self::$table(record) => record.id(),)*
                    $(Self::$list(record) => record.key(),)*
                    $(Self::$shared(record) => record.key(),)*
                    Self::Location(location) => location.id.as_str(),
                    Self::Event(event) => event.id(),
                    Self::Message(message) => message.id(),
                    Self::Reminder(reminder) => reminder.key(),
                    Self::Run(run) => run.id(),
                    Self::Due(due) => due.key(),
                    Self::Outgoing(outgoing) => outgoing.key(),
                    Self::User(user) => user.key(),
                }
            }
        }
    };
}

places! {
    tables: {
        Contact in contacts;
        Task in tasks;
        Note in notes;
        Thread in conversations;
        Email in inbox.emails;
        Choices in inbox.choices;
        Reads in inbox.reads;
        Opportunity in opportunities;
        Tag in tags;
        Enrolment in enrolments;
        EventNote in book.notes;
        Timer in automation.timers;
        Agent in studio.agents;
        AgentVersion in studio.versions;
        AgentSession in studio.sessions;
        AgentTurn in studio.turns;
        Order in till.orders;
        Transaction in till.transactions;
        Subscription in till.subscriptions;
        BlogPost in press.posts;
        SocialPost in social.posts;
    }
    lists: {
        CustomField in custom_fields;
        CustomValue in custom_values;
        Template in templates;
        RecurringTask in recurring_tasks;
        Pipeline in pipelines;
        LostReason in lost_reasons;
        Campaign in campaigns;
        Workflow in workflows;
        CalendarGroup in book.groups;
        CalendarResource in book.resources;
        Schedule in book.schedules;
        CalendarNotification in book.notifications;
        Provider in inbox.providers;
        Subtype in inbox.subtypes;
        Upload in inbox.uploads;
        Counter in automation.counters;
    }
    shared: {
        ObjectField in object_fields;
        FieldFolder in field_folders;
        File in files;
        Business in businesses;
        Form in forms;
        Submission in submissions;
        Calendar in book.calendars;
        Edition in automation.editions;
        Blog in press.blogs;
        BlogAuthor in press.authors;
        BlogCategory in press.categories;
        EmailTemplate in mailings.templates;
        EmailCampaign in mailings.campaigns;
        SocialAccount in social.accounts;
        SocialGroup in social.groups;
        SocialCategory in social.categories;
        SocialTag in social.tags;
    }
}

impl Directory {
    /// Stores a user as it is.
    pub(crate) fn put_user_row(&mut self, user: super::StoredUser) {
        Place::put(&mut self.users, user, false);
    }

    /// Removes a user; `false` when there is none.
    pub(crate) fn drop_user_row(&mut self, key: &str) -> bool {
        self.users.drop_key(key)
    }

    /// The users that differ afterwards.
    pub(crate) fn each_user_difference(&self, after: &Self, visit: &mut dyn FnMut(Option<Row>, Option<Row>)) {
        self.users.compare(&after.users, visit);
    }
}
