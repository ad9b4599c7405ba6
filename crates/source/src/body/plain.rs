//! Plain text as HTML: paragraphs between blank lines, line breaks where lines end.

use super::autolink;
use crate::lines::Lines;

/// The HTML of a plain text. Blank lines divide paragraphs; a line end within one becomes
/// `<br>`, and an address a link. Entities count as such, since scrapers leave them behind; `<` and `>` are escaped.
pub fn text_to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut open = false;
    for (_, line) in Lines::new(text) {
        let line = line.trim();
        if line.is_empty() {
            if std::mem::take(&mut open) {
                html.push_str("</p>\n");
            }
            continue;
        }
        html.push_str(if open { "<br>\n" } else { "<p>" });
        open = true;
        let mut done = 0;
        for range in autolink::find(line) {
            escape(&line[done..range.start], &mut html);
            let found = &line[range.clone()];
            html.push_str("<a href=\"");
            escape(&autolink::target(found), &mut html);
            html.push_str("\">");
            escape(found, &mut html);
            html.push_str("</a>");
            done = range.end;
        }
        escape(&line[done..], &mut html);
    }
    if open {
        html.push_str("</p>\n");
    }
    html
}

fn escape(text: &str, html: &mut String) {
    let mut done = 0;
    for at in memchr::memchr3_iter(b'<', b'>', b'&', text.as_bytes()) {
        let escaped = match text.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ if crate::text::entity(&text[at..]).is_some() => continue,
            _ => "&amp;",
        };
        html.push_str(&text[done..at]);
        html.push_str(escaped);
        done = at + 1;
    }
    html.push_str(&text[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_keep_their_meaning() {
        let cases = [
            ("", ""),
            ("一行", "<p>一行</p>\n"),
            ("一\n二\n\n三", "<p>一<br>\n二</p>\n<p>三</p>\n"),
            ("　　缩进\n    code", "<p>缩进<br>\ncode</p>\n"),
            (
                "见https://a.example/?b=1&amp;c=2&d，",
                "<p>见<a href=\"https://a.example/?b=1&amp;c=2&amp;d\">https://a.example/?b=1&amp;c=2&amp;d</a>，</p>\n",
            ),
            ("a < b && c > d", "<p>a &lt; b &amp;&amp; c &gt; d</p>\n"),
            (
                "R&amp;D &#8217; &nope;",
                "<p>R&amp;D &#8217; &amp;nope;</p>\n",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(text_to_html(text), expected, "{text}");
        }
        assert_eq!(text_to_html("a\r\nb"), text_to_html("a\nb"));
    }
}
