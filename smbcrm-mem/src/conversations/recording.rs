//! What calls leave behind.

use std::sync::Arc;

use smbcrm_core::Result;
use smbcrm_core::conversations::TranscriptSegment;
use smbcrm_core::operation::Raw;
use smbcrm_core::types::MessageId;

use super::message::missing;
use super::refusal;
use super::state::StoredMessage;
use crate::world::State;

impl State {
    fn stored(&self, id: &MessageId) -> Result<&Arc<StoredMessage>> {
        self.inbox.messages.get(id.as_str()).ok_or_else(|| missing(id))
    }

    pub(super) fn recording(&self, id: &MessageId) -> Result<Raw> {
        let recording = self.stored(id)?.recording.as_deref();
        recording.cloned().ok_or_else(refusal::no_recording)
    }

    pub(super) fn transcript(&self, id: &MessageId) -> Result<Vec<TranscriptSegment>> {
        let transcript = self.stored(id)?.transcript.as_deref();
        transcript.cloned().ok_or_else(refusal::no_transcription)
    }

    /// What was said, a line a sentence: `[00:01:05] Speaker 1: …`.
    pub(super) fn transcript_file(&self, id: &MessageId) -> Result<Raw> {
        let mut text = String::new();
        for segment in self.transcript(id)? {
            let seconds = (segment.start_time / 1000.0).max(0.0) as u64;
            let speaker = match (&segment.speaker, segment.media_channel) {
                (Some(speaker), _) => speaker.to_string(),
                (None, channel) => format!("Speaker {}", channel.unwrap_or(1)),
            };
            text.push_str(&format!(
                "[{:02}:{:02}:{:02}] {speaker}: {}\n",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                segment.transcript
            ));
        }
        Ok(Raw::new("text/plain; charset=utf-8", text))
    }

    /// Gives a call a recording, a transcription or both. `false` when there is no such message.
    pub(crate) fn plant_on_call(
        &mut self,
        id: &MessageId,
        recording: Option<Raw>,
        transcript: Option<Vec<TranscriptSegment>>,
    ) -> bool {
        let Ok(known) = self.stored(id) else { return false };
        let mut stored = StoredMessage::clone(known);
        stored.recording = recording.map(Arc::new).or(stored.recording);
        stored.transcript = transcript.map(Arc::new).or(stored.transcript);
        self.inbox.messages.put(Arc::new(stored));
        true
    }
}
