//! Which refusals an API answers with, of which operations, and what stands in them.

use super::{BodyKind, Operation};

/// A refusal that an API answers with.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What the OpenAPI document calls it among its components.
    pub name: &'static str,
    /// What it says of a request.
    pub meaning: &'static str,
    /// Whether an operation answers with it.
    pub of: fn(&Operation) -> bool,
}

/// What a key of a refusal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Said {
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A text, or a list of several.
    TextOrTexts,
    /// An object of what is known besides.
    Object,
    /// A UUID.
    Uuid,
    /// Any JSON.
    Any,
}

const fn refusal(
    status: u16,
    name: &'static str,
    meaning: &'static str,
    of: fn(&Operation) -> bool,
) -> Refusal {
    Refusal { status, name, meaning, of }
}

/// Of SMBcrm.
pub(super) static CRM: [Refusal; 8] = [
    refusal(
        400,
        "BadRequest",
        "The record does not exist, exists already, or the input makes no sense.",
        any,
    ),
    refusal(
        401,
        "Unauthorized",
        "The token is missing, unknown or lacks the scope, or Version is missing.",
        any,
    ),
    refusal(403, "Forbidden", "The token has no access to this sub-account.", any),
    refusal(404, "NotFound", "The record does not exist.", says_404),
    refusal(413, "PayloadTooLarge", "A file is larger than is taken.", takes_files),
    refusal(415, "UnsupportedMediaType", "A file is of a type that is not taken.", takes_files),
    refusal(422, "Unprocessable", "The input is refused; every violation is listed.", any),
    refusal(429, "TooManyRequests", "The burst or daily limit is used up.", any),
];

/// The union of what stands in SMBcrm's refusals (behaviour c.1); a client has to read all of it.
pub(super) static CRM_SAYS: [(&str, Said, &str); 10] = [
    ("statusCode", Said::Number, "The HTTP status, as a rule; trust the answer's own."),
    ("status", Said::Number, "As `statusCode`, of the products that call it so."),
    ("message", Said::TextOrTexts, "What is wrong; of a refused input every violation."),
    ("error", Said::Text, "The status in words; what is wrong, where there is no `message`."),
    ("name", Said::Text, "The server's name of the failure."),
    ("code", Said::Text, "What is wrong, as a code."),
    ("canonicalCode", Said::Text, "What is wrong, as a code of conversations."),
    ("conversationId", Said::Text, "The conversation that exists already."),
    ("meta", Said::Object, "The record in question."),
    ("traceId", Said::Uuid, "The request, to the API's makers."),
];

/// Of SMB Sales Boost.
pub(super) static SALES_BOOST: [Refusal; 9] = [
    refusal(400, "BadRequest", "The input is refused; every violation is in `details`.", any),
    refusal(401, "Unauthorized", "The API key is missing, unknown or revoked.", any),
    refusal(402, "PaymentRequired", "There are not enough credits.", takes_a_body),
    refusal(403, "Forbidden", "There is no plan that is paid for.", any),
    refusal(404, "NotFound", "There is no such integration, delivery, provider or lead.", names_a_record),
    refusal(409, "Conflict", "It exists already, or there are as many as there may be.", connects),
    refusal(413, "PayloadTooLarge", "The body is larger than is taken.", takes_a_body),
    refusal(429, "TooManyRequests", "The limit is used up; `retryAfter` says for how long.", any),
    refusal(503, "Unavailable", "The provider is not set up here.", names_a_record),
];

/// What stands in the refusals of SMB Sales Boost.
pub(super) static SALES_BOOST_SAYS: [(&str, Said, &str); 5] = [
    ("error", Said::Text, "What is wrong, as a code."),
    ("message", Said::Text, "What is wrong, in words."),
    ("details", Said::Any, "Every violation of a refused input."),
    ("retryAfter", Said::Number, "When to try again, in seconds."),
    ("creditsRemaining", Said::Number, "How many credits are left."),
];

/// Of Smarfle.
pub(super) static SMARFLE: [Refusal; 9] = [
    refusal(400, "BadRequest", "The request cannot be read.", any),
    refusal(401, "Unauthorized", "The key or session is missing, unknown or expired.", any),
    refusal(403, "Forbidden", "A key may not do this: it takes a session.", any),
    refusal(404, "NotFound", "There is no such record, or no such organisation.", any),
    refusal(409, "Conflict", "It is not in a state in which this can be done.", writes),
    refusal(413, "PayloadTooLarge", "The body is larger than is taken.", takes_a_body),
    refusal(422, "Unprocessable", "The input is refused; every violation is in `details`.", any),
    refusal(429, "TooManyRequests", "The key's limit is used up; `retryAfter` says for how long.", any),
    refusal(503, "Unavailable", "Requests cannot be counted now.", any),
];

/// What stands in Smarfle's refusals.
pub(super) static SMARFLE_SAYS: [(&str, Said, &str); 4] = [
    ("error", Said::Text, "What is wrong, as a code."),
    ("message", Said::Text, "What is wrong, in words."),
    ("details", Said::Texts, "Every violation of a refused input."),
    ("retryAfter", Said::Number, "When to try again, in seconds."),
];

fn any(_: &Operation) -> bool {
    true
}

fn writes(operation: &Operation) -> bool {
    !operation.read
}

/// Makes an integration, at once or once its owner has consented.
fn connects(operation: &Operation) -> bool {
    takes_a_body(operation) || operation.params.contains(&"provider")
}

fn takes_a_body(operation: &Operation) -> bool {
    operation.body != BodyKind::None
}

fn names_a_record(operation: &Operation) -> bool {
    !operation.params.is_empty()
}

/// An upload, or a step of one.
fn takes_files(operation: &Operation) -> bool {
    operation.body == BodyKind::Multipart || operation.path.split('/').any(|step| step == "upload")
}

/// Where the declaration says 404 for what does not exist; to all the rest it is a 400 (behaviour c.5).
fn says_404(operation: &Operation) -> bool {
    operation.missing == 404
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statuses of refusals that an operation of SMBcrm documents.
    fn statuses(operation: &Operation) -> Vec<u16> {
        CRM.iter().filter(|refusal| (refusal.of)(operation)).map(|refusal| refusal.status).collect()
    }

    #[test]
    fn what_does_not_exist_is_a_404_where_the_api_says_so() {
        use crate::{agent_studio, calendars, contacts, social_media_posting};
        assert_eq!(statuses(&contacts::operations::GET), [400, 401, 403, 422, 429]);
        let says_404 = |operation: &Operation| statuses(operation).contains(&404);
        let count = |all: &[&Operation]| all.iter().filter(|operation| says_404(operation)).count();
        assert_eq!(count(&agent_studio::operations::ALL), 8);
        assert_eq!(count(&calendars::operations::ALL), 5);
        assert_eq!(count(&social_media_posting::operations::ALL), 1);
        assert!(!says_404(&agent_studio::operations::LIST));
    }

    #[test]
    fn uploads_refuse_files() {
        use crate::conversations::operations::{INITIATE_UPLOAD, SEND, UPLOAD_ATTACHMENTS};
        let upload = [400, 401, 403, 413, 415, 422, 429];
        assert_eq!(statuses(&UPLOAD_ATTACHMENTS), upload);
        assert_eq!(statuses(&INITIATE_UPLOAD), upload);
        assert_eq!(statuses(&SEND), [400, 401, 403, 422, 429]);
    }
}
