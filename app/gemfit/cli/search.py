"""`gemfit search`: GGUF repositories on the Hub, their files, and whether one fits here before it is downloaded."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from gemfit.catalog.load import preferred_build
from gemfit.catalog.types import Catalog, Model
from gemfit.cli.answer_options import positive
from gemfit.cli.chat import DEFAULT_CONTEXT
from gemfit.cli.measure import HUB, hub_file, logged
from gemfit.cli.output import print_json, print_table
from gemfit.cli.weights import catalog_of, progress_line, stop_by_signal
from gemfit.errors import GemfitError
from gemfit.fit.by_size import estimate
from gemfit.library import browse
from gemfit.library.browse import Results
from gemfit.library.listing import Listing, Offered, obstacle
from gemfit.library.query import catalogued, read_query
from gemfit.library.source import Source
from gemfit.machine.types import Machine
from gemfit.measured.hub_fit import HubFit, fit_of
from gemfit.settings import load_settings, load_token
from gemfit.words import QT_TRANSLATE_NOOP, say, show, size, size_gb

VERDICTS = {"fits": "fits", "tight": "tight", "no": "does not fit"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORDS", nargs="*", help="what to search for; OWNER/ for all of an owner")
    parser.add_argument("--limit", metavar="N", type=positive, default=browse.PAGE, help="so many results")
    parser.add_argument("--after", metavar="MARK", default="", help="go on after the page that gave this mark")
    parser.add_argument("--files", metavar="OWNER/NAME", help="list the files of a repository, with fit by their size")
    parser.add_argument(
        "--fit", metavar=f"{HUB}OWNER/NAME/FILE", help="ask the engine whether a file fits; only its header is fetched"
    )
    parser.add_argument("--context", metavar="N", type=positive, default=DEFAULT_CONTEXT, help="tokens of context")
    parser.add_argument("--endpoint", metavar="URL", help="ask this Hub instead of the one in the settings")


def run(args: argparse.Namespace) -> int:
    """Print results, files or the fit of one. Returns 0; 1 where a search finds nothing. Raises GemfitError."""
    source = Source(endpoint=args.endpoint or load_settings().endpoint, token=load_token())
    if args.fit:
        return _fit(args, source)
    if args.files:
        return _files(args, source)
    return _search(args, source)


def _search(args: argparse.Namespace, source: Source) -> int:
    query, catalog = read_query(" ".join(args.words)), catalog_of(args)
    if query.is_empty:
        text = QT_TRANSLATE_NOOP("gemfit", "Search for what? Give words, or OWNER/ for all of an owner.")
        raise GemfitError("nothing_to_search", say(text))
    with stop_by_signal() as stopped:
        results = browse.search(query, source, limit=args.limit, after=args.after, cancelled=stopped)
    first = [] if args.after else catalogued(catalog, query)
    if args.json:
        print_json({"catalogue": [_model_json(model) for model in first], **msgspec.to_builtins(results)})
    else:
        _print_models(first)
        _print_results(results, catalog)
    return 0 if first or results.repositories else 1


def _model_json(model: Model) -> dict[str, Any]:
    return {"model": model.id, "name": model.name, "build": preferred_build(model).id}


def _print_models(models: list[Model]) -> None:
    if models:
        print("In Gemfit's catalogue, with figures that were checked:\n")
        print_table(
            ["MODEL", "NAME", "LICENCE", "GET"],
            [[m.id, m.name, m.licence, f"gemfit get {m.id} {preferred_build(m).id}"] for m in models],
        )
        print()


def _print_results(results: Results, catalog: Catalog) -> None:
    if not results.repositories:
        print("The Hub has no GGUF repository that matches.")
        return
    known = {file.repo for model in catalog.models for build in model.builds for file in build.files}
    rows = [
        [
            one.repo,
            f"{one.downloads:,}" if one.downloads is not None else "-",
            one.changed_at[:10] or "-",
            one.licence or "-",
            "licence to accept" if one.gated else "",
            "in the catalogue" if one.repo in known else "",
        ]
        for one in results.repositories
    ]
    print_table(["REPOSITORY", "DOWNLOADS", "CHANGED", "LICENCE", "", ""], rows, frozenset({1}))
    if results.more:
        print(f"\nThere is more: --after {results.more}")


def _files(args: argparse.Namespace, source: Source) -> int:
    with stop_by_signal() as stopped:
        listing = browse.files(args.files.removeprefix(HUB).strip("/"), source, cancelled=stopped)
    machine = _machine()
    if args.json:
        files = [
            {**msgspec.to_builtins(file), "bytes": file.bytes, "fit": _estimate_json(machine, file)}
            for file in listing.files
        ]
        print_json({**msgspec.to_builtins(listing), "files": files})
        return 0
    print(f"{listing.about.repo} · {listing.about.licence or 'licence not said'}")
    if listing.about.gated:
        print(f"Its licence has to be accepted first: {listing.page}")
    print()
    if not listing.files:
        print("It has no GGUF files.")
        return 0
    rows = [_file_row(machine, listing, file) for file in listing.files]
    print_table(["FILE", "FORMAT", "SIZE", "KIND", "BY ITS SIZE"], rows, frozenset({2}))
    if listing.left_out:
        print(f"\n{listing.left_out} files have names that cannot be used, and are not listed.")
    name = next((file.name for file in listing.files if file.role == "weights"), "FILE")
    print(f"\nBy the engine's word: gemfit search --fit '{HUB}{listing.about.repo}/{name}'")
    return 0


def _file_row(machine: Machine, listing: Listing, file: Offered) -> list[str]:
    if file.role != "weights":
        verdict = ""
    elif obstacle(listing, file):
        verdict = f"in {file.count} parts, some missing" if file.missing else "cannot be verified"
    else:
        found = estimate(machine, file.bytes)
        verdict = f"~ {VERDICTS[found.verdict]}, about {size(found.needed_bytes)}"
    return [file.name, file.format or "-", size_gb(file.bytes), file.role, verdict]


def _estimate_json(machine: Machine, file: Offered) -> dict[str, Any] | None:
    if file.role != "weights":
        return None
    found: dict[str, Any] = msgspec.to_builtins(estimate(machine, file.bytes))
    return {**found, "source": "size"}


def _fit(args: argparse.Namespace, source: Source) -> int:
    wanted = hub_file(args.fit if args.fit.startswith(HUB) else HUB + args.fit)
    machine = _machine()
    from gemfit.measured.known import load_known

    known = load_known(frozenset(), machine)
    with stop_by_signal() as stopped, progress_line() as progress, logged():
        found = fit_of(
            wanted,
            machine,
            context_tokens=args.context,
            known=known,
            hub=source,
            on_progress=progress,
            stopped=stopped,
        )
    if args.json:
        print_json(_fit_json(found))
    else:
        _print_fit(found, args.fit)
    return 0


def _fit_json(found: HubFit) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(found)
    said = {"notes": [str(one) for one in found.notes], "reasons": [str(one) for one in found.reasons]}
    return {**plain, **said, "total_bytes": found.total_bytes, "source": "engine"}


def _print_fit(found: HubFit, name: str) -> None:
    rows = [
        ["fit, by the engine", VERDICTS[found.verdict]],
        ["memory", f"{size(found.total_bytes)} of {size(found.available_bytes)} free on {found.device}"],
        ["context", f"{found.context_tokens:,} tokens"],
        ["largest context here", f"{found.max_context:,} tokens" if found.max_context else "none fits"],
        ["trained for", f"{found.trained_tokens:,} tokens"],
        ["architecture", found.card.architecture],
        ["download", size_gb(found.file_bytes)],
    ]
    if found.speed.generation_tps:
        speed = f"{show('generation_tps', found.speed.generation_tps)} tokens/s ({found.speed.source})"
        rows.insert(2, ["speed", speed])
    for label, value in rows:
        print(f"{label:22}{value}")
    for sentence in (*found.reasons, *found.notes):
        print(f"\n{sentence}")
    print(f"\n{size(found.fetched_bytes)} were fetched for this. Get it: gemfit get '{HUB}{name.removeprefix(HUB)}'")


def _machine() -> Machine:
    from gemfit.machine.probe import probe

    return probe(Path(load_settings().weights_folder))
