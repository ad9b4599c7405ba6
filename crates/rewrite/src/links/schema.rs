//! The form of the rule files in `rules/*.toml`.

use serde::Deserialize;

/// One rule file. Every table may stand in every file; the files only group them by subject.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RuleFile {
    /// What holds for every host.
    pub(super) everywhere: Everywhere,
    /// What holds for single hosts.
    pub(super) site: Vec<Site>,
    /// Addresses that carry another one.
    pub(super) redirect: Vec<Redirect>,
    /// Addresses that only count.
    pub(super) pixel: Vec<Place>,
    /// Dialogs for sharing an article.
    pub(super) share: Vec<Place>,
    /// The last path segments of one-pixel images, on any host.
    pub(super) pixel_files: Vec<String>,
}

/// Rules that hold for every host.
///
/// A parameter pattern is `name`, `name=value`, `prefix*` or `*suffix`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Everywhere {
    /// Tracking parameters, in query and fragment; names as they are written.
    pub(super) remove: Vec<String>,
    /// Parameters that sign an address or command its image server: where one occurs, nothing
    /// is touched. Names in lower case.
    pub(super) protect: Vec<String>,
    /// Parameters behind a `;` in the path.
    pub(super) path_parameters: Vec<String>,
}

/// A set of hosts and paths. A host stands for its subdomains as well, unless `=` precedes it;
/// `name.*` stands for `name` under every top-level domain, and `label*.` for every host whose
/// first label begins so. No path means every path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Place {
    pub(super) hosts: Vec<String>,
    /// Patterns in which `*` stands for any run of characters.
    pub(super) path: Vec<String>,
}

/// The parameters of a site.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Site {
    pub(super) hosts: Vec<String>,
    pub(super) path: Vec<String>,
    /// Tracking parameters of the query, in lower case (they match in either).
    pub(super) remove: Vec<String>,
    /// Parameters that name a partner who is paid.
    pub(super) affiliate: Vec<String>,
    /// Parameters that stay although a rule for every host would remove them.
    pub(super) keep: Vec<String>,
    /// The only parameters that stay.
    pub(super) only: Vec<String>,
    /// No parameter stays.
    pub(super) bare: bool,
    /// Tracking parameters of the fragment.
    pub(super) fragment: Vec<String>,
    /// Fragments that say nothing but how the page was reached; one that ends with `*` is a beginning.
    pub(super) fragments: Vec<String>,
    /// What a tracking segment at the end of the path begins with.
    pub(super) segment: Option<String>,
    /// Whether the site's addresses are never touched.
    pub(super) exempt: bool,
}

/// An address that carries another one, and where it stands: in a parameter of the query, behind
/// a text in the address, or in the whole query.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Redirect {
    pub(super) hosts: Vec<String>,
    pub(super) path: Vec<String>,
    /// Parameters to look into, in this order.
    pub(super) query: Vec<String>,
    /// Parameters of the fragment to look into.
    pub(super) fragment: Vec<String>,
    /// The target follows this text in path and query (or, if it begins with `#`, in the
    /// fragment). An empty text means that an address begins somewhere in the path.
    pub(super) after: Option<String>,
    /// … and ends before this one.
    pub(super) until: Option<String>,
    /// The target is the whole query.
    pub(super) bare: bool,
    /// What precedes the target once it is decoded.
    pub(super) skip: Option<String>,
    /// What to put before a target without a scheme.
    pub(super) prefix: Option<String>,
    /// The parameter at which that scheme is `https` instead.
    pub(super) https_if: Option<String>,
    /// How the target is encoded, if not in percent-escapes or base64.
    pub(super) decode: Encoding,
    /// The member of the JSON object that holds the target.
    pub(super) field: Option<String>,
    /// Whether the redirect pays somebody.
    pub(super) affiliate: bool,
}

/// How a target is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Encoding {
    /// As it is, percent-encoded any number of times, or in base64.
    #[default]
    Plain,
    /// Hexadecimal digits.
    Hex,
    /// A JSON object in base64.
    Base64Json,
    /// A binary message in base64 that holds an address somewhere.
    Base64Search,
    /// Proofpoint's second encoding.
    ProofpointV2,
    /// Proofpoint's third encoding.
    ProofpointV3,
}
