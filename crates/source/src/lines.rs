//! Lines and their numbers, whatever ends them.

/// The lines of a text with the place where each begins; `\n`, `\r\n` and a lone `\r` end them.
pub(crate) struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let length = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let ending = match bytes.get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        self.at = start + length + ending;
        Some((start, &self.text[start..start + length]))
    }
}

/// The numbers of lines, for places that are asked for in ascending order.
pub(crate) struct LineNumbers<'a> {
    text: &'a [u8],
    counted: usize,
    lines: u32,
}

impl<'a> LineNumbers<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            counted: 0,
            lines: 1,
        }
    }

    /// The number of the line in which byte `at` stands, counted from 1.
    pub(crate) fn at(&mut self, at: usize) -> u32 {
        let at = at.clamp(self.counted, self.text.len());
        let ends = memchr::memchr2_iter(b'\n', b'\r', &self.text[self.counted..at])
            .map(|end| self.counted + end)
            .filter(|end| self.text[*end] == b'\n' || self.text.get(end + 1) != Some(&b'\n'))
            .count();
        self.lines = self
            .lines
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.counted = at;
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = "a\nb\r\nc\rd\n\ne";
        let lines: Vec<_> = Lines::new(text).collect();
        assert_eq!(
            lines,
            [(0, "a"), (2, "b"), (5, "c"), (7, "d"), (9, ""), (10, "e")]
        );
        let mut numbers = LineNumbers::new(text);
        for (number, (at, _)) in (1..).zip(lines) {
            assert_eq!(numbers.at(at), number);
            assert_eq!(LineNumbers::new(text).at(at), number);
        }
    }
}
