//! Trusted connections: rustls with ring, and the certificates that this machine trusts.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::ConfigError;

/// A builder of HTTP clients with this crate's TLS: rustls over ring, verifying as the machine's other programs do.
///
/// The [`reqwest`] of this crate is built without a provider of cryptography, as the one that it would choose by itself
/// compiles a large library in C. So `reqwest::Client::builder()` panics on `build` unless the app has turned on
/// reqwest's own feature `rustls` or has installed a provider for the whole process
/// ([`CryptoProvider::install_default`]); what begins here needs neither. Where a provider is installed, it is used.
///
/// ```
/// let http = smbcrm_client::http_builder()?.redirect(reqwest::redirect::Policy::none()).build()?;
/// let builder = smbcrm_client::Client::builder().http_client(http);
/// # use smbcrm_client::reqwest;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ConfigError::Http`] when TLS cannot be set up.
pub fn http_builder() -> Result<reqwest::ClientBuilder, ConfigError> {
    let config = config().map_err(|error| ConfigError::Http(Box::new(error)))?;
    Ok(reqwest::Client::builder().tls_backend_preconfigured(config))
}

fn config() -> Result<ClientConfig, rustls::Error> {
    // Handed over, not installed: what an app chooses for itself is not ours to choose.
    let provider =
        CryptoProvider::get_default().map_or_else(|| Arc::new(ring::default_provider()), Arc::clone);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
