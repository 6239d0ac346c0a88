//! Sub-accounts themselves.

use serde_json::json;

use crate::ErrorKind;
use crate::contacts::CreateContact;
use crate::contract::{Access, Failure, HandOrSkip, Level, Stage, Verdict, WireRequest};
use crate::contract::{cases, ensure, ensure_eq, refused};
use crate::locations::operations as op;
use crate::locations::{
    CreateLocation, DeleteLocation, Order, Prospect, SearchLocations, Social, UpdateLocation,
    WriteLocationSettings,
};
use crate::types::{CompanyId, LocationId};

cases! {
    a_sub_account_says_who_it_is => [op::GET],
    an_agency_reads_and_finds_its_sub_accounts => [op::GET, op::SEARCH],
    a_search_pages_by_name => [op::SEARCH],
    sub_accounts_come_and_go => [op::CREATE, op::GET, op::UPDATE, op::DELETE],
    another_agency_is_refused => [op::SEARCH, op::CREATE, op::UPDATE],
    descriptions_are_checked => [op::CREATE, op::UPDATE],
    settings_rule_duplicates => [op::UPDATE],
    what_makes_contacts_the_same_is_not_written => [op::UPDATE],
    sub_accounts_that_are_not_there_are_closed => [op::GET, op::UPDATE, op::DELETE],
    time_zones_are_listed => [op::LIST_TIMEZONES],
}

async fn company(stage: &Stage) -> Result<CompanyId, Failure> {
    let location = stage.crm.locations().get(&stage.location).await?;
    location.company_id.ok_or_else(|| Failure::new("the sub-account names no agency"))
}

async fn a_sub_account_says_who_it_is(stage: &Stage) -> Verdict {
    let location = stage.crm.locations().get(&stage.location).await?;
    ensure_eq!(location.id, stage.location);
    ensure!(!location.name.is_empty());
    ensure!(location.company_id.is_some());
    let settings = location.settings.unwrap_or_default();
    ensure!(settings.allow_duplicate_contact.is_some(), "its settings say nothing of duplicates");
    Ok(())
}

async fn an_agency_reads_and_finds_its_sub_accounts(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let company = company(stage).await?;
    ensure_eq!(agency.locations().get(&stage.location).await?.id, stage.location);
    let email = stage.unique_email();
    let input = CreateLocation::new(stage.unique("Findable"), &company).email(&email);
    let made = agency.locations().create(input).await?;
    let by_email = SearchLocations::new().company_id(&company).email(&email);
    let found = agency.locations().search(by_email).await?;
    agency.locations().delete(&made.id, DeleteLocation::new(false)).await?;
    ensure_eq!(found.iter().map(|location| &location.id).collect::<Vec<_>>(), [&made.id]);
    Ok(())
}

async fn a_search_pages_by_name(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let company = company(stage).await?;
    let email = stage.unique_email();
    let mut made: Vec<LocationId> = Vec::new();
    for name in ["Beta", "alpha", "Gamma"] {
        let input = CreateLocation::new(name, &company).email(&email);
        made.push(agency.locations().create(input).await?.id);
    }
    let ask = || SearchLocations::new().company_id(&company).email(&email);
    let mut pages = Vec::new();
    for query in [ask(), ask().order(Order::Descending).limit(2), ask().skip(2)] {
        pages.push(agency.locations().search(query).await);
    }
    for id in &made {
        agency.locations().delete(id, DeleteLocation::new(false)).await?;
    }
    let mut names = Vec::new();
    for page in pages {
        names.push(page?.iter().map(|location| location.name.to_string()).collect::<Vec<_>>());
    }
    ensure_eq!(names, [vec!["alpha", "Beta", "Gamma"], vec!["Gamma", "Beta"], vec!["Gamma"]]);
    let none = agency.locations().search(ask().limit(0)).await;
    let error = refused(none, ErrorKind::Invalid, 422)?;
    ensure!(error.to_string().contains("limit"), "{error}");
    Ok(())
}

async fn sub_accounts_come_and_go(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let company = company(stage).await?;
    let social = Social { facebook_url: Some("https://social.example/mark".into()), ..Social::default() };
    let input = CreateLocation::new("Mark Shoes", &company)
        .phone("+12025550123")
        .address("4th fleet street")
        .country("US")
        .timezone("US/Central")
        .prospect_info(Prospect::new("John", "Doe", "John.Doe@contract.example"))
        .settings(WriteLocationSettings::new().allow_duplicate_opportunity(true))
        .social(social);
    let made = agency.locations().create(input).await?;
    ensure!(!made.id.is_empty());
    ensure_eq!(made.company_id.as_ref(), Some(&company));
    let read = agency.locations().get(&made.id).await?;
    ensure_eq!((read.name.as_str(), read.timezone.as_deref()), ("Mark Shoes", Some("US/Central")));
    ensure_eq!(read.email.as_deref(), Some("john.doe@contract.example"));
    let settings = read.settings.unwrap_or_default();
    ensure_eq!(
        (settings.allow_duplicate_contact, settings.allow_duplicate_opportunity),
        (Some(false), Some(true))
    );

    let change = UpdateLocation::new(&company).name("Mark Boots").city("Springfield");
    let changed = agency.locations().update(&made.id, change).await?;
    ensure_eq!((changed.name.as_str(), changed.city.as_deref()), ("Mark Boots", Some("Springfield")));
    ensure_eq!(changed.address.as_deref(), Some("4th fleet street"));
    let social = changed.social.unwrap_or_default();
    ensure_eq!(social.facebook_url.as_deref(), Some("https://social.example/mark"));

    let done = agency.locations().delete(&made.id, DeleteLocation::new(false)).await?;
    ensure!(done.success);
    ensure_eq!(done.message, format!("Deleted location with id: {}", made.id));
    refused(agency.locations().get(&made.id).await, ErrorKind::Forbidden, 403)?;
    Ok(())
}

async fn another_agency_is_refused(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let search = SearchLocations::new().company_id("somebody-else");
    refused(agency.locations().search(search).await, ErrorKind::Forbidden, 403)?;
    let create = CreateLocation::new("Mark Shoes", "somebody-else");
    refused(agency.locations().create(create).await, ErrorKind::Forbidden, 403)?;
    let update = UpdateLocation::new("somebody-else").name("Mark Shoes");
    refused(agency.locations().update(&stage.location, update).await, ErrorKind::Forbidden, 403)?;
    Ok(())
}

async fn descriptions_are_checked(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let company = company(stage).await?;
    let wrong = CreateLocation::new(" ", &company).country("XX").timezone("Mars/Base").email("nobody");
    let error = refused(agency.locations().create(wrong).await, ErrorKind::Invalid, 422)?;
    for field in ["name", "country", "timezone", "email"] {
        ensure!(error.messages().iter().any(|m| m.starts_with(field)), "{field} is not named: {error}");
    }
    let before = stage.crm.locations().get(&stage.location).await?;
    let wrong = UpdateLocation::new(&company).name("Renamed").country("USA");
    refused(agency.locations().update(&stage.location, wrong).await, ErrorKind::Invalid, 422)?;
    ensure_eq!(stage.crm.locations().get(&stage.location).await?, before);
    Ok(())
}

async fn settings_rule_duplicates(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let company = company(stage).await?;
    let known = stage.contact().await?;
    let again = || {
        let email = known.email.clone().unwrap_or_default();
        stage.crm.contacts().create(CreateContact::new(&stage.location).first_name("Twin").email(email))
    };
    refused(again().await, ErrorKind::Duplicate, 400)?;
    let allow = |allowed| {
        UpdateLocation::new(&company).settings(WriteLocationSettings::new().allow_duplicate_contact(allowed))
    };
    agency.locations().update(&stage.location, allow(true)).await?;
    let twin = again().await;
    agency.locations().update(&stage.location, allow(false)).await?;
    stage.discard(&twin?.id);
    refused(again().await, ErrorKind::Duplicate, 400)?;
    Ok(())
}

async fn what_makes_contacts_the_same_is_not_written(stage: &Stage) -> Verdict {
    let company = company(stage).await?;
    let body = json!({ "companyId": company, "settings": { "contactUniqueIdentifiers": ["phone"] } });
    let mut request = WireRequest::new(&op::UPDATE, format!("/locations/{}", stage.location)).json(&body);
    request.access = Some(Access::Full(Level::Agency));
    let answer = stage.hands.wire(request).await.ok_or_skip("the wire cannot be spoken directly here")?;
    ensure_eq!(answer.status, 422);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(text.contains("contactUniqueIdentifiers should not exist"), "{text}");
    Ok(())
}

async fn sub_accounts_that_are_not_there_are_closed(stage: &Stage) -> Verdict {
    let agency = stage.agency()?;
    let company = company(stage).await?;
    let nowhere = LocationId::from("nowhere");
    refused(stage.crm.locations().get(&nowhere).await, ErrorKind::Forbidden, 403)?;
    refused(agency.locations().get(&nowhere).await, ErrorKind::Forbidden, 403)?;
    let update = UpdateLocation::new(&company).name("Nowhere");
    refused(agency.locations().update(&nowhere, update).await, ErrorKind::Forbidden, 403)?;
    let delete = agency.locations().delete(&nowhere, DeleteLocation::new(false)).await;
    refused(delete, ErrorKind::Forbidden, 403)?;
    Ok(())
}

async fn time_zones_are_listed(stage: &Stage) -> Verdict {
    let zones = stage.crm.locations().list_timezones(&stage.location).await?;
    for known in ["America/Chicago", "Europe/London", "Asia/Kolkata"] {
        ensure!(zones.iter().any(|zone| *zone == *known), "{known} is missing");
    }
    Ok(())
}
