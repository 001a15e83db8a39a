//! A file of what is normal: the magic `93 4e 4f 56 0d 0a 1a 0a`, the postcard of [`Contents`], and the CRC-32 (ISO-HDLC) of all
//! bytes before, little-endian. Version 1 has statistics, version 2 embeddings as a critic sees them.

use dim_device::novelty::{Judge, Moments, NormalImages, Threshold};
use dim_link::Normal;
use dim_model_format::Identity;
use serde::{Deserialize, Serialize};

use super::statistics::Statistics;

const MAGIC: [u8; 8] = *b"\x93NOV\r\n\x1a\n";
/// Of files of statistics, and of a critic's.
const VERSIONS: [u16; 2] = [1, 2];
const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

/// Why a file of statistics cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Not such a file, of another version, cut short or damaged.
    #[error("not a whole file of `dim novelty` of version {} or {}", VERSIONS[0], VERSIONS[1])]
    Malformed,
    /// Of the maps of another encoder.
    #[error(
        "the statistics are of encoder {stated}, this is encoder {encoder}; maps of two encoders cannot be compared: learn \
         them again with `dim novelty --normal`"
    )]
    OtherEncoder {
        /// Identity in the file.
        stated: Identity,
        /// Identity of the encoder beside it.
        encoder: Identity,
    },
}

/// What stands in a file.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    version: u16,
    identity: [u8; 16],
    /// `[height, width, channels]` of a map.
    shape: [u16; 3],
    /// Images that were counted.
    images: u32,
    /// Normal images that were not; sum of their scores, and of the squares.
    threshold: (u32, u64, u128),
    /// Sum and sum of squares of each code, `[height * width * channels]`, as [`Moments::to_bytes`]; of a critic, 64 embeddings
    /// `[channels]` in as many bytes.
    moments: Vec<[u8; Moments::BYTES]>,
}

impl Statistics {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Threshold { images, sum, squares } = self.normal.scores_of_threshold();
        let contents = Contents {
            version: match self.judge_of() {
                Judge::Statistic => VERSIONS[0],
                Judge::Critic => VERSIONS[1],
            },
            identity: self.identity.0,
            shape: self.shape.map(|extent| u16::try_from(extent).unwrap_or(u16::MAX)),
            images: self.images(),
            threshold: (images, sum, squares),
            moments: self.normal.moments().iter().map(|moments| moments.to_bytes()).collect(),
        };
        let mut bytes = MAGIC.to_vec();
        // Into a vector all of it fits.
        bytes = postcard::to_extend(&contents, bytes).unwrap_or_default();
        bytes.extend(CRC.checksum(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`Statistics::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FileError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        read(bytes).ok_or(FileError::Malformed)
    }

    /// The same, if they are of this encoder.
    ///
    /// # Errors
    /// [`FileError::OtherEncoder`].
    pub fn of(self, encoder: Identity) -> Result<Self, FileError> {
        if self.identity == encoder {
            return Ok(self);
        }
        Err(FileError::OtherEncoder { stated: self.identity, encoder })
    }

    /// What a device is told before the moments arrive.
    pub fn announcement(&self) -> Normal {
        let Threshold { images, sum, squares } = self.normal.scores_of_threshold();
        let [values, channels] = self.normal.size();
        Normal {
            identity: self.identity,
            images: self.images(),
            values: u32::try_from(values).unwrap_or(u32::MAX),
            channels: u16::try_from(channels).unwrap_or(u16::MAX),
            threshold_images: images,
            threshold_sum: sum,
            threshold_squares: squares,
        }
    }

    /// The moments, as a device takes them.
    pub fn moments(&self) -> Vec<u8> {
        self.normal.moments().iter().flat_map(|moments| moments.to_bytes()).collect()
    }
}

fn read(bytes: &[u8]) -> Option<Statistics> {
    let (body, checksum) = bytes.split_last_chunk()?;
    if CRC.checksum(body) != u32::from_le_bytes(*checksum) {
        return None;
    }
    let (contents, rest) = postcard::take_from_bytes::<Contents>(body.strip_prefix(&MAGIC)?).ok()?;
    let Contents { version, identity, shape, images, threshold: (count, sum, squares), moments } = contents;
    let judge = [Judge::Statistic, Judge::Critic].into_iter().zip(VERSIONS).find(|(_, of)| *of == version)?.0;
    let shape = shape.map(usize::from);
    if !rest.is_empty()
        || shape.contains(&0)
        || (judge == Judge::Statistic && moments.len() != shape.iter().product::<usize>())
    {
        return None;
    }
    let size = [moments.len(), shape[2]];
    let mut normal = NormalImages::over(moments.into_iter().map(Moments::from_bytes).collect::<Vec<_>>(), judge);
    normal.take(images, size, Threshold { images: count, sum, squares }).ok()?;
    // Fewer judge nothing.
    (images >= 2).then_some(Statistics { identity: Identity(identity), shape, normal })
}

#[cfg(test)]
mod tests {
    use dim_device::novelty::Seen;

    use super::*;
    use crate::novelty::Maps;

    fn statistics() -> Statistics {
        let codes = vec![vec![1, -2, 3, 4], vec![-128, 127, 0, 1], vec![5, 5, 5, 5]];
        let maps = Maps { shape: [1, 2, 2], codes, embeddings: None };
        Statistics::learn(Identity(*b"0123456789abcdef"), &maps, &[0, 1, 2]).unwrap()
    }

    fn of_critic() -> Statistics {
        let codes = vec![vec![1, -2, 3, 4], vec![-128, 127, 0, 1], vec![5, 5, 5, 5]];
        let embeddings = Some(vec![vec![1, 0], vec![-3, 4], vec![0, 127]]);
        let maps = Maps { shape: [1, 2, 2], codes, embeddings };
        Statistics::learn(Identity(*b"0123456789abcdef"), &maps, &[0, 1, 2]).unwrap()
    }

    /// The same, with 64 embeddings of two numbers, of which two are known.
    #[test]
    fn a_file_of_a_critic_has_its_bytes() {
        let bytes = of_critic().to_bytes();
        let head = [&b"\x93NOV\r\n\x1a\n"[..], &[2], b"0123456789abcdef", &[1, 2, 2, 2, 1]].concat();
        assert_eq!(bytes[..head.len()], head);
        let end = bytes.len() - 4;
        assert_eq!(bytes[end - 129..end - 124], [16, 0xfd, 4, 0, 127]);
        assert!(bytes[end - 124..end].iter().all(|byte| *byte == 0));
        assert_eq!(Statistics::from_bytes(&bytes), Ok(of_critic()));
        assert_eq!(of_critic().announcement().values, 16);
        let mut other = bytes[..end].to_vec();
        other[8] = 3;
        other.extend(CRC.checksum(&other).to_le_bytes());
        assert_eq!(Statistics::from_bytes(&other), Err(FileError::Malformed));
    }

    /// Made by hand: varints, and the checksum of zlib.
    #[test]
    fn a_file_has_its_bytes() {
        let bytes = statistics().to_bytes();
        let expected = [
            &b"\x93NOV\r\n\x1a\n"[..],
            &[1],
            b"0123456789abcdef",
            // Shape, images, images of the threshold.
            &[1, 2, 2, 2, 1],
        ]
        .concat();
        assert_eq!(bytes[..expected.len()], expected);
        let moments = [
            [&(-123_i32).to_le_bytes()[..], &16_409_u32.to_le_bytes()].concat(),
            [&132_i32.to_le_bytes()[..], &16_154_u32.to_le_bytes()].concat(),
            [&5_i32.to_le_bytes()[..], &25_u32.to_le_bytes()].concat(),
            [&6_i32.to_le_bytes()[..], &26_u32.to_le_bytes()].concat(),
        ]
        .concat();
        let end = bytes.len() - 4;
        assert_eq!((bytes[end - 33], &bytes[end - 32..end]), (4, &moments[..]));
        assert_eq!(Statistics::from_bytes(&bytes), Ok(statistics()));
        assert_eq!(statistics().moments(), moments);
    }

    #[test]
    fn damaged_files_and_those_of_other_encoders_are_refused() {
        let file = statistics().to_bytes();
        for length in 0..file.len() {
            assert_eq!(Statistics::from_bytes(&file[..length]), Err(FileError::Malformed), "{length} bytes");
        }
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            assert_eq!(Statistics::from_bytes(&damaged), Err(FileError::Malformed), "byte {at}");
        }
        let error = statistics().of(Identity([0; 16])).unwrap_err();
        assert!(error.to_string().contains("30313233"), "{error}");
        assert_eq!(statistics().of(Identity(*b"0123456789abcdef")), Ok(statistics()));
    }

    /// Any change with a checksum that is right is read as statistics that can judge, or refused.
    #[test]
    fn what_has_the_right_checksum_may_still_be_none() {
        for file in [statistics().to_bytes(), of_critic().to_bytes()] {
            let body = file.len() - 4;
            for (at, value) in (0..body).flat_map(|at| (0..=u8::MAX).map(move |value| (at, value))) {
                let mut changed = file[..body].to_vec();
                changed[at] = value;
                changed.extend(CRC.checksum(&changed).to_le_bytes());
                if let Ok(read) = Statistics::from_bytes(&changed) {
                    let [values, channels] = [read.shape.iter().product(), read.shape[2]];
                    let (cells, embedding) = (vec![i8::MIN; values], vec![i8::MIN; channels]);
                    let seen = match read.judge_of() {
                        Judge::Statistic => Seen::Map { cells: &cells, channels },
                        Judge::Critic => Seen::Critic { cells: &cells, embedding: &embedding },
                    };
                    read.judge(seen).unwrap();
                    read.threshold();
                }
            }
        }
    }
}
