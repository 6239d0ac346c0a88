//! The rate governor: waits instead of provoking a 429.
//!
//! Every answer tells the limits in its headers; all clones of a client share what was learned. Two rules pace the
//! requests, and the stricter one counts:
//!
//! - **Our own log.** A request holds one of the window's slots from when it is sent until a full window after its
//!   answer. Whatever instants in between the API counts it at, and however its windows are aligned (fixed, sliding, a
//!   refilling bucket), it never sees more than a burst of ours in a window.
//! - **What the API says is left.** Others may use the same token; `remaining` counts them too.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use smbcrm_core::{Error, ErrorKind};
use tokio::sync::Notify;

use crate::rate_headers::RateHeaders;
use crate::timer::{Deadline, Timer};

/// How many requests may be on their way before the first answer: the smallest burst that has been seen.
const UNHEARD: usize = 25;
/// How often one request is let through although the day's are used up, to notice a raised limit.
const PROBE: Duration = Duration::from_secs(60);

/// What a client has learned of its limits from the API's answers. Everything is `None` before the first answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many requests the API takes in one [`interval`](Self::interval).
    pub burst: Option<u32>,
    /// How many requests may be sent now without waiting.
    pub remaining: Option<u32>,
    /// The length of the window that [`burst`](Self::burst) counts in.
    pub interval: Option<Duration>,
    /// How many requests the API takes a day.
    pub daily_limit: Option<u64>,
    /// How many of them were left at the last answer.
    pub daily_remaining: Option<u64>,
    /// In how long the day's count starts anew.
    pub daily_reset_in: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct Governor {
    /// Whether to hold requests back; limits are learned either way.
    paces: bool,
    timer: Arc<dyn Timer>,
    state: Mutex<State>,
    /// Rung whenever an answer frees a slot or teaches a limit.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// The published window, for answers that tell a burst but no window.
    usual: Duration,
    /// Whether any answer has come.
    heard: bool,
    in_flight: usize,
    /// When each answered request gives its slot back, soonest first.
    held: VecDeque<Instant>,
    burst: Option<u32>,
    interval: Option<Duration>,
    told: Option<Told>,
    /// After a 429: no request before this.
    closed_until: Option<Instant>,
    daily_limit: Option<u64>,
    daily_remaining: Option<u64>,
    daily_reset_at: Option<Instant>,
    next_probe: Option<Instant>,
}

/// What the API said is left, less what was sent since.
#[derive(Debug, Clone, Copy)]
struct Told {
    left: u32,
    until: Instant,
}

/// What a request has to do now.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Go,
    /// Sleep this long, then ask again.
    Wait(Duration),
    /// Only an answer to another request can free a slot.
    WaitForAnswer,
    /// The day's requests are used up; they come back in this long.
    DayOver(Duration),
}

impl State {
    /// Decides, and takes the slot when the answer is to go.
    fn decide(&mut self, now: Instant) -> Decision {
        if let Some(reset) = self.day_over(now) {
            if self.next_probe.is_some_and(|at| now < at) {
                return Decision::DayOver(reset);
            }
            self.next_probe = Some(later(now, PROBE));
        }
        if let Some(at) = self.closed_until.filter(|at| *at > now) {
            return Decision::Wait(at - now);
        }
        if !self.heard && self.in_flight >= UNHEARD {
            return Decision::WaitForAnswer;
        }
        self.forget(now);
        if self.burst.is_some_and(|burst| self.in_use() >= burst as usize) {
            return self.held.front().map_or(Decision::WaitForAnswer, |at| Decision::Wait(*at - now));
        }
        if let Some(told) = &mut self.told {
            if told.left == 0 {
                return Decision::Wait(told.until - now);
            }
            told.left -= 1;
        }
        self.in_flight += 1;
        Decision::Go
    }

    /// How long the day's requests stay used up, if they are and it is known.
    fn day_over(&self, now: Instant) -> Option<Duration> {
        let reset = self.daily_reset_at?.checked_duration_since(now)?;
        (self.daily_remaining == Some(0) && !reset.is_zero()).then_some(reset)
    }

    /// Gives back slots whose window has passed, and drops what was told about one.
    fn forget(&mut self, now: Instant) {
        while self.held.front().is_some_and(|at| *at <= now) {
            self.held.pop_front();
        }
        self.told = self.told.filter(|told| told.until > now);
    }

    fn in_use(&self) -> usize {
        self.in_flight + self.held.len()
    }

    fn window(&self) -> Duration {
        self.interval.unwrap_or(self.usual)
    }

    /// Keeps the slot for a full window more. Until a limit is known there are no slots to keep.
    fn hold(&mut self, now: Instant) {
        if self.burst.is_some() {
            self.held.push_back(later(now, self.window()));
        }
    }

    fn learn(&mut self, now: Instant, headers: &RateHeaders) {
        self.heard = true;
        self.burst = headers.burst.or(self.burst);
        self.interval = headers.interval.or(self.interval);
        self.daily_limit = headers.daily_limit.or(self.daily_limit);
        self.daily_remaining = headers.daily_remaining.or(self.daily_remaining);
        if let Some(reset) = headers.daily_reset {
            self.daily_reset_at = Some(later(now, reset));
        }
        if headers.daily_remaining.is_some_and(|left| left > 0) {
            self.next_probe = None;
        } else if headers.day_is_over() {
            self.next_probe = Some(later(now, PROBE));
        }
        self.forget(now);
        if let Some(left) = headers.remaining {
            // Answers overtake each other, so within a window only the smallest number is trusted.
            let ends = headers.reset.unwrap_or_else(|| self.window());
            let until = self.told.map_or_else(|| later(now, ends), |told| told.until);
            let left = self.told.map_or(left, |told| told.left.min(left));
            self.told = Some(Told { left, until });
        }
    }
}

/// An instant so far away that it does not fit is as good as now plus a year; headers are capped far below that.
fn later(now: Instant, wait: Duration) -> Instant {
    now.checked_add(wait).unwrap_or(now)
}

impl Governor {
    pub(crate) fn new(paces: bool, usual: Duration, timer: Arc<dyn Timer>) -> Self {
        let state = State { usual, ..State::default() };
        Self { paces, timer, state: Mutex::new(state), changed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may be sent.
    ///
    /// Fails at once, as rate limited, when the wait would outlast the deadline or the day's requests are used up.
    pub(crate) async fn admit(self: &Arc<Self>, deadline: Deadline) -> Result<Permit, Error> {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // From here on a ring is not missed, even before it is awaited.
            changed.as_mut().enable();
            let now = self.timer.now();
            let decision = {
                let mut state = self.state();
                if self.paces {
                    state.decide(now)
                } else {
                    state.in_flight += 1;
                    Decision::Go
                }
            };
            match decision {
                Decision::Go => return Ok(Permit { governor: self.clone(), settled: false }),
                Decision::DayOver(reset) => {
                    let text = "the day's requests are used up, so nothing was sent";
                    return Err(Error::new(ErrorKind::RateLimited, text).retry_in(reset));
                }
                Decision::Wait(wait) if !deadline.allows(now, wait) => {
                    let text = "the rate limit leaves no request before the deadline, so nothing was sent";
                    return Err(Error::new(ErrorKind::RateLimited, text).retry_in(wait));
                }
                Decision::Wait(wait) => {
                    tracing::debug!(wait_ms = wait.as_millis() as u64, "waiting for the rate limit");
                    self.timer.sleep(wait).await;
                }
                Decision::WaitForAnswer => match deadline.left(now) {
                    None => changed.await,
                    Some(left) => {
                        tokio::time::timeout(left, changed).await.map_err(|_| {
                            let text = "no request was free before the deadline, so nothing was sent";
                            Error::new(ErrorKind::RateLimited, text).retry_in(self.state().window())
                        })?;
                    }
                },
            }
        }
    }

    /// What has been learned, as of now.
    pub(crate) fn limits(&self) -> Limits {
        let now = self.timer.now();
        let mut state = self.state();
        state.forget(now);
        let free =
            state.burst.map(|burst| burst.saturating_sub(u32::try_from(state.in_use()).unwrap_or(u32::MAX)));
        let told = state.told.map(|told| told.left);
        Limits {
            burst: state.burst,
            remaining: free.into_iter().chain(told).min(),
            interval: state.interval,
            daily_limit: state.daily_limit,
            daily_remaining: state.daily_remaining,
            daily_reset_in: state.daily_reset_at.map(|at| at.saturating_duration_since(now)),
        }
    }

    /// One interval, where one has been learned: how long to stay away after a 429 that does not say.
    pub(crate) fn interval(&self) -> Option<Duration> {
        self.state().interval
    }
}

/// Leave to send one request. Dropping it unsettled (a cancelled or lost request) counts the request as sent.
#[derive(Debug)]
pub(crate) struct Permit {
    governor: Arc<Governor>,
    settled: bool,
}

impl Permit {
    /// The request was answered; `closed_for` is how long a 429 asks everybody to stay away.
    pub(crate) fn answered(mut self, headers: &RateHeaders, closed_for: Option<Duration>) {
        self.settle(|state, now| {
            state.learn(now, headers);
            state.hold(now);
            if let Some(wait) = closed_for {
                state.closed_until = state.closed_until.max(Some(later(now, wait)));
            }
        });
    }

    /// The request provably did not reach the API.
    pub(crate) fn not_sent(mut self) {
        self.settle(|state, _| {
            if let Some(told) = &mut state.told {
                told.left += 1;
            }
        });
    }

    fn settle(&mut self, change: impl FnOnce(&mut State, Instant)) {
        let now = self.governor.timer.now();
        {
            let mut state = self.governor.state();
            state.in_flight = state.in_flight.saturating_sub(1);
            change(&mut state, now);
        }
        self.settled = true;
        self.governor.changed.notify_waiters();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.settled {
            self.settle(State::hold);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timer::TokioTimer;

    const WINDOW: Duration = Duration::from_secs(10);

    fn governor() -> Arc<Governor> {
        Arc::new(Governor::new(true, WINDOW, Arc::new(TokioTimer)))
    }

    fn open() -> Deadline {
        Deadline::after(Instant::now(), None)
    }

    fn told(burst: u32, remaining: u32) -> RateHeaders {
        RateHeaders {
            burst: Some(burst),
            remaining: Some(remaining),
            interval: Some(WINDOW),
            ..RateHeaders::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_limit_lets_through_until_too_many_wait_for_the_first_answer() {
        let governor = governor();
        let mut permits = Vec::new();
        for _ in 0..UNHEARD {
            permits.push(governor.admit(open()).await.unwrap());
        }
        let next = tokio::spawn({
            let governor = governor.clone();
            async move { governor.admit(open()).await }
        });
        tokio::task::yield_now().await;
        assert!(!next.is_finished());
        // An answer without headers: there is no limit to keep.
        permits.pop().unwrap().answered(&RateHeaders::default(), None);
        next.await.unwrap().unwrap();
        assert_eq!(governor.limits(), Limits::default());
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_have_used_is_respected() {
        let governor = governor();
        governor.admit(open()).await.unwrap().answered(&told(10, 2), None);
        let start = governor.timer.now();
        for _ in 0..2 {
            drop(governor.admit(open()).await.unwrap());
        }
        assert_eq!(governor.timer.now(), start, "two were left");
        drop(governor.admit(open()).await.unwrap());
        assert_eq!(governor.timer.now() - start, WINDOW, "the third waits for the next window");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_beyond_the_deadline_fails_at_once() {
        let governor = governor();
        governor.admit(open()).await.unwrap().answered(&told(10, 0), None);
        let deadline = Deadline::after(governor.timer.now(), Some(Duration::from_secs(3)));
        let error = governor.admit(deadline).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 0));
        assert_eq!(error.retry_after(), Some(WINDOW));
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_used_up_refuses_but_for_a_probe() {
        let governor = governor();
        let over = RateHeaders {
            daily_remaining: Some(0),
            daily_reset: Some(Duration::from_secs(3600)),
            ..RateHeaders::default()
        };
        governor.admit(open()).await.unwrap().answered(&over, None);
        let error = governor.admit(open()).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
        tokio::time::advance(PROBE).await;
        let probe = governor.admit(open()).await.unwrap();
        assert!(governor.admit(open()).await.is_err(), "one probe at a time");
        probe.answered(&RateHeaders { daily_remaining: Some(5), ..over }, None);
        drop(governor.admit(open()).await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_was_not_sent_gives_its_slot_back() {
        let governor = governor();
        governor.admit(open()).await.unwrap().answered(&told(10, 1), None);
        governor.admit(open()).await.unwrap().not_sent();
        assert_eq!(governor.limits().remaining, Some(1));
        drop(governor.admit(open()).await.unwrap());
        assert_eq!(governor.limits().remaining, Some(0), "a lost one may have been counted");
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_closes_the_door_for_everybody() {
        let governor = governor();
        governor.admit(open()).await.unwrap().answered(&RateHeaders::default(), Some(Duration::from_secs(4)));
        let start = governor.timer.now();
        drop(governor.admit(open()).await.unwrap());
        assert_eq!(governor.timer.now() - start, Duration::from_secs(4));
    }
}
