//! The whole API as one object.

#[cfg(feature = "server")]
use std::fmt;

#[cfg(feature = "server")]
use crate::error::Result;
use crate::operation::Operation;
#[cfg(feature = "server")]
use crate::operation::{Arguments, BoxFuture, Response};

/// How one operation is answered, whatever its product.
#[cfg(feature = "server")]
pub struct Endpoint {
    /// The operation.
    pub operation: &'static Operation,
    #[allow(clippy::type_complexity)]
    call: Box<dyn for<'a> Fn(&'a dyn Crm, Arguments) -> BoxFuture<'a, Result<Response>> + Send + Sync>,
}

#[cfg(feature = "server")]
impl Endpoint {
    /// Decodes the arguments, calls the operation on `crm`, encodes the reply.
    pub fn call<'a>(&self, crm: &'a dyn Crm, arguments: Arguments) -> BoxFuture<'a, Result<Response>> {
        (self.call)(crm, arguments)
    }
}

#[cfg(feature = "server")]
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.operation)
    }
}

/// One line a product: everything that must know all products follows from this list.
macro_rules! products {
    ($($(#[$doc:meta])* $name:ident: $product:ident),* $(,)?) => {
        /// The API, product by product. Write an app against `&dyn Crm`; production and tests differ in one line.
        ///
        /// Whatever implements every product implements it: `smbcrm_client::Client`, `smbcrm_mem::MemCrm`, a
        /// [`crate::operation::Loopback`], any [`crate::operation::Transport`] of your own.
        pub trait Crm: Send + Sync + 'static {
            $($(#[$doc])* fn $name(&self) -> &(dyn crate::$name::$product + 'static);)*
        }

        impl<T: $(crate::$name::$product +)* Send + Sync + 'static> Crm for T {
            $(fn $name(&self) -> &(dyn crate::$name::$product + 'static) { self })*
        }

        /// Every declared operation, product by product.
        pub fn operations() -> impl Iterator<Item = &'static Operation> {
            let all: [&'static [&'static Operation]; _] = [$(&crate::$name::operations::ALL),*];
            all.into_iter().flat_map(|product| product.iter().copied())
        }

        /// How every operation is answered: what a server's router is made of.
        #[cfg(feature = "server")]
        pub fn endpoints() -> Vec<Endpoint> {
            let mut endpoints = Vec::new();
            $(
                endpoints.extend(<dyn crate::$name::$product>::ROUTES.iter().map(|route| Endpoint {
                    operation: route.operation,
                    call: Box::new(|crm, arguments| (route.call)(crm.$name(), arguments)),
                }));
            )*
            endpoints
        }

        /// Answers one operation from `crm`; `None` when no product declares it.
        #[cfg(feature = "server")]
        pub(crate) fn call<'a>(
            crm: &'a dyn Crm,
            operation: &'static Operation,
            arguments: Arguments,
        ) -> Option<BoxFuture<'a, Result<Response>>> {
            $(
                // By the operation itself: a product's name need not be its module's (`custom-fields`).
                if let Some(route) = <dyn crate::$name::$product>::ROUTES.iter().find(|r| r.operation == operation) {
                    return Some((route.call)(crm.$name(), arguments));
                }
            )*
            None
        }
    };
}

products! {
    /// Calendars, their free slots and what is booked in them.
    calendars: Calendars,
    /// People a sub-account talks to.
    contacts: Contacts,
    /// What a sub-account and its contacts write to each other.
    conversations: Conversations,
    /// Sub-accounts and what is defined on them.
    locations: Locations,
    /// Deals in pipelines.
    opportunities: Opportunities,
    /// Forms and what visitors submitted to them.
    forms: Forms,
    /// Surveys and what visitors submitted to them.
    surveys: Surveys,
    /// The people who work with the account.
    users: Users,
    /// The companies that contacts belong to.
    businesses: Businesses,
    /// Campaigns that contacts can be put into.
    campaigns: Campaigns,
    /// Workflows that contacts can be put through.
    workflows: Workflows,
    /// The fields of custom objects and businesses, and their folders.
    custom_fields: CustomFields,
    /// Agents and conversations with them.
    agent_studio: AgentStudio,
    /// Orders, and what was paid.
    payments: Payments,
    /// Posts on social networks.
    social_media_posting: SocialMediaPosting,
    /// Blogs and their posts.
    blogs: Blogs,
    /// E-mail templates and campaigns.
    emails: Emails,
}
