use super::*;

/// What stands against a component of one module, in which a function has these instructions.
fn against(instructions: &str) -> Option<String> {
    let module = format!(
        r#"(component (core module $m
            (memory 1) (table $t 4 funcref) (table $u 4 funcref)
            (elem $own func $f $f) (data $bytes "abcd")
            (func $f {instructions}))
          (core instance (instantiate $m)))"#
    );
    survey(&wat::parse_str(module).expect("it is a component")).err()
}

/// The instructions of the core specification, "Table Instructions", that change a table. Most are refused by what makes snapshots, too;
/// here nothing depends on that.
#[test]
fn writing_to_tables_cannot_be_put_back() {
    for instructions in [
        "(table.set $t (i32.const 3) (ref.null func))",
        "(drop (table.grow $t (ref.null func) (i32.const 2)))",
        "(table.fill $t (i32.const 1) (ref.null func) (i32.const 2))",
        "(table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 1))",
        "(table.init $t $own (i32.const 0) (i32.const 0) (i32.const 2))",
    ] {
        let against = against(instructions);
        assert_eq!(
            against.as_deref(),
            Some("it writes to tables"),
            "{instructions}"
        );
    }
}

#[test]
fn dropping_segments_cannot_be_put_back() {
    for instructions in ["(elem.drop $own)", "(data.drop $bytes)"] {
        let against = against(instructions);
        assert_eq!(
            against.as_deref(),
            Some("it drops segments"),
            "{instructions}"
        );
    }
}

#[test]
fn reading_tables_and_using_segments_can() {
    for instructions in [
        "(drop (table.get $t (i32.const 0)))",
        "(drop (table.size $t))",
        "(memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 4))",
    ] {
        assert_eq!(against(instructions), None, "{instructions}");
    }
}

/// Such a name takes a number, as what it names does: counted wrongly, another module would be taken for the one that an instance is made of.
#[test]
fn modules_and_components_by_two_names_cannot_be_put_back() {
    for (named, can) in [
        (
            "(type $named (list u8)) (alias outer $self $named (type))",
            true,
        ),
        (
            "(core type $named (func)) (alias outer $self $named (core type))",
            true,
        ),
        (
            "(core module $named) (alias outer $self $named (core module))",
            false,
        ),
        (
            "(component $named) (alias outer $self $named (component))",
            false,
        ),
    ] {
        let component = format!("(component $self {named})");
        let survey = survey(&wat::parse_str(&component).expect("it is a component"));
        assert_eq!(
            survey.err().as_deref(),
            (!can).then_some("it has modules or components by two names"),
            "{named}"
        );
    }
}
