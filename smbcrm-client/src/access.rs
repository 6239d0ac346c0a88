//! What a token may do in a sub-account.

use std::fmt;
use std::time::Duration;

use smbcrm_core::contacts::{self, SearchContacts};
use smbcrm_core::locations::{self, ListCustomFields, ListTemplates, Location, SearchTasks};
use smbcrm_core::operation::Operation;
use smbcrm_core::opportunities::{self, ListPipelines};
use smbcrm_core::types::{LocationId, Text};
use smbcrm_core::{Crm, Error, ErrorKind, Result};

use crate::{Client, Limits};

/// What a token may do in a sub-account: the outcome of [`Client::validate_access`]. Its `Display` is for people.
#[derive(Debug)]
#[non_exhaustive]
pub struct AccessReport {
    /// The sub-account that was asked about.
    pub location: LocationId,
    /// Its name, where the token may read it.
    pub name: Option<Text>,
    /// Its time zone, where the token may read it.
    pub timezone: Option<Text>,
    /// One entry per probed scope.
    pub scopes: Vec<ScopeAccess>,
    /// The limits as the answers told them.
    pub limits: Limits,
}

/// Whether one scope answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScopeAccess {
    /// The scope: `contacts.readonly`.
    pub scope: &'static str,
    /// The read that was tried.
    pub operation: &'static Operation,
    /// How it went.
    pub outcome: ScopeOutcome,
}

/// How the read behind a scope went.
#[derive(Debug)]
#[non_exhaustive]
pub enum ScopeOutcome {
    /// It was answered.
    Granted,
    /// The token lacks the scope.
    Missing(Error),
    /// It failed for another reason, which [`Error::hint`] explains.
    Failed(Error),
}

impl AccessReport {
    /// Whether the scope was probed and answered.
    pub fn grants(&self, scope: &str) -> bool {
        self.scopes.iter().any(|entry| entry.scope == scope && matches!(entry.outcome, ScopeOutcome::Granted))
    }

    /// Whether every probed scope answered.
    pub fn is_complete(&self) -> bool {
        self.scopes.iter().all(|entry| matches!(entry.outcome, ScopeOutcome::Granted))
    }

    /// The scopes that the token lacks.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        self.scopes
            .iter()
            .filter(|entry| matches!(entry.outcome, ScopeOutcome::Missing(_)))
            .map(|entry| entry.scope)
    }
}

impl fmt::Display for AccessReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sub-account {}", self.location)?;
        if let Some(name) = &self.name {
            write!(f, " \"{name}\"")?;
        }
        writeln!(f)?;
        for ScopeAccess { scope, operation, outcome } in &self.scopes {
            match outcome {
                ScopeOutcome::Granted => writeln!(f, "  granted  {scope}")?,
                ScopeOutcome::Missing(error) => writeln!(f, "  MISSING  {scope}: {}", error.hint())?,
                ScopeOutcome::Failed(error) => {
                    writeln!(f, "  unclear  {scope} ({operation}): {error}. {}", error.hint())?;
                }
            }
        }
        if let (Some(burst), Some(interval)) = (self.limits.burst, self.limits.interval) {
            writeln!(f, "  limit    {burst} requests in {interval:?}")?;
        }
        if let (Some(limit), Some(left)) = (self.limits.daily_limit, self.limits.daily_remaining) {
            let reset = self.limits.daily_reset_in.map(|wait| Duration::from_secs(wait.as_secs()));
            write!(f, "  today    {left} of {limit} left")?;
            match reset {
                Some(wait) => writeln!(f, ", anew in {wait:?}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

/// Reads once per scope. Only what makes every further read pointless is an error.
pub(crate) async fn report(client: &Client, location: &LocationId) -> Result<AccessReport> {
    use contacts::operations as c;
    use locations::operations as l;
    use opportunities::operations as o;

    let crm: &dyn Crm = client;
    let (places, people, deals) = (crm.locations(), crm.contacts(), crm.opportunities());
    let mut scopes = Scopes(Vec::new());
    let found: Option<Location> = scopes.probe(&l::GET, places.get(location)).await?;
    scopes.probe(&c::SEARCH, people.search(SearchContacts::new(location, 1))).await?;
    scopes.probe(&o::LIST_PIPELINES, deals.list_pipelines(ListPipelines::new(location))).await?;
    scopes.probe(&l::LIST_TAGS, places.list_tags(location)).await?;
    scopes
        .probe(&l::LIST_CUSTOM_FIELDS, places.list_custom_fields(location, ListCustomFields::new()))
        .await?;
    scopes.probe(&l::LIST_CUSTOM_VALUES, places.list_custom_values(location)).await?;
    let templates = ListTemplates::new(location.as_text()).limit(1_u32);
    scopes.probe(&l::LIST_TEMPLATES, places.list_templates(location, templates)).await?;
    scopes.probe(&l::SEARCH_TASKS, places.search_tasks(location, SearchTasks::new().limit(1_u32))).await?;
    let (name, timezone) = found.map(|found| (found.name, found.timezone)).unzip();
    Ok(AccessReport {
        location: location.clone(),
        name,
        timezone: timezone.flatten(),
        scopes: scopes.0,
        limits: client.limits(),
    })
}

struct Scopes(Vec<ScopeAccess>);

impl Scopes {
    async fn probe<T>(
        &mut self,
        operation: &'static Operation,
        read: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let (outcome, value) = match read.await {
            Ok(value) => (ScopeOutcome::Granted, Some(value)),
            // An answer that this version cannot read in full is an answer all the same.
            Err(error) if error.kind() == ErrorKind::Decode => (ScopeOutcome::Granted, None),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Unauthenticated | ErrorKind::Transport | ErrorKind::RateLimited
                ) =>
            {
                return Err(error);
            }
            Err(error) if lacks_scope(&error) => (ScopeOutcome::Missing(error), None),
            Err(error) => (ScopeOutcome::Failed(error), None),
        };
        self.0.push(ScopeAccess { scope: operation.scope, operation, outcome });
        Ok(value)
    }
}

fn lacks_scope(error: &Error) -> bool {
    error.kind() == ErrorKind::Forbidden
        && error.messages().iter().any(|text| text.contains("not authorized for this scope"))
}
