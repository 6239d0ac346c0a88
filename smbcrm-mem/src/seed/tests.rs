//! Seeds: the demo is there, documents are checked, planting is all or nothing.

use futures::executor::block_on;
use smbcrm_core::Crm;
use smbcrm_core::agent_studio::{AgentSessions, ListPublishedAgents};
use smbcrm_core::blogs::{BlogPostStatus, ListBlogPosts, ListBlogs};
use smbcrm_core::businesses::ListBusinesses;
use smbcrm_core::calendars::{FreeSlotsQuery, ListCalendars};
use smbcrm_core::campaigns::ListCampaigns;
use smbcrm_core::contacts::SearchContacts;
use smbcrm_core::custom_fields::ListFields;
use smbcrm_core::emails::{ListEmailCampaigns, ListEmailTemplates};
use smbcrm_core::forms::{Answers, ListForms};
use smbcrm_core::locations::{ListCustomFields, ListTemplates};
use smbcrm_core::opportunities::{
    ListLostReasons, ListOpportunities, ListPipelines, OpportunityStatus, SearchOpportunities,
};
use smbcrm_core::payments::{AltType, ListOrders, ListSubscriptions, ListTransactions, OfOrder};
use smbcrm_core::search::ContactField;
use smbcrm_core::social_media_posting::{OfSocialStatistics, SocialPostStatus, WantedSocialStatistics};
use smbcrm_core::surveys::ListSurveys;
use smbcrm_core::types::ObjectKey;
use smbcrm_core::users::ListUsers;
use smbcrm_core::workflows::ListWorkflows;

use super::{Seed, SeedError};
use crate::MemCrm;

fn demo() -> MemCrm {
    MemCrm::builder().seed_with(Seed::Demo).build()
}

#[test]
fn the_demo_has_some_of_everything() {
    let crm = demo();
    let location = crm.location();
    let contacts = block_on(crm.contacts().search(SearchContacts::new(location, 100))).unwrap();
    assert_eq!(contacts.total, 60);
    assert!(
        contacts.contacts.iter().all(|found| found.email.as_deref().is_some_and(|e| e.ends_with(".example")))
    );
    assert!(contacts.contacts.iter().flat_map(|found| &found.phone).all(|p| p.starts_with("+120255501")));
    assert!(contacts.contacts.iter().all(|found| found.date_added < crm.clock().now()));
    let vip = SearchContacts::new(location, 100).filters([ContactField::Tags.eq("vip")]);
    assert_eq!(block_on(crm.contacts().search(vip)).unwrap().total, 9);

    let pipelines = block_on(crm.opportunities().list_pipelines(ListPipelines::new(location))).unwrap();
    assert_eq!(pipelines.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Sales", "Onboarding"]);
    let deals = block_on(crm.opportunities().search(SearchOpportunities::new(location, 100))).unwrap();
    assert_eq!(deals.total, 26);
    for status in [
        OpportunityStatus::Open,
        OpportunityStatus::Won,
        OpportunityStatus::Lost,
        OpportunityStatus::Abandoned,
    ] {
        assert!(deals.opportunities.iter().any(|deal| deal.status == status), "{status}");
    }
    let lost: Vec<_> =
        deals.opportunities.iter().filter(|deal| deal.status == OpportunityStatus::Lost).collect();
    assert!(lost.iter().all(|deal| deal.lost_reason_id.is_some()));
    let reasons = block_on(crm.opportunities().list_lost_reasons(ListLostReasons::new(location))).unwrap();
    assert_eq!(reasons.lost_reasons.len(), 4);

    let fields = block_on(crm.locations().list_custom_fields(location, ListCustomFields::new())).unwrap();
    assert!(fields.len() >= 6);
    assert_eq!(block_on(crm.locations().list_custom_values(location)).unwrap().len(), 3);
    assert_eq!(block_on(crm.locations().list_tags(location)).unwrap().len(), 7);
    let templates = ListTemplates::new(location.as_text());
    assert_eq!(block_on(crm.locations().list_templates(location, templates)).unwrap().total_count, 3);
}

#[test]
fn the_demo_has_some_of_every_other_product() {
    let crm = demo();
    let home = crm.location();
    let users = block_on(crm.users().list(ListUsers::new(home))).unwrap();
    assert_eq!(
        users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(),
        ["Dana Whitlock", "Robin Castle", "Sam Lee"]
    );
    let contacts = block_on(crm.contacts().search(SearchContacts::new(home, 100))).unwrap().contacts;
    let owners = contacts.iter().filter_map(|found| found.assigned_to.as_ref());
    assert!(owners.into_iter().all(|owner| users.iter().any(|user| user.id == *owner)), "owners are there");

    let businesses = block_on(crm.businesses().list(ListBusinesses::new(home))).unwrap();
    assert_eq!(businesses.len(), 8);
    for contact in &contacts {
        let business = businesses.iter().find(|known| contact.business_id.as_ref() == Some(&known.id));
        assert_eq!(business.map(|known| &known.name), contact.company_name.as_ref(), "{:?}", contact.email);
    }

    let calendars = block_on(crm.calendars().list(ListCalendars::new(home))).unwrap();
    assert_eq!(calendars.len(), 1);
    let now = crm.clock().now();
    let week = FreeSlotsQuery::new(now, now + chrono::TimeDelta::days(7));
    let slots = block_on(crm.calendars().free_slots(&calendars[0].id, week)).unwrap();
    assert!(slots.iter().count() >= 16 * 4, "it is open");

    let forms = block_on(crm.forms().list(ListForms::new(home))).unwrap().forms;
    let surveys = block_on(crm.surveys().list(ListSurveys::new(home))).unwrap().surveys;
    assert_eq!((forms.len(), surveys.len()), (1, 1));
    let answers = Answers::new().answer("email", "visitor@mail.example").answer("contact.interests", "Desks");
    crm.admin().submit_form(&forms[0].id, answers).unwrap();

    let fields = block_on(crm.custom_fields().list(&ObjectKey::business(), ListFields::new(home))).unwrap();
    assert_eq!((fields.fields.len(), fields.folders.len()), (2, 1));
    assert_eq!(block_on(crm.campaigns().list(ListCampaigns::new(home))).unwrap().len(), 1);
    assert_eq!(block_on(crm.workflows().list(ListWorkflows::new(home))).unwrap().len(), 1);
}

#[test]
fn the_agent_of_the_demo_knows_customers_and_writes_down_what_they_ask() {
    let crm = demo();
    let home = crm.location();
    let agents = block_on(crm.agent_studio().list_published(ListPublishedAgents::new(home, 10, 0))).unwrap();
    let agent = &agents.agents[0];
    assert_eq!((agents.agents.len(), agent.name.as_str()), (1, "Concierge"));
    let contacts = block_on(crm.contacts().search(SearchContacts::new(home, 100))).unwrap().contacts;
    let customer = contacts.iter().find(|found| found.tags.iter().any(|tag| tag == "customer")).unwrap();
    let mut session = crm.agent_studio().agent(home, &agent.agent_id).session().contact(&customer.id);
    let hello = block_on(session.say("Hello")).unwrap().response;
    let name = customer.first_name.as_deref().unwrap();
    assert_eq!(hello, format!("Welcome back, {name}!\nWhat can we do for you?"));
    let end = block_on(session.say("A desk")).unwrap();
    assert!(end.goal_completion && end.response.ends_with("written down: A desk"), "{end:?}");
    let notes = block_on(crm.contacts().list_notes(&customer.id)).unwrap();
    assert!(notes.iter().any(|note| note.body == "Asked the concierge: A desk"));
    let mut stranger = crm.agent_studio().agent(home, &agent.agent_id).session();
    let hello = block_on(stranger.say("Hello")).unwrap().response;
    assert_eq!(hello, "Welcome to Demo!\nWhat can we do for you?");
    assert!(block_on(stranger.say("A desk")).unwrap().response.contains("leave us your e-mail"));
}

#[test]
fn the_demo_has_sold_and_published_something() {
    let crm = demo();
    let (home, now) = (crm.location(), crm.clock().now());
    let orders = block_on(crm.payments().list_orders(ListOrders::new(home))).unwrap();
    assert_eq!(orders.total_count, 6);
    assert!(orders.orders.iter().all(|order| order.contact_name.is_some() && order.created_at < now));
    let paid = ListTransactions::new(home, AltType::Location);
    assert_eq!(block_on(crm.payments().list_transactions(paid)).unwrap().total_count, 4);
    let subscriptions = ListSubscriptions::new(home, AltType::Location);
    assert_eq!(block_on(crm.payments().list_subscriptions(subscriptions)).unwrap().total_count, 2);

    let blog = block_on(crm.blogs().list(ListBlogs::new(home, 0, 10))).unwrap().remove(0);
    let posts = block_on(crm.blogs().list_posts(ListBlogPosts::new(home, &blog.id, 10, 0))).unwrap();
    let statuses: Vec<_> = posts.iter().map(|post| post.status.as_str()).collect();
    assert_eq!(statuses, ["SCHEDULED", "DRAFT", "PUBLISHED", "PUBLISHED"]);
    let templates = block_on(crm.emails().list_templates(ListEmailTemplates::new(home))).unwrap();
    assert_eq!(templates.total, 3);
    assert_eq!(block_on(crm.emails().list_campaigns(ListEmailCampaigns::new(home))).unwrap().total, 1);

    let social = crm.social_media_posting();
    let accounts = block_on(social.list_accounts(home)).unwrap();
    let profiles = accounts.accounts.iter().map(|account| account.profile_id.clone());
    let wanted = WantedSocialStatistics::new(profiles);
    let statistics = block_on(social.statistics(OfSocialStatistics::new(home), wanted)).unwrap();
    assert!(statistics.totals.likes > 0 && statistics.totals.followers > 1_000, "{:?}", statistics.totals);
    // What is scheduled comes out by itself.
    assert!(crm.next_due().is_some_and(|next| next > now));
    block_on(crm.advance(std::time::Duration::from_secs(10 * 24 * 60 * 60)));
    let published = ListBlogPosts::new(home, &blog.id, 10, 0).status(BlogPostStatus::Published);
    assert_eq!(block_on(crm.blogs().list_posts(published)).unwrap().len(), 3);
}

#[test]
fn a_seed_of_sales_and_posts_is_checked() {
    let plan = |rest: &str| Seed::from_json(&format!(r#"{{ "locations": [{{ {rest} }}] }}"#));
    let good = r#""contacts": [{ "email": "ada@vale.example" }],
        "orders": [{ "id": "O1", "contact": "ada@vale.example", "source": "Shop", "discount": 0.5,
            "items": [{ "name": "Chair", "qty": 3, "price": 0.1 }, { "name": "Care", "price": 1, "recurring": true }] }],
        "blogs": [{ "id": "B1", "name": "News" }], "blogAuthors": ["Ada"], "blogCategories": ["Chairs"],
        "blogPosts": [{ "id": "P1", "title": "Ten chairs", "categories": ["Chairs"], "status": "PUBLISHED" }],
        "emailTemplates": [{ "name": "Spring", "type": "folder" }, { "name": "May", "folder": "Spring", "html": "<p>" }],
        "socialAccounts": [{ "id": "A1", "platform": "facebook", "name": "Vale", "followers": 5 }],
        "socialPosts": [{ "id": "S1", "accounts": ["Vale"], "summary": "Ten!", "figures": { "likes": 3 } }]"#;
    let crm = MemCrm::builder().seed_with(plan(good).unwrap()).build();
    let order = block_on(crm.payments().get_order(&"O1".into(), OfOrder::new(crm.location()))).unwrap();
    assert_eq!(order.amount.map(|amount| amount.to_string()).as_deref(), Some("0.8")); // to the last digit
    let posts = ListBlogPosts::new(crm.location(), "B1", 10, 0);
    let post = block_on(crm.blogs().list_posts(posts)).unwrap().remove(0);
    assert_eq!((post.id.as_str(), post.url_slug.as_str()), ("P1", "ten-chairs"));
    let post = block_on(crm.social_media_posting().get(crm.location(), &"S1".into())).unwrap();
    assert_eq!(post.status, Some(SocialPostStatus::Published));
    for (rest, error) in [
        (r#""orders": [{ "items": [] }]"#, "locations[0].orders[0].items: there must be at least one"),
        (
            r#""orders": [{ "contact": "nobody", "items": [{ "name": "Chair", "price": 1 }] }]"#,
            "locations[0].orders[0].contact: there is no `nobody`",
        ),
        (r#""blogPosts": [{ "title": "x" }]"#, "locations[0].blogPosts[0].blog: there is no `one`"),
        (
            r#""socialPosts": [{ "accounts": ["Vale"] }]"#,
            "locations[0].socialPosts[0].accounts: there is no `Vale`",
        ),
        (
            r#""emailTemplates": [{ "name": "x", "folder": "y" }]"#,
            "locations[0].emailTemplates[0].folder: there is no `y`",
        ),
    ] {
        assert_eq!(plan(rest).unwrap_err().to_string(), error);
    }
}

#[test]
fn users_are_planted_once_and_may_work_in_several_locations() {
    let json = r#"{ "locations": [
        { "id": "A", "users": [{ "firstName": "Sam", "lastName": "Lee", "email": "Sam@vale.example", "role": "admin" }] },
        { "id": "B", "users": [{ "firstName": "Sam", "lastName": "Lee", "email": "sam@vale.example" },
                               { "id": "U2", "firstName": "Dana", "lastName": "Oak", "email": "dana@vale.example" }] }
    ] }"#;
    let crm = MemCrm::builder().seed_with(Seed::from_json(json).unwrap()).build();
    let seen = || {
        let users = crm.admin().users();
        users
            .iter()
            .map(|user| (user.id.clone(), user.email.clone(), user.roles.location_ids.clone()))
            .collect::<Vec<_>>()
    };
    let before = seen();
    assert_eq!(before.len(), 2);
    assert_eq!((before[0].1.as_str(), before[0].2.len()), ("sam@vale.example", 2));
    assert_eq!((before[1].0.as_str(), before[1].2.len()), ("U2", 1));
    crm.admin().plant(&Seed::from_json(json).unwrap()).unwrap();
    assert_eq!(seen(), before);
    let taken = r#"{ "locations": [{ "users":
        [{ "id": "U3", "firstName": "Dan", "lastName": "Oak", "email": "dana@vale.example" }] }] }"#;
    let error = crm.admin().plant(&Seed::from_json(taken).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "locations[0].users[0].email: another user has this email");
    assert_eq!(seen(), before);
}

#[test]
fn the_demo_is_the_same_everywhere_and_comes_back() {
    let ids = |crm: &MemCrm| {
        let list = ListOpportunities::new(crm.location()).limit(100);
        let found = block_on(crm.opportunities().list(list)).unwrap().opportunities;
        found.iter().map(|deal| deal.id.to_string()).collect::<Vec<_>>()
    };
    let crm = demo();
    let before = ids(&crm);
    assert_eq!(before, ids(&demo()));
    block_on(crm.opportunities().delete(&before[0].as_str().into())).unwrap();
    crm.admin().reset();
    assert_eq!(ids(&crm), before);
    crm.admin().plant(&Seed::Empty).unwrap();
    assert!(ids(&crm).is_empty());
    crm.admin().plant(&Seed::Demo).unwrap();
    assert_eq!(ids(&crm), before);
}

/// A measurement, with a bound so loose that only a blunder breaks it.
#[test]
fn the_demo_is_quick() {
    drop(demo());
    let start = std::time::Instant::now();
    let rounds = 20;
    (0..rounds).for_each(|_| drop(demo()));
    let each = start.elapsed() / rounds;
    eprintln!("the demo takes {each:?}");
    assert!(each < std::time::Duration::from_millis(250), "{each:?}");
}

fn wrong(json: &str) -> String {
    Seed::from_json(json).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let one = |rest: &str| wrong(&format!(r#"{{ "locations": [{{ {rest} }}] }}"#));
    assert_eq!(wrong(r#"{ "locations": [] }"#), "locations: there must be at least one");
    assert!(wrong("{").starts_with("."), "{}", wrong("{"));
    assert!(
        one(r#""colour": 1"#).starts_with("locations[0].colour: unknown field `colour`"),
        "{}",
        one(r#""colour": 1"#)
    );
    assert!(one(r#""contacts": [{"email": 1}]"#).starts_with("locations[0].contacts[0].email: invalid type"));
    assert!(one(r#""lostReasons": [{"name": "x"}]"#).contains("a name, or an object of `id` and `name`"));
    assert!(
        one(r#""contacts": [{"name": "x", "dateOfBirth": "soon"}]"#)
            .starts_with("locations[0].contacts[0].dateOfBirth")
    );
    for (rest, said) in [
        (r#""timezone": "Mars""#, "locations[0].timezone: it must be a valid IANA time zone"),
        (r#""pipelines": [{"name": "A"}]"#, "locations[0].pipelines[0].stages: there must be at least one"),
        (
            r#""pipelines": [{"name": "A", "stages": ["x"]}, {"name": "A", "stages": ["x"]}]"#,
            "locations[0].pipelines[1].name: another pipeline has this name",
        ),
        (
            r#""contacts": [{}]"#,
            "locations[0].contacts[0]: at least one of name, email or phone should not be empty",
        ),
        (
            r#""contacts": [{"email": "a@b.example"}, {"email": "A@b.example"}]"#,
            "locations[0].contacts[1]: This location does not allow duplicated contacts.",
        ),
        (
            r#""contacts": [{"name": "x", "customFields": {"Nope": 1}}]"#,
            "locations[0].contacts[0].customFields.Nope: no contact field is called so",
        ),
        (
            r#""customFields": [{"name": "N", "dataType": "NUMERICAL"}], "contacts": [{"name": "x", "customFields": {"N": "y"}}]"#,
            "locations[0].contacts[0]: customFields.0.field_value must be a number",
        ),
        (
            r#""opportunities": [{"name": "d", "contact": "x@y.example"}]"#,
            "locations[0].opportunities[0].contact: there is no `x@y.example`",
        ),
        (
            r#""contacts": [{"id": "c", "name": "x"}], "opportunities": [{"name": "d", "contact": "c", "stage": "Nope"}]"#,
            "locations[0].opportunities[0].stage: there is no `Nope`",
        ),
        (
            r#""users": [{"firstName": "Sam", "lastName": "Lee", "email": "sam"}]"#,
            "locations[0].users[0].email: email must be an email",
        ),
        (
            r#""users": [{"lastName": "Lee", "email": "sam@b.example"}]"#,
            "locations[0].users[0].firstName: it should not be empty",
        ),
        (
            r#""agents": [{"name": "A", "version": {"nodes": []}}]"#,
            "locations[0].agents[0]: version.nodes must contain a start node",
        ),
        (r#""businesses": [{"name": " "}]"#, "locations[0].businesses[0]: name should not be empty"),
        (
            r#""contacts": [{"name": "x", "business": "Nope"}]"#,
            "locations[0].contacts[0].business: there is no `Nope`",
        ),
        (
            r#""calendars": [{"name": " ", "members": ["U"]}]"#,
            "locations[0].calendars[0]: name should not be empty",
        ),
        (r#""forms": [{"name": ""}]"#, "locations[0].forms[0].name: name should not be empty"),
        (
            r#""surveys": [{"name": "x", "fields": [""]}]"#,
            "locations[0].surveys[0].fields[0]: name should not be empty",
        ),
        (
            r#""fieldFolders": [{"object": "contact", "name": "x"}]"#,
            "locations[0].fieldFolders[0]: objectKey must be business or begin with custom_objects.",
        ),
        (
            r#""fieldFolders": [{"object": "business", "name": "x", "fields": [{"fieldKey": "A b"}]}]"#,
            "locations[0].fieldFolders[0].fields[0]: fieldKey must be lower case letters, digits and underscores",
        ),
        (
            r#""contacts": [{"id": "c", "name": "x"}, {"id": "c", "name": "y"}]"#,
            "locations[0].contacts[1].id: another contact has this id",
        ),
        (
            r#""lostReasons": ["Price"], "contacts": [{"id": "c", "name": "x"}],
               "opportunities": [{"name": "d", "contact": "c", "lostReason": "Price"}]"#,
            "locations[0].opportunities[0].lostReason: only a lost opportunity has one",
        ),
    ] {
        assert_eq!(one(rest), said);
    }
    let twice = wrong(r#"{ "locations": [{ "id": "L" }, { "id": "L" }] }"#);
    assert_eq!(twice, "locations[1].id: another location has this id");
    let SeedError { path, .. } = Seed::from_file("/nowhere/seed.json").unwrap_err();
    assert_eq!(path, "/nowhere/seed.json");
}

#[test]
fn ids_of_ones_own_are_kept_and_locations_are_made() {
    let json = r#"{ "locations": [
        { "id": "LOC-A", "name": "A", "pipelines": [{ "id": "P", "name": "Sales", "stages": [{ "id": "S", "name": "New" }] }],
          "customFields": [{ "id": "CF", "name": "Seats", "dataType": "NUMERICAL", "model": "opportunity" }],
          "lostReasons": [{ "id": "R", "name": "Price" }],
          "contacts": [{ "id": "C", "name": "Ada Vale", "additionalEmails": ["Ada@home.example"], "dateAdded": "2026-01-01",
                         "notes": ["x"], "tasks": [{ "title": "y" }] }],
          "opportunities": [{ "id": "O", "name": "Deal", "contact": "ada@home.example", "status": "lost", "lostReason": "Price",
                              "customFields": { "Seats": 3 }, "dateAdded": "2026-01-02", "dateUpdated": "2026-01-03" }] },
        { "name": "B" }
    ] }"#;
    let crm = MemCrm::builder().seed_with(Seed::from_json(json).unwrap()).build();
    assert_eq!(crm.location().as_str(), "LOC-A");
    let names: Vec<_> = crm.admin().locations().iter().map(|location| location.name.to_string()).collect();
    assert_eq!(names, ["A", "B"]);
    let deal = block_on(crm.opportunities().get(&"O".into())).unwrap();
    assert_eq!((deal.pipeline_id.as_str(), deal.pipeline_stage_id.as_str()), ("P", "S"));
    assert_eq!(deal.lost_reason_id.as_ref().map(|id| id.as_str()), Some("R"));
    assert_eq!((deal.custom_fields[0].id.as_str(), deal.contact.as_ref().unwrap().id.as_str()), ("CF", "C"));
    assert_eq!(deal.created_at.to_rfc3339(), "2026-01-02T00:00:00+00:00");
    assert_eq!(deal.last_status_change_at, Some(deal.updated_at));
    assert_eq!(block_on(crm.contacts().list_notes(&"C".into())).unwrap().len(), 1);
    assert_eq!(block_on(crm.contacts().list_tasks(&"C".into())).unwrap().len(), 1);
    // A seed that cannot be planted changes nothing; one that can replaces what its sub-accounts held.
    let again = crm.admin().plant(&Seed::from_json(json).unwrap()).unwrap();
    assert_eq!(again[0], "LOC-A");
    assert_eq!(crm.admin().locations().len(), 3, "B has no id: it is another one every time");
}
