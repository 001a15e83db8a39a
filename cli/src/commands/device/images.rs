//! Images as a device takes them.

use anyhow::ensure;
use dim_host::data::{Dataset, Reading, crop_fits};
use dim_host::device::AnyDevice;

use crate::arguments::DeviceImagesArgs;
use crate::commands::input::open_data;

/// The data set, the middle of its images where they are larger than the device's.
pub(super) fn open(device: &AnyDevice, args: &DeviceImagesArgs) -> anyhow::Result<Dataset> {
    let shape = device.greeting().image;
    let (levels, skip_damaged) = (args.reading.levels, args.reading.skip_damaged);
    let mut dataset = open_data(&args.images, &Reading { levels, skip_damaged, ..Reading::of(shape) })?;
    let found = dataset.train.shape;
    ensure!(crop_fits(found, shape), "the device takes {shape} images, {} has {found}", args.images);
    if let Some(count) = args.count {
        dataset.train.truncate(count);
        dataset.test.truncate(count);
    }
    let dataset = dataset.centre_cropped(shape);
    ensure!(!dataset.train.is_empty() || !dataset.test.is_empty(), "{} has no images", args.images);
    Ok(dataset)
}
