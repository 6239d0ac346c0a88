//! Which addresses a webhook may have.

use std::net::IpAddr;

use url::{Host, Url};

use crate::Guard;

/// The longest address.
const LONGEST: usize = 2_048;

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is no address, or too long a one.
    Malformed(&'static str),
    /// It leads where webhooks must not go.
    Unsafe(&'static str),
}

/// Names of machines that only a network knows from within.
const INSIDE: [&str; 6] = ["localhost", "local", "internal", "intranet", "lan", "home.arpa"];

/// Whether a webhook may go there: `https`, to a public address. Names are looked up, and looked at again, when a
/// connection is made.
pub(super) fn check(text: &str, loopback: bool) -> Result<(), Unfit> {
    if text.chars().count() > LONGEST {
        return Err(Unfit::Malformed("must be no longer than 2048 characters"));
    }
    let url = Url::parse(text).map_err(|_| Unfit::Malformed("must be a URL"))?;
    let host = url.host().ok_or(Unfit::Malformed("must be a URL"))?;
    let is_here = match &host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    if loopback && is_here && matches!(url.scheme(), "http" | "https") {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err(Unfit::Unsafe("must be https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unfit::Unsafe("must not hold a user name or password"));
    }
    let address: IpAddr = match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_inside = |known: &&str| name == *known || name.ends_with(&format!(".{known}"));
            return if name.contains('.') && !INSIDE.iter().any(is_inside) {
                Ok(())
            } else {
                Err(Unfit::Unsafe("must be a public address"))
            };
        }
        Host::Ipv4(address) => address.into(),
        Host::Ipv6(address) => address.into(),
    };
    if Guard::production().permits(address) { Ok(()) } else { Err(Unfit::Unsafe("must be a public address")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_public_https_is_taken() {
        for good in
            ["https://hooks.example.com/a?b=c", "https://93.184.216.34/", "https://hooks.example.com:8443"]
        {
            assert_eq!(check(good, false), Ok(()), "{good}");
        }
        for bad in [
            "http://hooks.example.com/",
            "ftp://hooks.example.com/",
            "https://localhost/",
            "https://a.localhost./",
            "https://printer/",
            "https://metadata.google.internal/",
            "https://nas.local/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://user:pass@hooks.example.com/",
        ] {
            assert!(matches!(check(bad, false), Err(Unfit::Unsafe(_))), "{bad}");
        }
        for none in ["", "hooks.example.com", "https://", "mailto:ada@vale.example"] {
            assert!(matches!(check(none, false), Err(Unfit::Malformed(_))), "{none}");
        }
    }

    #[test]
    fn loopback_is_taken_when_it_is_switched_on_and_nothing_else_with_it() {
        for here in ["http://127.0.0.1:4010/hook", "http://localhost:4010/", "https://[::1]/"] {
            assert!(check(here, false).is_err(), "{here}");
            assert_eq!(check(here, true), Ok(()), "{here}");
        }
        for still in
            ["http://10.0.0.1/", "https://192.168.1.1/", "http://hooks.example.com/", "https://nas.local/"]
        {
            assert!(check(still, true).is_err(), "{still}");
        }
    }

    #[test]
    fn an_address_has_room_for_2048_characters() {
        let of = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
        assert_eq!(check(&of(2_048), false), Ok(()));
        assert!(matches!(check(&of(2_049), false), Err(Unfit::Malformed(_))));
    }

    proptest! {
        #[test]
        fn no_private_address_is_taken(bits: u32, port: u16) {
            let address = std::net::Ipv4Addr::from(bits);
            let taken = check(&format!("https://{address}:{port}/"), false).is_ok();
            prop_assert_eq!(taken, Guard::production().permits(address.into()));
        }

        #[test]
        fn no_text_is_too_much_for_it(text in ".{0,200}") {
            let _ = check(&text, true);
        }
    }
}
