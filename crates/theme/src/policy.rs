//! The Content-Security-Policy that every page carries.

/// What a page may load and send, directive by directive (W3C Content Security Policy Level 3).
///
/// Nothing by default; scripts and styles only as files beside the page; images and media from
/// anywhere on the web, since the articles' own stay where they are. `file:` pages count as their
/// own source in browsers, so that an output opened from a disk works as well.
const DIRECTIVES: [(&str, &str); 10] = [
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data: https: http:"),
    ("media-src", "'self' https: http:"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("manifest-src", "'self'"),
    ("form-action", "'self'"),
    ("base-uri", "'none'"),
];

/// Whether the policy has a directive of that name.
pub(crate) fn is_directive(name: &str) -> bool {
    DIRECTIVES.iter().any(|(known, _)| *known == name)
}

/// The policy as one line, with the origins that settings add to a directive.
pub(crate) fn content_security_policy(added: &[(String, String)]) -> String {
    let mut policy = String::new();
    for (directive, sources) in DIRECTIVES {
        if !policy.is_empty() {
            policy.push_str("; ");
        }
        policy.push_str(directive);
        policy.push(' ');
        policy.push_str(sources);
        for (_, origin) in added.iter().filter(|(name, _)| name == directive) {
            policy.push(' ');
            policy.push_str(origin);
        }
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::content_security_policy;

    #[test]
    fn settings_widen_only_their_own_directive() {
        let plain = content_security_policy(&[]);
        assert!(plain.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "));
        assert!(!plain.contains("unsafe"));
        let wider =
            content_security_policy(&[("form-action".into(), "https://find.example".into())]);
        assert_eq!(
            wider,
            plain.replace(
                "form-action 'self'",
                "form-action 'self' https://find.example"
            )
        );
    }
}
