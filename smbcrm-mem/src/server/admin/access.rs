//! Who may use the admin API.

use http::{HeaderMap, HeaderName, StatusCode};
use subtle::ConstantTimeEq as _;

use super::Refused;
use crate::server::cors;
use crate::server::dispatch::Policy;

static KEY: HeaderName = HeaderName::from_static("x-smbcrm-admin");

pub(super) fn check(policy: &Policy, headers: &HeaderMap) -> Result<(), Refused> {
    match &policy.admin_key {
        Some(key) => {
            let given = headers.get(&KEY).map_or(&b""[..], |given| given.as_bytes());
            if bool::from(given.ct_eq(key.as_bytes())) {
                return Ok(());
            }
            let message =
                "the admin API wants its key in the header x-smbcrm-admin; it was printed at the start";
            Err(Refused::new(StatusCode::UNAUTHORIZED, "unauthorized", message))
        }
        None if cors::is_foreign(headers) => {
            let message = "without a key the admin API answers requests to and from this machine only; \
                           start the server with an admin key to open it";
            Err(Refused::new(StatusCode::FORBIDDEN, "forbidden", message))
        }
        None => Ok(()),
    }
}
