"""One module for each engine: ``orders(common, seconds, seed)`` gives jobs by shift, in order."""

ENGINES = ("shifu", "vroom", "pyvrp", "vrp-cli", "or-tools")
MODULES = {
    "shifu": "tests.bench.peers.shifu",
    "vroom": "tests.bench.peers.vroom_",
    "pyvrp": "tests.bench.peers.pyvrp_",
    "vrp-cli": "tests.bench.peers.vrp_cli_",
    "or-tools": "tests.bench.peers.ortools_",
}
PACKAGES = {
    "shifu": "shifu-dispatch",
    "vroom": "pyvroom",
    "pyvrp": "pyvrp",
    "vrp-cli": "vrp-cli",
    "or-tools": "ortools",
}
