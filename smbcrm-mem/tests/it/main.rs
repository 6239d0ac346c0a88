//! The in-memory CRM from outside: the contract suite, and what is kept secret.

mod backends;
mod contract;
mod secrets;
