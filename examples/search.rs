//! The search cookbook as a program: `cargo run --example search`.
//!
//! Every question is put through the same grammar that the live API takes, here to a dozen people in memory.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use chrono::{Duration, NaiveDate};
use smbcrm_core::contacts::{SearchContacts, UpsertContact};
use smbcrm_core::locations::{CreateCustomField, CustomFieldType};
use smbcrm_core::opportunities::{
    CreateOpportunity, ListPipelines, OpportunityStatus, Pipeline, SearchOpportunities,
};
use smbcrm_core::paging::{ContactsExt, TryStreamExt};
use smbcrm_core::search::{ContactField, ContactSort, Filter, OpportunityField, OpportunitySort, Range};
use smbcrm_core::types::{CustomFieldId, CustomFieldInput, LocationId};
use smbcrm_core::{Crm, Result};
use smbcrm_examples::Failure;
use smbcrm_mem::MemCrm;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mem = MemCrm::new();
    let ids = people(&mem).await?;
    let (crm, location): (&dyn Crm, _) = (&mem, mem.location());
    let now = mem.clock().now();

    println!("one field");
    let ask = Ask { crm, location };
    // ANCHOR: leaf
    ask.contacts("tagged vip", [ContactField::Tags.eq("vip")]).await?;
    ask.contacts("in Austin or Boston", [ContactField::City.eq_any(["Austin", "Boston"])]).await?;
    ask.contacts("not from the fair", [ContactField::Source.not_eq("fair")]).await?;
    ask.contacts("a company with 'roof' in it", [ContactField::CompanyName.contains("roof")]).await?;
    ask.contacts("no 'a' in the last name", [ContactField::LastName.not_contains("a")]).await?;
    ask.contacts("reachable by phone", [ContactField::Phone.exists()]).await?;
    ask.contacts("without a company", [ContactField::CompanyName.not_exists()]).await?;
    ask.contacts("new this week", [ContactField::DateAdded.since(now - Duration::days(7))]).await?;
    // ANCHOR_END: leaf

    println!("\nseveral at once");
    // ANCHOR: groups
    // The list is an AND; `and` and `or` build groups, to any depth.
    let vip_or_rich =
        ContactField::Tags.eq("vip").or(ContactField::custom(&ids.budget).range(Range::new().gte(5_000)));
    let writable = ContactField::Email.exists().and(ContactField::Dnd.eq(false));
    ask.contacts("vip or rich, and we may write", [vip_or_rich, writable]).await?;
    // ANCHOR_END: groups

    println!("\ncustom fields, by id");
    // ANCHOR: custom
    ask.contacts(
        "a budget of 1,000 to 5,000",
        [ContactField::custom(&ids.budget).range(Range::new().gte(1_000).lt(5_000))],
    )
    .await?;
    ask.contacts("on the Growth plan", [ContactField::custom(&ids.plan).eq("Growth")]).await?;
    let july = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap_or_default();
    ask.contacts("renewal before July", [ContactField::custom(&ids.renewal).range(Range::new().lt(july))])
        .await?;
    // ANCHOR_END: custom

    println!("\ncontacts by their opportunities");
    // ANCHOR: nested
    let open_deal = Filter::opportunity().pipeline(ids.sales.id.as_str()).status("open");
    ask.contacts("an open deal in Sales", [open_deal.into()]).await?;
    // ANCHOR_END: nested

    println!("\nfree text, order, pages");
    // ANCHOR: pages
    let search = SearchContacts::new(location, 3)
        .query("example")
        .sort([ContactSort::LastName.asc(), ContactSort::DateAdded.desc()]);
    // Page numbers reach the first 10 000 records; this walk goes by cursors and reaches them all.
    let mut walk = crm.contacts().search_stream(search);
    let mut names = Vec::new();
    while let Some(found) = walk.try_next().await? {
        names.push(found.last_name.as_deref().unwrap_or("?").to_owned());
    }
    println!("  {:34} {}", "everybody, by last name", names.join(", "));
    // ANCHOR_END: pages

    println!("\nopportunities");
    // ANCHOR: opportunities
    let search = SearchOpportunities::new(location, 20)
        .filters([
            OpportunityField::Status.eq("open"),
            OpportunityField::MonetaryValue.range(Range::new().gt(500)),
        ])
        .sort([OpportunitySort::MonetaryValue.desc()]);
    let page = crm.opportunities().search(search).await?;
    for deal in &page.opportunities {
        println!("  {:34} {}", deal.name, deal.monetary_value.unwrap_or_default());
    }
    // ANCHOR_END: opportunities

    println!("\nwhat is refused");
    // ANCHOR: refused
    // `ContactField::DateAdded.contains("2026")` does not compile. A field by name is checked when it is sent.
    let wrong = Filter::field("dateAdded").contains("2026");
    if let Err(error) = crm.contacts().search(SearchContacts::new(location, 20).filters([wrong])).await {
        println!("  {error}\n  {}", error.hint());
    }
    // ANCHOR_END: refused
    Ok(())
}

struct Ask<'a> {
    crm: &'a dyn Crm,
    location: &'a LocationId,
}

impl Ask<'_> {
    async fn contacts<const N: usize>(&self, question: &str, filters: [Filter; N]) -> Result<()> {
        let search =
            SearchContacts::new(self.location, 20).filters(filters).sort([ContactSort::FirstName.asc()]);
        let page = self.crm.contacts().search(search).await?;
        let names: Vec<_> = page.contacts.iter().filter_map(|found| found.first_name.as_deref()).collect();
        println!("  {question:34} {}", names.join(", "));
        Ok(())
    }
}

// ------------------------------------------------------------------------------------------------ the people

struct Ids {
    budget: CustomFieldId,
    plan: CustomFieldId,
    renewal: CustomFieldId,
    sales: Pipeline,
}

async fn people(crm: &MemCrm) -> Result<Ids, Failure> {
    let location = crm.location();
    let define = |field| crm.locations().create_custom_field(location, field);
    let budget = define(CreateCustomField::new("Budget", CustomFieldType::Monetary)).await?.id;
    let plans = CreateCustomField::new("Plan", CustomFieldType::SingleOptions)
        .options(["Starter", "Growth", "Scale"]);
    let plan = define(plans).await?.id;
    let renewal = define(CreateCustomField::new("Renewal", CustomFieldType::Date)).await?.id;
    let pipelines = crm.opportunities().list_pipelines(ListPipelines::new(location)).await?;
    let sales = pipelines.into_iter().next().ok_or_else(|| Failure::new("there is no pipeline"))?;

    // name, company, city, source, tags, budget, plan, renewal, deal
    #[rustfmt::skip]
    let sheet = [
        ("Ada Vale",      "Vale Roofing",    "Austin",  "web form", vec!["vip"],        9_000, "Growth",  "2026-05-01", 2_500),
        ("Grace Marsh",   "",                "Boston",  "fair",     vec!["newsletter"], 1_200, "Starter", "2026-09-15", 0),
        ("Linus Okafor",  "Okafor Legal",    "Austin",  "referral", vec!["vip", "hot"],   300, "Growth",  "2026-11-30", 900),
        ("Radia Novak",   "Northwind Roofs", "Chicago", "web form", vec![],             4_999, "Scale",   "2026-06-29", 400),
        ("Tim Byrne",     "",                "Denver",  "fair",     vec!["hot"],        5_000, "Starter", "2027-01-10", 7_000),
        ("Zoë Lindqvist", "Juniper Yoga",    "Boston",  "referral", vec![],                 0, "Growth",  "",           0),
    ];
    for (name, company, city, source, tags, money, on, until, worth) in sheet {
        let mut fields = vec![CustomFieldInput::new(&plan, on)];
        if money > 0 {
            fields.push(CustomFieldInput::new(&budget, money));
        }
        if !until.is_empty() {
            fields.push(CustomFieldInput::new(&renewal, until));
        }
        let email = format!(
            "{}@example.org",
            name.split(' ').next().unwrap_or_default().to_lowercase().replace('ë', "e")
        );
        let mut contact = UpsertContact::new(location)
            .name(name)
            .email(email)
            .city(city)
            .source(source)
            .tags(tags)
            .custom_fields(fields);
        if !company.is_empty() {
            contact = contact.company_name(company).phone(format!("202555{:04}", 100 + money % 97));
        }
        let contact = crm.contacts().upsert(contact).await?.contact;
        if worth > 0 {
            let title = format!("{name}: {on}");
            let deal =
                CreateOpportunity::new(&sales.id, location, title, OpportunityStatus::Open, &contact.id);
            crm.opportunities().create(deal.monetary_value(worth)).await?;
        }
        // Somebody a week, so that dates have something to tell apart.
        crm.clock().advance(std::time::Duration::from_secs(5 * 24 * 3600));
    }
    Ok(Ids { budget, plan, renewal, sales })
}
