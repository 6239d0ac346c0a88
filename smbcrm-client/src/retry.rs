//! Trying again: the loop around attempts.

use std::time::Duration;

use smbcrm_core::operation::{Request, Response};
use smbcrm_core::{Error, ErrorKind};

use crate::attempt::{Failure, How, Outcome};
use crate::backoff::ceiling;
use crate::budget;
use crate::connection::Inner;
use crate::governor::Permit;
use crate::rate_headers::RateHeaders;
use crate::timer::Deadline;
use crate::verdict::{Verdict, Wait, judge};

/// A call that failed for good: the error, and the answer it was read from, if there was one.
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) answer: Option<Response>,
}

/// One call while it is under way.
struct Call<'a> {
    inner: &'a Inner,
    request: &'a Request,
    deadline: Deadline,
    attempts: u32,
    /// Retries that a failure asked for; sending again with a newer token is not one.
    retries: u32,
    last_cost: Option<u32>,
    /// The failure that the current retry answers.
    last_failure: Option<Failed>,
    /// Whether an earlier attempt may have been carried out.
    uncertain: bool,
}

/// Calls an operation: attempts, waits, attempts again.
pub(crate) async fn run(
    inner: &Inner,
    request: &Request,
    total: Option<Duration>,
) -> Result<Response, Failed> {
    let deadline = Deadline::after(inner.timer.now(), total);
    let mut call = Call {
        inner,
        request,
        deadline,
        attempts: 0,
        retries: 0,
        last_cost: None,
        last_failure: None,
        uncertain: false,
    };
    call.run().await.map_err(|failed| call.finish(failed))
}

impl Call<'_> {
    async fn run(&mut self) -> Result<Response, Failed> {
        let inner = self.inner;
        let url = inner.wire.base.join(self.request)?;
        let mut token = self.in_time(inner.tokens.lease()).await?;
        let mut replaced = false;
        loop {
            let permit = inner.governor.admit(self.deadline).await.map_err(|error| self.not_again(error))?;
            let Some(patience) = self.patience() else {
                permit.not_sent();
                let text = "the total time was over before the request was sent";
                return Err(self.not_again(Error::new(ErrorKind::Transport, text)));
            };
            let resend = self.attempts;
            self.attempts += 1;
            let outcome = inner.wire.attempt(self.request, &url, &token, resend, patience).await;
            let (verdict, answer) = self.settle(permit, outcome);
            match verdict {
                Verdict::Done(mut answer) => {
                    inner.budget.pay_in(self.last_cost);
                    answer.attempts = self.attempts;
                    return Ok(answer);
                }
                Verdict::Final(error) => return Err(Failed { error, answer }),
                Verdict::Refused(error) if replaced => return Err(Failed { error, answer }),
                Verdict::Refused(error) => match self.in_time(inner.tokens.replace(&token)).await {
                    Ok(Some(newer)) => {
                        tracing::debug!(smbcrm.operation = %self.request.operation, "sending again with a newer token");
                        token = newer;
                        replaced = true;
                    }
                    Ok(None) => return Err(Failed { error, answer }),
                    Err(cause) => return Err(Failed { error: error.caused_by(cause), answer }),
                },
                Verdict::Again { error, wait, cost } => {
                    self.prepare_retry(Failed { error, answer }, &wait, cost).await?;
                }
            }
        }
    }

    /// Tells the governor how the attempt ended, and judges it.
    fn settle(&self, permit: Permit, outcome: Outcome) -> (Verdict, Option<Response>) {
        let headers = match &outcome {
            Outcome::Answer(answer) => Some(RateHeaders::read(answer)),
            Outcome::Failed(Failure { how: How::Unsendable | How::Unreached | How::Tls, .. }) => {
                permit.not_sent();
                return judge(self.request.operation, outcome, None);
            }
            // Dropping the permit counts the request as sent.
            Outcome::Failed(_) => None,
        };
        let judged = judge(self.request.operation, outcome, self.inner.governor.interval());
        if let Some(headers) = headers {
            let closed_for = match &judged.0 {
                Verdict::Again { wait: Wait::Throttled(wait), .. } => Some(*wait),
                _ => None,
            };
            permit.answered(&headers, closed_for);
        }
        judged
    }

    /// Waits for the next attempt, or gives the failure back when there is to be none.
    async fn prepare_retry(&mut self, failed: Failed, wait: &Wait, cost: u32) -> Result<(), Failed> {
        let inner = self.inner;
        let Failed { error, answer } = failed;
        if self.retries + 1 >= inner.retry.max_attempts {
            return Err(Failed { error, answer });
        }
        let wait = inner.wait(wait, self.retries);
        if !self.deadline.allows(inner.timer.now(), wait) {
            return Err(Failed { error: error.retry_in(wait), answer });
        }
        if !inner.budget.take(cost) {
            return Err(Failed { error: error.caused_by(budget::Spent), answer });
        }
        tracing::debug!(
            smbcrm.operation = %self.request.operation,
            attempt = self.attempts,
            wait_ms = wait.as_millis() as u64,
            reason = ?error.kind(),
            status = error.status(),
            "trying again"
        );
        self.retries += 1;
        self.last_cost = Some(cost);
        self.uncertain |= error.kind() == ErrorKind::Unavailable;
        self.last_failure = Some(Failed { error, answer });
        inner.timer.sleep(wait).await;
        Ok(())
    }

    /// The next attempt is not made after all: what made it necessary says more than what prevented it.
    fn not_again(&mut self, why: Error) -> Failed {
        match self.last_failure.take() {
            None => why.into(),
            Some(Failed { error, answer }) => {
                let error = match why.retry_after() {
                    Some(wait) => error.retry_in(wait),
                    None => error,
                };
                Failed { error: error.caused_by(why), answer }
            }
        }
    }

    /// Completes the error with what only the whole call knows.
    fn finish(&self, Failed { error, answer }: Failed) -> Failed {
        let mut error = error.during(self.request.operation).after_attempts(self.attempts);
        // "Nothing happened" is true of the last attempt only.
        if self.uncertain && matches!(error.kind(), ErrorKind::Transport | ErrorKind::RateLimited) {
            error = error.into_kind(ErrorKind::Unavailable);
        }
        Failed { error, answer }
    }

    /// How long the next attempt may take; `None` when the call's time is over.
    fn patience(&self) -> Option<Duration> {
        let most = self.inner.attempt_timeout;
        let patience = self.deadline.left(self.inner.timer.now()).map_or(most, |left| left.min(most));
        (!patience.is_zero()).then_some(patience)
    }

    /// Bounds the token provider, which is somebody else's code, by the call's deadline.
    async fn in_time<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Some(left) = self.deadline.left(self.inner.timer.now()) else { return asked.await };
        tokio::time::timeout(left, asked).await.unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Unauthenticated, "the token provider did not answer in time"))
        })
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, answer: None }
    }
}

impl Inner {
    fn wait(&self, wait: &Wait, retries: u32) -> Duration {
        let policy = &self.retry;
        let backoff = |base| self.jitter.up_to(ceiling(base, policy.max_delay, retries));
        match wait {
            // At least what was asked for, and a little more so that not everybody comes at the same instant.
            Wait::Throttled(wait) | Wait::Told(wait) => {
                wait.saturating_add(self.jitter.up_to(policy.base_delay))
            }
            Wait::Backoff => backoff(policy.base_delay),
            Wait::ThrottledBackoff => backoff(policy.throttled_delay),
        }
    }
}
