"""Writes a line for each thing that a play asserts, and for each other task that fails and had not said that it may."""

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

    def __init__(self):
        super().__init__()
        self.seen = {}

    def note(self, result, passed):
        task = result._task
        asserts = task.action.split(".")[-1] == "assert"
        own = getattr(task, "_ignore_errors", None)
        if not asserts and (passed or own is True or isinstance(own, str)):
            return
        place = task.get_path().split("/targets/")[-1]
        key = f"{os.environ['TARGET']} {place} {'asserts' if asserts else task.get_name()}"
        self.seen[key] = self.seen.get(key, True) and passed

    def v2_runner_on_ok(self, result):
        self.note(result, True)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.note(result, False)

    def v2_runner_on_unreachable(self, result):
        self.note(result, False)

    def v2_playbook_on_stats(self, stats):
        with open(os.environ["RESULTS"], "a") as out:
            for key, passed in self.seen.items():
                out.write(f"{'PASS' if passed else 'FAIL'} {key}\n")
