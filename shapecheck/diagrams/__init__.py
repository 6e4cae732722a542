"""Networks as boxes and arrows: built from derived shapes, laid out here, written as pictures or as text."""

from shapecheck.diagrams.build_network import TooLarge, network
from shapecheck.diagrams.draw import draw
from shapecheck.diagrams.graphviz import dot
from shapecheck.diagrams.mermaid import mermaid
from shapecheck.diagrams.model import Edge, Kind, Network, Node

__all__ = ["Edge", "Kind", "Network", "Node", "TooLarge", "dot", "draw", "mermaid", "network"]
