//! What is known of a site besides its files: what becomes headers, redirects and pings.

/// What is known of a site besides its files.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Where the output will stand, with scheme and final slash.
    pub base_url: String,
    /// Addresses that lead on: from, to; both decoded, without a leading slash.
    pub redirects: Vec<(String, String)>,
    /// The theme's Content-Security-Policy.
    pub policy: String,
}

impl Facts {
    /// The path part of the base URL: `/` or `/archive/`.
    pub fn base_path(&self) -> &str {
        let after_scheme = self.base_url.find("://").map_or(0, |place| place + 3);
        self.base_url[after_scheme..]
            .find('/')
            .map_or("/", |slash| &self.base_url[after_scheme + slash..])
    }
}
