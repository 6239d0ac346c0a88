//! A definition as a run reads it: its steps one after the other, each way a jump.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use smbcrm_core::search::Filter;
use smbcrm_core::types::Text;
use smbcrm_core::workflows::definition::{Action, Definition, Goal, Step, step_names};

/// One version of a workflow's definition. Runs keep the one that they began with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Edition {
    /// Its number as a text, which the list of editions goes by.
    pub(crate) key: Text,
    pub(crate) number: u32,
    pub(crate) workflow: Text,
    pub(crate) version: u32,
    pub(crate) definition: Arc<Definition>,
    #[serde(skip)]
    program: OnceLock<Arc<Program>>,
}

impl PartialEq for Edition {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Edition {
    pub(crate) fn new(number: u32, workflow: Text, version: u32, definition: Arc<Definition>) -> Self {
        let key = number.to_string().into();
        Self { key, number, workflow, version, definition, program: OnceLock::new() }
    }

    /// What follows from the definition; made when first asked for.
    pub(crate) fn program(&self) -> &Arc<Program> {
        self.program.get_or_init(|| Arc::new(Program::of(&self.definition)))
    }
}

/// The steps of a definition in a row.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) ops: Vec<Op>,
    /// What each step is called.
    pub(crate) names: Vec<Text>,
    /// Where each step begins; `end` is behind the last.
    places: HashMap<Text, u32>,
    /// Where the goals are.
    pub(crate) goals: Vec<(u32, Arc<Goal>)>,
}

/// What is done at one place.
#[derive(Debug, Clone)]
pub(crate) struct Op {
    /// The step that it belongs to.
    pub(crate) step: u32,
    pub(crate) code: Code,
}

/// What is done.
#[derive(Debug, Clone)]
pub(crate) enum Code {
    Act(Arc<Action>),
    /// The first way whose conditions hold, else the last place.
    If(Arc<[(Text, Vec<Filter>, u32)]>, u32),
    /// One way by its weight.
    Split(Arc<[(Text, u32, u32)]>),
    /// The end of a way.
    Jump(u32),
}

impl Program {
    fn of(definition: &Definition) -> Self {
        let mut program = Self {
            ops: Vec::new(),
            names: step_names(&definition.steps),
            places: HashMap::new(),
            goals: Vec::new(),
        };
        let mut step = 0;
        program.lay(&definition.steps, &mut step);
        program.places.insert("end".into(), program.here());
        program
    }

    fn here(&self) -> u32 {
        u32::try_from(self.ops.len()).unwrap_or(u32::MAX)
    }

    fn push(&mut self, step: u32, code: Code) -> usize {
        self.ops.push(Op { step, code });
        self.ops.len() - 1
    }

    fn lay(&mut self, steps: &[Step], next: &mut u32) {
        for step in steps {
            let number = *next;
            *next += 1;
            let name = self.names.get(number as usize).cloned().unwrap_or_default();
            self.places.insert(name, self.here());
            match &step.action {
                Action::IfElse(it) => {
                    let at = self.push(number, Code::Jump(0));
                    let mut ends = Vec::new();
                    let mut ways = Vec::new();
                    for branch in &it.branches {
                        ways.push((branch.name.clone(), branch.when.clone(), self.here()));
                        self.lay(&branch.steps, next);
                        ends.push(self.push(number, Code::Jump(0)));
                    }
                    let otherwise = self.here();
                    self.lay(it.otherwise.as_deref().unwrap_or_default(), next);
                    self.ops[at].code = Code::If(ways.into(), otherwise);
                    self.join(&ends);
                }
                Action::Split(it) => {
                    let at = self.push(number, Code::Jump(0));
                    let mut ends = Vec::new();
                    let mut ways = Vec::new();
                    for path in &it.paths {
                        ways.push((path.name.clone(), path.weight, self.here()));
                        self.lay(&path.steps, next);
                        ends.push(self.push(number, Code::Jump(0)));
                    }
                    self.ops[at].code = Code::Split(ways.into());
                    self.join(&ends);
                }
                Action::Goal(goal) => {
                    self.goals.push((self.here(), Arc::new(goal.clone())));
                    self.push(number, Code::Act(Arc::new(step.action.clone())));
                }
                other => drop(self.push(number, Code::Act(Arc::new(other.clone())))),
            }
        }
    }

    /// The ends of several ways lead here.
    fn join(&mut self, ends: &[usize]) {
        let here = self.here();
        ends.iter().for_each(|end| self.ops[*end].code = Code::Jump(here));
    }

    /// Where a step begins.
    pub(crate) fn place(&self, name: &str) -> Option<u32> {
        self.places.get(name).copied()
    }

    /// What the step at a place is called.
    pub(crate) fn name_at(&self, at: u32) -> Text {
        let op = self.ops.get(at as usize);
        op.and_then(|op| self.names.get(op.step as usize)).cloned().unwrap_or_else(|| "end".into())
    }
}
