"""A bot's rules and stories as a picture: a page to look through, an SVG, or a graph for Graphviz."""
