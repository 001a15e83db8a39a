//! Which pictures are read, and as what.

use super::*;

#[test]
fn classes_take_turns() {
    let folder = tempfile::Builder::new().prefix("Photos-").tempdir().unwrap();
    for (name, value) in [
        ("train/cat/b.png", 2),
        ("train/cat/a.png", 1),
        ("train/cat/more/c.png", 3),
        ("train/dog/a.PNG", 11),
        ("train/ant/x.png", 21),
        ("train/ant/y.png", 22),
        ("test/dog/1.png", 31),
        ("test/cat/1.png", 32),
    ] {
        write_grey(folder.path(), name, value);
    }
    fs::write(folder.path().join("train/cat/notes.txt"), "no picture").unwrap();
    fs::write(folder.path().join("train/cat/.a.png"), "hidden").unwrap();
    let dataset = read(folder.path()).unwrap();
    assert!(dataset.name.starts_with("photos-"));
    assert_eq!(dataset.classes, ["ant", "cat", "dog"]);
    assert_eq!(values(&dataset.train), [21, 1, 11, 22, 2, 3]);
    assert_eq!(dataset.train.labels, Some(vec![0, 1, 2, 0, 1, 1]));
    assert_eq!((values(&dataset.test), dataset.test.labels.clone()), (vec![32, 31], Some(vec![1, 2])));

    let first = load(folder.path(), GREY, 4).unwrap();
    assert_eq!((first.train, first.test), (dataset.train.first(4), dataset.test));
}

#[test]
fn pictures_without_classes() {
    let folder = tempfile::tempdir().unwrap();
    write_grey(folder.path(), "b.png", 2);
    write_grey(folder.path(), "a.png", 1);
    let dataset = read(folder.path()).unwrap();
    assert_eq!((values(&dataset.train), dataset.train.labels), (vec![1, 2], None));
    assert!(dataset.test.is_empty() && dataset.classes.is_empty());

    let folder = tempfile::tempdir().unwrap();
    write_grey(folder.path(), "train/a.png", 1);
    write_grey(folder.path(), "test/cat/b.png", 2);
    let dataset = read(folder.path()).unwrap();
    assert_eq!((dataset.train.labels, dataset.test.labels), (None, Some(vec![0])));
    assert_eq!(dataset.classes, ["cat"]);
}

#[test]
fn classes_without_held_out_pictures() {
    let folder = tempfile::tempdir().unwrap();
    write_grey(folder.path(), "cat/a.png", 1);
    write_grey(folder.path(), "dog/a.png", 2);
    let dataset = read(folder.path()).unwrap();
    assert_eq!((dataset.classes.len(), dataset.train.labels, dataset.test.len()), (2, Some(vec![0, 1]), 0));
}

#[test]
fn layouts_that_are_no_data_set() {
    let with = |names: &[&str], empty: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        names.iter().for_each(|name| write_grey(folder.path(), name, 1));
        empty.iter().for_each(|name| fs::create_dir_all(folder.path().join(name)).unwrap());
        read(folder.path()).unwrap_err()
    };
    assert_eq!(
        with(&["train/a.png", "train/cat/a.png"], &[]),
        "FOLDER/train: holds pictures beside folders of pictures; put every picture into the folder of its class, \
         or all into one folder without classes"
    );
    assert!(with(&["train/cat/a.png"], &["test"]).starts_with("FOLDER/test: holds no picture;"));
    assert_eq!(
        with(&["train/cat/a.png", "test/cow/a.png"], &[]),
        "FOLDER/test/cow: no such class in training; name the folders in test/ as those in train/"
    );
    assert_eq!(with(&["test/cat/a.png"], &[]), "FOLDER/train: missing; put the images to learn from there");
    let empty = tempfile::tempdir().unwrap();
    fs::create_dir(empty.path().join("train")).unwrap();
    assert!(!is_in(empty.path()));
}

#[test]
fn halves_of_a_set_have_many_names() {
    for (train, test) in [
        ("train", "test"),
        ("training", "testing"),
        ("Train", "TEST"),
        ("train", "val"),
        ("Training", "Valid"),
        ("TRAIN", "validation"),
    ] {
        let [a, b, c] = [format!("{train}/cat/a.png"), format!("{train}/dog/a.png"), format!("{test}/dog/b.png")];
        let folder = set(&[(&a, 1), (&b, 2), (&c, 3)], &[]);
        let (dataset, look) = look(folder.path(), &Reading::of(GREY)).unwrap();
        assert_eq!((dataset.classes.join(" "), values(&dataset.train)), ("cat dog".to_owned(), vec![1, 2]));
        assert_eq!(
            (values(&dataset.test), dataset.test.labels, look.held_out),
            (vec![3], Some(vec![1]), Some(test.to_owned()))
        );
    }
}

#[test]
fn what_lies_beside_the_halves_is_counted() {
    let folder = set(
        &[("train/a.png", 1), ("test/b.png", 2), ("val/c.png", 3), ("val/d.png", 4), ("more/x/e.png", 5), ("f.png", 6)],
        &["notes"],
    );
    fs::write(folder.path().join("info.labels"), "{}").unwrap();
    let (dataset, look) = look(folder.path(), &Reading::of(GREY)).unwrap();
    assert_eq!((values(&dataset.train), values(&dataset.test)), (vec![1], vec![2]));
    assert_eq!(
        passed(&look),
        [
            ("folders without pictures", 1, "notes".to_owned()),
            ("no pictures", 1, "info.labels".to_owned()),
            ("pictures beside the folders of the set", 2, "f.png more".to_owned()),
            ("validation pictures, since there are test pictures", 2, "val".to_owned()),
        ]
    );
    assert!(look.line().contains("2 validation pictures, since there are test pictures"), "{}", look.line());
}

#[test]
fn halves_that_are_not_clear_are_refused() {
    let with = |names: &[&str]| {
        let folder = set(&names.iter().map(|name| (*name, 1)).collect::<Vec<_>>(), &[]);
        read(folder.path()).unwrap_err()
    };
    assert_eq!(
        with(&["train/cat/a.png", "training/cat/a.png"]),
        "FOLDER: holds both train and training; put the pictures of one into the other, or take it out"
    );
    assert!(
        with(&["train/a.png", "val/a.png", "Validation/a.png"]).starts_with("FOLDER: holds both Validation and val;")
    );
    assert_eq!(
        with(&["photos/train/a.png", "photos/test/a.png"]),
        "FOLDER/photos: holds a folder test, so that it is no class; name this folder as the data set, or put its \
         pictures into train/CLASS and test/CLASS"
    );
    assert!(with(&["val/cat/a.png"]).starts_with("FOLDER/train: missing;"));
}

#[test]
fn the_content_makes_a_picture_and_the_system_none() {
    let folder =
        set(&[("train/cat/a.jfif", 1), ("train/cat/b", 2), ("train/cat/c.dat", 3), ("train/cat/d.JPE", 4)], &[]);
    for name in ["train/__MACOSX/cat/._0.png", "train/.ipynb_checkpoints/0.png"] {
        write_grey(folder.path(), name, 9);
    }
    for name in ["train/.DS_Store", "train/cat/Thumbs.db", "train/cat/desktop.ini", "train/cat/notes.txt"] {
        fs::write(folder.path().join(name), "BM no picture").unwrap();
    }
    let (dataset, look) = look(folder.path(), &Reading::of(GREY)).unwrap();
    assert_eq!((dataset.classes.join(" "), values(&dataset.train)), ("cat".to_owned(), vec![1, 2, 3, 4]));
    let [hidden, others] = passed(&look).try_into().unwrap();
    assert_eq!((hidden.0, hidden.1), ("hidden or of the system", 5));
    assert_eq!(others, ("no pictures", 1, "train/cat/notes.txt".to_owned()));
}

#[test]
fn classes_that_are_numbers_are_sorted_by_value() {
    let folder = set(&[("0/a.png", 1), ("90/a.png", 2), ("180/a.png", 3), ("-5/a.png", 4)], &[]);
    let dataset = read(folder.path()).unwrap();
    assert_eq!((dataset.classes.join(" "), values(&dataset.train)), ("-5 0 90 180".to_owned(), vec![4, 1, 2, 3]));
    let folder = set(&[("0/a.png", 1), ("90/a.png", 2), ("180/a.png", 3), ("none/a.png", 4)], &[]);
    assert_eq!(read(folder.path()).unwrap().classes.join(" "), "0 180 90 none");
}

#[test]
fn classes_may_be_empty() {
    let folder = set(
        &[("train/cat/a.png", 1), ("train/dog/a.png", 2), ("test/cat/a.png", 3), ("test/owl/a.png", 4)],
        &["train/ant", "train/owl", "test/dog", "test/bee/inside"],
    );
    fs::write(folder.path().join("train/owl/notes.txt"), "none yet").unwrap();
    fs::create_dir(folder.path().join("train/labels")).unwrap();
    fs::write(folder.path().join("train/labels/a.txt"), "0").unwrap();
    let (dataset, look) = look(folder.path(), &Reading::of(GREY)).unwrap();
    assert_eq!(dataset.classes.join(" "), "ant cat dog owl");
    assert_eq!((dataset.train.labels, dataset.test.labels), (Some(vec![1, 2]), Some(vec![1, 3])));
    let counts: Vec<_> = look.classes.iter().map(|class| [class.train, class.test]).collect();
    assert_eq!(counts, [[0, 0], [1, 1], [1, 0], [0, 1]]);
    assert_eq!(
        look.warnings,
        ["held out, but none to learn from, of class owl", "no images of class ant", "none held out of class dog"]
    );
    assert_eq!(passed(&look)[0], ("folders without pictures", 2, "train/labels test/bee".to_owned()));
}

#[test]
fn more_classes_than_labels_can_tell_apart() {
    let names: Vec<String> = (0..300).map(|class| format!("{class}/a.png")).collect();
    let pictures: Vec<(&str, u8)> = names.iter().map(|name| (name.as_str(), 7)).collect();
    let folder = set(&pictures, &[]);
    let (dataset, look) = look(folder.path(), &Reading::of(GREY)).unwrap();
    assert_eq!((dataset.train.len(), dataset.classes.len(), &dataset.train.labels), (300, 300, &None));
    assert_eq!(look.warnings, ["300 classes: at most 256 can be told apart, so the images have none"]);
    let refused = dataset.labels().unwrap_err().to_string();
    assert!(refused.ends_with(
        ": 300 classes, at most 256 can be told apart; training needs none, for the rest put similar ones together"
    ));
}

#[test]
fn every_damaged_picture_is_named_or_passed_over() {
    let folder = set(&[("train/cat/a.png", 1), ("train/dog/a.png", 2), ("test/dog/a.png", 3)], &[]);
    fs::write(folder.path().join("train/cat/0.png"), "none").unwrap();
    fs::write(folder.path().join("test/dog/b.png"), "none").unwrap();
    assert_eq!(
        read(folder.path()).unwrap_err(),
        "FOLDER: 2 of 5 pictures cannot be used: train/cat/0.png is no PNG, JPEG, WebP, GIF, BMP or TIFF image; \
         test/dog/b.png is no PNG, JPEG, WebP, GIF, BMP or TIFF image; replace or delete them, or pass over them with \
         --skip-damaged"
    );
    let reading = Reading { skip_damaged: true, ..Reading::of(GREY) };
    let (dataset, look) = look(folder.path(), &reading).unwrap();
    assert_eq!((values(&dataset.train), dataset.train.labels), (vec![2, 1], Some(vec![1, 0])));
    assert_eq!((values(&dataset.test), dataset.test.labels), (vec![3], Some(vec![1])));
    assert_eq!(passed(&look), [("damaged", 2, "train/cat/0.png test/dog/b.png".to_owned())]);

    for index in 0..12 {
        fs::write(folder.path().join(format!("train/cat/0{index:02}.png")), "none").unwrap();
    }
    let many = read(folder.path()).unwrap_err();
    assert!(many.starts_with("FOLDER: 14 of 17 pictures cannot be used: ") && many.contains("; and 4 more;"), "{many}");
    assert_eq!(many.matches(" is no PNG").count(), 10);
    for name in ["train/cat/a.png", "train/dog/a.png"] {
        fs::write(folder.path().join(name), "none").unwrap();
    }
    let none = crate::data::read(folder.path(), &reading).unwrap_err().to_string();
    assert!(none.ends_with(": every picture to learn from is damaged; replace them"));
}

#[test]
fn what_is_cut_away_is_said() {
    let folder = tempfile::tempdir().unwrap();
    write_png(&folder.path().join("a.png"), [2, 4], ColorType::Grayscale, &[9; 8]);
    write_png(&folder.path().join("b.png"), [4, 4], ColorType::Grayscale, &[9; 16]);
    let (_, look) = look(folder.path(), &Reading::of(GREY)).unwrap();
    let encoder = look.encoder.unwrap();
    // Of 2x4, a square of 2x2 is left.
    assert_eq!((encoder.cut_away, encoder.cut_away_most, look.sizes), (0.25, 0.5, [[2, 4], [4, 4]]));
    assert!(
        look.line().ends_with(
            "; none held out; 2x4 to 4x4, of which 2x2x1 leaves 25 % out, and 50 % of one of them; \
         2x2x1 shows only the middle: 50 % of one of the images is cut away"
        ),
        "{}",
        look.line()
    );
}
