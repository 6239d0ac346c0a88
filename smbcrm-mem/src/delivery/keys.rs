//! The keys that a world signs with.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use smbcrm_core::types::Text;

/// The platform's header for the Ed25519 signature of a body, in Base64.
pub(crate) const ED25519_HEADER: &str = "x-ghl-signature";

/// The platform's legacy header for the RSA signature (PKCS#1 v1.5, SHA-256) of a body, in Base64.
#[cfg(feature = "rsa")]
pub(crate) const RSA_HEADER: &str = "x-wh-signature";

/// What a public Ed25519 key begins with in SPKI form.
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The public keys that receivers verify signatures with, as SPKI in Base64: what a PEM file has between its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WebhookKeys {
    /// Of the header `x-ghl-signature`.
    pub ed25519: Text,
    /// Of the legacy header `x-wh-signature`; `None` while no endpoint has asked for it.
    pub rsa: Option<Text>,
}

/// A world's key pairs. Forks have the same.
pub(crate) struct Keys {
    ed25519: SigningKey,
    #[cfg(feature = "rsa")]
    rsa: OnceLock<aws_lc_rs::rsa::KeyPair>,
    /// An RSA pair that was kept, before it is needed.
    rsa_kept: OnceLock<Vec<u8>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// The Ed25519 pair of a seed. The RSA pair is made, at random, when it is first asked for.
    pub(crate) fn new(seed: u64) -> Self {
        let secret =
            Sha256::new().chain_update("smbcrm-mem webhooks").chain_update(seed.to_le_bytes()).finalize();
        Self {
            ed25519: SigningKey::from_bytes(&secret.into()),
            #[cfg(feature = "rsa")]
            rsa: OnceLock::new(),
            rsa_kept: OnceLock::new(),
        }
    }

    /// The signatures of a body: the headers to send.
    pub(crate) fn sign(&self, body: &[u8], legacy: bool) -> Vec<(Text, Text)> {
        let ed25519 = STANDARD.encode(self.ed25519.sign(body).to_bytes());
        let mut headers = vec![(Text::from(ED25519_HEADER), Text::from(ed25519))];
        if legacy {
            headers.extend(self.sign_legacy(body));
        }
        headers
    }

    pub(crate) fn public(&self) -> WebhookKeys {
        let mut spki = ED25519_SPKI.to_vec();
        spki.extend(self.ed25519.verifying_key().as_bytes());
        WebhookKeys { ed25519: STANDARD.encode(spki).into(), rsa: self.public_rsa() }
    }

    /// Makes the RSA pair, if it is not there yet. Takes some tenths of a second.
    pub(crate) fn make_rsa(&self) {
        #[cfg(feature = "rsa")]
        self.rsa();
    }

    /// The RSA pair to keep (PKCS#8), if there is one.
    pub(crate) fn keep_rsa(&self) -> Option<Vec<u8>> {
        #[cfg(feature = "rsa")]
        if let Some(pair) = self.rsa.get() {
            use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
            let der: Option<Pkcs8V1Der<'_>> = pair.as_der().ok();
            return der.map(|der| der.as_ref().to_vec());
        }
        self.rsa_kept.get().cloned()
    }

    /// Takes an RSA pair that was kept; does nothing where there is one already.
    pub(crate) fn restore_rsa(&self, pkcs8: Vec<u8>) {
        let _ = self.rsa_kept.set(pkcs8);
    }

    #[cfg(feature = "rsa")]
    fn rsa(&self) -> Option<&aws_lc_rs::rsa::KeyPair> {
        use aws_lc_rs::rsa::{KeyPair, KeySize};
        if self.rsa.get().is_none() {
            let kept = self.rsa_kept.get().and_then(|pkcs8| KeyPair::from_pkcs8(pkcs8).ok());
            let pair = kept.or_else(|| KeyPair::generate(KeySize::Rsa2048).ok())?;
            let _ = self.rsa.set(pair);
        }
        self.rsa.get()
    }

    #[cfg(feature = "rsa")]
    fn sign_legacy(&self, body: &[u8]) -> Option<(Text, Text)> {
        let pair = self.rsa()?;
        let mut signature = vec![0; pair.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        pair.sign(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &random, body, &mut signature).ok()?;
        Some((RSA_HEADER.into(), STANDARD.encode(signature).into()))
    }

    #[cfg(not(feature = "rsa"))]
    #[allow(clippy::unused_self, reason = "with the feature it uses the pair")]
    fn sign_legacy(&self, _: &[u8]) -> Option<(Text, Text)> {
        None
    }

    #[cfg(feature = "rsa")]
    fn public_rsa(&self) -> Option<Text> {
        use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
        use aws_lc_rs::signature::KeyPair as _;
        if self.rsa.get().is_none() && self.rsa_kept.get().is_none() {
            return None;
        }
        let der: PublicKeyX509Der<'_> = self.rsa()?.public_key().as_der().ok()?;
        Some(STANDARD.encode(der.as_ref()).into())
    }

    #[cfg(not(feature = "rsa"))]
    #[allow(clippy::unused_self, reason = "with the feature it uses the pair")]
    fn public_rsa(&self) -> Option<Text> {
        None
    }
}
