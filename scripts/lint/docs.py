#!/usr/bin/env python3
"""Checks that code shown in the documentation is the code that is compiled.

A fenced block after the line <!-- file: PATH --> must hold that file, word for word; --fix writes it there. Links between
the Markdown files, and to folders and sources, must lead somewhere; of an installed tree nothing else can be checked.
"""

import argparse
import pathlib
import re
import sys

INCLUDED = re.compile(r"(<!-- file: (\S+) -->\n```\w*\n)(.*?)(```\n)", re.DOTALL)
LINK = re.compile(r"\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^)\s#]+)(?:#[^)]*)?\)")


WIDTH = 120


def long_lines(text):
    """Numbers of the lines of prose that are too long."""
    code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            code = not code
        words = line.split()
        breakable = len(words) > 1 and max(map(len, words)) < WIDTH - 20
        if len(line) > WIDTH and breakable and not code and not line.startswith(("|", "    ")):
            yield number


def pages(root):
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def check_page(root, page, fix, links_only):
    """Complaints about one page."""
    name = page.relative_to(root)
    text = page.read_text()
    complaints = []

    def refreshed(match):
        file = root / match.group(2)
        if not file.is_file():
            complaints.append(f"{name}: shows '{match.group(2)}', which does not exist")
            return match.group(0)
        content = file.read_text()
        if content != match.group(3) and not fix:
            complaints.append(f"{name}: the block of '{match.group(2)}' is not what the file holds; run scripts/lint/docs.py --fix")
        return match.group(1) + content + match.group(4)

    new_text = text if links_only else INCLUDED.sub(refreshed, text)
    if fix and new_text != text:
        page.write_text(new_text)
    complaints += [f"{name}:{number}: longer than {WIDTH} characters" for number in long_lines(text)]
    for target in LINK.findall(INCLUDED.sub("", text)):
        if "://" not in target and not (page.parent / target).exists():
            complaints.append(f"{name}: link to '{target}', which does not exist")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--root", type=pathlib.Path, default=default, help="the tree to check (default: this one)")
    parser.add_argument("--fix", action="store_true", help="write the files' content into the pages")
    parser.add_argument("--links-only", action="store_true", help="check the links alone, as in an installed tree")
    options = parser.parse_args()
    complaints = [text for page in pages(options.root)
                  for text in check_page(options.root, page, options.fix, options.links_only)]
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
