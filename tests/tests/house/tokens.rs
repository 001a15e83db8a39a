//! Rust's text as words and signs, without what imports nothing: comments, literals, and what is compiled for tests only.

/// Words, `::`, and every other sign by itself.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    without_tests(&split(text))
}

fn split(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let length = match rest.get(..2) {
            Some("//") => rest.find('\n').unwrap_or(rest.len()),
            // One in another is rare enough to be written otherwise.
            Some("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            Some("::") => 2,
            _ if first == '"' => quoted(rest),
            _ if first == '\'' => character(rest),
            _ if ["r", "br"].contains(&&rest[..word]) => match raw(&rest[word..]) {
                Some(length) => word + length,
                None => word,
            },
            _ if word > 0 => word,
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        if token == "::" || token.chars().all(is_word) || length == 1 && !first.is_whitespace() {
            found.push(token.to_owned());
        }
        rest = after;
    }
    found
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Length of a text in quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    let is_end = |(_, c): &(usize, char)| {
        let is_end = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_end
    };
    text.char_indices().skip(1).find(is_end).map_or(text.len(), |(at, _)| at + 1)
}

/// Length of a literal such as `'x'` and `'\n'`; of a lifetime, its first sign.
fn character(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    match (signs.next(), signs.next()) {
        (Some((_, '\\')), Some((at, _))) => text[at + 1..].find('\'').map_or(1, |end| at + 1 + end + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Length of what follows the `r` of a raw text, if it is one.
fn raw(text: &str) -> Option<usize> {
    let signs = text.find(|c| c != '#')?;
    let end = format!("\"{}", &text[..signs]);
    let inside = text[signs..].strip_prefix('"')?;
    Some(signs + 1 + inside.find(&end)? + end.len())
}

/// Passes over every item under `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = |with: &[&str]| tokens[at..].iter().take(with.len()).eq(with);
        if starts(&["#", "[", "cfg", "(", "test"]) || starts(&["#", "[", "cfg", "(", "all", "(", "test"]) {
            // The attribute, then all up to the end of what it stands before.
            at = end_of(tokens, at + 1);
            while !matches!(tokens.get(at).map(String::as_str), None | Some(";" | "{" | ",")) {
                at = end_of(tokens, at);
            }
            at = end_of(tokens, at);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Behind the token at `at` or, if that opens a bracket, behind the one that closes it.
fn end_of(tokens: &[String], at: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(at) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[test]
fn what_imports_nothing_is_passed_over() {
    let joined = |text: &str| tokens(text).join(" ");
    assert_eq!(joined("a::b /* c */ + 'c' // d\n \"e\\\"::f\" r#\"g\"h\"# &'i j '\\'' k"), "a :: b + & ' i j k");
    assert_eq!(joined("a #[cfg(test)] mod b { c { } } d"), "a d");
    assert_eq!(joined("#[cfg(test)] #[path = \"b\"] mod b; c #[cfg(all(test, d))] use e; f"), "c f");
    assert_eq!(joined("#[cfg(test)] fn a(b: [u8; 1]) -> C { d } #[cfg(unix)] e"), "# [ cfg ( unix ) ] e");
    assert_eq!(joined("b\"x\" br##\"y\"#z\"## \u{e4}"), "b \u{e4}");
}
