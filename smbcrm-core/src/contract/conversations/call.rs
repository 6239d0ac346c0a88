//! What calls leave behind.

use super::{is_coded, reachable};
use crate::ErrorKind::NotFound;
use crate::contract::{Failure, HandOrSkip, Plant, Stage, Verdict, cases, ensure, ensure_eq, refused};
use crate::conversations::operations::{DOWNLOAD_TRANSCRIPTION, GET_RECORDING, GET_TRANSCRIPTION};
use crate::conversations::{AddInbound, InboundType, TranscriptSegment};
use crate::operation::Raw;
use crate::types::MessageId;

cases! {
    a_recording_is_heard => [GET_RECORDING],
    a_transcription_is_read => [GET_TRANSCRIPTION, DOWNLOAD_TRANSCRIPTION],
}

async fn call(stage: &Stage) -> Result<MessageId, Failure> {
    let contact = reachable(stage).await?;
    let call = AddInbound::new(InboundType::Call).contact_id(&contact.id);
    Ok(stage.crm.conversations().add_inbound(call).await?.message_id)
}

async fn a_recording_is_heard(stage: &Stage) -> Verdict {
    let id = call(stage).await?;
    let conversations = stage.crm.conversations();
    let error = refused(conversations.get_recording(&id, &stage.location).await, NotFound, 400)?;
    is_coded(&error, "CONVERSATIONS_MSG_RECORDING_NOT_FOUND")?;
    let sound = Raw::new("audio/x-wav", vec![82u8, 73, 70, 70]);
    let planted = stage.hands.plant(Plant::Recording(id.clone(), sound.clone())).await;
    planted.ok_or_skip("recordings cannot be planted here")?;
    ensure_eq!(conversations.get_recording(&id, &stage.location).await?, sound);
    refused(conversations.get_recording(&"nothing".into(), &stage.location).await, NotFound, 400)?;
    Ok(())
}

async fn a_transcription_is_read(stage: &Stage) -> Verdict {
    let id = call(stage).await?;
    let conversations = stage.crm.conversations();
    refused(conversations.get_transcription(&stage.location, &id).await, NotFound, 400)?;
    refused(conversations.download_transcription(&stage.location, &id).await, NotFound, 400)?;
    let segment = |index: u32, text: &str| {
        let mut segment = TranscriptSegment::default();
        segment.media_channel = Some(index + 1);
        segment.sentence_index = index;
        segment.start_time = f64::from(index) * 65_000.0;
        segment.end_time = segment.start_time + 1_000.0;
        segment.transcript = text.into();
        segment.confidence = 0.5;
        segment
    };
    let said = vec![segment(0, "Good day."), segment(1, "Good day to you.")];
    let planted = stage.hands.plant(Plant::Transcription(id.clone(), said.clone())).await;
    planted.ok_or_skip("transcriptions cannot be planted here")?;
    ensure_eq!(conversations.get_transcription(&stage.location, &id).await?, said);
    let file = conversations.download_transcription(&stage.location, &id).await?;
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    ensure!(file.content_type.starts_with("text/plain"), "it is text: {}", file.content_type);
    ensure!(text.contains("Good day.") && text.contains("Good day to you."), "it says it all: {text}");
    Ok(())
}
