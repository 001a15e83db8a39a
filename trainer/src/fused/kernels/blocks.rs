//! Numbers that are computed block by block, into memory that nobody sets to 0 before.

use rayon::prelude::*;

/// `count` numbers: `fill` computes each block, the last of which may be shorter, in a room of its thread, which is then
/// copied to its place. In the room is whatever the block before left there; the vector is the thread's too, for whatever
/// else a block needs.
pub(in crate::fused) fn in_blocks(
    count: usize,
    block: usize,
    fill: impl Fn(usize, &mut [f32], &mut Vec<f32>) + Sync,
) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(count);
    let places = numbers.spare_capacity_mut()[..count].par_chunks_mut(block).enumerate();
    places.for_each_init(Default::default, |(room, other): &mut (Vec<f32>, _), (index, places)| {
        room.resize(places.len(), 0.0);
        fill(index, room, other);
        places.write_copy_of_slice(room);
    });
    // SAFETY: the loop has written every one of these places.
    unsafe { numbers.set_len(count) };
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_comes_to_its_place() {
        for [count, block] in [[0, 4], [1, 4], [8, 4], [11, 4], [1000, 7]] {
            let fill = |index: usize, room: &mut [f32], _: &mut Vec<f32>| {
                room.iter_mut().enumerate().for_each(|(offset, number)| *number = (index * block + offset) as f32);
            };
            assert_eq!(in_blocks(count, block, fill), (0..count).map(|number| number as f32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_room_is_of_the_length_of_its_block() {
        let lengths = in_blocks(11, 4, |_, room, _| room.fill(room.len() as f32));
        assert_eq!(lengths, [[4.0; 4], [4.0; 4], [3.0; 4]].concat()[..11]);
    }
}
