//! `:abbrlink`, by the rules of the Hexo plugin of that name: a checksum of the title, short enough for a URL.

use crc::{CRC_16_ARC, CRC_32_ISO_HDLC, Crc};
use newsprint_model::config::{AbbrlinkAlgorithm, AbbrlinkConfig, AbbrlinkRepresentation};

const CRC16: Crc<u16> = Crc::<u16>::new(&CRC_16_ARC);
const CRC32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// The checksum of the UTF-8 text, written as configured: hexadecimal without leading zeros, or decimal.
pub fn abbrlink(text: &str, config: AbbrlinkConfig) -> String {
    let sum = match config.algorithm {
        AbbrlinkAlgorithm::Crc16 => u32::from(CRC16.checksum(text.as_bytes())),
        AbbrlinkAlgorithm::Crc32 => CRC32.checksum(text.as_bytes()),
    };
    match config.representation {
        AbbrlinkRepresentation::Hex => format!("{sum:x}"),
        AbbrlinkRepresentation::Dec => sum.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values that the CRC catalogue gives for `123456789`, and sums made with other programs.
    #[test]
    fn sums_match_the_catalogue() {
        use AbbrlinkAlgorithm::{Crc16, Crc32};
        use AbbrlinkRepresentation::{Dec, Hex};
        let cases = [
            ("123456789", Crc16, Hex, "bb3d"),
            ("123456789", Crc16, Dec, "47933"),
            ("123456789", Crc32, Hex, "cbf43926"),
            ("123456789", Crc32, Dec, "3421780262"),
            ("", Crc16, Hex, "0"),
            ("中文", Crc32, Hex, "5a09ed37"),
        ];
        for (text, algorithm, representation, expected) in cases {
            let config = AbbrlinkConfig {
                algorithm,
                representation,
                ..AbbrlinkConfig::default()
            };
            assert_eq!(abbrlink(text, config), expected, "{text}");
        }
    }
}
