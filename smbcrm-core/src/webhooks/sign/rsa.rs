//! RSA keys, for the platform's legacy signature.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::ed25519::decode;
use super::{KeyError, SignError};

/// A public key that verifies RSA signatures (PKCS#1 v1.5 with SHA-256), of 2048 to 8192 bits.
#[derive(Clone)]
pub struct RsaPublicKey(Arc<ParsedPublicKey>);

impl RsaPublicKey {
    /// Reads base64 or PEM, SPKI or PKCS#1.
    ///
    /// # Errors
    /// It is none of these.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let expected = KeyError::expected("an RSA public key");
        Self::from_der(&decode(text).ok_or(expected)?)
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der);
        key.map(|key| Self(Arc::new(key))).map_err(|_| KeyError::expected("an RSA public key"))
    }

    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaPublicKey")
    }
}

/// A private key that signs with RSA (PKCS#1 v1.5 with SHA-256). Never printed.
#[derive(Clone)]
pub struct RsaPrivateKey(Arc<RsaKeyPair>);

impl RsaPrivateKey {
    /// A new key of 2048 bits. Takes a while: tens of milliseconds, and seconds in a debug build.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048);
        key.map(|key| Self(Arc::new(key))).map_err(|_| KeyError::expected("possible without random numbers"))
    }

    /// Reads base64 or PEM, PKCS#8.
    ///
    /// # Errors
    /// It is neither.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let expected = KeyError::expected("an RSA private key in PKCS#8");
        let key = RsaKeyPair::from_pkcs8(&decode(text).ok_or(expected)?).map_err(|_| expected)?;
        Ok(Self(Arc::new(key)))
    }

    /// The public key that belongs to it.
    ///
    /// # Errors
    /// It has fewer than 2048 bits.
    pub fn public(&self) -> Result<RsaPublicKey, KeyError> {
        RsaPublicKey::from_der(self.0.public_key().as_ref())
    }

    /// The public key as PEM, PKCS#1.
    pub fn public_pem(&self) -> String {
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(self.0.public_key().as_ref());
        format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", wrapped(&text))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map(|()| signature).map_err(|_| SignError::Key)
    }
}

/// PEM has lines of 64 characters.
fn wrapped(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / 64);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    lines
}

impl fmt::Debug for RsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaPrivateKey(…)")
    }
}
