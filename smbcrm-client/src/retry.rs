//! Trying again: the loop around attempts.

use std::time::Duration;

use smbcrm_core::operation::{Request, Response};
use smbcrm_core::{Error, ErrorKind};

use crate::attempt::{Failure, How, Outcome};
use crate::backoff::ceiling;
use crate::budget;
use crate::client::Inner;
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
}

/// Calls an operation: attempts, waits, attempts again.
pub(crate) async fn run(
    inner: &Inner,
    request: &Request,
    total: Option<Duration>,
) -> Result<Response, Failed> {
    let deadline = Deadline::after(inner.timer.now(), total);
    let mut call = Call { inner, request, deadline, attempts: 0, retries: 0, last_cost: None };
    let outcome = call.run().await;
    outcome.map_err(|failed| Failed {
        error: failed.error.during(request.operation).after_attempts(call.attempts),
        answer: failed.answer,
    })
}

impl Call<'_> {
    async fn run(&mut self) -> Result<Response, Failed> {
        let inner = self.inner;
        let url = inner.wire.base.join(self.request)?;
        let mut token = self.in_time(inner.tokens.lease()).await?;
        let mut replaced = false;
        loop {
            let permit = inner.governor.admit(self.deadline).await?;
            let Some(patience) = self.patience() else {
                permit.not_sent();
                let text = "the total time was over before the request was sent";
                return Err(Error::new(ErrorKind::Transport, text).into());
            };
            let resend = self.attempts;
            self.attempts += 1;
            let outcome = inner.wire.attempt(self.request, &url, &token, resend, patience).await;
            let (verdict, answer) = self.settle(permit, outcome);
            match verdict {
                Verdict::Done(answer) => {
                    inner.budget.pay_in(self.last_cost);
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
                    self.prepare_retry(error, &wait, cost).await.map_err(|error| Failed { error, answer })?;
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

    /// Waits for the next attempt, or gives the error back when there is to be none.
    async fn prepare_retry(&mut self, error: Error, wait: &Wait, cost: u32) -> Result<(), Error> {
        let inner = self.inner;
        if self.retries + 1 >= inner.retry.max_attempts {
            return Err(error);
        }
        let wait = inner.wait(wait, self.retries);
        if !self.deadline.allows(inner.timer.now(), wait) {
            return Err(error.retry_in(wait));
        }
        if !inner.budget.take(cost) {
            return Err(error.caused_by(budget::Spent));
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
        inner.timer.sleep(wait).await;
        Ok(())
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
