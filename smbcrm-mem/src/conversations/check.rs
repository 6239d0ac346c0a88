//! What messages of every way in are checked for.

use smbcrm_core::conversations::MessageStatus;
use smbcrm_core::dedupe::normalise_email;
use smbcrm_core::types::Text;

use crate::search::translate::Complaints;

fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Complains of attachments that are no addresses.
pub(super) fn check_attachments(attachments: &[Text], complaints: &mut Complaints) {
    if attachments.iter().any(|url| !is_url(url)) {
        complaints.shape("each value in attachments must be a URL address");
    }
}

/// Complains of texts that are no e-mail addresses.
pub(super) fn check_emails(name: &str, emails: Option<&[Text]>, complaints: &mut Complaints) {
    if emails.unwrap_or_default().iter().any(|email| normalise_email(email).is_err()) {
        complaints.shape(format!("each value in {name} must be an email"));
    }
}

/// Text that says something.
pub(super) fn said(text: Option<&Text>) -> Option<&Text> {
    text.filter(|text| !text.trim().is_empty())
}

/// Whether a status may be reported from outside.
pub(super) fn is_reportable(status: &MessageStatus) -> bool {
    matches!(
        status,
        MessageStatus::Delivered | MessageStatus::Failed | MessageStatus::Pending | MessageStatus::Read
    )
}
