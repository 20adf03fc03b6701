"""Writes a line for each thing that a play asserts."""

import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: aggregate
short_description: a line a result
description: [a line a result]
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"

    def note(self, result, passed):
        task = result._task
        if task.action.split(".")[-1] != "assert":
            return
        with open(os.environ["RESULTS"], "a") as out:
            out.write(f"{'PASS' if passed else 'FAIL'} {os.environ['TARGET']} {task.get_path().split('/targets/')[-1]} asserts\n")

    def v2_runner_on_ok(self, result):
        self.note(result, True)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.note(result, False)
