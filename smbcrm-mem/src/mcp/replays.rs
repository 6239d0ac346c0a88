//! Answers kept under idempotency keys, so that a repeated execution is answered and not carried out again.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;

use parking_lot::Mutex;
use rmcp::model::CallToolResult;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// How many answers are kept; the oldest go first.
const KEPT: usize = 1_000;

/// The newest answers, by caller and key.
#[derive(Debug, Default)]
pub(crate) struct Replays(Mutex<VecDeque<(Key, Arc<Slot>)>>);

type Key = [u8; 32];

#[derive(Debug)]
struct Slot {
    /// What was asked for, so that a key is not used for two things.
    asked: Key,
    answer: OnceCell<CallToolResult>,
}

/// A key that stands for another call already.
#[derive(Debug)]
pub(super) struct Reused;

impl Replays {
    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.0.lock().clear();
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
            let mut kept = self.0.lock();
            match kept.iter().find(|(known, _)| *known == key) {
                Some((_, slot)) => Arc::clone(slot),
                None => {
                    let slot = Arc::new(Slot { asked, answer: OnceCell::new() });
                    if kept.len() == KEPT {
                        kept.pop_front();
                    }
                    kept.push_back((key, Arc::clone(&slot)));
                    slot
                }
            }
        };
        if slot.asked != asked && slot.answer.initialized() {
            return Err(Reused);
        }
        Ok(match slot.answer.get_or_try_init(call).await {
            Ok(answer) => answer.clone(),
            Err(refused) => refused,
        })
    }
}

fn hash(caller: &Key, text: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(caller);
    hash.update(text.as_bytes());
    hash.finalize().into()
}
