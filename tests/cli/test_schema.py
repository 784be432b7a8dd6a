"""`omenbench schema` prints a JSON Schema that is itself valid and refuses what is no result."""

import json
import unittest

import jsonschema

from support import CliTest


class Schema(CliTest):
    def schema(self):
        return json.loads(self.assert_ok("schema").stdout)

    def test_it_is_a_valid_schema(self):
        schema = self.schema()
        jsonschema.validators.validator_for(schema).check_schema(schema)

    def test_every_schema_is_reached_by_name_and_decides_by_its_command_too(self):
        for name in ("decision", "hunt", "decide"):
            schema = json.loads(self.assert_ok("schema", name).stdout)
            jsonschema.validators.validator_for(schema).check_schema(schema)
        self.assertEqual(schema["properties"]["schema"]["const"], "omenbench.decision/1")
        self.assert_refused("schema", "hnut", says="did you mean 'hunt'?")

    def test_it_accepts_only_results(self):
        validator = jsonschema.validators.validator_for(self.schema())(self.schema())
        self.assertFalse(validator.is_valid({}))
        self.assertFalse(validator.is_valid({"schema": "omenbench.result/0"}))


if __name__ == "__main__":
    unittest.main()
