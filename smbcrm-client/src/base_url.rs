//! Where the API is: checked once, joined with every path.

use smbcrm_core::operation::Request;
use smbcrm_core::sales_boost::Dialect;
use smbcrm_core::{Error, ErrorKind};
use url::{Host, Url};

use crate::ConfigError;

/// An origin with an optional path prefix, safe to send a token to.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    /// Without a trailing slash.
    text: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) loopback: bool,
    /// Where the declared paths stand, for an API that has two places for them.
    dialect: Dialect,
}

impl BaseUrl {
    /// Checks the address. Plain HTTP would show the token to the network, so it is for this machine only.
    pub(crate) fn parse(text: &str, allow_insecure_http: bool) -> Result<Self, ConfigError> {
        let refused = |why: &str| ConfigError::BaseUrl(why.to_owned());
        let url =
            Url::parse(text.trim()).map_err(|error| refused(&format!("it cannot be read ({error})")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it holds a user name or password; the token is set separately"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("it has a query or fragment"));
        }
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(refused("it names no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback || allow_insecure_http => {}
            "http" => {
                return Err(refused(
                    "plain http would send the token unencrypted; use https, or allow_insecure_http(true) on a \
                     network you trust",
                ));
            }
            _ => return Err(refused("it must start with https://")),
        }
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
            loopback,
            dialect: Dialect::default(),
        })
    }

    pub(crate) fn speaking(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of one call.
    ///
    /// An id that would lead to another operation (an empty one, or `..`, which every URL library resolves, encoded or
    /// not) is refused before anything is sent.
    pub(crate) fn join(&self, request: &Request) -> Result<Url, Error> {
        let refused =
            |text: String| Error::new(ErrorKind::Invalid, text).during(request.operation).with_status(422);
        for (name, value) in request.operation.path.split('/').zip(request.path.split('/')) {
            let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else { continue };
            match value.to_ascii_lowercase().as_str() {
                "" => return Err(refused(format!("{name} should not be empty"))),
                "." | ".." | "%2e" | "%2e%2e" | ".%2e" | "%2e." => {
                    return Err(refused(format!("{name} must not be `.` or `..`")));
                }
                _ => {}
            }
        }
        // To a URL library a backslash is a slash.
        let path = self.dialect.path(&request.path.replace('\\', "%5C"));
        let text = format!("{}{path}", self.text);
        let mut url =
            Url::parse(&text).map_err(|error| refused(format!("the path cannot be sent: {error}")))?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query.iter().map(|(name, value)| (&**name, value)));
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use smbcrm_core::contacts::operations::{GET, GET_TASK, LIST};

    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        for good in [
            "https://services.smbcrm.com",
            "http://127.0.0.1:4010",
            "http://[::1]:4010/",
            "http://localhost/api",
            "http://crm.localhost",
        ] {
            assert!(BaseUrl::parse(good, false).is_ok(), "{good}");
        }
        for bad in [
            "http://services.smbcrm.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "https://user:pass@services.smbcrm.com",
            "https://services.smbcrm.com/?a=b",
            "ftp://services.smbcrm.com",
            "services.smbcrm.com",
            "",
        ] {
            assert!(BaseUrl::parse(bad, false).is_err(), "{bad}");
        }
        assert!(BaseUrl::parse("http://crm.internal:8080", true).is_ok());
    }

    #[test]
    fn prefixes_are_kept() {
        let base = BaseUrl::parse("https://gateway.example/crm/v2/", false).unwrap();
        let mut request = Request::new(&GET).param("contactId", "a/b c");
        request.query.push(("locationId".into(), "L 1&x".to_owned()));
        assert_eq!(
            base.join(&request).unwrap().as_str(),
            "https://gateway.example/crm/v2/contacts/a%2Fb%20c?locationId=L+1%26x"
        );
        assert_eq!(base.join(&Request::new(&LIST)).unwrap().path(), "/crm/v2/contacts/");
    }

    #[test]
    fn ids_cannot_lead_elsewhere() {
        let base = BaseUrl::parse("https://services.smbcrm.com", false).unwrap();
        for bad in ["", ".", ".."] {
            let request = Request::new(&GET_TASK).param("contactId", bad).param("taskId", "T1");
            let error = base.join(&request).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{bad:?}");
        }
        let request = Request::new(&GET_TASK).param("contactId", "C1").param("taskId", "..");
        assert!(base.join(&request).is_err());
        let request = Request::new(&GET).param("contactId", r"C1\..\..\locations");
        assert_eq!(base.join(&request).unwrap().path(), r"/contacts/C1%5C..%5C..%5Clocations");
    }
}
