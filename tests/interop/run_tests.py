"""Runs the tests of this folder, or the files that are named: run_tests.py [FILE...]

Under CTest it leaves a report in the form of GoogleTest's where GTEST_OUTPUT asks for one ("xml:FOLDER/"), so that single
tests are counted. Exit code 77: everything was skipped.
"""

import importlib
import os
import pathlib
import sys
import unittest
from xml.sax.saxutils import quoteattr

FOLDER = pathlib.Path(__file__).resolve().parent


def load(files):
    """The tests of these files, and the files whose readers are not installed with the reason."""
    suite, missing = unittest.TestSuite(), []
    for file in files:
        name = pathlib.Path(file).stem
        try:
            module = importlib.import_module(name)
        except unittest.SkipTest as skip:
            missing.append((name, skip))
        except ModuleNotFoundError as problem:
            if (FOLDER / f"{problem.name}.py").exists():
                raise  # one of ours: that is no reason to skip
            missing.append((name, problem))
        else:
            suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    return suite, missing


def write_report(result, name):
    wanted = os.environ.get("GTEST_OUTPUT", "")
    if not wanted.startswith("xml:"):
        return
    broken = len(result.failures) + len(result.errors)
    path = pathlib.Path(wanted.removeprefix("xml:")) / f"{name}.xml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites tests="{result.testsRun}" failures="{min(broken, result.testsRun)}" name={quoteattr(name)}/>\n'
    )


def main(names):
    files = names or sorted(path.name for path in FOLDER.glob("*_test.py"))
    sys.path.insert(0, str(FOLDER))
    sys.dont_write_bytecode = True
    suite, missing = load(files)
    for name, reason in missing:
        print(f"skipped: {name}: {reason}")
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    for test, reason in result.skipped:
        print(f"skipped: {test}: {reason}")
    write_report(result, pathlib.Path(files[0]).stem if len(files) == 1 else "interop")
    if not result.wasSuccessful():
        return 1
    return 77 if len(result.skipped) >= result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
