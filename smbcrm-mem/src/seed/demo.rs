//! The demo: a small office-furniture shop, the same one in every world.
//!
//! Names are made up, e-mails are under `.example`, phones are of the block 555-0100 to 555-0199 that is kept for
//! fiction. Dates count back from the moment of planting, so that the demo never looks abandoned.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use smbcrm_core::agent_studio::{AgentDraft, Edge, Node};
use smbcrm_core::calendars::{CalendarType, Hours, OpenHours};
use smbcrm_core::contacts::ContactType;
use smbcrm_core::locations::{CustomFieldType, FieldModel, TemplateType};
use smbcrm_core::opportunities::OpportunityStatus;
use smbcrm_core::search::ContactField;
use smbcrm_core::types::{ObjectKey, Text, UserId};
use smbcrm_core::users::UserRole;
use smbcrm_core::workflows::definition::AddNote;

use super::demo_shop;
use super::draft::{
    AgentSeed, AskDraft, BusinessDraft, CalendarDraft, ContactDraft, CustomFieldDraft, CustomValueDraft,
    FieldFolderDraft, FormDraft, FullNote, LocationDraft, NoteDraft, ObjectFieldDraft, OpportunityDraft,
    PipelineDraft, PlanDraft, TaskDraft, TemplateDraft, UserDraft,
};

/// First name, last name, and which of [`COMPANIES`] they work for; beyond its end they are private customers.
pub(super) const PEOPLE: [(&str, &str, usize); 60] = [
    ("Ada", "Vale", 0),
    ("Ben", "Ashdown", 0),
    ("Clara", "Moreno", 1),
    ("Daniel", "Okafor", 9),
    ("Elena", "Petrova", 2),
    ("Felix", "Brandt", 2),
    ("Grace", "Lindqvist", 9),
    ("Hugo", "Tanaka", 3),
    ("Iris", "Delacroix", 9),
    ("Jonas", "Whitfield", 4),
    ("Kira", "Sandoval", 4),
    ("Liam", "Corrigan", 9),
    ("Maya", "Iyer", 5),
    ("Noah", "Bergstrom", 9),
    ("Olive", "Hartman", 6),
    ("Pablo", "Reyes", 6),
    ("Quinn", "Abernathy", 9),
    ("Rosa", "Castellano", 7),
    ("Samuel", "Adeyemi", 9),
    ("Tessa", "Van Dyk", 0),
    ("Umar", "Rahman", 1),
    ("Vera", "Kowalski", 9),
    ("Walter", "Finch", 3),
    ("Ximena", "Duarte", 9),
    ("Yusuf", "Demir", 5),
    ("Zoe", "Marchetti", 9),
    ("Aaron", "Blake", 7),
    ("Bianca", "Rossi", 9),
    ("Caleb", "Nguyen", 2),
    ("Delia", "Fontaine", 9),
    ("Edgar", "Solis", 4),
    ("Freya", "Nilsen", 9),
    ("Gideon", "Marsh", 6),
    ("Hannah", "Weiss", 9),
    ("Ivan", "Horvat", 1),
    ("Julia", "Carmichael", 9),
    ("Kenji", "Mori", 3),
    ("Leila", "Haddad", 9),
    ("Marcus", "Thorne", 5),
    ("Nina", "Bellamy", 9),
    ("Oscar", "Lund", 7),
    ("Priya", "Menon", 9),
    ("Rafael", "Cordero", 0),
    ("Sofia", "Almeida", 9),
    ("Theo", "Granger", 2),
    ("Ursula", "Keller", 9),
    ("Victor", "Osei", 4),
    ("Wendy", "Park", 9),
    ("Xavier", "Dubois", 6),
    ("Yara", "Mansour", 9),
    ("Zachary", "Holt", 1),
    ("Amelia", "Stone", 9),
    ("Bruno", "Ferreira", 3),
    ("Cecily", "Drake", 9),
    ("Dominic", "Pryce", 5),
    ("Esther", "Levin", 9),
    ("Frank", "Nakamura", 7),
    ("Gloria", "Mbeki", 9),
    ("Harriet", "Sloane", 9),
    ("Isaac", "Trent", 9),
];

const COMPANIES: [(&str, &str); 8] = [
    ("Vale & Partners", "valepartners.example"),
    ("Northgate Dental", "northgatedental.example"),
    ("Brightside Studios", "brightside.example"),
    ("Harbor Logistics", "harborlogistics.example"),
    ("Maple Street Bakery", "maplebakery.example"),
    ("Summit Legal", "summitlegal.example"),
    ("Greenleaf Landscaping", "greenleaf.example"),
    ("Corner Clinic", "cornerclinic.example"),
];

const PLACES: [(&str, &str, &str, &str); 5] = [
    ("Springfield", "IL", "62701", "214 Oak Street"),
    ("Madison", "WI", "53703", "9 Lake View Drive"),
    ("Des Moines", "IA", "50309", "1450 Grand Avenue"),
    ("Omaha", "NE", "68102", "77 Harney Street"),
    ("St. Louis", "MO", "63101", "602 Market Street"),
];

const SOURCES: [&str; 5] = ["website", "referral", "trade fair", "google ads", "walk-in"];
const TAGS: [&str; 7] = ["customer", "newsletter", "web-lead", "vip", "event-2026", "do-not-call", "partner"];
pub(super) const USERS: [&str; 3] = ["USER0000000000000001", "USER0000000000000002", "USER0000000000000003"];
/// First name, last name and role; their ids are [`USERS`].
const STAFF: [(&str, &str, &str); 3] =
    [("Sam", "Lee", "admin"), ("Dana", "Whitlock", "user"), ("Robin", "Castle", "user")];
const INTERESTS: [&str; 5] = ["Chairs", "Desks", "Lighting", "Storage", "Acoustics"];

const SALES: [&str; 5] = ["New lead", "Contacted", "Proposal sent", "Negotiation", "Closed"];
const ONBOARDING: [&str; 4] = ["Kick-off", "Measuring", "Delivery", "Live"];

/// Whose (by their place in [`PEOPLE`]), what, in which pipeline and stage, and what became of it.
type Deal = (usize, &'static str, usize, usize, &'static str, i32);

const DEALS: [Deal; 26] = [
    (0, "Conference room, 12 seats", 0, 3, "open", 8400),
    (1, "Standing desks for the back office", 0, 2, "open", 5200),
    (2, "Waiting area refresh", 0, 1, "open", 3100),
    (4, "Editing suite acoustics", 0, 2, "open", 6750),
    (5, "Studio lighting", 0, 0, "open", 1900),
    (7, "Dispatch office, 20 workplaces", 0, 3, "open", 17800),
    (9, "Café tables", 0, 4, "won", 2600),
    (10, "Bakery counter stools", 0, 4, "won", 880),
    (12, "Partner offices", 0, 2, "open", 12300),
    (14, "Site cabin fit-out", 0, 1, "lost", 4100),
    (15, "Warehouse shelving", 0, 0, "open", 2950),
    (17, "Reception desk", 0, 4, "won", 3400),
    (19, "Meeting booth", 0, 1, "open", 5600),
    (20, "Treatment room storage", 0, 3, "lost", 2200),
    (22, "Control room chairs", 0, 2, "abandoned", 7300),
    (24, "Library shelving", 0, 0, "open", 4450),
    (3, "Home office", 0, 4, "won", 1250),
    (6, "Ergonomic chair", 0, 1, "open", 690),
    (11, "Garden studio furniture", 0, 2, "lost", 2380),
    (16, "Reading corner", 0, 0, "open", 540),
    (9, "Café tables: delivery", 1, 2, "open", 2600),
    (10, "Bakery stools: delivery", 1, 3, "won", 880),
    (17, "Reception desk: delivery", 1, 1, "open", 3400),
    (3, "Home office: delivery", 1, 3, "won", 1250),
    (25, "Loft shelving", 0, 1, "abandoned", 1600),
    (29, "Two desks and a lamp", 0, 0, "open", 1120),
];

const LOST: [&str; 4] = ["Price", "Timing", "Chose a competitor", "No answer"];

/// The demo as of now.
pub(super) fn plan(now: DateTime<Utc>) -> PlanDraft {
    let location = LocationDraft {
        name: Some("Demo".into()),
        email: Some("hello@demo.example".into()),
        phone: Some("+12025550199".into()),
        website: Some("https://demo.example".into()),
        address: Some("1 Main Street".into()),
        city: Some("Springfield".into()),
        state: Some("IL".into()),
        country: Some("US".into()),
        postal_code: Some("62701".into()),
        timezone: Some("America/Chicago".into()),
        pipelines: vec![pipeline("Sales", &SALES), pipeline("Onboarding", &ONBOARDING)],
        custom_fields: custom_fields(),
        custom_values: [
            ("Support email", "support@demo.example"),
            ("Booking link", "https://demo.example/visit"),
            ("Opening hours", "Monday to Friday, 9 to 5"),
        ]
        .map(|(name, value)| CustomValueDraft { id: None, name: name.into(), value: value.into() })
        .into(),
        tags: TAGS.map(Text::from).into(),
        templates: templates(),
        lost_reasons: LOST.map(Into::into).into(),
        campaigns: vec!["Spring catalogue".into()],
        workflows: vec!["Welcome new leads".into()],
        users: STAFF.iter().zip(USERS).map(|(person, id)| staff(*person, id)).collect(),
        businesses: COMPANIES.iter().enumerate().map(|(n, company)| business(n, *company)).collect(),
        calendars: vec![visits()],
        forms: vec![form("Contact us", &["full_name", "phone", "contact.interests", "message"])],
        surveys: vec![form("How was your visit?", &["stars", "comment"])],
        field_folders: vec![company_fields()],
        agents: vec![concierge()],
        contacts: PEOPLE.iter().enumerate().map(|(n, person)| contact(n, *person, now)).collect(),
        opportunities: DEALS.iter().enumerate().map(|(n, deal)| opportunity(n, deal, now)).collect(),
        ..demo_shop::shop(now)
    };
    PlanDraft { locations: vec![location] }
}

/// Greets, looks whether the contact is a customer, asks what it is about, and writes that down.
fn concierge() -> AgentSeed {
    let note = AddNote::new("Asked the concierge: {{question}}");
    let version = AgentDraft::new("Concierge v1")
        .node(Node::start("start"))
        .node(Node::condition("known", [("customer", ContactField::Tags.eq("customer"))]))
        .node(Node::reply("welcome-back", "Welcome back, {{contact.first_name}}!"))
        .node(Node::reply("welcome", "Welcome to {{location.name}}!"))
        .node(Node::prompt("ask", "What can we do for you?").save_to("question"))
        .node(Node::action("note", note))
        .node(Node::reply("thanks", "Thank you. We have written down: {{question}}"))
        .node(Node::reply("sorry", "Thank you. Please leave us your e-mail as well."))
        .node(Node::end("end"))
        .edges([
            Edge::new("start", "known"),
            Edge::new("known", "welcome-back").branch("customer"),
            Edge::new("known", "welcome"),
            Edge::new("welcome-back", "ask"),
            Edge::new("welcome", "ask"),
            Edge::new("ask", "note"),
            Edge::new("note", "thanks"),
            Edge::new("note", "sorry").branch(Edge::FAILED),
            Edge::new("thanks", "end"),
            Edge::new("sorry", "end"),
        ]);
    AgentSeed {
        name: "Concierge".into(),
        description: Some("Greets visitors and writes down what they ask.".into()),
        version,
        ..AgentSeed::default()
    }
}

fn pipeline(name: &str, stages: &[&str]) -> PipelineDraft {
    PipelineDraft {
        id: None,
        name: name.into(),
        stages: stages.iter().map(|stage| (*stage).into()).collect(),
    }
}

fn custom_fields() -> Vec<CustomFieldDraft> {
    let field = |name: &str, data_type, model, options: &[&str]| CustomFieldDraft {
        name: name.into(),
        data_type,
        model,
        options: options.iter().map(|option| Text::from(*option)).collect(),
        ..CustomFieldDraft::default()
    };
    use CustomFieldType as Type;
    vec![
        field("Lead score", Type::Numerical, FieldModel::Contact, &[]),
        field("Yearly budget", Type::Monetary, FieldModel::Contact, &[]),
        field("Best time to call", Type::SingleOptions, FieldModel::Contact, &["Morning", "Noon", "Evening"]),
        field("Interests", Type::MultipleOptions, FieldModel::Contact, &INTERESTS),
        field("Last visit", Type::Date, FieldModel::Contact, &[]),
        field("Remarks", Type::LargeText, FieldModel::Contact, &[]),
        field("Seats", Type::Numerical, FieldModel::Opportunity, &[]),
        field("Decision maker", Type::Text, FieldModel::Opportunity, &[]),
    ]
}

fn staff((first, last, role): (&str, &str, &str), id: &str) -> UserDraft {
    UserDraft {
        id: Some(id.into()),
        first_name: first.into(),
        last_name: last.into(),
        email: format!("{first}@demo.example").into(),
        role: Some(UserRole::from(role)),
        ..UserDraft::default()
    }
}

fn business(n: usize, (name, domain): (&str, &str)) -> BusinessDraft {
    let (city, state, postal_code, street) = PLACES[n % PLACES.len()];
    BusinessDraft {
        name: name.into(),
        email: Some(format!("office@{domain}").into()),
        website: Some(format!("https://{domain}").into()),
        address: Some(street.into()),
        city: Some(city.into()),
        state: Some(state.into()),
        postal_code: Some(postal_code.into()),
        country: Some("US".into()),
        ..BusinessDraft::default()
    }
}

/// Half an hour in the showroom, Monday to Friday, nine to five.
fn visits() -> CalendarDraft {
    CalendarDraft {
        name: "Showroom visits".into(),
        description: Some("Half an hour in our showroom.".into()),
        kind: CalendarType::RoundRobin,
        members: USERS.map(UserId::from).into(),
        slot_duration: Some(30),
        open_hours: vec![OpenHours::new([1u32, 2, 3, 4, 5], [Hours::new(9, 0, 17, 0)])],
        ..CalendarDraft::default()
    }
}

/// A form that asks for the e-mail, and for these besides.
fn form(name: &str, fields: &[&str]) -> FormDraft {
    let mut asked = vec![AskDraft::Full { name: "email".into(), required: true }];
    asked.extend(fields.iter().map(|field| AskDraft::Name((*field).into())));
    FormDraft { id: None, name: name.into(), fields: asked }
}

fn company_fields() -> FieldFolderDraft {
    let field = |name: &str, key: &str, data_type, options: &[&str]| ObjectFieldDraft {
        id: None,
        name: Some(name.into()),
        field_key: key.into(),
        data_type,
        options: options.iter().map(|option| Text::from(*option)).collect(),
    };
    FieldFolderDraft {
        id: None,
        object: ObjectKey::business(),
        name: "Company".into(),
        fields: vec![
            field("Employees", "employees", CustomFieldType::Numerical, &[]),
            field("Size", "size", CustomFieldType::SingleOptions, &["Small", "Medium", "Large"]),
        ],
    }
}

fn templates() -> Vec<TemplateDraft> {
    let sms = |name: &str, body: &str| TemplateDraft {
        name: name.into(),
        kind: TemplateType::Sms,
        body: Some(body.into()),
        ..TemplateDraft::default()
    };
    vec![
        sms("Appointment reminder", "Hi {{contact.first_name}}, see you tomorrow at our showroom."),
        sms("Thank you", "Thank you for your order, {{contact.first_name}}!"),
        TemplateDraft {
            name: "Proposal".into(),
            kind: TemplateType::Email,
            subject: Some("Your proposal from Demo".into()),
            html: Some(
                "<p>Hello {{contact.first_name}},</p><p>please find your proposal attached.</p>".into(),
            ),
            ..TemplateDraft::default()
        },
    ]
}

pub(super) fn email(first: &str, last: &str, company: usize) -> String {
    let domain = COMPANIES.get(company).map_or("mail.example", |(_, domain)| *domain);
    format!("{first}.{last}@{domain}").to_lowercase().replace(' ', "")
}

fn user(n: usize) -> Option<UserId> {
    // Every fourth has no owner yet.
    if n % 4 == 3 { None } else { USERS.get(n % USERS.len()).map(|user| UserId::from(*user)) }
}

/// So many days before now; contacts and deals of one day are an hour or so apart.
pub(super) fn days_ago(now: DateTime<Utc>, days: i64, n: usize) -> DateTime<Utc> {
    let minutes = i64::try_from(n).unwrap_or_default() * 67 % 600;
    now - TimeDelta::days(days) - TimeDelta::minutes(minutes)
}

fn contact(n: usize, (first, last, company): (&str, &str, usize), now: DateTime<Utc>) -> ContactDraft {
    let days = i64::try_from(PEOPLE.len() - n).unwrap_or_default() * 3 / 2;
    let added = days_ago(now, days, n);
    let (city, state, postal_code, street) = PLACES[n % PLACES.len()];
    let is_customer = DEALS.iter().any(|deal| deal.0 == n && deal.4 == "won");
    let mut tags = vec![TAGS[1 + n % 2]];
    tags.extend(is_customer.then_some("customer"));
    tags.extend((n.is_multiple_of(7)).then_some("vip"));
    tags.extend((n % 5 == 2).then_some("event-2026"));
    let mut draft = ContactDraft {
        first_name: Some(first.into()),
        last_name: Some(last.into()),
        company_name: COMPANIES.get(company).map(|(name, _)| (*name).into()),
        business: COMPANIES.get(company).map(|(name, _)| (*name).into()),
        email: Some(email(first, last, company).into()),
        // A few left no phone number.
        phone: (n % 9 != 8).then(|| format!("+12025550{:03}", 100 + n).into()),
        city: Some(city.into()),
        state: Some(state.into()),
        postal_code: Some(postal_code.into()),
        address1: (n.is_multiple_of(3)).then(|| street.into()),
        country: Some("US".into()),
        source: Some(SOURCES[n % SOURCES.len()].into()),
        assigned_to: user(n),
        kind: is_customer.then_some(ContactType::Customer),
        dnd: n % 20 == 13,
        tags: tags.into_iter().map(Text::from).collect(),
        date_added: Some(added),
        date_updated: Some(added + TimeDelta::days(days / 3)),
        ..ContactDraft::default()
    };
    let mut hold = |name: &str, value: Value| draft.custom_fields.insert(name.to_owned(), value);
    hold("Lead score", json!(20 + n * 37 % 80));
    if n.is_multiple_of(2) {
        hold("Interests", json!([INTERESTS[n / 2 % 5], INTERESTS[(n / 2 + 2) % 5]]));
    }
    if n.is_multiple_of(3) {
        hold("Yearly budget", json!(1_000 + n * 250));
        hold("Best time to call", json!(["Morning", "Noon", "Evening"][n / 3 % 3]));
    }
    if n.is_multiple_of(4) {
        hold("Last visit", json!((added + TimeDelta::days(1)).format("%Y-%m-%d").to_string()));
    }
    if n.is_multiple_of(10) {
        hold("Remarks", json!("Prefers e-mail to calls."));
    }
    if n % 4 == 1 {
        let body =
            ["Asked for the new catalogue.", "Wants to see the showroom first.", "Referred by a customer."];
        let note = FullNote {
            body: body[n / 4 % 3].into(),
            user_id: user(n),
            date_added: Some(added + TimeDelta::hours(2)),
            ..FullNote::default()
        };
        draft.notes.push(NoteDraft::Full(note));
    }
    if n.is_multiple_of(5) {
        draft.tasks.push(TaskDraft {
            title: ["Call back", "Send proposal", "Arrange a visit"][n / 5 % 3].into(),
            due_date: Some(now + TimeDelta::days(i64::try_from(n % 11).unwrap_or_default() - 2)),
            completed: n % 15 == 10,
            assigned_to: user(n),
            ..TaskDraft::default()
        });
    }
    draft
}

fn opportunity(n: usize, deal: &Deal, now: DateTime<Utc>) -> OpportunityDraft {
    let (person, name, pipeline, stage, status, value) = *deal;
    let (first, last, company) = PEOPLE[person];
    let added = days_ago(now, i64::try_from(DEALS.len() - n).unwrap_or_default() * 2 % 45, n);
    let (pipeline, stage) =
        if pipeline == 0 { ("Sales", SALES[stage]) } else { ("Onboarding", ONBOARDING[stage]) };
    let mut draft = OpportunityDraft {
        name: name.into(),
        contact: email(first, last, company).into(),
        pipeline: Some(pipeline.into()),
        stage: Some(stage.into()),
        status: OpportunityStatus::from(status),
        monetary_value: Some(value.into()),
        assigned_to: user(person),
        source: Some(SOURCES[person % SOURCES.len()].into()),
        lost_reason: (status == "lost").then(|| LOST[n % LOST.len()].into()),
        followers: if n.is_multiple_of(6) { vec![USERS[1].into()] } else { Vec::new() },
        date_added: Some(added),
        date_updated: Some((added + TimeDelta::days(2)).min(now)),
        ..OpportunityDraft::default()
    };
    if n.is_multiple_of(2) {
        draft.custom_fields.insert("Seats".to_owned(), json!(2 + n % 12));
    }
    if n.is_multiple_of(3) {
        draft.custom_fields.insert("Decision maker".to_owned(), json!(format!("{first} {last}")));
    }
    draft
}
