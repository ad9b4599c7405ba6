//! What all that speaks HTTP has in common.

/// Chooses the cryptography of TLS connections for this process.
pub(crate) fn install_crypto() {
    // It fails where it has been chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
