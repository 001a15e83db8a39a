//! A page about a data set: what was read, what was not, and a few images of each class.

use std::fmt::Write;

use super::escape::escape;
use super::frame::{page, pairs};
use super::picture::{image, shown as picture};
use crate::data::{Dataset, Images, Look};

/// Images that are shown of each class, and of a set without classes.
const SHOWN: [usize; 2] = [12, 60];
/// Classes whose images are shown.
const MOST_CLASSES: usize = 100;

/// The page: no script, no link, no font from elsewhere.
///
/// # Errors
/// If an image cannot be drawn.
pub fn render_data(dataset: &Dataset, look: &Look) -> anyhow::Result<String> {
    let title = format!("Data set {}", look.name);
    let mut body = format!("<h1>{}</h1><p class=\"verdict\">{}</p>", escape(&title), escape(&look.line()));
    body.push_str(&pairs("facts", &look.facts())?);
    for (heading, items) in [("Look at this first", &look.warnings), ("What was done to the images", &look.notes)] {
        if !items.is_empty() {
            let items: String = items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect();
            write!(body, "<h2>{heading}</h2><ul>{items}</ul>")?;
        }
    }
    if !look.classes.is_empty() {
        body.push_str(&classes(look)?);
    }
    if !look.passed_over.is_empty() {
        body.push_str("<h2>Passed over</h2><dl class=\"settings\">");
        for group in &look.passed_over {
            let (names, why) = (escape(&group.names.join(", ")), escape(group.why));
            write!(body, "<div><dt>{} {why}</dt><dd>{names}</dd></div>", group.count)?;
        }
        body.push_str("</dl>");
    }
    body.push_str("<h2>Images to learn from, as they were read</h2><div class=\"neighbours\">");
    match &dataset.train.labels {
        Some(labels) if !look.classes.is_empty() => {
            for (class, name) in (0..).zip(&dataset.classes).take(MOST_CLASSES) {
                let of = labels.iter().enumerate().filter(|(_, label)| **label == class).map(|(index, _)| index);
                let mut of = of.take(SHOWN[0]).peekable();
                if of.peek().is_some() {
                    body.push_str(&row(name, &dataset.train, of)?);
                }
            }
        }
        _ => body.push_str(&row("", &dataset.train, 0..dataset.train.len().min(SHOWN[1]))?),
    }
    body.push_str("</div>");
    Ok(page(&title, &body))
}

fn classes(look: &Look) -> anyhow::Result<String> {
    let most = look.classes.iter().map(|class| class.train.max(class.test)).max().unwrap_or(0).max(1) as f64;
    let mut html = String::from(
        "<h2>Classes</h2><table><thead><tr><th>class</th><th>to learn from</th><th>held out</th></tr></thead><tbody>",
    );
    for class in &look.classes {
        write!(html, "<tr><td>{}</td>", escape(&class.name))?;
        for count in [class.train, class.test] {
            let width = count as f64 / most * 100.0;
            write!(html, "<td><b style=\"width:{width:.1}%\"></b><span>{count}</span></td>")?;
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    Ok(html)
}

fn row(name: &str, images: &Images, of: impl Iterator<Item = usize>) -> anyhow::Result<String> {
    let mut html = format!("<figure><figcaption>{}</figcaption>", escape(name));
    for index in of {
        html.push_str(&image(&picture(images, index), "other")?);
    }
    html.push_str("</figure>");
    Ok(html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Reading, read_embedded};

    #[test]
    fn a_page_has_every_class_and_needs_nothing_else() {
        let shape = dim_model_format::Shape::new(28, 28, 1);
        let (mut dataset, mut look) = read_embedded(&Reading { limit: 200, ..Reading::of(shape) }).unwrap();
        dataset.classes[3] = "<Dress>".to_owned();
        look.classes[3].name = "<Dress>".to_owned();
        look.warnings.push("odd & even".to_owned());
        let page = render_data(&dataset, &look).unwrap();
        for text in ["Data set fashion-mnist-subset", "Ankle boot", "&lt;Dress&gt;", "odd &amp; even", "28x28"] {
            assert!(page.contains(text), "{text}");
        }
        assert_eq!(page.matches("<img ").count(), 10 * 12);
        assert!(!page.contains("http") && !page.contains("<script") && !page.contains("<Dress>"));
    }
}
