//! Waiting for something to happen, without asking again and again.

use std::future::Future;
use std::time::Duration;

use futures::future::{Either, select};

use crate::Clock;

/// How long to wait for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Patience {
    /// As long as it takes.
    Forever,
    /// Real time: needs a Tokio runtime with a timer. The timer of a paused runtime jumps, so such a test waits for
    /// nothing.
    Real(Duration),
    /// Time of the world's clock. Where that is real, the same as [`Patience::Real`]; where it is virtual, until it is
    /// moved past the end.
    World(Duration),
}

/// Looks until there is something to see, again after each sign; `None` when patience has run out.
///
/// A sign is asked for before looking, so that nothing that comes while we look is missed.
pub(crate) async fn until<T, S: Future<Output = ()>>(
    clock: &Clock,
    patience: Patience,
    sign: impl Fn() -> S,
    mut look: impl FnMut() -> Option<T>,
) -> Option<T> {
    let (real, end) = match patience {
        Patience::Forever => (None, None),
        Patience::World(time) if clock.is_virtual() => {
            let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
            (None, Some(clock.millis().saturating_add(time)))
        }
        Patience::Real(time) | Patience::World(time) => (Some(time), None),
    };
    let waiting = async {
        loop {
            let (sign, moved) = (std::pin::pin!(sign()), std::pin::pin!(clock.moved()));
            if let Some(found) = look() {
                return Some(found);
            }
            if end.is_some_and(|end| clock.millis() >= end) {
                return None;
            }
            match select(sign, moved).await {
                Either::Left(_) | Either::Right(_) => {}
            }
        }
    };
    match real {
        Some(time) => tokio::time::timeout(time, waiting).await.ok().flatten(),
        None => waiting.await,
    }
}
