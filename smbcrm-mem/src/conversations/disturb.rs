//! Who does not want to be disturbed, and on which channel.

use smbcrm_core::Result;
use smbcrm_core::contacts::{Contact, DndSetting, DndSettings, DndStatus};
use smbcrm_core::conversations::MessageType;

use super::refusal;

/// Finds the setting of one channel.
type OfChannel = fn(&DndSettings) -> Option<&DndSetting>;

/// The channel of a contact's do-not-disturb settings, and its name.
fn dnd_channel(kind: &MessageType) -> Option<(&'static str, OfChannel)> {
    Some(match kind {
        MessageType::Sms | MessageType::Rcs | MessageType::CustomSms => ("SMS", |s| s.sms.as_ref()),
        MessageType::Email | MessageType::CustomEmail => ("Email", |s| s.email.as_ref()),
        MessageType::Whatsapp => ("WhatsApp", |s| s.whatsapp.as_ref()),
        MessageType::Facebook => ("FB", |s| s.fb.as_ref()),
        MessageType::Gmb => ("GMB", |s| s.gmb.as_ref()),
        _ => return None,
    })
}

/// Refuses to disturb a contact who does not want to be.
pub(super) fn refuse_dnd(contact: &Contact, kind: &MessageType) -> Result<()> {
    let channel = dnd_channel(kind);
    let name = channel.map_or("all channels", |(name, _)| name);
    let setting = channel
        .and_then(|(_, setting)| contact.dnd_settings.as_deref().and_then(setting))
        .map(|setting| setting.status.clone());
    match setting {
        Some(DndStatus::Permanent) => Err(refusal::unsubscribed(name)),
        Some(DndStatus::Active) => Err(refusal::dnd(name)),
        _ if contact.dnd => Err(refusal::dnd(name)),
        _ => Ok(()),
    }
}
