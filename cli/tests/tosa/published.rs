//! The encoders that come with the program, as a user exports them, on real images.

use std::path::Path;
use std::process::Command;

use dim_host::data::embedded;
use dim_model_format::Model;

use crate::reference::{Compared, ReferenceModel, output_bytes, write};

const IMAGES: usize = 200;

fn dim(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dim")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn published_encoders_give_the_same_bytes_for_real_images() {
    let Some(reference) = ReferenceModel::find() else { return };
    let place = tempfile::tempdir().unwrap();
    let pixels = embedded::fashion_mnist_subset().unwrap().test.pixels;
    let mut models = Vec::new();
    let mut expected = Compared { models: 4, images: 4 * IMAGES, bytes: 0 };
    for name in ["edge28-s", "edge32", "edge32-s", "imu128"] {
        dim(place.path(), &["encoders", "copy", name]);
        let [encoder, exported] = ["dim", "tosa"].map(|extension| format!("{name}.{extension}"));
        let export = ["export", &encoder, "--format", "tosa", "-o", &exported];
        let summary: serde_json::Value =
            serde_json::from_str(&dim(place.path(), &[&export[..], &["--json"]].concat())).unwrap();
        let [file, graph] = [&encoder, &exported].map(|file| std::fs::read(place.path().join(file)).unwrap());
        let model = Model::parse(&file).unwrap();
        assert_eq!((&summary["format"], &summary["file_bytes"]), (&"tosa".into(), &graph.len().into()));
        let names: Vec<_> =
            summary["outputs"].as_array().unwrap().iter().map(|output| output["name"].as_str()).collect();
        assert_eq!(names, ["feature_map", "conv", "fc", "embedding"].map(Some), "{name}");

        // Where the encoder takes colours or signals, bytes of clothes in their place.
        let len = usize::try_from(model.input_shape().elements()).unwrap();
        let images = pixels.chunks_exact(len).take(IMAGES);
        assert_eq!(images.len(), IMAGES);
        models.push(write(place.path(), name, &graph, &file, images));
        expected.bytes += IMAGES * output_bytes(&model);
    }
    assert_eq!(reference.compare(&models), expected);
    println!("{expected:?}, no byte differs");
}
