//! Imports a sheet of leads: `cargo run --example quickstart [SHEET.csv]`.
//!
//! Without further ado it works against an in-memory CRM that it starts itself. With `SMBCRM_TOKEN` and
//! `SMBCRM_LOCATION_ID` set (and `SMBCRM_BASE_URL`, if it is not the usual one) it writes into that account.
//! Either way every call goes over HTTP, through the same client.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::collections::BTreeMap;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use smbcrm_client::Client;
use smbcrm_core::contacts::UpsertContact;
use smbcrm_core::dedupe::normalise_phone;
use smbcrm_core::locations::{
    CreateCustomField, CustomFieldType, FieldFault, FieldMap, FieldModel, FieldProblem,
};
use smbcrm_core::opportunities::{ListPipelines, OpportunityStatus, Pipeline, UpsertOpportunity, find_stage};
use smbcrm_core::types::{LocationId, Money, Text};
use smbcrm_core::{Crm, Error, ErrorKind, Result};
use smbcrm_examples::{Failure, Progress};
use smbcrm_mem::{MemCrm, MemServer, RateLimits};

/// The columns that are fields of every contact or deal. All others are looked up among the custom fields.
const KNOWN: [&str; 11] = [
    "First Name",
    "Last Name",
    "Email",
    "Phone",
    "Company",
    "City",
    "Country",
    "Source",
    "Tags",
    "Stage",
    "Deal Value",
];

/// The scopes that reading needs. Whether the token may write shows with the first write.
const NEEDED: [&str; 3] = ["locations.readonly", "locations/customFields.readonly", "opportunities.readonly"];

/// How many leads are on their way at the same time.
const AT_ONCE: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let sheet = std::env::args().nth(1).unwrap_or_else(|| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/data/leads.csv").to_owned() // the one that ships with the example
    });
    let (headers, rows) = read(&sheet)?;

    // The server, when it is ours, runs until `place` goes out of scope.
    let place = Place::from_env().await?;
    let (crm, location) = (&place.client, &place.location);

    // Before anything is written: does the token open this sub-account, and may it do what we are about to do?
    let access = crm.validate_access(location).await?;
    let missing: Vec<_> = NEEDED.into_iter().filter(|scope| !access.grants(scope)).collect();
    if !missing.is_empty() {
        return Err(Failure::new(format!(
            "the token cannot do this import; please look at {}\n{access}",
            missing.join(", ")
        )));
    }
    println!(
        "  access   sub-account \"{}\", and the token may read what it must",
        access.name.unwrap_or_default()
    );

    let import = Import::prepare(crm, location, &headers).await?;
    import.describe(&headers);

    let started = Instant::now();
    let progress = Progress::new(rows.len());
    let outcomes: Vec<(usize, Outcome)> = stream::iter(&rows)
        .map(|row| async { Ok::<_, Error>((row.number, import.lead(row).await?)) })
        .buffer_unordered(AT_ONCE)
        .inspect(|_| progress.step("imported"))
        .try_collect()
        .await?;
    progress.finish();

    summarise(outcomes, started);
    Ok(())
}

// ------------------------------------------------------------------------------------------------ where to

/// The account to import into.
struct Place {
    client: Client,
    location: LocationId,
    /// Stops when it is dropped.
    _server: Option<MemServer>,
}

impl Place {
    /// A live account when the environment names one, an in-memory one otherwise.
    async fn from_env() -> Result<Self, Failure> {
        if std::env::var_os("SMBCRM_TOKEN").is_none() {
            return Self::in_memory().await;
        }
        let client = Client::from_env()?;
        let location =
            client.location_id().cloned().ok_or_else(|| Failure::new("set SMBCRM_LOCATION_ID as well"))?;
        println!("LIVE account: writing to sub-account {location} at {}\n", client.base_url());
        Ok(Self { client, location, _server: None })
    }

    /// What an account has that has been set up: a pipeline, custom fields, a token.
    async fn in_memory() -> Result<Self, Failure> {
        // A rate limit that a few hundred rows do not reach; `bulk_import` shows what happens when one is.
        let crm = MemCrm::builder().rate_limits(RateLimits::off()).build();
        let location = crm.location().clone();
        let fields = [
            CreateCustomField::new("Plan", CustomFieldType::SingleOptions)
                .options(["Starter", "Growth", "Scale"]),
            CreateCustomField::new("Team Size", CustomFieldType::Numerical),
            CreateCustomField::new("Renewal Date", CustomFieldType::Date),
            CreateCustomField::new("Interests", CustomFieldType::MultipleOptions).options([
                "Website",
                "Ads",
                "Automation",
                "Reviews",
                "SMS",
            ]),
        ];
        for field in fields {
            crm.locations().create_custom_field(&location, field).await?;
        }
        let server = MemServer::builder().crm(crm).start().await?;
        let client = Client::builder().token(server.token()).base_url(server.base_url()).build()?;
        println!("In-memory CRM at {}: nothing leaves this machine.\n", client.base_url());
        Ok(Self { client, location, _server: Some(server) })
    }
}

// ------------------------------------------------------------------------------------------------ one lead

/// What all leads have in common, read once.
struct Import<'a> {
    crm: &'a dyn Crm,
    location: &'a LocationId,
    country: Text,
    pipelines: Vec<Pipeline>,
    fields: FieldMap,
    ignored: Vec<String>,
}

/// What became of a row.
enum Outcome {
    Empty,
    Refused(String),
    Saved { new: bool, deal: Option<Deal> },
}

enum Deal {
    Opened,
    Moved,
}

impl<'a> Import<'a> {
    async fn prepare(crm: &'a dyn Crm, location: &'a LocationId, headers: &[String]) -> Result<Self> {
        let country = crm.locations().get(location).await?.country.unwrap_or_else(|| "US".into());
        let pipelines = crm.opportunities().list_pipelines(ListPipelines::new(location)).await?;
        let mut fields =
            FieldMap::load(crm, location, FieldModel::Contact).await?.ignore(KNOWN).phone_region(&country);
        let mut ignored = Vec::new();
        for column in headers.iter().filter(|column| !KNOWN.contains(&column.as_str())) {
            // A column that is called like a custom field is that field; the rest is left alone.
            match fields.clone().column(column, column.as_str()) {
                Ok(more) => fields = more,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    fields = fields.ignore([column.as_str()]);
                    ignored.push(column.clone());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self { crm, location, country, pipelines, fields, ignored })
    }

    fn describe(&self, headers: &[String]) {
        let custom: Vec<_> =
            headers.iter().filter(|column| self.fields.field(column).is_some()).cloned().collect();
        println!("  fields   {}", or_none(&custom));
        println!("  ignored  {}\n", or_none(&self.ignored));
    }

    /// Saves one lead. A row that is wrong is an outcome; an error is whatever makes it pointless to go on.
    async fn lead(&self, row: &Row) -> Result<Outcome> {
        if row.is_empty() {
            return Ok(Outcome::Empty);
        }
        let saved = match self.check(row) {
            Ok((contact, deal)) => self.save(row, contact, deal).await,
            Err(reason) => return Ok(Outcome::Refused(reason)),
        };
        match saved {
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Invalid | ErrorKind::Duplicate | ErrorKind::NotFound
                ) =>
            {
                Ok(Outcome::Refused(error.messages().join("; ")))
            }
            saved => saved,
        }
    }

    /// Whatever can be known to be wrong before a request is spent on it.
    fn check(&self, row: &Row) -> Result<(UpsertContact, Option<UpsertOpportunity>), String> {
        let (email, phone) = (row.get("Email"), row.get("Phone"));
        if email.is_none() && phone.is_none() {
            return Err("neither e-mail nor phone".to_owned());
        }
        let mut contact = UpsertContact::new(self.location);
        contact.first_name = row.get("First Name").into();
        contact.last_name = row.get("Last Name").into();
        contact.company_name = row.get("Company").into();
        contact.city = row.get("City").into();
        contact.source = row.get("Source").into();
        contact.email = email.into();
        let country = row.get("Country").map(|country| country.to_uppercase().into());
        if let Some(phone) = phone {
            // The sub-account's country is only a guess; the row may know better.
            let country = country.as_ref().unwrap_or(&self.country);
            contact =
                contact.phone(normalise_phone(&phone, country).map_err(|fault| format!("Phone: {fault}"))?);
        }
        contact.country = country.into();

        let fields = self.fields.inputs(row.cells()).map_err(|problems| {
            let texts: Vec<_> = problems.iter().map(describe).collect();
            texts.join("; ")
        })?;
        if !fields.is_empty() {
            contact = contact.custom_fields(fields);
        }
        Ok((contact, self.deal(row)?))
    }

    fn deal(&self, row: &Row) -> Result<Option<UpsertOpportunity>, String> {
        let (Some(stage), Some(pipeline)) = (row.get("Stage"), self.pipelines.first()) else {
            return Ok(None);
        };
        // People write names, the API wants ids.
        let (pipeline, stage) = find_stage(&self.pipelines, &pipeline.name, &stage)
            .map_err(|_| format!("Stage: there is no `{stage}` in pipeline `{}`", pipeline.name))?;
        let mut deal = UpsertOpportunity::new(&pipeline.id, self.location)
            .pipeline_stage_id(&stage.id)
            .status(OpportunityStatus::Open);
        if let Some(value) = row.get("Deal Value") {
            let plain = value.replace(['$', ',', ' '], "");
            let value: Money = plain.parse().map_err(|_| "Deal Value: not an amount".to_owned())?;
            deal = deal.monetary_value(value);
        }
        Ok(Some(deal))
    }

    async fn save(
        &self,
        row: &Row,
        contact: UpsertContact,
        deal: Option<UpsertOpportunity>,
    ) -> Result<Outcome> {
        // An upsert may be sent again: running the whole import twice changes nothing.
        let done = self.crm.contacts().upsert(contact).await?;
        // Tags in an upsert would *replace* the contact's tags, so they are added.
        let tags: Vec<Text> =
            row.get("Tags").iter().flat_map(|tags| tags.split(';')).map(|tag| tag.trim().into()).collect();
        if !tags.is_empty() {
            self.crm.contacts().add_tags(&done.contact.id, tags.into()).await?;
        }
        let deal = match deal {
            None => None,
            Some(deal) => {
                let name = format!("{} – website", done.contact.full_name());
                let deal = deal.contact_id(&done.contact.id).name(name);
                let deal = self.crm.opportunities().upsert(deal).await?;
                Some(if deal.new { Deal::Opened } else { Deal::Moved })
            }
        };
        Ok(Outcome::Saved { new: done.new, deal })
    }
}

// ------------------------------------------------------------------------------------------------ the sheet

/// A row of the sheet.
struct Row {
    /// As a spreadsheet counts: the header is row 1.
    number: usize,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// What stands in a column, unless it is blank.
    fn get(&self, column: &str) -> Option<Text> {
        self.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).map(Text::from)
    }

    fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cells.iter().map(|(column, cell)| (column.as_str(), cell.as_str()))
    }

    fn is_empty(&self) -> bool {
        self.cells.values().all(|cell| cell.trim().is_empty())
    }
}

fn read(path: &str) -> Result<(Vec<String>, Vec<Row>), Failure> {
    // Rows may be shorter or longer than the header: that is no reason to stop.
    let mut sheet = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .map_err(|error| Failure::new(format!("{path}: {error}")))?;
    let clean = |header: &str| header.trim_start_matches('\u{feff}').trim().to_owned();
    let headers: Vec<String> = sheet.headers()?.iter().map(clean).collect();
    let mut rows = Vec::new();
    for (record, number) in sheet.records().zip(2..) {
        let cells = headers.iter().cloned().zip(record?.iter().map(str::to_owned)).collect();
        rows.push(Row { number, cells });
    }
    Ok((headers, rows))
}

fn summarise(outcomes: Vec<(usize, Outcome)>, started: Instant) {
    let (mut created, mut updated, mut opened, mut moved, mut empty) = (0, 0, 0, 0, 0);
    let mut refused: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let rows = outcomes.len();
    for (row, outcome) in outcomes {
        match outcome {
            Outcome::Empty => empty += 1,
            Outcome::Refused(reason) => refused.entry(reason).or_default().push(row),
            Outcome::Saved { new, deal } => {
                *if new { &mut created } else { &mut updated } += 1;
                match deal {
                    Some(Deal::Opened) => opened += 1,
                    Some(Deal::Moved) => moved += 1,
                    None => {}
                }
            }
        }
    }
    println!("{rows} rows in {:.1} s", started.elapsed().as_secs_f64());
    println!("{created:>6}  contacts created");
    println!("{updated:>6}  contacts updated: their e-mail or phone was known");
    println!("{:>6}  refused", refused.values().map(Vec::len).sum::<usize>());
    println!("{empty:>6}  empty");
    println!("{opened:>6}  opportunities opened");
    println!("{moved:>6}  opportunities moved");
    if refused.is_empty() {
        return;
    }
    println!(
        "\nRefused, and why. Put these rows right and run it again: what is in already does not change."
    );
    // The most frequent reason first.
    let mut reasons: Vec<_> = refused.into_iter().collect();
    reasons.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    for (reason, mut rows) in reasons {
        rows.sort_unstable();
        let numbers: Vec<_> = rows.iter().take(10).map(usize::to_string).collect();
        let more = if rows.len() > 10 { format!(" and {} more", rows.len() - 10) } else { String::new() };
        let noun = if rows.len() == 1 { "row" } else { "rows" };
        println!("{:>6}  {reason} ({noun} {}{more})", rows.len(), numbers.join(", "));
    }
}

/// What is wrong with a cell, without its value, so that the same fault in several rows is one line.
fn describe(problem: &FieldProblem) -> String {
    match &problem.fault {
        FieldFault::NotAnOption { options, .. } => {
            format!("{}: none of {}", problem.column, options.join(", "))
        }
        fault => format!("{}: {fault}", problem.column),
    }
}

fn or_none(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
