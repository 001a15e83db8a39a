//! What is normal, learned and judged on a workstation.

use serde_json::json;

use crate::place::Place;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../model-format/tests/golden/proven-1.2.dim");

#[test]
fn one_class_is_normal_and_others_are_found() {
    let place = Place::new();
    let learned = place.json("novelty encoder.dim --normal embedded --normal-class Trouser -o trousers.novelty");
    let counted = learned["images"].as_u64().unwrap();
    let others = learned["threshold_images"].as_u64().unwrap();
    assert!(counted > 500 && others * 9 <= counted + 9 && counted <= others * 9, "{learned}");
    assert_eq!(learned["identity"], place.json("inspect encoder.dim")["identity"]);

    let judge = "novelty encoder.dim --statistics trousers.novelty --judge embedded";
    let judged = place.json(&format!("{judge} --normal-class Trouser"));
    let images = judged["images"].as_array().unwrap();
    assert_eq!(images.len(), 2000);
    let scores = |normal: bool| images.iter().filter(move |of| of["normal"] == json!(normal)).map(|of| &of["score"]);
    let scores = [true, false].map(|normal| scores(normal).map(|score| score.as_u64().unwrap()).collect::<Vec<_>>());
    // By definition: all pairs.
    let pairs = scores[1].iter().flat_map(|strange| scores[0].iter().map(move |normal| (strange, normal)));
    let right: f64 = pairs.map(|(strange, normal)| f64::from(strange.cmp(normal) as i8 + 1) / 2.0).sum();
    let area = right / (scores[0].len() * scores[1].len()) as f64;
    assert!((judged["area_under_curve"].as_f64().unwrap() - area).abs() < 1e-9 && area > 0.7, "{area}");
    let novel = images.iter().filter(|of| of["novel"] == json!(true)).count();
    assert_eq!(judged["novel"], json!(novel as f64 / 2000.0));
    assert!(judged["novel_of_strange"].as_f64() > judged["novel_of_normal"].as_f64());
    let threshold = learned["threshold"].as_u64();
    assert!(images.iter().all(|of| of["novel"] == json!(of["score"].as_u64() > threshold)));

    // Two classes alone, and no words about classes at all.
    let two = place.json(&format!("{judge} --normal-class Trouser --strange-class Bag"));
    assert!(two["images"].as_array().unwrap().iter().all(|of| of["class"] == "Trouser" || of["class"] == "Bag"));
    let none = place.json(judge);
    assert_eq!((&none["area_under_curve"], &none["novel"]), (&json!(null), &judged["novel"]));
    let text = place.succeeds(&format!("{judge} --normal-class Trouser"));
    assert_eq!(text.lines().count(), 2001);
    assert!(text.lines().last().unwrap().contains("area under the curve"));
}

#[test]
fn a_page_shows_maps() {
    let place = Place::new();
    place.succeeds("novelty encoder.dim --normal embedded --strange-class Bag -o all.novelty");
    place.succeeds(
        "novelty encoder.dim --statistics all.novelty --judge embedded --strange-class Bag --report report.html",
    );
    let page = String::from_utf8(place.read("report.html")).unwrap();
    for text in ["Most novel", "Missed", "Most normal", "area under the curve", "T-shirt/top", "viewBox=\"0 0 7 7\""] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn features_are_compared() {
    let place = Place::new();
    let compared = place.json("novelty encoder.dim --compare embedded");
    let splits = compared["splits"].as_array().unwrap();
    assert_eq!(splits.len(), 20);
    let strange: Vec<f64> = splits
        .iter()
        .filter(|of| of["is_normal"] == json!(false))
        .map(|of| of["embedding"].as_f64().unwrap())
        .collect();
    let mean = strange.iter().sum::<f64>() / 10.0;
    assert!((compared["mean_one_strange"]["embedding"].as_f64().unwrap() - mean).abs() < 1e-9);

    // The same as learning and judging.
    place.succeeds("novelty encoder.dim --normal embedded --strange-class Bag -o bags.novelty");
    let judged = place.json("novelty encoder.dim --statistics bags.novelty --judge embedded --strange-class Bag");
    let bag = splits.iter().find(|of| of["class"] == "Bag" && of["is_normal"] == json!(false)).unwrap();
    assert_eq!(bag["map_worst"], judged["area_under_curve"]);
    let named = place.json("novelty encoder.dim --compare embedded --strange-class Bag");
    assert_eq!(named["splits"][0]["map_worst"], bag["map_worst"]);
    assert!(place.succeeds("novelty encoder.dim --compare embedded --strange-class Bag").contains("as named"));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let place = Place::new();
    place.succeeds("novelty encoder.dim --normal embedded -o all.novelty");
    let other = format!("novelty {MODEL} --statistics all.novelty --judge embedded");
    assert!(place.refuses(&other).contains("maps of two encoders cannot be compared"));
    let judge = "novelty encoder.dim --judge embedded --statistics";
    assert!(place.refuses(&format!("{judge} encoder.dim")).contains("not a whole file of `dim novelty`"));
    assert!(place.refuses(&format!("{judge} none")).contains("reading none"));
    let named = place.refuses(&format!("{judge} all.novelty --normal-class Hat"));
    assert!(named.contains("there is no class Hat; there are T-shirt/top, Trouser"), "{named}");
    for usage in ["", "--normal embedded", "--judge embedded", "--compare embedded -o out"] {
        assert_eq!(place.dim(&format!("novelty encoder.dim {usage}")).status.code(), Some(2), "{usage}");
    }
}
