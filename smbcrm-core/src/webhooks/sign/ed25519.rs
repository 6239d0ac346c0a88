//! Ed25519 keys.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::KeyError;

/// What stands before the 32 bytes of a public key in SPKI, and of a private one in PKCS#8: they have no other form.
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A public key that verifies Ed25519 signatures.
#[derive(Clone, PartialEq, Eq)]
pub struct Ed25519PublicKey(VerifyingKey);

impl Ed25519PublicKey {
    /// A key of 32 bytes.
    ///
    /// # Errors
    /// They are no key, or one that nearly everything is signed with.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak());
        key.map(Self).ok_or(KeyError::expected("an Ed25519 public key"))
    }

    /// Reads base64 or PEM (SPKI both), or base64 of the 32 bytes alone.
    ///
    /// # Errors
    /// It is none of these.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let bytes = decode(text).ok_or(KeyError::expected("an Ed25519 public key"))?;
        let key = bytes.strip_prefix(&SPKI).unwrap_or(&bytes);
        let key = key.try_into().map_err(|_| KeyError::expected("an Ed25519 public key"))?;
        Self::from_bytes(key)
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The key in SPKI as base64, which is what PEM has between its lines.
    pub fn to_base64(&self) -> String {
        STANDARD.encode([&SPKI[..], &self.to_bytes()].concat())
    }

    /// The key as PEM.
    pub fn to_pem(&self) -> String {
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", self.to_base64())
    }

    /// Whether the key's owner signed the message. Strict: one message and key have one signature.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for Ed25519PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519PublicKey({})", self.to_base64())
    }
}

/// A private key that signs with Ed25519. Never printed; wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Ed25519PrivateKey(SigningKey);

impl Ed25519PrivateKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    /// The system has none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| KeyError::expected("possible without random numbers"))?;
        Ok(Self::from_seed(&seed))
    }

    /// The key that a seed stands for; the same seed gives the same key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads base64 or PEM (PKCS#8 both), or base64 of the 32 bytes of the seed.
    ///
    /// # Errors
    /// It is none of these.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let bytes = decode(text).ok_or(KeyError::expected("an Ed25519 private key"))?;
        let seed = bytes.strip_prefix(&PKCS8).unwrap_or(&bytes);
        seed.try_into().map(Self::from_seed).map_err(|_| KeyError::expected("an Ed25519 private key"))
    }

    /// The key in PKCS#8 as PEM. Keep it to yourself.
    pub fn to_pem(&self) -> String {
        let text = STANDARD.encode([&PKCS8[..], self.0.as_bytes()].concat());
        format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> Ed25519PublicKey {
        Ed25519PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for Ed25519PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519PrivateKey(…)")
    }
}

/// The bytes of base64, with or without the lines that make it PEM.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    STANDARD.decode(lines.collect::<String>()).ok()
}
