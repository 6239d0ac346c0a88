//! What follows from an attempt. The whole question of what is safe to repeat is answered in this file.

use std::time::Duration;

use smbcrm_core::operation::{Operation, Response};
use smbcrm_core::{Error, ErrorKind};

use crate::attempt::{Failure, How, Outcome};
use crate::budget;
use crate::rate_headers::{RateHeaders, retry_after};

/// What follows from an attempt.
pub(crate) enum Verdict {
    /// It succeeded.
    Done(Response),
    /// It failed, and another attempt would be wrong or useless.
    Final(Error),
    /// The token was refused; another one may be accepted.
    Refused(Error),
    /// It failed; another attempt is safe.
    Again {
        error: Error,
        wait: Wait,
        /// What the retry takes from the budget.
        cost: u32,
    },
}

/// How long to wait for the next attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// As long as a 429 asked for, which concerns every call of the client.
    Throttled(Duration),
    /// As long as another answer asked for.
    Told(Duration),
    /// The policy's backoff.
    Backoff,
    /// The policy's longer backoff, after a 429 that does not say how long.
    ThrottledBackoff,
}

/// Judges an attempt; gives back the answer of a refusal.
///
/// `interval` is the learned rate window, for a 429 that does not name it.
pub(crate) fn judge(
    operation: &'static Operation,
    outcome: Outcome,
    interval: Option<Duration>,
) -> (Verdict, Option<Response>) {
    match outcome {
        Outcome::Answer(answer)
            if (200..300).contains(&answer.status) || answer.status == operation.status =>
        {
            (Verdict::Done(answer), None)
        }
        Outcome::Answer(answer) => (refusal(operation, &answer, interval), Some(answer)),
        Outcome::Failed(failure) => (no_answer(operation, failure), None),
    }
}

fn refusal(operation: &'static Operation, answer: &Response, interval: Option<Duration>) -> Verdict {
    let error = Error::from_response(Some(operation), answer);
    if answer.status == 429 {
        return throttled(error, answer, interval);
    }
    // A gateway's timeout comes as a 401 with a text of its own, which the error's kind tells apart.
    match error.kind() {
        ErrorKind::Unavailable => unavailable(operation, error, answer),
        ErrorKind::Unauthenticated => Verdict::Refused(error),
        _ => Verdict::Final(error),
    }
}

/// A 429 was not carried out, so any operation may be repeated, except when the whole day is used up.
fn throttled(error: Error, answer: &Response, interval: Option<Duration>) -> Verdict {
    let told = RateHeaders::read(answer);
    if told.day_is_over() {
        return Verdict::Final(match told.daily_reset {
            Some(reset) => error.retry_in(reset),
            None => error,
        });
    }
    // Without `Retry-After`, which the API itself never sends, one window is the safe wait.
    let window = (told.remaining == Some(0)).then(|| told.interval.or(interval)).flatten();
    match retry_after(answer).or(error.retry_after()).or(window) {
        Some(wait) => {
            Verdict::Again { error: error.retry_in(wait), wait: Wait::Throttled(wait), cost: budget::RETRY }
        }
        None => Verdict::Again { error, wait: Wait::ThrottledBackoff, cost: budget::RETRY },
    }
}

fn unavailable(operation: &'static Operation, error: Error, answer: &Response) -> Verdict {
    // Said of a deployment that is not set up for it: nothing was done, and nothing will be.
    if error.code() == Some("provider_unavailable") {
        return Verdict::Final(error);
    }
    let again = matches!(answer.status, 401 | 408 | 425 | 500 | 502..=504 | 520..=524);
    match retry_after(answer) {
        // Who says when to come back has not carried the request out.
        Some(wait) if again => {
            Verdict::Again { error: error.retry_in(wait), wait: Wait::Told(wait), cost: budget::RETRY }
        }
        _ if !operation.idempotent => Verdict::Final(error.into_kind(ErrorKind::Ambiguous)),
        _ if again => Verdict::Again { error, wait: Wait::Backoff, cost: budget::RETRY },
        _ => Verdict::Final(error),
    }
}

fn no_answer(operation: &'static Operation, failure: Failure) -> Verdict {
    let Failure { how, error } = failure;
    match how {
        How::Unsendable | How::Tls | How::Redirected | How::TooLarge => Verdict::Final(error),
        How::Unreached => Verdict::Again { error, wait: Wait::Backoff, cost: budget::RETRY },
        How::TimedOut | How::Lost if operation.idempotent => {
            Verdict::Again { error, wait: Wait::Backoff, cost: budget::RETRY_AFTER_SILENCE }
        }
        How::TimedOut | How::Lost => Verdict::Final(error.into_kind(ErrorKind::Ambiguous)),
    }
}

#[cfg(test)]
mod tests {
    use smbcrm_core::contacts::operations::{CREATE, DELETE, GET, SEARCH, UPSERT};

    use super::*;

    /// What the table in [`crate::RetryPolicy`] promises, row by row.
    #[test]
    fn the_table_holds() {
        let verdict = |operation: &'static Operation, answer: Response| -> &'static str {
            match judge(operation, Outcome::Answer(answer), None).0 {
                Verdict::Done(_) => "done",
                Verdict::Refused(_) => "token",
                Verdict::Again { .. } => "again",
                Verdict::Final(error) if error.kind() == ErrorKind::Ambiguous => "ambiguous",
                Verdict::Final(_) => "final",
            }
        };
        let bare = |status| Response::new(status, "");
        let dated = |status| bare(status).with_header("retry-after", "1");
        for status in [408, 425, 500, 502, 503, 504, 520, 524] {
            for repeatable in [&GET, &SEARCH, &UPSERT, &DELETE] {
                assert_eq!(verdict(repeatable, bare(status)), "again", "{repeatable} {status}");
            }
            assert_eq!(verdict(&CREATE, bare(status)), "ambiguous", "{status}");
            assert_eq!(verdict(&CREATE, dated(status)), "again", "{status}");
        }
        for status in [400, 403, 404, 409, 413, 422, 501] {
            assert_eq!(verdict(&GET, bare(status)), "final", "{status}");
            assert_eq!(verdict(&CREATE, dated(status)), "final", "{status}");
        }
        assert_eq!(verdict(&GET, bare(505)), "final");
        assert_eq!(verdict(&CREATE, bare(505)), "ambiguous");
        assert_eq!(verdict(&CREATE, bare(429)), "again");
        assert_eq!(verdict(&CREATE, bare(429).with_header("x-ratelimit-daily-remaining", "0")), "final");
        assert_eq!(verdict(&GET, bare(401)), "token");
        let late = || Response::new(401, r#"{"statusCode":401,"message":"Command timed out"}"#);
        assert_eq!((verdict(&GET, late()), verdict(&CREATE, late())), ("again", "ambiguous"));
        let scope = r#"{"statusCode":401,"message":"The token is not authorized for this scope."}"#;
        assert_eq!(verdict(&GET, Response::new(401, scope)), "final");
        assert_eq!(verdict(&CREATE, bare(201)), "done");
        let not_set_up = r#"{"error":"provider_unavailable","message":"HubSpot is not set up."}"#;
        assert_eq!(verdict(&GET, Response::new(503, not_set_up)), "final");
        assert_eq!(verdict(&CREATE, Response::new(503, not_set_up)), "final");
    }

    #[test]
    fn a_429_waits_for_a_window() {
        let wait = |answer: Response, learned| match judge(&CREATE, Outcome::Answer(answer), learned).0 {
            Verdict::Again { wait, .. } => wait,
            _ => panic!("a 429 is retried"),
        };
        let second = Duration::from_secs(1);
        let empty = || Response::new(429, "").with_header("x-ratelimit-remaining", "0");
        assert_eq!(wait(empty(), None), Wait::ThrottledBackoff);
        assert_eq!(wait(empty(), Some(second)), Wait::Throttled(second));
        let told = empty().with_header("x-ratelimit-interval-milliseconds", "10000");
        assert_eq!(wait(told, Some(second)), Wait::Throttled(10 * second));
        assert_eq!(wait(empty().with_header("retry-after", "3"), Some(second)), Wait::Throttled(3 * second));
    }
}
