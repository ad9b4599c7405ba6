//! Makes the category tree out of the paths that posts name.

use std::collections::{BTreeMap, HashMap};

use super::{Category, CategoryId, PostId};

/// The category tree while paths are being added: children by name.
#[derive(Default)]
pub(super) struct CategoryTree {
    roots: Branches,
}

type Branches = BTreeMap<Box<str>, Branch>;

#[derive(Default)]
struct Branch {
    children: Branches,
}

/// The category tree with numbered nodes, ready to take posts.
pub(super) struct FrozenTree {
    /// Every node, a parent before its children.
    pub(super) nodes: Vec<Category>,
    /// The top of the tree, by name.
    pub(super) sections: Vec<CategoryId>,
    /// The sections by name, and for each node what is below it.
    roots: ByName,
    below: Vec<ByName>,
}

type ByName = HashMap<Box<str>, CategoryId>;

impl CategoryTree {
    /// Makes sure that a path is there.
    pub(super) fn add(&mut self, path: &[Box<str>]) {
        let mut level = &mut self.roots;
        for name in path {
            if !level.contains_key(name) {
                level.insert(name.clone(), Branch::default());
            }
            level = match level.get_mut(name) {
                Some(branch) => &mut branch.children,
                None => return,
            };
        }
    }

    /// Numbers the nodes.
    pub(super) fn freeze(self) -> FrozenTree {
        let mut tree = FrozenTree {
            nodes: Vec::new(),
            sections: Vec::new(),
            roots: ByName::new(),
            below: Vec::new(),
        };
        // A queue of levels instead of recursion: front matter decides how deep paths go.
        let mut pending = vec![(None, self.roots)];
        while let Some((parent, branches)) = pending.pop() {
            let depth = parent.map_or(0, |p: CategoryId| tree.nodes[p.0 as usize].depth + 1);
            for (name, branch) in branches {
                let id = CategoryId(u32::try_from(tree.nodes.len()).unwrap_or(u32::MAX));
                tree.nodes.push(Category {
                    name: name.clone(),
                    parent,
                    children: Vec::new(),
                    depth,
                    posts: Vec::new(),
                });
                tree.below.push(ByName::new());
                match parent {
                    Some(p) => {
                        tree.nodes[p.0 as usize].children.push(id);
                        tree.below[p.0 as usize].insert(name, id);
                    }
                    None => {
                        tree.sections.push(id);
                        tree.roots.insert(name, id);
                    }
                }
                if !branch.children.is_empty() {
                    pending.push((Some(id), branch.children));
                }
            }
        }
        tree
    }
}

impl FrozenTree {
    /// Enters a post at every node of its paths; returns the deepest node of each path.
    pub(super) fn place(&mut self, post: PostId, paths: &[Vec<Box<str>>]) -> Box<[CategoryId]> {
        let mut leaves = Vec::with_capacity(paths.len());
        for path in paths {
            let mut parent = None;
            for name in path {
                let names = match parent {
                    Some(CategoryId(parent)) => &self.below[parent as usize],
                    None => &self.roots,
                };
                let Some(id) = names.get(name) else {
                    break;
                };
                let posts = &mut self.nodes[id.0 as usize].posts;
                if posts.last() != Some(&post) {
                    posts.push(post);
                }
                parent = Some(*id);
            }
            if let Some(leaf) = parent
                && !leaves.contains(&leaf)
            {
                leaves.push(leaf);
            }
        }
        leaves.into_boxed_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<Box<str>> {
        text.split('/').map(Into::into).collect()
    }

    #[test]
    fn a_post_counts_once_at_every_node_above_it() {
        let paths = [
            path("甲/乙/丙"),
            path("甲/乙/丁"),
            path("甲/戊"),
            path("己"),
        ];
        let mut tree = CategoryTree::default();
        paths.iter().for_each(|path| tree.add(path));
        let mut tree = tree.freeze();
        let leaves = tree.place(PostId(0), &paths[..2]);
        tree.place(PostId(1), &paths[2..]);
        let counts: BTreeMap<&str, usize> = tree
            .nodes
            .iter()
            .map(|node| (&*node.name, node.posts.len()))
            .collect();
        let expected = [
            ("甲", 2),
            ("乙", 1),
            ("丙", 1),
            ("丁", 1),
            ("戊", 1),
            ("己", 1),
        ];
        assert_eq!(counts, BTreeMap::from(expected));
        assert_eq!(leaves.len(), 2);
        for (node, id) in tree.nodes.iter().zip(0..) {
            assert!(
                node.parent.is_none_or(|parent| parent.0 < id),
                "a parent comes first"
            );
        }
    }

    #[test]
    fn a_name_below_two_parents_is_two_nodes() {
        let mut tree = CategoryTree::default();
        tree.add(&path("甲/新闻"));
        tree.add(&path("乙/新闻"));
        let tree = tree.freeze();
        assert_eq!(tree.nodes.len(), 4);
        assert_eq!(tree.sections.len(), 2);
    }

    #[test]
    fn a_path_a_hundred_thousand_deep_is_no_danger() {
        let deep: Vec<Box<str>> = (0..100_000).map(|_| "深".into()).collect();
        let mut tree = CategoryTree::default();
        tree.add(&deep);
        assert_eq!(tree.freeze().nodes.len(), 100_000);
    }
}
