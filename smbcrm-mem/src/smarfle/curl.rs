//! Curl lines to copy. The key is masked: its value is shown once, and nobody has it any more.

use smbcrm_core::smarfle::settings::ApiKey;

/// Examples for a server at this address.
pub(super) fn examples(base_url: &str, key: Option<&ApiKey>) -> String {
    let (name, masked) = key.map_or(("none yet", "YOUR_KEY"), |key| (key.name.as_str(), key.masked.as_str()));
    // A name is in a comment: it ends with its line.
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let url = quoted(&format!("{base_url}/api/webhook/leads"));
    let (header, bearer) =
        (quoted(&format!("X-API-Key: {masked}")), quoted(&format!("Authorization: Bearer {masked}")));
    let json = quoted("Content-Type: application/json");
    let lead = quoted(
        r#"{"first_name":"Ada","last_name":"Reyes","email":"ada@example.org","phone":"555-0177","notes":"asked for a quote","sms_consent":true,"sms_consent_source":"example.org/quote, ticked box"}"#,
    );
    format!(
        "# Key: {name}. It is masked: put its value where {masked} stands.\n\
         \n\
         # Is the key good?\n\
         curl -sS {url} -H {header}\n\
         \n\
         # The same with the other header\n\
         curl -sS {url} -H {bearer}\n\
         \n\
         # A lead\n\
         curl -sS -X POST {url} -H {header} -H {json} -d {lead}\n"
    )
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_ends_its_quotes() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        let mut key = ApiKey::default();
        key.name = "a\nrm -rf /".into();
        key.masked = "smf_1a2b3...".into();
        let text = examples("http://127.0.0.1:4010", Some(&key));
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        assert!(lines.iter().all(|line| line.starts_with("# ") || line.starts_with("curl -sS ")), "{text}");
        assert!(text.contains("-H 'X-API-Key: smf_1a2b3...'"));
        assert!(examples("http://x", None).contains("YOUR_KEY"));
    }
}
