"""The implementations, ours first; each is imported when asked for."""

from importlib import import_module

from benchmarks.ways import Way

WAYS = {
    "jiuzhu_sim": "jiuzhu_way.JiuzhuWay",
    "pandas": "pandas_way.PandasWay",
    "NumPy": "numpy_way.NumpyWay",
    "Polars": "polars_way.PolarsWay",
    "DuckDB": "duckdb_way.DuckdbWay",
    "OpenFisca": "openfisca_way.OpenFiscaWay",
    "OpenFisca float32": "openfisca_way.Float32Way",
}
OURS, *OTHERS = WAYS
COARSE = "OpenFisca float32"
"""Cannot give every benefit to the fen: timed, its differences told."""

FROM_PARTS = ("Polars", "DuckDB")
"""Those that can query a folder of Parquet files by themselves."""


def way_named(name: str) -> Way:
    """A new one, with no people yet."""
    module, kind = WAYS[name].split(".")
    way: Way = getattr(import_module(f"benchmarks.{module}"), kind)()
    return way


def exact_ways() -> list[Way]:
    """Those that must give the same answers."""
    return [way_named(name) for name in WAYS if name != COARSE]
