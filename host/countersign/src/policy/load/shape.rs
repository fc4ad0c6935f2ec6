//! How large a component becomes when it is put together, and how long it takes to compile.
//!
//! A component may contain components and instantiate each of them any number of times, so that a few hundred bytes
//! can stand for 2^40 instances. The engine lays all of them out when it compiles, before any of its limits counts. And it
//! compiles function by function, in more time than in proportion to the size of each.

use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, Encoding,
    Parser, Payload,
};

use super::super::{Limits, LoadError};

/// Instances of components, inner ones included, that one component may be made of. Those of the languages tried have up
/// to 23.
const INSTANCES_MAX: u64 = 2_000;

/// Instantiations that may stand in a component which hands components on, so that a component may occur within itself in
/// more ways than are written: 20 of them make at most 3^6 · 2 = 1,458 instances.
const HANDING_ON_MAX: u64 = 20;

/// Refuses a component that multiplies, or one of whose modules has a function that is too large or several memories. Whether it is well-formed is the compiler's to say.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), LoadError> {
    let shape = shape(bytes);
    if shape.hands_on && shape.instantiations() > HANDING_ON_MAX {
        return Err(LoadError::Invalid(format!(
            "it instantiates {} components and hands components on, more than the {HANDING_ON_MAX} allowed",
            shape.instantiations(),
        )));
    }
    if shape.instances() > INSTANCES_MAX {
        return Err(LoadError::Invalid(format!(
            "it may be made of {} components, more than the {INSTANCES_MAX} allowed",
            shape.instances(),
        )));
    }
    // The pools have room for no more; so what an engine without pools takes is the same.
    if shape.module_memories > 1 {
        return Err(LoadError::Invalid(format!(
            "one of its modules defines {} memories, more than the one allowed",
            shape.module_memories
        )));
    }
    let (bytes, bytes_max) = (shape.function_bytes, limits.function_bytes_max);
    if bytes > bytes_max {
        return Err(LoadError::Invalid(format!(
            "one of its functions has {bytes} bytes, more than the {bytes_max} allowed"
        )));
    }
    Ok(())
}

#[derive(Default)]
struct Shape {
    /// Instantiations of components that stand at each depth, all components at that depth together.
    at_depth: Vec<u64>,
    /// Whether a component is used elsewhere than where it stands.
    hands_on: bool,
    /// Of the largest function's body.
    function_bytes: usize,
    /// The most that one module defines.
    module_memories: u32,
}

impl Shape {
    fn instantiations(&self) -> u64 {
        self.at_depth
            .iter()
            .fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// How many instances there are at most, where components are instantiated by those around them only: each instance at one
    /// depth makes no more at the next than stand there.
    fn instances(&self) -> u64 {
        let mut at_depth: u64 = 1;
        let mut sum: u64 = 0;
        for &count in &self.at_depth {
            at_depth = at_depth.saturating_mul(count);
            sum = sum.saturating_add(at_depth);
        }
        sum
    }
}

/// Looks at all sections, up to the first that is malformed.
fn shape(component: &[u8]) -> Shape {
    let mut shape = Shape::default();
    // Whether each of what stands open around the payload at hand is a component.
    let mut open: Vec<bool> = Vec::new();
    for payload in Parser::new(0).parse_all(component).map_while(Result::ok) {
        match payload {
            Payload::Version { encoding, .. } => open.push(encoding == Encoding::Component),
            Payload::End(_) => drop(open.pop()),
            payload => {
                let depth = open.iter().filter(|&&is_component| is_component).count();
                shape.take(&payload, depth.saturating_sub(1));
            }
        }
    }
    shape
}

impl Shape {
    fn take(&mut self, payload: &Payload<'_>, depth: usize) {
        const COMPONENT: ComponentExternalKind = ComponentExternalKind::Component;
        match payload {
            Payload::CodeSectionEntry(body) => {
                let bytes = body.range().len();
                self.function_bytes = self.function_bytes.max(bytes);
            }
            Payload::MemorySection(section) => {
                self.module_memories = self.module_memories.max(section.count());
            }
            Payload::ComponentInstanceSection(section) => {
                let instances = section.clone().into_iter().map_while(Result::ok);
                let made = instances
                    .filter(|instance| matches!(instance, ComponentInstance::Instantiate { .. }));
                let count = made.count() as u64;
                let missing = (depth + 1).saturating_sub(self.at_depth.len());
                self.at_depth.extend(std::iter::repeat_n(0, missing));
                self.at_depth[depth] = self.at_depth[depth].saturating_add(count);
            }
            Payload::ComponentAliasSection(section) => {
                let mut aliases = section.clone().into_iter().map_while(Result::ok);
                self.hands_on |= aliases.any(|alias| match alias {
                    ComponentAlias::InstanceExport { kind, .. } => kind == COMPONENT,
                    ComponentAlias::Outer { kind, .. } => {
                        kind == ComponentOuterAliasKind::Component
                    }
                    ComponentAlias::CoreInstanceExport { .. } => false,
                });
            }
            Payload::ComponentImportSection(section) => {
                let mut imports = section.clone().into_iter().map_while(Result::ok);
                self.hands_on |= imports.any(|import| import.ty.kind() == COMPONENT);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> u64 {
        shape(&wat::parse_str(text).expect("it is a component")).instantiations()
    }

    #[test]
    fn instances_are_counted_at_every_depth() {
        assert_eq!(count("(component)"), 0);
        let inner = "(component $a) (instance (instantiate $a))";
        assert_eq!(count(&format!("(component {inner})")), 1);
        let twice = format!(
            "(component (component $b {inner}) (instance (instantiate $b)) (instance (instantiate $b)))"
        );
        assert_eq!(count(&twice), 3);
    }

    #[test]
    fn garbage_counts_nothing() {
        for bytes in [
            &b""[..],
            b"\0asm\x0d\0\x01\0\x05",
            b"\0asm\x0d\0\x01\0\x05\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(shape(bytes).instantiations(), 0);
        }
    }

    #[test]
    fn the_default_policy_stays_far_below() {
        let default =
            include_bytes!("../../../../../policy-guest/default/countersign-default.wasm");
        let shape = shape(default);
        assert!(shape.instances() <= HANDING_ON_MAX / 4);
        assert!(shape.function_bytes > 0);
        assert!(shape.function_bytes <= Limits::default().function_bytes_max / 4);
    }

    #[test]
    fn a_module_has_one_memory_of_its_own() {
        let refused = |module: &str| {
            let bytes = wat::parse_str(format!("(component (core module {module}))"));
            check(&bytes.expect("it is a component"), &Limits::default()).is_err()
        };
        assert!(!refused("(memory 1)"));
        assert!(!refused(r#"(import "" "" (memory 1)) (memory 1)"#));
        assert!(refused("(memory 1) (memory 1)"));
    }

    #[test]
    fn the_largest_function_counts_wherever_it_is() {
        // A body is its size, its locals, its instructions and the end: 1 + 10 + 1 bytes here, the size left out.
        let module = format!("(core module (func) (func {}))", "nop ".repeat(10));
        for text in [
            format!("(component {module})"),
            format!("(component (core module) (component {module}))"),
        ] {
            let bytes = wat::parse_str(&text).expect("it is a component");
            assert_eq!(shape(&bytes).function_bytes, 12);
            let limit = |function_bytes_max| Limits {
                function_bytes_max,
                ..Limits::default()
            };
            assert!(check(&bytes, &limit(12)).is_ok());
            assert!(check(&bytes, &limit(11)).is_err());
        }
    }
}
