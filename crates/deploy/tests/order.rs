//! What must hold of every plan, whatever the sites: carried out, it gives the new site; and at every moment on the way, with
//! the steps of a group in any order, readers find a site that holds together.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use newsprint_deploy::manifest::{Content, Entry, Hash};
use newsprint_deploy::{Change, Manifest, Plan, Role, Roles};
use proptest::prelude::*;

/// A made-up site: the files, and which files each of them needs or leads to.
#[derive(Debug, Clone, Default)]
struct Site {
    files: BTreeMap<String, Page>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Page {
    version: u8,
    needs: BTreeSet<String>,
    leads_to: BTreeSet<String>,
}

const ASSETS: usize = 4;
const POSTS: usize = 6;
const LISTS: usize = 4;

fn asset(n: usize) -> String {
    format!("static/{n}.0123abcd.css")
}

fn post(n: usize) -> String {
    format!("2024/{n}.html")
}

fn list(n: usize) -> String {
    format!("tags/{n}/index.html")
}

fn roles() -> Roles {
    Roles::new((0..POSTS).map(post).collect())
}

impl Site {
    fn manifest(&self) -> Manifest {
        let entry = |page: &Page| Entry {
            content: Content::Is(Hash::of(format!("{page:?}").as_bytes())),
            size: 1,
            headers: 0,
        };
        Manifest {
            files: self
                .files
                .iter()
                .map(|(path, page)| (path.clone(), entry(page)))
                .collect(),
        }
    }
}

prop_compose! {
    /// Any site: links lead only to what it has.
    fn site()(
        assets in prop::collection::btree_set(0..ASSETS, 0..=ASSETS),
        posts in prop::collection::btree_set(0..POSTS, 0..=POSTS),
        lists in prop::collection::btree_set(0..LISTS, 0..=LISTS),
        versions in prop::collection::vec(0_u8..3, POSTS + LISTS + ASSETS + 2),
        links in prop::collection::vec(any::<u16>(), POSTS + LISTS + 2),
    ) -> Site {
        let chosen = |bits: u16, names: Vec<String>, shift: u16| -> BTreeSet<String> {
            names
                .into_iter()
                .zip(0_u16..)
                .filter(|(_, place)| bits >> (place + shift) & 1 == 1)
                .map(|(name, _)| name)
                .collect()
        };
        let all_assets: Vec<String> = assets.iter().copied().map(asset).collect();
        let all_posts: Vec<String> = posts.iter().copied().map(post).collect();
        let all_lists: Vec<String> = lists.iter().copied().map(list).collect();
        let pages: Vec<String> = all_posts.iter().chain(&all_lists).cloned().collect();
        let mut site = Site::default();
        for (place, name) in all_assets.iter().enumerate() {
            let page = Page { version: versions[place], ..Page::default() };
            site.files.insert(name.clone(), page);
        }
        let home = ["index.html".to_owned(), "atom.xml".to_owned()];
        for (place, name) in pages.iter().chain(&home).enumerate() {
            let page = Page {
                version: versions[ASSETS + place],
                needs: chosen(links[place], all_assets.clone(), 0),
                leads_to: chosen(links[place], pages.clone(), 4),
            };
            site.files.insert(name.clone(), page);
        }
        site
    }
}

/// Carries a plan out step by step, the steps of each group in an order made of `seed`, and looks at every state between.
fn walk(
    old: &Site,
    new: &Site,
    seed: u64,
    mut look: impl FnMut(&BTreeMap<String, Page>),
) -> BTreeMap<String, Page> {
    let roles = roles();
    let plan = Plan::between(&old.manifest(), &new.manifest(), |path| roles.of(path));
    let mut live = old.files.clone();
    look(&live);
    for group in &plan.groups {
        let mut steps = group.steps.clone();
        steps.sort_by_key(|(path, _)| Hash::of(format!("{seed}{path}").as_bytes()));
        for (path, change) in steps {
            match change {
                Change::Upload(_) => live.insert(path.clone(), new.files[&path].clone()),
                Change::Delete => live.remove(&path),
            };
            look(&live);
        }
    }
    live
}

/// Pages that a reader can come to: from the home page, and from pages whose address stays.
fn reachable(live: &BTreeMap<String, Page>, stays: &HashSet<String>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut next: Vec<String> = live
        .keys()
        .filter(|path| stays.contains(*path))
        .cloned()
        .collect();
    while let Some(path) = next.pop() {
        if found.insert(path.clone())
            && let Some(page) = live.get(&path)
        {
            next.extend(page.leads_to.iter().cloned());
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn carried_out_it_gives_the_new_site(old in site(), new in site(), seed in any::<u64>()) {
        prop_assert_eq!(walk(&old, &new, seed, |_| ()), new.files);
    }

    #[test]
    fn no_page_is_ever_without_its_style(old in site(), new in site(), seed in any::<u64>()) {
        let mut missing = Vec::new();
        walk(&old, &new, seed, |live| {
            for (path, page) in live {
                missing.extend(page.needs.iter().filter(|asset| !live.contains_key(*asset)).map(|asset| format!("{path} needs {asset}")));
            }
        });
        prop_assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn nothing_that_readers_come_to_leads_nowhere(old in site(), new in site(), seed in any::<u64>()) {
        let stays: HashSet<String> = old.files.keys().filter(|path| new.files.contains_key(*path)).cloned().collect();
        let mut dead = Vec::new();
        walk(&old, &new, seed, |live| {
            for path in reachable(live, &stays) {
                if !live.contains_key(&path) {
                    dead.push(path);
                }
            }
        });
        prop_assert!(dead.is_empty(), "{dead:?}");
    }

    #[test]
    fn what_is_announced_covers_every_moment_and_leads_to_the_same_end(old in site(), new in site()) {
        let roles = roles();
        let (was, wanted) = (old.manifest(), new.manifest());
        let plan = Plan::between(&was, &wanted, |path| roles.of(path));
        let announced = plan.announced(&was, &wanted);
        for path in was.files.keys().chain(wanted.files.keys()) {
            prop_assert!(announced.files.contains_key(path));
        }
        // A deploy that ended at once: the next one does the same, and calls what is new new.
        let again = Plan::between(&announced, &wanted, |path| roles.of(path));
        let steps = |plan: &Plan| plan.groups.clone();
        prop_assert_eq!(steps(&again), steps(&plan));
    }
}

#[test]
fn reasons_and_order_of_an_ordinary_change() {
    let entry = |text: &str, headers| Entry {
        content: Content::Is(Hash::of(text.as_bytes())),
        size: 1,
        headers,
    };
    let manifest = |files: &[(&str, &str, u32)]| Manifest {
        files: files
            .iter()
            .map(|(path, text, headers)| ((*path).to_owned(), entry(text, *headers)))
            .collect(),
    };
    let live = manifest(&[
        ("2024/a.html", "1", 0),
        ("2024/old.html", "1", 0),
        ("atom.xml", "1", 0),
        ("icon.png", "1", 1),
        ("index.html", "1", 0),
        ("same.txt", "1", 0),
        ("static/a.00000000.css", "1", 0),
        ("tags/x/index.html", "1", 0),
    ]);
    let wanted = manifest(&[
        ("2024/a.html", "2", 0),
        ("2024/b.html", "1", 0),
        ("atom.xml", "2", 0),
        ("icon.png", "1", 2),
        ("index.html", "2", 0),
        ("same.txt", "1", 0),
        ("static/a.11111111.css", "2", 0),
        ("tags/x/index.html", "2", 0),
        ("tags/y/index.html", "1", 0),
        ("search/s0.bin", "1", 0),
        ("search/manifest.bin", "1", 0),
    ]);
    let roles = Roles::new(
        ["a", "b", "old"]
            .map(|name| format!("2024/{name}.html"))
            .into(),
    );
    let plan = Plan::between(&live, &wanted, |path| roles.of(path));
    let steps: Vec<String> = plan
        .steps()
        .map(|(path, change)| match change {
            Change::Upload(reason) => format!("{path}: {reason}"),
            Change::Delete => format!("{path}: delete"),
        })
        .collect();
    assert_eq!(
        steps,
        [
            "icon.png: headers changed",
            "static/a.11111111.css: new",
            "2024/b.html: new",
            "tags/y/index.html: new",
            "2024/a.html: changed",
            "tags/x/index.html: changed",
            "index.html: changed",
            "search/s0.bin: new",
            "atom.xml: changed",
            "search/manifest.bin: new",
            "2024/old.html: delete",
            "static/a.00000000.css: delete",
        ]
    );
    assert_eq!((plan.live, plan.unchanged), (8, 1));
}

/// live, wanted in common, share -> much
#[test]
fn much_is_more_than_a_share_and_more_than_a_handful() {
    let files = |range: std::ops::Range<usize>| Manifest {
        files: range
            .map(|n| {
                let entry = Entry {
                    content: Content::Is(Hash::of(b"")),
                    size: 0,
                    headers: 0,
                };
                (format!("{n}.html"), entry)
            })
            .collect(),
    };
    for (live, gone, share, expected) in [
        (10, 10, 10, false),
        (20, 20, 0, false),
        (21, 21, 10, true),
        (1000, 100, 10, false),
        (1000, 101, 10, true),
        (1000, 1000, 100, false),
        (1000, 21, 0, true),
    ] {
        let plan = Plan::between(&files(0..live), &files(gone..live), |_| Role::List);
        assert_eq!(
            plan.deletes_much(share),
            expected,
            "{gone} of {live}, {share} %"
        );
    }
}
