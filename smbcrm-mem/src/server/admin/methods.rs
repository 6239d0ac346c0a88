//! The admin API, method by method. The table is the router, the listing and the documentation.

use http::{Method as Verb, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use smbcrm_core::types::LocationId;

use super::agents::{add_agent, agent_session, agent_sessions};
use super::automation::{
    add_workflow, delete_workflow, publish_workflow, update_workflow, workflow, workflow_runs,
    workflow_schema, workflows,
};
use super::conversing::{
    add_conversation_provider, add_review, answer_as_contact, clear_outbox, set_message_status,
    set_transcription,
};
use super::delivering::{
    add_endpoint, calm, clear_deliveries, clear_events, deliveries, delivery, disable_endpoint, disturb,
    disturbance, enable_endpoint, endpoints, events, redeliver, redeliver_all, remove_endpoint, set_endpoint,
    webhook_keys,
};
use super::forms::{add_form, add_survey, submit_form, submit_survey};
use super::inputs::{
    Advance, ChangeScopes, Expire, Limits, NewLocation, NewToken, Nothing, SetClock, Settings,
};
use super::moments::{
    add_snapshot, checkpoint, diff_snapshots, drop_snapshot, export_snapshot, import_snapshot,
    restore_snapshot, snapshots,
};
use super::planting::{
    add_appointment, add_campaign, add_lost_reason, add_pipeline, add_template, add_user, finish_workflow,
    load_contacts, load_opportunities, plant, set_additional_emails, set_additional_phones, users,
};
use super::publishing::{
    add_blog, add_blog_author, add_blog_category, add_email_campaign, add_order, add_social_account,
    add_social_category, add_social_group, add_social_tag, add_subscription, add_transaction,
    set_social_figures,
};
use super::sales_boost::{
    add_boost_key, add_boost_leads, boost_keys, boost_leads, boost_settings, crm_records,
    receive_boost_leads, revoke_boost_key, run_email_schedule, run_export, set_boost_provider,
    set_boost_settings, sign_in, sign_out, spend_credits,
};
use super::smarfle::{
    add_smarfle_booking, add_smarfle_client, add_smarfle_key, add_smarfle_organization, add_smarfle_session,
    add_smarfle_work_order, complete_smarfle_work_order, configure_smarfle, end_smarfle_sessions,
    pay_smarfle_invoice, send_smarfle_invoice, smarfle_bookings, smarfle_clients, smarfle_invoices,
    smarfle_notifications, smarfle_organizations, smarfle_work_orders, update_smarfle_client,
};
use super::watching::{
    arm_fault, clear_requests, disarm_fault, disarm_faults, fault, faults, outbox, requests,
};
use super::{Ask, Method, Outcome, Refused, Run};
use crate::world::token::is_pit;
use crate::{RateLimits, Scopes, TokenInfo, TokenLevel, TokenSecret};

macro_rules! methods {
    ($($verb:ident $path:literal $($run:ident)+ $summary:literal)*) => {
        pub(super) static ALL: &[Method] =
            &[$(Method { verb: Verb::$verb, path: $path, summary: $summary, run: methods!(@ $($run)+) }),*];
    };
    (@ later $run:ident) => {
        Run::Later(|ask| Box::pin($run(ask)))
    };
    (@ file $run:ident) => {
        Run::File($run)
    };
    (@ $run:ident) => {
        Run::Now($run)
    };
}

methods! {
    GET    ""                            list             "this list"
    GET    "health"                      health           "whether it is up, and what it holds"
    POST   "reset"                       reset            "puts the world back to how it began"
    GET    "locations"                   locations        "the sub-accounts"
    POST   "locations"                   add_location     "makes a sub-account: id, name, country, timezone, email, phone, settings"
    PUT    "locations/{id}/settings"     set_settings     "sets its duplicate rule: allowDuplicateContact, contactUniqueIdentifiers, …; what is left out becomes the default"
    GET    "tokens"                      tokens           "the tokens, without their values"
    POST   "tokens"                      add_token        "makes a token: name, locationId or agency, scopes (\"all\" or a list), value; answers its value this once"
    POST   "tokens/{id}/rotate"          rotate           "gives it a new value; the old one stays good for seven days"
    POST   "tokens/{id}/rotate-now"      rotate_now       "gives it a new value; the old one is dead"
    POST   "tokens/{id}/cancel-rotation" cancel_rotation  "takes a rotation back"
    POST   "tokens/{id}/expire-previous" expire_previous  "ends the overlap of a rotation"
    POST   "tokens/{id}/expire"          expire           "makes it expire: now, or at `at`"
    POST   "tokens/{id}/revoke"          revoke           "revokes it for good"
    PUT    "tokens/{id}/scopes"          set_scopes       "changes what it may do: scopes (\"all\" or a list)"
    GET    "requests"                    later requests   "the newest requests, oldest first; ?operation= ?method= ?path= ?status= ?caller= ?location= ?fault= ?since=NUMBER ?limit= ?wait=SECONDS"
    DELETE "requests"                    clear_requests   "forgets the requests"
    GET    "faults"                      faults           "the armed faults, with their hits"
    POST   "faults"                      arm_fault        "arms a fault: operation, product, method, token, location, when, until, do, phase, name"
    DELETE "faults"                      disarm_faults    "takes all faults away"
    GET    "faults/{id}"                 fault            "an armed fault"
    DELETE "faults/{id}"                 disarm_fault     "takes a fault away"
    GET    "clock"                       clock            "what time it is"
    POST   "clock/advance"               later advance    "lets time pass: seconds, millis"
    POST   "clock/step"                  later step       "lets time pass until something happens"
    POST   "clock/run"                   later run_due    "carries out what is due by now"
    POST   "clock/set"                   later set_clock  "moves the clock: to (RFC 3339 or milliseconds)"
    GET    "snapshots"                   snapshots        "the kept moments"
    POST   "snapshots"                   add_snapshot     "keeps this moment: name"
    DELETE "snapshots/{id}"              drop_snapshot    "forgets a moment"
    POST   "snapshots/{id}/restore"      restore_snapshot "puts a moment back"
    GET    "snapshots/{id}/export"       file export_snapshot "a moment as a file"
    POST   "snapshots/{id}/import"       import_snapshot  "keeps a moment from a file: the body is the file"
    GET    "snapshots/{id}/diff/{other}" diff_snapshots   "what differs in the other moment; `now` is the world as it is"
    POST   "checkpoint"                  checkpoint       "writes the file that the world is kept in anew, as small as can be"
    GET    "rate-limits"                 rate_limits      "how many requests a token may make"
    POST   "rate-limits"                 set_rate_limits  "changes it: burst, intervalMillis, daily, off"
    POST   "plant"                       plant            "makes a seed's sub-accounts and all they hold: the document of a seed"
    GET    "outbox"                      later outbox     "what was sent, newest last; ?contactId= ?locationId= ?to= ?kind= ?limit= ?wait=SECONDS"
    DELETE "outbox"                      clear_outbox     "forgets what was sent"
    GET    "events"                      events           "what happened, newest last; ?since=NUMBER ?limit="
    DELETE "events"                      clear_events     "forgets what happened"
    GET    "endpoints"                   endpoints        "the endpoints of apps"
    POST   "endpoints"                   add_endpoint     "registers one: url, events, locations, legacySignature, appId, versionId, retries, inOrder, disableAfterSeconds"
    PUT    "endpoints/{id}"              set_endpoint     "sets it anew, and enables it"
    DELETE "endpoints/{id}"              remove_endpoint  "removes it; what waits for it becomes dead letters"
    POST   "endpoints/{id}/enable"       enable_endpoint  "enables it again"
    POST   "endpoints/{id}/disable"      disable_endpoint "disables it; what waits for it becomes dead letters"
    GET    "deliveries"                  deliveries       "what was and is to be sent, newest last; ?state= ?endpoint= ?event= ?location= ?since= ?until= ?limit="
    DELETE "deliveries"                  clear_deliveries "forgets what is over"
    GET    "deliveries/disturb"          disturbance      "what goes wrong on purpose"
    POST   "deliveries/disturb"          disturb          "lets deliveries go wrong: seed, endpoint, drop, delay, delayMillis, duplicate, reorder, corrupt"
    DELETE "deliveries/disturb"          calm             "nothing goes wrong on purpose any more"
    POST   "deliveries/redeliver"        redeliver_all    "sends again what is over, with the same ids: state, endpoint, event, location, since, until, limit"
    GET    "deliveries/{id}"             delivery         "a delivery, and what it says"
    POST   "deliveries/{id}/redeliver"   redeliver        "sends it again, with the same ids"
    GET    "webhook-keys"                webhook_keys     "the public keys that webhooks are verified with"
    POST   "contacts/{id}/answer"        answer_as_contact "writes as the contact does: type (SMS, Email, …), body"
    POST   "contacts/{id}/reviews"       add_review       "has the contact write a review: text"
    POST   "conversation-providers"      add_conversation_provider "makes a provider: locationId, kind (SMS, Email, Call)"
    PUT    "messages/{id}/status"        set_message_status "says what became of a message: status"
    PUT    "messages/{id}/transcription" set_transcription "says what was said in a call: segments"
    POST   "contacts"                    load_contacts    "loads contacts as they are, without the duplicate rule: locationId, contacts"
    PUT    "contacts/{id}/additional-emails" set_additional_emails "sets what no API writes: emails"
    PUT    "contacts/{id}/additional-phones" set_additional_phones "sets what no API writes: phones"
    POST   "opportunities"               load_opportunities "loads opportunities as they are: locationId, opportunities"
    POST   "pipelines"                   add_pipeline     "makes a pipeline: locationId, name, stages"
    POST   "lost-reasons"                add_lost_reason  "makes a reason for losing deals: locationId, name"
    GET    "users"                       users            "the agency's users, deleted ones included"
    POST   "users"                       add_user         "loads a user as it is: user"
    POST   "campaigns"                   add_campaign     "makes a campaign: locationId, name"
    GET    "workflows"                   workflows        "a sub-account's workflows; ?locationId="
    POST   "workflows"                   add_workflow     "installs a workflow: locationId, definition or yaml, published; with a name alone it only can be enrolled in"
    GET    "workflow-schema"             workflow_schema  "the JSON Schema of a workflow's definition"
    GET    "workflows/{id}"              workflow         "what it does"
    PUT    "workflows/{id}"              update_workflow  "a new version of it: definition or yaml"
    DELETE "workflows/{id}"              delete_workflow  "deletes it and ends its runs"
    POST   "workflows/{id}/publish"      publish_workflow "publishes it, or makes it a draft: published"
    GET    "workflows/{id}/runs"         workflow_runs    "its runs and what they did"
    POST   "workflows/{id}/finish"       finish_workflow  "ends a contact's run through it: contactId"
    POST   "agents"                      add_agent        "creates an agent and publishes its version: the body of a create; locationId may be left out"
    GET    "agents/sessions"             agent_sessions   "the sessions with agents, the one used last first, their transcripts and usage; ?locationId= ?agentId="
    GET    "agents/sessions/{id}"        agent_session    "a session by its executionId: transcript, usage, variables"
    POST   "templates"                   add_template     "makes a message template: locationId, template"
    POST   "appointments"                add_appointment  "books an appointment as it is: locationId, appointment"
    POST   "forms"                       add_form         "makes a form: locationId, name, fields (name, required)"
    POST   "forms/{id}/submit"           submit_form      "fills it in as a visitor: answers, event"
    POST   "surveys"                     add_survey       "makes a survey: locationId, name, fields (name, required)"
    POST   "surveys/{id}/submit"         submit_survey    "fills it in as a visitor: answers, event"
    POST   "orders"                      add_order        "loads an order as it is: locationId, order"
    POST   "transactions"                add_transaction  "loads a transaction as it is: locationId, transaction"
    POST   "subscriptions"               add_subscription "loads a subscription as it is: locationId, subscription"
    POST   "blogs"                       add_blog         "makes a blog: locationId, name"
    POST   "blog-authors"                add_blog_author  "makes an author of blog posts: locationId, name"
    POST   "blog-categories"             add_blog_category "makes a category of blog posts: locationId, name"
    POST   "email-campaigns"             add_email_campaign "makes an e-mail campaign: locationId, campaign, emailStatus"
    POST   "social-accounts"             add_social_account "connects an account of a social network: locationId, platform, name, followers"
    POST   "social-groups"               add_social_group "puts such accounts into a group: locationId, name, accountIds"
    POST   "social-categories"           add_social_category "makes a category of social posts: locationId, name"
    POST   "social-tags"                 add_social_tag   "makes a tag of social posts: locationId, name"
    PUT    "social-posts/{id}/figures"   set_social_figures "says what became of a post: likes, comments, shares, impressions, reach"
    GET    "sales-boost/settings"        boost_settings  "what the SMB Sales Boost account is like"
    PUT    "sales-boost/settings"        set_boost_settings "changes it: plan, planStatus (active, trialing, inactive), credits, lowBalanceThreshold, eventPerLead, dashboardUrl, allowLoopbackTargets, exportBlacklist; what is left out stays"
    GET    "sales-boost/keys"            boost_keys      "its API keys, without their values"
    POST   "sales-boost/keys"            add_boost_key   "makes a key: name; answers its value this once"
    POST   "sales-boost/keys/{id}/revoke" revoke_boost_key "revokes it for good"
    POST   "sales-boost/sessions"        sign_in   "signs somebody in to the dashboard: name; answers the cookie this once"
    DELETE "sales-boost/sessions"        sign_out  "signs everybody out"
    PUT    "sales-boost/providers/{id}"  set_boost_provider "sets a CRM: available, reason, failing (the words it refuses with)"
    GET    "sales-boost/crm-records"     crm_records "what the connected CRMs hold"
    GET    "sales-boost/leads"           boost_leads     "the leads of the database"
    POST   "sales-boost/leads"           add_boost_leads "puts leads into the database: leads (companyName, email, phone, …)"
    POST   "sales-boost/leads/receive"   receive_boost_leads   "receives leads by a search: leadIds; tells lead.created, lead.updated"
    POST   "sales-boost/exports"         run_export    "runs an export: leadIds, fileType; tells export.completed"
    POST   "sales-boost/email-schedules/run" run_email_schedule "sends a scheduled batch: name, recipients, leadIds; tells email_schedule.sent"
    POST   "sales-boost/credits/spend"   spend_credits     "spends credits: credits; tells credit.low_balance below the threshold"
    GET    "smarfle"                     smarfle_organizations "the Smarfle organisations; the first is org_1"
    POST   "smarfle"                     add_smarfle_organization "makes another one: name"
    PUT    "smarfle/{id}/config"         configure_smarfle "sets it: requests_per_minute, signature (header, prefix, encoding), envelope (names of members); what is left out becomes the default"
    POST   "smarfle/{id}/keys"           add_smarfle_key  "makes an API key: name, value; answers its value this once"
    POST   "smarfle/{id}/sessions"       add_smarfle_session "lets somebody into the settings: name; answers the session's value this once"
    DELETE "smarfle/{id}/sessions"       end_smarfle_sessions "ends all sessions"
    GET    "smarfle/{id}/notifications"  smarfle_notifications "what its team was told"
    GET    "smarfle/{id}/clients"        smarfle_clients  "its clients"
    POST   "smarfle/{id}/clients"        add_smarfle_client "makes a client by hand: first_name, last_name, email, phone, notes, sms_consent, sms_consent_source"
    PUT    "smarfle/{id}/clients/{other}" update_smarfle_client "changes a client: the same, and status"
    GET    "smarfle/{id}/work-orders"    smarfle_work_orders "its work orders"
    POST   "smarfle/{id}/work-orders"    add_smarfle_work_order "makes a work order: client_id, title, total"
    POST   "smarfle/{id}/work-orders/{other}/complete" complete_smarfle_work_order "completes it"
    GET    "smarfle/{id}/invoices"       smarfle_invoices "its invoices"
    POST   "smarfle/{id}/invoices"       send_smarfle_invoice "sends an invoice: client_id, amount, currency, work_order_id"
    POST   "smarfle/{id}/invoices/{other}/pay" pay_smarfle_invoice "pays it"
    GET    "smarfle/{id}/bookings"       smarfle_bookings "its bookings"
    POST   "smarfle/{id}/bookings"       add_smarfle_booking "receives a booking: client_id, service, starts_at, notes"
}

pub(super) fn ok(value: impl Serialize) -> Outcome {
    answer(StatusCode::OK, value)
}

pub(super) fn created(value: impl Serialize) -> Outcome {
    answer(StatusCode::CREATED, value)
}

fn answer(status: StatusCode, value: impl Serialize) -> Outcome {
    let value = serde_json::to_value(value).map_err(|error| {
        Refused::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("the answer cannot be written: {error}"),
        )
    })?;
    Ok((status, value))
}

fn list(_: &Ask<'_>) -> Outcome {
    let methods: Vec<Value> = ALL
        .iter()
        .map(|method| {
            json!({ "method": method.verb.as_str(), "path": format!("/_mem/{}", method.path), "does": method.summary })
        })
        .collect();
    ok(json!({ "methods": methods }))
}

fn health(ask: &Ask<'_>) -> Outcome {
    let admin = ask.admin();
    ok(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "location": ask.crm.location(),
        "locations": admin.locations().len(),
        "tokens": admin.tokens().len(),
        "clock": ask.crm.clock().now(),
        "data": ask.crm.data_file(),
        "dataError": ask.crm.disk_error().map(|error| error.to_string()),
    }))
}

fn reset(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    ask.admin().reset();
    ok(json!({ "reset": true }))
}

fn locations(ask: &Ask<'_>) -> Outcome {
    let locations = ask.admin().locations();
    ok(json!({ "locations": locations.iter().map(|location| &**location).collect::<Vec<_>>() }))
}

fn add_location(ask: &Ask<'_>) -> Outcome {
    let new: NewLocation = ask.body()?;
    if new.id.is_empty() {
        return Err(Refused::invalid("id should not be empty"));
    }
    if ask.admin().locations().iter().any(|known| known.id == new.id) {
        return Err(Refused::new(StatusCode::CONFLICT, "exists", format!("`{}` exists already", new.id)));
    }
    created(&*ask.admin().add_location(new.into_location()))
}

fn set_settings(ask: &Ask<'_>) -> Outcome {
    let settings: Settings = ask.body()?;
    let id = LocationId::from(ask.id.as_str());
    ask.admin()
        .set_settings(&id, settings.into_settings())
        .ok_or_else(|| Refused::missing("sub-account", &ask.id))?;
    let location = ask.admin().locations().into_iter().find(|location| location.id == id);
    ok(location.and_then(|location| location.settings.clone()))
}

fn tokens(ask: &Ask<'_>) -> Outcome {
    ok(json!({ "tokens": ask.admin().tokens() }))
}

fn add_token(ask: &Ask<'_>) -> Outcome {
    let new: NewToken = ask.body()?;
    let level = match (new.agency, new.location_id) {
        (true, Some(_)) => {
            return Err(Refused::invalid("a token is a sub-account's or the agency's, not both"));
        }
        (true, None) => TokenLevel::Agency,
        (false, id) => {
            let id = id.unwrap_or_else(|| ask.crm.location().clone());
            if !ask.admin().locations().iter().any(|known| known.id == id) {
                return Err(Refused::missing("sub-account", id.as_str()));
            }
            TokenLevel::Location(id)
        }
    };
    let scopes = new.scopes.map_or(Ok(Scopes::All), super::inputs::ScopesInput::into_scopes)?;
    let name = new.name.unwrap_or_else(|| "token".to_owned());
    match new.value {
        None => {
            let (info, secret) = ask.admin().create_token(name, level, scopes);
            created(shown(&info, &secret))
        }
        Some(value) if is_pit(&value) => {
            let info = ask.admin().install_token(name, level, scopes, &value);
            created(shown(&info, &TokenSecret(value)))
        }
        Some(_) => Err(Refused::invalid("value is `pit-` and a lower-case UUID")),
    }
}

/// A token with its value.
fn shown(info: &TokenInfo, secret: &TokenSecret) -> Value {
    let mut shown = json!(info);
    shown["value"] = json!(secret.expose());
    shown
}

fn no_token(ask: &Ask<'_>) -> Refused {
    Refused::missing("token", &ask.id)
}

/// The token with its new value.
fn rotated(ask: &Ask<'_>, secret: Option<TokenSecret>) -> Outcome {
    let secret = secret.ok_or_else(|| no_token(ask))?;
    let info = ask.admin().tokens().into_iter().find(|token| token.id == ask.id);
    ok(shown(&info.ok_or_else(|| no_token(ask))?, &secret))
}

fn edited(ask: &Ask<'_>, info: Option<TokenInfo>) -> Outcome {
    ok(info.ok_or_else(|| no_token(ask))?)
}

fn rotate(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    rotated(ask, ask.admin().rotate_token(&ask.id))
}

fn rotate_now(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    rotated(ask, ask.admin().rotate_token_now(&ask.id))
}

fn cancel_rotation(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    edited(ask, ask.admin().cancel_rotation(&ask.id))
}

fn expire_previous(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    edited(ask, ask.admin().expire_previous_token(&ask.id))
}

fn expire(ask: &Ask<'_>) -> Outcome {
    let info = match ask.body::<Expire>()?.at {
        None => ask.admin().expire_token(&ask.id),
        Some(at) => ask.admin().expire_token_at(&ask.id, at.into_instant()?),
    };
    edited(ask, info)
}

fn revoke(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    edited(ask, ask.admin().revoke_token(&ask.id))
}

fn set_scopes(ask: &Ask<'_>) -> Outcome {
    let scopes = ask.body::<ChangeScopes>()?.scopes.into_scopes()?;
    edited(ask, ask.admin().set_scopes(&ask.id, scopes))
}

pub(super) fn number<T: std::str::FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Refused> {
    text.map(|text| text.parse().map_err(|_| Refused::invalid(format!("{name} is not a number: `{text}`"))))
        .transpose()
}

fn clock(ask: &Ask<'_>) -> Outcome {
    let clock = ask.crm.clock();
    let now = clock.now();
    let next = ask.crm.next_due();
    ok(json!({
        "now": now,
        "millis": now.timestamp_millis(),
        "virtual": clock.is_virtual(),
        "nextDue": next,
    }))
}

async fn advance(ask: &Ask<'_>) -> Outcome {
    ask.crm.advance(ask.body::<Advance>()?.into_duration()?).await;
    clock(ask)
}

async fn step(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    ask.crm.step().await;
    clock(ask)
}

async fn run_due(ask: &Ask<'_>) -> Outcome {
    ask.body::<Nothing>()?;
    ask.crm.run_until_idle().await;
    clock(ask)
}

async fn set_clock(ask: &Ask<'_>) -> Outcome {
    ask.crm.clock().set(ask.body::<SetClock>()?.to.into_instant()?);
    ask.crm.run_until_idle().await;
    clock(ask)
}

fn rate_limits(ask: &Ask<'_>) -> Outcome {
    let RateLimits { burst, interval, daily } = ask.admin().rate_limits();
    let millis = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
    ok(json!({ "burst": burst, "intervalMillis": millis, "daily": daily }))
}

fn set_rate_limits(ask: &Ask<'_>) -> Outcome {
    let limits = ask.body::<Limits>()?.over(ask.admin().rate_limits())?;
    ask.admin().set_rate_limits(limits);
    rate_limits(ask)
}
