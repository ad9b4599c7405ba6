//! The headers that a file is served with, from its name.

/// Whether a file has a digest of its content in its name, and so never changes: `broadsheet.3f2a91c4.css`.
pub(crate) fn is_immutable(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = name.rsplit('.');
    let (Some(extension), Some(digest), Some(_)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    path.starts_with("static/")
        && !matches!(extension, "html" | "htm" | "xml" | "txt")
        && digest.len() == 8
        && digest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The media type that a file is served as (IANA's registry).
pub(crate) fn media_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "atom.xml" => return "application/atom+xml; charset=utf-8",
        "rss.xml" => return "application/rss+xml; charset=utf-8",
        "feed.json" => return "application/feed+json; charset=utf-8",
        "opensearch.xml" => return "application/opensearchdescription+xml; charset=utf-8",
        _ => {}
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/vnd.microsoft.icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_digest_never_change() {
        for (path, expected) in [
            ("static/broadsheet.3f2a91c4.css", true),
            ("static/fonts/a.b.00000000.woff2", true),
            ("static/broadsheet.css", false),
            ("static/broadsheet.3F2A91C4.css", false),
            ("static/3f2a91c4.css", false),
            ("2024/a.3f2a91c4.css", false),
            ("static/page.3f2a91c4.html", false),
        ] {
            assert_eq!(is_immutable(path), expected, "{path}");
        }
    }

    #[test]
    fn media_types_follow_the_name() {
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a/atom.xml", "application/atom+xml; charset=utf-8"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("a.PNG", "image/png"),
            (".nojekyll", "application/octet-stream"),
            ("CNAME", "application/octet-stream"),
        ] {
            assert_eq!(media_type(path), expected, "{path}");
        }
    }
}
