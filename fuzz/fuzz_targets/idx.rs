//! Any four files are a data set in IDX or an error.
#![no_main]

use std::borrow::Cow;

use dim_fuzz::data_sets::read_idx;
use dim_fuzz::{files, packed};
use libfuzzer_sys::fuzz_target;

// A bit of the first byte for each file that is packed; one for those that are not packed here, but are called so; and one
// for the name of the folder.
fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let Some(files) = files::<4>(rest) else { return };
    let is_set = |bit: usize| kind >> bit & 1 == 1;
    let bytes: [Cow<'_, [u8]>; 4] = std::array::from_fn(|index| match is_set(index) && !is_set(4) {
        true => packed(files[index]).into(),
        false => files[index].into(),
    });
    let file = |index: usize| (if is_set(index) { "file.gz" } else { "file" }, &*bytes[index]);
    let folder = if is_set(5) { "fashion" } else { "folder" };
    if let Ok(dataset) = read_idx(folder, [file(0), file(1)], [file(2), file(3)]) {
        let lengths = [dataset.train, dataset.test].map(|images| images.pixels.len() + 16);
        assert!(is_set(4) || lengths == [files[0].len(), files[2].len()]);
    }
});
