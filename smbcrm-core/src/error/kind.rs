//! Sorting refusals by meaning.

/// What went wrong, by meaning. For a write, it also says whether anything may have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The token is missing, unknown, expired or revoked. Nothing happened.
    Unauthenticated,
    /// The token is good but may not do this, or not in this sub-account. Nothing happened.
    Forbidden,
    /// The plan or the credits do not cover it. Nothing happened.
    PaymentRequired,
    /// The record, the route or the sub-account does not exist. Nothing happened.
    NotFound,
    /// The input was refused; [`super::Error::messages`] names the fields. Nothing happened.
    Invalid,
    /// The record exists already; [`super::Error::existing_id`] names it. Nothing happened.
    Duplicate,
    /// The record is in a state that does not allow this, or the slot is not free any more. Nothing happened.
    Conflict,
    /// Too many requests; [`super::Error::retry_after`] says when to go on. Nothing happened.
    RateLimited,
    /// The API is down or overloaded. A read may be tried again.
    Unavailable,
    /// A write was sent and its answer was lost: it may have happened. Look before sending it again.
    Ambiguous,
    /// The request did not reach the API. Nothing happened.
    Transport,
    /// The answer says that it succeeded and cannot be read. A write has happened, if it was the API that answered:
    /// look before sending it again.
    Decode,
    /// This implementation does not have the operation. Nothing happened.
    Unsupported,
}

/// The kind of an answer. Statuses alone mislead: missing records answer 400, missing scopes 401.
pub(super) fn classify(status: u16, messages: &[String], code: Option<&str>) -> ErrorKind {
    let said = |text: &str| messages.iter().any(|message| message.contains(text));
    if code == Some("OPPORTUNITY_NO_DUPLICATE")
        || code.is_some_and(|code| code.ends_with("_ALREADY_EXISTS") || code == "integration_exists")
        || said("does not allow duplicated")
        || said("duplicate opportunity")
        || (status == 400 && said("already exist"))
    {
        return ErrorKind::Duplicate;
    }
    if status == 400 && said("slot you have selected is no longer available") {
        return ErrorKind::Conflict;
    }
    match status {
        401 if said("Command timed out") => ErrorKind::Unavailable,
        401 if said("not authorized for this scope")
            || said("not accessible from this token")
            || said("authClass type is not allowed")
            || said("do not have access to this feature")
            || code.is_some_and(|code| code.ends_with("_NO_ACCESS")) =>
        {
            ErrorKind::Forbidden
        }
        401 if said("not yet supported by the IAM Service") => ErrorKind::NotFound,
        401 => ErrorKind::Unauthenticated,
        402 => ErrorKind::PaymentRequired,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        400 if said("not found") && !said("query parameter") => ErrorKind::NotFound,
        400 | 405 | 413 | 414 | 415 | 422 => ErrorKind::Invalid,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        501 => ErrorKind::Unsupported,
        408 | 425 | 500..=599 => ErrorKind::Unavailable,
        300..=399 => ErrorKind::Decode,
        _ => ErrorKind::Invalid,
    }
}
