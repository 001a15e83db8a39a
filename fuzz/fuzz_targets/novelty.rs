//! Any bytes are the statistics of normal images, by which any map of their size can be judged, or an error.
#![no_main]

use dim_device::novelty::{Judge, Seen};
use dim_fuzz::with_checksum;
use dim_host::novelty::Statistics;
use libfuzzer_sys::fuzz_target;

// Magic and version are right, so that what is fuzzed lies behind them.
fuzz_target!(|bytes: &[u8]| {
    let mut file = bytes.to_vec();
    if let Some(head) = file.first_chunk_mut::<9>() {
        *head = *b"\x93NOV\r\n\x1a\n\x01";
        // Of statistics, or of a critic.
        head[8] += bytes[8] & 1;
    }
    let Ok(statistics) = Statistics::from_bytes(&with_checksum(file)) else { return };
    let [values, channels] = [statistics.shape.iter().product(), statistics.shape[2]];
    for value in [i8::MIN, 0, i8::MAX] {
        let (cells, embedding) = (vec![value; values], vec![value; channels]);
        let seen = match statistics.judge_of() {
            Judge::Statistic => Seen::Map { cells: &cells, channels },
            Judge::Critic => Seen::Critic { cells: &cells, embedding: &embedding },
        };
        let judged = statistics.judge(seen).expect("the map is of their size");
        assert_eq!(judged.scores.iter().max(), Some(&judged.score));
    }
    let again = Statistics::from_bytes(&statistics.to_bytes());
    assert_eq!(again.as_ref(), Ok(&statistics));
});
