use countersign_default_policy::explain::Explanation;

use super::*;

/// Checks that a path leads to the mark.
fn leads(path: &str, text: &str) {
    let (position, text) = marked(text);
    let outline = outline(&text).expect("it is TOML");
    let found = Position::at(&text, outline.find(path));
    assert_eq!(found, position, "{path} in {text}");
}

#[test]
fn keys_are_places() {
    leads("$.a", "«a = 1");
    leads("$.b", "a = 1\r\n  «b = 2\r\n");
    leads("$.b", "a = 'é'\n\t«b = '書'");
    leads("$.a", "x = '''\nlines\nof text'''\n«a = 1");
    leads(r"$['it\'s']", "a = 1\n«\"it's\" = 2");
    leads("$['é\\u0007']", "a = 1\n«\"\\u00e9\\u0007\" = 2");
}

#[test]
fn dotted_keys_are_places() {
    leads("$['é b'].c", "'é b'.«c = 1");
    leads("$['é b']", "«'é b'.c = 1");
    leads("$.versions.min", "versions . «min = '9'");
    leads("$.versions.max", "versions.min = '1'\nversions.«max = '9'");
    leads("$.versions", "«versions.min = '1'\nversions.max = '9'");
}

#[test]
fn inline_tables_and_lists_are_places() {
    leads("$.groups[1]", "groups = ['é', «'書']");
    leads(
        "$.groups[1]",
        "groups = [\r\n  'é', # ü\r\n  «'書',\r\n]\r\n",
    );
    leads("$.a[0][1]", "a = [[1, «2], [3]]");
    leads("$.a.b", "a = {c = 'é', «b = 1}");
    leads("$.a.b.c", "a = {b.«c = 1}");
    leads("$.a[1].b", "a = [{b = 1}, {«b = 2}]");
    leads("$.a[1]", "a = [{b = 1}, «{b = 2}]");
}

#[test]
fn headers_are_places() {
    leads("$.versions", "a = 1\n[ «versions ]\nmin = 1");
    leads("$.versions.min", "[versions]\n# é\n\t«min = 1");
    leads("$.a.b", "[a.«b]\nc = 1");
    leads("$.a", "[«a.b]\nc = 1");
    leads("$.a", "[a.b]\nc = 1\n[«a]\nd = 1");
    leads("$['x.y'].b", "['x.y'.«b]");
}

#[test]
fn tables_in_lists_are_places() {
    leads("$.rules", "[[«rules]]\na = 1\n[[rules]]\na = 2");
    leads("$.rules[0]", "«[[rules]]\na = 1\n[[rules]]\na = 2");
    leads("$.rules[1]", "[[rules]]\na = 1\n  «[[rules]]\na = 2");
    leads("$.rules[1].a", "[[rules]]\na = 1\n[[rules]]\r\n\r\n«a = 2");
    leads(
        "$.rules[1].in[1].b",
        "[[rules]]\n[[rules]]\n[[rules.in]]\n[[rules.in]]\n«b = 2",
    );
    leads(
        "$.rules[0].in.b",
        "[[rules]]\n[rules.in]\n«b = 2\n[[rules]]",
    );
}

#[test]
fn what_is_missing_is_in_the_place_around_it() {
    leads("$", "«\n\na = 1");
    leads("$.b", "«a = 1");
    leads("$.a.c", "x = 1\n[«a]\nb = 1");
    leads("$.a[2].b", "«a = [1, 2]");
}

/// What a policy says is nested too deep is found in the text that was written, too.
#[test]
fn what_is_nested_too_deep_is_a_place() {
    let (position, text) = marked("a = 1\n[b]\nc = [[[[[[[[[[[[[[«[1]]]]]]]]]]]]]]]\n");
    let errors = Explanation::of(&json(&text)).expect_err("it is too deep");
    let errors = errors.into_iter().map(|error| SettingsError {
        path: error.path,
        message: error.message,
    });
    let mistakes = located(errors.collect(), &text, outline(&text).as_ref());
    let [mistake] = &mistakes[..] else {
        panic!("one: {mistakes:?}")
    };
    assert_eq!(mistake.position, Some(position));
    assert_eq!(mistake.path, format!("$.b.c{}", "[0]".repeat(14)));
    assert!(!mistake.message.contains("line"), "{}", mistake.message);
}

#[test]
fn syntax_errors_have_places() {
    for text in [
        "a = 1\r\nb = «\r\n",
        "a = 1\n«é = 1",
        "a = 'é'\n«a = 2",
        "[a]\n[«a]",
        "a = {b = 'é', «b = 2}",
        "a.b = 1\n«a = 2",
        "a = 'é' «b = 2",
        "a = «1979-13-01",
        "a = [1,\n'é'«",
        "«{\"versions\": [\"1.3\"]}",
    ] {
        let (position, text) = marked(text);
        let mistakes = wrong(&text);
        let [mistake] = &mistakes[..] else {
            panic!("one: {mistakes:?}")
        };
        assert_eq!(mistake.position, Some(position), "{text}: {mistake:?}");
        assert_eq!(mistake.path, "$");
        assert!(!mistake.message.contains('\n'));
    }
}
