//! Which machines may be called: an address that an app names must not open the network that we stand in.
//!
//! ```
//! use smbcrm_mem::Guard;
//!
//! let guard = Guard::production();
//! assert!(guard.permits("93.184.216.34".parse().unwrap()));
//! for inside in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.1.2.3", "64:ff9b::a01:203", "fd00::1"] {
//!     assert!(!guard.permits(inside.parse().unwrap()), "{inside}");
//! }
//! assert!(Guard::memory().permits("127.0.0.1".parse().unwrap()));
//! assert!(guard.allow("10.1.0.0/16").unwrap().permits("10.1.2.3".parse().unwrap()));
//! ```

use std::net::IpAddr;

use ipnet::IpNet;

/// What no sender may call unless it is allowed.
const CLOSED: &[&str] = &[
    "0.0.0.0/8",       // this network, and unspecified
    "10.0.0.0/8",      // private
    "100.64.0.0/10",   // shared by a carrier's customers
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local, and the metadata of clouds
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments
    "192.0.2.0/24",    // documentation
    "192.88.99.0/24",  // relays of 6to4
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",     // multicast
    "240.0.0.0/4",     // reserved, and broadcast
    "2001::/23",       // protocol assignments, Teredo among them
    "2001:db8::/32",   // documentation
    "2002::/16",       // 6to4: any IPv4 address in disguise
    "3fff::/20",       // documentation
];

/// The only part of IPv6 that is public. Loopback, unique-local, link-local, multicast, IPv4 in disguise (mapped,
/// compatible, translated by NAT64) and the metadata of clouds are all outside.
const PUBLIC_V6: &str = "2000::/3";

/// Decides which addresses may be called.
///
/// A name is resolved once, every address that it has must be permitted, and the connection goes to one of exactly
/// those: a name that changes its mind in between changes nothing.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Vec<IpNet>,
    closed: Vec<IpNet>,
    public_v6: Option<IpNet>,
}

impl Guard {
    /// For a service that sends to addresses which others name: public addresses only.
    pub fn production() -> Self {
        let closed = CLOSED.iter().filter_map(|net| net.parse().ok()).collect();
        Self { allowed: Vec::new(), closed, public_v6: PUBLIC_V6.parse().ok() }
    }

    /// What an in-memory CRM begins with: public addresses and this machine (127.0.0.0/8, ::1).
    pub fn memory() -> Self {
        let loopback = ["127.0.0.0/8", "::1/128"];
        Self { allowed: loopback.iter().filter_map(|net| net.parse().ok()).collect(), ..Self::production() }
    }

    /// Allows a network too, such as `10.1.0.0/16`.
    ///
    /// # Errors
    /// When that is no network.
    pub fn allow(mut self, net: &str) -> Result<Self, ipnet::AddrParseError> {
        self.allowed.push(net.parse()?);
        Ok(self)
    }

    /// Whether an address may be called.
    pub fn permits(&self, address: IpAddr) -> bool {
        if self.allowed.iter().any(|net| net.contains(&address)) {
            return true;
        }
        let public = match address {
            IpAddr::V4(_) => true,
            IpAddr::V6(_) => self.public_v6.is_some_and(|net| net.contains(&address)),
        };
        public && !self.closed.iter().any(|net| net.contains(&address))
    }
}

impl Default for Guard {
    /// The strict one.
    fn default() -> Self {
        Self::production()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_rule_is_a_network() {
        let guard = Guard::production();
        assert_eq!(guard.closed.len(), CLOSED.len());
        assert!(guard.public_v6.is_some());
        assert_eq!(Guard::memory().allowed.len(), 2);
        assert!(guard.allow("10.0.0.0/99").is_err());
    }

    #[test]
    fn what_is_inside_is_closed_in_every_form() {
        let guard = Guard::production();
        for inside in [
            "0.0.0.0",
            "127.0.0.1",
            "127.255.255.254",
            "10.0.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "5f00::1",
            "100::1",
        ] {
            assert!(!guard.permits(inside.parse().expect("an address")), "{inside}");
        }
        for outside in
            ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1"]
        {
            assert!(guard.permits(outside.parse().expect("an address")), "{outside}");
        }
    }

    proptest! {
        #[test]
        fn no_private_address_passes_in_any_disguise(bits: u32) {
            let (guard, v4) = (Guard::production(), Ipv4Addr::from(bits));
            let [a, b, c, d] = v4.octets();
            let low = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
            let disguised = [
                v4.to_ipv6_mapped(),
                v4.to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, low[0], low[1]),
                Ipv6Addr::new(0x2002, low[0], low[1], 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 0, !low[0], !low[1]),
            ];
            for form in disguised {
                prop_assert!(!guard.permits(form.into()), "{form}");
            }
            let inside = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_unspecified() || v4.is_broadcast() || v4.is_documentation() || a == 0 || a >= 240;
            prop_assert!(!(inside && guard.permits(v4.into())), "{v4}");
        }

        #[test]
        fn no_local_ipv6_address_passes(bits: u128) {
            let (guard, v6) = (Guard::production(), Ipv6Addr::from(bits));
            let first = v6.segments()[0];
            let inside = v6.is_loopback() || v6.is_unspecified() || v6.is_multicast()
                || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80 || v6.to_ipv4().is_some();
            prop_assert!(!(inside && guard.permits(v6.into())), "{v6}");
            prop_assert!(!guard.permits(Ipv6Addr::from(bits | 0xfc << 120).into()));
        }
    }
}
