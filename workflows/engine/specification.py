"""A deployed set of diagrams, read once and shared by all cases, threads and steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.exceptions import SpiffWorkflowException

from workflows.engine.drawing import (
    Element,
    Flow,
    Written,
    declared_in,
    elements_of,
    flows_of,
    written_in,
)
from workflows.engine.events import Conditional
from workflows.engine.instances import Repeated
from workflows.engine.joins import InclusiveGateway, ParallelGateway, ProcessSpec
from workflows.engine.limits import describe
from workflows.engine.parser import Parser
from workflows.engine.reading import BPMN, local, process_of, read
from workflows.engine.script import NotAScript, Script, compile_script
from workflows.engine.timers import NotATime, check_literal, is_literal
from workflows.errors import DefinitionRefused, Place
from workflows.feel import Expression, FeelError, compile_expression

COUNTERS = ("numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances")
"""Names that a completion condition may use besides the instance's own values."""


@dataclass(frozen=True, kw_only=True)
class Specification:
    """What the engine knows of the diagrams; nothing in it changes while cases run."""

    main: str
    """Id of the process that a case starts with."""
    processes: tuple[str, ...]
    """Ids of all processes in the files."""
    elements: Mapping[tuple[str, str], Element]
    """By (process id, element id)."""
    flows: tuple[Flow, ...]
    flow_ids: Mapping[tuple[str, str, str], tuple[str, ...]]
    """Ids of the sequence flows by (process, source, target)."""
    names: frozenset[str]
    """Names that some expression reads."""
    declared: frozenset[str]
    """Names that scripts, items, messages, results and decisions give to values."""
    written: tuple[Written, ...]
    """All expressions and scripts with their places."""
    root: ProcessSpec = field(repr=False)
    called: Mapping[str, ProcessSpec] = field(repr=False)
    expressions: Mapping[str, Expression] = field(repr=False)
    scripts: Mapping[str, Script] = field(repr=False)
    has_conditions: bool = field(repr=False, default=False)


def parse(files: Mapping[str, bytes], main: str) -> Specification:
    """Read diagrams.

    `files` are the bytes of .bpmn files by name, `main` is the id of the process that a case
    starts with. Raises DefinitionRefused for what cannot be read or would run otherwise than drawn.
    """
    roots = {name: read(data, name) for name, data in files.items()}
    written = tuple(text for name, root in roots.items() for text in written_in(root, name))
    elements = {(one.process, one.id): one for root in roots.values() for one in elements_of(root)}
    flows = tuple(flow for root in roots.values() for flow in flows_of(root))
    _check_literals(roots)
    scripts = _scripts(written, roots)
    targets = {name for script in scripts.values() for name, _ in script.lines}
    declared = {name for root in roots.values() for name in declared_in(root) if name} | targets
    processes = tuple(
        process.get("id") or "" for one in roots.values() for process in one.iter(_PROCESS)
    )
    _check_calls(main, processes, elements.values())
    expressions, names, scripts = _expressions(written, scripts, declared)
    root_spec, called = _graphs(roots, main, elements.values())
    for spec in (root_spec, *called.values()):
        _finish(spec, elements)
    return Specification(
        main=main,
        processes=processes,
        elements=elements,
        flows=flows,
        flow_ids=_flow_ids(flows),
        names=names,
        declared=frozenset(declared),
        written=written,
        root=root_spec,
        called=called,
        expressions=expressions,
        scripts=scripts,
        has_conditions=any(
            isinstance(getattr(node, "event_definition", None), Conditional)
            for spec in (root_spec, *called.values())
            for node in spec.task_specs.values()
        ),
    )


_PROCESS = BPMN + "process"
_MEND = "Mend it in the diagram."


def _check_calls(main: str, processes: Collection[str], elements: Iterable[Element]) -> None:
    """Refuse a main process or a called one that is in none of the files."""
    advice = f"The processes are {', '.join(sorted(processes)) or 'none'}."
    if main not in processes:
        raise DefinitionRefused(
            place=Place(process=main), reason="there is no process of this id", advice=advice
        )
    for one in elements:
        if one.kind == "callActivity" and (one.called or "") not in processes:
            raise DefinitionRefused(
                place=Place(process=one.process or main, element=one.id, name=one.name),
                reason=f"it calls the process {one.called or ''}, which there is not",
                advice=advice,
            )


def _flow_ids(flows: Iterable[Flow]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for flow in flows:
        key = (flow.process, flow.source, flow.target)
        found[key] = (*found.get(key, ()), flow.id)
    return found


def _scripts(written: Iterable[Written], roots: Mapping[str, Any]) -> dict[str, Script]:
    scripts = {"": Script(())}
    for text in written:
        if text.is_script:
            try:
                scripts[text.text] = compile_script(text.text)
            except (NotAScript, FeelError) as error:
                raise _refused(text, error) from error
    return scripts


def _expressions(
    written: Iterable[Written], scripts: dict[str, Script], declared: Iterable[str]
) -> tuple[dict[str, Expression], frozenset[str], dict[str, Script]]:
    """Compile all texts; a name that the case has no value for yet is null when it is read."""
    first: list[Expression] = [line for script in scripts.values() for _, line in script.lines]
    plain = [text for text in written if not text.is_script]
    for text in plain:
        try:
            first.append(compile_expression(text.text))
        except FeelError as error:
            raise _refused(text, error) from error
    names = frozenset(name for one in first for name in (*one.names, *one.members))
    known = names.union(declared, COUNTERS)
    expressions = {text.text: compile_expression(text.text, known) for text in plain}
    lenient = {
        source: Script(
            tuple((name, compile_expression(line.text, known)) for name, line in script.lines)
        )
        for source, script in scripts.items()
    }
    return expressions, names, lenient


def _refused(text: Written, error: Exception) -> DefinitionRefused:
    reason = getattr(error, "reason", None) or describe(error)
    return DefinitionRefused(
        place=Place(file=text.file, process=text.process, element=text.element, name=text.name),
        reason=f"the {text.use} {text.text.strip()!r}: {reason}",
        advice=_MEND,
    )


def _check_literals(roots: Mapping[str, Any]) -> None:
    """Refuse durations, dates and cycles that stand for nothing or would never rest."""
    for file, root in roots.items():
        for node in root.iter(BPMN + "timeDuration", BPMN + "timeDate", BPMN + "timeCycle"):
            text = node.text or ""
            if not is_literal(text):
                continue
            try:
                check_literal(text, cycle=local(node) == "timeCycle")
            except NotATime as error:
                event = node.getparent().getparent()
                raise DefinitionRefused(
                    place=Place(
                        file=file,
                        process=process_of(node),
                        element=event.get("id") or "",
                        name=event.get("name") or "",
                    ),
                    reason=str(error),
                    advice=_MEND,
                ) from error


def _graphs(
    roots: Mapping[str, Any], main: str, elements: Iterable[Element]
) -> tuple[ProcessSpec, dict[str, ProcessSpec]]:
    """Let the library's parser build the graphs of the main process and all that it calls."""
    parser = Parser()
    try:
        for file, root in roots.items():
            parser.add_bpmn_xml(root, file)
        root_spec: ProcessSpec = parser.get_spec(main)
        called: dict[str, ProcessSpec] = parser.get_subprocess_specs(main)
    except ValidationException as error:
        if "RecursionError" in str(error):
            raise DefinitionRefused(
                place=Place(process=main),
                reason="it has too many nodes in one process",
                advice="Move a part of it into a process of its own and call that.",
            ) from error
        place = Place(
            file=str(error.file_name or ""),
            process=next((one.process for one in elements if one.id == error.id), main),
            element=str(error.id or ""),
            name=str(error.name or ""),
        )
        reason = describe(error)
        raise DefinitionRefused(place=place, reason=reason, advice=_MEND) from error
    except SpiffWorkflowException as error:
        place = Place(process=main)
        raise DefinitionRefused(place=place, reason=describe(error), advice=_MEND) from error
    return root_spec, called


def _finish(spec: ProcessSpec, elements: Mapping[tuple[str, str], Element]) -> None:
    """Put the last touches to a graph, so that running it never changes it."""
    drawn = spec.drawn_flows
    for node in list(spec.task_specs.values()):
        is_end = node.name == "End" or node.name.endswith(" [child]")
        if not node._outputs and not is_end:
            node.connect(spec.end)
    for node in spec.task_specs.values():
        if isinstance(node, Repeated):
            node.listen()
            child = spec.task_specs[node.task_spec]
            node.bpmn_name, node.lane = child.bpmn_name, child.lane
        if isinstance(node, ParallelGateway | InclusiveGateway):
            node.settle_inputs()
        found = elements.get((spec.home, node.bpmn_id)) if node.bpmn_id else None
        node.element = found
        kind = getattr(node, "kind", "") or (found.kind if found else "")
        node.passed_kind = kind
        flows = drawn.get(node.name, {})
        node.flows = tuple(flows.get(index) for index in range(len(node._outputs)))
