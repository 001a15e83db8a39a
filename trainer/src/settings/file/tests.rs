//! Settings and encoders in files.

use std::fs;

use super::*;
use crate::architecture::{Architecture, Preset};

/// The message of `text` in a file `run.toml`, beside `mine.toml` with `encoder`.
fn refused(text: &str, encoder: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.toml");
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("mine.toml"), encoder).unwrap();
    let error = format!("{:#}", TrainConfig::from_file(&path).unwrap_err());
    assert!(error.contains("run.toml: line ") && !error.contains('\n'), "{error}");
    error
}

fn read(text: &str) -> TrainConfig {
    TrainConfig::from_toml(text, Path::new("")).unwrap()
}

#[test]
fn an_unknown_key_is_named_with_its_file_and_line() {
    let error = refused("epochs = 3\nlearning_rat = 0.1\n", "");
    assert!(error.contains("line 2: unknown field `learning_rat`; did you mean `learning_rate`?"), "{error}");
    let error = refused("presett = \"edge28\"\n", "");
    assert!(error.contains("line 1: unknown field `presett`; did you mean `preset`?"), "{error}");
}

#[test]
fn a_preset_is_named_or_refused_with_the_likeliest_one() {
    assert_eq!(read("preset = \"conv32\"\n").encoder, Preset::Conv32.architecture());
    let error = refused("epochs = 3\npreset = \"edge29\"\n", "");
    assert!(error.contains("line 2: preset = \"edge29\"") && error.contains("did you mean \"edge28\"?"), "{error}");
    assert!(refused("preset = 3\n", "").contains("line 1: preset: must be the name"));
    let error = refused("preset = \"edge28\"\nencoder = \"mine.toml\"\n", "");
    assert!(error.contains("line 2: both preset and encoder"), "{error}");
}

#[test]
fn a_run_of_an_older_program_keeps_its_encoder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "preset = \"edge32\"\nepochs = 3\n").unwrap();
    assert_eq!(TrainConfig::from_run(&path).unwrap().encoder, Preset::Edge32Wide.architecture());
    assert_eq!(TrainConfig::from_file(&path).unwrap().encoder, Preset::Edge32.architecture());
}

#[test]
fn an_encoder_is_a_file_beside_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    let mine = Architecture { name: "mine".to_owned(), ..Preset::Edge28.architecture() };
    fs::write(folder.path().join("mine/small.toml"), mine.to_toml()).unwrap();
    let path = folder.path().join("run.toml");
    fs::write(&path, "encoder = \"mine/small.toml\"\nepochs = 3\n").unwrap();
    let expected = TrainConfig { encoder: mine, epochs: 3, ..TrainConfig::default() };
    assert_eq!(TrainConfig::from_file(&path).unwrap(), expected);
    let error = refused("epochs = 3\nencoder = \"mine.toml\"\n", "name = \"mine\"\n");
    assert!(error.contains("line 2: encoder: ") && error.contains("mine.toml: line 1: `input` is missing"), "{error}");
    let error = refused("encoder = \"other.toml\"\n", "");
    assert!(error.contains("line 1: encoder: reading ") && error.contains("other.toml"), "{error}");
    assert!(refused("encoder = 3\n", "").contains("line 1: encoder: must be the name of a file"));
}

#[test]
fn a_description_in_the_settings_is_refused_with_its_line_there() {
    let text = TrainConfig::default().to_toml().unwrap().replace("linear = 64", "linear = 0");
    let line = text.lines().position(|line| line.contains("linear = 0")).unwrap() + 1;
    let error = refused(&text, "");
    assert!(error.contains(&format!("line {line}, layer 3: `linear = 0`: must be a whole number")), "{error}");
}

#[test]
fn written_settings_are_read_again_with_their_encoder() {
    for preset in Preset::all() {
        let config = TrainConfig { encoder: preset.architecture(), seed: 5, ..TrainConfig::default() };
        let text = config.to_toml().unwrap();
        assert!(!text.contains("preset"), "{text}");
        assert_eq!(read(&text), config);
    }
}
