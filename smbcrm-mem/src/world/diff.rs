//! What differs between two moments.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use smbcrm_core::types::{LocationId, Text};

use super::{Directory, Row, Snapshot, State};
use crate::events::kind;

/// What differs between two moments, record by record.
///
/// ```
/// use smbcrm_core::Crm;
/// use smbcrm_core::contacts::{CreateContact, UpdateContact};
/// use smbcrm_mem::{MemCrm, WhatChanged};
///
/// # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
/// let crm = MemCrm::new();
/// let ada = crm.contacts().create(CreateContact::new(crm.location()).email("ada@vale.example")).await?;
/// let before = crm.snapshot();
/// crm.contacts().update(&ada.id, UpdateContact::new().city("Austin")).await?;
/// let diff = before.diff(&crm.snapshot());
/// let [change] = diff.changes() else { panic!("{diff}") };
/// assert_eq!((change.kind.as_str(), change.id.as_str()), ("contact", ada.id.as_str()));
/// let WhatChanged::Changed { paths } = &change.what else { panic!("{diff}") };
/// assert!(paths.contains(&"/city".to_owned()), "{diff}");
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorldDiff {
    changes: Vec<RecordChange>,
}

/// A record that came, went or is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecordChange {
    /// The sub-account; `None` for what belongs to the agency.
    pub location_id: Option<LocationId>,
    /// What it is, in the words of [`crate::Event::name`]: `contact`, `pipeline`; and `token`, `agency`.
    pub kind: Text,
    /// Its id.
    pub id: Text,
    /// What happened to it.
    #[serde(flatten)]
    pub what: WhatChanged,
}

/// What happened to a record between two moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "change")]
#[non_exhaustive]
pub enum WhatChanged {
    /// It was made.
    Added,
    /// It was removed.
    Removed,
    /// It differs.
    Changed {
        /// Where in its JSON, as JSON Pointers: `/city`, `/customFields/0/value`. A list that became longer or shorter
        /// differs as a whole.
        paths: Vec<String>,
    },
}

impl WorldDiff {
    /// What differs, by sub-account and kind.
    pub fn changes(&self) -> &[RecordChange] {
        &self.changes
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One line a change: `+` came, `-` went, `~` differs.
impl fmt::Display for WorldDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for RecordChange { kind, id, what, .. } in &self.changes {
            match what {
                WhatChanged::Added => writeln!(f, "+ {kind} {id}")?,
                WhatChanged::Removed => writeln!(f, "- {kind} {id}")?,
                WhatChanged::Changed { paths } => writeln!(f, "~ {kind} {id} {}", paths.join(" "))?,
            }
        }
        Ok(())
    }
}

impl Snapshot {
    /// What differs in another moment, of this world or of any other one.
    ///
    /// Between moments of one world, or of forks, that costs as much as was written in between: what they share is not
    /// looked at. Tokens are compared by what [`crate::Admin::tokens`] tells of them. The time is no difference.
    pub fn diff(&self, later: &Self) -> WorldDiff {
        let mut changes = Vec::new();
        self.diff_agency(later, &mut changes);
        for ordinal in 0..self.states.len().max(later.states.len()) {
            let state = |of: &'_ Self| of.states.get(ordinal).cloned().flatten();
            let (before, after) = (state(self), state(later));
            let Some(location) = after.as_ref().or(before.as_ref()).map(|state| Arc::clone(&state.location))
            else {
                continue;
            };
            let same = |one: &State, two: &State| one.location.id == two.location.id;
            let mut note = |before: Option<Row>, after: Option<Row>| {
                changes.extend(compare(Some(&location.id), before.as_ref(), after.as_ref()));
            };
            match (&before, &after) {
                (Some(before), Some(after)) if same(before, after) => {
                    before.each_difference(after, &mut note);
                }
                _ => {
                    if let Some(before) = &before {
                        note(Some(Row::Location(Arc::clone(&before.location))), None);
                        before.each_row(&mut |row| note(Some(row), None));
                    }
                    if let Some(after) = &after {
                        note(None, Some(Row::Location(Arc::clone(&after.location))));
                        after.each_row(&mut |row| note(None, Some(row)));
                    }
                }
            }
        }
        WorldDiff { changes }
    }

    fn diff_agency(&self, later: &Self, changes: &mut Vec<RecordChange>) {
        let (before, after) = (&self.directory, &later.directory);
        let shown = |agency: &Directory| {
            json!({
                "company": agency.company,
                "home": agency.home,
                "lenient": agency.lenient,
                "rateLimits": {
                    "burst": agency.limits.burst,
                    "interval": agency.limits.interval,
                    "daily": agency.limits.daily,
                },
            })
        };
        let id = after.company.as_text();
        changes.extend(differ("agency", id, None, &shown(before), &shown(after)));
        before.each_user_difference(after, &mut |before, after| {
            changes.extend(compare(None, before.as_ref(), after.as_ref()));
        });
        let find = |directory: &Directory, id: &str| {
            let found = directory.tokens.iter().find(|known| known.token.info.id == id);
            found.map(Arc::clone)
        };
        let mut ids: Vec<&str> = before.tokens.iter().map(|known| known.token.info.id.as_str()).collect();
        for known in &after.tokens {
            if !ids.contains(&known.token.info.id.as_str()) {
                ids.push(&known.token.info.id);
            }
        }
        for id in ids {
            let what = match (find(before, id), find(after, id)) {
                (Some(one), Some(two)) => {
                    if Arc::ptr_eq(&one, &two) {
                        continue;
                    }
                    let (before, after) = (json!(one.token.info), json!(two.token.info));
                    changes.extend(differ("token", &id.into(), None, &before, &after));
                    continue;
                }
                (None, _) => WhatChanged::Added,
                (_, None) => WhatChanged::Removed,
            };
            changes.push(RecordChange { location_id: None, kind: "token".into(), id: id.into(), what });
        }
    }
}

fn compare(location: Option<&LocationId>, before: Option<&Row>, after: Option<&Row>) -> Option<RecordChange> {
    let row = after.or(before)?;
    let (kind, id) = (kind(row), Text::from(row.key()));
    let what = match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = (said(before), said(after));
            return differ(kind, &id, location, &before, &after);
        }
        (None, _) => WhatChanged::Added,
        (_, None) => WhatChanged::Removed,
    };
    Some(RecordChange { location_id: location.cloned(), kind: kind.into(), id, what })
}

/// What a row says, without the name of its kind.
fn said(row: &Row) -> Value {
    match serde_json::to_value(row) {
        Ok(Value::Object(object)) => object.into_iter().next().map(|(_, value)| value).unwrap_or_default(),
        _ => Value::Null,
    }
}

fn differ(
    kind: &str,
    id: &Text,
    location: Option<&LocationId>,
    before: &Value,
    after: &Value,
) -> Option<RecordChange> {
    let mut paths = Vec::new();
    collect(before, after, &mut String::new(), &mut paths);
    let what = WhatChanged::Changed { paths };
    let is_same = matches!(&what, WhatChanged::Changed { paths } if paths.is_empty());
    (!is_same).then(|| RecordChange {
        location_id: location.cloned(),
        kind: kind.into(),
        id: id.clone(),
        what,
    })
}

/// The places at which two values differ.
fn collect(before: &Value, after: &Value, path: &mut String, paths: &mut Vec<String>) {
    let mut within = |name: &str, before: &Value, after: &Value| {
        let length = path.len();
        path.push('/');
        path.push_str(&name.replace('~', "~0").replace('/', "~1"));
        collect(before, after, path, paths);
        path.truncate(length);
    };
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, old) in before {
                within(name, old, after.get(name).unwrap_or(&Value::Null));
            }
            for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                within(name, &Value::Null, new);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (at, (old, new)) in before.iter().zip(after).enumerate() {
                within(&at.to_string(), old, new);
            }
        }
        _ if before != after => paths.push(path.clone()),
        _ => {}
    }
}
