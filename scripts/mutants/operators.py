"""Simple slips, made by textual operators on the lines of a C++ file: a comparison turned, a constant moved by one, a
statement dropped. clang-format puts spaces around binary operators and none inside template brackets, so that text is
enough to tell `a < b` from `vector<b>`."""

import hashlib
import re

SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
         (" && ", " || "), (" || ", " && "), (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "),
         (" % ", " / "), (" << ", " >> "), (" >> ", " << "), (" & ", " | "), (" | ", " & "), (" ^ ", " | "),
         (" += ", " -= "), (" -= ", " += "), ("++", "--"), ("--", "++"), ("std::min", "std::max"),
         ("std::max", "std::min"), ("any_of", "all_of"), ("all_of", "any_of"), ("any_of", "none_of")]
WORDS = [("true", "false"), ("false", "true"), ("continue", "break"), ("front", "back"), ("back", "front")]
NUMBER = re.compile(r"(?<![\w.'\"])(\d[\d']*)(?![\w.'\"])")
DECIMAL = re.compile(r"(?<![\w.])(\d+\.\d+)(?![\w.])")
IF = re.compile(r"\b(if|while) \(((?:[^()]|\([^()]*\))*)\)")
STATEMENT = re.compile(r"^(?:\+\+|--)?[a-z_][\w.\[\]>:-]*(?:\([^;{}]*\))?(?: [-+*/%&|^<>]*= [^;{}]*)?;$")
NOT_STATEMENTS = re.compile(r"^(return|break|continue|using|const|auto|static|struct|class|double|bool|int|std::\w+<|"
                            r"std::(u?int\d+_t|size_t|string)\b|[\w:<>]+[&*]? \w+;|friend|typename|default|public|private)")
SKIPPED = ("//", "#", "static_assert", "assert", "template", "using ", "namespace ", "struct ", "class ", "enum ",
           "case ", "requires", "friend", "/*", "*")


def masked(line):
    """The line with the insides of its literals and its comment blanked, every character at its old place."""
    out, quote, at = [], "", 0
    while at < len(line):
        here = line[at]
        if not quote and line.startswith("//", at):
            return "".join(out) + " " * (len(line) - at)
        if quote and here == "\\":
            out.append("  ")
            at += 2
            continue
        digits = here == "'" and not quote and at and line[at - 1].isalnum()  # 10'000
        if here in "\"'" and not digits and quote in ("", here):
            quote = "" if quote else here
            out.append(here)
        else:
            out.append(" " if quote else here)
        at += 1
    return "".join(out)


def places(pattern, text):
    at = text.find(pattern)
    while at >= 0:
        yield at
        at = text.find(pattern, at + 1)


def changes_of(line):
    """Every line that one operator makes of `line`; none for what is no code or changes no answer."""
    code = masked(line)
    stripped = code.strip()
    if not stripped or stripped.startswith(SKIPPED) or "prefetch" in stripped:
        return
    for old, new in SWAPS:
        for at in places(old, code):
            yield line[:at] + new + line[at + len(old):]
    for old, new in WORDS:
        for match in re.finditer(rf"\b{old}\b", code):
            yield line[:match.start()] + new + line[match.end():]
    for match in NUMBER.finditer(code):
        yield line[:match.start()] + str(int(match[0].replace("'", "")) + 1) + line[match.end():]
    for match in DECIMAL.finditer(code):
        yield line[:match.start()] + repr(float(match[0]) * 1.25 + 0.001) + line[match.end():]
    for match in IF.finditer(code):
        start, end = match.span(2)
        if ";" not in match[2] and " = " not in match[2]:
            yield line[:start] + "!(" + line[start:end] + ")" + line[end:]
    if STATEMENT.match(stripped) and not NOT_STATEMENTS.match(stripped):
        yield line[:len(line) - len(line.lstrip())] + ";"


def derive(text, name, count):
    """`count` of the file's slips, as (line, changed line); the choice does not move when other lines do. Lines that
    stand twice are left alone: a mutant is named by its text."""
    lines = text.splitlines()
    found = {(line, changed) for line in lines if lines.count(line) == 1 for changed in changes_of(line)}
    ranked = sorted(found, key=lambda pair: hashlib.sha256("\0".join((name, *pair)).encode()).hexdigest())
    return ranked[:count]
