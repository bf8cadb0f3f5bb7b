"""The code of the documentation, run as it stands there on the outputs of a run."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import unittest

import support

PAGES = ("README.md", "docs/python-and-r.md")


def snippets(language):
    """(page and line, code) of every block in that language."""
    found = []
    for page in PAGES:
        text = (support.SOURCE / page).read_text()
        for block in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, block.start()) + 1
            found.append((f"{page}:{line}", block.group(1)))
    return found


def imported(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def missing_python(code):
    return [name for name in imported(code) if importlib.util.find_spec(name.split(".")[0]) is None]


def missing_r(code):
    if shutil.which("Rscript") is None:
        return ["R"]
    packages = re.findall(r"^library\((\w+)\)", code, re.MULTILINE)
    has = lambda name: subprocess.run(["Rscript", "-e", f"library({name})"], capture_output=True).returncode == 0
    return [name for name in packages if not has(name)]


class Snippets(support.TestInFolder):
    def setUp(self):
        super().setUp()
        image = self.folder / "brain.imzML"
        support.fanfold("sample", image, "--pixels", 400, "--channels", 4000, "--quiet")
        support.fanfold("process", image, "-o", self.folder / "results", "--workers", 2, "--quiet")
        support.fanfold("image", self.folder / "results", "--mz", 500, "--mz", 600, "--ppm", 100000, "-o",
                        self.folder / "ions.npy")

    def run_all(self, language, missing, command):
        blocks = snippets(language)
        self.assertTrue(blocks)
        ran = 0
        for place, code in blocks:
            with self.subTest(place=place):
                absent = missing(code)
                if absent:
                    print(f"not run: {place}: needs {', '.join(absent)}", file=sys.stderr)
                    continue
                run = subprocess.run(command(code), cwd=self.folder, capture_output=True, text=True, timeout=300)
                self.assertEqual(run.returncode, 0, f"{place}:\n{code}\n{run.stdout}\n{run.stderr}")
                ran += 1
        if ran == 0:
            self.skipTest(f"none of the packages that the {language} code needs is installed")

    def test_python_code_runs(self):
        self.run_all("python", missing_python, lambda code: [sys.executable, "-c", code])

    def test_r_code_runs(self):
        self.run_all("r", missing_r, lambda code: ["Rscript", "-e", code])


if __name__ == "__main__":
    unittest.main()
