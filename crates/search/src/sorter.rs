//! Puts long lists in order by numbers that are spread evenly over their range, as hashes are: a number says nearly where its
//! thing belongs.

/// As many things are put together, on average, before they are compared.
const TOGETHER: usize = 2;

/// Sorts one list after the other in the same memory.
#[derive(Debug)]
pub(crate) struct Sorter<T> {
    /// Where each group begins, and once it is filled, where it ends.
    places: Vec<u32>,
    sorted: Vec<T>,
}

impl<T> Default for Sorter<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            sorted: Vec::new(),
        }
    }
}

impl<T: Copy> Sorter<T> {
    /// Puts a list in order of what `key` gives. Things with the same key stay in the order that they have.
    pub(crate) fn sort(&mut self, list: &mut Vec<T>, key: impl Fn(&T) -> u32) {
        let (mut least, mut most) = (u32::MAX, 0);
        for one in &*list {
            least = least.min(key(one));
            most = most.max(key(one));
        }
        if least >= most {
            return;
        }
        let groups = list.len().div_ceil(TOGETHER);
        // How many groups a key is wide, as a fraction of 32 bits.
        let scale = ((groups as u64) << 32) / (u64::from(most - least) + 1);
        let group = |one: &T| ((u64::from(key(one) - least) * scale) >> 32) as usize;
        self.places.clear();
        self.places.resize(groups, 0);
        for one in &*list {
            self.places[group(one)] += 1;
        }
        let mut before = 0;
        for place in &mut self.places {
            before += std::mem::replace(place, before);
        }
        // What stands there is all overwritten.
        self.sorted.resize(list.len(), list[0]);
        for one in &*list {
            let place = &mut self.places[group(one)];
            self.sorted[*place as usize] = *one;
            *place += 1;
        }
        // Most groups are of one key, and in order as they are.
        let mut at = 0;
        while let Some(step) = self.sorted[at..]
            .windows(2)
            .position(|two| key(&two[0]) > key(&two[1]))
        {
            let group = group(&self.sorted[at + step]);
            let start = group.checked_sub(1).map_or(0, |before| self.places[before]);
            at = self.places[group] as usize;
            self.sorted[start as usize..at].sort_by_key(&key);
        }
        std::mem::swap(list, &mut self.sorted);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorting_keeps_the_order_of_what_is_alike(
            lists in prop::collection::vec(prop::collection::vec(prop_oneof![0..8_u32, any::<u32>(), Just(u32::MAX)], 0..400), 1..4),
        ) {
            let mut sorter = Sorter::default();
            for keys in lists {
                let mut list: Vec<(u32, usize)> = keys.into_iter().zip(0..).collect();
                let mut expected = list.clone();
                expected.sort_by_key(|one| one.0);
                sorter.sort(&mut list, |one| one.0);
                prop_assert_eq!(list, expected);
            }
        }
    }
}
