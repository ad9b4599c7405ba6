//! Made-up article bodies, as the rewriter leaves them.

/// Running Chinese text with headings, quotation, list, links, emphasis, code and a footnote.
pub(crate) const ARTICLE: &str = r##"<p class="np-indent">项目组在周一的公告里说，这一轮巡天历时十一个月，覆盖北天约三分之二的天区，<a href="https://data.example/">原始数据</a>、校准脚本和处理流程一并放出，任何人都可以重新计算论文中的每一张图。首批目录包含四百二十万个射电源，其中约一成此前没有记录。</p>
<p class="np-indent">“我们希望十年以后的研究生还能打开这些文件，”负责人说，“所以格式只用了公开标准，文档比代码还长。”数据总量约 3.2 PB,分布在五个镜像站点，单个文件不超过 4 GB,可以用 HTTP Range 请求只取需要的部分。</p>
<h2 id="h-14">数据规模</h2>
<p class="np-indent">每一块天区都有<strong>两次</strong>独立观测，间隔至少三十天。流水线用 <code>calibrate --model sky-v3</code> 先做相位校准，再按频段拆成 1,024 个子带；全部中间结果都带校验和。<sup id="fnref-1"><a href="#fn-1">1</a></sup></p>
<figure><img src="sample-1.svg" alt="十六面天线在黄昏里排成一行" loading="lazy"><figcaption>十六面天线组成的核心阵，基线最长三十六公里。图：项目组</figcaption></figure>
<blockquote><p>公开数据不是终点。公开到别人能重做一遍，才算发表。</p></blockquote>
<h3 id="h-9">目录</h3>
<ul><li>射电源目录，四百二十万条，CSV 与 FITS 两种格式</li><li>图像切片，每片 4,096 × 4,096 像素<ul><li>强度图</li><li>偏振图</li></ul></li><li>校准日志</li></ul>
<ol><li>登记一个邮箱</li><li>选择天区</li><li>等待打包，通常不到一分钟</li></ol>
<div class="np-scroll" tabindex="0" role="region" aria-label="表格"><table><thead><tr><th>频段</th><th>灵敏度</th><th>分辨率</th></tr></thead><tbody><tr><td>120–144 MHz</td><td>95 μJy</td><td>6″</td></tr><tr><td>144–168 MHz</td><td>83 μJy</td><td>5.2″</td></tr></tbody></table></div>
<h2 id="h-14b">怎样取得</h2>
<pre><code class="language-rust"><span class="np-hl-k">fn</span> <span class="np-hl-f">main</span>() {
    <span class="np-hl-c">// 只取前 64 KiB,足够读到文件头</span>
    <span class="np-hl-k">let</span> header = fetch(<span class="np-hl-s">"https://data.example/tiles/0421.fits"</span>, <span class="np-hl-n">0</span>..<span class="np-hl-n">65_536</span>);
    println!(<span class="np-hl-s">"a line that is much longer than the measure of the column and therefore has to scroll: {header:?}"</span>);
}</code></pre>
<dl><dt>天区</dt><dd>天空被分成的六千多个小块之一</dd><dt>基线</dt><dd>两面天线之间的距离</dd></dl>
<details><summary>引用格式</summary><p>可以直接复制下面一行。</p></details>
<p class="np-media"><a class="np-card np-card-video" href="https://video.example/watch/1">在视频网站观看：阵列建设的三百天</a></p>
<h2 id="h-11">下一轮</h2>
<p class="np-indent">第二轮巡天计划在明年春天开始，灵敏度再提高一倍。项目组同时征集<em>公众命名</em>建议，<mark>截止日期</mark>为十二月底，<kbd>Ctrl</kbd>+<kbd>F</kbd> 可在页内查找编号。</p>
<p class="np-center">（完）</p>
<p class="np-right">本报记者 林知远</p>
<hr>
<ul class="task-list"><li><input type="checkbox" disabled checked aria-label="done"> 数据上传</li><li><input type="checkbox" disabled aria-label="open"> 教程</li></ul>
<div class="footnotes"><ol><li id="fn-1"><p>校验和采用 SHA-256。<a href="#fnref-1" aria-label="回到正文">↩</a></p></li></ol></div>"##;

/// English text, with a quotation that runs from right to left.
pub(crate) const ENGLISH: &str = r#"<p>The basement smells of vinegar. That is the film: acetate, slowly letting go of itself, forty years of evening editions wound on reels the size of a saucer. “Nobody asks for it,” says the archivist, “until somebody does, and then nothing else will do.”</p>
<p>She has digitised eleven years so far. Each frame takes nine seconds; each year takes a month. The scanner is older than the intern who runs it, and more reliable than the software that drives it.</p>
<blockquote dir="rtl" lang="ar"><p>كل ما لا يُقرأ يضيع، وكل ما يُحفظ قد يُقرأ يوماً ما.</p></blockquote>
<p>What remains is a list of shelf marks and a promise. A very long address follows, because scraped articles have them: https://archive.example/collections/evening-edition/1974/03/17/page-0004/column-2/paragraph-11?resolution=600&amp;format=tiff&amp;checksum=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</p>"#;

/// A table that no phone can hold.
pub(crate) fn wide_table() -> String {
    let mut body = String::from(
        "<p class=\"np-indent\">下表列出十二个城市的实测结果，单位毫秒。</p><div class=\"np-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"表格\"><table><thead><tr>",
    );
    for column in 1..=12 {
        body.push_str(&format!("<th>第 {column} 列标题</th>"));
    }
    body.push_str("</tr></thead><tbody>");
    for row in 1..=8 {
        body.push_str("<tr>");
        for column in 1..=12 {
            body.push_str(&format!("<td>{}.{column} 毫秒</td>", row * column));
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table></div>");
    body
}

/// Forty images, some side by side in one paragraph.
pub(crate) fn forty_images() -> String {
    let mut body = String::new();
    for at in 0..40 {
        body.push_str(&format!(
            "<p><img src=\"sample-{}.svg\" alt=\"第 {at} 张\" loading=\"lazy\"></p>",
            at % 4
        ));
        if at % 8 == 7 {
            body.push_str("<p class=\"np-indent\">图片之间的一段文字，说明上面几张照片是在什么地方、什么时候拍的。</p>");
        }
    }
    body
}
