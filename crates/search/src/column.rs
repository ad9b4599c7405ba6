//! Bytes that are appended a few at a time: more of them are written than count, so that how many it is needs no branch.

/// A list of bytes with room behind it, in memory that serves one list after the other.
#[derive(Debug, Default)]
pub(crate) struct Column {
    /// What stands behind the end is overwritten.
    bytes: Vec<u8>,
    end: usize,
}

impl Column {
    pub(crate) fn clear(&mut self) {
        self.end = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.end
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// The room behind the end, at least so many bytes.
    fn room(&mut self, least: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < least {
            let length = (self.end + least).max(self.bytes.len() * 2);
            self.bytes.resize(length, 0);
        }
        &mut self.bytes[self.end..]
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// Appends the first so many bytes of a number, the lowest first.
    pub(crate) fn put(&mut self, bytes: u64, count: usize) {
        self.room(8)[..8].copy_from_slice(&bytes.to_le_bytes());
        self.end += count;
    }

    /// Appends numbers of at most 28 bits as [`put_varint`](crate::bytes::put_varint) does.
    pub(crate) fn put_varints(&mut self, numbers: impl ExactSizeIterator<Item = u32>) {
        const LONGEST: usize = 4;
        let room = self.room(numbers.len() * LONGEST);
        let mut end = 0;
        for number in numbers {
            let (bytes, count) = varint(number);
            room[end..end + LONGEST].copy_from_slice(&bytes.to_le_bytes());
            end += count;
        }
        self.end += end;
    }
}

/// A number of at most 28 bits as a varint, and of how many bytes. Most take one or two, and which it is cannot be guessed.
fn varint(number: u32) -> (u32, usize) {
    let is_long = u32::from(number >= 0x80);
    let two = number & 0x7f | is_long << 7 | (number >> 7 & 0x7f) << 8;
    if number < 1 << 14 {
        return (two, 1 + is_long as usize);
    }
    let is_longest = u32::from(number >= 1 << 21);
    let four = two | 1 << 15 | (number >> 14 & 0x7f) << 16 | is_longest << 23 | number >> 21 << 24;
    (four, 3 + is_longest as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bytes::put_varint;

    proptest! {
        #[test]
        fn what_is_appended_stands_there(
            lists in prop::collection::vec(prop::collection::vec((0..1_u32 << 28, 0..28), 0..200), 1..4),
        ) {
            let mut column = Column::default();
            for list in lists {
                let numbers: Vec<u32> = list.into_iter().map(|(number, shift)| number >> shift).collect();
                let mut expected = b"before".to_vec();
                for number in &numbers {
                    put_varint(&mut expected, *number);
                }
                expected.extend([1, 2, 3]);
                column.clear();
                column.extend(b"before");
                column.put_varints(numbers.iter().copied());
                column.put(0x0403_0201, 3);
                prop_assert_eq!(column.as_bytes(), expected.as_slice());
                prop_assert_eq!(column.len(), expected.len());
            }
        }
    }
}
