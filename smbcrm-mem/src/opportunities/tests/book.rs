//! Deals to look for, and what a look at each of them says.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::contacts::{Contact, CreateContact};
use smbcrm_core::locations::CustomFieldType;
use smbcrm_core::opportunities::{
    ListOpportunities, Opportunity, OpportunityList, OpportunityPage, SearchOpportunities, SetStatus,
};
use smbcrm_core::search::Filter;
use smbcrm_core::types::{CustomFieldInput, Text};

use super::Desk;

/// Forty deals of thirty contacts: enough for the engine's indexes, few enough to look at each.
pub(super) struct Book {
    pub(super) desk: Desk,
    pub(super) records: Vec<(Arc<Opportunity>, Arc<Contact>)>,
    pub(super) reason: Text,
}

pub(super) const FIELDS: [(&str, CustomFieldType); 5] = [
    ("cf_text", CustomFieldType::Text),
    ("cf_num", CustomFieldType::Numerical),
    ("cf_box", CustomFieldType::Checkbox),
    ("cf_date", CustomFieldType::Date),
    ("cf_list", CustomFieldType::TextboxList),
];

pub(super) fn book() -> Book {
    let desk = Desk::open();
    let (crm, location) = (&desk.crm, desk.crm.location());
    FIELDS.into_iter().for_each(|(name, kind)| drop(desk.field(name, kind)));
    let reason = crm.admin().add_lost_reason(location, "Price").unwrap().id;
    let mut ids = Vec::new();
    for n in 0..30usize {
        let mut input = CreateContact::new(location).first_name(format!("First{}", n % 7));
        if n % 3 != 0 {
            input = input.last_name(format!("Last{n}"));
        }
        if n % 4 != 0 {
            input = input.email(format!("c{n}@book.example"));
        }
        if n % 5 != 0 {
            input = input.phone(format!("+1202555{:04}", 100 + n));
        }
        if n % 2 == 0 {
            input = input.company_name(["Vale Ltd", "Ash Inc"][n % 4 / 2]);
        }
        if n % 6 == 0 {
            input = input.country("DE");
        }
        let contact = block_on(crm.contacts().create(input)).unwrap();
        for pipeline in [&desk.sales, &desk.renewals].into_iter().take(if n % 3 == 0 { 2 } else { 1 }) {
            crm.clock().advance(Duration::from_secs(3600));
            let mut deal = desk.deal(["Ten chairs", "A desk", "Lamps"][n % 3], &contact.id);
            deal.pipeline_id = pipeline.id.clone();
            deal.pipeline_stage_id = Some(pipeline.stages[n % 2].id.clone());
            if n % 4 != 1 {
                deal = deal.monetary_value(i32::try_from(n / 2).unwrap() * 10);
            }
            if n % 3 == 1 {
                deal = deal.assigned_to(format!("u{}", n % 2));
            }
            if n % 5 == 2 {
                deal = deal.source("Web");
            }
            if n % 2 == 1 {
                deal = deal.custom_fields([
                    CustomFieldInput::new("cf_text", format!("text {n}")),
                    CustomFieldInput::new("cf_num", n as i64),
                    CustomFieldInput::new("cf_box", vec!["a", ["b", "c"][n % 4 / 2]]),
                    CustomFieldInput::new("cf_date", "2026-01-05"),
                    CustomFieldInput::new(
                        "cf_list",
                        serde_json::Value::from_iter([("o1", ["x", "y"][n % 4 / 2])]),
                    ),
                ]);
            }
            let made = desk.create(deal).unwrap();
            ids.push((made.id.clone(), contact.id.clone()));
        }
    }
    for (at, (id, _)) in ids.iter().enumerate() {
        let status = ["won", "lost", "open", "open", "abandoned"][at % 5];
        let mut input = SetStatus::new(status);
        if status == "lost" {
            input = input.lost_reason_id(&reason);
        }
        block_on(crm.opportunities().set_status(id, input)).unwrap();
        if at % 3 == 0 {
            let followers = smbcrm_core::contacts::Followers::new([format!("u{}", at % 2), "u7".to_owned()]);
            block_on(crm.opportunities().add_followers(id, followers)).unwrap();
        }
    }
    let records = ids
        .iter()
        .map(|(id, contact)| {
            let deal = block_on(crm.opportunities().get(id)).unwrap();
            (deal, block_on(crm.contacts().get(contact)).unwrap())
        })
        .collect();
    Book { desk, records, reason: reason.into() }
}

impl Book {
    pub(super) fn search(&self, search: SearchOpportunities) -> smbcrm_core::Result<OpportunityPage> {
        block_on(self.desk.crm.opportunities().search(search))
    }

    pub(super) fn wish(&self, limit: u32) -> SearchOpportunities {
        SearchOpportunities::new(self.desk.crm.location(), limit)
    }

    pub(super) fn list(&self, list: ListOpportunities) -> smbcrm_core::Result<OpportunityList> {
        block_on(self.desk.crm.opportunities().list(list))
    }

    pub(super) fn all(&self) -> ListOpportunities {
        ListOpportunities::new(self.desk.crm.location())
    }

    pub(super) fn ids(&self, filters: Vec<Filter>) -> Vec<String> {
        let page = self.search(self.wish(500).filters(filters)).unwrap();
        assert_eq!(page.total as usize, page.opportunities.len());
        let mut ids: Vec<_> = page.opportunities.iter().map(|found| found.id.to_string()).collect();
        ids.sort();
        ids
    }

    pub(super) fn expected(&self, wanted: impl Fn(&Opportunity, &Contact) -> bool) -> Vec<String> {
        let found = self.records.iter().filter(|(deal, contact)| wanted(deal, contact));
        let mut ids: Vec<_> = found.map(|(deal, _)| deal.id.to_string()).collect();
        ids.sort();
        ids
    }
}

/// What a field holds, as text, by looking.
pub(super) fn texts(name: &str, deal: &Opportunity, contact: &Contact) -> Vec<String> {
    let one = |text: Option<&str>| text.map(str::to_lowercase).into_iter().collect::<Vec<_>>();
    let custom =
        |id: &str| deal.custom_fields.iter().find(|field| field.id == *id).map(|field| field.value.to_json());
    match name {
        "id" => one(Some(deal.id.as_str())),
        "name" => one(Some(&deal.name)),
        "contact_name" => one(Some(&contact.full_name())),
        "company_name" => one(contact.company_name.as_deref()),
        "email" => one(contact.email.as_deref()),
        "phone" => one(contact.phone.as_deref()),
        "followers" => deal.followers.iter().map(ToString::to_string).collect(),
        "monetary_value" => one(deal.monetary_value.map(|value| value.to_string()).as_deref()),
        "pipeline_id" => one(Some(deal.pipeline_id.as_str())),
        "pipeline_stage_id" => one(Some(deal.pipeline_stage_id.as_str())),
        "status" => one(Some(deal.status.as_str())),
        "lost_reason_id" => one(deal.lost_reason_id.as_ref().map(|id| id.as_str())),
        "source" => one(deal.source.as_deref()),
        "assigned_to" => one(deal.assigned_to.as_ref().map(|id| id.as_str())),
        "contact_id" => one(Some(deal.contact_id.as_str())),
        "custom_fields.cf_list.o1" => one(custom("cf_list").as_ref().and_then(|value| value["o1"].as_str())),
        name => match custom(name.strip_prefix("custom_fields.").unwrap()) {
            None => Vec::new(),
            Some(serde_json::Value::Array(values)) => {
                values.iter().flat_map(|value| one(value.as_str())).collect()
            }
            Some(serde_json::Value::String(text)) => one(Some(&text)),
            Some(other) => one(Some(&other.to_string())),
        },
    }
}

pub(super) fn instant(name: &str, deal: &Opportunity) -> Option<i64> {
    let at: Option<DateTime<Utc>> = match name {
        "date_added" => Some(deal.created_at),
        "date_updated" => Some(deal.updated_at),
        "last_status_change_date" => deal.last_status_change_at,
        "last_stage_change_date" => deal.last_stage_change_at,
        "custom_fields.cf_date" => deal
            .custom_fields
            .iter()
            .any(|field| field.id == "cf_date")
            .then(|| "2026-01-05T00:00:00Z".parse().unwrap()),
        other => panic!("{other} is no instant"),
    };
    at.map(|at| at.timestamp_millis())
}

pub(super) fn leaf(field: &str, operator: &str, value: Option<serde_json::Value>) -> Filter {
    let mut leaf = serde_json::json!({ "field": field, "operator": operator });
    if let Some(value) = value {
        leaf["value"] = value;
    }
    serde_json::from_value(leaf).unwrap()
}
