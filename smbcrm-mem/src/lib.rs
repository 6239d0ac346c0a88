//! A faithful, fast, stateful SMBcrm in memory: embed it in a test, or run it as a server.
//!
//! ```
//! use smbcrm_core::Crm;
//! use smbcrm_core::contacts::UpsertContact;
//! use smbcrm_mem::MemCrm;
//!
//! # fn main() -> smbcrm_core::Result<()> { futures::executor::block_on(async {
//! let crm = MemCrm::new(); // nothing leaves the process
//! let lead = UpsertContact::new(crm.location()).email("Ada@Vale.example").phone("(202) 555-0123");
//! let done = crm.contacts().upsert(lead).await?;
//! assert!(done.new);
//! assert_eq!(done.contact.email.as_deref(), Some("ada@vale.example"));
//! assert_eq!(done.contact.phone.as_deref(), Some("+12025550123"));
//!
//! let elsewhere = crm.fork(); // a world of its own that starts as this one is now
//! elsewhere.contacts().delete(&done.contact.id).await?;
//! assert!(crm.contacts().get(&done.contact.id).await.is_ok());
//! # Ok(()) }) }
//! ```
//!
//! [`MemCrm::new`] acts as the owner of everything. [`MemCrm::with_token`] acts as a token does: it is refused what
//! the token may not do, and limited in rate. [`MemCrm::admin`] does what no API can: make tokens, sub-accounts and
//! pipelines, plant records, read the journal.
//!
//! [`MemServer::start`] puts it on a socket for programs in any language; [`Wire`] goes the same way without one.
//!
//! `smbcrm-mem-mcp` mounts an MCP server on it ([`Mount`]), so that an AI assistant can be tried out; `smbcrm-mem-redis`
//! lets several servers share Smarfle's limits. The command `smbcrm-mem` is all of them, in the package
//! `smbcrm-mem-command`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(test)]
extern crate self as smbcrm_mem;

mod admin;
mod admit;
mod agent_studio;
mod automation;
mod blogs;
mod businesses;
mod calendars;
mod campaigns;
mod clock;
mod contacts;
mod conversations;
mod crm;
mod custom_fields;
mod delivery;
mod disk;
mod due;
mod emails;
mod events;
mod faults;
mod forms;
mod index;
mod journal;
mod limits;
mod locations;
mod neighbour;
mod opportunities;
mod payments;
mod refusal;
mod sales_boost;
mod search;
mod seed;
mod server;
mod smarfle;
mod social_media_posting;
mod surveys;
#[cfg(any(feature = "http-sender", feature = "openai"))]
mod tls;
mod users;
mod wait;
mod workflows;
mod world;

pub use admin::{Admin, UploadedFile};
#[cfg(feature = "openai")]
pub use agent_studio::OpenAiRuntime;
pub use agent_studio::{
    AgentAct, AgentAnswer, AgentError, AgentExchange, AgentRuntime, AgentSession, AgentTurn, AgentUsage,
    GraphRuntime, SESSION_IDLE, SESSION_TURNS, SESSIONS, ScriptedRuntime,
};
pub use automation::{
    AgentJob, AgentReply, AgentRunner, HookAnswer, PAST_RUNS, RUN_HISTORY_ENTRIES, RunEntry, RunState,
    StepOutcome, TriggerCall, WorkflowRun,
};
pub use clock::Clock;
pub use conversations::{
    OUTBOX_BYTES, OUTBOX_ENTRIES, Outgoing, OutgoingContent, OutgoingEmail, OutgoingNotification,
    OutgoingText, ProviderKind,
};
pub use crm::{MemCrm, MemCrmBuilder};
#[cfg(feature = "http-sender")]
pub use delivery::HttpPost;
pub use delivery::{
    Answer, Attempt, DELIVERY_ENTRIES, Delivery, DeliveryFilter, DeliveryId, DeliveryState, Disturbance,
    Endpoint, EndpointSettings, Guard, Outbound, Post, PostError, RetryOn, RetrySchedule, Sink, WebhookKeys,
};
pub use disk::{DiskError, DiskProblem};
pub use events::{Change, Changed, EVENT_ENTRIES, Enrolled, Event, Events, Named, Submitted};
pub use faults::{
    ArmedFault, Effect, Fault, FaultAnswer, FaultId, Faults, Lag, Phase, TooMany, Trigger, When,
};
pub use journal::{Call, CallFilter, JOURNAL_BYTES, JOURNAL_ENTRIES};
pub use limits::RateLimits;
pub use sales_boost::{
    CrmRecord, LeadsReceived, MemSalesBoost, PlanStatus, SalesBoostAdmin, SalesBoostKey, SalesBoostLead,
    SalesBoostSettings,
};
pub use seed::{Plan, Seed, SeedError};
pub use server::{MemServer, MemServerBuilder, Mount, Service, Wire};
pub use smarfle::{
    MemSmarfle, MemoryWindow, NewBooking, NewInvoice, NewWorkOrder, RateWindow, SmarfleAdmin,
    SmarfleClientChange, SmarfleConfig, SmarfleOrganization, Taken, TeamNotification, WindowError,
};
pub use social_media_posting::SocialFigures;
pub use wait::Patience;
pub use world::token::{ROTATION_OVERLAP, Scopes, TokenInfo, TokenLevel, TokenSecret};
pub use world::{RecordChange, Snapshot, WhatChanged, WorldDiff};
