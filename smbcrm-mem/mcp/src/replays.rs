//! Answers kept under idempotency keys, so that a repeated execution is answered and not carried out again.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::CallToolResult;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// How many answers are kept; the oldest go first.
const KEPT: usize = 1_000;

/// The newest answers, by caller and key.
#[derive(Debug, Default)]
pub(crate) struct Replays(Mutex<VecDeque<(Key, Arc<Slot>)>>);

type Key = [u8; 32];

/// What was asked for, so that a key is not used for two things, and what was answered.
type Slot = OnceCell<(Key, CallToolResult)>;

/// A key that stands for another call already.
#[derive(Debug)]
pub(super) struct Reused;

impl Replays {
    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Key, Arc<Slot>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer kept under a key; where there is none, runs `call` and keeps what succeeded. Of several calls at once
    /// one is carried out, and the others wait for its answer.
    pub(super) async fn once<F: Future<Output = Result<CallToolResult, CallToolResult>>>(
        &self,
        caller: &Key,
        key: &str,
        asked: &str,
        call: impl FnOnce() -> F,
    ) -> Result<CallToolResult, Reused> {
        let (key, asked) = (hash(caller, key), hash(caller, asked));
        let slot = {
            let mut kept = self.kept();
            match kept.iter().find(|(known, _)| *known == key) {
                Some((_, slot)) => Arc::clone(slot),
                None => {
                    let slot = Arc::new(Slot::new());
                    if kept.len() == KEPT {
                        kept.pop_front();
                    }
                    kept.push_back((key, Arc::clone(&slot)));
                    slot
                }
            }
        };
        let run = async || call().await.map(|answer| (asked, answer));
        match slot.get_or_try_init(run).await {
            Ok((of, _)) if *of != asked => Err(Reused),
            Ok((_, answer)) => Ok(answer.clone()),
            // A refusal changed nothing, so the key is still free.
            Err(refused) => Ok(refused),
        }
    }
}

fn hash(caller: &Key, text: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(caller);
    hash.update(text.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use rmcp::model::ContentBlock;

    use super::*;

    fn said(text: &str) -> CallToolResult {
        CallToolResult::success(vec![ContentBlock::text(text)])
    }

    async fn once(
        replays: &Replays,
        key: &str,
        asked: &str,
        outcome: Result<CallToolResult, CallToolResult>,
    ) -> Result<CallToolResult, Reused> {
        replays.once(&[0; 32], key, asked, || std::future::ready(outcome)).await
    }

    #[tokio::test]
    async fn a_key_stands_for_one_call_that_succeeded() {
        let replays = Replays::default();
        // A refused call leaves the key free, for another call too.
        assert_eq!(once(&replays, "k", "a", Err(said("no"))).await.unwrap(), said("no"));
        assert_eq!(once(&replays, "k", "b", Ok(said("yes"))).await.unwrap(), said("yes"));
        assert_eq!(once(&replays, "k", "b", Ok(said("again"))).await.unwrap(), said("yes"));
        assert!(once(&replays, "k", "a", Ok(said("other"))).await.is_err());
        replays.clear();
        assert_eq!(once(&replays, "k", "a", Ok(said("new"))).await.unwrap(), said("new"));
        for key in 0..KEPT {
            once(&replays, &key.to_string(), "x", Ok(said("x"))).await.unwrap();
        }
        assert_eq!(replays.kept().len(), KEPT);
        assert_eq!(once(&replays, "k", "a", Ok(said("forgotten"))).await.unwrap(), said("forgotten"));
    }
}
