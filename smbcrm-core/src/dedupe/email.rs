//! E-mail addresses: trimmed, lower-cased, checked.

use thiserror::Error;

/// The longest address accepted, in bytes.
const MAX_LEN: usize = 254;
/// The longest part before the `@`, in bytes.
const MAX_LOCAL_LEN: usize = 64;
/// The longest label between two dots of the domain, in bytes.
const MAX_LABEL_LEN: usize = 63;

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum EmailError {
    /// Nothing but white space.
    #[error("email should not be empty")]
    Empty,
    /// No `@`, more than one, or nothing before it.
    #[error("email must have one @ with text before it")]
    Local,
    /// The part after the `@` is not a host name with a dot in it.
    #[error("email must have a domain such as example.com")]
    Domain,
    /// White space, a control character or punctuation that no mailbox has.
    #[error("email must not contain {0:?}")]
    Character(char),
    /// More than 254 bytes, or more than 64 before the `@`.
    #[error("email is too long")]
    TooLong,
}

/// Brings an e-mail address into the form the CRM stores and compares: trimmed and lower-cased.
///
/// The check is a CRM's, not a mail server's: exactly one `@`, something before it, a domain with
/// at least one dot, no white space, and the usual length limits (254 bytes, 64 before the `@`).
/// Quoted local parts and bare IP addresses are refused; letters outside ASCII are accepted.
///
/// # Errors
///
/// [`EmailError`] says which of these rules is broken.
///
/// ```
/// use smbcrm_core::dedupe::normalise_email;
/// assert_eq!(normalise_email(" Ada+News@Vale.Example").unwrap(), "ada+news@vale.example");
/// assert!(normalise_email("ada@vale").is_err());
/// ```
pub fn normalise_email(input: &str) -> Result<String, EmailError> {
    let trimmed = input.trim();
    if trimmed.is_empty() {
        return Err(EmailError::Empty);
    }
    // Lower-casing can lengthen a text a little; four times the limit is never a match, and the cap
    // keeps a megabyte of junk from being copied.
    if trimmed.len() > MAX_LEN * 4 {
        return Err(EmailError::TooLong);
    }
    let email = if trimmed.is_ascii() { trimmed.to_ascii_lowercase() } else { trimmed.to_lowercase() };
    if !is_plain_email(&email) {
        check(&email)?;
    }
    Ok(email)
}

/// Whether an address is beyond doubt in the form that [`normalise_email`] would bring it into, without making it.
///
/// It is when it has lower-case letters, digits and `._+-` before one `@`, labels of lower-case letters and digits after
/// it, and 63 bytes at most: as nearly all have that come from a CRM. Others may be in that form as well.
///
/// ```
/// use smbcrm_core::dedupe::is_plain_email;
/// assert!(is_plain_email("ada+news@vale.example"));
/// assert!(!is_plain_email("Ada@vale.example"));
/// ```
#[must_use]
pub fn is_plain_email(email: &str) -> bool {
    let email = email.as_bytes();
    let Some(at) = email.iter().position(|byte| *byte == b'@').filter(|at| *at > 0) else { return false };
    let (local, domain) = email.split_at(at);
    let is_word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut label = 0;
    let mut labels = 0;
    for byte in domain.get(1..).unwrap_or_default() {
        match byte {
            b'.' if label > 0 => (label, labels) = (0, labels + 1),
            byte if is_word(byte) => label += 1,
            _ => return false,
        }
    }
    email.len() <= MAX_LABEL_LEN
        && labels > 0
        && label > 0
        && local.iter().all(|byte| is_word(byte) || b"._+-".contains(byte))
}

fn check(email: &str) -> Result<(), EmailError> {
    if let Some(c) = email.chars().find(|c| is_forbidden(*c)) {
        return Err(EmailError::Character(c));
    }
    let (local, domain) = email.split_once('@').ok_or(EmailError::Local)?;
    if local.is_empty() || domain.contains('@') {
        return Err(EmailError::Local);
    }
    if email.len() > MAX_LEN || local.len() > MAX_LOCAL_LEN {
        return Err(EmailError::TooLong);
    }
    if !domain.contains('.') || !domain.split('.').all(is_label) {
        return Err(EmailError::Domain);
    }
    Ok(())
}

fn is_forbidden(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '"' | '\\')
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= MAX_LABEL_LEN
        && !label.starts_with('-')
        && !label.ends_with('-')
        // Beyond ASCII anything goes: internationalised names carry combining marks and joiners.
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepts_what_people_have() {
        for (input, expected) in [
            ("ada@vale.example", "ada@vale.example"),
            ("\tADA@VALE.EXAMPLE\n", "ada@vale.example"),
            ("o'brien@mail.co.uk", "o'brien@mail.co.uk"),
            ("first.last+tag@sub.vale.example", "first.last+tag@sub.vale.example"),
            ("Jürgen@Müller.example", "jürgen@müller.example"),
            ("a@1.io", "a@1.io"),
        ] {
            assert_eq!(normalise_email(input).as_deref(), Ok(expected), "{input}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (input, expected) in [
            ("  ", EmailError::Empty),
            ("ada", EmailError::Local),
            ("@vale.example", EmailError::Local),
            ("a@b@vale.example", EmailError::Local),
            ("ada@vale", EmailError::Domain),
            ("ada@", EmailError::Domain),
            ("ada@.example", EmailError::Domain),
            ("ada@vale.", EmailError::Domain),
            ("ada@-vale.example", EmailError::Domain),
            ("ada@va_le.example", EmailError::Domain),
            ("ada vale@vale.example", EmailError::Character(' ')),
            ("Ada <ada@vale.example>", EmailError::Character(' ')),
            ("<ada@vale.example>", EmailError::Character('<')),
            ("a@vale.example,b@vale.example", EmailError::Character(',')),
        ] {
            assert_eq!(normalise_email(input), Err(expected), "{input}");
        }
        assert_eq!(normalise_email(&format!("{}@vale.example", "a".repeat(65))), Err(EmailError::TooLong));
        assert_eq!(normalise_email(&format!("a@{}example", "abc.".repeat(63))), Err(EmailError::TooLong));
        assert_eq!(normalise_email(&"a".repeat(1 << 20)), Err(EmailError::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_plain_passes_the_check(email in "[a-z0-9._+-]{0,6}@?[a-z0-9.@-]{0,8}\\.?[a-z]{0,4}") {
            prop_assert!(!is_plain_email(&email) || normalise_email(&email).as_ref() == Ok(&email), "{}", email);
        }

        #[test]
        fn idempotent(input in "\\PC{0,12}@\\PC{0,8}\\.\\PC{1,4}") {
            if let Ok(once) = normalise_email(&input) {
                prop_assert_eq!(normalise_email(&once), Ok(once.clone()));
            }
        }

        #[test]
        fn never_panics(input in any::<String>()) {
            let _ = normalise_email(&input);
        }
    }
}
