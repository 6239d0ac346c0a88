//! The contract: what every implementation of the API must do, as tests to run against any of them.
//!
//! A [`Case`] is an async function over a [`Stage`]: a fresh sub-account, an API to it, and whatever privileged hands
//! the backend lends ([`Hands`]). The same cases run against the in-memory CRM in process, through the socket-free
//! loopback, over HTTP, and – as far as it has hands – against a live account.
//!
//! ```no_run
//! use smbcrm_core::contract::{self, Backend, Stage};
//!
//! # struct Mine;
//! # #[async_trait::async_trait]
//! # impl Backend for Mine {
//! #     fn name(&self) -> &str { "mine" }
//! #     async fn stage(&self) -> smbcrm_core::Result<Stage> { unimplemented!() }
//! # }
//! # async fn run() {
//! let report = contract::run(&Mine, contract::cases()).await; // a backend's whole test file
//! assert!(report.passed(), "{report}");
//! # }
//! ```
//!
//! The APIs beside SMBcrm's have suites of their own: [`sales_boost`], [`smarfle`].
//!
//! # Writing a case
//!
//! One file a product, one private `async fn name(stage: &Stage) -> Verdict` a behaviour, one line for it in the
//! product's list ([`cases!`]). A function that no list names fails the build (`dead_code` is denied here). A case
//!
//! - sets up what it needs through the API, with [`Stage::unique`] names, and hands what it makes to
//!   [`Stage::discard`] so that a live account is left as it was ([`Stage::contact`] does);
//! - checks with [`ensure!`], [`ensure_eq!`] and [`refused`], which name what was seen;
//! - asks for a hand it needs with `stage.hands.….ok_or_skip("why")?`; a backend without it skips the case.
#![deny(dead_code)]
#![allow(
    clippy::cloned_ref_to_slice_refs,
    clippy::field_reassign_with_default,
    reason = "cases read as what they say, not as what is quickest"
)]

mod agent_studio;
mod backend;
mod blogs;
mod businesses;
mod calendars;
mod campaigns;
mod contacts;
mod conversations;
mod custom_fields;
mod discard;
mod emails;
mod forms;
mod locations;
mod opportunities;
mod payments;
mod refusals;
mod runner;
pub mod sales_boost;
mod samples;
pub mod smarfle;
mod social_media_posting;
mod surveys;
mod users;
mod workflows;

pub use backend::{Access, Backend, Hands, Level, NoHands, Plant, Set, Stage, WireRequest};
pub use discard::Made;
pub use runner::{Case, Failure, HandOrSkip, Outcome, Report, Verdict, refused, run};

/// Every case, product by product, and the sweep over all operations.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    let products = [
        calendars::CASES,
        contacts::CASES,
        conversations::CASES,
        locations::CASES,
        opportunities::CASES,
        users::PRODUCT,
        businesses::PRODUCT,
        campaigns::PRODUCT,
        workflows::PRODUCT,
        custom_fields::PRODUCT,
        agent_studio::PRODUCT,
        payments::PRODUCT,
        social_media_posting::PRODUCT,
        blogs::PRODUCT,
        emails::PRODUCT,
    ];
    let products = products.into_iter().flatten().copied();
    let products = products.chain([forms::CASES, surveys::CASES]);
    [refusals::CASES].into_iter().chain(products).flatten()
}

/// A product's list: the function of each case, and the operations it proves.
#[macro_export]
#[doc(hidden)]
macro_rules! __contract_cases {
    ($($(#[$doc:meta])* $case:ident => [$($operation:expr),* $(,)?]),* $(,)?) => {
        $crate::contract::cases! { on $crate::contract::Stage: $($case => [$($operation),*]),* }
    };
    (on $stage:path: $($(#[$doc:meta])* $case:ident => [$($operation:expr),* $(,)?]),* $(,)?) => {
        /// The cases of this file.
        pub(crate) static CASES: &[$crate::contract::Case<$stage>] = &[$({
            fn run<'a>(
                stage: &'a $stage,
            ) -> $crate::operation::BoxFuture<'a, $crate::contract::Verdict> {
                Box::pin($case(stage))
            }
            $crate::contract::Case {
                name: concat!(module_path!(), "::", stringify!($case)),
                operations: &[$(&$operation),*],
                run,
            }
        }),*];
    };
}

/// Fails the case, naming what was seen, unless the condition holds.
#[macro_export]
#[doc(hidden)]
macro_rules! __contract_ensure {
    ($condition:expr $(,)?) => {
        if !$condition {
            return Err($crate::contract::Failure::new(format!(
                "{}:{}: not so: {}", file!(), line!(), stringify!($condition)
            )));
        }
    };
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err($crate::contract::Failure::new(format!("{}:{}: {}", file!(), line!(), format!($($text)+))));
        }
    };
}

/// Fails the case, showing both, unless the two are equal.
#[macro_export]
#[doc(hidden)]
macro_rules! __contract_ensure_eq {
    ($seen:expr, $expected:expr $(,)?) => {
        match (&$seen, &$expected) {
            (seen, expected) => {
                if seen != expected {
                    return Err($crate::contract::Failure::new(format!(
                        "{}:{}: {} is {:?}, expected {:?}",
                        file!(),
                        line!(),
                        stringify!($seen),
                        seen,
                        expected
                    )));
                }
            }
        }
    };
}

pub use crate::{__contract_cases as cases, __contract_ensure as ensure, __contract_ensure_eq as ensure_eq};
