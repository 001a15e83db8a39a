//! A look at a data set in words.

use std::fmt::Write;

use super::look::{ForEncoder, Look, text};

impl Look {
    /// What matters of it, in one line.
    pub fn line(&self) -> String {
        let mut line = format!("{}: {}, {} images to learn from", self.name, self.format, self.train + self.unlabelled);
        if let Some(share) = self.largest_class {
            let used = self.classes.iter().filter(|class| class.train > 0).count();
            let _ = write!(line, " of {used} classes, the largest {:.0} %", share * 100.0);
        }
        match &self.held_out {
            Some(name) => drop(write!(line, "; {} held out ({name})", self.test)),
            None => line.push_str("; none held out"),
        }
        let _ = write!(line, "; {}", self.sizes_in_words());
        if let Some(cut) = self.cut_in_words() {
            let _ = write!(line, ", {cut}");
        }
        if !self.passed_over.is_empty() {
            let groups = self.passed_over.iter().map(|group| format!("{} {}", group.count, group.why));
            let _ = write!(line, "; passed over: {}", groups.collect::<Vec<_>>().join(", "));
        }
        for note in self.notes.iter().chain(&self.warnings) {
            let _ = write!(line, "; {note}");
        }
        line
    }

    /// Names and values of everything that is one number or name.
    pub fn facts(&self) -> Vec<(String, String)> {
        let mut facts = vec![("format", self.format.to_owned()), ("to learn from", self.train.to_string())];
        if self.unlabelled > 0 {
            facts.push(("without a class", self.unlabelled.to_string()));
        }
        let held_out = self.held_out.as_ref().map_or("none".to_owned(), |name| format!("{} ({name})", self.test));
        facts.push(("held out", held_out));
        if let Some(share) = self.largest_class {
            facts.push(("classes", self.classes.len().to_string()));
            facts.push(("largest class", format!("{:.1} % of the images to learn from", share * 100.0)));
        }
        facts.push(("in the files", self.sizes_in_words()));
        facts.push(("as read", text(self.shape)));
        if let Some(ForEncoder { shape, fits, cut_away, cut_away_most }) = self.encoder {
            let seen = match fits {
                true if cut_away_most < 0.0005 => "nothing".to_owned(),
                true if cut_away == cut_away_most => format!("{:.1} %", cut_away * 100.0),
                true => format!("{:.1} % on average, {:.1} % at most", cut_away * 100.0, cut_away_most * 100.0),
                false => "does not fit".to_owned(),
            };
            facts.push(("encoder takes", text(shape)));
            facts.push(("cut away", seen));
        }
        facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Size of the images, or sizes from the smallest to the largest.
    pub fn sizes_in_words(&self) -> String {
        let [smallest, largest] = self.sizes.map(|[height, width]| format!("{height}x{width}"));
        if smallest == largest { smallest } else { format!("{smallest} to {largest}") }
    }

    /// How much of an image an encoder never sees; none without an encoder, and where it sees all.
    pub fn cut_in_words(&self) -> Option<String> {
        let ForEncoder { shape, fits, cut_away, cut_away_most } = self.encoder?;
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        match (fits && cut_away_most >= 0.005, percent(cut_away), percent(cut_away_most)) {
            (false, ..) => None,
            (true, mean, most) if mean == most => Some(format!("of which {} leaves {mean} out", text(shape))),
            (true, mean, most) => {
                Some(format!("of which {} leaves {mean} out, and {most} of one of them", text(shape)))
            }
        }
    }
}
