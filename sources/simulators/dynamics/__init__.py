"""A Dataverse environment on loopback that behaves as Microsoft documents: see README.md for what is simulated."""

from __future__ import annotations

from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.server import DynamicsSimulator
from sources.simulators.dynamics.state import empty_environment
from sources.simulators.http import Fault

SIMULATOR = DynamicsSimulator
EMPTY = empty_environment

__all__ = ["EMPTY", "SIMULATOR", "DynamicsSimulator", "Fault", "Faults", "empty_environment"]
