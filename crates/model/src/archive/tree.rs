//! Makes the category tree out of the paths that posts name.

use std::collections::{BTreeMap, HashMap};

use super::{Category, CategoryId, PostId};

/// The category tree while paths are being added: children by name.
#[derive(Default)]
pub(super) struct CategoryTree {
    roots: Branches,
    /// The path that was added last: files of one folder mostly name the same.
    last: Vec<Box<str>>,
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
    /// The path that was looked up last, and its deepest node.
    last: Option<(Vec<Box<str>>, CategoryId)>,
}

type ByName = HashMap<Box<str>, CategoryId>;

impl CategoryTree {
    /// Makes sure that a path is there.
    pub(super) fn add(&mut self, path: &[Box<str>]) {
        if self.last == path {
            return;
        }
        self.last = path.to_vec();
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
            last: None,
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
    /// The deepest node of each path, each once.
    pub(super) fn leaves(&mut self, paths: &[Vec<Box<str>>]) -> Box<[CategoryId]> {
        let mut leaves = Vec::with_capacity(paths.len());
        for path in paths {
            if let Some(leaf) = self.leaf(path)
                && !leaves.contains(&leaf)
            {
                leaves.push(leaf);
            }
        }
        leaves.into_boxed_slice()
    }

    fn leaf(&mut self, path: &[Box<str>]) -> Option<CategoryId> {
        if let Some((last, leaf)) = &self.last
            && last == path
        {
            return Some(*leaf);
        }
        let mut leaf = None;
        for name in path {
            let names = match leaf {
                Some(CategoryId(parent)) => &self.below[parent as usize],
                None => &self.roots,
            };
            leaf = Some(*names.get(name)?);
        }
        self.last = leaf.map(|leaf| (path.to_vec(), leaf));
        leaf
    }

    /// Enters a post at every node from these up.
    pub(super) fn place(&mut self, post: PostId, leaves: &[CategoryId]) {
        for leaf in leaves {
            let mut node = Some(*leaf);
            while let Some(CategoryId(id)) = node {
                let category = &mut self.nodes[id as usize];
                // What stands above it knows the post as well.
                if category.posts.last() == Some(&post) {
                    break;
                }
                category.posts.push(post);
                node = category.parent;
            }
        }
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
        let leaves = tree.leaves(&paths[..2]);
        tree.place(PostId(0), &leaves);
        let others = tree.leaves(&paths[2..]);
        tree.place(PostId(1), &others);
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
