//! How well scores tell strange images from normal ones, without any threshold.

/// Area under the curve of true over false alarms: the share of all pairs of a strange and a normal image in which the strange
/// one scores higher, equal scores counting half (Mann and Whitney 1947; Hanley and McNeil 1982). 0.5 is guessing. `None` without
/// images of both kinds.
pub fn area_under_curve(normal: &[u32], strange: &[u32]) -> Option<f64> {
    if normal.is_empty() || strange.is_empty() {
        return None;
    }
    let mut normal = normal.to_vec();
    normal.sort_unstable();
    let halves: u64 = strange
        .iter()
        .map(|score| {
            let [below, up_to] = [normal.partition_point(|of| of < score), normal.partition_point(|of| of <= score)];
            (below + up_to) as u64
        })
        .sum();
    Some(halves as f64 / 2.0 / (normal.len() as f64 * strange.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted() {
        assert_eq!(area_under_curve(&[1, 2], &[3, 4]), Some(1.0));
        assert_eq!(area_under_curve(&[3, 4], &[1, 2]), Some(0.0));
        assert_eq!(area_under_curve(&[5, 5], &[5]), Some(0.5));
        // Of six pairs, 3 over 1 and 2, 2 over 1 are right, 2 and 2 are equal.
        assert_eq!(area_under_curve(&[4, 1, 2], &[3, 2]), Some(3.5 / 6.0));
        assert_eq!([area_under_curve(&[], &[1]), area_under_curve(&[1], &[])], [None; 2]);
    }
}
