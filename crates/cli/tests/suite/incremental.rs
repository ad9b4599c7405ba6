//! A rebuild gives the bytes of a clean build, whatever happened in between, and does no more than it must.

use std::fs::{self, File};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use walkdir::WalkDir;

use crate::support::{Site, tree};

/// Numbers that look random and are the same in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("it is below a usize")
    }
}

/// An archive that is edited. Files get times long past, each its own, as if hours lay between the edits.
struct Edited {
    site: Site,
    dice: Dice,
    clock: u64,
}

impl Edited {
    fn new(seed: u64) -> Self {
        let mut edited = Self {
            site: Site::new(),
            dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            clock: 1_600_000_000,
        };
        edited.config(&[]);
        for _ in 0..9 {
            edited.add();
        }
        edited
    }

    fn write(&mut self, path: &str, text: &str) {
        self.site.file(path, text);
        self.touch(path);
    }

    fn touch(&mut self, path: &str) {
        self.clock += 60;
        File::options()
            .write(true)
            .open(self.site.path().join(path))
            .and_then(|file| file.set_modified(UNIX_EPOCH + Duration::from_secs(self.clock)))
            .expect("touched");
    }

    fn config(&mut self, more: &[&str]) {
        let text = format!(
            "title = \"档案\"\nbase_url = \"https://news.example/a/\"\n{}\n",
            more.join("\n")
        );
        self.write("newsprint.toml", &text);
    }

    fn add(&mut self) {
        let number = self.clock;
        let section = ["甲", "乙"][self.dice.below(2)];
        let path = format!(
            "content/{section}/源{}/道/文{number}.md",
            self.dice.below(2)
        );
        let text = self.text(section);
        self.write(&path, &text);
    }

    fn text(&mut self, section: &str) -> String {
        let (day, title, word) = (
            1 + self.dice.below(28),
            self.dice.below(50),
            self.dice.below(1000),
        );
        let tag = ["天", "地", "人"][self.dice.below(3)];
        let extra = match self.dice.below(5) {
            0 => "<p><img src=\"图.png\"> <a href=\"/乙/另.md\">另</a></p>",
            1 => "<p><img src=\"https://i.example/a.png\"></p><script>x</script>",
            2 => "<h2>一</h2><p>甲</p><h2>二</h2>",
            _ => "",
        };
        let head = [
            "",
            "thumbnail: 图.png\n",
            "thumbnail: https://i.example/b.png\n",
        ][self.dice.below(3)];
        format!(
            "\n---\ntitle: '标题{title}'\ncategories:\n - {section}\n - 源\n - 道\ntags: [{tag}]\nauthor: 某{}\n{head}date: 2023-0{}-{day:02} 08:00:00\n---\n\n<p>正文 {word}。</p>{extra}\n",
            self.dice.below(2),
            1 + self.dice.below(3),
        )
    }

    fn posts(&self) -> Vec<String> {
        let root = self.site.path();
        let mut posts: Vec<String> = WalkDir::new(root.join("content"))
            .into_iter()
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "md"))
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(root).ok()?;
                path.to_str().map(str::to_owned)
            })
            .collect();
        posts.sort();
        posts
    }

    fn one(&mut self) -> Option<String> {
        let mut posts = self.posts();
        if posts.is_empty() {
            return None;
        }
        let at = self.dice.below(posts.len());
        Some(posts.swap_remove(at))
    }

    /// Does something that an owner, a crawler or a disk might do; returns what.
    fn edit(&mut self) -> String {
        let kind = self.dice.below(17);
        let one = self.one();
        match (kind, one) {
            (0 | 1, _) | (_, None) => {
                self.add();
                "add".to_owned()
            }
            (2, Some(path)) => {
                self.site.remove(&path);
                format!("delete {path}")
            }
            (3..=6, Some(path)) => {
                let section = ["甲", "乙", "丙"][self.dice.below(3)];
                let text = self.text(section);
                self.write(&path, &text);
                format!("rewrite {path}")
            }
            (7, Some(path)) => {
                let text = fs::read_to_string(self.site.path().join(&path))
                    .expect("read")
                    .replace("正文", "正文改");
                self.write(&path, &text);
                format!("edit the body of {path}")
            }
            (8, Some(path)) => {
                let to = path.replace(".md", "改.md");
                fs::rename(self.site.path().join(&path), self.site.path().join(&to))
                    .expect("renamed");
                format!("rename {path}")
            }
            (9, Some(path)) => {
                self.touch(&path);
                format!("touch {path}")
            }
            (10, _) => {
                let keys = [
                    "page_size = 3",
                    "page_size = 2\n[feeds]\ncount = 2",
                    "[feeds]\ncontent = \"summary\"",
                    "[deploy.live]\ntype = \"folder\"\npath = \"live\"\nwebsub = \"https://hub.example/\"",
                    "[body]\nindent = \"never\"",
                    "author = \"社\"\nexcerpt_width = 8",
                    "permalink = \":year/:title.html\"",
                    "timezone = \"UTC\"",
                    "[theme]\nname = \"wire\"",
                    "[theme]\nname = \"broadsheet\"\nsettings = { show_images = false }",
                    "",
                ];
                let at = self.dice.below(keys.len());
                self.config(&[keys[at]]);
                format!("configure {:?}", keys[at])
            }
            (11, Some(path)) => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let image = format!("{folder}/图.png");
                if self.site.path().join(&image).exists() {
                    self.site.remove(&image);
                } else {
                    self.write(&image, "not quite an image");
                }
                format!("add or remove {image}")
            }
            (12, _) => {
                let number = self.dice.below(3);
                let piece = ["row", "mention"][self.dice.below(2)];
                let (file, html) = match self.dice.below(3) {
                    0 => (
                        "trail/breadcrumbs".to_owned(),
                        "<nav><ol><li>{{ page.root }}</li>\n",
                    ),
                    _ => (
                        piece.to_owned(),
                        "<li><a href=\"{{ root }}{{ entry.url }}\">{{ entry.title }}</a></li>\n",
                    ),
                };
                let file = format!("templates/{file}.html");
                self.write(&file, &format!("<!-- {number} -->{html}"));
                format!("change {file}")
            }
            (13, _) => {
                let number = self.dice.below(9);
                self.write(
                    "i18n/zh-Hans.toml",
                    &format!("[messages]\nhome = \"首{number}\"\n"),
                );
                "change a translation".to_owned()
            }
            (14, _) => {
                let mut pages: Vec<_> = tree(&self.site.public()).into_keys().collect();
                let at = self.dice.below(pages.len());
                let page = pages.swap_remove(at);
                if self.dice.below(2) == 0 {
                    fs::remove_file(self.site.public().join(&page)).expect("removed");
                } else {
                    fs::write(self.site.public().join(&page), "by hand").expect("written");
                }
                format!("spoil {page}")
            }
            (15, _) => {
                let state = self.site.path().join(".newsprint");
                let mut caches: Vec<_> = fs::read_dir(&state)
                    .expect("it is there")
                    .flatten()
                    .map(|entry| entry.path())
                    .filter(|path| path.extension().is_some_and(|end| end == "cache"))
                    .collect();
                caches.sort();
                let at = self.dice.below(caches.len());
                let mut bytes = fs::read(&caches[at]).expect("read");
                let place = self.dice.below(bytes.len());
                bytes[place] ^= 1;
                fs::write(&caches[at], bytes).expect("written");
                "damage a cache".to_owned()
            }
            (_, _) => {
                self.write(
                    "content/乙/另.md",
                    "---\ntitle: 另\ndate: 2023-01-01\n---\n\n另一篇\n",
                );
                "add what others refer to".to_owned()
            }
        }
    }
}

/// The same site as it stands, but for everything that a build could remember other than its URLs.
fn without_memory(site: &Site) -> Site {
    let copy = site.duplicate();
    let _ = fs::remove_dir_all(copy.public());
    for entry in fs::read_dir(copy.path().join(".newsprint"))
        .expect("it is there")
        .flatten()
    {
        if entry.file_name() != "ledger.tsv" {
            fs::remove_file(entry.path()).expect("removed");
        }
    }
    copy
}

#[test]
fn whatever_is_edited_a_rebuild_equals_a_clean_build() {
    for seed in 1..=6 {
        let mut edited = Edited::new(seed);
        edited.site.build();
        let mut story = Vec::new();
        for _ in 0..7 {
            story.push(edited.edit());
            if edited.dice.below(3) == 0 {
                story.push(edited.edit());
            }
            let clean = without_memory(&edited.site);
            clean.run(&["build"]);
            edited.site.run(&["build"]);
            let (rebuilt, expected) = (tree(&edited.site.public()), tree(&clean.public()));
            assert_eq!(
                rebuilt.keys().collect::<Vec<_>>(),
                expected.keys().collect::<Vec<_>>(),
                "seed {seed}: {story:#?}"
            );
            for (path, bytes) in &expected {
                assert!(rebuilt[path] == *bytes, "seed {seed}, {path}: {story:#?}");
            }
        }
    }
}

fn number(report: &Value, key: &str) -> u64 {
    report["routes"][key].as_u64().expect("a number")
}

#[test]
fn one_new_post_writes_few_files() {
    let mut edited = Edited::new(99);
    for _ in 0..200 {
        edited.add();
    }
    let first = edited.site.report();
    assert_eq!(number(&first, "written"), number(&first, "total"));
    let again = edited.site.report();
    assert_eq!(number(&again, "written"), 0);
    edited.write(
        "content/甲/源0/道/新.md",
        "---\ntitle: 新\ncategories: [甲, 源, 道]\nauthor: 某0\ndate: 2023-04-01 08:00:00\n---\n\n<p>新的一篇。</p>\n",
    );
    let report = edited.site.report();
    let written = number(&report, "written");
    // Three directories show exact counts of so few posts; in a large archive they stay as they are.
    assert!((5..=33).contains(&written), "{written} files");
}

#[test]
fn a_change_rebuilds_what_depends_on_it_and_no_more() {
    let mut edited = Edited::new(7);
    edited.site.build();
    let lists = edited.site.report();
    let posts = lists["posts"]["built"].as_u64().expect("a number");
    // A list's template: no post is written again.
    edited.write(
        "templates/row.html",
        "<li class=\"row\"><a href=\"{{ root }}{{ entry.url }}\">{{ entry.title }}</a></li>\n",
    );
    let report = edited.site.report();
    let written = number(&report, "written");
    assert!(
        written > 0 && written + posts <= number(&report, "total"),
        "{written}"
    );
    // The feeds' length: feeds alone.
    edited.config(&["[feeds]\ncount = 1"]);
    let report = edited.site.report();
    let feeds = tree(&edited.site.public())
        .into_keys()
        .filter(|path| {
            ["atom.xml", "rss.xml", "feed.json"]
                .iter()
                .any(|name| path.ends_with(name))
        })
        .count();
    assert!(number(&report, "written") as usize <= feeds);
}

#[test]
fn a_damaged_or_foreign_cache_is_thrown_away_with_one_line() {
    let mut edited = Edited::new(3);
    edited.add();
    edited.site.build();
    let state = edited.site.path().join(".newsprint");
    for (damage, said) in [
        (&b""[..], "it is no cache of this version"),
        (
            b"newsprint post 0________________",
            "it is no cache of this version",
        ),
        (
            b"newsprint post 3________________________x",
            "it is damaged",
        ),
    ] {
        fs::write(state.join("posts.cache"), damage).expect("written");
        let run = edited.site.build();
        assert_eq!(
            run.stderr.matches("the cache was thrown away").count(),
            1,
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!edited.site.build().stderr.contains("thrown away"));
    }
}
