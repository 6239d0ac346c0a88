//! The book's and the README's Rust code, compiled and run as documentation tests.
//!
//! Blocks marked `rust,ignore` include parts of the examples, which are compiled as such.

macro_rules! pages {
    ($($page:ident: $path:literal),* $(,)?) => {$(
        #[doc = include_str!(concat!("../../../", $path))]
        mod $page {}
    )*};
}

pages! {
    readme: "README.md",
    introduction: "docs/src/introduction.md",
    getting_started: "docs/src/getting-started.md",
    backends: "docs/src/backends.md",
    auth: "docs/src/auth.md",
    contacts: "docs/src/contacts.md",
    search: "docs/src/search.md",
    opportunities: "docs/src/opportunities.md",
    calendars: "docs/src/calendars.md",
    conversations: "docs/src/conversations.md",
    forms: "docs/src/forms.md",
    payments: "docs/src/payments.md",
    publishing: "docs/src/publishing.md",
    importing: "docs/src/importing.md",
    errors: "docs/src/errors.md",
    webhooks: "docs/src/webhooks.md",
    testing: "docs/src/testing.md",
    receiving: "docs/src/receiving.md",
    faults: "docs/src/faults.md",
    workflows: "docs/src/workflows.md",
    agents: "docs/src/agents.md",
    sales_boost: "docs/src/sales-boost.md",
    time: "docs/src/time.md",
    server: "docs/src/server.md",
    assistants: "docs/src/assistants.md",
    smarfle: "docs/src/smarfle.md",
    architecture: "docs/src/architecture.md",
}
