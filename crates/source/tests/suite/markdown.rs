//! Markdown into HTML.

use newsprint_source::markdown_to_html;

#[test]
fn every_extension_is_there() {
    let cases = [
        (
            "# A **b** `c`",
            "<h1 id=\"a-b-c\">A <strong>b</strong> <code>c</code></h1>\n",
        ),
        ("## 中文 标题！", "<h2 id=\"中文-标题\">中文 标题！</h2>\n"),
        ("## T {#own}", "<h2 id=\"own\">T</h2>\n"),
        (
            "# a\n# a\n# a",
            "<h1 id=\"a\">a</h1>\n<h1 id=\"a-1\">a</h1>\n<h1 id=\"a-2\">a</h1>\n",
        ),
        (
            "# a\n# b {#a}",
            "<h1 id=\"a-1\">a</h1>\n<h1 id=\"a\">b</h1>\n",
        ),
        ("# ！", "<h1 id=\"section\">！</h1>\n"),
        (
            "\"quotes\" -- and 'so' on...",
            "<p>\"quotes\" -- and 'so' on...</p>\n",
        ),
        ("~~gone~~", "<p><del>gone</del></p>\n"),
        (
            "- [x] done\n- [ ] open",
            "<ul>\n<li>☑ done</li>\n<li>☐ open</li>\n</ul>\n",
        ),
        (
            "a | b\n--|:-:\n1 | 2",
            "<table><thead><tr><th>a</th><th style=\"text-align: center\">b</th></tr></thead><tbody>\n<tr><td>1</td><td style=\"text-align: center\">2</td></tr>\n</tbody></table>\n",
        ),
        (
            "<b>x</b>\n\n<div>\n\n*y*\n\n</div>",
            "<p><b>x</b></p>\n<div>\n<p><em>y</em></p>\n</div>",
        ),
        ("{{ x }} {% raw %}", "<p>{{ x }} {% raw %}</p>\n"),
        ("", ""),
    ];
    for (markdown, html) in cases {
        assert_eq!(markdown_to_html(markdown), html, "{markdown}");
    }
}

#[test]
fn footnotes_stand_at_the_end_in_the_order_of_their_mention() {
    let html =
        markdown_to_html("b[^b] a[^a] b[^b]\n\n[^a]: note a\n\n[^b]: note b\n\n[^c]: nobody\n");
    let expected = "<p>b<sup class=\"footnote-ref\"><a id=\"fnref-1\" href=\"#fn-1\">1</a></sup> \
        a<sup class=\"footnote-ref\"><a id=\"fnref-2\" href=\"#fn-2\">2</a></sup> \
        b<sup class=\"footnote-ref\"><a id=\"fnref-1-2\" href=\"#fn-1\">1</a></sup></p>\n\
        <section class=\"footnotes\">\n<hr>\n<ol>\n\
        <li id=\"fn-1\" value=\"1\">\n<p>note b <a class=\"footnote-back\" href=\"#fnref-1\">↩</a> <a class=\"footnote-back\" href=\"#fnref-1-2\">↩</a></p>\n</li>\n\
        <li id=\"fn-2\" value=\"2\">\n<p>note a <a class=\"footnote-back\" href=\"#fnref-2\">↩</a></p>\n</li>\n\
        <li id=\"fn-3\" value=\"3\">\n<p>nobody</p>\n</li>\n\
        </ol>\n</section>\n";
    assert_eq!(html, expected);
}

#[test]
fn addresses_in_the_text_become_links() {
    let cases = [
        (
            "见https://a.example/b_c_d?x=1&y=2，`https://no.example`",
            "<p>见<a href=\"https://a.example/b_c_d?x=1&amp;y=2\">https://a.example/b_c_d?x=1&amp;y=2</a>，<code>https://no.example</code></p>\n",
        ),
        (
            "[https://a.example](https://b.example) <https://c.example>",
            "<p><a href=\"https://b.example\">https://a.example</a> <a href=\"https://c.example\">https://c.example</a></p>\n",
        ),
        (
            "<a href=\"https://b.example\">https://a.example</a>",
            "<p><a href=\"https://b.example\">https://a.example</a></p>\n",
        ),
        (
            "a[^1]\n\n[^1]: www.a.example/x\n",
            "<a href=\"http://www.a.example/x\">www.a.example/x</a>",
        ),
        (
            "    https://a.example\n",
            "<pre><code>https://a.example\n</code></pre>\n",
        ),
        (
            "![https://a.example](b.png)",
            "<p><img src=\"b.png\" alt=\"https://a.example\" /></p>\n",
        ),
    ];
    for (markdown, html) in cases {
        let found = markdown_to_html(markdown);
        assert!(found.contains(html), "{markdown} became {found}");
    }
}
