//! The larger pieces of an article: lists, figures, tables, films, and what a site puts below.

use super::markup::Writer;
use super::text;

const CODE: [&str; 6] = [
    "fn main() {\n    println!(\"{}\", 1 + 1);\n}\n",
    "for (let i = 0; i &lt; items.length; i++) {\n  total += items[i].price;\n}\n",
    "$ git clone https://git.example/tool.git\n$ cd tool &amp;&amp; make\n",
    "SELECT id, title FROM posts WHERE date &gt; '2020-01-01' ORDER BY date;\n",
    "{\n  \"name\": \"示例\",\n  \"tags\": [\"a\", \"b\"]\n}\n",
    "def area(r):\n    return 3.14 * r ** 2\n\nprint(area(2))\n",
];

impl Writer<'_> {
    /// An image on a line of its own, in one of the ways that editors have.
    pub(crate) fn image_block(&mut self) {
        match self.random.between(0, 9) {
            0..=5 => self.element("p", &[("style", "text-align: center;")], Self::image),
            6..=8 => self.element("div", &[("class", "img-center-box")], Self::image),
            _ => self.image(),
        }
    }

    pub(crate) fn gallery(&mut self) {
        for _ in 0..self.random.between(4, 9) {
            self.image();
            self.out.push('\n');
        }
    }

    pub(crate) fn heading(&mut self) {
        let tag = self
            .random
            .weighted(&[(7, "h3"), (5, "h2"), (5, "h4"), (1, "h1")]);
        let strong = self.random.per_mille(150);
        let phrase = text::phrase(self.random, self.channel.language);
        self.element(tag, &[], |writer| {
            if strong {
                writer.element("strong", &[], |writer| writer.text_of(&phrase));
            } else {
                writer.text_of(&phrase);
            }
        });
    }

    pub(crate) fn list(&mut self) {
        let tag = self.random.weighted(&[(4, "ul"), (1, "ol")]);
        let items = self.random.between(2, 7);
        self.element(tag, &[], |writer| {
            for _ in 0..items {
                let nested = writer.random.per_mille(300);
                writer.element("li", &[], |writer| {
                    if nested {
                        writer.element("p", &[], |writer| writer.passage(60));
                    } else {
                        writer.passage(60);
                    }
                });
            }
        });
    }

    pub(crate) fn quote(&mut self) {
        self.element("blockquote", &[], |writer| {
            writer.element("p", &[], |writer| writer.passage(200));
        });
    }

    pub(crate) fn code(&mut self) {
        let sample = self.random.pick(&CODE);
        if self.random.per_mille(250) {
            self.element("p", &[], |writer| {
                writer.passage(60);
                writer.element("code", &[], |writer| writer.out.push_str("cargo build"));
                writer.passage(60);
            });
        } else {
            self.element("pre", &[], |writer| {
                writer.element("code", &[("class", "language-text")], |writer| {
                    for _ in 0..writer.random.between(1, 16) {
                        writer.out.push_str(sample);
                    }
                });
            });
        }
    }

    pub(crate) fn figure(&mut self) {
        self.element("figure", &[("class", "image ss-img-wrapper")], |writer| {
            writer.image();
            if writer.random.per_mille(600) {
                writer.element("figcaption", &[], Self::caption);
            }
        });
    }

    pub(crate) fn table(&mut self) {
        let (rows, columns) = (self.random.between(2, 6), self.random.between(2, 4));
        self.element("table", &[("border", "1"), ("width", "100%")], |writer| {
            writer.out.push_str("<tbody>");
            for _ in 0..rows {
                writer.out.push_str("<tr>");
                for _ in 0..columns {
                    let phrase = text::phrase(writer.random, writer.channel.language);
                    writer.element("td", &[("valign", "top")], |writer| writer.text_of(&phrase));
                }
                writer.out.push_str("</tr>");
            }
            writer.out.push_str("</tbody>");
        });
    }

    /// A player of another site in a frame.
    pub(crate) fn frame(&mut self) {
        let number = self.random.between(100_000, 999_999_999);
        let address = match self.random.between(0, 3) {
            0 => format!("https://player.bilibili.com/player.html?aid={number}&page=1"),
            1 => format!("https://www.youtube.com/embed/v{number}"),
            2 => format!("https://v.qq.com/txp/iframe/player.html?vid=v{number}"),
            _ => format!("https://widgets.{}/embed/{number}", self.channel.host),
        };
        self.element(
            "iframe",
            &[
                ("src", &address),
                ("width", "640"),
                ("height", "360"),
                ("frameborder", "0"),
                ("allowfullscreen", "allowfullscreen"),
            ],
            |_| {},
        );
    }

    pub(crate) fn film(&mut self) {
        let name = format!(
            "https://v.{}/{:016x}",
            self.channel.host,
            self.random.next()
        );
        self.element(
            "video",
            &[
                ("controls", "controls"),
                ("poster", &format!("{name}.jpg")),
                ("src", &format!("{name}.mp4")),
            ],
            |_| {},
        );
    }

    /// A box that leads somewhere, made of nothing but `div` and `span`.
    pub(crate) fn card(&mut self) {
        self.element("div", &[("class", "card")], |writer| {
            writer.element("div", &[("class", "card__title")], Self::link);
            writer.element("div", &[("class", "card__desc")], |writer| {
                writer.element("span", &[], |writer| writer.passage(60));
            });
        });
    }

    pub(crate) fn share_buttons(&mut self) {
        self.element(
            "div",
            &[("class", "bdsharebuttonbox share-buttons")],
            |writer| {
                for name in ["weixin", "tsina", "qzone", "douban"] {
                    writer.element(
                        "a",
                        &[
                            ("href", "#"),
                            ("class", &format!("bds_{name}")),
                            ("data-cmd", name),
                        ],
                        |_| {},
                    );
                }
            },
        );
    }

    /// News in brief: each with a link to where it was found.
    pub(crate) fn digest(&mut self) {
        for _ in 0..self.random.between(5, 12) {
            self.element("p", &[], |writer| {
                writer.out.push('【');
                writer.link();
                writer.out.push('】');
                writer.passage(120);
            });
        }
    }

    /// "Read also", below the article.
    pub(crate) fn related(&mut self) {
        self.element("ul", &[("class", "related-posts")], |writer| {
            for _ in 0..writer.random.between(3, 6) {
                writer.element("li", &[], Self::link);
            }
        });
    }

    /// An image of one pixel that counts readers.
    pub(crate) fn pixel(&mut self) {
        let address = format!(
            "https://stat.{}/p.gif?id={:x}&t=article",
            self.channel.host,
            self.random.next()
        );
        let style = "display: none;";
        self.out.push_str(&format!(
            "<img src=\"{}\" width=\"1\" height=\"1\" style=\"{style}\">",
            address.replace('&', "&amp;")
        ));
    }

    pub(crate) fn script(&mut self) {
        let host = &self.channel.host;
        self.out.push_str(&format!(
            "<script>var _hmt = _hmt || []; (function() {{ var s = document.createElement('script'); s.src = '//hm.{host}/hm.js'; document.body.appendChild(s); }})();</script>"
        ));
    }

    pub(crate) fn copyright(&mut self) {
        self.element("p", &[("class", "copyright")], |writer| {
            writer.out.push_str("本文转自");
            writer.link();
            writer.out.push_str("，转载请注明出处。");
        });
    }
}
