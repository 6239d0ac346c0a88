//! The troubleshooting map: what to check next.

use super::{Error, ErrorKind};

pub(super) fn of(error: &Error) -> &'static str {
    let said = |text: &str| error.messages().iter().any(|message| message.contains(text));
    match error.kind() {
        ErrorKind::Unauthenticated if said("version header") => {
            "Send the `Version` header of the operation's product; every Operation carries it."
        }
        ErrorKind::Unauthenticated => {
            "Check that the token is valid and not rotated out, belongs to this environment and account, is sent as \
             `Authorization: Bearer pit-…`, and that the Version header is set."
        }
        ErrorKind::Forbidden if said("scope") => {
            "Add the operation's scope to the Private Integration Token (the operation names it); editing scopes \
             keeps the token's value."
        }
        ErrorKind::Forbidden if said("authClass") || said("Forbidden resource") => {
            "The token's level is wrong: agency operations need an agency token, sub-account operations a \
             sub-account token."
        }
        ErrorKind::Forbidden => {
            "Check the token's scopes and level, that `locationId` is set and is the token's own, and that the record \
             belongs to that sub-account."
        }
        ErrorKind::PaymentRequired => {
            "Check that a paid plan is active and that there are credits left; `meta` says how many, where it is known."
        }
        ErrorKind::Unavailable if error.code() == Some("provider_unavailable") => {
            "This deployment is not set up for the provider; trying again does not help."
        }
        ErrorKind::NotFound if said("IAM Service") => {
            "The path is unknown or written in the wrong case; check the base URL (https://services.smbcrm.com)."
        }
        ErrorKind::NotFound => {
            "Check the base URL, that the id is not stale (deleted or merged), and that it belongs to this sub-account."
        }
        ErrorKind::Invalid if said("should not exist") => {
            "Remove the named property or correct its spelling; the API refuses what it does not declare."
        }
        ErrorKind::Invalid => {
            "Check required fields, enum values, custom-field ids and formats, phone and e-mail, pipeline and stage \
             ids, and that `locationId` is present."
        }
        ErrorKind::Duplicate => {
            "The record exists (see `existing_id`). Check the sub-account's duplicate setting, use upsert instead of \
             create, and compare phone numbers in E.164."
        }
        ErrorKind::Conflict if said("slot you have selected") => {
            "Somebody was faster, or the time is closed, past, too near or too far: ask for the free slots again and \
             offer one of them."
        }
        ErrorKind::Conflict => "Read the record again: its state does not allow this now.",
        ErrorKind::RateLimited => {
            "Wait for `retry_after`; share one client per token, and read the limits it has learned from the headers."
        }
        ErrorKind::Unavailable => "The API is down or overloaded; try again later with backoff.",
        ErrorKind::Ambiguous => {
            "The answer was lost, so the write may have happened: search for the record before sending it again, or \
             use an upsert, which may be repeated."
        }
        ErrorKind::Transport => "Nothing reached the API: check the network, DNS, TLS, proxy and base URL.",
        ErrorKind::Decode => {
            "The answer does not fit this version's types, so a write was probably carried out: look before sending it \
             again. Where a proxy answered, see to it; else please report this."
        }
        ErrorKind::Unsupported => "This backend does not have the operation; see docs/src/fidelity.md.",
    }
}
