//! The signature, made and checked.

use http::HeaderMap;

use super::{SignatureConfig, SignatureEncoding};
use crate::webhooks::{
    HmacBase64, HmacHex, Incoming, Outgoing, Proof, Rejection, Secret, Sign, SignError, Verify,
};

/// The signature as a [`SignatureConfig`] describes it: for a [`Receiver`](crate::webhooks::Receiver), and to sign with.
#[derive(Debug, Clone)]
pub struct SignatureScheme(Scheme);

#[derive(Debug, Clone)]
enum Scheme {
    Hex(HmacHex),
    Base64(HmacBase64),
}

impl SignatureConfig {
    /// The scheme with these secrets: all of them are accepted, and the first signs.
    pub fn scheme(&self, secrets: impl IntoIterator<Item = impl Into<Secret>>) -> SignatureScheme {
        let prefix = self.prefix.clone();
        SignatureScheme(match self.encoding {
            SignatureEncoding::Hex => Scheme::Hex(HmacHex::new(&self.header, secrets).prefix(prefix)),
            SignatureEncoding::Base64 => {
                Scheme::Base64(HmacBase64::new(&self.header, secrets).prefix(prefix))
            }
        })
    }
}

impl Verify for SignatureScheme {
    fn verify(&self, incoming: &Incoming<'_>) -> Result<Proof, Rejection> {
        match &self.0 {
            Scheme::Hex(scheme) => scheme.verify(incoming),
            Scheme::Base64(scheme) => scheme.verify(incoming),
        }
    }

    fn is_dated(&self) -> bool {
        false
    }
}

impl Sign for SignatureScheme {
    fn sign(&self, outgoing: &Outgoing<'_>, headers: &mut HeaderMap) -> Result<(), SignError> {
        match &self.0 {
            Scheme::Hex(scheme) => scheme.sign(outgoing, headers),
            Scheme::Base64(scheme) => scheme.sign(outgoing, headers),
        }
    }
}
