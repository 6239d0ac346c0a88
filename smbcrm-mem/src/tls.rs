//! HTTPS to other machines: rustls with ring, and the certificates that this machine trusts.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// A builder of HTTP clients. What cryptography reqwest chooses by itself compiles a large library in C.
pub(crate) fn http_builder() -> Result<reqwest::ClientBuilder, rustls::Error> {
    // Handed over, not installed: what an app chooses for itself is not ours to choose.
    let provider =
        CryptoProvider::get_default().map_or_else(|| Arc::new(ring::default_provider()), Arc::clone);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(reqwest::Client::builder().tls_backend_preconfigured(config))
}
