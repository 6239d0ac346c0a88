//! The search cookbook as a program: `cargo run --example search`.
//!
//! Every question is put in the grammar that the live API takes, here to the sixty people of the demo data.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use chrono::Duration;
use smbcrm_core::contacts::SearchContacts;
use smbcrm_core::locations::ListCustomFields;
use smbcrm_core::opportunities::{ListPipelines, SearchOpportunities, find_stage};
use smbcrm_core::paging::{ContactsExt, TryStreamExt};
use smbcrm_core::search::{ContactField, ContactSort, Filter, OpportunityField, OpportunitySort, Range};
use smbcrm_core::types::LocationId;
use smbcrm_core::{Crm, Result};
use smbcrm_examples::Failure;
use smbcrm_mem::{MemCrm, Seed};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mem = MemCrm::builder().seed_with(Seed::Demo).build();
    let (crm, location, now): (&dyn Crm, _, _) = (&mem, mem.location(), mem.clock().now());
    let ask = Ask { crm, location };

    println!("One field");
    // ANCHOR: leaf
    ask.contacts("tagged vip", [ContactField::Tags.eq("vip")]).await?;
    ask.contacts("in Omaha or Madison", [ContactField::City.eq_any(["Omaha", "Madison"])]).await?;
    ask.contacts("not from the website", [ContactField::Source.not_eq("website")]).await?;
    ask.contacts("a company with 'dental' in it", [ContactField::CompanyName.contains("dental")]).await?;
    ask.contacts("no 'a' in the last name", [ContactField::LastName.not_contains("a")]).await?;
    ask.contacts("reachable by phone", [ContactField::Phone.exists()]).await?;
    ask.contacts("without a company", [ContactField::CompanyName.not_exists()]).await?;
    ask.contacts("new this month", [ContactField::DateAdded.since(now - Duration::days(30))]).await?;
    // ANCHOR_END: leaf

    println!("\nCustom fields");
    // ANCHOR: custom
    // They go by id. Read the definitions once, and keep the ids.
    let fields = crm.locations().list_custom_fields(location, ListCustomFields::new()).await?;
    let id = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.id.clone());
    let score = ContactField::custom(id("Lead score").unwrap_or_default());
    let interests = ContactField::custom(id("Interests").unwrap_or_default());
    let last_visit = ContactField::custom(id("Last visit").unwrap_or_default());

    ask.contacts("a lead score of 80 or more", [score.clone().range(Range::new().gte(80))]).await?;
    ask.contacts("interested in desks", [interests.eq("Desks")]).await?;
    ask.contacts("visited in the last 60 days", [last_visit.since(now - Duration::days(60))]).await?;
    // ANCHOR_END: custom

    println!("\nSeveral at once");
    // ANCHOR: groups
    // The list is an AND; `and` and `or` build groups, to any depth.
    let promising = ContactField::Tags.eq("vip").or(score.range(Range::new().gte(80)));
    let reachable = ContactField::Email.exists().and(ContactField::Dnd.eq(false));
    ask.contacts("promising, and we may write", [promising, reachable]).await?;
    // ANCHOR_END: groups

    println!("\nContacts by their opportunities");
    // ANCHOR: nested
    let pipelines = crm.opportunities().list_pipelines(ListPipelines::new(location)).await?;
    let (sales, negotiation) = find_stage(&pipelines, "Sales", "Negotiation")?;
    // One opportunity must pass all of the tests.
    let hot = Filter::opportunity().pipeline(sales.id.as_str()).stage(negotiation.id.as_str()).status("open");
    ask.contacts("an open deal in negotiation", [hot.into()]).await?;
    // ANCHOR_END: nested

    println!("\nFree text, order, pages");
    // ANCHOR: pages
    // At most two sort keys; the second decides between equals of the first.
    let order = [ContactSort::LastName.asc(), ContactSort::DateAdded.desc()];
    let page = crm.contacts().search(SearchContacts::new(location, 10).query("vale").sort(order)).await?;
    println!("  {:32} {:>3}", "the word 'vale' anywhere", page.total);

    // Page numbers reach the first 10 000 records; this walk goes by cursors and reaches them all.
    let everybody = SearchContacts::new(location, 25).sort([ContactSort::LastName.asc()]);
    let mut walk = crm.contacts().search_stream(everybody);
    let (mut met, mut last) = (0, String::new());
    while let Some(found) = walk.try_next().await? {
        met += 1;
        last = found.full_name();
    }
    println!("  {:32} {met:>3}  the last one is {last}", "everybody, by last name");
    // ANCHOR_END: pages

    println!("\nOpportunities");
    // ANCHOR: opportunities
    let search = SearchOpportunities::new(location, 3)
        .filters([
            OpportunityField::Status.eq("open"),
            OpportunityField::PipelineId.eq(sales.id.as_str()),
            OpportunityField::MonetaryValue.range(Range::new().gte(5_000)),
        ])
        .sort([OpportunitySort::MonetaryValue.desc()]);
    let page = crm.opportunities().search(search).await?;
    println!("  {:32} {:>3}", "open, in Sales, 5,000 or more", page.total);
    for deal in &page.opportunities {
        println!("  {:>36}  {}", deal.monetary_value.unwrap_or_default(), deal.name);
    }
    // ANCHOR_END: opportunities

    println!("\nWhat is refused");
    // ANCHOR: refused
    // `ContactField::DateAdded.contains("2026")` does not compile. A field by name is checked when it is sent.
    let wrong = Filter::field("dateAdded").contains("2026");
    if let Err(error) = crm.contacts().search(SearchContacts::new(location, 20).filters([wrong])).await {
        println!("  {error}");
    }
    // ANCHOR_END: refused
    Ok(())
}

/// Asks and prints: how many there are, and the first of them.
struct Ask<'a> {
    crm: &'a dyn Crm,
    location: &'a LocationId,
}

impl Ask<'_> {
    async fn contacts<const N: usize>(&self, question: &str, filters: [Filter; N]) -> Result<()> {
        let search =
            SearchContacts::new(self.location, 4).filters(filters).sort([ContactSort::FirstName.asc()]);
        let page = self.crm.contacts().search(search).await?;
        let names: Vec<_> = page.contacts.iter().map(|found| found.full_name()).collect();
        let more = if page.total > 4 { ", …" } else { "" };
        println!("  {question:32} {:>3}  {}{more}", page.total, names.join(", "));
        Ok(())
    }
}
