"""Validates a result document, or a list of them, against the JSON Schema: validate.py SCHEMA DOCUMENT."""
import json
import sys

import jsonschema


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        documents = json.load(file, parse_constant=refuse_constant)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for document in documents if isinstance(documents, list) else [documents]:
        for error in validator.iter_errors(document):
            path = "/".join(str(part) for part in error.absolute_path)
            print(f"{path}: {error.message[:300]}", file=sys.stderr)
            return 1
    return 0


sys.exit(main())
